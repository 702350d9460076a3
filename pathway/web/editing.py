"""From what a page edits to changes of a scenario: rosters as a week grid, capacities, closures, leave, demand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from pathway import words
from pathway.errors import PathwayError
from pathway.graph import readable
from pathway.report.numbers import say_date
from pathway.scenario.times import WEEKDAYS
from pathway.web.changes import Change

if TYPE_CHECKING:
    from pathway.scenario import Scenario

ALWAYS = "always"  # the calendar of what is there day and night
NOT_SHOWN = "_rest"  # what a session says beyond what the grid shows: from a date, on the first of the month
SHOWN = ("days", "hours", "units", "every")
HOURS = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def section(scenario: Scenario, part: str, name: str) -> dict[str, Any]:
    """Give what a scenario's document says about a thing; a list of sessions is a calendar in short."""
    found = cast(Mapping[str, Any], scenario.tree.get(part, {})).get(name, {})
    return {"sessions": found} if isinstance(found, list) else dict(found)


def resource_title(scenario: Scenario, name: str) -> str:
    """Give the name of a resource as a reader knows it."""
    return scenario.resources[name].title or readable(name)


@dataclass(frozen=True)
class Keeper:
    """Who or what keeps a week: a resource, or a meeting, with the calendar that is its week."""

    name: str
    title: str
    calendar: str
    is_meeting: bool = False


def keepers(scenario: Scenario) -> dict[str, Keeper]:
    """Name everything that keeps a week, by title: rosters and meetings first, then what is there day and night."""
    found = {name: Keeper(name, resource_title(scenario, name), r.calendar) for name, r in scenario.resources.items()}
    for state in scenario.pathway.states.values():
        meeting = getattr(state, "meeting", None)
        if meeting is not None:
            title = scenario.calendars[meeting.calendar].title or readable(meeting.calendar)
            name = f"meeting:{meeting.calendar}"
            found[name] = Keeper(name, words.text("report.meeting", calendar=title), meeting.calendar, True)
    return dict(sorted(found.items(), key=lambda pair: (pair[1].calendar == ALWAYS, pair[1].title)))


def sharing(scenario: Scenario, calendar: str) -> list[str]:
    """Name those who keep the same calendar: a change of it changes them all."""
    return [each.title for each in keepers(scenario).values() if each.calendar == calendar != ALWAYS]


def week(scenario: Scenario, calendar: str) -> list[dict[str, Any]]:
    """Give the sessions of a calendar as rows of a week grid: a tick a day, from, to, units, every so many weeks."""
    rows = []
    for entry in section(scenario, "calendars", calendar).get("sessions", ()):
        opens, _, closes = str(entry.get("hours", "")).partition("-")
        row: dict[str, Any] = {day: day in entry.get("days", ()) for day in WEEKDAYS}
        row |= {"from": opens, "to": closes, "units": entry.get("units"), "every": _weeks(entry)}
        row[NOT_SHOWN] = {key: value for key, value in entry.items() if key not in SHOWN}
        rows.append(row)
    return rows


def _weeks(entry: Mapping[str, Any]) -> int:
    return int(str(entry.get("every", "1 week")).split()[0])


def say_rest(rest: Mapping[str, Any]) -> str:
    """Say what a session has beyond day and hours, as the file has it."""
    return words.listed(f"{key} {value}" for key, value in rest.items())


def sessions(rows: Sequence[Mapping[str, Any]], since: date | None = None) -> list[dict[str, Any]]:
    """Turn the rows of a week grid into sessions; a row without a day is none, and hours must be such.

    Weeks of sessions that take place every second or fourth week are counted from the week of `since`, unless they
    say themselves from when.
    """
    found = []
    for number, row in enumerate(rows, 1):
        days = [day for day in WEEKDAYS if row.get(day) is True]
        opens, closes = (str(row.get(key) or "").strip() for key in ("from", "to"))
        if not days and not (opens or closes):
            continue
        if not HOURS.fullmatch(opens) or not HOURS.fullmatch(closes):
            raise PathwayError(words.text("web.bad_hours", row=number, found=f"{opens}-{closes}"))
        rest = dict(row.get(NOT_SHOWN) or {})
        if not days and not rest.get("on"):
            raise PathwayError(words.text("web.no_day", row=number))
        entry: dict[str, Any] = {"days": days} if days else {}
        entry["hours"] = f"{opens.zfill(5)}-{closes.zfill(5)}"
        units, every = (_whole(row.get(key)) for key in ("units", "every"))
        entry |= {"units": units} if units else {}
        if every and every > 1:
            entry |= {"every": f"{every} weeks"} | ({"from": since} if since and "from" not in rest else {})
        found.append(entry | rest)
    return found


