"""Two engines, one log: on random hospitals and pathways that use every rule, row by row, integer by integer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, seed, settings

from pathway.engines import ENGINES, simulate
from pathway.eventlog import first_difference
from pathway.plan import compile_plan
from tests.models import scenario_of
from tests.strategies import scenarios

PLANS, PARTS = 500, 20  # in the ordinary run; in the long one PARTS times as many


def assert_one_log(document: dict[str, Any]) -> int:
    """Whatever the plan, every engine writes what the reference engine writes; gives the rows compared."""
    plan = compile_plan(scenario_of(document))
    reference = simulate(plan, engine="simpy")
    for engine in sorted(set(ENGINES) - {"simpy"}):
        assert first_difference(reference, simulate(plan, engine=engine)) is None, engine
    return int(reference.visits["case"].size + reference.holds["case"].size)


@settings(max_examples=PLANS)
@given(document=scenarios())
def test_engines_give_one_log(document: dict[str, Any]) -> None:
    """The same on every random plan."""
    assert_one_log(document)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_engines_give_one_log_on_thousands_of_plans(part: int, record_property: Any) -> None:
    """The long run behind the figure in docs/validation.md: other plans in each part."""
    rows = []

    @seed(part)
    @settings(max_examples=PLANS, database=None)
    @given(document=scenarios())
    def compare(document: dict[str, Any]) -> None:
        rows.append(assert_one_log(document))

    compare()
    record_property("plans", len(rows))
    record_property("rows", sum(rows))
    print(f"part {part}: {len(rows)} plans, {sum(rows)} rows, 0 differences")  # noqa: T201 - shown by pytest -s

    assert len(rows) >= PLANS
