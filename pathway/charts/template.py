"""The one look of every chart: colours that colour-blind readers can tell apart, never colour alone.

The palette is Okabe and Ito's.  Whatever is told apart by colour is also told apart by a dash, a
marker or a pattern, in the same order, so that a black-and-white print says the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import plotly.graph_objects as go

from pathway import words

BLACK, GREY, PALE = "#1a1a1a", "#6b6b6b", "#e8e8e8"
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PURPLE, YELLOW = "#56B4E9", "#CC79A7", "#F0E442"
COLOURS = (BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK, YELLOW)
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid", "dash")
MARKERS = ("circle", "square", "diamond", "triangle-up", "x", "cross", "triangle-down", "star")
GLYPHS = "●■◆▲✕✚▼★"  # the markers as letters, for names beside a line
PATTERNS = ("", "/", ".", "x", "-", "\\", "|", "+")
SEQUENCE = ("#deebf7", "#9ecae1", "#4292c6", "#08306b")
"""Light to dark, for what has an order: the darkest also in grey is the most."""

VERDICT_COLOURS = {
    "met": BLUE,
    "probably_met": BLUE,
    "uncertain": GREY,
    "probably_missed": VERMILION,
    "missed": VERMILION,
    "unknown": GREY,
    "none": BLACK,
}
VERDICT_MARKERS = {
    "met": "circle",
    "probably_met": "circle-open-dot",
    "uncertain": "diamond-open",
    "probably_missed": "x-open",
    "missed": "x",
    "unknown": "square-open",
    "none": "circle-open",
}

WIDE_LETTER = 1.8
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_NOT_FIRST = "，。：；、？！）”》"  # what no line begins with
_OPENS = "（“《"  # and what none ends with
_PIECE = re.compile(  # a Chinese character, or a word, with the marks that stay with it
    rf"(\s*)([{_OPENS}]*(?:(?![{_OPENS}]){_WIDE.pattern}|(?:(?!{_WIDE.pattern})[^\s{_OPENS}{_NOT_FIRST}])+)[{_NOT_FIRST}]*"
    rf"|[{_OPENS}{_NOT_FIRST}]+)"
)

WIDTH = 900
"""Pixels a chart is laid out for; on A4 paper the page draws it again at about 690."""

FONT = (
    "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans Condensed', 'DejaVu Sans', "
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
)
_AXIS = {
    "gridcolor": PALE,
    "linecolor": GREY,
    "zerolinecolor": GREY,
    "ticks": "outside",
    "tickcolor": GREY,
    "automargin": True,
    "title": {"standoff": 10, "font": {"size": 13}},
}
TEMPLATE = go.layout.Template(
    layout={
        "font": {"family": FONT, "size": 13, "color": BLACK},
        "colorway": list(COLOURS),
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "margin": {"l": 8, "r": 16, "t": 36, "b": 44},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "font": {"size": 12},
            "y": 1.0,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        "hoverlabel": {"bgcolor": "white", "bordercolor": GREY, "font": {"family": FONT, "size": 13, "color": BLACK}},
        "dragmode": False,
    }
)


def blank(height: int, **layout: object) -> go.Figure:
    """Give an empty figure in the house look.

    >>> blank(300).layout.plot_bgcolor is None and blank(300).layout.template.layout.plot_bgcolor
    'white'
    """
    return go.Figure(layout=look(height, **layout))


def look(height: int, **layout: object) -> dict[str, object]:
    """Give the house look, to be laid over a figure that is there already.

    >>> from plotly.subplots import make_subplots
    >>> figure = make_subplots(rows=1, cols=2).update_layout(look(300))
    >>> figure.layout.template.layout.plot_bgcolor
    'white'
    """
    return {"template": TEMPLATE, "height": height, "width": WIDTH, "autosize": True} | layout


def safe(text: object) -> str:
    """Write a text so that plotly, which understands some HTML, shows it as it is.

    >>> safe('<a href="x">CT & MRI</a>')
    '&lt;a href="x"&gt;CT &amp; MRI&lt;/a&gt;'
    """
    return html.escape(str(text), quote=False)


def wrapped(text: object, width: int, lines: int = 2) -> str:
    """Break a label into at most so many lines of about so many letters, escaped.

    >>> wrapped("Liver multidisciplinary team meeting", 18)
    'Liver<br>multidisciplinary …'
    >>> wrapped("CT", 18)
    'CT'
    >>> wrapped("肝脏多学科会诊（MDT）决定", 12)
    '肝脏多学科会<br>诊（MDT）决 …'
    """
    parts: list[str] = []
    for glue, piece in pieces(text):
        if parts and breadth(parts[-1] + glue + piece) <= width:
            parts[-1] += glue + piece
        else:
            parts.append(piece)
    if len(parts) > lines:
        parts = [*parts[: lines - 1], parts[lines - 1] + " …"]
    return "<br>".join(safe(part) for part in parts)


def pieces(text: object) -> list[tuple[str, str]]:
    """Take a text apart where a line may end: at spaces, and between Chinese characters; each piece after its glue.

    >>> pieces("CT of the liver")
    [('', 'CT'), (' ', 'of'), (' ', 'the'), (' ', 'liver')]
    >>> pieces("CT报告，肝")
    [('', 'CT'), ('', '报'), ('', '告，'), ('', '肝')]
    >>> pieces("肝（MDT）")
    [('', '肝'), ('', '（MDT）')]
    """
    found = _PIECE.findall(str(text).strip())
    return [(" " if space else "", piece) for space, piece in found]


def breadth(text: str) -> float:
    """Give how wide a text is, in letters; a Chinese character takes nearly two.

    >>> breadth("CT"), breadth("肝脏")
    (2.0, 3.6)
    """
    return sum(WIDE_LETTER if _WIDE.match(letter) else 1.0 for letter in text)


def pointed(digits: int = 1) -> str:
    """Give what is said of a point of a line over days: its day, its figure, and whose it is.

    >>> pointed(0).endswith(": %{y:.0f}<extra>%{fullData.name}</extra>")
    True
    """
    return words.text("chart.pointed_day") + f": %{{y:.{digits}f}}<extra>%{{fullData.name}}</extra>"


def row_height(rows: int, *, each: int = 31, least: int = 150, around: int = 108) -> int:
    """Give the height of a chart with one row for each of so many things.

    >>> row_height(2), row_height(20)
    (170, 728)
    """
    return max(least, around + each * rows)


def cycle(values: Sequence[str], index: int) -> str:
    """Give the index-th of some values, starting again at the end.

    >>> cycle(("a", "b"), 3)
    'b'
    """
    return values[index % len(values)]
