"""The clock room: the timeline, and calendars, public holidays and leave as capacity steps.

Minute 0 is Monday 4 January 2027 unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from pathway import clock
from pathway.clock import (
    ALWAYS,
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
    first_overlap,
)
from pathway.clock.days import _nearest_workday
from pathway.errors import PathwayError

MONDAY = date(2027, 1, 4)
MON_FRI = (0, 1, 2, 3, 4)
NO_DAYS_OFF = DaysOff()


def days(count: float, origin: date = MONDAY) -> Timeline:
    """Give a timeline of so many days without warm-up."""
    return Timeline(origin, 0, int(count * MINUTES_PER_DAY), 0)


def hours(*sessions: Session, **more: object) -> Calendar:
    """Give a calendar of these sessions."""
    return Calendar("hours", sessions, **more)  # type: ignore[arg-type]


def open_times(
    calendar: Calendar, timeline: Timeline, daysoff: DaysOff = NO_DAYS_OFF, leave: tuple[Leave, ...] = (), of: int = 1
) -> list[tuple[str, str, int]]:
    """List the open intervals as ('Mon 04 08:00', 'Mon 04 18:00', units)."""
    times, units = capacity_steps(calendar, of, leave, timeline, daysoff)
    moments = [timeline.at(minute).strftime("%a %d %H:%M") for minute in [*times, timeline.horizon]]
    return [(a, b, int(u)) for a, b, u in zip(moments, moments[1:], units, strict=False) if u]


def open_days(calendar: Calendar, timeline: Timeline, daysoff: DaysOff = NO_DAYS_OFF) -> list[str]:
    """List the days on which a calendar of day sessions opens."""
    times, units = capacity_steps(calendar, 1, (), timeline, daysoff)
    return [timeline.at(t).strftime("%d %b") for t, u in zip(times, units, strict=True) if u]


# ---------------------------------------------------------------- the timeline


def test_timeline_counts_whole_minutes_from_the_start_of_the_warm_up() -> None:
    """The window begins after the warm-up, the horizon lies after the follow-up."""
    timeline = Timeline(date(2026, 12, 28), warm_up=7 * 1440, length=1440, follow_up=60)
    assert timeline.start == MONDAY
    assert timeline.window == (10080, 11520)
    assert timeline.horizon == 11580
    assert timeline.at(10080) == datetime(2027, 1, 4)
    assert timeline.minute(MONDAY) == timeline.minute(datetime(2027, 1, 4, 0, 0, 59)) == 10080
    assert timeline.years == (date(2026, 1, 1), date(2027, 12, 31))


def test_a_warm_up_of_half_days_still_begins_at_midnight() -> None:
    """Ten years are 3652.5 days: 3653 are simulated, so that the run starts on its day."""
    timeline = Timeline.from_start(MONDAY, 10 * 525960, 1440, 0)
    assert timeline.warm_up == 3653 * 1440
    assert timeline.at(timeline.warm_up) == datetime(2027, 1, 4)
    assert Timeline.from_start(MONDAY, 0, 1440, 0).origin == MONDAY


@given(st.integers(-(10**7), 10**7))
def test_a_minute_survives_the_way_to_a_date_and_back(minute: int) -> None:
    """`minute` undoes `at`, also before the origin."""
    assert days(1).minute(days(1).at(minute)) == minute


# ---------------------------------------------------------------- sessions


def test_weekly_sessions_open_on_their_weekdays() -> None:
    """A two-day week: Monday and Tuesday open for ten hours, Wednesday closed."""
    times, units = capacity_steps(hours(Session((0, 1), 480, 1080)), 3, (), days(3), NO_DAYS_OFF)
    assert times.tolist() == [0, 480, 1080, 1920, 2520]
    assert units.tolist() == [0, 3, 0, 3, 0]
    assert times.dtype == units.dtype == np.int64


def test_always_is_a_single_step() -> None:
    """Days that touch at midnight are one interval, and it is cut at the horizon."""
    times, units = capacity_steps(ALWAYS, 2, (), days(30), days_off(Holidays("GB"), *days(30).years))
    assert (times.tolist(), units.tolist()) == ([0], [2])


def test_no_sessions_is_never_open() -> None:
    """A calendar may be empty (all its sessions given up)."""
    assert [a.tolist() for a in capacity_steps(hours(), 2, (), days(3), NO_DAYS_OFF)] == [[0], [0]]


@pytest.mark.parametrize(("opens", "closes"), [(1080, 0), (1080, 1440)])
def test_a_session_ending_monday_midnight_is_fine(opens: int, closes: int) -> None:
    """Regression named after Scylla#75: a timetable entry that ends Monday 00:00 is Sunday until midnight."""
    sunday = hours(Session((6,), opens, closes))
    assert open_times(sunday, days(14)) == [
        ("Sun 10 18:00", "Mon 11 00:00", 1),
        ("Sun 17 18:00", "Mon 18 00:00", 1),
    ]
    # and joined to a Monday that opens at once
    joined = hours(Session((6,), opens, closes), Session((0,), 0, 360))
    assert open_times(joined, days(8))[1] == ("Sun 10 18:00", "Mon 11 06:00", 1)


