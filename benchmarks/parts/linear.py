"""Whether time and memory grow no faster than the visits of a run, up to ten million."""

from __future__ import annotations

from math import nan

from benchmarks.parts.speed import FLOOR
from benchmarks.tables import Part, Target, table
from benchmarks.turns import Line, Options, said, tell

MODELS = {
    "network": "six stations, four times as busy and as quick",
    "base": "the base hospital, 580 referrals for 560",
}
SIZES = {100_000: 5, 1_000_000: 3, 10_000_000: 1}  # visits, and how often such a run is timed
QUICK = {5_000: 1, 10_000: 1}
KEPT = 0.9
HEADS = [
    "run without warm-up", "visits", "processor s", "of which the system's", "visits a second", "of its own time",
    "log, bytes a visit", "peak of the process, MB", "the run's own, bytes a visit",
]  # fmt: skip


def part(options: Options) -> Part:
    """Lengthen the network and the base hospital, and measure each length in a process of its own."""
    sizes = QUICK if options.quick else SIZES
    lines = {(model, size): long_run(model, size, runs) for model in MODELS for size, runs in sizes.items()}
    rows = [row(MODELS[model], line) for (model, _), line in lines.items()]
    widths = next(line["bytes"] for (model, _), line in lines.items() if model == "base")
    about = (
        f"Each run a process of its own; the median of {', '.join(map(str, sizes.values()))} runs, none with tables of "
        "an earlier one. *The system's*: handing out memory page by page, on a virtual machine some seconds a "
        "gigabyte; *of its own time*: visits a second without that. The loop in C, with 30 bytes a visit, keeps "
        f"{floor_kept(options):.0%} of its visits a processor second from the middle length to the longest. *The run's "
        "own*: what the process held at its peak beyond what it held before, its log included. "
        f"A row of a visit takes {widths['visit']} bytes in the log, one of a hold {widths['hold']}."
    )
    return Part("Up to ten million visits in one run", (about, table(HEADS, rows)), targets(lines, list(sizes)))


def long_run(model: str, visits: int, runs: int) -> Line:
    """Measure one length of one model."""
    tell(f"{MODELS[model]}, {visits:,} visits")
    return said("runs.long_run", ["--model", model, "--visits", str(visits), "--runs", str(runs)])


def row(title: str, line: Line) -> list[str]:
    """Give the figures of one length."""
    visits, own = line["visits"], line["peak"] - line["before"]
    seconds = [f"{line['own'] + line['system']:.2f}", f"{line['system']:.2f}"]
    speeds = [f"{each(line):,.0f}" for each in (speed, own_speed)]
    memory = [f"{line['log'] / visits:.0f}", f"{line['peak'] / 1e6:,.0f}", f"{own / visits:.0f}"]
    return [title, f"{visits:,}", *seconds, *speeds, *memory]


def speed(line: Line) -> float:
    """Visits a second of processor time."""
    return float(line["visits"] / (line["own"] + line["system"]))


def own_speed(line: Line) -> float:
    """Visits a second of the process's own time: without what the system takes to hand out memory."""
    return float(line["visits"] / line["own"])


def floor_kept(options: Options) -> float:
    """Give the visits a second that the loop in C keeps on a run ten times as long, likewise of processor time."""
    lengths = [str(options.of(days, days // 100)) for days in (20_000, 200_000)]
    asked = ("--seed", "1", "--backlog", "0", "--replications", "1")
    shorter, longer = (said(f"tools.{FLOOR}", [*asked, "--days", days]) for days in lengths)
    if shorter.get("missing"):
        return nan
    return float(longer["visits"] / longer["processor"] * shorter["processor"] / shorter["visits"])


def targets(lines: dict[tuple[str, int], Line], sizes: list[int]) -> tuple[Target, ...]:
    """What is asked: visits a second kept by the longest run, beside one a tenth as long; narrow rows."""
    *_, middle, longest = sizes
    kept = [
        Target(f"visits a second kept from {middle:,} to {longest:,} visits, {title}{which}",
               of(lines[model, longest]) / of(lines[model, middle]), KEPT, "%")
        for model, title in MODELS.items()
        for of, which in ((speed, ""), (own_speed, ", of its own time"))
    ]  # fmt: skip
    widths = lines["base", longest]["bytes"]
    narrow = [
        Target("a row of a visit in the log", widths["visit"], 40, "bytes", at_most=True),
        Target("a row of a hold in the log", widths["hold"], 32, "bytes", at_most=True),
    ]
    return (*kept, *narrow)
