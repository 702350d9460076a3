"""What all measures share: one log beside its scenario, the reported window, and the codes of names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pathway.eventlog import COMPLETED, DISPLACED, NONE, OFF_THE_LIST, Columns, EventLog
from pathway.graph import Activity

if TYPE_CHECKING:
    from pathway.scenario import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[Any]  # whole numbers of any width

HOUR = 60
DAY = 1440
WEEK = 7 * DAY
YEAR = round(365.25 * DAY)
BLOCK = 2**15  # rows looked at together where a whole run is gone through


@dataclass(frozen=True)
class Study:
    """A log to be measured: `begin` to `end` is the reported window, patients are followed to `horizon`."""

    log: EventLog
    scenario: Scenario

    @property
    def begin(self) -> int:
        """The first reported minute; the warm-up is cut here and nowhere else."""
        return self.log.vocabulary.warm_up

    @property
    def end(self) -> int:
        """The minute just after the reported window."""
        return self.begin + self.log.vocabulary.length

    @property
    def horizon(self) -> int:
        """The minute at which the run stopped."""
        return self.log.vocabulary.horizon

    @property
    def years(self) -> float:
        """The length of the reported window in years of 365.25 days."""
        return (self.end - self.begin) / YEAR

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the states, by code."""
        return self.log.vocabulary.states

    @cached_property
    def visits(self) -> Columns:
        """The log's visits, in order of `enqueued_at`.

        Left out are those cancelled on the day they were booked for: their patients asked again at once and kept their
        place, so the visit that follows has waited since the first asking.
        """
        off = self._off_the_list
        if not off.any():
            return self.log.visits
        return {name: column[~off] for name, column in self.log.visits.items()}

    @cached_property
    def off_the_list(self) -> Columns:
        """The log's visits that were cancelled on the day they were booked for."""
        return {name: column[self._off_the_list] for name, column in self.log.visits.items()}

    @cached_property
    def _off_the_list(self) -> Bools:
        return np.isin(self.log.visits["outcome"], OFF_THE_LIST)

    @cached_property
    def resumed(self) -> Bools:
        """Flag the visits that go on with an activity that was displaced."""
        return _resumed(self.log)[~self._off_the_list]

    @cached_property
    def state_code(self) -> dict[str, int]:
        """The code of each state's name."""
        return {name: code for code, name in enumerate(self.names)}

    @cached_property
    def resource_code(self) -> dict[str, int]:
        """The code of each resource's name."""
        return {name: code for code, name in enumerate(self.log.vocabulary.resources)}

    @cached_property
    def activities(self) -> tuple[tuple[int, Activity], ...]:
        """The activities of the pathway with their codes, in the order of names."""
        states = self.scenario.pathway.states
        known = ((code, states.get(name)) for code, name in enumerate(self.names))
        return tuple((code, state) for code, state in known if isinstance(state, Activity))

    @cached_property
    def is_activity(self) -> Bools:
        """Flag by state code the activities, which patients queue for."""
        return np.array([kind == "activity" for kind in self.log.vocabulary.kinds], bool)

    def among(self, names: Iterable[str]) -> Bools:
        """Flag by state code the states of these names."""
        flags = np.zeros(len(self.names), bool)
        flags[[self.state_code[name] for name in names if name in self.state_code]] = True
        return flags

    @cached_property
    def followed(self) -> slice:
        """The visits that were joined in the window or later."""
        return slice(int(np.searchsorted(self.visits["enqueued_at"], self.begin)), None)

    @cached_property
    def window(self) -> slice:
        """The visits that were joined in the window: those measured."""
        return slice(self.followed.start, int(np.searchsorted(self.visits["enqueued_at"], self.end)))

    @cached_property
    def current(self) -> Ints:
        """The rows of the visits not over when the window began: all that a measure of the window can need."""
        return _not_over(self.visits["ended_at"], self.followed.start, self.begin)

    @cached_property
    def current_holds(self) -> Ints:
        """The rows of the holds not over when the window began."""
        return _not_over(self.log.holds["to"], self.holds_followed.start, self.begin)

    @cached_property
    def holds_followed(self) -> slice:
        """The holds that began in the window or later."""
        return slice(int(np.searchsorted(self.log.holds["from"], self.begin)), None)

    @cached_property
    def present(self) -> Bools:
        """Flag the cases that were not over when the window began."""
        ended = self.log.cases["ended_at"]
        there: Bools = (ended >= self.begin) | (ended == NONE)
        there[self.visits["case"][self.current]] = True
        return there

    @cached_property
    def clocked(self) -> tuple[Ints, Ints, Ints]:
        """The visits of the whole run to states that some clock speaks of: their rows, cases and states."""
        clocks = self.scenario.clocks.values()
        names = {name for clock in clocks for name in (*clock.start, *clock.stop, *clock.pause, *clock.reset_on)}
        rows = np.flatnonzero(self.among(names)[self.visits["state"]])
        return rows, self.visits["case"][rows].astype(np.int64), self.visits["state"][rows].astype(np.int64)

    @cached_property
    def capacity_spans(self) -> tuple[slice, ...]:
        """Where the steps of each resource, by code, lie in the log's table of capacity."""
        first = np.searchsorted(self.log.capacity["resource"], np.arange(len(self.resource_code) + 1))
        return tuple(slice(begin, end) for begin, end in zip(first, first[1:], strict=False))

    def blocks(self) -> Iterator[slice]:
        """Cut the rows of all visits of the run into pieces small enough for a processor to keep at hand."""
        for first in range(0, max(self.visits["state"].size, 1), BLOCK):
            yield slice(first, first + BLOCK)

    def waited_until(self, rows: Ints | slice) -> Ints:
        """Give the minute the wait of some visits ended: by starting, leaving, or the end of the run."""
        started, ended = self.visits["started_at"][rows], self.visits["ended_at"][rows]
        until = np.where(started == NONE, ended, started)
        until[until == NONE] = self.horizon
        return until

    @cached_property
    def started_here(self) -> Ints:
        """The rows of the visits that were started in the window and completed."""
        started, outcome = self.visits["started_at"][self.current], self.visits["outcome"][self.current]
        inside: Ints = self.current[(started >= self.begin) & (started < self.end) & (outcome == COMPLETED)]
        return inside

    def stamps(self, minutes: Codes) -> NDArray[np.datetime64]:
        """Turn minutes into dates and times, as Parquet keeps them."""
        return self.log.timestamps(np.asarray(minutes, np.int64)).astype("datetime64[ms]")


