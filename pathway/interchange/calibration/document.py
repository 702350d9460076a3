"""The scenario that a log gives: states, times, arrivals and capacity, and of every number where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

from pathway.interchange.calibration.arriving import Rate
from pathway.interchange.calibration.families import Fit
from pathway.interchange.calibration.fitted import Fitted
from pathway.interchange.calibration.naming import names_for
from pathway.interchange.calibration.opening import Hours, Pool
from pathway.interchange.calibration.routing import ARRIVAL, NOTHING, OVER, Branch, Table
from pathway.interchange.calibration.splitting import Question
from pathway.interchange.calibration.timing import ANY, Step, Timed
from pathway.interchange.observed import UNKNOWN

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LAST = "last_step"  # an attribute: the step a patient has just left
NOT_YET = "nothing_yet"
PLAIN = frozenset({"shape", "sigma"})
LONGEST_FOLLOWED = 104  # weeks
A_MINUTE = "1 min"  # the least a step with a time lasts


@dataclass(frozen=True)
class Names:
    """What everything of the log is called in the scenario."""

    states: tuple[str, ...]  # by activity
    before: tuple[str, ...]  # the time before each is asked for
    ends: tuple[str, ...]
    pools: tuple[str, ...]


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
    names = Names(tuple(states), tuple(before), tuple(ends), tuple(names_for(pool.name for pool in fitted.pools)))
    sources: dict[str, str] = {}
    document: dict[str, Any] = {
        "schema": 1,
        "name": name,
        "title": f"Calibrated on {log.source}",
        "question": f"What does the log {log.source} show, and what would be different if something changed?",
        "run": _run(fitted),
    }
    if calendars := _calendars(fitted, names):
        document["calendars"] = calendars
    if fitted.pools:
        document["resources"] = _resources(fitted, names, sources)
    document["streams"] = _streams(fitted, sources, per_year)
    remembers = any(timed.origin != ANY for step in fitted.steps for timed in step.before)
    if remembers:
        values = [NOT_YET, *names.states]
        draw = {"value": NOT_YET}
        document["attributes"] = {
            LAST: {"title": "The step before", "kind": "category", "values": values, "draw": draw}
        }
    document["pathway"] = {"states": _states(fitted, names, sources, remembers)}
    document["evidence"] = {"log": {"tag": "log", "says": _says(fitted)}}
    document["sources"] = sources
    return Written(document, names)


def _says(fitted: Fitted) -> str:
    everybody, log = fitted.everybody, fitted.log
    return (
        f"{everybody.source} (SHA-256 {everybody.digest or 'not known'}): {everybody.cases:,} cases, "
        f"{everybody.rows:,} rows; "
        f"{log.cases:,} cases fitted, {everybody.cases - log.cases:,} held out"
    )


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
            "on_holidays": 1,
        }
        if arrivals.months_used:
            streams[stream]["months"] = _weights(MONTHS, arrivals.months, True)
        sources[f"streams.{stream}"] = _said_of_arrivals(fitted, part.count, total, per_year)
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


def _said_of_arrivals(fitted: Fitted, count: int, total: int, per_year: float | None) -> str:
    arrivals = fitted.arrivals
    low, high = (each * 365.25 for each in arrivals.overall.interval)
    share = f"; {count:,} of {total:,} cases in these hours" if len(arrivals.parts) > 1 else ""
    flat = [
        *([] if arrivals.weekdays_used else
            [f"weekdays flat (p {arrivals.p_weekday:.2g})"
             if arrivals.identifiable else "weekdays flat, as the log cannot tell"]),
        *([] if arrivals.months_used else ["months flat"
             if arrivals.overall.days >= 730 else "months flat, as the log cannot tell"]),
    ]  # fmt: skip
    if per_year is not None:
        return f"assumption: {per_year:g} a year were said when the log was calibrated{share}; {', '.join(flat)}"
    if not arrivals.identifiable:
        return (
            f"assumption: not identifiable, as dates were shifted case by case; {total:,} cases in the "
            f"{arrivals.overall.days:,.0f} days "
            f"the file spans, to be replaced by what is known{share}; {', '.join(flat)}"
        )
    seen = (
        f"log: {arrivals.overall.count:,} arrivals in {arrivals.overall.days:,.1f} days, {low:,.0f} to "
        f"{high:,.0f} a year (95 %)"
    )
    return "; ".join([seen + share, *flat])


# ---------------------------------------------------------------- resources


def _calendars(fitted: Fitted, names: Names) -> dict[str, Any]:
    return {
        f"{name}_hours": {"sessions": [_session(each) for each in pool.hours], "holidays": "open"}
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
            sources[f"calendars.{name}_hours"] = _said_of_hours(pool)
        sources[f"resources.{name}"] = (
            f"log: the most in use at once, a lower bound of what there is; {pool.starts:,} starts"
            + ("" if pool.hours else "; starts are spread over the whole week, or too few to tell hours")
        )
    return resources


def _said_of_hours(pool: Pool) -> str:
    stray = f"; {pool.stray:,} at other hours" if pool.stray else ""
    return f"log: from the first to the last start in hours with starts, a lower bound; {pool.starts:,} starts{stray}"


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
            "to": _to(tables[ARRIVAL][0], ways, way_to),
        }
        sources[f"pathway.states.{start}.to"] = _said_of_routing([tables[ARRIVAL][0]], fitted)
    loops = _loops(fitted)
    for step in fitted.steps:
        state = names.states[step.activity]
        if step.activity in has_time_before:
            states[names.before[step.activity]] = {
                "kind": "delay",
                "title": f"Until {fitted.log.activities[step.activity]} "
                f"{'is asked for' if step.knows_requests else 'begins'}",
                "duration": _draws(step.before, names),
                "to": state,
            }
            sources[f"pathway.states.{names.before[step.activity]}.duration"] = _said_of_times(step.before, names)
        states[state] = _state(fitted, step, names, loops)
        if said := _said_of_times(step.lasting if step.knows_starts else step.before, names):
            sources[f"pathway.states.{state}.duration"] = said
        else:
            sources[f"pathway.states.{state}.duration"] = "log: never later than what came before"
        if remembers:
            states[state]["set"] = {LAST: state}
        states[state] |= _onward(tables.get(step.activity, []), ways, way_to, names)
        sources[f"pathway.states.{state}.{'rules' if 'rules' in states[state] else 'to'}"] = _said_of_routing(
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
    duration: Any = _draws(times, names) if times else A_MINUTE if step.activity in loops else "0 min"
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
        {"when": [_asked(each, names) for each in table.questions], "to": _to(table, ways, way_to)} for table in tables
    ]
    del rows[-1]["when"]  # the last row takes all the rest
    return {"rules": rows}


def _asked(question: Question, names: Names) -> str:
    return f"visits({names.states[question.activity]}) {'>=' if question.yes else '<'} {question.times}"


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


# ---------------------------------------------------------------- times


def _draws(times: tuple[Timed, ...], names: Names) -> Any:
    """Write the times of a step: rows by what came before and how often the patient has been where."""
    if len(times) == 1 and (times[0].origin == ANY or True):
        return _written(times[0].fit)
    rows: list[dict[str, Any]] = []
    for timed in times:
        when = [] if timed.origin == ANY else [f"{LAST} == {_left(timed.origin, names)}"]
        when += [_asked(each, names) for each in timed.questions]
        written = _written(timed.fit)
        row: dict[str, Any] = {"when": when} if when else {}
        rows.append(row | (dict(written) if isinstance(written, Mapping) else {"value": written}))
    rows[-1].pop("when", None)
    return rows


def _left(origin: int, names: Names) -> str:
    return NOT_YET if origin == ARRIVAL else names.states[origin]


def _written(fit: Fit) -> Any:
    if fit.family == "constant":
        return say_minutes(max(1.0, fit.parameters["value"]))
    if fit.family == "empirical":
        values, weights = [value for value, _ in fit.table], [weight for _, weight in fit.table]
        if len(values) == 1:
            return say_minutes(values[0])
        shares = [float(f"{weight:.6g}") for weight in weights]
        shares[weights.index(max(weights))] += 1 - sum(shares)
        return {
            "empirical": {
                "values": [say_minutes(each) for each in values],
                "weights": [float(f"{each:.12g}") for each in shares],
            }
        }
    return {
        fit.family: {
            name: float(f"{value:.5g}") if name in PLAIN else say_minutes(value)
            for name, value in fit.parameters.items()
        }
    }


def say_minutes(minutes: float) -> str:
    """Write a time so that it can be read, and read back.

    >>> say_minutes(17), say_minutes(20160), say_minutes(100.123456)
    ('17 min', '14 days', '100.12 min')
    """
    for size, unit in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * size and minutes % size == 0:
            return f"{int(minutes // size)} {unit}"
    return f"{float(f'{minutes:.5g}'):.10g} min" if minutes % 1 else f"{int(minutes)} min"


# ---------------------------------------------------------------- sources


def _said_of_routing(tables: list[Table], fitted: Fitted) -> str:
    if not tables:
        return "assumption: never seen to go on before the log was closed"
    said = []
    labels = (*fitted.log.activities, *fitted.routing.ends)
    for table in tables:
        ways = ", ".join(_said_of(branch, labels) for branch in table.branches[:4])
        more = f" and {len(table.branches) - 4} more" if len(table.branches) > 4 else ""
        split = f" (told apart, p {table.p:.1g})" if table.questions else ""
        said.append(f"of {table.branches[0].of:,} seen to go on{split}: {ways}{more}")
    return "log: " + "; ".join(said) + "; intervals Clopper-Pearson, 95 %"


def _said_of(branch: Branch, labels: tuple[str, ...]) -> str:
    low, high = branch.interval
    return f"{labels[branch.target]} {branch.count:,} ({low:.3f} to {high:.3f})"


def _said_of_times(times: tuple[Timed, ...], names: Names) -> str:
    if not times:
        return ""
    parts = []
    for timed in times:
        after = (
            ""
            if timed.origin == ANY and len(times) == 1
            else f"after {'whatever else' if timed.origin == ANY else _left(timed.origin, names)}"
        )
        asked = "".join(f", {_asked(each, names)}" for each in timed.questions)
        parts.append(f"{after}{asked}{': ' if after else ''}{say_fit(timed.fit)}")
    return "log: " + "; ".join(parts)


def say_fit(fit: Fit) -> str:
    """Say of a fit how many times it rests on, what was chosen, and how well it does."""
    sample = fit.sample
    counted = f"{sample.n:,} times" + (f" and {sample.n_open:,} not over" if sample.n_open else "")
    if sample.at_once > 0:
        counted += f", {sample.at_once:.0%} at once"
    if fit.family == "constant":
        return f"{counted}, all the same"
    if fit.family == "empirical":
        why = f"no family fits (p {max(fit.rejected.values()):.2g} at best)" if fit.rejected else "as observed"
        return f"{counted}, {why}"
    low, high = fit.intervals["mean"]
    return (
        f"{counted}, {fit.family}, mean {say_minutes(round(low, 1))} to {say_minutes(round(high, 1))} (95 %), "
        f"KS {fit.distance:.3f}, p {fit.p:.2g}"
    )


__all__ = ["UNKNOWN", "Names", "Written", "say_fit", "say_minutes", "stream_names", "write_document"]
