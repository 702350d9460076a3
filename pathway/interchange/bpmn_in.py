"""BPMN 2.0 diagrams as the beginning of a scenario: tasks, exclusive and parallel gateways, plain and timer events.

Everything else is refused by its name, with its line.  What a diagram cannot know (how long a task takes, what it
needs, how likely a way is) is written as `TODO`, which nothing runs with: `pathway check` names every one of them.  In
diagrams this program wrote, what it knew stands beside the elements and is taken over, the ways from the flows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from pathway.errors import Finding, PathwayError, ScenarioError
from pathway.interchange.bpmn_out import BPMN, OURS

TODO = "TODO"
LARGEST = 50_000_000  # bytes; a diagram of a thousand steps has two million
TASKS = frozenset(
    {"task", "userTask", "manualTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask"}
)
TIMED = frozenset({"intermediateCatchEvent", "intermediateThrowEvent"})
NODES = TASKS | TIMED | {"startEvent", "endEvent", "exclusiveGateway", "parallelGateway"}
PASSED = frozenset(  # says nothing of where patients go
    {
        *("sequenceFlow", "documentation", "extensionElements", "laneSet", "textAnnotation", "association", "group"),
        *(
            "dataObject",
            "dataObjectReference",
            "dataStoreReference",
            "ioSpecification",
            "property",
            "incoming",
            "outgoing",
        ),
    }
)
INSTEAD = {
    "inclusiveGateway": "use an exclusive gateway (one way) or a parallel one (all ways)",
    "complexGateway": "use an exclusive gateway (one way) or a parallel one (all ways)",
    "eventBasedGateway": "use a task that patients leave when their patience runs out (leaves:)",
    "boundaryEvent": "write it as leaves: of the task, or as a deadline, in the scenario",
    "subProcess": "draw its steps in the process itself",
    "adHocSubProcess": "draw its steps in the process itself",
    "transaction": "draw its steps in the process itself",
    "callActivity": "draw its steps in the process itself",
}
SPANS = {"Y": "years", "M": "months", "W": "weeks", "D": "days"}, {"H": "hours", "M": "min"}


@dataclass(slots=True)
class Element:
    """An element of the file, with its line."""

    uri: str
    tag: str
    said: dict[str, str]
    line: int
    column: int
    inside: list[Element] = field(default_factory=list)
    text: str = ""

    @property
    def id(self) -> str:
        """Its id, by which flows refer to it."""
        return self.said.get("id", "")

    @property
    def title(self) -> str:
        """Its name, as people read it."""
        return " ".join(self.said.get("name", "").split())

    def own(self, tag: str) -> Element | None:
        """Find what this program once put beside it."""
        for place in self.inside:
            if place.tag == "extensionElements":
                for each in place.inside:
                    if each.uri == OURS and each.tag == tag:
                        return each
        return None

    def find(self, tag: str) -> Element | None:
        """Find the first of its children with a name."""
        return next((each for each in self.inside if each.tag == tag), None)


class _Reader(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self.open: list[Element] = []

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802 - the handler's own names
        uri, tag = name
        place: Any = self._locator  # type: ignore[attr-defined]
        said = {local: str(value) for (_, local), value in attrs.items()}
        element = Element(uri or "", tag, said, place.getLineNumber(), place.getColumnNumber() + 1)
        if self.open:
            self.open[-1].inside.append(element)
        else:
            self.root = element
        self.open.append(element)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802
        self.open.pop()

    def characters(self, content: str) -> None:
        if self.open:
            self.open[-1].text += content


def read_bpmn(path: Path | str) -> dict[str, object]:
    """Read a BPMN 2.0 diagram as a scenario document, with TODO for what a diagram cannot know.

    Raises
    ------
    ScenarioError
        If the file is no BPMN, or holds what is no step of a pathway here; every such element is named with its line.
    """
    path = Path(path)
    root = _parse(path)
    processes = [each for each in root.inside if each.tag == "process" and each.uri == BPMN]
    if root.tag != "definitions" or root.uri != BPMN or not processes:
        raise _refused(path, [(root, f"<{root.tag}> is no BPMN 2.0 diagram with a process")])
    if len(processes) > 1:
        raise _refused(path, [(each, f"process '{each.id}': a pathway is one process") for each in processes[1:]])
    process = processes[0]
    try:
        diagram = _Diagram(path, process)
        diagram.check()
        return diagram.document()
    except (ValueError, KeyError, TypeError, AttributeError) as reason:
        raise _refused(path, [(process, "what this program once wrote beside the elements is damaged")]) from reason


def _parse(path: Path) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.sax import make_parser

    if path.stat().st_size > LARGEST:
        raise PathwayError(f"{path}: {path.stat().st_size:,} bytes; a diagram may have {LARGEST:,} at most")
    parser, reader = make_parser(), _Reader()
    parser.forbid_dtd = True  # no entities, so no bombs and nothing from elsewhere
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(reader)
    try:
        with path.open("rb") as file:
            parser.parse(file)
    except DefusedXmlException as reason:
        raise ScenarioError(
            [Finding(str(path), 1, 1, "a document type or entity stands here; a diagram has none")]
        ) from reason
    except SAXParseException as reason:
        said = f"this is not XML: {reason.getMessage()}"
        raise ScenarioError(
            [Finding(str(path), reason.getLineNumber() or 1, (reason.getColumnNumber() or 0) + 1, said)]
        ) from reason
    except (SAXException, UnicodeError, ValueError) as reason:
        raise ScenarioError([Finding(str(path), 1, 1, "this is not XML")]) from reason
    assert reader.root is not None
    return reader.root


def _refused(path: Path, faults: Iterable[tuple[Element, str]]) -> ScenarioError:
    return ScenarioError(Finding(str(path), each.line, each.column, said) for each, said in faults)


class _Diagram:
    """One process: its steps by id, and the flows between them."""

    def __init__(self, path: Path, process: Element) -> None:
        self.path, self.process = path, process
        parts = [each for each in process.inside if each.uri == BPMN]
        self.nodes = {each.id: each for each in parts if each.tag in NODES}
        self.flows = [each for each in parts if each.tag == "sequenceFlow"]
        self.bounds = {each.id: each for each in parts if each.tag == "boundaryEvent" and each.own("boundary")}
        self.deadlines = [each for each in parts if each.tag == "subProcess" and each.own("deadline")]
        known = {*PASSED, *NODES}
        ours = {id(each) for each in (*self.bounds.values(), *self.deadlines)}
        self.strange = [each for each in parts if each.tag not in known and id(each) not in ours]
        self.names = dict(_named(self.nodes.values()))
        self.choices = {each.id: own.said["of"] for each in self.nodes.values() if (own := each.own("choice"))}
        self.merges = {each.id: own.said["of"] for each in self.nodes.values() if (own := each.own("merge"))}
        self.names |= self.merges
        self.into: dict[str, list[Element]] = {name: [] for name in self.nodes}
        self.out: dict[str, list[Element]] = {name: [] for name in (*self.nodes, *self.bounds)}
        for flow in self.flows:
            if flow.said.get("targetRef") in self.into and flow.said.get("sourceRef") in self.out:
                self.into[flow.said["targetRef"]].append(flow)
                self.out[flow.said["sourceRef"]].append(flow)

    # ------------------------------------------------------------ what is refused

    def check(self) -> None:
        """Refuse what is no step of a pathway here, all at once."""
        faults = list(self._faults())
        if faults:
            raise _refused(self.path, faults)

    def _faults(self) -> Iterator[tuple[Element, str]]:
        for each in self.strange:
            said = INSTEAD.get(each.tag, "leave it out, or draw it as tasks, gateways and events")
            yield each, f"{each.tag} '{each.title or each.id}': not a step of a pathway here; {said}"
        for node in self.nodes.values():
            yield from self._node_faults(node)
        for flow in self.flows:
            for end in ("sourceRef", "targetRef"):
                to = flow.said.get(end, "")
                if to not in self.out and not any(each.id == to for each in self.strange):
                    yield flow, f"sequenceFlow '{flow.id}': {end} '{to}' is no element of this process"
        if not any(each.tag == "startEvent" for each in self.nodes.values()):
            yield self.process, f"process '{self.process.title or self.process.id}' has no startEvent"

    def _node_faults(self, node: Element) -> Iterator[tuple[Element, str]]:
        what = f"{node.tag} '{node.title or node.id}'"
        out, into = self.out[node.id], self.into[node.id]
        events = [each.tag for each in node.inside if each.tag.endswith("EventDefinition")]
        allowed = {"timerEventDefinition"} if node.tag in TIMED else set()
        for each in events:
            if each not in allowed:
                yield (
                    node,
                    f"{what}: a {each} is nothing a patient does here; use a plain event, or a timer for a delay",
                )
        if node.tag in TIMED and not events:
            yield node, f"{what}: without a timer nothing happens here; leave it out"
        if any(each.tag.endswith("LoopCharacteristics") for each in node.inside):
            yield node, f"{what}: repeats; draw the loop with an exclusive gateway"
        if node.tag == "endEvent" and out:
            yield node, f"{what}: leads on; an outcome is the end"
        if node.tag != "endEvent" and not out:
            yield node, f"{what}: leads nowhere; end it with an endEvent"
        if node.tag == "parallelGateway" and len(out) > 1 and len(into) > 1:
            yield node, f"{what}: joins and splits at once; draw two gateways"
        if node.tag not in ("exclusiveGateway", "parallelGateway") and len(out) > 1:
            yield node, f"{what}: has {len(out)} ways out; put an exclusive or a parallel gateway behind it"

    # ------------------------------------------------------------ what is read

    def document(self) -> dict[str, object]:
        """Give the scenario document."""
        own = self.process.own("document")
        known: dict[str, Any] = _details(own) if own is not None else {}
        states = {self.names[node.id]: self._state(node) for node in self._steps()}
        for each in self.deadlines:
            for end in each.inside:
                if end.tag == "endEvent" and (said := end.own("state")):
                    states[said.said["name"]] = _details(said)
        head: dict[str, object] = {"name": _word(self.process.title or self.path.stem), "title": self.process.title}
        if own is None:
            starts = [self.names[node.id] for node in self.nodes.values() if node.tag == "startEvent"]
            head["question"] = f"Read from {self.path.name}; TODO stands where a diagram cannot know."
            known["streams"] = {f"{name}_stream": {"per_year": TODO} for name in starts}
        pathway = {**known.pop("pathway", {}), "states": states}
        return {**{key: value for key, value in head.items() if value}, **known, "pathway": pathway}

    def _steps(self) -> Iterator[Element]:
        """Go through the elements that are states; our own gateways behind and before states are none."""
        for node in self.nodes.values():
            if node.id not in self.choices and node.id not in self.merges:
                yield node

    def _state(self, node: Element) -> dict[str, Any]:
        own = node.own("state")
        said = dict(_details(own)) if own is not None else dict(self._guess(node))
        if node.tag == "parallelGateway" and len(self.out[node.id]) > 1:
            said["branches"] = [self._target(flow) for flow in self.out[node.id]]
            said["join"] = self._join(node)
        elif node.tag != "endEvent":
            said |= self._onward(node)
        for bound in self.bounds.values():
            place = bound.own("boundary")
            if bound.said.get("attachedToRef") == node.id and place is not None and place.said.get("via") == "leaves":
                said["leaves"] = {**_details(place), "to": self._target(self.out[bound.id][0])}
        return said

    def _guess(self, node: Element) -> Iterator[tuple[str, Any]]:
        """Say of an element somebody else drew what can be known of it."""
        several = len(self.out[node.id]) > 1
        kinds = {"startEvent": "start", "endEvent": "end", "exclusiveGateway": "decision"}
        kinds |= {"parallelGateway": "fork" if several else "join"} | dict.fromkeys(TIMED, "delay")
        kind = kinds.get(node.tag, "activity")
        yield "kind", kind
        if node.title:
            yield "title", node.title
        if kind == "start":
            yield "stream", f"{self.names[node.id]}_stream"
        if kind == "activity":
            yield "duration", TODO
        if kind == "delay":
            timer = node.find("timerEventDefinition")
            span = timer.find("timeDuration") if timer else None
            yield "duration", _span(span.text if span else "")

    def _target(self, flow: Element) -> str:
        return self.names[flow.said["targetRef"]]

    def _onward(self, node: Element) -> dict[str, Any]:
        """Say where a state leads: to one, to several by weights, or by conditions in their order."""
        flows = self.out[node.id]
        if len(flows) == 1 and flows[0].said["targetRef"] in self.choices:  # our own gateway behind a step
            flows = self.out[flows[0].said["targetRef"]]
        if any(flow.own("flow") for flow in flows):
            return _rules((flow, self._target(flow)) for flow in flows)
        if len(flows) == 1:
            return {"to": self._target(flows[0])}
        said = [
            f"{self._target(flow)}: {flow.title or _condition(flow)}"
            for flow in flows
            if flow.title or _condition(flow)
        ]
        remarks = {"remarks": "; ".join(said)} if said else {}
        return {"to": {self._target(flow): TODO for flow in flows}, **remarks}

    def _join(self, node: Element) -> str:
        """Find where the branches of a fork meet: at the first gateway that closes it."""
        seen: set[str] = set()
        at, depth = self.out[node.id][0].said["targetRef"], 1
        while at not in seen:
            seen.add(at)
            here = self.nodes[at]
            if here.tag == "parallelGateway":
                depth += 1 if len(self.out[at]) > 1 else -1
                if not depth:
                    return self.names[at]
            if not self.out[at]:
                break
            at = self.out[at][0].said["targetRef"]
        raise _refused(self.path, [(node, f"parallelGateway '{node.title or node.id}': its branches meet at no other")])


def _rules(flows: Iterable[tuple[Element, str]]) -> dict[str, Any]:
    """Put the rows of a decision table together again from its flows."""
    rows: dict[int, dict[str, Any]] = {}
    for flow, to in flows:
        own = flow.own("flow")
        said = own.said if own is not None else {}
        row = rows.setdefault(int(said.get("row", 0)), {})
        if when := _condition(flow):
            parts = when.split(" and ")
            row["when"] = parts if len(parts) > 1 else parts[0]
        weight = said.get("weight")
        if weight:
            row.setdefault("to", {})[to] = float(weight) if re.fullmatch(r"[\d.e-]+", weight) else weight
        else:
            row["to"] = to
        if why := said.get("why"):
            row["why"] = why
    table = [rows[number] for number in sorted(rows)]
    return {"to": table[0]["to"]} if len(table) == 1 and table[0].keys() == {"to"} else {"rules": table}


def _details(own: Element) -> dict[str, Any]:
    """Read what this program wrote beside an element; JSON has no whole numbers as keys, documents do."""

    def keyed(pairs: list[tuple[str, Any]]) -> dict[Any, Any]:
        return {int(key) if re.fullmatch(r"-?\d+", key) else key: value for key, value in pairs}

    found: dict[str, Any] = json.loads(own.text, object_pairs_hook=keyed)
    return found


def _condition(flow: Element) -> str:
    found = flow.find("conditionExpression")
    return " ".join(found.text.split()) if found else ""


def _span(text: str) -> str:
    """Read an ISO 8601 duration of one unit; TODO for anything else.

    >>> _span("P14D"), _span("PT90M"), _span("about a week")
    ('14 days', '90 min', 'TODO')
    """
    found = re.fullmatch(r"\s*P(T?)(\d+(?:\.\d+)?)([YMWDH])\s*", text)
    unit = SPANS[bool(found[1])].get(found[3]) if found else None
    return f"{found[2]} {unit}" if found and unit else TODO


def _named(nodes: Iterable[Element]) -> Iterator[tuple[str, str]]:
    """Give each element a name of its own: the one this program gave it, or its title as one word."""
    taken: set[str] = set()
    for node in nodes:
        own = node.own("state")
        name = base = own.said["name"] if own is not None else _word(node.title, node.id)
        number = 1
        while name in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name)
        yield node.id, name


def _word(text: str, otherwise: str = "") -> str:
    """Make a name of a title, or of something else if the title has no letter a name can have.

    >>> _word("CT (contrast)"), _word("2nd look"), _word("复查", "Task_7")
    ('ct_contrast', 'step_2nd_look', 'task_7')
    """
    names = (re.sub(r"[^a-z0-9]+", "_", each.lower()).strip("_") for each in (text, otherwise))
    name = next((each for each in names if each), "")
    return name if name and not name[0].isdigit() else f"step_{name}".rstrip("_")


def todos(document: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Name by dotted path what somebody has to fill in.

    >>> list(todos({"streams": {"gp": {"per_year": "TODO"}}}))
    ['streams.gp.per_year']
    """
    for key, value in document.items():
        here = f"{path}.{key}" if path else str(key)
        if isinstance(value, Mapping):
            yield from todos(value, here)
        elif value == TODO:
            yield here
