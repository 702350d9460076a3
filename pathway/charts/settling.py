"""The Welch plot: how a run fills up from its first day, and when it has settled."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import BLACK, BLUE, GREY, PALE, VERMILION
from pathway.charts.weeks import panels

if TYPE_CHECKING:
    import pandas as pd


def welch(frame: pd.DataFrame) -> go.Figure:
    """Draw some weekly series from the first day of the run, with the chosen warm-up and the advised one.

    Parameters
    ----------
    frame
        Columns label, week (since the run began), mean (of the replications), smooth (its moving average, NaN
        where there is none), warm_up, settled (weeks; NaN if it has not); one small chart for each label.

    Examples
    --------
    >>> import pandas as pd
    >>> week = {"label": "CT", "mean": 5.0, "smooth": 5.0, "warm_up": 1, "settled": 0}
    >>> rows = [week | {"week": 0}, week | {"week": 1}]
    >>> [trace.name for trace in welch(pd.DataFrame(rows)).data][:2]
    ['mean of the simulated periods', 'moving average (Welch)']
    """
    figure, places = panels(list(dict.fromkeys(frame["label"])))
    for index, (label, (row, column)) in enumerate(places.items()):
        rows = frame[frame["label"] == label]
        highest = 1.1 * max(float(rows["mean"].max()), 1.0)
        traces = [
            _curve(rows, "mean", {"color": GREY, "width": 1}),
            _curve(rows, "smooth", {"color": BLUE, "width": 3}),
            _stroke(float(rows["warm_up"].iloc[0]), highest, "warm_up", {"color": BLACK, "dash": "solid"}),
            _stroke(float(rows["settled"].iloc[0]), highest, "settled", {"color": VERMILION, "dash": "dash"}),
        ]
        for trace in traces:
            trace.update(showlegend=not index)
        figure.add_traces(traces, rows=[row] * len(traces), cols=[column] * len(traces))
        figure.update_yaxes(range=[0, highest], row=row, col=column)
        figure.add_vrect(
            x0=0, x1=float(rows["warm_up"].iloc[0]), fillcolor=PALE, opacity=0.5, line_width=0, layer="below",
            row=row, col=column,
        )  # fmt: skip
    figure.update_xaxes(tickformat="d", title={"text": words.text("chart.weeks_of_run"), "font": {"size": 12}})
    figure.update_yaxes(col=1, title={"text": words.text("chart.patients"), "font": {"size": 12}})
    figure.update_layout(height=figure.layout.height + 40 * ((len(places) + 1) // 2))
    return figure


def _curve(rows: pd.DataFrame, column: str, line: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        x=rows["week"],
        y=rows[column],
        mode="lines",
        line=line,
        name=words.text(f"chart.welch_{column}"),
        legendgroup=column,
        hovertemplate="%{x}: %{y:.1f}<extra>%{fullData.name}</extra>",
    )


def _stroke(week: float, highest: float, key: str, line: dict[str, object]) -> go.Scatter:
    """Draw an upright line at a week; none where there is no week."""
    return go.Scatter(
        x=[] if math.isnan(week) else [week, week],
        y=[] if math.isnan(week) else [0, highest],
        mode="lines",
        line={"width": 2} | line,
        name=words.text(f"chart.welch_{key}"),
        legendgroup=key,
        hovertemplate="%{x:.0f}<extra>%{fullData.name}</extra>",
    )
