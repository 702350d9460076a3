"""Where patients went and where their time went: queues, flows, shortages, the way back along a fork."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.graph import Activity, Deadline, Decision, Delay, End, Fork, Join, Leaves, Meeting, Need
from pathway.metrics import measure, waited_for
from pathway.metrics.queues import levels
from pathway.scenario.records import WaitingClock
from tests.logs import DAY, activity, figure, make_log, make_scenario, records, start, to

# ---------------------------------------------------------------- what a visit waited for


def reasons(needs: tuple[Need, ...], visits: list[tuple[Any, ...]], **more: Any) -> list[tuple[Any, ...]]:
    """Give (minutes, notice, resource, why) for visits (enqueued, started, ended) of different patients."""
    settings = {key: more.pop(key) for key in ("notice", "meeting") if key in more}
    scan = Activity("scan", needs=needs, rules=to("done"), **settings)
    scenario = make_scenario(start("scan"), scan, End("done"))
    rows = [(case, "scan", *visit) for case, visit in enumerate(visits)]
    holds = [(case, "scan", *hold) for case, hold in enumerate(more.pop("holds", []))]
    log = make_log(scenario, visits=rows, holds=holds, cases=[(0,)] * len(visits), window=(0, 1000, 0), **more)
    return records(waited_for(log, scenario), "minutes", "notice", "resource", "why")


CT = Need("ct", ("ct",))
NURSE = Need("nurse", ("nurse",))


def test_immediate_starts_waited_for_nothing() -> None:
    assert reasons((CT,), [(0, 0, 10)], capacity={"ct": [(0, 1)]}) == []


def test_a_resource_that_was_in_use_was_busy() -> None:
    visits = [(0, 0, 30), (10, 30, 50)]
    assert reasons((CT,), visits, holds=[("ct", 0, 30), ("ct", 30, 50)], capacity={"ct": [(0, 1)]}) == [
        (20, 0, "ct", "busy")
    ]


def test_a_resource_that_was_not_there_was_closed() -> None:
    capacity = {"ct": [(0, 0), (100, 1)]}
    assert reasons((CT,), [(10, 100, 120)], holds=[("ct", 100, 120)], capacity=capacity) == [(90, 0, "ct", "closed")]


def test_the_one_short_last_counts() -> None:
    """The scanner is busy until 30; the nurse is not there until 50."""
    capacity = {"ct": [(0, 1)], "nurse": [(0, 0), (50, 1)]}
    visits, holds = [(0, 0, 30), (10, 50, 60)], [("ct", 0, 30), ("ct", 50, 60)]
    assert reasons((CT, NURSE), visits, holds=holds, capacity=capacity) == [(40, 0, "nurse", "closed")]


def test_ties_go_to_the_first_name() -> None:
    capacity = {"ct": [(0, 0), (50, 1)], "nurse": [(0, 0), (50, 1)]}
    assert reasons((NURSE, CT), [(10, 50, 60)], capacity=capacity) == [(40, 0, "ct", "closed")]


def test_too_few_units_are_short_too() -> None:
    """Two are asked, one of two is held until 30."""
    visits, holds = [(0, 0, 30), (10, 30, 40)], [("ct", 0, 30), ("ct", 30, 40, 2)]
    two = (Need("ct", ("ct",), units=2),)
    assert reasons(two, visits, holds=holds, capacity={"ct": [(0, 2)]}) == [(20, 0, "ct", "busy")]


def test_staff_sitting_in_a_meeting_are_busy() -> None:
    capacity = {"nurse": [(0, 1, 1), (60, 1, 0)]}
    assert reasons((NURSE,), [(10, 60, 70)], capacity=capacity) == [(50, 0, "nurse", "busy")]


def test_of_alternatives_all_must_be_short_and_the_one_held_is_named() -> None:
    """Reader a is there from the beginning but busy until 40, b comes at 30: b is what was waited for."""
    reader = (Need("reader", ("a", "b")),)
    visits, holds = [(0, 0, 40), (10, 30, 50)], [("a", 0, 40), ("b", 30, 50)]
    capacity = {"a": [(0, 1)], "b": [(0, 0), (30, 1)]}
    assert reasons(reader, visits, holds=holds, capacity=capacity) == [(20, 0, "b", "busy")]


def test_of_alternatives_nobody_got_the_first_is_named() -> None:
    reader = (Need("reader", ("a", "b")),)
    capacity = {"a": [(0, 0)], "b": [(0, 0)]}
    assert reasons(reader, [(10, None, None)], capacity=capacity) == [(990, 0, "a", "closed")]


def test_notice_is_counted_apart() -> None:
    """Twenty minutes of notice, then the session is not yet open."""
    capacity = {"ct": [(0, 1), (5, 0), (100, 1)]}
    assert reasons((CT,), [(0, 100, 120)], notice=20, capacity=capacity) == [(100, 20, "ct", "closed")]


def test_where_nothing_was_short_after_the_notice_there_is_no_resource() -> None:
    assert reasons((CT,), [(0, 20, 40)], notice=20, capacity={"ct": [(0, 1)]}) == [(20, 20, None, None)]


def test_a_meeting_is_waited_for_like_a_resource() -> None:
    meeting = Meeting("weekly", (), ())
    capacity = {"meeting:weekly": [(0, 0), (100, 1), (160, 0), (800, 1, 1), (860, 0)]}
    visits = [(0, 100, 110), (300, None, None)]
    holds = [("meeting:weekly", 100, 110)]
    assert reasons((), visits, meeting=meeting, holds=holds, capacity=capacity) == [
        (100, 0, "meeting:weekly", "closed"),
        (700, 0, "meeting:weekly", "closed"),
    ]


def test_the_bottleneck_has_most_patient_days() -> None:
    """One waits a day for the scanner that is busy, another two days for it to open."""
    scenario = make_scenario(start("scan"), activity("scan", "done", "ct"), End("done"))
    visits = [(0, "scan", 0, 0, DAY), (1, "scan", 0, DAY, DAY + 10), (2, "scan", 3 * DAY, 5 * DAY, 6 * DAY)]
    holds = [(0, "scan", "ct", 0, DAY), (1, "scan", "ct", DAY, DAY + 10), (2, "scan", "ct", 5 * DAY, 6 * DAY)]
    capacity = {"ct": [(0, 1), (2 * DAY, 0), (5 * DAY, 1)]}
    measures = measure(make_log(scenario, visits=visits, holds=holds, capacity=capacity, cases=[(0,)] * 3), scenario)

    assert [figure(measures, "waited_for", "ct", "patient_days", part) for part in ("", "closed", "busy")] == [3, 2, 1]


# ---------------------------------------------------------------- queues


def test_how_many_wait_week_by_week() -> None:
    """The window is weeks 2 and 3; one waits from week 1 to day 18, one from day 14, for good."""
    scenario = make_scenario(start("scan"), activity("scan", "done"), End("done"))
    visits = [(0, "scan", 7 * DAY, 18 * DAY, 19 * DAY), (1, "scan", 14 * DAY, None, None)]
    log = make_log(scenario, visits=visits, cases=[(0,), (0,)], window=(14 * DAY, 14 * DAY, 7 * DAY))
    measures = measure(log, scenario)
    weeks = measures.frames["waiting_by_week"]

    assert weeks["week_start"].dt.strftime("%m-%d").tolist() == ["01-04", "01-11", "01-18", "01-25", "02-01"]
    assert weeks["waiting"].tolist() == [0, 1, 2, 1, 1]
    expected = {"at_start": 2, "at_end": 1, "mean": (4 + 14) / 14, "growth_per_week": -1}
    assert {key: figure(measures, "waiting", "scan", key) for key in expected} == pytest.approx(expected)


def test_activity_week_by_week() -> None:
    scenario = make_scenario(start("scan"), activity("scan", "done"), End("done"))
    visits = [(0, "scan", 1, 7 * DAY, 8 * DAY), (1, "scan", 2, 3, 4), (2, "scan", 8 * DAY, None, 9 * DAY, "left")]
    log = make_log(scenario, visits=visits, cases=[(0,)] * 3, window=(0, 14 * DAY, 0))

    frame = measure(log, scenario).frames["activity_by_week"]
    assert records(frame, "enqueued", "started", "completed") == [(2, 1, 1), (1, 1, 1)]


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 40), st.integers(0, 1)), max_size=20))
def test_levels_are_what_counting_one_by_one_gives(stays: list[tuple[int, int, int]]) -> None:
    moments = np.arange(3, 100, 7)
    joined = np.array([first for first, _, _ in stays], np.int64)
    left = joined + np.array([length for _, length, _ in stays], np.int64)
    group = np.array([which for _, _, which in stays], np.int64)

    there = [[int(((joined <= m) & (left > m) & (group == g)).sum()) for m in moments] for g in (0, 1)]
    assert levels(moments, joined, left, group, 2).tolist() == there


# ---------------------------------------------------------------- ways


TESTS = make_scenario(
    start("triage"),
    activity("triage", "tests", "nurse"),
    Fork("tests", branches=("ct", "bloods"), join="results"),
    activity("ct", "report", "scanner"),
    Delay("report", rules=to("results")),
    activity("bloods", "results", "nurse"),
    Join("results", rules=to("choice")),
    Decision("choice", rules=to("surgery", "benign")),
    activity("surgery", "alive", "theatre", notice=60),
    End("alive"),
    End("benign"),
    clocks=[WaitingClock("c", "", ("referral",), ("surgery",), limit=1)],
)
WAY = [
    (0, "triage", 0, 0, 10),
    (0, "tests", 10, 10, 10),
    (0, "ct", 10, 100, 120),
    (0, "bloods", 10, 20, 30),
    (0, "report", 120, 120, 500),
    (0, "results", 30, 500, 500),
    (0, "choice", 500, 500, 500),
    (0, "surgery", 500, 700, 800),
]
HOLDS = [(0, "triage", "nurse", 0, 10), (0, "ct", "scanner", 100, 120), (0, "surgery", "theatre", 700, 800)]
CAPACITY = {"nurse": [(0, 1)], "scanner": [(0, 0), (100, 1)], "theatre": [(0, 1)]}


def way() -> Any:
    """One patient: triage, CT beside bloods, a report, surgery; another's theatre time until 700."""
    busy = [(1, "surgery", "theatre", 300, 700)]
    visits = [*WAY, (1, "surgery", 300, 300, 700)]
    cases = [(0, 800, "alive"), (300,)]
    return measure(make_log(TESTS, visits=visits, holds=[*HOLDS, *busy], capacity=CAPACITY, cases=cases), TESTS)


