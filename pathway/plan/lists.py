"""Booked lists over the run: every session of a resource that is booked, and the moments at which something is done.

A list is one unit of a resource from when it opens until it closes, so a session of two units is two lists (and
one whose second unit leaves at noon is a long list and a short one).  Lists are numbered by opening, resource and
unit; the number is what the log's `session` says.  What happens to a list happens at known minutes: it may be
released, it freezes, it opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pathway.clock import DaysOff, Steps, Timeline, capacity_steps, joint_sessions
from pathway.plan.calendars import Roster
from pathway.plan.names import Names
from pathway.plan.records import FREEZE, NO, OPENING, RELEASE, BookedLists, Ints
from pathway.scenario import FirstCall, Lists, Scenario, booked_activities, booked_ahead


@dataclass(frozen=True)
class _List:
    """One list: when, of which resource and unit, and who may be booked, at first and once it is released."""

    opens: int
    resource: int
    unit: int
    closes: int
    freezes: int
    limit: int  # minutes that may be booked
    ends: int
    release: int
    callers: tuple[int, ...]
    later: tuple[int, ...]


def lists_of(
    scenario: Scenario, names: Names, rosters: Mapping[str, Roster], timeline: Timeline, off: DaysOff
) -> BookedLists:
    """Lay out every list of a scenario up to the last one to which anything may be done before the run ends.

    `timeline` looks past the run, as the rosters do.  A list has the same number however long the run is.
    """
    states, resources = names.states, names.resources
    run = scenario.run
    last = timeline.warm_up + run.length + run.follow_up + booked_ahead(scenario.resources)
    booked = booked_activities(scenario)
    found: list[_List] = []
    for name, resource in sorted(scenario.resources.items()):
        if resource.lists is None:
            continue
        callers = tuple(sorted(states[state] for state, on in booked.items() if on == name))
        first = [
            _preferred(row, states, callers, capacity_steps(scenario.calendars[row.calendar], 1, (), timeline, off))
            for row in resource.lists.first_call
        ]
        found += _lists_of(resource.lists, rosters[name], resources[name], callers, first, last)
    found.sort(key=lambda each: (each.opens, each.resource, each.unit))
    known = sorted({group for each in found for group in (each.callers, each.later)})
    groups = {group: code for code, group in enumerate(known)}
    moments = sorted(
        (minute, kind, number)
        for number, each in enumerate(found)
        for minute, kind in ((each.release, RELEASE), (each.freezes, FREEZE), (each.opens, OPENING))
        if minute != NO
    )
    beds = [name for name, resource in scenario.resources.items() if resource.kind == "bed"]
    return BookedLists(
        resource=_column(found, "resource"),
        opens=_column(found, "opens"),
        closes=_column(found, "closes"),
        limit=_column(found, "limit"),
        ends=_column(found, "ends"),
        callers=np.array([groups[each.callers] for each in found], np.int64),
        callers_later=np.array([groups[each.later] for each in found], np.int64),
        group_start=np.cumsum([0, *map(len, groups)], dtype=np.int64),
        group=np.array([state for group in groups for state in group], np.int64),
        moment=np.array(moments, np.int64).reshape(-1, 3),
        is_bed=np.array([name in beds for name in resources], np.int64),
        booked=np.isin(list(resources.values()), [resources[name] for name in set(booked.values())]).astype(np.int64),
    )


def _column(found: list[_List], name: str) -> Ints:
    return np.array([getattr(each, name) for each in found], np.int64)


@dataclass(frozen=True)
class _Preferred:
    """Sessions that are for some activities first: those that open while a calendar is open."""

    times: Ints
    units: Ints
    callers: tuple[int, ...]
    later: tuple[int, ...]
    before: int | None

    def holds(self, minute: int) -> bool:
        """Say whether a session that opens in this minute is one of these."""
        return bool(self.units[np.searchsorted(self.times, minute, side="right") - 1])


def _preferred(row: FirstCall, states: Mapping[str, int], everyone: tuple[int, ...], steps: Steps) -> _Preferred:
    callers = tuple(sorted({states[name] for name in row.states}))
    also = {states[name] for name in row.to} if row.to else set(everyone)
    later = tuple(sorted({*callers, *also})) if row.before is not None else callers
    return _Preferred(*steps, callers=callers, later=later, before=row.before)


def _lists_of(
    rules: Lists, roster: Roster, code: int, everyone: tuple[int, ...], first_call: list[_Preferred], last: int
) -> list[_List]:
    """Lay out the lists of one resource that open before the last minute, unit by unit."""
    found = []
    longest = np.zeros(0, np.int64)
    for unit in range(1, int(roster.free.max(initial=0)) + 1):
        opens, closes = joint_sessions([(roster.time, roster.free, unit)], int(roster.time[-1]) + 1)
        longest = closes if unit == 1 else longest  # those of other units lie within the sessions of the first
        until = longest[np.searchsorted(longest, closes)] + rules.overrun
        for begin, end, over in zip(opens.tolist(), closes.tolist(), until.tolist(), strict=True):
            preferred = next((each for each in first_call if each.holds(begin)), None)
            freezes = max(0, begin - rules.notice)
            release = NO
            if preferred is not None and preferred.before is not None:
                release = max(0, begin - preferred.before)
            callers, later = (preferred.callers, preferred.later) if preferred else (everyone, everyone)
            limit = end - begin + rules.overrun
            made = _List(begin, code, unit, end, freezes, limit, over, release, callers, later)
            if begin < last:
                found.append(made)
    return found
