"""Patients' ways: milestones, flows, routes to outcomes, and where the time to treatment and breaches went."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import merged
from pathway.eventlog import COMPLETED, NONE
from pathway.eventlog import OPEN as UNDER_WAY
from pathway.metrics.clocks import OPEN, STOPPED, Intervals, cohort_of, together
from pathway.metrics.paths import OTHER, Span, Spent, Trail, cause_names, joined_at, led_to, spent
from pathway.metrics.shortage import Shortages
from pathway.metrics.spread import group_quantiles
from pathway.metrics.study import DAY, Bools, Codes, Ints, Study
from pathway.metrics.tidy import Figure, named

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import WaitingClock

NO_TREATMENT = "no treatment"


def _arrived_here(study: Study) -> Ints:
    """Give the cases that arrived in the window."""
    arrived = study.log.cases["arrived_at"]
    return np.flatnonzero((arrived >= study.begin) & (arrived < study.end))


def _ended_here(study: Study) -> Ints:
    """Give the cases that ended in the window."""
    ended = study.log.cases["ended_at"]
    return np.flatnonzero((ended >= study.begin) & (ended < study.end))


def outcome_figures(study: Study) -> Iterator[Figure]:
    """Give how the pathways that ended in the window ended."""
    count = np.bincount(study.log.cases["end_state"][_ended_here(study)], minlength=len(study.names))
    total = count.sum()
    for name, kind, times in zip(study.names, study.log.vocabulary.kinds, count, strict=True):
        if kind == "end":
            yield Figure("outcome", name, "", "count", float(times), "patients")
            yield Figure("outcome", name, "", "share", float(times / total) if total else np.nan, "share")


def milestones(study: Study) -> tuple[list[Figure], pd.DataFrame]:
    """Give the days from arrival until each state was first completed (an end: reached).

    The patients are those who arrived in the window; who has not come to a state does not count
    for it.  The frame has columns state, patients, median, p90.
    """
    import pandas as pd

    state, days = _first_times(study)
    first = np.searchsorted(state, np.arange(len(study.names) + 1))
    count = np.diff(first)
    spread = group_quantiles(days, first, (0.5, 0.9))
    figures = [
        Figure("milestone", name, "", statistic, float(value), unit)
        for name, kind, patients, (median, p90) in zip(
            study.names, study.log.vocabulary.kinds, count, spread, strict=True
        )
        for statistic, value, unit in (
            ("count", patients, "patients"),
            ("median", median, "days"),
            ("p90", p90, "days"),
        )
        if kind != "start"
    ]
    some = np.flatnonzero(count)
    columns = {"patients": count[some], "median": spread[some, 0], "p90": spread[some, 1]}
    frame = pd.DataFrame({"state": named(some, study.names)} | columns)
    return figures, frame.sort_values("median", ignore_index=True, kind="stable")


def _first_times(study: Study) -> tuple[Codes, Codes]:
    """Give states, in order, and the days after which each patient of the window first completed one."""
    visits, cases = study.visits, study.log.cases
    mine = np.zeros(cases["arrived_at"].size, bool)
    mine[_arrived_here(study)] = True
    rows = np.arange(study.followed.start, visits["case"].size)
    rows = rows[mine[visits["case"][rows]] & (visits["outcome"][rows] == COMPLETED)]
    ends = np.flatnonzero(mine & (cases["ended_at"] != NONE))
    case = np.concatenate((visits["case"][rows], ends))
    state = np.concatenate((visits["state"][rows], cases["end_state"][ends])).astype(np.int64)
    minutes = np.concatenate((visits["ended_at"][rows], cases["ended_at"][ends])) - cases["arrived_at"][case]
    wide = study.horizon + 1
    times = np.sort((state * mine.size + case) * wide + minutes)
    pair, first = np.unique(times // wide, return_index=True)
    return pair // mine.size, times[first] % wide / DAY


def flows(trail: Trail) -> pd.DataFrame:
    """Count how often patients went from one state to the next in the window: columns source, target, per_year."""
    import pandas as pd

    study, cases, visits = trail.study, trail.study.log.cases, trail.study.visits
    joined = joined_at(study, study.current)
    inside = (joined >= study.begin) & (joined < study.end)
    rows, before = study.current[inside], trail.before[inside]
    routed = before != NONE
    entered = rows[~routed & (visits["enqueued_at"][rows] == cases["arrived_at"][visits["case"][rows]])]
    ended = _ended_here(study)
    last = led_to(trail, ended, cases["ended_at"][ended], cases["end_state"][ended])
    came = trail.ways.start[cases["stream"][visits["case"][entered]]]
    source = np.concatenate((visits["state"][before[routed]], came, visits["state"][last[last != NONE]]))
    target = np.concatenate(
        (visits["state"][rows[routed]], visits["state"][entered], cases["end_state"][ended][last != NONE])
    )
    size = len(study.names)
    count = np.bincount(source.astype(np.int64)[source >= 0] * size + target[source >= 0], minlength=size * size)
    some = np.flatnonzero(count)
    columns = {"source": named(some // size, study.names), "target": named(some % size, study.names)}
    return pd.DataFrame(columns | {"per_year": count[some] / study.years})


def first_treatments(study: Study, names: tuple[str, ...]) -> Ints:
    """Give by case that came or ended in the window the visit at which it first completed one of some states, or -1."""
    visits = study.visits
    found = np.full(study.log.cases["arrived_at"].size, NONE)
    mine = np.zeros(found.size, bool)
    mine[_arrived_here(study)] = mine[_ended_here(study)] = True
    rows = np.flatnonzero(study.among(names)[visits["state"]])
    rows = rows[mine[visits["case"][rows]] & (visits["outcome"][rows] == COMPLETED)]
    rows = rows[np.argsort(-visits["started_at"][rows], kind="stable")]
    found[visits["case"][rows]] = rows  # the earliest comes last and stays
    return found


def routes(trail: Trail, treatments: Ints) -> pd.DataFrame:
    """Count the patients whose pathway ended in the window by start, first treatment and outcome.

    One row for each link of the two steps: start state to treatment, treatment to outcome; columns
    source, target, patients.
    """
    import pandas as pd

    study, cases, ended = trail.study, trail.study.log.cases, _ended_here(trail.study)
    size = len(study.names)
    row = treatments[ended]
    treatment = np.where(row == NONE, size, study.visits["state"][row])
    source = np.concatenate((trail.ways.start[cases["stream"][ended]], treatment)).astype(np.int64)
    target = np.concatenate((treatment, cases["end_state"][ended])).astype(np.int64)
    pairs, count = np.unique(source * (size + 1) + target, return_counts=True)
    names = (*study.names, NO_TREATMENT)
    columns = {"source": named(pairs // (size + 1), names), "target": named(pairs % (size + 1), names)}
    return pd.DataFrame(columns | {"patients": count})


def until_treated(trail: Trail, found: Shortages, treatments: Ints) -> tuple[Spent, int]:
    """Follow the patients who arrived in the window to their first treatment; and say how many came to one."""
    study = trail.study
    cases = _arrived_here(study)
    cases = cases[treatments[cases] != NONE]
    rows = treatments[cases]
    span = Span(rows, study.log.cases["arrived_at"][cases], study.visits["started_at"][rows])
    return spent(trail, found, span), int(cases.size)


def waited_until_treated(study: Study, where: Spent) -> Iterator[Figure]:
    """Give the patient-days waited for each resource between arrival and first treatment.

    Of tests side by side only the wait that held the patient up counts.
    """
    some = where.resource != NONE
    minutes = np.bincount(where.resource[some], weights=where.minutes[some], minlength=len(study.resource_code))
    for name, total in zip(study.log.vocabulary.resources, minutes, strict=True):
        yield Figure("waited_for", name, "before_treatment", "patient_days", float(total / DAY), "days")


def breakdown(study: Study, where: Spent, treated: int) -> pd.DataFrame:
    """Say where the time from arrival to first treatment went, of patients who arrived in the window.

    Columns cause ("closed", "busy:<resource>", "activity", "turnaround", "notice", "other"), state,
    days (mean over all patients treated; they add up to the mean time to treatment), patients.
    """
    import pandas as pd

    causes = cause_names(study)
    cell, minutes, patients = _by_cause(where, len(causes))
    state = cell // len(causes) - 1
    columns = {"cause": named(cell % len(causes), causes), "state": named(state, study.names)}
    frame = pd.DataFrame(columns | {"days": minutes / DAY / max(treated, 1), "patients": patients})
    return frame.sort_values("days", ascending=False, ignore_index=True, kind="stable")


def _by_cause(where: Spent, causes: int) -> tuple[Ints, Codes, Ints]:
    """Add up minutes by state and cause, and count the intervals that had any."""
    cell = (where.state + 1) * causes + where.cause
    some, place = np.unique(cell, return_inverse=True)
    count = int(where.interval.max(initial=0)) + 1
    patients = np.bincount(merged(place * count + where.interval) // count, minlength=some.size)
    return some, np.bincount(place, weights=where.minutes, minlength=some.size), patients


def breaches(trail: Trail, found: Shortages, clocks: Sequence[tuple[WaitingClock, Intervals]]) -> pd.DataFrame:
    """Count the breaches of each clock by the step where most of the time went, and by what it went to there.

    A breach is a clock of the cohort that stopped, or is open, beyond the limit; pauses are left
    out.  Columns clock, state, cause, breaches.
    """
    import pandas as pd

    study, causes = trail.study, cause_names(trail.study)
    late = [_late(study, clock.limit, intervals) for clock, intervals in clocks]
    code = np.repeat(np.arange(len(late)), [each.case.size for each in late])
    counted = np.ones((len(late), len(study.names) + 1), bool)  # the last is no state at all
    for place, (clock, _) in enumerate(clocks):
        counted[place, :-1] = ~study.among(clock.pause)
    state, cause = _worst(spent(trail, found, _spans(trail, late)), counted, code)
    size = len(study.names) + 1  # states, and none
    cell, count = np.unique((code * size + state + 1) * len(causes) + cause, return_counts=True)
    frame = pd.DataFrame(
        {
            "clock": named(cell // len(causes) // size, [clock.name for clock, _ in clocks]),
            "state": named(cell // len(causes) % size - 1, study.names),
            "cause": named(cell % len(causes), causes),
            "breaches": count,
        }
    )
    return frame.sort_values(["clock", "breaches"], ascending=[True, False], ignore_index=True, kind="stable")


def _late(study: Study, limit: int, intervals: Intervals) -> Intervals:
    cohort = cohort_of(study, intervals)
    return cohort.where((cohort.minutes > limit) & np.isin(cohort.status, (OPEN, STOPPED)) & (limit > 0))


def _spans(trail: Trail, groups: Sequence[Intervals]) -> Span:
    """Give the intervals of all clocks with the visit each ends in: what stopped it, led to its end, or goes on."""
    late = together(groups)
    visits, cases = trail.study.visits, trail.study.log.cases
    still = np.full(cases["arrived_at"].size, NONE)
    now = np.arange(trail.study.followed.start, visits["case"].size)
    now = now[visits["outcome"][now] == UNDER_WAY]
    still[visits["case"][now[::-1]]] = now[::-1]  # of several at once, the one there longest
    row = np.where(late.status == OPEN, still[late.case], late.row)
    at_end = np.flatnonzero((late.status == STOPPED) & (late.row == NONE))
    row[at_end] = led_to(trail, late.case[at_end], late.end[at_end], late.state[at_end])
    return Span(row, late.begin, late.end)


def _worst(where: Spent, counted: Bools, clock: Ints) -> tuple[Ints, Ints]:
    """Give for each interval the state that took most of the time that counts, and what took most of it there.

    `clock` is the clock of each interval, `counted` says by clock and state whose time counts.
    """
    state, cause = np.full(clock.size, NONE), np.full(clock.size, OTHER)
    some = counted[clock[where.interval], where.state]
    interval, most = _longest(where.interval[some], where.state[some] + 1, where.minutes[some])
    state[interval] = most - 1
    some &= where.state == state[where.interval]
    interval, most = _longest(where.interval[some], where.cause[some], where.minutes[some])
    cause[interval] = most
    return state, cause


def _longest(interval: Ints, what: Ints, minutes: Ints) -> tuple[Ints, Ints]:
    """Give the intervals, each once, with what took most of their minutes; at a tie the first by code."""
    width = int(what.max(initial=0)) + 1
    cell, place = np.unique(interval * width + what, return_inverse=True)
    order = np.lexsort((-np.bincount(place, weights=minutes, minlength=cell.size), cell // width))
    intervals, first = np.unique(cell[order] // width, return_index=True)
    return intervals, cell[order][first] % width