def _whole(value: Any) -> int | None:
    """Read a cell that holds a number; an empty one of a grid is NaN."""
    return None if value is None or value != value else int(value)


def roster(scenario: Scenario, keeper: Keeper, rows: Sequence[Mapping[str, Any]]) -> Change | None:
    """Give the change a week grid makes of a roster; nothing if it says the same."""
    since = first_monday(scenario)
    new, old = sessions(rows, since), sessions(week(scenario, keeper.calendar), since)
    if new == old:
        return None
    if keeper.calendar == ALWAYS:
        own = f"{keeper.name}_week"
        said = words.text("web.own_week", name=keeper.title, hours=f"{_hours(new):g}")
        made = {"title": keeper.title, "sessions": new}
        return Change(said, {f"calendars.{own}": made, f"resources.{keeper.name}.calendar": own})
    hours = _hours(new) - _hours(old)
    key = "web.roster_more" if hours > 0 else "web.roster_less" if hours < 0 else "web.roster_other"
    name = section(scenario, "calendars", keeper.calendar).get("title") or readable(keeper.calendar)
    sentence = words.text(key, name=name, hours=f"{abs(hours):g}")
    return Change(sentence, {f"calendars.{keeper.calendar}.sessions": new})


def first_monday(scenario: Scenario) -> date:
    """Give the Monday of the week in which the simulation begins."""
    origin = scenario.run.timeline.origin
    return origin - timedelta(days=origin.weekday())


def _hours(entries: Sequence[Mapping[str, Any]]) -> float:
    """Count the open hours a week of some sessions, each unit that is named for itself."""
    total = 0.0
    for entry in entries:
        opens, closes = (int(part[:2]) + int(part[3:]) / 60 for part in entry["hours"].split("-"))
        hours = (closes - opens) % 24 or 24
        total += len(entry.get("days", ())) * hours * (entry.get("units") or 1) / _weeks(entry)
    return round(total, 2)


def capacity(scenario: Scenario, resource: str, number: int) -> Change | None:
    """Give the change of how many there are of something."""
    before = scenario.resources[resource].capacity
    if number == before:
        return None
    said = words.text("web.capacity", name=resource_title(scenario, resource), before=before, after=number)
    return Change(said, {f"resources.{resource}.capacity": number})


def away(scenario: Scenario, resource: str, first: date, last: date, units: int) -> Change:
    """Give the change that so many of something are missing from one day to another: shut, or on leave."""
    if last < first:
        raise PathwayError(words.text("web.bad_dates"))
    record, title = scenario.resources[resource], resource_title(scenario, resource)
    key = "web.leave" if record.kind == "staff" else "web.closed"
    said = words.text(key, name=title, n=units, of=record.capacity, first=say_date(first), last=say_date(last))
    entry = {"from": first, "to": last, "units": units, "why": words.text("web.why")}
    kept = section(scenario, "resources", resource).get("leave") or []
    return Change(said, {f"resources.{resource}.leave": [*kept, entry]})


def demand(base: Scenario, scenario: Scenario, stream: str, percent: int) -> Change | None:
    """Give the change of a referral stream to so many percent of what it is today."""
    today, now = base.streams[stream].per_year, scenario.streams[stream].per_year
    number = round(today * percent / 100, 2)
    if number == now:
        return None
    return per_year(scenario, stream, number)


def added_streams(base: Scenario, scenario: Scenario) -> list[str]:
    """Name the streams of patients that are not there today: those a question brought along."""
    return [name for name in scenario.streams if name not in base.streams]


def per_year(scenario: Scenario, stream: str, number: float) -> Change:
    """Give the change of a stream to so many patients a year."""
    now, title = scenario.streams[stream].per_year, scenario.streams[stream].title or readable(stream)
    said = words.text("web.demand", name=title, before=f"{now:g}", after=f"{number:g}")
    return Change(said, {f"streams.{stream}.per_year": number})
