"""Laying a plan out as the records that compiled code reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from pathway.engines.compiled import records
from pathway.engines.compiled.agenda import LATEST
from pathway.engines.compiled.memory import Tables, described
from pathway.errors import EngineError
from pathway.eventlog import COMPLETED, NONE, OPEN
from pathway.plan.records import ACTIVITY, JOIN, NO, STREAM, Plan
from pathway.sampling.keyed import CONSTANT, key_of

Ints = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, eq=False)
class Model:
    """A plan laid out: its tables, and the one record that leads compiled code to them."""

    tables: Tables
    record: Any

    @property
    def address(self) -> int:
        """Where the record lies."""
        return int(self.record.ctypes.data)

    def count(self, name: str) -> int:
        """Give one of the record's numbers."""
        return int(self.record[name][0])


@lru_cache(maxsize=8)
def model_of(plan: Plan) -> Model:
    """Lay a plan out; kept for the next replication of the same plan."""
    if plan.horizon >= LATEST:
        raise EngineError(f"a run of {plan.horizon} minutes is longer than the compiled engine can count")
    tables = _tables(plan)
    return Model(tables, described(records.MODEL, _counts(plan), tables))


def _counts(plan: Plan) -> dict[str, int]:
    armed = np.diff(plan.attributes.deadline_start)
    deadlines, states = plan.attributes.deadline_to.size, len(plan.state_names)
    kept = int((plan.needs.hold_until != NO).sum())
    set_off = int(armed.sum() + armed[plan.settings.attribute].sum())  # by an arrival, and by leaving every state once
    return {
        "seed": plan.seed,
        "horizon": plan.horizon,
        "strict": int(plan.strict),
        "leaving": int(deadlines > 0),
        "stream_attribute": plan.attribute_names.index(STREAM),
        "room_rows": (deadlines + 1) * states + 1,
        "room_lists": 6 if (plan.states.listed != NO).any() else 0,
        "ageing": int(plan.states.ageing_every.any()),
        "room_events": (deadlines + 1) * (5 * states + set_off + kept) + 1,
        "room_holds": int(np.diff(plan.states.need_start).max(initial=0)) + 1 + kept,
        "displacing": int(plan.states.gives_way.any()),
        "watchful": int(plan.strict or plan.states.gives_way.any()),
        "piece": records.PIECE_NEEDS + int(np.diff(plan.states.need_start).max(initial=0)),
    }


def _tables(plan: Plan) -> Tables:
    """Lay out everything that stands in a plan, each table in one piece of memory."""
    tables = {
        "states": _states(plan),
        "needs": _needs(plan),
        "alternatives": plan.needs.alternative,
        **_draws(plan),
        "settings": _table(records.SETTING, vars(plan.settings)),
        "attributes": _attributes(plan),
        "order": plan.attributes.order,
        "deadlines": plan.attributes.deadline,
        "deadline_to": plan.attributes.deadline_to,
        **_resources(plan),
        "sessions": _table(records.SESSION, {"opens": plan.states.opens, "closes": plan.states.closes}),
        "lessons": _table(records.LESSON, {"until": plan.states.learning_until, "longer": plan.states.learning_longer}),
        "branches": plan.states.branch,
        "starting": plan.streams.state,
        **_lists(plan),
        **_present(plan),
    }
    return {name: _as_table(name, table) for name, table in tables.items()}


def _as_table(name: str, table: Any) -> Any:
    """Give a column of a plan as a table of records of one number."""
    kind = records.MODEL_TABLES[name]
    if table.dtype == kind:
        return table
    return np.ascontiguousarray(table.reshape(-1), kind["value"]).view(kind)


def _table(kind: np.dtype[Any], columns: Mapping[str, Any]) -> Any:
    """Put columns into an array of records."""
    names = kind.names or ()
    table = np.zeros(len(columns[names[0]]), kind)
    for name in names:
        table[name] = columns[name]
    return table


def _spans(name: str, starts: Ints) -> dict[str, Ints]:
    """Give where the entries of each row begin and end in a flat array."""
    return {f"first_{name}": starts[:-1], f"last_{name}": starts[1:]}


