"""Numbers as a manager reads them: no more digits than are known, units in words."""

from __future__ import annotations

import math
from datetime import date, datetime

from pathway import words

MISSING = "–"
_NO_DECIMALS = 9.95  # the least value that is written without decimals
_LEAST = 0.05  # the least that is written as a number


def say_number(value: float | None) -> str:
    """Write a number with as many digits as matter.

    >>> say_number(1234.5), say_number(12.34), say_number(3.27), say_number(3.0), say_number(float("nan"))
    ('1,234', '12', '3.3', '3', '–')
    >>> say_number(9.98), say_number(0.63), say_number(0.012), say_number(0.0)
    ('10', '0.6', '< 0.1', '0')
    """
    if value is None or math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞"
    if 0 < abs(value) < _LEAST:
        return "< 0.1" if value > 0 else "0"
    rounded = round(value, 0 if abs(value) >= _NO_DECIMALS else 1)
    return f"{rounded:,.0f}" if rounded == round(rounded) else f"{rounded:,.1f}"


def say_count(value: float | None) -> str:
    """Write how many patients, visits or sessions there are, on average, as a whole number.

    >>> say_count(7.8), say_count(0.5), say_count(0.0), say_count(1234.0)
    ('8', '< 1', '0', '1,234')
    """
    if value is not None and 0 < value <= 0.5:  # noqa: PLR2004 - what would be rounded to nobody
        return "< 1"
    return say_number(value if value is None or not math.isfinite(value) else round(value))


def say_share(value: float | None, *, digits: int = 0) -> str:
    """Write a share as a percentage.

    >>> say_share(0.854), say_share(0.0382, digits=1), say_share(None)
    ('85 %', '3.8 %', '–')
    """
    if value is None or math.isnan(value):
        return MISSING
    return words.percent(f"{100 * value:.{digits}f}")


def say(value: float | None, unit: str) -> str:
    """Write a value with its unit: a share as a percentage, days and the rest as number and word.

    >>> say(0.5, "share"), say(12.2, "days"), say(float("nan"), "days")
    ('50 %', '12 days', '–')
    """
    if unit == "share":
        return say_share(value)
    number = say_number(value)
    if number == MISSING or not unit:
        return number
    return words.quantity(number, unit)


def say_span(low: float, high: float, unit: str) -> str:
    """Write an interval; counts, shares and times below zero are cut off at zero, shares at 100 %.

    >>> say_span(0.912, 1.04, "share"), say_span(-1.0, 3.2, "days"), say_span(2.0, 2.0, "days")
    ('91–100 %', '0–3.2 days', '2 days')
    >>> say_span(0.02, 3.2, ""), say_span(0.01, 0.02, "")
    ('0–3.2', '< 0.1')
    """
    if any(value is None or math.isnan(value) for value in (low, high)):
        return MISSING
    low, high = max(low, 0.0), max(high, 0.0)
    if unit == "share":
        low, high = min(low, 1.0), min(high, 1.0)
        one, other = f"{100 * low:.0f}", f"{100 * high:.0f}"
        return words.percent(one if one == other else f"{one}–{other}")
    one, other = say_number(low), say_number(high)
    together = one if one == other else f"{'0' if low < _LEAST else one}–{other}"
    return words.quantity(together, unit) if unit else together


def say_date(day: date | datetime) -> str:
    """Write a date in full.

    >>> say_date(date(2027, 1, 4))
    '4 January 2027'
    """
    month = words.text(f"month.{day.month}")
    return words.text("number.date", day=day.day, month=month, year=day.year)
