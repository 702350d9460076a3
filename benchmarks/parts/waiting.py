"""Whether a waiting list of 50,000 slows an engine down."""

from __future__ import annotations

from benchmarks.parts.speed import FLOOR, OURS, TOOLS
from benchmarks.tables import Part, Target, table
from benchmarks.turns import Options, take_turns

BACKLOGS = (0, 5_000, 50_000)
KEPT = 0.9
ASKED = (FLOOR, OURS, "ours")


def part(options: Options) -> Part:
    """Measure our engines, and the loop in C, on the network with nobody, thousands and 50,000 waiting."""
    found = {backlog: take_turns(ASKED, options, backlog=backlog) for backlog in BACKLOGS}
    there = [tool for tool in ASKED if not found[0][tool].missing]
    kept = {tool: [found[backlog][tool].speed / found[0][tool].speed for backlog in BACKLOGS] for tool in there}
    heads = ["visits a second", *(f"{each:,} come at once" for each in BACKLOGS), "kept under the longest"]
    speeds = {tool: [f"{found[backlog][tool].speed:,.0f}" for backlog in BACKLOGS] for tool in there}
    rows = [[TOOLS[tool], *speeds[tool], f"{kept[tool][-1]:.0%}"] for tool in there]
    about = (
        "The network again; all of the backlog come on the first day, before station 2, and "
        f"{found[BACKLOGS[-1]][OURS].waiting:,} still wait at the end of the longest. SimPy's own priority "
        "resource sorts its whole queue at each request and is left out."
    )
    target = Target("visits a second kept with 50,000 waiting, compiled engine", kept[OURS][-1], KEPT, "%")
    return Part("A waiting list of 50,000", (about, table(heads, rows)), (target,))
