"""Sections on where journeys end, how many go where, and what the evidence expects."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from pathway.charts import journey
from pathway.graph import readable
from pathway.load import derived_volumes
from pathway.report import tables
from pathway.report.blocks import Block, Section, Table, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say_number, say_share, say_span

if TYPE_CHECKING:
    import pandas as pd

TREATMENTS = 9  # that have a bar of their own
LEAST = 0.5  # patients a year below which a band is not drawn


def routes(material: Material) -> Section | None:
    """The ways from referral through treatments to outcomes."""
    text, frame = material.text, material.frame("routes")
    blocks: list[Block] = []
    if not frame.empty:
        ways = tables.flows(frame, "patients")
        titles = material.states | _minor(ways, material)
        for column in ("source", "target"):
            ways[column] = tables.named(ways[column], titles)
        ways = tables.flows(ways, "patients")
        ways = ways[ways["patients"] >= LEAST].sort_values("patients", ascending=False, ignore_index=True)
        widest = ways.iloc[0]
        caption = text(
            "outcomes.caption",
            source=widest["source"],
            target=widest["target"],
            number=say_number(widest["patients"]),
        )
        blocks.append(drawn(journey.routes(ways, language=material.language), caption))
    blocks += _outcome_table(material)
    return Section("routes", text("outcomes.title"), text("outcomes.note"), tuple(blocks)) if blocks else None


def _minor(ways: pd.DataFrame, material: Material) -> dict[str, str]:
    """Give all treatments but the most frequent one common name, so that bands can be told apart."""
    treated = ways[ways["source"].isin(ways["target"])].groupby("source")["patients"].sum()
    minor = treated.sort_values(ascending=False).index[TREATMENTS:]
    return dict.fromkeys(map(str, minor), material.text("outcomes.other_treatments", n=len(minor)))


def _outcome_table(material: Material) -> list[Block]:
    text, shares = material.text, tables.pick(material.intervals, "outcome", "share")
    counts = tables.pick(material.intervals, "outcome", "count")
    if shares.empty:
        return []
    lines = []
    for name, row in counts.sort_values("mean", ascending=False).iterrows():
        share = shares.loc[name]
        title = material.states.get(str(name), str(name))
        precision = say_span(row["low"], row["high"], "")
        lines.append((title, say_number(row["mean"]), precision, say_share(share["mean"])))
    columns = [text("outcomes.outcome"), text("outcomes.patients"), text("first.precision"), text("outcomes.share")]
    return [table(columns, lines, title=text("outcomes.table"))]


def prognosis(material: Material) -> Section | None:
    """Survival as it was put in, to be checked and not to be believed as a result."""
    text, frame = material.text, tables.wide(material.intervals, "prognosis")
    if frame.empty:
        return None
    lines = [
        (
            readable(str(subject)),
            say_number(row.get("count")),
            say_number(row.get("median_months")),
            say_share(row.get("five_year_share")),
        )
        for (subject, _), row in frame.iterrows()
    ]
    columns = [text(f"outcomes.{key}") for key in ("prognosis", "patients", "median_months", "five_years")]
    return Section(
        "prognosis", text("outcomes.prognosis_title"), text("outcomes.prognosis_note"), (table(columns, lines),)
    )


def volumes(material: Material) -> Section | None:
    """Volumes on paper, in the run, and in the evidence."""
    text, expected = material.text, material.scenario.volumes
    simulated = tables.pick(material.intervals, "volume", "per_year")
    names = [name for name in expected if name in simulated.index]
    if not names:
        return None
    derived = derived_volumes(material.loads, expected).set_index("volume") if material.loads is not None else None
    marks = {True: text("volumes.agrees"), False: text("volumes.differs"), None: text("volumes.unknown")}
    lines, verdicts = [], []
    for name in names:
        row, volume = simulated.loc[name], expected[name]
        expected_on_paper = None if derived is None else derived.loc[name]
        verdicts.append(_agree(expected_on_paper, row))
        on_paper = (
            MISSING if expected_on_paper is None else _with_range(*expected_on_paper[["per_year", "low", "high"]])
        )
        found = _with_range(row["mean"], row["low"], row["high"])
        wanted = _with_range(volume.per_year, volume.low, volume.high)
        title = volume.title or readable(name)
        off = f"{100 * (row['mean'] / volume.per_year - 1):+.0f} %" if volume.per_year else MISSING
        lines.append((title, on_paper, found, marks[verdicts[-1]], wanted, off, volume.source or MISSING))
    keys = ("volume", "derived", "simulated", "compare", "evidence", "off", "source")
    known = sum(verdict is not None for verdict in verdicts)
    caption = text("volumes.caption", n=verdicts.count(True), all=known)
    columns = tuple(text(f"volumes.{key}") for key in keys)
    made = Table(columns, tuple(lines), right=frozenset({1, 2, 4, 5}), title=caption)
    return Section("volumes", text("volumes.title"), text("volumes.note"), (made,))


def _agree(on_paper: Any, simulated: Any) -> bool | None:
    """Say whether the intervals of the derived and the simulated volume meet; None where one is unknown."""
    if on_paper is None or math.isnan(simulated["low"]):
        return None
    return bool(on_paper["low"] <= simulated["high"] and simulated["low"] <= on_paper["high"])


def _with_range(value: float, low: float | None, high: float | None) -> str:
    """Write a number and, if there is one, its range."""
    if low is None or high is None or math.isnan(low):
        return say_number(value)
    return f"{say_number(value)} ({say_span(low, high, '')})"
