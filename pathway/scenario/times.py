"""Dates, weekdays, months and times of the day as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime

from pathway.clock import MINUTES_PER_DAY, DateRange
from pathway.errors import nearest
from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.nodes import Scalar
from pathway.scenario.quantities import text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_HOURS = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}):(\d{2})")
_MONTH_DAY = re.compile(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2000


def hours(value: Scalar) -> tuple[int, int]:
    """Read opening and closing time as minutes of the day; closing at or before opening is the next day.

    >>> hours("08:30-12:30"), hours("20:00-06:00"), hours("00:00-24:00")
    ((510, 750), (1200, 360), (0, 1440))
    """
    match = _HOURS.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise UnreadableError('opening hours in quotes, such as "08:30-12:30"')
    opens, closes = (60 * int(match[i]) + int(match[i + 1]) for i in (1, 3))
    if max(int(match[2]), int(match[4])) > 59 or opens >= MINUTES_PER_DAY or closes > MINUTES_PER_DAY:
        raise UnreadableError('times of the day between "00:00" and "24:00"')
    return opens, closes


def weekday(value: Scalar) -> int:
    """Read a weekday, Monday = 0."""
    if value not in WEEKDAYS:
        raise UnreadableError(f"a weekday ({', '.join(WEEKDAYS)}){nearest(str(value)[:3].lower(), WEEKDAYS)}")
    return WEEKDAYS.index(str(value))


def month(value: Scalar) -> int:
    """Read a month, January = 0."""
    if value not in MONTHS:
        raise UnreadableError(f"a month ({', '.join(MONTHS)}){nearest(str(value)[:3].lower(), MONTHS)}")
    return MONTHS.index(str(value))


def day(value: Scalar) -> date:
    """Read a date such as 2027-04-01."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> date:
    raise UnreadableError("a date such as 2027-04-01")


def moment(value: Scalar) -> datetime:
    """Read a date, which means midnight, or a date with a time of the day.

    >>> moment("2027-01-02 14:30"), moment("2027-01-02")
    (datetime.datetime(2027, 1, 2, 14, 30), datetime.datetime(2027, 1, 2, 0, 0))
    """
    match = _MOMENT.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        on = day(match[1] if match else value)
        hour, minute = (int(match[2]), int(match[3])) if match else (0, 0)
        return datetime(on.year, on.month, on.day, hour, minute)
    except ValueError:
        raise UnreadableError('a date such as 2027-01-02, or one with a time such as "2027-01-02 14:30"') from None


def day_or_yearly(value: Scalar) -> tuple[date, bool]:
    """Read a date, or a day of every year such as "12-24"."""
    match = _MONTH_DAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        try:
            return day(value), False
        except UnreadableError:
            raise UnreadableError('a date such as 2027-04-01, or a day of every year such as "12-24"') from None
    try:
        return date(_LEAP_YEAR, int(match[1]), int(match[2])), True
    except ValueError:
        raise UnreadableError('a day of the year that exists, such as "12-24" (month-day)') from None


def date_range(cursor: Cursor) -> DateRange:
    """Read ``from`` and ``to`` of a mapping: two dates, or two days of every year; one of them alone is a day."""
    never = date(_LEAP_YEAR, 1, 1), False
    first, yearly = cursor.take("from", day_or_yearly, never)
    last, last_yearly = cursor.take("to", day_or_yearly, (first, yearly))
    to = cursor.get("to")
    if to and yearly != last_yearly:
        to.fault("is of another kind than from; either both are dates or both are days of every year")
    elif to and not yearly and last < first:
        to.fault(f"is {last}, which is before from ({first})")
    return DateRange(first, last, yearly, cursor.take("why", text, ""))
