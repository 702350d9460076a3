"""Where the number on a line stands: beside no other line, over no box and no other number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

Point = tuple[float, float]
Frame = tuple[float, float, float, float]  # left, top, right, bottom

LINE = 13.0  # pixels of height of a number
LETTER = 6.2  # pixels of width of a digit
NEAR = 5.0  # pixels from another line within which a number might be taken for that line's
PARTS = (0.5, 0.35, 0.65, 0.2, 0.8)  # of a stretch of line: where a number may stand, best first
SHORTEST = 14.0  # pixels of a stretch on which a number may stand


def spots(routes: Sequence[Sequence[Point]], texts: Sequence[str], boxes: Sequence[Frame]) -> list[Point | None]:
    """Give each line the place of its text, or None where there is room for none.

    Parameters
    ----------
    routes
        The points each line runs through, in pixels; the first lines choose first.
    texts
        What is to be written on each; nothing needs no place.
    boxes
        What must stay free.

    Examples
    --------
    >>> spots([[(0.0, 0.0), (100.0, 0.0)]], ["40"], [])
    [(50.0, 0.0)]
    >>> spots([[(0.0, 0.0), (100.0, 0.0)]], ["40"], [(30.0, -9.0, 60.0, 9.0)])
    [(20.0, 0.0)]
    """
    taken, found = list(boxes), list[Point | None]()
    for number, (route, text) in enumerate(zip(routes, texts, strict=True)):
        others = [stretch for other, points in enumerate(routes) if other != number for stretch in pairwise(points)]
        alone = (place for place in _places(route) if all(_distance(place, *each) > NEAR for each in others))
        free = (place for place in alone if not any(_meet(_frame(place, text), frame) for frame in taken))
        best = next(free, None) if text else None
        found.append(best)
        if best is not None:
            taken.append(_frame(best, text))
    return found


def _places(route: Sequence[Point]) -> Iterator[Point]:
    """List where on a line a text may stand: on its longest stretches first."""
    stretches = [(math.dist(one, two), one, two) for one, two in pairwise(route)]
    for length, one, two in sorted(stretches, key=lambda stretch: -stretch[0]):
        if length >= SHORTEST:
            for part in PARTS:
                yield one[0] + part * (two[0] - one[0]), one[1] + part * (two[1] - one[1])


def _frame(place: Point, text: str) -> Frame:
    half = LETTER * len(text) / 2 + 2
    return place[0] - half, place[1] - LINE / 2, place[0] + half, place[1] + LINE / 2


def _meet(one: Frame, other: Frame) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _distance(point: Point, one: Point, two: Point) -> float:
    """Give how far a point is from a stretch of line."""
    (x, y), (dx, dy) = point, (two[0] - one[0], two[1] - one[1])
    length = dx * dx + dy * dy
    part = min(max(((x - one[0]) * dx + (y - one[1]) * dy) / length, 0.0), 1.0) if length else 0.0
    return math.dist((x, y), (one[0] + part * dx, one[1] + part * dy))
