"""How long whole jobs take, simulated and measured, in one process, in threads of it, and in several processes.

    python -m benchmarks.backends scenarios/base.yaml --replications 16

    python -m benchmarks.backends scenarios/base.yaml --shares

The ways run alternately and each is timed `--times` times, of which the fastest counts; a first round, in which
engines are read from disk and processes started, is left out.  With `--shares`, processor time of one job after
another instead, which does not depend on what else the machine does: how much of it lets go of Python's lock.
"""

from __future__ import annotations

import argparse
import time
from itertools import product
from typing import Any

from joblib import cpu_count

from pathway import compile_plan, load_scenario, measure, simulate
from pathway.engines.compiled import running
from pathway.experiment import replicate
from pathway.scenario import Scenario


def seconds(scenario: Scenario, replications: int, backend: str, workers: int, engine: str) -> float:
    """Time so many replications, however they are done."""
    began = time.perf_counter()
    jobs = [(scenario, replication) for replication in range(replications)]
    for _ in replicate(jobs, backend=backend, workers=workers, engine=engine):
        pass
    return time.perf_counter() - began


def shares(scenario: Scenario, replications: int) -> str:
    """Say how much processor time a job takes, and how much of it is compiled code that lets other threads run."""
    plan, free, whole = compile_plan(scenario), 0.0, 0.0
    engine: Any = running  # whose entry is timed
    advance = engine.advance

    def timed(model: int, world: int) -> bool:
        nonlocal free
        began = time.thread_time()
        done = bool(advance(model, world))
        free += time.thread_time() - began
        return done

    engine.advance = timed
    for replication in range(replications + 1):
        free, whole = (0.0, 0.0) if replication == 1 else (free, whole)  # the first warms up
        began = time.thread_time()
        measure(simulate(plan, replication), scenario)
        whole += time.thread_time() - began
    engine.advance = advance
    held = (whole - free) / replications
    most = whole / (whole - free)
    return (
        f"{whole / replications:.2f} s of processor time a job, {held:.2f} s of it with the lock: at most x {most:.1f}"
    )


def main() -> None:
    """Print a line for each way of working."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("--replications", type=int, default=16)
    parser.add_argument("--workers", type=int, default=cpu_count())
    parser.add_argument("--shares", action="store_true")
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--engine", default="compiled")
    asked = parser.parse_args()
    scenario = load_scenario(asked.scenario)
    if asked.shares:
        print(shares(scenario, asked.replications))
        return
    ways = [("threads", 1), ("threads", asked.workers), ("processes", asked.workers)]
    best: dict[tuple[str, int], float] = {}
    for backend, workers in ways:
        seconds(scenario, workers, backend, workers, asked.engine)
    for _, way in product(range(asked.times), ways):
        took = seconds(scenario, asked.replications, way[0], way[1], asked.engine)
        best[way] = min(took, best.get(way, took))
    for (backend, workers), took in best.items():
        name = "one after the other" if workers == 1 else f"{workers} {backend}"
        print(f"{name:20} {took:6.1f} s, {took / asked.replications:5.2f} s each, x {best[ways[0]] / took:.2f}")


if __name__ == "__main__":
    main()
