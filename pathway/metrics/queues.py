"""How many were waiting when: queues and open pathways week by week, from the first day of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pathway.eventlog import COMPLETED, NONE
from pathway.metrics.clocks import Intervals
from pathway.metrics.study import DAY, WEEK, Codes, Floats, Ints, Study
from pathway.metrics.tidy import Figure, named

if TYPE_CHECKING:
    import pandas as pd

BANDS = ("0–28", "29–62", "63–104", "over 104")  # days since the clock started
_EDGES = np.array([0, 28, 62, 104]) * DAY


def weeks(study: Study) -> Ints:
    """Give the minutes at which weeks begin, counted from the window's beginning, over the whole run."""
    return np.arange(study.begin % WEEK, study.horizon, WEEK)


def levels(moments: Ints, joined: Codes, left: Codes, group: Codes, groups: int) -> Ints:
    """Count who is there at each of some evenly spaced moments: joined then or before, and not left by then.

    >>> at = np.array([0, 10, 20])
    >>> levels(at, np.array([0, 5, 10]), np.array([10, 25, 12]), np.array([0, 0, 1]), groups=2).tolist()
    [[1, 1, 1], [0, 1, 0]]
    """
    size = groups * (moments.size + 1)
    place = np.asarray(group, np.int64) * (moments.size + 1)
    more = np.bincount(place + _first_at(moments, joined).clip(0, moments.size), minlength=size)
    fewer = np.bincount(place + _first_at(moments, left).clip(0, moments.size), minlength=size)
    there: Ints = np.cumsum((more - fewer).reshape(groups, -1), axis=1)
    return there[:, :-1]


