"""Waiting-time clocks: when each patient's clock started and stopped, and how many kept their limit."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import NEVER
from pathway.errors import PathwayError
from pathway.eventlog import CANCELLED, COMPLETED, DEFERRED, NO_SHOW, NONE
from pathway.graph import Comparison, Start
from pathway.metrics.study import Bools, Ints, Study

if TYPE_CHECKING:
    from pathway.scenario import Scenario, WaitingClock

OPEN, STOPPED, LEFT = range(3)  # what became of a clock: running at the end of the run, stopped, patient gone
_KINDS = _STARTS, _RESETS, _STOPS = range(3)  # at the same minute in this order
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
        rows = np.flatnonzero(which)
        return Intervals(*(getattr(self, field.name)[rows] for field in fields(self)))


def together(groups: Sequence[Intervals]) -> Intervals:
    """Put the intervals of several clocks under each other."""
    nothing = np.zeros(0, np.int64)
    names = [field.name for field in fields(Intervals)]
    return Intervals(*(np.concatenate([nothing, *(getattr(each, name) for each in groups)]) for name in names))


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


def intervals_of(study: Study, clock: WaitingClock, among: Bools | None = None) -> Intervals:
    """Work out all intervals of a clock in the run, those before and after the window among them.

    `among` flags the cases that are asked about; by default all are.
    """
    found = _stretches(clock, *_events(study, clock, among))
    ended = study.log.cases["ended_at"][found.case]
    left = (found.status == OPEN) & (ended != NONE)
    end = np.where(left, ended, np.where(found.status == OPEN, study.horizon, found.end))
    found = replace(found, status=np.where(left, LEFT, found.status), end=end)
    found = found.where(found.end >= found.begin)
    return _counted(study, clock, found)


# ---------------------------------------------------------------- what starts, resets and stops a clock

_Events = tuple[Ints, Ints, Ints, Ints, Ints]  # case, at, what, row, state


def _events(study: Study, clock: WaitingClock, among: Bools | None) -> _Events:
    mine = applies(study, clock.applies_when)
    if among is not None:
        mine &= among
    starts = list(_moments(study, clock.start, _STARTS, mine, at_end=clock.start_at == "end"))
    mine = np.zeros(mine.size, bool)
    for case, *_ in starts:
        mine[case] = True  # who never starts the clock need not stop it
    parts = [
        *starts,
        *_moments(study, clock.reset_on, _RESETS, mine, at_end=True),
        *_moments(study, clock.stop, _STOPS, mine, at_end=clock.stop_at == "end"),
    ]
    case, at, what, row, state = (np.concatenate(column) for column in zip(*parts, strict=True))
    earliest = min(0, int(at.min(initial=0)))  # of patients there at minute 0
    moment = case * (study.horizon - earliest + 1) + at - earliest
    order = np.argsort(moment * len(_KINDS) + what, kind="stable")
    return case[order], at[order], what[order], row[order], state[order]


def _moments(
    study: Study, names: tuple[str, ...], what: int, mine: Bools, *, at_end: bool
) -> Iterator[tuple[Ints, ...]]:
    """Give when some cases began or left these states: as visits, as arrivals, or as ends of the pathway."""
    if not names:
        return
    visits, cases, code = study.visits, study.log.cases, study.state_code
    rows, case, state = _clocked(study, names, mine)
    at = visits["ended_at" if at_end else "started_at"][rows]
    outcome = visits["outcome"][rows]
    been = outcome == COMPLETED
    if not at_end:  # a displaced activity has begun once
        been = (at != NONE) & ~np.isin(outcome, (NO_SHOW, CANCELLED, DEFERRED)) & ~study.resumed[rows]
    some = np.flatnonzero(been)
    yield case[some], at[some], np.full(some.size, what), rows[some], state[some]
    states = study.scenario.pathway.states
    for name in names:
        known = states.get(name)
        if isinstance(known, Start):
            streams = study.log.vocabulary.streams
            stream = streams.index(known.stream) if known.stream in streams else NONE
            come = np.flatnonzero(mine & (cases["stream"] == stream) & (cases["arrived_at"] < study.horizon))
            yield come, cases["arrived_at"][come], *_same(come.size, what, NONE, code.get(name, NONE))
    gone = np.flatnonzero(mine & np.append(study.among(names), False)[cases["end_state"]])
    yield gone, cases["ended_at"][gone], *_same(gone.size, what, NONE), cases["end_state"][gone].astype(np.int64)


def _clocked(study: Study, names: tuple[str, ...], mine: Bools) -> tuple[Ints, Ints, Ints]:
    """Give the rows, cases and states of the visits that some cases made to states that clocks speak of."""
    rows, case, state = study.clocked
    some = np.flatnonzero(study.among(names)[state] & mine[case])
    return rows[some], case[some], state[some]


def _same(size: int, *values: int) -> tuple[Ints, ...]:
    return tuple(np.full(size, value) for value in values)


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
    place = np.arange(found.case.size)
    first = np.where(np.append(NONE, found.case[:-1]) != found.case, place, 0)  # as patients come one after the other
    found = replace(found, nth=place - np.maximum.accumulate(first))
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
    paused = np.zeros(found.case.size, np.int64)
    if not names:
        return paused
    visits, mine = study.visits, np.zeros(study.log.cases["stream"].size, bool)
    mine[found.case] = True
    rows, case, _ = _clocked(study, names, mine)
    order = np.argsort(case, kind="stable")  # as they come in order of joining
    rows, case = rows[order], case[order]
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
