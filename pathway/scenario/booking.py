"""Which activities are booked on the lists of which resource.

A resource with `list:` is not called upon just in time: its sessions are booked when they freeze.  Every activity
that needs it stands on its lists, unless it is an emergency; one that needs several such resources says which.
"""

from __future__ import annotations

from collections.abc import Mapping

from pathway.graph import Activity
from pathway.scenario.records import Resource, Scenario


def booked_activities(scenario: Scenario) -> dict[str, str]:
    """Give the resource on whose lists each booked activity stands, by the activity's name."""
    states = sorted(scenario.pathway.states.items())
    booked = {name: list_of(state, scenario.resources) for name, state in states if isinstance(state, Activity)}
    return {name: resource for name, resource in booked.items() if resource}


def list_of(state: Activity, resources: Mapping[str, Resource]) -> str:
    """Give the resource on whose lists an activity is booked; empty for one that is called just in time."""
    if state.emergency:
        return ""
    return state.booked_on or next(iter(listed_needs(state, resources)), "")


def listed_needs(state: Activity, resources: Mapping[str, Resource]) -> list[str]:
    """Name the resources with booked lists that an activity needs, whatever else it could take instead."""
    named = (name for need in state.needs for name in need.any_of)
    return sorted({name for name in named if name in resources and resources[name].lists})


def slot_minutes(state: Activity, resource: str) -> int:
    """Give the minutes an activity takes of the lists of a resource: those planned, and the turnover after it."""
    return state.planned + sum(need.turnover for need in state.needs if resource in need.any_of)


def booked_ahead(resources: Mapping[str, Resource]) -> int:
    """Give the most minutes before it opens that anything is done to a list: it is released, or freezes."""
    listed = [resource.lists for resource in resources.values() if resource.lists]
    released = [row.before or 0 for lists in listed for row in lists.first_call]
    return max([0, *(lists.notice for lists in listed), *released])


def must_fit(state: Activity, scenario: Scenario) -> int:
    """Give the minutes a session must have for an activity that must fit into one; 0 for others."""
    listed = list_of(state, scenario.resources)
    if not (state.fits or state.meeting or listed):
        return 0
    return slot_minutes(state, listed) - overrun_of(state, scenario)


def overrun_of(state: Activity, scenario: Scenario) -> int:
    """Give the minutes by which an activity may outlast its session."""
    lists = scenario.resources[listed].lists if (listed := list_of(state, scenario.resources)) else None
    return lists.overrun if lists else state.overrun
