"""A long drawing folded into bands below each other, as a sentence is broken into lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
Edge = tuple[str, str]
Routes = Mapping[Edge, Sequence[Point]]

ACROSS, ALONG = 0.07, 0.16  # between edges that run side by side beside a band, and between two bands
MARGIN = 0.52  # from the last column of a band to the first edge beside it; edges that turn do so before
CLEAR = 0.6  # from the middle of a box to the first edge between two bands
BAND_COST = 8  # one band more is worth it where that cuts this many edges less


@dataclass(frozen=True, slots=True)
class _Bands:
    """Where each band begins (its first column), how far it is moved up, and the lanes between bands.

    A lane of edge and cut is (x on the right of the upper band, height between the bands, x on the
    left of the lower band), the x still in columns of the unfolded drawing.
    """

    first: list[int]
    shift: list[float]
    lanes: dict[tuple[Edge, int], tuple[float, float, float]]


def cuts(crossing: Sequence[int], across: int) -> list[int]:
    """Choose the columns at which bands begin, so that bands and cut edges are few.

    `crossing[c]` is the number of edges that run from the columns before c to column c or later.

    >>> cuts([0, 1, 5, 1, 2, 1], across=4)
    [3]
    """
    best: list[tuple[int, list[int]]] = [(0, [])]
    for stop in range(1, len(crossing) + 1):
        ways = []
        for first in range(max(0, stop - across), stop):
            cost, before = best[first]
            ways.append((cost + BAND_COST + crossing[first], [*before, first]) if first else (0, []))
        best.append(min(ways))
    return best[-1][1]


def fold(
    positions: Mapping[str, Point], routes: Routes, first: Sequence[int]
) -> tuple[dict[str, Point], dict[Edge, tuple[Point, ...]]]:
    """Break a drawing into bands below each other that begin at these columns, after the topmost.

    An edge that is cut leaves its band on the right and runs between the bands to the left of
    the next; edges keep their order on the way, so that folding adds no crossing.

    Examples
    --------
    >>> positions = {"ct": (0.0, 0.0), "mdt": (1.0, 0.0)}
    >>> fold(positions, {("ct", "mdt"): ((0.32, 0.0), (0.68, 0.0))}, [1])[0]
    {'ct': (0.0, 0.0), 'mdt': (0.0, -1.2)}
    """
    bands = _bands(positions, routes, [0, *first])
    return (
        {name: _moved(point, bands) for name, point in positions.items()},
        {edge: tuple(_folded(edge, route, bands)) for edge, route in routes.items()},
    )


def _crossing(cut: int, routes: Routes) -> list[list[Edge]]:
    """List the edges that run from the columns before a cut to those after, the highest first.

    Those that run to one state on one line are listed together.
    """
    found: dict[tuple[float, float, str, bool], list[Edge]] = {}
    for edge, route in routes.items():
        for one, two in pairwise(route):
            before, after = (one, two) if one[0] < two[0] else (two, one)
            if before[0] < cut - 0.5 < after[0]:
                line = (before[1] + after[1], before[1], edge[1], before is one)
                found.setdefault(line, []).append(edge)
    return [found[line] for line in sorted(found, reverse=True)]


def _bands(positions: Mapping[str, Point], routes: Routes, first: list[int]) -> _Bands:
    """Stack the bands, with room between for the edges that run on from one to the next."""
    reach = [_reach(positions, routes, start, stop) for start, stop in pairwise([*first, 10**6])]
    shift = [0.0]
    lanes = {}
    for band, cut in enumerate(first[1:], 1):
        lines = _crossing(cut, routes)
        lowest = reach[band - 1][0] + shift[band - 1] - CLEAR - ALONG * max(0, len(lines) - 1)
        for place, edges in enumerate(lines):  # the highest runs outermost right, lowest, innermost left
            right = cut - 1 + MARGIN + ACROSS * (len(lines) - 1 - place)
            lane = (right, lowest + ALONG * place, cut - MARGIN - ACROSS * place)
            lanes.update({(edge, cut): lane for edge in edges})
        shift.append(lowest - CLEAR - reach[band][1])
    return _Bands(first, shift, lanes)


def _reach(positions: Mapping[str, Point], routes: Routes, start: int, stop: int) -> tuple[float, float]:
    """Find the lowest and the highest point of a band."""
    inside = [y for x, y in positions.values() if start - 0.5 < x < stop - 0.5]
    for route in routes.values():
        for one, two in pairwise(route):
            if min(one[0], two[0]) < stop - 0.5 and max(one[0], two[0]) > start - 0.5:
                inside += [point[1] for point in (one, two) if start - 0.5 < point[0] < stop - 0.5] or [one[1]]
    return min(inside), max(inside)


def _folded(edge: Edge, route: Sequence[Point], bands: _Bands) -> Iterator[Point]:
    """Give the points of a folded route, those beside and between the bands included."""
    yield _moved(route[0], bands)
    for one, two in pairwise(route):
        low, high = sorted((one[0], two[0]))
        cuts = [band for band, cut in enumerate(bands.first) if band and low < cut - 0.5 < high]
        for band in cuts if one[0] < two[0] else cuts[::-1]:
            right, height, left = bands.lanes[edge, bands.first[band]]
            before, after = (one, two) if one[0] < two[0] else (two, one)
            out, into = right - bands.first[band - 1], left - bands.first[band]
            turn = [
                (out, before[1] + bands.shift[band - 1]),
                (out, height),
                (into, height),
                (into, after[1] + bands.shift[band]),
            ]
            yield from ((round(x, 6), round(y, 6)) for x, y in (turn if one[0] < two[0] else turn[::-1]))
        yield _moved(two, bands)


def _moved(point: Point, bands: _Bands) -> Point:
    band = sum(point[0] > first - 0.5 for first in bands.first[1:])
    return round(point[0] - bands.first[band], 6), round(point[1] + bands.shift[band], 6)