def test_time_to_treatment_follows_the_branch_that_came_last() -> None:
    """Bloods came back long before the report, so their time is not on the way; the parts add up to 700 minutes."""
    frame = way().frames["breakdown"]
    minutes = {(row.cause, row.state): round(row.days * 2 * DAY) for row in frame.itertuples()}

    assert minutes == {
        ("activity", "triage"): 10,
        ("closed", "ct"): 90,
        ("activity", "ct"): 20,
        ("turnaround", "report"): 380,
        ("notice", "surgery"): 60,
        ("busy:theatre", "surgery"): 140,
    }


def test_waiting_before_treatment_is_counted_by_what_was_waited_for() -> None:
    """90 minutes for the scanner to open and 140 for the theatre; bloods' wait for the nurse held nobody up."""
    measures = way()
    days = {name: figure(measures, "waited_for", name, "patient_days", "before_treatment") for name in CAPACITY}

    assert {name: round(value * DAY) for name, value in days.items()} == {"scanner": 90, "theatre": 140, "nurse": 0}


def test_what_the_waits_for_a_step_went_to() -> None:
    """An hour of notice before surgery, then the theatre in use; what no short resource explains is `other`."""
    frame = way().frames["wait_causes"]
    minutes = {(row.state, row.cause): round(row.days * DAY) for row in frame.itertuples()}

    assert minutes == {
        ("ct", "closed"): 90,
        ("bloods", "other"): 10,
        ("surgery", "notice"): 60,
        ("surgery", "busy:theatre"): 140,
    }


