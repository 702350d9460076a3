"""Units that break down, each by itself, and come back from repair."""

from __future__ import annotations

import numpy as np

from pathway.engines import simulate
from pathway.eventlog import EventLog
from tests.models import DAY, HOUR, held, plan_of, run, starts

SCANNER = """
    resources: {scanner: {capacity: 1, breakdown: {after: 60 min, repair: 30 min}}}
    states: {scan: {kind: activity, duration: 20 min, needs: {scanner: 1}, to: out}}
    """
TWO = SCANNER.replace("capacity: 1", "capacity: 2")


def there(log: EventLog, resource: str, before: int) -> list[tuple[int, int]]:
    """List from when on how many units of a resource were really there, up to some minute."""
    table = log.capacity
    rows = (table["resource"] == log.vocabulary.resources.index(resource)) & (table["at"] < before)
    return list(zip(table["at"][rows].tolist(), table["units"][rows].tolist(), strict=True))


def test_a_unit_works_and_is_repaired_in_turn(engine: str) -> None:
    """An hour up from minute 0, half an hour down, and so on; who comes meanwhile starts when it is repaired."""
    log = run(engine, SCANNER, gp=[61, 89, 150])

    assert there(log, "scanner", 200) == [(0, 1), (60, 0), (90, 1), (150, 0), (180, 1)]
    assert starts(log, "scan") == {0: 90, 1: 110, 2: 180}


def test_work_under_way_is_finished(engine: str) -> None:
    """A scan begun before the breakdown goes on through it; the next must wait."""
    log = run(engine, SCANNER, gp=[50, 51])

    assert held(log, "scanner") == [(0, 50, 70), (1, 90, 110)]


def test_a_broken_unit_leaves_the_others_at_work(engine: str) -> None:
    """With two rostered, both break at 60: none is there; held units beyond the roster are no debt."""
    log = run(engine, TWO, gp=[50, 50, 95])

    assert there(log, "scanner", 100) == [(0, 2), (60, 0), (90, 2)]
    assert starts(log, "scan") == {0: 50, 1: 50, 2: 95}


def test_never_fewer_than_none_are_there(engine: str) -> None:
    """Two units break down though only one is rostered after the first minutes: none is there, and not one less."""
    model = """
        calendars: {day: [{days: [mon], hours: "00:00-00:50", units: 2}, {days: [mon], hours: "00:50-24:00", units: 1}]}
        resources: {scanner: {calendar: day, breakdown: {after: 60 min, repair: 30 min}}}
        states: {scan: {kind: activity, duration: 20 min, needs: {scanner: 1}, to: out}}
        """

    log = run(engine, model, gp=[61])

    assert there(log, "scanner", 100) == [(0, 2), (50, 1), (60, 0), (90, 1)]
    assert starts(log, "scan") == {0: 90}


def test_nobody_foresees_a_repair_or_a_breakdown(engine: str) -> None:
    """A scan that must fit starts before a breakdown it will last into; not while the unit is broken."""
    model = """
        calendars: {day: "00:00-03:00"}
        resources: {scanner: {calendar: day, breakdown: {after: 60 min, repair: 30 min}}}
        states: {scan: {kind: activity, fits: session, duration: 20 min, needs: {scanner: 1}, to: out}}
        """

    log = run(engine, model, gp=[55, 62, 145])

    assert starts(log, "scan") == {0: 55, 1: 90, 2: 145}


def test_what_must_fit_looks_at_the_roster_less_what_is_broken_now(engine: str) -> None:
    """One of two is rostered from 01:00: with one broken since 00:40, half an hour of work fits no more at 00:45."""
    model = """
        calendars: {day: [{days: [mon], hours: "00:00-01:00", units: 2}, {days: [mon], hours: "01:00-24:00", units: 1}]}
        resources: {scanner: {calendar: day, breakdown: {after: $after, repair: 50 min}}}
        states: {scan: {kind: activity, fits: session, duration: 30 min, needs: {scanner: 1}, to: out}}
        """
    model = model.replace("$after", "{weights: {40 min: 0.5, 3000 min: rest}}")
    plans = [plan_of(model, replication, gp=[45]) for replication in range(20)]

    logs = [simulate(plan, replication, engine) for replication, plan in enumerate(plans)]

    one_broken = [log for log in logs if there(log, "scanner", 50) == [(0, 2), (40, 1)]]
    assert one_broken
    assert all(starts(log, "scan") == {0: 90} for log in one_broken)


def test_a_unit_breaks_down_when_it_is_closed_too(engine: str) -> None:
    """Time counts day and night: broken from 23:00 to 09:00, so the morning's first patient waits an hour."""
    model = """
        calendars: {day: "08:00-18:00"}
        resources: {scanner: {calendar: day, breakdown: {after: 23 hours, repair: 10 hours}}}
        states: {scan: {kind: activity, duration: 20 min, needs: {scanner: 1}, to: out}}
        """

    assert starts(run(engine, model, gp=[DAY + 8 * HOUR]), "scan") == {0: DAY + 9 * HOUR}


def test_a_meeting_takes_its_team_as_the_roster_says(engine: str) -> None:
    """Of two doctors one sits on the board from 01:00; when both are broken none is left, and the board meets."""
    model = """
        calendars: {board: "01:00-02:00"}
        resources: {doctor: {capacity: 2, breakdown: {after: 60 min, repair: 30 min}}}
        states:
          board: {kind: activity, duration: 5 min, meeting: {calendar: board, team: {doctor: 1}}, to: visit}
          visit: {kind: activity, duration: 10 min, needs: {doctor: 1}, to: out}
        """

    log = run(engine, model, gp=[0])

    assert starts(log, "board") == {0: 60}
    assert starts(log, "visit") == {0: 90}
    rows = (log.capacity["resource"] == log.vocabulary.resources.index("doctor")) & (log.capacity["at"] < 125)
    assert log.capacity["units"][rows].tolist() == [2, 0, 2, 2]
    assert log.capacity["reserved"][rows].tolist() == [0, 0, 1, 0]


def test_breakdowns_are_the_same_whoever_comes(engine: str) -> None:
    """They are drawn by resource, unit and count alone; another replication has others."""
    model = TWO.replace("60 min", "{exponential: {mean: 1 days}}").replace("30 min", "{exponential: {mean: 5 hours}}")

    few, many, other = run(engine, model, gp=[0]), run(engine, model, gp=range(100)), run(engine, model, 1, gp=[0])

    assert np.array_equal(few.capacity["at"], many.capacity["at"])
    assert np.array_equal(few.capacity["units"], many.capacity["units"])
    assert not np.array_equal(few.capacity["at"], other.capacity["at"])
