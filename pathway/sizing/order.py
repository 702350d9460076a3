"""Whether more is ever worse: which configurations have more than others, and whether that showed.

That more staff never make a target worse is usual and not certain (a list that opens earlier may call patients away
from another).  So it is used only if the first replications do not speak against it, pair by pair, and the result says
how many verdicts rest on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway.sizing.varying import Configuration, Factor

Floats = NDArray[np.float64]
CLEARLY = 2.0  # standard errors by which less must do better to speak against the order


@dataclass(frozen=True, slots=True)
class Order:
    """Pairs of configurations, less and more: the same but for numbers that are larger in the second.

    `neighbours` are the pairs that differ by one step of one factor, on which it is checked.
    """

    pairs: tuple[tuple[int, int], ...]
    neighbours: tuple[tuple[int, int], ...]

    def holds(self, margins: Sequence[Floats]) -> bool:
        """Say whether no neighbour with less did clearly better, and with more they did better on the whole.

        >>> order = Order(((0, 1),), ((0, 1),))
        >>> order.holds([np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 3.5])])
        True
        >>> order.holds([np.array([2.0, 3.0, 3.5]), np.array([1.0, 2.0, 3.0])])
        False
        """
        gains = [margins[more] - margins[less] for less, more in self.neighbours]
        if not gains or np.mean([gain.mean() for gain in gains]) < 0:
            return False
        return all(gain.mean() >= -CLEARLY * gain.std(ddof=1) / np.sqrt(gain.size) for gain in gains)


def order_of(found: Sequence[Configuration], factors: Sequence[Factor]) -> Order:
    """Find which configurations have more than which; only numbers can be more."""
    ordered = [number for number, factor in enumerate(factors) if factor.is_ordered]
    steps = [sorted(factors[number].values, key=float) for number in ordered]  # type: ignore[arg-type]
    ranks = [
        tuple(step.index(one.values[number]) for number, step in zip(ordered, steps, strict=True)) for one in found
    ]
    others = [tuple(repr(v) for n, v in enumerate(one.values) if n not in ordered) for one in found]
    pairs, neighbours = [], []
    for less in range(len(found)):
        for more in range(len(found)):
            if less == more or others[less] != others[more]:
                continue
            gain = [b - a for a, b in zip(ranks[less], ranks[more], strict=True)]
            if min(gain, default=-1) >= 0:
                pairs.append((less, more))
                if sum(gain) == 1:
                    neighbours.append((less, more))
    return Order(tuple(pairs), tuple(neighbours))
