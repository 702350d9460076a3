"""How sure the numbers are: intervals over replications, and pooled percentiles of few cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pathway.errors import PathwayError, nearest
from pathway.metrics import FEW, kaplan_meier

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEYS = ["scenario", "measure", "subject", "part", "statistic"]
WITH_UNIT = [*KEYS, "unit"]
LEVELS = {"median": 0.5, "p90": 0.9, "p95": 0.95}
WEIGHTS = (  # of the long-run shares: measure, share, and how many patients it is of
    ("clock", "share_within", "decided"),
    ("clock", "official_share", "official_count"),
    ("target", "value", "decided"),
)
SIGNED = frozenset({"growth_per_week", "net_per_year"})  # what may be below 0


def t_quantile(level: float, n: Any) -> Any:
    """Give the quantile of Student's t for a two-sided interval from n values.

    >>> round(float(t_quantile(0.95, 10)), 3)
    2.262
    """
    from scipy.special import stdtrit

    freedom = np.maximum(np.asarray(n, np.float64) - 1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(freedom > 0, stdtrit(np.maximum(freedom, 1), (1 + level) / 2), np.nan)


def share_by_year(within: NDArray[np.float64], known: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Give a share of patients over all years together, and how far each year lies from it, as it weighs.

    The spread of these is that of the share: a year with few patients moves it little (the linearised ratio).

    >>> share, off = share_by_year(np.array([9.0, 0.0]), np.array([10.0, 2.0]))
    >>> round(share, 6), off.tolist()
    (0.75, [0.25, -0.25])
    """
    share = float(within.sum() / known.sum())
    return share, (within - share * known) / known.mean()


def intervals(table: pd.DataFrame, raw: pd.DataFrame | None, years: Mapping[str, float], level: float) -> pd.DataFrame:
    """Give mean, precision and one-year interval of every figure (see `Results.intervals`)."""
    frame = _over_replications(table)
    pooled = _pooled(table, raw, years)
    keys = pd.MultiIndex.from_frame(frame[KEYS].astype(str))
    instead = np.array([pooled.get(key, np.nan) for key in keys], np.float64)
    frame["pooled"] = ~np.isnan(instead)
    frame["mean"] = np.where(frame["pooled"], instead, frame["mean"])
    spread = frame.pop("std").to_numpy() * t_quantile(level, frame["n"])
    known = np.isfinite(spread)
    for low, high, factor in (("low", "high", 1 / frame["n"]), ("see_low", "see_high", 1 + 1 / frame["n"])):
        with np.errstate(invalid="ignore", divide="ignore"):
            half = np.where(known, spread * np.sqrt(factor), np.nan)
        frame[low], frame[high] = _clipped(frame, frame["mean"] - half, frame["mean"] + half)
    return frame[[*WITH_UNIT, "n", "mean", "low", "high", "see_low", "see_high", "pooled"]]


