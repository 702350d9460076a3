"""The section on abbreviations: those that occur in the scenario's own titles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pathway import words
from pathway.report.blocks import Section, Table
from pathway.report.material import Material

PREFIX = "abbreviation."


def abbreviations(material: Material) -> Section | None:
    """What the abbreviations in the titles of steps, resources, clocks and targets stand for."""
    titles = " ".join(_titles(material))
    known = [key.removeprefix(PREFIX) for key in words.catalogue() if key.startswith(PREFIX)]
    used = sorted((name for name in known if re.search(rf"\b{name}\b", titles)), key=str.lower)
    if not used:
        return None
    text = material.text
    lines = tuple((name, text(PREFIX + name)) for name in used)
    made = Table((text("abbreviations.short"), text("abbreviations.long")), lines)
    return Section("abbreviations", text("abbreviations.title"), "", (made,))


def _titles(material: Material) -> Iterator[str]:
    for titles in (material.states, material.resources, material.clocks, material.streams):
        yield from titles.values()
    for named in (material.scenario.targets, material.scenario.volumes.values()):
        yield from (each.title for each in named)