def test_first_treatment_can_be_named() -> None:
    log = make_log(TESTS, visits=WAY, holds=HOLDS, capacity=CAPACITY, cases=[(0, 800, "alive")])
    frame = measure(log, TESTS, first_treatment=("bloods",)).frames["breakdown"]

    assert set(records(frame, "cause", "state")) == {("activity", "triage"), ("other", "bloods")}


def test_flows_are_counted_along_the_pathway() -> None:
    frame = way().frames["flows"]
    pairs = {(row.source, row.target): row.per_year * 7 / 365.25 for row in frame.itertuples()}

    once = [("referral", "triage"), ("triage", "tests"), ("tests", "ct"), ("tests", "bloods"), ("ct", "report")]
    once += [("report", "results"), ("results", "choice"), ("choice", "surgery"), ("surgery", "alive")]
    assert pairs == pytest.approx({**dict.fromkeys(once, 1), ("referral", "surgery"): 1})


def test_milestones_are_days_from_arrival_to_the_first_completion() -> None:
    measures = way()

    assert figure(measures, "milestone", "report", "median") == 500 / DAY
    assert figure(measures, "milestone", "alive", "p90") == 800 / DAY
    assert figure(measures, "milestone", "benign", "count") == 0
    assert figure(measures, "milestone", "surgery", "median") == (800 + 400) / 2 / DAY
    assert records(measures.frames["milestones"].tail(1), "state", "patients") == [("alive", 1)]


