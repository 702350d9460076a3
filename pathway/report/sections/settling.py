"""Whether the run had settled before anything was counted: the Welch plot with MSER-5's advice."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pathway import words
from pathway.charts import settling as charts
from pathway.experiment.warm_up import ENOUGH, GROWS, RUN_TOO_SHORT, TOO_SHORT, Series, needed_weeks, weekly_series
from pathway.metrics import welch
from pathway.report.blocks import Block, Folded, Paragraph, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say_number

PANELS = 4
WINDOW = 13  # weeks on either side, a quarter of a year
WORST_FIRST = {RUN_TOO_SHORT: 0, TOO_SHORT: 0, GROWS: 1}


def warm_up(material: Material) -> Section | None:
    """When queues and open pathways settled, beside the warm-up that was chosen."""
    text, found = material.text, material.warm_up
    if found.empty:
        return None
    every = {(each.series, each.subject): each for each in weekly_series(material.scenario, material.frames)}
    order = found["verdict"].map(WORST_FIRST).fillna(2)
    shown = found.assign(order=order).sort_values("order", kind="stable").head(PANELS)
    window = min(WINDOW, int(found["run_weeks"].iloc[0]) // 4)
    rows = [_drawn_rows(material, row, every[row.series, row.subject], window) for row in shown.itertuples()]
    blocks: list[Block] = [Paragraph(say, "warning") for say in say_short(material)]
    caption = say_needed(material)
    blocks.append(drawn(charts.welch(pd.concat(rows)), caption))
    keys = ("series", "level", "settles", "chosen", "off", "verdict")
    lines = [_line(material, row) for row in found.itertuples()]
    made = table([text(f"settling.{key}") for key in keys], lines)
    blocks.append(Folded(text("report.numbers"), (made,)))
    return Section("settling", text("settling.title"), text("settling.note", n=2 * window + 1), tuple(blocks))


def _drawn_rows(material: Material, row: Any, series: Series, window: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": _capital(say_series(material, row.series, row.subject)),
            "week": np.arange(series.mean.size),
            "mean": series.mean,
            "smooth": welch(series.mean, window),
            "warm_up": row.warm_up_weeks,
            "settled": row.weeks if 2 * row.weeks < row.run_weeks and row.verdict != GROWS else np.nan,
        }
    )


def _line(material: Material, row: Any) -> tuple[str, ...]:
    weeks = MISSING if row.verdict == GROWS or row.weeks != row.weeks else f"{row.weeks:.0f}"
    off = MISSING if row.weeks <= row.warm_up_weeks or weeks == MISSING else words.percent(f"{100 * row.change:+.0f}")
    verdict = material.text(f"settling.is_{row.verdict.replace(' ', '_')}")
    name = _capital(say_series(material, row.series, row.subject))
    return name, say_number(row.level), weeks, f"{row.warm_up_weeks:.0f}", off, verdict


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def say_series(material: Material, series: str, subject: str) -> str:
    """Name a weekly series in the scenario's titles."""
    if series == "open":
        return material.text("settling.open")
    if not subject:
        return material.text("settling.waiting_all")
    return material.text("settling.waiting", name=material.states.get(subject, subject))


def say_short(material: Material, *, most: int = 3) -> list[str]:
    """Say which series the warm-up, or the whole run, is too short for; the worst first, the rest as a number."""
    found = material.warm_up
    if found.empty:
        return []
    said = []
    keys = {
        TOO_SHORT: ("settling.short", "settling.short_series"),
        RUN_TOO_SHORT: ("settling.late", "settling.late_series"),
    }
    for verdict, (key, each) in keys.items():
        rows = found[found["verdict"] == verdict].sort_values("weeks", ascending=False, kind="stable")
        if rows.empty:
            continue
        named = [
            material.text(each, name=say_series(material, row.series, row.subject), weeks=f"{row.weeks:.0f}")
            for row in rows.head(most).itertuples()
        ]
        more = material.text("first.and_more", n=len(rows) - most) if len(rows) > most else ""
        first = rows.iloc[0]
        chosen, run = f"{first['warm_up_weeks']:.0f}", int(first["run_weeks"])
        said.append(material.text(key, chosen=chosen, n=run, series=words.clauses(named) + more))
    return said


def say_needed(material: Material) -> str:
    """Say which warm-up would do."""
    found = material.warm_up
    needed, chosen = needed_weeks(found), float(found["warm_up_weeks"].iloc[0])
    if needed is None:
        return material.text("settling.advice_longer_run")
    if needed > chosen:
        return material.text("settling.advice_longer", needed=f"{needed:.0f}", chosen=f"{chosen:.0f}")
    key = "settling.advice_enough" if (found["verdict"] == ENOUGH).any() else "settling.advice_none"
    return material.text(key, chosen=f"{chosen:.0f}")
