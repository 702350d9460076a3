"""What is said about time: the timeline of a run, calendars, holidays, leave, referral streams.

Weekdays count from Monday = 0.  Times of the day are minutes since midnight; a closing time at or
before the opening means the next day, so 20:00-06:00 is a night and 00:00-00:00 a whole day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal

MINUTES_PER_DAY = 1440
NEVER = 2**40
"""A duration in minutes (two million years) that means the thing never happens."""


def minutes_between(opens: int, closes: int) -> int:
    """Count the minutes from one time of the day to the next time it is the other.

    >>> minutes_between(510, 750), minutes_between(1200, 0), minutes_between(0, 0)
    (240, 240, 1440)
    """
    return closes - opens if closes > opens else closes - opens + MINUTES_PER_DAY


@dataclass(frozen=True, slots=True)
class Timeline:
    """The minutes of a run: a warm-up, the reported window, and a follow-up; minute 0 is `origin` 00:00.

    >>> timeline = Timeline(date(2027, 1, 1), warm_up=3 * 1440, length=7 * 1440, follow_up=0)
    >>> timeline.start, timeline.horizon, timeline.window
    (datetime.date(2027, 1, 4), 14400, (4320, 14400))
    """

    origin: date
    warm_up: int
    length: int
    follow_up: int

    @classmethod
    def from_start(cls, start: date, warm_up: int, length: int, follow_up: int) -> Timeline:
        """Lay out a run by its first reported day; the warm-up becomes whole days, rounded up.

        Ten years are 3652 days and a half, but minute 0 must be a midnight.

        >>> Timeline.from_start(date(2027, 1, 4), 36 * 60, 1440, 0)
        Timeline(origin=datetime.date(2027, 1, 2), warm_up=2880, length=1440, follow_up=0)
        """
        warm_up_days = -(-warm_up // MINUTES_PER_DAY)
        return cls(start - timedelta(days=warm_up_days), warm_up_days * MINUTES_PER_DAY, length, follow_up)

    @property
    def horizon(self) -> int:
        """The minute at which the run ends."""
        return self.warm_up + self.length + self.follow_up

    @property
    def window(self) -> tuple[int, int]:
        """The reported minutes: from the first to just before the second."""
        return self.warm_up, self.warm_up + self.length

    @property
    def start(self) -> date:
        """The first reported day."""
        return self.at(self.warm_up).date()

    @property
    def years(self) -> tuple[date, date]:
        """First and last day of the calendar years the run touches, which is what `days_off` must know.

        The evening before minute 0 counts, as a night session may have opened then.

        >>> Timeline(date(2027, 1, 1), 0, 1440, 0).years
        (datetime.date(2026, 1, 1), datetime.date(2027, 12, 31))
        """
        eve = self.origin - timedelta(days=1)
        return date(eve.year, 1, 1), date(self.at(max(self.horizon - 1, 0)).year, 12, 31)

    def at(self, minute: int) -> datetime:
        """Give the local date and time of a minute.

        >>> str(Timeline(date(2027, 1, 4), 0, 1440, 0).at(-30))
        '2027-01-03 23:30:00'
        """
        return datetime.combine(self.origin, time()) + timedelta(minutes=int(minute))

    def minute(self, moment: date | datetime) -> int:
        """Give the minute of a moment; a date means its midnight, seconds are cut off.

        >>> Timeline(date(2027, 1, 4), 0, 1440, 0).minute(date(2027, 1, 5))
        1440
        """
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        return (moment - self.at(0)) // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `first` to `last`, both included; if `yearly`, the same days of every year.

    Of a yearly range only month and day are read, and 24 December to 2 January goes over the year's end.
    """

    first: date
    last: date
    yearly: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """Opening hours that recur: on these weekdays, every so many weeks or on the nth of the month.

    A session belongs to the day it opens on, even if it closes after midnight.  `units` None means
    the whole capacity of the resource.  `every` counts weeks from the week of `first`.  A session
    with `on` takes place on those dates only, public holidays among them.  With `share` it closes
    after that part of its minutes, rounded down.
    """

    days: tuple[int, ...]
    opens: int
    closes: int
    units: int | None = None
    first: date | None = None
    last: date | None = None
    nth: tuple[int, ...] = ()
    every: int = 1
    on: tuple[date, ...] = ()
    share: float | None = None

    @property
    def minutes(self) -> int:
        """How long the session lasts.

        >>> Session((0,), 480, 1080, share=0.57).minutes
        342
        """
        whole = minutes_between(self.opens, self.closes)
        # 57 % of 600 minutes is 341.99999999999994 in floating point
        return whole if self.share is None else int(whole * self.share + 1e-6)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When something is open: its sessions, the dates it is closed, and what it does on public holidays.

    `closed` dates close every session, one-off ones too.  A calendar that is `open` on public
    holidays follows the plain weekday all year, so make-up workdays do not change it either.
    """

    name: str
    sessions: tuple[Session, ...]
    closed: tuple[DateRange, ...] = ()
    holidays: Literal["closed", "open"] = "closed"
    title: str = ""
    source: str = ""


ALWAYS = Calendar("always", (Session(tuple(range(7)), 0, MINUTES_PER_DAY),), holidays="open", title="always open")
"""The built-in calendar that never closes."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Units that are missing from the sessions that open on these days."""

    when: DateRange
    units: int = 1
    who: str = ""


@dataclass(frozen=True)
class Holidays:
    """Which public holidays hold: a country's, with dates added or removed by hand.

    `make_up` names weekend days that are worked, each with the weekday whose timetable it follows;
    what is said here replaces what is known of that date.  `remove` makes a date an ordinary day.
    """

    country: str | None = None
    subdivision: str | None = None
    add: tuple[date, ...] = ()
    remove: tuple[date, ...] = ()
    make_up: Mapping[date, int] = field(default_factory=dict)


@dataclass(frozen=True)
class DaysOff:
    """The dates on which public holidays close calendars, and the weekend days worked instead.

    `make_up` gives the weekday whose timetable such a day follows; `provisional` are years for
    which the government's make-up workdays are not known yet.
    """

    closed: frozenset[date] = frozenset()
    make_up: Mapping[date, int] = field(default_factory=dict)
    provisional: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stream:
    """Referrals of one kind: how many a year, and how they are spread over week, day and year.

    `per_year` is the number expected in every whole calendar year before growth and exceptions;
    the factors by weekday, month and public holiday only shape it.  `growth` (0.02 is 2 % a year)
    steps up each New Year and counts from the year the run starts in.  `exceptions` multiply the
    rate on their days.
    """

    name: str
    per_year: float
    title: str = ""
    weekdays: tuple[float, ...] = (1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0)
    opens: int = 0
    closes: int = MINUTES_PER_DAY
    months: tuple[float, ...] = (1.0,) * 12
    on_holidays: float = 0.0
    growth: float = 0.0
    exceptions: tuple[tuple[DateRange, float], ...] = ()
    source: str = ""
