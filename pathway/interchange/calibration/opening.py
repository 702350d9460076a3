"""How much there is of everything and when it is open, as far as starts show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pathway.interchange.calibration.dates import DAY, HOUR, flat_p, weekday_of
from pathway.interchange.calibration.timing import Step
from pathway.interchange.observed import UNKNOWN, Booleans, ObservedLog

Codes = NDArray[np.int64]

FEWEST = 60  # starts below which no hours are read off them
SURE = 1e-6  # that starts are not spread evenly
NOISE = 0.02  # of the mean of an hour of the week: fewer starts than this are stray
FIVE = 300
MOSTLY_SILENT = 0.8  # of the public holidays without a start, and it keeps them
SILENCE = 0.001
OUTSIDE = 10  # requests outside the hours of starts: with fewer, it may only be that nobody came


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours that are the same on some weekdays: minutes of the day."""

    weekdays: tuple[int, ...]
    opens: int
    closes: int


@dataclass(frozen=True)
class Pool:
    """What some activities need: the most in use at once, and the hours in which anything began (none: always).

    `seen_only` tells that it began at some hours only, but that nobody asked for it at others: then it is not known
    whether it was closed, and no hours are given.  Of the `open_days` that the hours open by weekday, nothing began on
    `silent` though somebody waited; `keeps_holidays` tells that these are public holidays, which are then not counted.
    """

    name: str
    units: dict[int, int]  # by activity
    most: int
    starts: int
    hours: tuple[Hours, ...]
    stray: int
    has_own_name: bool
    seen_only: bool = False
    open_days: int = 0
    silent: int = 0
    keeps_holidays: bool = False


def read_pools(
    log: ObservedLog, steps: tuple[Step, ...], *, weekdays: bool, holidays: Codes | None = None
) -> tuple[Pool, ...]:
    """Read off what every activity with known starts needs.

    Parameters
    ----------
    log
        All cases: what is in use at once is a matter of all of them.
    steps
        What is known of the activities; those nobody ever waited for, and those that hold nothing, need nothing.
    weekdays
        Whether weekdays can be told apart.
    holidays
        The public holidays of the time of the log, in days since 1970, if they are known.
    """
    wanted: dict[str, dict[int, int]] = {}
    named: set[str] = set()
    for step in steps:
        if not is_served(log, step):
            continue
        needs = _needs(log, step.activity)
        named |= set(needs)
        for name, units in (needs or {log.activities[step.activity]: 1}).items():
            wanted.setdefault(name, {})[step.activity] = units
    return tuple(_pool(log, name, units, weekdays, name in named, holidays) for name, units in wanted.items())


def is_served(log: ObservedLog, step: Step) -> bool:
    """Tell whether an activity takes something of which there is only so much, as far as the log shows."""
    if not step.knows_starts or step.activity in log.never_held:
        return False
    if log.has_holds:
        return True
    # where a log has requests, a step without one is asked for by nobody: it only takes time
    return step.waited_for or not log.knows_requests


def _needs(log: ObservedLog, activity: int) -> dict[str, int]:
    """Give the resources all visits of an activity name alike; nothing if they differ, or if there are none."""
    begun = (log.activity == activity) & (log.started != UNKNOWN)
    codes, counts = np.unique(log.resource[begun], return_counts=True)
    if not codes.size or codes[np.argmax(counts)] < 0 or counts.max() < 0.95 * counts.sum():
        return {}
    text = log.resources[int(codes[np.argmax(counts)])]
    return units_of(text) if log.has_holds else {text: 1}


def units_of(text: str) -> dict[str, int]:
    """Read what a visit held, as our own exports write it.

    >>> units_of("endoscopist, 2 endoscopy_nurse")
    {'endoscopist': 1, 'endoscopy_nurse': 2}
    """
    found = (re.fullmatch(r"(?:(\d+) )?(.+)", part) for part in text.split(", "))
    return {match[2]: int(match[1] or 1) for match in found if match}


def _pool(  # noqa: PLR0913, PLR0917 - what is known of dates is known once
    log: ObservedLog, name: str, units: dict[int, int], weekdays: bool, named: bool, holidays: Codes | None
) -> Pool:
    held = np.zeros(len(log.activities), np.int64)
    held[list(units)] = list(units.values())
    rows = np.flatnonzero((held[log.activity] > 0) & (log.started != UNKNOWN))
    hours, stray = _hours(log.local(log.started)[rows], weekdays)
    asked = log.local(log.asked)[rows[log.asked[rows] != UNKNOWN]]
    seen_only = bool(hours) and asked.size > 0 and _outside(asked, hours) < OUTSIDE
    pool = Pool(name, units, _most(log, rows, held), rows.size, () if seen_only else hours, stray, named, seen_only)
    return _with_closures(log, rows, pool, holidays) if weekdays and pool.hours else pool


