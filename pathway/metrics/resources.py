"""How busy resources were: utilisation, overtime, beds, sessions, and the weekly pattern."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pathway.metrics.study import DAY, HOUR, WEEK, Floats, Ints, Study, visit_key
from pathway.metrics.tidy import Figure, named
from pathway.metrics.usage import MEETING, Usage

if TYPE_CHECKING:
    import pandas as pd


def resource_figures(study: Study, usage: Sequence[Usage]) -> Iterator[Figure]:
    """Give the utilisation of every resource over the window, and the occupancy of beds.

    Utilisation is what was held within the roster over what was rostered; what was held beyond it
    is overtime.  `booked` counts the planned minutes instead of the minutes it took; it is left out
    for beds.
    """
    booked = _booked_minutes(study, usage)
    for code, each in enumerate(usage):
        offered, used, over, held = totals(study, each)
        bed = _is_bed(study, each.name)
        yield Figure("utilisation", each.name, "", "utilisation", _ratio(used, offered), "share")
        if not bed:
            yield Figure("utilisation", each.name, "", "booked", _ratio(booked[code], offered), "share")
        yield Figure("utilisation", each.name, "", "overtime_hours", over / HOUR, "hours")
        yield Figure("utilisation", each.name, "", "open_hours", offered / HOUR, "hours")
        yield Figure("utilisation", each.name, "", "held_hours", held / HOUR, "hours")
        if bed:
            yield from _occupancy(study, each)


def totals(study: Study, each: Usage) -> tuple[float, float, float, float]:
    """Give the unit-minutes of the window that were scheduled, used within that, used beyond it, and held."""
    minutes = np.diff(np.append(each.at, each.horizon).clip(max=study.end))
    offered, used, over, held = (float(level @ minutes) for level in (each.scheduled, each.used, each.over, each.held))
    return offered, used, over, held


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")


def _is_bed(study: Study, name: str) -> bool:
    resource = study.scenario.resources.get(name)
    return resource is not None and resource.kind == "bed"


def _booked_minutes(study: Study, usage: Sequence[Usage]) -> Floats:
    """Give by resource the planned unit-minutes of what was started in the window, meetings sat included.

    A need with its own time (`for:`) has no planned minutes; the minutes it was held count.
    """
    followed = study.holds_followed
    holds = {name: column[followed] for name, column in study.log.holds.items()}
    rows = slice(int(np.searchsorted(holds["from"], study.end)))
    planned = np.zeros(len(study.names), np.int64)
    own_time = np.zeros((len(study.names), len(usage)), bool)
    for code, activity in study.activities:
        planned[code] = activity.planned
        for need in activity.needs:
            if need.hold is not None or need.hold_until is not None:
                known = [study.resource_code[name] for name in need.any_of if name in study.resource_code]
                own_time[code, known] = True
    state, resource = holds["state"][rows], holds["resource"][rows]
    until = np.where(holds["to"][rows] < 0, study.horizon, np.minimum(holds["to"][rows], study.horizon))
    minutes = np.where(own_time[state, resource], until - holds["from"][rows], planned[state])
    if study.resumed.any():  # what was displaced is planned once
        again = visit_key(study.log, study.visits, study.resumed)
        going_on = np.isin(visit_key(study.log, holds, rows), again) & ~own_time[state, resource]
        minutes = np.where(going_on, 0, minutes)
    total = np.bincount(resource, weights=minutes * holds["units"][rows], minlength=len(usage))
    return total + [_sitting(study, each) for each in usage]


def _sitting(study: Study, each: Usage) -> float:
    """Give the unit-minutes of the window a resource was reserved for meetings."""
    if each.name.startswith(MEETING):
        return 0.0
    table = study.log.capacity
    span = study.capacity_spans[study.resource_code[each.name]]
    at = np.append(table["at"][span], study.horizon).clip(study.begin, study.end)
    return float(np.sum(np.diff(at) * table["reserved"][span]))


def _occupancy(study: Study, each: Usage) -> Iterator[Figure]:
    """Give how many beds were taken, every minute of the window counting the same."""
    minutes = np.diff(np.append(each.at, each.horizon).clip(study.begin, study.end))
    time = np.bincount(each.held, weights=minutes)
    share = np.cumsum(time) / time.sum()
    length = study.end - study.begin
    yield Figure("occupancy", each.name, "", "mean", float(np.sum(each.held * minutes)) / length, "beds")
    for statistic, level in (("p50", 0.5), ("p95", 0.95)):
        yield Figure("occupancy", each.name, "", statistic, float(np.searchsorted(share, level - 1e-12)), "beds")
    yield Figure("occupancy", each.name, "", "units", float(np.sum(each.scheduled * minutes)) / length, "beds")


def _spans(study: Study, length: int) -> Ints:
    """Give where the window's spans of a length begin, and where the last one ends."""
    return np.append(np.arange(study.begin, study.end, length), study.end)


