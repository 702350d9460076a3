"""Phase C of a compiled run: one allocation pass over those who wait, and what starting an activity does."""

from __future__ import annotations

import math
from typing import Any

from pathway.engines.compiled.agenda import plan_event
from pathway.engines.compiled.displacing import make_way, touch_heads, touch_watched, watch
from pathway.engines.compiled.gaps import vacate
from pathway.engines.compiled.heads import make_heap, move_head, say_head, sink
from pathway.engines.compiled.keeping import let_go_until
from pathway.engines.compiled.luck import UNDEALT, deal, luck_of
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.patients import end_resting
from pathway.engines.compiled.pieces import begin_piece, first_visit, piece_of, planned_of
from pathway.engines.compiled.pools import discharged, keep_for, take
from pathway.engines.compiled.queues import head_of, leave_queue, touch
from pathway.engines.compiled.records import (
    COMPLETION,
    LOOKING,
    PIECE_MINUTES,
    PIECE_NEEDS,
    REJOINING,
    RELEASE,
    chosen_at,
    head_at,
    hold_at,
    lesson_at,
    listed_at,
    need_at,
    patient_at,
    piece_at,
    pool_at,
    queue_at,
    resource_at,
    state_at,
    visit_at,
)
from pathway.eventlog import CANCELLED, COMPLETED, DEFERRED, NO_SHOW, NONE
from pathway.plan.records import NO
from pathway.sampling import keyed
from pathway.sampling.keyed import block, unit


@compiled_in_place
def allocate(model: Any, world: Any) -> None:
    """Start whoever fits, the heads of the queues merged in the order (priority, enqueued_at, case, state).

    Under backfill, only activities touched since the last pass can start anyone; mostly there is one.  The pass ends as
    soon as somebody is displaced: it is to begin again.
    """
    if model.displacing == 1:
        world.displaced = 0
        touch_watched(model, world)
    if model.strict == 0 and world.touched == 1:
        state = listed_at(world, 0).value
        queue_at(world, state).is_touched = 0
        world.touched = 0
        while head_of(world, state) >= 0 and start_first(model, world, state):
            if world.displaced == 1:
                touch(world, state)
                return
        return
    size = line_up(model, world)
    while size > 0:
        state = head_at(world, 0).state
        goes_on = start_first(model, world, state) and head_of(world, state) >= 0
        if world.displaced == 1:
            touch_heads(world, size)
            size = 0
        elif goes_on:
            say_head(world, 0, state)
        else:
            size -= 1
            move_head(world, 0, size)
        sink(world, 0, size)
    if model.strict == 1:
        world.unsettled = world.displaced
        for resource in range(world.pools_size):
            pool_at(world, resource).kept = 0


@compiled
def line_up(model: Any, world: Any) -> int:
    """Make a heap of the heads of the queues that this pass looks at; gives how many there are."""
    size = 0
    if model.strict == 1:
        for state in range(model.states_size):
            if head_of(world, state) >= 0:
                say_head(world, size, state)
                size += 1
    for place in range(world.touched):
        state = listed_at(world, place).value
        queue_at(world, state).is_touched = 0
        if model.strict == 0 and head_of(world, state) >= 0:
            say_head(world, size, state)
            size += 1
    world.touched = 0
    make_heap(world, size)
    return size