def _with_closures(log: ObservedLog, rows: Codes, pool: Pool, holidays: Codes | None) -> Pool:
    """Tell on how many days of its weekdays nothing began though somebody waited, and whether these are holidays."""
    started, asked = log.local(log.started)[rows] // DAY, log.local(log.asked)[rows] // DAY
    first = int(started.min())
    size = int(started.max()) - first + 1
    begun = np.bincount(started - first, minlength=size)
    is_known = log.asked[rows] != UNKNOWN
    waits = np.zeros(size + 1, np.int64)  # of whole days: from the day after the request to that before the start
    np.add.at(waits, np.clip(asked[is_known] + 1 - first, 0, size), 1)
    np.add.at(waits, np.clip(np.maximum(started[is_known], asked[is_known] + 1) - first, 0, size), -1)
    dates = np.arange(first, first + size)
    is_open = np.isin(weekday_of(dates * DAY), [day for each in pool.hours for day in each.weekdays])
    is_holiday = np.isin(dates, holidays) if holidays is not None else np.zeros(size, dtype=bool)
    keeps = _keeps(begun[is_open] == 0, is_holiday[is_open])
    counted = is_open & ~is_holiday if keeps else is_open
    silent = counted & (begun == 0) & (np.cumsum(waits)[:-1] > 0)
    return replace(pool, open_days=int(counted.sum()), silent=int(silent.sum()), keeps_holidays=keeps)


def _keeps(is_silent: Booleans, is_holiday: Booleans) -> bool:
    """Tell whether public holidays are days without a start, beyond what chance makes (Fisher's exact test)."""
    from scipy import stats

    if not is_holiday.any() or is_silent[is_holiday].mean() < MOSTLY_SILENT:
        return False
    table = np.array(
        [[(silent & holiday).sum() for holiday in (is_holiday, ~is_holiday)] for silent in (is_silent, ~is_silent)]
    )
    return float(stats.fisher_exact(table, alternative="greater").pvalue) < SILENCE


def _outside(asked: Codes, hours: tuple[Hours, ...]) -> int:
    """Count the requests that were made outside of opening hours."""
    day, minute = weekday_of(asked), asked % DAY // 60
    inside = np.zeros(asked.size, dtype=bool)
    for each in hours:
        inside |= np.isin(day, each.weekdays) & (minute >= each.opens) & (minute < each.closes)
    return int((~inside).sum())


def _most(log: ObservedLog, rows: Codes, held: Codes) -> int:
    """Give the most units in use at once; who leaves in a moment makes room for who comes in it."""
    ends = np.where(log.ended[rows] == UNKNOWN, log.closed + 1, log.ended[rows])
    units = held[log.activity[rows]]
    at = np.concatenate((ends, log.started[rows]))
    change = np.concatenate((-units, units))
    order = np.lexsort((change, at))
    return int(np.cumsum(change[order]).max(initial=0))


def _hours(local: Codes, weekdays: bool) -> tuple[tuple[Hours, ...], int]:
    """Read opening hours off starts; none where they are too few, or spread evenly."""
    if local.size < FEWEST:
        return (), 0
    day = weekday_of(local) if weekdays else np.zeros(local.size, np.int64)
    blocks = day * 6 + local % DAY // (4 * HOUR)
    cells = 42 if weekdays else 6
    if _p_even(blocks, cells) > SURE:
        return (), 0
    days = 7 if weekdays else 1
    counts = np.bincount(day * 24 + local % DAY // HOUR, minlength=days * 24)
    least = NOISE * local.size / counts.size
    is_open = counts > least
    stray = int(counts[~is_open].sum())
    sessions: dict[tuple[int, int], list[int]] = {}  # by whole hours: days that differ by chance in minutes are one
    for number in range(days):
        for stretch in _stretches(is_open[number * 24 : number * 24 + 24]):
            sessions.setdefault(stretch, []).append(number)
    found = tuple(
        Hours(tuple(numbers) if weekdays else tuple(range(7)), *_to_five(stretch, local[np.isin(day, numbers)] % DAY))
        for stretch, numbers in sorted(sessions.items())
    )
    is_always = (
        all((each.opens, each.closes) == (0, 1440) for each in found) and sum(len(each.weekdays) for each in found) == 7
    )
    return (() if is_always else found), stray


def _p_even(codes: Codes, cells: int) -> float:
    """Give the p that all cells are as likely; with few moments, from how many fall into the fullest cell."""
    from scipy import stats

    if codes.size >= 5 * cells:
        return flat_p(codes, cells)
    counts = np.bincount(codes, minlength=cells)
    return min(1.0, cells * float(stats.binom.sf(counts.max() - 1, codes.size, 1 / cells)))


def _stretches(is_open: Booleans) -> Iterator[tuple[int, int]]:
    """Give the stretches of hours with starts."""
    filled = is_open.copy()
    filled[1:-1] |= is_open[:-2] & is_open[2:]  # a silent hour between two others is a pause, not a close
    edges = np.flatnonzero(np.diff(np.concatenate(([False], filled, [False])).astype(int)))
    yield from ((int(opens), int(closes)) for opens, closes in zip(edges[::2], edges[1::2], strict=True))


def _to_five(stretch: tuple[int, int], times: Codes) -> tuple[int, int]:
    """Give the minutes from the first start in a stretch of hours to the last, to five."""
    opens, closes = stretch
    inside = times[(times >= opens * HOUR) & (times < closes * HOUR)]
    first = 0 if opens == 0 else int(inside.min()) // FIVE * 5
    last = 1440 if closes == 24 else (int(inside.max()) // FIVE + 1) * 5
    return first, min(last, 1440)
