"""The pathway drawn: boxes where the layout puts them, lines as thick as the flow, long waits marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from pathway.charts.template import BLACK, GREY, SEQUENCE, VERMILION, blank, safe, wrapped
from pathway.layout import Layout, Point

if TYPE_CHECKING:
    import pandas as pd

PAPER = 6.2  # columns that fit side by side on paper; what has more runs down the page, if that is narrower
DOWN = 78  # pixels from one box to the next below it
TALLEST = 900  # pixels of a drawing that still fits a printed page
PAPER_WIDTH = 690  # pixels across a printed page
LETTER = 0.54  # width of a letter as a part of its height
FONTS = (8.0, 10.5)  # pixels: small for many narrow boxes, and usual
WIDTHS = (1.0, 1.8, 3.2, 5.5, 9.0)  # of lines, thin to thick; each class is three times the one before
MARKS = ("", "▲ ", "▲▲ ")
FILLS = ("#ffffff", SEQUENCE[0], SEQUENCE[1])
BORDERS = (1.2, 2.4, 4.0)
SMALL = ("decision", "fork", "join")


def network(boxes: pd.DataFrame, ways: pd.DataFrame, layout: Layout) -> go.Figure:
    """Draw a pathway, or part of one: from left to right, or down the page if it is too long for that.

    Parameters
    ----------
    boxes
        Columns name, label, kind (a kind of state, or ``elsewhere``), below (a line of numbers),
        mark (0; 1 or 2 for a long or very long wait) and tip (what pointing at it says, lines
        parted by newlines).
    ways
        Columns source, target, per_year (or NaN), via, label (written on the line), tip.
    layout
        Where the boxes stand and how the lines run, by those names.

    Examples
    --------
    >>> import networkx as nx
    >>> import pandas as pd
    >>> from pathway.layout import lay_out
    >>> boxes = [{"name": name, "label": name, "kind": "activity", "below": "", "mark": 0, "tip": ""} for name in "ab"]
    >>> ways = [{"source": "a", "target": "b", "per_year": 9.0, "via": "route", "label": "", "tip": ""}]
    >>> figure = network(pd.DataFrame(boxes), pd.DataFrame(ways), lay_out(nx.DiGraph([("a", "b")])))
    >>> len(figure.layout.shapes)
    2
    """
    page = _page(layout)
    places = {box.name: page.turned(layout.positions[box.name]) for box in boxes.itertuples()}
    sizes = {box.name: _half(box.kind, page.upright) for box in boxes.itertuples()}
    lines = [_Line(way, _route(way, layout, page, sizes)) for way in ways.itertuples() if _drawn(way, layout)]
    (left, right), (top, bottom) = page.across, page.down
    figure = blank(round(page.row * (bottom - top)), margin={"l": 2, "r": 2, "t": 4, "b": 4})
    figure.add_traces([*_strokes(lines), _line_labels(lines), _line_tips(lines), _box_tips(boxes, places)])
    shapes = [_shape(box, places[box.name], sizes[box.name]) for box in boxes.itertuples()]
    notes = [_label(box, places[box.name], sizes[box.name], page) for box in boxes.itertuples()]
    hidden: dict[str, Any] = {"visible": False, "fixedrange": True}
    figure.update_xaxes(range=[left, right], **hidden)
    figure.update_yaxes(range=[bottom, top], **hidden)
    figure.update_layout(showlegend=False, hovermode="closest", shapes=shapes, annotations=notes)
    return figure


@dataclass(frozen=True, slots=True)
class _Page:
    """How a drawing lies on the page: `upright` if it runs down, and what it spans."""

    upright: bool
    across: tuple[float, float]
    down: tuple[float, float]

    @property
    def row(self) -> float:
        """Give the pixels from one row to the next, fewer if the drawing would not fit a page."""
        return min(DOWN, TALLEST / (self.down[1] - self.down[0]))

    def pixels(self, width: float) -> float:
        """Give how wide something is on paper."""
        return PAPER_WIDTH * width / (self.across[1] - self.across[0])

    def turned(self, point: Point) -> Point:
        return (point[1], point[0]) if self.upright else point


@dataclass(frozen=True, slots=True)
class _Line:
    """One way with the points it runs through."""

    way: Any
    route: tuple[Point, ...]


def _page(layout: Layout) -> _Page:
    """Choose how the drawing lies, and leave room beside a narrow one so that boxes stay boxes."""
    points = [*layout.positions.values(), *(point for route in layout.routes.values() for point in route)]
    columns, rows = ([point[axis] for point in points] for axis in (0, 1))
    wide, tall = (max(values) - min(values) + 1 for values in (columns, rows))
    upright = wide > PAPER and tall < wide
    across, down = (rows, columns) if upright else (columns, rows)
    spare = max(0.0, PAPER - 0.6 - (max(across) - min(across))) / 2
    sides = min(across) - max(0.5, spare), max(across) + max(0.5, spare)
    return _Page(upright, sides, (min(down) - 0.5, max(down) + 0.5))


def _half(kind: str, upright: bool) -> tuple[float, float]:
    """Give half the width and height of a box of some kind, where columns and rows are 1 apart."""
    if kind == "decision":
        return (0.13, 0.2) if upright else (0.1, 0.22)
    if kind in SMALL:
        return (0.22, 0.07) if upright else (0.05, 0.3)
    full = (0.43, 0.37) if upright else (0.37, 0.38)
    return (full[0], full[1] * 0.9) if kind in ("delay", "elsewhere") else full


# ---------------------------------------------------------------- lines


def line_class(per_year: float) -> int:
    """Say how thick a flow is drawn: 0 below 10 a year, then a class more for each threefold.

    >>> [line_class(value) for value in (float("nan"), 5, 20, 60, 200, 5000)]
    [0, 0, 1, 2, 3, 4]
    """
    for thickness, limit in enumerate((10, 30, 100, 300)):
        if not per_year >= limit:
            return thickness
    return len(WIDTHS) - 1


def _drawn(way: Any, layout: Layout) -> bool:
    return (way.source, way.target) in layout.routes


def _route(way: Any, layout: Layout, page: _Page, sizes: Mapping[str, tuple[float, float]]) -> tuple[Point, ...]:
    """Let a line begin and end at the border of its boxes, which are not the layout's own size."""
    points = [page.turned(point) for point in layout.routes[way.source, way.target]]
    along = 1 if page.upright else 0
    for end, name, sign in ((0, way.source, 1), (-1, way.target, -1)):
        border = page.turned(layout.positions[name])[along] + sign * sizes[name][along]
        point = points[end]
        points[end] = (point[0], border) if page.upright else (border, point[1])
    return tuple(points)


