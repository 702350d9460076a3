"""The base hospital: how many times as quick the compiled engine is as the one on SimPy."""

from __future__ import annotations

from statistics import mean

from benchmarks.tables import Part, Target, table
from benchmarks.turns import Options, said, tell

TIMES = 50.0


def part(options: Options) -> Part:
    """Simulate a few replications of the base hospital on both engines, in turns."""
    tell("the base hospital on both engines")
    line = said("runs.base_pair", ["--replications", str(options.of(2, 1)), *(["--quick"] * options.quick)])
    seconds, visits = line["seconds"], mean(line["visits"])
    rows = [
        [f"pathway, {title}", f"{mean(seconds[engine]):.2f}", f"{visits / mean(seconds[engine]):,.0f}"]
        for engine, title in (("compiled", "compiled engine"), ("simpy", "SimPy engine"))
    ]
    about = (
        f"Ten years of warm-up and the reported year, {visits:,.0f} visits; means of {len(line['visits'])} "
        f"replications simulated by both in turns. Their logs are {'' if line['same'] else '**not** '}the same, "
        "row by row."
    )
    heads = ["engine", "processor seconds a replication", "visits a second"]
    times = mean(seconds["simpy"]) / mean(seconds["compiled"])
    target = Target("base hospital, compiled engine against the SimPy engine", times, TIMES)
    return Part("The base hospital on both engines", (about, table(heads, rows)), (target,))
