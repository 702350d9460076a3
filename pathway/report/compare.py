"""Scenarios side by side: the answer in sentences, then verdicts, numbers, charts, and what their files change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway.report import tables
from pathway.report.blocks import Block, Folded, Paragraph, Section, Table
from pathway.report.bottleneck import bottleneck
from pathway.report.compared import Change, Compared, Pairs, changes, pairs_of
from pathway.report.differing import file_table
from pathway.report.harms import harms_of, say_harms
from pathway.report.losing import losing_blocks, routes_of
from pathway.report.material import Material
from pathway.report.most import most_changed, most_table
from pathway.report.numbers import MISSING, say, say_number
from pathway.report.options import options_page, together
from pathway.report.overlaid import clocks_overlaid, dot_plots, lists_beside
from pathway.report.plain import name_of, plain_sentence
from pathway.report.said import level, sentence, signed
from pathway.report.verdicts import Verdict, verdicts

if TYPE_CHECKING:
    from pathway.experiment import Results

MOST = 40  # figures in the list of what changed most
SAID = 8  # sentences on one scenario
UNSURE = 4  # of these on what it is about and does not surely change


@dataclass(frozen=True, slots=True)
class Terms:
    """How sure the intervals of a comparison are to be, and whether all of them at once (see `Results.compare`)."""

    level: float = 0.95
    simultaneous: str | None = None


AS_USUAL = Terms()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a report says of several scenarios: the page of options, and all that stands behind it."""

    options: Section
    rest: Section


def comparison(results: Results, read: Sequence[Material], terms: Terms) -> Comparison:
    """Compare every scenario with the first: what changes, in words, numbers and charts, and by which change."""
    base, text = read[0], read[0].text
    pairs = pairs_of(results, base.scenario.name, terms.level, terms.simultaneous)
    found = changes(pairs, read)
    sentences = [plain_sentence(base, other, pairs, found) for other in read[1:]]
    lost = {other.scenario.name: routes_of(pairs, base, other) for other in read[1:]}
    blocks: list[Block] = []
    for other in read[1:]:
        blocks += _answer(other, base, [row for rows in found.values() for row in rows])
    blocks.append(_answers(read))
    blocks.append(Paragraph(_note(pairs, base), "note"))
    blocks.append(_numbers(read, found))
    blocks += dot_plots(read, found)
    blocks += [*clocks_overlaid(read), *lists_beside(read)]
    for other in read[1:]:
        blocks += losing_blocks(lost[other.scenario.name], pairs, base, other)
    blocks += _most(pairs, read)
    blocks.append(Paragraph(text("compare.survival", harm=_harm(read)), "small"))
    blocks.append(file_table(read))
    rest = Section("compare", text("compare.title"), "", tuple(blocks))
    return Comparison(options_page(results, read, pairs, sentences, lost), rest)


def _note(pairs: Pairs, base: Material) -> str:
    """Say how to read the changes: whether pairs share their luck, and how sure the intervals are."""
    level = say_number(100 * pairs.level)
    return base.text("compare.note", how=how_paired(pairs, base), level=level, together=together(base, pairs))


def how_paired(pairs: Pairs, base: Material) -> str:
    """Say whether the scenarios share their luck."""
    return base.text("compare.paired" if pairs.frame["paired"].all() else "compare.apart")


def _most(pairs: Pairs, read: Sequence[Material]) -> list[Block]:
    """List what changed most of all figures; behind a line to click, for it is long."""
    rows = most_changed(pairs, read)
    if not rows:
        return []
    table = most_table(rows, read, MOST)
    return [Folded(read[0].text("most.folded", n=len(table.rows)), (table,))]


def _harm(read: Sequence[Material]) -> str:
    """Say of every scenario that has hazards what they did; that there are none, if none has."""
    some = [each for each in read if harms_of(each)]
    said = [each.text("harm.of", name=name_of(each), harm=say_harms(each, "harm.none")) for each in some]
    return " ".join(said) or read[0].text("harm.none")


