"""Small documents for theory, and what is read off their logs.

Arrivals are Poisson at a constant rate: 2097 to 2103 are seven years of 365 days (2100 is no leap year),
so `per_year` means the same rate throughout.  Services last hundreds of minutes, which makes the rounding
to whole minutes (a variance of 1/12) and the minute within which events count as simultaneous negligible:
less than a tenth of the narrowest interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pathway.engines import simulate
from pathway.eventlog import NONE, EventLog, first_difference
from pathway.plan import Plan, compile_plan
from tests.models import EVERY_DAY, scenario_of
from tests.theory.intervals import Row

SERVICE = 600.0  # minutes
SERVICE_TIME = {"exponential": {"mean": "600 min"}}
DAY = 1440
BOTH = "both"
"""In place of an engine's name: the compiled one, and for every fourth replication, the first among them, SimPy."""
EVERY = 4

Floats = NDArray[np.float64]
Document = dict[str, Any]


@dataclass(frozen=True)
class Experiment:
    """A named comparison of theory and simulation; its docstring says what, by which formula, how often."""

    name: str
    compare: Callable[[str], list[Row]]  # by engine
    slow: bool


EXPERIMENTS: dict[str, Experiment] = {}


def experiment(name: str, *, slow: bool = False) -> Callable[[Callable[[str], list[Row]]], Callable[[str], list[Row]]]:
    """Register a function as an experiment."""

    def register(compare: Callable[[str], list[Row]]) -> Callable[[str], list[Row]]:
        EXPERIMENTS[name] = Experiment(name, compare, slow)
        return compare

    return register


# ---------------------------------------------------------------- documents


def steady(rate: float) -> dict[str, Any]:
    """Give a stream of so many patients a minute, day and night."""
    return {
        "per_year": rate * DAY * 365,
        "hours": "00:00-24:00",
        "weekdays": dict.fromkeys(EVERY_DAY, 1),
        "on_holidays": 1,
    }


def years(reported: float, *, warm_up_days: int = 180, follow_up_days: int = 180) -> dict[str, Any]:
    """Give a run of so many years, which must end before 2104."""
    days = round(reported * 365)
    assert warm_up_days + days + follow_up_days <= 7 * 365, "2104 is a leap year"
    return {
        "start": f"2097-{1 + warm_up_days // 31:02d}-{1 + warm_up_days % 31:02d}",
        "warm_up": f"{warm_up_days} days",
        "length": f"{days} days",
        "follow_up": f"{follow_up_days} days",
    }


def one_queue(rate: float, servers: int, reported: float = 6.0, **activity: Any) -> Document:
    """Give the document of one queue before several equal servers."""
    service = {"kind": "activity", "duration": SERVICE_TIME, "needs": {"server": 1}, "to": "out", **activity}
    return {
        "run": years(reported),
        "streams": {"patients": steady(rate)},
        "resources": {"server": servers},
        "states": {"arrival": {"kind": "start", "stream": "patients", "to": "service"}, "service": service},
    }


# ---------------------------------------------------------------- simulating and reading


def simulated(plan: Plan, replication: int, engine: str) -> EventLog:
    """Simulate a replication; with `BOTH`, two engines that do not write the same log are a failure."""
    if engine != BOTH:
        return simulate(plan, replication, engine)
    log = simulate(plan, replication, "compiled")
    if replication % EVERY == 0:
        assert first_difference(simulate(plan, replication, "simpy"), log) is None
    return log


def sampled(
    document: Document, replications: int, engine: str, statistics: Callable[[EventLog], Sequence[float]]
) -> Floats:
    """Simulate independent replications; give each statistic's values, one row a statistic."""
    plan = compile_plan(scenario_of(document))
    logs = (simulated(plan, replication, engine) for replication in range(replications))
    return np.array([statistics(log) for log in logs]).T


def window(log: EventLog, state: str) -> Mapping[str, NDArray[Any]]:
    """Give the visits to a state that joined the queue inside the reported window; all of them must be over."""
    words, visits = log.vocabulary, log.visits
    rows = visits["state"] == words.states.index(state)
    rows &= (visits["enqueued_at"] >= words.warm_up) & (visits["enqueued_at"] < words.warm_up + words.length)
    found = {name: values[rows] for name, values in visits.items()}
    assert np.all(found["ended_at"] != NONE), "the follow-up is too short for this cohort"
    return found


def waits(log: EventLog, state: str = "service") -> Floats:
    """Give the minutes between joining the queue and the start, of those who started."""
    found = window(log, state)
    started = found["started_at"] != NONE
    return np.asarray(found["started_at"] - found["enqueued_at"], float)[started]


def present(log: EventLog, state: str, *, waiting: bool = False) -> Floats:
    """Count the patients in a state at every midnight of the reported window (`waiting`: only those not started)."""
    words, visits = log.vocabulary, log.visits
    rows = visits["state"] == words.states.index(state)
    until = visits["ended_at"][rows]
    if waiting:
        until = np.where(visits["started_at"][rows] == NONE, until, visits["started_at"][rows])
    until = np.where(until == NONE, words.horizon, until)
    midnights = np.arange(words.warm_up, words.warm_up + words.length, DAY)
    come = np.searchsorted(np.sort(visits["enqueued_at"][rows]), midnights, side="right")
    gone = np.searchsorted(np.sort(until), midnights, side="right")
    return np.asarray(come - gone, float)
