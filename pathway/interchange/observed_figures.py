"""Observed figures of a past period: a tidy CSV, one figure a row (docs/validating.md has the columns)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pathway.errors import Finding, ScenarioError, nearest
from pathway.experiment.observing import COMPARED, STATISTICS, TO, Observed, Seen
from pathway.interchange.rows import Table, missing, read_rows

NEEDED = ("period", "measure", "subject", "statistic", "value")
FURTHER = ("part", "from", "to", "n", "low", "high", "per", "note")
MEASURES = (*COMPARED, "referrals", "case_mix")
PARTS = ("all", "first", "subsequent")
ONLY = {"referrals": ("count",), "case_mix": ("ratio",)}
ONE_MONTH = ("list", "referrals")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def read_observed(path: Path | str) -> Observed:
    """Read observed figures from a CSV file, plain or gzip.

    Parameters
    ----------
    path
        The file, with the columns of docs/validating.md.

    Returns
    -------
    Observed

    Raises
    ------
    ScenarioError
        With everything that is wrong in the file, each with its line and column.
    """
    table = read_rows(path)
    findings = list(_columns(table))
    figures: list[Seen] = []
    if not findings:
        known: dict[tuple[object, ...], int] = {}
        for line, cells in zip(table.lines, table.cells, strict=True):
            row = Row(table, line, dict(zip(table.columns, cells, strict=True)))
            seen = row.figure()
            if seen:
                key = (seen.measure, seen.subject, seen.part, seen.statistic, seen.period, seen.low_day, seen.high_day)
                if key in known:
                    row.refuse("subject", f"has the same figure as in line {known[key]}")
                known.setdefault(key, line)
                figures.append(seen)
            findings += row.findings
        if not findings and not any(seen.measure in COMPARED for seen in figures):
            findings.append(_finding(table, 1, "measure", f"nothing to compare: no row has {', '.join(COMPARED)}"))
    if findings:
        raise ScenarioError(findings)
    name = Path(path).name
    return Observed(tuple(figures), name, table.sha256)


def _columns(table: Table) -> list[Finding]:
    known = [*NEEDED, *FURTHER]
    found = [
        _finding(table, 1, name, f"there is no column {name!r}{nearest(name, known)}; there are {', '.join(known)}")
        for name in table.columns
        if name not in known
    ]
    return found + [
        _finding(table, 1, "", missing(name, table.columns)) for name in NEEDED if name not in table.columns
    ]


def _finding(table: Table, line: int, column: str, message: str) -> Finding:
    place = table.columns.index(column) + 1 if column in table.columns else 1
    return Finding(str(table.path), line, place, message)


class Row:
    """A row being read: its cells, and what is wrong with them."""

    def __init__(self, table: Table, line: int, cells: Mapping[str, str]) -> None:
        self.table, self.line, self.cells = table, line, cells
        self.findings: list[Finding] = []

    def text(self, column: str) -> str:
        """Give a cell, empty where there is no such column."""
        return self.cells.get(column, "").strip()

    def refuse(self, column: str, message: str) -> None:
        """Say what is wrong with a cell."""
        self.findings.append(_finding(self.table, self.line, column, f"{column} {message}"))

    def figure(self) -> Seen | None:
        """Read the row; None if something is wrong with it."""
        measure = self.one_of("measure", MEASURES)
        statistic = self.one_of("statistic", ONLY.get(measure, STATISTICS)) if measure else ""
        part = self.one_of("part", PARTS, default="all")
        if part != "all" and measure and measure != "clock":
            self.refuse("part", f"is {part!r}: only clocks have parts")
        subject, per = self.text("subject"), self.text("per")
        if not subject:
            self.refuse("subject", "is empty, expected the name of a clock, an activity or a stream")
        if bool(per) != (measure == "case_mix"):
            self.refuse("per", "is for case_mix, and needed there: the clock it is per")
        low, high = self.band(statistic)
        value = self.number("value", most=1.0 if statistic == "share" else None)
        spread = [self.number(name, default=float("nan")) for name in ("low", "high")]
        if bool(self.text("low")) != bool(self.text("high")) or spread[0] > spread[1]:
            self.refuse(
                "low",
                f"is {self.text('low')!r}, high {self.text('high')!r}: expected both limits of a spread, lower first",
            )
        n = self.number("n", default=float("nan"))
        if n == 0:
            self.refuse("n", "is 0: a figure of nobody is no figure; leave the row out")
        period = self.period(measure)
        if self.findings:
            return None
        return Seen(
            measure, subject, statistic, value, period, part, low, high, n, spread[0], spread[1], per,
            self.text("note"), self.line,
        )  # fmt: skip

    def one_of(self, column: str, allowed: tuple[str, ...], default: str = "") -> str:
        """Read a word out of a few."""
        word = self.text(column) or default
        if word in allowed:
            return word
        self.refuse(column, f"is {word!r}, expected {', '.join(allowed)}{nearest(word, allowed)}")
        return ""

    def number(self, column: str, default: float | None = None, most: float | None = None) -> float:
        """Read a number that is not below 0."""
        text = self.text(column)
        if not text and default is not None:
            return default
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not 0 <= value < float("inf"):
            self.refuse(column, f"is {text!r}, expected a number, 0 or more, with a point for decimals")
        elif most is not None and value > most:
            self.refuse(column, f"is {text!r}, expected a share between 0 and 1; is it per cent?")
        return value

    def band(self, statistic: str) -> tuple[int, int | None]:
        """Read a band of whole days; a share needs one."""
        found: list[int | None] = []
        for column in ("from", "to"):
            text = self.text(column)
            if text and not text.isdecimal():
                self.refuse(column, f"is {text!r}, expected whole days")
            found.append(int(text) if text.isdecimal() else None)
        low, high = found
        if statistic not in ("share", "count", "") and (low is not None or high is not None):
            self.refuse("from", f"is said, and a {statistic} is of all; only shares and counts are of a band of days")
        if statistic == "share" and not low and high is None:
            self.refuse("to", "is empty, and a share is of those within a band of days: expected from, to, or both")
        if low is not None and high is not None and high < low:
            self.refuse("to", f"is {high} days, before {low}")
        return low or 0, high

    def period(self, measure: str) -> str:
        """Read a month, or the first and the last of several."""
        text = self.text("period")
        first, _, last = text.partition(TO)
        months = [first, last] if TO in text else [first]
        if not all(_MONTH.fullmatch(month) for month in months):
            self.refuse("period", f"is {text!r}, expected a month such as 2024-03, or several: 2023-10{TO}2025-09")
        elif months != sorted(months):
            self.refuse("period", f"is {text!r}: the first month comes after the last")
        elif len(months) > 1 and measure in ONE_MONTH:
            self.refuse("period", f"is {text!r}: expected one month, as {measure} figures are by month")
        return text
