"""Waits that are not over yet, counted rightly: Kaplan-Meier, Aalen-Johansen, and drawn prognosis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pathway.clock import NEVER
from pathway.metrics.study import DAY, Bools, Codes, Floats, Study
from pathway.metrics.tidy import Figure

MONTH = 30.4375 * DAY
FIVE_YEARS = 60 * MONTH
_HAIR = 1e-12  # products of shares end a hair beside the level they stand for


@dataclass(frozen=True, eq=False)
class Curve:
    """A Kaplan-Meier curve: just after each time in `at`, `share` is the share for whom it has not happened.

    `last` is the longest time anybody was watched.
    """

    at: Floats
    share: Floats
    last: float

    def quantiles(self, levels: Floats) -> Floats:
        """Give the times by which these shares had it happen; NaN where the watch ended before."""
        place = np.searchsorted(1 - self.share + _HAIR, levels)
        return np.append(self.at, np.nan)[place]

    @property
    def mean(self) -> float:
        """The mean time, up to `last`: too small if it had not happened to the one watched longest."""
        if np.isnan(self.last):
            return float("nan")
        steps = np.diff(np.concatenate(([0.0], self.at, [self.last])))
        return float(np.sum(steps * np.concatenate(([1.0], self.share))))


def kaplan_meier(times: Floats, happened: Bools) -> Curve:
    """Estimate how long something takes when some were watched only for a while.

    Parameters
    ----------
    times
        How long each was watched.
    happened
        Whether it happened at the end of that time; if not, the time is censored, and whoever is
        censored at a time still counts for what happens at that time.

    Examples
    --------
    >>> curve = kaplan_meier(np.array([2.0, 3.0, 3.0, 5.0]), np.array([True, True, False, True]))
    >>> curve.at.tolist(), curve.share.tolist()
    ([2.0, 3.0, 5.0], [0.75, 0.5, 0.0])
    >>> curve.mean, curve.quantiles(np.array([0.5, 0.9])).tolist()
    (3.75, [3.0, 5.0])
    """
    if not times.size:
        return Curve(np.zeros(0), np.zeros(0), float("nan"))
    at, events, watched = _table(times, happened)
    share = np.asarray(np.cumprod(1 - events / watched), np.float64)
    some = events > 0
    return Curve(at[some], share[some], float(at[-1]))


def _table(times: Floats, happened: Bools) -> tuple[Floats, Floats, Floats]:
    """Give the different times, how often it happened at each, and how many were watched until then."""
    at, place = np.unique(times, return_inverse=True)
    count = np.bincount(place, minlength=at.size)
    watched = np.cumsum(count[::-1])[::-1]
    events = np.bincount(place, weights=happened, minlength=at.size).astype(np.float64)
    return at, events, watched.astype(np.float64)


def cumulative_incidence(times: Floats, causes: Codes, cause: int, by: float) -> float:
    """Estimate the share to whom one thing has happened by a time, when others may happen instead.

    This is the Aalen-Johansen estimator.

    Parameters
    ----------
    times
        How long each was watched.
    causes
        What happened then: 0 for nothing yet (censored), else a number for what it was.
    cause
        The thing asked about.
    by
        The time asked about; what happens at that very time counts.

    Examples
    --------
    >>> treated, died = 1, 2
    >>> times, causes = np.array([10.0, 20.0, 30.0, 40.0]), np.array([treated, died, treated, 0])
    >>> cumulative_incidence(times, causes, treated, by=30.0)
    0.5
    """
    if not times.size:
        return float("nan")
    at, anything, watched = _table(times, causes != 0)
    this = np.bincount(np.searchsorted(at, times), weights=causes == cause, minlength=at.size)
    before = np.concatenate(([1.0], np.cumprod(1 - anything / watched)[:-1]))
    return float(np.sum((before * this / watched)[at <= by]))


def prognosis_figures(study: Study) -> Iterator[Figure]:
    """Give the survival that was drawn for each prognosis: a check of the input, not a result.

    All patients of the run who have that prognosis count, with the time drawn, not cut off by the
    end of the run; a prognosis nobody dies of has no figures.
    """
    words = study.log.vocabulary
    if not {"prognosis", "survival"} <= set(words.attributes):
        return
    arrived = study.log.cases["arrived_at"] < study.horizon
    code = study.log.attributes[arrived, words.attributes.index("prognosis")]
    survival = study.log.attributes[arrived, words.attributes.index("survival")]
    for value, name in enumerate(words.categories[words.attributes.index("prognosis")]):
        drawn = survival[code == value]
        if not (drawn < NEVER).any():
            continue
        yield Figure("prognosis", name, "", "count", float(drawn.size), "patients")
        median = float(np.median(drawn))
        months = median / MONTH if median < NEVER / 2 else np.inf  # the mean of a time and never is never
        yield Figure("prognosis", name, "", "median_months", months, "months")
        yield Figure("prognosis", name, "", "five_year_share", float(np.mean(drawn >= FIVE_YEARS)), "share")
