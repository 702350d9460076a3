"""Charts of a validation: what was observed on the bands of what was predicted, by month and by band of days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import BLACK, BLUE, GREY, PALE, VERMILION, blank

if TYPE_CHECKING:
    import pandas as pd

BAND = "rgba(0, 114, 178, 0.18)"
MARKS = {"inside": "circle", "within_spread": "circle", "outside": "circle-open", "beyond": "x", "beyond_spread": "x"}
OFF = ("beyond", "beyond_spread")


def observed_by_month(rows: pd.DataFrame, *, is_share: bool) -> go.Figure:
    """Draw observed figures month by month as points on the predicted band.

    Parameters
    ----------
    rows
        Of one figure, a row a month: period, observed, spread_low, spread_high, predicted, see_low, see_high, verdict.
    is_share
        Whether it is a share, shown in per cent.
    """
    figure = blank(340)
    months = list(rows["period"])
    band = {"x": [*months, *months[::-1]], "y": [*rows["see_high"], *rows["see_low"][::-1]]}
    figure.add_scatter(
        **band,
        fill="toself",
        fillcolor=BAND,
        line={"width": 0},
        hoverinfo="skip",
        name=words.text("validation.band"),
    )
    shown = ".1%" if is_share else ",.0f"
    figure.add_scatter(
        x=months,
        y=rows["predicted"],
        mode="lines",
        line={"color": BLUE, "width": 2},
        name=words.text("validation.predicted"),
        hovertemplate=f"%{{x}}: %{{y:{shown}}}<extra></extra>",
    )
    figure.add_scatter(
        x=months,
        y=rows["observed"],
        mode="markers",
        marker=_marks(rows),
        error_y=_whiskers(rows),
        name=words.text(_observed_key(rows)),
        hovertemplate=f"%{{x}}: %{{y:{shown}}}<extra></extra>",
    )
    figure.update_yaxes(tickformat=".0%" if is_share else ",.0f", rangemode="tozero")
    figure.update_xaxes(type="category", tickangle=-60, nticks=13)
    return figure


def observed_by_band(rows: pd.DataFrame) -> go.Figure:
    """Draw the shares of bands of days: observed as bars, predicted as points with their bands.

    Parameters
    ----------
    rows
        Of one figure, a row a band: label, observed, spread_low, spread_high, predicted, see_low, see_high, verdict.
    """
    figure = blank(340, bargap=0.35)
    labels = list(rows["label"])
    figure.add_bar(
        x=labels,
        y=rows["observed"],
        marker={"color": PALE, "line": {"color": GREY, "width": 1}},
        error_y=_whiskers(rows),
        name=words.text(_observed_key(rows)),
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    figure.add_scatter(
        x=labels,
        y=rows["predicted"],
        mode="markers",
        marker={"color": BLUE, "size": 9, "symbol": "diamond"},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": rows["see_high"] - rows["predicted"],
            "arrayminus": rows["predicted"] - rows["see_low"],
            "color": BLUE,
            "thickness": 2,
            "width": 8,
        },
        name=words.text("validation.predicted_band"),
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(type="category", title_text=words.text("validation.axis_days"))
    return figure


def bands_before_and_after(rows: pd.DataFrame) -> go.Figure:
    """Draw the shares of bands of days: observed as bars, simulated before and after a fit as points.

    Parameters
    ----------
    rows
        Of one clock or activity, a row a band: label, observed, before, after.
    """
    figure = blank(320, bargap=0.35)
    figure.add_bar(
        x=rows["label"],
        y=rows["observed"],
        marker={"color": PALE, "line": {"color": GREY, "width": 1}},
        name=words.text("validation.observed"),
        hovertemplate="%{x}: %{y:.1%}<extra></extra>",
    )
    for column, key, colour, symbol in (
        ("before", "fit.before", GREY, "circle-open"),
        ("after", "fit.after", BLUE, "diamond"),
    ):
        figure.add_scatter(
            x=rows["label"],
            y=rows[column],
            mode="markers",
            marker={"color": colour, "size": 10, "symbol": symbol, "line": {"width": 2}},
            name=words.text(key),
            hovertemplate="%{x}: %{y:.1%}<extra></extra>",
        )
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(type="category", title_text=words.text("validation.axis_days"))
    return figure


def _marks(rows: pd.DataFrame) -> dict[str, object]:
    """Give filled circles inside, open ones outside the own band, crosses beyond what all together allow."""
    verdicts = list(rows["verdict"])
    return {
        "size": 8,
        "symbol": [MARKS[verdict] for verdict in verdicts],
        "color": [VERMILION if verdict in OFF else BLACK for verdict in verdicts],
        "line": {"width": 1.5},
    }


def _observed_key(rows: pd.DataFrame) -> str:
    return "validation.observed_spread" if rows["spread_low"].notna().any() else "validation.observed"


def _whiskers(rows: pd.DataFrame) -> dict[str, object]:
    """Give the spread over providers as whiskers, where there is one."""
    if not rows["spread_low"].notna().any():
        return {"visible": False}
    return {
        "type": "data",
        "symmetric": False,
        "array": np.maximum(rows["spread_high"] - rows["observed"], 0.0),
        "arrayminus": np.maximum(rows["observed"] - rows["spread_low"], 0.0),
        "color": GREY,
        "thickness": 1.2,
        "width": 4,
    }
