"""A waiting list made of a simulated run: who is in it, who cannot be and is counted, and that a run starts from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app
from pathway.engines import simulate
from pathway.interchange.list_out import ListMade, list_at, list_of, write_list
from pathway.plan import compile_plan
from pathway.scenario import Scenario

BASE = Path(__file__).parent.parent / "scenarios" / "base.yaml"
SAMPLE = Path(__file__).parent / "data" / "waiting_list.csv"
CLINIC = """
schema: 1
name: clinic
run: {start: 2027-01-04, length: 4 weeks, follow_up: 0 days, replications: 2, seed: 1}
streams: {gp: {per_year: 0.001}}
resources: {room: {kind: room, capacity: 1}}
attributes:
  kind: {kind: category, values: [bowel, liver], draw: {weights: {bowel: 0.5, liver: 0.5}}}
  seen: {kind: integer, draw: 0}
  survival: {kind: duration, draw: {value: never}}
patients:
  - {stream: gp, state: scan, joined: 2027-01-01, referred: 2026-12-30, attributes: {kind: liver}}
  - {stream: gp, state: scan, joined: 2027-01-02, attributes: {kind: bowel}}
  - {stream: gp, state: scan, joined: "2027-01-03 23:58", attributes: {kind: bowel}, count: 2}
pathway:
  deadlines: {death: {attribute: survival, to: died}}
  states:
    referral: {kind: start, stream: gp, to: scan}
    scan: {kind: activity, duration: 2 days, needs: {room: 1}, add: {seen: 1}, set: {survival: 10 days}, to: rest}
    rest: {kind: delay, duration: 3 days, to: tests}
    tests: {kind: fork, branches: [ct, bloods], join: results}
    ct: {kind: delay, duration: 1 days, to: results}
    bloods: {kind: delay, duration: 2 days, to: results}
    results: {kind: join, to: done}
    done: {kind: end}
    died: {kind: end}
clocks: {rtt: {start: scan, stop: done, limit: 11 days}}
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("clinic") / "clinic.yaml"
    path.write_text(CLINIC, encoding="utf-8")
    return pw.load_scenario(path)


def without_ids(made: ListMade) -> list[dict[str, str]]:
    """Give the rows without their numbers."""
    return sorted(
        ({k: v for k, v in row.items() if k != "id"} for row in made.rows), key=lambda row: sorted(row.items())
    )


def begun(scenario: Scenario, day: date) -> ListMade:
    """List who is there a minute after a run has begun."""
    short = replace(scenario, run=replace(scenario.run, length=1, follow_up=0))
    return list_of(simulate(compile_plan(short), engine="simpy"), short, day)


def test_a_list_made_by_hand(clinic: Scenario) -> None:
    """One room, two days a scan, on days 0, 2, 4 and 6: on day 3 one rests, one is scanned, two wait.

    Who rests came out on day 2, and dies ten days after that unless the pathway ends before.
    """
    made = list_at(clinic, date(2027, 1, 7), engine="simpy")
    rows = {row["id"]: row for row in made.rows}
    assert rows["gp-1"] == {
        "id": "gp-1",
        "state": "rest",
        "stream": "gp",
        "referred": "2026-12-30 00:00",
        "started": "2027-01-06 00:00",
        "left.scan": "2027-01-06 00:00",
        "kind": "liver",
        "seen": "1",
        "survival": "14400 min",
        "due.death": "2027-01-16 00:00",
    }
    assert rows["gp-2"] == {
        "id": "gp-2",
        "state": "scan",
        "stream": "gp",
        "referred": "2027-01-02 00:00",
        "joined": "2027-01-02 00:00",
        "started": "2027-01-06 00:00",
        "priority": "0",
        "kind": "bowel",
    }
    assert [rows[name]["joined"] for name in ("gp-3", "gp-4")] == ["2027-01-03 23:58"] * 2
    assert (made.waiting, made.inside, made.moved, made.booked, made.between) == (2, {}, 0, 0, 0)


def test_who_is_in_a_fork_is_counted(clinic: Scenario) -> None:
    """The first leaves the delay on day 5 and has tests until day 7: on day 6 nobody can say in a list where."""
    made = list_at(clinic, date(2027, 1, 10), engine="simpy")
    assert made.inside == {"tests": 1}
    said = list(made.sentences())
    assert said[0] == ("4 patients are there on 2027-01-10: 3 in the list (1 wait, 2 are under way), 1 left out")
    assert said[1] == "  left out: 1 inside the branches of tests, where a list can put nobody"


@pytest.mark.parametrize("day", [5, 6, 7, 9, 11])
def test_a_run_starts_with_exactly_these(clinic: Scenario, tmp_path: Path, day: int) -> None:
    """Written, read and begun with: the same states, dates, attributes and deadlines; who waits may start."""
    when = date(2027, 1, day)
    made = list_at(clinic, when, engine="simpy")
    path = write_list(made, tmp_path / "list.csv")
    again = pw.read_waiting_list(clinic, path, as_of=when)
    assert sum(row.count for row in again.patients) == len(made.rows)
    told = without_ids(begun(again, when))
    started = f"{datetime(2027, 1, day):%Y-%m-%d %H:%M}"
    if not any(row.get("state") == "scan" and row.get("started") for row in without_ids(made)):
        told = [{k: v for k, v in row.items() if (k, v) != ("started", started)} for row in told]
    assert told == without_ids(made)


def test_the_minute_a_log_cannot_write(clinic: Scenario, tmp_path: Path) -> None:
    """Who came at 23:59 on the eve is written a minute earlier, and that is said."""
    log = simulate(compile_plan(replace(clinic, run=replace(clinic.run, length=4 * 1440, follow_up=0))), engine="simpy")
    columns = dict(log.visits)
    columns["enqueued_at"] = columns["enqueued_at"].copy()
    last = max(row for row in range(columns["case"].size) if columns["case"][row] == 3)
    columns["enqueued_at"][last] = 4 * 1440 - 1
    made = list_of(replace(log, visits=columns), clinic, date(2027, 1, 8))
    assert made.moved == 1
    assert "written 23:58" in list(made.sentences())[-1]
    assert len(pw.read_waiting_list(clinic, write_list(made, tmp_path / "l.csv"), as_of="2027-01-08").patients) == 4


def test_the_command_and_the_sample(tmp_path: Path) -> None:
    """The committed sample is what the command in docs/waiting_list.md makes; a date outside the run is refused."""
    path = tmp_path / "list.csv"
    made = CliRunner().invoke(app, ["waiting-list", str(BASE), "--at", "2017-02-06", "--out", str(path)])
    assert made.exit_code == 0, made.output
    assert "patients are there on 2017-02-06" in made.output
    assert path.read_text(encoding="utf-8") == SAMPLE.read_text(encoding="utf-8")
    for at, said in (("1999-01-01", "outside the run"), ("soon", "expected a date")):
        refused = CliRunner().invoke(app, ["waiting-list", "mmc", "--at", at])
        assert refused.exit_code == 2
        assert said in refused.output
