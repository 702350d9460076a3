"""What became of booked lists: how full they were booked, and who was cancelled on the day, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pathway.report.blocks import Block, Paragraph, Section, table
from pathway.report.material import Material
from pathway.report.numbers import say_number, say_share
from pathway.report.rosters import booked as per_year
from pathway.report.sections.resources import titles

if TYPE_CHECKING:
    import pandas as pd


REASONS = {  # why one is cancelled on the day, and how that is said
    "no_bed": "because_no_bed",
    "overrun": "because_overrun",
    "no_staff": "because_no_staff",
    "bumped": "because_bumped",
}


def booked(material: Material) -> Section | None:
    """Say what became of the lists that are booked; nothing where none are."""
    frame = material.frame("lists")
    if frame.empty:
        return None
    lists = per_year(frame, titles(material), material.scenario.run.length)
    blocks = (Paragraph(_caption(material, lists)), _table(material, lists))
    return Section("lists", material.text("lists.title"), material.text("lists.note"), blocks)


def _caption(material: Material, lists: pd.DataFrame) -> str:
    worst = lists.iloc[int(lists["cancelled"].to_numpy().argmax())]
    if worst["cancelled"] < 1:
        return material.text("lists.none", name=worst["label"])
    reason = max(REASONS, key=lambda each: float(worst[each]))
    numbers = {"cancelled": say_number(worst["cancelled"]), "patients": say_number(worst["patients"])}
    return material.text(
        "lists.caption", name=worst["label"], reason=material.text(f"lists.{REASONS[reason]}"), **numbers
    )


def _table(material: Material, lists: pd.DataFrame) -> Block:
    keys = ("lists", "empty", "released", "patients", *REASONS, "late")
    lines = [
        (row["label"], *(say_number(row[key]) for key in keys), say_share(row["booked_share"]))
        for _, row in lists.iterrows()
    ]
    columns = [material.text(f"lists.{key}") for key in ("resource", *keys, "booked")]
    return table(columns, lines)
