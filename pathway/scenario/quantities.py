"""Numbers with units: how long, what share, how many; minutes and fractions of one come out."""

from __future__ import annotations

import math
import re

from pathway.clock import NEVER
from pathway.scenario.cursor import UnreadableError
from pathway.scenario.nodes import Scalar

MINUTES = {
    **dict.fromkeys(("min", "minute", "minutes"), 1.0),
    **dict.fromkeys(("h", "hour", "hours"), 60.0),
    **dict.fromkeys(("d", "day", "days"), 1440.0),
    **dict.fromkeys(("week", "weeks"), 7 * 1440.0),
    **dict.fromkeys(("month", "months"), 30.4375 * 1440.0),
    **dict.fromkeys(("year", "years"), 365.25 * 1440.0),
}
DAY = 1440
CALENDAR_UNITS = frozenset({"month", "months", "year", "years"})
LARGEST_NUMBER = 1_000_000_000
LONGEST = 1000 * 365.25 * DAY

A_DURATION = "a duration such as '20 min' (units: min, hours, days, weeks, months, years)"
MOST_LOGGED = 32_767  # the largest number of units, and priority, an event log has room for
MOST_LONGER = 3
MOST_TIMES = 10_000  # completed visits to one state a patient may bring along
A_SHARE = "a share such as '96 percent' or 0.96"

_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s+([^\s\d]+)\s*")


def split(value: Scalar) -> tuple[float, str] | None:
    """Split ``number unit``; nothing if the value is not of that form.

    >>> split("20 min")
    (20.0, 'min')
    >>> split("20min") is None
    True
    """
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    return (float(match[1]), match[2]) if match else None


def is_quantity(value: object) -> bool:
    """Tell whether a value is a number with a unit this room knows."""
    parts = split(value) if isinstance(value, str) else None
    return parts is not None and (parts[1] in MINUTES or parts[1] == "percent")


def is_money(value: object) -> bool:
    """Tell whether a value is an amount of money.

    >>> is_money("1200 GBP/h"), is_money("20 min")
    (True, False)
    """
    parts = split(value) if isinstance(value, str) else None
    return parts is not None and re.fullmatch(r"[A-Z]{3}(/[a-z]+)?", parts[1]) is not None


def minutes(value: Scalar) -> float:
    """Read a duration, in minutes, not rounded.

    >>> minutes("2 weeks")
    20160.0
    """
    parts = split(value)
    if parts is None:
        raise UnreadableError(f"{A_DURATION}{_why_not_quantity(value)}")
    number, unit = parts
    if unit == "percent":
        raise UnreadableError(f"{A_DURATION}, not a share")
    if unit not in MINUTES:
        raise UnreadableError(f"{A_DURATION}; there is no unit {unit!r}")
    if number < 0:
        raise UnreadableError("a duration that is not negative")
    if number * MINUTES[unit] > LONGEST:
        raise UnreadableError("a duration of at most 1000 years")
    return number * MINUTES[unit]


def _why_not_quantity(value: Scalar) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "; the unit is missing"
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[\d.]+[a-z]+\s*", value):
        return "; write a space between the number and the unit"
    return ""


def whole_minutes(value: Scalar) -> int:
    """Read a duration in whole minutes, half a minute rounded up."""
    return math.floor(minutes(value) + 0.5)


def minutes_or_never(value: Scalar) -> float:
    """Read a duration, or the word ``never``."""
    return float(NEVER) if value == "never" else minutes(value)


def whole_days(value: Scalar) -> int:
    """Read a duration of whole days, in minutes; months and years go to the nearest day."""
    length = minutes(value)
    parts = split(value)
    if length % DAY and not (parts and parts[1] in CALENDAR_UNITS):
        raise UnreadableError("a whole number of days")
    return math.floor(length / DAY + 0.5) * DAY


