"""From the rows of a compiled run to its event log."""

from __future__ import annotations

from typing import Any

from pathway.engines.breakdowns import capacity_of
from pathway.engines.compiled.entry import columns_of_holds, columns_of_visits
from pathway.engines.compiled.records import PIECE_ROW, PIECE_SINCE
from pathway.engines.compiled.running import World
from pathway.engines.logbook import sessions_of, vocabulary_of
from pathway.eventlog import CASES, HOLDS, NONE, VISITS, EventLog, canonical
from pathway.plan.records import Plan


def written_log(plan: Plan, replication: int, world: World) -> EventLog:
    """Put what a run has written into an event log."""
    visits = world.tables["visits"][: world.count("written")]
    pieces = world.tables["left"]["value"][: world.count("pieces")]
    resumed = pieces[pieces[:, PIECE_ROW] != NONE]  # which stood where their first request did
    visits["enqueued_at"][resumed[:, PIECE_ROW]] = resumed[:, PIECE_SINCE]
    holds = world.tables["holds"][: world.count("held")]
    patients = world.tables["patients"]
    return EventLog(
        vocabulary=vocabulary_of(plan, replication),
        visits=dict(zip(VISITS, columns_of_visits(visits), strict=True)),
        holds=dict(zip(HOLDS, columns_of_holds(holds), strict=True)),
        sessions=canonical("sessions", sessions_of(plan) | _become(world)),
        capacity=canonical("capacity", capacity_of(plan, world.breakdowns)),
        cases={name: patients[name].astype(kind) for name, kind in CASES.items()},
        attributes=world.tables["attributes"]["value"],
    )


def _become(world: World) -> dict[str, Any]:
    """Give what has become of the booked lists."""
    sittings = world.tables["sittings"]
    return {"booked": sittings["booked"], "released_at": sittings["released_at"]}
