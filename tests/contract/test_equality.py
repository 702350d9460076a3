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

PLANS = 250  # of each part
ORDINARY, LONG = range(2), range(2, 42)  # parts of the ordinary run and of the long one; each has plans of its own


def assert_one_log(document: dict[str, Any]) -> int:
    """Whatever the plan, every engine writes what the reference engine writes; gives the rows compared."""
    plan = compile_plan(scenario_of(document))
    reference = simulate(plan, engine="simpy")
    for engine in sorted(set(ENGINES) - {"simpy"}):
        assert first_difference(reference, simulate(plan, engine=engine)) is None, engine
    return int(reference.visits["case"].size + reference.holds["case"].size)


@pytest.mark.slow
@pytest.mark.parametrize("part", [*ORDINARY, *(pytest.param(part, marks=pytest.mark.long) for part in LONG)])
def test_engines_give_one_log(part: int) -> None:
    """The same on every random plan; the long run (`-m long -s`) is behind the figure in docs/validation.md."""
    rows = []

    @seed(part)
    @settings(max_examples=PLANS, database=None)
    @given(document=scenarios())
    def compare(document: dict[str, Any]) -> None:
        rows.append(assert_one_log(document))

    compare()
    print(f"part {part}: {len(rows)} plans, {sum(rows)} rows, 0 differences")  # noqa: T201 - shown by -s

    assert len(rows) >= PLANS
