"""Where everybody is, moment by moment: waiting for a step, in it, or between two; and which steps are open.

What a film of the pathway is made of.  A film has some 250 moments whatever its length, so the longer it is
the farther they lie apart; those there are, are in the hours in which a hospital works.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.errors import PathwayError
from pathway.eventlog import NONE
from pathway.graph import Activity
from pathway.metrics.study import DAY, HOUR, Bools, Codes, Ints, Study
from pathway.metrics.usage import MEETING

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario

ABSENT, BETWEEN, WAITING, UNDER_WAY = range(4)
"""What a patient is doing: not on the pathway, between two steps, waiting for one, in one."""

WEEKS = 12  # a film's length unless another is asked for
QUARTER = 15  # minutes
LONGEST = 36  # weeks; a film of one moment a day
MOMENTS = 252  # of a film at most: twelve weeks at three a day
HOURS = (range(24), range(0, 24, 2), range(2, 24, 4), range(4, 24, 6), (10, 14, 18), (10, 15), (10,))
"""At which hours of each day there is a moment, from many to one."""


@dataclass(frozen=True)
class Moving:
    """Where everybody is at each of some moments.

    `at` are the moments, minutes since the log's origin; `cases` the patients there at some moment, by their row in
    the log, with the `stream` each came by.  By moment and patient: `doing` (see above), `place` (the code of a state;
    of one who is absent, -1) and `since` (when they came there).  By moment and state: how many are `waiting` for it;
    how many are in it or between (`there`); how many `began` since the moment before, and whether all it needs was on
    the roster at some time since then (`is_open`).  By moment: how many are on the pathway (`present`).

    A patient whose care goes on in several branches is waiting for and in several states, and has one place: the
    step under way if there is one, else the one waited for, else the one between.
    """

    at: Ints
    cases: Ints
    stream: Codes
    doing: Codes
    place: Codes
    since: Codes
    waiting: Ints
    there: Ints
    began: Ints
    is_open: Bools
    present: Ints


def moving(log: EventLog, scenario: Scenario, *, weeks: int = WEEKS, begins: int | None = None) -> Moving:
    """Say where everybody is, moment by moment, over some weeks.

    Parameters
    ----------
    log
        The log of a run of the scenario.
    scenario
        For what each step needs.
    weeks
        How many, 1 to 36; fewer if the run is over before.
    begins
        The minute of the log to begin at; that of the reported window by default.

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> found = moving(pw.simulate(scenario), scenario, weeks=1)
    >>> found.at.size, found.doing.shape == (168, found.cases.size)
    (168, True)
    """
    study = Study(log, scenario)
    first = study.begin if begins is None else begins
    at = moments(first, study.horizon, weeks)
    stays = _stays(study, at)
    arrived, ended = log.cases["arrived_at"], _or_never(log.cases["ended_at"], study)
    some = np.flatnonzero(np.searchsorted(at, ended) > np.searchsorted(at, arrived))
    present = (arrived[some] <= at[:, None]) & (ended[some] > at[:, None])
    doing, place, since = _places(study, at, stays, some, present)
    return Moving(
        at=at,
        cases=some,
        stream=log.cases["stream"][some],
        doing=doing,
        place=place,
        since=since,
        waiting=_counts(stays, stays.doing == WAITING, at.size, len(study.names)),
        there=_counts(stays, stays.doing != WAITING, at.size, len(study.names)),
        began=_began(study, first, at),
        is_open=_open(study, first, at),
        present=present.sum(axis=1),
    )


def moments(begins: int, horizon: int, weeks: int) -> Ints:
    """Choose the moments of a film of some weeks: as many a day as keep it short, none after the run is over.

    >>> (moments(0, 10**6, 12)[:4] / 60).tolist(), moments(0, 10**6, 12).size, moments(0, 1440, 36).size
    ([10.0, 14.0, 18.0, 34.0], 252, 24)
    """
    if not 1 <= weeks <= LONGEST:
        raise PathwayError(f"patients moving over {weeks} weeks: it is 1 to {LONGEST}")
    until = min(begins + 7 * weeks * DAY, horizon)
    first, days = begins // DAY, -(-(until - begins // DAY * DAY) // DAY)
    hours: Sequence[int] = next((each for each in HOURS if len(each) * days <= MOMENTS), HOURS[-1])
    at = ((first + np.arange(days))[:, None] * DAY + np.array(hours) * HOUR).ravel()
    kept: Ints = at[(at >= max(begins, 0)) & (at < until)]
    if not kept.size:
        days = horizon // DAY
        raise PathwayError(f"patients moving from day {begins // DAY} of the run on: it has days 0 to {days - 1}")
    return kept


@dataclass(frozen=True)
class _Stays:
    """Who was where from one moment up to another, as numbers of moments; and since which minute."""

    case: Codes
    state: Codes
    doing: Codes
    since: Codes
    first: Ints
    last: Ints


def _stays(study: Study, at: Ints) -> _Stays:
    """Find the waits and the stays that some moment falls into."""
    visits = study.visits
    ended = _or_never(visits["ended_at"], study)
    rows = np.flatnonzero((visits["enqueued_at"] <= at[-1]) & (ended > at[0]))
    state, began, over = visits["state"][rows], visits["started_at"][rows], ended[rows]
    joined, came = visits["enqueued_at"][rows], began != NONE
    until = np.where(came, began, over)
    is_step = study.is_activity[state]
    parts = (
        (rows, np.where(is_step, WAITING, BETWEEN), joined, joined, until),
        (rows[came], np.where(is_step[came], UNDER_WAY, BETWEEN), began[came], began[came], over[came]),
    )
    row, doing, since, begin, end = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    first, last = np.searchsorted(at, begin), np.searchsorted(at, end)
    some = last > first
    row = row[some]
    return _Stays(visits["case"][row], visits["state"][row], doing[some], since[some], first[some], last[some])


def _or_never(minutes: Codes, study: Study) -> Ints:
    """Let what has not happened happen after the run."""
    found: Ints = np.where(minutes == NONE, study.horizon + 1, minutes)
    return found


def _counts(stays: _Stays, chosen: Bools, moments: int, states: int) -> Ints:
    """Count by moment and state those of some stays that are going on."""
    change = np.zeros((moments + 1, states), np.int64)
    np.add.at(change, (stays.first[chosen], stays.state[chosen]), 1)
    np.add.at(change, (stays.last[chosen], stays.state[chosen]), -1)
    counts: Ints = np.cumsum(change, axis=0)[:-1]
    return counts


def _began(study: Study, first: int, at: Ints) -> Ints:
    """Count by moment and state the visits that began since the moment before; at the first, since the beginning."""
    began = study.visits["started_at"]
    rows = np.flatnonzero((began >= first) & (began <= at[-1]))
    counts = np.zeros((at.size, len(study.names)), np.int64)
    np.add.at(counts, (np.searchsorted(at, began[rows]), study.visits["state"][rows]), 1)
    return counts


def _places(study: Study, at: Ints, stays: _Stays, some: Ints, present: Bools) -> tuple[Codes, Codes, Codes]:
    """Give each patient one place a moment; what is stronger (see `Moving`), or came later, is written last."""
    doing = np.where(present, BETWEEN, ABSENT).astype(np.int8)
    place = np.full(present.shape, NONE, np.int16)
    since = np.full(present.shape, NONE, np.int64)
    column = np.full(study.log.cases["stream"].size, NONE)
    column[some] = np.arange(some.size)
    order = np.lexsort((stays.since, stays.doing))
    order = order[column[stays.case[order]] != NONE]
    long = (stays.last - stays.first)[order]
    stay = np.repeat(order, long)
    moment = stays.first[stay] + np.arange(stay.size) - np.repeat(np.cumsum(long) - long, long)
    cell = (moment, column[stays.case[stay]])
    doing[cell], place[cell], since[cell] = stays.doing[stay], stays.state[stay], stays.since[stay]
    doing[~present], place[~present], since[~present] = ABSENT, NONE, NONE
    return doing, _carried(study, at, some, present, place), since


def _carried(study: Study, at: Ints, some: Ints, present: Bools, place: Codes) -> Codes:
    """Let those in no state for a while, as after an appointment they missed, be where they were last."""
    visits, known = study.visits, place != NONE
    if not (present & ~known).any():
        return place
    last = np.full(study.log.cases["stream"].size, NONE, np.int16)
    last[visits["case"][::-1]] = visits["state"][::-1]  # where they were first, for those who were nowhere before
    before = slice(0, int(np.searchsorted(visits["enqueued_at"], at[0], side="right")))
    last[visits["case"][before]] = visits["state"][before]
    place[0] = np.where(known[0], place[0], last[some])
    moment = np.where(known, np.arange(at.size)[:, None], 0)
    latest = np.maximum.accumulate(moment, axis=0)
    return np.where(present, np.take_along_axis(place, latest, axis=0), NONE).astype(np.int16)


def _open(study: Study, first: int, at: Ints) -> Bools:
    """Tell by moment and state whether all it needs was there at some time since the moment before.

    What needs nothing is always open.  Rosters are looked at every quarter of an hour.
    """
    fine = np.append(np.arange(first, at[-1], QUARTER), at[-1])
    groups = np.searchsorted(fine, at[:-1], side="right")  # where the time after each moment begins
    units = _units(study, fine)
    is_open = np.ones((at.size, len(study.names)), bool)
    for code, state in study.activities:
        found = np.ones(fine.size, bool)
        for needed, among in _needed(state):
            known = [study.resource_code[name] for name in among if name in study.resource_code]
            found &= (units[:, known] >= needed).any(axis=1)
        is_open[:, code] = np.logical_or.reduceat(found, np.append(0, groups))
    return is_open


def _units(study: Study, minutes: Ints) -> Ints:
    """Give by minute and resource the units on the roster, less those in a meeting."""
    capacity = study.log.capacity
    units = np.zeros((minutes.size, len(study.resource_code)), np.int64)
    for code, span in enumerate(study.capacity_spans):
        step = np.searchsorted(capacity["at"][span], minutes, side="right") - 1
        free = np.append(capacity["units"][span] - capacity["reserved"][span], 0)
        units[:, code] = free[step]  # -1, before the first step, is the 0 at the end
    return units


def _needed(state: Activity) -> list[tuple[int, tuple[str, ...]]]:
    """List what an activity needs: how many units, of any one of which resources."""
    found = [(need.units, need.any_of) for need in state.needs]
    if state.meeting is not None:
        found.append((1, (MEETING + state.meeting.calendar,)))
    return found
