"""The tornado: how far a figure moves with each number, the widest bar on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import BLACK, BLUE, GREY, blank, row_height, wrapped

if TYPE_CHECKING:
    import pandas as pd

LABEL = 44  # letters to a line of a number's name


def tornado(frame: pd.DataFrame) -> go.Figure:
    """Draw how far a figure moves with each number.

    Parameters
    ----------
    frame
        Of one figure, the widest first: label, at_low, at_high, as_is, unit.
    """
    figure = blank(row_height(len(frame), each=34))
    rows = list(range(len(frame)))
    for row, each in zip(rows, frame.itertuples(), strict=True):
        figure.add_scatter(
            x=[each.at_low, each.at_high],
            y=[row, row],
            mode="lines",
            line={"color": GREY, "width": 6},
            showlegend=False,
            hoverinfo="skip",
        )
    is_share = frame["unit"].iloc[0] == "share"
    hover = "%{x:.1%}<extra></extra>" if is_share else "%{x:.1f}<extra></extra>"
    for column, key, marker in (
        ("at_low", "sensitivity.at_lowest", "circle-open"),
        ("at_high", "sensitivity.at_highest", "circle"),
    ):
        figure.add_scatter(
            x=frame[column],
            y=rows,
            mode="markers",
            marker={"symbol": marker, "size": 11, "color": BLUE, "line": {"width": 2, "color": BLUE}},
            name=words.text(key),
            hovertemplate=hover,
        )
    as_is = float(frame["as_is"].iloc[0])
    figure.add_scatter(
        x=[as_is, as_is],
        y=[-0.5, len(frame) - 0.5],
        mode="lines",
        line={"color": BLACK, "width": 1.5},
        name=words.text("sensitivity.as_it_is"),
        hoverinfo="skip",
    )
    labels = [wrapped(label, LABEL) for label in frame["label"]]
    figure.update_yaxes(tickvals=rows, ticktext=labels, range=[len(frame) - 0.5, -0.5])
    figure.update_xaxes(
        tickformat="~%" if is_share else None,
        title_text="" if is_share else words.named_unit(str(frame["unit"].iloc[0])),
    )
    return figure
