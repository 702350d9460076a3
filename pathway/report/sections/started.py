"""The patients there at minute 0: how their number runs off, their clocks, and how each step's list comes down."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway.charts.started import run_off
from pathway.experiment.intervals import t_quantile
from pathway.report.blocks import Block, Paragraph, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say_count, say_date

SURE = 0.95
LAST = 4  # the part of the reported period, a quarter, whose median is a step's sustainable level
MOST_LINES = 30  # of rows skipped, named in the report; manifest.json has all
FEW = 8  # weeks of a period that is too short for that
SHOWN = 1.05  # the run-off is drawn until the end, or so much longer than it takes until nobody is left


def started(material: Material) -> Section | None:
    """What became of the patients who were there at minute 0."""
    frame, text = material.frame("started_by_week"), material.text
    if frame.empty:
        return None
    blocks: list[Block] = [*_came_from(material), _chart(material, frame)]
    clocks = list(_clock_rows(material))
    if clocks:
        keys = (text("started.clock"), text("started.running"), text("started.over_at_start"), text("started.over"))
        blocks.append(table([*keys, text("started.open")], clocks, title=text("started.clocks_title")))
    steps = list(_step_rows(material))
    if steps:
        heads = [text("started.step"), text("started.at_start"), text("started.at_end"), text("started.trend")]
        heads += [text("started.level"), text("started.reached")]
        blocks.append(table(heads, steps, title=text("started.steps_title")))
        blocks.append(Paragraph(text("started.level_note")))
    return Section("started", text("started.title"), text("started.note"), tuple(blocks))


def _came_from(material: Material) -> Iterator[Block]:
    """Say from which file the patients came, and which of its rows did not."""
    record, text = material.began_with, material.text
    if not record:
        return
    rows, skipped = record["rows"], record["skipped"]
    said = {"file": record["file"], "rows": f"{rows:,}", "patients": f"{record['patients']:,}"}
    if not skipped:
        yield Paragraph(text("started.all_taken", **said))
        return
    lines = ", ".join(map(str, skipped[:MOST_LINES])) + (" …" if len(skipped) > MOST_LINES else "")
    said |= {"taken": f"{rows - len(skipped):,}", "skipped": f"{len(skipped):,}", "lines": lines}
    yield Paragraph(text("started.some_skipped", **said))


def _chart(material: Material, frame: pd.DataFrame) -> Block:
    """Draw the run-off, until nobody is left or the run ends."""
    labels = {"waiting": material.text("chart.started_waiting"), "under_way": material.text("chart.started_under_way")}
    grouped = frame.groupby(["stage", "week_start"], sort=True, observed=True)["patients"]
    found = grouped.agg(["mean", "std", "size"]).reset_index()
    n = int(found["size"].max())
    half = (float(t_quantile(SURE, n)) if n > 1 else np.nan) * found["std"] / np.sqrt(n)
    found["low"], found["high"] = (found["mean"] - half).clip(lower=0), found["mean"] + half
    left = found.groupby("week_start")["mean"].sum()
    some = np.flatnonzero(left.to_numpy() > 0)
    last = min(len(left), max(2, int(np.ceil(SHOWN * (some[-1] + 2))))) if some.size else len(left)
    found = found[found["week_start"] <= left.index[last - 1]].assign(label=lambda rows: rows["stage"].map(labels))
    found = found.sort_values(["stage", "week_start"], ascending=[False, True], ignore_index=True)
    shown = left.iloc[:last]
    first = sum(row.count for row in material.scenario.patients)
    said = {"first": say_count(first), "half": say_count(shown.iloc[last // 2]), "last": say_count(shown.iloc[-1])}
    return drawn(run_off(found), material.text("started.caption", **said))


def _clock_rows(material: Material) -> Iterator[tuple[str, ...]]:
    frame = material.frame("started_clocks")
    for name, title in material.clocks.items():
        means = frame[frame["clock"] == name][["running", "over_at_start", "over", "open"]].mean()
        if not means["running"] > 0:
            continue
        limited = bool(material.scenario.clocks[name].limit)
        over = [say_count(means[key]) if limited else MISSING for key in ("over_at_start", "over")]
        yield title, say_count(means["running"]), *over, say_count(means["open"])


def _step_rows(material: Material) -> Iterator[tuple[str, ...]]:
    """Say of each step how many wait at minute 0 and later, and when its sustainable level is first reached."""
    trends = {
        "falling": material.text("started.falling"),
        "growing": material.text("started.growing"),
        "steady": material.text("started.steady"),
        "for_ever": material.text("started.for_ever"),
        "": MISSING,
    }
    there = {row.state for row in material.scenario.patients if row.started is None}
    frame = material.frame("waiting_by_week")
    frame = frame[(frame["week_start"] < material.ends) & frame["subject"].isin(list(there))]
    for name in sorted(there & material.activities, key=lambda name: material.states[name]):
        counts = frame[frame["subject"] == name].pivot(index="replication", columns="week_start", values="waiting")
        mean = counts.mean(axis=0).to_numpy()
        first = int((counts.columns < material.begins).sum())
        trend, level, week = run_down(counts.to_numpy(np.float64), first, is_growing=name in material.growing)
        when = MISSING if trend in ("for_ever", "") else material.text("started.not_reached")
        if week is not None:
            when = say_date(counts.columns[week].date())
            when = when if week else material.text("started.from_the_start")
        yield (
            material.states[name], say_count(mean[0]), say_count(mean[-1]), trends[trend], say_count(level), when
        )  # fmt: skip


def run_down(counts: NDArray[np.float64], first: int, *, is_growing: bool) -> tuple[str, float, int | None]:
    """Give how a queue moves in the last quarter, the level it then has, and the week in which it first is there.

    `counts` has a row a replication and a column a week, of which those from `first` are reported. There is no level
    where it grows for ever, and no such week where it still moves by more than chance.

    >>> run_down(np.array([[9.0, 6.0, 3.0, 2.0, 1.0, 2.0, 1.0, 2.0]] * 2), 0, is_growing=True)
    ('for_ever', nan, None)
    >>> falls = np.array([[12.0, 8.0, 4.0, 3.0, 2.0, 3.0, 2.0, 3.0], [12.0, 8.0, 4.0, 2.0, 3.0, 2.0, 3.0, 2.0]])
    >>> run_down(falls, 0, is_growing=False)
    ('steady', 2.5, 3)
    """
    if is_growing or counts.shape[1] - first < FEW:
        return "for_ever" if is_growing else "", float("nan"), None
    mean, last = counts.mean(axis=0), counts[:, first:]
    last = last[:, -(last.shape[1] // LAST) :]
    level = float(np.median(last.mean(axis=0)))
    week = np.arange(last.shape[1]) - (last.shape[1] - 1) / 2
    slopes = last @ week / (week @ week)
    n, slope = slopes.size, float(slopes.mean())
    half = float(t_quantile(SURE, n)) * float(slopes.std(ddof=1)) / np.sqrt(n) if n > 1 else float("inf")
    if abs(slope) > half:
        return ("falling" if slope < 0 else "growing"), level, None
    return "steady", level, int(np.argmax(mean <= level))
