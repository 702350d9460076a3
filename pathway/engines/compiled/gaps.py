"""Gaps in booked lists: what someone who has left, or does not come, leaves to others."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.memory import compiled
from pathway.engines.compiled.queues import stop_moving
from pathway.engines.compiled.records import list_at, sitting_at, state_at, visit_at
from pathway.eventlog import NONE


@compiled
def vacate(model: Any, world: Any, row: int) -> None:
    """Give the minutes of a booked request back to its list; they are a gap if it is open."""
    number = visit_at(world, row).session
    if number == NONE:
        return
    stop_moving(model, world, row)
    sitting, listed = sitting_at(world, number), list_at(model, number)
    sitting.used -= state_at(model, visit_at(world, row).state).slot
    if listed.opens <= world.now < listed.closes:
        world.gaps += 1 - sitting.has_gap
        sitting.has_gap = 1
        world.first_gap = min(world.first_gap, number) if world.gaps > 1 else number
        world.listing = 1
