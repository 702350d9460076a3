"""The run-off of a backlog: how many of the patients there at minute 0 are left, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import COLOURS, DASHES, blank, cycle, safe

if TYPE_CHECKING:
    import pandas as pd

BANDS = ("rgba(0, 114, 178, 0.18)", "rgba(213, 94, 0, 0.18)")


def run_off(frame: pd.DataFrame) -> go.Figure:
    """Draw how many of the patients there at minute 0 wait or are under way each week, with the mean's interval.

    Parameters
    ----------
    frame
        Columns label, week_start, mean, low, high; a line for each label.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "waiting", "week_start": pd.Timestamp("2027-01-04"), "mean": 5.0, "low": 4.0, "high": 6.0}
    >>> [trace.name for trace in run_off(pd.DataFrame([row])).data]
    ['waiting', 'waiting']
    """
    figure = blank(320, hovermode="x unified")
    for index, label in enumerate(dict.fromkeys(frame["label"])):
        rows = frame[frame["label"] == label]
        figure.add_trace(_band(rows, str(label), cycle(BANDS, index)))
        figure.add_scatter(
            x=rows["week_start"],
            y=rows["mean"],
            mode="lines",
            line={"color": cycle(COLOURS, index), "dash": cycle(DASHES, index), "width": 2},
            name=safe(label),
            legendgroup=safe(label),
            hovertemplate="%{y:.1f}<extra>%{fullData.name}</extra>",
        )
    figure.update_yaxes(rangemode="tozero", title_text=words.text("chart.patients_of_list"))
    figure.update_xaxes(tickformat=words.text("chart.axis_month"))
    return figure


def _band(rows: pd.DataFrame, label: str, colour: str) -> go.Scatter:
    return go.Scatter(
        x=[*rows["week_start"], *rows["week_start"][::-1]],
        y=[*rows["high"], *rows["low"][::-1]],
        fill="toself",
        fillcolor=colour,
        line={"width": 0},
        mode="lines",
        name=safe(label),
        legendgroup=safe(label),
        showlegend=False,
        hoverinfo="skip",
    )
