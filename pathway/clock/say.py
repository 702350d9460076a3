"""Time in plain words: durations, date ranges and calendars as a report prints them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pathway import words
from pathway.clock.records import ALWAYS, MINUTES_PER_DAY, NEVER, Calendar, DateRange, Session

_MANY_DATES = 4
_WEEK = 7


def say_duration(minutes: int) -> str:
    """Say a number of minutes in days, hours and minutes.

    >>> say_duration(3060), say_duration(45), say_duration(0), say_duration(NEVER)
    ('2 d 3 h', '45 min', '0 min', 'never')
    """
    if minutes >= NEVER:
        return words.text("time.never")
    if minutes < 0:
        return "-" + say_duration(-minutes)
    days, rest = divmod(int(minutes), MINUTES_PER_DAY)
    parts = [(days, "d"), (rest // 60, "h"), (rest % 60, "min")]
    said = [words.text(f"time.{unit}", n=count) for count, unit in parts if count]
    return words.text("time.between").join(said) or words.text("time.min", n=0)


def say_range(when: DateRange) -> str:
    """Say a range of dates.

    >>> say_range(DateRange(date(2027, 7, 19), date(2027, 8, 6)))
    '19 Jul–6 Aug 2027'
    >>> say_range(DateRange(date(2000, 12, 24), date(2001, 1, 2), yearly=True, why="winter closure"))
    '24 Dec–2 Jan each year (winter closure)'
    """
    first, last = _say_day(when.first), _say_day(when.last)
    if not when.yearly and when.first.year != when.last.year:
        first = _say_date(when.first)
    days = first if first == last else words.text("open.span", first=first, last=last)
    said = words.text("open.each_year", days=days) if when.yearly else _in_year(days, when.last.year)
    return words.text("open.for", days=said, why=when.why) if when.why else said


def say_sessions(calendar: Calendar) -> str:
    """Say in plain words when a calendar is open.

    >>> week, first_friday = Session((0, 1, 2, 3, 4), 480, 1080), Session((4,), 480, 1050, nth=(1,))
    >>> say_sessions(Calendar("mdt", (week, first_friday)))
    'Mon–Fri 08:00–18:00; first Friday 08:00–17:30; closed on public holidays'
    >>> say_sessions(Calendar("ward", (Session((5, 6), 1200, 360, units=2),), holidays="open"))
    'Sat, Sun 20:00–06:00 (2 units); open on public holidays'
    """
    if (calendar.sessions, calendar.closed, calendar.holidays) == (ALWAYS.sessions, (), "open"):
        return words.text("open.always")
    parts = [_say_session(session) for session in calendar.sessions] or [words.text("open.never")]
    parts += [words.text("open.closed", when=say_range(when)) for when in calendar.closed]
    if any(not session.on for session in calendar.sessions):  # one-off sessions do not ask
        parts.append(words.text(f"open.holidays_{calendar.holidays}"))
    return words.clauses(parts)


def _say_session(session: Session) -> str:
    opens, closes = say_time_of_day(session.opens), say_time_of_day(session.closes or MINUTES_PER_DAY)
    said = words.text("open.session", days=_say_days(session), opens=opens, closes=closes)
    if session.units is not None:
        said = words.text("open.units", said=said, n=session.units)
    if session.share is not None:
        share = words.percent(f"{100 * session.share:.4g}")
        said = words.text("open.first_share", said=said, share=share, length=say_duration(session.minutes))
    if session.first is not None and not session.on:
        said = words.text("open.since", said=said, day=_say_date(session.first))
    if session.last is not None and not session.on:
        said = words.text("open.until", said=said, day=_say_date(session.last))
    return said


def _say_days(session: Session) -> str:
    if session.on:
        dates = sorted(session.on)
        if len(dates) > _MANY_DATES:
            return words.text("open.many", n=len(dates), first=_say_date(dates[0]), last=_say_date(dates[-1]))
        return words.listed(_say_date(day) for day in dates)
    if session.nth:
        both = words.text("open.and")
        ordinals = both.join(words.text(f"open.nth_{'last' if nth < 0 else nth}") for nth in session.nth)
        weekdays = both.join(words.text(f"long_weekday.{day}") for day in sorted(session.days))
        said = words.text("open.nth", ordinals=ordinals, weekdays=weekdays)
    else:
        said = _say_weekdays(session.days)
    return words.text("open.every", days=said, n=session.every) if session.every > 1 else said


def _say_weekdays(days: Sequence[int]) -> str:
    """Say weekdays, three or more in a row as a range."""
    chosen = sorted(set(days))
    if len(chosen) == _WEEK:
        return words.text("open.every_day")
    names = [words.text(f"weekday.{day}") for day in chosen]
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return words.text("open.span", first=names[0], last=names[-1])
    return words.listed(names)


def say_time_of_day(minute: int) -> str:
    """Say a minute of the day as a clock shows it; midnight at its end is 1440.

    >>> say_time_of_day(485), say_time_of_day(1440)
    ('08:05', '24:00')
    """
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _say_day(day: date) -> str:
    return words.text("open.day", day=day.day, month=words.text(f"short_month.{day.month}"))


def _say_date(day: date) -> str:
    return _in_year(_say_day(day), day.year)


def _in_year(days: str, year: int) -> str:
    return words.text("open.date", day=days, year=year)
