"""How things stand: targets in words, where patients wait, what is full; and all that is known of one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway import words
from pathway.metrics import lead_clock
from pathway.report import tables
from pathway.report.compared import Change
from pathway.report.numbers import MISSING, say, say_count, say_share, say_span
from pathway.report.said import interval, judged, level, sentence, signed
from pathway.report.saying import Speaker
from pathway.report.verdicts import verdicts

if TYPE_CHECKING:
    from pathway.report.material import Material
    from pathway.web.answering import Answer

FULL = 0.85  # of its open hours in use: from here waits grow fast
LONGEST = 8  # waits that are shown
CHARTED = 12  # changes a chart shows
SAID = 6  # changes that are said in words
Rows = list[dict[str, str]]


def targets(material: Material) -> Rows:
    """Say of each target whether it is met, with its sign and its result."""
    text = material.text
    return [
        {
            text("web.target"): each.target,
            text("web.verdict"): f"{each.symbol} {text(f'verdict.{each.verdict}')}",
            text("web.goal"): each.goal,
            text("web.result"): each.result,
            text("web.precision"): each.precision,
        }
        for each in verdicts(material)
    ]


def waits(material: Material) -> Rows:
    """List where patients wait longest."""
    text = material.text
    frame = tables.waits(material.intervals, material.states, {})
    return [
        {
            text("web.step"): row.label,
            text("web.typical"): say(row.median, "days"),
            text("web.nine_in_ten"): say(row.p90, "days"),
            text("web.patients"): say_count(row.count / material.years),
        }
        for row in frame[frame["p90"] > 0].head(LONGEST).itertuples()
    ]


def full(material: Material) -> Rows:
    """List what is full, the fullest first."""
    text = material.text
    frame = tables.utilisation(material.intervals, material.resources, None)
    return [
        {text("web.resource"): row.label, text("web.in_use"): say_share(row.utilisation)}
        for row in frame[frame["utilisation"] >= FULL].itertuples()
    ]


@dataclass(frozen=True)
class Step:
    """All that is known of one step of the pathway."""

    title: str
    lines: tuple[tuple[str, str], ...]
    evidence: tuple[tuple[str, str], ...]


def step(material: Material, name: str) -> Step:
    """Say how long one waits for a step, what it needs and how full that is, and where its numbers come from."""
    scenario, text = material.scenario, material.text
    state = scenario.pathway.states[name]
    speaker = Speaker(scenario, material.states)
    lines = []
    for statistic, key in (("median", "web.typical"), ("p90", "web.nine_in_ten")):
        found = tables.pick(material.intervals, "wait", statistic)
        if name in found.index:
            row = found.loc[name]
            said = f"{say(row['mean'], 'days')} ({say_span(row['low'], row['high'], 'days')})"
            lines.append((text(key), said))
    lines += [(text("web.takes"), speaker.duration(state)), (text("web.needs"), speaker.needs(state))]
    lines += [(text("web.rules"), speaker.rules(state)), (text("web.onward"), speaker.onward(state))]
    used = tables.pick(material.intervals, "utilisation", "utilisation")["mean"]
    needed = [each for need in getattr(state, "needs", ()) for each in need.any_of]
    lines += [
        (text("web.in_use_of", name=material.resources.get(each, each)), say_share(used[each]))
        for each in needed
        if each in used.index
    ]
    known = [(label, said) for label, said in lines if said != MISSING]
    return Step(material.states[name], tuple(known), tuple(evidence(material, name, needed)))


def evidence(material: Material, name: str, needed: Sequence[str]) -> list[tuple[str, str]]:
    """Give the sources of a step and of what it needs, each with what the evidence says."""
    scenario, found = material.scenario, {}
    places = [f"pathway.states.{name}", f"states.{name}", *(f"resources.{each}" for each in needed)]
    for path, source in scenario.sources.items():
        if any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in places):
            for key in source.replace(",", " ").replace(":", " ").split():
                if key in scenario.evidence:
                    found[key] = scenario.evidence[key].says
            found.setdefault(source, "")
    return [(key, said) for key, said in found.items() if said or not set(key.split()) & found.keys()]


# ---------------------------------------------------------------- a change


def leading(answer: Answer) -> list[str]:
    """Say what a change does in a few sentences, what is surest first."""
    base = answer.base
    if answer.is_same:
        return [base.text("web.same")]
    sure = [row for row in answer.changes if row.is_sure and row.good]
    if not sure:
        return [base.text("web.unsure")]
    lead = lead_clock(base.scenario)
    first = lead.name if lead else ""
    ordered = sorted(sure, key=lambda row: (row.figure.rank, row.figure.subject != first, -row.clarity))
    return [sentence(row, base) for row in ordered[:SAID]]


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
