"""Scenarios side by side: the answer in sentences, then verdicts, numbers, charts, and what their files change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pathway import words
from pathway.charts import journey
from pathway.report import tables
from pathway.report.blocks import Block, Paragraph, Section, Table, drawn
from pathway.report.bottleneck import bottleneck
from pathway.report.compared import Change, Compared, changes, chart_rows
from pathway.report.differing import file_table
from pathway.report.harms import harms_of, say_harms
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say
from pathway.report.verdicts import Verdict, verdicts

if TYPE_CHECKING:
    from pathway.experiment import Results

ROUGH = 10  # half an interval from which decimals say nothing
CHARTS = 3  # figures whose differences are drawn
SAID = 8  # sentences on one scenario
UNSURE = 4  # of these on what it is about and does not surely change


def comparison(results: Results, read: Sequence[Material], language: str) -> Section:
    """Compare every scenario with the first: what changes, in words, numbers and charts, and by which change."""
    base = read[0]
    found = changes(results, read)
    blocks: list[Block] = []
    for other in read[1:]:
        blocks += _answer(other, base, [row for rows in found.values() for row in rows])
    blocks.append(_answers(read))
    blocks.append(Paragraph(words.text("compare.note", language), "note"))
    blocks.append(_numbers(read, found))
    blocks += _charts(read, found)
    blocks.append(Paragraph(words.text("compare.survival", language, harm=_harm(read)), "small"))
    blocks.append(file_table(read))
    return Section("compare", words.text("compare.title", language), "", tuple(blocks))


def _harm(read: Sequence[Material]) -> str:
    """Say of every scenario that has hazards what they did; that there are none, if none has."""
    some = [each for each in read if harms_of(each)]
    said = [each.text("harm.of", name=_name(each), harm=say_harms(each, "harm.none")) for each in some]
    return " ".join(said) or read[0].text("harm.none")


# ---------------------------------------------------------------- in sentences


def _answer(other: Material, base: Material, rows: Sequence[Change]) -> list[Block]:
    """Say what a scenario changes: what surely does, what it is about, and that nothing else does."""
    text, mine = other.text, [row for row in rows if row.scenario == other.scenario.name]
    name, first = _name(other), _name(base)
    if all(row.is_none for row in mine):
        return [Paragraph(text("compare.nothing_at_all", name=name, base=first))]
    if all(math.isnan(row.half) for row in mine):
        return [Paragraph(text("compare.no_precision", name=name, base=first))]
    sure = sorted((row for row in mine if row.is_sure), key=lambda row: (not row.is_meant, row.figure.rank))
    unsure = [row for row in mine if row.is_meant and not row.figure.rank and not row.is_sure]
    said = [*sure[:SAID], *unsure[: max(SAID - len(sure), UNSURE)]]
    blocks = [Paragraph(text("compare.against", name=name, base=first))]
    blocks += [Paragraph(_sentence(row, other), "finding") for row in said]
    more = len(sure) - SAID
    rest = text("compare.more", n=more) if more > 0 else text("compare.nothing_else" if said else "compare.nothing")
    return [*blocks, Paragraph(rest, "finding")]


def _sentence(row: Change, material: Material) -> str:
    """Say one change: “▼ 90th percentile of the wait for CT falls from 41 to 27 days (−14 ± 5)”."""
    text, digits, unit = material.text, _digits(row), row.figure.unit
    change = _signed(row, material)
    points = unit == "share" and change[0] in "+−"
    key = "unsure" if points or change[0] in "+−" else "equal"
    if row.is_sure:
        key = "rises" if row.difference > 0 else "falls"
    return text(
        f"compare.{key}",
        label=row.figure.label,
        before=f"{row.before:,.{digits}f}",
        after=f"{row.after:,.{digits}f}",
        unit=text({"share": "compare.percent", "days": "compare.in_days"}.get(unit, "compare.in_same")),
        change=change + text("compare.in_points" if points else "compare.in_same"),
    )


def _digits(row: Change) -> int:
    """Give the decimals worth printing: none if the interval is wide, one more if the sum would not come out.

    >>> figure = Compared("wait", "ct", "", "p90", "days", "")
    >>> _digits(Change(figure, "b", 28.6, 42.2, 13.6, -10.0, 37.2))  # 29 + 14 is not 42
    1
    >>> _digits(Change(figure, "b", 28.6, 42.7, 14.1, -10.0, 38.2))
    0
    """
    digits = 0 if row.half >= ROUGH else 1
    before, after, difference = (round(value, digits) for value in (row.before, row.after, row.difference))
    return digits if math.isclose(before + difference, after, abs_tol=1e-6) else digits + 1


def _signed(row: Change, material: Material) -> str:
    """Write a difference with half its interval: −5.0 ± 1.2, shares in percentage points."""
    if row.is_none:
        return material.text("compare.same")
    digits = _digits(row)
    difference = f"{abs(row.difference):,.{digits}f}"
    half = "" if math.isnan(row.half) else f"{row.half:,.{digits}f}"
    if not float(difference.replace(",", "")):
        said = material.text("compare.no_difference")
        return said if not half or not float(half) else f"{said} ± {half}"
    return ("+" if row.difference > 0 else "−") + difference + (f" ± {half}" if half else "")


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
    return Table((read[0].text("first.target"), *map(_name, read)), tuple(lines), title=read[0].text("first.targets"))


def _verdict(found: Verdict, base: Material) -> str:
    return f"{found.symbol} {base.text(f'verdict.{found.verdict}')}: {found.result}"


def _name(material: Material) -> str:
    return material.scenario.title or material.scenario.name


def _numbers(read: Sequence[Material], found: Mapping[Compared, Sequence[Change]]) -> Table:
    """Put every figure of every scenario into a table, with the change in brackets."""
    lines = []
    for figure, rows in found.items():
        by_name = {row.scenario: row for row in rows}
        pairs = [by_name.get(material.scenario.name) for material in read[1:]]
        first = next((_level(row.before, row) for row in pairs if row is not None), _mean(read[0], figure))
        cells = [_cell(row, material, figure, first) for row, material in zip(pairs, read[1:], strict=True)]
        if any(cell != MISSING for cell in (first, *cells)):
            lines.append((figure.label, first, *cells))
    columns = (read[0].text("compare.measure"), *map(_name, read))
    title = read[0].text("compare.numbers")
    return Table(columns, tuple(lines), frozenset(range(1, len(columns))), title=title)


def _cell(row: Change | None, material: Material, figure: Compared, first: str) -> str:
    """Write a level and its change; where years without the figure were left out of the pair, from what."""
    if row is None:
        return _mean(material, figure)
    since = _level(row.before, row)
    level = _level(row.after, row)
    if since != first and round(row.before) != round(float(first.split()[0].replace(",", ""))):
        level = material.text("compare.from_to", before=since, after=level)
    return f"{level} ({_signed(row, material)})"


def _level(value: float, row: Change) -> str:
    unit = {"share": " %", "days": " days"}.get(row.figure.unit, "")
    return f"{value:,.{_digits(row)}f}{unit}"


def _mean(material: Material, figure: Compared) -> str:
    picked = tables.pick(material.intervals, figure.measure, figure.statistic, figure.part)
    return say(float(picked["mean"].get(figure.subject, math.nan)), figure.unit)


# ---------------------------------------------------------------- charts


def _charts(read: Sequence[Material], found: Mapping[Compared, Sequence[Change]]) -> list[Block]:
    """Draw the differences of a few figures: of what the scenarios are about first, then the clearest."""
    base, titles = read[0], {each.scenario.name: _name(each) for each in read}
    clarity = {figure: max((row.clarity for row in rows), default=0.0) for figure, rows in found.items()}
    drawable = [figure for figure, rows in found.items() if any(not row.is_none for row in rows)]
    best = sorted(drawable, key=lambda figure: (not figure.touched, figure.rank > 1, -clarity[figure]))
    blocks: list[Block] = []
    for figure in best[:CHARTS]:
        unit = base.text({"share": "compare.points", "days": "compare.days"}.get(figure.unit, "compare.patients"))
        caption = base.text("compare.caption", label=figure.label, base=_name(base))
        frame = chart_rows(figure, found[figure], titles, unit)
        blocks.append(drawn(journey.differences(frame, language=base.language), caption))
    return blocks
