"""The items of STRESS-DES that the model answers: diagram, logic, algorithms, and its components."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pathway import words
from pathway.clock import say_sessions
from pathway.graph import Activity, Delay, readable, to_mermaid
from pathway.report.blocks import Block, Paragraph, table
from pathway.report.drawing import WHOLE, phase_title, phases_of
from pathway.report.numbers import MISSING, say_number, say_share
from pathway.scenario import booked_activities
from pathway.scenario.sources import compact

if TYPE_CHECKING:
    from pathway.report.stress_study import About

LEAST_WAYS = 3  # ways between two phases that are drawn


def diagram(about: About) -> Iterator[Block]:
    """Draw the pathway: all of it if it is small, else its phases."""
    graph = about.scenario.pathway.graph
    if len(graph) <= WHOLE:
        yield Paragraph(to_mermaid(about.scenario.pathway), "mermaid")
    else:
        yield Paragraph("\n".join(_phases(about)), "mermaid")
        yield Paragraph(about.text("diagram_phases", least=LEAST_WAYS))
    yield Paragraph(about.text("diagram_more"))


def _phases(about: About) -> Iterator[str]:
    graph = about.scenario.pathway.graph
    groups = phases_of(graph)
    of = {name: phase for phase, members in groups.items() for name in members}
    ids = {phase: f"p{number}" for number, phase in enumerate(groups)}
    yield "flowchart LR"
    for phase, number in ids.items():
        yield f'  {number}["{phase_title(phase).replace(chr(34), chr(39))}"]'
    ways = Counter(
        (of[one], of[two])
        for one, two, via in graph.edges(data="via")
        if via != "deadline" and one in of and two in of and of[one] != of[two]
    )
    most = {one: max(n for (start, _), n in ways.items() if start == one) for one, _ in ways}
    for (one, two), count in sorted(ways.items()):
        if count >= LEAST_WAYS or count == most[one]:
            yield f"  {ids[one]} --> {ids[two]}"


def base_logic(about: About) -> Iterator[Block]:
    """Count what the pathway is made of, by phase."""
    graph = about.scenario.pathway.graph
    kinds = Counter(kind for _, kind in graph.nodes(data="kind"))
    said = words.listed(f"{n} × {about.speaker.text(f'show.kinds_{kind}')}" for kind, n in sorted(kinds.items()))
    yield Paragraph(about.text("logic", n=len(graph), kinds=said))
    columns = [about.text(key) for key in ("phase", "states", "holds")]
    rows = []
    for phase, members in phases_of(graph).items():
        acting = sorted(about.titles[name] for name in members if graph.nodes[name]["kind"] == "activity")
        rows.append((phase_title(phase), str(len(members)), words.clauses(acting) or MISSING))
    if rows:
        yield table(columns, rows, text=3)
    for deadline in about.scenario.pathway.deadlines.values():
        to = about.titles.get(deadline.to, deadline.to)
        yield Paragraph(about.text("deadline", name=readable(deadline.name), attribute=deadline.attribute, state=to))


def algorithms(about: About) -> Iterator[Block]:
    """Say which of the program's rules this model uses, and how often."""
    activities = [state for state in about.scenario.pathway.states.values() if isinstance(state, Activity)]
    resources = about.scenario.resources.values()
    used = {
        "arrivals": len(about.scenario.streams),
        "lists": len(booked_activities(about.scenario)),
        "meetings": sum(state.meeting is not None for state in activities),
        "sessions": sum(state.fits for state in activities),
        "missed": sum(state.no_show is not None or state.cancelled is not None for state in activities),
        "ageing": sum(state.ageing is not None for state in activities),
        "preempt": sum(state.preempt for state in activities),
        "learning": sum(bool(state.learning) for state in activities),
        "harms": sum(state.harm is not None for state in activities),
        "breakdowns": sum(each.breakdown is not None for each in resources),
    }
    rows = [(about.text(f"rule_{name}"), str(number)) for name, number in used.items() if number]
    yield table([about.text("rule"), about.text("used")], rows, text=1)
    yield Paragraph(about.text("rules_more"))


def entities(about: About) -> Iterator[Block]:
    """List the patients' streams and attributes."""
    attributes = about.scenario.pathway.attributes
    yield Paragraph(about.text("entities", n=len(attributes)))
    written = about.tree("attributes")
    rows = [
        (each.title or readable(name), about.text(f"kind_{each.kind}"), compact(about.of(written, name, "draw")))
        for name, each in attributes.items()
    ]
    if rows:
        yield table([about.text(key) for key in ("attribute", "kind", "drawn")], rows, text=3)


def activities(about: About) -> Iterator[Block]:
    """List what takes time: how long, and with what."""
    states = about.scenario.pathway.states
    rows = [
        (about.titles[name], about.speaker.duration(state), about.speaker.needs(state), about.speaker.onward(state))
        for name, state in sorted(states.items(), key=lambda pair: (pair[1].phase, about.titles[pair[0]]))
        if isinstance(state, Activity | Delay)
    ]
    yield table([about.text(key) for key in ("step", "duration", "needs", "onward")], rows, text=4)


def resources(about: About) -> Iterator[Block]:
    """List what is needed, how much of it there is, when it is open, and for how many activities."""
    users: Counter[str] = Counter()
    for state in about.scenario.pathway.states.values():
        users.update({name for need in getattr(state, "needs", ()) for name in need.any_of})
        meeting = getattr(state, "meeting", None)
        users.update(name for name, _ in meeting.team) if meeting is not None else None
    rows = []
    for name, each in about.scenario.resources.items():
        calendar = about.scenario.calendars.get(each.calendar)
        opening = say_sessions(calendar) if calendar else readable(each.calendar)
        rows.append(
            (
                each.title or readable(name),
                about.speaker.text(f"resource_kind.{each.kind}"),
                opening,
                str(each.capacity),
                str(users[name]),
            )
        )
    yield table([about.text(key) for key in ("resource", "kind", "opening", "units", "users")], rows, text=3)


def queues(about: About) -> Iterator[Block]:
    """Say in which order who waits is served, and what else governs waiting, activity by activity."""
    yield Paragraph(about.text("queues", policy=about.text(f"queue_{about.scenario.run.queue}")))
    written = about.tree("pathway", "states")
    rows = []
    for name, state in about.scenario.pathway.states.items():
        priority = about.of(written, name, "priority")
        said = about.speaker.rules(state)
        if priority is not None or said != MISSING:
            rows.append((about.titles[name], compact(priority) or MISSING, said))
    if rows:
        yield table([about.text(key) for key in ("step", "priority", "waiting")], rows, text=3)


def entry_and_exit(about: About) -> Iterator[Block]:
    """List where patients come from, how many, and where they end."""
    rows = [
        (each.title or readable(name), say_number(each.per_year), say_share(each.growth))
        for name, each in about.scenario.streams.items()
    ]
    yield table([about.text(key) for key in ("stream", "per_year", "growth")], rows)
    yield Paragraph(about.text("arrivals"))
    graph = about.scenario.pathway.graph
    ends = [about.titles[name] for name, kind in graph.nodes(data="kind") if kind == "end"]
    yield Paragraph(about.text("ends", names=words.clauses(ends)))
