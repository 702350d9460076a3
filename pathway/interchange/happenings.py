"""What happened in a run as single moments, in the words of the XES standard lifecycle: the rows of XES and OCEL.

A visit to an activity is scheduled (asked for), started and completed; a delay is started and completed.  Arrivals and
outcomes are single moments of the start and the end state.  Decisions, forks and joins take no time and are left out.
What does not go as planned has the lifecycle's own words: who leaves a queue, does not come or is cancelled
is withdrawn; what is displaced is suspended, and resumed; what a deadline cuts short is aborted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pathway.eventlog import CANCELLED, COMPLETED, DEFERRED, DISPLACED, NO_SHOW, NONE, OPEN, OUTCOMES
from pathway.interchange.moments import zone_named

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario

TRANSITIONS = ("schedule", "start", "resume", "complete", "suspend", "withdraw", "ate_abort")
SCHEDULE, START, RESUME, COMPLETE, SUSPEND, WITHDRAW, ABORT = range(len(TRANSITIONS))
HOLDING = frozenset({START, RESUME, COMPLETE, SUSPEND, ABORT})  # moments at which resources are at work

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Happenings:
    """Moments in the order of cases and, within each, of time: parallel arrays.

    `row` is the visit in the log (-1 for arrivals and outcomes), `first` where each case begins (one more than cases).
    """

    case: Ints
    time: Ints
    state: Ints
    transition: Ints
    row: Ints
    first: Ints

    def __len__(self) -> int:
        return int(self.case.size)


def happenings(log: EventLog, scenario: Scenario) -> Happenings:
    """Give the moments of a log.

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> found = happenings(pw.simulate(scenario), scenario)
    >>> [TRANSITIONS[code] for code in found.transition[:5]]
    ['complete', 'schedule', 'start', 'complete', 'complete']
    """
    rows = _visits(log)
    parts = [*_asked(log, rows), *_begun(log, rows), *_ended(log, rows), *_arrivals_and_outcomes(log, scenario)]
    case, time, rank, state, transition, row = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((transition, rank, time, case))
    cases = log.cases["arrived_at"].size
    first = np.searchsorted(case[order], np.arange(cases + 1))
    return Happenings(case[order], time[order], state[order], transition[order], row[order], first)


def _visits(log: EventLog) -> Ints:
    """Number the visits to states in which time passes."""
    takes_time = np.array([kind in ("activity", "delay") for kind in log.vocabulary.kinds])
    return np.flatnonzero(takes_time[log.visits["state"]])


def _part(log: EventLog, rows: Ints, column: str, transition: Any) -> tuple[Ints, ...]:
    """Make moments of a column of some visits; what happens in one minute stands in the order of the log."""
    visits = log.visits
    codes = np.broadcast_to(np.asarray(transition, np.int64), rows.shape)
    taken = (visits["case"][rows], visits[column][rows], rows + 1, visits["state"][rows], codes, rows)
    return tuple(np.asarray(each, np.int64) for each in taken)


def _asked(log: EventLog, rows: Ints) -> Iterator[tuple[Ints, ...]]:
    is_activity = np.array([kind == "activity" for kind in log.vocabulary.kinds])
    asked = rows[is_activity[log.visits["state"][rows]] & ~_goes_on(log)[rows]]
    yield _part(log, asked, "enqueued_at", SCHEDULE)


def _begun(log: EventLog, rows: Ints) -> Iterator[tuple[Ints, ...]]:
    begun = rows[(log.visits["started_at"][rows] != NONE) & ~_missed(log)[rows]]
    yield _part(log, begun, "started_at", np.where(_goes_on(log)[begun], RESUME, START))


def _ended(log: EventLog, rows: Ints) -> Iterator[tuple[Ints, ...]]:
    visits = log.visits
    missed = _missed(log)
    slot = rows[missed[rows]]  # a slot that was booked and not used: withdrawn when it would have begun
    yield _part(log, slot, "started_at", WITHDRAW)
    over = rows[(visits["ended_at"][rows] != NONE) & (visits["outcome"][rows] != OPEN) & ~missed[rows]]
    outcome, began = visits["outcome"][over], visits["started_at"][over] != NONE
    kinds = [np.isin(outcome, (COMPLETED, DEFERRED)), outcome == DISPLACED, began]
    yield _part(log, over, "ended_at", np.select(kinds, [COMPLETE, SUSPEND, ABORT], WITHDRAW))


def _missed(log: EventLog) -> NDArray[np.bool_]:
    """Tell the visits whose patient did not come, or was cancelled on the day, when it was to begin."""
    outcome = log.visits["outcome"]
    missed: NDArray[np.bool_] = np.isin(outcome, (NO_SHOW, CANCELLED)) & (log.visits["started_at"] != NONE)
    return missed


def _goes_on(log: EventLog) -> NDArray[np.bool_]:
    """Tell the visits that go on with one that was displaced: the next visit of the same case to the same state."""
    visits = log.visits
    before = visits["outcome"] == DISPLACED
    if not before.any():
        return np.zeros(before.size, dtype=bool)
    displaced = _keys(visits["case"], visits["state"], visits["visit"] + 1)[before]
    goes_on: NDArray[np.bool_] = np.isin(_keys(visits["case"], visits["state"], visits["visit"]), displaced)
    return goes_on


def _keys(case: Any, state: Any, visit: Any) -> Ints:
    """Give each visit one number."""
    return (np.asarray(case, np.int64) << 31) | (np.asarray(state, np.int64) << 16) | np.asarray(visit, np.int64)


def _arrivals_and_outcomes(log: EventLog, scenario: Scenario) -> Iterator[tuple[Ints, ...]]:
    codes = {name: code for code, name in enumerate(log.vocabulary.states)}
    stream_starts = {state.stream: name for name, state in scenario.pathway.states.items() if hasattr(state, "stream")}
    starts = np.array([codes[stream_starts[stream]] for stream in log.vocabulary.streams], np.int64)
    cases = log.cases
    everybody = np.arange(cases["arrived_at"].size)
    ended = everybody[cases["end_state"] != NONE]
    arrived = (everybody, cases["arrived_at"], np.zeros_like(everybody), starts[cases["stream"]])
    reached = (ended, cases["ended_at"][ended], np.full_like(ended, 2**62), cases["end_state"][ended])
    for part in (arrived, reached):
        size = part[0].shape
        filled = (*part, np.full(size, COMPLETE), np.full(size, NONE))
        yield tuple(np.asarray(each, np.int64) for each in filled)


# ---------------------------------------------------------------- names


def case_name(log: EventLog, case: int) -> str:
    """Name a case: its stream and its place in it, by which it is known in every scenario."""
    stream = log.vocabulary.streams[int(log.cases["stream"][case])]
    return f"{stream}/{int(log.cases['index'][case])}"


def outcome_of(log: EventLog, row: int) -> str:
    """Say what became of a visit."""
    return OUTCOMES[int(log.visits["outcome"][row])]


def resources_by_visit(log: EventLog) -> dict[int, tuple[tuple[str, int], ...]]:
    """Give the resources each visit held, with their units, by the visit's row."""
    visits, holds, names = log.visits, log.holds, log.vocabulary.resources
    keys = _keys(visits["case"], visits["state"], visits["visit"])
    order = np.argsort(keys, kind="stable")
    found = order[np.searchsorted(keys[order], _keys(holds["case"], holds["state"], holds["visit"]))]
    held: dict[int, tuple[tuple[str, int], ...]] = {}
    for row, resource, units in zip(found.tolist(), holds["resource"].tolist(), holds["units"].tolist(), strict=True):
        held[row] = (*held.get(row, ()), (names[resource], units))
    return held


