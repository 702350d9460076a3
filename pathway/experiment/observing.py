"""What was observed in a past period, figure by figure, and the same figure read off simulated days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
COMPARED = ("clock", "wait", "list")
FRAMES = {"clock": "stopped_days", "wait": "wait_days", "list": "list_days"}
STATISTICS = ("share", "count", "mean", "median", "p90")
QUANTILES = {"median": 0.5, "p90": 0.9}
TO = ".."  # between the first and the last month of a period
PLUS = "+"  # between activities whose patients count together
LONGEST = 3_000  # days told apart; whoever waits longer counts as long


@dataclass(frozen=True, slots=True)
class Seen:
    """One observed figure: what of whom in which period, in which band of days, the value, and how many it is of.

    `period` is a month, ``2024-03``, or several, ``2023-10..2025-09``.  `high_day` of None is an open band.  `low` and
    `high` are the spread of a figure over several providers, where it is not of a single one.  `per` is what the ratio
    of a case mix is per.
    """

    measure: str
    subject: str
    statistic: str
    value: float
    period: str
    part: str = "all"
    low_day: int = 0
    high_day: int | None = None
    n: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    per: str = ""
    note: str = ""
    line: int = 0

    @property
    def months(self) -> tuple[str, str]:
        """The first and the last month it is of.

        >>> Seen("clock", "d28", "count", 9, "2024-01..2024-03").months
        ('2024-01', '2024-03')
        """
        first, _, last = self.period.partition(TO)
        return first, last or first

    @property
    def is_spread(self) -> bool:
        """Whether it comes with the spread over several providers."""
        return bool(np.isfinite(self.low) and np.isfinite(self.high))

    @property
    def is_band(self) -> bool:
        """Whether it is of a band of days, rather than of all."""
        return self.low_day > 0 or self.high_day is not None


@dataclass(frozen=True, slots=True)
class Observed:
    """The figures of a past period, and where they were read."""

    figures: tuple[Seen, ...]
    name: str = ""
    digest: str = ""

    @property
    def compared(self) -> tuple[Seen, ...]:
        """The figures to be set beside a simulation."""
        return tuple(seen for seen in self.figures if seen.measure in COMPARED)

    @property
    def mixes(self) -> tuple[Seen, ...]:
        """What is known of the case mix: how many of one clock there were for each of another."""
        return tuple(seen for seen in self.figures if seen.measure == "case_mix")

    @property
    def months(self) -> tuple[str, str]:
        """The first and the last month that figures speak of, such as ``2024-03``."""
        said = sorted({month for seen in self.figures for month in seen.months})
        return said[0], said[-1]

    def referrals(self) -> dict[str, dict[str, float]]:
        """Give the observed referrals: stream to month to number."""
        found: dict[str, dict[str, float]] = {}
        for seen in self.figures:
            if seen.measure == "referrals":
                found.setdefault(seen.subject, {})[seen.period] = seen.value
        return found

    def notes(self) -> list[tuple[str, str, str]]:
        """Give what is said of definitions, each once: measure, subject, note."""
        return list(dict.fromkeys((seen.measure, seen.subject, seen.note) for seen in self.figures if seen.note))


class Days:
    """Simulated patients by replication, month and day, of every clock, wait and list."""

    def __init__(self, frames: Sequence[dict[str, pd.DataFrame]], first_month: str, months: int) -> None:
        self.count, self.months = len(frames), months
        self._frames = frames
        self._first = np.datetime64(first_month, "M")
        self._known: dict[tuple[str, str, str], Floats] = {}

    def of(self, measure: str, subject: str, part: str = "all") -> Floats:
        """Give an array of patients by replication, month of the window, and day."""
        key = (measure, subject, part)
        if key not in self._known:
            self._known[key] = self._tabled(*key)
        return self._known[key]

    def _tabled(self, measure: str, subject: str, part: str) -> Floats:
        chosen = []
        for frames in self._frames:
            frame = frames[FRAMES[measure]]
            rows = frame[frame["subject"].isin(subject.split(PLUS))]
            if part != "all":
                rows = rows[rows["later"] == (part == "subsequent")]
            chosen.append(rows)
        longest = min(max((int(rows["days"].max()) for rows in chosen if len(rows)), default=0), LONGEST)
        table = np.zeros((self.count, self.months, longest + 1))
        for place, rows in enumerate(chosen):
            days = np.clip(rows["days"].to_numpy(), 0, longest)
            np.add.at(table[place], (rows["month"].to_numpy(), days), rows["patients"].to_numpy())
        return table

    def patients(self, seen: Seen) -> Floats:
        """Give how many patients by replication and day a figure is of."""
        table = self.of(seen.measure, seen.subject, seen.part)
        first, last = (int((np.datetime64(month, "M") - self._first).astype(np.int64)) for month in seen.months)
        return np.asarray(table[:, first : last + 1].sum(axis=1))


def figure_of(seen: Seen, patients: Floats) -> tuple[Floats, Floats]:
    """Read a figure off patients by replication and day: its value in each replication, and of how many it is.

    >>> by_day = np.array([[2.0, 1.0, 1.0, 0.0, 4.0]])
    >>> within = Seen("clock", "d28", "share", 0.5, "2024-02", high_day=2)
    >>> [each.tolist() for each in figure_of(within, by_day)]
    [[0.5], [8.0]]
    >>> figure_of(Seen("clock", "d28", "median", 3.0, "2024-02"), by_day)[0].tolist()
    [2.0]
    """
    total = patients.sum(axis=1)
    inside = patients[:, seen.low_day : None if seen.high_day is None else seen.high_day + 1].sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        if seen.statistic == "count":
            return inside, total
        if seen.statistic == "share":
            return inside / total, total
        if seen.statistic == "mean":
            return patients @ np.arange(patients.shape[1]) / total, total
    cumulative = np.cumsum(patients, axis=1)
    reached = cumulative >= QUANTILES[seen.statistic] * total[:, None]
    return np.where(total > 0, reached.argmax(axis=1), np.nan), total


def months_of(start: date, minutes: int) -> int:
    """Count the months a window touches.

    >>> months_of(date(2023, 10, 1), 731 * 1440), months_of(date(2023, 10, 31), 2 * 1440)
    (24, 2)
    """
    last = start + timedelta(minutes=minutes - 1)
    return 12 * (last.year - start.year) + last.month - start.month + 1
