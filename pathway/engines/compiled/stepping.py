"""The main loop of a compiled run: what is due in a minute is applied (phase B), then whoever fits starts (phase C)."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.agenda import LATEST, SLOT_BITS, free_event, take_event
from pathway.engines.compiled.keeping import let_go_of_all, will_keep
from pathway.engines.compiled.luck import UNDEALT, deal
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.patients import (
    arm_deadlines,
    ask,
    become_eligible,
    end_delay,
    go_on,
    lose_patience,
    meet_deadline,
    will_enter,
    will_leave,
)
from pathway.engines.compiled.pools import break_down, change_capacity, give_back
from pathway.engines.compiled.records import (
    COMPLETION,
    DELAY_OVER,
    ELIGIBLE,
    OF_A_PATIENT,
    PATIENCE_LOST,
    REJOINING,
    RELEASE,
    agenda_at,
    armed_by,
    attribute_of,
    breakdown_at,
    change_at,
    event_at,
    hold_at,
    ordered_at,
    ordinal_of,
    patient_at,
    starting_at,
    state_at,
)
from pathway.engines.compiled.starting import allocate, is_deferred


@compiled
def run(model: Any, world: Any) -> bool:
    """Run to the horizon (True), or to where there is no more room for what may happen next (False)."""
    while has_room(model, world):
        due = next_minute(model, world)
        if due > world.now and (world.touched > 0 or (model.strict == 1 and world.unsettled == 1)):
            world.unsettled = 0
            allocate(model, world)
        elif due >= model.horizon:
            return True
        else:
            world.now = due
            world.unsettled = 1
            apply(model, world)
    return False


@compiled_in_place
def has_room(model: Any, world: Any) -> bool:
    """Say whether one more event, and a pass that starts everyone who waits, can be written down."""
    starting = world.waiting + model.room_rows
    rows = world.written + model.room_rows
    events = world.made + model.room_events + starting * (model.room_holds + 1)
    holds = world.held + starting * model.room_holds
    return rows <= world.visits_size and events <= world.events_size and holds <= world.holds_size


@compiled_in_place
def next_minute(model: Any, world: Any) -> int:
    """Give the minute in which something is due next."""
    due = LATEST
    if world.planned > 0:
        due = agenda_at(world, 0).value >> SLOT_BITS
    if world.arrived < world.patients_size:
        due = min(due, patient_at(world, world.arrived).arrived_at)
    if world.changed < model.changes_size:
        due = min(due, change_at(model, world.changed).time)
    if world.failed < world.breakdowns_size:
        due = min(due, breakdown_at(world, world.failed).time)
    return due


@compiled_in_place
def apply(model: Any, world: Any) -> None:
    """Apply one thing that is due now."""
    now = world.now
    if world.changed < model.changes_size and change_at(model, world.changed).time == now:
        change_capacity(model, world, change_at(model, world.changed).resource)
        world.changed += 1
    elif world.failed < world.breakdowns_size and breakdown_at(world, world.failed).time == now:
        event = breakdown_at(world, world.failed)
        break_down(model, world, event.resource, event.broken)
        world.failed += 1
    elif world.arrived < world.patients_size and patient_at(world, world.arrived).arrived_at == now:
        case = world.arrived
        world.arrived += 1
        arrive(model, world, case)
        go_on(model, world, case)
    else:
        slot = take_event(world)
        give_back_holds(model, world, slot)
        if event_at(world, slot).kind <= OF_A_PATIENT:
            case = event_at(world, slot).case
            while patient_at(world, case).next_due <= now:  # deadlines that are due come before anything else
                meet_deadline(model, world, case)
                go_on(model, world, case)
            happen(model, world, case, slot)
            go_on(model, world, case)
        free_event(world, slot)


@compiled_in_place
def give_back_holds(model: Any, world: Any, slot: int) -> None:
    """Give back what an activity that ends now held until now, or the one thing whose hold ends."""
    event = event_at(world, slot)
    if event.kind == RELEASE:
        hold = hold_at(world, event.hold)
        give_back(model, world, hold.resource, hold.units)
    elif event.kind == COMPLETION:
        for row in range(event.hold, event.hold + event.holds):
            hold = hold_at(world, row)
            if hold.to == world.now:
                give_back(model, world, hold.resource, hold.units)


@compiled_in_place
def arrive(model: Any, world: Any, case: int) -> None:
    """Draw what is known of a patient, and begin the pathway."""
    stream = patient_at(world, case).stream
    attribute_of(world, case, model.stream_attribute).value = stream
    for place in range(model.order_size):
        attribute = ordered_at(model, place).value
        drawn = deal(model, world, case, armed_by(model, attribute).draw, 0, UNDEALT)
        attribute_of(world, case, attribute).value = drawn
        arm_deadlines(model, world, case, attribute)
    will_leave(world, starting_at(model, stream).value, 1, UNDEALT)


@compiled_in_place
def happen(model: Any, world: Any, case: int, slot: int) -> None:
    """Let happen to a patient what an event is about, if it still concerns them."""
    event = event_at(world, slot)
    kind, epoch = event.kind, patient_at(world, case).epoch
    if kind == COMPLETION:
        if event.epoch == epoch:
            move_on(model, world, case, slot)
        elif state_at(model, event.state).keeps == 1:
            let_go_of_all(model, world, slot)
    elif kind == DELAY_OVER:
        end_delay(model, world, event.row)
    elif kind == ELIGIBLE:
        become_eligible(world, event.row)
    elif kind == PATIENCE_LOST:
        lose_patience(model, world, event.row)
    elif kind == REJOINING and event.epoch == epoch:
        will_enter(world, event.state)


@compiled_in_place
def move_on(model: Any, world: Any, case: int, slot: int) -> None:
    """Let a patient leave an activity, or ask for its next session if a meeting came to no decision."""
    event = event_at(world, slot)
    state, visit, luck = event.state, event.visit, event.luck
    keeps = state_at(model, state).keeps == 1
    if state_at(model, state).deferral > 0.0 and is_deferred(model, world, case, state, visit):
        if keeps:
            let_go_of_all(model, world, slot)
        ordinal_of(world, case, state).value = visit + 1
        ask(model, world, case, state, visit + 1, max(1, state_at(model, state).notice))
    else:
        if keeps:
            will_keep(model, world, case, slot)
        will_leave(world, state, visit, luck)
