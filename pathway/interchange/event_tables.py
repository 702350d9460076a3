"""Reading event logs from CSV, plain or packed: one row an event or a visit, in whatever columns; streaming."""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BufferedReader, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import Any

from pathway.errors import Finding, nearest
from pathway.interchange.gathering import COMPLETE, TRANSITIONS, Gathered, code_of
from pathway.interchange.moments import seconds_of
from pathway.interchange.observed import UNKNOWN
from pathway.interchange.packing import MOST_PACKED, is_packed
from pathway.interchange.refusing import RefusedError
from pathway.interchange.xes import Progress

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
DELIMITERS = ",;\t|"
EVERY = 50_000
DISAGREE = "mixed date formats"


class _Counting(RawIOBase):
    """A file that takes the digest of what is read from it, and counts it."""

    def __init__(self, path: Path) -> None:
        self.raw = path.open("rb")
        self.digest = hashlib.sha256()
        self.done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        size = self.raw.readinto(buffer)
        self.digest.update(memoryview(buffer)[:size])
        self.done += size
        return size

    def close(self) -> None:
        self.raw.close()
        super().close()


def read_events(
    path: Path | str,
    columns: Mapping[str, str] | None = None,
    dates: str | None = None,
    progress: Progress | None = None,
) -> tuple[Gathered, str]:
    """Read an event log from a CSV file; give its rows and the digest of the file.

    Parameters
    ----------
    path
        The file; `;`, tab and `|` may stand for commas. It is read as UTF-8, and nothing in it counts as missing but an
        empty cell: a case called NA is a case.
    columns
        Which column holds what: case, activity, ended, and if known started, asked, lifecycle, instance, resource.
        Usual names are found without being told.
    dates
        The form of the times, as in `%d/%m/%Y %H:%M`; ISO 8601 by default.
    progress
        Is told how many bytes of how many have been read.

    Raises
    ------
    RefusedError
        With every line at fault.
    """
    path = Path(path)
    counted = _Counting(path)
    size = path.stat().st_size
    rows = Gathered(path.name)
    line = [1]
    try:
        packed = is_packed(path)
        buffered: Any = BufferedReader(counted, 1 << 20)
        raw: Any = gzip.GzipFile(fileobj=buffered) if packed else buffered
        with TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
            _take(text, rows, line, columns or {}, dates, lambda: _told(progress, counted, size, raw, packed))
            while counted.read(1 << 20):
                pass
    except UnicodeDecodeError as why:
        message = f"is not UTF-8 (byte {why.object[why.start]:#04x} near here); save the file as UTF-8"
        raise RefusedError([Finding(path.name, line[0] + 1, 1, message)]) from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        message = "the packed file is cut off or damaged here; copy it again"
        raise RefusedError([Finding(path.name, line[0] + 1, 1, message)]) from None
    except csv.Error as why:
        raise RefusedError([Finding(path.name, line[0] + 1, 1, f"cannot be read as a table: {why}")]) from None
    return rows, counted.digest.hexdigest()


def _told(progress: Progress | None, counted: _Counting, size: int, raw: object, packed: bool) -> None:
    if packed and raw.tell() > max(1 << 28, MOST_PACKED * size):  # type: ignore[attr-defined]
        raise EOFError
    if progress:
        progress(counted.done, size)


def _take(  # noqa: PLR0913, PLR0917 - what to read, where to put it, and who is told
    text: TextIOWrapper,
    rows: Gathered,
    line: list[int],
    columns: Mapping[str, str],
    dates: str | None,
    tell: Callable[[], None],
) -> None:
    head = text.readline()
    if not head.strip():
        rows.fault("empty", 1, "is empty; the first line must name the columns")
        rows.refuse_if_faulty()
    delimiter = max(DELIMITERS, key=head.count)
    names = next(csv.reader([head], delimiter=delimiter))
    place = _places(names, columns, rows)
    rows.refuse_if_faulty()
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    moments = _Moments(rows, dates)
    for cells in reader:
        before, line[0] = line[0] + 1, reader.line_num + 1
        if len(cells) != len(names):
            if cells:
                rows.fault("ragged", before, f"has {len(cells)} cells; the first line names {len(names)} columns")
            continue
        _row(cells, place, rows, moments, before)
        if line[0] % EVERY == 0:
            tell()


