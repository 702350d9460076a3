"""Sections on what the hospital has: how busy, when in the week, and what became of its sessions."""

from __future__ import annotations

from pathway.charts import resources as charts
from pathway.report import tables
from pathway.report.blocks import Block, Folded, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import say_number, say_share

SHOWN = 20  # rows of a chart
LISTED = 12  # rows of a table that is not folded away
MAPS = 8
HOURS_A_WEEK = 168
CLOSES = 0.6  # a resource open for more of the week than this has no timetable worth a map


def utilisation(material: Material) -> Section | None:
    """How busy every resource is."""
    text = material.text
    loads = material.loads.resources if material.loads is not None else None
    frame = tables.utilisation(material.intervals, material.resources, loads)
    if frame.empty:
        return None
    busiest = frame.iloc[0]
    caption = text("resources.caption", name=busiest["label"], share=say_share(busiest["utilisation"]))
    chart = drawn(charts.utilisation(frame.head(SHOWN), language=material.language), caption)
    return Section("busy", text("resources.title"), text("resources.note"), (chart,))


def heat(material: Material) -> Section | None:
    """When in the week the busiest resources are used."""
    text, frame = material.text, material.frame("heat")
    if frame.empty:
        return None
    used = tables.utilisation(material.intervals, material.resources, None)
    opened = frame[frame["open_hours"] > 0].drop_duplicates(["resource", "weekday", "hour"])
    hours = opened.groupby("resource").size()
    closing = [name for name in used["subject"] if 0 < hours.get(name, 0) < CLOSES * HOURS_A_WEEK]
    chosen = closing[:MAPS]
    if not chosen:
        return None
    figure = charts.heat_map(tables.heat(frame, material.resources, chosen), language=material.language)
    caption = text("resources.heat_caption", n=len(chosen))
    return Section("heat", text("resources.heat_title"), text("resources.heat_note"), (drawn(figure, caption),))


def ledger(material: Material) -> Section | None:
    """What became of the sessions: a chart and the numbers."""
    text, frame = material.text, material.frame("ledger")
    if frame.empty:
        return None
    sessions = tables.ledger(frame, material.resources)
    if sessions.empty:
        return None
    most = sessions.loc[sessions["unused"].idxmax()]
    caption = text(
        "resources.ledger_caption",
        name=most["label"],
        n=say_number(most["unused"]),
        planned=say_number(most["planned"]),
    )
    chart = drawn(charts.ledger(sessions.head(SHOWN), language=material.language), caption)
    keys = ("resource", "planned", "run", "unused", "overrun", "overrun_hours", "used_share")
    lines = [
        (
            row.label,
            *(say_number(value) for value in (row.planned, row.run, row.unused, row.overrun, row.overrun_hours)),
            say_share(row.used_share),
        )
        for row in sessions.itertuples()
    ]
    numbers: Block = table([text(f"resources.{key}") for key in keys], lines)
    if len(lines) > LISTED:
        numbers = Folded(text("report.numbers"), (numbers,))
    return Section("ledger", text("resources.ledger_title"), text("resources.ledger_note"), (chart, numbers))
