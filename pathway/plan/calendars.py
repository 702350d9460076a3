"""Rosters over the run: rostered units, what meetings take out of them, and when sessions open.

A meeting is a standing booking whose every detail is known before the run: at its opening the quorum
is tested on rostered units, the team is taken out until the close, and the meeting itself becomes a
resource of one unit (named ``meeting:<calendar>``) that is there only while it sits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from pathway.clock import MINUTES_PER_DAY, DaysOff, Timeline, capacity_steps, days_off, joint_sessions, merged
from pathway.graph import Activity, AnyState, Meeting, Need
from pathway.scenario import Scenario, booked_ahead

Ints = NDArray[np.int64]

_FAR = 2**60  # past any run


@dataclass(frozen=True, eq=False)
class Roster:
    """One resource's rostered units from each time on, and how many of them meetings reserve."""

    time: Ints
    units: Ints
    reserved: Ints

    @property
    def free(self) -> Ints:
        """Units left for patients from each time on."""
        return self.units - self.reserved


def timeline_of(scenario: Scenario) -> Timeline:
    """Give the run's timeline: minute 0 is the run's start less the warm-up, rounded up to whole days."""
    run = scenario.run
    days = -(-run.warm_up // MINUTES_PER_DAY)
    return Timeline(run.start - timedelta(days=days), days * MINUTES_PER_DAY, run.length, run.follow_up)


def meeting_resource(meeting: Meeting) -> str:
    """Name the resource that stands for a meeting."""
    return f"meeting:{meeting.calendar}"


def meetings_of(scenario: Scenario) -> dict[str, Meeting]:
    """Give the meetings held, by the name of their resource; states that share a calendar share one."""
    states = (state for _, state in sorted(scenario.pathway.states.items()))
    return {meeting_resource(s.meeting): s.meeting for s in states if isinstance(s, Activity) and s.meeting}


def rosters_of(scenario: Scenario) -> dict[str, Roster]:
    """Work out the roster of every resource, meetings included, over the whole run."""
    timeline = with_what_follows(timeline_of(scenario), scenario)
    off = days_off(scenario.holidays, *timeline.years)
    rosters = {}
    for name, resource in sorted(scenario.resources.items()):
        calendar = scenario.calendars[resource.calendar]
        time, units = capacity_steps(calendar, resource.capacity, resource.leave, timeline, off)
        rosters[name] = Roster(time, units, np.zeros_like(units))
    for name, meeting in sorted(meetings_of(scenario).items()):
        _hold_meetings(name, meeting, scenario, timeline, off, rosters)
    return rosters


def with_what_follows(timeline: Timeline, scenario: Scenario) -> Timeline:
    """Look past the horizon, so that what fits into a session near it does not depend on where the run ends."""
    states = scenario.pathway.states.values()
    longest = max((state.planned for state in states if isinstance(state, Activity)), default=0)
    ahead = booked_ahead(scenario.resources)
    return replace(timeline, follow_up=timeline.follow_up + longest + ahead + 3 * MINUTES_PER_DAY)


def _hold_meetings(
    name: str, meeting: Meeting, scenario: Scenario, timeline: Timeline, off: DaysOff, rosters: dict[str, Roster]
) -> None:
    time, units = capacity_steps(scenario.calendars[meeting.calendar], 1, (), timeline, off)
    opens, closes = joint_sessions([(time, units, 1)], timeline.horizon)
    held = np.ones(opens.size, bool)
    for member, needed in meeting.quorum:
        roster = rosters[member]
        held &= roster.units[np.searchsorted(roster.time, opens, side="right") - 1] >= needed
    for member, taken in meeting.team:
        rosters[member] = _reserve(rosters[member], opens[held], closes[held], taken)
    rosters[name] = _reserve(Roster(time, units, np.zeros_like(units)), opens[~held], closes[~held], 1)


def _reserve(roster: Roster, opens: Ints, closes: Ints, taken: int) -> Roster:
    """Take units out of a roster between each opening and close, as far as there are any."""
    time = merged(roster.time, opens, closes)
    at = np.searchsorted(roster.time, time, side="right") - 1
    sitting = np.searchsorted(opens, time, side="right") > np.searchsorted(closes, time, side="right")
    units = roster.units[at]
    reserved = np.minimum(units, roster.reserved[at] + np.where(sitting, taken, 0))
    return Roster(time, units, reserved)


def needs_of(state: AnyState) -> tuple[Need, ...]:
    """Give all that an activity needs, its meeting first; nothing of any other state."""
    if not isinstance(state, Activity):
        return ()
    needs = tuple(sorted(state.needs, key=lambda need: need.role))
    if state.meeting is None:
        return needs
    name = meeting_resource(state.meeting)
    return (Need(role=name, any_of=(name,)), *needs)


def joint_sessions_of(needs: Sequence[Need], rosters: Mapping[str, Roster]) -> tuple[Ints, Ints]:
    """Give the minutes at which everything needed has opened, and at which something of it closes."""
    asked = [(*_any_of([rosters[name] for name in need.any_of]), need.units) for need in needs]
    return joint_sessions(asked, _FAR)


def _any_of(rosters: Sequence[Roster]) -> tuple[Ints, Ints]:
    """Give the most units free of one of several alternatives, over time."""
    time = merged(*(roster.time for roster in rosters))
    free = [roster.free[np.searchsorted(roster.time, time, side="right") - 1] for roster in rosters]
    return time, np.max(free, axis=0)
