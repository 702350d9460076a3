"""How often cases arrive: by weekday, hour and month, as far as the log can tell, each with count and interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pathway.interchange.calibration.dates import DAY, HOUR, Verdict, flat_p, hour_of, month_of, weekday_of
from pathway.interchange.observed import ObservedLog
from pathway.scenario.times import WEEKDAYS

YEAR = 365.25
DIFFERENT = 0.001  # of the test of one profile
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate over some time: how many came, in how many days, and so how many a day, with an exact interval."""

    label: str
    count: int
    days: float

    @property
    def per_day(self) -> float:
        """How many a day."""
        return self.count / self.days if self.days else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The exact interval of a Poisson rate, 95 %."""
        return poisson_interval(self.count, self.days)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the day in which cases arrive evenly: hours from, to (24 at most), and the share of all arrivals."""

    opens: int
    closes: int
    count: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What the log says of arrivals.

    `overall` is the rate, real only if `identifiable`; a profile that is not told apart from flat is not used
    (`differ`).
    """

    overall: Rate
    identifiable: bool
    weekdays: tuple[Rate, ...]
    hours: tuple[Rate, ...]
    months: tuple[Rate, ...]
    parts: tuple[Part, ...]
    p_weekday: float
    p_month: float
    weekdays_used: bool
    months_used: bool
    drift: float  # p of first half against second
    on_holidays: float = 1.0  # of the rate of other days of the same weekdays

    @property
    def per_year(self) -> float:
        """How many a year."""
        return self.overall.per_day * YEAR


def poisson_interval(count: int, exposure: float) -> tuple[float, float]:
    """Give the exact interval (95 %) of a Poisson rate.

    >>> [round(each, 2) for each in poisson_interval(10, 1.0)]
    [4.8, 18.39]
    """
    tail = (1 - CONFIDENCE) / 2
    low = float(stats.chi2.ppf(tail, 2 * count) / 2) if count else 0.0
    return low / exposure, float(stats.chi2.isf(tail, 2 * count + 2) / 2) / exposure


def read_arrivals(log: ObservedLog, verdict: Verdict, holidays: NDArray[np.int64] | None = None) -> Arrivals:
    """Read the arrivals of a log: from the first to the last, the first not counted as it opens the stretch."""
    at = np.sort(log.arrived + log.arrived_offset)
    begins, ends = int(at[0]), int(at[-1])
    later = at[1:]
    days = max((ends - begins) / DAY, 1 / 24)
    weekday_days, month_days = _exposure(begins, ends)
    weekdays = _rates(WEEKDAYS, weekday_of(later), weekday_days)
    months_named = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    months = _rates(months_named, month_of(later), month_days)
    hours = _rates([f"{hour:02d}" for hour in range(24)], hour_of(at), np.full(24, days / 24))
    by_hour = np.array([each.count for each in hours])
    p_weekday, p_month = _same_rate(weekdays), _same_rate(months)
    halves = stats.binomtest(int((later <= begins + (ends - begins) / 2).sum()), max(1, later.size)).pvalue
    return Arrivals(
        overall=Rate("all", later.size, days),
        identifiable=verdict.real,
        weekdays=weekdays,
        hours=hours,
        months=months,
        parts=parts_of_the_day(by_hour) if verdict.has_hours else (Part(0, 24, int(at.size)),),
        p_weekday=p_weekday,
        p_month=p_month,
        weekdays_used=verdict.real and p_weekday < DIFFERENT,
        months_used=verdict.real and days >= 2 * YEAR and p_month < DIFFERENT,
        drift=float(halves),
        on_holidays=_on_holidays(later, weekdays, holidays) if verdict.real and holidays is not None else 1.0,
    )


def _on_holidays(at: NDArray[np.int64], weekdays: tuple[Rate, ...], holidays: NDArray[np.int64]) -> float:
    """Give how many arrive on public holidays for each on other such weekdays, where a test tells them apart."""
    inside = holidays[(holidays > at[0] // DAY) & (holidays < at[-1] // DAY)]
    of_weekday = np.bincount(weekday_of(inside * DAY), minlength=7)
    seen = np.isin(at // DAY, inside)
    came = np.bincount(weekday_of(at[seen]), minlength=7)
    other = [(rate.count - n) / max(rate.days - d, 1e-9) for rate, n, d in zip(weekdays, came, of_weekday, strict=True)]
    expected = float(of_weekday @ np.array(other))
    if expected < 5:
        return 1.0
    p = 2 * min(stats.poisson.cdf(seen.sum(), expected), stats.poisson.sf(seen.sum() - 1, expected))
    return float(seen.sum() / expected) if p < DIFFERENT else 1.0


def _exposure(begins: int, ends: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give how many days of each weekday, and of each month, lie in a stretch of time."""
    midnights = np.arange(begins // DAY, ends // DAY + 1) * DAY
    inside = np.minimum(midnights + DAY, ends) - np.maximum(midnights, begins)
    share = np.maximum(inside, 0) / DAY
    by_weekday, by_month = np.bincount(weekday_of(midnights), share, 7), np.bincount(month_of(midnights), share, 12)
    return np.asarray(by_weekday, np.float64), np.asarray(by_month, np.float64)


def _rates(labels: object, codes: NDArray[np.int64], days: NDArray[np.float64]) -> tuple[Rate, ...]:
    names = list(labels)  # type: ignore[call-overload]
    counts = np.bincount(codes, minlength=len(names))
    return tuple(Rate(str(name), int(n), float(d)) for name, n, d in zip(names, counts, days, strict=True))


def _same_rate(rates: tuple[Rate, ...]) -> float:
    """Give the p of a chi-square test that all these rates are one."""
    seen = [each for each in rates if each.days > 0]
    count, days = sum(each.count for each in seen), sum(each.days for each in seen)
    expected = np.array([count * each.days / days for each in seen])
    if len(seen) < 2 or expected.min() < 1:
        return 1.0
    return float(stats.chisquare([each.count for each in seen], expected).pvalue)


def parts_of_the_day(counts: NDArray[np.int64]) -> tuple[Part, ...]:
    """Cut the day into stretches of even arrivals: as many as the counts of the hours tell apart (BIC, exact search).

    >>> [(part.opens, part.closes) for part in parts_of_the_day(np.array([2] * 8 + [40] * 10 + [2] * 6))]
    [(0, 8), (8, 18), (18, 24)]
    """
    total = np.concatenate(([0], np.cumsum(counts)))
    if total[-1] == 0 or flat_p(np.repeat(np.arange(24), counts), 24) > DIFFERENT:
        return (Part(0, 24, int(total[-1])),)

    def gain(a: int, b: int) -> float:
        n = total[b] - total[a]
        return float(n * np.log(n / (b - a))) if n else 0.0

    penalty = 1.5 * np.log(total[-1])  # a cut is a rate and a place
    best: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    for end in range(1, 25):
        best.append(max((best[a][0] + gain(a, end) - penalty, (*best[a][1], end)) for a in range(end)))
    ends = best[24][1]
    opens = (0, *ends[:-1])
    return tuple(Part(a, b, int(total[b] - total[a])) for a, b in zip(opens, ends, strict=True))


__all__ = ["HOUR", "Arrivals", "Part", "Rate", "parts_of_the_day", "poisson_interval", "read_arrivals"]
