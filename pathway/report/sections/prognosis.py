"""The section on survival: what was drawn beside what the scenario says is to be drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pathway.clock import NEVER
from pathway.graph import describe_when, readable
from pathway.report import tables
from pathway.report.blocks import Section, table
from pathway.report.harms import say_harms
from pathway.report.material import Material
from pathway.report.naming import capitalised, category
from pathway.report.numbers import MISSING, say_number, say_share
from pathway.report.saying import spread

if TYPE_CHECKING:
    from pathway.graph import AnyState, Comparison, Draw
    from pathway.graph.records import Row

MONTH = 30.4375 * 24 * 60
PROGNOSIS, SURVIVAL = "prognosis", "survival"  # the attributes by which a pathway states them


def survival(material: Material) -> Section | None:
    """Survival as it was put in, to be checked and not to be believed as a result."""
    text, frame = material.text, tables.wide(material.intervals, "prognosis")
    if frame.empty:
        return None
    lines = []
    for (subject, _), row in frame.iterrows():
        put_in, source = _input(material, str(subject))
        lines.append(
            (
                _title(material, str(subject)),
                put_in,
                source,
                say_number(row.get("median_months")),
                say_share(row.get("five_year_share")),
                say_number(row.get("count")),
            )
        )
    keys = ("prognosis", "put_in", "source", "median_months", "five_years", "drawn")
    made = table([text(f"outcomes.{key}") for key in keys], lines, text=3)
    note = text("outcomes.prognosis_note", harm=say_harms(material, "harm.none_prognosis"))
    return Section("prognosis", text("outcomes.prognosis_title"), note, (made,))


def _title(material: Material, name: str) -> str:
    """Name a group as the treatment or the state of that name, if there is one."""
    return material.states.get(name) or capitalised(category(material.scenario, name) or readable(name))


def _input(material: Material, name: str) -> tuple[str, str]:
    """Say what survival is drawn from in a group, and the source of that."""
    attribute = material.scenario.pathway.attributes.get(PROGNOSIS)
    if attribute is None or name not in attribute.values:
        return MISSING, MISSING
    code = attribute.values.index(name)
    states = [state for state in material.scenario.pathway.states.values() if _draw(state, SURVIVAL)]
    own = [state for state in states if code in _codes(_draw(state, PROGNOSIS))]
    for state in own or [state for state in states if not _draw(state, PROGNOSIS)]:
        rows = list(_rows(state, code))
        if rows:
            said = material.text("outcomes.separator").join(_say(material, row) for row in rows)
            return said, state.source or MISSING
    return MISSING, MISSING


def _draw(state: AnyState, attribute: str) -> Draw | None:
    return next((each.draw for each in state.sets if each.attribute == attribute), None)


def _codes(draw: Draw | None) -> list[int]:
    return [int(row.sampler.parameters[0]) for row in draw.rows] if draw else []


def _rows(state: AnyState, code: int) -> Iterator[Row]:
    """Give the rows of the survival draw that a group can meet, the first that surely holds being the last."""
    drawn, groups = _draw(state, SURVIVAL), _draw(state, PROGNOSIS)
    taken = [row.when for row in groups.rows[: _codes(groups).index(code)]] if groups else []
    given = groups.rows[_codes(groups).index(code)].when if groups else ()
    for row in drawn.rows if drawn else ():
        others = [each for each in row.when if not _is_group(each, code) and each not in given]
        if any(each.name == PROGNOSIS for each in others) or (row.when and row.when in taken):
            continue
        yield type(row)(tuple(others), row.sampler)
        if not others:
            return


def _is_group(comparison: Comparison, code: int) -> bool:
    return (comparison.name, comparison.operator, comparison.right) == (PROGNOSIS, "==", code)


def _say(material: Material, row: Row) -> str:
    """Say the median of what is drawn, and when."""
    middle = spread(row.sampler)[1]
    said = (
        material.text("outcomes.never")
        if middle >= NEVER
        else material.text("outcomes.median", n=say_number(middle / MONTH))
    )
    if not row.when:
        return said
    pathway = material.scenario.pathway
    when = describe_when(row.when, pathway.attributes, states=pathway.states)
    return material.text("outcomes.when", when=when, said=said)
