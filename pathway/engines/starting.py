"""What starting an activity does in the reference engine: units are held, a visit is written, its end is planned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pathway.engines.keeping import Kept
from pathway.engines.logbook import HOLD_ROW, VISIT_ROW
from pathway.engines.pools import Taken
from pathway.engines.queues import Entry
from pathway.eventlog import COMPLETED, DEFERRED, NONE, OPEN
from pathway.plan.records import NO

if TYPE_CHECKING:
    from pathway.engines.reference import Run


@dataclass(slots=True)
class Begun:
    """An activity that begins: when it ends, when its patient moves on, and what is held until when.

    `untils` says by need until when it is held for the patient, without turnover; `rows` where the holds written down
    begin in the log, and until when.
    """

    end: int
    moves_on: int
    releases: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # minute -> (resource, units)
    kept: list[Kept] = field(default_factory=list)
    untils: list[int] = field(default_factory=list)
    rows: list[tuple[int, int]] = field(default_factory=list)


def begin(run: Run, state: int, entry: Entry, taken: Taken) -> None:
    """Start an activity whose needs are all held exactly as long as it lasts; its visit says all of its holds."""
    number, visit, case = entry[2], entry[3], entry[4]
    now = run.now
    end = now + run.duration[state](case, visit, now)
    held = run.held
    for resource, units in taken:
        held[resource] += units
    if end < run.horizon:
        outcome = COMPLETED if run.deferred[state] is None else _outcome(run, state, entry)
        run.visits.extend(VISIT_ROW(number, state, visit, entry[0], entry[1], now, end, outcome))
        run.complete_at(end, (case, state, visit, entry[5], taken, end))
    else:
        run.visits.extend(VISIT_ROW(number, state, visit, entry[0], entry[1], now, NONE, OPEN))


def begin_holding(run: Run, state: int, entry: Entry, taken: Taken) -> None:
    """Start an activity whose needs are held for different times, or go on with one that was displaced."""
    number, visit, case, now = entry[2], entry[3], entry[4], run.now
    left = run.displacing.left.get((number, state, visit))
    end = now + (run.duration[state](case, visit, now) if left is None else left.minutes)
    begun, first = Begun(end, end), run.tables.first_need[state]
    for need, (resource, units) in enumerate(taken, first):
        run.held[resource] += units
        if (awaited := run.tables.hold_until[need]) != NO:
            row = run.log.write_kept(number, state, visit, resource, units, now)
            begun.kept.append(Kept(awaited, resource, units, run.tables.turnover[need], row))
            begun.untils.append(end)
            continue
        hold, until = run.hold[need], end
        if hold is not None:
            stay = hold(case, visit, now) if left is None else left.holds[need - first]
            until = run.pools.discharged(resource, now + stay)
        begun.moves_on = max(begun.moves_on, until)
        begun.untils.append(until)
        until += run.tables.turnover[need]
        begun.rows.append((len(run.log.holds), until))
        run.log.holds.extend(HOLD_ROW(number, state, visit, resource, units, now, until))
        begun.releases.setdefault(until, []).append((resource, units))
    plan_end(run, state, entry, now, begun)


def plan_end(run: Run, state: int, entry: Entry, started: int, begun: Begun) -> None:
    """Write the visit of an activity that has begun, and plan when what it holds is given back."""
    priority, enqueued, number, visit, case, epoch = entry
    moves_on, row = begun.moves_on, run.log.next_row
    ending = (moves_on, _outcome(run, state, entry)) if moves_on < run.horizon else (NONE, OPEN)
    run.visits.extend(VISIT_ROW(number, state, visit, priority, enqueued, started, *ending))
    at_end: list[tuple[int, int]] = []
    for until, units_held in begun.releases.items():
        if until == moves_on:
            at_end = units_held
        else:
            run.at(until, run.release, units_held)
    if begun.kept:
        run.keeping.begin(number, state, visit, begun.kept)
    complete: Callable[[Any], None] = run.complete_keeping if begun.kept else run.complete
    if run.tables.gives_way[state]:
        complete = run.displacing.watch(run, state, entry, (started, row, begun), complete)
    run.at(moves_on, complete, (case, state, visit, epoch, at_end, moves_on))


def _outcome(run: Run, state: int, entry: Entry) -> int:
    deferred = run.deferred[state]
    return DEFERRED if deferred is not None and deferred(entry[4], entry[3]) else COMPLETED


def miss(run: Run, state: int, entry: Entry, taken: Taken, outcome: int) -> None:
    """Let a patient miss the slot: it is lost or goes to the next, and the patient asks again later."""
    priority, enqueued, number, visit, case, epoch = entry
    now, lost = run.now, run.tables.lost[outcome][state]
    run.lists.leave(number, state, now, vacates=not lost)
    end = now + (run.tables.planned[state] if lost else 0)
    if end > now:
        for resource, units in taken:
            run.held[resource] += units
            run.log.holds.extend(HOLD_ROW(number, state, visit, resource, units, now, end))
        run.at(end, run.release, taken)
    over = end if end < run.horizon else NONE
    run.visits.extend(VISIT_ROW(number, state, visit, priority, enqueued, now, over, outcome))
    again = now + max(1, run.rebook[outcome][state](case, visit, now))
    run.at(again, run.rejoin, (case, state, epoch))
