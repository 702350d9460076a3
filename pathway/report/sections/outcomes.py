"""The section on where journeys end and how many go where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pathway.charts import journey
from pathway.metrics.pathways import NO_TREATMENT
from pathway.report import tables
from pathway.report.blocks import Block, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import say_number, say_share, say_span

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
        titles = material.states | {NO_TREATMENT: text("outcomes.no_treatment")} | _minor(ways, material)
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
        blocks.append(drawn(journey.routes(ways), caption))
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
