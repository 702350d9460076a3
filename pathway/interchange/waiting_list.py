"""A hospital's own list of who waits and who is under way: rows of a CSV become the patients of a scenario.

They come in by the door of a scenario's ``patients:``, so that what is refused there is refused here, with line and
column. Identifiers are used to find rows that stand there twice, and are said nowhere.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from pathway.errors import Finding, ScenarioError, nearest
from pathway.graph import branch_membership
from pathway.interchange.list_mapping import (
    MOMENTS,
    PLAIN,
    ListMapping,
    Vocabulary,
    read_mapping,
    vocabulary_of,
)
from pathway.interchange.rows import Table, read_rows
from pathway.scenario import quantities, times
from pathway.scenario.conditions import code
from pathway.scenario.cursor import Findings, UnreadableError
from pathway.scenario.patients import faults_of
from pathway.scenario.records import Present, Scenario
from pathway.scenario.words import Measure

MOST = 150_000  # values, as many as a scenario that is written and read again may have beside its model's
LONG = 7  # digits: what could be somebody's number is not repeated in a message
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?)?")
_NUMERIC = re.compile(r"\s*\d{1,4}([/.-])\d{1,2}\1\d{1,4}\b.*")


@dataclass(frozen=True)
class WaitingList:
    """What became of a list: its digest, and totals by which it can be reconciled. No identifiers."""

    file: str
    sha256: str
    minute_0: str
    rows: int
    patients: int
    waiting: Mapping[str, int]  # state -> patients
    under_way: Mapping[str, int]
    ignored: tuple[str, ...]  # columns
    alike: int  # rows like an earlier one, in a list without ids
    again: int  # rows of an id that stands at another state too
    instead_of: int  # patients the scenario had of its own

    def as_dict(self) -> dict[str, Any]:
        """Give it for a manifest."""
        return asdict(self)

    def sentences(self) -> Iterator[str]:
        """Say the totals."""
        yield (
            f"{self.file}: {self.rows:,} rows, {self.patients:,} patients at {self.minute_0} (minute 0), all taken; "
            f"{sum(self.waiting.values()):,} wait, {sum(self.under_way.values()):,} are under way"
        )
        for name in sorted({*self.waiting, *self.under_way}):
            yield f"  {name}: {self.waiting.get(name, 0):,} wait, {self.under_way.get(name, 0):,} under way"
        if self.ignored:
            yield f"  ignored as the mapping says: the columns {', '.join(self.ignored)}"
        if self.alike:
            yield f"  {self.alike:,} rows are like an earlier one; without ids they are taken for different patients"
        if self.again:
            yield f"  {self.again:,} rows have an id that stands at another state too; each is taken for a patient"
        if self.instead_of:
            yield f"  they take the place of the {self.instead_of:,} patients the scenario has of its own"


def read_waiting_list(
    scenario: Scenario, path: Path | str, mapping: Path | str | None = None, as_of: date | str | None = None
) -> Scenario:
    """Start a scenario from a hospital's own list.

    Parameters
    ----------
    scenario
        The scenario; the list takes the place of its own ``patients:``.
    path
        A CSV file, plain or gzip, with a row a patient (docs/waiting_list.md has the columns).
    mapping
        A file that says what columns and codes are called, and how dates are written.
    as_of
        The list's date, which becomes minute 0: the run then starts there, without a warm-up.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With everything that is wrong, each with file, line and column.
    """
    return waiting_list_of(scenario, path, mapping, as_of)[0]


def waiting_list_of(
    scenario: Scenario, path: Path | str, mapping: Path | str | None = None, as_of: date | str | None = None
) -> tuple[Scenario, WaitingList]:
    """Start a scenario from a list, as `read_waiting_list` does, and say what became of the list."""
    path, had = Path(path), sum(row.count for row in scenario.patients)
    changes: dict[str, object] = {"patients": None} if "patients" in scenario.tree else {}
    if as_of is not None:
        changes |= {"run.start": day_of(as_of).isoformat(), "run.warm_up": "0 days"}
    if changes:
        scenario = scenario.override(changes, name=scenario.name, title=scenario.title)
    vocabulary, findings = vocabulary_of(scenario), Findings()
    said = read_mapping(Path(mapping), vocabulary, findings) if mapping is not None else ListMapping()
    problems = list(findings.all())
    try:
        table = read_rows(path)
    except ScenarioError as refused:
        raise ScenarioError([*problems, *refused.findings]) from None
    if problems:
        raise ScenarioError(problems)
    reader = _Reader(table, vocabulary, said)
    reader.read()
    if reader.findings:
        raise ScenarioError(reader.findings)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    record = reader.record(digest, had)
    source = f"waiting list of {record.minute_0}, {record.rows} rows, SHA-256 {digest}"
    changes = {"patients": reader.plain, "sources.patients": source}
    return scenario.override(changes, name=scenario.name, title=scenario.title), record


def day_of(said: date | str, option: str = "--as-of") -> date:
    """Read the date an option gives."""
    try:
        return said if isinstance(said, date) else times.day(said)
    except ValueError:
        raise ScenarioError([Finding(option, 1, 1, f"is {said!r}; expected a date such as 2026-11-26")]) from None


def _say(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M}"


class _Reader:
    """Reads a table row by row, and gathers what is wrong with it."""

    def __init__(self, table: Table, vocabulary: Vocabulary, mapping: ListMapping) -> None:
        self.table, self.vocabulary, self.mapping = table, vocabulary, mapping
        self.scenario = vocabulary.scenario
        self.findings: list[Finding] = []
        self.rows: list[Present] = []
        self.plain: list[dict[str, object]] = []
        self.alike = self.again = 0
        self._ids: set[str] = set()
        self._seen: dict[tuple[str, str], int] = {}  # id and state -> line
        self._places: Counter[str] = Counter()
        self._like: set[tuple[str, ...]] = set()
        self._column: dict[str, int] = {}
        self._inside = branch_membership(self.scenario.pathway)
        self._column = self._columns()

    # ------------------------------------------------------------ the head

    def _columns(self) -> dict[str, int]:
        """Say which column each key stands in; what is neither mapped, known nor ignored is at fault."""
        heads, mapping = self.table.columns, self.mapping
        found: dict[str, int] = {}
        for key, head in mapping.columns.items():
            if head in heads:
                found[key] = heads.index(head)
            else:
                self._refuse(
                    1, "", f"there is no column {head!r}, which the mapping takes for {key}{nearest(head, heads)}"
                )
        for head in mapping.ignore:
            if head not in heads:
                self._refuse(1, "", f"there is no column {head!r}, which the mapping ignores{nearest(head, heads)}")
        for place, head in enumerate(heads):
            if place in found.values() or head in mapping.ignore:
                continue
            known = self.vocabulary.key_of(head)
            if known is None and sum(letter.isdigit() for letter in head) >= LONG:
                self._refuse(1, "", f"the head of column {place + 1} looks like data; is the head missing?")
            elif known is None:
                hint = nearest(head, self.vocabulary.keys())
                self._refuse(1, head, f"is a column of no known name{hint}; map it, or name it under 'ignore'")
            elif known in found:
                self._refuse(1, head, f"is {known} as {heads[found[known]]!r} is; ignore one of them")
            else:
                found[known] = place
        self._needed(found)
        return found

    def _needed(self, found: Mapping[str, int]) -> None:
        if "state" not in found:
            self._refuse(1, "", "the column 'state' is missing: where each patient is")
        if "joined" not in found and "started" not in found:
            self._refuse(1, "", "the columns 'joined' and 'started' are missing: since when each waits or is under way")
        if "stream" not in found and len(self.scenario.streams) != 1:
            known = ", ".join(self.scenario.streams)
            self._refuse(1, "", f"the column 'stream' is missing: by which of {known} each patient came")

    # ------------------------------------------------------------ rows

    def read(self) -> None:
        """Read every row."""
        if self.findings:
            return
        if not self.table.cells:
            self._refuse(1, "", "has a head and no rows; who starts without patients needs no list")
        if (values := sum(1 for row in self.table.cells for cell in row if cell.strip())) > MOST:
            self._refuse(
                1, "", f"has {values:,} values, and a scenario holds {MOST:,}; put like patients together (count)"
            )
            return
        self._ids = {self._cell(cells, "id") for cells in self.table.cells}
        for line, cells in zip(self.table.lines, self.table.cells, strict=True):
            row, plain = self._row(line, cells)
            self._once(line, cells, row)
            if row.state and row.stream:
                self._check(line, row)
            self.rows.append(row)
            self.plain.append(plain)
        self.again = sum(count for count in self._places.values() if count > 1)

    def _once(self, line: int, cells: tuple[str, ...], row: Present) -> None:
        """Find patients who stand at a state twice; of rows without an id, count those like an earlier one."""
        identity = self._cell(cells, "id")
        if not identity:
            self.alike += cells in self._like
            self._like.add(cells)
        elif row.state:
            if row.count > 1:
                self._refuse(line, "count", f"is {row.count}, and an id is of one patient")
            first = self._seen.setdefault((identity, row.state), line)
            if first != line:
                self._refuse(line, "id", f"is that of line {first} at the same state: the same patient twice")
            self._places[identity] += 1

    def _row(self, line: int, cells: tuple[str, ...]) -> tuple[Present, dict[str, object]]:
        """Read one row: as the record that is checked, and as it would stand in a file."""
        plain: dict[str, object] = {"stream": self._stream(line, cells), "state": self._state(line, cells)}
        fields: dict[str, Any] = dict(plain)
        for key in MOMENTS:
            if moment := self._moment(line, cells, key):
                plain[key], fields[key] = _say(moment), moment
        for key, parse in (("count", quantities.at_least_one), ("priority", quantities.priority)):
            value = self._value(line, cells, key, parse)
            if value is not None:
                plain[key], fields[key] = value
        known: dict[str, Any] = {"attributes": {}, "visits": {}, "left": {}, "due": {}}
        written: dict[str, dict[str, object]] = {name: {} for name in known}
        for key in self._column:
            section, _, name = key.partition(".")
            if key in PLAIN:
                continue
            if section in ("left", "due"):
                if moment := self._moment(line, cells, key):
                    known[section][name], written[section][name] = moment, _say(moment)
                continue
            measure = self._measure(key)
            value = self._value(line, cells, key, partial(code, measure=measure) if measure else quantities.times)
            if value is not None:
                written[section][name], known[section][name] = value
        return Present(**fields, **known), plain | {name: part for name, part in written.items() if part}

    def _measure(self, key: str) -> Measure | None:
        section, _, name = key.partition(".")
        return self.vocabulary.words.attributes[name] if section == "attributes" else None

    def _check(self, line: int, row: Present) -> None:
        """Ask of a row what is asked of a scenario's own patients; a cell that could not be read is not asked about."""
        unread = {found.column for found in self.findings[-len(self.table.columns) :] if found.line == line}
        forks = [fork for fork, _ in self._inside[row.state]]
        for key, message in faults_of(row, self.scenario, forks):
            if not unread or (key in self._column and self._column[key] + 1 not in unread):
                self._refuse(line, key, message)

    # ------------------------------------------------------------ cells

    def _cell(self, cells: tuple[str, ...], key: str) -> str:
        """Give a cell, its code replaced by what the mapping says it means."""
        if key not in self._column:
            return ""
        text = cells[self._column[key]].strip()
        return self.mapping.codes.get(key, {}).get(text, text)

    def _stream(self, line: int, cells: tuple[str, ...]) -> str:
        if "stream" not in self._column:
            return next(iter(self.scenario.streams))
        return self._name(line, cells, "stream", self.vocabulary.streams, "stream")

    def _state(self, line: int, cells: tuple[str, ...]) -> str:
        return self._name(line, cells, "state", self.vocabulary.places, "activity or delay")

    def _name(self, line: int, cells: tuple[str, ...], key: str, known: Mapping[str, str], what: str) -> str:
        text = self._cell(cells, key)
        if text in known:
            return known[text]
        if not text:
            self._refuse(line, key, f"is empty; expected the name of a {what}")
        else:
            hint = nearest(text, [*known, *self.mapping.codes.get(key, {})])
            self._refuse(line, key, f"is {self._shown(text)}, which is no {what}{hint}")
        return ""

    def _value(self, line: int, cells: tuple[str, ...], key: str, parse: Any) -> tuple[object, Any] | None:
        """Read a value: as it would stand in a file, and as what it means; nothing if the cell is empty."""
        text = self._cell(cells, key)
        if not text:
            return None
        measure = self._measure(key)
        is_whole = measure is None or measure.kind == "integer"
        value = int(text) if is_whole and re.fullmatch(r"[-+]?\d{1,18}", text, re.ASCII) else text
        try:
            return value, parse(value)
        except UnreadableError as why:
            self._refuse(line, key, f"is {self._shown(text)}; expected {why}")
            return None

    def _moment(self, line: int, cells: tuple[str, ...], key: str) -> datetime | None:
        """Read a date in the format of its column: ISO 8601, or what the mapping names; nothing is guessed."""
        text, form = self._cell(cells, key), self.mapping.format_of(key)
        if not text:
            return None
        try:
            if form:
                return datetime.strptime(text, form).replace(second=0, microsecond=0)
            if match := _ISO.fullmatch(text):
                return datetime.fromisoformat(f"{match[1]} {match[2] or '00:00'}")
        except ValueError:
            pass
        shown = self._shown(text, is_date=bool(_NUMERIC.fullmatch(text)))
        if form:
            self._refuse(line, key, f"is {shown}, not written as the mapping says ({form})")
        elif _ISO.fullmatch(text):
            self._refuse(line, key, f"is {shown}, a day or time there is not")
        elif _NUMERIC.fullmatch(text):
            self._refuse(line, key, f"is {shown}: day or month first? Write 2026-04-03, or say 'dates' in the mapping")
        else:
            self._refuse(line, key, f'is {shown}; expected a date such as 2026-04-03 or "2026-04-03 14:30"')
        return None

    def _shown(self, text: str, *, is_date: bool = False) -> str:
        """Give a cell for a message, unless somebody could be known by it."""
        digits = sum(letter.isdigit() for letter in text)
        if text in self._ids or (digits >= LONG and not is_date and not _ISO.fullmatch(text)):
            return "something not repeated here, as it could be an identifier"
        return repr(text)

    def _refuse(self, line: int, key: str, message: str) -> None:
        """Add a finding, with the column by the name it has in the file."""
        column = self._column.get(key)
        heads = self.table.columns
        if column is None and key in heads:
            column = heads.index(key)
        name = heads[column] if column is not None else key
        said = f"{name} {message}" if name else message
        self.findings.append(Finding(str(self.table.path), line, (column or 0) + 1, said))

    # ------------------------------------------------------------ totals

    def record(self, digest: str, had: int) -> WaitingList:
        """Say what became of the list."""
        waiting: Counter[str] = Counter()
        under_way: Counter[str] = Counter()
        for row in self.rows:
            (waiting if row.started is None else under_way)[row.state] += row.count
        table = self.table
        return WaitingList(
            table.path.name,
            digest,
            self.scenario.run.timeline.origin.isoformat()[:10],
            len(table.cells),
            sum(row.count for row in self.rows),
            dict(sorted(waiting.items())),
            dict(sorted(under_way.items())),
            tuple(head for head in table.columns if head in self.mapping.ignore),
            self.alike,
            self.again,
            had,
        )
