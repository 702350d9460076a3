"""The calendar of a compiled run: a binary heap of minutes, each with the event due then, in one number."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.memory import compiled
from pathway.engines.compiled.records import agenda_at, event_at

SLOT_BITS = 27
MOST_EVENTS = 2**SLOT_BITS
LATEST = 2 ** (62 - SLOT_BITS)  # a minute no run reaches


@compiled
def plan_event(world: Any, minute: int, kind: int) -> Any:
    """Plan an event, and give its record to be filled."""
    slot = world.unused - 1
    if slot >= 0:
        world.unused = event_at(world, slot).row
    else:
        slot = world.made
        world.made += 1
    key = (minute << SLOT_BITS) | slot
    at = world.planned
    world.planned += 1
    while at > 0:
        above = (at - 1) >> 1
        if agenda_at(world, above).value <= key:
            break
        agenda_at(world, at).value = agenda_at(world, above).value
        at = above
    agenda_at(world, at).value = key
    event = event_at(world, slot)
    event.kind = kind
    return event


@compiled
def take_event(world: Any) -> int:
    """Take the first event off the calendar; its record is there until it is freed."""
    slot = agenda_at(world, 0).value & (MOST_EVENTS - 1)
    world.planned -= 1
    size = world.planned
    key = agenda_at(world, size).value
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and agenda_at(world, below + 1).value < agenda_at(world, below).value:
            below += 1
        if key <= agenda_at(world, below).value:
            break
        agenda_at(world, at).value = agenda_at(world, below).value
        at = below
    agenda_at(world, at).value = key
    return slot


@compiled
def free_event(world: Any, slot: int) -> None:
    """Let the record of an event that has been dealt with be used again."""
    event_at(world, slot).row = world.unused
    world.unused = slot + 1
