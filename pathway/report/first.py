"""The first page: what a meeting needs to decide, in sentences and three short tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway.report import tables
from pathway.report.blocks import Table, table
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say, say_number, say_span
from pathway.report.verdicts import (
    Unsettled,
    Verdict,
    bottleneck_sentence,
    count_sentence,
    never_settles,
    verdicts,
)

if TYPE_CHECKING:
    import pandas as pd

TOP = 5
ENOUGH = 20  # simulated years after which more of them seldom change a verdict


@dataclass(frozen=True, slots=True)
class FirstPage:
    """Everything on the first page of one scenario."""

    count: str
    bottleneck: str
    unsettled: tuple[Unsettled, ...]
    verdicts: tuple[Verdict, ...]
    waits: Table
    figures: Table
    notes: tuple[str, ...]


def first_page(material: Material) -> FirstPage:
    """Put the first page of a scenario together."""
    found = verdicts(material)
    loads = material.loads.resources if material.loads is not None else None
    notes = []
    simulated = int(material.intervals["n"].max())
    if simulated < 2:
        notes.append(material.text("first.no_precision"))
    elif simulated < ENOUGH and any(each.verdict == "uncertain" for each in found):
        notes.append(material.text("first.few_years", n=simulated))
    if loads is None:
        notes.append(material.text("first.not_checked"))
    return FirstPage(
        count=count_sentence(found, material.language),
        bottleneck=bottleneck_sentence(material),
        unsettled=tuple(never_settles(material)),
        verdicts=tuple(found),
        waits=_longest_waits(material),
        figures=_key_figures(material),
        notes=tuple(notes),
    )


def _longest_waits(material: Material) -> Table:
    frame = tables.waits(material.intervals, material.states, {})
    causes = main_causes(material)
    rows = [
        (
            row.label,
            say(row.median, "days"),
            say(row.p90, "days"),
            say_number(row.count_a_year),
            causes.get(row.subject) or _needed_most(material, row.subject),
        )
        for row in frame.assign(count_a_year=frame["count"] / material.years).head(TOP).itertuples()
    ]
    columns = [material.text(f"first.{key}") for key in ("wait_for", "typical", "nine_in_ten", "patients", "mostly")]
    made = table(columns, rows, title=material.text("first.waits_title"))
    return Table(made.columns, made.rows, made.right - {4}, made.title)


def _needed_most(material: Material, activity: str) -> str:
    """Name, of what an activity needs, the resource that all patients together wait for most."""
    state = material.scenario.pathway.states.get(activity)
    days = tables.pick(material.intervals, "waited_for", "patient_days", "")["mean"]
    needs = [name for need in getattr(state, "needs", ()) for name in need.any_of if days.get(name, 0.0) > 0]
    return material.resources[max(needs, key=lambda name: float(days[name]))] if needs else MISSING


def main_causes(material: Material) -> dict[str, str]:
    """Say for each activity what patients mostly wait for there."""
    frame = material.frame("breakdown")
    if frame.empty:
        return {}
    spent = tables.time_spent(frame, material.states, top=len(material.states))
    waiting = spent[spent["cause"].isin(["busy", "closed", "notice"]) & (spent["days"] > 0)]
    most = waiting.sort_values("days", ascending=False).drop_duplicates("state")
    return {
        row.state: material.text(
            f"short_cause.{row.cause}", **_filled(row.cause, material.resources.get(row.resource, row.resource))
        )
        for row in most.itertuples()
    }


def _filled(cause: str, resource: str) -> dict[str, str]:
    return {"resource": resource} if cause == "busy" else {}


def _key_figures(material: Material) -> Table:
    """List the figures a report is asked for first, each with its two intervals."""
    rows = []
    for name, row in tables.pick(material.intervals, "arrivals", "per_year").iterrows():
        title = material.text("first.arrivals", name=material.streams.get(str(name), str(name)))
        rows.append(_figure(title, row, ""))
    for statistic, key in (("at_end", "first.open_at_end"), ("over_104_days", "first.over_104")):
        for _, row in tables.pick(material.intervals, "open_pathways", statistic).iterrows():
            rows.append(_figure(material.text(key), row, ""))
    columns = [material.text(f"first.{key}") for key in ("figure", "result", "precision", "one_year")]
    return table(columns, rows, title=material.text("first.figures_title"))


def _figure(title: str, row: pd.Series, unit: str) -> tuple[str, ...]:
    precision = say_span(row["low"], row["high"], unit)
    return title, say(row["mean"], unit), precision, say_span(row["see_low"], row["see_high"], unit)
