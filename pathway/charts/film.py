"""A film of patients moving: what is to be drawn at each moment, and where on the board its dots are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from pathway import words
from pathway.charts.template import WIDTH
from pathway.metrics.moving import BETWEEN, UNDER_WAY, WAITING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pathway.metrics.study import Bools, Codes, Ints

    Places: TypeAlias = NDArray[np.floating[Any]]

NOWHERE, COMES, GOES = -1, 4, 5
"""What a dot does beside what a patient does (see `metrics.moving`): it is not shown, it comes in, it goes out."""

FINE = 2  # places are whole numbers of half a pixel, which take least room in a file
LEFT, ACROSS, DOWN, TOP = 92, 115, 71, 26  # pixels: beside the boxes, from one to the next, and above all
STRIP = 29  # from the top of a cell to its queue, below its label
TALL = 36  # of a queue
QUEUE, CHAMBER, HALL = (20, 61), (63, 97), (36, 108)  # from the left of a cell: where who waits, is in a step, between
PITCH = 6.5  # from dot to dot where there is room
DOT = 6


@dataclass(frozen=True, slots=True)
class Cell:
    """A step, several less busy ones together, or what lies between steps (`is_hall`), in its place on the board."""

    label: str
    row: int
    column: int
    is_hall: bool = False
    tip: str = ""


@dataclass(frozen=True)
class Film:
    """What is to be drawn at each moment.

    `headings` of the rows; by moment and cell how many wait, are there and began since the moment before, and whether
    it was open; by moment how many patients are on the pathway (`present`); of each dot its group, and by moment the
    `cell` where it is (-1: nowhere), what it is `doing` there, and at which `rank` from the front.
    """

    when: tuple[datetime, ...]
    headings: tuple[str, ...]
    cells: tuple[Cell, ...]
    waiting: Ints
    there: Ints
    began: Ints
    is_open: Bools
    present: Ints
    groups: tuple[str, ...]
    group: Codes
    cell: Codes
    doing: Codes
    rank: Codes


def say_moment(when: datetime) -> str:
    """Say a moment as the slider does.

    >>> say_moment(datetime(2027, 1, 4, 10))
    'Mon 4 January 2027, 10:00'
    """
    day, month = words.text(f"weekday.{when.weekday()}"), words.text(f"month.{when.month}")
    date = words.text("number.date", day=when.day, month=month, year=when.year)
    return words.text("moving.moment", weekday=day, date=date, time=f"{when:%H:%M}")


def places(film: Film) -> tuple[Places, Places]:
    """Give by moment each dot's place in whole half pixels; not a number for one that is nowhere."""
    corners = np.array([corner(cell) for cell in film.cells] or [(0, 0)], float)
    left, top = corners[film.cell, 0], corners[film.cell, 1]
    x, y = np.zeros(film.cell.shape), top + STRIP + TALL / 2
    for doing, (begins, ends) in ((WAITING, QUEUE), (UNDER_WAY, CHAMBER), (BETWEEN, HALL)):
        chosen = (film.doing == doing) & (film.cell != NOWHERE)
        pitch = _pitch(film, chosen, ends - begins)[film.cell[chosen]]
        rows = np.floor(TALL / pitch)
        x[chosen] = left[chosen] + ends - (film.rank[chosen] // rows + 0.5) * pitch
        y[chosen] = top[chosen] + STRIP + TALL / 2 + (film.rank[chosen] % rows - (rows - 1) / 2) * pitch
    x[film.doing == COMES], x[film.doing == GOES] = -DOT, WIDTH + DOT
    x[film.cell == NOWHERE] = y[film.cell == NOWHERE] = np.nan
    return np.rint(FINE * x), np.rint(FINE * y)


def corner(cell: Cell) -> tuple[int, int]:
    """Give the upper left corner of what belongs to a step."""
    return LEFT + ACROSS * cell.column, TOP + DOWN * cell.row


def _pitch(film: Film, chosen: Bools, wide: float) -> Places:
    """Give by cell how far dots lie apart, so that there is room for all at the moment when most are there."""
    most = np.ones(len(film.cells))
    np.maximum.at(most, film.cell[chosen], film.rank[chosen] + 1.0)
    pitch = np.full(len(film.cells), PITCH)
    while (full := np.floor(wide / pitch) * np.floor(TALL / pitch) < most).any():
        pitch[full] *= 0.95
    return pitch


def middle(cell: Cell) -> tuple[float, float]:
    """Give the middle of the box of a step."""
    left, top = corner(cell)
    return left + sum(CHAMBER) / 2, top + STRIP + TALL / 2
