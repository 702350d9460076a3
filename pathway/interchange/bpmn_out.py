"""The pathway as BPMN 2.0 with diagram coordinates, as process modellers and their tools read it.

A state is one element: activities are tasks, delays intermediate timer events, decisions exclusive gateways, forks and
joins parallel gateways.  What leads to several states without being a decision has an exclusive gateway behind it; who
leaves a queue, or is harmed in it, goes by a boundary event.  Deadlines, which lead from everywhere, are event
sub-processes.  What BPMN has no words for (durations, needs, weights) stands in our own namespace beside it, and
`bpmn_in` reads it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree  # only writes here; what is read is read by defusedxml

from pathway.graph import Activity, exits, readable
from pathway.layout import BOX, Layout, Point, lay_out
from pathway.scenario.sources import compact

if TYPE_CHECKING:
    from pathway.graph import AnyState, Exit
    from pathway.scenario import Scenario

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
OURS = "urn:pathway-simulator:bpmn:1"
PREFIXES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI, "pathway": OURS}

ACROSS, DOWN = 230.0, 130.0  # pixels between columns, and between rows
TASK = (BOX[0] * ACROSS, BOX[1] * DOWN)
EVENT, GATEWAY, CHOICE = (36.0, 36.0), (50.0, 50.0), (26.0, 26.0)
BEHIND = 0.40  # columns from the middle of a box to the gateway behind it
MOST_ACROSS = 16  # columns side by side; a longer pathway goes on below
SUB, LABEL = (260.0, 90.0), (76.0, 28.0)
TAGS = {
    "start": "startEvent", "activity": "task", "delay": "intermediateCatchEvent", "decision": "exclusiveGateway",
    "fork": "parallelGateway", "join": "parallelGateway", "end": "endEvent",
}  # fmt: skip
SIZES = {"task": TASK, "startEvent": EVENT, "endEvent": EVENT, "intermediateCatchEvent": EVENT, "boundaryEvent": EVENT}
ROUTING = frozenset({"to", "rules", "branches", "join", "leaves"})  # said by flows, not by details
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Shape:
    """Where an element is drawn: its middle and its size."""

    element: str
    middle: Point
    size: tuple[float, float]

    def side(self, way: int) -> Point:
        """Give the middle of its right side (1), or its left (-1)."""
        return self.middle[0] + way * self.size[0] / 2, self.middle[1]


@dataclass(slots=True)
class _Drawing:
    shapes: dict[str, Shape] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)  # flows with words on them


def write_bpmn(scenario: Scenario, path: Path | str) -> Path:
    """Write the pathway of a scenario as a BPMN 2.0 file.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> file = write_bpmn(pw.load_scenario("mmc"), Path(tempfile.mkdtemp()) / "mmc.bpmn")
    >>> "bpmn:task" in file.read_text(encoding="utf-8")
    True
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_bpmn(scenario), encoding="utf-8")
    return path


def to_bpmn(scenario: Scenario) -> str:
    """Give the pathway of a scenario as the text of a BPMN 2.0 file."""
    for prefix, uri in PREFIXES.items():
        ElementTree.register_namespace(prefix, uri)
    root = ElementTree.Element(_q(BPMN, "definitions"), {"id": "definitions", "targetNamespace": OURS})
    title = scenario.title or scenario.name
    process = _child(root, "process", id="process", name=title, isExecutable="false")
    _own(process, "document", _document(scenario))
    layout = lay_out(scenario.pathway.graph, across=MOST_ACROSS)
    drawing = _Drawing()
    aside = _only_by_deadline(scenario)
    for name in sorted(scenario.pathway.states.keys() - aside):
        _write_state(process, scenario, name, layout, drawing)
    for name in sorted(scenario.pathway.states):
        _write_ways(process, scenario, scenario.pathway.states[name], layout, drawing)
    _write_deadlines(process, scenario, aside, drawing)
    _write_diagram(root, drawing)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


# ---------------------------------------------------------------- elements


def _q(uri: str, name: str) -> str:
    return f"{{{uri}}}{name}"


def _child(parent: ElementTree.Element, tag: str, uri: str = BPMN, **attributes: str) -> ElementTree.Element:
    clean = {key: NOT_XML.sub("\ufffd", value) for key, value in attributes.items()}
    return ElementTree.SubElement(parent, _q(uri, tag), clean)


