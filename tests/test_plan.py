"""Compiling: names become codes, records become rows, and nothing depends on the order of the file."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pytest

from pathway.plan import Plan, compile_plan
from pathway.plan.records import BY_ATTRIBUTE, BY_SINCE, BY_VISITS, KINDS, NO, OPERATORS
from pathway.sampling.keyed import DURATION, PRIORITY, ROUTE, key_of
from pathway.scenario import load_scenario
from tests.models import DAY, HOUR, WEEK, document, plan_of, scenario_of

CLINIC = """
    run: {start: 2027-01-11, warm_up: 7 days, length: 14 days, follow_up: 7 days, seed: 5, queue: strict}
    calendars: {day: "08:00-17:00", mdt: "12:00-13:00"}
    resources: {room: {capacity: 2, calendar: day}, nurse: 3, surgeon: {capacity: 1, calendar: day}}
    parameters: {policy: {value: yes}}
    attributes:
      ecog: {kind: integer, draw: 1}
      age:
        kind: category
        values: [young, old]
        draw: [{when: ecog > 1, value: old}, {weights: {young: 0.5, old: 0.5}}]
      survival: {kind: duration, draw: never}
    states:
      gp_in: {kind: start, stream: gp, to: see}
      see:
        kind: activity
        duration: {uniform: {min: 10 min, max: 21 min}}
        needs: {room: {units: 2, turnover: 5 min}, carer: {any_of: [surgeon, nurse], for: 40 min}}
        fits: session
        overrun: 3 min
        notice: 2 days
        priority: [{when: age == old, value: 0}, {value: 3}]
        add: {ecog: 1}
        set: {survival: 100 days}
        no_show: {share: 4 percent, slot: refilled, rebook: 7 days}
        leaves: {after: 30 days, to: out}
        to: tests
      tests: {kind: fork, branches: [scan, bloods], join: met}
      scan: {kind: delay, duration: 5 min, to: met}
      bloods: {kind: delay, until: {after: 3 days, since: see}, to: met}
      met: {kind: join, to: talk}
      talk: {kind: activity, duration: 7 min, meeting: {calendar: mdt, team: {surgeon: 1}, deferral: 0.2}, to: choose}
      choose:
        kind: decision
        rules:
          - {when: $policy == no, to: out}
          - {when: [$policy == yes, visits(talk) >= 2], to: out}
          - {when: since(see) > 30 days, to: out}
          - {to: {see: 0.25, out: rest}}
    deadlines: {death: {attribute: survival, to: out}}
    """


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(scenario_of(CLINIC))


def state(plan: Plan, name: str) -> int:
    return plan.state_names.index(name)


def rows_of(plan: Plan, draw: int) -> range:
    return range(plan.draws.row_start[draw], plan.draws.row_start[draw + 1])


def conditions_of(plan: Plan, row: int) -> list[tuple[int, int, str, int, int]]:
    draws = plan.draws
    return [
        (
            int(draws.condition_left[c]),
            int(draws.condition_name[c]),
            OPERATORS[draws.condition_operator[c]],
            int(draws.condition_right[c]),
            int(draws.condition_to_attribute[c]),
        )
        for c in range(draws.condition_start[row], draws.condition_start[row + 1])
    ]


def table_of(plan: Plan, row: int) -> tuple[list[float], list[float]]:
    sampler = plan.draws.row_sampler[row]
    span = slice(plan.draws.table_start[sampler], plan.draws.table_start[sampler + 1])
    return plan.draws.table_values[span].tolist(), plan.draws.table_levels[span].tolist()


def test_codes_follow_names(plan: Plan) -> None:
    """Codes are places in the alphabet; a meeting is a resource, `stream` an attribute."""
    assert plan.state_names == ("bloods", "choose", "gp_in", "met", "out", "scan", "see", "talk", "tests")
    assert plan.resource_names == ("meeting:mdt", "nurse", "room", "surgeon")
    assert plan.attribute_names == ("age", "ecog", "stream", "survival")
    assert plan.categories == (("young", "old"), (), ("gp",), ())
    assert [KINDS[kind] for kind in plan.states.kind[[0, 1, 2, 3, 4, 6, 8]]] == [
        "delay", "decision", "start", "join", "end", "activity", "fork",
    ]  # fmt: skip


def test_the_run_becomes_minutes(plan: Plan) -> None:
    """Minute 0 is the start less the warm-up; the horizon is everything together."""
    assert (plan.origin, plan.warm_up, plan.length, plan.follow_up) == (date(2027, 1, 4), WEEK, 2 * WEEK, WEEK)
    assert (plan.horizon, plan.seed, plan.strict) == (4 * WEEK, 5, True)


def test_an_activity_becomes_a_row(plan: Plan) -> None:
    """Planned is the mean of 10 and 21, rounded up; the rest as written."""
    see, states = state(plan, "see"), plan.states
    numbers = [
        int(getattr(states, name)[see])
        for name in ("planned", "fits", "overrun", "notice", "no_show_lost", "patience_to")
    ]

    assert numbers == [16, 1, 3, 2 * DAY, 0, state(plan, "out")]
    assert states.no_show[see] == 0.04
    assert states.cancelled[see] == 0.0


def test_needs_lie_one_after_the_other_by_role(plan: Plan) -> None:
    """`carer` before `room`: units, alternatives in the order given, holds, turnover."""
    first, last = plan.states.need_start[state(plan, "see")], plan.states.need_start[state(plan, "see") + 1]
    needs = plan.needs
    alternatives = [
        needs.alternative[needs.alternative_start[n] : needs.alternative_start[n + 1]].tolist()
        for n in range(first, last)
    ]

    assert needs.units[first:last].tolist() == [1, 2]
    assert alternatives == [[3, 1], [2]]
    assert needs.turnover[first:last].tolist() == [0, 5]
    assert (needs.hold[first:last] == NO).tolist() == [False, True]


def test_a_meeting_is_a_resource_that_must_be_open(plan: Plan) -> None:
    """The case needs the meeting, must fit into it, may overrun it by 15 minutes; its team is reserved at noon."""
    talk = state(plan, "talk")
    need = plan.states.need_start[talk]
    span = slice(plan.capacity.step_start[3], plan.capacity.step_start[4])

    assert plan.needs.alternative[plan.needs.alternative_start[need]] == plan.resource_names.index("meeting:mdt")
    assert (plan.states.fits[talk], plan.states.overrun[talk], plan.states.deferral[talk]) == (1, 15, 0.2)
    assert plan.capacity.time[span][:5].tolist() == [0, 480, 720, 780, 1020]
    assert plan.capacity.units[span][:5].tolist() == [0, 1, 1, 1, 0]
    assert plan.capacity.reserved[span][:5].tolist() == [0, 0, 1, 0, 0]


def test_rosters_look_past_the_horizon(plan: Plan) -> None:
    """What fits near the end does not depend on where the run ends, so the roster goes on for days."""
    assert plan.capacity.time.max() > plan.horizon + DAY


def test_draws_are_keyed_by_name_and_purpose(plan: Plan) -> None:
    """The duration of `see` is dealt under the name `see`, not under a code."""
    draw = plan.states.duration[state(plan, "see")]

    assert int(plan.draws.key[draw]) == key_of("see")
    assert plan.draws.purpose[draw] == DURATION
    assert plan.draws.purpose[plan.states.route[state(plan, "see")]] == ROUTE


def test_no_two_draws_share_a_key_and_purpose(plan: Plan) -> None:
    """Two draws of one key and purpose would be one piece of luck used twice."""
    dealt = list(zip(plan.draws.key.tolist(), plan.draws.purpose.tolist(), strict=True))

    assert len(set(dealt)) == len(dealt)


def test_parameters_are_settled_when_compiling(plan: Plan) -> None:
    """A row that can never hold today is gone, a condition that always holds too; what is left asks the patient."""
    rows = rows_of(plan, plan.states.route[state(plan, "choose")])

    assert [conditions_of(plan, row) for row in rows] == [
        [(BY_VISITS, state(plan, "talk"), ">=", 2, 0)],
        [(BY_SINCE, state(plan, "see"), ">", 30 * DAY, 0)],
        [],
    ]


def test_weights_accumulate_in_the_order_of_state_names(plan: Plan) -> None:
    """`out` before `see`, whatever the file says."""
    *_, last = rows_of(plan, plan.states.route[state(plan, "choose")])

    assert table_of(plan, last) == ([state(plan, "out"), state(plan, "see")], [0.75, 1.0])


def test_categories_are_compared_by_code(plan: Plan) -> None:
    """`age == old` is attribute 0, code 1; the priority's value is a constant of its own."""
    draw = plan.states.priority[state(plan, "see")]
    first, last = rows_of(plan, draw)

    assert plan.draws.purpose[draw] == PRIORITY
    assert conditions_of(plan, first) == [(BY_ATTRIBUTE, 0, "==", 1, 0)]
    assert plan.draws.sampler_parameters[plan.draws.row_sampler[[first, last]], 0].tolist() == [0, 3]


