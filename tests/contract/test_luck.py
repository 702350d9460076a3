"""Draws belong to patients: nothing but seed, replication, patient, state, visit and purpose changes them."""

from __future__ import annotations

import random
from typing import Any

import pytest

from pathway.engines import simulate
from pathway.eventlog import EventLog, first_difference
from tests.models import document, scenario_of

CLINIC = """
    run: {length: 56 days}
    streams: {gp: {per_year: 1500}, er: {per_year: 700, hours: "00:00-24:00"}}
    calendars: {day: "08:00-17:00", mdt: "12:00-13:00"}
    resources: {room: {capacity: 2, calendar: day}, nurse: 2, bed: 3, surgeon: {capacity: 1, calendar: day}}
    attributes:
      age: {kind: category, values: [young, old], draw: {weights: {young: 0.6, old: 0.4}}}
      ecog: {kind: integer, draw: [{when: age == old, weights: {0: 0.5, 1: 0.5}}, {value: 0}]}
      again: {kind: duration, draw: {exponential: {mean: 60 days}}}
    states:
      gp_in: {kind: start, stream: gp, to: see}
      er_in: {kind: start, stream: er, to: see}
      see:
        kind: activity
        duration: {lognormal: {median: 25 min, sigma: 0.5}}
        needs: {room: 1, nurse: {any_of: [nurse, surgeon]}}
        priority: [{when: stream == er, value: 0}, {value: 1}]
        no_show: {share: 10 percent, rebook: {uniform: {min: 1 days, max: 9 days}}}
        cancelled: {share: 5 percent, slot: refilled, rebook: 2 days}
        leaves: {after: {exponential: {mean: 20 days}}, to: home}
        to: tests
      tests: {kind: fork, branches: [bloods, ct], join: results}
      bloods: {kind: delay, duration: {gamma: {shape: 2, mean: 1 days}}, to: results}
      ct:
        kind: activity
        duration: {triangular: {min: 5 min, mode: 9 min, max: 30 min}}
        needs: {room: 1}
        to: results
      results: {kind: join, to: discuss}
      discuss:
        kind: activity
        duration: {uniform: {min: 2 min, max: 6 min}}
        meeting: {calendar: mdt, team: {surgeon: 1}, deferral: 20 percent}
        to: choose
      choose: {kind: decision, rules: [{when: ecog > 0, to: {ward: 0.3, home: rest}}, {to: {ward: 0.7, home: rest}}]}
      ward:
        kind: activity
        duration: {weibull: {shape: 2, scale: 120 min}}
        needs: {surgeon: 1, nurse: 2, bed: {for: {exponential: {mean: 2 days}}}}
        set: {again: {exponential: {mean: 30 days}}}
        to: home
      home: {kind: end}
      back: {kind: end}
    deadlines: {again: {attribute: again, to: back}}
    """

ANOTHER_STREAM = {
    "streams.a_new_one": {"per_year": 900},
    "pathway.states.a_start": {"kind": "start", "stream": "a_new_one", "to": "see"},
}
ANOTHER_STATE = {
    "pathway.states.a_letter": {"kind": "delay", "duration": {"exponential": {"mean": "3 days"}}, "to": "results"},
    "pathway.states.ct.to": "a_letter",
}
ANOTHER_ATTRIBUTE = {
    "attributes.a_new_one": {"kind": "integer", "draw": {"uniform": {"min": 1, "max": 1000}}},
    "resources.nurse.capacity": 3,
}

Key = tuple[str, int, str, int]


def log_of(engine: str, model: Any = CLINIC, changes: dict[str, Any] | None = None, replication: int = 0) -> EventLog:
    scenario = scenario_of(model)
    return simulate(scenario.override(changes, name="changed") if changes else scenario, replication, engine)


def luck(log: EventLog) -> dict[Key, int]:
    """Give the minutes of every completed visit, by stream, index, state and visit."""
    words, cases, table = log.vocabulary, log.cases, log.visits
    rows = zip(
        *(table[name].tolist() for name in ("case", "state", "visit", "started_at", "ended_at", "outcome")), strict=True
    )
    return {
        (words.streams[cases["stream"][case]], int(cases["index"][case]), words.states[state], visit): end - start
        for case, state, visit, start, end, outcome in rows
        if outcome in (0, 5) and words.kinds[state] in ("activity", "delay")
    }


def arrivals(log: EventLog, stream: str) -> list[int]:
    return log.cases["arrived_at"][log.cases["stream"] == log.vocabulary.streams.index(stream)].tolist()


