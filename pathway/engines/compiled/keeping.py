"""What patients of a compiled run keep while they wait for the activity that comes next (`hold_until`)."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.agenda import plan_event
from pathway.engines.compiled.memory import compiled
from pathway.engines.compiled.records import (
    RELEASE,
    event_at,
    hold_at,
    kept_of,
    need_at,
    ordinal_of,
    state_at,
    token_at,
)
from pathway.eventlog import NONE
from pathway.plan.records import NO


@compiled
def let_go(model: Any, world: Any, need: int, row: int) -> None:
    """Give back, after its turnover, what a patient has kept."""
    until = world.now + need_at(model, need).turnover
    if until < model.horizon:
        hold_at(world, row).to = until
        event = plan_event(world, until, RELEASE)
        event.hold = row


@compiled
def let_go_of_all(model: Any, world: Any, slot: int) -> None:
    """Give back what an activity that ends now has kept, as its patient is elsewhere or comes again."""
    state, row = event_at(world, slot).state, event_at(world, slot).hold
    for need in range(state_at(model, state).first_need, state_at(model, state).last_need):
        if need_at(model, need).hold_until != NO:
            let_go(model, world, need, row)
            row += 1


@compiled
def will_keep(model: Any, world: Any, case: int, slot: int) -> None:
    """Let the patient of this event keep things, and see where they have come to once they have moved on."""
    state, row = event_at(world, slot).state, event_at(world, slot).hold
    for need in range(state_at(model, state).first_need, state_at(model, state).last_need):
        asked = need_at(model, need)
        if asked.hold_until != NO:
            kept_of(world, case, asked.kept).value = row + 1
            row += 1
            token = token_at(world, world.tokens)
            token.state = need
            token.visit = NONE - ordinal_of(world, case, asked.hold_until).value
            world.tokens += 1


@compiled
def keep_or_let_go(model: Any, world: Any, case: int, need: int, before: int) -> None:
    """Let go of something unless its patient has come to the activity it is kept until since `before` visits."""
    asked = need_at(model, need)
    if ordinal_of(world, case, asked.hold_until).value == before:
        let_go(model, world, need, kept_of(world, case, asked.kept).value - 1)
        kept_of(world, case, asked.kept).value = 0


@compiled
def let_go_until(model: Any, world: Any, case: int, state: int) -> None:
    """Give back what a patient kept until this activity; of any activity where that is -1."""
    for need in range(model.needs_size):
        column = need_at(model, need).kept
        if column != NO and (state == NO or need_at(model, need).hold_until == state):
            row = kept_of(world, case, column).value - 1
            if row >= 0:
                kept_of(world, case, column).value = 0
                let_go(model, world, need, row)