def test_attributes_are_drawn_in_an_order_that_suffices(plan: Plan) -> None:
    """`age` asks about `ecog`, so comes after it; `stream` is not drawn."""
    order = [plan.attribute_names[code] for code in plan.attributes.order]

    assert sorted(order) == ["age", "ecog", "survival"]
    assert order.index("ecog") < order.index("age")
    assert plan.attributes.draw[plan.attribute_names.index("stream")] == NO


def test_a_deadline_hangs_on_its_attribute(plan: Plan) -> None:
    """Setting `survival` arms the one deadline, which leads to `out`."""
    assert np.diff(plan.attributes.deadline_start).tolist() == [0, 0, 0, 1]
    assert plan.attributes.deadline_to.tolist() == [state(plan, "out")]


def test_additions_come_before_draws(plan: Plan) -> None:
    """`see` first adds to `ecog`, then sets `survival`."""
    span = slice(plan.states.set_start[state(plan, "see")], plan.states.set_start[state(plan, "see") + 1])

    assert plan.settings.attribute[span].tolist() == [1, 3]
    assert (plan.settings.draw[span] == NO).tolist() == [True, False]
    assert plan.settings.add[span].tolist() == [1, 0]


def test_only_what_is_asked_for_is_remembered(plan: Plan) -> None:
    """Visits to `talk` are counted; the date of `see` is kept, for the rule and for the delay."""
    assert np.flatnonzero(plan.states.counts_visits).tolist() == [state(plan, "talk")]
    assert np.flatnonzero(plan.states.keeps_date).tolist() == [state(plan, "see")]


