"""Time in plain words: durations, date ranges and calendars as a report prints them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pathway.clock.records import ALWAYS, MINUTES_PER_DAY, NEVER, Calendar, DateRange, Session

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_MANY_DATES = 4


def say_duration(minutes: int) -> str:
    """Say a number of minutes in days, hours and minutes.

    >>> say_duration(3060), say_duration(45), say_duration(0), say_duration(NEVER)
    ('2 d 3 h', '45 min', '0 min', 'never')
    """
    if minutes >= NEVER:
        return "never"
    if minutes < 0:
        return "-" + say_duration(-minutes)
    days, rest = divmod(int(minutes), MINUTES_PER_DAY)
    parts = [(days, "d"), (rest // 60, "h"), (rest % 60, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 min"


def say_range(when: DateRange) -> str:
    """Say a range of dates.

    >>> say_range(DateRange(date(2027, 7, 19), date(2027, 8, 6)))
    '19 Jul–6 Aug 2027'
    >>> say_range(DateRange(date(2000, 12, 24), date(2001, 1, 2), yearly=True, why="winter closure"))
    '24 Dec–2 Jan each year (winter closure)'
    """
    first, last = _say_day(when.first), _say_day(when.last)
    if not when.yearly and when.first.year != when.last.year:
        first += f" {when.first.year}"
    days = first if first == last else f"{first}–{last}"
    text = f"{days} each year" if when.yearly else f"{days} {when.last.year}"
    return f"{text} ({when.why})" if when.why else text


def say_sessions(calendar: Calendar) -> str:
    """Say in plain words when a calendar is open.

    >>> week, first_friday = Session((0, 1, 2, 3, 4), 480, 1080), Session((4,), 480, 1050, nth=(1,))
    >>> say_sessions(Calendar("mdt", (week, first_friday)))
    'Mon–Fri 08:00–18:00; first Friday 08:00–17:30; closed on public holidays'
    >>> say_sessions(Calendar("ward", (Session((5, 6), 1200, 360, units=2),), holidays="open"))
    'Sat, Sun 20:00–06:00 (2 units); open on public holidays'
    """
    if (calendar.sessions, calendar.closed, calendar.holidays) == (ALWAYS.sessions, (), "open"):
        return "always open"
    parts = [_say_session(session) for session in calendar.sessions] or ["never open"]
    parts += [f"closed {say_range(when)}" for when in calendar.closed]
    if any(not session.on for session in calendar.sessions):  # one-off sessions do not ask
        parts.append(f"{calendar.holidays} on public holidays")
    return "; ".join(parts)


def _say_session(session: Session) -> str:
    text = f"{_say_days(session)} {_say_time(session.opens)}–{_say_time(session.closes or MINUTES_PER_DAY)}"
    if session.units is not None:
        text += f" ({session.units} unit{'' if session.units == 1 else 's'})"
    if session.share is not None:
        text += f" (the first {100 * session.share:.4g} %, {say_duration(session.minutes)})"
    if session.first is not None and not session.on:
        text += f" from {_say_date(session.first)}"
    if session.last is not None and not session.on:
        text += f" until {_say_date(session.last)}"
    return text


def _say_days(session: Session) -> str:
    if session.on:
        dates = sorted(session.on)
        if len(dates) > _MANY_DATES:
            return f"{len(dates)} dates between {_say_date(dates[0])} and {_say_date(dates[-1])}"
        return ", ".join(_say_date(day) for day in dates)
    if session.nth:
        ordinals = " and ".join(_ORDINALS[nth] for nth in session.nth)
        text = f"{ordinals} {' and '.join(_LONG_DAYS[day] for day in sorted(session.days))}"
    else:
        text = _say_weekdays(session.days)
    return f"{text} every {session.every} weeks" if session.every > 1 else text


def _say_weekdays(days: Sequence[int]) -> str:
    """Say weekdays, three or more in a row as a range."""
    chosen = sorted(set(days))
    if len(chosen) == len(_DAYS):
        return "every day"
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return f"{_DAYS[chosen[0]]}–{_DAYS[chosen[-1]]}"
    return ", ".join(_DAYS[day] for day in chosen)


def _say_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _say_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _say_date(day: date) -> str:
    return f"{_say_day(day)} {day.year}"
