"""The first page: what a meeting needs to decide, in sentences and three short tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway.report import tables
from pathway.report.blocks import Table, table
from pathway.report.bottleneck import Answer, bottlenecks, together
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say, say_count, say_span
from pathway.report.sections.settling import say_short
from pathway.report.until import say_missed
from pathway.report.verdicts import (
    Unsettled,
    Verdict,
    count_sentence,
    never_settles,
    verdicts,
)

if TYPE_CHECKING:
    import pandas as pd

TOP = 5
UNDECIDED = ("probably_met", "uncertain", "probably_missed")
ENOUGH = 20  # simulated years after which more of them seldom change a verdict


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Everything on the first page of one scenario."""

    count: str
    bottleneck: tuple[Answer, ...]
    unsettled: tuple[Unsettled, ...]
    verdicts: tuple[Verdict, ...]
    waits: Table
    figures: Table
    terms: str
    notes: tuple[str, ...]


def first_page(material: Material) -> FirstPage:
    """Put the first page of a scenario together."""
    found, causes = verdicts(material), main_causes(material)
    loads = material.loads.resources if material.loads is not None else None
    notes = []
    simulated = int(material.intervals["n"].max())
    if simulated < 2:
        notes.append(material.text("first.no_precision"))
    elif simulated < ENOUGH and any(each.verdict in UNDECIDED for each in found):
        notes.append(material.text("first.few_years", n=simulated))
    if loads is None:
        notes.append(material.text("first.not_checked"))
    notes += [*say_missed(material), *say_short(material)]
    return FirstPage(
        count=count_sentence(found),
        bottleneck=bottlenecks(material),
        unsettled=tuple(never_settles(material)),
        verdicts=tuple(found),
        waits=_longest_waits(material, causes),
        figures=_key_figures(material),
        terms=_terms(found, causes, material),
        notes=tuple(notes),
    )


def _terms(found: list[Verdict], causes: dict[str, str], material: Material) -> str:
    """Explain the words this page uses that not everybody knows."""
    notice = material.text("short_cause.notice")
    used = {
        "patient_day": tables.pick(material.intervals, "waited_for", "patient_days", "")["mean"].sum() > 0,
        "p90": any(each.target_record.statistic == "p90" for each in found),
        "notice": notice in causes.values(),
    }
    return " ".join(material.text(f"first.term_{key}") for key, is_used in used.items() if is_used)


def _longest_waits(material: Material, causes: dict[str, str]) -> Table:
    frame = tables.waits(material.intervals, material.states, {})
    settling = frame[(frame["p90"] > 0) & ~frame["subject"].isin(list(material.growing))]
    rows = [
        (
            material.states[name],
            material.text("grows.grows"),
            material.say_growth(name),
            say_count(frame.set_index("subject")["count"].get(name, 0.0) / material.years),
            causes.get(name, MISSING),
        )
        for name in list(material.growing)[:TOP]
    ]
    rows += [
        (
            row.label,
            say(row.median, "days"),
            say(row.p90, "days"),
            say_count(row.count_a_year),
            causes.get(row.subject, MISSING),
        )
        for row in settling.assign(count_a_year=settling["count"] / material.years).head(TOP - len(rows)).itertuples()
    ]
    columns = [material.text(f"first.{key}") for key in ("wait_for", "typical", "nine_in_ten", "patients", "mostly")]
    made = table(columns, rows, title=material.text("first.waits_title"))
    return Table(made.columns, made.rows, made.right - {4}, made.title)


def main_causes(material: Material) -> dict[str, str]:
    """Say for each activity what all its waits went to for the most part; if to something in use, to what."""
    frame = material.frame("wait_causes")
    if frame.empty:
        return {}
    days = tables.wait_causes(frame)
    kinds = days.groupby(["state", "cause"])["days"].sum().reset_index()
    most = kinds.sort_values("days", ascending=False).drop_duplicates("state").set_index("state")["cause"]
    busiest = days[days["cause"] == "busy"].sort_values("days", ascending=False).drop_duplicates("state")
    titles = together(material)
    resources = busiest.set_index("state")["resource"].map(lambda name: titles.get(name, name))
    return {
        str(state): material.text(f"short_cause.{cause}", **({"resource": resources[state]} if cause == "busy" else {}))
        for state, cause in most.items()
    }


def _key_figures(material: Material) -> Table:
    """List the figures a report is asked for first, each with its two intervals."""
    rows = []
    for name, row in tables.pick(material.intervals, "arrivals", "per_year").iterrows():
        title = material.text("first.arrivals", name=material.streams.get(str(name), str(name)))
        rows.append(_figure(title, row, ""))
    for statistic, key in (("at_end", "first.open_at_end"), ("over_104_days", "first.over_104")):
        for _, row in tables.pick(material.intervals, "open_pathways", statistic).iterrows():
            mark = material.text("grows.now") if material.growing else ""
            rows.append(_figure(material.text(key) + mark, row, ""))
    columns = [material.text(f"first.{key}") for key in ("figure", "result", "precision", "one_year")]
    return table(columns, rows, title=material.text("first.figures_title"))


def _figure(title: str, row: pd.Series, unit: str) -> tuple[str, ...]:
    precision = say_span(row["low"], row["high"], unit)
    return title, say(row["mean"], unit), precision, say_span(row["see_low"], row["see_high"], unit)
