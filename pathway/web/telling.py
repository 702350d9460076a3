"""What a change does, in words, numbers and rows of a chart; and several hospitals side by side in one table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pathway import words
from pathway.metrics import lead_clock
from pathway.report.compared import LARGE, Change
from pathway.report.numbers import MISSING
from pathway.report.said import SIGNS, interval, is_signed, judged, level, sentence, signed
from pathway.report.verdicts import verdicts

if TYPE_CHECKING:
    from pathway.report.compared import Compared
    from pathway.web.answering import Answer
    from pathway.web.years import Work

CHARTED = 10  # changes a chart shows
TREATED = 1  # the rank of how many are treated, after how long they wait
SAID, FIRST_SAID = 4, 2  # changes that are said in words, and of them as long as little is known
MOVED, NAMED = 2, 3  # groups of steps that can take place more or less often, and steps of each that are named
LEAST_YEARS = 4  # from which chance can be told apart: two years may agree by chance alone
MISSED = ("missed", "probably_missed", "growing")
Rows = list[dict[str, str]]


def leading(answer: Answer) -> list[str]:
    """Say what a change does in a few sentences: what is surest first, or, of the first years, what it is about."""
    base = answer.base
    if answer.is_same:
        return [base.text("web.same")]
    rows = _said(answer) if answer.years >= LEAST_YEARS else _meant(answer)[:FIRST_SAID]
    return [sentence(row, base) for row in rows] or [base.text("web.unsure")]


def _said(answer: Answer) -> list[Change]:
    """Choose the first few, one of them how many are treated of those whom the change is about: fewer may wait less."""
    rows = _ordered(answer)
    about = (row for row in answer.changes if row.is_sure and row.is_meant and row.figure.rank == TREATED)
    treated = next((row for row in about if row not in rows and _size(row) >= LARGE), None)
    if treated is None:
        return rows[:SAID]
    first = [row for row in rows if row.figure.rank < TREATED][: SAID - 1]
    return [*first, treated, *(row for row in rows if row not in first)][:SAID]


def targets(answer: Answer) -> list[str]:
    """Say how many targets are met today and after the change, and which change; nothing while too few years say it."""
    today, changed = (verdicts(each) for each in (answer.base, answer.others[0]))
    if answer.years < LEAST_YEARS or answer.is_same or not today:
        return []
    text = answer.base.text
    met = [{each.target for each in judged if each.verdict == "met"} for judged in (today, changed)]
    said = [text("web.targets_then", before=len(met[0]), after=len(met[1]), all=len(today))]
    missed = {each.target for each in changed if each.verdict in MISSED}
    lost = met[0] - met[1]
    for key, names in (
        ("web.now_met", met[1] - met[0]),
        ("web.no_longer_met", lost & missed),
        ("web.no_longer_sure", lost - missed),
    ):
        if names:
            said.append(text(key, names="; ".join(sorted(names))))
    return [" ".join(said)]


def possible(before: Work, after: Work) -> list[str]:
    """Say which steps can take place on more days than today, or on fewer: why what is changed makes them wait."""
    titles = {name: data["title"] for name, data in before.scenario.pathway.graph.nodes(data=True)}
    moved: dict[tuple[int, int], list[str]] = {}
    for name, found in before.occasions.items():
        if name in after.occasions:
            days = round(found.days_a_year), round(after.occasions[name].days_a_year)
            if days[0] != days[1]:
                moved.setdefault(days, []).append(titles[name])
    clearest = sorted(moved, key=lambda days: -abs(days[1] - days[0]) / max(days))
    return [
        words.text("web.possible_now", names=_shortened(moved[days]), before=days[0], after=days[1])
        for days in clearest[:MOVED]
    ]


def _shortened(names: Sequence[str]) -> str:
    """Name a few, and say how many more there are."""
    if len(names) <= NAMED:
        return words.listed(names)
    return words.text("web.and_more", names=words.listed(names[:NAMED]), n=len(names) - NAMED)


def _ordered(answer: Answer) -> list[Change]:
    """Put what surely changes, better or worse, in order: what patients feel, what is meant, targets, the largest."""
    sure = [row for row in answer.changes if row.is_sure and row.good and is_signed(signed(row, answer.base))]
    lead = lead_clock(answer.base.scenario)
    first = lead.name if lead else ""
    return sorted(
        sure,
        key=lambda row: (
            row.figure.rank,
            not row.is_meant,
            row.figure.subject != first,
            row.figure.measure != "target",
            -_size(row),
        ),
    )


def _size(row: Change) -> float:
    """Give how large a change is: of a share in points, of anything else beside what it was."""
    if row.figure.unit == "share":
        return abs(row.difference) / row.figure.scale
    return abs(row.difference / row.before) if row.before else math.inf


def _meant(answer: Answer) -> list[Change]:
    """Choose what a change is about, and then what targets are about, as long as too few years tell chance apart."""
    moved = [row for row in answer.changes if row.difference and row.half]
    return sorted(moved, key=lambda row: (row.figure.rank, not row.is_meant, row.figure.measure != "target"))


def followed(answer: Answer) -> Change | None:
    """Choose the figure whose precision is told: what is said first of what is meant, of all, then any that moves."""
    known = [row for row in answer.changes if row.half > 0 and row.difference]
    meant = [row for row in known if row.is_meant and not row.figure.rank]
    sure = [row for row in _ordered(answer) if row.half > 0]
    return next(iter([*(row for row in sure if row.is_meant), *sure, *meant, *known]), None)


def narrowing(trail: Mapping[int, Answer]) -> str:
    """Say how precisely a change is known by now, and how precisely it was after fewer simulated years."""
    if not trail:
        return ""
    latest = trail[max(trail)]
    row = followed(latest)
    if row is None:
        return ""
    base, halves = latest.base, []
    for years in sorted(trail):
        same = next((each for each in trail[years].changes if _key(each.figure) == _key(row.figure)), None)
        if same is not None and same.half == same.half and not _says_nothing(same):
            half = f"{same.half:,.0f}" if same.half >= 10 else f"{same.half:,.1f}"  # noqa: PLR2004 - as precisely as it is known
            halves.append(base.text("web.half_after", half=half, n=years))
    unit = {"share": base.text("web.points"), "days": base.text("web.days")}.get(row.figure.unit, row.figure.unit)
    label = f"{row.figure.label}, {unit}" if unit else row.figure.label
    return base.text("web.narrowing", label=label, halves=" → ".join(halves)) if halves else ""


def _says_nothing(row: Change) -> bool:
    """Tell whether an interval is as wide as all there can be: a share may be anything."""
    return row.figure.unit == "share" and row.half >= row.figure.scale


def _key(figure: Compared) -> tuple[str, ...]:
    return figure.measure, figure.subject, figure.part, figure.statistic


def table(answer: Answer) -> Rows:
    """List today beside the change, with how surely each differs."""
    base, text = answer.base, answer.base.text
    return [
        {
            text("web.figure"): row.figure.label,
            text("web.today"): level(row.before, row, base),
            text("web.changed"): level(row.after, row, base),
            text("web.difference"): signed(row, base),
            text("web.lies"): interval(row, base),
            text("web.judged"): judged(row, base),
        }
        for row in answer.changes
    ]


def side_by_side(answer: Answer) -> Rows:
    """List today and several hospitals in one table: a row a figure, a column a hospital, with what differs."""
    base, text = answer.base, answer.base.text
    titles = _titles(answer)
    rows = []
    for figure, found in answer.found.items():
        by_name = {row.scenario: row for row in found}
        if not by_name:
            continue
        one = next(iter(by_name.values()))
        line = {text("web.figure"): figure.label, text("web.today"): level(one.before, one, base)}
        rows.append(line | {title: _beside(by_name.get(name), answer) for name, title in titles.items()})
    return rows


def _titles(answer: Answer) -> dict[str, str]:
    """Name the hospitals by title, or by file where two have the same."""
    said = [other.scenario.title or other.scenario.name for other in answer.others]
    names = [other.scenario.name for other in answer.others]
    return {name: title if said.count(title) == 1 else name for name, title in zip(names, said, strict=True)}


def _beside(row: Change | None, answer: Answer) -> str:
    if row is None:
        return MISSING
    said = f"{level(row.after, row, answer.base)} ({signed(row, answer.base)})"
    return f"{SIGNS[row.good]} {said}" if row.is_sure else said


def charted(rows: Sequence[Change]) -> list[Mapping[str, object]]:
    """Give the changes a chart draws: figure, unit, difference with its interval, and how it is judged."""
    units = {"share": words.text("web.points"), "days": words.text("web.days")}
    kept = [row for row in rows if row.half == row.half and row.figure.unit in units][:CHARTED]
    return [
        {
            "label": row.figure.label,
            "unit": units[row.figure.unit],
            "difference": row.difference,
            "low": row.low,
            "high": row.high,
            "judged": {1: "better", -1: "worse"}.get(row.good, "clear") if row.is_sure else "chance",
        }
        for row in kept
    ]


def reaches(trail: Mapping[int, Answer]) -> dict[str, float]:
    """Say how far the axis of each unit of a chart reaches, so that its intervals are seen to shrink.

    It is as far as the answers after the first need: that one's intervals, of two years only, would leave them a dot.
    """
    found: dict[str, float] = {}
    asked = sorted(trail)[1:] or sorted(trail)
    for row in (row for years in asked for row in charted(trail[years].changes)):
        unit, ends = str(row["unit"]), (abs(float(str(row["low"]))), abs(float(str(row["high"]))))
        found[unit] = max(found.get(unit, 0.0), *ends)
    return found
