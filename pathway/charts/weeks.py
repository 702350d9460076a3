"""Charts along the calendar: who waits how long, what came in and what was done, week by week."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pathway import words
from pathway.charts.template import (
    BLACK,
    BLUE,
    COLOURS,
    DASHES,
    GREY,
    MARKERS,
    PALE,
    PATTERNS,
    SEQUENCE,
    SKY,
    VERMILION,
    blank,
    cycle,
    safe,
)

if TYPE_CHECKING:
    import pandas as pd

PANEL = 150  # pixels of height for one small chart of several
MARKED = 13  # a marker on a line this often, so that lines differ without colour


def open_pathways(frame: pd.DataFrame, *, language: str = words.ENGLISH) -> go.Figure:
    """Draw how many patients are under way each week, by how long they have been.

    Parameters
    ----------
    frame
        Columns week_start, band, open; bands in the order of their first rows, youngest first.
    language
        Language of the words in the chart.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"week_start": pd.Timestamp("2027-01-04"), "band": band, "open": 9} for band in ("0–28", "29–62")]
    >>> [trace.name for trace in open_pathways(pd.DataFrame(rows)).data]
    ['0–28 days', '29–62 days']
    """
    figure = blank(320)
    for index, band in enumerate(dict.fromkeys(frame["band"])):
        rows = frame[frame["band"] == band]
        colour = cycle(SEQUENCE, index)
        figure.add_scatter(
            x=rows["week_start"],
            y=rows["open"],
            stackgroup="open",
            mode="lines",
            line={"width": 1, "color": GREY},
            fillcolor=colour,
            fillpattern={
                "shape": ("", "/", ".", "x")[index % 4],
                "bgcolor": colour,
                "fgcolor": "white" if index else BLUE,
                "size": 7,
                "solidity": 0.2,
            },
            name=words.text("chart.band", language, band=safe(band)),
            hovertemplate="%{x|%d %b %Y}: %{y:.0f}<extra>%{fullData.name}</extra>",
        )
    figure.update_yaxes(rangemode="tozero", title_text=words.text("chart.patients_under_way", language))
    figure.update_xaxes(tickformat="%b\n%Y")
    figure.update_layout(hovermode="x unified")
    return figure


def waiting_list(frame: pd.DataFrame, *, begins: datetime, ends: datetime, language: str = words.ENGLISH) -> go.Figure:
    """Draw how many wait for each of some activities, from the empty start of the run to its end.

    Parameters
    ----------
    frame
        Columns label, week_start, waiting.
    begins, ends
        The reported window; what is before and after it is shaded.
    language
        Language of the words in the chart.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"label": "CT", "week_start": pd.Timestamp("2027-01-04"), "waiting": 12.0}]
    >>> figure = waiting_list(pd.DataFrame(rows), begins=datetime(2027, 1, 4), ends=datetime(2028, 1, 3))
    >>> figure.data[0].name
    'CT'
    """
    figure = blank(360)
    for index, label in enumerate(dict.fromkeys(frame["label"])):
        rows = frame[frame["label"] == label]
        marked = [position % MARKED == index % MARKED for position in range(len(rows))]
        figure.add_scatter(
            x=rows["week_start"],
            y=rows["waiting"],
            mode="lines+markers",
            line={"color": cycle(COLOURS, index), "dash": cycle(DASHES, index), "width": 2},
            marker={"symbol": cycle(MARKERS, index), "size": [8 if each else 0 for each in marked]},
            name=safe(label),
            hovertemplate="%{x|%d %b %Y}: %{y:.1f}<extra>%{fullData.name}</extra>",
        )
    first, last = frame["week_start"].min(), frame["week_start"].max()
    for start, stop, key in ((first, begins, "chart.warm_up"), (ends, last, "chart.follow_up")):
        if start < stop:
            _shade(figure, start, stop, words.text(key, language))
    figure.update_yaxes(rangemode="tozero", title_text=words.text("chart.patients_waiting", language))
    return figure


def _shade(figure: go.Figure, start: datetime, stop: datetime, name: str) -> None:
    """Shade a stretch of time that is not reported; the pattern of dots stands for grey on paper."""
    figure.add_vrect(
        x0=start,
        x1=stop,
        fillcolor=PALE,
        opacity=0.6,
        line={"width": 1, "color": GREY, "dash": "dot"},
        layer="below",
        annotation={"text": name, "font": {"size": 12, "color": GREY}},
        annotation_position="top left",
    )


def demand_and_activity(frame: pd.DataFrame, *, language: str = words.ENGLISH) -> go.Figure:
    """Draw for some activities how many joined the queue and how many were done, week by week.

    Parameters
    ----------
    frame
        Columns label, week_start, enqueued, completed; one small chart for each label.
    language
        Language of the words in the chart.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"label": "CT", "week_start": pd.Timestamp("2027-01-04"), "enqueued": 12.0, "completed": 11.0}]
    >>> len(demand_and_activity(pd.DataFrame(rows)).data)
    2
    """
    figure, places = _panels(list(dict.fromkeys(frame["label"])))
    for index, (label, (row, column)) in enumerate(places.items()):
        rows = frame[frame["label"] == label]
        done = _area(rows["week_start"], rows["completed"], words.text("chart.done", language), first=not index)
        joined = _line(
            rows["week_start"], rows["enqueued"], words.text("chart.joined", language), VERMILION, first=not index
        )
        joined.update(line={"dash": "dash"})
        figure.add_traces([done, joined], rows=[row, row], cols=[column, column])
    figure.update_yaxes(rangemode="tozero", title_font={"size": 12})
    return figure


def capacity(frame: pd.DataFrame, *, language: str = words.ENGLISH) -> go.Figure:
    """Draw for some resources the hours rostered, the hours used and the hours asked for, week by week.

    Parameters
    ----------
    frame
        Columns label, week_start, open_hours, held_hours, demand_hours (a week's mean by the load
        check, or NaN); one small chart for each label.
    language
        Language of the words in the chart.

    Examples
    --------
    >>> import pandas as pd
    >>> week = {"week_start": pd.Timestamp("2027-01-04"), "open_hours": 50.0, "held_hours": 40.0}
    >>> len(capacity(pd.DataFrame([week | {"label": "CT", "demand_hours": 41.0}])).data)
    3
    """
    figure, places = _panels(list(dict.fromkeys(frame["label"])))
    for index, (label, (row, column)) in enumerate(places.items()):
        rows, first = frame[frame["label"] == label], not index
        used = _area(rows["week_start"], rows["held_hours"], words.text("chart.used", language), first=first)
        line = _line(rows["week_start"], rows["open_hours"], words.text("chart.rostered", language), BLACK, first=first)
        line.update(line={"shape": "hv"})
        asked = _line(
            rows["week_start"], rows["demand_hours"], words.text("chart.asked", language), VERMILION, first=first
        )
        asked.update(line={"dash": "dash"})
        figure.add_traces([used, line, asked], rows=[row] * 3, cols=[column] * 3)
    figure.update_yaxes(rangemode="tozero", title_font={"size": 12})
    return figure


def _panels(labels: list[str]) -> tuple[go.Figure, dict[str, tuple[int, int]]]:
    """Set up small charts, two beside each other, and say where each label's is."""
    lines = max(1, (len(labels) + 1) // 2)
    figure = make_subplots(
        rows=lines,
        cols=2,
        subplot_titles=[safe(label) for label in labels],
        horizontal_spacing=0.08,
        vertical_spacing=min(0.5, 0.4 / lines),
        shared_xaxes="all",
    )
    top = {"legend": {"y": 1 + 34 / (PANEL * lines)}, "margin": {"l": 8, "r": 8, "t": 66, "b": 36}}
    figure.update_layout(blank(96 + PANEL * lines, **top).layout)
    figure.update_annotations(font={"size": 13})
    figure.update_xaxes(showticklabels=True, nticks=6, tickformat="%b\n%Y", tickangle=0)
    return figure, {label: (index // 2 + 1, index % 2 + 1) for index, label in enumerate(labels)}


def _area(x: pd.Series, y: pd.Series, name: str, *, first: bool) -> go.Scatter:
    pattern = {"shape": cycle(PATTERNS, 1), "bgcolor": SKY, "fgcolor": "white", "size": 6, "solidity": 0.25}
    return go.Scatter(
        x=x,
        y=y,
        fill="tozeroy",
        mode="lines",
        line={"width": 1, "color": BLUE},
        fillpattern=pattern,
        name=name,
        legendgroup=name,
        showlegend=first,
        hovertemplate="%{x|%d %b %Y}: %{y:.1f}<extra>%{fullData.name}</extra>",
    )


def _line(x: pd.Series, y: pd.Series, name: str, colour: str, *, first: bool) -> go.Scatter:
    return go.Scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": 2, "color": colour},
        name=name,
        legendgroup=name,
        showlegend=first,
        hovertemplate="%{x|%d %b %Y}: %{y:.1f}<extra>%{fullData.name}</extra>",
    )
