"""How a list comes down: the level a queue can keep, and the week in which its mean is first there.

The level is that of the long run: what the queue is, on average over the reported weeks, in the scenario as it was
before a list took its place, after its own warm-up, with the same luck. Where nobody simulated that, it is what the
queue is in the last quarter of the run itself, provided it stands still there.

The week has an interval of its own: of many mean curves, each as likely as the one found (the joint t-distribution of
which the 95 % interval of each week's mean is a part), the week in which each first is at its level; the week found
always lies in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pathway.experiment.intervals import t_quantile

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
SURE = 0.95
LAST = 4  # the part of the reported period, a quarter, that says the level where no long run was simulated
FEW = 8  # weeks of a period that is too short for that
CURVES, SEED = 4000, 20261126
FALLING, GROWING, STEADY, FOR_EVER, UNKNOWN = "falling", "growing", "steady", "for_ever", ""


@dataclass(frozen=True, slots=True)
class Level:
    """What a queue can keep, with the interval of that mean (NaN with one replication)."""

    mean: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


@dataclass(frozen=True, slots=True)
class RunDown:
    """How a queue moves in the last quarter, the level it can keep, and in which week its mean is first there.

    Weeks count from 0, the first; `last` is None where the list may come there only after the run.
    """

    trend: str
    level: Level = Level()
    week: int | None = None
    first: int | None = None
    last: int | None = None


def run_down(counts: Floats, begin: int, levels: Floats | None = None, *, is_growing: bool = False) -> RunDown:
    """Say how a queue comes to the level it can keep.

    Parameters
    ----------
    counts
        How many wait: a row a replication, a column a week, of which those from `begin` are reported.
    levels
        The mean of each replication of the scenario as it was before the list, counted on the same weekday; None
        where there is none.
    is_growing
        Whether the queue grows for ever: there is no level then. With one replication there is no week: its queue
        is where it is by chance, and nothing tells by how much.

    Examples
    --------
    >>> falls = np.array([[12.0, 8.0, 4.0, 3.0, 2.0, 3.0, 2.0, 3.0], [12.0, 8.0, 4.0, 2.0, 3.0, 2.0, 3.0, 2.0]])
    >>> run_down(falls, 0, is_growing=True).trend
    'for_ever'
    >>> found = run_down(falls, 0)
    >>> found.trend, found.level.mean, found.week
    ('steady', 2.5, 3)
    >>> found = run_down(falls, 0, np.array([4.0, 4.0]))
    >>> found.level.mean, found.week, found.first, found.last
    (4.0, 2, 2, 2)
    >>> run_down(falls[:1], 0).week is None
    True
    """
    if is_growing:
        return RunDown(FOR_EVER)
    reported = counts[:, begin:]
    quarter = reported[:, -(reported.shape[1] // LAST) :] if reported.shape[1] >= FEW else None
    trend = UNKNOWN if quarter is None else _trend(quarter)
    if levels is None and quarter is None:
        return RunDown(trend)
    each = quarter.mean(axis=1) if levels is None and quarter is not None else np.asarray(levels, np.float64)
    level = _level(each)
    if counts.shape[0] < 2 or (levels is None and trend != STEADY):  # noqa: PLR2004 - nothing to tell chance by
        return RunDown(trend, level)
    return RunDown(trend, level, *_reached(counts, each, level))


def _trend(quarter: Floats) -> str:
    """Tell whether a queue moves by more than chance, by the slopes of its replications."""
    n = quarter.shape[0]
    if n < 2:  # noqa: PLR2004
        return UNKNOWN
    week = np.arange(quarter.shape[1]) - (quarter.shape[1] - 1) / 2
    slopes = quarter @ week / (week @ week)
    half = _half(slopes)
    slope = float(slopes.mean())
    if abs(slope) > half:
        return FALLING if slope < 0 else GROWING
    return STEADY


def _half(values: Floats) -> float:
    """Give half the width of the interval of a mean."""
    return float(float(t_quantile(SURE, values.size)) * float(values.std(ddof=1)) / np.sqrt(values.size))


def _level(each: Floats) -> Level:
    n, mean = each.size, float(each.mean())
    if n < 2:  # noqa: PLR2004
        return Level(mean)
    half = _half(each)
    return Level(mean, max(mean - half, 0.0), mean + half)


def _reached(counts: Floats, each: Floats, level: Level) -> tuple[int | None, int | None, int | None]:
    """Give the week in which the mean first is at its level, come from above or below, and that week's interval."""
    mean = counts.mean(axis=0)
    if level.low <= mean[0] <= level.high:
        return 0, 0, 0
    side = np.sign(mean[0] - level.mean)
    distance = side * (counts - each[:, None])
    found = _first(distance.mean(axis=0)[None, :])[0]
    weeks = np.sort(_first(_curves(distance)))
    low, high = weeks[int((1 - SURE) / 2 * CURVES)], weeks[int((1 + SURE) / 2 * CURVES) - 1]
    low, high = min(low, found), max(high, found)
    week, first, last = (int(each) if np.isfinite(each) else None for each in (found, low, high))
    return week, first, last


def _first(distance: Floats) -> Floats:
    """Give the first week in which each curve is not above 0; infinity if it always is."""
    there = distance <= 0
    return np.where(there.any(axis=1), there.argmax(axis=1), np.inf)


def _curves(values: Floats) -> Floats:
    """Draw mean curves as likely as that of some replications, always the same ones."""
    n, rng = values.shape[0], np.random.default_rng(SEED)
    mean = values.mean(axis=0)
    off = rng.standard_normal((CURVES, n)) @ (values - mean) / np.sqrt(n * (n - 1))
    spread = np.sqrt(rng.chisquare(n - 1, (CURVES, 1)) / (n - 1))
    curves: Floats = mean + off / spread
    return curves


def levels_of(frame: pd.DataFrame) -> Mapping[str, Floats]:
    """Give the levels of each activity, by replication, from a frame `long_run_levels`; empty if there is none."""
    if frame.empty:
        return {}
    table = frame.pivot(index="replication", columns="subject", values="waiting")
    return {str(name): table[name].to_numpy(np.float64) for name in table}
