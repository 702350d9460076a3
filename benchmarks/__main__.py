"""Run every tool on the benchmark's network in turns, and write benchmarks/results.md.

    python -m benchmarks [--rounds 3]

Each measurement is a process of its own; the tools take turns (A B C A B C …), so that a machine that
slows down slows all of them; what is reported is the median of the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

from scipy.stats import t as student

from benchmarks.measuring import DAYS
from benchmarks.network import BACKLOG, exact_waits

RESULTS = Path(__file__).parent / "results.md"
SEEDS = 10
TOOLS = {
    "ours_compiled": "pathway, compiled engine, full event log",
    "ours": "pathway, SimPy engine, full event log",
    "idiomatic_simpy": "SimPy, a process a patient, PriorityResource",
    "ciw_network": "Ciw",
}
REPLICATIONS = {
    "the year reported, after ten years of warm-up": [],
    "all of ten years reported": ["--whole"],
}
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import pathway": ["-c", "import pathway"],
    "pathway --help": ["-m", "pathway", "--help"],
    "import pandas (for comparison)": ["-c", "import pandas"],
}


@dataclass(frozen=True, slots=True)
class Series:
    """All rounds of one tool on one variant of the network."""

    tool: str
    overload: bool
    lines: tuple[dict[str, Any], ...]

    @property
    def speed(self) -> float:
        """Visits a second of processor time, the median round; every tool works on one core."""
        return float(median(line["visits"] / line["processor"] for line in self.lines))

    @property
    def waits(self) -> list[float]:
        """Mean wait by station in days, over all rounds (each has its own seed)."""
        return [sum(station) / len(self.lines) for station in zip(*(line["waits"] for line in self.lines), strict=True)]

    @property
    def waiting(self) -> int:
        """How many wait at the end, the median round."""
        return int(median(line["waiting"] for line in self.lines))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything, print the tables and write them to a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each tool (default 3)")
    rounds = parser.parse_args(arguments).rounds
    series = take_turns(rounds)
    tables = [speed_table(series), measure_table(), wait_table(series), start_table(rounds)]
    text = "\n".join([heading(rounds), *tables])
    RESULTS.write_text(text, encoding="utf-8")
    print(text)
    print(f"Written to {RESULTS}")


def take_turns(rounds: int) -> list[Series]:
    """Measure every tool on both variants once a round, one after the other."""
    turns = [(tool, overload) for overload in (False, True) for tool in TOOLS]
    lines: dict[tuple[str, bool], list[dict[str, Any]]] = {turn: [] for turn in turns}
    for number in range(rounds):
        for tool, overload in turns:
            print(f"round {number + 1}: {tool}{', overloaded' if overload else ''}", file=sys.stderr)
            lines[tool, overload].append(measured(tool, seed=number + 1, overload=overload))
    return [Series(tool, overload, tuple(found)) for (tool, overload), found in lines.items()]


def measured(tool: str, *, seed: int, overload: bool) -> dict[str, Any]:
    """Run one tool once in its own process and give the line it prints."""
    return said(tool, ["--seed", str(seed), *(["--overload"] * overload)])


def said(script: str, options: Sequence[str]) -> dict[str, Any]:
    """Run a script of this folder in its own process and give the line it prints."""
    command = [sys.executable, "-m", f"benchmarks.{script}", *options]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=RESULTS.parent.parent)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def heading(rounds: int) -> str:
    """Say what was measured, on what."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("simpy", "ciw", "numpy", "numba"))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"""# Benchmark: six stations, urgent patients first

