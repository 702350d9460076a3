"""Whether a waiting list of 50,000 slows an engine down."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.parts.speed import FLOOR, OURS, TOOLS
from benchmarks.tables import Part, Target, table
from benchmarks.turns import Options, Series, take_turns

BACKLOGS = (0, 5_000, 50_000)
KEPT = 0.9
QUICK, SLOW = (FLOOR, OURS), ("ours",)
DAYS = 20_000  # so long that the day on which all come is nothing beside them


def part(options: Options) -> Part:
    """Measure our engines, and the loop in C, on the network with nobody, thousands and 50,000 waiting."""
    found = {backlog: measured(options, backlog) for backlog in BACKLOGS}
    there = [tool for tool in (*QUICK, *SLOW) if not found[0][tool].missing]
    kept = {tool: [found[backlog][tool].speed / found[0][tool].speed for backlog in BACKLOGS] for tool in there}
    heads = ["visits a second", *(f"{each:,} come at once" for each in BACKLOGS), "kept under the longest"]
    speeds = {tool: [f"{found[backlog][tool].speed:,.0f}" for backlog in BACKLOGS] for tool in there}
    rows = [[TOOLS[tool], *speeds[tool], f"{kept[tool][-1]:.0%}"] for tool in there]
    about = (
        f"The network again, {DAYS:,} days in one replication; all come on the first day, before station 2, and "
        f"{found[BACKLOGS[-1]][OURS].waiting:,} still wait at the end of the longest. SimPy's own priority "
        "resource sorts its whole queue at each request and is left out."
    )
    target = Target("visits a second kept with 50,000 waiting, compiled engine", kept[OURS][-1], KEPT, "%")
    return Part("A waiting list of 50,000", (about, table(heads, rows)), (target,))


def measured(options: Options, backlog: int) -> dict[str, Series]:
    """Measure with one backlog: the quick tools in every round, the SimPy engine once."""
    asked = ["--days", str(DAYS), "--replications", "1"]
    quick = take_turns(QUICK, options, backlog=backlog, asked=asked)
    return quick | take_turns(SLOW, replace(options, rounds=1), backlog=backlog, asked=asked)
