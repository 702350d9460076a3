"""Draws, rows, conditions and samplers laid out in flat arrays, each kept once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from pathway.graph import Comparison, Draw, Row, Rule
from pathway.plan.records import BY_ATTRIBUTE, BY_SINCE, BY_VISITS, NO, OPERATORS, Draws
from pathway.sampling import KINDS, Sampler, discrete
from pathway.sampling.keyed import key_of

_LEFT = {"attribute": BY_ATTRIBUTE, "visits": BY_VISITS, "since": BY_SINCE}
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def holds_today(comparison: Comparison) -> bool | None:
    """Say whether a condition on a parameter holds; None for a condition on a patient."""
    if comparison.left != "parameter":
        return None
    return _COMPARE[comparison.operator](comparison.value, int(comparison.right))


@dataclass
class DrawTables:
    """Collects draws while a plan is compiled; `finish` freezes them into arrays."""

    states: Mapping[str, int]
    attributes: Mapping[str, int]
    _draws: list[tuple[int, int, int]] = field(default_factory=list)  # key, purpose, first row
    _rows: list[tuple[int, int]] = field(default_factory=list)  # sampler, first condition
    _conditions: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    _samplers: dict[Sampler, int] = field(default_factory=dict)

    def add(self, draw: Draw | None, site: str, purpose: int) -> int:
        """Keep a draw dealt at `site` (a name) for `purpose` and give its index; -1 for no draw."""
        if draw is None:
            return NO
        self._draws.append((key_of(site), purpose, len(self._rows)))
        for row in draw.rows:
            self._add_row(row)
        return len(self._draws) - 1

    def add_rules(self, rules: tuple[Rule, ...], site: str, purpose: int) -> int:
        """Keep a routing decision: a draw whose values are states."""
        rows = tuple(Row(rule.when, self._towards(rule)) for rule in rules)
        return self.add(Draw(rows), site, purpose)

    def _towards(self, rule: Rule) -> Sampler:
        ways = sorted(rule.to)
        return discrete([self.states[name] for name, _ in ways], [weight for _, weight in ways])

    def _add_row(self, row: Row) -> None:
        today = [holds_today(comparison) for comparison in row.when]
        if False in today:
            return
        self._rows.append((self._samplers.setdefault(row.sampler, len(self._samplers)), len(self._conditions)))
        for comparison, settled in zip(row.when, today, strict=True):
            if settled is None:
                self._conditions.append(self._condition(comparison))

    def _condition(self, comparison: Comparison) -> tuple[int, int, int, int, int]:
        left = _LEFT[comparison.left]
        name = self.attributes[comparison.name] if left == BY_ATTRIBUTE else self.states[comparison.name]
        to_attribute = isinstance(comparison.right, str)
        right = self.attributes[comparison.right] if isinstance(comparison.right, str) else comparison.right
        return left, name, OPERATORS.index(comparison.operator), right, int(to_attribute)

    def states_asked(self, left: int) -> list[int]:
        """Give the states some condition asks about (`BY_VISITS` or `BY_SINCE`)."""
        return sorted({condition[1] for condition in self._conditions if condition[0] == left})

    def finish(self) -> Draws:
        """Freeze everything kept so far."""
        draws = np.array([draw[1:] for draw in self._draws], np.int64).reshape(-1, 2)
        rows = np.array(self._rows, np.int64).reshape(-1, 2)
        conditions = np.array(self._conditions, np.int64).reshape(-1, 5)
        samplers = list(self._samplers)
        parameters = np.zeros((len(samplers), 3))
        for position, sampler in enumerate(samplers):
            parameters[position, : len(sampler.parameters)] = sampler.parameters
        return Draws(
            key=np.array([draw[0] for draw in self._draws], np.uint64),
            purpose=draws[:, 0],
            row_start=np.append(draws[:, 1], len(rows)),
            row_sampler=rows[:, 0],
            condition_start=np.append(rows[:, 1], len(conditions)),
            condition_left=conditions[:, 0],
            condition_name=conditions[:, 1],
            condition_operator=conditions[:, 2],
            condition_right=conditions[:, 3],
            condition_to_attribute=conditions[:, 4],
            sampler_kind=np.array([KINDS.index(sampler.kind) for sampler in samplers], np.int64),
            sampler_parameters=parameters,
            sampler_shift=np.array([sampler.shift for sampler in samplers], np.float64),
            sampler_floor=np.array([sampler.floor for sampler in samplers], np.int64),
            table_start=np.cumsum([0, *(len(sampler.values) for sampler in samplers)], dtype=np.int64),
            table_values=np.array([v for sampler in samplers for v in sampler.values], np.float64),
            table_levels=np.array([v for sampler in samplers for v in sampler.levels], np.float64),
        )