def _numbered(flags: Ints) -> Ints:
    """Number the states flagged from 0 on; the others get -1."""
    return np.where(flags == 1, np.cumsum(flags) - 1, NO)


def _states(plan: Plan) -> Any:
    states = plan.states
    columns = vars(states) | {
        "key": np.array([key_of(name) for name in plan.state_names], np.uint64),
        "must_fit": states.planned - states.overrun,
        "counted": _numbered(states.counts_visits),
        "dated": _numbered(states.keeps_date),
        "joining": _numbered((states.kind == JOIN).astype(np.int64)),
        "chooses": _choosing(plan),
        **_spans("need", states.need_start),
        **_spans("setting", states.set_start),
        **_spans("branch", states.branch_start),
        **_spans("session", states.session_start),
        **_spans("lesson", states.learning_start),
        "keeps": _any_by_state(plan, plan.needs.hold_until != NO),
        "awaited": np.isin(np.arange(len(plan.state_names)), plan.needs.hold_until).astype(np.int64),
    }
    return _table(records.STATE, columns)


def _needs(plan: Plan) -> Any:
    kept = {"kept": _numbered((plan.needs.hold_until != NO).astype(np.int64))}
    return _table(records.NEED, vars(plan.needs) | kept | _spans("alternative", plan.needs.alternative_start))


def _any_by_state(plan: Plan, flags: Any) -> Ints:
    """Flag the states of whose needs some are flagged."""
    spans = zip(plan.states.need_start, plan.states.need_start[1:], strict=False)
    return np.array([int(flags[first:last].any()) for first, last in spans], np.int64)


def _used(plan: Plan, state: int) -> Ints:
    """Give every resource an activity may use, as often as it is named."""
    starts, needs = plan.needs.alternative_start, plan.states.need_start
    return plan.needs.alternative[starts[needs[state]] : starts[needs[state + 1]]]


def _choosing(plan: Plan) -> Ints:
    """Flag the activities that name one resource twice, so that what they take depends on what they have taken."""
    named = (_used(plan, state) for state in range(len(plan.state_names)))
    return np.array([int(np.unique(used).size < used.size) for used in named], np.int64)


def _draws(plan: Plan) -> dict[str, Any]:
    """Lay out draws, their rows, the conditions of these, and samplers."""
    draws = plan.draws
    first = draws.row_start[:-1]
    unconditional = draws.condition_start[first] == draws.condition_start[first + 1]
    only = np.where(unconditional, draws.row_sampler[first], NO)
    asked = {name: getattr(draws, f"condition_{name}") for name in records.CONDITION.names or ()}
    samplers = {"kind": draws.sampler_kind, "shift": draws.sampler_shift, "floor": draws.sampler_floor}
    samplers |= dict(zip("abc", draws.sampler_parameters.T, strict=True))
    samplers |= {"first": draws.table_start[:-1], "last": draws.table_start[1:]}
    samplers["constant"] = np.where(draws.sampler_kind == CONSTANT, draws.sampler_parameters[:, 0], 0)
    rows = {"sampler": draws.row_sampler, **_spans("condition", draws.condition_start)}
    keyed = {"key": draws.key, "purpose": draws.purpose, "first_row": first, "only_sampler": only}
    return {
        "draws": _table(records.DRAW, keyed),
        "rows": _table(records.ROW, rows),
        "conditions": _table(records.CONDITION, asked),
        "samplers": _table(records.SAMPLER, samplers),
        "values": draws.table_values,
        "levels": draws.table_levels,
    }


def _attributes(plan: Plan) -> Any:
    return _table(records.ATTRIBUTE, vars(plan.attributes) | _spans("deadline", plan.attributes.deadline_start))