@compiled
def start_first(model: Any, world: Any, state: int) -> bool:
    """Start the first request of a queue, if what it needs is free, or can be made free."""
    asked, visit = state_at(model, state), 0
    if model.displacing == 1:
        head = queue_at(world, state).root - 1
        visit = first_visit(model, world, head)
        queue_at(world, state).must_fit = asked.must_fit - asked.planned + planned_of(model, world, head)
    if not take(model, world, state) and not (model.displacing == 1 and make_way(model, world, state)):
        if model.strict == 1:
            look_again(model, world, keep_for(model, world, state))
        return False
    row = queue_at(world, state).root - 1
    leave_queue(world, state)
    end_resting(model, world, row)
    patient = patient_at(world, visit_at(world, row).case)
    if model.displacing == 0:
        visit = visit_at(world, row).visit
    words = block(model.seed, world.replication, patient.key, patient.index, asked.key, visit, keyed.DURATION)
    if piece_of(model, world, row) != NONE:  # who was displaced has come already
        begin(model, world, row, unit(words[keyed.DURATION]), unit(words[keyed.ROUTE]))
    elif unit(words[keyed.NO_SHOW]) < asked.no_show:
        miss(model, world, row, NO_SHOW, asked.no_show_lost, asked.no_show_rebook)
    elif unit(words[keyed.CANCELLED]) < asked.cancelled:
        miss(model, world, row, CANCELLED, asked.cancelled_lost, asked.cancelled_rebook)
    else:
        begin(model, world, row, unit(words[keyed.DURATION]), unit(words[keyed.ROUTE]))
    return True


@compiled
def look_again(model: Any, world: Any, minute: int) -> None:
    """Make a pass in a minute in which nothing else may happen."""
    if minute < model.horizon and (world.looking <= world.now or minute < world.looking):
        world.looking = minute
        plan_event(world, minute, LOOKING)


@compiled_in_place
def begin(model: Any, world: Any, row: int, luck: float, next_luck: float) -> None:
    """Start an activity; its needs may be held for different times, and the longest delays the patient.

    `luck` decides how long it takes, and `next_luck` where it leads: one block of numbers has both.
    """
    visit, now = visit_at(world, row), world.now
    case, state = visit.case, visit.state
    begun = state_at(model, state)
    end = moves_on = now + how_long(model, world, row, luck)
    piece = begin_piece(model, world, row, end) if model.displacing == 1 else NONE
    if begun.awaited == 1:
        let_go_until(model, world, case, state)
    first = world.held
    if begun.keeps == 1:
        hold_what_is_kept(model, world, row)
    for need in range(begun.first_need, begun.last_need):
        asked = need_at(model, need)
        if asked.hold_until != NO:
            continue
        resource, until = chosen_at(world, need - begun.first_need).value, end
        if asked.hold != NO:
            until = discharged(model, resource, now + how_long_held(model, world, row, need))
        moves_on = max(moves_on, until)
        if piece != NONE:
            piece_at(world, piece, PIECE_NEEDS + need - begun.first_need).value = until
        hold(world, row, resource, asked.units, until + asked.turnover)
    visit.started_at = now
    if begun.emergency == 1 and world.displaced == 0:
        go_first(model, world, state)
    if piece != NONE:
        watch(world, row, piece)
    plan_end(model, world, row, first, moves_on, next_luck)


@compiled_in_place
def how_long(model: Any, world: Any, row: int, luck: float) -> int:
    """Deal how long an activity takes that starts, or give what is left of one that was displaced."""
    visit, left = visit_at(world, row), piece_of(model, world, row)
    if left != NONE:
        return piece_at(world, left, PIECE_MINUTES).value
    begun = state_at(model, visit.state)
    duration = deal(model, world, visit.case, begun.duration, visit.visit, luck)
    if begun.first_lesson < begun.last_lesson:
        duration += learning(model, world, visit.state, duration)
    return duration


@compiled_in_place
def how_long_held(model: Any, world: Any, row: int, need: int) -> int:
    """The same for something that is held for a time of its own."""
    visit, left = visit_at(world, row), piece_of(model, world, row)
    if left != NONE:
        return piece_at(world, left, PIECE_NEEDS + need - state_at(model, visit.state).first_need).value
    return deal(model, world, visit.case, need_at(model, need).hold, visit.visit, UNDEALT)


