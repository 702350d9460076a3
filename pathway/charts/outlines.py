"""The outline of a box in a drawing of a pathway: its form says the kind of state, its border how long one waits."""

from __future__ import annotations

from typing import Any

from pathway.charts.template import BLACK, GREY, SEQUENCE, VERMILION
from pathway.layout import Point

FILLS = ("#ffffff", SEQUENCE[0], SEQUENCE[1])
BORDERS = (1.2, 2.4, 4.0)
SMALL = ("decision", "fork", "join")


def outline(box: Any, at: Point, half: tuple[float, float]) -> dict[str, Any]:
    """Draw the outline of one box at a place, its kind by its form and a long wait by its border.

    >>> from types import SimpleNamespace
    >>> outline(SimpleNamespace(kind="activity", mark=2), (0.0, 0.0), (1.0, 1.0))["line"]["width"]
    4.0
    """
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
        return look | {"path": f"{_rounded(x, y, w, h, 0.5)} {_rounded(x, y, w * 0.95, h * 0.91, 0.5)}"}
    if box.kind == "elsewhere":
        border = {"color": GREY, "width": 1, "dash": "dot"}
        return look | {"path": _rounded(x, y, w, h * 0.9, 0.5), "line": border, "fillcolor": "#fafafa"}
    return look | {"path": _rounded(x, y, w, h, 0.0 if box.kind == "activity" else 0.5)}


def _rounded(x: float, y: float, w: float, h: float, part: float) -> str:
    """Write the path of a box whose corners take this part of its half sides."""
    a, b = w * part * 0.5, h * part
    return (
        f"M{x - w + a},{y - h} L{x + w - a},{y - h} Q{x + w},{y - h} {x + w},{y - h + b} "
        f"L{x + w},{y + h - b} Q{x + w},{y + h} {x + w - a},{y + h} L{x - w + a},{y + h} "
        f"Q{x - w},{y + h} {x - w},{y + h - b} L{x - w},{y - h + b} Q{x - w},{y - h} {x - w + a},{y - h} Z"
    )
