"""Time: whole minutes since minute 0, real dates, calendars and leave turned into capacity steps.

Everything an engine knows of time is an `int64` count of whole minutes since minute 0, which is
midnight at the start of the warm-up, in naive local time without daylight saving.  This room
turns what people write (weekly sessions, public holidays, leave, a referral rate by weekday)
into two kinds of arrays: `capacity_steps`, how many units are open from when on, and
`expected_arrivals`, how many patients are expected up to when.

>>> from datetime import date
>>> timeline = Timeline(date(2027, 1, 4), warm_up=0, length=14 * MINUTES_PER_DAY, follow_up=0)
>>> friday = Calendar("friday_list", (Session((4,), 510, 750),))
>>> times, units = capacity_steps(friday, 1, (), timeline, days_off(Holidays("GB"), *timeline.years))
>>> [(str(timeline.at(t)), u) for t, u in zip(times.tolist(), units.tolist())][1:3]
[('2027-01-08 08:30:00', 1), ('2027-01-08 12:30:00', 0)]
"""

from pathway.clock.arrivals import expected_arrivals
from pathway.clock.capacity import Steps, capacity_steps, first_overlap, joint_sessions
from pathway.clock.days import days_off
from pathway.clock.merging import merged
from pathway.clock.records import (
    ALWAYS,
    MINUTES_PER_DAY,
    NEVER,
    Calendar,
    DateRange,
    DaysOff,
    Holidays,
    Leave,
    Session,
    Stream,
    Timeline,
)
from pathway.clock.say import say_duration, say_range, say_sessions, say_time_of_day

__all__ = [
    "ALWAYS",
    "MINUTES_PER_DAY",
    "NEVER",
    "Calendar",
    "DateRange",
    "DaysOff",
    "Holidays",
    "Leave",
    "Session",
    "Steps",
    "Stream",
    "Timeline",
    "capacity_steps",
    "days_off",
    "expected_arrivals",
    "first_overlap",
    "joint_sessions",
    "merged",
    "say_duration",
    "say_range",
    "say_sessions",
    "say_time_of_day",
]
