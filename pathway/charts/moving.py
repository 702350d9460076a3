"""Patients moving: a film of dots that wait before steps, go into them and come out, with its own frames of Plotly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go

from pathway import words
from pathway.charts.film import (
    ACROSS,
    CHAMBER,
    DOT,
    DOWN,
    FINE,
    LEFT,
    QUEUE,
    STRIP,
    TALL,
    TOP,
    Film,
    corner,
    middle,
    places,
    say_moment,
)
from pathway.charts.template import BLACK, COLOURS, GREY, MARKERS, WIDTH, blank, breadth, cycle, safe, wrapped

if TYPE_CHECKING:
    from pathway.charts.film import Places
    from pathway.metrics.study import Bools

OPEN, RULE = "#bfdcf0", "#d4d4d4"
LETTERS, FIT = 23, 21  # in a line of a label, and of those how many need not be written smaller
NOTHING = "\u00a0"  # a number that is not there: of an empty text Plotly keeps no place
SPEEDS = (800, 400, 200)  # milliseconds a frame: slow, usual, fast
TRACES = [0, 1, 2]  # what moves: the boxes' colour, the dots, the numbers


def patients_moving(film: Film) -> go.Figure:
    """Draw a film as a figure with frames, named "0", "1", ..., and Plotly's own buttons and slider below.

    Parameters
    ----------
    film
        What is to be drawn at each moment.
    """
    x, y = (side.astype(np.float32) for side in places(film))
    figure = _drawn(film, x[0], y[0], below=92)
    colours, texts = film.is_open.astype(int), _texts(film)
    figure.frames = [
        go.Frame(
            name=str(number),
            traces=TRACES,
            data=[
                {"type": "scatter", "marker": {"color": colours[number]}},
                {"type": "scatter", "x": x[number], "y": y[number]},
                {"type": "scatter", "text": texts[number]},
            ],
        )
        for number in range(len(film.when))
    ]
    return figure.update_layout(_controls(film))


def still(film: Film) -> go.Figure:
    """Draw the first moment of a film alone, for a page that plays the others itself (see `changes`).

    A dot that is not shown waits beside the board, so that there is a mark for each.
    """
    x, y = (np.where(np.isnan(side[0]), -FINE * LEFT, side[0]) for side in places(film))
    return _drawn(film, x, y, below=2)


def changes(film: Film) -> list[dict[str, Any]]:
    """Give what is otherwise at each moment, as small as can be.

    Whether each box is open (0 or 1), where each dot is (half pixels; nothing: not shown), and every number's text.
    """
    x, y = places(film)
    hidden = np.isnan(x)
    colours, across, down = film.is_open.astype(int).tolist(), _whole(x, hidden), _whole(y, hidden)
    return [
        {"open": colours[number], "x": across[number], "y": down[number], "text": text}
        for number, text in enumerate(_texts(film))
    ]


def _whole(values: Places, hidden: Bools) -> list[list[int | None]]:
    whole = np.where(hidden, 0, values).astype(np.int64).astype(object)
    whole[hidden] = None
    found: list[list[int | None]] = whole.tolist()
    return found


def _drawn(film: Film, x: Places, y: Places, below: int) -> go.Figure:
    """Draw the board with the dots where they are at the first moment."""
    height = TOP + DOWN * len(film.headings)
    margin = {"l": 2, "r": 2, "t": 34, "b": below}
    figure = blank(height + margin["t"] + below, margin=margin, showlegend=True, shapes=_shapes(film))
    figure.add_traces([_boxes(film), _dots(film, x, y), _numbers(film, _texts(film)[0])])
    figure.add_traces([*_legend(film), _tips(film)])
    figure.update_layout(annotations=_labels(film), legend={"itemclick": False, "itemdoubleclick": False})
    hidden: dict[str, Any] = {"visible": False, "fixedrange": True}
    figure.update_xaxes(range=[0, FINE * WIDTH], **hidden)
    figure.update_yaxes(range=[FINE * height, 0], **hidden)
    return figure


# ---------------------------------------------------------------- what is drawn


def _boxes(film: Film) -> go.Scatter:
    """Draw a box a step, filled while it is open; a hall has none."""
    points = [middle(cell) for cell in film.cells]
    halls = np.array([cell.is_hall for cell in film.cells], bool)
    return go.Scatter(
        x=[FINE * x for x, _ in points],
        y=[FINE * y for _, y in points],
        mode="markers",
        marker={
            "symbol": "square",
            "size": np.where(halls, 0, CHAMBER[1] - CHAMBER[0]).tolist(),
            "color": film.is_open[0].astype(int).tolist(),
            "cmin": 0,
            "cmax": 1,
            "colorscale": [[0, "white"], [1, OPEN]],
            "opacity": 1,
            "line": {"color": GREY, "width": 1.5},
        },
        hoverinfo="skip",
        showlegend=False,
    )


def _dots(film: Film, x: Places, y: Places) -> go.Scatter:
    """Draw the patients, as many dots in every frame, always in the same order."""
    return go.Scatter(
        x=x,
        y=y,
        ids=[str(number) for number in range(film.group.size)],
        mode="markers",
        marker={
            "size": DOT,
            "color": [cycle(COLOURS, number) for number in film.group.tolist()],
            "symbol": [cycle(MARKERS, number) for number in film.group.tolist()],
            "opacity": 1,
            "line": {"width": 0},
        },
        hoverinfo="skip",
        showlegend=False,
    )


def _legend(film: Film) -> list[go.Scatter]:
    """Say which dots are whose, and which boxes are open."""
    looks = [{"size": 9, "color": cycle(COLOURS, n), "symbol": cycle(MARKERS, n)} for n in range(len(film.groups))]
    box = {"size": 13, "symbol": "square", "line": {"color": GREY, "width": 1.5}}
    names = [*film.groups, words.text("moving.open"), words.text("moving.closed")]
    return [
        go.Scatter(x=[None], y=[None], mode="markers", marker=look, name=safe(name), hoverinfo="skip")
        for name, look in zip(names, [*looks, box | {"color": OPEN}, box | {"color": "white"}], strict=True)
    ]


def _texts(film: Film) -> list[list[str]]:
    """Give by moment the numbers beside each box, who waits and who began, and what is said above all."""
    halls = np.array([cell.is_hall for cell in film.cells], bool)
    left = np.where(halls, film.there, film.waiting)
    right = np.where(halls, 0, film.began)
    said = np.concatenate([left, right], axis=1)
    return [
        [*(f"{each:,}" if each else NOTHING for each in row), _above(film, number)]
        for number, row in enumerate(said.tolist())
    ]


def _above(film: Film, number: int) -> str:
    """Say what stands above the board: the moment, who is on the pathway and who waits."""
    waiting = film.waiting[number].sum()
    present = film.present[number]
    return words.text(
        "moving.above", when=say_moment(film.when[number]), present=f"{present:,}", waiting=f"{waiting:,}"
    )


def _numbers(film: Film, texts: list[str]) -> go.Scatter:
    """Write beside each box who waits and who began, in each hall who is there, and what is said above all."""
    corners = [corner(cell) for cell in film.cells]
    y = [top + STRIP + TALL / 2 for _, top in corners]
    left = [x + (7 if cell.is_hall else QUEUE[0] - 1) for cell, (x, _) in zip(film.cells, corners, strict=True)]
    right = [x + CHAMBER[1] + 1 for x, _ in corners]
    sides = ["middle right" if cell.is_hall else "middle left" for cell in film.cells]
    many = len(corners)
    font = {
        "size": [12] * many + [11] * many + [14],
        "color": [BLACK] * many + [GREY] * many + [BLACK],
        "weight": [700] * many + [400] * many + [700],
    }
    return go.Scatter(
        x=[FINE * each for each in (*left, *right, 4)],
        y=[FINE * each for each in (*y, *y, TOP / 2)],
        text=texts,
        mode="text",
        textposition=[*sides, *["middle right"] * (many + 1)],
        textfont=font,
        hoverinfo="skip",
        showlegend=False,
    )


def _labels(film: Film) -> list[dict[str, Any]]:
    """Write what each box is, and to the left what each row is."""
    look: dict[str, Any] = {"showarrow": False, "xanchor": "left", "align": "left"}
    found = []
    for cell in film.cells:
        left, top = corner(cell)
        text = wrapped(cell.label, LETTERS)
        size = 10 if max(map(breadth, text.split("<br>"))) <= FIT else 9.5
        at = {"x": FINE * (left + 3), "y": FINE * (top + STRIP - 1), "yanchor": "bottom"}
        found.append(look | at | {"text": text, "font": {"size": size, "color": BLACK}})
    for row, heading in enumerate(film.headings):
        text = f"<b>{wrapped(heading, 13, lines=3)}</b>"
        at = {"x": FINE * 4, "y": FINE * (TOP + DOWN * row + STRIP + TALL / 2), "yanchor": "middle"}
        found.append(look | at | {"text": text, "font": {"size": 11.5, "color": BLACK}})
    return found


def _shapes(film: Film) -> list[dict[str, Any]]:
    """Draw the halls, dashed, and a line above each group of rows."""
    found: list[dict[str, Any]] = []
    for cell in film.cells:
        if cell.is_hall:
            left, top = corner(cell)
            corners = {"x0": FINE * (left + 3), "x1": FINE * (left + ACROSS - 4)}
            corners |= {"y0": FINE * (top + STRIP), "y1": FINE * (top + STRIP + TALL)}
            line = {"color": GREY, "width": 1, "dash": "dot"}
            found.append({"type": "rect", "layer": "below", "line": line, **corners})
    for row, heading in enumerate(film.headings):
        if heading or row == 0:
            y, line = FINE * (TOP + DOWN * row), {"color": RULE, "width": 1}
            found.append(
                {"type": "line", "layer": "below", "line": line, "x0": 0, "x1": FINE * WIDTH, "y0": y, "y1": y}
            )
    return found


def _tips(film: Film) -> go.Scatter:
    """Make boxes say in full what they are when pointed at."""
    points = [middle(cell) for cell in film.cells]
    return go.Scatter(
        x=[FINE * x for x, _ in points],
        y=[FINE * y for _, y in points],
        mode="markers",
        marker={"size": 36, "opacity": 0, "symbol": "square"},
        text=["<br>".join(safe(line) for line in (cell.tip or cell.label).split("\n")) for cell in film.cells],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )


# ---------------------------------------------------------------- Plotly's own buttons and slider


def _controls(film: Film) -> Mapping[str, Any]:
    """Give Plotly's buttons (three speeds and pause) and its slider, a step a moment."""
    slow, usual, fast = SPEEDS
    buttons = [
        _button(words.text("moving.play_slowly"), None, slow),
        _button(words.text("moving.play"), None, usual),
        _button(words.text("moving.play_fast"), None, fast),
        _button(words.text("moving.pause"), [None], 0),
    ]
    steps = [
        {"method": "animate", "label": say_moment(when), "args": [[str(number)], _timing(0)]}
        for number, when in enumerate(film.when)
    ]
    below = {"x": 0, "y": 0, "xanchor": "left", "yanchor": "top"}
    menu = below | {"type": "buttons", "direction": "right", "pad": {"t": 10, "l": 4}, "showactive": False}
    unseen = {"color": "rgba(0,0,0,0)", "size": 1}  # the moment stands above the board; 252 labels would not fit
    slider = below | {"len": 1, "pad": {"t": 52, "l": 8, "r": 8}, "currentvalue": {"visible": False}, "font": unseen}
    slider |= {"ticklen": 0, "minorticklen": 0, "steps": steps}
    return {"updatemenus": [menu | {"buttons": buttons}], "sliders": [slider]}


def _button(label: str, frames: list[None] | None, duration: int) -> dict[str, Any]:
    return {"method": "animate", "label": label, "args": [frames, _timing(duration)]}


def _timing(duration: int) -> dict[str, Any]:
    """Give how a frame is shown: for so long, gliding; or at once."""
    return {
        "mode": "immediate",
        "fromcurrent": True,
        "frame": {"duration": duration, "redraw": False},
        "transition": {"duration": duration, "easing": "linear"},
    }