Written by `python -m benchmarks`; what it says depends on the machine, so compare within one table only.
Medians of {rounds} rounds in turns, by processor time (each tool works on one core).
Python {platform.python_version()}, {versions}; {machine}.
Each tool records who, where, asked, began and ended for every visit.
Setting up (reading YAML, compiling, building the network) is not counted; it is paid once, not per replication.
"""


def speed_table(series: list[Series]) -> str:
    """Visits a second, with short queues and with thousands waiting."""
    calm = {each.tool: each for each in series if not each.overload}
    long = {each.tool: each for each in series if each.overload}
    rows = [
        "## Visits a second",
        "",
        f"*Short queues*: {DAYS[False]:,} days. *Overloaded*: {DAYS[True]:,} days that begin with {BACKLOG:,} patients "
        f"before station 2, which cannot keep up: about {long['ours'].waiting:,} wait in the end.",
        "",
        "| tool | short queues | × SimPy | overloaded | × SimPy | kept under overload |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    base = "idiomatic_simpy"
    for tool, title in TOOLS.items():
        one, other = calm[tool].speed, long[tool].speed
        rows.append(
            f"| {title} | {one:,.0f} | {one / calm[base].speed:.2f} | {other:,.0f} | {other / long[base].speed:.2f} "
            f"| {other / one:.0%} |"
        )
    return "\n".join([*rows, ""])


def measure_table() -> str:
    """Processor seconds a replication of simulating and of measuring, and the memory that measuring takes."""
    print("50 replications of the base hospital, twice", file=sys.stderr)
    rows = [
        "## From log to measures: the base hospital, processor seconds a replication",
        "",
        "Means of 50 replications on the compiled engine, simulated, measured and dropped. *Bytes a visit*: of the "
        "log, and what measuring takes besides at its worst moment.",
        "",
        "| what | visits | simulating | measuring | ratio | log, bytes a visit | measuring, bytes a visit |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for title, options in REPLICATIONS.items():
        line = said("replications", options)
        simulating, measuring = line["simulating"], line["measuring"]
        rows.append(
            f"| {title} | {line['visits']:,.0f} | {simulating:.2f} | {measuring:.2f} | {measuring / simulating:.2f} "
            f"| {line['log_bytes']:.0f} | {line['bytes']:.0f} |"
        )
    return "\n".join([*rows, ""])


def wait_table(series: list[Series]) -> str:
    """Mean waits beside what theory says exactly; ours over more seeds, with their 95 % interval."""
    calm = {each.tool: each for each in series if not each.overload}
    print(f"{SEEDS} more seeds for the mean waits", file=sys.stderr)
    found = [measured("ours", seed=1_001 + number, overload=False)["waits"] for number in range(SEEDS)]
    others = [tool for tool in TOOLS if not tool.startswith("ours")]
    rows = [
        "## Mean wait in days, short queues, beside the exact answer",
        "",
        f"| station | exact (Erlang C) | pathway, {SEEDS} seeds, 95 % interval | "
        + " | ".join(f"{TOOLS[tool]}, mean of the rounds" for tool in others)
        + " |",
        "|---|---:|---:|" + "---:|" * len(others),
    ]
    for number, exact in enumerate(exact_waits()):
        low, high = interval([waits[number] for waits in found])
        means = " | ".join(f"{calm[tool].waits[number]:.3f}" for tool in others)
        rows.append(f"| {number + 1} | {exact:.3f} | {low:.3f} to {high:.3f} | {means} |")
    return "\n".join([*rows, ""])


def interval(values: list[float]) -> tuple[float, float]:
    """Give the 95 % t-interval of a mean."""
    middle, half = mean(values), float(student.ppf(0.975, len(values) - 1)) * stdev(values) / len(values) ** 0.5
    return middle - half, middle + half


def start_table(rounds: int) -> str:
    """Seconds until a command is there, on a warm disk."""
    rows = ["## Starting up, seconds on a warm disk", "", "| command | seconds |", "|---|---:|"]
    for title, command in COMMANDS.items():
        start(command)
        rows.append(f"| `{title}` | {median(start(command) for _ in range(2 * rounds + 1)):.2f} |")
    return "\n".join([*rows, ""])


def start(command: list[str]) -> float:
    """Time one start of Python."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=RESULTS.parent.parent)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
