"""The base hospital on both engines, in turns: `python -m benchmarks.runs.base_pair [--replications 2]`."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import pathway as pw

BASE = Path(__file__).parent.parent.parent / "scenarios" / "base.yaml"
ENGINES = ("compiled", "simpy")


def main() -> None:
    """Print one JSON line: processor seconds by replication and engine."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=2)
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    print(json.dumps(compared(pw.load_scenario("mmc" if given.quick else BASE), given.replications)))


def compared(scenario: pw.Scenario, replications: int) -> dict[str, Any]:
    """Simulate the same replications on both engines, and see that the logs are the same."""
    plan = pw.compile_plan(scenario)
    short = pw.compile_plan(scenario.override({"run.warm_up": "0 days", "run.length": "1 week"}, name="short"))
    for engine in ENGINES:
        pw.simulate(short, engine=engine)  # off the clock: whatever is compiled or imported
    pw.simulate(plan, replications, "compiled")  # and the tables it makes once for all replications of a process
    seconds: dict[str, list[float]] = {engine: [] for engine in ENGINES}
    visits, same = [], True
    for replication in range(replications):
        logs = []
        for engine in ENGINES:
            began = time.process_time()
            logs.append(pw.simulate(plan, replication, engine))
            seconds[engine].append(time.process_time() - began)
        visits.append(int(logs[0].visits["case"].size))
        same = same and logs[0] == logs[1]
    return {"seconds": seconds, "visits": visits, "same": same}


if __name__ == "__main__":
    main()
