"""The engines' door: a plan or a scenario, one engine or the other."""

from __future__ import annotations

import gc

import pytest

from pathway.engines import ENGINES, simulate
from pathway.errors import EngineError
from pathway.plan import compile_plan
from pathway.sampling.keeping import kept
from tests.models import scenario_of

CLINIC = """
    streams: {gp: {per_year: 4000}}
    resources: {room: 1}
    states: {see: {kind: activity, duration: {exponential: {mean: 60 min}}, needs: {room: 1}, to: out}}
    """


def test_a_scenario_and_its_plan_give_the_same_log(engine: str) -> None:
    """Compile once to run often: it changes nothing."""
    scenario = scenario_of(CLINIC)

    assert simulate(scenario, 2, engine) == simulate(compile_plan(scenario), 2, engine)


def test_auto_is_one_of_them() -> None:
    """The fastest engine gives the log that every engine gives."""
    plan = compile_plan(scenario_of(CLINIC))

    assert all(simulate(plan) == simulate(plan, engine=name) for name in ENGINES)


def test_an_unknown_engine_is_refused_by_name() -> None:
    """The message says what there is, and the nearest."""
    with pytest.raises(
        EngineError, match=r"there is no engine 'simpie'; there are auto, .*simpy; did you mean simpy\?"
    ):
        simulate(compile_plan(scenario_of(CLINIC)), engine="simpie")


@pytest.mark.parametrize("collecting", [True, False])
def test_a_run_leaves_the_collector_as_it_was(engine: str, collecting: bool) -> None:
    """What an engine switches off to be quick it switches on again, and only then."""
    before = gc.isenabled()
    (gc.enable if collecting else gc.disable)()
    try:
        simulate(compile_plan(scenario_of(CLINIC)), 0, engine)
        after = gc.isenabled()
    finally:
        (gc.enable if before else gc.disable)()

    assert after == collecting


def test_what_cannot_be_kept_is_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only installation of a user without a home: numba finds no folder to keep compiled code in."""
    monkeypatch.setattr("numba.core.caching.CacheImpl._locator_classes", [])

    @kept
    def double(x: int) -> int:
        return 2 * x

    assert double(21) == 42
    assert double.stats.cache_path is None