def numbered(table: pd.DataFrame, columns: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Number the figures of a table, told apart by some columns: which each row is of, and the first row of each.

    >>> rows = pd.DataFrame({"measure": ["wait", "clock", "wait"], "subject": ["ct", "d62", "ct"]})
    >>> [numbers.tolist() for numbers in numbered(rows, ["measure", "subject"])]
    [[0, 1, 0], [0, 1]]
    """
    key = np.zeros(len(table), np.int64)
    for column in columns:
        codes, names = pd.factorize(table[column])
        key = key * max(len(names), 1) + codes
    place, figures = pd.factorize(key)
    first = np.full(len(figures), len(table))
    np.minimum.at(first, place, np.arange(len(table)))
    return place, first


def _over_replications(table: pd.DataFrame) -> pd.DataFrame:
    """Give n, mean and std of every figure over the replications in which it was measured, in the table's order."""
    place, first = numbered(table, WITH_UNIT)
    values = table["value"].to_numpy(np.float64)
    measured = ~np.isnan(values)
    place, values, count = place[measured], values[measured], first.size
    n = np.bincount(place, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(place, weights=values, minlength=count) / n
        squares = np.bincount(place, weights=(values - mean[place]) ** 2, minlength=count)
        std = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
    frame = table.iloc[first][WITH_UNIT].reset_index(drop=True)
    return frame.assign(n=n, mean=mean, std=std)


def _clipped(frame: pd.DataFrame, low: pd.Series[Any], high: pd.Series[Any]) -> tuple[Any, Any]:
    """Keep intervals where the figure can be: nothing below 0, no share above 1 unless its mean is."""
    signed = frame["statistic"].isin(SIGNED)
    most = np.where(frame["unit"] == "share", np.maximum(frame["mean"], 1.0), np.inf)
    return low.where(signed, low.clip(lower=0.0)), high.where(signed, np.minimum(high, most))


# ---------------------------------------------------------------- few cases: all replications together


def _pooled(table: pd.DataFrame, raw: pd.DataFrame | None, years: Mapping[str, float]) -> dict[tuple[str, ...], float]:
    """Give what is of all replications together: percentiles and shares of few cases a year, and the cost of a case."""
    measure, statistic = table["measure"], table["statistic"]
    counted = (statistic == "count") & measure.isin(["wait", "clock"])
    counts = table[counted | ((statistic == "decided") & (measure == "target"))]
    keys = [key for key in KEYS if key != "statistic"]
    mean = counts.groupby(keys, sort=False, observed=True)["value"].mean()
    few = {key: count for key, count in mean.items() if count < FEW * years.get(str(key[0]), 1.0)}
    found: dict[tuple[str, ...], float] = {}
    if raw is not None and len(raw):
        found |= _pooled_percentiles(table, raw, keys, few)
    return found | _pooled_shares(table, keys, few) | _pooled_costs(table)


def _pooled_costs(table: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """Give the cost of a case as that of all cases of all replications, so that years with few do not count as much."""
    rows = table[(table["measure"] == "cost") & (table["part"] == "")]
    sums = {
        each: rows[rows["statistic"] == each].groupby(["scenario", "subject"], sort=False, observed=True)["value"].sum()
        for each in ("full_per_year", "cases_per_year")
    }
    each_case = (sums["full_per_year"] / sums["cases_per_year"].where(sums["cases_per_year"] > 0)).dropna()
    return {(str(a), "cost", str(b), "", "per_case"): float(value) for (a, b), value in each_case.items()}


def _pooled_percentiles(
    table: pd.DataFrame, raw: pd.DataFrame, keys: list[str], few: Mapping[Any, float]
) -> dict[tuple[str, ...], float]:
    medians = table[(table["statistic"] == "median") & table["value"].notna()]
    needed = medians.groupby(keys, sort=False, observed=True)["replication"].nunique()
    found: dict[tuple[str, ...], float] = {}
    for key, rows in raw.groupby(keys, sort=False, observed=True):
        if key not in few or rows["replication"].nunique() < needed.get(key, 0):
            continue
        days, happened = rows["days"].to_numpy(), rows["happened"].to_numpy(bool)
        name = tuple(map(str, key))
        for statistic, value in zip(LEVELS, _quantiles(days[happened]), strict=True):
            found[*name, statistic] = value
        for statistic, value in zip(LEVELS, kaplan_meier(days, happened).quantiles(_levels()), strict=True):
            found[*name, f"{statistic}_km"] = float(value)
    return found


def _levels() -> NDArray[np.float64]:
    return np.array(list(LEVELS.values()))


def _quantiles(days: NDArray[np.float64]) -> list[float]:
    return [float(value) for value in np.quantile(days, _levels())] if days.size else [np.nan] * len(LEVELS)


def _pooled_shares(table: pd.DataFrame, keys: list[str], few: Mapping[Any, float]) -> dict[tuple[str, ...], float]:
    """Give the long-run shares: every patient counts the same, not every year."""
    found: dict[tuple[str, ...], float] = {}
    for measure, statistic, weight in WEIGHTS:
        rows, place = table[table["measure"] == measure], [*keys, "replication"]
        shares = rows[rows["statistic"] == statistic].set_index(place)["value"]
        weights = rows[rows["statistic"] == weight].set_index(place)["value"].reindex(shares.index)
        sums = pd.DataFrame({"part": shares * weights, "whole": weights.where(shares.notna())})
        totals = sums.groupby(level=keys, sort=False, observed=True).sum()
        for key, part, whole in zip(totals.index, totals["part"], totals["whole"], strict=True):
            if key in few and whole:
                found[*map(str, key), statistic] = float(part / whole)
    return found


def apart(one: float, half_of_one: float, other: float, half_of_other: float) -> tuple[float, float]:
    """Give the difference of two means that know nothing of each other, and half its interval.

    Both intervals are of the same level, and so is that of the difference, nearly: their halves add in quadrature.

    >>> apart(71.0, 3.0, 60.0, 4.0)
    (11.0, 5.0)
    """
    return one - other, float(np.hypot(half_of_one, half_of_other))


def chosen(table: pd.DataFrame, **which: str) -> pd.DataFrame:
    """Choose one figure; a clock without a part means all its patients."""
    rows = table
    for column, value in which.items():
        found = rows[rows[column] == value]
        if column == "part" and not len(found) and not value:
            found = rows[rows["part"] == "all"]
        if not len(found):
            known = list(map(str, rows[column].unique()))
            hint = nearest(value, known) or f"; there are {', '.join(known[:20])}"
            raise PathwayError(f"no figure has {column} {value!r}{hint}")
        rows = found
    return rows