def say_resources(held: Iterable[tuple[str, int]]) -> str:
    """Write what a visit held as one text.

    >>> say_resources([("endoscopist", 1), ("endoscopy_nurse", 2)])
    'endoscopist, 2 endoscopy_nurse'
    """
    return ", ".join(name if units == 1 else f"{units} {name}" for name, units in held)


def attributes_of(log: EventLog, scenario: Scenario, case: int) -> Iterator[tuple[str, str | int | bool]]:
    """Give what is known of a patient at the end: words for categories, yes or no, whole numbers, minutes."""
    from pathway.clock import NEVER

    words = log.vocabulary
    for place, (name, values) in enumerate(zip(words.attributes, words.categories, strict=True)):
        code = int(log.attributes[case, place])
        kind = scenario.pathway.attributes[name].kind if name in scenario.pathway.attributes else "integer"
        if values:
            yield name, values[code]
        elif kind == "yes_no":
            yield name, bool(code)
        elif kind != "duration" or code < NEVER:  # what never happens is left out
            yield name, code


# ---------------------------------------------------------------- stamps


def offset_of(zone: str, log: EventLog) -> str:
    """Give the offset from UTC that goes behind every stamp: that of a zone's winter, as our clock has no summer time.

    Raises
    ------
    PathwayError
        If there is no such zone.

    Examples
    --------
    >>> import pathway as pw
    >>> log = pw.simulate(pw.load_scenario("mmc"))
    >>> [offset_of(zone, log) for zone in ("UTC", "Europe/London", "Asia/Shanghai", "-03:30")]
    ['+00:00', '+00:00', '+08:00', '-03:30']
    """
    there = zone_named(zone)
    moment = datetime.combine(log.vocabulary.origin, datetime.min.time(), there)
    standard = (moment.utcoffset() or timedelta()) - (moment.dst() or timedelta())
    minutes = round(standard.total_seconds() / 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def stamps(log: EventLog, times: Ints) -> list[str]:
    """Write minutes as ISO 8601 without an offset; minutes before minute 0 too."""
    moments = np.datetime64(log.vocabulary.origin, "m") + times.astype("timedelta64[m]")
    written: list[str] = np.datetime_as_string(moments, unit="s").tolist()
    return written
