"""The main loop of a compiled run: what is due in a minute is applied (phase B), then whoever fits starts (phase C)."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.agenda import LATEST, SLOT_BITS, free_event, plan_event, take_event
from pathway.engines.compiled.displacing import pass_out_of_danger
from pathway.engines.compiled.keeping import let_go_of_all, will_keep
from pathway.engines.compiled.lists import settle_lists
from pathway.engines.compiled.luck import UNDEALT, deal
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.patients import (
    age,
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
from pathway.engines.compiled.pieces import planned_of
from pathway.engines.compiled.pools import break_down, change_capacity, give_back
from pathway.engines.compiled.present import admit
from pathway.engines.compiled.queues import waits
from pathway.engines.compiled.records import (
    AGEING,
    COMPLETION,
    DELAY_OVER,
    ELIGIBLE,
    LAST_MINUTE,
    MOMENT,
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
    list_at,
    missed_at,
    moment_at,
    ordered_at,
    ordinal_of,
    patient_at,
    starting_at,
    state_at,
    visit_at,
)
from pathway.engines.compiled.starting import allocate, is_deferred


@compiled
def run(model: Any, world: Any) -> bool:
    """Run to the horizon (True), or to where there is no more room for what may happen next (False)."""
    if world.begun == 0 and has_room(model, world):
        world.begun = 1
        plan_moment(model, world)
    while has_room(model, world):
        due = next_minute(model, world)
        if due > world.now and is_pass_due(model, world):
            world.unsettled = 0
            if world.listing == 1:
                settle_lists(model, world)
            allocate(model, world)
        elif due >= model.horizon:
            return True
        else:
            world.now = due
            world.unsettled = 1
            apply(model, world)
    return False


@compiled_in_place
def is_pass_due(model: Any, world: Any) -> bool:
    """Say whether something has happened that may let someone start."""
    return world.touched > 0 or world.listing == 1 or (model.watchful == 1 and world.unsettled == 1)


@compiled_in_place
def has_room(model: Any, world: Any) -> bool:
    """Say whether one more event, and a pass that starts everyone who waits, can be written down."""
    starting = world.waiting + model.room_rows
    world.wanted_rows = world.written + model.room_rows + (world.waiting if model.room_lists > 0 else 0)
    world.wanted_events = world.made + model.room_events + starting * (model.room_holds + model.room_lists + 1)
    world.wanted_holds = world.held + starting * model.room_holds
    if model.displacing == 1:
        want_room_to_displace(model, world, starting)
        if world.wanted_pieces > world.left_size or world.wanted_events > world.progress_size:
            return False
    if world.wanted_rows > world.visits_size or world.wanted_events > world.events_size:
        return False
    return world.wanted_holds <= world.holds_size


@compiled
def want_room_to_displace(model: Any, world: Any, starting: int) -> None:
    """Count in what displacing everyone under way could write, once: then the pass begins again."""
    world.wanted_rows += world.under_way
    world.wanted_events += world.under_way * (model.room_lists + 3)
    world.wanted_pieces = world.pieces + 2 * starting


@compiled_in_place
def next_minute(model: Any, world: Any) -> int:
    """Give the minute in which something is due next."""
    due = LATEST
    if world.planned > 0:
        due = agenda_at(world, 0).value >> SLOT_BITS
    if world.arrived < world.patients_size:
        due = min(due, max(0, patient_at(world, world.arrived).arrived_at))
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
    elif world.arrived < world.patients_size and patient_at(world, world.arrived).arrived_at <= now:
        case = world.arrived
        world.arrived += 1
        if case < model.present_size:
            admit(model, world, case)
        else:
            arrive(model, world, case)
            go_on(model, world, case)
    else:
        slot = take_event(world)
        if model.displacing == 1:
            pass_out_of_danger(model, world, slot)
        give_back_holds(model, world, slot)
        if event_at(world, slot).kind <= OF_A_PATIENT:
            case = event_at(world, slot).case
            while patient_at(world, case).next_due <= now:  # deadlines that are due come before anything else
                meet_deadline(model, world, case)
                go_on(model, world, case)
            happen(model, world, case, slot)
            go_on(model, world, case)
        elif event_at(world, slot).kind == MOMENT:
            reach_moments(model, world)
        free_event(world, slot)


@compiled
def reach_moments(model: Any, world: Any) -> None:
    """Note all moments of this minute at which something is done to a list."""
    while world.reached < model.moments_size and moment_at(model, world.reached).minute == world.now:
        world.reached += 1
    world.listing = 1
    plan_moment(model, world)


@compiled
def plan_moment(model: Any, world: Any) -> None:
    """Plan the next moment at which something is done to a list."""
    if world.reached < model.moments_size:
        plan_event(world, moment_at(model, world.reached).minute, MOMENT)


@compiled_in_place
def give_back_holds(model: Any, world: Any, slot: int) -> None:
    """Give back what an activity that ends now held until now, or the one thing whose hold ends."""
    event = event_at(world, slot)
    if event.kind == RELEASE:
        hold = hold_at(world, event.hold)
        if hold.to == world.now:  # or its activity was displaced
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
        become_eligible(model, world, event.row)
    elif kind == PATIENCE_LOST:
        lose_patience(model, world, event.row, event.state)
    elif kind == LAST_MINUTE:
        pass_last_minute(model, world, event.row)
    elif kind == AGEING:
        age(model, world, event.row)
    elif kind == REJOINING and event.epoch == epoch:
        will_enter(world, event.state)


@compiled
def pass_last_minute(model: Any, world: Any, row: int) -> None:
    """Note that the last minute in which a request fits on its list is over, if it still waits on that list."""
    visit = visit_at(world, row)
    ends = list_at(model, visit.session).ends
    if waits(world, row) and ends - planned_of(model, world, row) + 1 == world.now:
        missed_at(world, world.missing).value = row
        world.missing += 1
        world.listing = 1


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
