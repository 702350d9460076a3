"""Referral streams as expected counts: how many patients are expected up to which minute."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pathway.clock.days import Days, IntArray, covers, days_between, weekday
from pathway.clock.records import DaysOff, Stream, Timeline, minutes_between

FloatArray = npt.NDArray[np.float64]


def expected_arrivals(stream: Stream, timeline: Timeline, daysoff: DaysOff) -> tuple[IntArray, FloatArray]:
    """Work out how many patients a stream is expected to have sent by every minute of a run.

    This is the integrated rate, piecewise linear; the k-th patient arrives where it reaches the
    sum of k unit exponentials.  As the integral is inverted and no candidate is ever thinned out,
    no arrival can be judged by the rate of another interval.

    Parameters
    ----------
    stream
        The stream; a make-up workday has the factor of the weekday it works as.
    timeline, daysoff
        The minutes of the run, and the public holidays of every day of `timeline.years`: each
        calendar year is scaled as a whole.

    Returns
    -------
    times : int64 array
        Minutes, strictly increasing from 0 to the horizon.
    cumulative : float64 array
        Patients expected from minute 0 up to each; it starts at 0 and never falls.

    Examples
    --------
    >>> from datetime import date
    >>> timeline = Timeline(date(2027, 1, 4), 0, 2 * 1440, 0)  # 261 weekdays in 2027
    >>> times, cumulative = expected_arrivals(Stream("gp", 522.0, opens=480, closes=1080), timeline, DaysOff())
    >>> times.tolist(), cumulative.round(9).tolist()
    ([0, 480, 1080, 1920, 2520, 2880], [0.0, 0.0, 2.0, 2.0, 4.0, 4.0])
    """
    days = days_between(*timeline.years, timeline, daysoff)
    opens = days.minute + stream.opens
    closes = opens + minutes_between(stream.opens, stream.closes)
    reached = np.concatenate(([0.0], np.cumsum(_per_day(stream, days, timeline.start.year))))
    knots, first = np.unique(np.column_stack((opens, closes)), return_index=True)
    levels = np.column_stack((reached[:-1], reached[1:])).ravel()[first]
    inside = knots[(knots > 0) & (knots < timeline.horizon)]
    times = np.unique(np.concatenate(([0], inside, [timeline.horizon])))
    cumulative = np.interp(times, knots, levels)
    return times, cumulative - cumulative[0]


def _per_day(stream: Stream, days: Days, start_year: int) -> FloatArray:
    """Give the patients expected of each day; `days` are whole calendar years."""
    shape = np.asarray(stream.weekdays, dtype=np.float64)[weekday(days.works_as)]
    shape *= np.asarray(stream.months, dtype=np.float64)[days.month - 1]
    shape[days.holiday] *= stream.on_holidays
    year = days.year - days.year[0]
    total = np.bincount(year, weights=shape)[year]
    expected: FloatArray = stream.per_year * np.divide(shape, total, out=np.zeros_like(shape), where=total > 0)
    expected *= (1.0 + stream.growth) ** (days.year - start_year)
    for when, factor in stream.exceptions:
        expected[covers(when, days)] *= factor
    return expected
