"""What became of booked lists: how full they were booked and used, and who was not treated on the day, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pathway.charts import lists as charts
from pathway.metrics.sessions import REASONS
from pathway.report.blocks import Block, Folded, Paragraph, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say_number, say_share
from pathway.report.rosters import booked as per_year
from pathway.report.sections.resources import titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

LEAST = 0.5  # patients a year from which it is worth a word that they were not treated


def booked(material: Material) -> Section | None:
    """Say what became of the lists that are booked; nothing where none are."""
    frame, text = material.frame("lists"), material.text
    if frame.empty:
        return None
    lists = per_year(frame, titles(material), material.scenario.run.length)
    numbers = Folded(text("report.numbers"), (_lists_table(material, lists), _patients_table(material, lists)))
    blocks = (_minutes(material, lists), _patients(material, lists), numbers)
    return Section("lists", text("lists.title"), text("lists.note"), blocks)


def _minutes(material: Material, lists: pd.DataFrame) -> Block:
    """Draw where the minutes of a list go."""
    most = lists.iloc[int((lists["unused"] / lists["offered"]).to_numpy().argmax())]
    numbers = {key: say_number(most[key]) for key in ("offered", "booked")}
    caption = material.text("lists.minutes_caption", name=most["label"], used=say_number(most["in_time"]), **numbers)
    figure = charts.list_minutes(lists)
    return drawn(figure, caption, title=material.text("lists.minutes_title"))


def _patients(material: Material, lists: pd.DataFrame) -> Block:
    """Draw who was booked and not treated, and say where that is most frequent, and why."""
    shown = lists[lists["not_treated"] >= LEAST].reset_index(drop=True)
    if shown.empty:
        return Paragraph(material.text("lists.none"))
    worst = shown.iloc[int((shown["not_treated"] / shown["patients"]).to_numpy().argmax())]
    reason = max(REASONS, key=lambda each: float(worst[each]))
    because = material.text(f"because.{reason}")
    caption = material.text("lists.patients_caption", name=worst["label"], reason=because, **_of_booked(worst))
    said = [material.text("lists.said", **_of_booked(row)) for _, row in shown.iterrows()]
    reasons = {each: material.text(f"reason.{each}") for each in REASONS if shown[each].any()}
    shares = shown.assign(said=said, **{each: shown[each] / shown["patients"] for each in reasons})
    figure = charts.not_treated(shares, reasons)
    return drawn(figure, caption, title=material.text("lists.patients_title"))


def _of_booked(row: pd.Series) -> dict[str, str]:
    """Give how many of how many booked patients were not treated, in numbers as they are written."""
    share = say_share(row["not_treated"] / row["patients"])
    return {"n": say_number(row["not_treated"]), "patients": say_number(row["patients"]), "share": share}


def _lists_table(material: Material, lists: pd.DataFrame) -> Block:
    lines = []
    for _, row in lists.iterrows():
        released = say_number(row["released"]) if _is_released(material, row["resource"]) else MISSING
        numbers = (row["lists"], row["run"], row["lists"] - row["run"], row["empty"])
        shares = (say_share(row[key] / row["offered"]) for key in ("booked", "in_time"))
        late = (say_number(row["overrun_lists"]), say_number(row["late_minutes"]))
        lines.append((row["label"], *map(say_number, numbers), released, *late, *shares))
    keys = ("lists", "run", "unused", "empty", "released", "overrun_lists", "late_minutes", "booked", "used")
    return _titled(material, "lists.lists_table", [f"lists.{key}" for key in keys], lines)


def _is_released(material: Material, name: str) -> bool:
    """Say whether a resource has lists that are handed on when nobody with first call is booked."""
    rules = material.scenario.resources[name].lists
    return rules is not None and any(row.before is not None for row in rules.first_call)


def _patients_table(material: Material, lists: pd.DataFrame) -> Block:
    keys = ("patients", "started", *REASONS)
    lines = [(row["label"], *(say_number(row[key]) for key in keys)) for _, row in lists.iterrows()]
    columns = ["lists.patients", "lists.started", *(f"reason.{each}" for each in REASONS)]
    return _titled(material, "lists.patients_table", columns, lines)


def _titled(material: Material, title: str, columns: Sequence[str], lines: Sequence[Sequence[str]]) -> Block:
    heads = [material.text(key) for key in ("lists.resource", *columns)]
    return table(heads, lines, title=material.text(title))
