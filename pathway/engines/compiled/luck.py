"""Dealing a draw of the plan to one patient, in compiled code: conditions, the sampler they choose, its quantile."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.memory import carray, compiled, compiled_in_place, floats_at
from pathway.engines.compiled.records import (
    DATED,
    attribute_of,
    completed_of,
    condition_at,
    date_of,
    draw_at,
    draw_row_at,
    patient_at,
    sampler_at,
    state_at,
)
from pathway.plan.records import BY_ATTRIBUTE, BY_VISITS, NO, OPERATORS
from pathway.sampling.keyed import CONSTANT, DISCRETE, TABULATED, closed_quantile, quantile, rounded, uniform

_EQUAL, _UNEQUAL, _LESS, _AT_MOST, _MORE, _AT_LEAST = map(OPERATORS.index, ("==", "!=", "<", "<=", ">", ">="))
_FLOAT = 8  # bytes
_FEW = 8  # levels
UNDEALT = -1.0  # in place of a uniform number: to be dealt when it is needed


@compiled_in_place
def compares(sign: int, left: int, right: int) -> bool:
    """Compare two whole numbers."""
    if sign == _EQUAL:
        return left == right
    if sign == _UNEQUAL:
        return left != right
    if sign == _LESS:
        return left < right
    if sign == _AT_MOST:
        return left <= right
    return left > right if sign == _MORE else left >= right


@compiled_in_place
def asked_of(model: Any, world: Any, case: int, left: int, name: int) -> int:
    """Give what a condition asks of a patient: an attribute, a number of visits, the minutes since a state was left."""
    if left == BY_ATTRIBUTE:
        return attribute_of(world, case, name).value
    if left == BY_VISITS:
        return completed_of(world, case, state_at(model, name).counted).value
    left_at = date_of(world, case, state_at(model, name).dated).value
    return NO if left_at == 0 else world.now - (left_at - DATED)


@compiled_in_place
def holds(model: Any, world: Any, case: int, condition: int) -> bool:
    """Say whether a condition holds for a patient now."""
    asked = condition_at(model, condition)
    right = asked.right
    if asked.to_attribute == 1:
        right = attribute_of(world, case, right).value
    return compares(asked.operator, asked_of(model, world, case, asked.left, asked.name), right)


@compiled
def sampler_of(model: Any, world: Any, case: int, draw: int) -> int:
    """Give the sampler of a draw's first row whose conditions all hold; the last row has none."""
    number = draw_at(model, draw).first_row
    while True:
        row = draw_row_at(model, number)
        condition = row.first_condition
        while condition < row.last_condition and holds(model, world, case, condition):
            condition += 1
        if condition == row.last_condition:
            return row.sampler
        number += 1


@compiled
def value_of(model: Any, sampler: int, u: float) -> int:
    """Give the value of a sampler at a level."""
    described = sampler_at(model, sampler)
    if described.kind != DISCRETE and described.kind != TABULATED:
        x = closed_quantile(described.kind, described.a, described.b, described.c, u)
        return rounded(x, described.shift, described.floor)
    first, size = described.first * _FLOAT, described.last - described.first
    if described.kind == DISCRETE:
        return int(floats_at(model.values + first)[place_above(floats_at(model.levels + first), size, u)])
    levels = carray(floats_at(model.levels + first), (size,))
    values = carray(floats_at(model.values + first), (size,))
    return quantile(described.kind, levels, described.shift, described.floor, values, levels, u)


@compiled
def place_above(levels: Any, size: int, u: float) -> int:
    """Give the place of the first level above u; among few by counting, which a processor need not guess at."""
    low, high = 0, size
    while high - low > _FEW:
        middle = (low + high) >> 1
        if levels[middle] > u:
            high = middle
        else:
            low = middle + 1
    place = low
    for each in range(low, high):
        place += levels[each] <= u
    return place


@compiled
def deal(model: Any, world: Any, case: int, draw: int, visit: int, luck: float) -> int:
    """Deal a draw to a patient, with the uniform number `luck` if that has been dealt already."""
    sampler = draw_at(model, draw).only_sampler
    if sampler == NO:
        sampler = sampler_of(model, world, case, draw)
    if sampler_at(model, sampler).kind == CONSTANT:
        return sampler_at(model, sampler).constant
    if luck < 0.0:
        luck = luck_of(model, world, case, draw_at(model, draw).key, visit, draw_at(model, draw).purpose)
    return value_of(model, sampler, luck)


@compiled
def luck_of(model: Any, world: Any, case: int, site: int, visit: int, purpose: int) -> float:
    """Deal the uniform number of a purpose to a patient."""
    patient = patient_at(world, case)
    return uniform(model.seed, world.replication, patient.key, patient.index, site, visit, purpose)
