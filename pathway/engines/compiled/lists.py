"""Booked lists in a compiled run: requests that wait to be booked, lists that freeze, and what goes wrong on the day.

Every activity has two more queues, beyond that of its eligible requests: of requests that wait to be booked, and of
those among them that can come at short notice.  What reads queues or resources is done in `settle_lists`, at the
beginning of phase C, so that it does not depend on the order of events within a minute.
"""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.agenda import plan_event
from pathway.engines.compiled.gaps import vacate
from pathway.engines.compiled.heads import make_heap, move_head, say_head, sink
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.patients import await_start, end_resting, new_row, plan_last_minute
from pathway.engines.compiled.pieces import carry_on
from pathway.engines.compiled.pools import least_between
from pathway.engines.compiled.queues import (
    ORDINARY,
    SHORT,
    head_of,
    join_queue,
    leave_queue,
    may_move,
    movable_of,
    rank_of,
    stop_moving,
    to_be_booked,
    waits,
)
from pathway.engines.compiled.records import (
    ELIGIBLE,
    alternative_at,
    caller_at,
    head_at,
    link_at,
    list_at,
    missed_at,
    moment_at,
    need_at,
    ordinal_of,
    pool_at,
    queue_at,
    resource_at,
    sitting_at,
    state_at,
    user_at,
    visit_at,
)
from pathway.eventlog import BUMPED, NO_BED, NO_STAFF, NONE, OVERRUN
from pathway.plan.records import FREEZE, RELEASE


@compiled
def settle_lists(model: Any, world: Any) -> None:
    """Cancel who no longer fits, let emergencies bump, do what is due to lists, and fill gaps."""
    world.listing = 0
    for place in range(world.missing):
        row = missed_at(world, place).value
        if waits(world, row):
            cancel(model, world, row, reason(model, world, visit_at(world, row).state), visit_at(world, row).priority)
            vacate(model, world, row)
    world.missing = 0
    for resource in range(world.pools_size):
        while pool_at(world, resource).bumps > 0:
            pool_at(world, resource).bumps -= 1
            bump(model, world, resource)
    while world.settled < world.reached:
        moment = moment_at(model, world.settled)
        world.settled += 1
        deal_with(model, world, moment.kind, moment.number)
    while world.gaps > 0:
        fill_first_gap(model, world)
    world.listing = 0


@compiled_in_place
def deal_with(model: Any, world: Any, kind: int, number: int) -> None:
    """Release, freeze or open a list."""
    sitting = sitting_at(world, number)
    if kind == RELEASE:
        release(model, world, number)
    elif kind == FREEZE:
        sitting.frozen = 1
        book(model, world, number)
    else:
        top_up(model, world, number)
        sitting.booked = sitting.used


@compiled
def release(model: Any, world: Any, number: int) -> None:
    """Hand a list on if nobody is booked on it, and nobody with first call waits who could be."""
    sitting, listed = sitting_at(world, number), list_at(model, number)
    if sitting.used > 0:
        return
    for place in range(listed.first_caller, listed.last_caller):
        state = caller_at(model, place).value
        ordinary, short = to_be_booked(model, state, ORDINARY), to_be_booked(model, state, SHORT)
        if (head_of(world, ordinary) >= 0 or head_of(world, short) >= 0) and can_be_booked(model, world, number, state):
            return
    sitting.released_at = world.now
    if sitting.frozen == 1:
        book(model, world, number)


@compiled
def fill_first_gap(model: Any, world: Any) -> None:
    """Fill the gaps of the first list that has any."""
    number = world.first_gap
    while sitting_at(world, number).has_gap == 0:
        number += 1
    world.first_gap = number
    sitting_at(world, number).has_gap = 0
    world.gaps -= 1
    top_up(model, world, number)


@compiled
def callers_of(model: Any, world: Any, number: int) -> tuple[int, int]:
    """Give where the activities that may be booked on a list begin and end."""
    listed = list_at(model, number)
    if sitting_at(world, number).released_at != NONE:
        return listed.first_later, listed.last_later
    return listed.first_caller, listed.last_caller


@compiled
def top_up(model: Any, world: Any, number: int) -> None:
    """Offer an open list's gap to requests at short notice, those booked on later lists among them, in their order."""
    first, last = callers_of(model, world, number)
    row = 0
    while row >= 0:
        row = -1
        for place in range(first, last):
            state = caller_at(model, place).value
            if can_be_booked(model, world, number, state):
                row = earlier(world, row, head_of(world, to_be_booked(model, state, SHORT)))
                later = queue_at(world, movable_of(model, state)).root - 1
                while later >= 0:
                    row = earlier(world, row, later)
                    later = link_at(world, later).child - 1
        if row >= 0:
            visit = visit_at(world, row)
            if visit.session == NONE:
                leave_queue(world, to_be_booked(model, visit.state, SHORT))
            else:
                stop_moving(model, world, row)
                vacate(model, world, row)
            put_on(model, world, number, row)


