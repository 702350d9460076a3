"""Reading event logs from CSV, plain or packed: one row an event or a visit, in whatever columns; streaming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pathway.errors import nearest
from pathway.interchange.gathering import COMPLETE, SCHEDULE, START, TRANSITIONS, Gathered, code_of
from pathway.interchange.log_mapping import MOMENTS, LogMapping
from pathway.interchange.moments import NO_ZONE, NoSuchMomentError, Wall
from pathway.interchange.observed import UNKNOWN
from pathway.interchange.rows import Tell, missing, opened

KNOWN_AS: Mapping[str, tuple[str, ...]] = {
    "case": ("case_id", "case", "caseid", "case:concept:name", "trace"),
    "activity": ("activity", "state", "concept:name", "event", "step"),
    "ended": ("timestamp", "time:timestamp", "ended_at", "end", "completed",
              "complete_timestamp", "end_timestamp", "time"),
    "started": ("started_at", "start", "start_timestamp", "begin"),
    "asked": ("enqueued_at", "asked_at", "scheduled", "requested"),
    "lifecycle": ("lifecycle", "lifecycle:transition", "transition"),
    "instance": ("concept:instance", "instance"),
    "resource": ("org:resource", "resource", "org:group", "org_group", "group"),
}  # fmt: skip
NEEDED = ("case", "activity", "ended")
DISAGREE = "mixed date formats"
DAY_ONLY = 10  # characters of a date without a time of day, in ISO 8601
FORMS = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y",
)  # fmt: skip


def read_events(path: Path | str, mapping: LogMapping | None = None, tell: Tell | None = None) -> tuple[Gathered, str]:
    """Read an event log from a CSV file; give its rows and the digest of the file.

    Parameters
    ----------
    path
        The file; `;`, tab and `|` may stand for commas. It is read as UTF-8, and nothing in it counts as missing but an
        empty cell: a case called NA is a case.
    mapping
        How it is written, where that is not the usual: usual names of columns are found without being told, and times
        are in ISO 8601 by default.
    tell
        Is told how far the reading is.

    Raises
    ------
    RefusedError
        With every line at fault.
    """
    path = Path(path)
    rows = Gathered(path.name)
    with opened(path, rows.faults, tell=tell) as table:
        reader = _Reader(table.columns, mapping or LogMapping(), rows, table.head)
        rows.faults.refuse()
        for line, cells in table:
            reader.take(line, cells)
        digest = table.digest()
    if note := reader.moments.wall.note():
        rows.notes.append(note)
    return rows, digest


def _places(names: Sequence[str], mapping: LogMapping, rows: Gathered, head: int) -> dict[str, int]:
    """Find the column of everything: as told, or by its usual name."""
    columns = mapping.columns
    place: dict[str, int] = {}
    free = {
        name.lower(): number for number, name in enumerate(names) if name not in (*mapping.ignore, *mapping.attributes)
    }
    for what, usual in KNOWN_AS.items():
        if what in columns:
            if columns[what] in names:
                place[what] = names.index(columns[what])
            else:
                message = (
                    f"there is no column {columns[what]!r}, which was named for {what}{nearest(columns[what], names)}"
                )
                rows.fault("a column missing", head, message)
        elif found := [name for name in usual if name in free and names[free[name]] not in columns.values()]:
            place[what] = free[found[0]]
        elif what in NEEDED:
            known = ", ".join(names[:12])
            said = f"{missing(usual[0], names)} (say --column {what}=NAME; there are {known})"
            rows.fault("a column missing", head, said)
    for what, wanted in (("ignored", mapping.ignore), ("an attribute", mapping.attributes)):
        for name in wanted:
            if name not in names:
                message = f"there is no column {name!r}, which was named as {what}{nearest(name, names)}"
                rows.fault("a column missing", head, message)
    return place


class _Reader:
    """Takes rows: finds what stands where, and puts it into columns of numbers."""

    def __init__(self, names: Sequence[str], mapping: LogMapping, rows: Gathered, head: int) -> None:
        self.mapping, self.rows = mapping, rows
        self.place = _places(names, mapping, rows, head)
        self.attributes = [(name, names.index(name)) for name in mapping.attributes if name in names]
        self.timed = [(what, self.place[what]) for what in ("asked", "started", "ended") if what in self.place]
        self.moments = _Moments(rows, mapping)
        self.last: dict[int, int] = {}  # by case, where a zone makes it matter
        rows.attributes = {name: {} for name, _ in self.attributes}
        used = {*self.place.values(), *(number for _, number in self.attributes)}
        rows.unused = {
            name: None for number, name in enumerate(names) if number not in used and name not in mapping.ignore
        }

    def take(self, line: int, cells: list[str]) -> None:
        """Take a row."""
        rows, place = self.rows, self.place
        case, activity = cells[place["case"]], cells[place["activity"]]
        if not case or not activity:
            what = "activity" if case else "case"
            rows.fault("empty cells", line, f"has no {what}", place[what] + 1)
            return
        kind = self._kind(cells, line)
        if kind is None:
            return
        number = code_of(rows.cases, case)
        said = self._times(cells, line, self.last.get(number, UNKNOWN))
        if said is None:
            return
        asked, started, ended, offset = said
        if self.mapping.zone is not None:
            self.last[number] = max(started, ended) if started == UNKNOWN else started
        resource = self._cell(cells, "resource")
        instance = self._cell(cells, "instance")
        rows.case.append(number)
        rows.activity.append(code_of(rows.activities, self.mapping.meaning("activity", activity)))
        rows.transition.append(kind)
        rows.moment.append(ended)
        rows.started.append(started)
        rows.asked.append(asked)
        rows.offset.append(offset)
        rows.instance.append(hash(instance) if instance else -1)
        rows.resource.append(code_of(rows.resources, self.mapping.meaning("resource", resource)) if resource else -1)
        rows.line.append(line)
        rows.whole.append(hash(tuple(cells)))
        for name, column in self.attributes:
            rows.say(name, number, cells[column], line, column + 1)

    def _cell(self, cells: list[str], what: str) -> str:
        return cells[self.place[what]] if what in self.place else ""

    def _kind(self, cells: list[str], line: int) -> int | None:
        """Give the transition of an event, nothing if it is none a visit is made of."""
        if "lifecycle" not in self.place:
            return COMPLETE
        written = self._cell(cells, "lifecycle")
        transition = self.mapping.meaning("lifecycle", written).lower() or "complete"
        if transition not in TRANSITIONS:
            self.rows.ignored[transition if len(transition) <= 20 else "other"] += 1
            return None
        kind = TRANSITIONS[transition]
        for what in ("started", "asked"):
            if kind in (START, SCHEDULE) and what in self.place:
                message = f"is an event of its own ({transition}), and there is a column for {what}: one or the other"
                self.rows.faults.add_once("events and visits", line, message, self.place["lifecycle"] + 1)
        return kind

    def _times(self, cells: list[str], line: int, after: int) -> tuple[int, int, int, int] | None:
        """Read what a row says of when it was asked for, began and ended, and the offset of the clock."""
        read, faulty, offset = {"asked": UNKNOWN, "started": UNKNOWN, "ended": UNKNOWN}, False, 0
        for what, column in self.timed:
            if not (text := cells[column]):
                continue
            said = self.moments.read(what, text, line, column, after)
            if said is None:
                faulty = True
                continue
            read[what], offset = said
            if what == "started":
                after = max(after, said[0])
        if faulty:
            return None
        if read["ended"] == UNKNOWN and read["started"] == UNKNOWN:
            self.rows.fault("empty cells", line, "has no time", self.place["ended"] + 1)
            return None
        return read["asked"], read["started"], read["ended"], offset


class _UnlikeError(ValueError):
    """A time that is not written like the others; the text says how."""


class _Moments:
    """Reads times, all of a column in one form: what is read first decides, what differs is at fault."""

    def __init__(self, rows: Gathered, mapping: LogMapping) -> None:
        self.rows = rows
        self.forms = {what: mapping.dates.get(what, mapping.dates.get("", "")) for what in MOMENTS}
        self.wall = Wall(mapping.zone)
        self.has_offset: bool | None = None
        self.is_day: dict[str, bool] = {}

    def read(self, what: str, text: str, line: int, column: int, after: int) -> tuple[int, int] | None:
        """Read a time as seconds since 1970 and the offset of the clock; nothing if it is at fault."""
        try:
            read = self._in_form(what, text)
            self._check_offset(read.tzinfo is not None, line, column)
            return self.wall.read(read, after)
        except _UnlikeError as why:
            message = str(why)
        except NoSuchMomentError:
            message = f"no clock showed {text[:40]!r} in that time zone, as clocks were put forward over it"
        self.rows.fault(DISAGREE, line, message, column + 1)
        return None

    def _in_form(self, what: str, text: str) -> datetime:
        form = self.forms[what]
        try:
            read = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError:
            wanted = f"the form {form}" if form else "ISO 8601 (2027-03-31T14:05:00); name another with --date-format"
            raise _UnlikeError(f"the time {text[:40]!r} is not in {wanted}{_suggested(text)}") from None
        is_day = not form and len(text) <= DAY_ONLY
        if self.is_day.setdefault(what, is_day) != is_day:
            raise _UnlikeError("is a day without a time where others have one, or the other way round")
        return read

    def _check_offset(self, has_offset: bool, line: int, column: int) -> None:
        if self.has_offset is None:
            self.has_offset = has_offset
            if has_offset and self.wall.zone is None:
                self.rows.fault("offsets", line, NO_ZONE, column + 1)
        if self.has_offset != has_offset:
            raise _UnlikeError("the time has an offset from UTC where others have none, or none where others do")


def _suggested(text: str) -> str:
    """Suggest the form of a time in another form; where day and month could be either, say so."""
    for form in FORMS:
        try:
            read = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        is_either = read.day <= 12 and read.day != read.month
        either = "; day and month could also be the other way round" if is_either else ""
        return f" (perhaps {form}{either})"
    return ""
