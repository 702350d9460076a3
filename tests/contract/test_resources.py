"""What is held, by whom, for how long: needs, alternatives, holds, turnover, rosters."""

from __future__ import annotations

import pytest

from tests.models import DAY, HOUR, ends, held, run, starts, visits


def test_needs_are_taken_together_or_not_at_all(engine: str) -> None:
    """While the nurse is busy, who waits for room and nurse holds neither: somebody else gets the room."""
    model = """
        resources: {room: 1, nurse: 1}
        states:
          dress: {kind: activity, duration: 10 min, needs: {room: 1, nurse: 1}, to: out}
          visit: {kind: activity, duration: 30 min, needs: {nurse: 1}, to: out}
          rest: {kind: activity, duration: 5 min, needs: {room: 1}, to: out}
          visit_in: {kind: start, stream: v, to: visit}
          rest_in: {kind: start, stream: r, to: rest}
        """

    log = run(engine, model, v=[0], gp=[1], r=[2])

    assert held(log, "room") == [(2, 2, 7), (1, 30, 40)]
    assert held(log, "nurse") == [(0, 0, 30), (1, 30, 40)]


def test_a_need_may_be_for_several_units(engine: str) -> None:
    """Two of three nurses each: one at a time, though one nurse stays idle."""
    model = """
        resources: {nurse: 3}
        states: {lift: {kind: activity, duration: 10 min, needs: {nurse: 2}, to: out}}
        """

    log = run(engine, model, gp=[0, 0])

    assert starts(log, "lift") == {0: 0, 1: 10}
    assert log.holds["units"].tolist() == [2, 2]


READERS = """
    resources: {ann: 1, bob: 1}
    states:
      read: {kind: activity, duration: 10 min, needs: {reader: {any_of: [bob, ann]}}, to: out}
      call: {kind: activity, duration: 3 min, needs: {bob: 1}, to: out}
      call_in: {kind: start, stream: c, to: call}
    """


def test_any_of_takes_the_first_that_is_free_in_the_order_given(engine: str) -> None:
    """Bob is named first; the second patient gets Ann, the third the first of them that is free again."""
    log = run(engine, READERS, gp=[0, 1, 2])

    assert held(log, "bob") == [(0, 0, 10), (2, 10, 20)]
    assert held(log, "ann") == [(1, 1, 11)]


def test_any_of_takes_another_while_the_first_is_busy(engine: str) -> None:
    """Bob is on the telephone until 3: Ann reads."""
    log = run(engine, READERS, c=[0], gp=[1])

    assert held(log, "ann") == [(1, 1, 11)]
    assert held(log, "bob") == [(0, 0, 3)]


def test_two_needs_may_not_be_met_by_one_unit(engine: str) -> None:
    """Two readers are wanted of Bob and Ann: both read, and the next patient waits for both."""
    model = """
        resources: {ann: 1, bob: 1}
        states:
          read:
            kind: activity
            duration: 10 min
            needs: {first: {any_of: [bob, ann]}, second: {any_of: [bob, ann]}}
            to: out
        """

    log = run(engine, model, gp=[0, 0])

    assert held(log, "bob") == [(0, 0, 10), (1, 10, 20)]
    assert held(log, "ann") == [(0, 0, 10), (1, 10, 20)]


STAY = """
    resources: {theatre: 1, bed: 2, surgeon: 1}
    states:
      operate:
        kind: activity
        duration: 30 min
        needs: {theatre: 1, surgeon: {for: 20 min}, bed: {for: 2 days}}
        to: out
    """


def test_a_hold_counts_from_the_start_and_may_be_shorter_or_longer_than_the_activity(engine: str) -> None:
    """The surgeon goes after 20 minutes, the theatre is free after 30, the bed is kept for two days."""
    log = run(engine, STAY, gp=[0, 0])

    assert held(log, "surgeon") == [(0, 0, 20), (1, 30, 50)]
    assert held(log, "theatre") == [(0, 0, 30), (1, 30, 60)]
    assert held(log, "bed") == [(0, 0, 2 * DAY), (1, 30, 30 + 2 * DAY)]


def test_a_patient_moves_on_when_the_longest_hold_ends(engine: str) -> None:
    """The operation of half an hour ends for the patient with the two days in bed."""
    log = run(engine, STAY, gp=[0])

    assert visits(log, "operate") == [(0, 0, 0, 2 * DAY, "completed")]
    assert ends(log) == [("out", 2 * DAY)]


def test_turnover_holds_the_room_and_not_the_patient(engine: str) -> None:
    """Cleaning takes 15 minutes: the patient goes home at 10, the next starts at 25."""
    model = """
        resources: {room: 1}
        states: {scan: {kind: activity, duration: 10 min, needs: {room: {turnover: 15 min}}, to: out}}
        """

    log = run(engine, model, gp=[0, 0])

    assert starts(log, "scan") == {0: 0, 1: 25}
    assert held(log, "room") == [(0, 0, 25), (1, 25, 50)]
    assert ends(log) == [("out", 10), ("out", 35)]


