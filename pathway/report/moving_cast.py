"""Which patients have a dot in a film, and which dot: as few dots as can show them, each taken up by one after another.

A dot comes in a moment before it is needed, from where its patient was, and goes a moment after; then
it may be another patient's who came by the same route, so that neither colour nor shape of a dot changes.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.charts.film import COMES, GOES, NOWHERE
from pathway.metrics.moving import ABSENT, WAITING

if TYPE_CHECKING:
    from pathway.metrics.moving import Moving
    from pathway.metrics.study import Bools, Codes, Ints
    from pathway.report.moving_board import Board

MOST = 400  # dots that still move smoothly
_GOLDEN = 0.6180339887498949  # its multiples, without their whole part, lie as evenly as can be


@dataclass(frozen=True)
class Cast:
    """The dots: by moment and dot the `cell`, what is done there and the `rank`; the `group` of each.

    `everybody` has a dot, or else who waits or is in a step; of these, the `share` who have one.
    """

    cell: Codes
    doing: Codes
    rank: Codes
    group: Codes
    everybody: bool
    share: float


def cast(found: Moving, made: Board, group: Codes, most: int = MOST) -> Cast:
    """Choose whom to show, and give each a dot while they are shown.

    Parameters
    ----------
    found
        Where everybody is.
    made
        The board.
    group
        The group of each patient.
    most
        How many dots may be seen at once.
    """
    everybody = int(found.present.max(initial=0)) <= most
    seen = found.doing != ABSENT if everybody else found.doing >= WAITING
    chosen, share = _chosen(seen, most)
    seen = seen & chosen
    shown = seen.copy()
    shown[:-1] |= seen[1:]
    shown[1:] |= seen[:-1]
    cell, doing = _staged(found, made, shown)
    rank = _ranks(cell, doing, found.since)
    return Cast(*_dealt(shown, group, (cell, doing, rank)), everybody, share)


def _chosen(seen: Bools, most: int) -> tuple[Bools, float]:
    """Choose evenly so many patients that never more than `most` are seen at once; give their share too."""
    patients = seen.shape[1]
    order = np.argsort(np.arange(patients) * _GOLDEN % 1.0)
    low, high = 0, patients
    while low < high:  # the most patients, in that order, that are not too many at any moment
        middle = (low + high + 1) // 2
        low, high = (middle, high) if seen[:, order[:middle]].sum(axis=1).max(initial=0) <= most else (low, middle - 1)
    chosen = np.zeros(patients, bool)
    chosen[order[:low]] = True
    return chosen, low / patients if patients else 1.0


def _staged(found: Moving, made: Board, shown: Bools) -> tuple[Codes, Codes]:
    """Give by moment and patient the cell and what is done there, coming and going included."""
    place = found.place
    cell = np.where(found.doing >= WAITING, made.step[place], made.hall[place])
    doing = found.doing.astype(np.int64)
    absent = shown & (doing == ABSENT)
    after = np.roll(cell, -1, axis=0)  # where they will be; a patient comes once and goes once
    before = np.roll(cell, 1, axis=0)
    coming = absent & (np.roll(doing, -1, axis=0) != ABSENT)
    coming[-1] = False
    cell = np.where(absent, np.where(coming, after, before), cell)
    doing = np.where(absent, np.where(coming, COMES, GOES), doing)
    return np.where(shown, cell, NOWHERE), doing


def _ranks(cell: Codes, doing: Codes, since: Codes) -> Codes:
    """Give each shown patient's place in the queue, or in the box: from the front, who came first."""
    moment, patient = np.nonzero(cell != NOWHERE)
    where = (moment * (int(cell.max(initial=0)) + 1) + cell[moment, patient]) * (GOES + 1) + doing[moment, patient]
    order = np.lexsort((patient, since[moment, patient], where))
    where = where[order]
    first = np.r_[True, where[1:] != where[:-1]] if where.size else np.zeros(0, bool)
    place = np.arange(where.size)
    rank = np.zeros(cell.shape, np.int64)
    rank[moment[order], patient[order]] = place - np.maximum.accumulate(np.where(first, place, 0))
    return rank


def _dealt(shown: Bools, group: Codes, tables: tuple[Codes, Codes, Codes]) -> tuple[Codes, Codes, Codes, Codes]:
    """Give out dots: for each stretch in which a patient is shown one that is free, of the patient's group."""
    edges = np.diff(np.pad(shown, ((1, 1), (0, 0))).astype(np.int8), axis=0)
    patient, begins = np.nonzero(edges.T == 1)
    ends = np.nonzero(edges.T == -1)[1]
    groups: list[int] = []
    busy: list[tuple[int, int]] = []
    free: dict[int, list[int]] = {}
    dots = np.zeros(patient.size, np.int64)
    for stretch in np.lexsort((patient, begins)).tolist():
        while busy and busy[0][0] <= begins[stretch]:
            dot = heapq.heappop(busy)[1]
            heapq.heappush(free.setdefault(groups[dot], []), dot)
        kind = int(group[patient[stretch]])
        if free.get(kind):
            dot = heapq.heappop(free[kind])
        else:
            dot = len(groups)
            groups.append(kind)
        heapq.heappush(busy, (int(ends[stretch]), dot))
        dots[stretch] = dot
    return (*_spread(shown.shape[0], len(groups), (patient, begins, ends, dots), tables), np.array(groups, np.int64))


def _spread(
    moments: int, many: int, stretches: tuple[Ints, Ints, Ints, Ints], tables: tuple[Codes, Codes, Codes]
) -> tuple[Codes, Codes, Codes]:
    """Write what each patient does into the column of the dot that shows it."""
    patient, begins, ends, dots = stretches
    long = ends - begins
    stretch = np.repeat(np.arange(patient.size), long)
    moment = begins[stretch] + np.arange(stretch.size) - np.repeat(np.cumsum(long) - long, long)
    cell, doing, rank = (np.full((moments, many), empty, np.int64) for empty in (NOWHERE, ABSENT, 0))
    for table, into in zip(tables, (cell, doing, rank), strict=True):
        into[moment, dots[stretch]] = table[moment, patient[stretch]]
    return cell, doing, rank
