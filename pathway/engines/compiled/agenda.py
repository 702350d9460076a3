"""The calendar of a compiled run: a heap (each above four) of minutes, each with the event due then, in one number."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.records import agenda_at, event_at

SLOT_BITS = 27
MOST_EVENTS = 2**SLOT_BITS
_NEVER = 2**62
LATEST = 2 ** (62 - SLOT_BITS)  # a minute no run reaches


@compiled_in_place
def next_slot(world: Any) -> int:
    """Give the slot of the event that is planned next."""
    return world.unused - 1 if world.unused > 0 else world.made


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
        above = (at - 1) >> 2
        if agenda_at(world, above).value <= key:
            break
        agenda_at(world, at).value = agenda_at(world, above).value
        at = above
    agenda_at(world, at).value = key
    event = event_at(world, slot)
    event.kind = kind
    return event


@compiled_in_place
def first_of_four(world: Any, place: int) -> int:
    """Give the place of the smallest of four neighbours, without a branch that a processor would guess wrong."""
    a, b = agenda_at(world, place).value, agenda_at(world, place + 1).value
    c, d = agenda_at(world, place + 2).value, agenda_at(world, place + 3).value
    left, right = place + (b < a), place + 2 + (d < c)
    return right if min(c, d) < min(a, b) else left


@compiled_in_place
def take_event(world: Any) -> int:
    """Take the first event off the calendar; its record is there until it is freed."""
    slot = agenda_at(world, 0).value & (MOST_EVENTS - 1)
    world.planned -= 1
    size = world.planned
    key = agenda_at(world, size).value
    for spare in range(size, size + 3):  # so that the last has all its neighbours
        agenda_at(world, spare).value = _NEVER
    at, below = 0, 1
    while below < size:
        below = first_of_four(world, below)
        if key <= agenda_at(world, below).value:
            break
        agenda_at(world, at).value = agenda_at(world, below).value
        at, below = below, 4 * below + 1
    agenda_at(world, at).value = key
    return slot


@compiled_in_place
def free_event(world: Any, slot: int) -> None:
    """Let the record of an event that has been dealt with be used again."""
    event_at(world, slot).row = world.unused
    world.unused = slot + 1
