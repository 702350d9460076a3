"""The ledger of booked lists: what was planned on each, run, left unused, released or cancelled, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pathway.eventlog import CANCELLED, DISPLACED, LEFT, NO_SHOW, NONE, OFF_THE_LIST, OUTCOMES, EventLog
from pathway.metrics.study import HOUR, Bools, Ints, Study, visit_key

if TYPE_CHECKING:
    import pandas as pd

REASONS = tuple(OUTCOMES[reason] for reason in (*OFF_THE_LIST, CANCELLED, NO_SHOW, LEFT))
"""Why one who was booked was not treated: columns of the ledger, and names of texts."""


def session_ledger(log: EventLog) -> pd.DataFrame:
    """Give what became of every booked list of a run, one row a list, in the order in which they opened.

    Parameters
    ----------
    log
        What happened.

    Returns
    -------
    DataFrame
        Columns session (its number in the log), resource, opens and closes (dates and times), offered_minutes,
        booked_minutes (planned, turnover included, when it opened), released (handed on to others), patients (ever
        booked on it), started, used_minutes (the resource was held by them, turnover and lost slots included),
        unused_minutes (it was not, between opening and close), overrun_minutes (how long after the close it was
        last held), no_bed, overrun, no_staff and bumped (cancelled on the day, and why), cancelled and no_show
        (drawn), left (gone elsewhere before they started).  A list still under way when the run stops counts what
        had happened by then.

    Examples
    --------
    >>> import pathway as pw
    >>> base = pw.load_scenario("scenarios/base.yaml").override({"run.warm_up": "0 days", "run.length": "4 weeks",
    ...     "run.follow_up": "0 days"}, name="short")
    >>> ledger = session_ledger(pw.simulate(base))
    >>> (ledger["booked_minutes"] <= ledger["offered_minutes"] + 60).all().item()
    True
    """
    return _ledger(log, 0, log.sessions["opens"].size)


def _ledger(log: EventLog, first: int, last: int) -> pd.DataFrame:
    """Give the rows of the ledger for some of the lists, which are numbered as they open."""
    import pandas as pd

    table, lists = {name: column[first:last] for name, column in log.sessions.items()}, last - first
    number = log.visits["session"]
    rows = np.flatnonzero((number >= first) & (number < last))
    session, outcome = number[rows] - first, log.visits["outcome"][rows]
    goes_on = _goes_on(log, rows)
    came = (log.visits["started_at"][rows] != NONE) & (outcome != NO_SHOW) & (outcome != CANCELLED) & ~goes_on
    held, since, until = _held(log, rows, table["opens"])
    held -= first
    latest = np.zeros(lists, np.int64)
    np.maximum.at(latest, held, until)
    in_time = np.maximum(0, np.minimum(until, table["closes"][held]) - since)

    def count(which: Bools) -> Ints:
        return np.bincount(session[which], minlength=lists)

    def total(minutes: Ints) -> Ints:
        return np.bincount(held, weights=minutes, minlength=lists).astype(np.int64)

    names, offered = log.vocabulary.resources, table["closes"] - table["opens"]
    return pd.DataFrame(
        {
            "session": np.arange(first, last),
            "resource": pd.Categorical.from_codes(table["resource"], categories=list(names)),
            "opens": log.timestamps(table["opens"]),
            "closes": log.timestamps(table["closes"]),
            "offered_minutes": offered,
            "booked_minutes": table["booked"],
            "released": table["released_at"] != NONE,
            "patients": count(~goes_on),
            "started": count(came),
            "used_minutes": total(until - since),
            "unused_minutes": offered - total(in_time),
            "overrun_minutes": np.maximum(0, latest - table["closes"]),
        }
        | {reason: count(outcome == OUTCOMES.index(reason)) for reason in REASONS}
    )


def _goes_on(log: EventLog, rows: Ints) -> Bools:
    """Flag those of some booked visits that go on, on the same list, with what was displaced there."""
    displaced = rows[log.visits["outcome"][rows] == DISPLACED]
    wide = log.sessions["opens"].size
    before = (visit_key(log, log.visits, displaced) + 1) * wide + log.visits["session"][displaced]
    flags: Bools = np.isin(visit_key(log, log.visits, rows) * wide + log.visits["session"][rows], before)
    return flags


def _held(log: EventLog, rows: Ints, opens: Ints) -> tuple[Ints, Ints, Ints]:
    """Give the holds of a list's own resource by some booked visits: the list, from when, and until when."""
    visits, holds, resource = log.visits, log.holds, log.sessions["resource"]
    keys = visit_key(log, visits, rows)
    if not keys.size:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    begun = np.searchsorted(holds["from"], opens[0])  # nothing is held for a list before the first opens
    own = begun + np.flatnonzero(np.isin(holds["resource"][begun:], np.unique(resource)))
    order, wanted = np.argsort(keys), visit_key(log, holds, own)
    place = np.minimum(np.searchsorted(keys[order], wanted), keys.size - 1)
    session = visits["session"][rows[order][place]].astype(np.int64)
    mine = (keys[order][place] == wanted) & (resource[session] == holds["resource"][own])
    until = np.where(holds["to"][own] == NONE, log.vocabulary.horizon, holds["to"][own])
    return session[mine], holds["from"][own][mine], until[mine]


def booked_lists(study: Study) -> pd.DataFrame:
    """Add up the lists that opened in the window by resource.

    Columns: resource, lists, run (someone was treated), empty (nobody was booked when it opened), released,
    offered_hours, booked_hours, used_hours, unused_hours, patients, started, overrun_lists, overrun_hours, and how
    many were not treated for each of the `REASONS`.
    """
    import pandas as pd

    first, last = np.searchsorted(study.log.sessions["opens"], (study.begin, study.end))
    ledger = _ledger(study.log, int(first), int(last))
    each = pd.DataFrame(
        {
            "resource": ledger["resource"].astype(str),
            "lists": 1,
            "run": (ledger["started"] > 0).astype(int),
            "empty": (ledger["booked_minutes"] == 0).astype(int),
            "released": ledger["released"].astype(int),
            "offered_hours": ledger["offered_minutes"] / HOUR,
            "booked_hours": ledger["booked_minutes"] / HOUR,
            "used_hours": ledger["used_minutes"] / HOUR,
            "unused_hours": ledger["unused_minutes"] / HOUR,
            "patients": ledger["patients"],
            "started": ledger["started"],
            "overrun_lists": (ledger["overrun_minutes"] > 0).astype(int),
            "overrun_hours": ledger["overrun_minutes"] / HOUR,
        }
        | {reason: ledger[reason] for reason in REASONS}
    )
    return each.groupby("resource", sort=True).sum().reset_index()
