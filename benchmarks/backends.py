"""How long whole jobs take, simulated and measured, in one process, in threads of it, and in several processes.

    python -m benchmarks.backends scenarios/base.yaml --replications 16

Both ways run alternately and each is timed `--times` times, of which the fastest counts; a first round, in which
engines are read from disk and processes started, is left out.
"""

from __future__ import annotations

import argparse
import time
from itertools import product

from joblib import cpu_count

from pathway import load_scenario
from pathway.experiment import replicate
from pathway.scenario import Scenario


def seconds(scenario: Scenario, replications: int, backend: str, workers: int, engine: str) -> float:
    """Time so many replications, however they are done."""
    began = time.perf_counter()
    jobs = [(scenario, replication) for replication in range(replications)]
    for _ in replicate(jobs, backend=backend, workers=workers, engine=engine):
        pass
    return time.perf_counter() - began


def main() -> None:
    """Print a line for each way of working."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenario")
    parser.add_argument("--replications", type=int, default=16)
    parser.add_argument("--workers", type=int, default=cpu_count())
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--engine", default="compiled")
    asked = parser.parse_args()
    scenario = load_scenario(asked.scenario)
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
