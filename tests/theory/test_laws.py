"""Laws that hold on every path of a run, without any chance: what comes in goes out, and Little's law."""

from __future__ import annotations

import numpy as np
import pytest

from pathway.engines import simulate
from pathway.eventlog import NONE, EventLog
from pathway.plan import compile_plan
from tests.models import scenario_of
from tests.theory.networks import SERVERS, jackson


@pytest.fixture(scope="module")
def plan():  # type: ignore[no-untyped-def]
    return compile_plan(scenario_of(jackson(1.0)))


def test_littles_law_holds_on_every_path(plan, engine: str) -> None:  # type: ignore[no-untyped-def]
    """L = lambda W (Little 1961) at each station of the network, but for those at the edges of the year.

    L is counted minute by minute in the whole year, lambda and W are taken from those who came in it.  The two
    differ exactly by what those present at the edges spent on the other side, which is below 2 % here.
    """
    log = simulate(plan, 0, engine)
    words, visits = log.vocabulary, log.visits
    first, last = words.warm_up, words.warm_up + words.length
    until = np.where(visits["ended_at"] == NONE, words.horizon, visits["ended_at"])
    for station in range(len(SERVERS)):
        rows = visits["state"] == words.states.index(f"s{station}")
        come, gone = visits["enqueued_at"][rows], until[rows]
        change = np.bincount(come, minlength=words.horizon + 1) - np.bincount(gone, minlength=words.horizon + 1)
        present = np.cumsum(change)[first:last]
        arrived = (come >= first) & (come < last)
        mean_number = present.mean()
        rate, stay = arrived.sum() / words.length, (gone - come)[arrived].mean()
        before, after = (come < first) & (gone > first), arrived & (gone > last)
        edges = np.minimum(gone[before], last).sum() - first * before.sum() - (gone[after] - last).sum()
        assert mean_number * words.length == pytest.approx(rate * stay * words.length + edges, abs=1e-3)
        assert mean_number == pytest.approx(rate * stay, rel=0.02)


def test_holds_and_visits_tell_the_same(plan, engine: str) -> None:  # type: ignore[no-untyped-def]
    """Everybody in service holds one unit of the station, from the start of the visit to its end, and never two."""
    log = simulate(plan, 1, engine)
    begun = log.visits["started_at"] != NONE
    assert begun.sum() == log.holds["case"].size
    assert _sorted(log, "visits", begun, "started_at", "ended_at") == _sorted(log, "holds", slice(None), "from", "to")


def _sorted(log: EventLog, table: str, rows: object, first: str, last: str) -> list[tuple[int, ...]]:
    columns = [getattr(log, table)[name][rows].tolist() for name in ("case", "state", "visit", first, last)]
    return sorted(zip(*columns, strict=True))


def test_what_comes_in_goes_out(plan, engine: str) -> None:  # type: ignore[no-untyped-def]
    """Flow balance: whoever leaves a station comes to the next in the same minute, or has ended."""
    log = simulate(plan, 2, engine)
    visits, words = log.visits, log.vocabulary
    counts = {}
    for station in range(len(SERVERS)):
        rows = visits["state"] == words.states.index(f"s{station}")
        counts[station] = rows.sum(), (rows & (visits["ended_at"] != NONE)).sum()
    come, gone = (np.array([counts[station][side] for station in range(6)]) for side in (0, 1))
    assert come[0] == (log.cases["arrived_at"] >= 0).sum()
    assert come[1] + come[4] + come[5] == gone[0] + gone[3]
    assert come[2] + come[3] == gone[1] + gone[2]
    ended = (log.cases["ended_at"] != NONE).sum()
    assert ended == gone[4] + gone[5]
    assert (come - gone).sum() == log.cases["stream"].size - ended
