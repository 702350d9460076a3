"""The section that draws the pathway with its flows and waits: all of it by phase, then each phase step by step."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pathway import words
from pathway.graph import Activity
from pathway.report import tables
from pathway.report.blocks import Block, Paragraph, Section, drawn
from pathway.report.drawing import Box, Way, part, passed_over, phase_title, phases_of, picture, shortened
from pathway.report.material import Material
from pathway.report.numbers import say_number

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

LONG, VERY_LONG = 7.0, 28.0  # days of median wait from which a box is marked
MANY, MOST = 0.15, 0.3  # of a phase's patients: going this way, coming this way, to be in the overview
LEAST = 0.5  # patients a year below which a way is not drawn
SHORTEST = 0.05  # days below which nobody is said to wait

Flow = Mapping[tuple[str, str], float]


def pathway_map(material: Material) -> Section | None:
    """The pathway with its flows and waits."""
    graph, flow = material.scenario.pathway.graph, flows(material)
    if not flow:
        return None
    text, days = material.text, _days(material)
    phases = phases_of(graph, days)
    boxes, ways = _boxes(material, flow), _ways(material, flow)
    blocks: list[Block] = [Paragraph(text("map.pointing"), "small screen")]
    blocks += [] if not phases else [_overview(material, flow, boxes, ways, days)]
    for title, members, shown, between in _by_phase(material, phases, boxes, ways):
        steps = [name for name in members if isinstance(graph.nodes[name]["state"], Activity)]
        busiest = max(steps or members, key=lambda name: volume(name, material, flow))
        number = say_number(volume(busiest, material, flow))
        caption = text("map.caption", name=material.states[busiest], number=number)
        blocks.append(drawn(picture(shown, between), caption, title=phase_title(title)))
    return Section("map", text("map.title"), text("map.note"), tuple(blocks))


def steps_by_phase(material: Material) -> dict[str, tuple[list[Box], list[Way]]]:
    """Give by the title of each phase what a drawing of it shows, step by step (see `drawing.picture`)."""
    flow = flows(material)
    boxes, ways = _boxes(material, flow), _ways(material, flow)
    phases = phases_of(material.scenario.pathway.graph, _days(material))
    return {
        phase_title(title): (shown, between) for title, _, shown, between in _by_phase(material, phases, boxes, ways)
    }


def _by_phase(
    material: Material, phases: Mapping[str, frozenset[str]], boxes: Mapping[str, Box], ways: list[Way]
) -> Iterator[tuple[str, frozenset[str], list[Box], list[Way]]]:
    """Give what the drawing of each phase shows; all of a small pathway is one phase without a name."""
    graph = material.scenario.pathway.graph
    ways = [way for way in shortened(ways, passed_over(graph)) if not _idle(way, graph)]
    for title, members in phases.items() if phases else [("", frozenset(graph))]:
        shown, between = part(graph, boxes, ways, members)
        if between:
            yield title, members, shown, _numbered(between)


def _days(material: Material) -> dict[str, float]:
    """Give by phase after how many days its steps are reached for the first time, for an average first visit."""
    reached = tables.milestones(material.intervals, material.states, least=0.0)
    kinds = material.scenario.pathway.graph.nodes
    reached = reached[reached["subject"].isin([name for name in kinds if kinds[name]["kind"] != "end"])]
    phases = [kinds[name]["phase"] for name in reached["subject"]]
    sums = reached.assign(days=reached["median"] * reached["count"]).groupby(phases)[["days", "count"]].sum()
    return {str(phase): float(row["days"] / row["count"]) for phase, row in sums.iterrows() if row["count"] > 0}


def _idle(way: Way, graph: nx.DiGraph[str]) -> bool:
    """Tell whether a way only says that of several branches some had nothing to do."""
    return (graph.nodes[way.source]["kind"], graph.nodes[way.target]["kind"]) == ("fork", "join")


def flows(material: Material) -> dict[tuple[str, str], float]:
    """Give the patients a year who go from one state to the next, as seen in the run."""
    frame = material.frame("flows")
    if frame.empty:
        return {}
    means = tables.flows(frame, "per_year")
    found = {(str(row.source), str(row.target)): float(row.per_year) for row in means.itertuples()}
    return _with_branches(found, material.scenario.pathway.graph)


def _with_branches(flow: dict[tuple[str, str], float], graph: nx.DiGraph[str]) -> dict[tuple[str, str], float]:
    """Count every branch that comes to a join; as seen in a log, only the last of them leads on."""
    into, out = defaultdict[str, float](float), defaultdict[str, float](float)
    for (source, target), number in flow.items():
        into[target] += number
        out[source] += 0.0 if graph.nodes[target]["kind"] == "join" else number
    ends = [(source, target) for source, target in graph.edges if graph.nodes[target]["kind"] == "join"]
    return flow | {(source, target): max(into[source] - out[source], 0.0) for source, target in ends}


def volume(name: str, material: Material, flow: Flow) -> float:
    """Count who comes to a state in a year; for a start or a join, who leaves it."""
    side = 0 if material.scenario.pathway.graph.nodes[name]["kind"] in ("start", "join") else 1
    return sum(number for way, number in flow.items() if way[side] == name)


def _boxes(material: Material, flow: Flow) -> dict[str, Box]:
    """Describe every state: its volume, its wait, what it needs."""
    text, found = material.text, {}
    median = tables.pick(material.intervals, "wait", "median")["mean"]
    p90 = tables.pick(material.intervals, "wait", "p90")["mean"]
    for name, data in material.scenario.pathway.graph.nodes(data=True):
        number, wait = say_number(volume(name, material, flow)), _wait(name, median)
        tip = [text("map.tip_volume", number=number)]
        if name in material.growing:
            tip.append(material.say_growth(name))
        elif wait:
            tip.append(text("map.tip_wait", median=say_number(wait), p90=say_number(float(p90.get(name, 0.0)))))
        if needs := getattr(data["state"], "needs", ()):
            names = [material.resources.get(need.any_of[0], need.any_of[0]) for need in needs]
            tip.append(text("map.tip_needs", needs=words.listed(names)))
        below = number + (f" · {_days_waited(wait, material)}" if wait else "")
        if name in material.growing:
            below, wait = f"{number} · {text('grows.grows')}", VERY_LONG
        found[name] = Box(name, data["title"], data["kind"], below, mark(wait), "\n".join(tip))
    return found


def _wait(name: str, median: pd.Series) -> float:
    wait = float(median.get(name, 0.0))
    return wait if wait >= SHORTEST else 0.0  # also for NaN: nobody came


def _days_waited(wait: float, material: Material, *, longest: bool = False) -> str:
    """Write a median wait as it stands in a box: to tenths of a day nobody can plan."""
    if wait < 1:
        return material.text("map.under_a_day")
    return material.text("map.longest_days" if longest else "map.days", number=say_number(wait))


def mark(wait: float) -> int:
    """Say how long a wait of so many days is: 0, 1 long, 2 very long.

    >>> mark(2.0), mark(9.0), mark(30.0)
    (0, 1, 2)
    """
    return (wait >= LONG) + (wait >= VERY_LONG)


def _ways(material: Material, flow: Flow) -> list[Way]:
    """Describe every way that is gone often enough; deadlines lead from everywhere and are left out."""
    graph, found = material.scenario.pathway.graph, []
    for (source, target), number in sorted(flow.items()):
        via = graph.edges[source, target]["via"] if graph.has_edge(source, target) else "deadline"
        if via != "deadline" and number >= LEAST:
            ends = f"{material.states[source]} → {material.states[target]}"
            tip = f"{ends}: {material.text('map.tip_volume', number=say_number(number))}"
            found.append(Way(source, target, number, via, tip=tip))
    return found


def _numbered(ways: list[Way]) -> list[Way]:
    """Write the yearly number on each line that is one of several out of a box."""
    out = [way.source for way in ways]
    return [replace(way, label=f"{way.per_year:,.0f}") if out.count(way.source) > 1 else way for way in ways]


def _overview(
    material: Material, flow: Flow, boxes: Mapping[str, Box], ways: list[Way], days: Mapping[str, float]
) -> Block:
    """Draw the phases as boxes, in the order of `days`, with outcomes and states of no phase as they are."""
    graph = material.scenario.pathway.graph
    group = {
        name: name if data["kind"] == "end" or not data["phase"] else f"phase {data['phase']}"
        for name, data in graph.nodes(data=True)
    }
    merged: dict[tuple[str, str], float] = {}
    for way in ways:
        ends = group[way.source], group[way.target]
        if ends[0] != ends[1]:
            merged[ends] = merged.get(ends, 0.0) + way.per_year
    seen = {end for ends in merged for end in ends}
    shown = [boxes[name] if name in boxes else _phase(material, name, group, flow) for name in sorted(seen)]
    merged = _main(merged)
    label = {box.name: box.label for box in shown}
    tip = {ends: material.text("map.tip_volume", number=say_number(number)) for ends, number in merged.items()}
    between = [
        Way(source, target, number, tip=f"{label[source]} → {label[target]}: {tip[source, target]}")
        for (source, target), number in merged.items()
    ]
    caption = material.text("map.overview_caption", n=len(shown))
    ranks = {box.name: days.get(box.name.removeprefix("phase "), math.inf) for box in shown}
    return drawn(picture(shown, _numbered(between), ranks), caption, title=material.text("map.overview"))


def _main(ways: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Keep the ways that many of a phase's patients go, or by which many come to one."""
    into, out = defaultdict[str, float](float), defaultdict[str, float](float)
    for (source, target), number in ways.items():
        out[source] += number
        into[target] += number
    return {
        (source, target): number
        for (source, target), number in ways.items()
        if number >= MANY * out[source] or number >= MOST * into[target]
    }


def _phase(material: Material, name: str, group: Mapping[str, str], flow: Flow) -> Box:
    """Describe a whole phase: who comes into it, and its longest wait."""
    text, members = material.text, [state for state, phase in group.items() if phase == name]
    inside, kinds = set(members), material.scenario.pathway.graph.nodes
    into = sum(number for (source, target), number in flow.items() if target in inside and source not in inside)
    into += sum(volume(state, material, flow) for state in members if kinds[state]["kind"] == "start")
    median = tables.pick(material.intervals, "wait", "median")["mean"]
    longest = max(members, key=lambda state: _wait(state, median))
    wait, tip = _wait(longest, median), [text("map.tip_volume", number=say_number(into))]
    below = say_number(into) + (f" · {_days_waited(wait, material, longest=True)}" if wait else "")
    if growing := [state for state in material.growing if state in members]:
        tip += [f"{material.states[state]}: {material.say_growth(state)}" for state in growing]
        below, wait = f"{say_number(into)} · {text('grows.grows')}", VERY_LONG
    elif wait:
        tip.append(text("map.tip_longest", name=material.states[longest], median=say_number(wait)))
    title = phase_title(name.removeprefix("phase "))
    return Box(name, title, "activity", below, mark(wait), "\n".join(tip))
