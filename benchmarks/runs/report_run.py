"""What `pathway run scenarios/base.yaml --no-verify` spends its seconds on, report included.

Start it with `python -m benchmarks.runs.report_run [--replications 50]`.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pathway as pw

BASE = Path(__file__).parent.parent.parent / "scenarios" / "base.yaml"
TIMED_ALONE = 5  # replications, to tell simulating from measuring


def main() -> None:
    """Print one JSON line: wall and processor seconds of each step, and of simulating alone."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=50)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    print(json.dumps(run(str("mmc" if given.quick else BASE), given.replications, 1 if given.quick else None)))


def run(model: str, replications: int, workers: int | None) -> dict[str, Any]:
    """Do what the command does, step by step; processor seconds count the processes that simulate as well."""
    steps: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        with step(steps, "ready"):
            from pathway.engines import make_ready

            scenario = pw.load_scenario(model)
            make_ready()
        with step(steps, "experiment"):
            results = pw.Experiment([scenario], replications=replications, workers=workers).run()
            stop_workers()
        with step(steps, "saving"):
            results.save(folder)
            results.intervals().to_csv(folder / "summary.csv", index=False, float_format="%.6g")
        with step(steps, "report"):
            from pathway.report import write_report

            write_report(results, folder / "report.html")
    plan = pw.compile_plan(scenario)
    pw.simulate(plan)
    with step(steps, "simulating"):
        for replication in range(TIMED_ALONE):
            pw.simulate(plan, replication)
    alone = steps.pop("simulating")["processor"] / TIMED_ALONE
    return {"steps": steps, "simulating": alone, "workers": workers or cores(), "replications": replications}


@contextmanager
def step(steps: dict[str, dict[str, float]], name: str) -> Iterator[None]:
    """Time a step by the clock and by processor, its processes included."""
    began, worked = time.perf_counter(), processor()
    yield
    steps[name] = {"wall": time.perf_counter() - began, "processor": processor() - worked}


def processor() -> float:
    """Give the processor seconds of this process and of its processes that have ended."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in found)


def stop_workers() -> None:
    """End the processes that simulate, so that their seconds are counted."""
    from joblib.externals.loky import get_reusable_executor

    get_reusable_executor().shutdown(wait=True)


def cores() -> int:
    """Give how many processes an experiment uses when nothing is said."""
    from joblib import cpu_count

    return int(cpu_count())


if __name__ == "__main__":
    main()
