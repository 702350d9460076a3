"""Arrivals: Poisson in every hour of the week, independent between streams and replications."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from pathway.plan import Plan, compile_plan
from tests.models import scenario_of
from tests.theory.intervals import Row, by_chi_square, by_replications
from tests.theory.runs import DAY, Document, experiment, simulated

WEEKDAYS = {"mon": 1.5, "tue": 1, "wed": 1, "thu": 1, "fri": 0.5, "sat": 0.25, "sun": 0}
AUGUST = 0.5
PER_YEAR = 2000.0
OPENS, CLOSES = 7, 19  # hours
FIRST = date(2027, 1, 1)  # a Friday; the year has 365 days
REPLICATIONS = 40


def _document() -> Document:
    shaped = {"per_year": PER_YEAR, "hours": "07:00-19:00", "weekdays": WEEKDAYS, "months": {"aug": AUGUST}}
    even = {"per_year": 365.0, "hours": "00:00-24:00", "weekdays": dict.fromkeys(WEEKDAYS, 1)}
    return {
        "run": {"start": str(FIRST), "length": "365 days", "follow_up": "0 days"},
        "streams": {"even": even, "shaped": shaped},
        "states": {
            "even_in": {"kind": "start", "stream": "even", "to": "out"},
            "shaped_in": {"kind": "start", "stream": "shaped", "to": "out"},
        },
    }


def _daily_weights() -> NDArray[np.float64]:
    """Give what each day of 2027 should expect, day by day, from the stream's description."""
    days = [FIRST + timedelta(days=number) for number in range(365)]
    weights = np.array([list(WEEKDAYS.values())[day.weekday()] * (AUGUST if day.month == 8 else 1) for day in days])
    return weights * PER_YEAR / weights.sum()


def _arrived(plan: Plan, replication: int, engine: str, stream: str) -> NDArray[np.int64]:
    cases = simulated(plan, replication, engine).cases
    return np.asarray(cases["arrived_at"][cases["stream"] == plan.stream_names.index(stream)])


@experiment("Poisson arrivals")
def poisson(engine: str) -> list[Row]:
    """Counts by weekday and hour, by day, and gaps between arrivals, of a stream with week, hours and season.

    40 replications of 2027, 80,000 arrivals.  Chi-square of the 72 cells of weekday and hour, and of the 313
    days with arrivals, against expectations worked out here from the calendar; variance over mean of the yearly
    count (1 for Poisson); mean, and mean square, of the gaps of an even stream (exponential: 1440 and
    2 x 1440^2); correlation of two streams' daily counts, as the variance of their sum.
    """
    plan = compile_plan(scenario_of(_document()))
    shaped = [_arrived(plan, replication, engine, "shaped") for replication in range(REPLICATIONS)]
    even = [_arrived(plan, replication, engine, "even") for replication in range(REPLICATIONS)]
    expected = _daily_weights()
    every = np.concatenate(shaped)
    day, hour = every // DAY, every % DAY // 60
    assert set(np.unique(hour)) <= set(range(OPENS, CLOSES))
    weekday = np.array([(FIRST + timedelta(days=int(number))).weekday() for number in range(365)])
    cells = Counter(zip(weekday[day].tolist(), hour.tolist(), strict=True))
    by_weekday = [expected[weekday == number].sum() / (CLOSES - OPENS) * REPLICATIONS for number in range(6)]
    wanted = {(number, each): by_weekday[number] for number in range(6) for each in range(OPENS, CLOSES)}
    open_days = expected > 0
    daily = np.bincount(day, minlength=365)
    assert daily[~open_days].sum() == 0
    gaps = [np.diff(times) for times in even]
    counts = np.array([[np.bincount(times // DAY, minlength=365)[open_days] for times in (a, b)]
                       for a, b in zip(even, shaped, strict=True)], float)  # fmt: skip
    both = (counts[:, 0] - 1) * (counts[:, 1] - expected[open_days]) / np.sqrt(expected[open_days])
    totals = np.array([times.size for times in shaped])
    return [
        by_chi_square("weekday and hour, chi-square", [cells[cell] for cell in wanted], list(wanted.values())),
        by_chi_square("days of the year, chi-square", daily[open_days], expected[open_days] * REPLICATIONS),
        by_chi_square("yearly totals, chi-square", totals, np.full(REPLICATIONS, PER_YEAR)),
        by_replications("mean gap, min", DAY, [gap.mean() for gap in gaps]),
        by_replications("mean square gap, days squared", 2.0, [np.mean((gap / DAY) ** 2) for gap in gaps], width=0.15),
        by_replications("1 + correlation of two streams' days", 1.0, 1 + both.mean(axis=1)),
    ]