def test_a_night_belongs_to_the_day_it_opens_on() -> None:
    """Friday night runs into Saturday, and Sunday night is already open at minute 0 of Monday."""
    night = hours(Session((4, 6), 1200, 360))
    assert open_times(night, days(6)) == [("Mon 04 00:00", "Mon 04 06:00", 1), ("Fri 08 20:00", "Sat 09 06:00", 1)]


def test_the_evening_before_minute_0_knows_its_own_holiday() -> None:
    """1 January is a holiday: its night is closed though minute 0 is 2 January."""
    timeline = days(1, date(2027, 1, 2))
    night = hours(Session((4,), 1200, 360))
    assert open_times(night, timeline) == [("Sat 02 00:00", "Sat 02 06:00", 1)]
    assert open_times(night, timeline, days_off(Holidays("GB", "ENG"), *timeline.years)) == []


def test_leave_and_closure_spare_the_night_that_began_before() -> None:
    """Closed on Tuesday means that Monday's night ends on Tuesday morning as planned."""
    tuesday = DateRange(date(2027, 1, 5), date(2027, 1, 5))
    night = Session((0, 1), 1200, 360)
    expected = [("Mon 04 20:00", "Tue 05 06:00", 1)]
    assert open_times(hours(night, closed=(tuesday,)), days(3)) == expected
    assert open_times(hours(night), days(3), leave=(Leave(tuesday),)) == expected


def test_horizon_inside_a_session_adds_no_step_after_it() -> None:
    """Steps end before the horizon, which need not be a midnight."""
    times, units = capacity_steps(hours(Session((0,), 480, 1080)), 1, (), days(0.5), NO_DAYS_OFF)
    assert (times.tolist(), units.tolist()) == ([0, 480], [0, 1])


def test_sessions_that_state_units_add_where_they_overlap() -> None:
    """Two nurses all day and one more at noon make three at noon."""
    calendar = hours(Session((0,), 480, 1080, units=2), Session((0,), 660, 780, units=1))
    assert [step[2] for step in open_times(calendar, days(1), of=9)] == [2, 3, 2]


def test_nth_weekday_of_the_month() -> None:
    """The first and the last Friday; a month with five Fridays has its last on the fifth."""
    year = days(90, date(2027, 1, 1))
    assert open_days(hours(Session((4,), 480, 600, nth=(1, -1))), year) == [
        "01 Jan", "29 Jan", "05 Feb", "26 Feb", "05 Mar", "26 Mar"
    ]  # fmt: skip
    assert open_days(hours(Session((4,), 480, 600, nth=(5,))), year) == ["29 Jan"]
    assert open_days(hours(Session((0,), 480, 600, nth=(-1,))), year) == ["25 Jan", "22 Feb", "29 Mar"]
    assert open_days(hours(Session((6,), 480, 600, nth=(-1,))), year) == ["31 Jan", "28 Feb", "28 Mar"]


def test_every_second_week_counts_from_the_week_of_its_first_day() -> None:
    """From Wednesday 6 January: that Friday, then every second Friday, and the Monday of the same weeks."""
    session = Session((0, 4), 480, 600, first=date(2027, 1, 6), last=date(2027, 2, 5), every=2)
    assert open_days(hours(session), days(60)) == ["08 Jan", "18 Jan", "22 Jan", "01 Feb", "05 Feb"]


def test_share_keeps_the_first_part_of_a_session_rounded_down() -> None:
    """A third of 100 minutes is 33; 57 % of 600 is 342 though floats say 341.999."""
    assert Session((0,), 480, 580, share=1 / 3).minutes == 33
    assert Session((0,), 480, 1080, share=0.57).minutes == 342
    assert open_times(hours(Session((0,), 1380, 120, share=0.5)), days(2)) == [("Mon 04 23:00", "Tue 05 00:30", 1)]
    assert open_times(hours(Session((0,), 480, 600, share=0.0)), days(2)) == []


