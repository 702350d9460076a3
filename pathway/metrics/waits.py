"""Waits for activities, how many were done, and what became of slots that were missed.

A wait is one row of the log: from joining the queue to the start.  A patient who misses a slot or
is deferred waits again in a row of their own, so the row that came to nothing is no wait: it is
counted under `attempts`.  Who was displaced has waited once, until the first start, and waits to go on as one of those
in the queue.  Patients still waiting and patients who left are censored: `mean`,
`median` and so on are of those who started, `…_km` (Kaplan-Meier) of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from pathway.eventlog import CANCELLED, DEFERRED, DISPLACED, LEFT, NO_SHOW, NONE, OFF_THE_LIST, OUTCOMES
from pathway.metrics.spread import quantiles
from pathway.metrics.study import DAY, Bools, Codes, Floats, Ints, Study
from pathway.metrics.survival import Curve, kaplan_meier
from pathway.metrics.tidy import Figure, named
from pathway.scenario import booked_activities

if TYPE_CHECKING:
    import pandas as pd

FEW = 100  # cases a year below which percentiles are pooled over replications
LEVELS = np.append(np.arange(5, 100, 5) / 100, 0.99)
MISSED = (NO_SHOW, CANCELLED, DEFERRED, DISPLACED)
_NO_WAIT = (NO_SHOW, CANCELLED, DEFERRED)


@dataclass(frozen=True, eq=False)
class Waits:
    """The waits for one activity that were begun in the window."""

    days: Floats
    started: Bools
    left: Bools

    @property
    def known(self) -> Floats:
        """The waits that ended in a start."""
        return self.days[self.started]

    @cached_property
    def curve(self) -> Curve:
        """The waits of all, those not over counted as censored."""
        return kaplan_meier(self.days, self.started)


def waits_by_activity(study: Study) -> dict[str, Waits]:
    """Give the waits of each activity that were begun in the window."""
    rows, visits = study.window, study.visits
    state, outcome = visits["state"][rows], visits["outcome"][rows]
    counts = study.is_activity[state] & counts_as_wait(study, rows)
    place = np.flatnonzero(counts)[np.argsort(state[counts], kind="stable")]
    days = (study.waited_until(rows) - visits["enqueued_at"][rows])[place] / DAY
    started = visits["started_at"][rows][place] != NONE
    left = ~started & (outcome[place] == LEFT)
    first = np.searchsorted(state[place], np.arange(len(study.names) + 1))
    spans = {study.names[code]: slice(first[code], first[code + 1]) for code, _ in study.activities}
    return {name: Waits(days[span], started[span], left[span]) for name, span in spans.items()}


def counts_as_wait(study: Study, rows: Ints | slice) -> Bools:
    """Flag the rows that are a wait for an activity: not those that came to nothing, or go on with what was begun."""
    counts: Bools = ~np.isin(study.visits["outcome"][rows], _NO_WAIT) & ~study.resumed[rows]
    return counts


def wait_figures(waits: dict[str, Waits]) -> Iterator[Figure]:
    """Give the statistics of each activity's waits."""
    for name, wait in waits.items():
        for statistic, value, unit in _statistics(wait):
            yield Figure("wait", name, "", statistic, value, unit)


def _statistics(wait: Waits) -> Iterator[tuple[str, float, str]]:
    known, curve = wait.known, wait.curve
    waiting = ~wait.started & ~wait.left
    yield "count", known.size, "patients"
    yield "still_waiting", float(waiting.sum()), "patients"
    yield "left", float(wait.left.sum()), "patients"
    median, p90, p95 = quantiles(known, (0.5, 0.9, 0.95))
    yield "mean", float(known.mean()) if known.size else np.nan, "days"
    yield "median", median, "days"
    yield "p90", p90, "days"
    yield "p95", p95, "days"
    yield "longest", float(wait.days.max()) if wait.days.size else np.nan, "days"
    median, p90, p95 = curve.quantiles(np.array([0.5, 0.9, 0.95]))
    yield "mean_km", curve.mean, "days"
    yield "median_km", float(median), "days"
    yield "p90_km", float(p90), "days"
    yield "p95_km", float(p95), "days"


