"""The same again, whatever is around it: hash seeds, workers, copies of a scenario, saved logs."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import given, settings

from pathway.engines import ENGINES, simulate
from pathway.eventlog import first_difference, load_log
from pathway.experiment import Experiment
from pathway.plan import compile_plan
from pathway.scenario import load_scenario
from tests.models import scenario_of
from tests.strategies import scenarios

ROOT = Path(__file__).parent.parent
HALF = settings(max_examples=settings().max_examples // 2)  # where every example is loaded twice
GOLDEN = sorted(Path(__file__).parent.joinpath("golden").glob("*.yaml"))
DIGEST = """
import hashlib, sys
from pathway.engines import simulate
from pathway.scenario import load_scenario
for path in sys.argv[2:]:
    log = simulate(load_scenario(path), engine=sys.argv[1])
    digest = hashlib.sha256(log.attributes.tobytes())
    for table in (log.visits, log.holds, log.capacity, log.cases):
        for name in sorted(table):
            digest.update(table[name].tobytes())
    print(digest.hexdigest())
"""


def test_the_hash_seed_changes_nothing(engine: str) -> None:
    """Python orders sets differently in every process unless told; the log is the same all the same."""
    digests = set()
    for seed in ("0", "20270104"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", DIGEST, engine, *map(str, GOLDEN)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=ROOT)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_workers_give_the_logs_of_a_row(engine: str) -> None:
    """Replications split over processes are those run one after the other, and no two are alike."""
    plan = compile_plan(load_scenario(GOLDEN[0]))
    row = [simulate(plan, replication, engine) for replication in range(4)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as workers:
        split = list(workers.map(simulate, [plan] * 4, range(4), [engine] * 4))
    assert [first_difference(one, other) for one, other in zip(row, split, strict=True)] == [None] * 4
    assert len({log.visits["enqueued_at"].tobytes() for log in row}) == 4


@HALF
@given(document=scenarios())
def test_a_scenario_equal_to_its_base_differs_by_nothing(document: dict[str, Any]) -> None:
    """Overridden with the values it has, a scenario gives the very rows of its base: every difference is 0."""
    base = scenario_of(document)
    same = base.override({"run.seed": document["run"]["seed"]}, name=base.name)
    for engine in sorted(ENGINES):
        assert first_difference(simulate(base, 1, engine), simulate(same, 1, engine)) is None


def test_an_experiment_of_equals_differs_by_nothing_on_any_number_of_workers() -> None:
    """Paired differences of a scenario with its copy are 0 with intervals of no width; workers change no figure."""
    short = {"run.length": "30 days", "run.warm_up": "7 days", "run.follow_up": "7 days"}
    base = load_scenario("mmc").override(short, name="base")
    copy = base.override({"resources.server.capacity": 3}, name="copy")
    alone, split = (Experiment([base, copy], replications=3, workers=workers).run() for workers in (1, 2))
    differences = alone.compare("base", measure="wait", subject="service", statistic="mean")
    assert differences[["difference", "low", "high"]].to_numpy().tolist() == [[0.0, 0.0, 0.0]]
    pd.testing.assert_frame_equal(alone.table, split.table, check_exact=True)


@given(document=scenarios())
def test_a_log_saved_and_read_again_is_the_same(document: dict[str, Any]) -> None:
    """Saving keeps every integer, name and date."""
    log = simulate(scenario_of(document))
    with TemporaryDirectory() as folder:
        log.save(folder)
        assert first_difference(log, load_log(folder)) is None
