"""Random booked lists for `tests.strategies`: resources that are booked, first calls, emergencies that bump."""

from __future__ import annotations

from typing import Any

from tests.random_hospitals import Document
from tests.random_pathways import Sketch


def draw_lists(sketch: Sketch, resources: Document, calendars: Document) -> None:
    """Let some resources that close be booked, and the activities that need them stand on their lists."""
    booked = [name for name, each in sorted(resources.items()) if each["calendar"] != "always" and sketch.chance(2)]
    if not booked:
        return
    standing: dict[str, list[str]] = {name: [] for name in booked}
    for name, state in sketch.states.items():
        if state["kind"] == "activity" and (on := _draw_standing(sketch, state, booked)):
            standing[on].append(name)
    for name, activities in standing.items():
        if activities:
            resources[name]["list"] = _draw_rules(sketch, activities, sorted(calendars))
    for state in sketch.states.values():  # what was to be booked on lists that nobody is booked on
        listed = [name for name in booked if standing[name] and name in resources_of(state)]
        if not listed:
            for key in ("emergency", "short_notice", "list"):
                state.pop(key, None)


def resources_of(state: dict[str, Any]) -> set[str]:
    """Name all that a state may need."""
    needs: Document = state.get("needs", {})
    return {name for role, held in needs.items() for name in held.get("any_of", [role])}


def _draw_standing(sketch: Sketch, state: dict[str, Any], booked: list[str]) -> str:
    """Make an activity an emergency, or let it be booked; gives the resource on whose lists it stands."""
    listed = [name for name in booked if name in resources_of(state)]
    if not listed:
        return ""
    choosing = any("any_of" in held and {*held["any_of"]} & {*booked} for held in state["needs"].values())
    if choosing or sketch.chance(5):
        state["emergency"] = "yes"
        return ""
    on = str(sketch.one_of(listed))
    state["needs"][on]["units"] = 1
    state["list"] = on
    state["planned"] = sketch.one_of(["60 min", "15 min", "90 min"])
    for key in ("overrun", "notice"):
        state.pop(key, None)
    if sketch.chance(2):
        state["short_notice"] = sketch.one_of(["yes", {"weights": {"yes": 0.5, "no": "rest"}}])
    return on


def _draw_rules(sketch: Sketch, activities: list[str], calendars: list[str]) -> Document:
    rules: Document = {
        "notice": sketch.one_of(["1 days", "0 min", "5 days"]),
        "overrun": sketch.one_of(["0 min", "30 min"]),
    }
    if sketch.chance(3):
        row = {"calendar": sketch.one_of(calendars), "for": [sketch.one_of(activities)]}
        if sketch.chance(2):
            also = {"to": [sketch.one_of(activities)]} if sketch.chance(2) else {}
            row["release"] = {"before": sketch.one_of(["3 days", "1 hours", "7 days"]), **also}
        rules["first_call"] = [row]
    return rules
