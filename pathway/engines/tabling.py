"""A plan's arrays as Python lists, which one patient at a time reads faster than arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pathway.eventlog import CANCELLED, NO_SHOW
from pathway.plan.records import ACTIVITY, DELAY, JOIN, NO, STREAM, Plan


@dataclass(frozen=True, slots=True)
class Tables:
    """What the reference engine looks up: by state, by resource, by need, by attribute, by deadline."""

    kind: list[int]
    activities: list[int]
    delays: list[int]
    joins: list[int]
    # by state
    fits: list[bool]
    must_fit: list[int]  # minutes from the start a session must still hold
    planned: list[int]
    notice: list[int]
    opens: list[list[int]]  # when everything it needs has opened, and
    closes: list[list[int]]  # when something closes again
    lost: dict[int, list[int]]  # by outcome (no-show, cancelled): whether the slot is lost
    patience_to: list[int]
    until_state: list[int]
    until_minutes: list[int]
    until_weekday: list[int]
    counts_visits: list[int]
    keeps_date: list[int]
    branches: list[list[int]]
    branches_joining: list[int]
    needs: list[list[tuple[int, list[int]]]]  # (units, alternatives)
    first_need: list[int]
    plain: list[bool]  # one alternative each, all held exactly as long as the activity, which nobody displaces
    quick: list[bool]  # plain, and to be started as soon as the units are free
    fixed_needs: list[list[tuple[int, int]] | None]  # (resource, units) where there is nothing to choose or to keep
    implied: dict[int, list[tuple[int, int]]]  # what plain activities hold, by state
    settings: list[list[tuple[int, int, int]]]  # (attribute, draw, add)
    alone: list[bool]  # uses nothing that another activity may use
    marking: list[bool]  # leaving it changes something that is kept of the patient
    turnover: list[int]  # by need
    # by resource
    times: list[list[int]]
    units: list[list[int]]  # free of meetings
    users: list[list[int]]  # activities that may use it
    change_times: list[int]
    changing: list[list[int]]  # resources that change at each of change_times
    deadlines: list[list[int]]  # by attribute
    deadline_to: list[int]
    attributes: int  # how many
    stream_attribute: int
    starting: list[int]  # by stream
    listed: list[int]  # by state: the resource on whose lists it is booked
    slot: list[int]
    booked: list[int]  # states with lists
    bumping: list[bool]  # an emergency
    has_lists: list[bool]  # by resource
    discharge_from: list[int]  # by resource: minute of the day from which one may go,
    discharge_for: list[int]  # and for how many minutes
    ages: list[bool]  # by state: whether the priority of its requests rises with waiting
    ageing_every: list[int]
    ageing_to: list[int]
    harm_to: list[int]
    hold_until: list[int]  # by need: the activity whose start ends the hold
    awaited: list[bool]  # by state: its start ends such a hold
    preempts: list[bool]  # by state: it displaces others, or
    gives_way: list[bool]  # can be displaced
    watched: list[int]  # states that can be


def tables_of(plan: Plan) -> Tables:
    """Lay a plan out as lists."""
    states, count = plan.states, len(plan.state_names)
    needs = _needs(plan)
    plain = [_is_plain(plan, state, needs[state]) for state in range(count)]
    quick = [plain[state] and not states.fits[state] and not plan.strict for state in range(count)]
    settings, users = _settings(plan), _users(needs, len(plan.resource_names))
    times, units = _steps(plan)
    change_times, changing = _changes(times, plan.horizon)
    return Tables(
        kind=states.kind.tolist(),
        activities=np.flatnonzero(states.kind == ACTIVITY).tolist(),
        delays=np.flatnonzero(states.kind == DELAY).tolist(),
        joins=np.flatnonzero(states.kind == JOIN).tolist(),
        fits=(states.fits == 1).tolist(),
        must_fit=(states.planned - states.overrun).tolist(),
        planned=states.planned.tolist(),
        notice=states.notice.tolist(),
        opens=_rows(states.session_start, states.opens),
        closes=_rows(states.session_start, states.closes),
        lost={NO_SHOW: states.no_show_lost.tolist(), CANCELLED: states.cancelled_lost.tolist()},
        patience_to=states.patience_to.tolist(),
        until_state=states.until_state.tolist(),
        until_minutes=states.until_minutes.tolist(),
        until_weekday=states.until_weekday.tolist(),
        counts_visits=states.counts_visits.tolist(),
        keeps_date=states.keeps_date.tolist(),
        branches=_rows(states.branch_start, states.branch),
        branches_joining=states.branches.tolist(),
        needs=needs,
        first_need=states.need_start[:-1].tolist(),
        plain=plain,
        quick=quick,
        fixed_needs=[None if plan.strict or _chooses(row) else _firsts(row) for row in needs],
        implied={state: _firsts(needs[state]) for state in range(count) if plain[state] and needs[state]},
        settings=settings,
        alone=_alone(needs, users),
        marking=[
            bool(s) or bool(c) or bool(d)
            for s, c, d in zip(settings, states.counts_visits, states.keeps_date, strict=True)
        ],
        turnover=plan.needs.turnover.tolist(),
        times=times,
        units=units,
        users=users,
        change_times=change_times,
        changing=changing,
        deadlines=_rows(plan.attributes.deadline_start, plan.attributes.deadline),
        deadline_to=plan.attributes.deadline_to.tolist(),
        attributes=len(plan.attribute_names),
        stream_attribute=plan.attribute_names.index(STREAM),
        starting=plan.streams.state.tolist(),
        listed=states.listed.tolist(),
        slot=states.slot.tolist(),
        booked=np.flatnonzero(states.listed != NO).tolist(),
        bumping=(states.emergency == 1).tolist(),
        has_lists=(plan.lists.booked == 1).tolist(),
        discharge_from=plan.resources.discharge_from.tolist(),
        discharge_for=plan.resources.discharge_for.tolist(),
        ages=(states.ageing_every > 0).tolist(),
        ageing_every=states.ageing_every.tolist(),
        ageing_to=states.ageing_to.tolist(),
        harm_to=states.harm_to.tolist(),
        hold_until=plan.needs.hold_until.tolist(),
        awaited=np.isin(np.arange(count), plan.needs.hold_until).tolist(),
        preempts=(states.preempts == 1).tolist(),
        gives_way=(states.gives_way == 1).tolist(),
        watched=np.flatnonzero(states.gives_way).tolist(),
    )


def _rows(starts: np.ndarray[Any, Any], flat: np.ndarray[Any, Any]) -> list[list[int]]:
    return [flat[first:last].tolist() for first, last in zip(starts, starts[1:], strict=False)]


def _needs(plan: Plan) -> list[list[tuple[int, list[int]]]]:
    alternatives = _rows(plan.needs.alternative_start, plan.needs.alternative)
    units = plan.needs.units.tolist()
    starts = plan.states.need_start.tolist()
    spans = zip(starts, starts[1:], strict=False)
    return [[(units[need], alternatives[need]) for need in range(first, last)] for first, last in spans]


def _firsts(needs: Sequence[tuple[int, list[int]]]) -> list[tuple[int, int]]:
    return [(alternatives[0], units) for units, alternatives in needs]


def _is_plain(plan: Plan, state: int, needs: Sequence[tuple[int, list[int]]]) -> bool:
    span = slice(plan.states.need_start[state], plan.states.need_start[state + 1])
    held_apart = (plan.needs.hold[span] != NO).any() or plan.needs.turnover[span].any()
    held_beyond = (plan.needs.hold_until[span] != NO).any()
    return not (held_apart or held_beyond or plan.states.gives_way[state] or _chooses(needs))


def _chooses(needs: Sequence[tuple[int, list[int]]]) -> bool:
    """Say whether what an activity takes depends on what is free: alternatives, or one resource needed twice."""
    resources = [resource for _, alternatives in needs for resource in alternatives]
    return len(resources) > len(needs) or len(set(resources)) < len(resources)


def _settings(plan: Plan) -> list[list[tuple[int, int, int]]]:
    settings, starts = plan.settings, plan.states.set_start
    columns = settings.attribute.tolist(), settings.draw.tolist(), settings.add.tolist()
    rows = list(zip(*columns, strict=True))
    return [rows[first:last] for first, last in zip(starts, starts[1:], strict=False)]


def _steps(plan: Plan) -> tuple[list[list[int]], list[list[int]]]:
    starts, capacity = plan.capacity.step_start, plan.capacity
    return _rows(starts, capacity.time), _rows(starts, capacity.units - capacity.reserved)


def _changes(times: Sequence[Sequence[int]], horizon: int) -> tuple[list[int], list[list[int]]]:
    at: dict[int, list[int]] = {}
    for resource, steps in enumerate(times):
        for minute in steps:
            at.setdefault(minute, []).append(resource)
    moments = sorted(minute for minute in at if minute < horizon)
    return moments, [at[minute] for minute in moments]


def _users(needs: Sequence[Sequence[tuple[int, list[int]]]], resources: int) -> list[list[int]]:
    users: list[list[int]] = [[] for _ in range(resources)]
    for state, rows in enumerate(needs):
        for resource in {resource for _, alternatives in rows for resource in alternatives}:
            users[resource].append(state)
    return users


def _alone(needs: Sequence[Sequence[tuple[int, list[int]]]], users: Sequence[Sequence[int]]) -> list[bool]:
    """Flag the activities that use nothing another one may use."""
    return [all(len(users[resource]) == 1 for _, alternatives in rows for resource in alternatives) for rows in needs]
