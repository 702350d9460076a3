"""Priorities that rise while a patient waits."""

from __future__ import annotations

import pytest

from pathway.engines import ENGINES
from pathway.eventlog import EventLog, first_difference
from tests.models import DAY, HOUR, run, starts, visits

ROOM = """
resources: {room: 1}
states:
  scan:
    kind: activity
    duration: 60 min
    needs: {room: 1}
    priority: [{when: stream == urgent, value: 0}, {value: 2}]
    ageing: {every: 60 min, to: 0}
    to: out
"""
URGENT = [0, 30, 90, 150]  # one always waits when the room is free


def priorities(log: EventLog) -> dict[int, int]:
    """Give the priority each case last stood with."""
    return dict(zip(log.visits["case"].tolist(), log.visits["priority"].tolist(), strict=True))


def test_who_waits_long_enough_is_urgent(engine: str) -> None:
    """The routine patient of minute 0 is as urgent as any from minute 120 on, and asked first."""
    log = run(engine, ROOM, gp=[0], urgent=URGENT)

    assert starts(log, "scan") == {1: 0, 2: 60, 0: 120, 3: 180, 4: 240}
    assert priorities(log) == {0: 0, 1: 0, 2: 0, 3: 0, 4: 0}


def test_it_stops_where_it_is_told_to(engine: str) -> None:
    """With `to: 1` every urgent patient is served first, and the log has the 1; below it nothing changes."""
    log = run(engine, ROOM.replace("to: 0}", "to: 1}"), gp=[0], urgent=URGENT)

    assert starts(log, "scan") == {1: 0, 2: 60, 3: 120, 4: 180, 0: 240}
    assert priorities(log) == {0: 1, 1: 0, 2: 0, 3: 0, 4: 0}


def test_a_start_in_the_minute_of_ageing_has_it(engine: str) -> None:
    """Phase B comes first: at minute 60 the number has fallen, and a start in that minute writes it."""
    log = run(engine, ROOM, gp=[0], urgent=[0])

    assert starts(log, "scan") == {1: 0, 0: 60}
    assert priorities(log)[0] == 1


def test_a_request_ages_before_its_notice_is_over(engine: str) -> None:
    """Notice of two hours: both join at minute 120 or later, the routine one as urgent by then and made first."""
    model = ROOM.replace("duration: 60 min", "duration: 60 min\n    notice: 2 hours")
    model = model.replace("room: 1}\n", "room: {calendar: noon}}\ncalendars: {noon: '12:00-18:00'}\n", 1)

    log = run(engine, model, gp=[0], urgent=[1, 2])

    assert starts(log, "scan") == {0: 12 * HOUR, 1: 13 * HOUR, 2: 14 * HOUR}


def test_who_waited_before_minute_0_has_aged(engine: str) -> None:
    """Two and a half hours before minute 0 are two steps; half an hour is none yet, and the next comes at minute 30."""
    rows = ", ".join(f'{{stream: gp, state: scan, joined: "2027-01-03 {at}"}}' for at in ("21:30", "23:30"))
    log = run(engine, f"patients: [{rows}]\n" + ROOM, gp=[], urgent=[0, 0])

    assert starts(log, "scan") == {0: 0, 2: 60, 1: 120, 3: 180}
    assert priorities(log)[0] == 0


def test_who_gives_up_leaves_with_the_last_number(engine: str) -> None:
    """Patience of 90 minutes ends a wait that has aged once."""
    log = run(
        engine, ROOM.replace("to: out", "leaves: {after: 90 min, to: out}\n    to: out"), gp=[0, 0], urgent=URGENT
    )

    assert [row[3:] for row in visits(log, "scan") if row[2] is None] == [(90, "left"), (90, "left")]
    assert priorities(log)[0] == priorities(log)[1] == 1


@pytest.mark.parametrize("ageing", ["ageing: {every: 6 hours, to: 0}", ""])
def test_nobody_waits_for_ever(engine: str, ageing: str) -> None:
    """An urgent patient every hour fills the room; a routine one a day waits at most the step and who came before.

    Six hours after coming a routine patient stands among the urgent by when each came; before them are then at
    most the routine patients of earlier days, one for each, who set the room back by an hour each.  Without
    ageing none of them is ever seen.
    """
    model = ROOM.replace("ageing: {every: 60 min, to: 0}", ageing).replace("value: 2", "value: 1")
    log = run(engine, model, gp=[day * DAY + 1 for day in range(7)], urgent=range(0, 7 * DAY, HOUR))
    routine = {case for case, stream in enumerate(log.cases["stream"]) if log.vocabulary.streams[stream] == "gp"}
    waits = [start - asked for case, asked, start, _, _ in visits(log, "scan") if case in routine and start is not None]

    if ageing:
        assert len(waits) == 7
        assert max(waits) <= (6 + 7 + 1) * HOUR
    else:
        assert waits[0] >= 7 * DAY - 1  # when the last urgent patient has come


def test_ageing_beyond_the_run_is_none(engine: str) -> None:
    """With steps longer than the run the log is that without ageing, row by row."""
    arrivals = {"gp": range(0, 2 * DAY, 50), "urgent": range(0, 2 * DAY, 130)}

    plain = run(engine, ROOM.replace("    ageing: {every: 60 min, to: 0}\n", ""), **arrivals)

    assert run(engine, ROOM.replace("every: 60 min", "every: 3 weeks"), **arrivals) == plain


def test_engines_keep_long_ageing_queues_alike() -> None:
    """Thousands wait, age at many moments, give up: every engine writes the same log."""
    model = ROOM.replace("value: 2", "weights: {0: 0.2, 3: 0.3, 7: rest}").replace("every: 60 min", "every: 7 hours")
    model = model.replace("to: out", "leaves: {after: {exponential: {mean: 4 days}}, to: out}\n    to: out")
    logs = [run(engine, model, gp=range(0, 6 * DAY, 5), urgent=range(0, 6 * DAY, 60)) for engine in sorted(ENGINES)]

    assert first_difference(*logs) is None


@pytest.mark.parametrize("hours", [1, 2, 3])
def test_of_one_minute_priority_rises_before_patience_ends(engine: str, hours: int) -> None:
    """Who gives up after so many hours leaves with the number that rose in that very minute."""
    model = ROOM.replace("to: 0}", "to: 0}\n    leaves: {after: LIMIT, to: out}").replace("LIMIT", f"{hours} hours")
    model = model.replace("duration: 60 min", "duration: 10 hours")

    log = run(engine, model, urgent=[0], gp=[0])

    assert priorities(log)[0] == max(0, 2 - hours)
