"""Writing a run down: flat columns of whole numbers while it runs, an `EventLog` at its end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from struct import Struct
from typing import Any

import numpy as np

from pathway.engines.arrivals import Arrivals
from pathway.engines.breakdowns import Breakdowns, capacity_of
from pathway.engines.case import FAR
from pathway.eventlog import (
    CANCELLED,
    COMPLETED,
    DISPLACED,
    HOLDS,
    LEFT,
    NO_SHOW,
    NONE,
    VISITS,
    EventLog,
    Vocabulary,
    canonical,
)
from pathway.plan.records import KINDS, Plan

VISIT_ROW = Struct(f"={len(VISITS) - 1}q").pack
HOLD_ROW = Struct(f"={len(HOLDS)}q").pack
_ENDING = Struct("=2q")  # when a visit ended, and with what outcome
_ENDED_AT = 6 * 8  # bytes into a row
_HELD_TO = 6 * 8
_MINUTE = Struct("=q")


def vocabulary_of(plan: Plan, replication: int) -> Vocabulary:
    """Give the names and dates that make a log of this plan readable."""
    return Vocabulary(
        scenario=plan.scenario,
        states=plan.state_names,
        kinds=tuple(KINDS[kind] for kind in plan.states.kind),
        streams=plan.stream_names,
        resources=plan.resource_names,
        attributes=plan.attribute_names,
        categories=plan.categories,
        origin=plan.origin,
        warm_up=plan.warm_up,
        length=plan.length,
        follow_up=plan.follow_up,
        seed=plan.seed,
        replication=replication,
    )


class Logbook:
    """What an engine writes down while it runs: rows of numbers one after the other, eight bytes each.

    `visits` gets a `VISIT_ROW` a row (all columns of `VISITS` but session, which `sessions` keeps), `holds` a
    `HOLD_ROW` (those of `HOLDS`); the holds of a state in `implied` that its visits tell are not written but worked
    out at the end.
    """

    def __init__(
        self,
        plan: Plan,
        replication: int,
        arrivals: Arrivals,
        breakdowns: Breakdowns,
        implied: Mapping[int, Sequence[tuple[int, int]]],
    ) -> None:
        self.visits = bytearray()
        self.holds = bytearray()
        self.sessions: dict[tuple[int, int, int], int] = {}  # number, state, visit -> the list it is booked on
        self.resumed: dict[tuple[int, int, int], int] = {}  # the same -> when it was displaced and asked again
        self._plan, self._replication, self._arrivals = plan, replication, arrivals
        self._breakdowns = breakdowns
        self._implied = implied  # state -> (resource, units), all held exactly as long as the visit lasts
        self._ended = np.full(arrivals.at.size, NONE, np.int64)
        self._end_state = np.full(arrivals.at.size, NONE, np.int64)

    @property
    def next_row(self) -> int:
        """Where the next row of `visits` will begin."""
        return len(self.visits)

    def write(self, number: int, state: int, visit: int, started: int, ended: int, outcome: int) -> None:
        """Write a visit for which nobody had to wait."""
        self.visits.extend(VISIT_ROW(number, state, visit, 0, started, started, ended, outcome))

    def write_passed(self, number: int, state: int, visit: int, came: int, now: int) -> None:
        """Write a visit that takes no time itself, by a patient who first came at `came`."""
        self.visits.extend(VISIT_ROW(number, state, visit, 0, came, now, now, COMPLETED))

    def cut_short(self, row: int, now: int) -> None:
        """Note that a visit already written ended now, by a deadline."""
        _ENDING.pack_into(self.visits, row + _ENDED_AT, now, LEFT)

    def displace(self, row: int, now: int) -> None:
        """Note that an activity already written was displaced now."""
        _ENDING.pack_into(self.visits, row + _ENDED_AT, now, DISPLACED)

    def write_kept(self, number: int, state: int, visit: int, resource: int, units: int, now: int) -> int:
        """Write a hold of which nobody knows when it ends; gives where its row begins."""
        row = len(self.holds)
        self.holds.extend(HOLD_ROW(number, state, visit, resource, units, now, FAR))
        return row

    def release(self, row: int, until: int) -> None:
        """Note when a hold ends of which that was not known."""
        _MINUTE.pack_into(self.holds, row + _HELD_TO, until)

    def write_end(self, number: int, state: int, now: int) -> None:
        """Note where and when a patient's pathway ended."""
        self._ended[number] = now
        self._end_state[number] = state

    def finish(self, attributes: Iterable[list[int]], lists: dict[str, Any]) -> EventLog:
        """Put everything into the canonical order and types; `attributes` are those of each case, as they stand now.

        `lists` is what has become of the booked lists: the columns of `SESSIONS` that a plan does not tell.
        """
        rows = _columns(self.visits, [name for name in VISITS if name != "session"])
        rows["session"] = self._sessions_of(rows)
        rows["enqueued_at"] = self._asked_at(rows)
        arrivals = self._arrivals
        cases = {"stream": arrivals.stream, "index": arrivals.index, "arrived_at": arrivals.at}
        cases |= {"ended_at": self._ended, "end_state": self._end_state}
        shape = arrivals.at.size, len(self._plan.attribute_names)
        table = np.fromiter(chain.from_iterable(attributes), np.int64, shape[0] * shape[1]).reshape(shape)
        return EventLog(
            vocabulary=vocabulary_of(self._plan, self._replication),
            visits=canonical("visits", rows),
            holds=canonical("holds", self._all_holds(rows)),
            sessions=canonical("sessions", sessions_of(self._plan) | lists),
            capacity=canonical("capacity", capacity_of(self._plan, self._breakdowns)),
            cases=canonical("cases", cases),
            attributes=table,
        )

    def _sessions_of(self, rows: Mapping[str, Any]) -> Any:
        """Give the list each visit was booked on."""
        sessions = np.full(rows["case"].size, NONE)
        booked = np.flatnonzero(self._plan.states.listed[rows["state"]] != NONE)
        for row in booked.tolist():
            key = int(rows["case"][row]), int(rows["state"][row]), int(rows["visit"][row])
            sessions[row] = self.sessions.get(key, NONE)
        return sessions

    def _asked_at(self, rows: Mapping[str, Any]) -> Any:
        """Give when each visit was asked for; of one that goes on after it was displaced, when that was."""
        asked = rows["enqueued_at"]
        if self.resumed:
            asked = asked.copy()
            states = np.unique([state for _, state, _ in self.resumed])
            for row in np.flatnonzero(np.isin(rows["state"], states)).tolist():
                key = int(rows["case"][row]), int(rows["state"][row]), int(rows["visit"][row])
                asked[row] = self.resumed.get(key, asked[row])
        return asked

    def _all_holds(self, visits: Mapping[str, Any]) -> dict[str, Any]:
        """Put the holds written and those implied together; what is still held at the horizon has no end."""
        written = _columns(self.holds, list(HOLDS))
        written["to"] = np.where(written["to"] < self._plan.horizon, written["to"], NONE)
        missed = np.isin(visits["outcome"], (NO_SHOW, CANCELLED))
        brought = (visits["ended_at"] < 0) & (visits["ended_at"] != NONE)  # by those there at minute 0: long over
        begun = (visits["started_at"] != NONE) & ~missed & ~brought
        parts = [written]
        for state, needs in self._implied.items():
            rows = np.flatnonzero(begun & (visits["state"] == state))
            for resource, units in needs:
                part = {name: visits[name][rows] for name in ("case", "state", "visit")}
                part |= {"resource": np.full(len(rows), resource), "units": np.full(len(rows), units)}
                parts.append(part | {"from": visits["started_at"][rows], "to": visits["ended_at"][rows]})
        return {name: np.concatenate([part[name] for part in parts]) for name in HOLDS}


def _columns(rows: bytearray, names: list[str]) -> dict[str, Any]:
    table = np.frombuffer(rows, np.int64).reshape(-1, len(names))
    return {name: table[:, column] for column, name in enumerate(names)}


def sessions_of(plan: Plan) -> dict[str, Any]:
    """Give the booked lists of a plan, as a log has them; what becomes of them is for the engine to say."""
    lists = plan.lists
    return {"resource": lists.resource, "opens": lists.opens, "closes": lists.closes}
