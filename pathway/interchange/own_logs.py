"""Our own event logs as observed ones: of a run, as Parquet, or as CSV tables in a folder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pathway.eventlog import COMPLETED, NONE, OPEN
from pathway.interchange.happenings import resources_by_visit, say_resources
from pathway.interchange.observed import GOING_ON, MINUTE, UNKNOWN, UNSAID, Attribute, Ints, ObservedLog

if TYPE_CHECKING:
    from pathway.eventlog import EventLog

STREAM = "stream"
TAKES_TIME = ("activity", "delay")


def observed_from(log: EventLog, *, names: Mapping[str, str] | None = None, digest: str = "") -> ObservedLog:
    """See the log of a run as an observed one: every state that takes time is an activity.

    Parameters
    ----------
    log
        The log; visits that came to nothing (missed, cancelled, put off) are left out, and counted in a note.
    names
        The states to take, with the name each has then; all that take time by default.
    digest
        Of the files it was read from.

    Examples
    --------
    >>> import pathway as pw
    >>> observed_from(pw.simulate(pw.load_scenario("mmc"))).knows_requests
    True
    """
    words, visits = log.vocabulary, log.visits
    taken = (
        names
        if names is not None
        else {name: name for name, kind in zip(words.states, words.kinds, strict=True) if kind in TAKES_TIME}
    )
    activities = tuple(dict.fromkeys(taken.values()))
    codes = np.array([activities.index(taken[name]) if name in taken else -1 for name in words.states], np.int64)
    wanted = codes[visits["state"]] >= 0
    counts = wanted & np.isin(visits["outcome"], (COMPLETED, OPEN)) & (visits["started_at"] != NONE)
    nothing = int((wanted & ~np.isin(visits["outcome"], (COMPLETED, OPEN))).sum())
    rows = np.flatnonzero(counts)
    rows = rows[np.lexsort((rows, visits["enqueued_at"][rows], visits["case"][rows]))]
    origin = np.datetime64(words.origin, "s").astype(np.int64)

    def seconds(minutes: Ints) -> Ints:
        values = np.asarray(minutes, np.int64)
        return np.where(values == NONE, UNKNOWN, origin + values * MINUTE)

    cases = log.cases["arrived_at"].size
    ends = tuple(name for name, kind in zip(words.states, words.kinds, strict=True) if kind == "end")
    end_codes = np.array([ends.index(name) if name in ends else UNSAID for name in words.states], np.int64)
    reached = np.asarray(log.cases["end_state"], np.int64)
    resource, resources, has_holds = _held(log, rows)
    case = np.asarray(visits["case"], np.int64)[rows]
    return ObservedLog(
        source=words.scenario,
        digest=digest,
        activities=activities,
        case=case,
        activity=codes[visits["state"]][rows],
        asked=seconds(visits["enqueued_at"][rows]),
        started=seconds(visits["started_at"][rows]),
        ended=seconds(np.where(visits["outcome"][rows] == OPEN, NONE, visits["ended_at"][rows])),
        offset=np.zeros(rows.size, np.int64),
        resource=resource,
        line=rows + 2,
        first=np.searchsorted(case, np.arange(cases + 1)),
        arrived=seconds(log.cases["arrived_at"]),
        arrived_offset=np.zeros(cases, np.int64),
        outcome=np.where(reached == NONE, GOING_ON, end_codes[np.maximum(reached, 0)]),
        outcomes=ends,
        resources=resources,
        rows=int(visits["case"].size),
        never_held=frozenset(range(len(activities))) - set(codes[visits["state"][rows[resource >= 0]]].tolist()),
        has_holds=has_holds,
        attributes=(Attribute(STREAM, words.streams, np.asarray(log.cases["stream"], np.int64)),),
        notes=own_notes(nothing, words.streams, words.attributes),
    )


def own_notes(nothing: int, streams: tuple[str, ...], attributes: tuple[str, ...]) -> tuple[str, ...]:
    """Say what of our own log was left out or taken together."""
    notes = []
    if nothing:
        notes.append(
            f"{nothing:,} visits that came to nothing were left out; the time until the next attempt counts as waiting"
        )
    if len(streams) > 1:
        notes.append(
            f"cases of the streams {', '.join(streams)} are taken together; --attribute stream tells them apart"
        )
    if attributes:
        notes.append(
            f"nothing was made of {', '.join(attributes)}, which stand there as they were at the end of a case"
        )
    return tuple(notes)


def _held(log: EventLog, rows: Ints) -> tuple[Ints, tuple[str, ...], bool]:
    """Give what each visit held, as one text of resources and units."""
    held = resources_by_visit(log)
    names: dict[str, int] = {}
    found = np.full(rows.size, -1, np.int64)
    for place, row in enumerate(rows.tolist()):
        if row in held:
            said = ", ".join(sorted(say_resources([each]) for each in held[row]))
            found[place] = names.setdefault(said, len(names))
    return found, tuple(names), True
