"""The last section: assumptions, sources, what is not modelled, and how the numbers can be had again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pathway import words
from pathway.clock import MINUTES_PER_DAY, say_sessions
from pathway.graph import readable
from pathway.report.blocks import Block, Folded, Paragraph, Section, Table, table
from pathway.report.drawing import phase_title
from pathway.report.harms import say_harms
from pathway.report.material import Material
from pathway.report.naming import Place, capitalised, part_title, place, say_value
from pathway.report.numbers import MISSING, say_number, say_share
from pathway.scenario import sourcing

if TYPE_CHECKING:
    from pathway.scenario import Scenario
    from pathway.scenario.sources import Sourced

LISTED = 12  # rows of a table that is not folded away


def assumptions(material: Material) -> Section | None:
    """What the numbers rest on."""
    text = material.text
    blocks: list[Block] = [
        *_sourcing(material),
        Paragraph(text("sources.not_modelled_list", harm=say_harms(material, "harm.none_long"))),
        *_present(material),
        *_streams(material),
        *_clocks(material),
        *_parameters(material),
        *_evidence(material),
    ]
    return Section("sources", text("sources.title"), text("sources.note"), tuple(blocks))


def _present(material: Material) -> list[Block]:
    """Say how many were there when the run began."""
    there = sum(row.count for row in material.scenario.patients)
    return [Paragraph(material.text("sources.present", n=there))] if there else []


def _sourcing(material: Material) -> list[Block]:
    """Count what the numbers rest on, and name those that rest on nothing."""
    text, found = material.text, sourcing(material.scenario)
    numbers = {kind: sum(each.kind == kind for each in found) for kind in ("sourced", "assumption", "none")}
    blocks: list[Block] = [Paragraph(text("sources.counts", n=len(found), **numbers))]
    for kind in ("none", "assumption"):
        listed = [each for each in found if each.kind == kind]
        if listed:
            blocks.append(Folded(text(f"sources.{kind}", n=len(listed)), tuple(by_part(material.scenario, listed))))
    return blocks


def by_part(scenario: Scenario, found: Sequence[Sourced]) -> list[Folded]:
    """List numbers with where they come from, in a fold for each part of the scenario; of states, for each phase."""
    groups: dict[str, list[tuple[str, ...]]] = {}
    for each in found:
        where = place(scenario, each.path)
        line = (
            str(where),
            _value(scenario, where, each),
            each.source or words.text("sources.no_source"),
        )
        groups.setdefault(_group(scenario, where), []).append(line)
    columns = [words.text(f"sources.{key}") for key in ("where", "value", "source")]
    return [Folded(f"{title}: {len(lines)}", (table(columns, lines, text=3),)) for title, lines in groups.items()]


def _group(scenario: Scenario, where: Place) -> str:
    if where.part != "states":
        return part_title(where.part)
    state = scenario.pathway.states.get(where.key)
    phase = phase_title(state.phase) if state and state.phase else ""
    return words.listed([words.text("part.states"), *([phase] if phase else [])])


def _value(scenario: Scenario, where: Place, each: Sourced) -> str:
    calendar = scenario.calendars.get(where.key) if where.part == "calendars" else None
    return say_sessions(calendar) if calendar else say_value(scenario, each.written)


def _streams(material: Material) -> list[Block]:
    text = material.text
    lines = [
        (material.streams[name], stream.source or MISSING, say_number(stream.per_year), say_share(stream.growth))
        for name, stream in material.scenario.streams.items()
    ]
    columns = [text("sources.stream"), text("sources.source"), text("sources.per_year"), text("sources.growth")]
    return [table(columns, lines, text=2, title=text("sources.streams"))] if lines else []


def _clocks(material: Material) -> list[Block]:
    text = material.text
    lines = [
        (
            material.clocks[name],
            " ".join(part for part in (clock.jurisdiction, clock.edition) if part) or MISSING,
            clock.source or MISSING,
            text("waits.days", number=say_number(clock.limit / MINUTES_PER_DAY)),
            say_share(clock.share),
        )
        for name, clock in material.scenario.clocks.items()
    ]
    columns = [text(key) for key in ("waits.clock", "sources.rule", "sources.source", "waits.limit", "first.goal")]
    return [table(columns, lines, text=3, title=text("sources.clocks"))] if lines else []


def _parameters(material: Material) -> list[Block]:
    text = material.text
    lines = [
        (
            capitalised(each.title or readable(name)),
            say_value(material.scenario, each.value),
            each.source or MISSING,
        )
        for name, each in material.scenario.parameters.items()
    ]
    columns = [text("sources.name"), text("sources.value"), text("sources.source")]
    made = table(columns, lines, text=3, title=text("sources.parameters"))
    if len(lines) > LISTED:
        return [Folded(f"{made.title}: {len(lines)}", (Table(made.columns, made.rows),))]
    return [made] if lines else []


def _evidence(material: Material) -> list[Block]:
    text = material.text
    lines = [(name, each.tag, each.says) for name, each in material.scenario.evidence.items()]
    columns = [text("sources.name"), text("sources.tag"), text("sources.says")]
    if not lines:
        return []
    return [Folded(text("sources.evidence"), (table(columns, lines, text=3),)), Paragraph(text("sources.letters"))]
