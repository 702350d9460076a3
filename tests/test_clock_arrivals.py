"""Referral streams as expected counts: every day and hour gets what it should."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.clock import MINUTES_PER_DAY, DateRange, DaysOff, Holidays, Stream, Timeline, days_off, expected_arrivals

MONDAY = date(2027, 1, 4)
NO_DAYS_OFF = DaysOff()


def days(count: float, origin: date = MONDAY) -> Timeline:
    """Give a timeline of so many days without warm-up."""
    return Timeline(origin, 0, int(count * MINUTES_PER_DAY), 0)


def expected_between(stream: Stream, timeline: Timeline, daysoff: DaysOff, first: datetime, last: datetime) -> float:
    """Give the patients expected between two moments."""
    times, cumulative = expected_arrivals(stream, timeline, daysoff)
    a, b = np.interp([timeline.minute(first), timeline.minute(last)], times, cumulative)
    return float(b - a)


def test_every_weekday_and_hour_gets_its_own_rate() -> None:
    """Regression: thinning with the rate of the wrong interval; each hour of each weekday expects its own count.

    A week of weights 5, 4, 3, 2, 1 over ten hours a day: an hour on Wednesday holds 3/15/10 of a week.
    """
    stream = Stream("gp", 560.0, weekdays=(5, 4, 3, 2, 1, 0, 0), opens=480, closes=1080)
    timeline = days(28)
    times, cumulative = expected_arrivals(stream, timeline, NO_DAYS_OFF)
    by_minute = np.diff(np.interp(np.arange(timeline.horizon + 1), times, cumulative))
    by_hour = by_minute.reshape(4, 7, 24, 60).sum(axis=3)
    weights = np.outer([5, 4, 3, 2, 1, 0, 0], [0] * 8 + [1] * 10 + [0] * 6) / 150
    a_week = 560.0 / (52 + 1 / 15)  # 2027 begins and ends on a Friday: 52 weeks and one Friday of weight 1
    for week in by_hour:
        np.testing.assert_allclose(week, weights * a_week, rtol=1e-9, atol=1e-12)


def test_a_whole_calendar_year_holds_per_year_whatever_the_shape() -> None:
    """Weekday, month and holiday factors only shape the year; each of three years holds 560."""
    timeline = days(3 * 365 + 1, date(2027, 1, 1))
    england = days_off(Holidays("GB", "ENG"), *timeline.years)
    months = (1.0, 1.1, 1.0, 1.0, 1.0, 1.0, 1.0, 0.7, 1.0, 1.0, 1.0, 0.8)
    stream = Stream("gp", 560.0, weekdays=(1.2, 1, 1, 1, 0.9, 0.1, 0), months=months, on_holidays=0.3)
    for year in (2027, 2028, 2029):
        count = expected_between(stream, timeline, england, datetime(year, 1, 1), datetime(year + 1, 1, 1))
        assert count == pytest.approx(560.0, rel=1e-9)
    # August against July, each 31 days, by their weekday weights
    two = [
        expected_between(stream, timeline, NO_DAYS_OFF, datetime(2027, m, 1), datetime(2027, m + 1, 1)) for m in (7, 8)
    ]
    july, august = 4 * 5.2 + 1 + 0.9 + 0.1, 4 * 5.2 + 0 + 1.2 + 1  # 31 days: Thu Fri Sat, and Sun Mon Tue, twice more
    assert two[1] / two[0] == pytest.approx(0.7 * august / july)


def test_a_run_inside_a_year_has_its_part_of_the_year() -> None:
    """An even stream of 365 a year sends one a day, and the count starts at 0."""
    times, cumulative = expected_arrivals(Stream("a", 365.0, weekdays=(1,) * 7), days(10), NO_DAYS_OFF)
    assert (times[0], times[-1], cumulative[0]) == (0, 14400, 0.0)
    assert cumulative[-1] == pytest.approx(10.0)


def test_holidays_and_make_up_days_shape_the_week() -> None:
    """No referrals on Good Friday; a worked Saturday sends as many as a Friday."""
    timeline = days(365, date(2027, 1, 1))
    daysoff = DaysOff(frozenset({date(2027, 3, 26)}), {date(2027, 2, 20): 4})
    stream = Stream("gp", 261.0)  # 261 weekdays, less one, and one more
    for day, count in ((date(2027, 3, 26), 0.0), (date(2027, 2, 20), 1.0), (date(2027, 2, 27), 0.0)):
        morning = datetime.combine(day, datetime.min.time())
        assert expected_between(stream, timeline, daysoff, morning, morning + timedelta(days=1)) == pytest.approx(count)


def test_growth_counts_calendar_years_from_the_year_the_run_starts_in() -> None:
    """10 % a year from a run that starts in 2027: less in the warm-up year, more in the next."""
    timeline = Timeline(date(2026, 1, 1), 365 * 1440, 365 * 1440, 366 * 1440)
    stream = Stream("gp", 100.0, growth=0.10)
    counts = [
        expected_between(stream, timeline, NO_DAYS_OFF, datetime(year, 1, 1), datetime(year + 1, 1, 1))
        for year in (2026, 2027, 2028)
    ]
    assert counts == pytest.approx([100 / 1.1, 100.0, 110.0])


def test_exceptions_multiply_their_days_and_take_nothing_from_others() -> None:
    """Half the referrals for two days: one patient fewer, and not one more elsewhere."""
    stream = Stream("gp", 365.0, weekdays=(1,) * 7)
    strike = DateRange(date(2027, 1, 5), date(2027, 1, 6)), 0.5
    _, cumulative = expected_arrivals(replace(stream, exceptions=(strike,)), days(10), NO_DAYS_OFF)
    assert cumulative[-1] == pytest.approx(9.0)


def test_arrivals_past_midnight_belong_to_the_evening() -> None:
    """22:00-02:00: at minute 0 half of the evening before is still to come."""
    stream = Stream("night", 365.0, weekdays=(1,) * 7, opens=1320, closes=120)
    times, cumulative = expected_arrivals(stream, days(1), NO_DAYS_OFF)
    assert times.tolist() == [0, 120, 1320, 1440]
    assert cumulative == pytest.approx([0.0, 0.5, 0.5, 1.0])


def test_a_longer_run_changes_nothing_before() -> None:
    """The same numbers to the digit on the days both runs have, so patients keep their dates."""
    stream = Stream("gp", 560.0, opens=480, closes=1080, growth=0.02)
    times, short = expected_arrivals(stream, days(100), NO_DAYS_OFF)
    longer, long = expected_arrivals(stream, days(1000), NO_DAYS_OFF)
    assert (longer[:201] == times[:201]).all()  # the last of the short run is its horizon
    assert (long[:201] == short[:201]).all()


def test_a_stream_without_any_open_day_sends_nobody() -> None:
    """All weights 0 give a count of 0, not a division by zero."""
    _, cumulative = expected_arrivals(Stream("none", 10.0, weekdays=(0,) * 7), days(10), NO_DAYS_OFF)
    assert (cumulative == 0).all()


@given(
    st.lists(st.floats(0, 5), min_size=7, max_size=7).map(tuple),
    st.integers(0, 1439),
    st.integers(0, 1440),
    st.floats(0, 2),
    st.integers(1, 100000),
)
def test_expected_arrivals_never_fall(
    weekdays: tuple[float, ...], opens: int, closes: int, on_holidays: float, horizon: int
) -> None:
    """The integral starts at 0 at minute 0, ends at the horizon and never decreases."""
    stream = Stream("any", 700.0, weekdays=weekdays, opens=opens, closes=closes, on_holidays=on_holidays)
    times, cumulative = expected_arrivals(
        stream, Timeline(MONDAY, 0, horizon, 0), DaysOff(frozenset({date(2027, 1, 6)}))
    )
    assert (times[0], times[-1], cumulative[0]) == (0, horizon, 0.0)
    assert (np.diff(times) > 0).all()
    assert (np.diff(cumulative) >= 0).all()
