"""From what a page edits to changes of a scenario: rosters as a week grid, capacities, closures, leave, demand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from pathway import words
from pathway.errors import PathwayError
from pathway.graph import readable
from pathway.report.numbers import say_date
from pathway.web.changes import Change

if TYPE_CHECKING:
    from pathway.scenario import Scenario

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NOT_SHOWN = "_rest"  # what a session says beyond day, hours and units: every other week, from a date
HOURS = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


def section(scenario: Scenario, part: str, name: str) -> dict[str, Any]:
    """Give what a scenario's document says about a thing; a list of sessions is a calendar in short."""
    found = cast(Mapping[str, Any], scenario.tree.get(part, {})).get(name, {})
    return {"sessions": found} if isinstance(found, list) else dict(found)


def resource_title(scenario: Scenario, name: str) -> str:
    """Give the name of a resource as a reader knows it."""
    return scenario.resources[name].title or readable(name)


def rosters(scenario: Scenario) -> dict[str, str]:
    """Name the resources that keep a roster of their own, with their calendars, in the order of titles."""
    kept = {name: each.calendar for name, each in scenario.resources.items() if each.calendar != "always"}
    return dict(sorted(kept.items(), key=lambda pair: resource_title(scenario, pair[0])))


def sharing(scenario: Scenario, calendar: str) -> list[str]:
    """Name those who keep the same calendar: a change of it changes them all."""
    return [resource_title(scenario, name) for name, each in scenario.resources.items() if each.calendar == calendar]


def week(scenario: Scenario, calendar: str) -> list[dict[str, Any]]:
    """Give the sessions of a calendar as rows of a week grid: a tick a day, from, to, units, and what is not shown."""
    rows = []
    for entry in section(scenario, "calendars", calendar).get("sessions", ()):
        opens, _, closes = str(entry.get("hours", "")).partition("-")
        row: dict[str, Any] = {day: day in entry.get("days", ()) for day in DAYS}
        row |= {"from": opens, "to": closes, "units": entry.get("units")}
        row[NOT_SHOWN] = {key: value for key, value in entry.items() if key not in ("days", "hours", "units")}
        rows.append(row)
    return rows


def say_rest(rest: Mapping[str, Any]) -> str:
    """Say what a session has beyond day and hours, as the file has it."""
    return words.listed(f"{key} {value}" for key, value in rest.items())


def sessions(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Turn the rows of a week grid into sessions; a row without a day is none, and hours must be such."""
    found = []
    for number, row in enumerate(rows, 1):
        days = [day for day in DAYS if row.get(day) is True]
        opens, closes = (str(row.get(key) or "").strip() for key in ("from", "to"))
        if not days and not (opens or closes):
            continue
        if not HOURS.fullmatch(opens) or not HOURS.fullmatch(closes):
            raise PathwayError(words.text("web.bad_hours", row=number, found=f"{opens}-{closes}"))
        if not days and not (row.get(NOT_SHOWN) or {}).get("on"):
            raise PathwayError(words.text("web.no_day", row=number))
        entry: dict[str, Any] = {"days": days} if days else {}
        entry["hours"] = f"{opens.zfill(5)}-{closes.zfill(5)}"
        units = row.get("units")
        if units is not None and units == units:  # an empty cell of a grid is NaN
            entry["units"] = int(units)
        found.append(entry | dict(row.get(NOT_SHOWN) or {}))
    return found


def roster(scenario: Scenario, resource: str, rows: Sequence[Mapping[str, Any]]) -> Change | None:
    """Give the change a week grid makes of a roster; nothing if it says the same."""
    calendar = scenario.resources[resource].calendar
    new = sessions(rows)
    if new == sessions(week(scenario, calendar)):
        return None
    hours = _hours(new) - _hours(sessions(week(scenario, calendar)))
    key = "web.roster_more" if hours > 0 else "web.roster_less" if hours < 0 else "web.roster_other"
    name = section(scenario, "calendars", calendar).get("title") or readable(calendar)
    sentence = words.text(key, name=name, hours=f"{abs(hours):g}")
    return Change(sentence, {f"calendars.{calendar}.sessions": new})


def _hours(entries: Sequence[Mapping[str, Any]]) -> float:
    """Count the open hours a week of some sessions, each unit that is named for itself."""
    total = 0.0
    for entry in entries:
        opens, closes = (int(part[:2]) + int(part[3:]) / 60 for part in entry["hours"].split("-"))
        weeks = int(str(entry.get("every", "1 week")).split()[0])
        total += len(entry.get("days", ())) * ((closes - opens) % 24 or 24) * (entry.get("units") or 1) / weeks
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
    title = base.streams[stream].title or readable(stream)
    said = words.text("web.demand", name=title, before=f"{now:g}", after=f"{number:g}")
    return Change(said, {f"streams.{stream}.per_year": number})