@compiled
def earlier(world: Any, one: int, other: int) -> int:
    """Give which of two requests for any activities comes first in the total order; -1 is none."""
    if one < 0 or other < 0:
        return max(one, other)
    first, second = rank_of(world, one), rank_of(world, other)
    if first != second:
        return one if first < second else other
    a, b = visit_at(world, one), visit_at(world, other)
    if a.case != b.case:
        return one if a.case < b.case else other
    return one if a.state < b.state else other


@compiled
def book(model: Any, world: Any, number: int) -> None:
    """Book requests in the total order; one that cannot be ends its activity's turn for this list."""
    size = 0
    first, last = callers_of(model, world, number)
    for place in range(first, last):
        state = caller_at(model, place).value
        if head_of(world, to_be_booked(model, state, ORDINARY)) >= 0:
            say_head(world, size, to_be_booked(model, state, ORDINARY))
            size += 1
        if head_of(world, to_be_booked(model, state, SHORT)) >= 0:
            say_head(world, size, to_be_booked(model, state, SHORT))
            size += 1
    make_heap(world, size)
    while size > 0:
        queue, state = head_at(world, 0).queue, head_at(world, 0).state
        going_on = False
        if can_be_booked(model, world, number, state):
            row = head_of(world, queue)
            leave_queue(world, queue)
            put_on(model, world, number, row)
            if queue == to_be_booked(model, state, SHORT) and list_at(model, number).opens > world.now:
                may_move(model, world, row)
            going_on = head_of(world, queue) >= 0
        if going_on:
            say_head(world, 0, queue)
        else:
            size -= 1
            move_head(world, 0, size)
        sink(world, 0, size)


@compiled
def can_be_booked(model: Any, world: Any, number: int, state: int) -> bool:
    """Say whether a list has minutes left for an activity, and the roster what else it needs."""
    listed, asker, used = list_at(model, number), state_at(model, state), sitting_at(world, number).used
    begins = max(world.now, listed.opens + used)
    if used + asker.slot > listed.limit or begins + asker.planned > listed.opens + listed.limit:
        return False
    until = begins + max(1, asker.must_fit)
    for need in range(asker.first_need, asker.last_need):
        asked, there = need_at(model, need), False
        for place in range(asked.first_alternative, asked.last_alternative):
            resource = alternative_at(model, place).value
            if resource == listed.resource or least_between(model, world, resource, begins, until) >= asked.units:
                there = True
        if not there:
            return False
    return True


@compiled_in_place
def put_on(model: Any, world: Any, number: int, row: int) -> None:
    """Put a request on a list: it is eligible when the list opens, and until the last minute in which it fits."""
    visit, listed = visit_at(world, row), list_at(model, number)
    sitting_at(world, number).used += state_at(model, visit.state).slot
    visit.session = number
    if listed.opens > world.now:
        if listed.opens < model.horizon:
            plan_for(world, listed.opens, ELIGIBLE, row)
    else:
        join_queue(world, visit.state, row)
    plan_last_minute(model, world, row)


@compiled
def plan_for(world: Any, minute: int, kind: int, row: int) -> None:
    """Plan an event about a request."""
    event = plan_event(world, minute, kind)
    event.case = visit_at(world, row).case
    event.row = row


@compiled
def bump(model: Any, world: Any, resource: int) -> None:
    """Cancel the first booked request that waits for a resource an emergency has taken; it comes first next time."""
    row = -1
    for place in range(resource_at(model, resource).first_user, resource_at(model, resource).last_user):
        state = user_at(model, place).value
        if state_at(model, state).listed == resource:
            row = earlier(world, row, head_of(world, state))
    if row >= 0:
        cancel(model, world, row, BUMPED, 0)


@compiled
def cancel(model: Any, world: Any, row: int, outcome: int, priority: int) -> None:
    """Cancel a booked request, which asks again at once and keeps when it was first made."""
    visit = visit_at(world, row)
    case, state, number = visit.case, visit.state, visit.visit
    end_resting(model, world, row)
    visit.ended_at = world.now
    visit.outcome = outcome
    ordinal_of(world, case, state).value = number + 1
    again = new_row(world, case, state, number + 1, priority)
    visit_at(world, again).enqueued_at = visit.enqueued_at
    carry_on(model, world, row, again)
    await_start(model, world, again, 0)


@compiled
def reason(model: Any, world: Any, state: int) -> int:
    """Say why a request cannot start in its last minute: a bed, else the list's own resource, else anything else."""
    asker, beds, others, own = state_at(model, state), False, False, False
    for need in range(asker.first_need, asker.last_need):
        asked, is_short, bed, mine = need_at(model, need), True, False, False
        for place in range(asked.first_alternative, asked.last_alternative):
            resource = alternative_at(model, place).value
            pool = pool_at(world, resource)
            is_short = is_short and pool.scheduled - pool.held < asked.units
            bed = bed or resource_at(model, resource).is_bed == 1
            mine = mine or resource == asker.listed
        beds = beds or (is_short and bed)
        own = own or (is_short and mine)
        others = others or is_short
    if beds:
        return NO_BED
    return OVERRUN if own or not others else NO_STAFF
