"""Charts of booked lists: where the minutes of an average list go, and why booked patients were not treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.rows import in_rows, segment
from pathway.charts.template import BLACK, COLOURS, ORANGE, PATTERNS, SKY, blank, cycle, row_height, safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def list_minutes(frame: pd.DataFrame) -> go.Figure:
    """Draw how many minutes of an average list are used, unused and beyond the close, beside those booked.

    Parameters
    ----------
    frame
        Columns label, offered, booked, in_time, unused, late: minutes a list; in_time and unused add up to
        offered, late is after the close.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"label": "Theatre", "offered": 240, "booked": 210, "in_time": 190, "unused": 50, "late": 12}
    >>> list_minutes(pd.DataFrame([row])).layout.annotations[0].text
    '210 booked, 190 used of 240; 12 after the close'
    """
    figure = blank(row_height(len(frame)), barmode="stack")
    looks = {
        "in_time": (SKY, "", "chart.list_in_time"),
        "unused": ("#ffffff", ".", "chart.list_unused"),
        "late": (ORANGE, "/", "chart.list_late"),
    }
    for column, (colour, pattern, key) in looks.items():
        figure.add_trace(segment(frame[column], colour, pattern, words.text(key)))
    figure.add_scatter(
        x=frame["booked"],
        y=list(range(len(frame))),
        mode="markers",
        marker={"symbol": "diamond", "size": 10, "color": BLACK, "line": {"width": 1.5, "color": "white"}},
        name=words.text("chart.list_booked"),
        hovertemplate="%{x:.0f}<extra>%{fullData.name}</extra>",
    )
    for place, row in enumerate(frame.itertuples()):
        numbers = {key: f"{getattr(row, key):.0f}" for key in ("offered", "booked", "in_time", "late")}
        said = words.text("chart.list_said", **numbers)
        _beside(figure, max(row.offered + row.late, row.booked), place, said)
    longest = float((frame["offered"] + frame["late"]).max())
    figure.update_xaxes(title_text=words.text("chart.minutes_a_list"), range=[0, 1.5 * longest])
    return in_rows(figure, frame["label"])


def not_treated(frame: pd.DataFrame, reasons: Mapping[str, str]) -> go.Figure:
    """Draw what share of the patients booked on each list was not treated, by reason.

    Parameters
    ----------
    frame
        Columns label, said (what stands beside the bar), and one for each reason: a share of those booked.
    reasons
        The columns to draw, and what each is called.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame([{"label": "Theatre", "no_bed": 0.06, "overrun": 0.04, "said": "10 of 101"}])
    >>> [bar.name for bar in not_treated(rows, {"no_bed": "No bed", "overrun": "Overrun"}).data]
    ['No bed', 'Overrun']
    """
    figure = blank(row_height(len(frame)), barmode="stack")
    for place, (column, name) in enumerate(reasons.items()):
        look = cycle(COLOURS, place), cycle(PATTERNS, place)
        figure.add_trace(segment(frame[column], *look, name, form="%{x:.1%}"))
    ends = frame[list(reasons)].sum(axis=1)
    for place, (end, said) in enumerate(zip(ends, frame["said"], strict=True)):
        _beside(figure, float(end), place, said)
    title = words.text("chart.of_booked")
    figure.update_xaxes(title_text=title, range=[0, 1.4 * float(ends.max())], tickformat=".0%")
    return in_rows(figure, frame["label"])


def _beside(figure: go.Figure, end: float, place: int, text: str) -> None:
    """Write a few words behind the end of a bar."""
    font = {"size": 11, "color": BLACK}
    figure.add_annotation(x=end, y=place, text=safe(text), xanchor="left", xshift=8, showarrow=False, font=font)
