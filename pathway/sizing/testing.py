"""Does a configuration meet a target? A sequential test that stops as soon as the answer is clear.

Each replication gives a margin, how far beyond its goal a target is (below 0: not met).  The sum of margins is
followed until it leaves a triangle that narrows as replications come in, and the side on which it leaves is the
verdict (Batur & Kim, "Finding feasible systems in the presence of constraints on multiple performance measures", ACM
TOMACS 20(3), 2010, with the region of Kim & Nelson, ACM TOMACS 11(3), 2001).  A target whose long-run margin is beyond
the tolerance is judged wrongly with at most the probability `error`, if margins are about normal; within the tolerance
either is right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MEETS, MISSES, UNDECIDED = 1, -1, 0


@dataclass(frozen=True, slots=True)
class Rule:
    """How a target is judged: from how many replications on, how much of a miss matters, and how often it may err."""

    first: int
    tolerance: float
    error: float

    def spread_factor(self) -> float:
        """Give h squared, by which the variance of the first replications widens the triangle.

        >>> round(Rule(first=20, tolerance=0.02, error=0.005).spread_factor(), 2)
        11.85
        """
        return float((self.first - 1) * ((2 * self.error) ** (-2 / (self.first - 1)) - 1))

    def at_most(self, margins: Floats) -> float:
        """Give how many replications it takes at most, as the triangle then has closed."""
        return float(self.spread_factor() * margins[: self.first].var(ddof=1) / self.tolerance**2) + 1


def verdict(margins: Floats, rule: Rule) -> int:
    """Judge a target by the margins of the replications so far, in their order.

    Gives `MEETS` or `MISSES`, whichever side the sum of margins first left the triangle on, or `UNDECIDED`.
    The order of the replications decides, not how many came at a time, so a batch more or less changes nothing.

    >>> rule = Rule(first=3, tolerance=1.0, error=0.05)
    >>> verdict(np.array([4.0, 5.0, 6.0]), rule), verdict(np.array([-4.0, -5.0, -6.0]), rule)
    (1, -1)
    >>> verdict(np.array([0.9, -1.0, 0.3]), rule)
    0
    """
    if margins.size < rule.first:
        return UNDECIDED
    done = np.arange(rule.first, margins.size + 1)
    sums = np.cumsum(margins)[rule.first - 1 :]
    variance = margins[: rule.first].var(ddof=1)
    bound = np.maximum(0.0, (rule.spread_factor() * variance / rule.tolerance - rule.tolerance * done) / 2)
    left = np.flatnonzero(np.abs(sums) >= bound)
    if not left.size:
        return UNDECIDED
    return MEETS if sums[left[0]] >= 0 else MISSES


def error_of_each(probability: float, configurations: int, targets: int) -> float:
    """Give how often one verdict may err, so that the choice is right with at least `probability`.

    Of those cheaper than the right one each misses some target, and it takes a wrong verdict on just that one to
    choose it; the right one is passed over if any of its targets is judged wrongly.  Dearer ones cannot do harm.  So
    at most ``configurations - 1 + targets`` verdicts matter (Bonferroni, whatever they have to do with each other).

    >>> round(error_of_each(0.95, 4, 2), 6)
    0.01
    """
    return (1 - probability) / (configurations - 1 + targets)
