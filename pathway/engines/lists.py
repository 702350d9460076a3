"""Booked lists in the reference engine: requests that wait to be booked, lists that freeze, cancellations on the day.

A request for a booked activity waits in a heap of its own until a list it can be booked on freezes.  Booked, it
becomes eligible when the list opens, and from then on is started like any other; if the last minute in which it
fits passes, it is cancelled and asks again.  Whatever reads queues or resources is done in `settle`, at the beginning
of phase C, so that it does not depend on the order of events within a minute.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from heapq import heapify, heappop, heapreplace
from typing import Any

from pathway.engines.logbook import VISIT_ROW, Logbook
from pathway.engines.pools import Pools
from pathway.engines.queues import Asked, Entry, Queues
from pathway.engines.tabling import Tables
from pathway.eventlog import BUMPED, NO_BED, NO_STAFF, NONE, OVERRUN
from pathway.plan.records import FREEZE, NO, RELEASE, Plan

Asking = tuple[int, int]  # number, state: a patient asks for an activity once at a time


class Lists:
    """The booked lists of a run, by number."""

    def __init__(self, plan: Plan, tables: Tables, pools: Pools, queues: Queues, logbook: Logbook) -> None:
        lists, states = plan.lists, len(plan.state_names)
        self._tables, self._pools, self._queues, self._logbook = tables, pools, queues, logbook
        self._resource: list[int] = lists.resource.tolist()
        self._opens: list[int] = lists.opens.tolist()
        self._closes: list[int] = lists.closes.tolist()
        self._limit: list[int] = lists.limit.tolist()
        self._ends: list[int] = lists.ends.tolist()
        groups: list[list[int]] = [
            lists.group[a:b].tolist() for a, b in zip(lists.group_start, lists.group_start[1:], strict=False)
        ]
        self._callers = [groups[code] for code in lists.callers]
        self._later = [groups[code] for code in lists.callers_later]
        self._is_bed: list[int] = lists.is_bed.tolist()
        self.moments: list[list[int]] = lists.moment.tolist()
        self._ordinary = Queues(states, logbook, tables.ages, queues)
        self._short = Queues(states, logbook, tables.ages, queues)
        self._at_short_notice: set[Asking] = set()
        # what happens in a run
        self.used = [0] * len(self._opens)
        self.at_opening = [0] * len(self._opens)
        self.released = [NONE] * len(self._opens)
        self._frozen = [False] * len(self._opens)
        self._booked: dict[Asking, tuple[int, Entry]] = {}  # on which list, and the request
        self._movable: list[dict[int, Entry]] = [{} for _ in range(states)]  # at short notice, booked on a later list
        self.reached = self._done = 0  # moments that have come, and those dealt with
        self.pending: list[str] = []  # what `settle` is to be called for
        self._missed: list[Asking] = []
        self._bumps: list[int] = []  # resources
        self._gaps: set[int] = set()  # lists
        self.at: Callable[[int, Callable[[Any], None], object], None]
        self.become_eligible: Callable[[Any], None]
        self.pass_last_minute: Callable[[Any], None]
        self.ask_again: Callable[[Entry, int, int], None]
        self.planned_of: Callable[[Asked, int], int]

    # ------------------------------------------------------------ during phase B and the pass

    def ask(self, state: int, entry: Entry, *, short: bool) -> None:
        """Let a request wait to be booked."""
        (self._short if short else self._ordinary).join(state, entry)
        (self._at_short_notice.add if short else self._at_short_notice.discard)((entry[2], state))

    def may_age(self, state: int, entry: Entry) -> bool:
        """Say whether the priority of a request still rises: once it is booked, it has its place."""
        return (entry[2], state) not in self._booked

    def queue_of(self, state: int, entry: Entry) -> Queues | None:
        """Give the queue in which a request waits to be booked, if its activity is."""
        if self._tables.listed[state] == NO:
            return None
        return self._short if (entry[2], state) in self._at_short_notice else self._ordinary

    def miss(self, session: int, state: int, entry: Entry) -> None:
        """Note that the last minute in which a request fits on its list is over."""
        asking = entry[2], state
        if self._booked.get(asking) == (session, entry):
            self._missed.append(asking)
            self.pending.append("missed")

    def reach(self, moments: int) -> None:
        """Note that so many moments have come."""
        self.reached = moments
        self.pending.append("moments")

    def bump(self, resource: int) -> None:
        """Note that an emergency has taken a resource with lists."""
        self._bumps.append(resource)
        self.pending.append("bumped")

    def leave(self, number: int, state: int, now: int, *, vacates: bool = True) -> None:
        """Take a request off its list, because it starts or has ended; one that does not use its slot leaves a gap."""
        session, _ = self._booked.pop((number, state), (NONE, None))
        if session != NONE and vacates:
            self._vacate(session, state, now)

    def still_fits(self, number: int, state: int, visit: int, planned: int, now: int) -> int:
        """Give the list on which somebody who was displaced now can still go on; -1 if there is none."""
        session = self._logbook.sessions.get((number, state, visit), NONE)
        return session if session != NONE and now + planned <= self._ends[session] else NONE

    def stay(self, session: int, state: int, entry: Entry) -> None:
        """Let a request that was displaced go on when it can, on the list it was on."""
        self._booked[entry[2], state] = session, entry
        self._logbook.sessions[entry[2], state, entry[3]] = session
        self._queues.join(state, entry)
        self._plan_last_minute(session, state, entry)

    def _vacate(self, session: int, state: int, now: int) -> None:
        self.used[session] -= self._tables.slot[state]
        if self._opens[session] <= now < self._closes[session]:
            self._gaps.add(session)
            self.pending.append("gap")

    # ------------------------------------------------------------ at the beginning of phase C

    def settle(self, now: int) -> None:
        """Cancel who no longer fits, let emergencies bump, do what is due to lists, and fill gaps."""
        self.pending.clear()
        for asking in self._missed:
            session, entry = self._booked.pop(asking, (NONE, None))
            if entry is not None:  # no deadline has ended it in the same minute
                self._cancel(asking[1], entry, self._reason(asking[1]), entry[0], now)
                self._vacate(session, asking[1], now)
        self._missed.clear()
        for resource in sorted(self._bumps):
            self._bump(resource, now)
        self._bumps.clear()
        for _, kind, session in self.moments[self._done : self.reached]:
            self._do(kind, session, now)
        self._done = self.reached
        for session in sorted(self._gaps):
            self._top_up(session, now)
        self._gaps.clear()
        self.pending.clear()

    def _do(self, kind: int, session: int, now: int) -> None:
        if kind == RELEASE:
            self._release(session, now)
        elif kind == FREEZE:
            self._frozen[session] = True
            self._book(session, now)
        else:
            self._top_up(session, now)
            self.at_opening[session] = self.used[session]

    def _release(self, session: int, now: int) -> None:
        """Hand a list on if nobody is booked on it, and nobody with first call waits who could be."""
        queues = (self._ordinary, self._short)
        if self.used[session] or any(
            queue.head(state) is not None and self._can_be_booked(session, state, now)
            for state in self._callers[session]
            for queue in queues
        ):
            return
        self.released[session] = now
        if self._frozen[session]:
            self._book(session, now)

    def _allowed(self, session: int) -> list[int]:
        return self._callers[session] if self.released[session] == NONE else self._later[session]

    def _top_up(self, session: int, now: int) -> None:
        """Offer the gap of an open list to requests at short notice in their order, those booked later among them."""
        while True:
            allowed = self._allowed(session)
            waiting = [(*entry[:3], state) for state in allowed for entry in self._at_short(session, state, now)]
            if not waiting:
                return
            *_, number, state = min(waiting)
            head = self._short.head(state)
            if head is not None and head[2] == number:
                self._put_on(session, state, heappop(self._short.heaps[state]), now)
                continue
            before, entry = self._booked[number, state]
            self.used[before] -= self._tables.slot[state]
            del self._queues.unready[number, state, entry[3]]
            self._put_on(session, state, entry, now)

    def _at_short(self, session: int, state: int, now: int) -> list[Entry]:
        """List the requests for an activity that could fill a gap: the first of the unbooked, and all booked later."""
        if not self._can_be_booked(session, state, now):
            return []
        movable = self._movable[state]
        for number, entry in list(movable.items()):
            on, booked = self._booked.get((number, state), (NONE, None))
            if booked is not entry or self._opens[on] <= now:
                del movable[number]
        head = self._short.head(state)
        return [*movable.values(), *([head] if head is not None else [])]

    def _book(self, session: int, now: int) -> None:
        """Book requests in the total order; one that cannot be ends its activity's turn for this list."""
        heads = []
        for queue in (self._ordinary, self._short):
            for state in self._allowed(session):
                entry = queue.head(state)
                if entry is not None:
                    heads.append((entry[0], entry[1], entry[2], state, queue is self._short))
        heapify(heads)
        while heads:
            state, short = heads[0][3], heads[0][4]
            queue = self._short if short else self._ordinary
            following = None
            if self._can_be_booked(session, state, now):
                entry = heappop(queue.heaps[state])
                if short:
                    self._movable[state][entry[2]] = entry
                self._put_on(session, state, entry, now)
                following = queue.head(state)
            if following is None:
                heappop(heads)
            else:
                heapreplace(heads, (following[0], following[1], following[2], state, short))

    def _can_be_booked(self, session: int, state: int, now: int) -> bool:
        """Say whether a list has minutes left for an activity, and the roster what else it needs."""
        opens, used, limit = self._opens[session], self.used[session], self._limit[session]
        begins = max(now, opens + used)
        if used + self._tables.slot[state] > limit or begins + self._tables.planned[state] > opens + limit:
            return False
        until = begins + max(1, self._tables.must_fit[state])
        return all(
            any(
                resource == self._resource[session] or self._rostered(resource, begins, until) >= units
                for resource in either
            )
            for units, either in self._tables.needs[state]
        )

    def _rostered(self, resource: int, begins: int, until: int) -> int:
        """Give the fewest units on the roster between two minutes."""
        times, units = self._tables.times[resource], self._tables.units[resource]
        step = bisect_right(times, begins) - 1
        least = units[step]
        while step + 1 < len(times) and times[step + 1] < until:
            step += 1
            least = min(least, units[step])
        return least

    def _put_on(self, session: int, state: int, entry: Entry, now: int) -> None:
        opens = self._opens[session]
        self.used[session] += self._tables.slot[state]
        self._booked[entry[2], state] = session, entry
        self._logbook.sessions[entry[2], state, entry[3]] = session
        if opens > now:
            self._queues.unready[entry[2], state, entry[3]] = entry
            self.at(opens, self.become_eligible, (state, entry))
        else:
            self._queues.join(state, entry)
        self._plan_last_minute(session, state, entry)

    def _plan_last_minute(self, session: int, state: int, entry: Entry) -> None:
        """Plan the end of the last minute in which a request fits on its list."""
        planned = self.planned_of((entry[2], state, entry[3]), self._tables.planned[state])
        self.at(self._ends[session] - planned + 1, self.pass_last_minute, (session, state, entry))

    # ------------------------------------------------------------ cancelled on the day

    def _bump(self, resource: int, now: int) -> None:
        """Cancel the first booked request that waits for what an emergency has taken; it comes first next time."""
        waiting = []
        for state in self._tables.activities:
            entry = self._queues.head(state) if self._tables.listed[state] == resource else None
            if entry is not None:
                waiting.append((entry[0], entry[1], entry[2], state))
        if waiting:
            *_, number, state = min(waiting)
            _, entry = self._booked.pop((number, state))
            self._cancel(state, entry, BUMPED, 0, now)

    def _cancel(self, state: int, entry: Entry, outcome: int, priority: int, now: int) -> None:
        before, enqueued, number, visit, _, _ = entry
        self._queues.settled.add((number, state, visit))
        self._queues.standing.pop((number, state, visit), None)
        self._logbook.visits.extend(VISIT_ROW(number, state, visit, before, enqueued, NONE, now, outcome))
        self.ask_again(entry, state, priority)

    def _reason(self, state: int) -> int:
        """Say why a request cannot start in its last minute: a bed, else what the list is of, else anything else."""
        short = [
            either for units, either in self._tables.needs[state] if not any(self._free(r) >= units for r in either)
        ]
        if any(self._is_bed[resource] for either in short for resource in either):
            return NO_BED
        if not short or self._tables.listed[state] in (resource for either in short for resource in either):
            return OVERRUN
        return NO_STAFF

    def _free(self, resource: int) -> int:
        return self._pools.scheduled[resource] - self._pools.held[resource]

    # ------------------------------------------------------------ at the end

    def write_waiting(self) -> None:
        """Write everyone who still waits to be booked as open."""
        self._ordinary.write_waiting()
        self._short.write_waiting()


def has_lists(plan: Plan) -> bool:
    """Say whether anything is booked in a plan."""
    return bool((plan.states.listed != NO).any())
