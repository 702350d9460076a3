"""How much more two threads of one process simulate than one: `python -m benchmarks.runs.two_threads [--pairs 7]`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pathway as pw
from benchmarks.measuring import Missing, Task
from benchmarks.tools import floor
from benchmarks.tools.ours import plan_for

BASE = Path(__file__).parent.parent.parent / "scenarios" / "base.yaml"
Job = Callable[[], object]


def main() -> None:
    """Print one JSON line: for each job the pairs of wall seconds of one thread and of two doing as much each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    print(json.dumps({name: pairs_of(job, given.pairs) for name, job in jobs(quick=given.quick).items()}))


def jobs(*, quick: bool) -> dict[str, Job]:
    """What one thread does: replications of the base hospital, of the network, and the loop in C, which has no lock."""
    base = pw.compile_plan(pw.load_scenario("mmc" if quick else BASE))
    task = Task(days=60 if quick else 4_000, warm_up=1, seed=1, backlog=0, replications=20)
    network = plan_for(task)
    found: dict[str, Job] = {
        "base": lambda: [pw.simulate(base, replication, "compiled") for replication in range(2)],
        "network": lambda: [pw.simulate(network, replication, "compiled") for replication in range(8)],
    }
    try:
        loop = floor.prepare(task)
    except Missing:
        return found
    return found | {"floor": loop}


def pairs_of(job: Job, pairs: int) -> list[dict[str, Any]]:
    """Time one thread and two, in pairs of which every other begins with the two."""
    timed(job, 2)  # off the clock: whatever is compiled, imported or made once
    found = []
    for number in range(pairs):
        order = (1, 2) if number % 2 == 0 else (2, 1)
        both = {threads: timed(job, threads) for threads in order}
        found.append({"one": both[1], "two": both[2]})
    return found


def timed(job: Job, threads: int) -> dict[str, float]:
    """Give the wall and processor seconds of so many threads that do the job once each."""
    with ThreadPoolExecutor(threads) as pool:
        began, worked = time.perf_counter(), time.process_time()
        for future in [pool.submit(job) for _ in range(threads)]:
            future.result()
        return {"wall": time.perf_counter() - began, "processor": time.process_time() - worked}


if __name__ == "__main__":
    main()
