"""What agreement means: the exact value lies in the 99.9 % interval of independent replications.

A correct engine then fails one comparison in a thousand for one seed; seeds are fixed, so it fails or
passes for good.  An interval wider than a stated part of the exact value proves nothing and fails as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

LEVEL = 0.999


@dataclass(frozen=True)
class Row:
    """One comparison: the exact value, the one found, and between which values the one found is accepted."""

    measure: str
    exact: float
    found: float
    low: float
    high: float
    sharp: bool = True  # whether the interval is narrow enough to mean anything

    @property
    def holds(self) -> bool:
        """Whether theory and simulation agree, and sharply enough."""
        return self.sharp and self.low <= self.found <= self.high


def by_replications(measure: str, exact: float, samples: ArrayLike, *, width: float = 0.05) -> Row:
    """Compare the mean of independent replications with the exact value by a t-interval.

    `width` is the part of the exact value that half the interval may at most be.
    """
    values = np.asarray(samples, float)
    quantile = stats.t.ppf((1 + LEVEL) / 2, values.size - 1)
    half = float(quantile * values.std(ddof=1) / np.sqrt(values.size))
    return Row(measure, exact, float(values.mean()), exact - half, exact + half, half <= width * exact)


def by_chi_square(measure: str, counts: ArrayLike, expected: ArrayLike) -> Row:
    """Compare independent Poisson counts with their expectations by Pearson's chi-square, two-sided.

    Too even is as wrong as too uneven; 80 % of cells should expect at least five (Cochran 1954).
    """
    seen, wanted = np.asarray(counts, float), np.asarray(expected, float)
    found = float(np.sum((seen - wanted) ** 2 / wanted))
    low, high = stats.chi2.interval(LEVEL, seen.size)
    return Row(measure, float(seen.size), found, float(low), float(high), float(np.mean(wanted >= 5)) >= 0.8)


def differing(rows: Sequence[Row]) -> list[str]:
    """List the comparisons that do not hold, in words."""
    return [
        f"{row.measure}: found {row.found:.6g}, accepted {row.low:.6g} to {row.high:.6g} (exact {row.exact:.6g})"
        + ("" if row.sharp else "; the interval is too wide to mean anything")
        for row in rows
        if not row.holds
    ]
