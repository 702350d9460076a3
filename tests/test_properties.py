"""What holds whatever the pathway, tried on random scenarios and on every engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Any

import numpy as np
from hypothesis import given, note, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pathway.engines import ENGINES, simulate
from pathway.eventlog import CANCELLED, LEFT, NO_SHOW, NONE, OFF_THE_LIST, OPEN, EventLog, first_difference
from pathway.plan import compile_plan
from tests.models import run, scenario_of, scenario_read, starts
from tests.strategies import scenarios

HALF = settings(max_examples=settings().max_examples // 2)  # where every example is loaded twice


def without_cancelled(log: EventLog) -> EventLog:
    """Leave out visits cancelled on the day they were booked for: the next has waited since the first asking.

    Later visits to the same state are numbered as if there had been no other.
    """
    off = np.isin(log.visits["outcome"], OFF_THE_LIST)
    at = log.visits["case"].astype(np.int64) * len(log.vocabulary.states) + log.visits["state"]
    before = np.array([np.sum((at[off] == where) & (log.visits["visit"][off] < visit))
                       for where, visit in zip(at, log.visits["visit"], strict=True)], np.int64)  # fmt: skip
    visits = {**log.visits, "visit": log.visits["visit"] - before}
    return replace(log, visits={name: column[~off] for name, column in visits.items()})


def asked_once(document: dict[str, Any]) -> Iterator[EventLog]:
    """The same, each request as one visit however often it was cancelled."""
    return map(without_cancelled, simulated(document))


def simulated(document: dict[str, Any], replication: int = 0) -> Iterator[EventLog]:
    """Load a document once, and simulate it on each engine in turn."""
    plan = compile_plan(scenario_of(document))
    for engine in sorted(ENGINES):
        note(f"engine {engine}")
        yield simulate(plan, replication, engine)


@HALF
@given(document=scenarios())
def test_a_document_read_from_a_file_is_the_same(document: dict[str, Any]) -> None:
    """Tests build scenarios out of values; written as a file they come through the door as the same ones."""
    assert scenario_read(document).tree == scenario_of(document).tree


# ---------------------------------------------------------------- one log


def assert_times_in_order(log: EventLog) -> None:
    """Nobody starts before asking, ends before starting, or does anything before arriving."""
    visits = log.visits
    begun, over = visits["started_at"] != NONE, visits["ended_at"] != NONE
    assert np.all(visits["enqueued_at"] >= log.cases["arrived_at"][visits["case"]])
    assert np.all((visits["started_at"] >= visits["enqueued_at"])[begun])
    assert np.all((visits["ended_at"] >= np.maximum(visits["enqueued_at"], visits["started_at"]))[over])
    assert np.all(~over[visits["outcome"] == OPEN])
    assert np.all(np.isin(visits["outcome"][~over], (OPEN, NO_SHOW, CANCELLED)))
    assert np.all(np.isin(visits["outcome"][over & ~begun], (LEFT, *OFF_THE_LIST)))
    assert np.all((log.holds["to"] >= log.holds["from"]) | (log.holds["to"] == NONE))


def assert_within_capacity(log: EventLog) -> None:
    """In no minute more is held than is on the roster, but for what is left of earlier minutes.

    Work under way at a close, at minute 0, or when a meeting takes its team, is finished and may exceed the
    roster; then nothing starts.  A hold of no minutes exceeds nothing by itself either.
    """
    for resource in range(len(log.vocabulary.resources)):
        held, offered = held_by_minute(log, resource), offered_by_minute(log, resource)
        above = held > offered
        rows = log.holds["resource"] == resource
        brought = log.holds["units"][rows & (log.holds["from"] < 0)].sum()
        before = np.concatenate([[brought], held[:-1]])
        assert np.all(held[above] <= before[above])
        rows &= log.holds["from"] >= 0
        assert np.all(log.holds["units"][rows] <= offered[log.holds["from"][rows]])


def held_by_minute(log: EventLog, resource: int) -> NDArray[np.int64]:
    """Count the units held in every minute of the run."""
    horizon, holds = log.vocabulary.horizon, log.holds
    rows = holds["resource"] == resource
    until = np.where(holds["to"][rows] == NONE, horizon, holds["to"][rows])
    change = np.zeros(horizon + 1, np.int64)
    np.add.at(change, np.maximum(holds["from"][rows], 0), holds["units"][rows])
    np.subtract.at(change, until, holds["units"][rows])
    return np.cumsum(change[:-1])


def offered_by_minute(log: EventLog, resource: int) -> NDArray[np.int64]:
    """Give the units on the roster in every minute of the run, less those in meetings."""
    capacity = log.capacity
    rows = np.flatnonzero(capacity["resource"] == resource)
    lasting = np.diff(np.append(capacity["at"][rows], log.vocabulary.horizon))
    return np.repeat((capacity["units"] - capacity["reserved"])[rows].astype(np.int64), lasting)


def assert_nobody_lost(log: EventLog) -> None:
    """A case that has ended waits nowhere; one that has not is somewhere, or about to ask again after a miss."""
    visits, ended = log.visits, log.cases["ended_at"] != NONE
    waiting = (visits["outcome"] == OPEN) & (visits["started_at"] == NONE)
    assert not np.any(ended[visits["case"][waiting]])
    active = np.array([kind == "activity" for kind in log.vocabulary.kinds])[visits["state"]]
    resting = ~active & ended[visits["case"]]  # activities under way at a deadline are finished after the end
    assert np.all(visits["ended_at"][resting] != NONE)
    assert np.all(visits["ended_at"][resting] <= log.cases["ended_at"][visits["case"]][resting])
    come = set(zip(*(visits[name].tolist() for name in ("case", "state", "visit")), strict=True))
    missed = np.isin(visits["outcome"], (NO_SHOW, CANCELLED))
    absent = {
        (case, state, visit)
        for case, state, visit in zip(*(visits[n][missed].tolist() for n in ("case", "state", "visit")), strict=True)
        if (case, state, visit + 1) not in come
    }
    somewhere = ended.copy()
    somewhere[visits["case"][visits["outcome"] == OPEN]] = True
    somewhere[[case for case, _, _ in absent]] = True
    assert np.all(somewhere), f"case {int(np.argmin(somewhere))} has not ended and is nowhere"


@given(document=scenarios())
def test_every_log_keeps_the_promises(document: dict[str, Any]) -> None:
    """Every document of the strategy loads and runs; its log is in order, within capacity and complete."""
    for log in simulated(document):
        assert_times_in_order(log)
        assert_within_capacity(log)
        assert_nobody_lost(log)


@given(document=scenarios())
def test_more_capacity_never_uses_more_than_is_offered(document: dict[str, Any]) -> None:
    """With one more unit in every open session, what is used is again within what is offered."""
    plan = compile_plan(scenario_of(document))
    units = plan.capacity.units + (plan.capacity.units > 0)
    for engine in sorted(ENGINES):
        log = simulate(replace(plan, capacity=replace(plan.capacity, units=units)), engine=engine)
        assert_within_capacity(log)


# ---------------------------------------------------------------- from one visit to the next


def tokens_left_over(document: dict[str, Any], log: EventLog) -> dict[tuple[int, int], int]:
    """Count, per case and minute, the visits that ended (or arrivals) less those that began (or ends).

    A fork begins as many visits as it has branches.  A visit after a miss begins later, on its own account.
    What is left over has come to a join.
    """
    states = document["pathway"]["states"]
    names = log.vocabulary.states
    branches = [len(states[name].get("branches", [0])) for name in names]
    joins = [states[name]["kind"] == "join" for name in names]
    left: dict[tuple[int, int], int] = defaultdict(int)
    missed = set()
    columns = ("case", "state", "visit", "enqueued_at", "started_at", "ended_at", "outcome")
    for case, state, visit, enqueued, started, ended, outcome in zip(
        *(log.visits[name].tolist() for name in columns), strict=True
    ):
        if outcome in (NO_SHOW, CANCELLED):
            missed.add((case, state, visit, started))
        elif ended != NONE:
            left[case, ended] += branches[state]
        if not joins[state]:
            left[case, enqueued] -= 1
    again = {(case, state, visit + 1): started for case, state, visit, started in missed}
    for case, state, visit, enqueued in zip(*(log.visits[name].tolist() for name in columns[:4]), strict=True):
        if (case, state, visit) in again:
            assert enqueued > again[case, state, visit], "asked again before it missed"
            left[case, enqueued] += 1
    for case, (arrived, ended) in enumerate(zip(log.cases["arrived_at"], log.cases["ended_at"], strict=True)):
        left[case, int(arrived)] += 1
        if ended != NONE:
            left[case, int(ended)] -= 1
    return {key: count for key, count in left.items() if count}


@given(document=scenarios(forks=False, deadlines=False, present=False))
def test_without_forks_every_visit_begins_when_the_one_before_ends(document: dict[str, Any]) -> None:
    """Visits are contiguous: in every minute as many of a case begin as end; a miss is followed by a later request."""
    for log in asked_once(document):
        assert tokens_left_over(document, log) == {}


@given(document=scenarios(forks=False))
def test_without_forks_a_patient_is_in_one_place_at_a_time(document: dict[str, Any]) -> None:
    """When a visit begins the one before is over, unless it is an activity under way that a deadline left behind."""
    for log in asked_once(document):
        visits = log.visits
        active = np.array([kind == "activity" for kind in log.vocabulary.kinds])[visits["state"]]
        over = np.where(active & (visits["started_at"] != NONE), visits["started_at"], visits["ended_at"])
        over = np.where(over == NONE, log.vocabulary.horizon, over)
        order = np.lexsort((over, visits["enqueued_at"], visits["case"]))
        same = np.diff(visits["case"][order]) == 0
        assert np.all((over[order][:-1] <= visits["enqueued_at"][order][1:])[same])


@given(document=scenarios(deadlines=False, present=False))
def test_along_every_branch_visits_are_contiguous(document: dict[str, Any]) -> None:
    """With forks, what ends without a successor has come to a join: as many as the joins that are over took."""
    for log in asked_once(document):
        assert_joins_took_the_rest(document, log)


def assert_joins_took_the_rest(document: dict[str, Any], log: EventLog) -> None:
    """Every token left over came to a join; those of a case that has ended are all accounted for."""
    left = tokens_left_over(document, log)
    assert all(count > 0 for count in left.values())
    states = document["pathway"]["states"]
    size = {state["join"]: len(state["branches"]) for state in states.values() if state["kind"] == "fork"}
    come, taken = np.zeros((2, log.attributes.shape[0]), np.int64)
    for (case, _), count in left.items():
        come[case] += count
    for name, branches in size.items():
        met = log.visits["state"] == log.vocabulary.states.index(name)
        np.add.at(taken, log.visits["case"][met], branches)
        rows = zip(*(log.visits[column][met].tolist() for column in ("case", "enqueued_at", "ended_at")), strict=True)
        for case, first, last in rows:
            assert left.get((case, first), 0) >= 1, "nobody came when the first branch did"
            assert left.get((case, last), 0) >= 1, "nobody came when the last branch did"
    ended = log.cases["ended_at"] != NONE
    assert np.array_equal(come[ended], taken[ended])
    assert np.all(come >= taken)


@given(document=scenarios(forks=False, deadlines=False, misses=False, present=False))
def test_time_in_states_adds_up_to_the_length_of_stay(document: dict[str, Any]) -> None:
    """Without forks, deadlines and misses the visits of a case that ended fill its stay exactly."""
    for log in asked_once(document):
        spent = np.zeros(log.attributes.shape[0], np.int64)
        np.add.at(spent, log.visits["case"], log.visits["ended_at"] - log.visits["enqueued_at"])
        ended = log.cases["ended_at"] != NONE
        assert np.array_equal(spent[ended], (log.cases["ended_at"] - log.cases["arrived_at"])[ended])


# ---------------------------------------------------------------- two logs


def shuffled(value: Any, random: Random) -> Any:
    """Give a document with the keys of every mapping in another order; lists stay as they are."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {key: shuffled(value[key], random) for key in keys}
    return [shuffled(each, random) for each in value] if isinstance(value, list) else value


