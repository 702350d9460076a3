"""Starting up: compiling the engine once, reading it from disk, and how long commands take to answer."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median

from benchmarks.runs.installed import installed
from benchmarks.tables import Part, table
from benchmarks.turns import FOLDER, Options, tell

COMPILING = "compile_once.py"
STARTS = ("first start: compiling", "second start: reading from disk")
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import pathway": ["-c", "import pathway"],
    "pathway --help": ["-m", "pathway", "--help"],
    "import pandas (for comparison)": ["-c", "import pandas"],
}


def part(options: Options) -> Part:
    """Time starts of Python, and the engine's first and second start."""
    tell("starting up")
    rows = [[f"`{title}`", answer(what, options)] for title, what in COMMANDS.items()]
    commands = table(["command", "seconds, warm disk"], rows)
    return Part("Starting up", (commands, *(() if options.quick else compiling())))


def compiling() -> tuple[str, str]:
    """Start the engine twice where the package cannot be written to, for a user whose cache is empty."""
    tell("compiling the engine from nothing")
    with installed(COMPILING) as copy:
        lines = [copy.said(COMPILING) for _ in STARTS]
        beside = copy.was_written_to
    kept = lines[1]["read"] and not beside
    seconds = [[f"{line[how]:.1f}" for how in ("processor", "wall")] for line in lines]
    rows = [[title, *found] for title, found in zip(STARTS, seconds, strict=True)]
    about = (
        "The compiled engine made ready from an installation that cannot be written to, by a user with an empty home "
        f"and cache. What is compiled is {'' if kept else '**not** '}kept in the user's cache folder and read from "
        "there the next time."
    )
    return about, table(["compiled engine", "processor seconds", "wall seconds"], rows)


def answer(command: list[str], options: Options) -> str:
    """Say how long a command takes, the median of some starts after one that warms the disk."""
    seconds = [start(command) for _ in range(options.of(2 * options.rounds + 2, 2))]
    return f"{median(seconds[1:]):.2f}"


def start(command: list[str]) -> float:
    """Time one start of Python."""
    began = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True, cwd=FOLDER.parent)
    return time.perf_counter() - began
