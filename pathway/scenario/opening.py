"""Whether what an activity needs is ever there: enough of it, open together, and for long enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

from pathway.clock import (
    MINUTES_PER_DAY,
    Calendar,
    DaysOff,
    Steps,
    Timeline,
    capacity_steps,
    days_off,
    first_overlap,
    joint_sessions,
    say_sessions,
)
from pathway.errors import Finding, PathwayError
from pathway.graph import Activity, Meeting
from pathway.scenario.booking import must_fit, overrun_of
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.records import Resource, Scenario

YEAR = 366 * MINUTES_PER_DAY
Asked = Mapping[str, int]  # resource -> units


def check_opening(scenario: Scenario, root: Cursor) -> tuple[Finding, ...]:
    """Report calendars that count twice and activities that can never take place; give the warnings."""
    timeline = _at_least_a_year(scenario.run.timeline)
    try:
        off = days_off(scenario.holidays, *timeline.years)
    except PathwayError as why:
        at, _ = find(root, ("holidays", "subdivision" if "subdivision" in str(why) else "country"))
        at.findings.add(at.node.place, at.path, f"{at.path}: {why}")
        return ()
    _check_overlaps(scenario, root, timeline, off)
    if not root.findings.under("calendars", "resources"):
        opening = {
            name: capacity_steps(scenario.calendars[r.calendar], r.capacity, r.leave, timeline, off)
            for name, r in scenario.resources.items()
        }
        meetings = _check_meetings(scenario, root, timeline, off)
        _check_closing(scenario, root, opening, timeline.horizon)
        together = _Opening(opening, meetings, timeline.horizon)
        for state, at in _sound_activities(scenario, root):
            _check_activity(state, at, together, scenario)
    return _warnings(root, off)


@dataclass(frozen=True, slots=True)
class _Opening:
    """When each resource and each calendar with a meeting is open."""

    resources: Mapping[str, Steps]
    meetings: Mapping[str, Steps]
    horizon: int
    known: dict[tuple[frozenset[tuple[str, int]], str], int] = field(default_factory=dict)

    def longest(self, asked: Asked, meeting: str) -> int:
        """Give the longest time in which all that is asked is open together; many activities ask for the same."""
        key = frozenset(asked.items()), meeting
        if key not in self.known:
            steps = [(*self.resources[name], units) for name, units in asked.items()]
            if meeting:
                steps.append((*self.meetings[meeting], 1))
            opens, closes = joint_sessions(steps, self.horizon)
            self.known[key] = int((closes - opens).max(initial=0))
        return self.known[key]


def _at_least_a_year(timeline: Timeline) -> Timeline:
    """Look at a whole year even if the run is short: a monthly list is no fault of a week."""
    return replace(timeline, follow_up=max(timeline.follow_up, YEAR - timeline.warm_up - timeline.length))


def _sound_activities(scenario: Scenario, root: Cursor) -> list[tuple[Activity, Cursor]]:
    """List the activities that have no fault of their own."""
    found = []
    for name, state in sorted(scenario.pathway.states.items()):
        at, _ = find(root, ("pathway", "states", name))
        if isinstance(state, Activity) and not root.findings.under(at.path):
            found.append((state, at))
    return found


def _warnings(root: Cursor, off: DaysOff) -> tuple[Finding, ...]:
    at, _ = find(root, ("holidays", "country"))
    if not off.provisional:
        return ()
    years = ", ".join(map(str, off.provisional))
    message = f"holidays: the make-up workdays of {years} are not announced yet; holidays.make_up can say them"
    return (Finding(at.node.place.file, at.node.place.line, at.node.place.column, message),)


def _check_overlaps(scenario: Scenario, root: Cursor, timeline: Timeline, off: DaysOff) -> None:
    for name, entry in root.section("calendars"):
        minute = first_overlap(scenario.calendars[name], timeline, off)
        if minute is not None:
            when = timeline.at(minute).strftime("%a %Y-%m-%d %H:%M")
            entry.fault(f"has sessions that overlap ({when}), and not all of them state their units", key=True)


def _check_closing(scenario: Scenario, root: Cursor, opening: Mapping[str, Steps], horizon: int) -> None:
    """Report resources with booked lists that have no sessions, as they never open or never close."""
    for name, entry in root.section("resources"):
        at = entry.get("list")
        if at is None or scenario.resources[name].lists is None:
            continue
        opens, closes = joint_sessions([(*opening[name], 1)], horizon)
        if not opens.size or int((closes - opens).max()) >= YEAR:
            hours = say_sessions(scenario.calendars[scenario.resources[name].calendar])
            at.fault(f"books the sessions of {name}, which has none ({hours})", key=True)


# ---------------------------------------------------------------- meetings


def _check_meetings(scenario: Scenario, root: Cursor, timeline: Timeline, off: DaysOff) -> dict[str, Steps]:
    """Report meetings that differ though they are held at once; give when each calendar has one."""
    first: dict[str, tuple[str, Meeting]] = {}
    for state, _ in _sound_activities(scenario, root):
        if state.meeting is None:
            continue
        name, meeting = state.name, state.meeting
        other, before = first.setdefault(meeting.calendar, (name, meeting))
        if (before.team, before.quorum) != (meeting.team, meeting.quorum):
            at, _ = find(root, ("pathway", "states", name, "meeting"))
            at.fault(f"is the same meeting as that of {other}, which has another team or quorum", key=True)
        for key, units in (("team", dict(meeting.team)), ("quorum", dict(meeting.quorum))):
            _check_team(scenario, root, name, key, units)
    calendars = scenario.calendars
    return {name: capacity_steps(calendars[name], 1, (), timeline, off) for name in first}


def _check_team(scenario: Scenario, root: Cursor, name: str, key: str, units: Asked) -> None:
    for resource, asked in units.items():
        most = _most(scenario.resources[resource], scenario.calendars)
        if asked > most:
            at, _ = find(root, ("pathway", "states", name, "meeting", key, resource))
            at.fault(f"asks for {asked}, and there are {most}")


def _most(resource: Resource, calendars: Mapping[str, Calendar]) -> int:
    sessions = calendars[resource.calendar].sessions
    return max((resource.capacity if session.units is None else session.units for session in sessions), default=0)


# ---------------------------------------------------------------- activities


def _check_activity(state: Activity, at: Cursor, opening: _Opening, scenario: Scenario) -> None:
    if not _enough(state, at, opening.resources):
        return
    meeting = state.meeting.calendar if state.meeting else ""
    longest = max(opening.longest(asked, meeting) for asked in _choices(state))
    if longest == 0:
        at.fault(f"never finds what it needs open together: {_hours(state, scenario)}", key=True)
    elif must_fit(state, scenario) > longest:
        planned, over = at.get("planned"), overrun_of(state, scenario)
        most = f"{longest} min" + (f" and {over} min overrun" if over else "")
        says = f"is {state.planned} min" if planned else f"is planned for {state.planned} min, the mean of its duration"
        (planned or at).fault(f"{says}, which fits no session; the longest has {most}", key=planned is None)


def _enough(state: Activity, at: Cursor, opening: Mapping[str, Steps]) -> bool:
    """Report needs for more than there ever is."""
    needs = at.get("needs")
    well = True
    for need in state.needs:
        most = max(int(opening[name][1].max(initial=0)) for name in need.any_of)
        role = needs.get(need.role) if needs else None
        if need.units > most and role:
            there = f"there are never more than {most}" if most else "it is never open"
            role.fault(f"asks for {need.units} of {' or '.join(need.any_of)}, and {there}")
            well = False
    return well


def _choices(state: Activity) -> Iterator[Counter[str]]:
    """Go through the ways to meet all needs of an activity, alternatives tried each with each."""
    for chosen in product(*(need.any_of for need in state.needs)):
        asked: Counter[str] = Counter()
        for name, need in zip(chosen, state.needs, strict=True):
            asked[name] += need.units
        yield asked


def _hours(state: Activity, scenario: Scenario) -> str:
    asked = Counter({name: 0 for need in state.needs for name in need.any_of})
    for choice in _choices(state):
        asked |= choice
    calendars = {
        f"{units} {name} of {_most(scenario.resources[name], scenario.calendars)}": scenario.resources[name].calendar
        for name, units in sorted(asked.items())
    }
    if state.meeting:
        calendars["the meeting"] = state.meeting.calendar
    return "; ".join(f"{name} ({say_sessions(scenario.calendars[at])})" for name, at in calendars.items())
