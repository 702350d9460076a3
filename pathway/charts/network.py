"""The pathway drawn: boxes where the layout puts them, lines as thick as the flow, long waits marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from pathway.charts.outlines import SMALL, outline
from pathway.charts.spots import Frame, spots
from pathway.charts.template import BLACK, GREY, blank, breadth, pieces, safe, wrapped
from pathway.layout import Layout, Point

if TYPE_CHECKING:
    import pandas as pd

PAPER = 6.2  # columns that fit side by side on paper; what has more runs down the page, if that is narrower
DOWN = 92  # pixels from one box to the next below it
TALLEST = 900  # pixels of a drawing that still fits a printed page
PAPER_WIDTH = 690  # pixels across a printed page
LETTER = 0.56  # width of a letter as a part of its height
LEADING = 1.3  # height of a line of text as a part of its letters'
FONTS = (11.0, 10.5, 10.0)  # pixels: usual, and for labels that would not fit otherwise
WIDTHS = (1.0, 1.8, 3.2, 5.5, 9.0)  # of lines, thin to thick; each class is three times the one before
MARKS = ("", "▲ ", "▲▲ ")


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
    figure.add_traces([*_strokes(lines), _line_tips(lines), _box_tips(boxes, places)])
    shapes = [outline(box, places[box.name], sizes[box.name]) for box in boxes.itertuples()]
    notes = [_label(box, places[box.name], sizes[box.name], page) for box in boxes.itertuples()]
    frames = [page.frame(places[name], half) for name, half in sizes.items()]
    frames += [_question(note, page) for note in notes if note.get("xanchor") == "left" and note["text"]]
    notes += _line_labels(lines, frames, page)
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

    def on_paper(self, point: Point) -> Point:
        """Give a point in pixels."""
        return self.pixels(point[0]), self.row * point[1]

    def frame(self, middle: Point, half: tuple[float, float]) -> Frame:
        """Give the borders of a box in pixels."""
        (x, y), (w, h) = self.on_paper(middle), self.on_paper(half)
        return x - w, y - h, x + w, y + h

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
    full = (0.45, 0.38) if upright else (0.41, 0.4)
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
        dash = "dot" if line.way.via in ("leaves", "harm", "deadline") else "solid"
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


def _line_labels(lines: list[_Line], boxes: list[Frame], page: _Page) -> list[dict[str, Any]]:
    """Write on lines what is to be written on them, where it can be read and told whose it is.

    The thickest lines choose first; a number without room is left to pointing at the line.
    """
    lines = sorted(lines, key=lambda line: -line.way.per_year if line.way.per_year > 0 else 0.0)
    routes = [[page.on_paper(point) for point in line.route] for line in lines]
    found = spots(routes, [line.way.label for line in lines], boxes)
    look = {"showarrow": False, "bgcolor": "white", "borderpad": 0, "font": {"size": 10, "color": BLACK}}
    scale = page.pixels(1.0), page.row
    return [
        look | {"text": safe(line.way.label), "x": place[0] / scale[0], "y": place[1] / scale[1]}
        for line, place in zip(lines, found, strict=True)
        if place is not None
    ]


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
    look: dict[str, Any] = {"showarrow": False, "font": {"size": FONTS[-1], "color": BLACK}}
    if box.kind in SMALL:
        look |= {"font": {"size": FONTS[-1], "color": GREY}, "xanchor": "left", "yanchor": "bottom", "align": "left"}
        look |= {"bgcolor": "rgba(255,255,255,0.85)", "borderpad": 0}
        text = wrapped(box.label, int(page.pixels(0.8) / (FONTS[-1] * LETTER))) if box.kind == "decision" else ""
        return look | {"text": text, "x": at[0] + half[0] * 0.6, "y": at[1] - half[1] * 0.3}
    below = f"<b>{MARKS[box.mark]}{safe(box.below)}</b>" if box.below else ""
    size, label = _fitted(box, half, page)
    look["font"]["size"] = size
    return look | {"text": "<br>".join(each for each in (label, below) if each), "x": at[0], "y": at[1]}


def _fitted(box: Any, half: tuple[float, float], page: _Page) -> tuple[float, str]:
    """Choose the largest letters with which a label fits its box whole, and break it into lines.

    A word wider than the box is written smaller; a label too long for the smallest letters is cut.
    """
    inner = 0.92 if box.kind == "end" else 0.95  # a part of the box within its border
    wide, tall = 2 * inner * page.pixels(half[0]), 2 * inner * page.row * half[1]
    longest = max((breadth(piece) for _, piece in pieces(box.label)), default=0.0)
    for size in FONTS:
        letters, lines = int(wide / (size * LETTER)), int(tall / (size * LEADING))
        label = wrapped(box.label, letters, lines=max(1, lines - bool(box.below)))
        if longest <= letters and not label.endswith(" …"):
            return size, label
    return min(FONTS[-1], wide / (longest * LETTER)), label


def _question(note: Mapping[str, Any], page: _Page) -> Frame:
    """Give the borders in pixels of the question written beside a decision."""
    (x, y), lines = page.on_paper((note["x"], note["y"])), note["text"].split("<br>")
    size = note["font"]["size"]
    return x, y - LEADING * size * len(lines), x + LETTER * size * max(map(breadth, lines)), y
