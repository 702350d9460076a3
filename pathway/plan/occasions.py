"""When a step can take place: the days on which all it needs is on duty at once, and for long enough.

It follows from rosters, leave and meetings alone, whoever else may want the same; so it is known before any run, and
says why a step waits although each of the things it needs is there often.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway import words
from pathway.clock import MINUTES_PER_DAY, say_time_of_day
from pathway.graph import Activity
from pathway.plan.calendars import joint_sessions_of, needs_of, rosters_of, timeline_of
from pathway.scenario import Scenario, must_fit

Ints = NDArray[np.int64]

YEAR = 365.25
NAMED = 5  # usual times that are told
OFTEN = 0.1  # of all times, from where a time is usual


@dataclass(frozen=True, slots=True)
class Occasions:
    """When a step can take place in the reported window.

    `days_a_year` is on how many days, a year; `usual` has the usual times, the most frequent first: weekday (0 for
    Monday), the minutes of the day between which all is there, and on how many days a year.
    """

    days_a_year: float
    usual: tuple[tuple[int, int, int, float], ...]


def occasions(scenario: Scenario) -> dict[str, Occasions]:
    """Give when each activity can take place; what can at any hour of every day is left out.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> found = occasions(load_scenario("scenarios/base.yaml"))
    >>> round(found["nanoknife"].days_a_year), found["nanoknife"].usual[0][:3]  # Wednesdays from eight to one
    (48, (2, 480, 780))
    """
    rosters, timeline = rosters_of(scenario), timeline_of(scenario)
    begin, end = timeline.window
    years = (end - begin) / MINUTES_PER_DAY / YEAR
    found = {}
    for name, state in sorted(scenario.pathway.states.items()):
        needs = needs_of(state)
        if not isinstance(state, Activity) or not needs:
            continue
        opens, closes = joint_sessions_of(needs, rosters)
        opens, closes = np.maximum(opens, begin), np.minimum(closes, end)
        enough = closes - opens >= max(1, must_fit(state, scenario))
        opens, closes = opens[enough], closes[enough]
        if (closes - opens).max(initial=0) >= end - begin:
            continue
        found[name] = _told(opens, closes, timeline.origin.weekday(), years)
    return found


def _told(opens: Ints, closes: Ints, first: int, years: float) -> Occasions:
    days, on_days = opens // MINUTES_PER_DAY, (closes - 1) // MINUTES_PER_DAY
    covered = {day for day, last in zip(days.tolist(), on_days.tolist(), strict=True) for day in range(day, last + 1)}
    times = Counter(
        zip(
            ((days + first) % 7).tolist(),
            (opens % MINUTES_PER_DAY).tolist(),
            (closes - days * MINUTES_PER_DAY).tolist(),
            strict=True,
        )
    )
    usual = ((*time, count / years) for time, count in times.most_common(NAMED) if count >= OFTEN * opens.size)
    return Occasions(len(covered) / years, tuple(usual))


def say_occasions(found: Occasions) -> str:
    """Say on how many days a year a step can take place, and when usually.

    >>> say_occasions(Occasions(48.2, ((2, 480, 780, 31.0), (4, 480, 780, 17.2))))
    '48 days a year: Wed 08:00–13:00 (31), Fri 08:00–13:00 (17)'
    """
    usual = words.listed(
        words.text(
            "occasions.time",
            day=words.text(f"weekday.{day}"),
            opens=say_time_of_day(opens),
            closes=say_time_of_day(closes % MINUTES_PER_DAY or MINUTES_PER_DAY),
            n=round(count),
        )
        for day, opens, closes, count in found.usual
    )
    days = words.text("occasions.days", n=round(found.days_a_year))
    return words.text("occasions.usually", days=days, times=usual) if usual else days
