"""Charts of a calibration: how far simulated cases are from observed ones, and when cases arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.rows import in_rows, spans
from pathway.charts.template import BLUE, GREY, SKY, VERMILION, blank, row_height, safe

if TYPE_CHECKING:
    import pandas as pd


def distances_beside_chance(frame: pd.DataFrame) -> go.Figure:
    """Draw each distance as so many times what chance alone makes, beside the range of chance.

    Parameters
    ----------
    frame
        Columns label, times (distance over the mean of chance), high (the 95 % quantile of chance, likewise),
        told_apart.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "CT", "times": 1.2, "high": 1.8, "told_apart": False}
    >>> len(distances_beside_chance(pd.DataFrame([row])).data)
    2
    """
    figure = blank(row_height(len(frame), each=36))
    figure.add_trace(spans([0.0] * len(frame), frame["high"], 9, SKY, words.text("calibrate.by_chance")))
    looks = ((False, BLUE, "circle", "calibrate.not_told_apart"), (True, VERMILION, "x", "calibrate.told_apart"))
    for told_apart, colour, marker, key in looks:
        rows = [row for row, each in enumerate(frame["told_apart"]) if bool(each) is told_apart]
        if rows:
            figure.add_scatter(
                x=frame["times"].iloc[rows],
                y=rows,
                text=[safe(label) for label in frame["label"].iloc[rows]],
                mode="markers",
                marker={"symbol": marker, "size": 10, "color": colour},
                name=words.text(key),
                hovertemplate="%{text}: %{x:.1f}<extra></extra>",
            )
    figure.update_xaxes(title_text=words.text("calibrate.axis_times"), rangemode="tozero")
    return in_rows(figure, frame["label"])


def arrivals_by(frame: pd.DataFrame, *, title: str) -> go.Figure:
    """Draw rates of arrival with their intervals: columns label, per_day, low, high."""
    figure = blank(300)
    figure.add_bar(
        x=frame["label"],
        y=frame["per_day"],
        marker={"color": BLUE},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": (frame["high"] - frame["per_day"]).tolist(),
            "arrayminus": (frame["per_day"] - frame["low"]).tolist(),
            "color": GREY,
        },
        showlegend=False,
        hovertemplate="%{x}: %{y:.2f}<extra></extra>",
    )
    figure.update_xaxes(title_text=title, type="category")
    figure.update_yaxes(title_text=words.text("calibrate.axis_per_day"), rangemode="tozero")
    return figure
