"""From a scenario to a plan: names become indices, records become rows of arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx as nx
import numpy as np

from pathway.clock import MINUTES_PER_DAY, DaysOff, Timeline, days_off, expected_arrivals
from pathway.graph import Activity, AnyState, Delay, Draw, End, Fork, Join, Row, Setting, Start, giving_way
from pathway.plan.calendars import (
    Roster,
    joint_sessions_of,
    needs_of,
    rosters_of,
    timeline_of,
    with_what_follows,
)
from pathway.plan.lists import lists_of
from pathway.plan.names import Names
from pathway.plan.present import present_of
from pathway.plan.records import (
    BY_SINCE,
    BY_VISITS,
    KINDS,
    NO,
    STREAM,
    Attributes,
    Capacity,
    Needs,
    Plan,
    Resources,
    Settings,
    States,
    Streams,
)
from pathway.plan.tables import DrawTables
from pathway.sampling.keyed import (
    ATTRIBUTE,
    BREAKDOWN,
    DURATION,
    HARM,
    HOLD,
    PATIENCE,
    PRIORITY,
    REBOOK,
    REPAIR,
    ROUTE,
    SETTING,
    SHORT_NOTICE,
    key_of,
)
from pathway.scenario import Scenario, list_of, slot_minutes
from pathway.scenario.records import Resource


def compile_plan(scenario: Scenario) -> Plan:
    """Compile a scenario for the engines.

    >>> from pathway.scenario import load_scenario
    >>> compile_plan(load_scenario("mmc")).state_names
    ('arrival', 'done', 'service')
    """
    rosters = rosters_of(scenario)
    names = Names(
        states=_codes(scenario.pathway.states),
        streams=_codes(scenario.streams),
        resources=_codes(rosters),
        attributes=_codes({*scenario.pathway.attributes, STREAM}),
        deadlines=_codes(scenario.pathway.deadlines),
    )
    tables = DrawTables(names.states, names.attributes)
    attributes = _attributes(scenario, names, tables)
    settings, set_start = _settings(scenario, names, tables)
    needs, need_start = _needs(scenario, names, tables)
    states = _states(scenario, names, tables, rosters, {"need_start": need_start, "set_start": set_start})
    resources = _resources(scenario, names, tables, rosters)
    timeline = timeline_of(scenario)
    seen = with_what_follows(timeline, scenario)
    off = days_off(scenario.holidays, *seen.years)
    return Plan(
        scenario=scenario.name,
        state_names=tuple(names.states),
        stream_names=tuple(names.streams),
        resource_names=tuple(names.resources),
        attribute_names=tuple(names.attributes),
        categories=tuple(_categories(scenario, name) for name in names.attributes),
        deadline_names=tuple(names.deadlines),
        origin=timeline.origin,
        warm_up=timeline.warm_up,
        length=timeline.length,
        follow_up=timeline.follow_up,
        seed=scenario.run.seed,
        strict=scenario.run.queue == "strict",
        draws=tables.finish(),
        states=states,
        needs=needs,
        settings=settings,
        capacity=_capacity(rosters),
        streams=_streams(scenario, names, timeline, off),
        attributes=attributes,
        lists=lists_of(scenario, names, rosters, seen, off),
        resources=resources,
        present=present_of(scenario, timeline, names),
    )


def _codes(names: Iterable[str]) -> dict[str, int]:
    return {name: code for code, name in enumerate(sorted(names))}


def _starts(lengths: Iterable[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.cumsum([0, *lengths], dtype=np.int64)


def _categories(scenario: Scenario, name: str) -> tuple[str, ...]:
    return tuple(sorted(scenario.streams)) if name == STREAM else scenario.pathway.attributes[name].values


def _dependent_order(draws: Mapping[str, Draw | None]) -> list[str]:
    """Order attributes so that each is drawn after those its rows ask about; ties by name."""
    asks: nx.DiGraph[str] = nx.DiGraph()
    asks.add_nodes_from(draws)
    for name, draw in draws.items():
        for comparison in (c for row in (draw.rows if draw else ()) for c in row.when):
            others = {comparison.name if comparison.left == "attribute" else None, comparison.right}
            asks.add_edges_from((other, name) for other in others if other in draws and other != name)
    return list(nx.lexicographical_topological_sort(asks))


def _attributes(scenario: Scenario, names: Names, tables: DrawTables) -> Attributes:
    known = {name: a for name, a in scenario.pathway.attributes.items() if name != STREAM}
    deadlines = scenario.pathway.deadlines
    order = _dependent_order({name: attribute.draw for name, attribute in known.items()})
    draws = np.full(len(names.attributes), NO, np.int64)
    for name in order:
        draws[names.attributes[name]] = tables.add(known[name].draw, f"attribute {name}", ATTRIBUTE)
    armed = [[code for d, code in names.deadlines.items() if deadlines[d].attribute == a] for a in names.attributes]
    return Attributes(
        draw=draws,
        order=np.array([names.attributes[name] for name in order], np.int64),
        deadline_start=_starts(map(len, armed)),
        deadline=np.array([code for codes in armed for code in codes], np.int64),
        deadline_to=np.array([names.states[deadlines[d].to] for d in names.deadlines], np.int64),
    )


def _settings(scenario: Scenario, names: Names, tables: DrawTables) -> tuple[Settings, Any]:
    rows: list[tuple[int, int, int]] = []
    lengths = []
    for name in names.states:
        ordered = _ordered_settings(scenario.pathway.states[name].sets)
        lengths.append(len(ordered))
        for setting in ordered:
            draw = tables.add(setting.draw, f"{name} sets {setting.attribute}", SETTING)
            rows.append((names.attributes[setting.attribute], draw, setting.add))
    table = np.array(rows, np.int64).reshape(-1, 3)
    return Settings(attribute=table[:, 0], draw=table[:, 1], add=table[:, 2]), _starts(lengths)


def _ordered_settings(settings: Sequence[Setting]) -> list[Setting]:
    """Additions first, then draws in an order in which each sees what it asks about."""
    added = sorted((s for s in settings if s.draw is None), key=lambda s: s.attribute)
    drawn = {s.attribute: s for s in settings if s.draw is not None}
    order = _dependent_order({name: setting.draw for name, setting in drawn.items()})
    return added + [drawn[name] for name in order]


def _needs(scenario: Scenario, names: Names, tables: DrawTables) -> tuple[Needs, Any]:
    by_state = [needs_of(scenario.pathway.states[name]) for name in names.states]
    flat = [(state, need) for state, needs in zip(names.states, by_state, strict=True) for need in needs]
    holds = [tables.add(need.hold, f"{state} holds {need.role}", HOLD) for state, need in flat]
    needs = Needs(
        units=np.array([need.units for _, need in flat], np.int64),
        hold=np.array(holds, np.int64),
        turnover=np.array([need.turnover for _, need in flat], np.int64),
        hold_until=np.array([names.states[n.hold_until] if n.hold_until else NO for _, n in flat], np.int64),
        alternative_start=_starts(len(need.any_of) for _, need in flat),
        alternative=np.array([names.resources[r] for _, need in flat for r in need.any_of], np.int64),
    )
    return needs, _starts(map(len, by_state))


def _resources(scenario: Scenario, names: Names, tables: DrawTables, rosters: Mapping[str, Roster]) -> Resources:
    """Say of every resource what it has beyond its roster; a meeting has nothing."""
    breaking, works, repair = [], [], []
    for name in names.resources:
        resource = scenario.resources.get(name)
        breakdown = resource.breakdown if resource else None
        site = f"{name} breaks down"
        breaking.append(int(rosters[name].units.max(initial=0)) if breakdown else 0)
        works.append(tables.add(Draw((Row((), breakdown.after),)), site, BREAKDOWN) if breakdown else NO)
        repair.append(tables.add(Draw((Row((), breakdown.repair),)), site, REPAIR) if breakdown else NO)
    windows = [_discharge(scenario.resources.get(name)) for name in names.resources]
    columns = (breaking, works, repair, [opens for opens, _ in windows], [minutes for _, minutes in windows])
    return Resources(*(np.array(column, np.int64) for column in columns))


def _discharge(resource: Resource | None) -> tuple[int, int]:
    """Give from which minute of the day on, and for how many, patients may go home."""
    opens, closes = (resource.discharge if resource else None) or (0, MINUTES_PER_DAY)
    return opens, closes - opens if closes > opens else closes - opens + MINUTES_PER_DAY


def _capacity(rosters: Mapping[str, Roster]) -> Capacity:
    ordered = [rosters[name] for name in sorted(rosters)]
    empty = np.zeros(0, np.int64)
    return Capacity(
        step_start=_starts(roster.time.size for roster in ordered),
        time=np.concatenate([empty, *(roster.time for roster in ordered)]),
        units=np.concatenate([empty, *(roster.units for roster in ordered)]),
        reserved=np.concatenate([empty, *(roster.reserved for roster in ordered)]),
    )


def _streams(scenario: Scenario, names: Names, timeline: Timeline, off: DaysOff) -> Streams:
    starts = {s.stream: name for name, s in scenario.pathway.states.items() if isinstance(s, Start)}
    rates = [expected_arrivals(scenario.streams[name], timeline, off) for name in names.streams]
    return Streams(
        key=np.array([key_of(f"stream {name}") for name in names.streams], np.uint64),
        state=np.array([names.states[starts[name]] for name in names.streams], np.int64),
        rate_start=_starts(time.size for time, _ in rates),
        rate_time=np.concatenate([time for time, _ in rates]),
        rate_cumulative=np.concatenate([cumulative for _, cumulative in rates]),
    )


def _states(
    scenario: Scenario, names: Names, tables: DrawTables, rosters: Mapping[str, Roster], starts: Mapping[str, Any]
) -> States:
    records = [scenario.pathway.states[name] for name in names.states]
    columns = [_state_row(state, names, tables) | _booking(state, scenario, names, tables) for state in records]
    sessions = [_sessions_of(state, row, rosters) for state, row in zip(records, columns, strict=True)]
    forks = [tuple(names.states[b] for b in s.branches) if isinstance(s, Fork) else () for s in records]
    joining = {s.join: len(s.branches) for s in records if isinstance(s, Fork)}
    visits, dates = _remembered(records, names, tables)
    fields = {key: np.array([row[key] for row in columns]) for key in columns[0]}
    learning = [state.learning if isinstance(state, Activity) else () for state in records]
    empty = np.zeros(0, np.int64)
    displaced = giving_way(scenario.pathway)
    return States(
        **fields,
        **starts,
        branch_start=_starts(map(len, forks)),
        branch=np.array([branch for branches in forks for branch in branches], np.int64),
        branches=np.array([joining.get(s.name, 0) if isinstance(s, Join) else 0 for s in records], np.int64),
        session_start=_starts(opens.size for opens, _ in sessions),
        opens=np.concatenate([opens for opens, _ in sessions]),
        closes=np.concatenate([closes for _, closes in sessions]),
        counts_visits=visits,
        keeps_date=dates,
        learning_start=_starts(map(len, learning)),
        learning_until=np.concatenate([empty, *(np.cumsum([row.uses for row in rows]) for rows in learning if rows)]),
        learning_longer=np.array([row.longer for rows in learning for row in rows], np.float64),
        preempts=np.array([int(isinstance(s, Activity) and s.preempt) for s in records], np.int64),
        gives_way=np.array([int(s.name in displaced) for s in records], np.int64),
    )


def _state_row(state: AnyState, names: Names, tables: DrawTables) -> dict[str, int | float]:
    """Give a state's entries in the arrays of `States`."""
    row: dict[str, int | float] = dict.fromkeys(_INDICES, NO) | dict.fromkeys(_COUNTS, 0) | dict.fromkeys(_SHARES, 0.0)
    row["kind"] = KINDS.index(type(state).__name__.lower())
    if not isinstance(state, Fork | End):
        row["route"] = tables.add_rules(state.rules, state.name, ROUTE)
    if isinstance(state, Fork):
        row["join"] = names.states[state.join]
    if isinstance(state, Activity | Delay):
        row["duration"] = tables.add(state.duration, state.name, DURATION)
    if isinstance(state, Delay) and state.until:
        row |= {"until_state": names.states[state.until.state], "until_minutes": state.until.minutes}
        row["until_weekday"] = names.states[state.until.weekday_of] if state.until.weekday_of else NO
    if isinstance(state, Activity):
        row |= _activity_row(state, names, tables)
    return row


