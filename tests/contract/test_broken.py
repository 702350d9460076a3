"""Each promise of the contract, broken on purpose in one engine, is noticed by comparing it with the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pathway.engines import allocating, dealing, logbook, simulate
from pathway.engines.dealing import Dealer
from pathway.engines.pools import Pools
from pathway.engines.reference import Run
from pathway.eventlog import first_difference
from pathway.plan import Plan, compile_plan
from tests.models import scenario_of

Patch = pytest.MonkeyPatch
REPLICATIONS = 5

CLINIC = """
    run: {length: 56 days}
    streams: {gp: {per_year: 3000, hours: "08:00-08:01"}, er: {per_year: 1500, hours: "08:00-09:00"}}
    calendars: {day: "08:00-17:00"}
    resources: {room: {capacity: 3, calendar: day}, nurse: 2, surgeon: 1}
    states:
      see:
        kind: activity
        duration: {weights: {20 min: 0.5, 40 min: rest}}
        priority: [{when: stream == er, value: 0}, {value: 1}]
        needs: {nurse: 1, room: 1}
        to: again
      again: {kind: decision, to: {see: 0.3, treat: rest}}
      treat:
        kind: activity
        duration: {uniform: {min: 15 min, max: 45 min}}
        needs: {someone: {any_of: [surgeon, nurse]}, room: 1}
        to: out
    """


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Eight weeks of a clinic where all come at eight, some twice, and two activities want the same things."""
    return compile_plan(scenario_of(CLINIC))


def another_clock(patch: Patch) -> None:
    """Durations are rounded up instead of to the nearest minute."""
    deal = dealing._deal

    def rounded_up(kind: Any, parameters: Any, shift: Any, *rest: Any) -> Any:
        return deal(kind, parameters, shift + 0.4, *rest)

    patch.setattr(dealing, "_deal", rounded_up)


def draws_without_visits(patch: Patch) -> None:
    """A second attempt meets the luck of the first."""
    value = Dealer.value

    def of_first_visit(self: Dealer, draw: int) -> Any:
        dealt = value(self, draw)
        return dealt and (lambda case, visit, now: dealt(case, min(visit, 1), now))

    patch.setattr(Dealer, "value", of_first_visit)


def a_pass_after_every_event(patch: Patch) -> None:
    """Whoever asks first in a minute starts, before it is known who else comes in that minute."""
    begin = Run.__init__

    def hasty(self: Run, *arguments: Any) -> None:
        begin(self, *arguments)
        self.next_minute = lambda: float("inf")

    patch.setattr(Run, "__init__", hasty)


def one_queue_after_the_other(patch: Patch) -> None:
    """Queues are served by their activity's name, not by who waits in them."""

    def by_name(run: Run, states: list[int]) -> None:
        for state in sorted(states):
            allocating._start_all(run, state)

    patch.setattr(allocating, "_merge", by_name)


def not_all_that_is_needed(patch: Patch) -> None:
    """An activity starts when the first thing it needs is free."""
    free = Pools._take_first_free

    def first_only(self: Pools, state: int, now: int) -> Any:
        found = free(self, state, now)
        needs = self.tables.needs[state]
        return found if found or len(needs) < 2 else [(alternatives[0], units) for units, alternatives in needs]

    patch.setattr(Pools, "_take_first_free", first_only)


def rows_as_they_were_written(patch: Patch) -> None:
    """The log is not put into its canonical order."""
    patch.setattr(logbook, "canonical", lambda table, columns: dict(columns))


BROKEN: list[Callable[[Patch], None]] = [
    another_clock,
    draws_without_visits,
    a_pass_after_every_event,
    one_queue_after_the_other,
    not_all_that_is_needed,
    rows_as_they_were_written,
]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.__name__)
def test_a_broken_promise_is_noticed(broken: Callable[[Patch], None], plan: Plan, monkeypatch: Patch) -> None:
    """In every replication, and not for want of equality otherwise."""
    right = [simulate(plan, replication, "simpy") for replication in range(REPLICATIONS)]
    compiled = [simulate(plan, replication, "compiled") for replication in range(REPLICATIONS)]
    broken(monkeypatch)
    wrong = [simulate(plan, replication, "simpy") for replication in range(REPLICATIONS)]

    assert [first_difference(*pair) for pair in zip(right, compiled, strict=True)] == [None] * REPLICATIONS
    assert all(first_difference(*pair) for pair in zip(wrong, compiled, strict=True))
