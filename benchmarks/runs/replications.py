"""Replications of the base hospital as an experiment does them: one simulated, measured, and dropped.

    python -m benchmarks.runs.replications [--replications 50] [--whole]

With `--whole` there is no warm-up, and all of ten years are measured.
"""

from __future__ import annotations

import argparse
import json
import time
import tracemalloc
from pathlib import Path

import pathway as pw
from benchmarks.runs.long_run import log_bytes

BASE = Path(__file__).parent.parent.parent / "scenarios" / "base.yaml"
WHOLE = {"run.warm_up": "0 days", "run.length": "10 years"}


def main() -> None:
    """Print one JSON line: processor seconds a replication, visits, and the most bytes measuring took for one."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=50)
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    scenario = pw.load_scenario("mmc" if given.quick else BASE)
    if given.whole and not given.quick:
        scenario = scenario.override(WHOLE, name="whole")
    plan = pw.compile_plan(scenario)
    pw.measure(pw.simulate(plan, engine="compiled"), scenario)  # off the clock: whatever is compiled or imported
    simulating, measuring, visits = 0.0, 0.0, 0
    for replication in range(given.replications):
        began = time.process_time()
        log = pw.simulate(plan, replication, "compiled")
        simulated = time.process_time()
        pw.measure(log, scenario)
        measuring += time.process_time() - simulated
        simulating += simulated - began
        visits += log.visits["case"].size
    line = {"simulating": simulating, "measuring": measuring, "visits": visits}
    line = {name: value / given.replications for name, value in line.items()}
    print(json.dumps(line | {"bytes": _peak(log, scenario), "log_bytes": log_bytes(log) / log.visits["case"].size}))


def _peak(log: pw.EventLog, scenario: pw.Scenario) -> float:
    """Give the bytes for each visit that measuring took at its worst moment, besides the log."""
    tracemalloc.start()
    pw.measure(log, scenario)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / log.visits["case"].size


if __name__ == "__main__":
    main()
