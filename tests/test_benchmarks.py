"""The benchmark compares like with like: the scenario file says the same network as the scripts beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.network import stations
from pathway import load_scenario
from pathway.graph import Activity

FOLDER = Path(__file__).parent.parent / "benchmarks"
MINUTES_PER_DAY = 1440


@pytest.mark.parametrize(("file", "overload"), [("pathway6.yaml", False), ("pathway6_overload.yaml", True)])
def test_the_scenario_is_the_network(file: str, overload: bool) -> None:
    scenario = load_scenario(FOLDER / file)

    for number, station in enumerate(stations(overload=overload), start=1):
        state = scenario.pathway.states[f"s{number}"]
        assert isinstance(state, Activity)
        (rule,) = state.rules
        assert state.duration.rows[0].sampler.mean == pytest.approx(station.mean * MINUTES_PER_DAY, rel=1e-3)
        assert scenario.resources[f"station_{number}"].capacity == station.servers
        onward = {f"s{to + 1}": share for to, share in station.onward} or {"done": 1.0}
        assert dict(rule.to) == pytest.approx(onward)
