"""What only the whole scenario shows: names nobody uses, sources of nothing, pathways without end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathway.errors import Finding, nearest
from pathway.graph import Activity, Start, faults
from pathway.scenario.costed import check_costs
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.lists import check_lists
from pathway.scenario.nodes import Node, mapping, steps
from pathway.scenario.opening import check_opening
from pathway.scenario.patients import check_patients
from pathway.scenario.preempting import check_preempting
from pathway.scenario.records import Scenario

# keys of a state that say nothing about where a patient may go and how soon
BESIDE_THE_GRAPH = frozenset(
    (
        "ageing",
        "cancelled",
        "emergency",
        "fits",
        "list",
        "meeting",
        "needs",
        "no_show",
        "notice",
        "overrun",
        "phase",
        "planned",
        "preempt",
        "short_notice",
        "title",
    )  # fmt: skip
)


def check_all(scenario: Scenario, root: Cursor, below: Node | None) -> tuple[Finding, ...]:
    """Report what is wrong between the parts of a scenario; give the warnings.

    `below` is the tree without the topmost document: what stands there may be unused, as other
    questions may need it.
    """
    findings = root.findings
    _check_graph(scenario, root)
    _check_streams(scenario, root)
    _check_unused(root, below, "resources", set(_resources_used(scenario)), "is used by no activity")
    used = {resource.calendar for resource in scenario.resources.values()} | set(_other_calendars(scenario))
    _check_unused(root, below, "calendars", used, "is kept by no resource and no meeting")
    _check_promises(scenario, root)
    check_lists(scenario, root)
    check_patients(scenario, root)
    check_preempting(scenario, root)
    check_costs(scenario, root)
    _check_sources(root, below)
    if findings.under("run", "holidays", "calendars"):
        return ()
    return check_opening(scenario, root)


def _check_graph(scenario: Scenario, root: Cursor) -> None:
    """Report pathways that cannot be walked, unless what they are made of is at fault already."""
    reported = root.findings.paths()
    if any(_shapes_graph(path) for path in reported):
        return
    for path, message in faults(scenario.pathway):
        if path in reported:
            continue
        at, rest = find(root, steps(path))
        place = at.node.key if rest or at.is_mapping else at.node.place
        root.findings.add(place, f"{path}: {message}", f"{path}: {message}")


def _shapes_graph(path: str) -> bool:
    """Tell whether a fault at a path leaves the graph unknown, so that what it lacks may be no fault."""
    parts = path.split(".")
    if parts[:2] == ["pathway", "states"] and len(parts) > 3:
        return parts[3].partition("[")[0] not in BESIDE_THE_GRAPH
    return parts[0] in ("pathway", "attributes")


def _check_streams(scenario: Scenario, root: Cursor) -> None:
    entering = {state.stream for state in scenario.pathway.states.values() if isinstance(state, Start)}
    for name, entry in root.section("streams"):
        if name not in entering and not root.findings.under("pathway.states"):
            entry.fault("enters the pathway nowhere; a state of kind start must name it", key=True)


def _check_unused(root: Cursor, below: Node | None, section: str, used: set[str], why: str) -> None:
    before = mapping(mapping(below).get(section))
    entries = root.section(section)
    missing = used - {name for name, _ in entries}  # reported where they are asked for, with the nearest name
    for name, entry in entries:
        if name not in used and name not in before and not nearest(name, sorted(missing)):
            entry.fault(f"{why}{nearest(name, sorted(used))}", key=True)


def _resources_used(scenario: Scenario) -> Iterator[str]:
    for activity in scenario.pathway.states.values():
        if isinstance(activity, Activity):
            for need in activity.needs:
                yield from need.any_of
            if activity.meeting:
                yield from (name for name, _ in (*activity.meeting.team, *activity.meeting.quorum))


def _other_calendars(scenario: Scenario) -> Iterator[str]:
    """Name the calendars of meetings, of sessions that are for some activities first, and those to be tried."""
    for resource in scenario.resources.values():
        if resource.lists:
            yield from (row.calendar for row in resource.lists.first_call)
    for activity in scenario.pathway.states.values():
        if isinstance(activity, Activity) and activity.meeting:
            yield activity.meeting.calendar
    for path, values in scenario.vary.items():
        yield from _calendars_in(values, path.endswith(".calendar"))


def _calendars_in(value: object, names_one: bool) -> Iterator[str]:
    """Name the calendars within a value that may be tried, itself one or with one further in."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _calendars_in(inner, key == "calendar" or (names_one and key == "value"))
    elif isinstance(value, tuple | list):
        for inner in value:
            yield from _calendars_in(inner, names_one)
    elif names_one:
        yield str(value)


def _check_promises(scenario: Scenario, root: Cursor) -> None:
    for name, entry in root.section("clocks"):
        for key, states in (("start", scenario.clocks[name].start), ("stop", scenario.clocks[name].stop)):
            at = entry.get(key)
            if at and not states:
                at.fault("names no state")
    for name, entry in root.section("volumes"):
        low, high = scenario.volumes[name].low, scenario.volumes[name].high
        at = entry.get("high")
        if at and low is not None and high is not None and high < low:
            at.fault(f"is {high:g}, which is below low ({low:g})")


def _check_sources(root: Cursor, below: Node | None) -> None:
    before = mapping(mapping(below).get("sources"))
    for path, entry in root.section("sources"):
        at, rest = find(root, steps(path))
        if rest and path not in before:
            known = [str(key) for key, _ in at.items()] if at.is_mapping else []
            entry.fault(f"is the source of nothing; there is no {rest[0]}{nearest(str(rest[0]), known)}", key=True)
