"""The page of a scenario before it is run: the pathway drawn, its steps, resources and calendars in words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.clock import say_range, say_sessions
from pathway.graph import readable
from pathway.report.blocks import Block, Drawn, Folded, Section, drawn, table
from pathway.report.drawing import Box, Way, part, passed_over, phase_title, phases_of, picture, shortened
from pathway.report.numbers import MISSING, say_number, say_share
from pathway.report.rendering import render, write_page
from pathway.report.saying import FEW_RULES, Speaker, say_sampler, say_time
from pathway.report.sections.sources import by_part
from pathway.scenario import sourcing

if TYPE_CHECKING:
    from pathway.scenario import Scenario
    from pathway.scenario.records import Resource

ALL = 0.9995  # a share that is printed as 100 %
SHOWN = 6  # conditions of a way that are said when one points at it


def write_drawing(scenario: Scenario, path: Path | str) -> Path:
    """Write the page that shows a scenario as one HTML file (see `show_html`).

    Examples
    --------
    >>> import tempfile
    >>> from pathway.scenario import load_scenario
    >>> write_drawing(load_scenario("mmc"), Path(tempfile.mkdtemp()) / "pathway.html").name
    'pathway.html'
    """
    return write_page(show_html(scenario), path)


def show_html(scenario: Scenario) -> str:
    """Give the page that shows what a scenario says: its pathway drawn, and everything in words and tables.

    Parameters
    ----------
    scenario
        The scenario; it is not run.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> "One queue and three servers" in show_html(load_scenario("mmc"))
    True
    """
    graph = scenario.pathway.graph
    speaker = Speaker(scenario, {name: data["title"] for name, data in graph.nodes(data=True)})
    makers = (_map, _states, _decisions, _resources, _calendars, _sources)
    sections = [make(speaker) for make in makers]
    title = scenario.title or scenario.name
    return render(
        "show.html.j2",
        title=words.text("show.title", title=title),
        heading=title,
        question=scenario.question.strip(),
        sections=[section for section in sections if section.blocks],
    )


def _map(speaker: Speaker) -> Section:
    """Draw the pathway by phase; lines say the share that goes there, where it depends on nothing."""
    graph, text = speaker.scenario.pathway.graph, speaker.text
    boxes = {
        name: Box(name, data["title"], data["kind"], below=_below(speaker, name), tip=_tip(speaker, name))
        for name, data in graph.nodes(data=True)
    }
    ways = [
        Way(source, target, math.nan, data["via"], _share(data["weight"]), tip="\n".join(data["when"][:SHOWN]))
        for source, target, data in graph.edges(data=True)
        if data["via"] != "deadline"
    ]
    phases = phases_of(graph)
    blocks: list[Block] = [_overview(speaker, boxes)] if phases else []
    ways = shortened(ways, passed_over(graph))
    for phase, members in (phases or {"": frozenset(graph)}).items():
        shown, between = part(graph, boxes, ways, members)
        steps = sum(box.kind != "elsewhere" for box in shown)
        caption = text("show.map_caption", n=steps, edges=len(between))
        if between:
            blocks.append(drawn(picture(shown, map(_labelled, between)), caption, title=phase_title(phase)))
    return Section("map", text("map.title_plain"), text("show.map_note"), tuple(blocks))


def _overview(speaker: Speaker, boxes: Mapping[str, Box]) -> Drawn:
    """Draw the phases and the outcomes, with the ways by which many steps of a phase lead on."""
    graph = speaker.scenario.pathway.graph
    group = {
        name: name if data["kind"] == "end" or not data["phase"] else f"phase {data['phase']}"
        for name, data in graph.nodes(data=True)
    }
    found: Counter[tuple[str, str]] = Counter()
    for source, target, via in graph.edges(data="via"):
        if via != "deadline" and group[source] != group[target]:
            found[group[source], group[target]] += 1
    out = {source: max(n for ends, n in found.items() if ends[0] == source) for source, _ in found}
    into = {target: max(n for ends, n in found.items() if ends[1] == target) for _, target in found}
    kept = [ends for ends, n in found.items() if n == out[ends[0]] or n == into[ends[1]]]
    shown = [
        boxes.get(name) or Box(name, phase_title(name.removeprefix("phase ")), "activity")
        for name in sorted({end for ends in kept for end in ends})
    ]
    caption = speaker.text("show.overview_caption", n=len(shown))
    between = [Way(source, target, math.nan) for source, target in kept]
    return drawn(picture(shown, between), caption, title=speaker.text("show.overview"))


def _share(weight: float | None) -> float:
    return math.nan if weight is None else weight


def _labelled(way: Way) -> Way:
    """Write on a line the share that goes there, where it is known and not all."""
    return way if math.isnan(way.share) or way.share > ALL else replace(way, label=say_share(way.share))


def _below(speaker: Speaker, name: str) -> str:
    """Write in a box how long the step is booked for."""
    planned = getattr(speaker.scenario.pathway.states[name], "planned", 0)
    return say_time(planned) if planned else ""


def _tip(speaker: Speaker, name: str) -> str:
    state = speaker.scenario.pathway.states[name]
    said = (speaker.duration(state), speaker.needs(state), speaker.rules(state))
    return "\n".join(each for each in said if each != MISSING)


def _states(speaker: Speaker) -> Section:
    """List the steps, a table for each phase; what takes no time says nothing there but where it leads."""
    graph, text = speaker.scenario.pathway.graph, speaker.text
    columns = [text(f"show.{key}") for key in ("state", "duration", "needs", "wait_rules", "to", "source")]
    groups = phases_of(graph)
    rest = frozenset(graph) - {name for members in groups.values() for name in members}
    blocks: list[Block] = []
    for phase, members in [*groups.items(), ("", rest)]:
        lines = [_line(speaker, name) for name in sorted(members, key=lambda each: speaker.titles[each])]
        if lines:
            made = table(columns, lines, text=len(columns))
            title = text("show.steps_of", phase=phase_title(phase) or text("show.rest"), n=len(lines))
            blocks.append(Folded(title, (made,)) if groups else made)
    return Section("steps", text("show.states"), "", tuple(blocks))


def _line(speaker: Speaker, name: str) -> tuple[str, ...]:
    state, graph = speaker.scenario.pathway.states[name], speaker.scenario.pathway.graph
    takes = speaker.duration(state)
    if takes == MISSING:  # no time: say what it is instead
        takes = speaker.text(f"show.kinds_{graph.nodes[name]['kind']}")
    said = (speaker.needs(state), speaker.rules(state), speaker.onward(state))
    return speaker.titles[name], takes, *said, state.source or MISSING


def _decisions(speaker: Speaker) -> Section:
    """Give every decision of many rules as a table of its own."""
    text, made = speaker.text, []
    for name in sorted(speaker.titles, key=lambda each: speaker.titles[each]):
        lines = speaker.decision_table(speaker.scenario.pathway.states[name])
        if len(lines) > FEW_RULES:
            made.append(table([text("show.if"), text("show.then")], lines, text=2, title=speaker.titles[name]))
    blocks = (Folded(text("show.decisions_of", n=len(made)), tuple(made)),) if made else ()
    return Section("decisions", text("show.decisions"), text("show.decisions_note"), blocks)


def _resources(speaker: Speaker) -> Section:
    text, scenario = speaker.text, speaker.scenario
    lines = []
    for name, each in scenario.resources.items():
        missing = [f"{say_range(leave.when)}: −{leave.units} {leave.who}".strip() for leave in each.leave]
        leave = words.clauses([*missing, *_beyond_roster(speaker, each)])
        kind = text(f"resource_kind.{each.kind}")
        calendar = _calendar_title(speaker, each.calendar)
        numbers = (say_number(each.capacity), leave or MISSING, each.source or MISSING)
        lines.append((each.title or readable(name), kind, calendar, *numbers))
    columns = [text(f"show.{key}") for key in ("resource", "kind", "opening", "capacity", "leave", "source")]
    blocks = (table(columns, lines, text=len(columns)),) if lines else ()
    return Section("resources", text("show.resources"), "", blocks)


def _beyond_roster(speaker: Speaker, resource: Resource) -> Iterator[str]:
    if resource.breakdown:
        spells = {"after": resource.breakdown.after, "repair": resource.breakdown.repair}
        said = {name: say_sampler(spell) for name, spell in spells.items()}
        yield speaker.text("show.breakdown", **said)
    if resource.discharge:
        opens, closes = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in resource.discharge)
        yield speaker.text("show.discharge", opens=opens, closes=closes)


def _calendars(speaker: Speaker) -> Section:
    text, scenario = speaker.text, speaker.scenario
    lines = [
        (_calendar_title(speaker, name), say_sessions(each), words.listed(_users(speaker, name)) or MISSING)
        for name, each in scenario.calendars.items()
    ]
    columns = [text(f"show.{key}") for key in ("calendar", "opening", "used_by")]
    return Section("calendars", text("show.calendars"), "", (table(columns, lines, text=3),) if lines else ())


def _calendar_title(speaker: Speaker, name: str) -> str:
    known = speaker.scenario.calendars.get(name)
    return known.title if known and known.title else readable(name)


def _users(speaker: Speaker, calendar: str) -> Iterator[str]:
    """Name what keeps a calendar: resources, and activities that are meetings."""
    for name, each in speaker.scenario.resources.items():
        if each.calendar == calendar:
            yield each.title or readable(name)
    for name, state in speaker.scenario.pathway.states.items():
        meeting = getattr(state, "meeting", None)
        if meeting is not None and meeting.calendar == calendar:
            yield speaker.titles[name]


def _sources(speaker: Speaker) -> Section:
    """List every number with where it comes from."""
    found = sourcing(speaker.scenario)
    title = speaker.text("show.numbers", n=len(found))
    folded = Folded(title, tuple(by_part(speaker.scenario, found)))
    return Section("sources", speaker.text("sources.every"), "", (folded,) if found else ())
