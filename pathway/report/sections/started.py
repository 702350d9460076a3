"""The patients there at minute 0: how their number runs off, their clocks, and how each step's list comes down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from pathway import words
from pathway.charts.started import run_off
from pathway.experiment.intervals import t_quantile
from pathway.experiment.run_down import FALLING, GROWING, STEADY, SURE, UNKNOWN, RunDown, levels_of, run_down
from pathway.report.blocks import Block, Paragraph, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say_count, say_date, say_number, say_span

MOST_LINES = 30  # of rows skipped, named in the report; manifest.json has all
WAITING = "waiting"  # the stage
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
        blocks += [Paragraph(sentence) for sentence in _explained(material)]
    return Section("started", text("started.title"), text("started.note"), tuple(blocks))


def _explained(material: Material) -> Iterator[str]:
    """Say what the level is, and why there is no week where there is none."""
    text = material.text
    is_long_run = not material.frame("long_run_levels").empty
    yield text("started.level_note_long_run") if is_long_run else text("started.level_note")
    if _is_one(material):
        yield text("started.one_replication")


def _is_one(material: Material) -> bool:
    """Whether there is only one replication, from which chance cannot be told."""
    return bool(material.frame("started_by_week")["replication"].nunique() == 1)


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
    lines = words.listed(map(str, skipped[:MOST_LINES])) + (" …" if len(skipped) > MOST_LINES else "")
    said |= {"taken": f"{rows - len(skipped):,}", "skipped": f"{len(skipped):,}", "lines": lines}
    yield Paragraph(text("started.some_skipped", **said))


def _chart(material: Material, frame: pd.DataFrame) -> Block:
    """Draw the run-off, until nobody is left or the run ends."""
    labels = {WAITING: material.text("chart.started_waiting"), "under_way": material.text("chart.started_under_way")}
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
    waiting = found[found["stage"] == WAITING].set_index("week_start")["mean"]
    said = {"first": say_count(first), "half": say_count(shown.iloc[last // 2]), "last": say_count(shown.iloc[-1])}
    said |= {"half_waiting": say_count(waiting.iloc[last // 2]), "last_waiting": say_count(waiting.iloc[-1])}
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
    """Say of each step how many wait at minute 0 and later, and when the level it can keep is first reached."""
    text = material.text
    trends = {
        FALLING: text("started.falling"),
        GROWING: text("started.growing"),
        STEADY: text("started.steady"),
        UNKNOWN: MISSING,
    }
    there = {row.state for row in material.scenario.patients if row.started is None}
    frame, levels = material.frame("waiting_by_week"), levels_of(material.frame("long_run_levels"))
    frame = frame[(frame["week_start"] < material.ends) & frame["subject"].isin(list(there))]
    for name in sorted(there & material.activities, key=lambda name: material.states[name]):
        counts = frame[frame["subject"] == name].pivot(index="replication", columns="week_start", values="waiting")
        mean, begin = counts.mean(axis=0).to_numpy(), int((counts.columns < material.begins).sum())
        is_growing = name in material.growing
        found = run_down(counts.to_numpy(np.float64), begin, levels.get(name), is_growing=is_growing)
        trend = text("started.for_ever", growth=material.say_growth(name)) if is_growing else trends[found.trend]
        when = text("started.never") if is_growing else _when(material, found, list(counts.columns))
        yield material.states[name], say_count(mean[0]), say_count(mean[-1]), trend, _level(material, found), when


def _level(material: Material, found: RunDown) -> str:
    """Write the level a queue can keep, with its interval."""
    level = say_number(found.level.mean)
    span = say_span(found.level.low, found.level.high, "")
    return level if span == MISSING else material.text("started.level_span", level=level, span=span)


def _when(material: Material, found: RunDown, weeks: Sequence[datetime]) -> str:
    """Write the week in which a queue is first at its level, with its interval."""
    text = material.text
    if _is_one(material) or np.isnan(found.level.mean):
        return MISSING
    if found.week is None:
        return text("started.not_reached")
    if found.week == 0:
        return text("started.from_the_start")
    week, first = say_date(weeks[found.week]), say_date(weeks[found.first or 0])
    if found.last is None:
        return text("started.week_or_later", week=week, first=first)
    return text("started.week_between", week=week, first=first, last=say_date(weeks[found.last]))
