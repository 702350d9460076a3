"""From a pathway's graph to drawings of it: one of all phases, one of each phase with what lies around it."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

import networkx as nx
import pandas as pd

from pathway import words
from pathway.charts.network import network
from pathway.graph import readable
from pathway.layout import lay_out

if TYPE_CHECKING:
    import plotly.graph_objects as go

WHOLE = 16  # states up to which one drawing shows everything
PASSED_OVER = ("decision", "delay")  # kinds of state that a line can stand for


@dataclass(frozen=True, slots=True)
class Box:
    """A step, a phase, or what lies elsewhere, as it is drawn (see `charts.network`)."""

    name: str
    label: str
    kind: str
    below: str = ""
    mark: int = 0
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A line from one box to another: `per_year` makes it thick, `share` is the part that goes there.

    Either may be unknown (NaN).
    """

    source: str
    target: str
    per_year: float
    via: str = "route"
    share: float = float("nan")
    label: str = ""
    tip: str = ""


def phases_of(graph: nx.DiGraph[str], days: Mapping[str, float] | None = None) -> dict[str, frozenset[str]]:
    """Give the states of each phase, phases in the order patients come to them; none if all fits one drawing.

    A phase of outcomes only is left out: each is drawn where patients reach it.  `days` say when
    each phase is reached; without them phases are ordered by their steps from a referral.

    >>> graph = nx.DiGraph()
    >>> graph.add_node("ct", phase="diagnosis")
    >>> phases_of(graph)
    {}
    """
    members: dict[str, list[str]] = {}
    for name, data in graph.nodes(data=True):
        if data["phase"]:
            members.setdefault(data["phase"], []).append(name)
    if len(graph) <= WHOLE or len(members) < 2:
        return {}
    if days is None:
        steps = _steps_from_start(graph)
        days = {phase: median(steps.get(name, math.inf) for name in names) for phase, names in members.items()}
    ordered = sorted(members, key=lambda phase: days.get(phase, math.inf))
    shown = [phase for phase in ordered if any(graph.nodes[name]["kind"] != "end" for name in members[phase])]
    return {phase: frozenset(members[phase]) for phase in shown}


def _steps_from_start(graph: nx.DiGraph[str]) -> dict[str, int]:
    """Count how far a state is from a referral, from the farthest if there are several; deadlines do not count."""
    ways = nx.subgraph_view(graph, filter_edge=lambda source, target: graph.edges[source, target]["via"] != "deadline")
    steps: dict[str, int] = {}
    for start in (name for name, kind in graph.nodes(data="kind") if kind == "start"):
        for name, far in nx.single_source_shortest_path_length(ways, start).items():
            steps[name] = max(steps.get(name, 0), far)
    return steps


def phase_title(phase: str) -> str:
    """Write the name of a phase as a heading; of one without words, what cannot be spoken is an abbreviation.

    >>> phase_title("follow_up"), phase_title("early_care"), phase_title("mdm")
    ('Follow-up', 'Early care', 'MDM')
    """
    if f"phase.{phase}" in words.catalogue():
        return words.text(f"phase.{phase}")
    title = readable(phase)
    return title[:1].upper() + title[1:] if set(title.lower()) & set("aeiou") else title.upper()


def picture(boxes: Iterable[Box], ways: Iterable[Way], ranks: Mapping[str, float] | None = None) -> go.Figure:
    """Lay out some boxes and the ways between them, and draw them, in the order of `ranks` if there are any.

    >>> figure = picture([Box("a", "CT", "activity"), Box("b", "Seen", "end")], [Way("a", "b", 20.0)])
    >>> figure.layout.annotations[0].text
    'CT'
    """
    boxes, ways = list(boxes), list(ways)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(box.name for box in boxes)
    graph.add_edges_from((way.source, way.target, {"via": way.via}) for way in ways)
    frame = pd.DataFrame([asdict(way) for way in ways], columns=list(Way.__slots__))
    return network(pd.DataFrame([asdict(box) for box in boxes]), frame, lay_out(graph, ranks=ranks))


