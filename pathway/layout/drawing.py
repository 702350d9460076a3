"""The layout of a pathway's graph: a place for every state, a route for every edge."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import networkx as nx

from pathway.layout.contracting import contract
from pathway.layout.folding import cuts, fold
from pathway.layout.layers import columns, forward_edges
from pathway.layout.ordering import order
from pathway.layout.placing import heights

Point = tuple[float, float]
Edge = tuple[str, str]
Way = Literal["onward", "back", "turn"]

BOX = (0.64, 0.6)  # width and height of a state's box, where columns and rows are 1 apart
TURN = 0.44  # from the middle of a box to where an edge back turns
LOOP = 0.46  # from the middle of a box to the edge from a state to itself, above


@dataclass(frozen=True, slots=True)
class Layout:
    """Where states are drawn and how edges run between them, in columns and rows 1 apart, y upwards.

    `positions` are the middles of boxes of the size `BOX`; `routes` begin at the right side of a
    box and end at the left side of another; those in `back` lead to an earlier column or the same.
    """

    positions: Mapping[str, Point]
    routes: Mapping[Edge, tuple[Point, ...]]
    back: frozenset[Edge] = frozenset()


@dataclass(slots=True)
class _Dots:
    """The states of a graph and the bends of its edges, all numbered, while they are being arranged."""

    names: list[str]
    column: list[int]
    links: dict[tuple[int, int], None] = field(default_factory=dict)  # (dot, dot of the next column)
    bends: dict[Edge, list[int]] = field(default_factory=dict)  # in the direction of the edge
    shared: dict[tuple[int, int, Way], int] = field(default_factory=dict)

    def bend(self, column: int, state: int, way: Way) -> int:
        """Number the bend in a column of all edges on their way to one state, or turning after one."""
        number = self.shared.setdefault((column, state, way), len(self.column))
        if number == len(self.column):
            self.column.append(column)
        return number

    def link(self, chain: list[int]) -> None:
        self.links |= dict.fromkeys(pairwise(chain))


def lay_out(
    graph: nx.DiGraph[str],
    *,
    keep: Collection[str] | None = None,
    across: int | None = None,
    ranks: Mapping[str, float] | None = None,
) -> Layout:
    """Arrange a graph from left to right, the same for equal graphs in whatever order they were built.

    Parameters
    ----------
    graph
        The graph of a pathway.  Edges whose data say ``via`` ``deadline`` are neither followed nor
        routed, for they lead from everywhere; states that only they lead to stand in the last column.
    keep
        Only these states are drawn (see `contract`); by default all.
    across
        The most columns side by side; what is longer goes on in a band below, as text does.
    ranks
        When each state is reached: edges to a lower rank, or an equal one, run back.  By default
        those run back that close a loop.

    Examples
    --------
    >>> layout = lay_out(nx.DiGraph([("referral", "ct"), ("ct", "seen"), ("ct", "ct")]))
    >>> layout.positions
    {'ct': (1.0, 0.0), 'referral': (0.0, 0.0), 'seen': (2.0, 0.0)}
    >>> layout.routes["referral", "ct"]
    ((0.32, 0.0), (0.68, 0.0))
    """
    if keep is not None:
        graph = contract(graph, keep)
    dots = _dots(graph, ranks)
    if not dots.names:
        return Layout({}, {})
    width = max(dots.column[: len(dots.names)])
    crossing = [sum(dots.column[one] == column for one, _ in dots.links) for column in range(width)]
    first = cuts(crossing, across) if across else []
    points = _points(dots, first)
    positions = dict(zip(dots.names, points, strict=False))
    routes = {
        edge: _route(positions[edge[0]], [points[bend] for bend in bends], positions[edge[1]])
        for edge, bends in dots.bends.items()
    }
    back = frozenset(edge for edge in routes if positions[edge[0]][0] >= positions[edge[1]][0])
    return Layout(*fold(positions, routes, first), back)


def _dots(graph: nx.DiGraph[str], ranks: Mapping[str, float] | None) -> _Dots:
    """Give states their columns, and edges over several columns a bend in each.

    Edges to one state share their bends, so that lines merge as they draw near to it.
    """
    drawn: nx.DiGraph[str] = nx.DiGraph()
    drawn.add_nodes_from(sorted(graph))
    drawn.add_edges_from(sorted((one, two) for one, two, via in graph.edges(data="via") if via != "deadline"))
    onward = forward_edges(drawn)
    if ranks is not None:
        onward = [(one, two) for one, two in drawn.edges if ranks[one] < ranks[two]]
    column = columns(drawn, onward)
    last = max(column.values(), default=0)
    for name in drawn:
        if not drawn.degree(name) and graph.in_degree(name):  # only deadlines lead here
            column[name] = last
    dots = _Dots(list(drawn), [column[name] + 1 for name in drawn])  # column 0 is for edges that turn there
    index = {name: number for number, name in enumerate(drawn)}
    for edge in sorted(drawn.edges):
        one, two = index[edge[0]], index[edge[1]]
        here, there = dots.column[one], dots.column[two]
        if here < there:
            dots.bends[edge] = [dots.bend(step, two, "onward") for step in range(here + 1, there)]
            dots.link([one, *dots.bends[edge], two])
        elif one == two:
            dots.bends[edge] = []
        else:  # one column further, back through all columns between, and one column too far
            dots.bends[edge] = [dots.bend(step, two, "back") for step in range(here, there - 1, -1)]
            far, near = dots.bend(here + 1, one, "turn"), dots.bend(there - 1, two, "back")
            dots.link([near, *dots.bends[edge][::-1], far])
            dots.link([one, far])
            dots.link([near, two])
    return dots


def _points(dots: _Dots, first: Collection[int]) -> list[Point]:
    """Give every dot its point: its column is known, its height follows from the order in the column.

    Where a band begins with one of the columns `first`, heights need not match those of the column before.
    """
    placed: list[list[int]] = [[] for _ in range(max(dots.column) + 1)]
    left: list[list[int]] = [[] for _ in dots.column]
    right: list[list[int]] = [[] for _ in dots.column]
    for dot, column in enumerate(dots.column):
        placed[column].append(dot)
    for one, two in dots.links:
        right[one].append(two)
        left[two].append(one)
    level = [(one, two) for one, two in dots.links if dots.column[one] not in first]
    height = heights(order(placed, left, right), level, len(dots.names))
    return [(column - 1.0, y) for column, y in zip(dots.column, height, strict=True)]


def _route(here: Point, bends: list[Point], there: Point) -> tuple[Point, ...]:
    """Run from box to box, level through every column between.

    An edge back leaves to the right, turns, runs back through every column, turns, and comes in
    from the left; one from a state to itself runs over its box.
    """
    half = BOX[0] / 2
    points = [(here[0] + half, here[1])]
    if here[0] < there[0]:
        for x, y in bends:
            points += [(x - half, y), (x + half, y)]
    else:
        bends = bends or [(here[0], here[1] + LOOP)]
        points += [(here[0] + TURN, here[1]), (here[0] + TURN, bends[0][1])]
        for x, y in bends:
            points += [(x + half, y), (x - half, y)]
        points += [(there[0] - TURN, bends[-1][1]), (there[0] - TURN, there[1])]
    return _simple([*points, (there[0] - half, there[1])])


def _simple(points: list[Point]) -> tuple[Point, ...]:
    """Round, and leave out the points in the middle of a level run."""
    points = [(round(x, 6), round(y, 6)) for x, y in points]
    kept = points[:1]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if not before[1] == point[1] == after[1]:
            kept.append(point)
    return (*kept, points[-1])