@given(st.integers(1, 1440), st.integers(0, 100))
def test_whole_percent_shares_are_exact(length: int, percent: int) -> None:
    """No percentage loses a minute to floating point."""
    assert Session((0,), 0, length, share=percent / 100).minutes == length * percent // 100


def test_overlapping_sessions_are_found() -> None:
    """Only where they meet on the same dates, and only unless all state units."""
    monday, late = Session((0,), 480, 1080), Session((0,), 1020, 1140, first=date(2027, 1, 11))
    assert first_overlap(hours(monday, late), days(7), NO_DAYS_OFF) is None
    assert first_overlap(hours(monday, late), days(14), NO_DAYS_OFF) == 7 * 1440 + 1020
    counted = hours(replace(monday, units=1), replace(late, units=1))
    assert first_overlap(counted, days(14), NO_DAYS_OFF) is None
    assert Session((0, 1), 480, 480).minutes == 1440
    assert first_overlap(hours(Session((0, 1), 480, 480)), days(7), NO_DAYS_OFF) is None  # 24 h, touching


# ---------------------------------------------------------------- closed dates, holidays, leave


def test_closed_over_the_year_end_every_year() -> None:
    """24 December to 2 January, whatever years the range was written with."""
    timeline = days(14, date(2029, 12, 21))
    winter = DateRange(date(2000, 12, 24), date(2000, 1, 2), yearly=True)
    assert open_days(hours(Session(tuple(range(7)), 480, 600), closed=(winter,)), timeline) == [
        "21 Dec", "22 Dec", "23 Dec", "03 Jan"
    ]  # fmt: skip


def test_closed_in_summer_every_year_and_once() -> None:
    """A yearly range inside the year, and a dated one that holds in its own year only."""
    daily = Session(tuple(range(7)), 480, 600)
    july = DateRange(date(2000, 7, 2), date(2000, 7, 3), yearly=True)
    assert open_days(hours(daily, closed=(july,)), days(4, date(2031, 7, 1))) == ["01 Jul", "04 Jul"]
    once = replace(july, yearly=False)
    assert len(open_days(hours(daily, closed=(once,)), days(4, date(2031, 7, 1)))) == 4


def test_public_holidays_close_unless_open_or_one_off() -> None:
    """Good Friday 2027 is 26 March, Easter Monday the 29th."""
    timeline = days(8, date(2027, 3, 23))
    england = days_off(Holidays("GB", "ENG"), *timeline.years)
    weekly = Session(MON_FRI, 480, 600)
    assert open_days(hours(weekly), timeline, england) == ["23 Mar", "24 Mar", "25 Mar", "30 Mar"]
    assert len(open_days(hours(weekly, holidays="open"), timeline, england)) == 6
    extra = Session((), 480, 600, on=(date(2027, 3, 26), date(2027, 3, 27)))
    assert open_days(hours(extra), timeline, england) == ["26 Mar", "27 Mar"]
    shut = DateRange(date(2027, 3, 27), date(2027, 3, 27))
    assert open_days(hours(extra, closed=(shut,)), timeline, england) == ["26 Mar"]


def test_leave_subtracts_units_down_to_zero() -> None:
    """Two absences of one and two from three units leave none, never a negative number."""
    week = DateRange(MONDAY, date(2027, 1, 5)), DateRange(date(2027, 1, 5), date(2027, 1, 6))
    leave = (Leave(week[0], 1), Leave(week[1], 3))
    assert open_times(hours(Session(MON_FRI, 480, 600)), days(4), leave=leave, of=3) == [
        ("Mon 04 08:00", "Mon 04 10:00", 2),
        ("Thu 07 08:00", "Thu 07 10:00", 3),
    ]


def test_leave_comes_off_the_sum_of_overlapping_sessions() -> None:
    """Two are away: of 2 and 3 together three stay; where only 1 is open, none."""
    calendar = hours(
        Session((0,), 480, 600, units=2), Session((0,), 480, 660, units=3), Session((0,), 700, 720, units=1)
    )
    leave = (Leave(DateRange(MONDAY, MONDAY), 2),)
    assert [step[2] for step in open_times(calendar, days(1), leave=leave)] == [3, 1]