@HALF
@given(document=scenarios(), order=st.integers(0, 1000))
def test_the_order_of_keys_and_words_change_nothing(document: dict[str, Any], order: int) -> None:
    """Permuting keys at any depth gives the same log, and so do titles, phases, sources and remarks."""
    said = {"title": "A title", "source": "a source", "remarks": "a remark"}
    states = {name: state | said | {"phase": "care"} for name, state in document["pathway"]["states"].items()}
    resources = {name: resource | said for name, resource in document["resources"].items()}
    wordy = document | {"resources": resources, "pathway": document["pathway"] | {"states": states}, "title": "Wordy"}
    other = shuffled(wordy, Random(order))
    for one, again in zip(simulated(document), simulated(other), strict=True):
        assert first_difference(one, again) is None


def rows_of(log: EventLog) -> list[tuple[Any, ...]]:
    """List the visits with each patient's identity, stream and index, in place of the number in this log."""
    words, cases, number = log.vocabulary, log.cases, log.visits["case"]
    stream = np.array(words.streams)[cases["stream"]][number]
    state = np.array(words.states)[log.visits["state"]]
    rest = [log.visits[name] for name in log.visits if name not in ("case", "state")]
    columns = [column.tolist() for column in (stream, cases["index"][number], state, *rest)]
    return sorted(zip(*columns, strict=True))


