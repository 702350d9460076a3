"""Charts of a patient's journey: where the time goes, what breaks promises, and how journeys end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.rows import in_rows
from pathway.charts.template import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    blank,
    row_height,
    safe,
    wrapped,
)

if TYPE_CHECKING:
    import pandas as pd

CAUSES = {
    "busy": (VERMILION, "/"),
    "closed": (ORANGE, "."),
    "notice": (PURPLE, "x"),
    "turnaround": (SKY, "-"),
    "activity": (BLUE, ""),
    "other": ("#bbbbbb", "\\"),
}
"""What a patient's time goes to, each with its colour and pattern."""


def time_spent(frame: pd.DataFrame) -> go.Figure:
    """Draw where the days between referral and first treatment go: step by step, cause by cause.

    Parameters
    ----------
    frame
        Columns label, cause (a key of `CAUSES`), days per patient; labels in the order to be drawn.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"label": "CT", "cause": cause, "days": 2.0} for cause in ("busy", "activity")]
    >>> len(time_spent(pd.DataFrame(rows)).data)
    2
    """
    return _stacked(frame, "days", words.text("chart.days_a_patient"))


def breaches(frame: pd.DataFrame) -> go.Figure:
    """Draw at which step the patients who waited too long had lost most time, and to what.

    Parameters
    ----------
    frame
        Columns label, cause (a key of `CAUSES`), breaches a year.

    Examples
    --------
    >>> import pandas as pd
    >>> len(breaches(pd.DataFrame([{"label": "CT", "cause": "busy", "breaches": 2.0}])).data)
    1
    """
    return _stacked(frame, "breaches", words.text("chart.breaches_a_year"))


def _stacked(frame: pd.DataFrame, column: str, title: str) -> go.Figure:
    labels = list(dict.fromkeys(frame["label"]))
    figure = blank(row_height(len(labels)), barmode="stack")
    for cause, (colour, pattern) in CAUSES.items():
        values = frame[frame["cause"] == cause].groupby("label")[column].sum().reindex(labels, fill_value=0.0)
        if not values.any():
            continue
        figure.add_bar(
            x=values,
            y=list(range(len(labels))),
            orientation="h",
            width=0.62,
            marker={
                "color": colour,
                "line": {"color": "white", "width": 0.5},
                "pattern": {"shape": pattern, "bgcolor": colour, "fgcolor": "white", "size": 7, "solidity": 0.3},
            },
            name=words.text(f"cause.{cause}"),
            hovertemplate="%{x:.1f}<extra>%{fullData.name}</extra>",
        )
    figure.update_xaxes(title_text=title)
    return in_rows(figure, labels)


def routes(frame: pd.DataFrame) -> go.Figure:
    """Draw the ways from referral through treatments to outcomes, as wide as patients a year.

    Parameters
    ----------
    frame
        Columns source, target (what is written beside each bar) and patients a year.

    Examples
    --------
    >>> import pandas as pd
    >>> routes(pd.DataFrame([{"source": "GP", "target": "benign", "patients": 80.0}])).data[0].node.label
    ('GP: <b>80</b>', 'benign: <b>80</b>')
    """
    names = list(dict.fromkeys([*frame["source"], *frame["target"]]))
    at = {name: index for index, name in enumerate(names)}
    sides = [frame.groupby(side)["patients"].sum().reindex(names, fill_value=0.0) for side in ("source", "target")]
    figure = blank(max(400, 33 * len(names)), margin={"l": 8, "r": 8, "t": 12, "b": 12})
    unit = words.text("chart.patients_a_year")
    figure.add_sankey(
        arrangement="snap",
        textfont={"size": 12, "color": BLACK},
        node={
            "label": [_with_number(name, max(side[name] for side in sides)) for name in names],
            "color": BLUE,
            "pad": 16,
            "thickness": 16,
            "line": {"color": BLACK, "width": 0.5},
            "hovertemplate": f"%{{label}}: %{{value:.0f}} {unit}<extra></extra>",
        },
        link={
            "source": [at[name] for name in frame["source"]],
            "target": [at[name] for name in frame["target"]],
            "value": list(frame["patients"]),
            "color": "rgba(110,110,110,0.18)",
            "line": {"color": GREY, "width": 0.3},
            "hovertemplate": f"%{{source.label}} → %{{target.label}}: %{{value:.0f}} {unit}<extra></extra>",
        },
    )
    return figure


def _with_number(name: str, patients: float) -> str:
    """Write a name in a few lines, with the patients a year behind it, for paper has nothing to point at."""
    number = f"{patients:,.0f}" if patients >= 1 else "< 1"
    return f"{wrapped(name, 26, lines=3)}: <b>{safe(number)}</b>"
