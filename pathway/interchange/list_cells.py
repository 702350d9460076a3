"""The cells of a waiting list: names, numbers and dates, each read as its column asks, each fault with its place.

A cell that could be somebody's number is repeated in no message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from pathway.errors import Finding, nearest
from pathway.interchange.list_mapping import ListMapping, Vocabulary
from pathway.interchange.refusing import could_be_a_number
from pathway.interchange.rows import Table
from pathway.scenario.cursor import UnreadableError
from pathway.scenario.words import Measure

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?)?")
_NUMERIC = re.compile(r"\s*\d{1,4}([/.-])\d{1,2}\1\d{1,4}\b.*")


def say_moment(moment: datetime) -> str:
    """Write a moment as a scenario has it."""
    return f"{moment:%Y-%m-%d}" if moment.time() == time() else f"{moment:%Y-%m-%d %H:%M}"


class Cells:
    """Reads the cells of a table, and gathers what is wrong with them; `column` says where each key stands."""

    def __init__(self, table: Table, vocabulary: Vocabulary, mapping: ListMapping) -> None:
        self.table, self.vocabulary, self.mapping = table, vocabulary, mapping
        self.scenario = vocabulary.scenario
        self.findings: list[Finding] = []
        self.ids: set[str] = set()
        self.column: dict[str, int] = {}

    def measure(self, key: str) -> Measure | None:
        """Give what kind of value an attribute's column holds."""
        section, _, name = key.partition(".")
        return self.vocabulary.words.attributes[name] if section == "attributes" else None

    def cell(self, cells: tuple[str, ...], key: str) -> str:
        """Give a cell, its code replaced by what the mapping says it means."""
        if key not in self.column:
            return ""
        text = cells[self.column[key]].strip()
        return self.mapping.codes.get(key, {}).get(text, text)

    def stream(self, line: int, cells: tuple[str, ...]) -> str:
        """Give the stream a patient came by."""
        if "stream" not in self.column:
            return next(iter(self.scenario.streams))
        return self._name(line, cells, "stream", self.vocabulary.streams, "stream")

    def state(self, line: int, cells: tuple[str, ...]) -> str:
        """Give the state a patient is in."""
        return self._name(line, cells, "state", self.vocabulary.places, "activity or delay")

    def _name(self, line: int, cells: tuple[str, ...], key: str, known: Mapping[str, str], what: str) -> str:
        text = self.cell(cells, key)
        if text in known:
            return known[text]
        if not text:
            self.refuse(line, key, f"is empty; expected the name of a {what}")
        else:
            hint = nearest(text, [*known, *self.mapping.codes.get(key, {})])
            self.refuse(line, key, f"is {self._shown(text)}, which is no {what}{hint}")
        return ""

    def value(self, line: int, cells: tuple[str, ...], key: str, parse: Any) -> tuple[object, Any] | None:
        """Read a value: as it would stand in a file, and as what it means; nothing if the cell is empty."""
        text = self.cell(cells, key)
        if not text:
            return None
        measure = self.measure(key)
        is_whole = measure is None or measure.kind == "integer"
        value = int(text) if is_whole and re.fullmatch(r"[-+]?\d{1,18}", text, re.ASCII) else text
        try:
            return value, parse(value)
        except UnreadableError as why:
            self.refuse(line, key, f"is {self._shown(text)}; expected {why}")
            return None

    def moment(self, line: int, cells: tuple[str, ...], key: str) -> datetime | None:
        """Read a date in the format of its column: ISO 8601, or what the mapping names; nothing is guessed."""
        text, form = self.cell(cells, key), self.mapping.format_of(key)
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
            self.refuse(line, key, f"is {shown}, not written as the mapping says ({form})")
        elif _ISO.fullmatch(text):
            self.refuse(line, key, f"is {shown}, a day or time there is not")
        elif _NUMERIC.fullmatch(text):
            self.refuse(line, key, f"is {shown}: day or month first? Write 2026-04-03, or say 'dates' in the mapping")
        else:
            self.refuse(line, key, f'is {shown}; expected a date such as 2026-04-03 or "2026-04-03 14:30"')
        return None

    def _shown(self, text: str, *, is_date: bool = False) -> str:
        """Give a cell for a message, unless somebody could be known by it."""
        if text in self.ids or (could_be_a_number(text) and not is_date and not _ISO.fullmatch(text)):
            return "something not repeated here, as it could be an identifier"
        return repr(text)

    def refuse(self, line: int, key: str, message: str) -> None:
        """Add a finding, with the column by the name it has in the file."""
        column = self.column.get(key)
        heads = self.table.columns
        if column is None and key in heads:
            column = heads.index(key)
        name = heads[column] if column is not None else key
        said = f"{name} {message}" if name else message
        self.findings.append(Finding(str(self.table.path), line, (column or 0) + 1, said))
