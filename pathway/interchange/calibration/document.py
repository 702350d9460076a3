"""The scenario that a log gives: states, times, arrivals and capacity, and of every number where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

from pathway.interchange.calibration.arriving import Rate
from pathway.interchange.calibration.fitted import Fitted, Names
from pathway.interchange.calibration.naming import names_for
from pathway.interchange.calibration.opening import Hours
from pathway.interchange.calibration.routing import ARRIVAL, NOTHING, OVER, Table
from pathway.interchange.calibration.sourcing import (
    said_of_arrivals,
    said_of_hours,
    said_of_log,
    said_of_no_hours,
    said_of_routing,
    said_of_times,
    said_of_trait,
)
from pathway.interchange.calibration.timing import ANY, Step
from pathway.interchange.calibration.traits import Trait
from pathway.interchange.calibration.writing_times import LAST, NOT_YET, draws
from pathway.scenario.times import WEEKDAYS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST_FOLLOWED = 104  # weeks
A_MINUTE = "1 min"  # the least a step with a time lasts


@dataclass(frozen=True)
class Written:
    """A scenario as plain values, and what each activity of the log is called in it."""

    document: dict[str, Any]
    names: Names


def write_document(fitted: Fitted, *, name: str, per_year: float | None = None) -> Written:
    """Write what was read off a log as a scenario.

    Parameters
    ----------
    fitted
        What was read.
    name
        The scenario's name.
    per_year
        How many cases a year arrive, where the user knows and the log does not.
    """
    log = fitted.log
    states = names_for(log.activities, taken=("arrival",))
    taken = [*states, "arrival"]
    before = names_for((f"before_{each}" for each in states), taken)
    ends = names_for(fitted.routing.ends, [*taken, *before])
    pools = names_for(pool.name for pool in fitted.pools)
    names = Names(tuple(states), tuple(before), tuple(ends), tuple(pools), fitted.asked)
    sources: dict[str, str] = {}
    document: dict[str, Any] = {
        "schema": 1,
        "name": name,
        "title": f"Calibrated on {log.source}",
        "question": f"What does the log {log.source} show, and what would be different if something changed?",
        "run": _run(fitted),
    }
    if fitted.country:
        country, _, part = fitted.country.partition("-")
        document["holidays"] = {"country": country} | ({"subdivision": part} if part else {})
    if calendars := _calendars(fitted, names):
        document["calendars"] = calendars
    if fitted.pools:
        document["resources"] = _resources(fitted, names, sources)
    document["streams"] = _streams(fitted, sources, per_year)
    remembers = any(timed.origin != ANY for step in fitted.steps for timed in step.before)
    if attributes := _attributes(fitted, names, sources, remembers):
        document["attributes"] = attributes
    document["pathway"] = {"states": _states(fitted, names, sources, remembers)}
    document["evidence"] = {"log": {"tag": "log", "says": said_of_log(fitted)}}
    document["sources"] = sources
    return Written(document, names)


def _attributes(fitted: Fitted, names: Names, sources: dict[str, str], remembers: bool) -> dict[str, Any]:
    """Write what is known of a patient: what the log says of cases, and the step before where times depend on it."""
    written: dict[str, Any] = {}
    for trait in fitted.traits:
        written[trait.name] = _attribute(trait)
        sources[f"attributes.{trait.name}"] = said_of_trait(trait, fitted)
    if remembers:
        values, draw = [NOT_YET, *names.states], {"value": NOT_YET}
        written[LAST] = {"title": "The step before", "kind": "category", "values": values, "draw": draw}
    return written


def _attribute(trait: Trait) -> dict[str, Any]:
    total = sum(count for _, count in trait.table)
    weights = [float(f"{count / total:.6g}") for _, count in trait.table]
    weights[weights.index(max(weights))] += 1 - sum(weights)
    weights = [float(f"{weight:.12g}") for weight in weights]
    if trait.values:
        draw = {"weights": dict(zip(trait.values, weights, strict=True))}
        return {"title": trait.title, "kind": "category", "values": list(trait.values), "draw": draw}
    numbers = [value for value, _ in trait.table]
    return {"title": trait.title, "kind": "integer", "draw": {"empirical": {"values": numbers, "weights": weights}}}


# ---------------------------------------------------------------- run, arrivals


def _run(fitted: Fitted) -> dict[str, Any]:
    last = datetime.fromtimestamp(int(fitted.everybody.arrived.max()), UTC).date()
    start = last + timedelta(days=7 - last.weekday()) if fitted.verdict.real else date(2027, 1, 4)
    weeks = min(LONGEST_FOLLOWED, ceil(fitted.longest_days / 7) + 1)
    settle = min(52, max(4, weeks)) if fitted.pools else 0
    return {
        "start": start,
        "warm_up": f"{settle} weeks",
        "length": "52 weeks",
        "follow_up": f"{weeks} weeks",
        "replications": 5,
        "seed": 1,
    }


def _streams(fitted: Fitted, sources: dict[str, str], per_year: float | None) -> dict[str, Any]:
    """Write one stream for each part of the day in which cases arrive evenly."""
    arrivals = fitted.arrivals
    total = sum(part.count for part in arrivals.parts)
    yearly = per_year if per_year is not None else arrivals.per_year
    streams: dict[str, Any] = {}
    for stream, part in zip(stream_names(fitted), arrivals.parts, strict=True):
        hours = f"{part.opens:02d}:00-{part.closes:02d}:00"
        streams[stream] = {
            "title": "Arrivals" if len(arrivals.parts) == 1 else f"Arrivals {hours}",
            "per_year": round(yearly * part.count / total, 2),
            "hours": hours,
            "weekdays": _weights(WEEKDAYS, arrivals.weekdays, arrivals.weekdays_used),
            "on_holidays": round(arrivals.on_holidays, 3),
        }
        if arrivals.months_used:
            streams[stream]["months"] = _weights(MONTHS, arrivals.months, True)
        sources[f"streams.{stream}"] = said_of_arrivals(fitted, part.count, total, per_year)
    return streams


def stream_names(fitted: Fitted) -> list[str]:
    """Name the streams: one a part of the day."""
    parts = fitted.arrivals.parts
    return ["arrivals"] if len(parts) == 1 else [f"arrivals_{part.opens:02d}_{part.closes:02d}" for part in parts]


def _weights(labels: Iterable[str], rates: tuple[Rate, ...], used: bool) -> dict[str, float]:
    mean = sum(rate.count for rate in rates) / max(1e-9, sum(rate.days for rate in rates))
    return {
        label: round(rate.per_day / mean, 4) if used and rate.days else 1
        for label, rate in zip(labels, rates, strict=True)
    }


# ---------------------------------------------------------------- resources


def _calendars(fitted: Fitted, names: Names) -> dict[str, Any]:
    return {
        f"{name}_hours": {
            "sessions": [_session(each) for each in pool.hours],
            "holidays": "closed" if pool.keeps_holidays else "open",
        }
        for name, pool in zip(names.pools, fitted.pools, strict=True)
        if pool.hours
    }


def _session(hours: Hours) -> dict[str, Any]:
    def clock(minute: int) -> str:
        return f"{minute // 60:02d}:{minute % 60:02d}"

    return {"days": [WEEKDAYS[day] for day in hours.weekdays], "hours": f"{clock(hours.opens)}-{clock(hours.closes)}"}


def _resources(fitted: Fitted, names: Names, sources: dict[str, str]) -> dict[str, Any]:
    resources: dict[str, Any] = {}
    for name, pool in zip(names.pools, fitted.pools, strict=True):
        title = pool.name if pool.has_own_name else f"Places for {pool.name}"
        resources[name] = {"title": title, "capacity": max(1, pool.most)}
        if pool.hours:
            resources[name]["calendar"] = f"{name}_hours"
            sources[f"calendars.{name}_hours"] = said_of_hours(pool)
        sources[f"resources.{name}"] = (
            f"log: the most in use at once, a lower bound of what there is at its fullest; {pool.starts:,} starts"
            + ("" if pool.hours else f"; {said_of_no_hours(pool)}")
        )
    return resources


# ---------------------------------------------------------------- states


def _states(fitted: Fitted, names: Names, sources: dict[str, str], remembers: bool) -> dict[str, Any]:
    ways = _ways(fitted, names)
    has_time_before = {step.activity for step in fitted.steps if step.before and step.knows_starts}
    way_to = [
        names.before[code] if code in has_time_before else names.states[code] for code in range(len(names.states))
    ]
    tables: dict[int, list[Table]] = {}
    for table in fitted.routing.tables:
        tables.setdefault(table.origin, []).append(table)
    states: dict[str, Any] = {}
    streams = stream_names(fitted)
    for stream in streams:
        start = "arrival" if len(streams) == 1 else f"arrival_{stream.removeprefix('arrivals_')}"
        states[start] = {
            "kind": "start",
            "title": "Arrival",
            "stream": stream,
        } | _onward(tables[ARRIVAL], ways, way_to, names)
        key = "rules" if "rules" in states[start] else "to"
        sources[f"pathway.states.{start}.{key}"] = said_of_routing(tables[ARRIVAL], fitted)
    loops = _loops(fitted)
    for step in fitted.steps:
        state = names.states[step.activity]
        if step.activity in has_time_before:
            states[names.before[step.activity]] = {
                "kind": "delay",
                "title": f"Until {fitted.log.activities[step.activity]} "
                f"{'is asked for' if step.knows_requests else 'begins'}",
                "duration": draws(step.before, names),
                "to": state,
            }
            sources[f"pathway.states.{names.before[step.activity]}.duration"] = said_of_times(step.before, names)
        states[state] = _state(fitted, step, names, loops)
        if said := said_of_times(step.lasting if step.knows_starts else step.before, names):
            sources[f"pathway.states.{state}.duration"] = said
        else:
            sources[f"pathway.states.{state}.duration"] = "log: never later than what came before"
        if remembers:
            states[state]["set"] = {LAST: state}
        states[state] |= _onward(tables.get(step.activity, []), ways, way_to, names)
        sources[f"pathway.states.{state}.{'rules' if 'rules' in states[state] else 'to'}"] = said_of_routing(
            tables.get(step.activity, []), fitted
        )
    used = {branch.target for table in fitted.routing.tables for branch in table.branches}
    fallback = not all(tables.get(step.activity) for step in fitted.steps)
    for number, (end, label) in enumerate(zip(names.ends, fitted.routing.ends, strict=True)):
        if len(names.states) + number in used or (fallback and number == 0):
            title = {OVER: "The case is over", NOTHING: "Nothing more is recorded"}.get(label, label)
            states[end] = {"kind": "end", "title": title}
    return states


def _ways(fitted: Fitted, names: Names) -> tuple[str, ...]:
    return (*names.states, *names.ends)


def _loops(fitted: Fitted) -> frozenset[int]:
    """Give the activities that a patient may come back to."""
    import networkx as nx

    graph = nx.DiGraph()
    activities = len(fitted.log.activities)
    for table in fitted.routing.tables:
        graph.add_edges_from((table.origin, branch.target) for branch in table.branches if branch.target < activities)
    on_loops = (part for part in nx.strongly_connected_components(graph) if len(part) > 1)
    return frozenset({code for part in on_loops for code in part} | set(nx.nodes_with_selfloops(graph)))


def _state(fitted: Fitted, step: Step, names: Names, loops: frozenset[int]) -> dict[str, Any]:
    title = fitted.log.activities[step.activity]
    times = step.lasting if step.knows_starts else step.before
    duration: Any = draws(times, names) if times else A_MINUTE if step.activity in loops else "0 min"
    if not fitted.is_served(step.activity):
        return {"kind": "delay", "title": title, "duration": duration}
    needs = {
        name: pool.units[step.activity]
        for name, pool in zip(names.pools, fitted.pools, strict=True)
        if step.activity in pool.units
    }
    return {"kind": "activity", "title": title, "duration": duration, "needs": needs}


def _onward(tables: list[Table], ways: tuple[str, ...], way_to: list[str], names: Names) -> dict[str, Any]:
    if not tables:  # never seen to go anywhere before the log was closed
        return {"to": names.ends[0]}
    if len(tables) == 1:
        return {"to": _to(tables[0], ways, way_to)}
    rows: list[dict[str, Any]] = [
        {"when": [names.ask(each) for each in table.questions], "to": _to(table, ways, way_to)} for table in tables
    ]
    del rows[-1]["when"]  # the last row takes all the rest
    return {"rules": rows}


def _to(table: Table, ways: tuple[str, ...], way_to: list[str]) -> Any:
    places = [
        way_to[branch.target] if branch.target < len(way_to) else ways[branch.target] for branch in table.branches
    ]
    if len(places) == 1:
        return places[0]
    weights: dict[str, Any] = {
        place: float(f"{branch.share:.6g}") for place, branch in zip(places, table.branches, strict=True)
    }
    weights[places[0]] = "rest"  # the commonest, so that rounding matters least
    return weights