def test_routes_lead_from_start_over_the_first_treatment_to_the_outcome() -> None:
    scenario = make_scenario(
        start("choice"),
        Decision("choice", rules=to("surgery", "benign")),
        activity("surgery", "alive"),
        End("alive"),
        End("benign"),
    )
    visits = [(0, "choice", 0, 0, 0), (0, "surgery", 0, 5, 9), (1, "choice", 0, 0, 0)]
    log = make_log(scenario, visits=visits, cases=[(0, 9, "alive"), (0, 0, "benign")])
    measures = measure(log, scenario, first_treatment=("surgery",))

    assert records(measures.frames["routes"]) == [
        ("referral", "surgery", 1),
        ("referral", "no treatment", 1),
        ("surgery", "alive", 1),
        ("no treatment", "benign", 1),
    ]
    assert figure(measures, "outcome", "benign", "share") == 0.5


def test_a_missed_slot_is_on_the_way_and_so_is_the_time_until_the_next() -> None:
    """Not come at 50, booked again 500 minutes later: the 20 lost minutes and the rest are `other`."""
    scenario = make_scenario(start("scan"), activity("scan", "surgery", "ct"), activity("surgery", "done"), End("done"))
    visits = [(0, "scan", 0, 50, 70, "no_show"), (0, "scan", 550, 550, 560), (0, "surgery", 560, 560, 600)]
    log = make_log(scenario, visits=visits, capacity={"ct": [(0, 0), (50, 1)]}, cases=[(0,)])
    frame = measure(log, scenario, first_treatment=("surgery",)).frames["breakdown"]

    assert {(row.cause, row.state): round(row.days * DAY) for row in frame.itertuples()} == {
        ("closed", "scan"): 50,
        ("other", "scan"): 500,
        ("activity", "scan"): 10,
    }


def test_who_leaves_a_queue_is_followed_through_it() -> None:
    """Patience runs out on the waiting list for surgery; progression leads from there to chemotherapy."""
    waiting = Activity("surgery", needs=(Need("t", ("t",)),), rules=to("done"), leaves=Leaves(None, "chemo"))
    scenario = make_scenario(
        start("surgery"), waiting, activity("chemo", "done"), activity("hospice", "done"), End("done"),
        deadlines=[Deadline("worse", "survival", "hospice")],
    )  # fmt: skip
    visits = [
        (0, "surgery", 0, None, 300, "left"), (0, "chemo", 300, 300, 310),
        (1, "surgery", 0, None, 200, "left"), (1, "hospice", 200, 200, 210),
    ]  # fmt: skip
    log = make_log(scenario, visits=visits, capacity={"t": [(0, 0)]}, cases=[(0,), (0,)])
    measures = measure(log, scenario, first_treatment=("chemo", "hospice"))

    assert records(measures.frames["breakdown"], "cause", "state", "patients") == [("closed", "surgery", 2)]
    pairs = set(records(measures.frames["flows"], "source", "target"))
    assert pairs == {("referral", "surgery"), ("surgery", "chemo"), ("surgery", "hospice")}
