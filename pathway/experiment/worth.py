"""What a day of waiting less costs: two paired differences, and how sure their ratio is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from pathway.errors import PathwayError, nearest
from pathway.experiment.intervals import chosen, t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COST = {"measure": "cost", "subject": "all", "statistic": "per_year", "part": ""}


def cost_of_a_day(
    table: pd.DataFrame, years: Mapping[str, float], to: str, level: float, days_of: Mapping[str, str]
) -> pd.DataFrame:
    """Give what each other scenario pays for a patient-day less than `to` (see `Results.cost_of_a_day`)."""
    cost, days = _values(table, **COST), _days(table, years, **days_of)
    if to not in cost:
        raise PathwayError(f"there is no scenario {to!r} with costs{nearest(to, map(str, cost))}")
    units = sorted({str(unit) for unit in chosen(table, **COST)["unit"].unique()})
    if len(units) > 1:
        raise PathwayError(f"the costs are in {' and in '.join(units)}, and nothing is converted")
    found = []
    for name in [each for each in cost if each != to]:
        pairs = pd.DataFrame({"cost": cost[name] - cost[to], "saved": days[to] - days[name]}).dropna()
        more, saved = pairs["cost"].to_numpy(), pairs["saved"].to_numpy()
        middle, low, high = ratio(more, saved, level)
        found.append((name, to, units[0].partition(" ")[0], len(pairs), more.mean(), saved.mean(), middle, low, high))
    columns = ["scenario", "to", "currency", "n", "cost", "days_saved", "per_day", "low", "high"]
    frame = pd.DataFrame(found, columns=columns)
    return frame.assign(defined=frame["per_day"].notna())


def ratio(above: Floats, below: Floats, level: float) -> tuple[float, float, float]:
    """Give the ratio of two paired means with Fieller's interval; NaN unless what stands below is surely above 0.

    >>> [round(each, 3) for each in ratio(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]), 0.5)]
    [2.0, 2.0, 2.0]
    >>> ratio(np.array([1.0, 1.0]), np.array([-1.0, 2.0]), 0.95)
    (nan, nan, nan)
    """
    n = len(above)
    unknown = (float("nan"),) * 3
    if n < 2 or below.mean() <= 0:  # noqa: PLR2004 - one pair has no spread
        return unknown
    covariance = np.cov(above, below) * float(t_quantile(level, n)) ** 2 / n
    x, y = float(above.mean()), float(below.mean())
    square, mixed, rest = y * y - covariance[1, 1], x * y - covariance[0, 1], x * x - covariance[0, 0]
    if square <= 0:
        return unknown
    half = float(np.sqrt(max(mixed * mixed - square * rest, 0.0)))
    return x / y, float(mixed - half) / float(square), float(mixed + half) / float(square)


def _days(table: pd.DataFrame, years: Mapping[str, float], *, clock: str = "", wait: str = "") -> pd.DataFrame:
    """Give the patient-days a year, of a clock or of the wait for an activity, by replication and scenario."""
    if bool(clock) == bool(wait):
        raise PathwayError("say of which wait the days are: of a clock=, or of the wait= for an activity")
    if clock:
        return _values(table, measure="clock", subject=clock, statistic="days_per_year", part="all")
    mean, count = (_values(table, measure="wait", subject=wait, statistic=each, part="") for each in ("mean", "count"))
    return mean * count / pd.Series(years)


def _values(table: pd.DataFrame, **which: str) -> pd.DataFrame:
    """Give one figure by replication and scenario."""
    values = chosen(table, **which).pivot(index="replication", columns="scenario", values="value")
    return values.replace([np.inf, -np.inf], np.nan)