@HALF
@given(document=scenarios())
def test_a_new_stream_re_deals_nobodys_luck(document: dict[str, Any]) -> None:
    """Patients of a further stream who need nothing change no row of the others."""
    states = {"aside": {"kind": "start", "stream": "bystanders", "to": "out"}, **document["pathway"]["states"]}
    more = {**document, "streams": {**document["streams"], "bystanders": {"per_year": 5000, "hours": "08:00-08:01"}}}
    more["pathway"] = document["pathway"] | {"states": states}
    for one, other in zip(simulated(document), simulated(more), strict=True):
        assert other.attributes.shape[0] > one.attributes.shape[0]
        assert rows_of(one) == rows_of(other)


@HALF
@given(document=scenarios(), days=st.integers(1, 20))
def test_a_shorter_run_is_the_beginning_of_a_longer_one(document: dict[str, Any], days: int) -> None:
    """What is over before an earlier horizon is the same whether or not the run goes on."""
    length = max(1, int(document["run"]["length"].split()[0]) - days)
    shorter = document | {"run": document["run"] | {"length": f"{length} days"}}
    for long, short in zip(simulated(document), simulated(shorter), strict=True):
        end = short.vocabulary.horizon
        assert end < long.vocabulary.horizon
        for table, column in (("visits", "ended_at"), ("holds", "to")):
            one, other = getattr(long, table), getattr(short, table)
            over = [(columns[column] != NONE) & (columns[column] < end) for columns in (one, other)]
            for name in one:
                assert np.array_equal(one[name][over[0]], other[name][over[1]]), f"{table}: {name}"
        came = long.cases["arrived_at"] < end
        assert np.array_equal(long.cases["arrived_at"][came], short.cases["arrived_at"])
        done = (long.cases["ended_at"] != NONE) & (long.cases["ended_at"] < end)
        done_then = short.cases["ended_at"] != NONE
        assert np.array_equal(long.cases["ended_at"][done], short.cases["ended_at"][done_then])
        assert np.array_equal(long.attributes[done], short.attributes[done_then])


@given(
    arrivals=st.lists(st.integers(0, 3000), min_size=1, max_size=60),
    servers=st.integers(1, 3),
    seed=st.integers(0, 10**6),
)
def test_another_server_makes_nobody_in_a_single_queue_wait_longer(
    arrivals: list[int], servers: int, seed: int
) -> None:
    """First come, first served: with one more server no start is later (Kiefer & Wolfowitz 1955).

    The same patients last as long in both, so this also shows that luck does not depend on capacity.
    """
    served = {"kind": "activity", "duration": {"exponential": {"mean": "2 hours"}}, "needs": {"server": 1}, "to": "out"}
    for engine in sorted(ENGINES):
        begun = []
        for capacity in (servers, servers + 1):
            model = {"run": {"seed": seed}, "resources": {"server": capacity}, "states": {"served": served}}
            begun.append(starts(run(engine, model, gp=arrivals), "served"))
        few, more = begun
        assert all(more[case] <= start for case, start in few.items() if start is not None)