def shortened(ways: Iterable[Way], passed: Collection[str]) -> list[Way]:
    """Leave out states with one way in or one way out, so that lines lead from step to step.

    Numbers stay exact: who comes in by the one way is who goes out.  A state in `passed` with
    several ways in and several out stays, as nobody knows who of those went where.

    >>> ways = [Way("ct", "report", 90.0), Way("report", "mri", 30.0), Way("report", "mdt", 60.0)]
    >>> [(way.source, way.target, way.per_year) for way in shortened(ways, {"report"})]
    [('ct', 'mri', 30.0), ('ct', 'mdt', 60.0)]
    """
    kept = {(way.source, way.target): way for way in ways}
    changed = True
    while changed:
        changed = False
        for name in sorted(passed):
            into = [way for way in kept.values() if way.target == name]
            out = [way for way in kept.values() if way.source == name]
            if not into or min(len(into), len(out)) > 1 or any(way.source == name for way in into):
                continue
            for way in (*into, *out):  # a state that leads nowhere in this drawing goes with its ways
                del kept[way.source, way.target]
            for one in into:
                for other in out:
                    _add(kept, _through(one, other, single_in=len(into) == 1))
            changed = True
    return list(kept.values())


def _through(one: Way, other: Way, *, single_in: bool) -> Way:
    number = other.per_year if single_in else one.per_year
    tip = "\n".join(dict.fromkeys(each for each in (one.tip, other.tip) if each))
    return Way(one.source, other.target, number, one.via, one.share * other.share, tip=tip)


def _add(kept: dict[tuple[str, str], Way], way: Way) -> None:
    """Add a way, or merge it with one between the same boxes."""
    known = kept.get((way.source, way.target))
    if known is not None:
        tip = "\n".join(dict.fromkeys((*known.tip.split("\n"), *way.tip.split("\n"))))
        via = known.via if known.via == way.via else "route"
        way = replace(way, per_year=known.per_year + way.per_year, share=known.share + way.share, via=via, tip=tip)
    kept[way.source, way.target] = way


def passed_over(graph: nx.DiGraph[str]) -> frozenset[str]:
    """Name the states that lines may stand for: decisions and delays."""
    return frozenset(name for name, kind in graph.nodes(data="kind") if kind in PASSED_OVER)


def part(
    graph: nx.DiGraph[str],
    boxes: Mapping[str, Box],
    ways: Sequence[Way],
    members: Collection[str],
) -> tuple[list[Box], list[Way]]:
    """Choose what one drawing shows: some states, the outcomes next to them, and a box for each phase beyond.

    Parameters
    ----------
    graph
        The pathway's graph, for the phases.
    boxes, ways
        Everything that could be drawn.
    members
        The states to draw.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_node("ct", phase="diagnosis", kind="activity")
    >>> graph.add_node("mdt", phase="staging", kind="activity")
    >>> boxes = {name: Box(name, name, "activity") for name in ("ct", "mdt")}
    >>> [box.label for box in part(graph, boxes, [Way("ct", "mdt", 9.0)], {"ct"})[0]]
    ['ct', 'to Staging']
    """
    shown: dict[str, Box] = {}
    merged: dict[tuple[str, str], Way] = {}
    for way in ways:
        if way.source not in members and way.target not in members:
            continue
        ends = []
        for name, side in ((way.source, "from"), (way.target, "to")):
            near = name in members or graph.nodes[name]["kind"] == "end"
            box = boxes[name] if near else _elsewhere(graph, boxes[name], side)
            shown[box.name] = box
            ends.append(box.name)
        _add(merged, replace(way, source=ends[0], target=ends[1]))
    return sorted(shown.values(), key=lambda box: box.name), list(merged.values())


def _elsewhere(graph: nx.DiGraph[str], box: Box, side: str) -> Box:
    phase = graph.nodes[box.name]["phase"]
    label = phase_title(phase) if phase else box.label
    return Box(f"{side} {phase or box.name}", words.text(f"map.{side}", name=label), "elsewhere")
