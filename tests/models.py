"""Tiny models for tests: a few lines of YAML become a scenario, patients come exactly when the test says.

    log = run(engine, '''
        resources: {room: 1}
        states:
          scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}
        ''', gp=[0, 0, 3])
    assert starts(log, "scan") == {0: 0, 1: 10, 2: 20}

Short forms: `states`, `deadlines` and `harms` may stand at the top; a resource may be its capacity, a calendar its
hours on every day of the week; a stream, even one only named in `run`, gets a start that leads to the first
state, and has no patients but those given; `out` is an end.  Minute 0 is Monday 4 January 2027, 00:00, and
a run lasts two weeks, unless the text has a `run`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from pathway.engines import simulate
from pathway.eventlog import NONE, OUTCOMES, EventLog
from pathway.plan import Plan, compile_plan
from pathway.sampling.keyed import ARRIVAL, deal_uniforms
from pathway.scenario import Scenario, load_scenario
from pathway.scenario.build import Heading, build
from pathway.scenario.cursor import Findings
from pathway.scenario.merge import HEAD
from pathway.scenario.nodes import Place, planted

HOUR, DAY, WEEK = 60, 1440, 10080
MON, TUE, WED, THU, FRI = range(0, 5 * DAY, DAY)  # of the first week
EVERY_DAY = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TWO_WEEKS = {"start": "2027-01-04", "length": "14 days", "follow_up": "0 days"}

Model = str | Mapping[str, Any]


# ---------------------------------------------------------------- from text to scenario


def document(model: Model, streams: Sequence[str] = ()) -> dict[str, Any]:
    """Give the whole document that a short one stands for."""
    written = YAML(typ="safe").load(dedent(model)) if isinstance(model, str) else model
    whole: dict[str, Any] = {"schema": 1, "name": "tiny", **written}
    pathway = {key: whole.pop(key) for key in ("states", "deadlines", "harms") if key in whole} | whole.get(
        "pathway", {}
    )
    states = dict(pathway["states"])
    first = next(iter(states))
    started = {state["stream"]: True for state in states.values() if state["kind"] == "start"}
    coming = {name: {"per_year": 0} for name in (*streams, *started)} | whole.get("streams", {})
    states |= {f"{name}_in": _start(name, first) for name in coming if name not in started}
    if _names(pathway, "out"):
        states.setdefault("out", {"kind": "end"})
    whole["pathway"] = pathway | {"states": states}
    whole["run"] = TWO_WEEKS | whole.get("run", {})
    whole["streams"] = coming
    for section, long in (("resources", _resource), ("calendars", _calendar)):
        if section in whole:
            whole[section] = {name: long(short) for name, short in whole[section].items()}
    return whole


def _names(tree: Any, name: str) -> bool:
    """Tell whether a name is written anywhere in a document, as a key or as a value."""
    if isinstance(tree, Mapping):
        return name in tree or any(_names(value, name) for value in tree.values())
    return any(_names(value, name) for value in tree) if isinstance(tree, list) else tree == name


def _start(stream: str, first: str) -> dict[str, str]:
    return {"kind": "start", "stream": stream, "to": first}


def _resource(short: Any) -> Any:
    return {"capacity": short} if isinstance(short, int) else short


def _calendar(short: Any) -> Any:
    return [{"days": EVERY_DAY, "hours": short}] if isinstance(short, str) else short


def scenario_of(model: Model, *streams: str) -> Scenario:
    """Give the scenario a short document stands for, checked as every scenario is.

    Written to a file and read again it is the same; that is tested once, and takes four times as long.
    """
    whole = document(model, streams)
    findings = Findings()
    body = {key: value for key, value in whole.items() if key not in HEAD}
    heading = Heading(str(whole["name"]), "", "", (f"{whole['name']}.yaml",))
    return build(planted(body, Place(heading.files[0])), None, heading, findings)


def scenario_read(model: Model, *streams: str) -> Scenario:
    """Give the same scenario, written to a file and read as one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.yaml"
        YAML(typ="safe").dump(document(model, streams), path)
        return load_scenario(path)


# ---------------------------------------------------------------- patients at given minutes


def plan_of(model: Model | Scenario, replication: int = 0, **arrivals: Sequence[int]) -> Plan:
    """Compile a model; the patients of each stream named come exactly at these minutes."""
    scenario = model if isinstance(model, Scenario) else scenario_of(model, *arrivals)
    return timed(compile_plan(scenario), arrivals, replication)