def test_forks_know_their_branches_and_joins_how_many_come(plan: Plan) -> None:
    """Branches in the order given; the join waits for two."""
    fork, join = state(plan, "tests"), state(plan, "met")
    span = slice(plan.states.branch_start[fork], plan.states.branch_start[fork + 1])

    assert [plan.state_names[code] for code in plan.states.branch[span]] == ["scan", "bloods"]
    assert plan.states.join[fork] == join
    assert plan.states.branches[join] == 2


def test_sessions_of_an_activity_with_notice_are_known(plan: Plan) -> None:
    """Everything `see` needs is there from 08:00 to 17:00; other states keep no sessions."""
    see = state(plan, "see")
    span = slice(plan.states.session_start[see], plan.states.session_start[see + 1])

    assert plan.states.opens[span][:2].tolist() == [8 * HOUR, DAY + 8 * HOUR]
    assert plan.states.closes[span][:2].tolist() == [17 * HOUR, DAY + 17 * HOUR]


def test_a_sampler_is_kept_once() -> None:
    """Three delays of five minutes share one row of numbers."""
    model = "states: {a: {kind: delay, duration: 5 min, to: b}, b: {kind: delay, duration: 5 min, to: out}}"
    kinds = plan_of(model, gp=[]).draws

    five = kinds.sampler_parameters[:, 0] == 5
    assert five.sum() == 1


def test_the_order_of_the_file_changes_nothing(plan: Plan) -> None:
    """States, attributes and resources written backwards compile to the same arrays, one by one."""

    def backwards(tree: Any) -> Any:
        return {key: backwards(tree[key]) for key in reversed(tree)} if isinstance(tree, dict) else tree

    other = compile_plan(scenario_of(backwards(document(CLINIC))))

    assert different(plan, other) == []


def different(one: Any, other: Any, path: str = "") -> list[str]:
    """Name the arrays in which two plans differ."""
    if is_dataclass(one):
        return [
            found
            for f in fields(one)
            for found in different(getattr(one, f.name), getattr(other, f.name), f"{path}.{f.name}")
        ]
    same = np.array_equal(one, other) if isinstance(one, np.ndarray) else one == other
    return [] if same else [path]


def test_a_plan_holds_nothing_compiled_code_could_not_hold(plan: Plan) -> None:
    """Arrays of numbers, numbers, names and a date: no callable, no object of Python."""
    found: list[Any] = []

    def look(value: Any) -> None:
        if is_dataclass(value):
            for field in fields(value):
                look(getattr(value, field.name))
        elif isinstance(value, tuple):
            for each in value:
                look(each)
        elif isinstance(value, np.ndarray):
            found.append(value.dtype.kind in "iuf")
        else:
            found.append(isinstance(value, (str, int, float, date)) and not inspect.isroutine(value))

    look(plan)

    assert len(found) > 60
    assert all(found)


def test_mmc_compiles() -> None:
    """The packaged model: three states, one resource, one stream."""
    plan = compile_plan(load_scenario("mmc"))

    assert plan.resource_names == ("server",)
    assert repr(plan).startswith("<Plan 'mmc': 3 states, 1 resources")
