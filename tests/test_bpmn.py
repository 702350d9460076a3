"""The pathway as BPMN 2.0 and back: the same graph, a drawing that is no heap, and everything else refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from defusedxml import ElementTree
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app
from pathway.errors import ScenarioError
from pathway.interchange.bpmn_in import read_bpmn
from pathway.interchange.bpmn_out import BPMN, BPMNDI, DC, DI, to_bpmn, write_bpmn
from pathway.scenario import Scenario, write_scenario

ROOT = Path(__file__).parent.parent
HEAD = (
    f'<?xml version="1.0"?>\n<definitions xmlns="{BPMN}" id="d" targetNamespace="x">\n<process id="p" name="Clinic">\n'
)
PLAIN = """\
<startEvent id="s" name="Referral"/>
<userTask id="t" name="See the nurse"/>
<parallelGateway id="f" name="Tests"/>
<task id="a" name="CT"/>
<task id="b" name="Bloods"/>
<parallelGateway id="j" name="All back"/>
<intermediateCatchEvent id="w" name="Results">
<timerEventDefinition><timeDuration>P7D</timeDuration></timerEventDefinition>
</intermediateCatchEvent>
<exclusiveGateway id="g" name="Result?"/>
<endEvent id="e1" name="Home"/>
<endEvent id="e2" name="入院"/>
<sequenceFlow id="1" sourceRef="s" targetRef="t"/>
<sequenceFlow id="2" sourceRef="t" targetRef="f"/>
<sequenceFlow id="3" sourceRef="f" targetRef="a"/>
<sequenceFlow id="4" sourceRef="f" targetRef="b"/>
<sequenceFlow id="5" sourceRef="a" targetRef="j"/>
<sequenceFlow id="6" sourceRef="b" targetRef="j"/>
<sequenceFlow id="7" sourceRef="j" targetRef="w"/>
<sequenceFlow id="8" sourceRef="w" targetRef="g"/>
<sequenceFlow id="9" name="normal" sourceRef="g" targetRef="e1"/>
<sequenceFlow id="10" name="not normal" sourceRef="g" targetRef="e2"/>
"""


def diagram(tmp_path: Path, body: str = PLAIN) -> Path:
    path = tmp_path / "clinic.bpmn"
    path.write_text(f"{HEAD}{body}</process></definitions>", encoding="utf-8")
    return path


def back(scenario: Scenario, tmp_path: Path) -> Scenario:
    """Write a pathway as BPMN, read it, and put it in the place of the first one."""
    document = read_bpmn(write_bpmn(scenario, tmp_path / "pathway.bpmn"))
    rest = {key: value for key, value in scenario.tree.items() if key not in ("pathway", "attributes", "parameters")}
    write_scenario({**rest, **document}, tmp_path / "back.yaml")
    return pw.load_scenario(tmp_path / "back.yaml")


@pytest.mark.parametrize("name", ["mmc", "scenarios/base.yaml", "scenarios/s13_progression_while_waiting.yaml"])
def test_our_pathways_come_back_as_they_were(name: str, tmp_path: Path) -> None:
    """States, kinds, ways, weights and conditions, and what stands beside them, are equal, record by record."""
    scenario = pw.load_scenario(ROOT / name if "/" in name else name)

    again = back(scenario, tmp_path)

    one, other = scenario.pathway.graph, again.pathway.graph
    assert dict(one.nodes(data="kind")) == dict(other.nodes(data="kind"))
    assert {(a, b): data for a, b, data in one.edges(data=True)} == {
        (a, b): data for a, b, data in other.edges(data=True)
    }
    assert again.pathway == scenario.pathway


def test_a_flow_changed_in_the_diagram_is_read(tmp_path: Path) -> None:
    """The ways come from the flows, not from what stands beside: redraw one and the patient goes elsewhere."""
    path = write_bpmn(pw.load_scenario(ROOT / "scenarios" / "base.yaml"), tmp_path / "base.bpmn")
    text = path.read_text(encoding="utf-8")
    flow = 'sourceRef="state_first_clinic" targetRef="merge_diagnostics"'
    assert text.count(flow) == 1
    path.write_text(text.replace(flow, flow.replace("merge_diagnostics", "state_results_clinic")), encoding="utf-8")

    states = read_bpmn(path)["pathway"]["states"]  # type: ignore[index]

    assert states["first_clinic"]["to"] == "results_clinic"


@pytest.mark.parametrize("name", ["mmc", "scenarios/base.yaml"])
def test_everything_is_drawn_and_nothing_overlaps(name: str) -> None:
    """Each element has its place and each flow its way, from the edge of one element to that of another."""
    root = ElementTree.fromstring(to_bpmn(pw.load_scenario(ROOT / name if "/" in name else name)))
    elements = {e.get("id"): e for e in root.find(f"{{{BPMN}}}process").iter() if e.get("id")}
    boxes = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        boxes[shape.get("bpmnElement")] = tuple(float(bounds.get(key)) for key in ("x", "y", "width", "height"))
    ways = {edge.get("bpmnElement"): edge for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge")}
    tags = {name: e.tag.partition("}")[2] for name, e in elements.items()}
    drawn = {name for name, tag in tags.items() if tag.endswith(("Event", "Gateway", "task", "subProcess"))}
    assert drawn == boxes.keys()
    assert {name for name, tag in tags.items() if tag == "sequenceFlow"} == ways.keys()
    apart = sorted((x, y, w, h) for name, (x, y, w, h) in boxes.items() if tags[name] == "task")
    for place, (x, y, w, h) in enumerate(apart):
        for ox, oy, _, oh in apart[place + 1 :]:
            assert ox >= x + w or oy >= y + h or y >= oy + oh
    for flow, edge in ways.items():
        points = [(float(p.get("x")), float(p.get("y"))) for p in edge.iter(f"{{{DI}}}waypoint")]
        x, y, w, h = boxes[elements[flow].get("targetRef")]
        assert points[-1] == pytest.approx((x, y + h / 2), abs=0.11)
        x, y, w, h = boxes[elements[flow].get("sourceRef")]
        assert x - 0.11 <= points[0][0] <= x + w + 0.11
        assert y - 0.11 <= points[0][1] <= y + h + 0.11


def test_a_foreign_diagram_is_a_beginning(tmp_path: Path) -> None:
    """Kinds, titles and ways are known, a week's timer too; what is not known is TODO."""
    document = read_bpmn(diagram(tmp_path))

    states = document["pathway"]["states"]  # type: ignore[index]
    assert {name: state["kind"] for name, state in states.items()} == {
        "referral": "start", "see_the_nurse": "activity", "tests": "fork", "ct": "activity", "bloods": "activity",
        "all_back": "join", "results": "delay", "result": "decision", "home": "end", "e2": "end",
    }  # fmt: skip
    assert states["tests"]["branches"] == ["ct", "bloods"]
    assert states["tests"]["join"] == "all_back"
    assert states["results"] == {"kind": "delay", "title": "Results", "duration": "7 days", "to": "result"}
    assert states["result"]["to"] == {"home": "TODO", "e2": "TODO"}
    assert states["result"]["remarks"] == "home: normal; e2: not normal"
    assert states["e2"]["title"] == "入院"


