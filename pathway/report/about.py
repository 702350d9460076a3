"""What a scenario is about: the resources it changes, and the activities that need them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pathway.graph import Activity
from pathway.report.differing import changed
from pathway.report.naming import place

if TYPE_CHECKING:
    from pathway.report.material import Material
    from pathway.scenario import Scenario

Touched = dict[str, dict[str, set[str]]]  # resources and states: by name, the scenarios that change them


def who(touched: Touched, part: str, name: str) -> frozenset[str]:
    """Name the scenarios that change a thing."""
    return frozenset(touched[part].get(name, ()))


def touched_by(read: Sequence[Material]) -> Touched:
    """Name the resources and the activities about which scenarios say something else than the first, and who does."""
    found: Touched = {"resources": {}, "states": {}}
    for other in read[1:]:
        for part, name in _subjects(read[0], other):
            found[part].setdefault(name, set()).add(other.scenario.name)
    return found


def _subjects(base: Material, other: Material) -> list[tuple[str, str]]:
    """Name what one scenario is about: the things it changes, and the activities that need such a thing."""
    resources: dict[str, None] = {}
    states: dict[str, None] = {}
    for row in changed(base.scenario, other.scenario):
        where = place(other.scenario, row.path)
        if where.part == "resources":
            resources[where.key] = None
        elif where.part == "calendars":
            keepers = other.scenario.resources.items()
            resources |= dict.fromkeys(name for name, each in keepers if each.calendar == where.key)
            states |= dict.fromkeys(_meetings(other.scenario, where.key))
        elif where.part == "states":
            states[where.key] = None
    for name, state in base.scenario.pathway.states.items():
        if any(resource in resources for need in getattr(state, "needs", ()) for resource in need.any_of):
            states[name] = None
    activities = [("states", name) for name in states if name in base.activities]
    return [*(("resources", name) for name in resources if name in base.scenario.resources), *activities]


def _meetings(scenario: Scenario, calendar: str) -> Iterator[str]:
    for name, state in scenario.pathway.states.items():
        if isinstance(state, Activity) and state.meeting is not None and state.meeting.calendar == calendar:
            yield name
