"""Charts of a sizing: what each configuration reaches, price against wait, where the replications went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os.path import commonprefix
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    SKY,
    VERMILION,
    blank,
    row_height,
    safe,
    wrapped,
)

if TYPE_CHECKING:
    import pandas as pd

LABEL, LINES = 48, 3  # letters to a line of a configuration's name, and how many lines it may take
LOOKS = {"meets": (BLUE, "circle"), "misses": (VERMILION, "x"), "undecided": (GREY, "diamond-open")}
WORDS = {"meets": "sizing.meets", "misses": "sizing.misses", "undecided": "sizing.not_decided"}


def capacity_curve(frame: pd.DataFrame, *, chosen: str | None) -> go.Figure:
    """Draw what a target comes to in each configuration, the cheapest on top, beside what is asked.

    Parameters
    ----------
    frame
        Of one target: configuration, value, low, high, goal, verdict, unit ("share" or days).
    chosen
        The configuration that was chosen.
    """
    names = _rows(frame["configuration"], chosen)
    figure = blank(_height(names))
    goal = float(frame["goal"].iloc[0])
    is_share = frame["unit"].iloc[0] == "share"
    for verdict, (colour, marker) in LOOKS.items():
        rows = [row for row, each in enumerate(frame["verdict"]) if each == verdict]
        if rows:
            shown = frame.iloc[rows]
            figure.add_scatter(
                x=shown["value"],
                y=rows,
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": (shown["high"] - shown["value"]).tolist(),
                    "arrayminus": (shown["value"] - shown["low"]).tolist(),
                    "color": colour,
                    "thickness": 1.5,
                },
                text=[safe(name) for name in shown["configuration"]],
                mode="markers",
                marker={"symbol": marker, "size": 11, "color": colour},
                name=words.text(WORDS[verdict]),
                hovertemplate="%{text}: %{x:.1%}<extra></extra>" if is_share else "%{text}: %{x:.1f}<extra></extra>",
            )
    figure.add_scatter(
        x=[goal, goal],
        y=[-0.5, len(frame) - 0.5],
        mode="lines",
        line={"color": BLACK, "dash": "dash", "width": 1.5},
        name=words.text("sizing.goal"),
        hoverinfo="skip",
    )
    figure.update_yaxes(
        tickvals=list(range(len(frame))), ticktext=names, range=[len(frame) - 0.5, -0.5], zeroline=False
    )
    title = words.text("sizing.axis_share" if is_share else "sizing.axis_days")
    figure.update_xaxes(title_text=title, tickformat=".0%" if is_share else None)
    return figure


def _rows(configurations: Iterable[str], chosen: str | None) -> list[str]:
    """Name each configuration by what tells it from the others: what all begin with is in the table and left out."""
    names = list(configurations)
    start = commonprefix(names) if len(names) > 1 else ""
    begin = start.rfind(": ") + 2 if ": " in start else 0
    labels = [wrapped(name[begin:], LABEL, LINES) for name in names]
    mark = words.text("sizing.chosen")
    return [f"<b>{label} ({mark})</b>" if name == chosen else label for name, label in zip(names, labels, strict=True)]


def _height(names: Sequence[str]) -> int:
    """Give the height of a chart whose rows are as high as the longest name has lines."""
    lines = max((name.count("<br>") + 1 for name in names), default=1)
    return row_height(len(names), each=max(26, 15 * lines + 6))


def price_against_wait(frame: pd.DataFrame, *, chosen: str | None, unit: str) -> go.Figure:
    """Draw each configuration by its price and its mean wait; those that no other beats are joined by a line.

    `frame` has, of one target, configuration, price, mean_days, on_front; `unit` is that of the price, in words.
    """
    figure = blank(340)
    front = frame[frame["on_front"]].sort_values(["price", "mean_days"])
    figure.add_scatter(
        x=front["price"], y=front["mean_days"], mode="lines", line={"color": SKY, "width": 2}, hoverinfo="skip",
        showlegend=False,
    )  # fmt: skip
    for is_chosen, colour, marker, size in ((False, BLUE, "circle-open", 9), (True, ORANGE, "star", 16)):
        shown = frame[(frame["configuration"] == chosen) == is_chosen]
        if len(shown):
            figure.add_scatter(
                x=shown["price"],
                y=shown["mean_days"],
                text=[safe(name) for name in shown["configuration"]],
                mode="markers",
                marker={"symbol": marker, "size": size, "color": colour, "line": {"width": 2, "color": colour}},
                name=words.text("sizing.chosen") if is_chosen else "",
                showlegend=is_chosen,
                hovertemplate="%{text}: %{x:,.0f}, %{y:.1f}<extra></extra>",
            )
    figure.update_xaxes(title_text=words.text("sizing.axis_price", unit=unit), tickformat=",~r")
    figure.update_yaxes(title_text=words.text("sizing.axis_days"), rangemode="tozero")
    return figure


def replications_spent(frame: pd.DataFrame, *, chosen: str | None) -> go.Figure:
    """Draw how many replications each configuration was given: columns configuration, replications."""
    names = _rows(frame["configuration"], chosen)
    figure = blank(_height(names))
    rows = list(range(len(frame)))
    figure.add_bar(
        x=frame["replications"],
        y=rows,
        orientation="h",
        marker={"color": BLUE},
        showlegend=False,
        text=frame["replications"],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_yaxes(tickvals=rows, ticktext=names, range=[len(frame) - 0.5, -0.5])
    figure.update_xaxes(title_text=words.text("sizing.axis_replications"), rangemode="tozero")
    return figure
