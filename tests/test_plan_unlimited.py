"""The hospital where nobody ever waits, which the load check asks; and the tests' own timetable of arrivals."""

from __future__ import annotations

import pytest

from pathway.engines import simulate
from pathway.engines.arrivals import arrivals_of
from pathway.plan import Plan, compile_plan, unlimited
from pathway.plan.records import UNLIMITED
from tests.models import DAY, WEEK, scenario_of, timed

CLINIC = """
    run: {warm_up: 7 days, length: 14 days, follow_up: 7 days, queue: strict}
    calendars: {day: "08:00-17:00", mdt: "12:00-13:00"}
    resources: {room: {capacity: 1, calendar: day}, surgeon: {capacity: 1, calendar: day}}
    states:
      see: {kind: activity, duration: 15 min, needs: {room: 1, surgeon: 1}, fits: session, notice: 2 days, to: talk}
      talk: {kind: activity, duration: 7 min, meeting: {calendar: mdt, team: {surgeon: 1}, deferral: 0.2}, to: out}
    """


@pytest.fixture(scope="module")
def plan() -> Plan:
    return compile_plan(scenario_of(CLINIC, "gp"))


def state(plan: Plan, name: str) -> int:
    return plan.state_names.index(name)


def test_unlimited_has_no_walls_and_all_come_at_once(plan: Plan) -> None:
    """Every resource boundless from minute 0, the arrivals of twenty average years within a minute; notice stays."""
    free = unlimited(plan, years=20, followed=1000)

    assert (free.warm_up, free.length, free.follow_up) == (0, 1000, 0)
    assert (free.capacity.units == UNLIMITED).all()
    assert free.capacity.time.tolist() == [0] * len(plan.resource_names)
    assert not free.capacity.reserved.any()
    assert free.states.notice.tolist() == plan.states.notice.tolist()


def test_unlimited_brings_a_whole_number_of_years() -> None:
    """A stream of one a day brings 365.25 a year, whatever part of a year the window is."""
    scenario = scenario_of(
        """
        run: {length: 28 days}
        streams: {gp: {per_year: 365, weekdays: {sat: 1, sun: 1}, on_holidays: 1}}
        states: {wait: {kind: delay, duration: 5 min, to: out}}
        """
    )
    free = unlimited(compile_plan(scenario), years=3, followed=1000)

    assert free.streams.rate_time.tolist() == [0, 1]
    assert free.streams.rate_cumulative == pytest.approx([0, 3 * 365.25])


def test_nobody_waits_longer_than_notice_where_everything_is_unlimited(plan: Plan, engine: str) -> None:
    """A crowd in one minute: seen after two days' notice, discussed as they ask, the deferred a minute later."""
    crowd = timed(unlimited(plan, years=1, followed=WEEK), {"gp": [0] * 100})

    visits = simulate(crowd, 0, engine).visits

    waits = visits["started_at"] - visits["enqueued_at"]
    seen, discussed = visits["state"] == state(plan, "see"), visits["state"] == state(plan, "talk")
    assert seen.sum() == 100
    assert set(waits[seen].tolist()) == {2 * DAY}
    assert discussed.sum() > 100
    assert set(waits[discussed].tolist()) == {0, 1}


def test_patients_come_when_a_test_says_so() -> None:
    """The tests' own timetable: minutes given are minutes of arrival, neighbours and crowds included."""
    asked = {"gp": [0, 0, 1, 2, 2, 2, 500, 501, 20159], "er": [3], "nil": []}
    plan = timed(compile_plan(scenario_of("states: {wait: {kind: delay, duration: 5 min, to: out}}", *asked)), asked, 7)
    arrivals = arrivals_of(plan, 7)

    came = {name: arrivals.at[arrivals.stream == code].tolist() for code, name in enumerate(plan.stream_names)}
    assert came == asked
