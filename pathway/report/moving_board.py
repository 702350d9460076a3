"""Where a film has its boxes: a row a phase, its busiest steps, the others together, and what lies between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway import words
from pathway.charts.film import Cell
from pathway.graph import Activity
from pathway.metrics.moving import BETWEEN
from pathway.metrics.study import DAY
from pathway.report.drawing import phase_title, phases_of

if TYPE_CHECKING:
    import networkx as nx

    from pathway.eventlog import EventLog
    from pathway.metrics.moving import Moving
    from pathway.metrics.study import Codes, Floats, Ints

FEW = 5  # steps of a phase with a box of their own; there is room for one more, and for what lies between
BESIDE = 6  # boxes in a row of a pathway without phases


@dataclass(frozen=True)
class Board:
    """The boxes with the states each stands for, and by state its box as a step and as what lies between."""

    headings: tuple[str, ...]
    cells: tuple[Cell, ...]
    members: tuple[tuple[int, ...], ...]
    step: Codes
    hall: Codes
    empty: tuple[str, ...]  # phases without a box, where nobody came


def board(graph: nx.DiGraph[str], log: EventLog, found: Moving) -> Board:
    """Put every state somebody came to on the board.

    Parameters
    ----------
    graph
        The pathway's graph.
    log
        The log, which says when states are reached.
    found
        Where everybody is.
    """
    names = log.vocabulary.states
    code = {name: place for place, name in enumerate(names)}
    traffic = (found.waiting + found.there + found.began).sum(axis=0)
    between = np.bincount(found.place[found.doing == BETWEEN], minlength=len(names))
    days = _reached(log, np.arange(len(names)))
    made, empty = _Making(graph, names), []
    for phase, members in _groups(graph, log).items():
        codes = [code[name] for name in members if name in code]
        steps = [each for each in codes if traffic[each] and isinstance(graph.nodes[names[each]]["state"], Activity)]
        steps.sort(key=lambda each: (days[each], names[each]))
        is_hall = bool(between[codes].any())
        title = phase_title(phase) if phase else ""
        if steps or is_hall:
            made.row(title, list(_boxes(steps, traffic, few=bool(phase))), codes if is_hall else [])
        elif title:
            empty.append(title)
    return made.board(tuple(empty))


def _reached(log: EventLog, groups: Codes) -> Floats:
    """Give by group of states after how many days half of those who come there have come, for the first time."""
    visits, size = log.visits, int(groups.max(initial=-1)) + 1
    key = visits["case"].astype(np.int64) * size + groups[visits["state"]]
    first = np.unique(key, return_index=True)[1]  # visits are in order of time
    group = groups[visits["state"][first]]
    minutes = visits["enqueued_at"][first] - log.cases["arrived_at"][visits["case"][first]]
    order = np.lexsort((minutes, group))
    many = np.bincount(group, minlength=size)
    middle = np.cumsum(many) - many + many // 2
    found = np.full(size, np.inf)
    found[many > 0] = minutes[order][middle[many > 0]] / DAY
    return found


def _groups(graph: nx.DiGraph[str], log: EventLog) -> dict[str, list[str]]:
    """Give the states of each phase, in the order in which patients come to them; last those of no phase.

    Of a small pathway these are all.
    """
    phases = [graph.nodes[name]["phase"] or "" for name in log.vocabulary.states]
    known = sorted(set(phases))
    reached = _reached(log, np.array([known.index(phase) for phase in phases]))
    groups = {name: sorted(states) for name, states in phases_of(graph, dict(zip(known, reached, strict=True))).items()}
    placed = {name for states in groups.values() for name in states}
    return groups | {"": sorted(name for name in graph if name not in placed)}


def _boxes(steps: Sequence[int], traffic: Ints, *, few: bool) -> Iterator[tuple[int, ...]]:
    """Give each of the busiest steps a box, and the others one together; if not `few`, each has its own."""
    if not few or len(steps) <= FEW + 1:
        yield from ((each,) for each in steps)
        return
    busiest = set(sorted(steps, key=lambda each: -traffic[each])[:FEW])
    yield from ((each,) for each in steps if each in busiest)
    yield tuple(each for each in steps if each not in busiest)


class _Making:
    """A board while rows are added."""

    def __init__(self, graph: nx.DiGraph[str], names: Sequence[str]) -> None:
        self.titles: Mapping[int, str] = {code: graph.nodes[name]["title"] for code, name in enumerate(names)}
        self.headings: list[str] = []
        self.cells: list[Cell] = []
        self.members: list[tuple[int, ...]] = []
        self.step = np.full(len(names), -1, np.int64)
        self.hall = np.full(len(names), -1, np.int64)

    def row(self, heading: str, boxes: Sequence[tuple[int, ...]], hall: Sequence[int]) -> None:
        """Add a row, or as many as the boxes take, with what lies between at the end."""
        for number, members in enumerate([*boxes, *([()] if hall else [])]):
            if number % (BESIDE + (1 if heading else 0)) == 0:
                self.headings.append(heading if number == 0 else "")
            row, column = len(self.headings) - 1, number % (BESIDE + (1 if heading else 0))
            if members:
                self.step[list(members)] = len(self.cells)
                self.cells.append(self._box(members, row, column))
            else:
                self.hall[list(hall)] = len(self.cells)
                self.cells.append(Cell(words.text("moving.between"), row, column, is_hall=True))
            self.members.append(members)

    def _box(self, members: tuple[int, ...], row: int, column: int) -> Cell:
        titles = [self.titles[each] for each in members]
        if len(titles) == 1:
            return Cell(titles[0], row, column)
        return Cell(words.text("moving.others", n=len(titles)), row, column, tip="\n".join(titles))

    def board(self, empty: tuple[str, ...]) -> Board:
        """Give the board that was made."""
        return Board(tuple(self.headings), tuple(self.cells), tuple(self.members), self.step, self.hall, empty)
