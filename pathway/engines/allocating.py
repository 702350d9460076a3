"""Phase C in the reference engine: the allocation pass, which starts whoever fits."""

from __future__ import annotations

from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING

from pathway.engines.logbook import VISIT_ROW
from pathway.engines.pools import Taken
from pathway.engines.queues import Entry
from pathway.engines.starting import begin, begin_holding, miss
from pathway.eventlog import CANCELLED, COMPLETED, NO_SHOW, NONE, OPEN

if TYPE_CHECKING:
    from pathway.engines.reference import Run


def allocate_repeatedly(run: Run) -> None:
    """Do what is due to lists, then start whoever fits; again, if that left a gap, or bumped or displaced someone."""
    displacing = run.displacing
    while True:
        if run.pending:
            run.lists.settle(run.now)
        displacing.has_displaced = False
        run.touched.update(state for state in run.tables.watched if run.heaps[state])
        allocate(run)
        if not (run.pending or displacing.has_displaced) or run.next_minute() <= run.now:
            return


def allocate(run: Run) -> None:
    """Start whoever fits, the heads of the heaps merged in the order (priority, enqueued_at, case, state).

    Under backfill, only activities touched since the last pass can start anyone, and those that share
    nothing with any other need no merging.  The pass ends as soon as somebody is displaced: it is to begin again.
    """
    touched = run.touched
    if run.strict:
        _merge(run, run.tables.activities)
        run.pools.keep_nothing()
        touched.clear()
        return
    sharing = []
    while touched:
        state = touched.pop()
        if not run.alone[state]:
            sharing.append(state)
        elif _start_all(run, state):
            touched.update(sharing)
            return
    if len(sharing) == 1:
        _start_all(run, sharing[0])
    elif sharing:
        _merge(run, sharing)


def _merge(run: Run, states: list[int]) -> None:
    heads = []
    for state in states:
        entry = run.queues.head(state)
        if entry is not None:
            heads.append((entry[0], entry[1], entry[2], state))
    heapify(heads)
    while heads:
        state = heads[0][3]
        entry = run.queues.head(state) if _start_first(run, state) else None
        if run.displacing.has_displaced:
            run.touched.update(head[3] for head in heads)
            return
        if entry is None:
            heappop(heads)
        else:
            heapreplace(heads, (entry[0], entry[1], entry[2], state))


def _start_all(run: Run, state: int) -> bool:
    """Start the requests of one heap in their order until one does not fit (the commonest case unfolded).

    Says whether that has displaced somebody, which ends the pass.
    """
    if not run.quick[state]:
        while run.queues.head(state) is not None and _start_first(run, state):
            if run.displacing.has_displaced:
                run.touched.add(state)
                return True
        return False
    heap, needs = run.heaps[state], run.tables.fixed_needs[state] or ()
    scheduled, held, now, duration = run.scheduled, run.held, run.now, run.duration[state]
    while heap:
        for resource, units in needs:
            if scheduled[resource] - held[resource] < units:
                return False
        priority, enqueued, number, visit, case, epoch = entry = heappop(heap)
        if case.epoch != epoch:
            run.queues.write_ended(state, entry)
            continue
        end = now + duration(case, visit, now)
        for resource, units in needs:
            held[resource] += units
        if end < run.horizon:
            run.visits.extend(VISIT_ROW(number, state, visit, priority, enqueued, now, end, COMPLETED))
            run.complete_at(end, (case, state, visit, epoch, needs, end))
        else:
            run.visits.extend(VISIT_ROW(number, state, visit, priority, enqueued, now, NONE, OPEN))
    return False


def _start_first(run: Run, state: int) -> bool:
    """Start the first request of a heap, if what it needs is free, or can be made free."""
    taken = run.take(state, run.now)
    if taken is None:
        if run.strict:
            run.look_again(run.pools.keep_for(state, run.now))
        return False
    entry = heappop(run.heaps[state])
    if run.straight[state]:
        begin(run, state, entry, taken)
        return True
    visit = entry[3]
    if run.limited[state]:
        run.queues.settled.add((entry[2], state, visit))
    if run.tables.ages[state]:
        del run.queues.standing[entry[2], state, visit]
    outcome = _drawn_to_miss(run, state, entry)
    if outcome is not None:
        miss(run, state, entry, taken, outcome)
        return True
    _come(run, state, entry, taken)
    if run.tables.awaited[state]:
        run.let_go(run.keeping.start(entry[2], state))
    (begin if run.tables.plain[state] else begin_holding)(run, state, entry, taken)
    return True


def _drawn_to_miss(run: Run, state: int, entry: Entry) -> int | None:
    """Draw whether a patient does not come, or is cancelled; one who goes on after being displaced has come."""
    no_show, cancelled = run.no_show[state], run.cancelled[state]
    visit, case = entry[3], entry[4]
    if run.displacing.left and (entry[2], state, visit) in run.displacing.left:
        return None
    if no_show is not None and no_show(case, visit):
        return NO_SHOW
    return CANCELLED if cancelled is not None and cancelled(case, visit) else None


def _come(run: Run, state: int, entry: Entry, taken: Taken) -> None:
    """Take a patient who starts off the list; an emergency that takes a resource with lists bumps another.

    One that has displaced somebody, who waits again, bumps nobody else.
    """
    run.lists.leave(entry[2], state, run.now, vacates=False)
    if run.tables.bumping[state] and not run.displacing.has_displaced:
        for resource, _ in taken:
            if run.tables.has_lists[resource]:
                run.lists.bump(resource)
