"""Scenarios side by side: what differs between their files, and what that changes, paired by replication."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from pathway import words
from pathway.charts import journey
from pathway.report import tables
from pathway.report.blocks import Block, Paragraph, Section, Table, drawn
from pathway.report.bottleneck import bottleneck
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say
from pathway.report.verdicts import Verdict, verdicts
from pathway.scenario import differences
from pathway.scenario.compare import TEXTS
from pathway.scenario.sources import compact

if TYPE_CHECKING:
    from pathway.experiment import Results

LONGEST = 3  # waits compared besides those with a target
ROUGH = 10  # half an interval from which decimals say nothing
CHARTS = 3  # figures whose differences are drawn


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure that scenarios are compared by."""

    measure: str
    subject: str
    part: str
    statistic: str
    unit: str
    label: str


def comparison(results: Results, read: Sequence[Material], language: str) -> Section:
    """Compare every scenario with the first: its answers and its file."""
    base = read[0]
    figures = list(dict.fromkeys(_figures(read)))
    changes = {figure: _changes(results, figure, base) for figure in figures}
    title = base.scenario.title or base.scenario.name
    blocks: list[Block] = [_differing(read), _answers(read)]
    blocks.append(Paragraph(words.text("compare.against", language, name=title)))
    blocks.append(_numbers(read, figures, changes))
    for figure in sorted(figures, key=lambda each: not _is_sure(changes[each]))[:CHARTS]:
        if not changes[figure]["difference"].any():
            continue
        rows = changes[figure].assign(label=lambda frame: _titles(frame["scenario"], read), unit=_unit(figure, base))
        caption = words.text("compare.caption", language, label=figure.label, base=title)
        blocks.append(drawn(journey.differences(_points(rows, figure), language=language), caption))
    blocks.append(Paragraph(words.text("compare.survival", language), "small"))
    note = words.text("compare.note", language)
    return Section("compare", words.text("compare.title", language), note, tuple(blocks))


def _is_sure(changes: pd.DataFrame) -> bool:
    """Tell whether some scenario surely differs: its interval leaves out 0."""
    return bool(((changes["low"] > 0) | (changes["high"] < 0)).any())


def _figures(read: Sequence[Material]) -> Iterator[Compared]:
    """Choose what to compare: the targets first, then clocks, the longest waits, and who is open too long."""
    base, text = read[0], read[0].text
    wanted = [(target.subject, target.statistic or "p90") for target in base.scenario.targets if target.kind == "wait"]
    for name, title in base.clocks.items():
        yield Compared("clock", name, "all", "share_within", "share", text("compare.within", name=title))
        yield Compared("clock", name, "all", "p90", "days", text("compare.p90", name=title))
    for material in read:
        longest = tables.waits(material.intervals, material.states, {}).head(LONGEST)
        wanted += [(str(name), "p90") for name in longest["subject"]]
    for name, statistic in wanted:
        label = text("first.target_wait", name=base.states.get(name, name), statistic=text(f"statistic.{statistic}"))
        yield Compared("wait", name, "", statistic, "days", label)
    yield Compared("open_pathways", "", "", "over_104_days", "", text("first.over_104_alone"))
    for target in base.scenario.targets:
        if target.kind == "utilisation":
            name = base.resources.get(target.subject, target.subject)
            label = text("first.target_utilisation", name=name)
            yield Compared("utilisation", target.subject, "", "utilisation", "share", label)


def _changes(results: Results, figure: Compared, base: Material) -> pd.DataFrame:
    """Give the paired differences of one figure against the first scenario, nothing if it is not measured."""
    picked = tables.pick(base.intervals, figure.measure, figure.statistic, figure.part)
    if figure.subject not in picked.index or math.isnan(picked.loc[figure.subject, "mean"]):
        return pd.DataFrame(columns=["scenario", "difference", "low", "high"])
    found = results.compare(
        base.scenario.name,
        measure=figure.measure,
        subject=figure.subject,
        statistic=figure.statistic,
        part=figure.part,
    )
    return found[found["scenario"] != base.scenario.name].dropna(subset=["difference"])


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
    return Table((read[0].text("first.target"), *_names(read)), tuple(lines), title=read[0].text("first.targets"))


def _verdict(found: Verdict, base: Material) -> str:
    return f"{found.symbol} {base.text(f'verdict.{found.verdict}')}: {found.result}"


def _names(read: Sequence[Material]) -> tuple[str, ...]:
    return tuple(each.scenario.title or each.scenario.name for each in read)


def _numbers(read: Sequence[Material], figures: Sequence[Compared], changes: dict[Compared, pd.DataFrame]) -> Table:
    """Put every figure of every scenario into a table, with the change in brackets."""
    lines = []
    for figure in figures:
        cells = [figure.label]
        for material in read:
            picked = tables.pick(material.intervals, figure.measure, figure.statistic, figure.part)
            mean = float(picked["mean"].get(figure.subject, math.nan))
            change = changes[figure].query("scenario == @name", local_dict={"name": material.scenario.name})
            cells.append(
                say(mean, figure.unit) + (f" ({_signed(change.iloc[0], figure, read[0])})" if len(change) else "")
            )
        if any(cell != MISSING for cell in cells[1:]):
            lines.append(tuple(cells))
    columns = (read[0].text("compare.measure"), *_names(read))
    return Table(columns, tuple(lines), frozenset(range(1, len(columns))))


def _signed(change: pd.Series, figure: Compared, base: Material) -> str:
    """Write a difference with half its interval: −5.0 ± 1.2, shares in percentage points."""
    if not change[["difference", "low", "high"]].any():
        return base.text("compare.same")
    scale = 100 if figure.unit == "share" else 1
    difference, half = scale * change["difference"], scale * (change["high"] - change["low"]) / 2
    sign = "+" if difference > 0 else "−" if difference < 0 else "±"
    digits = 0 if half >= ROUGH else 1
    return f"{sign}{abs(difference):.{digits}f}" + ("" if math.isnan(half) else f" ± {half:.{digits}f}")


def _unit(figure: Compared, base: Material) -> str:
    return base.text({"share": "compare.points", "days": "compare.days"}.get(figure.unit, "compare.patients"))


def _points(rows: pd.DataFrame, figure: Compared) -> pd.DataFrame:
    """Turn shares into percentage points."""
    scale = 100 if figure.unit == "share" else 1
    return rows.assign(**{column: rows[column] * scale for column in ("difference", "low", "high")})


def _titles(names: pd.Series, read: Sequence[Material]) -> list[str]:
    titles = dict(zip((each.scenario.name for each in read), _names(read), strict=True))
    return [titles[name] for name in names]


def _differing(read: Sequence[Material]) -> Table:
    """List what the files say differently from the first."""
    base, text = read[0], read[0].text
    lines = [
        (other.scenario.title or other.scenario.name, row.path, _short(row.a), _short(row.b), row.source or MISSING)
        for other in read[1:]
        for row in differences(base.scenario, other.scenario)
        if row.path.rpartition(".")[2] not in TEXTS
    ]
    columns = tuple(text(f"compare.{key}") for key in ("scenario", "where", "before", "after", "source"))
    return Table(columns, tuple(lines), title=text("compare.files"))


def _short(value: object, longest: int = 160) -> str:
    """Write a value of a document in one line."""
    if value is None:
        return MISSING
    found = compact(value)
    return found if len(found) <= longest else found[: longest - 1] + "…"
