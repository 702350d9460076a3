"""Whole minutes: what rounds and how, who comes when, and what is left open at the end."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from pathway.clock import DaysOff, expected_arrivals
from pathway.engines import simulate
from pathway.sampling.keyed import ARRIVAL, deal_uniforms, key_of
from tests.models import DAY, HOUR, ends, held, run, scenario_of, visits


def test_a_constant_may_be_zero(engine: str) -> None:
    """A constant of 0 minutes takes no time."""
    model = "states: {stamp: {kind: activity, duration: 0 min, to: out}}"

    log = run(engine, model, gp=[7])

    assert visits(log, "stamp") == [(0, 7, 7, 7, "completed")]
    assert ends(log) == [("out", 7)]


@pytest.mark.parametrize("kind", ["activity", "delay"])
def test_a_duration_that_varies_lasts_at_least_a_minute(engine: str, kind: str) -> None:
    """max(1, ⌊x + ½⌋): draws below half a minute become one minute, not none."""
    model = f"states: {{wait: {{kind: {kind}, duration: {{uniform: {{min: 0 min, max: 0.4 min}}}}, to: out}}}}"

    log = run(engine, model, gp=[7] * 20)

    assert {end for _, end in ends(log)} == {8}


def test_a_duration_is_rounded_to_the_nearest_minute(engine: str) -> None:
    """max(1, ⌊x + ½⌋): everything from 10.5 to just below 11.5 is 11."""
    model = "states: {wait: {kind: delay, duration: {uniform: {min: 10.5 min, max: 11.49 min}}, to: out}}"

    log = run(engine, model, gp=[0] * 50)

    assert {end for _, end in ends(log)} == {11}


def test_minute_0_is_the_start_less_the_warm_up(engine: str) -> None:
    """A run that reports from 4 January after three days of warm-up begins on 1 January."""
    model = """
        run: {start: 2027-01-04, warm_up: 3 days, length: 7 days, follow_up: 1 days}
        calendars: {monday: [{days: [mon], hours: "08:00-09:00"}]}
        resources: {room: {capacity: 1, calendar: monday}}
        states: {scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}}
        """

    log = run(engine, model, gp=[0])

    assert log.vocabulary.origin == date(2027, 1, 1)
    assert log.vocabulary.horizon == 11 * DAY
    assert visits(log, "scan") == [(0, 0, 3 * DAY + 8 * HOUR, 3 * DAY + 8 * HOUR + 10, "completed")]


@pytest.mark.parametrize("replication", [0, 3])
def test_patients_come_where_the_expected_number_reaches_sums_of_exponentials(engine: str, replication: int) -> None:
    """The k-th arrival is the inverse of the integrated rate at the sum of k unit exponentials, in whole minutes."""
    model = """
        streams: {gp: {per_year: 3000, weekdays: {mon: 3, tue: 1, sat: 0}, hours: "08:00-10:00", months: {jan: 2}}}
        states: {wait: {kind: delay, duration: 1 min, to: out}}
        """
    scenario = scenario_of(model, "gp")
    key = np.uint64(key_of("stream gp"))
    uniforms = deal_uniforms(1, replication, np.full(5000, key), np.arange(5000), key, 0, ARRIVAL)
    times, expected = expected_arrivals(scenario.streams["gp"], scenario.run.timeline, DaysOff())
    sums = np.cumsum(-np.log1p(-uniforms))
    by_hand = np.floor(np.interp(sums[sums < expected[-1]], expected, times))

    log = simulate(scenario, replication, engine)

    assert by_hand.size > 100
    assert log.cases["arrived_at"].tolist() == by_hand.tolist()
    assert log.cases["index"].tolist() == list(range(by_hand.size))


def test_what_is_not_over_at_the_horizon_is_open(engine: str) -> None:
    """Someone treated, someone waiting and someone in a delay at the end are all logged as open."""
    model = """
        run: {length: 1 days}
        resources: {room: 1}
        states:
          scan: {kind: activity, duration: 30 hours, needs: {room: 1}, to: rest}
          rest: {kind: delay, duration: 2 days, to: out}
          b_in: {kind: start, stream: b, to: rest}
        """

    log = run(engine, model, a=[5, 6], b=[7])

    assert visits(log, "scan") == [(0, 5, 5, None, "open"), (1, 6, None, None, "open")]
    assert visits(log, "rest") == [(2, 7, 7, None, "open")]
    assert ends(log) == [(None, None)] * 3
    assert held(log, "room") == [(0, 5, None)]


@pytest.mark.parametrize(("minutes", "outcome"), [(DAY - 11, "completed"), (DAY - 10, "open")])
def test_nothing_happens_at_the_horizon_itself(engine: str, minutes: int, outcome: str) -> None:
    """What ends a minute before the horizon is completed; what would end at it is open."""
    model = f"""
        run: {{length: 1 days}}
        states:
          scan: {{kind: activity, duration: {minutes} min, to: rest}}
          rest: {{kind: delay, duration: 0 min, to: out}}
        """

    log = run(engine, model, gp=[10])

    assert [row[-1] for row in visits(log, "scan")] == [outcome]
    assert ends(log) == [("out", DAY - 1) if outcome == "completed" else (None, None)]