def _first_at(moments: Ints, at: Codes) -> Ints:
    """Give the first of the moments that is not before each of some minutes, as if they went on for ever both ways."""
    step = moments[1] - moments[0] if moments.size > 1 else 1
    first: Ints = -((moments[0] - at) // step)
    return first


def _over_weeks(study: Study, moments: Ints) -> Ints:
    """Give the rows of the visits of the whole run that were waited for when some week began."""
    found = []
    for rows in study.blocks():
        joined, left = study.visits["enqueued_at"][rows], study.waited_until(rows)
        found.append(rows.start + np.flatnonzero(_first_at(moments, left) > _first_at(moments, joined)))
    return np.concatenate(found)


def waiting(study: Study) -> tuple[list[Figure], pd.DataFrame]:
    """Measure the queues: their figures, and the frame by week of the run (week_start, subject, waiting)."""
    import pandas as pd

    visits, size, moments = study.visits, len(study.names), weeks(study)
    rows = _over_weeks(study, moments)
    by_week = levels(moments, visits["enqueued_at"][rows], study.waited_until(rows), visits["state"][rows], size)
    rows = study.current
    state, joined, left = visits["state"][rows], visits["enqueued_at"][rows], study.waited_until(rows)
    at = {
        statistic: np.bincount(state[(joined <= minute) & (left > minute)], minlength=size)
        for statistic, minute in (("at_start", study.begin), ("at_end", study.end))
    }
    inside = np.maximum(0, np.minimum(left, study.end) - np.maximum(joined, study.begin))
    mean = np.bincount(state, weights=inside, minlength=size) / (study.end - study.begin)
    growth = _slopes(by_week[:, (moments >= study.begin) & (moments < study.end)])
    codes = [code for code, _ in study.activities]
    figures = [figure for code in codes for figure in _figures(study.names[code], at, mean, growth, code)]
    frame = pd.DataFrame(
        {
            "week_start": np.tile(study.stamps(moments), len(codes)),
            "subject": named(np.repeat(codes, moments.size), study.names),
            "waiting": by_week[codes].astype(np.int32).ravel(),
        }
    )
    return figures, frame


def _figures(name: str, at: dict[str, Codes], mean: Floats, growth: Floats, code: int) -> Iterator[Figure]:
    for statistic, count in at.items():
        yield Figure("waiting", name, "", statistic, float(count[code]), "patients")
    yield Figure("waiting", name, "", "mean", float(mean[code]), "patients")
    yield Figure("waiting", name, "", "growth_per_week", float(growth[code]), "patients a week")


def _slopes(counts: Ints) -> Floats:
    """Give the least-squares slope of each row."""
    if counts.shape[1] < 2:
        return np.full(counts.shape[0], np.nan)
    week = np.arange(counts.shape[1]) - (counts.shape[1] - 1) / 2
    return np.asarray(counts @ week / (week @ week), np.float64)


def journeys(study: Study, found: Intervals | None) -> tuple[Ints, Ints, Ints]:
    """Give when each pathway opened and closed, and since when it counts: by the lead clock, or else whole cases."""
    if found is not None:
        return found.begin, found.end + (found.status == 0), found.begin - found.brought
    cases = study.log.cases
    arrived = cases["arrived_at"]
    return arrived, np.where(cases["ended_at"] == NONE, study.horizon + 1, cases["ended_at"]), arrived


def open_pathways(study: Study, found: Intervals | None) -> tuple[list[Figure], pd.DataFrame]:
    """Measure the pathways open: at the window's two ends, and by week and age (week_start, band, open)."""
    import pandas as pd

    opened, closed, since = journeys(study, found)
    moments, later = weeks(study), np.append(_EDGES[1:], 2**62)
    band = np.repeat(np.arange(len(BANDS)), opened.size)
    joins = np.concatenate([np.maximum(opened, since + edge + (edge > 0)) for edge in _EDGES])
    leaves = np.concatenate([np.minimum(closed, since + edge + 1) for edge in later])
    some = leaves > joins
    by_week = levels(moments, joins[some], leaves[some], band[some], len(BANDS))
    figures = []
    for statistic, minute in (("at_start", study.begin), ("at_end", study.end)):
        count = float(((opened <= minute) & (closed > minute)).sum())
        figures.append(Figure("open_pathways", "", "", statistic, count, "patients"))
    over = (opened <= study.end) & (closed > study.end) & (study.end - since > _EDGES[-1])
    figures.append(Figure("open_pathways", "", "", "over_104_days", float(over.sum()), "patients"))
    frame = pd.DataFrame(
        {
            "week_start": np.tile(study.stamps(moments), len(BANDS)),
            "band": named(np.repeat(np.arange(len(BANDS)), moments.size), BANDS),
            "open": by_week.astype(np.int32).ravel(),
        }
    )
    return figures, frame


def open_longest(study: Study, found: Intervals | None) -> pd.DataFrame:
    """Count the pathways open for more than 104 days at the window's end by where the patient is.

    Columns state, patients; of several steps side by side the one joined first, between two steps
    the one before.
    """
    import pandas as pd

    opened, closed, since = journeys(study, found)
    over = (opened <= study.end) & (closed > study.end) & (study.end - since > _EDGES[-1])
    case = np.arange(opened.size) if found is None else found.case
    visits, there = study.visits, np.full(study.log.cases["arrived_at"].size, NONE)
    joined = slice(int(np.searchsorted(visits["enqueued_at"], study.end, side="right")))
    there[visits["case"][joined]] = visits["state"][joined]  # the one joined last comes last and stays
    rows = study.current[: np.searchsorted(study.current, joined.stop)]
    now = rows[(visits["ended_at"][rows] > study.end) | (visits["ended_at"][rows] == NONE)][::-1]
    there[visits["case"][now]] = visits["state"][now]
    state, patients = np.unique(there[case[over]], return_counts=True)
    frame = pd.DataFrame({"state": named(state, study.names), "patients": patients})
    return frame.sort_values("patients", ascending=False, ignore_index=True, kind="stable")


def activity_by_week(study: Study) -> pd.DataFrame:
    """Count who joined, started and completed by week of the window; who was displaced does the first two once.

    Columns week_start, subject, enqueued, started, completed.
    """
    import pandas as pd

    codes = [code for code, _ in study.activities]
    state, joined, started, ended, outcome = (
        study.visits[name][study.current] for name in ("state", "enqueued_at", "started_at", "ended_at", "outcome")
    )
    count, again = -(-(study.end - study.begin) // WEEK), study.resumed[study.current]
    columns = {
        "enqueued": _by_week(study, state, np.where(again, NONE, joined), count),
        "started": _by_week(study, state, np.where(again, NONE, started), count),
        "completed": _by_week(study, state, np.where(outcome == COMPLETED, ended, NONE), count),
    }
    starts = study.stamps(study.begin + WEEK * np.arange(count))
    return pd.DataFrame(
        {"week_start": np.tile(starts, len(codes)), "subject": named(np.repeat(codes, count), study.names)}
        | {name: table[codes].astype(np.int32).ravel() for name, table in columns.items()}
    )


def _by_week(study: Study, state: Codes, at: Ints, count: int) -> Ints:
    """Count moments of the window by state and week."""
    inside = np.flatnonzero((at >= study.begin) & (at < study.end))
    place = state[inside].astype(np.int64) * count + (at[inside] - study.begin) // WEEK
    return np.bincount(place, minlength=len(study.names) * count).reshape(-1, count)
