"""Dates as arrays: weekday, month, public holiday and stand-in date of every day of a timeline."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pathway.clock.records import MINUTES_PER_DAY, DateRange, DaysOff, Holidays, Session, Timeline
from pathway.errors import PathwayError, nearest

if TYPE_CHECKING:
    from holidays import HolidayBase

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_EPOCH = date(1970, 1, 1).toordinal()  # a Thursday
_CODE = re.compile("[A-Z]{2,3}")
_FIRST_NOTICE = 2000  # where to begin to look for the last year with known make-up workdays


def days_off(holidays: Holidays, first: date, last: date) -> DaysOff:
    """Find the public holidays and make-up workdays between two dates, both included.

    Parameters
    ----------
    holidays
        The country and what is added or removed by hand.
    first, last
        The days to look at; for a run, `*timeline.years`.

    Returns
    -------
    DaysOff
        With `provisional` the years after the last official notice, in countries that announce
        make-up workdays year by year (China), unless `holidays.make_up` has dates in that year.

    Raises
    ------
    PathwayError
        If no holidays are known for the country or its subdivision.

    Examples
    --------
    >>> china = days_off(Holidays("CN"), date(2026, 1, 1), date(2026, 12, 31))
    >>> date(2026, 10, 1) in china.closed, china.make_up[date(2026, 10, 10)]  # a Saturday works as a Friday
    (True, 4)
    >>> days_off(Holidays("CN"), date(2060, 1, 1), date(2060, 12, 31)).provisional
    (2060,)
    """
    closed: set[date] = set()
    make_up: dict[date, int] = {}
    provisional: tuple[int, ...] = ()
    if holidays.country is not None:
        official = _official(holidays.country, holidays.subdivision, first.year, last.year)
        closed = set(official)
        worked = {day for day in official.weekend_workdays if official.is_weekend(day)}
        make_up = {day: _nearest_workday(official, day) for day in worked}
        if official.has_substituted_holidays and worked:
            noticed = max(day.year for day in worked)
            given = {day.year for day in holidays.make_up}
            years = range(first.year, last.year + 1)
            provisional = tuple(year for year in years if year > noticed and year not in given)
    closed = (closed | set(holidays.add)) - set(holidays.remove) - set(holidays.make_up)
    make_up = {day: make_up[day] for day in set(make_up) - set(holidays.add) - set(holidays.remove)}
    make_up |= holidays.make_up
    return DaysOff(
        frozenset(day for day in closed if first <= day <= last),
        {day: make_up[day] for day in sorted(make_up) if first <= day <= last},
        provisional,
    )


@lru_cache(maxsize=16)
def _official(country: str, part: str | None, first: int, last: int) -> HolidayBase:
    """Look up a country's holidays in the `holidays` package, which takes a moment to import, and to look."""
    from holidays import country_holidays

    years = range(min(first - 1, _FIRST_NOTICE), last + 2)
    if _CODE.fullmatch(country):  # the package also knows countries by name, which is not a code
        with suppress(NotImplementedError):
            official = country_holidays(country, subdiv=part, years=years)
            if not hasattr(official, "market"):  # the package also knows stock exchanges, by codes of their own
                return official
    raise PathwayError(_unknown(country, part))


def _unknown(country: str, part: str | None) -> str:
    """Say which of country and subdivision is unknown; for that, every country there is has to be imported."""
    from holidays import list_supported_countries

    known = list_supported_countries(include_aliases=True)
    if country in known:
        return f"{country} has no subdivision {part!r}; known are {', '.join(known[country]) or 'none'}"
    hint = nearest(country.upper(), known)
    return f"no public holidays are known for country {country!r}, expected a code such as GB or CN{hint}"


def _nearest_workday(official: HolidayBase, day: date) -> int:
    """Give the weekday nearest to a weekend day: Saturday's is Friday, Sunday's is Monday."""
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    return (after if official.is_weekend(before) else before).weekday()