def hours_by_week(study: Study, usage: Sequence[Usage]) -> pd.DataFrame:
    """Add up the hours open and held by week of the window: columns week_start, resource, open_hours, held_hours."""
    import pandas as pd

    edges, resources = _spans(study, WEEK), study.log.vocabulary.resources
    none = np.zeros(0)
    is_open = np.concatenate([none, *(each.between(each.scheduled, edges) for each in usage)])
    held = np.concatenate([none, *(each.between(each.held, edges) for each in usage)])
    return pd.DataFrame(
        {
            "week_start": np.tile(study.stamps(edges[:-1]), len(resources)),
            "resource": named(np.repeat(np.arange(len(resources)), edges.size - 1), resources),
            "open_hours": is_open / HOUR,
            "held_hours": held / HOUR,
        }
    )


def heat(study: Study, usage: Sequence[Usage]) -> pd.DataFrame:
    """Add up the hours by weekday and hour of the day: columns resource, weekday, hour, open_hours, held_hours."""
    import pandas as pd

    edges, resources, cells = _spans(study, HOUR), study.log.vocabulary.resources, WEEK // HOUR
    week_hour = ((study.log.vocabulary.origin.weekday() * DAY + edges[:-1]) % WEEK) // HOUR

    def by_hour(each: Usage, level: Ints) -> Floats:
        return np.bincount(week_hour, weights=each.between(level, edges), minlength=cells) / HOUR

    none, cell = np.zeros(0), np.arange(len(resources) * cells)
    return pd.DataFrame(
        {
            "resource": named(cell // cells, resources),
            "weekday": (cell % cells // 24).astype(np.int8),
            "hour": (cell % 24).astype(np.int8),
            "open_hours": np.concatenate([none, *(by_hour(each, each.scheduled) for each in usage)]),
            "held_hours": np.concatenate([none, *(by_hour(each, each.held) for each in usage)]),
        }
    )


def ledger(study: Study, usage: Sequence[Usage]) -> pd.DataFrame:
    """Say what became of each resource's sessions.

    A session is a stretch with units rostered, and one that opened in the window counts.  Columns:
    resource, planned, run (something was done in it), unused, cancelled (a meeting without quorum;
    part of unused), overrun_sessions (something went on after the close), overrun_hours,
    used_hours, offered_hours.  Resources that never close have no sessions and no row.
    """
    import pandas as pd

    sessions = ("planned", "run", "unused", "cancelled", "overrun_sessions")
    known = [(code, counts) for code, each in enumerate(usage) if (counts := _sessions(study, each)) is not None]
    hours = [totals(study, usage[code]) for code, _ in known]
    columns = {name: [counts[place] for _, counts in known] for place, name in enumerate(sessions)}
    return pd.DataFrame(
        {"resource": named([code for code, _ in known], study.log.vocabulary.resources)}
        | columns
        | {
            "overrun_hours": [over / HOUR for _, _, over, _ in hours],
            "used_hours": [used / HOUR for _, used, _, _ in hours],
            "offered_hours": [offered / HOUR for offered, _, _, _ in hours],
        }
    )


def opened(study: Study, each: Usage) -> Ints:
    """Give the steps at which sessions of a resource open in the window."""
    opens = _opens(each)
    inside: Ints = opens[each.at[opens] < study.end]
    return inside


def _opens(each: Usage) -> Ints:
    is_open = each.rostered > 0
    return np.flatnonzero(is_open & ~np.append(False, is_open[:-1]))


def _sessions(study: Study, each: Usage) -> tuple[int, int, int, int, int] | None:
    """Count sessions planned, run, unused, cancelled and overrun; None for what never closes."""
    is_open = each.rostered > 0
    if is_open.all() or not is_open.any():
        return None
    every, opens = _opens(each), opened(study, each)
    follows = np.append(every[1:], each.at.size)[: opens.size]
    closed = np.append(np.flatnonzero(~is_open), each.at.size)
    closes = closed[np.searchsorted(closed, opens)]
    used, offered, over = (each.reached(level) for level in (each.used, each.scheduled, each.over))
    ran, cancelled = used[closes] > used[opens], offered[closes] == offered[opens]
    overran = over[follows] > over[closes]
    return opens.size, int(ran.sum()), int((~ran).sum()), int(cancelled.sum()), int(overran.sum())
