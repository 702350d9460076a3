"""Measuring in turns: each measurement a process of its own, the tools one after the other, round by round."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

FOLDER = Path(__file__).parent
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Options:
    """How to measure: how many rounds, whether only to see that it works, and the Python that has cimba."""

    rounds: int = 3
    quick: bool = False
    cimba: str = sys.executable

    def of(self, full: int, quick: int) -> int:
        """Give a number as it is, or the small one when it is only to be seen that it works."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Series:
    """All rounds of one tool on one variant of the network."""

    lines: tuple[Line, ...]

    @property
    def missing(self) -> str:
        """What the tool lacks on this machine, or nothing."""
        return str(self.lines[0].get("missing", ""))

    @property
    def speed(self) -> float:
        """Visits a second of processor time, the median round; every tool works on one core."""
        return float(median(line["visits"] / line["processor"] for line in self.lines))

    @property
    def spread(self) -> float:
        """How far the fastest round is above the slowest, as a share of the median."""
        speeds = [line["visits"] / line["processor"] for line in self.lines]
        return float((max(speeds) - min(speeds)) / median(speeds))

    @property
    def waits(self) -> list[list[float]]:
        """Mean waits by station in days, one row for each replication of all rounds (all with seeds of their own)."""
        return [waits for line in self.lines for waits in line["waits"]]

    @property
    def waiting(self) -> int:
        """How many wait at the end, the median round."""
        return int(median(line["waiting"] for line in self.lines))


def take_turns(tools: Iterable[str], options: Options, *, backlog: int, asked: Sequence[str] = ()) -> dict[str, Series]:
    """Measure each tool once a round on the network with this backlog, one after the other."""
    lines: dict[str, list[Line]] = {tool: [] for tool in tools}
    for number in range(1, options.rounds + 1):
        for tool, found in lines.items():
            tell(f"round {number}: {tool}, {backlog:,} waiting")
            python = options.cimba if tool == "cimba_network" else sys.executable
            task = ["--seed", str(number), "--backlog", str(backlog // options.of(1, 100)), *asked]
            found.append(said(f"tools.{tool}", task + ["--days", "100"] * options.quick, python=python))
    return {tool: Series(tuple(found)) for tool, found in lines.items()}


def said(script: str, asked: Sequence[str] = (), *, python: str = sys.executable) -> Line:
    """Run a script of this folder in its own process and give the line it prints."""
    command = [python, "-m", f"benchmarks.{script}", *asked]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=FOLDER.parent)
    found: Line = json.loads(done.stdout)
    return found


def tell(what: str) -> None:
    """Say on standard error what is being measured now."""
    print(what, file=sys.stderr, flush=True)