def _strokes(lines: list[_Line]) -> Iterator[go.Scatter]:
    """Draw the lines of each thickness and dash together, an arrowhead at each end."""
    groups: dict[tuple[int, str], list[_Line]] = {}
    for line in lines:
        dash = "dot" if line.way.via in ("leaves", "deadline") else "solid"
        groups.setdefault((line_class(line.way.per_year), dash), []).append(line)
    for (thickness, dash), group in sorted(groups.items(), reverse=True):
        x: list[float | None] = []
        y: list[float | None] = []
        sizes: list[int] = []
        for line in group:
            x += [*(point[0] for point in line.route), None]
            y += [*(point[1] for point in line.route), None]
            sizes += [0] * (len(line.route) - 1) + [round(8 + 0.8 * WIDTHS[thickness]), 0]
        yield go.Scatter(
            x=x,
            y=y,
            mode="lines+markers",
            line={"color": "#9a9a9a", "width": WIDTHS[thickness], "dash": dash},
            marker={"symbol": "arrow", "angleref": "previous", "size": sizes, "color": "#4a4a4a", "opacity": 1},
            hoverinfo="skip",
        )


def _spot(route: tuple[Point, ...]) -> Point:
    """Give the place on a line where a number disturbs least: the middle of its longest stretch."""
    pairs = list(zip(route, route[1:], strict=False))
    (x, y), (u, v) = max(pairs, key=lambda pair: abs(pair[0][0] - pair[1][0]) + abs(pair[0][1] - pair[1][1]))
    return x + 0.5 * (u - x), y + 0.5 * (v - y)


def _line_labels(lines: list[_Line]) -> go.Scatter:
    """Write on lines what is to be written on them, readable over the line itself."""
    known = [line for line in lines if line.way.label]
    spots = [_spot(line.route) for line in known]
    halo = "1px 1px 2px white, -1px -1px 2px white, 1px -1px 2px white, -1px 1px 2px white"
    return go.Scatter(
        x=[spot[0] for spot in spots],
        y=[spot[1] for spot in spots],
        mode="text",
        text=[safe(line.way.label) for line in known],
        textfont={"size": 10, "color": BLACK, "shadow": halo},
        hoverinfo="skip",
    )