def assert_same_luck(one: EventLog, other: EventLog) -> None:
    """Compare what both runs have in common: hundreds of visits of the same patients."""
    assert one.visits["started_at"].tolist() != other.visits["started_at"].tolist()
    first, second = luck(one), luck(other)
    common = first.keys() & second.keys()
    assert len(common) > 700
    assert {key: first[key] for key in common} == {key: second[key] for key in common}
    assert arrivals(one, "gp") == arrivals(other, "gp")


@pytest.mark.parametrize(
    "changes",
    [
        {"resources.nurse.capacity": 9, "resources.bed.capacity": 9},
        ANOTHER_STREAM,
        ANOTHER_STATE,
        {"resources.a_clerk": {"capacity": 1}, "pathway.states.see.needs.a_clerk": 1},
        ANOTHER_ATTRIBUTE,
        {"streams.er.per_year": 100},
        {"run.queue": "strict"},
    ],
    ids=["capacity", "stream", "state", "resource", "attribute", "rate", "policy"],
)
def test_patients_keep_their_luck(engine: str, changes: dict[str, Any]) -> None:
    """More nurses, another stream, state, resource or attribute: waits change, what a visit lasts does not."""
    assert_same_luck(log_of(engine), log_of(engine, changes=changes))


def test_attributes_are_the_patients_own(engine: str) -> None:
    """Another stream leaves ages as they were."""
    ages = []
    for log in (log_of(engine), log_of(engine, changes=ANOTHER_STREAM)):
        of_gp = log.cases["stream"] == log.vocabulary.streams.index("gp")
        ages.append(log.attributes[of_gp, log.vocabulary.attributes.index("age")].tolist())

    assert ages[0] == ages[1]
    assert set(ages[0]) == {0, 1}


def shuffled(tree: Any, order: random.Random) -> Any:
    """Put the keys of every mapping into another order."""
    if isinstance(tree, list):
        return [shuffled(each, order) for each in tree]
    if not isinstance(tree, dict):
        return tree
    keys = list(tree)
    order.shuffle(keys)
    return {key: shuffled(tree[key], order) for key in keys}


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_keys_changes_nothing(engine: str, seed: int) -> None:
    """States, resources, weights, needs and all else in another order of the file: the same log."""
    whole = document(CLINIC)
    other = shuffled(whole, random.Random(seed))

    assert list(other["pathway"]["states"]) != list(whole["pathway"]["states"])
    assert first_difference(log_of(engine, whole), log_of(engine, other)) is None


def test_a_resource_by_another_name_changes_nothing(engine: str) -> None:
    """Called a zimmer, the room comes last among the resources, and every visit is as it was."""
    renamed = CLINIC.replace("room:", "zimmer:")

    one, other = log_of(engine), log_of(engine, renamed)

    assert one.vocabulary.resources != other.vocabulary.resources
    assert all((one.visits[column] == other.visits[column]).all() for column in one.visits)


def test_the_same_run_twice_is_the_same(engine: str) -> None:
    """Seed, replication and scenario say everything."""
    assert log_of(engine, replication=3) == log_of(engine, replication=3)


@pytest.mark.parametrize("changes", [{"run.seed": 2}, {"run.seed": 1}], ids=["seed", "replication"])
def test_another_seed_or_replication_is_another_run(engine: str, changes: dict[str, Any]) -> None:
    """Other arrivals, and hardly a visit that lasts as long as before."""
    one, other = log_of(engine), log_of(engine, changes=changes, replication=2 - changes["run.seed"])
    first, second = luck(one), luck(other)
    drawn = [key for key in first.keys() & second.keys() if key[2] == "bloods"]

    assert arrivals(one, "gp") != arrivals(other, "gp")
    assert len(drawn) > 100
    assert sum(first[key] == second[key] for key in drawn) < 0.02 * len(drawn)


def test_visits_of_one_patient_are_drawn_apart(engine: str) -> None:
    """A deferred case is discussed for another time when it comes again."""
    model = CLINIC.replace("{min: 2 min, max: 6 min}", "{min: 1 min, max: 30 min}").replace(
        "20 percent}", "60 percent}"
    )
    lasted = luck(log_of(engine, model.replace("12:00-13:00", "09:00-16:00")))
    pairs = [
        (lasted[key], lasted[(*key[:3], 2)]) for key in lasted if key[2:] == ("discuss", 1) and (*key[:3], 2) in lasted
    ]

    assert len(pairs) > 20
    assert sum(first == second for first, second in pairs) < 0.2 * len(pairs)
