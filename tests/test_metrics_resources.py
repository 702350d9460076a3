"""Utilisation, overtime, beds, sessions and the weekly pattern, worked out by hand and minute by minute."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.graph import Activity, End, Meeting, Need
from pathway.metrics import measure
from tests.logs import DAY, activity, bed, figure, make_log, make_scenario, records, start, to

SCAN = make_scenario(start("scan"), activity("scan", "done", "ct", planned=45), End("done"))
OPEN = {"ct": [(0, 0), (480, 2), (600, 0)]}  # two units from 08:00 to 10:00 on Monday


def scanned(*holds: tuple[int, ...], capacity: object = OPEN, **more: object) -> object:
    """Measure a scanner held from one minute to another (by so many units)."""
    rows = [(0, "scan", "ct", *hold) for hold in holds]
    visits = [(0, "scan", hold[0], hold[0], hold[1]) for hold in holds]
    log = make_log(SCAN, visits=visits, holds=rows, capacity=capacity, cases=[(0,)], **more)
    return measure(log, SCAN)


def used(measures: object, *statistics: str, subject: str = "ct") -> list[float]:
    return [figure(measures, "utilisation", subject, statistic) for statistic in statistics]


def test_utilisation_is_held_within_the_roster_and_the_rest_is_overtime() -> None:
    """Of 240 unit-minutes, one unit is held for 60 before the close and 30 after it."""
    measures = scanned((540, 630))

    assert used(measures, "utilisation", "overtime_hours", "open_hours", "held_hours") == [0.25, 0.5, 4, 1.5]


def test_booked_utilisation_counts_planned_minutes() -> None:
    """Two scans planned at 45 minutes, whatever they took."""
    assert used(scanned((480, 500), (500, 590)), "booked") == [90 / 240]


def test_only_the_window_counts() -> None:
    """A hold from before the window counts from its beginning; one that never ends, to the window's end."""
    capacity = {"ct": [(0, 2)]}
    measures = scanned((0, DAY + 60), (2 * DAY - 60, None), capacity=capacity, window=(DAY, DAY, DAY))

    assert used(measures, "held_hours", "open_hours") == [2, 48]


def test_units_of_more_than_one() -> None:
    assert used(scanned((480, 540, 2)), "utilisation") == [0.5]


def test_staff_sitting_in_a_meeting_are_used() -> None:
    """One of two units sits in a meeting for half the session and the other scans meanwhile."""
    capacity = {"ct": [(0, 0), (480, 2, 1), (540, 2, 0), (600, 0)]}
    measures = scanned((480, 540), capacity=capacity)

    assert used(measures, "utilisation", "booked", "held_hours") == [0.5, (60 + 45) / 240, 2]


def test_a_meeting_without_quorum_was_never_there() -> None:
    """Two meetings of an hour are planned, the second has no quorum; the first discusses a case for half of it."""
    meeting = Activity("mdt", planned=20, meeting=Meeting("weekly", (), ()), rules=to("done"))
    scenario = make_scenario(start("mdt"), meeting, End("done"))
    capacity = {"meeting:weekly": [(0, 0), (480, 1), (540, 0), (DAY, 1, 1), (DAY + 60, 0)]}
    holds = [(0, "mdt", "meeting:weekly", 480, 510)]
    log = make_log(scenario, visits=[(0, "mdt", 0, 480, 510)], holds=holds, capacity=capacity, cases=[(0,)])
    measures = measure(log, scenario)

    assert used(measures, "utilisation", "booked", subject="meeting:weekly") == [0.5, 20 / 60]
    assert records(measures.frames["ledger"]) == [("meeting:weekly", 2, 1, 1, 1, 0, 0.0, 0.5, 1.0)]