_INDICES = (
    "duration", "until_state", "until_weekday", "route", "priority", "no_show_rebook", "cancelled_rebook", "patience",
    "patience_to", "join", "harm", "harm_to",
)  # fmt: skip
_COUNTS = (
    "until_minutes", "planned", "fits", "overrun", "notice", "no_show_lost", "cancelled_lost",
    "ageing_every", "ageing_to",
)  # fmt: skip
_SHARES = ("no_show", "cancelled", "deferral")


def _activity_row(state: Activity, names: Names, tables: DrawTables) -> dict[str, int | float]:
    row: dict[str, int | float] = {
        "priority": tables.add(state.priority, state.name, PRIORITY),
        "planned": state.planned,
        "fits": int(state.fits or state.meeting is not None),
        "overrun": state.overrun,
        "notice": state.notice,
        "deferral": state.meeting.deferral if state.meeting else 0.0,
    }
    if state.ageing:
        row |= {"ageing_every": state.ageing.every, "ageing_to": state.ageing.to}
    for kind, failure in (("no_show", state.no_show), ("cancelled", state.cancelled)):
        if failure:
            rebook = tables.add(failure.rebook, f"{state.name} {kind}", REBOOK)
            row |= {kind: failure.share, f"{kind}_lost": int(failure.slot == "lost"), f"{kind}_rebook": rebook}
    if state.harm:
        row |= {
            "harm": tables.add(state.harm.after, state.name, HARM),
            "harm_to": names.states[state.harm.to],
        }
    if state.leaves:
        row |= {
            "patience": tables.add(state.leaves.after, state.name, PATIENCE),
            "patience_to": names.states[state.leaves.to],
        }
    return row


