"""Two threads of one process against one."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.tables import Part, Target, table
from benchmarks.turns import Line, Options, said, tell

TIMES = 1.8
OURS = ("base", "network")
TITLES = {
    "base": "the base hospital",
    "network": "the network of six stations",
    "floor": "the loop in C, which has no lock: what this machine can give",
}
HEADS = ["what each thread simulates", "two against one, median", "of all pairs", "work", "disturbed"]


def part(options: Options) -> Part:
    """Time pairs of one thread and two."""
    tell("two threads against one")
    lines = said("runs.two_threads", ["--pairs", str(options.of(7, 1)), *(["--quick"] * options.quick)])
    about = (
        "Wall seconds: twice what one thread takes for its work, by what two take that do as much each at the same "
        f"time; {len(lines['base'])} pairs, every other of which begins with the two. *Work*: processor seconds of "
        "each of two threads beside those of one alone, above 1 where two get in each other's way. *Disturbed*: wall "
        "seconds of one thread over its processor seconds; 1.00 on a machine left alone, and the more it is above, the "
        "less the ratio says."
    )
    rows = [row(title, lines[name]) for name, title in TITLES.items() if name in lines]
    found = {name: median(ratios(lines[name])) for name in OURS}
    targets = tuple(Target(f"two threads against one, {TITLES[name]}", ratio, TIMES) for name, ratio in found.items())
    return Part("Two threads in one process", (about, table(HEADS, rows)), targets)


def row(title: str, pairs: Sequence[Line]) -> list[str]:
    """Give the figures of one job."""
    found = ratios(pairs)
    work = median(pair["two"]["processor"] / pair["one"]["processor"] / 2 for pair in pairs)
    disturbed = median(pair["one"]["wall"] / pair["one"]["processor"] for pair in pairs)
    return [title, f"{median(found):.2f}", f"{min(found):.2f} to {max(found):.2f}", f"{work:.2f}", f"{disturbed:.2f}"]


def ratios(pairs: Sequence[Line]) -> list[float]:
    """Give how many times one thread's throughput two have, pair by pair.

    >>> ratios([{"one": {"wall": 3.0}, "two": {"wall": 4.0}}])
    [1.5]
    """
    return [2 * pair["one"]["wall"] / pair["two"]["wall"] for pair in pairs]