def test_bed_occupancy_counts_every_minute_the_same() -> None:
    """In a week of 7 days: 3 days with no bed taken, 3.5 with one, half a day with two."""
    stay = Activity("stay", needs=(Need("ward", ("ward",)),), rules=to("done"))
    scenario = make_scenario(start("stay"), stay, End("done"), resources=[bed("ward", 2)])
    holds = [(0, "stay", "ward", 0, 4 * DAY), (1, "stay", "ward", DAY, DAY + DAY // 2)]
    log = make_log(scenario, holds=holds, capacity={"ward": [(0, 2)]}, cases=[(0,), (0,)])
    measures = measure(log, scenario)

    statistics = [figure(measures, "occupancy", "ward", name) for name in ("mean", "p50", "p95", "units")]
    assert statistics == [4.5 / 7, 1, 2, 2]
    assert "booked" not in set(measures.summary.query("measure == 'utilisation'")["statistic"])


def test_a_need_with_its_own_time_books_the_minutes_it_was_held() -> None:
    from pathway.graph import Draw

    scan = Activity("scan", planned=45, needs=(Need("ct", ("ct",), hold=Draw(())),), rules=to("done"))
    scenario = make_scenario(start("scan"), scan, End("done"))
    log = make_log(scenario, holds=[(0, "scan", "ct", 480, 576)], capacity=OPEN, cases=[(0,)])

    assert used(measure(log, scenario), "booked") == [96 / 240]


def test_the_ledger_says_what_became_of_sessions() -> None:
    """Monday's session runs over by 30 minutes, Tuesday's is unused, Wednesday's is after the window."""
    capacity = {"ct": [(0, 0), *[step for d in range(3) for step in ((d * DAY + 480, 1), (d * DAY + 600, 0))]]}
    measures = scanned((540, 630), capacity=capacity, window=(0, 2 * DAY, DAY))

    assert records(measures.frames["ledger"]) == [("ct", 2, 1, 1, 0, 1, 0.5, 1.0, 4.0)]


def test_what_never_closes_has_no_sessions() -> None:
    assert len(scanned((0, 10), capacity={"ct": [(0, 1)]}).frames["ledger"]) == 0


def test_hours_by_week_and_by_hour_of_the_week() -> None:
    """Monday 08:30 to 10:30 in both of two weeks; the clock starts on a Monday."""
    capacity = {"ct": [(0, 0), *[s for w in (0, 7 * DAY) for s in ((w + 510, 1), (w + 630, 0))]]}
    frames = scanned((510, 540), (7 * DAY + 600, 7 * DAY + 660), capacity=capacity, window=(0, 14 * DAY, 0)).frames

    weeks = frames["hours_by_week"]
    assert weeks["week_start"].astype(str).tolist() == ["2027-01-04", "2027-01-11"]
    assert records(weeks, "open_hours", "held_hours") == [(2, 0.5), (2, 1)]
    heat = frames["heat"].query("open_hours > 0 or held_hours > 0")
    expected = [(0, 8, 1.0, 0.5), (0, 9, 2.0, 0.0), (0, 10, 1.0, 1.0)]
    assert records(heat, "weekday", "hour", "open_hours", "held_hours") == expected


def test_weekdays_are_counted_from_the_calendar_not_from_the_window() -> None:
    """A window that begins on Wednesday has Wednesday's hours on weekday 2."""
    frames = scanned((2 * DAY, 2 * DAY + 60), capacity={"ct": [(0, 1)]}, window=(2 * DAY, DAY, 0)).frames
    heat = frames["heat"].query("held_hours > 0")

    assert records(heat, "weekday", "hour", "held_hours") == [(2, 0, 1.0)]


spans = st.tuples(st.integers(0, 300), st.integers(1, 200), st.integers(1, 2))
steps = st.lists(st.tuples(st.integers(1, 400), st.integers(0, 3)), max_size=6)


@given(st.lists(spans, max_size=6), steps)
def test_utilisation_is_what_counting_every_minute_gives(holds: list[tuple[int, int, int]], roster: list) -> None:
    """A table of minutes, filled in one by one, gives the same hours."""
    begin, end, horizon = 50, 350, 450
    changes = sorted({0: 1, **dict(roster)}.items())
    measures = scanned(
        *((first, first + length, units) for first, length, units in holds),
        capacity={"ct": changes},
        window=(begin, end - begin, horizon - end),
    )

    held, scheduled = np.zeros(horizon, int), np.zeros(horizon, int)
    for at, units in changes:
        scheduled[at:] = units
    for first, length, units in holds:
        held[first : first + length] += units
    held, scheduled = held[begin:end], scheduled[begin:end]
    expected = [np.maximum(0, held - scheduled).sum() / 60, scheduled.sum() / 60, held.sum() / 60]
    assert used(measures, "overtime_hours", "open_hours", "held_hours") == pytest.approx(expected)
    if scheduled.any():
        share = np.minimum(held, scheduled).sum() / scheduled.sum()
        assert used(measures, "utilisation") == pytest.approx([share])
