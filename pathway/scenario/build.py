"""From a merged document to a scenario: everything is read, everything is checked, all faults together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pathway.errors import ScenarioError, nearest
from pathway.scenario import patients, promises, timetable
from pathway.scenario.checks import check_all
from pathway.scenario.costs import read_costs, read_staffing
from pathway.scenario.cursor import Cursor, Findings
from pathway.scenario.nodes import Node, mapping, plain
from pathway.scenario.records import Scenario
from pathway.scenario.shape import check_shape
from pathway.scenario.sources import written_sources
from pathway.scenario.states import read_pathway
from pathway.scenario.titles import in_language
from pathway.scenario.uncertain import read_uncertain
from pathway.scenario.varying import read_vary
from pathway.scenario.words import words_of


@dataclass(frozen=True, slots=True)
class Heading:
    """What a scenario is called, and which files it came from."""

    name: str
    title: str
    question: str
    files: tuple[str, ...]


def build(tree: Node, below: Node | None, heading: Heading, findings: Findings) -> Scenario:
    """Read a merged document, or raise a `ScenarioError` with every fault in it.

    `below` is the tree without the topmost document: what was there before, which may be unused;
    `findings` has the faults found so far.
    """
    root = Cursor(with_parameters(in_language(tree), findings), "", findings)
    check_shape(root)
    words = words_of(root.node)
    clocks, run = promises.read_clocks(root, words), timetable.read_run(root)
    scenario = Scenario(
        name=heading.name,
        title=heading.title or heading.name,
        question=heading.question.strip(),
        files=heading.files,
        run=run,
        pathway=read_pathway(root, words),
        streams=timetable.read_streams(root),
        calendars=timetable.read_calendars(root),
        holidays=timetable.read_holidays(root),
        resources=timetable.read_resources(root, words),
        clocks=clocks,
        targets=promises.read_targets(root, words, clocks, run),
        parameters=promises.read_parameters(root),
        evidence=promises.read_evidence(root),
        volumes=promises.read_volumes(root, words),
        sources=written_sources(tree),
        costs=read_costs(root, words),
        tree={str(key): plain(node) for key, node in mapping(tree).items()},
        root=tree,
        patients=patients.read_patients(root, words),
        vary=read_vary(root),
        uncertain=read_uncertain(root),
        staffing=read_staffing(root, words),
    )
    warnings = check_all(scenario, root, below)
    if findings:
        raise ScenarioError(findings.all())
    return replace(scenario, warnings=warnings)


def with_parameters(tree: Node, findings: Findings) -> Node:
    """Put the value of a parameter wherever ``$name`` stands."""
    parameters = mapping(mapping(tree).get("parameters"))
    declared = {str(name): mapping(node).get("value") for name, node in parameters.items()}

    def filled(cursor: Cursor) -> Node:
        node = cursor.node
        if cursor.is_mapping:
            kept = ("parameters", "sources", "evidence", "vary", "uncertain", "titles") if not cursor.path else ()
            entries = {key: below.node if key in kept else filled(below) for key, below in cursor.items()}
            return Node(entries, node.place, node.key)
        if cursor.is_list:
            return Node([filled(below) for below in cursor.entries()], node.place, node.key)
        if isinstance(node.value, str) and node.value.startswith("$") and node.value[1:].isidentifier():
            return _value_of(cursor, node.value[1:], declared)
        return node

    return filled(Cursor(tree, "", findings))


def _value_of(cursor: Cursor, name: str, declared: Mapping[str, Node | None]) -> Node:
    value = declared.get(name)
    if name not in declared:
        cursor.fault(f"is '${name}', and there is no such parameter{nearest(name, declared)}")
    if value is None or isinstance(value.value, dict | list) or str(value.value).startswith("$"):
        cursor.findings.mute(cursor.path)  # the fault is the parameter's
        return cursor.node
    return Node(value.value, cursor.node.place, cursor.node.key, f"${name} = {value.text or value.value}")
