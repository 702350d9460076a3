"""Reading a waiting list row by row: each becomes patients of a scenario, asked what the scenario's own are asked.

Identifiers find rows that stand there twice, and are kept nowhere.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from pathway.graph import branch_membership, came_from
from pathway.interchange.list_cells import Cells, say_moment
from pathway.interchange.list_head import columns_of
from pathway.interchange.list_mapping import MOMENTS, PLAIN, ListMapping, Vocabulary
from pathway.interchange.list_record import WaitingList
from pathway.interchange.rows import Table
from pathway.scenario import quantities
from pathway.scenario.conditions import code
from pathway.scenario.patients import faults_of
from pathway.scenario.records import Present

SHOWN = 3  # steps before a fork that are named
MOST = 150_000  # values, as many as a scenario that is written and read again may have beside its model's


class Reader:
    """Reads a table, and gathers what is wrong with it; with `skip`, bad rows are left out and said."""

    def __init__(self, table: Table, vocabulary: Vocabulary, mapping: ListMapping, *, skip: bool = False) -> None:
        self.table, self.mapping, self.skip = table, mapping, skip
        self.scenario = vocabulary.scenario
        self.cells = Cells(table, vocabulary, mapping)
        self.rows: list[Present] = []
        self.plain: list[dict[str, object]] = []
        self.skipped: list[int] = []  # lines
        self.why: list[str] = []
        self._seen: dict[tuple[str, str], int] = {}  # id and state -> line
        self._places: Counter[str] = Counter()
        self._like: Counter[tuple[str, ...]] = Counter()  # rows without an id
        self._inside = branch_membership(self.scenario.pathway)
        self.cells.column = columns_of(self.cells)

    def read(self) -> None:
        """Read every row."""
        cells = self.cells
        if cells.findings:
            return
        if not self.table.cells:
            cells.refuse(1, "", "has a head and no rows; who starts without patients needs no list")
        if (values := sum(1 for row in self.table.cells for cell in row if cell.strip())) > MOST:
            cells.refuse(
                1, "", f"has {values:,} values, and a scenario holds {MOST:,}; put like patients together (count)"
            )
            return
        cells.ids = {cells.cell(row, "id") for row in self.table.cells}
        for line, row in zip(self.table.lines, self.table.cells, strict=True):
            self._take(line, row)
        if self.skipped and not self.rows:
            cells.refuse(1, "", f"has {len(self.skipped):,} rows, and every one is bad; nobody is left to start with")

    def _take(self, line: int, cells: tuple[str, ...]) -> None:
        """Read one row; it is taken, or its faults are kept: as reasons to refuse the list, or to skip the row."""
        before = len(self.cells.findings)
        row, plain = self._row(line, cells)
        identity = self._once(line, cells, row)
        if row.state and row.stream:
            self._check(line, row)
        bad = self.cells.findings[before:]
        if bad and self.skip:
            del self.cells.findings[before:]
            self.skipped.append(line)
            self.why += [f"{self.table.path.name}:{found.line}:{found.column}: {found.message}" for found in bad]
            return
        self.rows.append(row)
        self.plain.append(plain)
        if not identity:
            self._like[cells] += 1
        elif row.state:
            self._seen.setdefault((identity, row.state), line)
            self._places[identity] += 1

    def _once(self, line: int, cells: tuple[str, ...], row: Present) -> str:
        """Find patients who stand at a state twice; give the row's id."""
        identity = self.cells.cell(cells, "id")
        if identity and row.state:
            if row.count > 1:
                self.cells.refuse(line, "count", f"is {row.count}, and an id is of one patient")
            if first := self._seen.get((identity, row.state)):
                self.cells.refuse(line, "id", f"is that of line {first} at the same state: the same patient twice")
        return identity

    def _row(self, line: int, cells: tuple[str, ...]) -> tuple[Present, dict[str, object]]:
        """Read one row: as the record that is checked, and as it would stand in a file."""
        read = self.cells
        plain: dict[str, object] = {"stream": read.stream(line, cells), "state": read.state(line, cells)}
        fields: dict[str, Any] = dict(plain)
        for key in MOMENTS:
            if moment := read.moment(line, cells, key):
                plain[key], fields[key] = say_moment(moment), moment
        for key, parse in (("count", quantities.at_least_one), ("priority", quantities.priority)):
            value = read.value(line, cells, key, parse)
            if value is not None:
                plain[key], fields[key] = value
        known: dict[str, Any] = {"attributes": {}, "visits": {}, "left": {}, "due": {}}
        written: dict[str, dict[str, object]] = {name: {} for name in known}
        for key in read.column:
            section, _, name = key.partition(".")
            if key in PLAIN:
                continue
            if section in ("left", "due"):
                if moment := read.moment(line, cells, key):
                    known[section][name], written[section][name] = moment, say_moment(moment)
                continue
            measure = read.measure(key)
            value = read.value(line, cells, key, partial(code, measure=measure) if measure else quantities.times)
            if value is not None:
                written[section][name], known[section][name] = value
        return Present(**fields, **known), plain | {name: part for name, part in written.items() if part}

    def _check(self, line: int, row: Present) -> None:
        """Ask of a row what is asked of a scenario's own patients; a cell that could not be read is not asked about."""
        column = self.cells.column
        unread = {found.column for found in self.cells.findings[-len(self.table.columns) :] if found.line == line}
        forks = [fork for fork, _ in self._inside[row.state]]
        for key, message in faults_of(row, self.scenario, forks):
            if not unread or (key in column and column[key] + 1 not in unread):
                self.cells.refuse(line, key, message + self._instead(key, forks))

    def _instead(self, key: str, forks: list[str]) -> str:
        """Say where to put somebody who is inside the branches of forks: at a step from which one comes to them."""
        if key != "state" or not forks:
            return ""
        inside = {name for name, forks_around in self._inside.items() if forks_around}
        before = came_from(self.scenario.pathway, forks[0], inside)
        return f". Put them at a step before it, such as {' or '.join(before[:SHOWN])}" if before else ""

    def record(self, had: int) -> WaitingList:
        """Say what became of the list."""
        waiting: Counter[str] = Counter()
        under_way: Counter[str] = Counter()
        for row in self.rows:
            (waiting if row.started is None else under_way)[row.state] += row.count
        table = self.table
        return WaitingList(
            file=table.path.name,
            sha256=self.table.sha256,
            minute_0=self.scenario.run.timeline.origin.isoformat()[:10],
            rows=len(table.cells),
            patients=sum(row.count for row in self.rows),
            waiting=dict(sorted(waiting.items())),
            under_way=dict(sorted(under_way.items())),
            ignored=tuple(head for head in table.columns if head in self.mapping.ignore),
            alike=sum(count - 1 for count in self._like.values()),
            again=sum(count for count in self._places.values() if count > 1),
            instead_of=had,
            skipped=tuple(self.skipped),
            why=tuple(self.why),
        )
