"""Charts of what a hospital has: how busy it is, when in the week, and what became of its sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pathway import words
from pathway.charts.rows import in_rows, segment, ticks
from pathway.charts.template import BLACK, BLUE, ORANGE, SKY, VERMILION, blank, look, row_height, safe, wrapped

if TYPE_CHECKING:
    import pandas as pd

DAYS = 7
HEAT = [[0, "#f7fbff"], [0.5, "#d6e6f4"], [0.8, "#abd0e6"], [0.8, "#2271b3"], [1, "#08306b"]]
"""Pale to dark, with a step at 80 %: no colour between, on which neither black nor white can be read."""
FULL = 0.85  # utilisation beyond which queues grow quickly, the rule of thumb drawn as a line


def utilisation(frame: pd.DataFrame) -> go.Figure:
    """Draw how busy each resource is in its open hours, beside what booked slots and the load check say.

    Parameters
    ----------
    frame
        Columns label, utilisation, low, high, booked (or NaN), load (or NaN), goal (or NaN): shares
        of open time.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "CT", "utilisation": 0.8, "low": 0.78, "high": 0.82, "booked": 0.86, "load": 0.81}
    >>> len(utilisation(pd.DataFrame([row | {"goal": 0.9}])).data)
    4
    """
    figure = blank(row_height(len(frame)))
    figure.add_bar(
        x=frame["utilisation"],
        y=list(range(len(frame))),
        orientation="h",
        width=0.62,
        marker={"color": SKY, "line": {"color": BLUE, "width": 1}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": frame["high"] - frame["utilisation"],
            "arrayminus": frame["utilisation"] - frame["low"],
            "color": BLACK,
            "thickness": 1.5,
        },
        cliponaxis=False,
        text=[safe(label) for label in frame["label"]],
        textposition="none",
        name=words.text("chart.utilisation"),
        hovertemplate="%{text}: %{x:.0%}<extra></extra>",
    )
    marks = {
        "booked": (
            "chart.booked",
            {"symbol": "diamond", "size": 9, "color": ORANGE, "line": {"width": 1, "color": BLACK}},
        ),
        "load": ("chart.load", {"symbol": "circle-open", "size": 9, "color": BLACK, "line": {"width": 2}}),
    }
    for column, (key, marker) in marks.items():
        if frame[column].notna().any():
            name, rows = words.text(key), list(range(len(frame)))
            hover = f"{name}: %{{x:.0%}}<extra></extra>"
            figure.add_scatter(x=frame[column], y=rows, mode="markers", marker=marker, name=name, hovertemplate=hover)
    if frame["goal"].notna().any():
        figure.add_trace(ticks(frame["goal"], words.text("chart.most"), "%{x:.0%}"))
    for share, dash in ((FULL, "dot"), (1.0, "solid")):
        figure.add_vline(share, line={"dash": dash, "color": VERMILION, "width": 1.5})
    farthest = float(frame[["utilisation", "high", "booked", "load", "goal"]].max(axis=None))
    title = words.text("chart.of_open_hours")
    figure.update_xaxes(tickformat=".0%", range=[0, max(1.06, 1.03 * farthest)], title_text=title)
    return in_rows(figure, frame["label"])


def ledger(frame: pd.DataFrame) -> go.Figure:
    """Draw what became of each resource's sessions in the year: worked, worked late, or unused.

    Parameters
    ----------
    frame
        Columns label, on_time, overrun, unused: sessions, which add up to those planned; late_minutes:
        how late those that overran ended on average (or NaN).

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "MDT", "on_time": 40, "overrun": 8, "unused": 2, "late_minutes": 12.0}
    >>> ledger(pd.DataFrame([row])).layout.annotations[0].text
    '2 not used; 8 late by 12 min'
    """
    figure = blank(row_height(len(frame)), barmode="stack")
    looks = {"on_time": (SKY, ""), "overrun": (ORANGE, "/"), "unused": ("#ffffff", ".")}
    for column, drawn in looks.items():
        figure.add_trace(segment(frame[column], *drawn, words.text(f"chart.{column}")))
    for place, row in enumerate(frame.itertuples()):
        key = "chart.unused_late" if row.late_minutes >= 1 else "chart.unused_only"
        said = words.text(key, n=f"{row.unused:.0f}", late=f"{row.overrun:.0f}", minutes=f"{row.late_minutes:.0f}")
        end = row.on_time + row.overrun + row.unused
        figure.add_annotation(
            x=end, y=place, text=said, xanchor="left", xshift=4, showarrow=False, font={"size": 11, "color": BLACK}
        )
    longest = float((frame["on_time"] + frame["overrun"] + frame["unused"]).max())
    figure.update_xaxes(title_text=words.text("chart.sessions_a_year"), range=[0, 1.42 * longest])
    return in_rows(figure, frame["label"])


def heat_map(frame: pd.DataFrame) -> go.Figure:
    """Draw how busy resources are by weekday and hour, one small map each, two beside each other.

    Parameters
    ----------
    frame
        Columns label, weekday (0 is Monday), hour (0 to 23), share: held of open time, NaN where
        the resource is closed.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"label": "CT", "weekday": day, "hour": 9, "share": 0.1 * day} for day in range(7)]
    >>> len(heat_map(pd.DataFrame(rows)).data)
    1
    """
    labels = list(dict.fromkeys(frame["label"]))
    known = frame[frame["share"].notna()]
    hours = list(range(int(known["hour"].min()), int(known["hour"].max()) + 1)) if len(known) else list(range(24))
    worked = range(int(known["weekday"].max()) + 1 if len(known) else DAYS)
    days = [words.text(f"weekday.{day}") for day in worked]
    titles = [wrapped(label, 52, lines=1) for label in labels]
    lines = (len(labels) + 1) // 2
    figure = make_subplots(
        rows=lines, cols=2, subplot_titles=titles, horizontal_spacing=0.09, vertical_spacing=min(0.5, 0.32 / lines)
    )
    for index, label in enumerate(labels):
        cells = frame[frame["label"] == label].pivot_table(index="weekday", columns="hour", values="share")
        cells = cells.reindex(index=list(worked), columns=hours)
        figure.add_trace(_map(cells, days), row=index // 2 + 1, col=index % 2 + 1)
    bar = {"tickformat": ".0%", "thickness": 12, "lenmode": "pixels", "len": 210, "y": 1, "yanchor": "top"}
    bar["title"] = {"text": words.text("chart.busy"), "side": "top"}
    colours = {"colorscale": HEAT, "cmin": 0, "cmax": 1, "colorbar": bar}
    height = 60 + (60 + 21 * len(days)) * lines
    figure.update_layout(look(height, margin={"l": 8, "r": 8, "t": 30, "b": 40}, coloraxis=colours))
    figure.update_annotations(font={"size": 13})
    figure.update_yaxes(autorange="reversed", showgrid=False, type="category")
    figure.update_xaxes(showgrid=False, ticksuffix=":00", nticks=8)
    return figure


def _map(cells: pd.DataFrame, days: list[str]) -> go.Heatmap:
    """Draw one map; closed hours stay pale, so that idle and closed are not the same."""
    import numpy as np

    values = cells.to_numpy(dtype=float)
    texts = np.where(np.isnan(values), "", np.char.mod("%.0f", np.nan_to_num(values * 100)))
    return go.Heatmap(
        z=values,
        x=list(cells.columns),
        y=days,
        coloraxis="coloraxis",
        text=texts,
        texttemplate="%{text}",
        textfont={"size": 11},
        xgap=1,
        ygap=1,
        hovertemplate="%{y} %{x}:00: %{z:.0%}<extra></extra>",
    )