def _places(names: list[str], columns: Mapping[str, str], rows: Gathered) -> dict[str, int]:
    """Find the column of everything: as told, or by its usual name."""
    for number, name in enumerate(names):
        if name in names[:number]:
            rows.fault("a column twice", 1, f"has two columns called {name!r}", number + 1)
    place: dict[str, int] = {}
    lower = [name.strip().lower() for name in names]
    for what in columns.keys() - KNOWN_AS.keys():
        rows.fault("unknown", 1, f"--column {what}: there is nothing of that name; there are {', '.join(KNOWN_AS)}")
    for what, usual in KNOWN_AS.items():
        if what in columns:
            if columns[what] not in names:
                message = f"has no column {columns[what]!r} (for {what}){nearest(columns[what], names)}"
                rows.fault("a column missing", 1, message)
            else:
                place[what] = names.index(columns[what])
        elif found := [name for name in usual if name in lower]:
            place[what] = lower.index(found[0])
        elif what in NEEDED:
            known = ", ".join(names[:12])
            message = (
                f"has no column for {what}; there are {known}. Name it with --column "
                f"{what}=NAME{nearest(usual[0], names)}"
            )
            rows.fault("a column missing", 1, message)
    return place


def _row(cells: list[str], place: Mapping[str, int], rows: Gathered, moments: _Moments, line: int) -> None:
    case, activity = cells[place["case"]], cells[place["activity"]]
    if not case or not activity:
        rows.fault(
            "empty cells",
            line,
            f"has no {'case' if not case else 'activity'}",
            place["activity" if case else "case"] + 1,
        )
        return
    kind = COMPLETE
    if "lifecycle" in place:
        transition = cells[place["lifecycle"]].lower() or "complete"
        if transition not in TRANSITIONS:
            rows.ignored[transition if len(transition) <= 20 else "other"] += 1
            return
        kind = TRANSITIONS[transition]
    started = moments.read(cells[place["started"]], line, place["started"]) if "started" in place else None
    ended = moments.read(cells[place["ended"]], line, place["ended"])
    if ended is None and started is None:
        if not cells[place["ended"]]:
            rows.fault("empty cells", line, "has no time", place["ended"] + 1)
        return
    resource = cells[place["resource"]] if "resource" in place else ""
    rows.case.append(code_of(rows.cases, case))
    rows.activity.append(code_of(rows.activities, activity))
    rows.transition.append(kind)
    rows.moment.append(ended[0] if ended else UNKNOWN)
    rows.started.append(started[0] if started else UNKNOWN)
    rows.offset.append((ended or started or (0, 0))[1])
    rows.instance.append(hash(cells[place["instance"]]) if "instance" in place and cells[place["instance"]] else -1)
    rows.resource.append(code_of(rows.resources, resource) if resource else -1)
    rows.line.append(line)
    rows.whole.append(hash(tuple(cells)))


class _Moments:
    """Reads times, all of one form: what is read first decides, what differs is at fault."""

    def __init__(self, rows: Gathered, form: str | None) -> None:
        self.rows = rows
        self.form = form
        self.has_offset: bool | None = None

    def read(self, text: str, line: int, column: int) -> tuple[int, int] | None:
        """Read a time as seconds since 1970 and the offset of the clock; nothing if the cell is empty or at fault."""
        if not text:
            return None
        try:
            read = datetime.strptime(text, self.form) if self.form else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError:
            wanted = (
                f"the form {self.form}"
                if self.form
                else "ISO 8601 (2027-03-31T14:05:00); name another form with --dates"
            )
            self.rows.fault(DISAGREE, line, f"the time {text[:40]!r} is not in {wanted}{_suggested(text)}", column + 1)
            return None
        seconds, offset = seconds_of(read)
        if self.has_offset is None:
            self.has_offset = offset is not None
        if self.has_offset != (offset is not None):
            self.rows.fault(
                DISAGREE,
                line,
                "the time has an offset from UTC where others have none, or none where others do",
                column + 1,
            )
            return None
        return seconds, offset or 0


def _suggested(text: str) -> str:
    """Suggest the form of a time in another form; where day and month could be either, say so."""
    for form in (
        "%d/%m/%Y %H:%M:%S",
        "%d/%m/%Y %H:%M",
        "%d/%m/%Y",
        "%m/%d/%Y %H:%M",
        "%d.%m.%Y %H:%M",
        "%d.%m.%Y %H:%M:%S",
        "%d-%m-%Y %H:%M",
    ):
        try:
            read = datetime.strptime(text, form)  # noqa: DTZ007
        except ValueError:
            continue
        either = (
            "; day and month could also be the other way round" if read.day <= 12 and read.day != read.month else ""
        )
        return f" (perhaps {form}{either})"
    return ""
