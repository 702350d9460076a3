"""What each patient waited for: of all that was needed, the resource that was short last before the start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import NEVER, merged
from pathway.eventlog import NONE, EventLog
from pathway.graph import Activity, Need
from pathway.metrics.study import DAY, Bools, Codes, Ints, Study
from pathway.metrics.tidy import Figure, named
from pathway.metrics.usage import MEETING, Usage, usage_of

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario

CLOSED, BUSY = "closed", "busy"
_KINDS = ("notice", CLOSED, "other")  # what a wait goes to besides resources in use


@dataclass(frozen=True, eq=False)
class Shortages:
    """Why the visits of `study.followed` waited: minutes of notice, then a resource (-1: none), closed or busy."""

    notice: Ints
    resource: Ints
    closed: Bools


@dataclass(frozen=True, eq=False)
class _Short:
    """When a need could not be met, because everything was shut or else busy.

    By how many of the steps `at` have begun: when the latest short one of them `ended` (-1: none was
    short), and whether it was `shut` then.
    """

    at: Ints
    ended: Ints
    shut: Bools

    def before(self, moments: Ints) -> tuple[Ints, Bools]:
        """Give when the need was last short before each moment (-1: never), and whether it was shut then."""
        step = np.searchsorted(self.at, moments)
        return np.minimum(self.ended[step], moments), self.shut[step]


def shortages(study: Study, usage: Sequence[Usage]) -> Shortages:
    """Find for every visit joined in the window or later what it waited for."""
    rows = study.followed
    enqueued, until = study.visits["enqueued_at"][rows], study.waited_until(rows)
    state = study.visits["state"][rows]
    waited = np.flatnonzero(study.is_activity[state] & (until > enqueued))
    waited = waited[np.argsort(state[waited], kind="stable")]
    first = np.searchsorted(state[waited], np.arange(len(study.names) + 1))
    found = Shortages(np.zeros(state.size, np.int64), np.full(state.size, NONE), np.zeros(state.size, bool))
    known: dict[tuple[tuple[str, ...], int], _Short] = {}
    for code, activity in study.activities:
        own = waited[first[code] : first[code + 1]]
        moments = until[own]
        found.notice[own] = np.minimum(activity.notice, moments - enqueued[own])
        last = enqueued[own] + activity.notice
        for need in _needs(study, activity):
            asked = need.any_of, need.units
            if asked not in known:
                known[asked] = _short([usage[study.resource_code[name]] for name in need.any_of], need.units)
            ended, shut = known[asked].before(moments)
            later = np.flatnonzero(ended > last)
            last[later] = ended[later]
            found.resource[own[later]] = _taken(study, own[later], need)
            found.closed[own[later]] = shut[later]
    return found


def _needs(study: Study, activity: Activity) -> list[Need]:
    """Give what an activity needs in the order of names, its meeting included; of a log without it, nothing."""
    needs = [need for need in activity.needs if set(need.any_of) <= study.resource_code.keys()]
    if activity.meeting and MEETING + activity.meeting.calendar in study.resource_code:
        name = MEETING + activity.meeting.calendar
        needs.append(Need(role=name, any_of=(name,)))
    return sorted(needs, key=lambda need: need.any_of[0] if len(need.any_of) == 1 else need.role)


def _short(usage: Sequence[Usage], units: int) -> _Short:
    at = usage[0].at if len(usage) == 1 else merged(*(each.at for each in usage))
    short, shut = np.ones(at.size, bool), np.ones(at.size, bool)
    for each in usage:
        step = np.searchsorted(each.at, at, side="right") - 1
        short &= (each.scheduled - each.held)[step] < units
        shut &= each.scheduled[step] < units
    latest = np.append(NONE, np.maximum.accumulate(np.where(short, np.arange(at.size), NONE)))
    ended = np.append(at[1:], NEVER)[latest]
    return _Short(at, np.where(latest == NONE, NONE, ended), shut[latest] & (latest != NONE))


def _taken(study: Study, places: Ints, need: Need) -> Codes:
    """Name the resource waited for: of several alternatives the one held in the end, else the first."""
    codes = [study.resource_code[name] for name in need.any_of]
    if len(codes) == 1 or not places.size:
        return np.full(places.size, codes[0])
    holds = {name: column[study.holds_followed] for name, column in study.log.holds.items()}
    rows = places + study.followed.start
    state = study.visits["state"][rows[0]]
    held = np.flatnonzero(holds["state"] == state)
    held = held[np.isin(holds["resource"][held], codes)]
    wide = int(max(holds["visit"].max(initial=0), study.visits["visit"].max(initial=0))) + 1
    key = holds["case"][held].astype(np.int64) * wide + holds["visit"][held]
    order = np.argsort(key, kind="stable")
    wanted = study.visits["case"][rows].astype(np.int64) * wide + study.visits["visit"][rows]
    place = np.minimum(np.searchsorted(key[order], wanted), max(key.size - 1, 0))
    if not key.size:
        return np.full(places.size, codes[0])
    hit = key[order][place] == wanted
    taken: Codes = np.where(hit, holds["resource"][held][order][place], codes[0])
    return taken


def waited_for(log: EventLog, scenario: Scenario) -> pd.DataFrame:
    """Say what every visit that was joined in the window and had to wait was waiting for.

    The resource is the one of those needed that was short last before the start (for who did not
    start: before leaving, or before the end of the run); at a tie the first by name; of several
    alternatives the one held in the end.  It was `closed` if fewer units were scheduled than asked,
    else `busy`, which includes staff sitting in a meeting.  The first `notice` minutes of an
    activity's notice are counted apart; what comes after, until the session, is closed or busy.

    Returns
    -------
    pandas.DataFrame
        Columns case, state, visit, minutes (the whole wait), notice (minutes of it), resource (none
        where nothing was short: notice was all, or what was free did not fit the session), why
        ("closed", "busy" or none).

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> waits = waited_for(pw.simulate(scenario), scenario)
    >>> sorted(set(waits["resource"])), sorted(set(waits["why"]))
    (['server'], ['busy'])
    """
    import pandas as pd

    study = Study(log, scenario)
    found = shortages(study, usage_of(study))
    place, rows = _measured(study)
    why = np.where(found.resource[place] == NONE, NONE, np.where(found.closed[place], 0, 1))
    return pd.DataFrame(
        {
            "case": study.visits["case"][rows],
            "state": named(study.visits["state"][rows], study.names),
            "visit": study.visits["visit"][rows],
            "minutes": study.waited_until(rows) - study.visits["enqueued_at"][rows],
            "notice": found.notice[place],
            "resource": named(found.resource[place], log.vocabulary.resources),
            "why": named(why, (CLOSED, BUSY)),
        }
    )


def _measured(study: Study) -> tuple[Ints, Ints]:
    """Give the waits begun in the window: their places in `study.followed`, and their rows in the log."""
    rows = study.window
    enqueued, until = study.visits["enqueued_at"][rows], study.waited_until(rows)
    place = np.flatnonzero(study.is_activity[study.visits["state"][rows]] & (until > enqueued))
    return place, place + rows.start


def waited_for_figures(study: Study, found: Shortages) -> Iterator[Figure]:
    """Give the patient-days waited for each resource: all, and while it was closed or busy.

    The resource with most is the bottleneck.
    """
    place, rows = _measured(study)
    days = (study.waited_until(rows) - study.visits["enqueued_at"][rows] - found.notice[place]) / DAY
    resource, closed = found.resource[place], found.closed[place]
    some, size = resource != NONE, len(study.resource_code)
    parts = (("", some), (CLOSED, some & closed), (BUSY, some & ~closed))
    totals = {part: np.bincount(resource[which], weights=days[which], minlength=size) for part, which in parts}
    for code, name in enumerate(study.log.vocabulary.resources):
        for part, total in totals.items():
            yield Figure("waited_for", name, part, "patient_days", float(total[code]), "days")


def wait_causes(study: Study, found: Shortages) -> pd.DataFrame:
    """Say what the waits for each activity that were begun in the window went to, wherever they lie on the way.

    Columns state, cause ("notice", "closed", "busy:<resource>", or "other": what was free did not
    fit), days (of all patients together).
    """
    import pandas as pd

    place, rows = _measured(study)
    state = study.visits["state"][rows].astype(np.int64)
    notice = found.notice[place]
    waited = study.waited_until(rows) - study.visits["enqueued_at"][rows] - notice
    resource = found.resource[place]
    causes = (*_KINDS, *(f"busy:{name}" for name in study.log.vocabulary.resources))
    why = np.where(found.closed[place], _KINDS.index(CLOSED), len(_KINDS) + resource)
    why = np.where(resource == NONE, _KINDS.index("other"), why)
    cell = np.concatenate((state * len(causes), state * len(causes) + why))
    days = np.bincount(cell, weights=np.concatenate((notice, waited))) / DAY
    some = np.flatnonzero(days > 0)
    columns = {"state": named(some // len(causes), study.names), "cause": named(some % len(causes), causes)}
    return pd.DataFrame(columns | {"days": days[some]})
