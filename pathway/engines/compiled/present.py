"""Patients there at minute 0 in a compiled run: what is known of them, and where they go on.

The visits they bring along, and the one they are in, are rows already when the run begins.
"""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.agenda import plan_event
from pathway.engines.compiled.displacing import watch
from pathway.engines.compiled.luck import UNDEALT, deal
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.patients import await_start, begin_resting, end_of_delay, set_deadline
from pathway.engines.compiled.pieces import begin_piece
from pathway.engines.compiled.pools import discharged
from pathway.engines.compiled.records import (
    DATED,
    DEADLINE,
    DELAY_OVER,
    PIECE_NEEDS,
    alternative_at,
    armed_by,
    attribute_of,
    completed_of,
    date_of,
    deadline_at,
    due_at,
    given_at,
    hold_at,
    link_at,
    need_at,
    ordered_at,
    ordinal_of,
    past_at,
    patient_at,
    piece_at,
    present_at,
    setting_at,
    starting_at,
    state_at,
    visit_at,
)
from pathway.engines.compiled.starting import hold, plan_end
from pathway.eventlog import NONE
from pathway.plan.records import DELAY, NO


@compiled
def admit(model: Any, world: Any, place: int) -> None:
    """Let one of those there at minute 0 wait, rest, or be under way."""
    there = present_at(model, place)
    know(model, world, place)
    arm_all(model, world, place)
    for past in range(there.first_past, there.last_past):
        recall(model, world, there.case, past)
    ordinal_of(world, there.case, there.state).value = there.visit
    if state_at(model, there.state).kind == DELAY:
        go_on_resting(model, world, place)
        return
    priority = there.priority
    if priority == NO:
        priority = deal(model, world, there.case, state_at(model, there.state).priority, there.visit, UNDEALT)
    visit_at(world, there.row).priority = priority
    if there.started == NO:
        link_at(world, there.row).piece = 0
        await_start(model, world, there.row, state_at(model, there.state).notice)
    else:
        be_under_way(model, world, place)


@compiled
def given_of(model: Any, place: int, attribute: int) -> int:
    """Find what is said of an attribute of a patient; -1 if nothing is."""
    for given in range(present_at(model, place).first_given, present_at(model, place).last_given):
        if given_at(model, given).attribute == attribute:
            return given
    return NO


@compiled
def know(model: Any, world: Any, place: int) -> None:
    """Draw what is not said of a patient, as on arrival; what the start sets, it has set."""
    there = present_at(model, place)
    case = there.case
    stream = patient_at(world, case).stream
    attribute_of(world, case, model.stream_attribute).value = stream
    for turn in range(model.order_size):
        attribute = ordered_at(model, turn).value
        given = given_of(model, place, attribute)
        if given == NO:
            drawn = deal(model, world, case, armed_by(model, attribute).draw, 0, UNDEALT)
            attribute_of(world, case, attribute).value = drawn
        else:
            attribute_of(world, case, attribute).value = given_at(model, given).value
    start = state_at(model, starting_at(model, stream).value)
    if start.counted != NO:
        completed_of(world, case, start.counted).value = 1
    if start.dated != NO:
        date_of(world, case, start.dated).value = there.referred + DATED
    for turn in range(start.first_setting, start.last_setting):
        setting = setting_at(model, turn)
        if given_of(model, place, setting.attribute) != NO:
            continue
        if setting.draw != NO:
            attribute_of(world, case, setting.attribute).value = deal(model, world, case, setting.draw, 1, UNDEALT)
        else:
            attribute_of(world, case, setting.attribute).value += setting.add


@compiled
def arm_all(model: Any, world: Any, place: int) -> None:
    """Start the deadlines of a patient: they run from the referral, and what is past is due in minute 1."""
    there = present_at(model, place)
    for turn in range(model.order_size):
        attribute = ordered_at(model, turn).value
        armed = armed_by(model, attribute)
        for each in range(armed.first_deadline, armed.last_deadline):
            deadline = deadline_at(model, each).value
            due = max(1, there.referred + attribute_of(world, there.case, attribute).value)
            for said in range(there.first_due, there.last_due):
                if due_at(model, said).deadline == deadline:
                    due = due_at(model, said).at
            set_deadline(model, world, there.case, deadline, due)
            if due < model.horizon:
                event = plan_event(world, due, DEADLINE)
                event.case = there.case


@compiled_in_place
def recall(model: Any, world: Any, case: int, place: int) -> None:
    """Take over a state that a patient has behind them."""
    past = past_at(model, place)
    state = state_at(model, past.state)
    ordinal_of(world, case, past.state).value = past.visits
    if state.counted != NO:
        completed_of(world, case, state.counted).value = past.visits
    if state.dated != NO and past.left != NO:
        date_of(world, case, state.dated).value = past.left + DATED


@compiled_in_place
def go_on_resting(model: Any, world: Any, place: int) -> None:
    """Let a delay that began before go on, for a minute at least."""
    there = present_at(model, place)
    end = end_of_delay(model, world, there.case, there.state, there.visit)
    if state_at(model, there.state).duration != NO:
        end += there.started
    end = max(1, end)
    begin_resting(model, world, there.case, there.row)
    if end < model.horizon:
        event = plan_event(world, end, DELAY_OVER)
        event.case = there.case
        event.row = there.row


@compiled
def held_until(model: Any, world: Any, place: int, need: int, end: int) -> int:
    """Give until when something is held by an activity under way that ends then."""
    there = present_at(model, place)
    if need_at(model, need).hold == NO:
        return end
    until = there.started + deal(model, world, there.case, need_at(model, need).hold, there.visit, UNDEALT)
    return discharged(model, alternative_at(model, need_at(model, need).first_alternative).value, until)


@compiled_in_place
def be_under_way(model: Any, world: Any, place: int) -> None:
    """Let an activity under way go on, for a minute at least, holding what is not given back yet."""
    there = present_at(model, place)
    begun, case = state_at(model, there.state), there.case
    end = there.started + deal(model, world, case, begun.duration, there.visit, UNDEALT)
    last = end
    for need in range(begun.first_need, begun.last_need):
        last = max(last, held_until(model, world, place, need, end))
    moves_on, first = max(1, last), world.held
    link_at(world, there.row).piece = 0
    piece = begin_piece(model, world, there.row, moves_on if end == last else end) if model.displacing == 1 else NONE
    for need in range(begun.first_need, begun.last_need):
        asked = need_at(model, need)
        if asked.hold_until != NO:  # first, so that it is found again at the end
            hold(world, there.row, alternative_at(model, asked.first_alternative).value, asked.units, NONE)
            hold_at(world, world.held - 1)["from"] = there.started
    for need in range(begun.first_need, begun.last_need):
        asked = need_at(model, need)
        if asked.hold_until != NO:
            continue
        until = held_until(model, world, place, need, end)
        if until == last:
            until = moves_on
        if piece != NONE:
            piece_at(world, piece, PIECE_NEEDS + need - begun.first_need).value = until
        until += asked.turnover
        if until > 0:
            hold(world, there.row, alternative_at(model, asked.first_alternative).value, asked.units, until)
            hold_at(world, world.held - 1)["from"] = there.started
    if piece != NONE:
        watch(world, there.row, piece)
    plan_end(model, world, there.row, first, moves_on, UNDEALT)
