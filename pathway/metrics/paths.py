"""The way each patient came: which visit led to which, and where the time between two moments went.

Where branches ran side by side, time is followed back along the one that reached the join last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pathway.eventlog import CANCELLED, LEFT, NO_SHOW, NONE
from pathway.graph import Activity, Delay, Start, exits
from pathway.metrics.shortage import Shortages
from pathway.metrics.study import Bools, Codes, Ints, Study, visit_key
from pathway.metrics.waits import MISSED

ACTIVITY, TURNAROUND, NOTICE, CLOSED, OTHER, BUSY = range(6)  # BUSY + r: busy, waiting for resource r
_STEPS = 10_000  # no way is longer; it keeps a log from elsewhere from going round for ever


def cause_names(study: Study) -> tuple[str, ...]:
    """Name what time goes to, by code."""
    return (
        "activity", "turnaround", "notice", "closed", "other",
        *(f"busy:{name}" for name in study.log.vocabulary.resources),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ways:
    """Which state can lead to which: `leads` by ending (0: visits that ended well, 1: those cut short) and codes."""

    leads: Bools
    start: Ints  # by stream: where its patients start


def ways_of(study: Study) -> Ways:
    """Read from the pathway which state can lead to which."""
    size, code = len(study.names), study.state_code
    leads = np.zeros((2, size, size), bool)
    onward, leaving = leads
    streams = study.log.vocabulary.streams
    start = np.full(len(streams), NONE)
    deadlines = [code[d.to] for d in study.scenario.pathway.deadlines.values() if d.to in code]
    for name, state in study.scenario.pathway.states.items():
        if name not in code:
            continue
        for way in exits(state):
            if way.to in code:
                (leaving if way.via in ("leaves", "harm") else onward)[code[name], code[way.to]] = True
        if isinstance(state, Activity | Delay):
            leaving[code[name], deadlines] = True
        if isinstance(state, Start) and state.stream in streams:
            start[streams.index(state.stream)] = code[name]
    return Ways(leads, start)


@dataclass(frozen=True, eq=False)
class Trail:
    """The visits that ended in the window or later, ready to be asked which of them led somewhere.

    `before` gives for each visit of `study.current` the visit from which the pathway led to it (-1:
    none); `parent` for each visit of `study.followed` the same or, if there is none, the missed one
    that it repeats.
    """

    study: Study
    ways: Ways
    rows: Ints
    keys: Ints  # the case and the minute each ended
    before: Ints
    parent: Ints


def trail_of(study: Study) -> Trail:
    """Find the visit before each visit of `study.current`."""
    visits, ways = study.visits, ways_of(study)
    rows = study.current[visits["ended_at"][study.current] >= study.begin]
    rows = rows[np.argsort(-visits["enqueued_at"][rows], kind="stable")]  # of one minute they stay in order of states
    keys = visits["case"][rows].astype(np.int64) * (study.horizon + 1) + visits["ended_at"][rows]
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    nothing = np.zeros(0, np.int64)
    trail = Trail(study, ways, rows, keys, nothing, nothing)
    current = study.current
    before = led_to(trail, visits["case"][current], joined_at(study, current), visits["state"][current])
    parent = before[np.searchsorted(current, study.followed.start) :].copy()
    alone = np.flatnonzero(parent == NONE)
    parent[alone] = _repeated(study, study.followed.start + alone)
    return replace(trail, before=before, parent=parent)


def joined_at(study: Study, rows: Ints) -> Ints:
    """Give when visits were joined; a join, when the last branch came."""
    kinds = np.array([kind == "join" for kind in study.log.vocabulary.kinds], bool)
    visits = study.visits
    return np.where(kinds[visits["state"][rows]], visits["started_at"][rows], visits["enqueued_at"][rows])


def led_to(trail: Trail, case: Codes, at: Ints, state: Codes) -> Ints:
    """Find the visit from which each case came to a state at a minute; -1 if there is none."""
    visits, ways = trail.study.visits, trail.ways
    wanted = case.astype(np.int64) * (trail.study.horizon + 1) + at
    open_ones = np.argsort(wanted)  # who is looked up in order is found sooner
    place = np.zeros(wanted.size, np.int64)
    place[open_ones] = np.searchsorted(trail.keys, wanted[open_ones])
    keys, found = np.append(trail.keys, NONE), np.full(wanted.size, NONE)
    open_ones = open_ones[(keys[place] == wanted)[open_ones] & (at >= 0)[open_ones]]
    while open_ones.size:
        candidate = trail.rows[place[open_ones]]
        left = (visits["outcome"][candidate] == LEFT).astype(np.int8)
        leads = ways.leads[left, visits["state"][candidate], state[open_ones]]
        found[open_ones[leads]] = candidate[leads]
        open_ones = open_ones[~leads]
        place[open_ones] += 1
        open_ones = open_ones[keys[place[open_ones]] == wanted[open_ones]]
    return found


def _repeated(study: Study, rows: Ints) -> Ints:
    """Give for each of some visits the one before at the same state, if that came to nothing; else -1."""
    visits = study.visits
    missed = study.current[np.isin(visits["outcome"][study.current], MISSED)]
    missed = missed[visits["ended_at"][missed] >= study.begin]
    if not missed.size:
        return np.full(rows.size, NONE)
    keys, wanted = visit_key(study.log, visits, missed), visit_key(study.log, visits, rows)
    order, cancelled = np.argsort(keys), np.sort(visit_key(study.log, study.off_the_list, slice(None)))
    place = np.maximum(np.searchsorted(keys[order], wanted) - 1, 0)
    before = keys[order][place]
    between = np.searchsorted(cancelled, wanted) - np.searchsorted(cancelled, before)  # of the same request
    follows = (before < wanted) & (before + 1 + between == wanted)
    return np.where(follows, missed[order][place], NONE)


_Piece = tuple[Ints, Ints, Ints, Ints, Ints]  # interval, state, cause, resource, minutes


@dataclass(frozen=True, eq=False)
class Spent:
    """Minutes by what they went to: the interval they belong to, the state, the cause, a resource waited for or -1."""

    interval: Ints
    state: Ints
    cause: Ints
    resource: Ints
    minutes: Ints


@dataclass(frozen=True, eq=False)
class Span:
    """Intervals to be looked into: the visit each ends in or at (-1: none), and their two moments."""

    row: Ints
    begin: Ints
    end: Ints


def spent(trail: Trail, found: Shortages, spans: Span) -> Spent:
    """Follow each interval back along the patient's way and say where the time went.

    Time that no visit accounts for (until a missed slot is booked again, say) is `other`; the
    minutes of an interval always add up to its length.
    """
    pieces: list[_Piece] = []
    alive = np.flatnonzero(spans.end > spans.begin)
    row, upper = spans.row[alive], spans.end[alive]
    reached = np.full(alive.size, NONE)  # the state come to last
    for _ in range(_STEPS):
        lower, known = spans.begin[alive], row >= trail.study.followed.start
        lost = alive[~known]
        nothing = np.full(lost.size, NONE)
        pieces.append((lost, reached[~known], np.full(lost.size, OTHER), nothing, (upper - lower)[~known]))
        alive, row, upper, lower = alive[known], row[known], upper[known], lower[known]
        if not alive.size:
            break
        pieces += _pieces(trail.study, found, (alive, row), lower, upper)
        upper = joined_at(trail.study, row)
        further = upper > lower
        alive, upper, row = alive[further], upper[further], row[further]
        reached = trail.study.visits["state"][row].astype(np.int64)
        row = trail.parent[row - trail.study.followed.start]
    columns = [np.concatenate(column) for column in zip(*pieces, strict=True)]
    some = columns[-1] > 0
    return Spent(*(column[some] for column in columns))


def _pieces(study: Study, found: Shortages, visit: tuple[Ints, Ints], lower: Ints, upper: Ints) -> Sequence[_Piece]:
    """Cut the time of one visit each between two moments into notice, waiting, doing, and what came after."""
    interval, row = visit
    place = row - study.followed.start
    state, outcome = study.visits["state"][row].astype(np.int64), study.visits["outcome"][row]
    joined, begun = joined_at(study, row), study.waited_until(row)
    ended = study.visits["ended_at"][row]
    ended = np.where(ended == NONE, study.horizon, ended)
    noticed = joined + found.notice[place]
    resource = found.resource[place]
    waited = np.where(resource == NONE, OTHER, np.where(found.closed[place], CLOSED, BUSY + resource))
    done = np.where(study.is_activity[state], ACTIVITY, TURNAROUND)
    done = np.where(np.isin(outcome, (NO_SHOW, CANCELLED)), OTHER, done)
    notice, other = np.full(row.size, NOTICE), np.full(row.size, OTHER)
    nothing = np.full(row.size, NONE)
    stretches = (
        (notice, nothing, joined, noticed),
        (waited, resource, noticed, begun),
        (done, nothing, begun, ended),
        (other, nothing, ended, upper),
    )
    return [
        (interval, state, cause, what, np.maximum(0, np.minimum(last, upper) - np.maximum(first, lower)))
        for cause, what, first, last in stretches
    ]
