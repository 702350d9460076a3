"""An instant: first everything due is applied, then whoever fits starts; if that took no time, once more."""

from __future__ import annotations

import pytest

from tests.models import DAY, ends, run, starts, visits

WARD = """
    calendars: {day: "08:00-17:00"}
    resources: {room: {capacity: 1, calendar: day}}
    states:
      scan:
        kind: activity
        duration: 10 min
        priority: [{when: "stream == urgent", value: 0}, {value: 1}]
        needs: {room: 1}
        to: out
    """


def test_an_arrival_counts_in_the_minute_a_room_is_freed(engine: str) -> None:
    """At 08:10 the room is freed and someone urgent comes: both are known before anyone starts."""
    log = run(engine, WARD, gp=[480, 481], urgent=[490])

    assert starts(log, "scan") == {0: 480, 1: 500, 2: 490}


def test_an_arrival_counts_in_the_minute_a_room_opens(engine: str) -> None:
    """At 08:00 the room opens and someone urgent comes: the urgent patient is first."""
    log = run(engine, WARD, gp=[1], urgent=[480])

    assert starts(log, "scan") == {0: 490, 1: 480}


def test_what_is_freed_and_who_is_routed_meet_in_one_minute(engine: str) -> None:
    """A patient who leaves one activity competes for the room of another that is freed in that minute."""
    model = (
        WARD
        + """
      see: {kind: activity, duration: 10 min, to: scan}
      urgent_in: {kind: start, stream: urgent, to: see}
    """
    )

    log = run(engine, model, gp=[480, 481], urgent=[480])

    assert starts(log, "scan") == {0: 480, 1: 490, 2: 500}


def test_leaving_beats_starting(engine: str) -> None:
    """A room is freed at 10 and patience ends at 10: the patient leaves, and the next one starts."""
    model = """
        resources: {room: 1}
        states:
          scan:
            kind: activity
            duration: 10 min
            needs: {room: 1}
            leaves: {after: [{when: "stream == hasty", value: 9 min}, {value: 1 days}], to: home}
            to: out
          home: {kind: end}
        """

    log = run(engine, model, gp=[0, 2], hasty=[1])

    assert visits(log, "scan")[1] == (1, 1, None, 10, "left")
    assert starts(log, "scan")[2] == 10
    assert ends(log)[1] == ("home", 10)


def test_a_deadline_beats_starting(engine: str) -> None:
    """A room is freed at 10 and a deadline is due at 10: the patient leaves, and the next one starts."""
    model = """
        resources: {room: 1}
        attributes: {worse: {kind: duration, draw: [{when: "stream == frail", value: 9 min}, {value: never}]}}
        states: {scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}, died: {kind: end}}
        deadlines: {death: {attribute: worse, to: died}}
        """

    log = run(engine, model, gp=[0, 2], frail=[1])

    assert visits(log, "scan")[1] == (1, 1, None, 10, "left")
    assert starts(log, "scan")[2] == 10
    assert ends(log)[1] == ("died", 10)


def test_activities_of_no_time_are_passed_in_one_minute(engine: str) -> None:
    """One desk, three patients, two stamps of no time each: all are through within the minute."""
    model = """
        resources: {desk: 1}
        states:
          stamp: {kind: activity, duration: 0 min, needs: {desk: 1}, to: sign}
          sign: {kind: activity, duration: 0 min, needs: {desk: 1}, to: out}
        """

    log = run(engine, model, gp=[5, 5, 5])

    assert ends(log) == [("out", 5)] * 3


def test_after_an_activity_of_no_time_the_minute_goes_on_with_a_new_pass(engine: str) -> None:
    """Who must be stamped first comes too late for the pass of this minute, urgent or not: the room is taken."""
    model = (
        WARD
        + """
      stamp: {kind: activity, duration: 0 min, to: scan}
      urgent_in: {kind: start, stream: urgent, to: stamp}
    """
    )

    log = run(engine, model, gp=[480], urgent=[480])

    assert starts(log, "scan") == {0: 480, 1: 490}


@pytest.mark.parametrize("first", ["ant", "zebra"])
def test_a_unit_held_for_no_time_is_free_in_the_next_pass(engine: str, first: str) -> None:
    """The desk is held for no time, then taken by the next in the same minute, whatever the states are called."""
    model = f"""
        resources: {{desk: 1}}
        states:
          {first}: {{kind: activity, duration: 0 min, needs: {{desk: 1}}, to: out}}
          mole: {{kind: activity, duration: 1 days, needs: {{desk: 1}}, to: out}}
          long_in: {{kind: start, stream: long, to: mole}}
        """

    log = run(engine, model, gp=[5, 5], long=[5])

    assert ends(log) == [("out", 5), ("out", 5), ("out", 5 + DAY)]
