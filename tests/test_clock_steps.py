"""Properties of capacity steps that hold for any calendar, and when several resources are open together."""

from __future__ import annotations

import time
from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pathway.clock import (
    MINUTES_PER_DAY,
    Calendar,
    DateRange,
    DaysOff,
    Holidays,
    Leave,
    Session,
    Timeline,
    capacity_steps,
    days_off,
    joint_sessions,
)

MONDAY = date(2027, 1, 4)
NO_DAYS_OFF = DaysOff()


def days(count: float, origin: date = MONDAY) -> Timeline:
    """Give a timeline of so many days without warm-up."""
    return Timeline(origin, 0, int(count * MINUTES_PER_DAY), 0)


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """Draw a session of any kind."""
    opens, closes = draw(st.integers(0, 1439)), draw(st.integers(0, 1440))
    weekly = st.lists(st.integers(0, 6), max_size=7, unique=True).map(tuple)
    some_day = st.integers(-3, 20).map(lambda n: MONDAY + timedelta(days=n))
    return Session(
        draw(weekly), opens, closes, draw(st.none() | st.integers(0, 4)), draw(st.none() | some_day),
        draw(st.none() | some_day), draw(st.sampled_from([(), (1,), (2, -1)])), draw(st.integers(1, 3)),
        draw(st.just(()) | st.lists(some_day, max_size=2).map(tuple)), draw(st.none() | st.floats(0, 1)),
    )  # fmt: skip


@st.composite
def leaves(draw: st.DrawFn) -> Leave:
    """Draw an absence within the first weeks."""
    first = MONDAY + timedelta(days=draw(st.integers(-5, 20)))
    when = DateRange(first, first + timedelta(days=draw(st.integers(0, 10))), draw(st.booleans()))
    return Leave(when, draw(st.integers(0, 3)))


calendars = st.builds(
    Calendar,
    st.just("any"),
    st.lists(sessions(), max_size=4).map(tuple),
    st.lists(leaves().map(lambda leave: leave.when), max_size=1).map(tuple),
    st.sampled_from(["closed", "open"]),
)
some_days_off = st.sampled_from([NO_DAYS_OFF, DaysOff(frozenset({date(2027, 1, 6)}), {date(2027, 1, 9): 2})])


def at_every_minute(steps: tuple[np.ndarray, np.ndarray], horizon: int) -> np.ndarray:
    """Give the units open in each minute of the run."""
    times, units = steps
    return np.repeat(units, np.diff(np.append(times, horizon)))


@given(calendars, st.integers(0, 3), st.lists(leaves(), max_size=2), st.integers(1, 30000), some_days_off)
def test_steps_are_steps(calendar: Calendar, of: int, leave: list[Leave], horizon: int, daysoff: DaysOff) -> None:
    """Times start at 0 and strictly increase below the horizon; units are never negative and always change."""
    times, units = capacity_steps(calendar, of, leave, Timeline(MONDAY, 0, horizon, 0), daysoff)
    assert times[0] == 0
    assert (np.diff(times) > 0).all()
    assert times[-1] < horizon
    assert (units >= 0).all()
    assert (np.diff(units) != 0).all()


@given(calendars, st.lists(leaves(), max_size=2), leaves(), some_days_off)
def test_more_leave_never_adds_units(calendar: Calendar, leave: list[Leave], more: Leave, daysoff: DaysOff) -> None:
    """Nobody's absence opens anything."""
    timeline = days(14)
    before = at_every_minute(capacity_steps(calendar, 2, leave, timeline, daysoff), timeline.horizon)
    after = at_every_minute(capacity_steps(calendar, 2, [*leave, more], timeline, daysoff), timeline.horizon)
    assert (after <= before).all()


@given(calendars, st.integers(1, 13), some_days_off)
def test_a_later_origin_cuts_the_same_steps(calendar: Calendar, later: int, daysoff: DaysOff) -> None:
    """What is open on a date does not depend on where minute 0 lies."""
    long = at_every_minute(capacity_steps(calendar, 2, (), days(14), daysoff), days(14).horizon)
    timeline = days(14 - later, MONDAY + timedelta(days=later))
    short = at_every_minute(capacity_steps(calendar, 2, (), timeline, daysoff), timeline.horizon)
    assert (long[later * 1440 :] == short).all()


def test_joint_sessions_need_enough_of_every_resource() -> None:
    """A room from 8 to 18 h and two nurses from 9 h, one of them at lunch: 9-12 and 13-18 h."""
    room = np.array([0, 480, 1080]), np.array([0, 1, 0]), 1
    nurses = np.array([0, 540, 720, 780]), np.array([0, 3, 1, 2]), 2
    opens, closes = joint_sessions([room, nurses], 1440)
    assert (opens.tolist(), closes.tolist()) == ([540, 780], [720, 1080])
    assert opens.dtype == closes.dtype == np.int64


def test_joint_sessions_merge_what_touches_and_stop_at_the_horizon() -> None:
    """A change from 1 to 2 units does not part an interval that asks for 1; nothing asked is always there."""
    steps = np.array([0, 480, 600, 720]), np.array([0, 1, 2, 1]), 1
    assert [a.tolist() for a in joint_sessions([steps], 900)] == [[480], [900]]
    assert [a.tolist() for a in joint_sessions([steps], 700)] == [[480], [700]]
    assert [a.tolist() for a in joint_sessions([], 900)] == [[0], [900]]
    assert [a.tolist() for a in joint_sessions([(steps[0], steps[1], 3)], 900)] == [[], []]


def test_forty_calendars_over_twelve_years_take_less_than_a_second() -> None:
    """A hospital compiles quickly (about a tenth of this on one core)."""
    timeline = Timeline(date(2017, 1, 4), 0, 12 * 365 * 1440, 0)
    england = days_off(Holidays("GB", "ENG"), *timeline.years)
    week, late = Session((0, 1, 2, 3, 4), 480, 1080), Session((4,), 1080, 1200, nth=(1,))
    saturday = Session((5,), 480, 720, first=date(2017, 1, 7), every=2)
    calendar = Calendar("ct", (week, late, saturday))
    began = time.perf_counter()
    for capacity in range(40):
        capacity_steps(calendar, capacity, (Leave(DateRange(MONDAY, MONDAY)),), timeline, england)
    assert time.perf_counter() - began < 1.0
