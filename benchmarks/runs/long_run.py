"""One run of about so many visits on the compiled engine: its seconds, its log's bytes, and the most memory it took.

Start it with `python -m benchmarks.runs.long_run [--model base] [--visits 1000000] [--runs 3]`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pathway as pw
from benchmarks.network import ARRIVALS_PER_DAY, STATIONS

FOLDER = Path(__file__).parent.parent
NETWORK, BASE = FOLDER / "pathway6.yaml", FOLDER.parent / "scenarios" / "base.yaml"
MINUTES_PER_DAY = 1440
START = "2050-01-03"  # the middle of the years that a scenario may touch; it can last 149 of them
HASTE = 4  # the network with shorter gaps and services, for ten million visits would take it 563 years
BUSY = {"streams.suspected.per_year": 580}  # rather than 560, for ten million would take the base hospital 155 years
VISITS_PER_DAY = {"network": HASTE * 48.6, "base": 188.0}  # of a long run
UNIT_OF_PEAK = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", choices=VISITS_PER_DAY, default="network")
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=1)
    given = parser.parse_args()
    print(json.dumps(run(given.model, given.visits, given.runs)))


def run(model: str, visits: int, runs: int) -> dict[str, Any]:
    """Simulate so many times; each run starts without tables of an earlier one, for its plan is a new one."""
    pw.simulate(plan_of(model, days=20), engine="compiled")  # off the clock: whatever is compiled or imported
    before, peaks, own, system = peak(), [], [], []
    for _ in range(runs):
        plan = plan_of(model, days=max(1, round(visits / VISITS_PER_DAY[model])))
        began = os.times()
        log = pw.simulate(plan, engine="compiled")
        ended = os.times()
        own.append(ended.user - began.user)
        system.append(ended.system - began.system)
        peaks.append(peak())
    rows = {"visits": len(log.visits["case"]), "holds": len(log.holds["case"])}
    each = {"visit": width(log.visits), "hold": width(log.holds)}
    spent = {"own": median(own), "system": median(system)}
    return rows | spent | {"bytes": each, "log": log_bytes(log), "peak": peaks[0], "before": before}


def plan_of(model: str, days: int) -> pw.Plan:
    """Give the plan of a run of so many days without warm-up."""
    if model == "network":
        scenario, changes = pw.load_scenario(NETWORK), hasty()
    else:
        scenario, changes = pw.load_scenario(BASE), dict[str, object](BUSY)
    changes |= {"run.start": START, "run.warm_up": "0 days", "run.length": f"{days} days", "run.follow_up": "0 days"}
    return pw.compile_plan(scenario.override(changes, name="long"))


def hasty() -> dict[str, object]:
    """Let everything in the network happen in a fraction of its time; waits shrink with it, nothing else changes."""
    changes: dict[str, object] = {"streams.patients.per_year": 365 * ARRIVALS_PER_DAY * HASTE}
    for number, station in enumerate(STATIONS, start=1):
        mean = f"{station.mean * MINUTES_PER_DAY / HASTE:g} min"
        changes[f"pathway.states.s{number}.duration"] = {"exponential": {"mean": mean}}
    return changes


def width(columns: Any) -> int:
    """Give the bytes of one row of a table."""
    return sum(column.itemsize for column in columns.values())


def log_bytes(log: pw.EventLog) -> int:
    """Give the bytes of a whole log."""
    tables = (log.visits, log.holds, log.capacity, log.sessions, log.cases)
    return sum(array.nbytes for array in (log.attributes, *(column for table in tables for column in table.values())))


def peak() -> int:
    """Give the most bytes this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT_OF_PEAK


if __name__ == "__main__":
    main()
