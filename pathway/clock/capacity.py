"""Calendars and leave as capacity steps: how many units are open, from which minute on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from pathway.clock.days import BoolArray, Days, IntArray, covers, days_between, takes_place
from pathway.clock.merging import merged
from pathway.clock.records import MINUTES_PER_DAY, Calendar, DaysOff, Leave, Session, Timeline

Steps = tuple[IntArray, IntArray]
"""Minutes, strictly increasing from 0, and the units open from each on."""


def capacity_steps(
    calendar: Calendar, capacity: int, leave: Sequence[Leave], timeline: Timeline, daysoff: DaysOff
) -> Steps:
    """Work out how many units are open at every minute of a run.

    Sessions, closed dates and leave all go by the day a session opens on, so a night shift that
    began before a holiday is finished.  Sessions open at the same time add; leave is then taken
    off, at most down to 0.

    Parameters
    ----------
    calendar
        When it is open.
    capacity
        Units open in a session that does not state its own.
    leave
        Units missing on some days.
    timeline, daysoff
        The minutes of the run, and its public holidays.

    Returns
    -------
    times, units : int64 arrays
        From `times[i]` until `times[i + 1]` (the last: until the horizon) `units[i]` are open;
        `times[0]` is 0 and equal neighbours are merged.

    Examples
    --------
    >>> from datetime import date
    >>> from pathway.clock import DateRange
    >>> timeline = Timeline(date(2027, 1, 4), 0, 2 * 1440, 0)  # a Monday and a Tuesday
    >>> ct = Calendar("ct", (Session((0, 1), 480, 1080),))
    >>> tuesday = DateRange(date(2027, 1, 5), date(2027, 1, 5))
    >>> capacity_steps(ct, 2, [Leave(tuesday, 1)], timeline, DaysOff())
    (array([   0,  480, 1080, 1920, 2520]), array([0, 2, 0, 1, 0]))
    """
    last = timeline.at(timeline.horizon).date()
    days = days_between(timeline.origin - timedelta(days=1), last, timeline, daysoff)
    away = np.zeros_like(days.date)
    for absence in leave:
        away += absence.units * covers(absence.when, days)
    bounds, units = _day_profiles(calendar, capacity, days)
    units = units - away[:, None]
    starts = days.minute[:, None] + bounds[:-1]
    ends = days.minute[:, None] + bounds[1:]
    is_open = units > 0  # more away than there are leaves none
    return _sum_of_intervals(starts[is_open], ends[is_open], units[is_open], timeline.horizon)


def _day_profiles(calendar: Calendar, capacity: int, days: Days) -> tuple[IntArray, IntArray]:
    """Give the times of the day at which sessions open or close, and per day the units between them."""
    closed = np.zeros_like(days.holiday)
    for when in calendar.closed:
        closed |= covers(when, days)
    sessions = calendar.sessions
    edges = {edge for session in sessions for edge in (session.opens, session.opens + session.minutes)}
    bounds = np.array(sorted(edges or {0}), dtype=np.int64)
    units = np.zeros((len(days.date), len(bounds) - 1), dtype=np.int64)
    for session in sessions:
        open_on = takes_place(session, days, keeps_holidays=calendar.holidays == "closed") & ~closed
        units += np.outer(open_on, _during(session, bounds)) * (capacity if session.units is None else session.units)
    return bounds, units


def _during(session: Session, bounds: IntArray) -> BoolArray:
    return (bounds[:-1] >= session.opens) & (bounds[:-1] < session.opens + session.minutes)


def _sum_of_intervals(starts: IntArray, ends: IntArray, units: IntArray, horizon: int) -> Steps:
    """Add up what is open in many intervals, seen from minute 0 to the horizon."""
    moments = np.maximum(np.concatenate(([0], starts, ends)), 0)
    changes = np.concatenate(([0], units, -units))
    seen = (moments < horizon) | (moments == 0)
    times, place = np.unique(moments[seen], return_inverse=True)
    total = np.zeros(len(times), dtype=np.int64)
    np.add.at(total, place, changes[seen])
    return _merged(times, np.cumsum(total))


def _merged(times: IntArray, levels: IntArray) -> Steps:
    changed = np.concatenate(([True], levels[1:] != levels[:-1]))
    return times[changed], levels[changed]


def first_overlap(calendar: Calendar, timeline: Timeline, daysoff: DaysOff) -> int | None:
    """Find the first minute at which two sessions are open though not all state their units.

    Such sessions would count the whole capacity twice.  Returns None where all is well.

    >>> from datetime import date
    >>> week = Timeline(date(2027, 1, 4), 0, 7 * 1440, 0)
    >>> twice = Calendar("ct", (Session((0, 1), 480, 1080), Session((1,), 1020, 1200)))
    >>> str(week.at(first_overlap(twice, week, DaysOff())))
    '2027-01-05 17:00:00'
    """
    sessions = calendar.sessions
    if all(session.units is not None for session in sessions):
        return None
    if len(sessions) == 1 and sessions[0].minutes <= MINUTES_PER_DAY:
        return None
    single = tuple(replace(session, units=1) for session in sessions)
    times, units = capacity_steps(replace(calendar, sessions=single), 1, (), timeline, daysoff)
    doubled = times[units > 1]
    return int(doubled[0]) if len(doubled) else None


def joint_sessions(steps: Sequence[tuple[IntArray, IntArray, int]], horizon: int) -> tuple[IntArray, IntArray]:
    """Find when every resource of a group has at least the units asked of it open.

    Parameters
    ----------
    steps
        Per resource: times and units as `capacity_steps` gives them, and the units asked.
    horizon
        The end of the run, where an interval still open is cut.

    Returns
    -------
    opens, closes : int64 arrays
        The longest such intervals; intervals that touch are one.

    Examples
    --------
    >>> room = np.array([0, 480, 1080]), np.array([0, 1, 0]), 1
    >>> nurses = np.array([0, 540, 720, 780]), np.array([0, 3, 1, 2]), 2
    >>> joint_sessions([room, nurses], horizon=1440)
    (array([540, 780]), array([ 720, 1080]))
    """
    moments = merged(np.zeros(1, np.int64), *(times for times, _, _ in steps))
    moments = moments[moments < horizon]
    enough = np.ones(len(moments), dtype=np.bool_)
    for times, units, asked in steps:
        enough &= units[np.searchsorted(times, moments, side="right") - 1] >= asked
    before = np.concatenate(([False], enough[:-1]))
    after = np.concatenate((enough[1:], [False]))
    opens = moments[enough & ~before]
    ends = np.concatenate((moments[1:], [horizon]))
    return opens, ends[enough & ~after].astype(np.int64)
