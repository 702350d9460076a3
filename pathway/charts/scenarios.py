"""Charts of several scenarios: what changes by how much, clocks laid over each other, waiting lists side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pathway import words
from pathway.charts.rows import LABEL
from pathway.charts.template import (
    BLACK,
    BLUE,
    COLOURS,
    DASHES,
    GREY,
    MARKERS,
    VERMILION,
    cycle,
    look,
    pointed,
    safe,
    wrapped,
)

if TYPE_CHECKING:
    import pandas as pd

JUDGED = {  # marker and colour
    "better": ("triangle-up", BLUE),
    "worse": ("triangle-down", VERMILION),
    "clear": ("diamond", BLACK),
    "chance": ("circle-open", GREY),
}
ROW, AROUND = 31, 62  # pixels
PANEL = 225
MARKED = 9  # a marker on a line this often


def changes(frame: pd.DataFrame, *, reaches: Mapping[str, float] | None = None) -> go.Figure:
    """Draw how far figures are from the first scenario, each with its interval: a panel for each unit.

    Parameters
    ----------
    frame
        Columns label, unit, difference, low, high, judged (a key of `JUDGED`), in the order to be drawn.
    reaches
        By unit how far its axis reaches, where pictures are to be laid over each other; as far as need be by default.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "CT", "unit": "days", "difference": -5.0, "low": -6.0, "high": -4.0, "judged": "better"}
    >>> [trace.name for trace in changes(pd.DataFrame([row])).data]
    ['better']
    """
    units = list(dict.fromkeys(frame["unit"]))
    rows = [frame[frame["unit"] == unit] for unit in units]
    height = sum(ROW * len(each) + AROUND for each in rows) + 40
    shares = [(ROW * len(each) + 14) / sum(ROW * len(each) + 14 for each in rows) for each in rows]
    spacing = (AROUND - 4) / height if len(units) > 1 else 0.0
    figure = make_subplots(rows=len(units), cols=1, row_heights=shares, vertical_spacing=spacing)
    figure.update_layout(look(height, margin={"l": 8, "r": 16, "t": 40, "b": 44}))
    shown: set[str] = set()
    for panel, (unit, each) in enumerate(zip(units, rows, strict=True), start=1):
        for judged in JUDGED:
            some = [place for place, value in enumerate(each["judged"]) if value == judged]
            if some:
                figure.add_trace(_dots(each.iloc[some], some, judged, judged not in shown), row=panel, col=1)
                shown.add(judged)
        figure.add_vline(0, line={"color": BLACK, "width": 1.5}, row=panel, col=1)
        labels = [wrapped(label, LABEL + 8) for label in each["label"]]
        figure.update_yaxes(
            tickvals=list(range(len(labels))),
            ticktext=labels,
            range=[len(labels) - 0.5, -0.5],
            zeroline=False,
            row=panel,
        )
        title = words.text("chart.difference", unit=safe(unit))
        need = float(each[["difference", "low", "high"]].abs().max(axis=None))
        reach = 1.08 * ((reaches or {}).get(unit, need) or 1.0)  # where nothing differs: any axis
        figure.update_xaxes(title={"text": title, "standoff": 4}, range=[-reach, reach], row=panel)
    figure.update_yaxes(tickfont={"size": 12})
    figure.update_layout(legend={"y": 1 + 6 / height})
    return figure


def _dots(rows: pd.DataFrame, places: list[int], judged: str, first: bool) -> go.Scatter:
    symbol, colour = JUDGED[judged]
    return go.Scatter(
        x=list(rows["difference"]),
        y=places,
        mode="markers",
        marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2, "color": colour}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": list(rows["high"] - rows["difference"]),
            "arrayminus": list(rows["difference"] - rows["low"]),
            "color": colour,
            "thickness": 1.6,
        },
        text=[safe(label) for label in rows["label"]],
        customdata=rows[["low", "high"]].to_numpy().tolist(),
        hovertemplate="%{text}: %{x:.2f} (%{customdata[0]:.2f}…%{customdata[1]:.2f})<extra></extra>",
        name=words.text(f"chart.{judged}"),
        legendgroup=judged,
        legendrank=list(JUDGED).index(judged) + 1,
        showlegend=first,
    )


def curves(frame: pd.DataFrame) -> go.Figure:
    """Draw by which day which share of patients had their clock stopped: the scenarios over each other.

    Parameters
    ----------
    frame
        Columns clock (a title), scenario (a title), day, share, limit (days, or NaN), goal (a share, or NaN).

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"clock": "62 days", "scenario": "base", "day": 62.0, "share": 0.8, "limit": 62.0, "goal": 0.85}
    >>> curves(pd.DataFrame([row])).data[0].name
    'base'
    """
    clocks = list(dict.fromkeys(frame["clock"]))
    figure, places = _panels(clocks)
    for number, scenario in enumerate(dict.fromkeys(frame["scenario"])):
        for clock, (row, column) in places.items():
            rows = frame[(frame["clock"] == clock) & (frame["scenario"] == scenario)]
            line = _line(rows, "day", "share", str(scenario), number, clock == clocks[0])
            line.hovertemplate = "%{x:.0f}: %{y:.0%}<extra>%{fullData.name}</extra>"
            figure.add_trace(line, row=row, col=column)
    for clock, (row, column) in places.items():
        first = frame[frame["clock"] == clock].iloc[0]
        for draw, value in ((figure.add_vline, first["limit"]), (figure.add_hline, first["goal"])):
            if value == value:  # noqa: PLR0124 - not NaN
                draw(value, line={"color": BLACK, "width": 1.2, "dash": "dot"}, row=row, col=column)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%")
    figure.update_xaxes(rangemode="tozero")
    figure.update_yaxes(col=1, title={"text": words.text("chart.share_stopped"), "font": {"size": 12}})
    _bottom_title(figure, words.text("chart.days_on_clock"), len(clocks))
    return figure


def waiting_lists(frame: pd.DataFrame) -> go.Figure:
    """Draw the waiting lists of some activities, a panel for each scenario, all on the same axes.

    Parameters
    ----------
    frame
        Columns scenario (a title), label (an activity's), week_start, waiting.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"scenario": "base", "label": "CT", "week_start": pd.Timestamp("2027-01-04"), "waiting": 12.0}
    >>> waiting_lists(pd.DataFrame([row])).data[0].name
    'CT'
    """
    scenarios = list(dict.fromkeys(frame["scenario"]))
    figure, places = _panels(scenarios)
    for number, label in enumerate(dict.fromkeys(frame["label"])):
        for scenario, (row, column) in places.items():
            rows = frame[(frame["label"] == label) & (frame["scenario"] == scenario)]
            line = _line(rows, "week_start", "waiting", str(label), number, scenario == scenarios[0])
            line.hovertemplate = pointed()
            figure.add_trace(line, row=row, col=column)
    figure.update_yaxes(range=[0, 1.08 * max(float(frame["waiting"].max()), 1.0)])
    figure.update_yaxes(col=1, title={"text": words.text("chart.patients_waiting"), "font": {"size": 12}})
    figure.update_xaxes(
        range=[frame["week_start"].min(), frame["week_start"].max()],
        nticks=6,
        tickformat=words.text("chart.axis_month"),
        tickangle=0,
    )
    return figure


def _panels(labels: list[str]) -> tuple[go.Figure, dict[str, tuple[int, int]]]:
    """Set up panels, two beside each other, and say where each label's is."""
    lines = max(1, (len(labels) + 1) // 2)
    height = 110 + PANEL * lines
    figure = make_subplots(
        rows=lines,
        cols=2,
        subplot_titles=[wrapped(label, 52, lines=1) for label in labels],
        horizontal_spacing=0.09,
        vertical_spacing=84 / height if lines > 1 else 0.0,
    )
    top = {"legend": {"y": 1 + 30 / height}, "margin": {"l": 8, "r": 8, "t": 76, "b": 44}}
    figure.update_layout(look(height, **top))
    figure.update_annotations(font={"size": 13})
    return figure, {label: (index // 2 + 1, index % 2 + 1) for index, label in enumerate(labels)}


def _line(rows: pd.DataFrame, x: str, y: str, name: str, number: int, first: bool) -> go.Scatter:
    marked: Any = [9 if place % MARKED == number % MARKED else 0 for place in range(len(rows))]
    return go.Scatter(
        x=list(rows[x]),
        y=list(rows[y]),
        mode="lines+markers",
        line={"color": cycle(COLOURS, number), "dash": cycle(DASHES, number), "width": 2},
        marker={"symbol": cycle(MARKERS, number), "size": marked, "line": {"width": 0}},
        name=safe(name),
        legendgroup=safe(name),
        showlegend=first,
    )


def _bottom_title(figure: go.Figure, title: str, panels: int) -> None:
    """Write a title below the lowest panel of each column."""
    for place in range(max(0, panels - 2), panels):
        figure.update_xaxes(title={"text": title, "standoff": 4}, row=place // 2 + 1, col=place % 2 + 1)