@dataclass(frozen=True, slots=True)
class Days:
    """Consecutive days, one array entry each; dates are whole days since 1970.

    `works_as` is the date whose timetable the day follows: itself, except on a make-up workday.
    """

    minute: IntArray  # of the day's midnight
    date: IntArray
    works_as: IntArray
    year: IntArray
    month: IntArray  # January = 1
    month_day: IntArray
    holiday: BoolArray


def days_between(first: date, last: date, timeline: Timeline, daysoff: DaysOff) -> Days:
    """Lay out the days from `first` to `last`, both included, in minutes of the timeline.

    >>> days = days_between(date(2027, 2, 19), date(2027, 2, 20), Timeline(date(2027, 2, 20), 0, 1440, 0),
    ...                     DaysOff(make_up={date(2027, 2, 20): 4}))
    >>> days.minute.tolist(), weekday(days.date).tolist(), weekday(days.works_as).tolist()
    ([-1440, 0], [4, 5], [4, 4])
    """
    dates = np.arange(_number(first), _number(last) + 1, dtype=np.int64)
    works_as = dates.copy()
    for day, as_weekday in daysoff.make_up.items():
        if first <= day <= last:
            # the nearest such weekday, at most three days off
            works_as[_number(day) - dates[0]] += (as_weekday - day.weekday() + 3) % 7 - 3
    months = dates.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return Days(
        minute=(dates - _number(timeline.origin)) * MINUTES_PER_DAY,
        date=dates,
        works_as=works_as,
        year=months // 12 + 1970,
        month=months % 12 + 1,
        month_day=_month_day(dates)[0],
        holiday=_among(dates, daysoff.closed),
    )


def weekday(dates: IntArray) -> IntArray:
    """Give the weekdays, Monday = 0, of dates counted in days since 1970.

    >>> weekday(np.array([0]))  # 1 January 1970 was a Thursday
    array([3])
    """
    return (dates + 3) % 7


def covers(when: DateRange, days: Days) -> BoolArray:
    """Tell which days lie in a range; a yearly one may go over the year's end."""
    if not when.yearly:
        return (days.date >= _number(when.first)) & (days.date <= _number(when.last))
    first, last = (100 * day.month + day.day for day in (when.first, when.last))
    of_year = 100 * days.month + days.month_day
    after, before = of_year >= first, of_year <= last
    return (after & before) if first <= last else (after | before)


def takes_place(session: Session, days: Days, *, keeps_holidays: bool) -> BoolArray:
    """Tell on which days a session opens, its calendar's closed dates aside.

    With `keeps_holidays` it is closed on public holidays and works make-up workdays.
    """
    if session.on:
        return _among(days.date, session.on)
    dates = days.works_as if keeps_holidays else days.date
    open_on = np.isin(weekday(dates), session.days)
    if keeps_holidays:
        open_on &= ~days.holiday
    if session.first is not None:
        open_on &= days.date >= _number(session.first)
    if session.last is not None:
        open_on &= days.date <= _number(session.last)
    if session.every > 1 and session.first is not None:
        weeks = (_monday(dates) - _monday(np.int64(_number(session.first)))) // 7
        open_on &= weeks % session.every == 0
    if session.nth:
        month_day, month_length = _month_day(dates)
        nth = (month_day - 1) // 7 + 1
        nth_from_end = -((month_length - month_day) // 7 + 1)
        open_on &= np.isin(nth, session.nth) | np.isin(nth_from_end, session.nth)
    return open_on


def _number(day: date) -> int:
    return day.toordinal() - _EPOCH


def _monday(dates: IntArray | np.int64) -> IntArray | np.int64:
    return dates - (dates + 3) % 7


def _among(dates: IntArray, chosen: Iterable[date]) -> BoolArray:
    return np.isin(dates, np.fromiter((_number(day) for day in chosen), np.int64))


def _month_day(dates: IntArray) -> tuple[IntArray, IntArray]:
    """Give each date's day of the month, and the length of that month."""
    months = dates.astype("datetime64[D]").astype("datetime64[M]")
    begins = months.astype("datetime64[D]").astype(np.int64)
    ends = (months + 1).astype("datetime64[D]").astype(np.int64)
    return dates - begins + 1, ends - begins
