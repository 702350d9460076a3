"""Gathering an event log: rows into columns, columns into visits, and everything wrong said at once."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from pathway.interchange.observed import GOING_ON, UNKNOWN, UNSAID, Attribute, Booleans, Ints, ObservedLog
from pathway.interchange.refusing import Faults, could_be_a_number

if TYPE_CHECKING:
    import pandas as pd

Duplicates = Literal["refuse", "keep", "drop"]

COMPLETE, START, SCHEDULE, BROKEN_OFF, ARRIVAL, OUTCOME = range(6)
TRANSITIONS = {
    "complete": COMPLETE,
    "start": START,
    "schedule": SCHEDULE,
    "withdraw": BROKEN_OFF,
    "ate_abort": BROKEN_OFF,
    "pi_abort": BROKEN_OFF,
}


@dataclass
class Gathered:
    """The rows of an event log as they are read: one number each in columns that take little room."""

    source: str
    case: array[int] = field(default_factory=lambda: array("q"))
    activity: array[int] = field(default_factory=lambda: array("q"))
    transition: array[int] = field(default_factory=lambda: array("b"))
    moment: array[int] = field(default_factory=lambda: array("q"))
    started: array[int] = field(default_factory=lambda: array("q"))
    asked: array[int] = field(default_factory=lambda: array("q"))
    offset: array[int] = field(default_factory=lambda: array("l"))
    instance: array[int] = field(default_factory=lambda: array("q"))
    resource: array[int] = field(default_factory=lambda: array("l"))
    line: array[int] = field(default_factory=lambda: array("q"))
    whole: array[int] = field(default_factory=lambda: array("q"))  # a digest of the whole row
    cases: dict[str, int] = field(default_factory=dict)
    activities: dict[str, int] = field(default_factory=dict)
    resources: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)
    attributes: dict[str, dict[int, str]] = field(default_factory=dict)  # that are carried: by case
    unused: dict[str, None] = field(default_factory=dict)  # columns, or keys, nothing is made of
    notes: list[str] = field(default_factory=list)
    faults: Faults = field(init=False)

    def __post_init__(self) -> None:
        self.faults = Faults(self.source)

    def fault(self, kind: str, line: int, message: str, column: int = 1) -> None:
        """Note what is wrong with a line; of many faults of one kind the first are listed."""
        self.faults.add(kind, line, message, column)

    def say(self, attribute: str, case: int, value: str, line: int, column: int = 1) -> None:
        """Note what an event says of its case; what another event of the case denies is at fault."""
        if value and self.attributes[attribute].setdefault(case, value) != value:
            message = f"the case has another {attribute!r} in an earlier row; what is carried must be one a case"
            self.fault("attributes that change", line, message, column)


def code_of(codes: dict[str, int], name: str) -> int:
    """Give a name's number, a new one if it has none.

    >>> codes: dict[str, int] = {}
    >>> code_of(codes, "NA"), code_of(codes, "B"), code_of(codes, "NA")
    (0, 1, 0)
    """
    return codes.setdefault(name, len(codes))


def assemble(rows: Gathered, digest: str, *, duplicates: Duplicates = "refuse", sort: bool = False) -> ObservedLog:
    """Make an observed log of the rows of a file.

    Parameters
    ----------
    rows
        What was read.
    digest
        Of the file.
    duplicates
        What to do with rows that are the same in every column: refuse the file, keep them, or drop all but the first.
    sort
        Put the rows of each case into the order of their times, instead of refusing a case in which time goes
        backwards.
    """
    columns = _columns(rows)
    again = _seen_before(columns["whole"])
    if again.any() and duplicates == "refuse":
        for row in np.flatnonzero(again):
            rows.fault(
                "duplicate rows", int(columns["line"][row]),
                "is the same as an earlier row in every column; say --duplicates keep, or drop, if that is meant",
            )  # fmt: skip
    elif again.any():
        rows.notes.append(
            f"{int(again.sum())} rows that repeat an earlier row in every column were "
            f"{'kept' if duplicates == 'keep' else 'dropped'}"
        )
    if duplicates == "drop":
        columns = {name: values[~again] for name, values in columns.items()}
    _check_times(rows, columns, sort)
    if not columns["case"].size and not rows.faults:
        rows.fault("empty", 1, "has no events")
    rows.faults.refuse()
    notes = list(rows.notes)
    if rows.ignored:
        said = ", ".join(f"{name} ({n:,})" for name, n in rows.ignored.most_common())
        notes.append(f"events of other transitions were left out: {said}")
    if rows.unused:
        notes.append(
            f"nothing was made of {_listed(rows.unused)}; name what says something of the case with --attribute"
        )
    return _as_log(rows, digest, columns, notes)


def _listed(names: Iterable[str]) -> str:
    """Name columns; one that looks like data is only counted."""
    known = [name for name in names if not could_be_a_number(name)]
    other = len(list(names)) - len(known)
    return ", ".join([*known, *([f"{other} that look like data"] if other else [])])


def _columns(rows: Gathered) -> dict[str, Ints]:
    names = (
        "case",
        "activity",
        "transition",
        "moment",
        "started",
        "asked",
        "offset",
        "instance",
        "resource",
        "line",
        "whole",
    )
    return {name: np.asarray(getattr(rows, name), dtype=np.int64) for name in names}


def _seen_before(whole: Ints) -> Booleans:
    order = np.argsort(whole, kind="stable")
    again = np.zeros(whole.size, dtype=bool)
    again[order[1:]] = whole[order[1:]] == whole[order[:-1]]
    return again


def _check_times(rows: Gathered, columns: dict[str, Ints], sort: bool) -> None:
    """Report visits that end before they start and cases in which time goes backwards (or sort them)."""
    began = np.where(columns["started"] != UNKNOWN, columns["started"], columns["moment"])
    for row in np.flatnonzero((columns["moment"] != UNKNOWN) & (columns["moment"] < began)):
        rows.fault("ends before starts", int(columns["line"][row]), "ends before it starts")
    asked = np.where(columns["asked"] != UNKNOWN, columns["asked"], began)
    for row in np.flatnonzero(asked > began):
        rows.fault("starts before it is asked for", int(columns["line"][row]), "starts before it is asked for")
    order = np.argsort(columns["case"], kind="stable")
    case, at, line, known = columns["case"][order], began[order], columns["line"][order], asked[order]
    # in order of starts, or of requests: both are ways to keep a log
    back = np.flatnonzero((case[1:] == case[:-1]) & (at[1:] < at[:-1]) & (known[1:] < known[:-1])) + 1
    if back.size and sort:
        rows.notes.append(
            f"{back.size:,} rows stood after a later one of their case; the rows of each case were sorted by time"
        )
        sorted_rows = np.lexsort((np.arange(began.size), asked, columns["case"]))
        columns.update({name: values[sorted_rows] for name, values in columns.items()})
        return
    for row in back:
        hours = (at[row - 1] - at[row]) / 3600
        rows.fault(
            "time goes backwards", int(line[row]),
            f"time goes backwards by {hours:.3g} h: the row of the same case before it is line "
                f"{int(line[row - 1])}; say --sort if the file is in no order",
        )  # fmt: skip


# ---------------------------------------------------------------- from events to visits


def _as_log(rows: Gathered, digest: str, columns: dict[str, Ints], notes: list[str]) -> ObservedLog:
    kind = columns["transition"]
    arrived, arrived_offset, outcome = _arrivals_and_outcomes(rows, columns)
    if np.isin(kind, (START, SCHEDULE, BROKEN_OFF)).any():
        visits = _paired(columns, notes)
    else:
        done = kind == COMPLETE
        visits = {name: columns[name][done] for name in ("case", "activity", "started", "offset", "resource", "line")}
        visits["asked"] = columns["asked"][done]
        visits["ended"] = columns["moment"][done]
    if not visits["case"].size:
        rows.fault("empty", 1, "has no visits: nothing in it begins or ends")
        rows.faults.refuse()
    begun = np.where(visits["started"] != UNKNOWN, visits["started"], visits["ended"])
    known = np.where(visits["asked"] != UNKNOWN, visits["asked"], begun)
    order = np.lexsort((visits["line"], known, visits["case"]))
    visits = {name: values[order] for name, values in visits.items()}
    known = known[order]
    first = np.searchsorted(visits["case"], np.arange(len(rows.cases) + 1))
    has_visits = np.diff(first) > 0
    begins = np.minimum(first[:-1], max(0, known.size - 1))
    unknown = arrived == UNKNOWN
    arrived = np.where(unknown & has_visits, known[begins], arrived)
    arrived_offset = np.where(unknown & has_visits, visits["offset"][begins], arrived_offset)
    log = ObservedLog(
        source=rows.source,
        digest=digest,
        activities=tuple(rows.activities),
        case=visits["case"],
        activity=visits["activity"],
        asked=visits["asked"],
        started=visits["started"],
        ended=visits["ended"],
        offset=visits["offset"],
        resource=visits["resource"],
        line=visits["line"],
        first=first,
        arrived=arrived,
        arrived_offset=arrived_offset,
        outcome=outcome,
        outcomes=tuple(rows.outcomes),
        resources=tuple(rows.resources),
        rows=int(columns["case"].size),
        attributes=tuple(_attribute(name, said, len(rows.cases)) for name, said in rows.attributes.items()),
        notes=tuple(notes),
    )
    return with_used_activities(log)


def _attribute(name: str, said: dict[int, str], cases: int) -> Attribute:
    values: dict[str, int] = {}
    codes = np.full(cases, -1, np.int64)
    for case, value in said.items():
        codes[case] = code_of(values, value)
    return Attribute(name, tuple(values), codes)


def _arrivals_and_outcomes(rows: Gathered, columns: dict[str, Ints]) -> tuple[Ints, Ints, Ints]:
    """Take what our own exports say of the arrival and the outcome of a case; other logs say nothing of it."""
    cases = len(rows.cases)
    arrived, offset = np.full(cases, UNKNOWN), np.zeros(cases, np.int64)
    is_ours = (columns["transition"] == ARRIVAL).any()
    outcome = np.full(cases, GOING_ON if is_ours else UNSAID)
    at = columns["transition"] == ARRIVAL
    arrived[columns["case"][at]] = columns["moment"][at]
    offset[columns["case"][at]] = columns["offset"][at]
    over = columns["transition"] == OUTCOME
    outcome[columns["case"][over]] = columns["activity"][over]
    return arrived, offset, outcome


def _paired(columns: dict[str, Ints], notes: list[str]) -> dict[str, Ints]:
    """Bring together what was asked for, started and ended: the first start with the first end, and so on."""
    import pandas as pd

    frame = pd.DataFrame(columns)
    keys = ["case", "activity", "instance", "nth"]
    parts: dict[str, pd.DataFrame] = {}
    for name, kinds in (("ended", (COMPLETE, BROKEN_OFF)), ("started", (START,)), ("asked", (SCHEDULE,))):
        part = frame[frame["transition"].isin(kinds)].copy()
        part["nth"] = part.groupby(keys[:3]).cumcount()
        parts[name] = part.set_index(keys)
    index = parts["ended"].index.union(parts["started"].index)
    visits = pd.DataFrame(index=index)
    for name, part in parts.items():
        visits[name] = part["moment"].reindex(index).fillna(UNKNOWN).astype(np.int64)
    for name in ("offset", "resource", "line"):
        best = parts["started"][name].reindex(index)
        visits[name] = parts["ended"][name].reindex(index).fillna(best).astype(np.int64)
    broken = parts["ended"]["transition"].reindex(index).eq(BROKEN_OFF)
    if broken.any():
        notes.append(
            f"{int(broken.sum()):,} visits were broken off or withdrawn; the time until the next attempt "
            f"counts as waiting for it"
        )
    never_begun = int(len(parts["asked"].index.difference(index)))
    if never_begun:
        notes.append(f"{never_begun:,} requests had not begun when the log was closed")
    visits = visits[~broken].reset_index()
    wrong = (visits["ended"] != UNKNOWN) & (visits["started"] > visits["ended"])
    if wrong.any():
        notes.append(
            f"{int(wrong.sum()):,} ends stood before the start they were paired with; their starts count as unknown"
        )
        visits.loc[wrong, "started"] = UNKNOWN
    wanted = ("case", "activity", "asked", "started", "ended", "offset", "resource", "line")
    return {name: visits[name].to_numpy(np.int64) for name in wanted}


def with_used_activities(log: ObservedLog) -> ObservedLog:
    """Leave out the names of activities nobody visits."""
    from dataclasses import replace

    used = np.unique(log.activity)
    number = np.zeros(max(len(log.activities), 1), np.int64)
    number[used] = np.arange(used.size)
    return replace(
        log,
        activities=tuple(log.activities[code] for code in used),
        activity=number[log.activity],
        never_held=frozenset(int(number[code]) for code in log.never_held if code in set(used.tolist())),
    )
