"""Displacement in a compiled run: an activity that says `preempt: yes` interrupts what is less urgent.

Activities under way that can be displaced stand in one list, `progress`, in no order; each knows the event that
ends it.
"""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.agenda import next_slot
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.patients import await_start, new_row
from pathway.engines.compiled.pieces import go_on_with, planned_of
from pathway.engines.compiled.pools import free_units, give_back, short_need, taken_before
from pathway.engines.compiled.queues import touch
from pathway.engines.compiled.records import (
    COMPLETION,
    LOOKING,
    PIECE_MINUTES,
    PIECE_NEEDS,
    PIECE_SINCE,
    alternative_at,
    event_at,
    head_at,
    hold_at,
    list_at,
    need_at,
    ordinal_of,
    patient_at,
    piece_at,
    place_at,
    pool_at,
    progress_at,
    queue_at,
    state_at,
    victim_at,
    visit_at,
)
from pathway.eventlog import DISPLACED, NONE


@compiled
def touch_watched(model: Any, world: Any) -> None:
    """Note all activities with a queue that displace others or can be displaced, as anything may let them start."""
    for state in range(model.states_size):
        if state_at(model, state).gives_way == 1 and queue_at(world, state).root != 0:
            touch(world, state)


@compiled
def touch_heads(world: Any, size: int) -> None:
    """Note all activities that a pass has not done with."""
    for at in range(size):
        touch(world, head_at(world, at).state)


@compiled
def watch(world: Any, row: int, piece: int) -> None:
    """Keep in mind an activity that begins, and that the event to be planned next ends."""
    place, slot = world.under_way, next_slot(world)
    world.under_way += 1
    under_way = progress_at(world, place)
    under_way.slot = slot
    under_way.row = row
    under_way.piece = piece
    under_way.is_chosen = 0
    place_at(world, slot).value = place


@compiled
def pass_out_of_danger(model: Any, world: Any, slot: int) -> None:
    """Forget an activity that ends now, if it could have been displaced."""
    if event_at(world, slot).kind == COMPLETION and state_at(model, event_at(world, slot).state).gives_way == 1:
        forget(world, slot)


@compiled
def forget(world: Any, slot: int) -> None:
    """Take an activity off the list of those under way; the last one takes its place."""
    world.under_way -= 1
    place, last = place_at(world, slot).value, progress_at(world, world.under_way)
    moved = progress_at(world, place)
    moved.slot = last.slot
    moved.row = last.row
    moved.piece = last.piece
    moved.is_chosen = last.is_chosen
    place_at(world, moved.slot).value = place


@compiled
def make_way(model: Any, world: Any, state: int) -> bool:
    """Displace less urgent activities so that the first request of a queue can start; nobody if that is no use."""
    if state_at(model, state).preempts == 0 or world.under_way == 0:
        return False
    priority = visit_at(world, queue_at(world, state).root - 1).priority
    count, short = 0, short_need(model, world, state)
    while short >= 0:
        place = next_victim(model, world, state, short, priority)
        if place < 0:
            break
        progress_at(world, place).is_chosen = 1
        count_held(world, place, -1)
        victim_at(world, count).value = place
        count += 1
        short = short_need(model, world, state)
    if short < 0:
        spare(model, world, state, count)
    for turn in range(count):
        place = victim_at(world, turn).value
        if place >= 0:
            count_held(world, place, 1)
            progress_at(world, place).is_chosen = 0
            victim_at(world, turn).value = progress_at(world, place).slot
    if short >= 0:
        return False
    for turn in range(count):
        if victim_at(world, turn).value >= 0:
            displace(model, world, victim_at(world, turn).value)
    world.displaced = 1
    return short_need(model, world, state) < 0  # which chooses the units, too


@compiled
def spare(model: Any, world: Any, state: int, count: int) -> None:
    """Spare those chosen without whom a request can start as well, the more urgent ones first."""
    for turn in range(count - 1, -1, -1):
        place = victim_at(world, turn).value
        count_held(world, place, 1)
        if short_need(model, world, state) < 0:
            progress_at(world, place).is_chosen = 0
            victim_at(world, turn).value = NONE
        else:
            count_held(world, place, -1)