def timed(plan: Plan, arrivals: Mapping[str, Sequence[int]], replication: int = 0) -> Plan:
    """Replace the arrival rates of some streams by ones that make their patients come at these minutes.

    The k-th patient comes when the expected number reaches the sum of k unit exponentials; these are
    known, so the expectation is made to pass each sum within the wanted minute and to stand still elsewhere.
    """
    profiles = []
    for code, name in enumerate(plan.stream_names):
        span = slice(plan.streams.rate_start[code], plan.streams.rate_start[code + 1])
        profile = plan.streams.rate_time[span], plan.streams.rate_cumulative[span]
        if name in arrivals:
            profile = _timetable(sorted(arrivals[name]), _sums(plan, replication, code, len(arrivals[name]) + 1))
        profiles.append(profile)
    streams = replace(
        plan.streams,
        rate_start=np.cumsum([0, *(time.size for time, _ in profiles)], dtype=np.int64),
        rate_time=np.concatenate([time for time, _ in profiles]),
        rate_cumulative=np.concatenate([cumulative for _, cumulative in profiles]),
    )
    return replace(plan, streams=streams)


def _sums(plan: Plan, replication: int, stream: int, count: int) -> np.ndarray:
    """Give the running sums of a stream's unit exponentials."""
    key = plan.streams.key[stream]
    uniforms = deal_uniforms(plan.seed, replication, np.full(count, key), np.arange(count), key, 0, ARRIVAL)
    return np.cumsum(-np.log1p(-uniforms))


def _timetable(minutes: Sequence[int], sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give an expectation that reaches the k-th sum within the k-th minute."""
    between = np.concatenate([[0.0], (sums[:-1] + sums[1:]) / 2])  # a level between neighbouring sums
    levels = {0: 0.0}
    for number, minute in enumerate(minutes):
        levels.setdefault(minute, between[number])
        levels[minute + 1] = between[number + 1]
    levels.setdefault(1, 0.0)  # where nobody comes at all
    times = sorted(levels)
    return np.array(times, np.int64), np.array([levels[time] for time in times])


def run(engine: str, model: Model | Scenario, replication: int = 0, **arrivals: Sequence[int]) -> EventLog:
    """Simulate one replication of a model on an engine, with the patients of each stream at given minutes."""
    return simulate(plan_of(model, replication, **arrivals), replication, engine)


# ---------------------------------------------------------------- reading a log

Visit = tuple[int, int, int | None, int | None, str]


def visits(log: EventLog, state: str) -> list[Visit]:
    """List the visits to a state: (case, enqueued_at, started_at, ended_at, outcome), None for never."""
    table = log.visits
    rows = np.flatnonzero(table["state"] == log.vocabulary.states.index(state))
    return [
        (
            int(table["case"][row]),
            int(table["enqueued_at"][row]),
            _minute(table["started_at"][row]),
            _minute(table["ended_at"][row]),
            OUTCOMES[table["outcome"][row]],
        )
        for row in rows
    ]


def starts(log: EventLog, state: str) -> dict[int, int | None]:
    """Give the minute at which each case last started in a state; None for a case that waits or has left."""
    return {case: started for case, _, started, _, _ in visits(log, state)}


def held(log: EventLog, resource: str) -> list[tuple[int, int, int | None]]:
    """List who held a resource: (case, from, to); None for what is still held at the horizon."""
    rows = log.holds["resource"] == log.vocabulary.resources.index(resource)
    return [
        (int(case), int(start), _minute(end))
        for case, start, end in zip(
            log.holds["case"][rows], log.holds["from"][rows], log.holds["to"][rows], strict=True
        )
    ]


def ends(log: EventLog) -> list[tuple[str | None, int | None]]:
    """List where and when the cases ended, in the order of arrival; (None, None) for an open one."""
    states, minutes = log.cases["end_state"], log.cases["ended_at"]
    return [
        (None if state == NONE else log.vocabulary.states[state], _minute(minute))
        for state, minute in zip(states, minutes, strict=True)
    ]


def attribute(log: EventLog, name: str) -> list[int]:
    """Give the last value of an attribute for every case, in the order of arrival."""
    return [int(value) for value in log.attributes[:, log.vocabulary.attributes.index(name)]]


def _minute(value: Any) -> int | None:
    return None if value == NONE else int(value)