def attempt_figures(study: Study) -> Iterator[Figure]:
    """Count the attempts of the window that came to nothing: missed, cancelled, deferred, displaced."""
    rows = study.window
    state, outcome = study.visits["state"][rows].astype(np.int64), study.visits["outcome"][rows]
    count = np.bincount(state * len(OUTCOMES) + outcome, minlength=len(study.names) * len(OUTCOMES))
    for code, activity in study.activities:
        possible = {NO_SHOW: activity.no_show, CANCELLED: activity.cancelled, DEFERRED: activity.meeting}
        for missed in MISSED:
            times = float(count[code * len(OUTCOMES) + missed])
            if possible.get(missed) or times:
                yield Figure("attempts", activity.name, "", OUTCOMES[missed], times, "patients")
    yield from _cancelled_on_the_day(study)


def _cancelled_on_the_day(study: Study) -> Iterator[Figure]:
    """Count those booked on lists of the window who were cancelled, by activity and reason."""
    off, sessions = study.off_the_list, study.log.sessions
    opened = sessions["opens"][off["session"]]
    inside = (opened >= study.begin) & (opened < study.end)
    place = off["state"][inside].astype(np.int64) * len(OUTCOMES) + off["outcome"][inside]
    count = np.bincount(place, minlength=len(study.names) * len(OUTCOMES))
    for name in booked_activities(study.scenario):
        for reason in OFF_THE_LIST:
            times = float(count[study.state_code[name] * len(OUTCOMES) + reason])
            yield Figure("attempts", name, "", OUTCOMES[reason], times, "patients")


def throughput_figures(study: Study) -> Iterator[Figure]:
    """Give the completed visits a year of each state, of those started in the window, and expected volumes."""
    done = done_by_state(study)
    for name, kind, times in zip(study.names, study.log.vocabulary.kinds, done, strict=True):
        if kind not in ("start", "end"):
            yield Figure("throughput", name, "", "per_year", float(times) / study.years, "per year")
    for volume in study.scenario.volumes.values():
        total = float(done[study.among(volume.states)].sum())
        yield Figure("volume", volume.name, "", "per_year", total / study.years, "per year")


def done_by_state(study: Study) -> Codes:
    """Count by state the visits of the window that were completed; an end counts when it was reached."""
    done = np.bincount(study.visits["state"][study.started_here], minlength=len(study.names))
    cases = study.log.cases
    inside = (cases["ended_at"] >= study.begin) & (cases["ended_at"] < study.end)
    return done + np.bincount(cases["end_state"][inside], minlength=len(study.names))


def arrival_figures(study: Study) -> Iterator[Figure]:
    """Give the arrivals a year of each stream."""
    arrived, words = study.log.cases["arrived_at"], study.log.vocabulary
    inside = (arrived >= study.begin) & (arrived < study.end)
    count = np.bincount(study.log.cases["stream"][inside], minlength=len(words.streams))
    for name, times in zip(words.streams, count, strict=True):
        yield Figure("arrivals", name, "", "per_year", float(times) / study.years, "per year")


def wait_quantiles(waits: dict[str, Waits]) -> pd.DataFrame:
    """Give the quantiles of each activity's waits by Kaplan-Meier: columns subject, level, days."""
    import pandas as pd

    some = {name: wait.curve.quantiles(LEVELS) for name, wait in waits.items() if wait.days.size}
    subjects = np.repeat(np.arange(len(some)), LEVELS.size)
    days = np.concatenate([np.zeros(0), *some.values()])
    return pd.DataFrame({"subject": named(subjects, list(some)), "level": np.tile(LEVELS, len(some)), "days": days})


@dataclass(frozen=True, eq=False)
class Few:
    """The single times of a subject with few cases, kept so that percentiles can be pooled over replications."""

    measure: str
    subject: str
    part: str
    days: Floats
    happened: Bools


def few_waits(study: Study, waits: dict[str, Waits]) -> Iterator[Few]:
    """Give the single waits of the activities with fewer than `FEW` cases a year."""
    for name, wait in waits.items():
        if 0 < wait.days.size < FEW * study.years:
            yield Few("wait", name, "", wait.days, wait.started)


def raw_frame(few: list[Few]) -> pd.DataFrame:
    """Put single times into a frame: columns measure, subject, part, days, happened (False: censored)."""
    import pandas as pd

    sizes = [each.days.size for each in few]
    columns: dict[str, Any] = {}
    for column in ("measure", "subject", "part"):
        words = [getattr(each, column) for each in few]
        known = sorted(set(words))
        columns[column] = named(np.repeat(np.array([known.index(w) for w in words], np.int64), sizes), known)
    columns["days"] = np.concatenate([np.zeros(0), *(each.days for each in few)])
    columns["happened"] = np.concatenate([np.zeros(0, bool), *(each.happened for each in few)])
    return pd.DataFrame(columns)