def _own(element: ElementTree.Element, tag: str, said: object, **attributes: str) -> None:
    """Put something of ours beside what BPMN has words for."""
    place = element.find(_q(BPMN, "extensionElements"))
    if place is None:
        place = _child(element, "extensionElements")
    ours = _child(place, tag, OURS, **attributes)
    if said is not None:
        ours.text = NOT_XML.sub("\ufffd", json.dumps(said, ensure_ascii=False, default=str))


def _tree(scenario: Scenario, *path: str) -> Mapping[str, Any]:
    tree: Any = scenario.tree
    for key in path:
        tree = tree.get(key) or {} if isinstance(tree, Mapping) else {}
    return tree if isinstance(tree, Mapping) else {}


def _document(scenario: Scenario) -> dict[str, object]:
    """Give what conditions and durations are about: parameters, attributes, and what cuts the pathway short."""
    said = {key: scenario.tree[key] for key in ("parameters", "attributes") if scenario.tree.get(key)}
    beside = {key: value for key, value in _tree(scenario, "pathway").items() if key != "states"}
    return {**said, **({"pathway": beside} if beside else {})}


def _write_state(
    process: ElementTree.Element, scenario: Scenario, name: str, layout: Layout, drawing: _Drawing
) -> None:
    data = scenario.pathway.graph.nodes[name]
    written = _tree(scenario, "pathway", "states", name)
    tag = TAGS[data["kind"]]
    direction = {"fork": "Diverging", "join": "Converging", "decision": "Diverging"}.get(data["kind"])
    more = {"gatewayDirection": direction} if direction else {}
    element = _child(process, tag, id=_id(name), name=data["title"], **more)
    said = "; ".join(f"{key}: {compact(written[key])}" for key in ("duration", "until", "needs") if key in written)
    if said:
        _child(element, "documentation").text = NOT_XML.sub("\ufffd", said)
    _own(element, "state", _details(written), name=name)
    if data["kind"] == "delay":
        timer = _child(element, "timerEventDefinition", id=f"{_id(name)}_timer")
        duration = _child(timer, "timeDuration")
        duration.text = NOT_XML.sub("\ufffd", compact(written.get("duration") or written.get("until")))
    drawing.shapes[_id(name)] = Shape(_id(name), _at(layout.positions[name]), SIZES.get(tag, GATEWAY))
    ways_in = [via for *_, via in scenario.pathway.graph.in_edges(name, data="via") if via != "deadline"]
    if data["kind"] == "fork" and len(ways_in) > 1:  # a parallel gateway would wait for all who come
        _write_merge(process, name, layout, drawing)


def _write_merge(process: ElementTree.Element, name: str, layout: Layout, drawing: _Drawing) -> None:
    """Bring the ways to a fork together before it."""
    merge, flow = f"merge_{name}", f"from_merge_{name}"
    _own(_child(process, "exclusiveGateway", id=merge, gatewayDirection="Converging"), "merge", None, of=name)
    x, y = layout.positions[name]
    drawing.shapes[merge] = Shape(merge, _at((x - BEHIND / 2, y)), CHOICE)
    _child(process, "sequenceFlow", id=flow, sourceRef=merge, targetRef=_id(name))
    drawing.lines[flow] = [drawing.shapes[merge].side(1), drawing.shapes[_id(name)].side(-1)]


def _details(written: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in written.items() if key not in ROUTING}


def _only_by_deadline(scenario: Scenario) -> set[str]:
    """Name the outcomes that only deadlines lead to: they stand in the deadlines' sub-processes."""
    graph = scenario.pathway.graph
    ends = (name for name, kind in graph.nodes(data="kind") if kind == "end")
    return {name for name in ends if {via for *_, via in graph.in_edges(name, data="via")} == {"deadline"}}


def _id(name: str) -> str:
    return f"state_{name}"


def _at(point: Point) -> Point:
    return point[0] * ACROSS, -point[1] * DOWN


# ---------------------------------------------------------------- ways


def _write_ways(
    process: ElementTree.Element, scenario: Scenario, state: AnyState, layout: Layout, drawing: _Drawing
) -> None:
    """Write a state's flows, with a gateway behind it where it has a choice and is none itself."""
    ways = [way for way in exits(state) if way.to in scenario.pathway.states]
    routes = [way for way in ways if way.via in ("route", "branch")]
    kind = scenario.pathway.graph.nodes[state.name]["kind"]
    source = _id(state.name)
    if len(routes) > 1 and kind not in ("decision", "fork"):
        source = _write_choice(process, state, layout, drawing)
    written = _Routing(_tree(scenario, "pathway", "states", state.name))
    for number, way in enumerate(ways):
        beginning = source
        if way.via in ("leaves", "harm") and isinstance(state, Activity):
            beginning = _write_boundary(process, state, way, written, drawing)
        _write_flow(process, (beginning, state.name, way, number), written, layout, drawing)


