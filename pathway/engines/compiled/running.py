"""A compiled run from outside: making room for it, letting it go on, and making more room when that is short."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

import numpy as np

from pathway.engines.arrivals import Arrivals, arrivals_of
from pathway.engines.breakdowns import Breakdowns, breakdowns_of
from pathway.engines.case import FAR
from pathway.engines.compiled import records
from pathway.engines.compiled.agenda import MOST_EVENTS
from pathway.engines.compiled.entry import advance
from pathway.engines.compiled.laying import Model, model_of, visits_before
from pathway.engines.compiled.memory import Tables, described, point_to
from pathway.errors import EngineError
from pathway.eventlog import NONE
from pathway.plan.records import Plan

BY_ROW = ("visits", "links")
BY_EVENT = ("agenda", "events", "missed")
BY_EVENT_DISPLACING = ("progress", "places", "victims")  # which only plans need in which somebody is displaced
GROWING = (*BY_ROW, *BY_EVENT, "holds", *BY_EVENT_DISPLACING, "left")
_LEAST_ROOM = 4096
_MOST_KEPT = 2**28  # bytes
_SPARE: dict[int, deque[Tables]] = defaultdict(lambda: deque(maxlen=2))
"""Tables of runs that are over, for the next ones to write over, whatever their plan; by the columns of `left`."""


@dataclass(frozen=True, eq=False)
class World:
    """A run under way: its tables, and the one record that leads compiled code to them."""

    tables: Tables
    record: Any
    breakdowns: Breakdowns

    @property
    def address(self) -> int:
        """Where the record lies."""
        return int(self.record.ctypes.data)

    def count(self, name: str) -> int:
        """Give one of the record's numbers."""
        return int(self.record[name][0])


def run_compiled(plan: Plan, replication: int) -> World:
    """Run a replication to its horizon."""
    model = model_of(plan)
    world = new_world(model, plan, arrivals_of(plan, replication), replication)
    while not advance(model.address, world.address):
        make_room(world)
    return world


def leave_tables(plan: Plan, world: World) -> None:
    """Keep the tables of a run that has been written down for the next run, unless they are huge."""
    tables = {name: world.tables[name] for name in GROWING}
    if sum(table.nbytes for table in tables.values()) <= _MOST_KEPT:
        _SPARE[_columns_left(model_of(plan))].append(tables)


def _columns_left(model: Model) -> int:
    """Give the columns of the table of what is left of those displaced; -1 where nobody is: tables are dummies."""
    return model.count("piece") if model.count("displacing") else -1


def _growing(model: Model) -> Tables:
    """Give the tables that grow while a run goes on: those of an earlier run, or fresh and small ones."""
    try:
        return _SPARE[_columns_left(model)].pop()
    except IndexError:
        unused = () if model.count("displacing") else (*BY_EVENT_DISPLACING, "left")
        rooms: dict[str, Any] = {name: 1 if name in unused else _LEAST_ROOM for name in GROWING}
        rooms["left"] = rooms["left"], model.count("piece")
        return {name: np.zeros(room, records.WORLD_TABLES[name]) for name, room in rooms.items()}


def new_world(model: Model, plan: Plan, arrivals: Arrivals, replication: int) -> World:
    """Make the world before anything has happened."""
    cases, states, resources = arrivals.at.size, len(plan.state_names), len(plan.resource_names)
    columns = {name: 1 + int(model.tables["states"][name].max()) for name in ("counted", "dated", "joining")}
    kept = 1 + int(model.tables["needs"]["kept"].max(initial=-1))
    sizes: dict[str, Any] = {
        "attributes": (cases, len(plan.attribute_names)),
        "ordinals": (cases, states),
        "completed": (cases, columns["counted"]),
        "dates": (cases, columns["dated"]),
        "joined": (cases, columns["joining"]),
        "due": (cases, len(plan.deadline_names)),
        "activities": 4 * states,
        "list": states,
        "stack": states + 1 + kept,
        "heads": 2 * states + 1,
        "kept": (cases, kept),
        "pools": resources,
        "chosen": model.count("room_holds"),
        "sittings": plan.lists.opens.size,
    }
    tables = _growing(model) | {name: np.zeros(size, records.WORLD_TABLES[name]) for name, size in sizes.items()}
    tables["patients"] = _patients(arrivals)
    breakdowns = breakdowns_of(plan, replication)
    tables["breakdowns"] = np.zeros(breakdowns.at.size, records.BREAKDOWN)
    for name, column in (("time", breakdowns.at), ("resource", breakdowns.resource), ("broken", breakdowns.broken)):
        tables["breakdowns"][name] = column
    tables["due"]["value"] = FAR
    tables["sittings"]["released_at"] = NONE
    tables["activities"]["must_fit"][:states] = model.tables["states"]["must_fit"]
    tables["pools"]["step"] = model.tables["resources"]["first_step"] - 1
    before = visits_before(plan)
    if tables["visits"].size < before.size:
        tables |= {name: np.zeros(2 * before.size, records.WORLD_TABLES[name]) for name in BY_ROW}
    tables["visits"][: before.size] = before
    counts = {"replication": replication, "looking": NONE, "written": before.size}
    counts["ageing"] = model.count("ageing")
    return World(tables, described(records.WORLD, counts, tables), breakdowns)


def _patients(arrivals: Arrivals) -> Any:
    patients = np.zeros(arrivals.at.size, records.PATIENT)
    patients["stream"], patients["index"], patients["key"] = arrivals.stream, arrivals.index, arrivals.key
    patients["arrived_at"], patients["ended_at"], patients["end_state"] = arrivals.at, NONE, NONE
    patients["next_due"] = FAR
    return patients


def make_room(world: World) -> None:
    """Give the world at least twice the room where there is too little for what may happen next."""
    rows, events, holds = (world.count(f"wanted_{what}") for what in ("rows", "events", "holds"))
    if events > MOST_EVENTS:
        raise EngineError(f"more than {MOST_EVENTS:,} events at once are more than the compiled engine can plan")
    if max(rows, holds) >= np.iinfo(np.int32).max:
        raise EngineError("the run writes more visits or holds than a log can number")
    wanted = dict.fromkeys(BY_ROW, rows) | dict.fromkeys(BY_EVENT, events) | {"holds": holds}
    if world.tables["left"].shape[0] > 1:
        wanted |= dict.fromkeys(BY_EVENT_DISPLACING, events) | {"left": world.count("wanted_pieces")}
    for name, room in wanted.items():
        table = world.tables[name]
        if len(table) < room:
            larger = np.zeros((max(2 * len(table), room), *table.shape[1:]), table.dtype)
            _bytes(larger)[: table.nbytes] = _bytes(table)  # record by record takes ten times as long
            world.tables[name] = larger
    point_to(world.record, world.tables)


def _bytes(table: Any) -> Any:
    return table.reshape(-1).view(np.uint8)
