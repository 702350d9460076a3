"""Logs and scenarios written by hand, a few rows long, so that every measure can be worked out on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np

from pathway.eventlog import CAPACITY, CASES, HOLDS, OUTCOMES, SESSIONS, VISITS, EventLog, Vocabulary, canonical
from pathway.graph import Activity, AnyState, Deadline, Decision, Delay, End, Fork, Join, Need, Pathway, Rule, Start
from pathway.scenario.records import Resource, Run

DAY = 1440
MONDAY = date(2027, 1, 4)
KIND = {
    Start: "start",
    Activity: "activity",
    Delay: "delay",
    Decision: "decision",
    Fork: "fork",
    Join: "join",
    End: "end",
}


def to(*names: str) -> tuple[Rule, ...]:
    """The rule that leads to a state, or to several with equal chances."""
    return (Rule((), tuple((name, 1 / len(names)) for name in names)),)


def activity(name: str, then: str, *needs: str, **more: Any) -> Activity:
    """An activity that needs a unit of each of some resources."""
    return Activity(name, needs=tuple(Need(each, (each,)) for each in needs), rules=to(then), **more)


def start(then: str, name: str = "referral", stream: str = "gp") -> Start:
    """Where a stream's patients start."""
    return Start(name, stream=stream, rules=to(then))


def make_scenario(*states: AnyState, deadlines: Iterable[Deadline] = (), **more: Any) -> Any:
    """As much of a scenario as measures read: states, and what is given of resources, clocks, targets, volumes."""
    pathway = Pathway({s.name: s for s in states}, {}, {d.name: d for d in deadlines})
    empty = {"clocks": {}, "targets": (), "volumes": {}, "resources": {}, "run": Run(), "costs": None, "staffing": None}
    for key in ("clocks", "volumes", "resources"):
        if isinstance(more.get(key), Sequence):
            more[key] = {each.name: each for each in more[key]}
    return SimpleNamespace(**{**empty, "name": "hand", "pathway": pathway, **more})


def bed(name: str, capacity: int) -> Resource:
    """A ward."""
    return Resource(name, kind="bed", capacity=capacity)


def make_log(
    scenario: Any,
    *,
    visits: Sequence[tuple[Any, ...]] = (),
    holds: Sequence[tuple[Any, ...]] = (),
    capacity: Mapping[str, Sequence[tuple[int, ...]]] | None = None,
    sessions: Sequence[tuple[Any, ...]] = (),
    cases: Sequence[tuple[Any, ...]] = (),
    attributes: Mapping[str, Sequence[int]] | None = None,
    categories: Mapping[str, tuple[str, ...]] | None = None,
    window: tuple[int, int, int] = (0, 7 * DAY, 0),
) -> EventLog:
    """Make a log.

    `visits`: (case, state, enqueued, started, ended[, outcome[, list it was booked on]]); `holds`: (case, state,
    resource, from, to[, units]); `capacity`: by resource (at, units[, reserved]); `sessions`, the booked lists:
    (resource, opens, closes, booked[, released]); `cases`: (arrived[, ended, end state[, stream]]); None is "not".
    `window`: warm-up, length, follow-up.
    """
    names = sorted(scenario.pathway.states)
    resources, known = sorted(capacity or {}), attributes or {}
    streams = sorted({case[3] for case in cases if len(case) > 3} | {"gp"})
    code = {name: place for place, name in enumerate(names)}
    words = Vocabulary(
        "hand", tuple(names), tuple(KIND[type(scenario.pathway.states[name])] for name in names), tuple(streams),
        tuple(resources), tuple(known), tuple((categories or {}).get(name, ()) for name in known),
        MONDAY, *window, seed=1, replication=0,
    )  # fmt: skip
    rows = _visits(visits, code)
    visit = {(row[0], row[1], row[5]): row[2] for row in rows}
    held = [
        (c, code[s], visit.get((c, code[s], since), 1), resources.index(r), *(units or (1,)), since, _no(until))
        for c, s, r, since, until, *units in holds
    ]
    lists = [(resources.index(r), *times, *(-1,) * (4 - len(times))) for r, *times in sessions]
    steps = [(resources.index(r), *step, *(0,) * (3 - len(step))) for r in resources for step in (capacity or {})[r]]
    return EventLog(
        words,
        visits=_table("visits", rows, VISITS),
        holds=_table("holds", held, HOLDS),
        capacity=_table("capacity", steps, CAPACITY),
        sessions=_table("sessions", lists, SESSIONS),
        cases=_table("cases", _cases(cases, code, streams), CASES),
        attributes=np.array(list(zip(*known.values(), strict=True)), np.int64).reshape(len(cases), len(known)),
    )


def _no(minute: int | None) -> int:
    return -1 if minute is None else minute


def _visits(visits: Sequence[tuple[Any, ...]], code: Mapping[str, int]) -> list[tuple[int, ...]]:
    come: Counter[tuple[int, str]] = Counter()
    rows = []
    for case, state, enqueued, started, ended, *more in sorted(visits, key=lambda row: row[2]):
        come[case, state] += 1
        outcome, session = (*more, *("completed" if ended is not None else "open", None)[len(more) :])
        result = OUTCOMES.index(outcome), _no(session)
        rows.append((case, code[state], come[case, state], 0, enqueued, _no(started), _no(ended), *result))
    return rows


def _cases(cases: Sequence[tuple[Any, ...]], code: Mapping[str, int], streams: list[str]) -> list[tuple[int, ...]]:
    rows = []
    for index, (arrived, *rest) in enumerate(cases):
        ended, end, stream = (*rest, *(None, None, "gp")[len(rest) :])
        rows.append((streams.index(stream), index, arrived, _no(ended), code[end] if end else -1))
    return rows


def _table(name: str, rows: Sequence[tuple[int, ...]], columns: Mapping[str, Any]) -> dict[str, Any]:
    table = np.array(rows, np.int64).reshape(len(rows), len(columns))
    return canonical(name, dict(zip(columns, table.T, strict=True)))


def figure(measures: Any, measure: str, subject: str, statistic: str, part: str = "") -> float:
    """One number of a summary."""
    rows = measures.summary
    chosen = rows[(rows["measure"] == measure) & (rows["subject"] == subject) & (rows["part"] == part)]
    (value,) = chosen.loc[chosen["statistic"] == statistic, "value"]
    return float(value)


def records(frame: Any, *columns: str) -> list[tuple[Any, ...]]:
    """The rows of a frame as tuples, missing names as None."""
    chosen = frame[list(columns)] if columns else frame
    return [tuple(None if value != value else value for value in row) for row in chosen.itertuples(index=False)]
