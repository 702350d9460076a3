"""Units of resources in a compiled run: how many are free, taken, given back, or kept for who waits in front."""

from __future__ import annotations

from typing import Any

from pathway.clock import MINUTES_PER_DAY
from pathway.engines.case import FAR
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.queues import touch
from pathway.engines.compiled.records import (
    alternative_at,
    chosen_at,
    need_at,
    pool_at,
    queue_at,
    resource_at,
    state_at,
    step_at,
    user_at,
)
from pathway.plan.records import NO


@compiled
def least_scheduled(model: Any, world: Any, resource: int, until: int) -> int:
    """Give the fewest units on the roster from now until then."""
    pool, last = pool_at(world, resource), resource_at(model, resource).last_step
    least, step = pool.scheduled, pool.step + 1
    while step < last and step_at(model, step).time < until:
        least = min(least, step_at(model, step).units - pool.broken)
        step += 1
    return least


@compiled
def least_between(model: Any, world: Any, resource: int, begins: int, until: int) -> int:
    """Give the fewest units on the roster between two minutes, the first of which is not past."""
    step, last = pool_at(world, resource).step, resource_at(model, resource).last_step
    while step + 1 < last and step_at(model, step + 1).time <= begins:
        step += 1
    least = step_at(model, step).units
    while step + 1 < last and step_at(model, step + 1).time < until:
        step += 1
        least = min(least, step_at(model, step).units)
    return least


@compiled_in_place
def free_units(model: Any, world: Any, state: int, resource: int, held: int) -> int:
    """Count the units free now and, for an activity that must fit, until it is planned to end."""
    least = pool_at(world, resource).scheduled
    if state_at(model, state).fits == 1:
        least = least_scheduled(model, world, resource, world.now + queue_at(world, state).must_fit)
    return max(0, least - held)


@compiled_in_place
def take(model: Any, world: Any, state: int) -> bool:
    """Choose a resource for every need of an activity; False if one is short.  Nothing is held yet."""
    return short_need(model, world, state) < 0


@compiled_in_place
def short_need(model: Any, world: Any, state: int) -> int:
    """Choose a resource for every need of an activity; gives the first need that is short, or -1."""
    asker = state_at(model, state)
    for need in range(asker.first_need, asker.last_need):
        resource = first_free(model, world, state, need)
        if resource < 0:
            return need
        chosen_at(world, need - asker.first_need).value = resource
    return NO


@compiled_in_place
def first_free(model: Any, world: Any, state: int, need: int) -> int:
    """Give the first alternative of a need with units enough, beyond what the needs before it take; -1 for none."""
    asker, asked = state_at(model, state), need_at(model, need)
    for place in range(asked.first_alternative, asked.last_alternative):
        resource = alternative_at(model, place).value
        held = pool_at(world, resource).held
        if asker.chooses == 1:
            held += taken_before(model, world, state, need, resource)
        if max(0, free_units(model, world, state, resource, held) - pool_at(world, resource).kept) >= asked.units:
            return resource
    return -1


@compiled_in_place
def taken_before(model: Any, world: Any, state: int, need: int, resource: int) -> int:
    """Count the units of a resource that the needs before one of an activity take."""
    units, first = 0, state_at(model, state).first_need
    for before in range(first, need):
        if chosen_at(world, before - first).value == resource:
            units += need_at(model, before).units
    return units


@compiled
def keep_for(model: Any, world: Any, state: int) -> int:
    """Keep what a request needs from those behind it, if only busy units keep it from starting.

    Gives the minute in which that changes by itself, as what must fit into a session no longer does.
    """
    asker = state_at(model, state)
    for need in range(asker.first_need, asker.last_need):
        asked, opened = need_at(model, need), -1
        for place in range(asked.first_alternative, asked.last_alternative):
            resource = alternative_at(model, place).value
            if opened < 0 and free_units(model, world, state, resource, 0) >= asked.units:
                opened = resource
        if opened < 0:
            return FAR
        chosen_at(world, need - asker.first_need).value = opened
    changes = FAR
    for need in range(asker.first_need, asker.last_need):
        resource, units = chosen_at(world, need - asker.first_need).value, need_at(model, need).units
        pool_at(world, resource).kept += units
        if asker.fits == 1:
            changes = min(changes, last_start(model, world, resource, units, queue_at(world, state).must_fit) + 1)
    return changes


@compiled
def last_start(model: Any, world: Any, resource: int, units: int, must_fit: int) -> int:
    """Give the last minute in which something that fits now still does, as far as one resource goes."""
    for step in range(pool_at(world, resource).step + 1, resource_at(model, resource).last_step):
        there = step_at(model, step)
        if there.units - pool_at(world, resource).broken < units and there.time >= world.now + must_fit:
            return there.time - must_fit
    return FAR - must_fit


@compiled_in_place
def discharged(model: Any, resource: int, minute: int) -> int:
    """Give the first minute, from this one on, in which who has stayed with a resource may go."""
    stayed = resource_at(model, resource)
    into_window = (minute - stayed.discharge_from) % MINUTES_PER_DAY
    return minute if into_window < stayed.discharge_for else minute + MINUTES_PER_DAY - into_window


@compiled_in_place
def give_back(model: Any, world: Any, resource: int, units: int) -> None:
    """Free units, which may let someone start."""
    pool_at(world, resource).held -= units
    touch_users(model, world, resource)


@compiled
def touch_users(model: Any, world: Any, resource: int) -> None:
    """Note all activities with a queue that may use a resource."""
    for place in range(resource_at(model, resource).first_user, resource_at(model, resource).last_user):
        state = user_at(model, place).value
        if queue_at(world, state).root != 0:
            touch(world, state)


@compiled_in_place
def change_capacity(model: Any, world: Any, resource: int) -> None:
    """Go on to a resource's next rostered number of units; more of them may let someone start."""
    pool = pool_at(world, resource)
    pool.step += 1
    before = pool.scheduled
    pool.scheduled = step_at(model, pool.step).units - pool.broken
    if pool.scheduled > before:
        touch_users(model, world, resource)


@compiled
def break_down(model: Any, world: Any, resource: int, units: int) -> None:
    """Take broken units off the roster, or put repaired ones back (below 0), which may let someone start."""
    pool_at(world, resource).broken += units
    pool_at(world, resource).scheduled -= units
    if units < 0:
        touch_users(model, world, resource)
