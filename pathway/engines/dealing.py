"""Turning a plan's draws into numbers for the engine that works one patient at a time.

Draws are keyed, so they can be dealt ahead: first visits to 256 neighbouring cases at once, later
visits to 64.  What is dealt does not depend on how many are dealt together.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from pathway.plan.records import BY_ATTRIBUTE, BY_VISITS, NO, OPERATORS, Keys, Plan
from pathway.sampling.keyed import CONSTANT, DISCRETE, deal, key_of

_deal: Any = deal  # compiled, and called with the numbers of a sampler unpacked
_BLOCK = 256  # cases dealt at once for a first visit
_COMPARE = (operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge)


class Patient(Protocol):
    """What a draw may ask of a patient."""

    number: int
    attributes: list[int]
    completed: dict[int, int]
    dates: dict[int, int]


Value = Callable[[Patient, int, int], int]  # (case, visit, now) -> the whole number drawn
Condition = Callable[[Patient, int], bool]


class Dealer:
    """Gives, for each draw of a plan, the function that deals it to a case."""

    def __init__(self, plan: Plan, replication: int, streams: Keys, indices: np.ndarray) -> None:
        self._plan, self._replication = plan, replication
        self._streams, self._indices = streams, indices

    def value(self, draw: int) -> Value | None:
        """Give the function that deals this draw; None for no draw."""
        if draw == NO:
            return None
        draws = self._plan.draws
        rows = range(draws.row_start[draw], draws.row_start[draw + 1])
        dealt = [(self._conditions(row), self._sampled(draw, int(draws.row_sampler[row]))) for row in rows]
        if not dealt[0][0]:
            return dealt[0][1]
        return self._looked_up(rows) or _first_match(dealt)

    def _looked_up(self, rows: range) -> Value | None:
        """Give fixed values by one attribute's value (a priority by urgency, say) as a look-up, the quickest table."""
        draws = self._plan.draws
        asked = [self._one_equality(row) for row in rows[:-1]]
        fixed = [self._fixed(int(draws.row_sampler[row])) for row in rows]
        names = {equality[0] for equality in asked if equality}
        if None in asked or len(names) != 1 or fixed[-1] is None:
            return None
        table: dict[int, int] = {}
        for equality, value in zip(asked, fixed, strict=False):
            if value is None or equality is None:
                return None
            table.setdefault(equality[1], value)  # the first row that matches
        name, default = names.pop(), fixed[-1]
        return lambda case, visit, now: table.get(case.attributes[name], default)

    def _one_equality(self, row: int) -> tuple[int, int] | None:
        """Give (attribute, number) if a row's only condition is that they are equal."""
        draws = self._plan.draws
        condition = int(draws.condition_start[row])
        if draws.condition_start[row + 1] != condition + 1 or draws.condition_to_attribute[condition]:
            return None
        if draws.condition_left[condition] != BY_ATTRIBUTE or OPERATORS[draws.condition_operator[condition]] != "==":
            return None
        return int(draws.condition_name[condition]), int(draws.condition_right[condition])

    def _fixed(self, sampler: int) -> int | None:
        """Give the value of a sampler that always gives the same; else None."""
        draws = self._plan.draws
        values = draws.table_values[draws.table_start[sampler] : draws.table_start[sampler + 1]]
        kind = int(draws.sampler_kind[sampler])
        if kind == CONSTANT:
            return int(draws.sampler_parameters[sampler, 0])
        return int(values[0]) if kind == DISCRETE and values.size == 1 else None

    def shares(self, shares: np.ndarray, purpose: int) -> list[Callable[[Patient, int], bool] | None]:
        """Give, for each state, the function that draws whether something of its share happens; None if never."""
        return [self._share(share, name, purpose) for share, name in zip(shares, self._plan.state_names, strict=True)]

    def _share(self, share: float, name: str, purpose: int) -> Callable[[Patient, int], bool] | None:
        if share <= 0.0:
            return None
        sampler = (DISCRETE, np.zeros(3), 0.0, 0, np.array([1.0, 0.0]), np.array([share, 1.0]))
        dealt = self._dealt(sampler, np.uint64(key_of(name)), purpose)
        return lambda case, visit: dealt(case, visit, 0) == 1

    def _conditions(self, row: int) -> list[Condition]:
        starts = self._plan.draws.condition_start
        return [self._condition(c) for c in range(starts[row], starts[row + 1])]

    def _condition(self, condition: int) -> Condition:
        draws = self._plan.draws
        left, name = int(draws.condition_left[condition]), int(draws.condition_name[condition])
        compare = _COMPARE[draws.condition_operator[condition]]
        right = int(draws.condition_right[condition])
        if draws.condition_to_attribute[condition]:
            return _against_attribute(left, name, compare, right)
        if left == BY_ATTRIBUTE:
            return lambda case, now: compare(case.attributes[name], right)
        if left == BY_VISITS:
            return lambda case, now: compare(case.completed.get(name, 0), right)
        return lambda case, now: compare(_since(case, name, now), right)

    def _sampled(self, draw: int, sampler: int) -> Value:
        draws = self._plan.draws
        table = slice(draws.table_start[sampler], draws.table_start[sampler + 1])
        values, levels = draws.table_values[table], draws.table_levels[table]
        kind = int(draws.sampler_kind[sampler])
        fixed = self._fixed(sampler)
        if fixed is not None:
            return lambda case, visit, now: fixed
        shift, floor = float(draws.sampler_shift[sampler]), int(draws.sampler_floor[sampler])
        described = (kind, draws.sampler_parameters[sampler], shift, floor, values, levels)
        return self._dealt(described, draws.key[draw], int(draws.purpose[draw]))

    def _dealt(self, sampler: tuple[object, ...], site: np.uint64, purpose: int) -> Value:
        seed, replication = self._plan.seed, self._replication
        streams, indices = self._streams, self._indices
        first: list[list[int] | None] = [None] * (indices.size // _BLOCK + 1)
        later: dict[tuple[int, int], list[int]] = {}

        def dealt(span: slice, visit: int) -> list[int]:
            numbers = _deal(*sampler, seed, replication, streams[span], indices[span], site, visit, purpose)
            return numbers.tolist()  # type: ignore[no-any-return]

        def value(case: Patient, visit: int, now: int) -> int:
            number = case.number
            if visit <= 1:
                block = first[number >> 8]
                if block is None:
                    first[number >> 8] = block = dealt(slice(number & ~255, (number | 255) + 1), visit)
                return block[number & 255]
            block = later.get((number >> 6, visit))
            if block is None:
                later[number >> 6, visit] = block = dealt(slice(number & ~63, (number | 63) + 1), visit)
            return block[number & 63]

        return value


def _since(case: Patient, state: int, now: int) -> int:
    left_at = case.dates.get(state)
    return NO if left_at is None else now - left_at


def _against_attribute(left: int, name: int, compare: Callable[[int, int], bool], right: int) -> Condition:
    if left == BY_ATTRIBUTE:
        return lambda case, now: compare(case.attributes[name], case.attributes[right])
    if left == BY_VISITS:
        return lambda case, now: compare(case.completed.get(name, 0), case.attributes[right])
    return lambda case, now: compare(_since(case, name, now), case.attributes[right])


def _first_match(rows: Sequence[tuple[list[Condition], Value]]) -> Value:
    """Give the draw of the first row whose conditions all hold; the last row has none."""

    def value(case: Patient, visit: int, now: int) -> int:
        for conditions, sampled in rows:
            for holds in conditions:
                if not holds(case, now):
                    break
            else:
                return sampled(case, visit, now)
        message = "a table of draws ended without a row that always holds"
        raise AssertionError(message)

    return value