@compiled_in_place
def plan_end(model: Any, world: Any, row: int, first: int, moves_on: int, next_luck: float) -> None:
    """Plan the end of an activity, if the run lasts so long, and when what it holds since row `first` is given back.

    The end of one that can be displaced is planned in any case, and is the first event that is.
    """
    visit = visit_at(world, row)
    case, state = visit.case, visit.state
    if moves_on < model.horizon:
        deferral = state_at(model, state).deferral
        deferred = deferral > 0.0 and is_deferred(model, world, case, state, visit.visit)
        visit.ended_at = moves_on
        visit.outcome = DEFERRED if deferred else COMPLETED
    if moves_on < model.horizon or state_at(model, state).gives_way == 1:
        event = plan_event(world, moves_on, COMPLETION)
        event.case = case
        event.state = state
        event.visit = visit.visit if model.displacing == 0 else first_visit(model, world, row)
        event.hold = first
        event.holds = world.held - first
        event.epoch = patient_at(world, case).epoch
        event.luck = next_luck
    plan_releases(model, world, first, moves_on)


@compiled
def go_first(model: Any, world: Any, state: int) -> None:
    """Note which resources with lists an emergency has taken."""
    begun = state_at(model, state)
    for need in range(begun.first_need, begun.last_need):
        resource = chosen_at(world, need - begun.first_need).value
        if resource_at(model, resource).has_lists == 1:
            pool_at(world, resource).bumps += 1
            world.listing = 1


@compiled
def hold_what_is_kept(model: Any, world: Any, row: int) -> None:
    """Take first what is kept until another activity starts, so that it is found again at the end of this one."""
    begun = state_at(model, visit_at(world, row).state)
    for need in range(begun.first_need, begun.last_need):
        if need_at(model, need).hold_until != NO:
            hold(world, row, chosen_at(world, need - begun.first_need).value, need_at(model, need).units, NONE)


@compiled
def learning(model: Any, world: Any, state: int, drawn: int) -> int:
    """Give how much longer this start of an activity lasts, as it has not been done often yet."""
    queue_at(world, state).started += 1
    lesson, last = state_at(model, state).first_lesson, state_at(model, state).last_lesson
    while lesson < last and queue_at(world, state).started > lesson_at(model, lesson).until:
        lesson += 1
    return int(math.floor(drawn * lesson_at(model, lesson).longer + 0.5)) if lesson < last else 0


@compiled
def is_deferred(model: Any, world: Any, case: int, state: int, visit: int) -> bool:
    """Say whether a meeting comes to no decision on a patient."""
    asked = state_at(model, state)
    return luck_of(model, world, case, asked.key, visit, keyed.DEFERRAL) < asked.deferral


@compiled_in_place
def hold(world: Any, row: int, resource: int, units: int, until: int) -> None:
    """Take units, and write down until when."""
    visit = visit_at(world, row)
    written = hold_at(world, world.held)
    world.held += 1
    written.case = visit.case
    written.state = visit.state
    written.visit = visit.visit
    written.resource = resource
    written.units = units
    written["from"] = world.now
    written.to = until
    pool_at(world, resource).held += units


@compiled_in_place
def plan_releases(model: Any, world: Any, first: int, with_patient: int) -> None:
    """Plan when each hold written since `first` ends, but for those that end as the patient moves on."""
    for row in range(first, world.held):
        until = hold_at(world, row).to
        if until >= model.horizon:
            hold_at(world, row).to = NONE
        elif until != with_patient and until != NONE:
            event = plan_event(world, until, RELEASE)
            event.hold = row


@compiled
def miss(model: Any, world: Any, row: int, outcome: int, lost: int, rebook: int) -> None:
    """Let a patient miss the slot: it is lost or goes to the next, and the patient asks again later."""
    visit, now = visit_at(world, row), world.now
    case, state = visit.case, visit.state
    missed = state_at(model, state)
    end = now + (missed.planned if lost == 1 else 0)
    if end > now:
        first = world.held
        for need in range(missed.first_need, missed.last_need):
            hold(world, row, chosen_at(world, need - missed.first_need).value, need_at(model, need).units, end)
        plan_releases(model, world, first, NONE)
    if lost == 0:
        vacate(model, world, row)
    visit.started_at = now
    visit.ended_at = end if end < model.horizon else NONE
    visit.outcome = outcome
    again = now + max(1, deal(model, world, case, rebook, visit.visit, UNDEALT))
    if again < model.horizon:
        event = plan_event(world, again, REJOINING)
        event.case = case
        event.state = state
        event.epoch = patient_at(world, case).epoch
