"""Two engines, one log: on random hospitals and pathways that use every rule, row by row, integer by integer."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from pathway.engines import ENGINES, simulate
from pathway.eventlog import first_difference
from pathway.plan import compile_plan
from tests.models import scenario_of
from tests.strategies import scenarios


@settings(max_examples=500)
@given(document=scenarios())
def test_engines_give_one_log(document: dict[str, Any]) -> None:
    """Whatever the plan, every engine writes what the reference engine writes."""
    plan = compile_plan(scenario_of(document))
    reference = simulate(plan, engine="simpy")

    for engine in ENGINES:
        assert first_difference(reference, simulate(plan, engine=engine)) is None, engine