def test_nothing_runs_until_it_is_filled_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command names every TODO, check every one with its line; filled in, it runs."""
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["import", str(diagram(tmp_path)), "--out", "clinic.yaml"])
    assert done.exit_code == 0, done.output
    assert "6 things a diagram cannot know" in done.stdout
    checked = CliRunner().invoke(app, ["check", "clinic.yaml"])
    assert checked.exit_code == 2
    assert checked.stderr.count("'TODO'; expected") == 6
    text = Path("clinic.yaml").read_text(encoding="utf-8")
    filled = text.replace("per_year: TODO", "per_year: 100").replace("duration: TODO", "duration: 20 min")
    filled = filled.replace("{home: TODO", "{home: 0.8").replace(": TODO}", ": rest}")
    Path("clinic.yaml").write_text(filled, encoding="utf-8")
    log = pw.simulate(pw.load_scenario("clinic.yaml").override({"run.length": "90 days"}, name="clinic"))
    assert set(log.frame("cases")["end_state"].dropna()) == {"home", "e2"}
    again = CliRunner().invoke(app, ["import", "clinic.bpmn", "--out", "clinic.yaml"])
    assert again.exit_code == 2
    assert "is there already" in again.stderr


@pytest.mark.parametrize(
    ("element", "said"),
    [
        (
            '<inclusiveGateway id="x" name="Some"/>',
            "inclusiveGateway 'Some': not a step of a pathway here; use an exclusive",
        ),
        (
            '<boundaryEvent id="x" attachedToRef="t"/>',
            "boundaryEvent 'x': not a step of a pathway here; write it as leaves",
        ),
        ('<subProcess id="x" name="Ward"/>', "subProcess 'Ward': not a step of a pathway here; draw its steps"),
        ('<callActivity id="x"/>', "callActivity 'x': not a step"),
        ('<eventBasedGateway id="x"/>', "eventBasedGateway 'x': not a step"),
        (
            '<startEvent id="x"><messageEventDefinition/></startEvent>',
            "a messageEventDefinition is nothing a patient does",
        ),
        ('<task id="x" name="Alone"/>', "task 'Alone': leads nowhere"),
        ('<sequenceFlow id="x" sourceRef="t" targetRef="nobody"/>', "targetRef 'nobody' is no element"),
    ],
)
def test_the_rest_is_refused_by_name_with_its_line(element: str, said: str, tmp_path: Path) -> None:
    path = diagram(tmp_path, f"{PLAIN}{element}\n")

    with pytest.raises(ScenarioError) as refusal:
        read_bpmn(path)

    found = [each for each in refusal.value.findings if said in each.message]
    assert [each.line for each in found] == [4 + PLAIN.count("\n")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<definitions", "this is not XML"),
        ("", "this is not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "a document type or entity"),
        ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "a document type or entity"),
        ("<a/>", "no BPMN 2.0 diagram"),
    ],
)
def test_what_is_no_diagram_is_refused(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.bpmn"
    path.write_text(text)

    with pytest.raises(ScenarioError, match=said):
        read_bpmn(path)


def test_damaged_details_are_refused(tmp_path: Path) -> None:
    path = write_bpmn(pw.load_scenario("mmc"), tmp_path / "mmc.bpmn")
    text = path.read_text(encoding="utf-8")
    details = json.dumps({"kind": "end", "title": "Served"})
    assert details in text
    path.write_text(text.replace(details, '{"kind": '), encoding="utf-8")

    with pytest.raises(ScenarioError, match="is damaged"):
        read_bpmn(path)
