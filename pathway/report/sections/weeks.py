"""Sections along the calendar: open pathways, demand and activity, capacity, the waiting list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from pathway import words
from pathway.charts import weeks
from pathway.metrics import lead_clock
from pathway.report import tables
from pathway.report.blocks import Section, drawn
from pathway.report.bottleneck import most_waited_for
from pathway.report.material import DAYS_A_YEAR, Material
from pathway.report.numbers import say_number
from pathway.report.sections import resources

if TYPE_CHECKING:
    from collections.abc import Sequence

PANELS = 4  # small charts beside each other
LINES = 5  # lines in one chart
POINTS = 40  # of a line of the waiting list at most
BLOCK = 4  # weeks put together where single patients would hide what goes on
FEWEST = 100  # patients a year below which even so a chart shows only single patients
LEAD = timedelta(days=DAYS_A_YEAR)  # of the warm-up that is drawn
DAYS_A_WEEK = 7
OLD = "over 104"
PLACES = 3  # steps named at which those open longest are


def open_pathways(material: Material) -> Section | None:
    """Who is under way, by how long they have been."""
    frame = material.frame("open_by_week")
    if frame.empty:
        return None
    means = material.reported(tables.weekly(frame, "band", ["open"]))
    if means.empty:
        return None
    chart = drawn(weeks.open_pathways(_by_age(means)), _open_caption(material))
    lead = lead_clock(material.scenario)
    key = "weeks.open_note" if lead is None else "weeks.open_clock_note"
    note = material.text(key, **({} if lead is None else {"name": material.clocks[lead.name]}))
    return Section("open", material.text("weeks.open_title"), note, (chart,))


def _open_caption(material: Material) -> str:
    """Say how many are open at the end, and at which steps those open longest are."""
    many, old = (
        float(tables.pick(material.intervals, "open_pathways", statistic)["mean"].sum())
        for statistic in ("at_end", "over_104_days")
    )
    caption = material.text("weeks.open_caption", number=say_number(many), old=say_number(old))
    if material.growing:
        caption += material.text("weeks.open_grows", names=material.say_growing(material.growing))
    where = material.frame("open_longest")
    if where.empty:
        return caption
    sums = where.groupby("state", observed=True)["patients"].sum().sort_values(ascending=False)
    share = sums.head(PLACES) / sums.sum() * old
    places = (
        f"{name} ({say_number(n)})" for name, n in zip(tables.named(share.index, material.states), share, strict=True)
    )
    return caption + material.text("weeks.open_where", places=words.listed(places))


def _by_age(frame: pd.DataFrame) -> pd.DataFrame:
    """Order the bands from young to old, by the number each begins with."""
    ages = frame["band"].astype(str).str.extract(r"(\d+)", expand=False).astype(int)
    ages = ages + frame["band"].astype(str).str.startswith(OLD)
    return frame.assign(age=ages).sort_values(["age", "week_start"], ignore_index=True)


def demand_and_activity(material: Material) -> Section | None:
    """What came in and what was done at the steps with the longest waits."""
    frame, chosen = material.frame("activity_by_week"), longest(material, PANELS)
    if frame.empty or not chosen:
        return None
    means = material.reported(tables.weekly(frame, "subject", ["enqueued", "completed"]))
    first = means[means["subject"] == chosen[0]][["enqueued", "completed"]].mean()
    means = tables.coarser(means, "subject", -(-means["week_start"].nunique() // BLOCK))
    caption = material.text(
        "weeks.activity_caption",
        name=material.states[chosen[0]],
        joined=say_number(first["enqueued"]),
        done=say_number(first["completed"]),
        n=FEWEST,
    )
    figure = weeks.demand_and_activity(_chosen(means, "subject", chosen, material.states))
    blocks = (drawn(figure, caption),)
    return Section("demand", material.text("weeks.activity_title"), material.text("weeks.activity_note"), blocks)


def capacity(material: Material) -> Section | None:
    """Hours rostered, used and asked for, of the bottleneck and the busiest resources."""
    frame, titles = material.frame("hours_by_week"), resources.titles(material)
    loads = material.loads.resources if material.loads is not None else None
    busy = [str(name) for name in resources.busiest(material)["subject"]]
    if frame.empty or not busy:
        return None
    scarcest = resources.leaders(material).get(most_waited_for(material))
    chosen = sorted(busy, key=lambda name: name != scarcest)[:PANELS]
    means = material.reported(tables.weekly(frame, "resource", ["open_hours", "held_hours"]))
    means = _chosen(means, "resource", chosen, material.resources | titles)
    weeks_a_year = DAYS_A_YEAR / DAYS_A_WEEK
    asked = loads.set_index("resource")["demand_hours"] / weeks_a_year if loads is not None else pd.Series(dtype=float)
    means["demand_hours"] = means["resource"].map(asked).astype(float)
    first = means[means["resource"] == busy[0]]
    caption = material.text(
        "weeks.capacity_caption",
        name=titles.get(busy[0], busy[0]),
        used=say_number(first["held_hours"].mean()),
        open=say_number(first["open_hours"].mean()),
    )
    chart = drawn(weeks.capacity(means), caption)
    return Section("capacity", material.text("weeks.capacity_title"), material.text("weeks.capacity_note"), (chart,))


def waiting_list(material: Material) -> Section | None:
    """How many wait, week by week, from a year before the reported period to the end of the run."""
    frame = material.frame("waiting_by_week")
    if frame.empty:
        return None
    means = tables.weekly(frame, "subject", ["waiting"])
    begun = means["week_start"].min()
    means = tables.coarser(means[means["week_start"] >= material.begins - LEAD], "subject", POINTS)
    means = means[means["subject"].isin(material.activities)]
    sizes = material.reported(means).groupby("subject")["waiting"].mean().sort_values(ascending=False)
    chosen = [str(name) for name in sizes.head(LINES).index if sizes[name] > 0]
    if not chosen:
        return None
    name = material.states.get(chosen[0], chosen[0])
    caption = material.text("weeks.list_caption", name=name, number=say_number(sizes.iloc[0]))
    if chosen[0] in material.growing:
        caption = material.text("weeks.list_caption_grows", name=name, growth=material.say_growth(chosen[0]))
    figure = weeks.waiting_list(
        _chosen(means, "subject", chosen, material.states),
        begins=material.begins,
        ends=material.ends,
        hidden=_hidden(begun, material),
    )
    blocks = (drawn(figure, caption),)
    return Section("list", material.text("weeks.list_title"), material.text("weeks.list_note"), blocks)


def _hidden(begun: datetime, material: Material) -> str:
    """Say how much of the warm-up is left out of a drawing; nothing if all of it is drawn."""
    days = (material.begins - LEAD - begun) / timedelta(days=1)
    if days < DAYS_A_WEEK:
        return ""
    if days >= DAYS_A_YEAR - DAYS_A_WEEK:
        return material.text("report.years", n=round(days / DAYS_A_YEAR))
    return material.text("report.weeks", n=round(days / DAYS_A_WEEK))


def longest(material: Material, count: int) -> list[str]:
    """Name the activities with the longest waits that enough patients pass to be drawn by week."""
    frame = tables.waits(material.intervals, material.states, {})
    return [str(name) for name in frame[frame["count"] >= FEWEST * material.years]["subject"].head(count)]


def _chosen(frame: pd.DataFrame, column: str, chosen: Sequence[str], titles: dict[str, str]) -> pd.DataFrame:
    """Keep the chosen subjects, in their order, with labels."""
    place = {name: number for number, name in enumerate(chosen)}
    rows = frame[frame[column].isin(list(chosen))]
    rows = rows.sort_values(column, key=lambda names: names.map(place), kind="stable", ignore_index=True)
    return rows.assign(label=tables.named(rows[column], titles))
