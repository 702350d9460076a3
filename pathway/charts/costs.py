"""Charts of money: what a case costs, the fewer of them share what is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go

from pathway import words
from pathway.charts.template import BLACK, COLOURS, DASHES, GREY, MARKERS, blank

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd


def cost_per_case(frame: pd.DataFrame, marked: Collection[float], current: float, *, currency: str) -> go.Figure:
    """Draw what a case costs against how many there are in a year, a line for each way to pay.

    Parameters
    ----------
    frame
        Columns way (``bought``, ``hired``), volume, per_case.
    marked
        Volumes whose cost is written beside the first line.
    current
        The cases of a simulated year, drawn as a line (or NaN).
    currency
        The code of the currency.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [{"way": way, "volume": cases, "per_case": 9.0} for way in ("bought", "hired") for cases in (8, 17)]
    >>> [trace.name for trace in cost_per_case(pd.DataFrame(rows), {8}, 12.0, currency="GBP").data]
    ['bought', 'hired by the use']
    """
    figure = blank(360)
    least = frame.groupby("way")["per_case"].min().max()  # of the dearer way: below it a label stands under its line
    for index, way in enumerate(dict.fromkeys(frame["way"])):
        rows = frame[frame["way"] == way]
        at = rows["volume"].isin(list(marked))
        figure.add_scatter(
            x=rows["volume"],
            y=rows["per_case"],
            mode="lines+markers+text",
            line={"color": COLOURS[index], "dash": DASHES[index], "width": 2.5},
            marker={"symbol": MARKERS[index], "size": [9 if each else 0 for each in at], "color": COLOURS[index]},
            text=[
                f"{cost:,.0f}" if each and not index else "" for cost, each in zip(rows["per_case"], at, strict=True)
            ],
            textposition=["top right" if cost >= least else "bottom center" for cost in rows["per_case"]],
            textfont={"size": 12, "color": BLACK},
            cliponaxis=False,
            name=words.text(f"chart.{way}"),
            hovertemplate="%{x:,.0f}: %{y:,.0f} " + currency + "<extra>%{fullData.name}</extra>",
        )
    if current == current:
        figure.add_vline(current, line={"dash": "dot", "color": GREY, "width": 1.5})
        said = words.text("chart.simulated_cases")
        figure.add_annotation(
            x=current, y=1, yref="paper", text=said, xanchor="left", xshift=4, showarrow=False, font={"size": 12}
        )
    figure.update_xaxes(title_text=words.text("chart.cases_a_year"), rangemode="tozero")
    title = words.text("chart.cost_of_a_case", currency=currency)
    figure.update_yaxes(title_text=title, rangemode="tozero", tickformat=",.0f")
    return figure