def _line_tips(lines: list[_Line]) -> go.Scatter:
    """Make lines say who goes there when pointed at."""
    spots = [_spot(line.route) for line in lines]
    return go.Scatter(
        x=[spot[0] for spot in spots],
        y=[spot[1] for spot in spots],
        mode="markers",
        marker={"size": 18, "opacity": 0},
        text=[_tip(line.way.tip) for line in lines],
        hovertemplate="%{text}<extra></extra>",
    )


def _tip(text: str) -> str:
    return "<br>".join(safe(line) for line in str(text).split("\n"))


# ---------------------------------------------------------------- boxes


def _box_tips(boxes: pd.DataFrame, places: Mapping[str, Point]) -> go.Scatter:
    """Make boxes say everything about themselves when pointed at."""
    points = [places[name] for name in boxes["name"]]
    return go.Scatter(
        x=[point[0] for point in points],
        y=[point[1] for point in points],
        mode="markers",
        marker={"size": 40, "opacity": 0, "symbol": "square"},
        text=[_tip(f"{box.label}\n{box.tip}" if box.tip else box.label) for box in boxes.itertuples()],
        hovertemplate="%{text}<extra></extra>",
    )


def _label(box: Any, at: Point, half: tuple[float, float], page: _Page) -> dict[str, Any]:
    """Write what a box says: its label and, below it, its numbers; beside a decision, its question."""
    room = page.pixels(2 * _half("activity", page.upright)[0])
    size = min(max(min(room / 8, page.row * 0.15), FONTS[0]), FONTS[1])
    letters = round(room / (size * LETTER))
    look: dict[str, Any] = {"showarrow": False, "font": {"size": size, "color": BLACK}}
    if box.kind in SMALL:
        look |= {"font": {"size": size - 0.5, "color": GREY}, "xanchor": "left", "yanchor": "bottom", "align": "left"}
        text = wrapped(box.label, letters) if box.kind == "decision" else ""
        return look | {"text": text, "x": at[0] + half[0] * 0.6, "y": at[1] - half[1] * 0.3}
    below = f"<b>{MARKS[box.mark]}{safe(box.below)}</b>" if box.below else ""
    label = wrapped(box.label, letters, lines=2 if box.kind == "end" else 3)
    return look | {"text": "<br>".join(each for each in (label, below) if each), "x": at[0], "y": at[1]}


def _shape(box: Any, at: Point, half: tuple[float, float]) -> dict[str, Any]:
    """Draw the outline of one box, its kind by its form and a long wait by its border."""
    (x, y), (w, h) = at, half
    line = {"color": VERMILION if box.mark else BLACK, "width": BORDERS[box.mark]}
    look: dict[str, Any] = {"type": "path", "line": line, "fillcolor": FILLS[box.mark], "layer": "above"}
    if box.kind == "decision":
        return look | {"path": f"M{x - w},{y} L{x},{y - h} L{x + w},{y} L{x},{y + h} Z", "fillcolor": "#e4e4e4"}
    if box.kind in SMALL:
        return look | {"path": _rounded(x, y, w, h, 0.0), "fillcolor": BLACK}
    if box.kind == "delay":
        return look | {"path": _rounded(x, y, w, h, 0.35), "fillcolor": "#f4f4f4"}
    if box.kind == "end":
        return look | {"path": f"{_rounded(x, y, w, h, 0.5)} {_rounded(x, y, w * 0.93, h * 0.86, 0.5)}"}
    if box.kind == "elsewhere":
        border = {"color": GREY, "width": 1, "dash": "dot"}
        return look | {"path": _rounded(x, y, w, h * 0.8, 0.5), "line": border, "fillcolor": "#fafafa"}
    return look | {"path": _rounded(x, y, w, h, 0.0 if box.kind == "activity" else 0.5)}


def _rounded(x: float, y: float, w: float, h: float, part: float) -> str:
    """Write the path of a box whose corners take this part of its half sides."""
    a, b = w * part * 0.5, h * part
    return (
        f"M{x - w + a},{y - h} L{x + w - a},{y - h} Q{x + w},{y - h} {x + w},{y - h + b} "
        f"L{x + w},{y + h - b} Q{x + w},{y + h} {x + w - a},{y + h} L{x - w + a},{y + h} "
        f"Q{x - w},{y + h} {x - w},{y + h - b} L{x - w},{y - h + b} Q{x - w},{y - h} {x - w + a},{y - h} Z"
    )
