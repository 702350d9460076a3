"""Charts along the calendar: who waits how long, what came in and what was done, week by week."""

from __future__ import annotations

import html
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pathway import words
from pathway.charts.template import (
    BLACK,
    BLUE,
    COLOURS,
    DASHES,
    GLYPHS,
    GREY,
    MARKERS,
    PALE,
    PATTERNS,
    SEQUENCE,
    SKY,
    VERMILION,
    blank,
    cycle,
    look,
    pointed,
    safe,
    wrapped,
)

if TYPE_CHECKING:
    import pandas as pd

PANEL = 145  # pixels of height for one small chart of several
MARKED = 7  # a marker on a line this often, so that lines differ without colour
NARROW = 0.12  # of the width: a stretch of time below which its name is written upright
NAME = 30  # pixels from one name beside a line's end to the next


def open_pathways(frame: pd.DataFrame) -> go.Figure:
    """Draw how many patients are under way each week, by how long they have been.

    Parameters
    ----------
    frame
        Columns week_start, band, open; bands in the order of their first rows, youngest first.

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
            name=_band(band),
            hovertemplate=pointed(0),
        )
    figure.update_yaxes(rangemode="tozero", title_text=words.text("chart.patients_under_way"))
    figure.update_xaxes(tickformat=words.text("chart.axis_month"))
    figure.update_layout(hovermode="x unified")
    return figure


def _band(band: str) -> str:
    """Name a band of days; the last has no end."""
    days = safe(band.removeprefix("over "))
    return words.text("chart.band_over", days=days) if band.startswith("over ") else words.text("chart.band", band=days)


def waiting_list(frame: pd.DataFrame, *, begins: datetime, ends: datetime, hidden: str = "") -> go.Figure:
    """Draw how many wait for each of some activities, before, in and after the reported window.

    Parameters
    ----------
    frame
        Columns label, week_start, waiting.
    begins, ends
        The reported window; what is before and after it is shaded.
    hidden
        How much of the warm-up is not drawn, in words; nothing if all of it is.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"label": "CT", "week_start": pd.Timestamp("2027-01-04"), "waiting": 12.0}]
    >>> figure = waiting_list(pd.DataFrame(rows), begins=datetime(2027, 1, 4), ends=datetime(2028, 1, 3))
    >>> figure.data[0].name
    'CT'
    """
    figure = blank(340, margin={"l": 8, "r": 190, "t": 16, "b": 44}, showlegend=False)
    highest = 1.08 * max(float(frame["waiting"].max()), 1.0)
    for index, label in enumerate(dict.fromkeys(frame["label"])):
        rows = frame[frame["label"] == label]
        marked = [position % MARKED == index % MARKED for position in range(len(rows))]
        figure.add_scatter(
            x=rows["week_start"],
            y=rows["waiting"],
            mode="lines+markers",
            line={"color": cycle(COLOURS, index), "dash": cycle(DASHES, index), "width": 2},
            marker={"symbol": cycle(MARKERS, index), "size": [9 if each else 0 for each in marked]},
            name=safe(label),
            hovertemplate=pointed(),
        )
    first, last = frame["week_start"].min(), frame["week_start"].max()
    warm_up = words.text("chart.warm_up_cut", length=hidden) if hidden else words.text("chart.warm_up")
    for start, stop, name in ((first, begins, warm_up), (ends, last, words.text("chart.follow_up"))):
        if start < stop:
            _shade(figure, start, stop, name, upright=(stop - start) / (last - first) < NARROW)
    figure.update_yaxes(range=[0, highest], title_text=words.text("chart.patients_waiting"))
    figure.update_xaxes(range=[first, last], tickformat=words.text("chart.axis_month"))
    _name_ends(figure, 280 / highest)
    return figure


def _name_ends(figure: go.Figure, pixels: float) -> None:
    """Write beside the end of each line what it is, one name below the other (`pixels` to a patient)."""
    ends = sorted(((line.y[-1], line.x[-1], line) for line in figure.data if len(line.x)), key=lambda end: -end[0])
    wanted = [-pixels * height for height, _, _ in ends]
    places: list[float] = []
    for place in wanted:
        places.append(max(place, places[-1] + NAME) if places else place)
    over = max(0.0, places[-1] + NAME / 2) if places else 0.0  # the lowest name stays above the axis
    for index in reversed(range(len(places))):
        lowest = places[index + 1] - NAME if index + 1 < len(places) else places[index] - over
        places[index] = min(places[index], lowest)
    for (height, week, line), place in zip(ends, places, strict=True):
        figure.add_annotation(
            x=week,
            y=height,
            ax=26,
            ay=place + pixels * height,
            text=f"{GLYPHS[MARKERS.index(line.marker.symbol)]} {wrapped(html.unescape(line.name), 26)}",
            xanchor="left",
            align="left",
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=line.line.color,
            font={"size": 11, "color": BLACK},
        )


def _shade(figure: go.Figure, start: datetime, stop: datetime, name: str, *, upright: bool) -> None:
    """Shade a stretch of time that is not reported; the dotted border stands for grey on paper."""
    figure.add_vrect(
        x0=start,
        x1=stop,
        fillcolor=PALE,
        opacity=0.6,
        line={"width": 1, "color": GREY, "dash": "dot"},
        layer="below",
        annotation={"text": name, "font": {"size": 12, "color": GREY}, "textangle": 90 if upright else 0},
        annotation_position="top left",
    )


def demand_and_activity(frame: pd.DataFrame) -> go.Figure:
    """Draw for some activities how many joined the queue and how many were done in a week.

    Parameters
    ----------
    frame
        Columns label, week_start, enqueued, completed (a week's mean where a row stands for
        several); one small chart for each label.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"label": "CT", "week_start": pd.Timestamp("2027-01-04"), "enqueued": 12.0, "completed": 11.0}]
    >>> len(demand_and_activity(pd.DataFrame(rows)).data)
    2
    """
    figure, places = panels(list(dict.fromkeys(frame["label"])))
    for index, (label, (row, column)) in enumerate(places.items()):
        rows = frame[frame["label"] == label]
        done = _area(rows, "completed", words.text("chart.done"), first=not index)
        joined = _line(rows, "enqueued", words.text("chart.joined"), VERMILION, first=not index)
        joined.update(line={"dash": "dash"})
        figure.add_traces([done, joined], rows=[row, row], cols=[column, column])
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(col=1, title={"text": words.text("chart.patients_a_week"), "font": {"size": 12}})
    return figure


def capacity(frame: pd.DataFrame) -> go.Figure:
    """Draw for some resources the hours rostered, the hours used and the hours asked for, week by week.

    Parameters
    ----------
    frame
        Columns label, week_start, open_hours, held_hours, demand_hours (a week's mean by the load
        check, or NaN); one small chart for each label.

    Examples
    --------
    >>> import pandas as pd
    >>> week = {"week_start": pd.Timestamp("2027-01-04"), "open_hours": 50.0, "held_hours": 40.0}
    >>> len(capacity(pd.DataFrame([week | {"label": "CT", "demand_hours": 41.0}])).data)
    3
    """
    figure, places = panels(list(dict.fromkeys(frame["label"])))
    for index, (label, (row, column)) in enumerate(places.items()):
        rows, first = frame[frame["label"] == label], not index
        used = _area(rows, "held_hours", words.text("chart.used"), first=first)
        line = _line(rows, "open_hours", words.text("chart.rostered"), BLACK, first=first)
        asked = _line(rows, "demand_hours", words.text("chart.asked"), VERMILION, first=first)
        asked.update(line={"dash": "dash"})
        figure.add_traces([used, line, asked], rows=[row] * 3, cols=[column] * 3)
    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(col=1, title={"text": words.text("chart.hours_a_week"), "font": {"size": 12}})
    return figure


def panels(labels: list[str]) -> tuple[go.Figure, dict[str, tuple[int, int]]]:
    """Set up small charts, two beside each other, and say where each label's is."""
    lines = max(1, (len(labels) + 1) // 2)
    figure = make_subplots(
        rows=lines,
        cols=2,
        subplot_titles=[wrapped(label, 56, lines=1) for label in labels],
        horizontal_spacing=0.08,
        vertical_spacing=min(0.5, 0.5 / lines),
        shared_xaxes="all",
    )
    top = {"legend": {"y": 1 + 34 / (PANEL * lines)}, "margin": {"l": 8, "r": 8, "t": 66, "b": 36}}
    figure.update_layout(look(88 + PANEL * lines, **top))
    figure.update_annotations(font={"size": 13})
    figure.update_xaxes(showticklabels=True, nticks=6, tickformat=words.text("chart.axis_month"), tickangle=0)
    return figure, {label: (index // 2 + 1, index % 2 + 1) for index, label in enumerate(labels)}


def _steps(rows: pd.DataFrame, column: str) -> dict[str, list[Any]]:
    """Give the points of a line of steps, the last of which is as long as the one before."""
    weeks, values = list(rows["week_start"]), list(rows[column])
    length = weeks[-1] - weeks[-2] if len(weeks) > 1 else timedelta(weeks=1)
    return {"x": [*weeks, weeks[-1] + length], "y": [*values, values[-1]]}


def _area(rows: pd.DataFrame, column: str, name: str, *, first: bool) -> go.Scatter:
    pattern = {"shape": cycle(PATTERNS, 1), "bgcolor": SKY, "fgcolor": "white", "size": 6, "solidity": 0.25}
    return go.Scatter(
        **_steps(rows, column),
        fill="tozeroy",
        mode="lines",
        line={"width": 1, "color": BLUE, "shape": "hv"},
        fillpattern=pattern,
        name=name,
        legendgroup=name,
        showlegend=first,
        hovertemplate=pointed(),
    )


def _line(rows: pd.DataFrame, column: str, name: str, colour: str, *, first: bool) -> go.Scatter:
    return go.Scatter(
        **_steps(rows, column),
        mode="lines",
        line={"width": 2, "color": colour, "shape": "hv"},
        name=name,
        legendgroup=name,
        showlegend=first,
        hovertemplate=pointed(),
    )
