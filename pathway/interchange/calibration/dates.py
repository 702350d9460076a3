"""Whether the dates of a log are real: what can be told of weekdays, seasons and rates, and what cannot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import stats

from pathway.interchange.observed import UNKNOWN, Ints, ObservedLog

Dates = Literal["auto", "real", "shifted"]

DAY, HOUR = 86_400, 3_600
EPOCH_WEEKDAY = 3  # 1 January 1970 was a Thursday
ERROR = 0.001  # of the test of weekdays, over all activities together
SURE = 1e-6  # of the test of hours
POWER = 0.9
QUIET_WEEKEND = 0.6  # a weekend this quiet, of a weekday, is to be seen, or there is too little to judge by
FEWEST = 50
STRAY = 0.01


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of weekdays and hours.

    `real` says whether dates may be used; `weekdays` whether weekdays differ; `tested` the activities looked at,
    `p_weekday`
    the least p over them (times their number), `p_hour` the same of the hours of the day.
    """

    real: bool
    weekdays: bool
    enough: bool
    tested: int
    p_weekday: float
    p_hour: float
    told: bool  # the user said so
    has_hours: bool = True  # there are times of day, not dates only

    def sentence(self) -> str:
        """Say what was found and what follows."""
        if not self.has_hours:
            return f"the log has dates only, no times of day; {self._of_days()}"
        return self._of_days()

    def _of_days(self) -> str:
        seen = (
            f"weekdays of {self.tested} series (arrivals and activities): least p {self.p_weekday:.2g} "
            f"after correction; hours of the day: {self.p_hour:.1g}"
        )
        if self.told:
            return f"the dates were said to be {'real' if self.real else 'shifted case by case'}; {seen}"
        if self.weekdays:
            return f"weekdays differ, so dates are taken as real; {seen}"
        if not self.real:
            return (
                f"no activity has a weekday, though hours of the day are strong: dates were probably "
                f"shifted case by case by whole days; {seen}. "
                "So rate, trend, season, weekdays and how many were there at once are not identifiable "
                "(say --dates real if they are real)"
            )
        why = "weekdays do not differ" if self.enough else "there are too few events to tell weekdays apart"
        return f"{why}, and are left flat; dates are taken as real; {seen}"


def judge(log: ObservedLog, told: Dates = "auto") -> Verdict:
    """Judge whether the dates of a log are real, from what should have weekdays and has none."""
    has_hours = _has_hours(log)
    series = [each for each in _series(log) if each.size >= FEWEST]
    if not series:
        return Verdict(told != "shifted", False, False, 0, 1.0, 1.0, told != "auto", has_hours)
    weekday = min(1.0, len(series) * min(flat_p(weekday_of(each), 7) for each in series))
    hour = min(1.0, len(series) * min(flat_p(hour_of(each), 24) for each in series)) if has_hours else 1.0
    enough = max(each.size for each in series) >= _needed(len(series))
    differ = weekday < ERROR
    shifted = not differ and enough and hour < SURE
    real = not shifted if told == "auto" else told == "real"
    return Verdict(real, differ, enough, len(series), weekday, hour, told != "auto", has_hours)


def _has_hours(log: ObservedLog) -> bool:
    """Tell whether there are times of day: whether anything but a stray moment is not at midnight."""
    moments = np.concatenate([log.local(each) for each in (log.asked, log.started, log.ended)])
    known = moments[moments != UNKNOWN]
    return bool((known % DAY != 0).mean() > STRAY) if known.size else True


def _series(log: ObservedLog) -> Iterator[Ints]:
    """Give arrivals, and when each case first came to each activity: one moment a case, so they are independent."""
    yield log.arrived + log.arrived_offset
    key = log.case * len(log.activities) + log.activity
    _, first = np.unique(key, return_index=True)
    local = log.local(log.known_from())[first]
    for code in range(len(log.activities)):
        of_this = local[log.activity[first] == code]
        yield of_this[of_this != UNKNOWN]


def flat_p(codes: Ints, cells: int) -> float:
    """Give the p of a chi-square test that all cells are as likely."""
    counts = np.bincount(codes, minlength=cells)
    return float(stats.chisquare(counts).pvalue) if counts.sum() >= 5 * cells else 1.0


def _needed(tests: int) -> float:
    """Give how many moments it takes to see a quiet weekend."""
    shares = np.array([1.0] * 5 + [QUIET_WEEKEND] * 2)
    shares /= shares.sum()
    effect = float((((shares - 1 / 7) ** 2) * 7).sum())
    critical = stats.chi2.isf(ERROR / tests, 6)
    sizes = np.geomspace(FEWEST, 1e6, 200)
    enough = stats.ncx2.sf(critical, 6, sizes * effect) >= POWER
    return float(sizes[np.argmax(enough)])


def weekday_of(local: Ints) -> Ints:
    """Give weekdays, Monday 0.

    >>> weekday_of(np.array([0])).tolist()
    [3]
    """
    return (local // DAY + EPOCH_WEEKDAY) % 7


def hour_of(local: Ints) -> Ints:
    """Give hours of the day."""
    return local % DAY // HOUR


def month_of(local: Ints) -> Ints:
    """Give months, January 0."""
    return local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64) % 12