def weeks(value: Scalar) -> int:
    """Read a whole number of weeks, at least one."""
    length = minutes(value)
    if length % (7 * DAY) or not length:
        raise UnreadableError("a whole number of weeks, at least '1 week'")
    return int(length // (7 * DAY))


def share(value: Scalar) -> float:
    """Read a share between 0 and 1.

    >>> share("96 percent"), share(0.5)
    (0.96, 0.5)
    """
    fraction = _fraction(value)
    if not 0 <= fraction <= 1:
        raise UnreadableError(f"{A_SHARE}, between 0 and 1")
    return fraction


def share_of_attempts(value: Scalar) -> float:
    """Read the share of attempts that fail; not all of them, or nobody would ever get through."""
    if (read := share(value)) == 1:
        raise UnreadableError(f"{A_SHARE}, below 1: if every attempt fails, nobody ever gets through")
    return read


def longer(value: Scalar) -> float:
    """Read by how much more something takes, up to four times as long in all."""
    fraction = _fraction(value)
    if not 0 <= fraction <= MOST_LONGER:
        raise UnreadableError(f"a share such as '40 percent', from 0 to {MOST_LONGER} (four times as long)")
    return fraction


def growth(value: Scalar) -> float:
    """Read a change such as ``3 percent`` or ``-2 percent``, more than -1."""
    fraction = _fraction(value)
    if fraction <= -1:
        raise UnreadableError("a change such as '3 percent', more than '-100 percent'")
    return fraction


def _fraction(value: Scalar) -> float:
    parts = split(value)
    if parts is not None and parts[1] == "percent":
        return parts[0] / 100
    if parts is not None:
        raise UnreadableError(f"{A_SHARE}, not a duration" if parts[1] in MINUTES else A_SHARE)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UnreadableError(A_SHARE)
    return float(value)


def number(value: Scalar) -> float:
    """Read a plain number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise UnreadableError("a number")
    if abs(value) > LARGEST_NUMBER:
        raise UnreadableError(f"a number of at most {LARGEST_NUMBER:,}")
    return float(value)


def not_negative(value: Scalar) -> float:
    """Read a number that is not negative."""
    if (read := number(value)) < 0:
        raise UnreadableError("a number that is not negative")
    return read


def whole(value: Scalar) -> int:
    """Read a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise UnreadableError("a whole number")
    if abs(value) > LARGEST_NUMBER:
        raise UnreadableError(f"a whole number of at most {LARGEST_NUMBER:,}")
    return value


def count(value: Scalar) -> int:
    """Read a whole number that is not negative."""
    if (read := whole(value)) < 0:
        raise UnreadableError("a whole number that is not negative")
    return read


def at_least_one(value: Scalar) -> int:
    """Read a whole number, at least 1."""
    if (read := whole(value)) < 1:
        raise UnreadableError("a whole number, at least 1")
    return read


def times(value: Scalar) -> int:
    """Read how often something has happened."""
    if (read := count(value)) > MOST_TIMES:
        raise UnreadableError(f"a whole number from 0 to {MOST_TIMES:,}")
    return read


def priority(value: Scalar) -> int:
    """Read a priority, 0 the most urgent."""
    if (read := count(value)) > MOST_LOGGED:
        raise UnreadableError(f"a whole number from 0, the most urgent, to {MOST_LOGGED}")
    return read


def units(value: Scalar) -> int:
    """Read how many units are held, as many as the event log can write."""
    if (read := at_least_one(value)) > MOST_LOGGED:
        raise UnreadableError(f"a whole number from 1 to {MOST_LOGGED}")
    return read


def yes_no(value: Scalar) -> int:
    """Read ``yes`` or ``no`` (or ``true`` or ``false``) as 1 or 0."""
    if value in ("yes", "no") or isinstance(value, bool):
        return int(value in ("yes", True))
    raise UnreadableError("yes or no")


def text(value: Scalar) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise UnreadableError("a text; put quotes around it")
    return value