def _write_choice(process: ElementTree.Element, state: AnyState, layout: Layout, drawing: _Drawing) -> str:
    source = f"choice_{state.name}"
    element = _child(process, "exclusiveGateway", id=source, gatewayDirection="Diverging")
    _own(element, "choice", None, of=state.name)
    x, y = layout.positions[state.name]
    drawing.shapes[source] = Shape(source, _at((x + BEHIND, y)), CHOICE)
    flow = f"to_choice_{state.name}"
    _child(process, "sequenceFlow", id=flow, sourceRef=_id(state.name), targetRef=source)
    drawing.lines[flow] = [drawing.shapes[_id(state.name)].side(1), drawing.shapes[source].side(-1)]
    return source


def _write_boundary(
    process: ElementTree.Element, state: Activity, way: Exit, written: _Routing, drawing: _Drawing
) -> str:
    """Hang an event on a task: patience that runs out, or harm by waiting."""
    name = f"{way.via}_{state.name}"
    title = "patience runs out" if way.via == "leaves" else f"{readable(way.where.split('.')[1])} while waiting"
    element = _child(
        process, "boundaryEvent", id=name, name=title, attachedToRef=_id(state.name), cancelActivity="true"
    )
    _own(element, "boundary", written.leaves if way.via == "leaves" else None, via=way.via)
    if way.via == "leaves":
        _child(_child(element, "timerEventDefinition", id=f"{name}_timer"), "timeDuration").text = compact(
            written.leaves.get("after")
        )
    else:
        condition = _child(element, "conditionalEventDefinition", id=f"{name}_condition")
        _child(condition, "condition", **{_q(XSI, "type"): "bpmn:tFormalExpression"}).text = title
    middle = drawing.shapes[_id(state.name)].middle
    aside = 0.3 if way.via == "leaves" else -0.3
    drawing.shapes[name] = Shape(name, (middle[0] + aside * TASK[0], middle[1] + TASK[1] / 2), EVENT)
    return name


class _Routing:
    """Where a state leads, as its document writes it: parameters by name and `rest` unchanged."""

    def __init__(self, written: Mapping[str, Any]) -> None:
        self.leaves: Mapping[str, Any] = written.get("leaves") or {}
        rules = written.get("rules")
        self.rows: list[Mapping[str, Any]] = rules if isinstance(rules, list) else [{"to": written.get("to")}]

    def row(self, way: Exit) -> tuple[str, str, str]:
        """Give the conditions of a way, the weight and the reason."""
        row = self.rows[way.row] if way.row < len(self.rows) else {}
        when, to = row.get("when"), row.get("to")
        conditions = [] if when is None else when if isinstance(when, list) else [when]
        weight = to.get(way.to) if isinstance(to, Mapping) else None
        return " and ".join(map(str, conditions)), "" if weight is None else str(weight), str(row.get("why") or "")


def _write_flow(
    process: ElementTree.Element,
    which: tuple[str, str, Exit, int],
    written: _Routing,
    layout: Layout,
    drawing: _Drawing,
) -> None:
    source, name, way, number = which
    flow = f"flow_{name}_{number}"
    when, weight, why = written.row(way) if way.via == "route" else ("", "", "")
    label = "; ".join(part for part in (why or when, f"{way.share:.3g}" if weight else "") if part)
    target = f"merge_{way.to}" if f"merge_{way.to}" in drawing.shapes else _id(way.to)
    element = _child(process, "sequenceFlow", id=flow, sourceRef=source, targetRef=target)
    if label:
        element.set("name", NOT_XML.sub("\ufffd", label))
    if way.via == "route":
        said = {"row": str(way.row), "weight": weight, "why": why}
        _own(element, "flow", None, **{key: value for key, value in said.items() if value})
    if when:
        condition = _child(element, "conditionExpression")
        condition.set(_q(XSI, "type"), "bpmn:tFormalExpression")
        condition.text = when
    points = [_at(point) for point in layout.routes[name, way.to]]
    first, last = drawing.shapes[source], drawing.shapes[target]
    if source.startswith(("leaves_", "harm_")):
        x, y = first.middle
        start: list[Point] = [(x, y + EVENT[1] / 2), (points[0][0] + 8, y + EVENT[1] / 2 + 8)]
    else:
        start = [first.side(1)]
        points = [point for point in points if point[0] > first.side(1)[0] or point[1] != first.middle[1]]
    drawing.lines[flow] = [*start, *(point for point in points if point[0] != last.middle[0]), last.side(-1)]
    if label:
        drawing.labels.add(flow)


