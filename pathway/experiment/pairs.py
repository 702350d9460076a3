"""How scenarios differ: every figure paired replication by replication, all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pathway.errors import PathwayError, nearest
from pathway.experiment.intervals import chosen, numbered, t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NOT_A_RESULT = frozenset({"prognosis"})  # drawn from the evidence: an input, nothing to compare
TOGETHER = ("bonferroni", "sidak")
SORTS = ("change",)
NUMBERS = ("n", "mean", "mean_to", "difference", "low", "high", "clear", "clarity", "worth", "paired")
FIGURE = ("measure", "subject", "statistic", "part", "unit")


@dataclass(frozen=True, slots=True)
class How:
    """How figures are compared: how sure the intervals are, whether all at once, in which order.

    `unlike` names the scenarios that do not share the luck of the one compared with.
    """

    level: float
    simultaneous: str | None = None
    sort: str | None = None
    unlike: Collection[str] = ()


def compared(table: pd.DataFrame, to: str, how: How, which: Mapping[str, str | None]) -> pd.DataFrame:
    """Give the differences of every other scenario to one (see `Results.compare`)."""
    _known(how)
    rows = _chosen(table, which)
    rows = rows[~rows["measure"].isin(NOT_A_RESULT)]
    names, figures, values = _laid_out(rows)
    if to not in names:
        raise PathwayError(f"there is no scenario {to!r} with this figure{nearest(to, names)}")
    base = values[names.index(to)]
    some = ~np.isnan(base).all(axis=1)
    parts = [
        figures[some].assign(
            scenario=name, to=to, **_difference(values[place][some], base[some], name not in how.unlike)
        )
        for place, name in enumerate(names)
        if name != to
    ]
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["scenario", "to", *FIGURE, *_RAW])
    found = _with_intervals(found, how)[["scenario", "to", *FIGURE, *NUMBERS]]
    return _by_change(found) if how.sort == "change" else found


def _known(how: How) -> None:
    for what, value, known in (("simultaneous", how.simultaneous, TOGETHER), ("sort", how.sort, SORTS)):
        if value is not None and value not in known:
            raise PathwayError(f"{what} is {value!r}, expected {' or '.join(known)}{nearest(value, known)}")
    if not 0 < how.level < 1:
        raise PathwayError(f"level is {how.level}, expected a share between 0 and 1, such as 0.95")


def _chosen(table: pd.DataFrame, which: Mapping[str, str | None]) -> pd.DataFrame:
    """Choose figures; of one that is named in full and has parts, that of all patients."""
    if which["measure"] in NOT_A_RESULT:
        message = f"{which['measure']} is drawn from the evidence, an input and not a result; it is not compared"
        raise PathwayError(message)
    named = {column: value for column, value in which.items() if value is not None}
    if len(named) == len(which) - 1 and "part" not in named:
        named["part"] = ""
    return chosen(table, **named)


def _laid_out(rows: pd.DataFrame) -> tuple[list[str], pd.DataFrame, Floats]:
    """Give the scenarios, the figures, and the values by scenario, figure and replication; NaN where not measured."""
    scenario, names = pd.factorize(rows["scenario"])
    replication, replications = pd.factorize(rows["replication"])
    figure, first = numbered(rows, FIGURE)
    values = np.full((len(names), first.size, len(replications)), np.nan)
    value = rows["value"].to_numpy(np.float64)
    values[scenario, figure, replication] = np.where(np.isfinite(value), value, np.nan)
    said = rows.iloc[first][list(FIGURE)].astype(str).reset_index(drop=True)
    return list(map(str, names)), said, values


# ---------------------------------------------------------------- one scenario against another

_RAW = ("n", "mean", "mean_to", "difference", "error", "freedom", "worth", "paired")


def _difference(these: Floats, those: Floats, paired: bool) -> dict[str, Any]:
    """Give the mean difference of each figure (a row), its standard error, and how many degrees of freedom that has."""
    return (_paired if paired else _apart)(these, those) | {"paired": paired}


def _paired(these: Floats, those: Floats) -> dict[str, Any]:
    """Compare the replications both have, each with its twin.

    `worth` is how many times as many replications with luck of their own would be needed to know as much.
    """
    both = ~(np.isnan(these) | np.isnan(those))
    one, other = np.where(both, these, np.nan), np.where(both, those, np.nan)
    n, middle, variance = _moments(one - other)
    _, mean, spread = _moments(one)
    _, mean_to, spread_to = _moments(other)
    with np.errstate(invalid="ignore", divide="ignore"):
        worth = (spread + spread_to) / variance
        error = np.sqrt(variance / n)
    return dict(zip(_RAW, (n, mean, mean_to, middle, error, n - 1.0, worth), strict=False))


def _apart(these: Floats, those: Floats) -> dict[str, Any]:
    """Compare two samples that know nothing of each other (Welch)."""
    n, mean, spread = _moments(these)
    m, mean_to, spread_to = _moments(those)
    with np.errstate(invalid="ignore", divide="ignore"):
        one, other = spread / n, spread_to / m
        freedom = (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1))
    freedom = np.where(one + other == 0, np.minimum(n, m) - 1.0, freedom)  # both the same in every replication
    n, worth = np.minimum(n, m), np.full(n.size, np.nan)
    return dict(zip(_RAW, (n, mean, mean_to, mean - mean_to, np.sqrt(one + other), freedom, worth), strict=False))


def _moments(values: Floats) -> tuple[Any, Floats, Floats]:
    """Give number, mean and variance of each row, what is not there left out; equal values have no variance at all."""
    there = ~np.isnan(values)
    n = there.sum(axis=1)
    filled = np.where(there, values, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = filled.sum(axis=1) / n
        off = np.where(there, values - mean[:, None], 0.0)
        variance = (off**2).sum(axis=1) / np.where(n > 1, n - 1.0, np.nan)
    least, most = np.where(there, values, np.inf).min(axis=1), np.where(there, values, -np.inf).max(axis=1)
    same = (least == most) & (n > 0)
    return n, np.where(same, least, mean), np.where(same & (n > 1), 0.0, variance)


# ---------------------------------------------------------------- how sure, and in which order


def _with_intervals(found: pd.DataFrame, how: How) -> pd.DataFrame:
    """Turn standard errors into intervals, and say how clear each difference is."""
    error, freedom = (found[column].to_numpy(np.float64) for column in ("error", "freedom"))
    known = ~np.isnan(error)
    half = np.where(known, error * t_quantile(family_level(how, int(known.sum())), freedom + 1), np.nan)
    half = np.where(error == 0, 0.0, half)
    difference = found["difference"].to_numpy(np.float64)
    low, high = difference - half, difference + half
    with np.errstate(invalid="ignore", divide="ignore"):
        clarity = np.where(difference == 0, np.where(known, 0.0, np.nan), np.abs(difference) / half)
    clear = (low > 0) | (high < 0)
    return found.assign(low=low, high=high, clear=clear, clarity=clarity)


def family_level(how: How, size: int) -> float:
    """Say how sure each of so many intervals must be for all of them to hold at once as surely as was asked.

    Bonferroni's holds whatever the figures have to do with each other; Šidák's, hardly narrower, if they
    have nothing to do with each other or go together.

    >>> family_level(How(0.95, "bonferroni"), 10), round(family_level(How(0.95, "sidak"), 10), 6)
    (0.995, 0.994884)
    """
    if how.simultaneous is None or size < 2:  # noqa: PLR2004 - of one there is nothing to hold at once
        return how.level
    return 1 - (1 - how.level) / size if how.simultaneous == "bonferroni" else float(how.level ** (1 / size))


def _by_change(found: pd.DataFrame) -> pd.DataFrame:
    """Put what changed most first: by how many times its half-width, then by how large it is beside what it was."""
    with np.errstate(invalid="ignore", divide="ignore"):
        beside = np.abs(found["difference"].to_numpy(np.float64) / found["mean_to"].to_numpy(np.float64))
    beside = np.where(np.isnan(beside), -1.0, beside)
    clarity = found["clarity"].fillna(-1.0).to_numpy(np.float64)
    return found.iloc[np.lexsort((-beside, -clarity))].reset_index(drop=True)