@compiled
def next_victim(model: Any, world: Any, state: int, need: int, priority: int) -> int:
    """Give the last in order of those under way who hold what a need is short of; -1 for none."""
    asked, found = need_at(model, need), NONE
    for turn in range(asked.first_alternative, asked.last_alternative):
        resource = alternative_at(model, turn).value
        free = free_units(model, world, state, resource, taken_before(model, world, state, need, resource))
        pool_at(world, resource).is_short = int(max(0, free - pool_at(world, resource).kept) >= asked.units)
    for place in range(world.under_way):
        under_way = progress_at(world, place)
        is_less_urgent = visit_at(world, under_way.row).priority > priority
        is_free = under_way.is_chosen == 1 or piece_at(world, under_way.piece, PIECE_MINUTES).value <= world.now
        if not is_less_urgent or is_free or not holds_what_is_short(world, under_way.slot):
            continue
        if found < 0 or comes_later(world, under_way.row, progress_at(world, found).row):
            found = place
    for turn in range(asked.first_alternative, asked.last_alternative):
        pool_at(world, alternative_at(model, turn).value).is_short = 0
    return found


@compiled
def holds_what_is_short(world: Any, slot: int) -> bool:
    """Say whether an activity holds, beyond this minute, something that would help."""
    event = event_at(world, slot)
    for row in range(event.hold, event.hold + event.holds):
        if is_held(world, row) and pool_at(world, hold_at(world, row).resource).is_short == 1:
            return True
    return False


@compiled_in_place
def is_held(world: Any, row: int) -> bool:
    """Say whether something is held beyond this minute."""
    return hold_at(world, row).to > world.now or hold_at(world, row).to == NONE


@compiled
def comes_later(world: Any, one: int, other: int) -> bool:
    """Say which of two visits under way is displaced first: less urgent, begun later, last in the total order."""
    a, b = visit_at(world, one), visit_at(world, other)
    if a.priority != b.priority:
        return a.priority > b.priority
    if a.started_at != b.started_at:
        return a.started_at > b.started_at
    if a.enqueued_at != b.enqueued_at:
        return a.enqueued_at > b.enqueued_at
    if a.case != b.case:
        return a.case > b.case
    return a.state > b.state if a.state != b.state else a.visit > b.visit


@compiled
def count_held(world: Any, place: int, times: int) -> None:
    """Count what somebody under way holds as held once more, or (-1) as free."""
    event = event_at(world, progress_at(world, place).slot)
    for row in range(event.hold, event.hold + event.holds):
        if is_held(world, row):
            pool_at(world, hold_at(world, row).resource).held += times * hold_at(world, row).units


@compiled
def displace(model: Any, world: Any, slot: int) -> None:
    """End an activity now: all it holds is given back at once, and its patient asks again for what is left."""
    event, under_way = event_at(world, slot), progress_at(world, place_at(world, slot).value)
    row, piece = under_way.row, under_way.piece
    for held in range(event.hold, event.hold + event.holds):
        if is_held(world, held):
            hold_at(world, held).to = world.now
            give_back(model, world, hold_at(world, held).resource, hold_at(world, held).units)
    forget(world, slot)
    event.kind = LOOKING  # so that nothing happens when it was to end
    visit = visit_at(world, row)
    visit.ended_at = world.now
    visit.outcome = DISPLACED
    if event.epoch == patient_at(world, visit.case).epoch:  # else a deadline has taken the patient elsewhere
        leave_over(model, world, visit.state, piece)
        ask_again(model, world, row, piece)


@compiled_in_place
def leave_over(model: Any, world: Any, state: int, piece: int) -> None:
    """Turn until when something lasts into how much of it is left."""
    piece_at(world, piece, PIECE_SINCE).value = world.now
    piece_at(world, piece, PIECE_MINUTES).value -= world.now
    for need in range(state_at(model, state).last_need - state_at(model, state).first_need):
        left = piece_at(world, piece, PIECE_NEEDS + need)
        left.value = max(0, left.value - world.now)


@compiled_in_place
def ask_again(model: Any, world: Any, row: int, piece: int) -> None:
    """Let the patient of a displaced activity wait to go on: on the same list, if that can still be."""
    visit = visit_at(world, row)
    ordinal_of(world, visit.case, visit.state).value = visit.visit + 1
    again = new_row(world, visit.case, visit.state, visit.visit + 1, visit.priority)
    go_on_with(world, again, piece)
    request = visit_at(world, again)
    request.enqueued_at = visit.enqueued_at
    if visit.session != NONE and world.now + planned_of(model, world, again) <= list_at(model, visit.session).ends:
        request.session = visit.session
    await_start(model, world, again, 0)
