"""How high a state stands in its column, so that long edges run straight and nothing touches."""

from __future__ import annotations

from collections.abc import Sequence

from pathway.layout.solving import Limit, solve

STATE_GAP = 1.0  # between the middles of two states in a column
MIXED_GAP = 0.62  # between a state and the bend of an edge
BEND_GAP = 0.24  # between two bends

STRAIGHTNESS = (1.0, 2.0, 8.0)  # what a link between 2, 1 or 0 states costs per unit of height


def heights(columns: list[list[int]], links: Sequence[tuple[int, int]], states: int) -> list[float]:
    """Give each dot its height: apart in the order of its column, level with what it is linked to.

    Parameters
    ----------
    columns
        The dots of each column in order; those numbered below `states` are states, others bends.
    links
        The pairs of dots that an edge joins.
    states
        The number of states.

    Examples
    --------
    >>> heights([[0], [1, 2], [3]], [(0, 1), (0, 2), (2, 3)], states=4)
    [0.0, 0.0, 1.0, 1.0]
    """
    bends = [(one >= states) + (two >= states) for one, two in links]
    dots = sum(len(column) for column in columns)
    costs = [1e-4] * dots + [STRAIGHTNESS[count] for count in bends]
    limits: list[Limit] = []
    for column in columns:
        for lower, upper in zip(column, column[1:], strict=False):
            limits.append((((lower, 1.0), (upper, -1.0)), -_gap(lower, upper, states)))
    for number, (one, two) in enumerate(links, dots):  # how far a link is from level is its cost
        limits.append((((one, 1.0), (two, -1.0), (number, -1.0)), 0.0))
        limits.append((((two, 1.0), (one, -1.0), (number, -1.0)), 0.0))
    return [round(height, 6) + 0.0 for height in solve(costs, limits)[:dots]]


def _gap(one: int, two: int, states: int) -> float:
    return (STATE_GAP, MIXED_GAP, BEND_GAP)[(one >= states) + (two >= states)]
