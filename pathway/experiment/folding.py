"""Figures of any number of replications folded into means and intervals as they come, without keeping them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from pathway.experiment.intervals import t_quantile

if TYPE_CHECKING:
    import pandas as pd

    from pathway.metrics import Measures

NAMES = ["measure", "subject", "part", "statistic", "unit"]


def fold(found: Iterable[tuple[int, Measures]], level: float = 0.95) -> pd.DataFrame:
    """Give the mean of every figure over replications, and how sure it is, for more of them than memory holds.

    Percentiles and shares of few patients are means of the replications here, not those of all patients together
    (`Results.intervals` pools them).

    Parameters
    ----------
    found
        What `replicate` gives for the replications of one scenario.
    level
        How sure the interval is to be.

    Returns
    -------
    pandas.DataFrame
        Columns measure, subject, part, statistic, unit, n (replications in which it was measured), mean, std, low,
        high (t-interval of the mean).  The same to the last bit in whichever order replications come.

    Examples
    --------
    >>> import pathway as pw
    >>> from pathway.experiment import only_figures, replicate
    >>> short = pw.load_scenario("mmc").override({"run.length": "4 weeks"}, name="short")
    >>> table = fold(replicate([(short, number) for number in range(3)], measuring=only_figures, workers=1))
    >>> table.query("measure == 'utilisation' and statistic == 'utilisation'")["n"].tolist()
    [3]
    """
    import pandas as pd

    known: dict[tuple[str, ...], int] = {}
    n, mean, squares = np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    for where, values in _in_order(_placed(found, known)):
        more = len(known) - n.size
        n, mean, squares = (np.concatenate([each, np.zeros(more, each.dtype)]) for each in (n, mean, squares))
        n[where] += 1
        apart = values - mean[where]
        mean[where] += apart / n[where]
        squares[where] += apart * (values - mean[where])
    with np.errstate(invalid="ignore", divide="ignore"):
        std = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
        half = std * t_quantile(level, n) / np.sqrt(n)
        mean = np.where(n > 0, mean, np.nan)
    table = pd.DataFrame(list(known), columns=NAMES).astype("category")
    table = table.assign(n=n, mean=mean, std=std, low=mean - half, high=mean + half)
    return table.sort_values(NAMES[:4], ignore_index=True)


Placed = tuple[int, Any, Any]  # a replication's place, which figures it has, and their values


def _placed(found: Iterable[tuple[int, Measures]], known: dict[tuple[str, ...], int]) -> Iterator[Placed]:
    """Give the figures of each replication as numbers, adding to those that are known."""
    for place, measures in found:
        figures = measures.summary[measures.summary["value"].notna()]
        keys = zip(*(figures[name].astype(str) for name in NAMES), strict=True)
        where = np.array([known.setdefault(key, len(known)) for key in keys], np.int64)
        yield place, where, figures["value"].to_numpy(np.float64)


def _in_order(placed: Iterator[Placed]) -> Iterator[tuple[Any, Any]]:
    """Hold back what comes too early, as sums depend on the order in their last bits."""
    early: dict[int, tuple[Any, Any]] = {}
    turn = 0
    for place, where, values in placed:
        early[place] = (where, values)
        while turn in early:
            yield early.pop(turn)
            turn += 1
    yield from (early[place] for place in sorted(early))