def _booking(state: AnyState, scenario: Scenario, names: Names, tables: DrawTables) -> dict[str, int | float]:
    """Give the entries of an activity that stands on booked lists (whose rules its resource states), or bumps."""
    row: dict[str, int | float] = {"listed": NO, "slot": 0, "short_notice": NO, "emergency": 0}
    if not isinstance(state, Activity):
        return row
    row["emergency"] = int(state.emergency)
    on = list_of(state, scenario.resources)
    lists = scenario.resources[on].lists if on else None
    if lists is None:
        return row
    row |= {"listed": names.resources[on], "slot": slot_minutes(state, on)}
    row |= {"fits": 1, "overrun": lists.overrun, "notice": 0}
    row["short_notice"] = tables.add(state.short_notice, state.name, SHORT_NOTICE)
    return row


def _sessions_of(state: AnyState, row: Mapping[str, int | float], rosters: Mapping[str, Roster]) -> tuple[Any, Any]:
    """Give the sessions of an activity that must wait for one to open: by its notice, or when deferred."""
    none = np.zeros(0, np.int64)
    if row["notice"] or row["deferral"]:  # which what is booked on lists has not
        return joint_sessions_of(needs_of(state), rosters)
    return none, none


def _remembered(records: Sequence[AnyState], names: Names, tables: DrawTables) -> tuple[Any, Any]:
    """Flag the states whose completed visits, or whose last end, some rule asks about."""
    visits, dates = np.zeros((2, len(records)), np.int64)
    visits[tables.states_asked(BY_VISITS)] = 1
    dates[tables.states_asked(BY_SINCE)] = 1
    untils = [s.until for s in records if isinstance(s, Delay) and s.until]
    asked = [name for until in untils for name in (until.state, until.weekday_of) if name]
    dates[[names.states[name] for name in asked]] = 1
    return visits, dates
