"""Patients already in the system at minute 0: read from a document, and checked whichever way they came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from pathway.errors import nearest
from pathway.graph import Activity, Delay, branch_membership
from pathway.scenario import quantities, times
from pathway.scenario.conditions import code
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.nodes import steps
from pathway.scenario.records import Present, Scenario
from pathway.scenario.words import STREAM, Words

MINUTE = timedelta(minutes=1)
LEFT_KINDS = ("activity", "delay", "decision", "fork", "join")  # kinds of states a patient may have behind them


def read_patients(root: Cursor, words: Words) -> tuple[Present, ...]:
    """Read the rows of ``patients:``."""
    return tuple(_present(row, words) for row in root.rows("patients") if row.is_mapping)


def _present(row: Cursor, words: Words) -> Present:
    stream, state = row.get("stream"), row.get("state")
    return Present(
        stream=stream.name(words.streams, "stream") if stream else "",
        state=state.name(words.states_of("activity", "delay"), "activity or delay") if state else "",
        joined=row.take("joined", times.moment, None),
        started=row.take("started", times.moment, None),
        referred=row.take("referred", times.moment, None),
        count=row.take("count", quantities.at_least_one, 1),
        priority=row.take("priority", quantities.priority, None),
        attributes=_attributes(row, words),
        visits={name: at.read(quantities.times, 0) for name, at in _states(row, "visits", words)},
        left={name: at.read(times.moment, datetime.min) for name, at in _states(row, "left", words)},
        due={name: at.read(times.moment, datetime.max) for name, at in row.section("due")},
    )


def _attributes(row: Cursor, words: Words) -> Mapping[str, int]:
    known = {name: measure for name, measure in words.attributes.items() if name != STREAM}
    read = {}
    for name, at in row.section("attributes"):
        if name in known:
            read[name] = at.read(partial(code, measure=known[name]), 0)
        else:
            at.fault(f"is about no known attribute{nearest(name, known)}", key=True)
    return read


def _states(row: Cursor, key: str, words: Words) -> list[tuple[str, Cursor]]:
    entries = row.section(key)
    known = words.states_of(*LEFT_KINDS)
    for name, at in entries:
        if name not in known:
            at.fault(f"names no state that can lie behind a patient{nearest(name, known)}", key=True)
    return entries


# ---------------------------------------------------------------- what only the whole scenario shows


def check_patients(scenario: Scenario, root: Cursor) -> None:
    """Report patients who cannot be where and when they are said to be."""
    if not scenario.patients or root.findings.under("pathway", "patients", "run", "streams"):
        return
    inside = branch_membership(scenario.pathway)
    for number, row in enumerate(scenario.patients):
        for key, message in faults_of(row, scenario, [fork for fork, _ in inside[row.state]]):
            at, rest = find(root, steps(f"patients[{number}].{key}" if key else f"patients[{number}]"))
            at.findings.add(at.node.place, at.path, f"{at.path} {message}" if not rest else f"{at.path}: {message}")


def faults_of(row: Present, scenario: Scenario, forks: list[str]) -> Iterator[tuple[str, str]]:
    """List what is wrong with patients at minute 0, each fault with its key; `forks` lie around their state.

    It asks nothing about a document, so that a hospital's own list can come in by the same door.
    """
    if forks:
        yield (
            "state",
            f"is {row.state!r}, inside the branches of {forks[-1]}; who is there at minute 0 is outside of forks",
        )
    yield from _being(row, scenario)
    yield from _order(row)
    origin = datetime.combine(scenario.run.timeline.origin, datetime.min.time())
    for key, moment in _moments(row):
        if moment > origin:
            yield key, f"is {moment:%Y-%m-%d %H:%M}, after minute 0 ({origin:%Y-%m-%d}, run.start less warm_up)"
        elif moment == origin - MINUTE:
            yield key, f"is {moment:%Y-%m-%d %H:%M}, the one minute a log cannot write; say 23:58 or midnight"
    for name in row.due:
        if name not in scenario.pathway.deadlines:
            yield f"due.{name}", f"is no deadline{nearest(name, scenario.pathway.deadlines)}"


def _being(row: Present, scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Find patients of whom is not said whether they wait or are under way."""
    state = scenario.pathway.states[row.state]
    if isinstance(state, Activity) and row.came is None:
        yield "", f"needs 'joined', when they joined the queue of {row.state}, or 'started', if it is under way"
    if isinstance(state, Delay):
        if row.started is None:
            yield "", f"needs 'started', when the delay {row.state} began"
        for key in ("joined", "priority"):
            if getattr(row, key) is not None:
                yield key, f"is about a queue, and {row.state} is a delay; expected 'started'"


def _order(row: Present) -> Iterator[tuple[str, str]]:
    """Find moments in an order in which they cannot have been."""
    came, arrived = row.came, row.arrived
    if row.joined and row.started and row.started < row.joined:
        yield "started", f"is {row.started:%Y-%m-%d %H:%M}, before joined"
    if came and arrived and arrived > came:
        yield "referred", f"is {arrived:%Y-%m-%d %H:%M}, after they came to {row.state}"
    for name, moment in row.left.items():
        if came and moment > came:
            yield f"left.{name}", f"is {moment:%Y-%m-%d %H:%M}, after they came to {row.state}"
        elif arrived and moment < arrived:
            yield f"left.{name}", f"is {moment:%Y-%m-%d %H:%M}, before they were referred; say 'referred'"
        if not row.visits.get(name, 1):
            yield f"visits.{name}", "is 0, and 'left' says when it was left"


def _moments(row: Present) -> Iterator[tuple[str, datetime]]:
    for key in ("referred", "joined", "started"):
        if moment := getattr(row, key):
            yield key, moment
    yield from ((f"left.{name}", moment) for name, moment in row.left.items())
