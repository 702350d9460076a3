"""Who waits or is under way at a date of a simulated run, as a waiting list another run can start from.

The run is simulated up to that date, so that attributes are those of that day. What such a list cannot hold is
counted and said.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from pathway.clock import MINUTES_PER_DAY, NEVER
from pathway.errors import PathwayError
from pathway.eventlog import COMPLETED, NONE, OPEN, EventLog
from pathway.graph import Activity, Draw, Start, branch_membership
from pathway.interchange.tables_out import safe_cell
from pathway.plan import Plan, compile_plan
from pathway.scenario.patients import LEFT_KINDS
from pathway.scenario.records import Present, Scenario

MET = "9999-12-31"  # when a deadline is due that was met already: never again
MINUTE = 60  # seconds
FIRST = ("id", "state", "stream", "referred", "joined", "started", "priority")


@dataclass(frozen=True)
class ListMade:
    """A list made of a run: a row a patient by column, and what could not go in."""

    date: date
    rows: tuple[Mapping[str, str], ...]
    waiting: int
    inside: Mapping[str, int]  # fork -> patients inside its branches, who are not in the list
    between: int  # who missed a slot and have not asked again, nor are they
    booked: int  # rows of patients who had a booking, which a list does not hold
    moved: int  # moments at 23:59 of the eve, which are written a minute earlier

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns, those every list has first."""
        more = {name for row in self.rows for name in row} - set(FIRST)
        return (*FIRST, *sorted(more))

    def sentences(self) -> Iterator[str]:
        """Say what is in the list, and what is not."""
        left = sum(self.inside.values()) + self.between
        yield (
            f"{len(self.rows) + left:,} patients are there on {self.date}: {len(self.rows):,} in the list "
            f"({self.waiting:,} wait, {len(self.rows) - self.waiting:,} are under way), {left:,} left out"
        )
        for name, count in self.inside.items():
            yield f"  left out: {count:,} inside the branches of {name}, where a list can put nobody"
        if self.between:
            yield f"  left out: {self.between:,} who missed a slot and have not asked for another yet"
        if self.booked:
            yield f"  {self.booked:,} of those who wait were booked on a list; the booking is not kept, they ask again"
        if self.moved:
            yield f"  {self.moved:,} moments at 23:59 on the eve are written 23:58, as a log cannot write that minute"


def list_at(scenario: Scenario, day: date, replication: int = 0, engine: str = "auto") -> ListMade:
    """Simulate a scenario up to a date, and list who is there then.

    Parameters
    ----------
    scenario
        The scenario.
    day
        The date; the list is that of its first minute.
    replication, engine
        Which replication, by which engine.

    Raises
    ------
    PathwayError
        If the run does not reach that date, or has not begun by then.
    """
    from pathway.engines import simulate

    timeline = scenario.run.timeline
    last = timeline.at(timeline.horizon).date()
    if not timeline.origin < day <= last:
        raise PathwayError(f"{day} is outside the run, which goes from {timeline.origin} (minute 0) to {last}")
    until = (day - timeline.origin).days * MINUTES_PER_DAY
    short = replace(scenario, run=replace(scenario.run, length=until - timeline.warm_up, follow_up=0))
    plan = compile_plan(short)
    return _Lister(simulate(plan, replication, engine), short, day, plan).made()


def list_of(log: EventLog, scenario: Scenario, day: date) -> ListMade:
    """List who is there when a log ends, at the beginning of a day."""
    return _Lister(log, scenario, day, compile_plan(scenario)).made()