def _write_deadlines(process: ElementTree.Element, scenario: Scenario, aside: set[str], drawing: _Drawing) -> None:
    """Write each deadline as an event sub-process, in a row above everything."""
    top = min((shape.middle[1] for shape in drawing.shapes.values()), default=0.0) - SUB[1] - DOWN
    for number, deadline in enumerate(sorted(scenario.pathway.deadlines.values(), key=lambda each: each.name)):
        name, middle = f"deadline_{deadline.name}", (number * (SUB[0] + 40.0) + SUB[0] / 2, top)
        title = f"{readable(deadline.name)} is due"
        sub = _child(process, "subProcess", id=name, name=title, triggeredByEvent="true")
        _own(sub, "deadline", None, name=deadline.name, to=deadline.to)
        begin = _child(sub, "startEvent", id=f"{name}_due", name=title)
        timer = _child(begin, "timerEventDefinition", id=f"{name}_timer")
        _child(timer, "timeDuration").text = f"{deadline.attribute} since it was set"
        end = _child(sub, "endEvent", id=f"{name}_end", name=scenario.pathway.graph.nodes[deadline.to]["title"])
        if deadline.to in aside:
            _own(end, "state", _details(_tree(scenario, "pathway", "states", deadline.to)), name=deadline.to)
        _child(sub, "sequenceFlow", id=f"{name}_flow", sourceRef=f"{name}_due", targetRef=f"{name}_end")
        drawing.shapes[name] = Shape(name, middle, SUB)
        for ending, shift in (("due", -0.25), ("end", 0.25)):
            element = f"{name}_{ending}"
            drawing.shapes[element] = Shape(element, (middle[0] + shift * SUB[0], middle[1]), EVENT)
        drawing.lines[f"{name}_flow"] = [drawing.shapes[f"{name}_due"].side(1), drawing.shapes[f"{name}_end"].side(-1)]


# ---------------------------------------------------------------- the diagram


def _write_diagram(root: ElementTree.Element, drawing: _Drawing) -> None:
    """Write where everything is drawn, from the upper left corner on."""
    diagram = _child(root, "BPMNDiagram", BPMNDI, id="diagram")
    plane = _child(diagram, "BPMNPlane", BPMNDI, id="plane", bpmnElement="process")
    left = min((s.middle[0] - s.size[0] / 2 for s in drawing.shapes.values()), default=0.0) - 40
    top = min((s.middle[1] - s.size[1] / 2 for s in drawing.shapes.values()), default=0.0) - 40
    for each in drawing.shapes.values():
        more = {"isExpanded": "true"} if each.size == SUB else {}
        shape = _child(plane, "BPMNShape", BPMNDI, id=f"{each.element}_di", bpmnElement=each.element, **more)
        corner = each.middle[0] - each.size[0] / 2 - left, each.middle[1] - each.size[1] / 2 - top
        box = dict(zip(("x", "y", "width", "height"), (*corner, *each.size), strict=True))
        _child(shape, "Bounds", DC, **{key: f"{value:.1f}" for key, value in box.items()})
    for flow, points in drawing.lines.items():
        edge = _child(plane, "BPMNEdge", BPMNDI, id=f"{flow}_di", bpmnElement=flow)
        for x, y in _thinned(points):
            _child(edge, "waypoint", DI, x=f"{x - left:.1f}", y=f"{y - top:.1f}")
        if flow in drawing.labels:  # where it arrives: there it stands alone, while all of a choice begin together
            x, y = points[-1][0] - left - LABEL[0], points[-1][1] - top - LABEL[1]
            place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{LABEL[0]:.1f}", "height": f"{LABEL[1]:.1f}"}
            _child(_child(edge, "BPMNLabel", BPMNDI), "Bounds", DC, **place)


def _thinned(points: list[Point]) -> Iterator[Point]:
    """Leave out points that stand where the one before does."""
    before: Point | None = None
    for x, y in points:
        point = round(x, 1), round(y, 1)
        if point != before:
            yield point
        before = point