def visit_key(log: EventLog, table: Columns, which: Any) -> Ints:
    """Give a number for each of some rows of visits or holds: one number a visit, later visits to a state higher."""
    wide = int(log.visits["visit"].max(initial=0)) + 2
    at = table["case"][which].astype(np.int64) * len(log.vocabulary.states) + table["state"][which]
    key: Ints = at * wide + table["visit"][which]
    return key


def _resumed(log: EventLog) -> Bools:
    """Flag the visits of a log that go on with an activity that was displaced, even if cancelled in between."""
    visits, flags = log.visits, np.zeros(log.visits["case"].size, bool)
    displaced = visits["outcome"] == DISPLACED
    if not displaced.any():
        return flags
    rows = np.flatnonzero(np.isin(visits["state"], np.unique(visits["state"][displaced])))
    keys = visit_key(log, visits, rows)
    rows, keys = rows[np.argsort(keys)], np.sort(keys)
    off = np.isin(visits["outcome"], OFF_THE_LIST)
    for before, row, step in zip(rows.tolist(), rows[1:].tolist(), np.diff(keys).tolist(), strict=False):
        flags[row] = step == 1 and (displaced[before] or (off[before] and flags[before]))
    return flags


def _not_over(over_at: Codes, first: int, begin: int) -> Ints:
    """Give the rows that were not over at `begin`: of those before `first` what was under way, and all from there."""
    before = over_at[:first]
    under_way = np.flatnonzero((before >= begin) | (before == NONE))
    return np.concatenate((under_way, np.arange(first, over_at.size)))
