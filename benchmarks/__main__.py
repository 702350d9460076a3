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

import pathway
from benchmarks.parts import base, linear, measures, reporting, speed, starting, threads, waiting
from benchmarks.tables import Part, of_targets
from benchmarks.turns import FOLDER, Options

RESULTS, DOCS = FOLDER / "results.md", FOLDER.parent / "docs" / "performance.md"
HOW = """\
Written by `python -m benchmarks`; what it says depends on the machine, so compare within one table only.
By processor time (each tool works on one core), unless said otherwise.
Each tool records who, where, asked, began and ended for every visit.
Setting up (reading YAML, compiling, building the network) is not counted; it is paid once, not per replication."""
BEGIN, END = "<!-- figures: benchmark -->", "<!-- end of figures -->"
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
    whole = given.only == list(PARTS) and not given.quick and not given.out
    if file := RESULTS if whole else given.out:
        file.write_text(text, encoding="utf-8")
        print(f"Written to {file}", file=sys.stderr)
    if whole:
        keep(DOCS, f"{machine(options, started)}\n\n{asked(parts)}\n\n{parts[0].body[1]}")
        print(f"The first tables are in {DOCS}", file=sys.stderr)


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
    quick = "As little as possible (`--quick`): these figures mean nothing.\n\n" if options.quick else ""
    head = f"# Benchmark\n\n{quick}{HOW}\n\n{machine(options, load)}"
    first = ["## What is asked, and what was found", asked(parts)]
    return "\n\n".join([head, *first, *(part.text for part in parts)]) + "\n"


def asked(parts: Sequence[Part]) -> str:
    """Set all that is asked beside what was found."""
    return of_targets(target for part in parts for target in part.targets)


def machine(options: Options, load: float) -> str:
    """Say on what was measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("simpy", "ciw", "numpy", "numba"))
    return (
        f"Version {pathway.__version__}, medians of {options.rounds} rounds. Python {platform.python_version()}, "
        f"{versions}; {platform.system()} {platform.machine()}, {os.cpu_count()} cores, {load:.1f} of them wanted by "
        "others at the start."
    )


def keep(file: Path, figures: str) -> None:
    """Put figures in the place of those that stand in a page."""
    before, _, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n\n{figures}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
