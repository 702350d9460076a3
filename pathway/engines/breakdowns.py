"""When units of resources break down and are repaired: known before a replication begins, for no patient matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from pathway.clock import merged
from pathway.eventlog import CAPACITY
from pathway.plan.records import Ints, Plan
from pathway.sampling.keyed import deal

_deal: Any = deal  # compiled, and called with the numbers of a sampler unpacked


@dataclass(frozen=True, eq=False)
class Breakdowns:
    """What happens to units, in the order of minute, resource and unit: `broken` is 1, or -1 for a repair."""

    at: Ints
    resource: Ints
    unit: Ints
    broken: Ints


def breakdowns_of(plan: Plan, replication: int) -> Breakdowns:
    """Deal the breakdowns and repairs of a replication, up to the horizon."""
    parts = [np.zeros((0, 4), np.int64)]
    for resource in np.flatnonzero(plan.resources.breaking):
        for broken, at, unit in _spells(plan, replication, int(resource)):
            parts.append(np.column_stack((at, np.full_like(at, resource), unit, np.full_like(at, broken))))
    rows = np.concatenate(parts)
    rows = rows[rows[:, 0] < plan.horizon]
    rows = rows[np.lexsort((rows[:, 2], rows[:, 1], rows[:, 0]))]
    return Breakdowns(*np.ascontiguousarray(rows.T))


def _spells(plan: Plan, replication: int, resource: int) -> Iterator[tuple[int, Ints, Ints]]:
    """Give the first breakdown of every unit, its repair, the next breakdown, …: 1 or -1, the minutes, the units."""
    unit = np.arange(plan.resources.breaking[resource], dtype=np.int64)
    at, count = np.zeros_like(unit), 0
    while unit.size:
        count += 1
        for broken, draw in ((1, plan.resources.works[resource]), (-1, plan.resources.repair[resource])):
            at = at + _dealt(plan, replication, int(draw), unit, count)
            yield broken, at, unit
        at, unit = at[at < plan.horizon], unit[at < plan.horizon]


def _dealt(plan: Plan, replication: int, draw: int, unit: Ints, count: int) -> Ints:
    """Deal how long each unit works, or is repaired, for the how-many-eth time."""
    draws, sampler = plan.draws, int(plan.draws.row_sampler[plan.draws.row_start[draw]])
    table = slice(draws.table_start[sampler], draws.table_start[sampler + 1])
    key = draws.key[draw]
    dealt: Ints = _deal(
        int(draws.sampler_kind[sampler]),
        draws.sampler_parameters[sampler],
        float(draws.sampler_shift[sampler]),
        int(draws.sampler_floor[sampler]),
        draws.table_values[table],
        draws.table_levels[table],
        plan.seed,
        replication,
        np.full(unit.size, key),
        unit,
        key,
        count,
        int(draws.purpose[draw]),
    )
    return dealt


def capacity_of(plan: Plan, breakdowns: Breakdowns) -> dict[str, Any]:
    """Give the units of every resource that are really there over the run, as a log has them."""
    capacity = plan.capacity
    parts = [[np.zeros(0, np.int64)] * len(CAPACITY)]
    for resource, (first, last) in enumerate(zip(capacity.step_start, capacity.step_start[1:], strict=False)):
        time, units, reserved = (column[first:last] for column in (capacity.time, capacity.units, capacity.reserved))
        rows = np.flatnonzero(breakdowns.resource == resource)
        if rows.size:
            at = merged(time, breakdowns.at[rows])
            broken = np.concatenate(([0], np.cumsum(breakdowns.broken[rows])))
            broken = broken[np.searchsorted(breakdowns.at[rows], at, side="right")]
            step = np.searchsorted(time, at, side="right") - 1
            time, units = at, np.maximum(0, units[step] - broken)
            reserved = np.minimum(units, reserved[step])
        within = time < plan.horizon  # a plan looks a little past it
        parts.append([np.full(within.sum(), resource), time[within], units[within], reserved[within]])
    return {name: np.concatenate([part[column] for part in parts]) for column, name in enumerate(CAPACITY)}
