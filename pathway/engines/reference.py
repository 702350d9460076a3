"""The reference engine: patients moved through a plan by SimPy, readable, and the truth for any other.

Patients are records that wait in heaps, one heap an activity; SimPy's environment is the clock and the
calendar of what comes next.  Every event applies its change (phase B) and, when no further event is due
in the same minute, runs one allocation pass (phase C), so nothing depends on the order in which SimPy
hands over the events of one minute.  Before anything else happens to a case, its deadlines that are
due are met; a deadline begins a new epoch of the case, and what carries an older one moves nobody.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Callable
from functools import partial
from heapq import heappush
from operator import itemgetter
from typing import Any

import simpy
from simpy.events import NORMAL

from pathway.clock import MINUTES_PER_DAY
from pathway.engines.allocating import allocate, allocate_repeatedly
from pathway.engines.arrivals import arrivals_of
from pathway.engines.breakdowns import breakdowns_of
from pathway.engines.case import Case
from pathway.engines.dealing import Dealer, Value
from pathway.engines.displacing import Displacing, keep_for_later, take_or_displace
from pathway.engines.keeping import Keeping, Kept
from pathway.engines.learning import learned
from pathway.engines.lists import Lists, has_lists
from pathway.engines.logbook import VISIT_ROW, Logbook
from pathway.engines.pools import Pools, Taken
from pathway.engines.present import admit_all
from pathway.engines.queues import Entry, Queues
from pathway.engines.tabling import Tables, tables_of
from pathway.eventlog import CANCELLED, COMPLETED, LEFT, NO_SHOW, NONE, OPEN, EventLog
from pathway.plan import Plan
from pathway.plan.records import ACTIVITY, DECISION, DELAY, END, FORK, JOIN, NO, START
from pathway.sampling import keyed


def simulate_reference(plan: Plan, replication: int) -> EventLog:
    """Simulate one replication with SimPy and give its event log."""
    collecting = gc.isenabled()
    gc.disable()  # a run makes no cycles worth collecting, and millions of tuples to look through
    try:
        return Run(plan, replication).to_horizon()
    finally:
        if collecting:
            gc.enable()


def to_weekday(minute: int, example: int) -> int:
    """Move a moment by whole days, three at most, to the weekday of another moment."""
    days = (example // MINUTES_PER_DAY - minute // MINUTES_PER_DAY) % 7
    return minute + (days if days <= 3 else days - 7) * MINUTES_PER_DAY


Take = Callable[[int, int], Taken | None]  # (state, now)


class Due:
    """An event that is certain to happen, once: `callbacks` then get it.

    A lighter `simpy.Timeout`, with all that SimPy's environment asks of an event; the list of callbacks is
    shared by all events of a kind.
    """

    __slots__ = ("callbacks", "payload")
    _ok = True

    def __init__(self, callbacks: list[Callable[[Any], None]], payload: object) -> None:
        self.callbacks = callbacks
        self.payload: Any = payload


class Run:
    """One replication under way."""

    def __init__(self, plan: Plan, replication: int) -> None:
        self.plan, self.horizon = plan, plan.horizon
        self.strict = plan.strict
        self.tables: Tables = tables_of(plan)
        # then anything that happens may let someone start: there is always a pass
        self.watchful = self.strict or bool(self.tables.watched)
        self.arrivals = arrivals_of(plan, replication)
        self.arriving: list[int] = self.arrivals.at.tolist()
        self.stream_of: list[int] = self.arrivals.stream.tolist()
        self.breakdowns = breakdowns_of(plan, replication)
        self.log = Logbook(plan, replication, self.arrivals, self.breakdowns, self.tables.implied)
        self.queues = Queues(len(plan.state_names), self.log, self.tables.ages)
        self.pools = Pools(self.tables)
        self.displacing = Displacing()
        self.lists = Lists(plan, self.tables, self.pools, self.queues, self.log)
        self.lists.planned_of = self.displacing.planned
        repeatedly = has_lists(plan) or self.tables.watched
        self.allocate: Callable[[], None] = partial(allocate_repeatedly if repeatedly else allocate, self)
        displacing = bool(self.tables.watched)
        self.take: Take = partial(take_or_displace, self) if displacing else self.pools.take
        self.pending = self.lists.pending
        # read at every event, so without going through the rooms that keep them
        self.touched, self.heaps, self.visits = self.queues.touched, self.queues.heaps, self.log.visits
        self.held, self.scheduled, self.users = self.pools.held, self.pools.scheduled, self.tables.users
        self.deadlines, self.notice, self.alone = self.tables.deadlines, self.tables.notice, self.tables.alone
        self.marking = self.tables.marking
        self.keeping = Keeping()
        self.aged: dict[tuple[int, int, int], int] = {}  # when the priority of a request last rose
        self.env: Any = simpy.Environment(initial_time=0)  # whose clock is typed float; ours counts whole minutes
        self.next_minute: Callable[[], float] = self.env.peek
        self.schedule: Callable[[Any, Any, int], None] = self.env.schedule
        self.now = 0
        self.on_complete: list[Callable[[Any], None]] = [self.complete]
        self.looking = NONE  # the next minute in which a pass is made whatever happens
        self.cases: list[Case] = []
        self.joined: dict[tuple[int, int], tuple[int, int]] = {}  # (number, join) -> branches come, when the first came
        self.delays: dict[tuple[int, int], int] = {}  # (number, state) -> where the row of a delay under way begins
        self._prepare_draws(Dealer(plan, replication, self.arrivals.key, self.arrivals.index))
        ways = {DECISION: self._pass, ACTIVITY: self._enqueue, DELAY: self._delay}
        ways |= {FORK: self._fork, JOIN: self._join, END: self._end, START: self._leave}
        self.entering: list[Callable[[Case, int, int], None]] = [ways[kind] for kind in self.tables.kind]

    def _prepare_draws(self, dealer: Dealer) -> None:
        plan, states = self.plan, self.plan.states
        self.drawn: list[Any] = [dealer.value(draw) for draw in states.duration]
        self.duration: list[Any] = [learned(plan, s, draw) for s, draw in enumerate(self.drawn)]
        self.route: list[Any] = [dealer.value(draw) for draw in states.route]
        self.priority: list[Any] = [dealer.value(draw) for draw in states.priority]
        self.patience = [dealer.value(draw) for draw in states.patience]
        self.harm = [dealer.value(draw) for draw in states.harm]
        self.limited = [bool(patience or harm) for patience, harm in zip(self.patience, self.harm, strict=True)]
        self.hold = [dealer.value(draw) for draw in plan.needs.hold]
        rebook = {NO_SHOW: states.no_show_rebook, CANCELLED: states.cancelled_rebook}
        self.rebook: dict[int, list[Any]] = {o: [dealer.value(draw) for draw in rebook[o]] for o in rebook}
        self.no_show = dealer.shares(states.no_show, keyed.NO_SHOW)
        self.cancelled = dealer.shares(states.cancelled, keyed.CANCELLED)
        self.deferred = dealer.shares(states.deferral, keyed.DEFERRAL)
        drawn: list[Any] = [dealer.value(draw) for draw in plan.attributes.draw]
        self.at_arrival: list[tuple[int, Value]] = [(int(a), drawn[a]) for a in plan.attributes.order]
        self.settings = [
            [(attribute, dealer.value(draw), add) for attribute, draw, add in rows] for rows in self.tables.settings
        ]
        self.short_notice = [dealer.value(draw) for draw in states.short_notice]
        booked, bumping = [on != NO for on in self.tables.listed], self.tables.bumping
        # activities one simply joins, with nothing else to plan: `_leave` puts their requests into the heap itself
        self.asked_plainly = [
            self.tables.kind[s] == ACTIVITY
            and not (self.tables.notice[s] or self.tables.ages[s] or self.limited[s] or booked[s])
            for s in range(len(plan.state_names))
        ]
        # activities that start without anything but a duration to draw, and the quickest way to start them
        self.straight = [
            self.tables.plain[s]
            and not (self.limited[s] or self.no_show[s] or self.cancelled[s] or self.tables.ages[s])
            and not (booked[s] or bumping[s])
            and not (self.patience[s] or self.no_show[s] or self.cancelled[s] or self.tables.awaited[s])
            for s in range(len(plan.state_names))
        ]
        self.quick = [quick and straight for quick, straight in zip(self.tables.quick, self.straight, strict=True)]

    def to_horizon(self) -> EventLog:
        """Run to the plan's horizon and write the log."""
        admit_all(self)
        if len(self.arriving) > len(self.cases):
            self.at(self.arriving[len(self.cases)], self._arrive, len(self.cases))
        if self.tables.change_times:
            self.at(0, self._change_capacity, 0)
        self._prepare_lists()
        for at, resource, broken in zip(*self._broken_units(), strict=True):
            self.at(at, self._break_down, (resource, broken))
        self.env.run(until=self.horizon)
        self.queues.write_waiting()
        self.lists.write_waiting()
        lists = {"booked": self.lists.at_opening, "released_at": self.lists.released}
        return self.log.finish((case.attributes for case in self.cases), lists)

    # ------------------------------------------------------------ the calendar of events

    def at(self, minute: int, apply: Callable[[Due], None], payload: object) -> None:
        """Plan an event."""
        self.schedule(Due([apply], payload), NORMAL, minute - self.now)

    def _settle(self) -> None:
        """Run phase C if this was the last event of its minute."""
        if (self.touched or self.watchful or self.pending) and self.next_minute() > self.now:
            self.allocate()

    def pass_by(self, event: Due) -> None:
        """Let a minute come in which nothing but a pass may be due."""
        self.now = self.env.now
        self._settle()

    def look_again(self, minute: int) -> None:
        """Make a pass in a minute in which nothing else may happen."""
        if minute < self.horizon and (self.looking <= self.now or minute < self.looking):
            self.looking = minute
            self.at(minute, self.pass_by, None)

    def _change_capacity(self, event: Due) -> None:
        self.now, change = self.env.now, event.payload
        for resource in self.tables.changing[change]:
            if self.pools.change(resource):
                self.touched.update(self.users[resource])
        if change + 1 < len(self.tables.change_times):
            self.at(self.tables.change_times[change + 1], self._change_capacity, change + 1)
        self._settle()

    def _broken_units(self) -> tuple[list[int], list[int], list[int]]:
        known = self.breakdowns
        return known.at.tolist(), known.resource.tolist(), known.broken.tolist()

    def _break_down(self, event: Due) -> None:
        """Let a unit of a resource break down, or come back from repair."""
        self.now = self.env.now
        resource, broken = event.payload
        if self.pools.break_down(resource, broken):
            self.touched.update(self.users[resource])
        self._settle()

    # ------------------------------------------------------------ patients come, move on and end

    def _arrive(self, event: Due) -> None:
        self.now, number = self.env.now, event.payload
        stream = self.stream_of[number]
        case = Case(number, [0] * self.tables.attributes, len(self.tables.deadline_to))
        case.attributes[self.tables.stream_attribute] = stream
        self.cases.append(case)
        for attribute, draw in self.at_arrival:
            case.attributes[attribute] = draw(case, 0, self.now)
            if self.deadlines[attribute]:
                self._arm(case, attribute)
        self._leave(case, self.tables.starting[stream], 1)
        if number + 1 < len(self.arriving):
            self.at(self.arriving[number + 1], self._arrive, number + 1)
        self._settle()

    def _enter(self, case: Case, state: int) -> None:
        case.ordinals[state] = visit = case.ordinals.get(state, 0) + 1
        self.entering[state](case, state, visit)

    def _leave(self, case: Case, state: int, visit: int) -> None:
        """Do what leaving a state does, and go where it leads."""
        now = self.now
        if self.marking[state]:
            self._mark(case, state, visit)
        route = self.route[state]
        if route is None:  # a fork
            for branch in self.tables.branches[state]:
                self._enter(case, branch)
            return
        towards = route(case, visit, now)
        case.ordinals[towards] = coming = case.ordinals.get(towards, 0) + 1
        if not self.asked_plainly[towards]:
            self.entering[towards](case, towards, coming)
            return
        heap = self.heaps[towards]
        entry = (self.priority[towards](case, coming, now), now, case.number, coming, case, case.epoch)
        heappush(heap, entry)
        if heap[0] is entry:
            self.touched.add(towards)

    def _mark(self, case: Case, state: int, visit: int) -> None:
        """Do what leaving a state does to the patient: visits counted, dates kept, attributes set."""
        now = self.now
        if self.tables.counts_visits[state]:
            case.completed[state] = case.completed.get(state, 0) + 1
        if self.tables.keeps_date[state]:
            case.dates[state] = now
        for attribute, draw, add in self.settings[state]:
            case.attributes[attribute] = draw(case, visit, now) if draw else case.attributes[attribute] + add
            if self.deadlines[attribute]:
                self._arm(case, attribute)

    def _pass(self, case: Case, state: int, visit: int) -> None:
        self.log.write_passed(case.number, state, visit, self.now, self.now)
        self._leave(case, state, visit)

    def _end(self, case: Case, state: int, visit: int) -> None:
        self.log.write_end(case.number, state, self.now)
        case.finish(self.now)

    def _fork(self, case: Case, state: int, visit: int) -> None:
        self.log.write_passed(case.number, state, visit, self.now, self.now)
        self._leave(case, state, visit)

    def _join(self, case: Case, state: int, visit: int) -> None:
        come, first = self.joined.pop((case.number, state), (0, self.now))
        if come + 1 < self.tables.branches_joining[state]:
            self.joined[case.number, state] = come + 1, first
            case.ordinals[state] = visit - 1  # the visit is counted when the last branch has come
            return
        self.log.write_passed(case.number, state, visit, first, self.now)
        self._leave(case, state, visit)

    def _delay(self, case: Case, state: int, visit: int) -> None:
        end = self._end_of_delay(case, state, visit)
        if end == self.now:
            self.log.write_passed(case.number, state, visit, end, end)
            self._leave(case, state, visit)
            return
        self.delays[case.number, state] = self.log.next_row
        if end < self.horizon:
            self.log.write(case.number, state, visit, self.now, end, COMPLETED)
            self.at(end, self._end_delay, (case, state, visit, case.epoch))
        else:
            self.log.write(case.number, state, visit, self.now, NONE, OPEN)

    def _end_of_delay(self, case: Case, state: int, visit: int) -> int:
        draw = self.duration[state]
        if draw is not None:
            return int(self.now + draw(case, visit, self.now))
        since = case.dates.get(self.tables.until_state[state])
        if since is None:
            return self.now
        end = since + self.tables.until_minutes[state]
        example = case.dates.get(self.tables.until_weekday[state])
        return max(self.now, end if example is None else to_weekday(end, example))

    def _end_delay(self, event: Due) -> None:
        self.now = self.env.now
        case, state, visit, epoch = event.payload
        self._meet_deadlines(case)
        if case.epoch == epoch:
            del self.delays[case.number, state]
            self._leave(case, state, visit)
        self._settle()

    # ------------------------------------------------------------ deadlines

    def _arm(self, case: Case, attribute: int) -> None:
        """Start the deadlines an attribute holds: due so long from now, at the earliest in a minute."""
        for deadline in self.deadlines[attribute]:
            due = self.now + max(1, case.attributes[attribute])
            case.arm(deadline, due)
            if due < self.horizon:
                self.at(due, self._deadline, case)

    def _deadline(self, event: Due) -> None:
        self.now = self.env.now
        self._meet_deadlines(event.payload)
        self._settle()

    def _meet_deadlines(self, case: Case) -> None:
        """Apply the deadlines of a case that are due: waits and delays end, one token goes on."""
        while case.next_due <= self.now:
            deadline = case.pass_deadline(self.now)
            self.let_go(self.keeping.leave(case.number))
            for state in self.tables.joins:
                self.joined.pop((case.number, state), None)
            for state in self.tables.delays:
                row = self.delays.pop((case.number, state), None)
                if row is not None:
                    self.log.cut_short(row, self.now)
            for state in self.tables.booked:
                self.lists.leave(case.number, state, self.now)
            self._enter(case, self.tables.deadline_to[deadline])

    # ------------------------------------------------------------ waiting

    def _enqueue(self, case: Case, state: int, visit: int, notice: int = NONE) -> None:
        """Ask for an activity: eligible at once, or with `notice` (NONE: the activity's own)."""
        now = self.now
        if notice == NONE:
            notice = self.notice[state]
        entry = (self.priority[state](case, visit, now), now, case.number, visit, case, case.epoch)
        self.await_start(state, entry, notice)

    def _ask_again(self, entry: Entry, state: int, priority: int) -> None:
        """Ask once more for an activity that was booked and cancelled; the request keeps when it was first made."""
        _, enqueued, number, visit, case, epoch = entry
        case.ordinals[state] = again = visit + 1
        left = self.displacing.left.get((number, state, visit))
        if left is not None:
            keep_for_later(self, (number, state, again), left)
        self.await_start(state, (priority, enqueued, number, again, case, epoch), 0)

    def await_start(self, state: int, entry: Entry, notice: int, session: int = NONE) -> None:
        """Let a request wait for its notice and its start; by those there at minute 0 it was made earlier.

        One that was booked and cancelled, or displaced, keeps its place, but its patience begins anew; who was
        displaced may stay on a list, that of `session`.
        """
        now, case, visit = self.now, entry[4], entry[3]
        made = now if now else entry[1]
        if self.tables.ages[state]:
            entry = self._begin_ageing(state, entry, now - made)
        if self.limited[state]:
            patience, harm, ways = self.patience[state], self.harm[state], []
            if harm is not None:  # which has not struck yet, however long they have waited
                ways.append((now + harm(case, visit, now), self.tables.harm_to[state]))
            if patience is not None:
                ways.append((max(now + 1, made + patience(case, visit, now)), self.tables.patience_to[state]))
            lost, to = min(ways, key=itemgetter(0))  # of the same minute, harm
            self.at(lost, self._lose_patience, (state, entry, to))
        if session != NONE:
            self.lists.stay(session, state, entry)
        elif self.tables.listed[state] != NO:
            short = self.short_notice[state]
            self.lists.ask(state, entry, short=short is not None and short(case, visit, now) == 1)
        elif notice and made + notice >= now:
            self._await_notice(state, entry, made + notice)
        else:
            self.queues.join(state, entry)

    def _await_notice(self, state: int, entry: Entry, earliest: int) -> None:
        """Make a request eligible from the first session that opens at `earliest` or later.

        What is open round the clock (a session of more than a day) has no openings to wait for.
        """
        self.queues.unready[entry[2], state, entry[3]] = entry
        opens, closes = self.tables.opens[state], self.tables.closes[state]
        following = bisect_left(opens, earliest)
        before = following - 1
        if before >= 0 and earliest < closes[before] and closes[before] - opens[before] > MINUTES_PER_DAY:
            self.at(earliest, self._become_eligible, (state, entry))
        elif following < len(opens):
            self.at(opens[following], self._become_eligible, (state, entry))

    def _begin_ageing(self, state: int, entry: Entry, waited: int) -> Entry:
        """Note where a request stands whose priority rises, and when that happens next."""
        every, to = self.tables.ageing_every[state], self.tables.ageing_to[state]
        if entry[0] > to:
            entry = (max(to, entry[0] - waited // every), *entry[1:])  # what was waited before minute 0
            self._plan_ageing(state, entry)
        self.queues.standing[entry[2], state, entry[3]] = entry
        return entry

    def _plan_ageing(self, state: int, entry: Entry) -> None:
        every = self.tables.ageing_every[state]
        if entry[0] > self.tables.ageing_to[state]:
            self.at(self.now + every - (self.now - entry[1]) % every, self._age, (state, entry))

    def _rises_now(self, state: int, entry: Entry) -> int:
        """Say whether (1 or 0) the priority of a request that is given up now is still to rise in this minute."""
        every, asked = self.tables.ageing_every[state], (entry[2], state, entry[3])
        if not every or entry[0] <= self.tables.ageing_to[state] or not self.lists.may_age(state, entry):
            return 0
        return int((self.now - entry[1]) % every == 0 and self.aged.get(asked) != self.now)

    def _age(self, event: Due) -> None:
        self.now = self.env.now
        state: int = event.payload[0]
        entry: Entry = event.payload[1]
        self._meet_deadlines(entry[4])
        stands = self.queues.standing.get((entry[2], state, entry[3])) is entry and entry[4].epoch == entry[5]
        if stands and self.lists.may_age(state, entry):
            queue = self.lists.queue_of(state, entry) or self.queues
            queue.restand(state, entry, entry[0] - 1)
            self.aged[entry[2], state, entry[3]] = self.now
            self._plan_ageing(state, self.queues.standing[entry[2], state, entry[3]])
        self._settle()

    def _become_eligible(self, event: Due) -> None:
        self.now = self.env.now
        state, entry = event.payload
        waiting = self.queues.unready.pop((entry[2], state, entry[3]), None)
        if waiting is not None:
            self.queues.join(state, waiting)
        self._settle()

    def _lose_patience(self, event: Due) -> None:
        self.now = self.env.now
        state, entry, to = event.payload
        priority, enqueued, number, visit, case, epoch = entry
        self._meet_deadlines(case)
        if case.epoch == epoch and (number, state, visit) not in self.queues.settled:
            self.queues.settled.add((number, state, visit))
            self.queues.unready.pop((number, state, visit), None)
            stood = self.queues.standing.pop((number, state, visit), entry)
            priority = stood[0] - self._rises_now(state, stood)
            self.visits.extend(VISIT_ROW(number, state, visit, priority, enqueued, NONE, self.now, LEFT))
            self.lists.leave(number, state, self.now)
            self.let_go(self.keeping.start(number, state))
            self._enter(case, to)
        self._settle()

    # ------------------------------------------------------------ booked lists

    def _prepare_lists(self) -> None:
        """Plan the first moment at which something is done to a list."""
        lists = self.lists
        lists.at, lists.ask_again = self.at, self._ask_again
        lists.become_eligible, lists.pass_last_minute = self._become_eligible, self._pass_last_minute
        self._plan_moment(0)

    def _plan_moment(self, number: int) -> None:
        moments = self.lists.moments
        if number < len(moments) and self.tables.booked and moments[number][0] < self.horizon:
            self.at(moments[number][0], self._reach, number)

    def _reach(self, event: Due) -> None:
        """Note all moments of this minute; what is to be done is done before the pass."""
        self.now, number = self.env.now, event.payload
        while number < len(self.lists.moments) and self.lists.moments[number][0] == self.now:
            number += 1
        self.lists.reach(number)
        self._plan_moment(number)
        self._settle()

    def _pass_last_minute(self, event: Due) -> None:
        """Note that the last minute in which a booked request fits is over."""
        self.now = self.env.now
        session, state, entry = event.payload
        self._meet_deadlines(entry[4])
        self.lists.miss(session, state, entry)
        self._settle()

    # ------------------------------------------------------------ activities

    def complete_at(self, minute: int, payload: object) -> None:
        """Plan the end of an activity that nothing is special about."""
        self.schedule(Due(self.on_complete, payload), NORMAL, minute - self.now)

    def complete_keeping(self, event: Due) -> None:
        """End an activity, and keep some of what it held if the patient comes straight to where it is kept until."""
        case, state, visit, epoch, taken, self.now = event.payload
        self.give_back(taken)
        self._meet_deadlines(case)
        kept = self.keeping.end(case.number, state, visit)
        before = {each.until: case.ordinals.get(each.until, 0) for each in kept}
        if case.epoch == epoch:
            self._move_on(case, state, visit)
        come = [each for each in kept if case.ordinals.get(each.until, 0) > before[each.until]]
        self.keeping.wait(case.number, come)
        self.let_go([each for each in kept if each not in come])
        self._settle()

    def _move_on(self, case: Case, state: int, visit: int) -> None:
        deferred = self.deferred[state]
        if deferred is not None and deferred(case, visit):
            case.ordinals[state] = again = visit + 1
            self._enqueue(case, state, again, max(1, self.notice[state]))  # for the next session
        else:
            if self.displacing.left:
                visit = self.displacing.first_visit(case.number, state, visit)
            self._leave(case, state, visit)

    def let_go(self, kept: list[Kept]) -> None:
        """Give back, after its turnover, what a patient has kept."""
        for each in kept:
            until = self.now + each.turnover
            self.log.release(each.row, until)
            self.at(until, self.release, [(each.resource, each.units)])

    def rejoin(self, event: Due) -> None:
        """Let a patient who missed a slot ask again."""
        self.now = self.env.now
        case, state, epoch = event.payload
        self._meet_deadlines(case)
        if case.epoch == epoch:
            self._enter(case, state)
        self._settle()

    def give_back(self, taken: Taken) -> None:
        """Free units, which may let someone start."""
        for resource, units in taken:
            self.held[resource] -= units
            for user in self.users[resource]:
                if self.heaps[user]:
                    self.touched.add(user)

    def release(self, event: Due) -> None:
        """Give back what was held apart from an activity."""
        self.now = self.env.now
        self.give_back(event.payload)
        self._settle()

    def complete(self, event: Due) -> None:
        """End an activity: give back what it held until now, and move the patient on."""
        case, state, visit, epoch, taken, now = event.payload
        self.now = now
        for resource, units in taken:
            self.held[resource] -= units
            for user in self.users[resource]:
                if self.heaps[user]:
                    self.touched.add(user)
        if case.next_due <= now:
            self._meet_deadlines(case)
        if case.epoch == epoch:
            self._move_on(case, state, visit)
        if (self.touched or self.watchful or self.pending) and self.next_minute() > now:
            self.allocate()
