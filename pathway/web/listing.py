"""A list more: a session of a theatre, a scanner, a clinic or a meeting, and of those who work in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pathway import words
from pathway.errors import PathwayError
from pathway.graph import Activity
from pathway.scenario.times import WEEKDAYS
from pathway.web.changes import Change
from pathway.web.editing import ALWAYS, Keeper, first_monday, keepers, section, sessions, week

if TYPE_CHECKING:
    from pathway.clock import Calendar
    from pathway.scenario import Scenario


def can_have_lists(scenario: Scenario) -> dict[str, Keeper]:
    """Name what can have a list more: what keeps a roster; what books its lists ahead comes first."""
    kept = {name: each for name, each in keepers(scenario).items() if each.calendar != ALWAYS}
    return dict(sorted(kept.items(), key=lambda pair: not _books(scenario, pair[0])))


def _books(scenario: Scenario, name: str) -> bool:
    return name in scenario.resources and scenario.resources[name].lists is not None


def likely(scenario: Scenario, keeper: Keeper) -> tuple[str, str, str]:
    """Give the day and hours of a list one is likely to want: as long as those there are, on a day without one."""
    rows = week(scenario, keeper.calendar)
    day = next((day for day in WEEKDAYS if not any(row[day] for row in rows)), WEEKDAYS[-2])
    hours = [(str(row["from"]).zfill(5), str(row["to"]).zfill(5)) for row in rows if row["from"] and row["to"]]
    longest = max(hours, key=lambda each: _minutes(each[1]) - _minutes(each[0]), default=("08:00", "12:30"))
    return day, *longest


def partners(scenario: Scenario, keeper: Keeper, day: str, opens: str, closes: str) -> list[str]:
    """Name those who are needed in a list and are not there at that time, or only in sessions that count them."""
    own = keeper.calendar
    calendars = {name: scenario.resources[name].calendar for name in beside(scenario, keeper)}
    return [
        name
        for name, calendar in calendars.items()
        if calendar not in (own, ALWAYS) and not _is_open(scenario.calendars[calendar], day, opens, closes)
    ]


def beside(scenario: Scenario, keeper: Keeper) -> list[str]:
    """Name what is needed together with something; of several that would do, the first."""
    return list(dict.fromkeys(_beside(scenario, keeper)))


def _beside(scenario: Scenario, keeper: Keeper) -> Iterator[str]:
    for state in scenario.pathway.states.values():
        if not isinstance(state, Activity):
            continue
        if keeper.is_meeting:
            if state.meeting is not None and state.meeting.calendar == keeper.calendar:
                yield from (name for name, _ in state.meeting.team)
        elif any(keeper.name in need.any_of for need in state.needs):
            yield from (need.any_of[0] for need in state.needs if keeper.name not in need.any_of)


def _is_open(calendar: Calendar, day: str, opens: str, closes: str) -> bool:
    """Tell whether everybody on a calendar is there every week on a day between two times."""
    first, last = _minutes(opens), _minutes(closes)
    return any(
        WEEKDAYS.index(day) in each.days
        and each.opens <= first
        and each.opens + each.minutes >= last
        and each.units is None
        and (each.every, each.nth, each.on, each.first, each.last) == (1, (), (), None, None)
        for each in calendar.sessions
    )


def _minutes(said: str) -> int:
    hours, _, minutes = said.partition(":")
    return int(hours) * 60 + int(minutes)


def another_list(  # noqa: PLR0913, PLR0917 - what a list is: whose, when, how often, with whom
    scenario: Scenario, keeper: Keeper, day: str, opens: str, closes: str, every: int, along: Sequence[str] = ()
) -> Change:
    """Give the change that there is a session more, of something and of those who come along."""
    row = {day: True, "from": opens, "to": closes, "every": every}
    (new,) = sessions([row], first_monday(scenario))
    if _minutes(opens) >= _minutes(closes):
        raise PathwayError(words.text("web.bad_times"))
    titles = {each.calendar: each.title for each in keepers(scenario).values() if each.name in along}
    calendars = dict.fromkeys([keeper.calendar, *(scenario.resources[name].calendar for name in along)])
    values = {f"calendars.{name}.sessions": _with(scenario, name, new) for name in calendars}
    often = words.text("web.every_week" if every == 1 else "web.every_weeks", n=every)
    day_name = words.text(f"weekday.{WEEKDAYS.index(day)}")
    said = words.text("web.list_more", name=keeper.title, day=day_name, opens=opens, closes=closes, often=often)
    named = [titles[name] for name in calendars if name in titles and name != keeper.calendar]
    return Change(said + (words.text("web.list_with", names=words.listed(named)) if named else ""), values)


def _with(scenario: Scenario, calendar: str, new: dict[str, Any]) -> list[dict[str, Any]]:
    """Put a session to those of a calendar; where sessions count those on duty, it adds one."""
    known = list(section(scenario, "calendars", calendar).get("sessions", ()))
    counts = any("units" in each for each in known)
    return [*known, new | ({"units": 1} if counts else {})]
