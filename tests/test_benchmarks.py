"""The benchmark compares like with like: every tool simulates the same network; and each of its parts works."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from benchmarks.__main__ import PARTS, keep, page
from benchmarks.measuring import Missing, Task, measure
from benchmarks.network import exact_waits, stations
from benchmarks.parts import reporting, speed, threads
from benchmarks.runs import base_pair, installed, long_run, report_run, two_threads
from benchmarks.tables import Part, Target
from benchmarks.tools import floor
from benchmarks.turns import Options, Series
from pathway import load_scenario
from pathway.graph import Activity

FOLDER = Path(__file__).parent.parent / "benchmarks"
MINUTES_PER_DAY = 1440
SHORT = Task(days=200, warm_up=20, seed=1, backlog=0, replications=3)
VISITS_PER_DAY = 48.75  # the rates of benchmarks/network.py added up


@pytest.fixture
def loop() -> Any:
    """The loop in C, where there is a compiler."""
    try:
        return floor.compiled()
    except Missing as missing:
        pytest.skip(str(missing))


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


@pytest.mark.parametrize("tool", speed.TOOLS)
def test_every_tool_makes_the_visits_of_the_network(tool: str) -> None:
    """About 9,750 in 200 days (their standard deviation is about 300); a backlog stands where it should."""
    module = import_module(f"benchmarks.tools.{tool}")
    try:
        calm = measure(SHORT, module.prepare, module.count_up)
        long = measure(replace(SHORT, backlog=500), module.prepare, module.count_up)
    except Missing as missing:
        pytest.skip(str(missing))

    replications = len(calm["waits"])
    assert calm["visits"] / replications == pytest.approx(SHORT.days * VISITS_PER_DAY, rel=0.15)
    assert long["waits"][0][1] > 10 * calm["waits"][0][1]
    if tool != "cimba_network":  # which is not asked how many wait
        assert calm["waiting"] < 200 < long["waiting"]


def test_the_loop_waits_as_theory_says(loop: Any) -> None:
    """Mean waits of 20 replications of 2,000 days hold the exact ones in their 99.9 % t-intervals (seeds 1 to 20)."""
    task = Task(days=2_000, warm_up=200, seed=1, backlog=0)
    network = floor.network_of(task)
    waits = np.array([floor.waits_of(task, floor.replication(loop, network, seed)) for seed in range(1, 21)])

    half = student.ppf(0.9995, len(waits) - 1) * waits.std(axis=0, ddof=1) / len(waits) ** 0.5
    assert (np.abs(waits.mean(axis=0) - exact_waits()) < half).all()


def test_the_loop_serves_no_more_than_it_has_servers(loop: Any) -> None:
    log = floor.replication(loop, floor.network_of(SHORT), seed=3).columns

    assert (log["asked"] <= log["began"]).all()
    assert (log["began"] <= log["ended"]).all()
    for number, station in enumerate(stations(overload=False)):
        here = log["where"] == number
        times = np.concatenate([log["began"][here], log["ended"][here]])
        steps = np.repeat([1, -1], here.sum())
        busy = np.cumsum(steps[np.lexsort((steps, times))])  # one who ends makes room for one who begins
        assert busy.max() == station.servers


def test_rows_are_narrow_and_a_long_run_is_as_long_as_asked() -> None:
    line = long_run.run("network", visits=2_000, runs=1)

    assert line["visits"] == pytest.approx(2_000, rel=0.2)
    assert line["bytes"]["visit"] <= 40
    assert line["bytes"]["hold"] <= 32
    assert line["peak"] >= line["before"] > 0


def test_both_engines_are_timed_on_the_same_replications() -> None:
    line = base_pair.compared(load_scenario("mmc"), replications=2)

    assert line["same"]
    assert {engine: len(seconds) for engine, seconds in line["seconds"].items()} == {"compiled": 2, "simpy": 2}


def test_two_threads_are_timed_in_pairs_beside_one() -> None:
    """Two that take 4 s for what one does in 3 s get half as much again done."""
    (pair,) = two_threads.pairs_of(lambda: sum(range(1000)), pairs=1)
    jobs = two_threads.jobs(quick=True)

    assert pair["one"]["wall"] > 0
    assert pair["two"]["wall"] > 0
    assert {"base", "network"} <= set(jobs)
    jobs["network"]()
    assert threads.ratios([{"one": {"wall": 3.0}, "two": {"wall": 4.0}}]) == [1.5]


def test_a_run_with_its_report_is_timed_step_by_step() -> None:
    part = reporting.told(report_run.run("mmc", replications=2, workers=1))

    assert all(title in part.text for title in reporting.STEPS.values())
    assert len(part.targets) == 1


@pytest.mark.skipif(installed.is_root() and not shutil.which("setpriv"), reason="root may write anywhere")
def test_an_installation_is_read_only() -> None:
    with installed.installed() as copy:
        where = copy.run("-c", "import pathway; print(pathway.__file__)").strip()
        with pytest.raises(subprocess.CalledProcessError):
            copy.run("-c", "import sys; sys.tracebacklimit = 0; open('pathway/new', 'w')")
        beside = copy.was_written_to

    assert Path(where).parent == copy.packages / "pathway"
    assert not beside
    assert not copy.packages.exists()


def line(visits: int) -> dict[str, Any]:
    """What a tool says that made so many visits in a second."""
    return {"visits": visits, "processor": 1.0, "waits": [[0.1] * 6], "waiting": 7}


def test_speeds_are_told_beside_simpy_and_what_is_missing_is_said() -> None:
    found = {tool: Series((line(100),)) for tool in speed.TOOLS}
    found |= {"ours_compiled": Series((line(4_400),)), "floor": Series((line(11_000),))}
    found["cimba_network"] = Series(({"missing": "not installed"},))

    told = speed.speeds(found, found)
    verdicts = [target.verdict for target in speed.targets(found)]

    assert "| pathway, compiled engine, full event log | 4,400 | 44.00 | 0% | 4,400 | 44.00 | 100% |" in told
    assert "| cimba (PyPI), compiled coroutines | not installed |" in told
    assert verdicts == ["reached", "reached", "**not reached**: 20 % too little"]


def test_the_page_begins_with_what_was_asked() -> None:
    part = Part("Bytes", ("As they are.",), (Target("a row", found=50, asked=40, unit="bytes", at_most=True),))

    told = page([part], Options(), load=0.5)

    assert "| a row | ≤ 40 bytes | 50 bytes | **not reached**: 25 % too much |" in told
    assert told.index("a row") < told.index("## Bytes")


def test_figures_of_a_page_are_replaced_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    text = "Before.\n\n<!-- figures: benchmark -->\n\nold\n\n<!-- end of figures -->\n\nAfter.\n"
    file.write_text(text)

    keep(file, "new")

    assert file.read_text() == text.replace("old", "new")


def test_parts_have_names_of_their_own() -> None:
    assert max(Counter(PARTS.values()).values()) == 1
