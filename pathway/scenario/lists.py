"""Reading how a resource's sessions are booked, and what cannot be booked on them."""

from __future__ import annotations

from collections.abc import Mapping

from pathway.errors import nearest
from pathway.graph import Activity
from pathway.scenario import quantities
from pathway.scenario.booking import booked_activities, list_of, listed_needs
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.records import FirstCall, Lists, Resource, Scenario
from pathway.scenario.rules import read_state_name
from pathway.scenario.words import Words

# ---------------------------------------------------------------- reading


def read_lists(at: Cursor | None, words: Words) -> Lists | None:
    """Read how the sessions of a resource are booked."""
    if at is None:
        return None
    return Lists(
        notice=at.take("notice", quantities.whole_minutes, 0),
        overrun=at.take("overrun", quantities.whole_minutes, 0),
        first_call=tuple(_first_call(row, words) for row in at.rows("first_call")),
    )


def _first_call(row: Cursor, words: Words) -> FirstCall:
    calendar, release = row.get("calendar"), row.get("release")
    return FirstCall(
        calendar=calendar.name(words.calendars, "calendar") if calendar else "",
        states=_activities(row, "for", words),
        before=release.take("before", quantities.whole_minutes, 0) if release else None,
        to=_activities(release, "to", words) if release else (),
    )


def _activities(at: Cursor, key: str, words: Words) -> tuple[str, ...]:
    return tuple(read_state_name(entry, words, "activity") for entry in at.rows(key))


# ---------------------------------------------------------------- checking


def check_lists(scenario: Scenario, root: Cursor) -> None:
    """Report activities that cannot be booked on the lists of what they need."""
    for name, state in sorted(scenario.pathway.states.items()):
        at, _ = find(root, ("pathway", "states", name))
        if isinstance(state, Activity) and not root.findings.under(at.path):
            _check_activity(state, at, scenario.resources)
    booked = booked_activities(scenario)
    for name, entry in root.section("resources"):
        rules = entry.get("list")
        for row in rules.rows("first_call") if rules else []:
            _check_first_call(row, name, booked)


def _check_activity(state: Activity, at: Cursor, resources: Mapping[str, Resource]) -> None:
    listed = listed_needs(state, resources)
    on, short = at.get("list"), at.get("short_notice")
    if state.emergency:
        for other in (on, short):
            if other:
                other.fault("stands beside emergency; an emergency is not booked", key=True)
        return
    if on and state.booked_on not in listed:
        found = nearest(state.booked_on, listed)
        on.fault(f"is {state.booked_on!r}, which is not among its needs, or has no lists{found}")
    elif len(listed) > 1 and not on:
        several = " and ".join(listed)
        at.fault(f"needs {several}, which all have booked lists; list must say on which it is booked", key=True)
    elif listed:
        _check_booking(state, at, list_of(state, resources), resources)


def _check_booking(state: Activity, at: Cursor, resource: str, resources: Mapping[str, Resource]) -> None:
    lists = resources[resource].lists
    needs = at.get("needs")
    for need in state.needs:
        role = needs.get(need.role) if needs else None
        if resource in need.any_of and role and (len(need.any_of) > 1 or need.units != 1):
            asked = f"{need.units} of {' or '.join(need.any_of)}"
            role.fault(f"asks for {asked}; what is booked on the lists of {resource} needs 1 of it and no alternative")
    notice, meeting = at.get("notice"), at.get("meeting")
    if notice and lists and state.notice > lists.notice:
        notice.fault(f"is {state.notice} min, and the lists of {resource} freeze {lists.notice} min before they open")
    if meeting:
        meeting.fault(f"needs {resource}, which has booked lists; a meeting has its own sessions", key=True)


def _check_first_call(row: Cursor, resource: str, booked: Mapping[str, str]) -> None:
    known = sorted(name for name, on in booked.items() if on == resource)
    release = row.get("release")
    for entry in (*row.rows("for"), *(release.rows("to") if release else [])):
        if entry.node.value not in known and not entry.findings.under(entry.path):
            entry.fault(f"is not booked on the lists of {resource}{nearest(str(entry.node.value), known)}")
