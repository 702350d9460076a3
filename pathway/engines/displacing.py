"""Displacement in the reference engine: an activity that says `preempt: yes` interrupts what is less urgent.

Only activities that can be displaced are watched while they are under way.  What is left of a displaced one (its
minutes, and those of each thing it held) waits under the visit with which the patient asks again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from pathway.engines.pools import Pools, Taken
from pathway.engines.queues import Asked, Entry
from pathway.engines.starting import Begun

if TYPE_CHECKING:
    from pathway.engines.reference import Due, Run

Ending = Callable[[Any], None]


class Left(NamedTuple):
    """What is left of an activity that was displaced."""

    since: int
    first: int  # the visit with which it began, whose luck it keeps
    minutes: int
    holds: list[int]  # by need


class UnderWay(NamedTuple):
    """An activity under way that can be displaced."""

    state: int
    entry: Entry
    started: int
    row: int  # where its visit begins in the log
    begun: Begun

    @property
    def place(self) -> tuple[int, ...]:
        """Where it stands among others under way; the last is displaced first."""
        return self.entry[0], self.started, self.entry[1], self.entry[2], self.state, self.entry[3]

    def holding(self, now: int) -> list[tuple[int, int]]:
        """List the units it holds beyond this minute, by resource."""
        held = [pair for until, pairs in self.begun.releases.items() if until > now for pair in pairs]
        return held + [(each.resource, each.units) for each in self.begun.kept]


class Displacing:
    """What can be displaced, and what is left of what was."""

    def __init__(self) -> None:
        self.under_way: dict[Asked, UnderWay] = {}
        self.left: dict[Asked, Left] = {}
        self.has_displaced = False  # since the pass began

    def watch(self, run: Run, state: int, entry: Entry, begun: tuple[int, int, Begun], complete: Ending) -> Ending:
        """Keep in mind an activity that begins; gives what its end does unless it is displaced before."""
        asked = entry[2], state, entry[3]
        self.under_way[asked] = UnderWay(state, entry, *begun)

        def complete_unless_displaced(event: Due) -> None:
            if self.under_way.pop(asked, None) is not None:
                complete(event)
            else:
                run.pass_by(event)

        return complete_unless_displaced

    def first_visit(self, number: int, state: int, visit: int) -> int:
        """Give the visit with which an activity began: its luck decides what comes of it."""
        left = self.left.get((number, state, visit))
        return visit if left is None else left.first

    def planned(self, asked: Asked, planned: int) -> int:
        """Give the minutes to plan for a request: what is left, but not more than is planned for the whole."""
        left = self.left.get(asked)
        return planned if left is None else min(planned, left.minutes)


def take_or_displace(run: Run, state: int, now: int) -> Taken | None:
    """Find units for the first request of a heap, if need be by displacing others; None if that is no use."""
    entry, tables = run.heaps[state][0], run.tables
    planned = tables.planned[state]
    less = planned - run.displacing.planned((entry[2], state, entry[3]), planned)
    run.pools.must_fit[state] = tables.must_fit[state] - less
    taken = run.pools.take(state, now)
    if taken is None and tables.preempts[state]:
        found = _who_must_go(run, state, entry[0])
        if found:
            for each in found:
                _displace(run, each)
            run.displacing.has_displaced = True
            taken = run.pools.take(state, now)
    return taken


def _who_must_go(run: Run, state: int, priority: int) -> list[UnderWay]:
    """Choose who is displaced so that a request can start; nobody if it could not even then."""
    pools, now = run.pools, run.now
    under_way = [each for each in run.displacing.under_way.values() if each.entry[0] > priority]
    candidates = sorted((each for each in under_way if each.begun.end > now), key=lambda each: each.place)
    chosen: list[UnderWay] = []
    while (short := pools.short_of(state, now)) is not None:
        useful = (each for each in reversed(candidates) if any(held in short for held, _ in each.holding(now)))
        found = next(useful, None)
        if found is None:
            break
        candidates.remove(found)
        chosen.append(found)
        _count(pools, found, now, -1)
    needed = list(chosen)
    for each in reversed(chosen if short is None else []):  # the more urgent ones are spared first
        _count(pools, each, now, 1)
        if pools.short_of(state, now) is None:
            needed.remove(each)
        else:
            _count(pools, each, now, -1)
    for each in needed:
        _count(pools, each, now, 1)
    return needed if short is None else []


def _count(pools: Pools, each: UnderWay, now: int, times: int) -> None:
    """Count what somebody holds as held once more, or (-1) as free."""
    for resource, units in each.holding(now):
        pools.held[resource] += times * units


def _displace(run: Run, each: UnderWay) -> None:
    """End an activity now: all it holds is given back at once, and its patient asks again for what is left."""
    state, entry, now, begun = each.state, each.entry, run.now, each.begun
    priority, enqueued, number, visit, case, epoch = entry
    del run.displacing.under_way[number, state, visit]
    run.log.displace(each.row, now)
    for row, until in begun.rows:
        if until > now:
            run.log.release(row, now)
    for until, pairs in begun.releases.items():
        if until > now:
            run.give_back(pairs)
            pairs.clear()  # so that nothing is given back when that was planned
    if begun.kept:
        for kept in run.keeping.end(number, state, visit):
            run.log.release(kept.row, now)
            run.give_back([(kept.resource, kept.units)])
    if case.epoch != epoch:
        return  # a deadline has taken the patient elsewhere
    again = case.ordinals[state] = visit + 1
    first = run.displacing.first_visit(number, state, visit)
    left = Left(now, first, begun.end - now, [max(0, until - now) for until in begun.untils])
    keep_for_later(run, (number, state, again), left)
    session = run.lists.still_fits(number, state, visit, min(left.minutes, run.tables.planned[state]), now)
    run.await_start(state, (priority, enqueued, number, again, case, epoch), 0, session)


def keep_for_later(run: Run, asked: Asked, left: Left) -> None:
    """Keep in mind what is left for a request."""
    run.displacing.left[asked] = left
    run.log.resumed[asked] = left.since
