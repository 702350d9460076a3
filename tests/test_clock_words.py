"""Durations, date ranges and calendars in plain words."""

from __future__ import annotations

from datetime import date

import pytest

from pathway.clock import ALWAYS, NEVER, Calendar, DateRange, Session, say_duration, say_range, say_sessions

MONDAY = date(2027, 1, 4)
MON_FRI = (0, 1, 2, 3, 4)


def hours(*sessions: Session, **more: object) -> Calendar:
    """Give a calendar of these sessions."""
    return Calendar("hours", sessions, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 min"), (45, "45 min"), (1440, "1 d"), (3060, "2 d 3 h"), (1501, "1 d 1 h 1 min"), (-90, "-1 h 30 min"),
     (NEVER, "never")],
)  # fmt: skip
def test_durations_in_words(minutes: int, text: str) -> None:
    """Days, hours and minutes, those that are not 0."""
    assert say_duration(minutes) == text


@pytest.mark.parametrize(
    ("session", "text"),
    [
        (Session(MON_FRI, 480, 1080), "Mon–Fri 08:00–18:00"),
        (Session((0, 2, 4), 510, 750), "Mon, Wed, Fri 08:30–12:30"),
        (Session(tuple(range(7)), 0, 0), "every day 00:00–24:00"),
        (Session((4,), 480, 1050, nth=(1,)), "first Friday 08:00–17:30"),
        (Session((1, 2), 480, 600, nth=(1, -1)), "first and last Tuesday and Wednesday 08:00–10:00"),
        (Session((2,), 510, 750, units=2), "Wed 08:30–12:30 (2 units)"),
        (Session((2,), 510, 750, units=1, last=date(2027, 6, 30)), "Wed 08:30–12:30 (1 unit) until 30 Jun 2027"),
        (Session((2,), 480, 1080, share=0.4), "Wed 08:00–18:00 (the first 40 %, 4 h)"),
        (Session((4,), 510, 750, first=date(2027, 4, 1), every=2), "Fri every 2 weeks 08:30–12:30 from 1 Apr 2027"),
    ],
)
def test_sessions_in_words(session: Session, text: str) -> None:
    """Each thing a session can say, as a report prints it."""
    assert say_sessions(hours(session)) == f"{text}; closed on public holidays"


def test_calendars_in_words() -> None:
    """Closures, public holidays and one-off dates."""
    assert say_sessions(ALWAYS) == "always open"
    assert say_sessions(hours()) == "never open"
    winter = DateRange(date(2000, 12, 24), date(2001, 1, 2), yearly=True, why="winter")
    weekly = hours(Session(MON_FRI, 480, 1080), closed=(winter,), holidays="open")
    assert (
        say_sessions(weekly) == "Mon–Fri 08:00–18:00; closed 24 Dec–2 Jan each year (winter); open on public holidays"
    )
    dates = tuple(date(2027, 3, day) for day in range(6, 12))
    assert say_sessions(hours(Session((), 480, 600, on=dates[:2]))) == "6 Mar 2027, 7 Mar 2027 08:00–10:00"
    assert (
        say_sessions(hours(Session((), 480, 600, on=dates))) == "6 dates between 6 Mar 2027 and 11 Mar 2027 08:00–10:00"
    )


def test_ranges_in_words() -> None:
    """One day, one year, two years, every year."""
    assert say_range(DateRange(MONDAY, MONDAY)) == "4 Jan 2027"
    assert say_range(DateRange(MONDAY, date(2027, 2, 1))) == "4 Jan–1 Feb 2027"
    assert say_range(DateRange(date(2026, 12, 24), MONDAY)) == "24 Dec 2026–4 Jan 2027"
    assert say_range(DateRange(date(2026, 5, 1), date(2026, 5, 1), yearly=True)) == "1 May each year"
