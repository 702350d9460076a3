"""Waits in whole days by month, as national returns count them: clocks that stopped, starts, and lists at month end.

A day is a difference of dates, so referred on the 1st and told on the 29th is 28 days at whatever hour.  Nothing is
turned into shares here: counts by day can be put into any bands afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pathway.metrics.clocks import STOPPED, intervals_of
from pathway.metrics.measuring import Measures
from pathway.metrics.study import DAY, Codes, Ints, Study
from pathway.metrics.tidy import named, summary
from pathway.metrics.waits import counts_as_wait

if TYPE_CHECKING:
    import pandas as pd

    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario


def measure_days(log: EventLog, scenario: Scenario) -> Measures:
    """Count by month and whole days what was over in the reported window, and who waited at each month's end.

    Frames: `stopped_days` (subject, later, month, days, patients), clocks that stopped, `later` those after a patient's
    first; `wait_days` (subject, month, days, patients), waits for activities that ended in a start; `list_days`
    (subject, month, days, patients), who waited at the end of the month, by days so far; `come` (subject, month,
    patients), arrivals by stream.  Months are numbered from that in which the window begins, from 0.

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> frames = measure_days(pw.simulate(scenario), scenario).frames
    >>> sorted(frames), int(frames["come"]["patients"].sum()) > 1000
    (['come', 'list_days', 'stopped_days', 'wait_days'], True)
    """
    study = Study(log, scenario)
    edges = month_edges(study)
    frames = {
        "stopped_days": _stopped(study, edges),
        "wait_days": _waits(study, edges),
        "list_days": _lists(study, edges),
        "come": _come(study, edges),
    }
    return Measures(summary([]), frames)


def month_edges(study: Study) -> Ints:
    """Give the minutes at which months begin: that in which the window begins, to the first after its end."""
    origin = np.datetime64(study.log.vocabulary.origin, "m")
    first, last = (origin + np.timedelta64(int(at), "m") for at in (study.begin, study.end - 1))
    months = np.arange(first.astype("M8[M]"), last.astype("M8[M]") + 2)
    edges: Ints = (months.astype("M8[m]") - origin).astype(np.int64)
    return edges


def _stopped(study: Study, edges: Ints) -> pd.DataFrame:
    names = list(study.scenario.clocks)
    parts = []
    for code, clock in enumerate(study.scenario.clocks.values()):
        found = intervals_of(study, clock, among=study.present)
        found = found.where((found.status == STOPPED) & (found.end >= study.begin) & (found.end < study.end))
        elsewhere = np.rint((found.minutes - (found.end - found.begin)) / DAY).astype(np.int64)  # brought, less paused
        days = found.end // DAY - found.begin // DAY + elsewhere
        month = np.searchsorted(edges, found.end, side="right") - 1
        parts.append((np.full(days.size, code), (found.nth > 0).astype(np.int64), month, days))
    columns = [np.concatenate([np.zeros(0, np.int64), *column]) for column in zip(*parts, strict=True)] or [_none()] * 4
    frame = _counted(names, columns[0], columns[1:], ("later", "month", "days"))
    return frame.assign(later=frame["later"] > 0)


def _waits(study: Study, edges: Ints) -> pd.DataFrame:
    visits, rows = study.visits, study.current
    started = visits["started_at"][rows]
    inside = (started >= study.begin) & (started < study.end) & counts_as_wait(study, rows)
    rows = rows[inside & study.is_activity[visits["state"][rows]]]
    started = visits["started_at"][rows]
    days = started // DAY - visits["enqueued_at"][rows] // DAY
    month = np.searchsorted(edges, started, side="right") - 1
    return _counted(study.names, visits["state"][rows], (month, days), ("month", "days"))


def _lists(study: Study, edges: Ints) -> pd.DataFrame:
    """Count who waits when a month is over; who comes in at that very midnight belongs to the next."""
    visits, rows = study.visits, study.current
    rows = rows[study.is_activity[visits["state"][rows]]]
    joined, until = visits["enqueued_at"][rows], study.waited_until(rows)
    parts = []
    for month, edge in enumerate(edges[1:]):
        if edge > study.horizon:
            break
        there = (joined < edge) & (until >= edge)
        days = (edge - 1) // DAY - joined[there] // DAY
        parts.append((visits["state"][rows][there], np.full(days.size, month), days))
    columns = [np.concatenate([_none(), *column]) for column in zip(*parts, strict=True)] or [_none()] * 3
    return _counted(study.names, columns[0], columns[1:], ("month", "days"))


def _come(study: Study, edges: Ints) -> pd.DataFrame:
    cases = study.log.cases
    arrived = cases["arrived_at"]
    inside = (arrived >= study.begin) & (arrived < study.end)
    month = np.searchsorted(edges, arrived[inside], side="right") - 1
    return _counted(study.log.vocabulary.streams, cases["stream"][inside], (month,), ("month",))


def _none() -> Ints:
    return np.zeros(0, np.int64)


def _counted(names: Sequence[str], subject: Codes, keys: Sequence[Codes], words: Sequence[str]) -> pd.DataFrame:
    """Count equal rows: the subject by name, the keys, and how many patients."""
    import pandas as pd

    columns = [np.asarray(column, np.int64) for column in (subject, *keys)]
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    key = np.zeros(columns[0].size, np.int64)
    for column, size in zip(columns, sizes, strict=True):
        key = key * size + column
    found, patients = np.unique(key, return_counts=True)
    places = np.unravel_index(found, sizes)
    counted = {word: place.astype(np.int32) for word, place in zip(words, places[1:], strict=True)}
    return pd.DataFrame({"subject": named(places[0], names), **counted, "patients": patients.astype(np.int32)})
