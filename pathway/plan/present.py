"""Patients already there at minute 0, one by one, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np

from pathway.clock import Timeline
from pathway.plan.names import Names
from pathway.plan.records import NO, Ints, Present
from pathway.scenario import Present as Row
from pathway.scenario import Scenario

Minute = Callable[[datetime | None], int]
Entries = Sequence[tuple[int, ...]]  # what one row says of several attributes, states or deadlines


def present_of(scenario: Scenario, timeline: Timeline, names: Names) -> Present:
    """Give the patients who are there at minute 0 in the order of cases: by referral, stream, and place in the file."""
    origin = datetime.combine(timeline.origin, datetime.min.time())

    def minute(moment: datetime | None) -> int:
        return NO if moment is None else (moment - origin) // timedelta(minutes=1)

    said = [_columns(row, names, minute) for row in scenario.patients]
    come: Counter[str] = Counter()
    people: list[tuple[int, int, int, int]] = []  # referred, stream, which of the stream's, which row
    for number, row in enumerate(scenario.patients):
        for _ in range(row.count):
            come[row.stream] += 1
            people.append((minute(row.arrived), names.streams[row.stream], come[row.stream], number))
    people.sort()
    columns = np.array([said[number] for *_, number in people], np.int64).reshape(-1, 5)
    rows = [scenario.patients[number] for *_, number in people]
    return Present(
        stream=np.array([stream for _, stream, _, _ in people], np.int64),
        index=np.array([-place for _, _, place, _ in people], np.int64),
        referred=np.array([referred for referred, _, _, _ in people], np.int64),
        **dict(zip(("state", "visit", "joined", "started", "priority"), columns.T, strict=True)),
        **_flat("given", ("attribute", "value"), [_coded(row.attributes, names.attributes) for row in rows]),
        **_flat("past", ("state", "visits", "left"), [_past(row, names.states, minute) for row in rows]),
        **_flat("due", ("deadline", "at"), [_due(row, names.deadlines, minute) for row in rows]),
    )


def _columns(row: Row, names: Names, minute: Minute) -> tuple[int, ...]:
    """Give the state, visit, joining, start and priority of a row's patients."""
    visit = _visits(row, row.state) + 1
    return names.states[row.state], visit, minute(row.came), minute(row.started), _or_no(row.priority)


def _or_no(value: int | None) -> int:
    return NO if value is None else value


def _visits(row: Row, state: str) -> int:
    """Count the completed visits to a state: one if only its last end is known."""
    return row.visits.get(state, int(state in row.left))


def _past(row: Row, states: Mapping[str, int], minute: Minute) -> Entries:
    known = sorted({*row.visits, *row.left})
    return [(states[name], _visits(row, name), minute(row.left.get(name))) for name in known]


def _due(row: Row, deadlines: Mapping[str, int], minute: Minute) -> Entries:
    """Give the deadlines that run from another moment than the referral; what is past is due in minute 1."""
    return [(deadlines[name], max(1, minute(moment))) for name, moment in sorted(row.due.items())]


def _coded(values: Mapping[str, int], codes: Mapping[str, int]) -> Entries:
    return [(codes[name], value) for name, value in sorted(values.items())]


def _flat(name: str, columns: Sequence[str], rows: Iterable[Entries]) -> dict[str, Ints]:
    """Lay the entries of all rows one after the other."""
    entries = list(rows)
    table = np.array([entry for row in entries for entry in row], np.int64).reshape(-1, len(columns))
    flat = {f"{name}_{column}": table[:, place] for place, column in enumerate(columns)}
    return flat | {f"{name}_start": np.cumsum([0, *map(len, entries)], dtype=np.int64)}