def write_list(made: ListMade, path: Path | str) -> Path:
    """Write a list as CSV; no text in it can be taken for a formula."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(made.columns)
        writer.writerows([safe_cell(row.get(name, "")) for name in made.columns] for row in made.rows)
    return path


class _Lister:
    """Looks patients up in a log that ends on the list's date."""

    def __init__(self, log: EventLog, scenario: Scenario, day: date, plan: Plan) -> None:
        self.log, self.scenario, self.day = log, scenario, day
        self.origin = datetime.combine(log.vocabulary.origin, datetime.min.time())
        self.eve = (day - log.vocabulary.origin).days * MINUTES_PER_DAY - 1
        self.moved = 0
        self.dated, self.counted = _asked(scenario, plan)
        self.settings = _settings(scenario)
        self.begun: dict[str, list[Present]] = {name: [] for name in scenario.streams}
        for row in scenario.patients:
            self.begun[row.stream] += [row] * row.count
        self.codes = {name: place for place, name in enumerate(log.vocabulary.attributes)}
        self.known = [attribute for name, attribute in scenario.pathway.attributes.items() if name in self.codes]

    def made(self) -> ListMade:
        """Give the list."""
        visits, cases = self.log.visits, self.log.cases
        inside = branch_membership(self.scenario.pathway)
        is_there = cases["ended_at"] == NONE
        places: dict[int, list[int]] = {}
        past: dict[int, list[int]] = {}
        for row in np.flatnonzero(is_there[visits["case"]]).tolist():
            outcome, case = visits["outcome"][row], int(visits["case"][row])
            if outcome == OPEN:
                places.setdefault(case, []).append(row)
            elif outcome == COMPLETED:
                past.setdefault(case, []).append(row)
        rows: list[dict[str, str]] = []
        left_out: Counter[str] = Counter()
        waiting = booked = between = 0
        for case in np.flatnonzero(is_there).tolist():
            if case not in places:
                between += 1
                continue
            row = places[case][0]
            if forks := inside[self._state(row)]:
                left_out[forks[0][0]] += 1
                continue
            rows.append(self._row(case, row, past.get(case, ())))
            if rows[-1].get("started", "") == "":
                waiting += 1
                booked += int(visits["session"][row] != NONE)
        return ListMade(self.day, tuple(rows), waiting, dict(sorted(left_out.items())), between, booked, self.moved)

    def _row(self, case: int, row: int, past: list[int] | tuple[()]) -> dict[str, str]:
        cases, visits = self.log.cases, self.log.visits
        state = self._state(row)
        stream = self.log.vocabulary.streams[cases["stream"][case]]
        record = self.scenario.pathway.states[state]
        said = {"id": f"{stream}{cases['index'][case]:+d}", "state": state, "stream": stream}
        said["referred"] = self._moment(cases["arrived_at"][case])
        if isinstance(record, Activity):
            said["joined"] = self._moment(visits["enqueued_at"][row])
            if record.ageing is None:  # which goes on from the priority it began with
                said["priority"] = str(visits["priority"][row])
        if visits["started_at"][row] != NONE:
            said["started"] = self._moment(visits["started_at"][row])
        left, times = self._past(past)
        for name, at in left.items():
            if name in self.dated | self.counted or name == state:
                said[f"left.{name}"] = self._moment(at)
            if times[name] > 1 and (name in self.counted or name == state):
                said[f"visits.{name}"] = str(times[name])
        return said | self._attributes(case) | self._due(case, left)

    def _state(self, row: int) -> str:
        return str(self.log.vocabulary.states[self.log.visits["state"][row]])

    def _past(self, rows: list[int] | tuple[()]) -> tuple[dict[str, int], Counter[str]]:
        """Give when each state was last left, and how often it was completed."""
        left: dict[str, int] = {}
        times: Counter[str] = Counter()
        for row in rows:
            name, visits = self._state(row), self.log.visits
            if self.log.vocabulary.kinds[visits["state"][row]] in LEFT_KINDS:
                left[name] = max(left.get(name, int(visits["ended_at"][row])), int(visits["ended_at"][row]))
                # what the patient came with from before the run is in the number of the visit
                times[name] = max(times[name] + 1, int(visits["visit"][row]) if visits["enqueued_at"][row] < 0 else 0)
        return left, times

    def _attributes(self, case: int) -> dict[str, str]:
        """Give what is known of a patient; what would be drawn the same for everybody need not stand there."""
        said = {}
        for attribute in self.known:
            value = int(self.log.attributes[case, self.codes[attribute.name]])
            if value == _same_for_all(attribute.draw) and attribute.name not in self.settings["start"]:
                continue
            if attribute.kind == "category":
                said[attribute.name] = attribute.values[value]
            elif attribute.kind == "yes_no":
                said[attribute.name] = "yes" if value else "no"
            elif attribute.kind == "duration":
                said[attribute.name] = "never" if value >= NEVER else f"{value} min"
            else:
                said[attribute.name] = str(value)
        return said

    def _due(self, case: int, left: Mapping[str, int]) -> dict[str, str]:
        """Give when deadlines are due that run from another moment than the referral, or were met."""
        said = {}
        begun = self._begun_with(case)
        for name, deadline in self.scenario.pathway.deadlines.items():
            length = int(self.log.attributes[case, self.codes[deadline.attribute]])
            moments = [left[state] for state in self.settings.get(deadline.attribute, ()) if state in left]
            if begun is not None:  # what was before the run is as the list it began with says
                moments = [at for at in moments if at >= 0]
            if begun is not None and name in begun.due and not moments:
                due = int((begun.due[name] - self.origin).total_seconds()) // MINUTE
            elif length >= NEVER:
                continue
            else:
                due = max(moments, default=int(self.log.cases["arrived_at"][case])) + max(1, length)
                if due > self.eve and not moments:
                    continue
            said[f"due.{name}"] = MET if due <= self.eve else self._moment(due, is_past=False)
        return said

    def _begun_with(self, case: int) -> Present | None:
        """Give what the scenario says of a patient who was there at minute 0."""
        index = int(self.log.cases["index"][case])
        stream = self.log.vocabulary.streams[self.log.cases["stream"][case]]
        return self.begun[stream][-index - 1] if index < 0 else None

    def _moment(self, minute: int, *, is_past: bool = True) -> str:
        if is_past and minute == self.eve:
            self.moved += 1
            minute = minute - 1
        moment = self.origin + timedelta(minutes=int(minute))
        return f"{moment:%Y-%m-%d %H:%M}"


def _asked(scenario: Scenario, plan: Plan) -> tuple[set[str], set[str]]:
    """Name the states of which something asks when they were left (a clock, a `since`), and how often."""
    dated, counted = (
        {name for name, flag in zip(plan.state_names, flags.tolist(), strict=True) if flag}
        for flags in (np.asarray(plan.states.keeps_date), np.asarray(plan.states.counts_visits))
    )
    for clock in scenario.clocks.values():
        dated |= {*clock.start, *clock.stop, *clock.reset_on, *clock.pause}
    return dated, counted


def _settings(scenario: Scenario) -> dict[str, set[str]]:
    """Name the states that set each attribute; under `start` the attributes that a start sets."""
    found: dict[str, set[str]] = {"start": set()}
    for name, state in scenario.pathway.states.items():
        for setting in state.sets:
            found.setdefault(setting.attribute, set()).add(name)
            if isinstance(state, Start):
                found["start"].add(setting.attribute)
    return found


def _same_for_all(draw: Draw) -> int | None:
    """Give the value a draw gives whomever it is for, if it is always the same."""
    if len(draw.rows) != 1:
        return None
    sampler = draw.rows[0].sampler
    return int(sampler.least) if sampler.kind == "constant" else None
