"""An observed log: what happened to whom and when, as arrays, whatever file it came from.

Cases are numbers in the order of first appearance: once a log is read, nobody's identifier is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

UNKNOWN = -(2**62)
"""Not in the log: no such moment was recorded, or it had not come when the log was closed."""
GOING_ON, UNSAID = -2, -1  # of a case: not over when the log was closed; over, and the log does not say how
MINUTE = 60


@dataclass(frozen=True)
class Attribute:
    """Something a log says of its cases: the values there are, and the code of each case's (-1: not said)."""

    name: str
    values: tuple[str, ...]
    code: Ints


@dataclass(frozen=True)
class ObservedLog:
    """Visits of cases to activities, sorted by case and then by when each was asked for, began or ended.

    One entry a visit: `case`, `activity` (a code), `asked`, `started` and `ended` in seconds since 1970 (`UNKNOWN`
    where the
    log does not say), `offset` of the local clock, `resource` (a code, or -1), `line` in the file.  One entry a
    case: `first`
    (where its visits begin, one more entry than cases), `arrived`, `outcome` (a code of `outcomes`, or `UNSAID`, or
    `GOING_ON`).
    """

    source: str
    digest: str
    activities: tuple[str, ...]
    case: Ints
    activity: Ints
    asked: Ints
    started: Ints
    ended: Ints
    offset: Ints
    resource: Ints
    line: Ints
    first: Ints
    arrived: Ints
    arrived_offset: Ints
    outcome: Ints
    outcomes: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    rows: int = 0  # in the file
    never_held: frozenset[int] = frozenset()  # activities of which a table of holds says that they take nothing
    has_holds: bool = False
    attributes: tuple[Attribute, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def __repr__(self) -> str:
        return f"<ObservedLog {self.source}: {self.cases:,} cases, {self.case.size:,} visits>"

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return int(self.arrived.size)

    @property
    def closed(self) -> int:
        """The last moment in the log."""
        return int(max(self.ended.max(), self.started.max(), self.asked.max(), self.arrived.max()))

    @property
    def knows_starts(self) -> bool:
        """Whether any visit has a start of its own."""
        return bool((self.started != UNKNOWN).any())

    @property
    def knows_requests(self) -> bool:
        """Whether the log says when anything was asked for."""
        return bool((self.asked != UNKNOWN).any())

    def known_from(self) -> Ints:
        """Give, of each visit, the earliest moment the log has of it: asked for, else begun, else ended."""
        begun = np.where(self.started != UNKNOWN, self.started, self.ended)
        return np.where(self.asked != UNKNOWN, self.asked, begun)

    def local(self, moments: Ints) -> Ints:
        """Give moments of the visits by the clock on the wall, in seconds since 1970."""
        return np.where(moments == UNKNOWN, UNKNOWN, moments + self.offset)

    def of_cases(self, chosen: Booleans) -> ObservedLog:
        """Give the log of some of the cases."""
        number = np.cumsum(chosen) - 1
        kept = chosen[self.case]
        columns = ("activity", "asked", "started", "ended", "offset", "resource", "line")
        sizes = np.diff(self.first)[chosen]
        return replace(
            self,
            **{name: getattr(self, name)[kept] for name in columns},
            case=number[self.case[kept]],
            first=np.concatenate(([0], np.cumsum(sizes))),
            arrived=self.arrived[chosen],
            arrived_offset=self.arrived_offset[chosen],
            outcome=self.outcome[chosen],
            attributes=tuple(replace(each, code=each.code[chosen]) for each in self.attributes),
        )

    def merged(self, merges: Mapping[str, tuple[str, ...]]) -> ObservedLog:
        """Take activities together under one name; what is then done twice within a minute was done once.

        Laboratory panels that are booked together stand in a log in any order: together they are one step.
        """
        if not merges:
            return self
        names = [next((new for new, old in merges.items() if each in old), each) for each in self.activities]
        kept_names = tuple(dict.fromkeys(names))
        codes = np.array([kept_names.index(each) for each in names], np.int64)
        together = np.array([each in merges for each in kept_names])
        activity = codes[self.activity]
        minute = self.known_from() // MINUTE
        again = np.zeros(activity.size, dtype=bool)
        same = (self.case[1:] == self.case[:-1]) & (activity[1:] == activity[:-1]) & (minute[1:] == minute[:-1])
        again[1:] = same & together[activity[1:]]
        kept = ~again
        columns = ("case", "asked", "started", "ended", "offset", "resource", "line")
        sizes = np.bincount(self.case[kept], minlength=self.cases)
        held = frozenset(int(codes[code]) for code in self.never_held)
        note = (
            f"{int(again.sum()):,} of {activity.size:,} visits were one with the visit before, of the "
            f"same minute, when activities were merged"
        )
        return replace(
            self,
            **{name: getattr(self, name)[kept] for name in columns},
            activity=activity[kept],
            activities=kept_names,
            first=np.concatenate(([0], np.cumsum(sizes))),
            never_held=held,
            notes=(*self.notes, note),
        )
