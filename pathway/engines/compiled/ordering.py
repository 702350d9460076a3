"""The canonical order of a compiled run's rows.

Rows were written in the order of time, so only those of one minute may have to change places: those are few,
and sorting them minute by minute is much quicker than sorting all.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pathway.engines.compiled.memory import compiled
from pathway.engines.compiled.records import DROPPED
from pathway.eventlog import NONE

_FEW = 24  # rows of one minute that are sorted quickest by insertion


@compiled
def columns_of_visits(visits: Any) -> Any:
    """Give the columns of `VISITS`, in the canonical order."""
    order = order_of_visits(visits)
    size = order.size
    case, session = np.empty(size, np.int32), np.empty(size, np.int32)
    state, visit, priority = np.empty(size, np.int16), np.empty(size, np.int16), np.empty(size, np.int16)
    enqueued, started, ended = np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int64)
    outcome = np.empty(size, np.int8)
    for place in range(size):
        row = visits[order[place]]
        case[place], state[place], visit[place], priority[place] = row.case, row.state, row.visit, row.priority
        enqueued[place], started[place], ended[place] = row.enqueued_at, row.started_at, row.ended_at
        outcome[place], session[place] = row.outcome, row.session
    return case, state, visit, priority, enqueued, started, ended, outcome, session


@compiled
def columns_of_holds(holds: Any) -> Any:
    """Give the columns of `HOLDS`, in the canonical order."""
    order = order_of_holds(holds)
    size = order.size
    case = np.empty(size, np.int32)
    state, visit = np.empty(size, np.int16), np.empty(size, np.int16)
    resource, units = np.empty(size, np.int16), np.empty(size, np.int16)
    since, until = np.empty(size, np.int64), np.empty(size, np.int64)
    for place in range(size):
        row = holds[order[place]]
        case[place], state[place], visit[place] = row.case, row.state, row.visit
        resource[place], units[place] = row.resource, row.units
        since[place], until[place] = row["from"], row.to
    return case, state, visit, resource, units, since, until


@compiled
def order_of_visits(visits: Any) -> Any:
    """Give the canonical order of visits by (enqueued_at, case, state, visit), leaving out rows that are none."""
    order, key = np.empty(visits.size, np.int32), np.empty(visits.size, np.int64)
    kept, latest, is_ordered = 0, np.int64(NONE), True
    for row in range(visits.size):
        visit = visits[row]
        if visit.outcome != DROPPED:
            order[kept], key[kept] = row, key_of(visit)
            kept += 1
            is_ordered = is_ordered and visit.enqueued_at >= latest
            latest = visit.enqueued_at
    order = order[:kept]
    if not is_ordered:
        order = in_time(visits, order)
        for place in range(kept):
            key[place] = key_of(visits[order[place]])
    first = 0
    while first < kept:
        last = first + 1
        minute = visits[order[first]].enqueued_at
        while last < kept and visits[order[last]].enqueued_at == minute:
            last += 1
        if last > first + 1:
            sort_rows(order, key, first, last)
        first = last
    return order


@compiled
def key_of(row: Any) -> Any:
    """Give one number for (case, state, visit) that is in their order."""
    return (np.int64(row.case) << 32) | (np.int64(row.state) << 16) | np.int64(row.visit)


@compiled
def in_time(visits: Any, order: Any) -> Any:
    """Move the few rows whose request is older than the row (they ask again, and keep their place) to their minute."""
    late, kept, latest = np.empty(order.size, np.int32), 0, np.int64(NONE)
    old = 0
    for place in range(order.size):
        row = order[place]
        if visits[row].enqueued_at < latest:
            late[old] = row
            old += 1
        else:
            latest = visits[row].enqueued_at
            order[kept] = row
            kept += 1
    if old == 0:
        return order
    asked = np.empty(old, np.int64)
    for place in range(old):
        asked[place] = visits[late[place]].enqueued_at
    late = late[:old][np.argsort(asked, kind="mergesort")]
    place = order.size - 1  # merged from behind, so that nothing is overwritten
    while old > 0:
        if kept > 0 and visits[order[kept - 1]].enqueued_at > visits[late[old - 1]].enqueued_at:
            kept -= 1
            order[place] = order[kept]
        else:
            old -= 1
            order[place] = late[old]
        place -= 1
    return order


@compiled
def order_of_holds(holds: Any) -> Any:
    """Give the canonical order of holds by (from, case, state, visit, resource, to, units)."""
    order = np.arange(holds.size).astype(np.int32)
    key = np.empty(holds.size, np.int64)
    for row in range(holds.size):
        key[row] = key_of(holds[row])
    first = 0
    while first < holds.size:
        last = first + 1
        minute = holds[first]["from"]
        while last < holds.size and holds[last]["from"] == minute:
            last += 1
        if last > first + 1:
            sort_rows(order, key, first, last)
            sort_visits_holds(holds, order, key, first, last)
        first = last
    return order


@compiled
def sort_rows(order: Any, key: Any, first: int, last: int) -> None:
    """Sort the rows of one minute by their keys, which move along."""
    if last - first > _FEW:
        by_key = np.argsort(key[first:last], kind="mergesort")
        key[first:last] = key[first:last][by_key]
        order[first:last] = order[first:last][by_key]
        return
    for place in range(first + 1, last):
        moved, moved_key = order[place], key[place]
        before = place - 1
        while before >= first and key[before] > moved_key:
            order[before + 1], key[before + 1] = order[before], key[before]
            before -= 1
        order[before + 1], key[before + 1] = moved, moved_key


@compiled
def sort_visits_holds(holds: Any, order: Any, key: Any, first: int, last: int) -> None:
    """Sort what each visit holds by resource, until when, and units."""
    for place in range(first + 1, last):
        before = place - 1
        while (
            before >= first and key[before] == key[before + 1] and held_after(holds, order[before], order[before + 1])
        ):
            order[before], order[before + 1] = order[before + 1], order[before]
            before -= 1


@compiled
def held_after(holds: Any, one: int, other: int) -> bool:
    """Say whether one hold of a visit comes after another."""
    a, b = holds[one], holds[other]
    if a.resource != b.resource:
        return a.resource > b.resource
    if a.to != b.to:
        return a.to > b.to
    return a.units > b.units
