"""What charts of several scenarios are drawn from: differences, clocks over each other, waiting lists side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from pathway import words
from pathway.charts import scenarios
from pathway.clock import MINUTES_PER_DAY
from pathway.report import tables
from pathway.report.blocks import Block, drawn
from pathway.report.compared import Change, Compared
from pathway.report.material import Material
from pathway.report.naming import title
from pathway.report.numbers import say_number, say_share
from pathway.report.plain import name_of
from pathway.report.said import clause

DOTS = 14  # figures in one chart of differences
LINES = 4  # activities in the waiting lists
POINTS = 40  # of a line at most


def dot_plots(read: Sequence[Material], found: Mapping[Compared, Sequence[Change]]) -> list[Block]:
    """Draw for each scenario what it changes: the clearest first, and of each unit in a panel."""
    return [block for other in read[1:] for block in _dot_plot(read[0], other, found)]


def _dot_plot(base: Material, other: Material, found: Mapping[Compared, Sequence[Change]]) -> list[Block]:
    mine = [row for rows in found.values() for row in rows if row.scenario == other.scenario.name]
    mine = [row for row in mine if not row.is_none and not math.isnan(row.half)]
    if not mine:
        return []
    shown = sorted(mine, key=lambda row: (not row.is_sure, not row.good, -row.clarity))[:DOTS]
    shown = sorted(shown, key=lambda row: (_unit(row, base), -abs(row.difference)))
    lines = [(row.figure.label, _unit(row, base), row.difference, row.low, row.high, _judged(row)) for row in shown]
    frame = pd.DataFrame(lines, columns=["label", "unit", "difference", "low", "high", "judged"])
    sure = sorted((row for row in shown if row.is_sure), key=lambda row: (not row.good, -row.clarity))
    said = base.text("compare.clearest", change=clause(sure[0], base)) if sure else base.text("compare.none_clear")
    caption = base.text("compare.dots_caption", name=name_of(other), base=name_of(base), clearest=said)
    return [drawn(scenarios.changes(frame), caption, title=name_of(other))]


def _unit(row: Change, base: Material) -> str:
    known = {"share": "compare.points", "days": "compare.days", "patients": "compare.patients"}
    unit = row.figure.unit
    if row.figure.measure == "staffing":
        return base.text("compare.in_wte")
    return base.text(known[unit]) if unit in known else unit or base.text("compare.a_year")


def _judged(row: Change) -> str:
    return {1: "better", -1: "worse"}.get(row.good, "clear") if row.is_sure else "chance"


def clocks_overlaid(read: Sequence[Material]) -> list[Block]:
    """Draw by which day clocks had stopped, the scenarios over each other, averaged over the simulated years."""
    base, parts = read[0], []
    for material in read:
        frame = material.frame("clock_curves")
        if frame.empty:
            return []
        means = frame.groupby(["clock", "day"], sort=False, observed=True)["share"].mean().reset_index()
        known = means[means["clock"].isin(list(base.clocks)) & means["share"].notna()]
        parts.append(known.assign(scenario=name_of(material)))
    joined = pd.concat(parts, ignore_index=True)
    if joined.empty:
        return []
    rules = base.scenario.clocks
    joined["limit"] = [rules[name].limit / MINUTES_PER_DAY or math.nan for name in joined["clock"]]
    joined["goal"] = [math.nan if rules[name].share is None else rules[name].share for name in joined["clock"]]
    joined["clock"] = joined["clock"].map(base.clocks)
    figure = scenarios.curves(joined)
    return [drawn(figure, _clock_caption(read), title=base.text("compare.clocks_title"))]


def _clock_caption(read: Sequence[Material]) -> str:
    """Say for the first clock with a limit what share is within it in each scenario."""
    base = read[0]
    name = next((name for name, clock in base.scenario.clocks.items() if clock.limit and clock.share), None)
    if name is None:
        return base.text("compare.clocks_plain")
    shares = [tables.pick(each.intervals, "clock", "share_within", "all")["mean"].get(name, math.nan) for each in read]
    said = words.listed(
        f"{name_of(each)} {say_share(share, digits=1)}" for each, share in zip(read, shares, strict=True)
    )
    days = say_number(base.scenario.clocks[name].limit / MINUTES_PER_DAY)
    return base.text("compare.clocks_caption", name=base.clocks[name], days=days, shares=said)


def lists_beside(read: Sequence[Material]) -> list[Block]:
    """Draw the waiting lists of the same activities, a panel for each scenario on the same axes."""
    base = read[0]
    weekly = [each.reported(tables.weekly(each.frame("waiting_by_week"), "subject", ["waiting"])) for each in read]
    levels = [frame.groupby("subject")["waiting"].mean() for frame in weekly]
    chosen = _chosen(levels, base)
    if not chosen:
        return []
    parts = []
    for material, frame in zip(read, weekly, strict=True):
        for name in chosen:
            rows = tables.coarser(frame[frame["subject"] == name], "subject", POINTS)
            label = title(base.scenario, "states", name)
            parts.append(
                rows.assign(label=label, scenario=name_of(material))[["scenario", "label", "week_start", "waiting"]]
            )
    figure = scenarios.waiting_lists(pd.concat(parts, ignore_index=True))
    first = chosen[0]
    said = words.listed(
        f"{name_of(each)} {say_number(level.get(first, 0.0))}" for each, level in zip(read, levels, strict=True)
    )
    caption = base.text("compare.lists_caption", name=title(base.scenario, "states", first), numbers=said)
    return [drawn(figure, caption, title=base.text("compare.lists_title"))]


def _chosen(levels: Sequence[pd.Series], base: Material) -> list[str]:
    """Choose the activities whose lists differ most between the scenarios, then the longest."""
    table = pd.concat(levels, axis=1).fillna(0.0)
    table = table[table.index.isin(list(base.activities)) & (table.max(axis=1) > 0)]
    spread = (table.max(axis=1) - table.min(axis=1)).sort_values(ascending=False, kind="stable")
    longest = table.max(axis=1).sort_values(ascending=False, kind="stable")
    names = dict.fromkeys([*spread.index[: LINES // 2], *longest.index])
    return sorted(list(map(str, names))[:LINES], key=lambda name: -float(longest[name]))
