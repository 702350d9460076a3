"""Measure what this package is asked to be, beside other tools on the same network, and write benchmarks/results.md.

    python -m benchmarks [--rounds 3] [--only speed,linear,…] [--out FILE] [--cimba PYTHON] [--quick]

Each measurement is a process of its own; the tools take turns (A B C A B C …), so that a machine that
slows down slows all of them; what is reported is the median of the rounds.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.parts import base, linear, measures, reporting, speed, starting, threads, waiting
from benchmarks.tables import Part, of_targets
from benchmarks.turns import FOLDER, Options

RESULTS = FOLDER / "results.md"
PARTS: dict[str, Callable[[Options], Part]] = {
    "speed": speed.part,
    "waiting": waiting.part,
    "base": base.part,
    "linear": linear.part,
    "threads": threads.part,
    "reporting": reporting.part,
    "measures": measures.part,
    "starting": starting.part,
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked, print it and write it to a file."""
    given = parser().parse_args(arguments)
    options = Options(1 if given.quick else given.rounds, given.quick, given.cimba)
    started = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    parts = [PARTS[name](options) for name in given.only]
    text = page(parts, options, started)
    print(text)
    file = given.out or (RESULTS if given.only == list(PARTS) and not given.quick else None)
    if file:
        file.write_text(text, encoding="utf-8")
        print(f"Written to {file}", file=sys.stderr)


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    known = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    known.add_argument("--rounds", type=int, default=3, help="measurements of each tool (default 3)")
    known.add_argument("--only", type=parts_named, default=list(PARTS), help=f"some of {','.join(PARTS)}; only printed")
    known.add_argument("--out", type=Path, help="the file to write (default benchmarks/results.md)")
    known.add_argument("--cimba", default=sys.executable, metavar="PYTHON", help="a Python that has cimba")
    known.add_argument("--quick", action="store_true", help="as little as possible, only to see that it works")
    return known


def parts_named(text: str) -> list[str]:
    """Read a list of parts.

    >>> parts_named("linear,speed")
    ['linear', 'speed']
    """
    names = text.split(",")
    if unknown := [name for name in names if name not in PARTS]:
        raise argparse.ArgumentTypeError(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return names


def page(parts: Sequence[Part], options: Options, load: float) -> str:
    """Put what was measured together: on what machine, what was asked, and every part."""
    targets = [target for part in parts for target in part.targets]
    asked = ["## What is asked, and what was found", of_targets(targets)] if targets else []
    return "\n\n".join([heading(options, load), *asked, *(part.text for part in parts)]) + "\n"


def heading(options: Options, load: float) -> str:
    """Say what was measured, on what."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("simpy", "ciw", "numpy", "numba"))
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return f"""# Benchmark

Written by `python -m benchmarks`; what it says depends on the machine, so compare within one table only.
Medians of {options.rounds} rounds in turns, by processor time (each tool works on one core), unless said otherwise.
Python {platform.python_version()}, {versions}; {machine}; when it began, {load:.1f} other programs wanted a core.
Each tool records who, where, asked, began and ended for every visit.
Setting up (reading YAML, compiling, building the network) is not counted; it is paid once, not per replication."""


if __name__ == "__main__":
    main()
