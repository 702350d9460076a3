"""Sections on what the hospital has: how busy, when in the week, and what became of its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pathway.charts import resources as charts
from pathway.metrics.usage import MEETING
from pathway.report import rosters, tables
from pathway.report.blocks import Block, Folded, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import say_number, say_share, say_span

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 20  # rows of a chart
LISTED = 12  # rows of a table that is not folded away
MAPS = 8
HOURS_A_WEEK = 168
CLOSES = 0.6  # a resource open for more of the week than this has no timetable worth a map
LEAST = 0.5  # unused sessions a year from which a resource is drawn


def leaders(material: Material) -> dict[str, str]:
    """Say for each resource which room or machine stands for it and whatever else is always used with it."""
    things = {name for name, each in material.scenario.resources.items() if each.kind != "staff"}
    return rosters.leaders(material.frame("hours_by_week"), material.resources, things)


def titles(material: Material) -> dict[str, str]:
    """Title the resources, those always used together as one."""
    return rosters.together(leaders(material), material.resources)


def busiest(material: Material) -> pd.DataFrame:
    """Give how busy each resource is, with the goals of targets (see `tables.utilisation`)."""
    targets = [target for target in material.scenario.targets if target.kind == "utilisation"]
    goals = {target.subject: float(target.at_most) for target in targets if target.at_most is not None}
    shown = titles(material)
    shown |= {name: material.resources[name] for name in goals if name not in shown}
    loads = material.loads.resources if material.loads is not None else None
    return tables.utilisation(material.intervals, shown, loads, goals)


def utilisation(material: Material) -> Section | None:
    """How busy every resource is: a chart of the busiest and of those with a target, the others in a table."""
    text, frame = material.text, busiest(material)
    if frame.empty:
        return None
    caption = text("resources.caption", name=frame["label"][0], share=say_share(frame["utilisation"][0]))
    aimed = frame["goal"].notna()
    shown = aimed | ((~aimed).cumsum() <= SHOWN - aimed.sum())
    blocks: list[Block] = [drawn(charts.utilisation(frame[shown]), caption)]
    if not shown.all():
        blocks.append(Folded(text("resources.rest"), (_utilisation_table(material, frame[~shown]),)))
    return Section("busy", text("resources.title"), text("resources.note"), tuple(blocks))


def _utilisation_table(material: Material, frame: pd.DataFrame) -> Block:
    lines = [
        (row.label, say_share(row.utilisation), say_span(row.low, row.high, "share"), say_share(row.load))
        for row in frame.itertuples()
    ]
    keys = ("resources.resource", "chart.utilisation", "first.precision", "chart.load")
    return table([material.text(key) for key in keys], lines)


def heat(material: Material) -> Section | None:
    """When in the week the busiest resources are used."""
    text, frame = material.text, material.frame("heat")
    if frame.empty:
        return None
    opened = frame[frame["open_hours"] > 0].drop_duplicates(["resource", "weekday", "hour"])
    hours, named = opened.groupby("resource").size(), titles(material)
    used = tables.utilisation(material.intervals, named, None)["subject"]
    chosen = [name for name in used if 0 < hours.get(name, 0) < CLOSES * HOURS_A_WEEK][:MAPS]
    if not chosen:
        return None
    figure = charts.heat_map(rosters.heat(frame, named, chosen))
    caption = text("resources.heat_caption", n=len(chosen))
    return Section("heat", text("resources.heat_title"), text("resources.heat_note"), (drawn(figure, caption),))


def ledger(material: Material) -> Section | None:
    """What became of the sessions: a chart of rooms, machines and meetings, and the numbers of all."""
    text, frame = material.text, material.frame("ledger")
    if frame.empty:
        return None
    lists = {name for name, each in material.scenario.resources.items() if each.kind != "staff"}
    lists |= {name for name in material.resources if name.startswith(MEETING)}
    sessions = rosters.ledger(frame, titles(material), lists)
    if sessions.empty:
        return None
    shown = sessions[sessions["is_list"] & (sessions["unused"] >= LEAST)].head(SHOWN)
    shown = sessions.head(SHOWN) if shown.empty else shown
    most = shown.iloc[0]
    numbers = {"n": say_number(most["unused"]), "planned": say_number(most["planned"])}
    caption = text("resources.ledger_caption", name=most["label"], **numbers)
    chart = drawn(charts.ledger(shown), caption)
    blocks = (chart, _ledger_table(material, sessions))
    return Section("ledger", text("resources.ledger_title"), text("resources.ledger_note"), blocks)


def _ledger_table(material: Material, sessions: pd.DataFrame) -> Block:
    keys = ("planned", "run", "unused", "overrun", "late_minutes")
    lines = [
        (row.label, *(say_number(getattr(row, key)) for key in keys), say_share(row.used_share))
        for row in sessions.itertuples()
    ]
    columns = [material.text(f"resources.{key}") for key in ("resource", *keys, "used_share")]
    numbers = table(columns, lines)
    return Folded(material.text("report.numbers"), (numbers,)) if len(lines) > LISTED else numbers