def _resources(plan: Plan) -> dict[str, Any]:
    """Lay out resources, the steps of their capacity in turn and all together, and who may use them."""
    capacity, count = plan.capacity, len(plan.resource_names)
    users = _users(plan, count)
    user_starts = np.cumsum([0, *map(len, users)], dtype=np.int64)
    resource = np.repeat(np.arange(count), np.diff(capacity.step_start))
    order = np.argsort(capacity.time, kind="stable")
    order = order[capacity.time[order] < plan.horizon]
    spans = _spans("step", capacity.step_start) | _spans("user", user_starts)
    return {
        "resources": _table(
            records.RESOURCE,
            {**vars(plan.resources), **spans, "is_bed": plan.lists.is_bed, "has_lists": plan.lists.booked},
        ),
        "steps": _table(records.STEP, {"time": capacity.time, "units": capacity.units - capacity.reserved}),
        "users": np.array([state for states in users for state in states], np.int64),
        "changes": _table(records.CHANGE, {"time": capacity.time[order], "resource": resource[order]}),
    }


def _lists(plan: Plan) -> dict[str, Any]:
    """Lay out booked lists, who may be booked on them, and the moments at which something is done to them."""
    lists, columns = plan.lists, dict(vars(plan.lists))
    for name, group in (("caller", lists.callers), ("later", lists.callers_later)):
        columns |= {f"first_{name}": lists.group_start[group], f"last_{name}": lists.group_start[group + 1]}
    due = lists.moment[lists.moment[:, 0] < plan.horizon] if (plan.states.listed != NO).any() else lists.moment[:0]
    return {
        "lists": _table(records.BOOKED_LIST, columns),
        "moments": _table(records.LIST_MOMENT, {"minute": due[:, 0], "kind": due[:, 1], "number": due[:, 2]}),
        "callers": lists.group,
    }


def _present(plan: Plan) -> dict[str, Any]:
    """Lay out who is there at minute 0, in the order in which they began what they are in, and what is said of them."""
    there = plan.present
    spans = {**_spans("given", there.given_start), **_spans("past", there.past_start), **_spans("due", there.due_start)}
    columns = vars(there) | {"case": np.arange(there.state.size), "row": _row_of_each(plan)} | spans
    return {
        "present": _table(records.PRESENT, columns)[np.argsort(there.started, kind="stable")],
        "given": _table(records.GIVEN, {"attribute": there.given_attribute, "value": there.given_value}),
        "past": _table(records.PAST, {"state": there.past_state, "visits": there.past_visits, "left": there.past_left}),
        "due_at": _table(records.DUE_AT, {"deadline": there.due_deadline, "at": there.due_at}),
    }


def _row_of_each(plan: Plan) -> Ints:
    """Give the row of the visit that each patient there at minute 0 is in."""
    visits = visits_before(plan)
    return np.flatnonzero(visits["outcome"] == OPEN)[np.argsort(visits["case"][visits["outcome"] == OPEN])]


def visits_before(plan: Plan) -> Any:
    """Give the visits that patients there at minute 0 bring along, in order of time; the one they are in is open."""
    there = plan.present
    left = there.past_left != NO
    case = np.repeat(np.arange(there.state.size), np.diff(there.past_start))[left]
    behind, now = np.zeros(case.size, records.VISIT), np.zeros(there.state.size, records.VISIT)
    behind["case"], behind["state"], behind["visit"] = case, there.past_state[left], there.past_visits[left]
    for name in ("enqueued_at", "started_at", "ended_at"):
        behind[name] = there.past_left[left]
    now["case"], now["state"], now["visit"] = np.arange(there.state.size), there.state, there.visit
    now["enqueued_at"], now["started_at"], now["ended_at"] = there.joined, there.started, NONE
    behind["outcome"], now["outcome"] = COMPLETED, OPEN
    behind["session"], now["session"] = NONE, NONE
    visits = np.concatenate((behind, now))
    return visits[np.argsort(visits["enqueued_at"], kind="stable")]


def _users(plan: Plan, resources: int) -> Sequence[Sequence[int]]:
    """List the activities that may use each resource."""
    users: list[list[int]] = [[] for _ in range(resources)]
    for state in np.flatnonzero(plan.states.kind == ACTIVITY):
        for resource in np.unique(_used(plan, int(state))):
            users[resource].append(int(state))
    return users