def test_china_closes_on_notice_and_works_the_nearest_weekday() -> None:
    """In 2026 Saturday 10 October works Friday's timetable and Sunday 4 January Monday's."""
    china = days_off(Holidays("CN"), date(2026, 1, 1), date(2026, 12, 31))
    assert china.make_up[date(2026, 10, 10)] == 4
    assert china.make_up[date(2026, 1, 4)] == 0
    assert date(2026, 10, 7) in china.closed
    friday = hours(Session((4,), 480, 600))
    october = days(12, date(2026, 10, 1))
    assert open_days(friday, october, china) == ["09 Oct", "10 Oct"]  # the 2nd is a holiday
    assert open_days(hours(Session((5,), 480, 600)), october, china) == []  # no Saturday timetable on the 10th
    assert open_days(replace(friday, holidays="open"), october, china) == ["02 Oct", "09 Oct"]
    assert china.provisional == ()


def test_make_up_day_repeats_the_week_and_the_nth_of_the_day_it_stands_for() -> None:
    """Sunday 10 January works Monday 11 January's timetable: second Monday, second week."""
    daysoff = DaysOff(make_up={date(2027, 1, 10): 0})
    assert open_days(hours(Session((0,), 480, 600, nth=(2,))), days(14), daysoff) == ["10 Jan", "11 Jan"]
    fortnightly = Session((0,), 480, 600, first=MONDAY, every=2)
    assert open_days(hours(fortnightly), days(14), daysoff) == ["04 Jan"]


def test_years_without_a_notice_are_provisional() -> None:
    """China's make-up workdays of 2031 are not known; England has none to wait for."""
    span = date(2026, 1, 1), date(2031, 12, 31)
    assert 2031 in days_off(Holidays("CN"), *span).provisional
    assert 2026 not in days_off(Holidays("CN"), *span).provisional
    assert days_off(Holidays("GB"), *span).provisional == ()
    by_hand = Holidays("CN", make_up={date(2031, 2, 1): 4})
    assert 2031 not in days_off(by_hand, *span).provisional


@pytest.mark.parametrize("country", ["XX", "gb", "UnitedKingdom", "ECB", "NYSE", ""])
def test_what_is_no_code_of_a_country_is_refused(country: str) -> None:
    """Also the names of countries, and the codes of banks and stock exchanges, whose days off the package knows."""
    with pytest.raises(PathwayError, match=f"no public holidays are known for country '{country}'"):
        days_off(Holidays(country), date(2026, 1, 1), date(2026, 12, 31))


def test_what_is_said_by_hand_wins_over_the_notice() -> None:
    """Added dates close, removed dates are ordinary, make-up dates work as told."""
    by_hand = Holidays(
        "CN",
        add=(date(2026, 3, 4),),
        remove=(date(2026, 10, 7), date(2026, 10, 10)),
        make_up={date(2026, 1, 4): 2, date(2026, 10, 6): 1},
    )
    china = days_off(by_hand, date(2026, 1, 1), date(2026, 12, 31))
    assert date(2026, 3, 4) in china.closed
    assert date(2026, 10, 7) not in china.closed
    assert date(2026, 10, 6) not in china.closed
    assert date(2026, 10, 10) not in china.make_up
    assert (china.make_up[date(2026, 1, 4)], china.make_up[date(2026, 10, 6)]) == (2, 1)


def test_days_off_without_a_country_are_only_those_added() -> None:
    """No country, no holidays but one's own; dates outside the range are left out."""
    own = Holidays(add=(date(2027, 3, 1), date(2030, 1, 1)), make_up={date(2027, 3, 6): 0})
    assert days_off(own, MONDAY, date(2027, 12, 31)) == DaysOff(frozenset({date(2027, 3, 1)}), {date(2027, 3, 6): 0})


def test_other_weekends_stand_for_their_own_neighbours() -> None:
    """Where Friday and Saturday are the weekend, Thursday is nearest to one and Sunday to the other."""
    assert [_nearest_workday(country_holidays("KW"), date(2027, 1, day)) for day in (8, 9)] == [3, 6]


def test_unknown_countries_are_refused_with_a_hint() -> None:
    """The message says what was found and what is allowed."""
    with pytest.raises(PathwayError, match="'cn'.*did you mean CN"):
        days_off(Holidays("cn"), MONDAY, MONDAY)
    with pytest.raises(PathwayError, match="GB has no subdivision 'XX'; known are ENG, NIR, SCT, WLS"):
        days_off(Holidays("GB", "XX"), MONDAY, MONDAY)


def test_every_public_name_is_there() -> None:
    """`__all__` is the front door."""
    assert all(hasattr(clock, name) for name in clock.__all__)
