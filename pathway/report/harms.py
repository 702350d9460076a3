"""What is said about harm by waiting: that it is not modelled, or which hazards are and whom they harmed."""

from __future__ import annotations

from pathway import words
from pathway.graph import Activity, Harm, readable
from pathway.report import tables
from pathway.report.material import Material
from pathway.report.naming import capitalised
from pathway.report.numbers import say_number, say_share


def harms_of(material: Material) -> dict[str, tuple[Harm, list[str]]]:
    """Give the hazards of a scenario by name, each with the titles of what those it harms wait for."""
    found: dict[str, tuple[Harm, list[str]]] = {}
    for name, state in sorted(material.scenario.pathway.states.items()):
        if isinstance(state, Activity) and state.harm:
            found.setdefault(state.harm.name, (state.harm, []))[1].append(material.states[name])
    return found


def say_harms(material: Material, nothing: str) -> str:
    """Name each hazard with what it did in a year; `nothing` is the word said where there is none."""
    found = harms_of(material)
    if not found:
        return material.text(nothing)
    figures = tables.wide(material.intervals, "harm")
    said = [
        material.text(
            "harm.each",
            name=harm.title or capitalised(readable(name)),
            share=say_share(harm.per_week),
            activities=words.listed(titles),
            to=material.states[harm.to],
            number=say_number(figures["per_year"].get((name, ""))),
        )
        for name, (harm, titles) in found.items()
    ]
    return material.text("harm.some", harms=" ".join(said))
