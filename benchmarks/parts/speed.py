"""Visits a second on the network of six stations, tool beside tool, and whether they all simulate the same network."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.measuring import DAYS, REPLICATIONS
from benchmarks.network import BACKLOG, exact_waits
from benchmarks.tables import Part, Target, interval, table
from benchmarks.turns import Options, Series, take_turns

OURS, BASE, FLOOR, CIMBA = "ours_compiled", "idiomatic_simpy", "floor", "cimba_network"
TOOLS = {
    FLOOR: "a loop in C for this network alone, gcc -O3",
    OURS: "pathway, compiled engine, full event log",
    CIMBA: "cimba (PyPI), compiled coroutines",
    "ours": "pathway, SimPy engine, full event log",
    BASE: "SimPy, a process a patient, PriorityResource",
    "ciw_network": "Ciw",
}
SHORT = {FLOOR: "loop in C", OURS: "compiled engine", CIMBA: "cimba", "ours": "SimPy engine", BASE: "SimPy",
         "ciw_network": "Ciw"}  # fmt: skip
COROUTINES_IN_C = 21.0  # × idiomatic SimPy: cimba's C library 3.0 on such a network, measured elsewhere in 2026
CALM, LONG = 0, BACKLOG


def part(options: Options) -> Part:
    """Measure every tool on both variants, in turns."""
    calm, long = (take_turns(TOOLS, options, backlog=backlog) for backlog in (CALM, LONG))
    about = (
        f"*Short queues*: {DAYS[False]:,} days. *Overloaded*: {DAYS[True]:,} days that begin with {BACKLOG:,} patients "
        f"before station 2, which cannot keep up: about {long['ours'].waiting:,} wait in the end. The quick ones "
        f"({', '.join(SHORT[tool] for tool in (FLOOR, OURS, CIMBA))}) run {REPLICATIONS} replications at a time. "
        "*Spread*: the fastest round less the slowest, of the median."
    )
    waits = "Mean wait in days, short queues, all replications of all rounds, with 95 % t-intervals; exact: Erlang C."
    body = (about, speeds(calm, long), "### The same network?", waits, mean_waits(calm))
    return Part("Visits a second", body, targets(calm))


def speeds(calm: Mapping[str, Series], long: Mapping[str, Series]) -> str:
    """Visits a second with short queues and with thousands waiting, and how many times idiomatic SimPy."""
    heads = ["tool", "short queues", "× SimPy", "spread", "overloaded", "× SimPy", "kept under overload"]
    rows = []
    for tool, title in TOOLS.items():
        one, other = calm[tool], long[tool]
        if one.missing:
            rows.append([title, one.missing, *[""] * (len(heads) - 2)])
            continue
        rows.append(
            [title, f"{one.speed:,.0f}", f"{one.speed / calm[BASE].speed:.2f}", f"{one.spread:.0%}",
             f"{other.speed:,.0f}", f"{other.speed / long[BASE].speed:.2f}", f"{other.speed / one.speed:.0%}"]
        )  # fmt: skip
    return table(heads, rows)


def mean_waits(calm: Mapping[str, Series]) -> str:
    """Mean waits of every tool beside what theory says exactly."""
    there = {tool: series for tool, series in calm.items() if not series.missing}
    heads = ["station", "exact", *(SHORT[tool] for tool in there)]
    rows = [
        [str(place + 1), f"{exact:.3f}", *(interval([waits[place] for waits in each.waits]) for each in there.values())]
        for place, exact in enumerate(exact_waits())
    ]
    return table(heads, rows)


def targets(calm: Mapping[str, Series]) -> tuple[Target, ...]:
    """What is asked of the compiled engine beside the other tools."""
    ours = calm[OURS].speed
    times = ours / calm[BASE].speed
    found = [
        Target("compiled engine against idiomatic SimPy, visits a second", times, 40),
        Target(
            "against C coroutine engines (cimba's C library: 21 × SimPy, measured elsewhere)", times, COROUTINES_IN_C
        ),
    ]
    if not calm[CIMBA].missing:
        found.append(Target("against cimba from PyPI", ours / calm[CIMBA].speed, 1))
    if not calm[FLOOR].missing:
        found.append(Target("against a loop in C for this network alone", ours / calm[FLOOR].speed, 0.5))
    return tuple(found)
