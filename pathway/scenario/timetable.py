"""From the document to calendars, holidays, resources, referral streams and the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from pathway import words
from pathway.clock import ALWAYS, Calendar, DateRange, Holidays, Leave, Session, Stream
from pathway.sampling import Sampler, constant
from pathway.scenario import quantities, times
from pathway.scenario.cursor import Cursor
from pathway.scenario.draws import duration, read_sampler
from pathway.scenario.lists import read_lists
from pathway.scenario.nodes import Scalar, shown
from pathway.scenario.quantities import text
from pathway.scenario.records import Breakdown, Resource, Run
from pathway.scenario.words import Words

EARLIEST, LATEST = 1900, 2200  # years public holidays are known for
PRESENT = "present"  # a session's share: that of the resources that keep the calendar


# ---------------------------------------------------------------- calendars


def read_calendars(root: Cursor) -> dict[str, Calendar]:
    """Read the calendars, "always" among them."""
    read = {name: _calendar(name, entry, _present_share(root, name)) for name, entry in root.section("calendars")}
    return {ALWAYS.name: replace(ALWAYS, title=words.text("open.always"))} | read


def _calendar(name: str, entry: Cursor, present: float | None) -> Calendar:
    if name == ALWAYS.name:
        entry.fault("is built in and cannot be changed; use another name", key=True)
    if entry.is_list:
        return Calendar(name, tuple(_session(row, present) for row in entry.entries()))
    return Calendar(
        name,
        tuple(_session(row, present) for row in entry.rows("sessions")),
        closed=tuple(times.date_range(row) for row in entry.rows("closed")),
        holidays=_choice(entry, "holidays", "closed"),
        title=entry.take("title", text, ""),
        source=entry.take("source", text, ""),
    )


def _session(row: Cursor, present: float | None) -> Session:
    opens, closes = row.take("hours", times.hours, (0, 0))
    on = tuple(day.read(times.day, date.min) for day in row.rows("on"))
    first, last = row.take("from", times.day, None), row.take("to", times.day, None)
    if first and last and last < first and (to := row.get("to")):
        to.fault(f"is {last}, which is before from ({first})")
    every = row.take("every", quantities.weeks, 1)
    if every > 1 and first is None and (at := row.get("every")):
        at.fault("needs 'from', the week to count from")
    _check_days(row)
    return Session(
        days=tuple(day.read(times.weekday, 0) for day in row.rows("days")),
        opens=opens,
        closes=closes,
        units=row.take("units", quantities.count, None),
        first=first,
        last=last,
        nth=tuple(nth.read(quantities.whole, 1) for nth in row.rows("nth")),
        every=every,
        on=on,
        share=_share(row, present),
    )


def _check_days(row: Cursor) -> None:
    if row.get("on") is None and row.get("days") is None:
        row.fault("has neither 'days' (of the week) nor 'on' (dates)")
    for other in ("days", "from", "to", "nth", "every"):
        if row.get("on") is not None and (at := row.get(other)):
            at.fault("stands beside 'on'; a session on single dates recurs on no others", key=True)


def _share(row: Cursor, present: float | None) -> float | None:
    at = row.get("share")
    if at is None:
        return None
    if at.node.value != PRESENT:
        return at.read(quantities.share, None)
    if present is None:
        at.fault("is 'present', which needs one share, the same for every resource that keeps this calendar")
    return present


def _present_share(root: Cursor, calendar: str) -> float | None:
    """Find the share of the resources that keep a calendar, if they agree on one."""
    keepers = [entry for _, entry in root.section("resources") if _names(entry.get("calendar"), calendar)]
    shares = {below.read(quantities.share, 0.0) if (below := keeper.get("share")) else None for keeper in keepers}
    return shares.pop() if len(shares) == 1 else None


def _names(at: Cursor | None, name: str) -> bool:
    return at is not None and at.node.value == name


# ---------------------------------------------------------------- holidays and resources


def read_holidays(root: Cursor) -> Holidays:
    """Read which public holidays hold."""
    section = root.get("holidays")
    if section is None:
        return Holidays()
    make_up = section.get("make_up")
    entries = make_up.items() if make_up else []
    return Holidays(
        country=section.take("country", text, None),
        subdivision=section.take("subdivision", text, None),
        add=tuple(day.read(times.day, date.min) for day in section.rows("add")),
        remove=tuple(day.read(times.day, date.min) for day in section.rows("remove")),
        make_up={_key_day(key, day): day.read(times.weekday, 0) for key, day in entries},
    )


def _key_day(key: Scalar, at: Cursor) -> date:
    try:
        return times.day(key)
    except ValueError as why:
        at.fault(f"has the key {key!r}; expected {why}", key=True)
        return date.min


def read_resources(root: Cursor, words: Words) -> dict[str, Resource]:
    """Read the resources."""
    return {name: _resource(name, entry, words) for name, entry in root.section("resources")}


def _resource(name: str, entry: Cursor, words: Words) -> Resource:
    calendar = entry.get("calendar")
    return Resource(
        name,
        title=entry.take("title", text, ""),
        kind=_choice(entry, "kind", "room"),
        capacity=entry.take("capacity", quantities.count, 1),
        calendar=calendar.name(words.calendars, "calendar") if calendar else ALWAYS.name,
        leave=tuple(_leave(row) for row in entry.rows("leave")),
        share=entry.take("share", quantities.share, None),
        lists=read_lists(entry.get("list"), words),
        source=entry.take("source", text, ""),
        breakdown=_breakdown(entry.get("breakdown"), words),
        discharge=entry.take("discharge", times.hours, None),
    )


def _breakdown(at: Cursor | None, words: Words) -> Breakdown | None:
    return Breakdown(_spell(at, "after", words), _spell(at, "repair", words)) if at else None


def _spell(at: Cursor, key: str, words: Words) -> Sampler:
    """Read how long a unit works, or is under repair: something that takes time, and depends on no patient."""
    spell = at.get(key)
    if spell is None:
        return constant(1)
    sampler = read_sampler(spell, duration(words))
    if not at.findings.under(spell.path) and sampler.least < 1:
        spell.fault("can be 0 minutes; expected at least 1 min")
    return sampler


def _leave(row: Cursor) -> Leave:
    return Leave(times.date_range(row), row.take("units", quantities.at_least_one, 1), row.take("who", text, ""))


# ---------------------------------------------------------------- streams


def read_streams(root: Cursor) -> dict[str, Stream]:
    """Read the referral streams."""
    return {name: _stream(name, entry) for name, entry in root.section("streams")}


def _stream(name: str, entry: Cursor) -> Stream:
    usual = Stream(name, 0.0)
    opens, closes = entry.take("hours", times.hours, (usual.opens, usual.closes))
    return replace(
        usual,
        per_year=entry.take("per_year", quantities.not_negative, 0.0),
        title=entry.take("title", text, ""),
        weekdays=_factors(entry.get("weekdays"), times.weekday, usual.weekdays),
        opens=opens,
        closes=closes,
        months=_factors(entry.get("months"), times.month, usual.months),
        on_holidays=entry.take("on_holidays", quantities.not_negative, usual.on_holidays),
        growth=entry.take("growth", quantities.growth, 0.0),
        exceptions=tuple(_exception(row) for row in entry.rows("exceptions")),
        source=entry.take("source", text, ""),
    )


def _factors(at: Cursor | None, parse: Callable[[Scalar], int], usual: tuple[float, ...]) -> tuple[float, ...]:
    factors = list(usual)
    for key, below in at.items() if at else []:
        try:
            factors[parse(key)] = below.read(quantities.not_negative, 1.0)
        except ValueError as why:
            below.fault(f"has the key {key!r}; expected {why}", key=True)
    if at and not any(factors):
        at.fault("has no factor above 0")
    return tuple(factors)


def _exception(row: Cursor) -> tuple[DateRange, float]:
    return times.date_range(row), row.take("factor", quantities.not_negative, 1.0)


# ---------------------------------------------------------------- the run


def read_run(root: Cursor) -> Run:
    """Read how long and how often to simulate."""
    usual = Run()
    section = root.get("run")
    if section is None:
        return usual
    queue: Literal["backfill", "strict"] = _choice(section, "queue", usual.queue)
    length = section.take("length", quantities.whole_days, usual.length)
    if not length and (at := section.get("length")):
        at.fault(f"is {shown(at.node)}; expected at least a day")
    run = Run(
        start=section.take("start", times.day, usual.start),
        warm_up=section.take("warm_up", quantities.whole_days, usual.warm_up),
        length=length,
        follow_up=section.take("follow_up", quantities.whole_days, usual.follow_up),
        replications=section.take("replications", quantities.at_least_one, usual.replications),
        seed=section.take("seed", quantities.count, usual.seed),
        queue=queue,
    )
    years = (run.warm_up + run.length + run.follow_up) / (365.25 * 1440)
    if run.start.year - years < EARLIEST or run.start.year + years > LATEST:
        section.fault(f"lasts {years:.0f} years about {run.start.year}; expected years between {EARLIEST} and {LATEST}")
    return run


def _choice(entry: Cursor, key: str, usual: Any) -> Any:
    """Give one of a few words; the schema has already reported any other."""
    return entry.take(key, text, usual)
