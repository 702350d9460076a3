"""In which order the states of a column stand, so that few edges cross."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

SWEEPS = 12

Column = list[int]
Neighbours = Sequence[Sequence[int]]


def order(columns: list[Column], left: Neighbours, right: Neighbours) -> list[Column]:
    """Order the dots of each column by sweeps of barycentres and swaps of neighbours.

    Parameters
    ----------
    columns
        The dots (states, and the bends of edges) of each column, in the order to start from.
    left, right
        For each dot the dots of the column before and after it that it is linked to.

    Examples
    --------
    >>> order([[0, 1], [2, 3]], left=[[], [], [1], [0]], right=[[3], [2], [], []])
    [[0, 1], [3, 2]]
    """
    best: list[Column] = []
    fewest = -1
    for start in (_walk(columns, right), _walk(columns[::-1], left)[::-1]):
        now = start
        for sweep in range(2 * SWEEPS):
            now = _sweep(now, left) if sweep % 2 == 0 else _sweep(now[::-1], right)[::-1]
            if sweep % 4 > 1:
                now = _swap(now, left, right)
            crossings = count_crossings(now, right)
            if fewest < 0 or crossings < fewest:
                best, fewest = now, crossings
    return best


def count_crossings(columns: list[Column], right: Neighbours) -> int:
    """Count how often the links between neighbouring columns cross each other.

    >>> count_crossings([[0, 1], [2, 3]], right=[[3], [2], [], []])
    1
    """
    total = 0
    for column, after in zip(columns, columns[1:], strict=False):
        place = {dot: index for index, dot in enumerate(after)}
        seen: list[int] = []
        for dot in column:
            ends = sorted(place[stop] for stop in right[dot])
            total += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def _walk(columns: list[Column], onward: Neighbours) -> list[Column]:
    """Order every column by when a walk into the depth first comes by, so that trees do not cross."""
    seen: dict[int, None] = {}
    for first in (dot for column in columns for dot in column):
        stack = [first]
        while stack:
            dot = stack.pop()
            if dot not in seen:
                seen[dot] = None
                stack += reversed(onward[dot])
    rank = {dot: index for index, dot in enumerate(seen)}
    return [sorted(column, key=rank.__getitem__) for column in columns]


def _sweep(columns: list[Column], before: Neighbours) -> list[Column]:
    """Order each column by the mean place of what its dots are linked to in the column before."""
    swept = [columns[0]]
    for column in columns[1:]:
        place = {dot: index for index, dot in enumerate(swept[-1])}
        mean = {dot: sum(place[each] for each in before[dot]) / len(before[dot]) for dot in column if before[dot]}
        ranked = iter(sorted(mean, key=lambda dot: (mean[dot], dot)))
        swept.append([next(ranked) if dot in mean else dot for dot in column])  # the unlinked keep their place
    return swept


def _swap(columns: list[Column], left: Neighbours, right: Neighbours) -> list[Column]:
    """Swap neighbours in a column wherever that saves crossings, until nowhere does."""
    columns = [list(column) for column in columns]
    place = {dot: index for column in columns for index, dot in enumerate(column)}
    swapped = True
    while swapped:
        swapped = False
        for column in columns:
            for upper in range(len(column) - 1):
                one, two = column[upper], column[upper + 1]
                gain = sum(
                    _crossed(links[one], links[two], place) - _crossed(links[two], links[one], place)
                    for links in (left, right)
                )
                if gain > 0:
                    column[upper], column[upper + 1] = two, one
                    place[one], place[two] = upper + 1, upper
                    swapped = True
    return columns


def _crossed(one: Sequence[int], two: Sequence[int], place: dict[int, int]) -> int:
    """Count the crossings between the links of a dot and those of the dot below it."""
    return sum(place[a] > place[b] for a in one for b in two)