def test_turnover_follows_a_hold(engine: str) -> None:
    """A bed kept for an hour, then made for 20 minutes: that does not keep the patient, who moves on after the hour."""
    model = """
        resources: {bed: 1}
        states: {scan: {kind: activity, duration: 10 min, needs: {bed: {for: 60 min, turnover: 20 min}}, to: out}}
        """

    log = run(engine, model, gp=[0, 0])

    assert held(log, "bed") == [(0, 0, 80), (1, 80, 160)]
    assert ends(log) == [("out", 60), ("out", 140)]


OFFICE = """
    calendars: {day: "08:00-17:00"}
    resources: {room: {capacity: 1, calendar: day}}
    states:
      see: {kind: activity, duration: 60 min, needs: {room: 1}, to: out}
    """


def test_work_under_way_at_the_close_is_finished(engine: str) -> None:
    """A calendar recalls no unit: begun at 16:30, over at 17:30; nobody else starts before 08:00."""
    log = run(engine, OFFICE, gp=[16 * HOUR + 30, 16 * HOUR + 31])

    assert held(log, "room") == [(0, 990, 1050), (1, DAY + 480, DAY + 540)]


@pytest.mark.parametrize("policy", ["backfill", "strict"])
@pytest.mark.parametrize("need", ["room: 1", "room: {turnover: 1 min}", "room: {for: 60 min}", "any: {any_of: [room]}"])
@pytest.mark.parametrize("others", [[], [1000], [17 * HOUR]])
def test_nobody_starts_where_it_is_closed(engine: str, policy: str, need: str, others: list[int]) -> None:
    """Whatever the need, alone or beside another queue for the room: who comes at 17:00 starts at 08:00."""
    model = (
        OFFICE.replace("room: 1", need)
        + f"""
      tidy: {{kind: activity, duration: 5 min, needs: {{room: 1}}, priority: 1, to: out}}
      tidy_in: {{kind: start, stream: tidy, to: tidy}}
    run: {{queue: {policy}}}
    """
    )

    log = run(engine, model, gp=[17 * HOUR], tidy=others)

    assert starts(log, "see").popitem()[1] == DAY + 8 * HOUR


def test_turnover_may_pass_the_close(engine: str) -> None:
    """A case that just fits is started though its cleaning ends after 17:00."""
    model = OFFICE.replace("{room: 1}", "{room: {turnover: 30 min}}, fits: session")

    log = run(engine, model, gp=[16 * HOUR])

    assert held(log, "room") == [(0, 960, 1050)]


def test_overtime_can_reach_into_the_next_session(engine: str) -> None:
    """Work begun at 16:00 that lasts 17 hours holds the room until 09:00, past its opening."""
    log = run(engine, OFFICE.replace("60 min", "17 hours"), gp=[16 * HOUR, 16 * HOUR])

    assert starts(log, "see") == {0: 960, 1: DAY + 9 * HOUR}


SHIFTS = """
    calendars:
      shifts:
        - {days: [mon], hours: "08:00-12:00", units: 2}
        - {days: [mon], hours: "12:00-17:00", units: 1}
        - {days: [mon], hours: "17:00-20:00", units: 3}
    resources: {nurse: {calendar: shifts}}
    states: {see: {kind: activity, duration: DURATION, needs: {nurse: 1}, to: out}}
    """


def test_no_start_exceeds_the_roster(engine: str) -> None:
    """At 12:00 two units are held and one is rostered: nobody starts before both are given back."""
    log = run(engine, SHIFTS.replace("DURATION", "90 min"), gp=[11 * HOUR, 11 * HOUR + 30, 11 * HOUR + 31])

    assert starts(log, "see") == {0: 660, 1: 690, 2: 780}


def test_a_larger_shift_lets_the_waiting_start(engine: str) -> None:
    """At 17:00 three are rostered and one is held: two of the three who wait start."""
    log = run(engine, SHIFTS.replace("DURATION", "2 hours"), gp=[16 * HOUR] * 4)

    assert sorted(starts(log, "see").items()) == [(0, 960), (1, 1020), (2, 1020), (3, 1080)]


def test_leave_takes_units_away(engine: str) -> None:
    """One of two is on leave on Tuesday: Monday two at a time, Tuesday one."""
    model = """
        calendars: {day: "08:00-17:00"}
        resources: {nurse: {capacity: 2, calendar: day, leave: [{from: 2027-01-05, to: 2027-01-05}]}}
        states: {see: {kind: activity, duration: 60 min, needs: {nurse: 1}, to: out}}
        """

    log = run(engine, model, gp=[480, 480, DAY + 480, DAY + 480])

    assert starts(log, "see") == {0: 480, 1: 480, 2: DAY + 480, 3: DAY + 540}


def test_the_log_keeps_the_roster(engine: str) -> None:
    """The capacity table says what is rostered from when on."""
    log = run(engine, SHIFTS.replace("DURATION", "2 hours"), gp=[])

    assert log.capacity["at"][:5].tolist() == [0, 480, 720, 1020, 1200]
    assert log.capacity["units"][:5].tolist() == [0, 2, 1, 3, 0]
