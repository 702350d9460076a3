"""The chart of an outlook: the share within its limit week by week, until it is below what is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import BLACK, BLUE, GREY, VERMILION, blank

if TYPE_CHECKING:
    from datetime import datetime

    import pandas as pd


def share_by_week(frame: pd.DataFrame, stops: datetime | None) -> go.Figure:
    """Draw the share of patients within a limit by week, as counted and as a line that never rises.

    Parameters
    ----------
    frame
        Of one target: week_start, share, fitted, goal.
    stops
        The first week below the goal, if there is one: marked by an upright line.
    """
    figure = blank(340)
    figure.add_scatter(
        x=frame["week_start"],
        y=frame["share"],
        mode="markers",
        marker={"size": 4, "color": GREY, "symbol": "circle-open"},
        name=words.text("sizing.axis_share"),
        hovertemplate="%{x|%Y-%m-%d}: %{y:.1%}<extra></extra>",
    )
    figure.add_scatter(
        x=frame["week_start"],
        y=frame["fitted"],
        mode="lines",
        line={"color": BLUE, "width": 3, "shape": "hv"},
        name=words.text("outlook.fitted"),
        hovertemplate="%{x|%Y-%m-%d}: %{y:.1%}<extra></extra>",
    )
    figure.add_scatter(
        x=[frame["week_start"].iloc[0], frame["week_start"].iloc[-1]],
        y=[frame["goal"].iloc[0]] * 2,
        mode="lines",
        line={"color": BLACK, "dash": "dash", "width": 1.5},
        name=words.text("sizing.goal"),
        hoverinfo="skip",
    )
    if stops is not None:
        figure.add_vline(x=stops, line={"color": VERMILION, "dash": "dot", "width": 2})
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(title_text=words.text("outlook.axis_week"))
    return figure
