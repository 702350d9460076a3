"""Waiting-time clocks: when each patient's clock started and stopped, and how many kept their limit."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import NEVER
from pathway.errors import PathwayError
from pathway.eventlog import CANCELLED, COMPLETED, DEFERRED, NO_SHOW, NONE
from pathway.graph import Comparison, Start
from pathway.metrics.study import Bools, Codes, Ints, Study

if TYPE_CHECKING:
    from pathway.scenario import Scenario, WaitingClock

OPEN, STOPPED, LEFT = range(3)  # what became of a clock: running at the end of the run, stopped, patient gone
_STARTS, _RESETS, _STOPS = range(3)  # at the same minute in this order
_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, eq=False)
class Intervals:
    """A clock's intervals, one a row, in the order of patients and time.

    `minutes` is what counts: from `begin` to `end` without pauses, with what was `brought` at
    arrival.  `row` is the visit that stopped it (-1: none, or an end) and `state` the state that
    did.  `nth` counts a patient's intervals from 0.
    """

    case: Ints
    begin: Ints
    end: Ints
    status: Ints
    row: Ints
    state: Ints
    nth: Ints
    brought: Ints
    minutes: Ints

    def where(self, which: Bools) -> Intervals:
        """Give some of the intervals."""
        return Intervals(*(getattr(self, field.name)[which] for field in fields(self)))


def lead_clock(scenario: Scenario) -> WaitingClock | None:
    """Give the clock from referral to treatment: the first so named or titled, else the first there is.

    >>> from types import SimpleNamespace
    >>> from pathway.scenario.records import WaitingClock
    >>> decided = WaitingClock("decided", "31 days from decision", ("mdt",), ("surgery",))
    >>> whole = WaitingClock("whole", "62 days referral to treatment", ("referral",), ("surgery",))
    >>> lead_clock(SimpleNamespace(clocks={"decided": decided, "whole": whole})).name
    'whole'
    """
    clocks = list(scenario.clocks.values())
    for clock in clocks:
        words = f"{clock.name} {clock.title}".lower().replace("-", "_").replace(" ", "_")
        if "referral_to_treatment" in words:
            return clock
    return clocks[0] if clocks else None


def intervals_of(study: Study, clock: WaitingClock) -> Intervals:
    """Work out all intervals of a clock in the run, those before and after the window among them."""
    found = _stretches(clock, *_events(study, clock))
    ended = study.log.cases["ended_at"][found.case]
    left = (found.status == OPEN) & (ended != NONE)
    end = np.where(left, ended, np.where(found.status == OPEN, study.horizon, found.end))
    found = replace(found, status=np.where(left, LEFT, found.status), end=end)
    found = found.where(found.end >= found.begin)
    return _counted(study, clock, found)


# ---------------------------------------------------------------- what starts, resets and stops a clock

_Events = tuple[Ints, Ints, Ints, Ints, Ints]  # case, at, what, row, state


def _events(study: Study, clock: WaitingClock) -> _Events:
    parts = [
        *_moments(study, clock.start, _STARTS, at_end=clock.start_at == "end"),
        *_moments(study, clock.reset_on, _RESETS, at_end=True),
        *_moments(study, clock.stop, _STOPS, at_end=clock.stop_at == "end"),
    ]
    case, at, what, row, state = (np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True))
    keep = applies(study, clock.applies_when)[case]
    order = np.lexsort((what[keep], at[keep], case[keep]))
    return case[keep][order], at[keep][order], what[keep][order], row[keep][order], state[keep][order]


def _moments(study: Study, names: tuple[str, ...], what: int, *, at_end: bool) -> Iterator[tuple[Codes, ...]]:
    """Give when these states were begun or left: as visits, as arrivals, or as ends of the pathway."""
    visits, cases, code = study.visits, study.log.cases, study.state_code
    rows = np.flatnonzero(study.among(names)[visits["state"]])
    outcome = visits["outcome"][rows]
    if at_end:
        rows = rows[outcome == COMPLETED]
    else:
        begun = (visits["started_at"][rows] != NONE) & ~np.isin(outcome, (NO_SHOW, CANCELLED, DEFERRED))
        rows = rows[begun]
    at = visits["ended_at" if at_end else "started_at"][rows]
    yield visits["case"][rows], at, np.full(rows.size, what), rows, visits["state"][rows]
    states = study.scenario.pathway.states
    for name in names:
        state = states.get(name)
        if isinstance(state, Start):
            streams = study.log.vocabulary.streams
            stream = streams.index(state.stream) if state.stream in streams else NONE
            come = np.flatnonzero((cases["stream"] == stream) & (cases["arrived_at"] < study.horizon))
            yield come, cases["arrived_at"][come], *_same(come.size, what, NONE, code.get(name, NONE))
    gone = np.flatnonzero(np.append(study.among(names), False)[cases["end_state"]])
    yield gone, cases["ended_at"][gone], *_same(gone.size, what, NONE), cases["end_state"][gone]


def _same(size: int, *values: int) -> list[Ints]:
    return [np.full(size, value) for value in values]


def applies(study: Study, conditions: tuple[Comparison, ...]) -> Bools:
    """Say by case whether all conditions hold, on attributes as they stood at the end of the run."""
    log = study.log
    holds = np.ones(log.attributes.shape[0], bool)
    column = {name: log.attributes[:, place] for place, name in enumerate(log.vocabulary.attributes)}
    for condition in conditions:
        if condition.left not in ("attribute", "parameter"):
            message = (
                f"a clock cannot ask about {condition.left}({condition.name}); expected an attribute or a parameter"
            )
            raise PathwayError(message)
        left = column[condition.name] if condition.left == "attribute" else condition.value
        right = column[condition.right] if isinstance(condition.right, str) else condition.right
        holds &= _COMPARE[condition.operator](left, right)
    return holds


# ---------------------------------------------------------------- from events to intervals


def _stretches(clock: WaitingClock, case: Ints, at: Ints, what: Ints, row: Ints, state: Ints) -> Intervals:
    """Cut each patient's events after every stop; a stretch with a start is an interval.

    The first start counts, or, if the clock waits for the latest of several, the last; a reset
    after it starts the clock anew.
    """
    cut = np.ones(case.size, bool)
    cut[1:] = (case[1:] != case[:-1]) | (what[:-1] == _STOPS)
    stretch = np.cumsum(cut) - 1
    count = int(cut.sum())
    begin, reset, end = (np.full(count, NONE) for _ in range(3))
    starts, resets, stops = (np.flatnonzero(what == kind) for kind in (_STARTS, _RESETS, _STOPS))
    ordered = starts if clock.latest_of else starts[::-1]
    begin[stretch[ordered]] = at[ordered]  # where a stretch comes up again, the last one said stays
    reset[stretch[resets]] = at[resets]
    end[stretch[stops]] = at[stops]
    stop_row, stop_state = np.full(count, NONE), np.full(count, NONE)
    stop_row[stretch[stops]], stop_state[stretch[stops]] = row[stops], state[stops]
    was_reset = (begin != NONE) & (reset != NONE) & (reset >= begin)
    status = np.where(end == NONE, OPEN, STOPPED)
    brought = np.where(was_reset, NONE, 0)  # what a patient came with is forgotten at a reset
    begin = np.where(was_reset, reset, begin)
    found = Intervals(case[cut], begin, end, status, stop_row, stop_state, begin, brought, begin)
    found = found.where(begin != NONE)
    _, first, place = np.unique(found.case, return_index=True, return_inverse=True)
    found = replace(found, nth=np.arange(found.case.size) - first[place])
    return found if clock.repeats else found.where(found.nth == 0)


def _counted(study: Study, clock: WaitingClock, found: Intervals) -> Intervals:
    """Count the minutes of each interval: without pauses, with what the patient brought."""
    brought = np.zeros(found.case.size, np.int64)
    if clock.elapsed_at_arrival:
        words = study.log.vocabulary.attributes
        elapsed = study.log.attributes[found.case, words.index(clock.elapsed_at_arrival)]
        keeps = (found.nth == 0) & (found.brought != NONE) & (elapsed > 0) & (elapsed < NEVER)
        brought = np.where(keeps, elapsed, 0)
    minutes = found.end - found.begin - _paused(study, clock.pause, found) + brought
    return replace(found, brought=brought, minutes=minutes)


def _paused(study: Study, names: tuple[str, ...], found: Intervals) -> Ints:
    """Give the minutes of each interval spent in some states, side by side only once."""
    visits = study.visits
    rows = np.flatnonzero(study.among(names)[visits["state"]])
    paused = np.zeros(found.case.size, np.int64)
    if not rows.size:
        return paused
    rows = rows[np.lexsort((visits["enqueued_at"][rows], visits["case"][rows]))]
    case = visits["case"][rows].astype(np.int64)
    ended = visits["ended_at"][rows]
    last = np.where(ended == NONE, study.horizon, ended)
    earliest = min(0, int(visits["enqueued_at"][rows].min()))  # that of patients there at minute 0 is before it
    block = case * (study.horizon - earliest + 1) - earliest
    reached = np.maximum.accumulate(block + last)
    before = np.append(earliest, reached[:-1] - block[1:])
    first = np.maximum(visits["enqueued_at"][rows], before)
    place, beyond = np.searchsorted(case, found.case), np.searchsorted(case, found.case, side="right")
    some = np.flatnonzero(place < beyond)
    while some.size:
        pause = place[some]
        overlap = np.minimum(last[pause], found.end[some]) - np.maximum(first[pause], found.begin[some])
        paused[some] += np.maximum(0, overlap)
        place[some] += 1
        some = some[place[some] < beyond[some]]
    return paused


def cohort_of(study: Study, found: Intervals) -> Intervals:
    """Give the intervals that start in the window."""
    return found.where((found.begin >= study.begin) & (found.begin < study.end))