# ---------------------------------------------------------------- in sentences


def _answer(other: Material, base: Material, rows: Sequence[Change]) -> list[Block]:
    """Say what a scenario changes: what surely does, what it is about, and that nothing else does."""
    text, mine = other.text, [row for row in rows if row.scenario == other.scenario.name]
    name, first = name_of(other), name_of(base)
    if all(row.is_none for row in mine):
        return [Paragraph(text("compare.nothing_at_all", name=name, base=first))]
    if all(math.isnan(row.half) for row in mine):
        return [Paragraph(text("compare.no_precision", name=name, base=first))]
    sure = sorted((row for row in mine if row.is_sure), key=lambda row: (not row.is_meant, row.figure.rank))
    unsure = [row for row in mine if row.is_meant and not row.figure.rank and not row.is_sure]
    said = [*sure[:SAID], *unsure[: max(SAID - len(sure), UNSURE)]]
    blocks = [Paragraph(text("compare.against", name=name, base=first))]
    blocks += [Paragraph(sentence(row, other), "finding") for row in said]
    more = len(sure) - SAID
    rest = text("compare.more", n=more) if more > 0 else text("compare.nothing_else" if said else "compare.nothing")
    return [*blocks, Paragraph(rest, "finding")]


# ---------------------------------------------------------------- verdicts and numbers


def _answers(read: Sequence[Material]) -> Table:
    """Put the verdicts on the targets, and the bottlenecks, side by side."""
    judged = [{each.target: each for each in verdicts(material)} for material in read]
    lines = []
    for target in dict.fromkeys(name for found in judged for name in found):
        cells = [found.get(target) for found in judged]
        lines.append((target, *(MISSING if each is None else _verdict(each, read[0]) for each in cells)))
    bottlenecks = [bottleneck(material) for material in read]
    named = [material.resources.get(name, name) for material, name in zip(read, bottlenecks, strict=True)]
    lines.append((read[0].text("first.bottleneck_title"), *(name or MISSING for name in named)))
    return Table((read[0].text("first.target"), *map(name_of, read)), tuple(lines), title=read[0].text("first.targets"))


def _verdict(found: Verdict, base: Material) -> str:
    verdict = f"{found.symbol} {base.text(f'verdict.{found.verdict}')}"
    return base.text("written.has", what=verdict, value=found.result)


def _numbers(read: Sequence[Material], found: Mapping[Compared, Sequence[Change]]) -> Table:
    """Put every figure of every scenario into a table, with the change in brackets."""
    lines = []
    for figure, rows in found.items():
        by_name = {row.scenario: row for row in rows}
        pairs = [by_name.get(material.scenario.name) for material in read[1:]]
        first = next((level(row.before, row, read[0]) for row in pairs if row is not None), _mean(read[0], figure))
        cells = [_cell(row, material, figure, first) for row, material in zip(pairs, read[1:], strict=True)]
        if any(cell != MISSING for cell in (first, *cells)):
            lines.append((figure.label, first, *cells))
    columns = (read[0].text("compare.measure"), *map(name_of, read))
    title = read[0].text("compare.numbers")
    return Table(columns, tuple(lines), frozenset(range(1, len(columns))), title=title)


def _cell(row: Change | None, material: Material, figure: Compared, first: str) -> str:
    """Write a level and its change; where years without the figure were left out of the pair, from what."""
    if row is None:
        return _mean(material, figure)
    since, now = level(row.before, row, material), level(row.after, row, material)
    if since != first and round(row.before) != round(float(first.split()[0].replace(",", ""))):
        now = material.text("compare.from_to", before=since, after=now)
    return f"{now} ({signed(row, material)})"


def _mean(material: Material, figure: Compared) -> str:
    picked = tables.pick(material.intervals, figure.measure, figure.statistic, figure.part)
    return say(float(picked["mean"].get(figure.subject, math.nan)), figure.unit)
