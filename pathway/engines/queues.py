"""Requests that wait: a heap for each activity, in the total order, and those not yet eligible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

from pathway.engines.case import Case
from pathway.engines.logbook import VISIT_ROW, Logbook
from pathway.eventlog import LEFT, NONE, OPEN

Entry = tuple[int, int, int, int, Case, int]  # priority, enqueued_at, number, visit, case, epoch
Asked = tuple[int, int, int]  # number, state, visit


class Queues:
    """The waiting requests of a run; `touched` are the activities that may now be able to start one.

    Requests that a deadline or lost patience ended stay in their heap until they come to its head.
    """

    def __init__(self, states: int, logbook: Logbook, ages: Sequence[bool], others: Queues | None = None) -> None:
        self.heaps: list[list[Entry]] = [[] for _ in range(states)]
        self.unready: dict[Asked, Entry] = {}  # requests not yet eligible
        # requests no longer waiting that may lie in a heap, be it of other queues
        self.settled: set[Asked] = others.settled if others else set()
        self.touched: set[int] = set()
        self.ages = ages  # by state: whether its requests' priority rises with waiting
        # such requests, as they last stood; as they stood before, they are stale
        self.standing: dict[Asked, Entry] = others.standing if others else {}
        self._logbook = logbook

    def join(self, state: int, entry: Entry) -> None:
        """Let an eligible request wait; only a new head can change what the next pass does."""
        heap = self.heaps[state]
        heappush(heap, entry)
        if heap[0] is entry:
            self.touched.add(state)

    def restand(self, state: int, entry: Entry, priority: int) -> None:
        """Let a request that waits stand where another priority puts it."""
        asked = entry[2], state, entry[3]
        self.standing[asked] = aged = (priority, *entry[1:])
        if asked in self.unready:
            self.unready[asked] = aged
        else:
            self.join(state, aged)

    def is_stale(self, state: int, entry: Entry) -> bool:
        """Say whether a request whose priority rises stands elsewhere by now, or waits no more."""
        return self.ages[state] and self.standing.get((entry[2], state, entry[3])) is not entry

    def head(self, state: int) -> Entry | None:
        """Give the first request that still waits, taking those that do not out of the heap."""
        heap = self.heaps[state]
        while heap:
            entry = heap[0]
            if self.ages[state] and self.is_stale(state, entry):
                heappop(heap)
                continue
            if entry[4].epoch == entry[5] and not (self.settled and (entry[2], state, entry[3]) in self.settled):
                return entry
            heappop(heap)
            self.write_ended(state, entry)
        return None

    def write_ended(self, state: int, entry: Entry) -> None:
        """Write a wait that a deadline ended; one that patience ended was written then."""
        priority, enqueued, number, visit, case, epoch = entry
        if (number, state, visit) not in self.settled:
            ended = case.history[epoch]
            self._logbook.visits.extend(VISIT_ROW(number, state, visit, priority, enqueued, NONE, ended, LEFT))

    def write_waiting(self) -> None:
        """Write everyone who waits at the horizon as open."""
        for state, entry in self._all():
            priority, enqueued, number, visit, case, epoch = entry
            if case.epoch != epoch:
                self.write_ended(state, entry)
            elif (number, state, visit) not in self.settled:
                self._logbook.visits.extend(VISIT_ROW(number, state, visit, priority, enqueued, NONE, NONE, OPEN))

    def _all(self) -> Iterator[tuple[int, Entry]]:
        for state, heap in enumerate(self.heaps):
            yield from ((state, entry) for entry in heap if not self.is_stale(state, entry))
        for (_, state, _), entry in self.unready.items():
            yield state, entry
