"""Charts with one row for each thing: shares of clocks, waits, milestones along the pathway.

All take frames in which everything is already computed; the first row is drawn on top.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import (
    BLACK,
    BLUE,
    GREY,
    SKY,
    VERDICT_COLOURS,
    VERDICT_MARKERS,
    blank,
    row_height,
    safe,
    wrapped,
)

if TYPE_CHECKING:
    import pandas as pd

LABEL = 36  # letters to a line of a row's label


def clock_shares(frame: pd.DataFrame) -> go.Figure:
    """Draw what share of patients each clock keeps within its limit, beside the share promised.

    Parameters
    ----------
    frame
        Columns label, share, low, high (precision), see_low, see_high (one year), goal (or NaN),
        verdict (met, missed, uncertain or none); shares are 0 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "62 days", "share": 0.8, "low": 0.78, "high": 0.82, "see_low": 0.7, "see_high": 0.9}
    >>> len(clock_shares(pd.DataFrame([row | {"goal": 0.85, "verdict": "missed"}])).data)
    4
    """
    figure = blank(row_height(len(frame), each=36))
    figure.add_trace(spans(frame["see_low"], frame["see_high"], 3, GREY, words.text("chart.one_year")))
    figure.add_trace(spans(frame["low"], frame["high"], 10, SKY, words.text("chart.precision")))
    for verdict in VERDICT_COLOURS:
        rows = [row for row, each in enumerate(frame["verdict"]) if each == verdict]
        if rows:
            figure.add_scatter(
                x=frame["share"].iloc[rows],
                y=rows,
                text=[safe(label) for label in frame["label"].iloc[rows]],
                mode="markers",
                marker={
                    "symbol": VERDICT_MARKERS[verdict],
                    "size": 12,
                    "color": VERDICT_COLOURS[verdict],
                    "line": {"width": 2, "color": VERDICT_COLOURS[verdict]},
                },
                name=words.text(f"verdict.{verdict}"),
                hovertemplate="%{text}: %{x:.1%}<extra></extra>",
            )
    figure.add_trace(ticks(frame["goal"], words.text("chart.goal"), "%{x:.0%}"))
    figure.update_xaxes(range=[0, 1.02], tickformat=".0%", title_text=words.text("chart.share_within"))
    return in_rows(figure, frame["label"])


def waits(frame: pd.DataFrame) -> go.Figure:
    """Draw median and 90th percentile of the wait for each activity, beside the wait aimed at.

    Parameters
    ----------
    frame
        Columns label, median, p90, low, high (precision of the P90), limit (or NaN), all in days.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "CT", "median": 3.0, "p90": 8.0, "low": 7.5, "high": 8.5, "limit": float("nan")}
    >>> len(waits(pd.DataFrame([row])).data)
    4
    """
    names = {"median": words.text("chart.median"), "p90": words.text("chart.p90")}
    return _dumbbells(frame, words.text("chart.days_waited"), names)


def milestones(frame: pd.DataFrame) -> go.Figure:
    """Draw after how many days patients reach each step: the median and the 90th percentile.

    Parameters
    ----------
    frame
        Columns label, median, p90, low, high, in days from the referral, in the order to be drawn.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "CT", "median": 3.0, "p90": 8.0, "low": 7.5, "high": 8.5}
    >>> milestones(pd.DataFrame([row])).layout.xaxis.title.text
    'days since the referral'
    """
    names = {"median": words.text("chart.reached_median"), "p90": words.text("chart.reached_p90")}
    return _dumbbells(frame, words.text("chart.days_since_referral"), names)


def _dumbbells(frame: pd.DataFrame, title: str, names: Mapping[str, str]) -> go.Figure:
    """Draw median and P90 as two marks joined by a line, with the precision of the P90."""
    figure = blank(row_height(len(frame)))
    figure.add_trace(spans(frame["median"], frame["p90"], 2, GREY, ""))
    figure.add_trace(spans(frame["low"], frame["high"], 9, SKY, words.text("chart.precision_p90")))
    for column, symbol in (("median", "circle-open"), ("p90", "diamond")):
        figure.add_scatter(
            x=frame[column],
            y=list(range(len(frame))),
            text=[safe(label) for label in frame["label"]],
            mode="markers",
            marker={"symbol": symbol, "size": 10, "color": BLUE, "line": {"width": 2, "color": BLUE}},
            name=names[column],
            hovertemplate="%{text}: %{x:.1f}<extra></extra>",
        )
    if "limit" in frame and frame["limit"].notna().any():
        figure.add_trace(ticks(frame["limit"], words.text("chart.limit"), "%{x:.0f}"))
    drawn = [column for column in ("p90", "high", "limit") if column in frame]
    figure.update_xaxes(range=[0, 1.04 * float(frame[drawn].max(axis=None))], title_text=title)
    return in_rows(figure, frame["label"])


def segment(values: Iterable[float], colour: str, pattern: str, name: str, *, form: str = "%{x:.0f}") -> go.Bar:
    """Draw one part of the stacked bars of all rows, told apart by colour and by pattern.

    >>> segment([3.0], "#ffffff", ".", "unused").marker.pattern.shape
    '.'
    """
    x = [float(value) for value in values]
    filled = {"shape": pattern, "bgcolor": colour, "fgcolor": GREY, "size": 7, "solidity": 0.2}
    return go.Bar(
        x=x,
        y=list(range(len(x))),
        orientation="h",
        width=0.62,
        marker={"color": colour, "line": {"color": GREY, "width": 1}, "pattern": filled},
        name=name,
        hovertemplate=f"{form}<extra>%{{fullData.name}}</extra>",
    )


def spans(low: Iterable[float], high: Iterable[float], width: int, colour: str, name: str) -> go.Scatter:
    """Draw one horizontal line in each row, from low to high; without a name it has no legend.

    >>> list(spans([1.0], [2.0], 3, "black", "range").x)
    [1.0, 2.0, None]
    """
    x: list[float | None] = []
    y: list[int | None] = []
    for row, (start, stop) in enumerate(zip(low, high, strict=True)):
        x += [float(start), float(stop), None]
        y += [row, row, None]
    line = {"width": width, "color": colour}
    return go.Scatter(x=x, y=y, mode="lines", line=line, name=name, showlegend=bool(name), hoverinfo="skip")


def ticks(values: Iterable[float], name: str, form: str) -> go.Scatter:
    """Mark a goal in each row with an upright stroke; rows without one (NaN) have none.

    >>> ticks([0.85], "goal", "%{x:.0%}").name
    'goal'
    """
    x = [float(value) for value in values]
    marker = {"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": BLACK}}
    hover = f"{name}: {form}<extra></extra>"
    return go.Scatter(x=x, y=list(range(len(x))), mode="markers", marker=marker, name=name, hovertemplate=hover)


def in_rows(figure: go.Figure, labels: Iterable[object]) -> go.Figure:
    """Label the rows of a figure, the first on top.

    >>> in_rows(blank(200), ["CT"]).layout.yaxis.ticktext
    ('CT',)
    """
    texts = [wrapped(label, LABEL) for label in labels]
    figure.update_yaxes(
        tickvals=list(range(len(texts))),
        ticktext=texts,
        range=[len(texts) - 0.4, -0.6],
        zeroline=False,
        ticklen=7,
        tickcolor="white",
    )
    figure.update_yaxes(tickfont={"size": 12})
    return figure
