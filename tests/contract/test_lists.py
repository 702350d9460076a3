"""Booked lists: frozen at their notice, packed by planned minutes, cancelled on the day, refilled, released, bumped."""

from __future__ import annotations

import numpy as np

from pathway.eventlog import EventLog
from tests.models import DAY, HOUR, run, starts, visits

# a theatre open 08:00-12:00 every day, booked two days ahead
THEATRE = """
    calendars: {list: "08:00-12:00"}
    resources: {theatre: {capacity: 1, calendar: list, list: {notice: 2 days}}}
    states: {operate: {kind: activity, duration: 2 hours, needs: {theatre: 1}, to: out}}
    """


def sessions(log: EventLog, state: str) -> list[tuple[int, int | None]]:
    """List (case, list booked on) of every visit to a state, by case and visit."""
    table = log.visits
    rows = np.flatnonzero(table["state"] == log.vocabulary.states.index(state))
    rows = rows[np.lexsort((table["visit"][rows], table["case"][rows]))]
    lists = [int(number) for number in table["session"][rows]]
    return [
        (int(case), None if number < 0 else number) for case, number in zip(table["case"][rows], lists, strict=True)
    ]


def booked(log: EventLog) -> list[int]:
    """List the minutes booked on each list when it opened."""
    return [int(minutes) for minutes in log.sessions["booked"]]


def begun(log: EventLog, state: str) -> list[int]:
    """List the minutes in which anyone started in a state, the earliest first."""
    return sorted(minute for minute in starts(log, state).values() if minute is not None)


# ---------------------------------------------------------------- freezing and packing


def test_a_list_freezes_at_its_notice(engine: str) -> None:
    """Wednesday 08:00 freezes on Monday 08:00: who asks then is booked on it, a minute later it is Thursday's."""
    log = run(engine, THEATRE, gp=[8 * HOUR, 8 * HOUR + 1])

    assert starts(log, "operate") == {0: 2 * DAY + 480, 1: 3 * DAY + 480}
    assert sessions(log, "operate") == [(0, 2), (1, 3)]


def test_an_empty_theatre_is_not_offered_to_who_was_not_booked(engine: str) -> None:
    """Monday's and Tuesday's lists froze at minute 0 with nobody waiting: who asks at 06:00 is not called in."""
    log = run(engine, THEATRE, gp=[6 * HOUR])

    assert starts(log, "operate") == {0: 2 * DAY + 480}
    assert booked(log)[:4] == [0, 0, 120, 0]


def test_lists_that_freeze_before_the_run_freeze_in_minute_0(engine: str) -> None:
    """Three who ask in minute 0 are booked on Monday's list (two of them) and Tuesday's."""
    log = run(engine, THEATRE, gp=[0, 0, 0])

    assert starts(log, "operate") == {0: 480, 1: 600, 2: DAY + 480}


def test_turnover_counts_when_a_list_is_packed(engine: str) -> None:
    """Two hours and ten minutes of cleaning, twice, are more than four hours; with 20 minutes of overrun both fit."""
    cleaned = THEATRE.replace("{theatre: 1}", "{theatre: {turnover: 10 min}}")
    longer = cleaned.replace("notice: 2 days", "notice: 2 days, overrun: 20 min")

    assert starts(run(engine, cleaned, gp=[0, 0]), "operate") == {0: 480, 1: DAY + 480}
    assert starts(run(engine, longer, gp=[0, 0]), "operate") == {0: 480, 1: 610}


def test_planned_minutes_are_booked_and_not_those_it_takes(engine: str) -> None:
    """Planned for one hour, four are booked on Monday; each takes two, so the third and fourth no longer fit."""
    log = run(engine, THEATRE.replace("needs", "planned: 1 hours, needs"), gp=[0, 0, 0, 0])

    monday = [(0, 0, 480, 600, "completed"), (1, 0, 600, 720, "completed")]
    assert booked(log)[0] == 240
    assert [row for row in visits(log, "operate") if row[0] < 2] == monday
    assert [row for row in visits(log, "operate") if row[4] == "overrun"] == [
        (2, 0, None, 661, "overrun"),
        (3, 0, None, 661, "overrun"),
    ]


def test_one_that_does_not_fit_is_passed_over(engine: str) -> None:
    """After a two-hour case another of three hours does not fit, so the one-hour case behind it is booked."""
    model = THEATRE.replace(
        "states: {",
        """states: {
            long: {kind: activity, duration: 3 hours, needs: {theatre: 1}, to: out},
            short: {kind: activity, duration: 1 hours, needs: {theatre: 1}, to: out},
            b_in: {kind: start, stream: b, to: long}, c_in: {kind: start, stream: c, to: short},
            gp_in: {kind: start, stream: gp, to: operate}, """,
    )

    log = run(engine, model, gp=[0], b=[1], c=[2])

    assert starts(log, "operate") == {0: 480}
    assert starts(log, "short") == {
        2: 2 * DAY + 3 * HOUR + 480
    }  # asked at minute 2, after Monday's and Tuesday's froze
    assert starts(log, "long") == {1: 2 * DAY + 480}


def test_who_is_first_in_the_order_is_booked_first(engine: str) -> None:
    """An urgent patient who asked later is booked before one who asked first."""
    model = THEATRE.replace("needs", "priority: [{when: stream == red, value: 0}, {value: 1}], needs")

    log = run(engine, model, gp=[0, 0], red=[0])

    first = {case for case, start in starts(log, "operate").items() if start == 480}
    assert {log.vocabulary.streams[log.cases["stream"][case]] for case in first} == {"red"}


def test_each_unit_is_a_list_of_its_own(engine: str) -> None:
    """Two theatres, the second until 10:00 only: three cases on Monday, and the second list holds one."""
    model = THEATRE.replace(
        '{list: "08:00-12:00"}',
        """{list: [{days: [mon], hours: "08:00-10:00", units: 2}, {days: [mon], hours: "10:00-12:00", units: 1}]}""",
    )

    log = run(engine, model, gp=[0, 0, 0, 0])

    assert booked(log)[:2] == [240, 120]
    assert list(log.sessions["closes"][:2]) == [720, 600]
    assert begun(log, "operate")[:3] == [480, 480, 600]


def test_a_list_is_not_booked_with_what_the_roster_lacks(engine: str) -> None:
    """The surgeon is there on Wednesdays only; Monday's and Tuesday's lists stay empty."""
    model = THEATRE.replace("{theatre: 1}", "{theatre: 1, surgeon: 1}").replace(
        "resources: {", "resources: {surgeon: {calendar: wednesdays}, "
    )
    model = model.replace("calendars: {", 'calendars: {wednesdays: [{days: [wed], hours: "07:00-13:00"}], ')

    log = run(engine, model, gp=[0])

    assert starts(log, "operate") == {0: 2 * DAY + 480}
    assert sessions(log, "operate") == [(0, 2)]


# ---------------------------------------------------------------- on the day

WARD = """
    calendars: {list: "08:00-12:00"}
    resources: {theatre: {calendar: list, list: {notice: 1 days}}, ward: {kind: bed, capacity: 1}}
    states:
      operate: {kind: activity, duration: 2 hours, needs: {theatre: 1, ward: {for: STAY}}, to: out}
    """


def test_who_finds_no_bed_is_cancelled_and_keeps_the_place(engine: str) -> None:
    """One bed, taken for 23 hours: the second of Monday's list waits for it until 10:00 and is first on Wednesday's.

    Tuesday's list froze on Monday 08:00, before the cancellation.
    """
    log = run(engine, WARD.replace("STAY", "23 hours"), gp=[0, 0])

    assert visits(log, "operate") == [
        (0, 0, 480, 480 + 23 * HOUR, "completed"),
        (1, 0, None, 601, "no_bed"),
        (1, 0, 2 * DAY + 480, 3 * DAY + 420, "completed"),
    ]
    assert sessions(log, "operate") == [(0, 0), (1, 0), (1, 2)]


def test_a_bed_in_time_is_no_cancellation(engine: str) -> None:
    """A stay of exactly two hours gives the bed back at 10:00, the last minute in which the second fits."""
    assert starts(run(engine, WARD.replace("STAY", "2 hours"), gp=[0, 0]), "operate") == {0: 480, 1: 600}


def test_missing_staff_is_said(engine: str) -> None:
    """The surgeon is held by a walk-in from 07:59 for three hours: the booked case does not start by 10:00."""
    model = """
        calendars: {list: "08:00-12:00"}
        resources: {theatre: {calendar: list, list: {notice: 1 days}}, surgeon: 1}
        states:
          operate: {kind: activity, duration: 2 hours, needs: {theatre: 1, surgeon: 1}, to: out}
          see: {kind: activity, duration: 3 hours, needs: {surgeon: 1}, to: out}
          b_in: {kind: start, stream: b, to: see}
        """

    log = run(engine, model, gp=[0], b=[479])

    assert visits(log, "operate")[0] == (0, 0, None, 601, "no_staff")


def test_one_who_cannot_start_does_not_hold_up_the_next(engine: str) -> None:
    """The first on the list has no bed; the second, who needs none, starts at 08:00."""
    model = """
        calendars: {list: "08:00-12:00"}
        resources: {theatre: {calendar: list, list: {notice: 1 days}}, ward: {kind: bed, capacity: 1}}
        states:
          stay: {kind: activity, duration: 9 hours, needs: {ward: 1}, to: out}
          major: {kind: activity, duration: 2 hours, needs: {theatre: 1, ward: 1}, to: out}
          minor: {kind: activity, duration: 2 hours, needs: {theatre: 1}, to: out}
          a_in: {kind: start, stream: a, to: stay}
          b_in: {kind: start, stream: b, to: major}
          c_in: {kind: start, stream: c, to: minor}
        """

    log = run(engine, model, a=[0], b=[0], c=[0])

    assert starts(log, "minor") == {2: 480}
    assert starts(log, "major") == {1: 600}  # the stay ends at 09:00, but the theatre is taken until 10:00


def test_what_came_before_took_too_long(engine: str) -> None:
    """The first case takes two and a half hours though planned for two: the second is cancelled at 10:01."""
    log = run(engine, THEATRE.replace("duration: 2 hours", "duration: 150 min, planned: 2 hours"), gp=[0, 0])

    assert visits(log, "operate")[1] == (1, 0, None, 601, "overrun")


def test_overrun_lets_a_late_case_start(engine: str) -> None:
    """With half an hour of overrun the second starts at 10:30."""
    model = THEATRE.replace("duration: 2 hours", "duration: 150 min, planned: 2 hours")

    log = run(engine, model.replace("notice: 2 days", "notice: 2 days, overrun: 30 min"), gp=[0, 0])

    assert starts(log, "operate") == {0: 480, 1: 630}


def test_a_deadline_takes_a_patient_off_the_list(engine: str) -> None:
    """Who dies before the operation leaves; the other, booked behind, comes first, and nobody else is called."""
    model = THEATRE.replace("states:", "attributes: {life: {kind: duration, draw: LIFE}}\n    states:")
    model = model.replace("LIFE", "[{when: stream == a, value: 3 hours}, {value: never}]")
    model += "\n    deadlines: {death: {attribute: life, to: out}}"

    log = run(engine, model, a=[0], b=[0], c=[0])

    assert visits(log, "operate")[0] == (0, 0, None, 180, "left")
    assert starts(log, "operate") == {0: None, 1: 480, 2: DAY + 480}
    assert booked(log)[0] == 120


# ---------------------------------------------------------------- gaps


def test_a_gap_is_for_short_notice_only(engine: str) -> None:
    """The two booked on Wednesday's list die on Tuesday: who can come at short notice fills a gap, who cannot waits.

    Both ask on Tuesday at 09:00; Thursday's list froze at 08:00, so the other is booked on Friday's.
    """
    model = THEATRE.replace("states:", "attributes: {life: {kind: duration, draw: LIFE}}\n    states:")
    model = model.replace("LIFE", "[{when: stream == a, value: 36 hours}, {value: never}]")
    model = model.replace("needs", "short_notice: [{when: stream == b, value: yes}, {value: no}], needs")
    model += "\n    deadlines: {death: {attribute: life, to: out}}"

    log = run(engine, model, a=[1, 1], b=[DAY + 540], c=[DAY + 540])

    assert starts(log, "operate") == {0: None, 1: None, 2: 2 * DAY + 480, 3: 4 * DAY + 480}
    assert booked(log)[2:5] == [120, 0, 120]


MISSING = """
    calendars: {list: "08:00-12:00"}
    resources: {theatre: {calendar: list, list: {notice: 2 days}}}
    states:
      operate:
        kind: activity
        duration: 2 hours
        needs: {theatre: 1}
        no_show: {share: 99.9 percent, slot: SLOT, rebook: 30 days}
        to: out
      long: {kind: activity, duration: 4 hours, needs: {theatre: 1}, short_notice: yes, to: out}
      a_in: {kind: start, stream: a, to: operate}
      b_in: {kind: start, stream: b, to: long}
    """


def test_a_refilled_slot_is_a_gap_at_once(engine: str) -> None:
    """Four hours fit only if nobody else is booked: they start at 08:00, as the one booked then does not come."""
    log = run(engine, MISSING.replace("SLOT", "refilled"), a=[0], b=[420])

    assert visits(log, "operate") == [(0, 0, 480, 480, "no_show")]
    assert starts(log, "long") == {1: 480}


def test_a_lost_slot_is_no_gap(engine: str) -> None:
    """Where the slot is lost the theatre stays empty for two hours, and four hours begin on Tuesday."""
    log = run(engine, MISSING.replace("SLOT", "lost"), a=[0], b=[420])

    assert visits(log, "operate") == [(0, 0, 480, 600, "no_show")]
    assert starts(log, "long") == {1: DAY + 480}  # Tuesday's list froze empty, which is a gap when it opens


# ---------------------------------------------------------------- first call and release

FIRST = """
    calendars: {list: "08:00-12:00", tuesdays: [{days: [tue], hours: "07:00-13:00"}]}
    resources:
      suite:
        calendar: list
        list: {notice: 1 days, first_call: [{calendar: tuesdays, for: [rare]RELEASE}]}
    states:
      rare: {kind: activity, duration: 4 hours, needs: {suite: 1}, to: out}
      common: {kind: activity, duration: 4 hours, needs: {suite: 1}, to: out}
      a_in: {kind: start, stream: a, to: rare}
      b_in: {kind: start, stream: b, to: common}
    """
RELEASED = ", release: {before: 30 hours}"


def test_first_call_keeps_a_session(engine: str) -> None:
    """Tuesdays are for the rare procedure: of three common ones Monday, Wednesday and Thursday have one each."""
    log = run(engine, FIRST.replace("RELEASE", ""), b=[0, 0, 0])

    assert begun(log, "common") == [480, 2 * DAY + 480, 3 * DAY + 480]


def test_a_session_nobody_asks_for_is_released(engine: str) -> None:
    """Thirty hours before Tuesday 08:00 is Monday 02:00: nobody waits for the rare one, so it goes to a common one."""
    log = run(engine, FIRST.replace("RELEASE", RELEASED), b=[0, 0, 0])

    assert list(log.sessions["released_at"][:2]) == [-1, 2 * HOUR]
    assert begun(log, "common") == [480, DAY + 480, 2 * DAY + 480]


def test_a_session_that_is_asked_for_is_not_released(engine: str) -> None:
    """A rare one asked for at 01:00 keeps Tuesday; at 02:01 it is too late, and Tuesday is a common one's."""
    kept = run(engine, FIRST.replace("RELEASE", RELEASED), a=[HOUR], b=[0, 0])
    gone = run(engine, FIRST.replace("RELEASE", RELEASED), a=[2 * HOUR + 1], b=[0, 0])

    assert starts(kept, "rare") == {2: DAY + 480}
    assert starts(gone, "rare") == {2: 2 * DAY + 480}
    assert begun(gone, "common") == [480, DAY + 480]


# ---------------------------------------------------------------- emergencies

EMERGENCY = """
    calendars: {list: "08:00-12:00"}
    resources: {theatre: {calendar: list, list: {notice: 1 days}}}
    states:
      operate: {kind: activity, duration: 1 hours, priority: 1, needs: {theatre: 1}, to: out}
      rescue: {kind: activity, duration: 1 hours, emergency: yes, needs: {theatre: 1}, to: out}
      e_in: {kind: start, stream: e, to: rescue}
    """


def test_an_emergency_bumps_the_next_on_the_list(engine: str) -> None:
    """At 08:30 an emergency comes; it goes next, at 09:00, and the second of three is cancelled, the third follows.

    The bumped patient asks again with priority 0 and is booked on Wednesday's list before one who asked first.
    """
    log = run(engine, EMERGENCY, gp=[0, 0, 0], e=[510])

    assert visits(log, "rescue") == [(3, 510, 540, 600, "completed")]
    assert visits(log, "operate") == [
        (0, 0, 480, 540, "completed"),
        (1, 0, None, 540, "bumped"),
        (1, 0, 2 * DAY + 480, 2 * DAY + 540, "completed"),
        (2, 0, 600, 660, "completed"),
    ]
    assert list(log.visits["priority"][log.visits["outcome"] == 10]) == [1]


def test_an_emergency_that_bumps_nobody(engine: str) -> None:
    """When nobody is left on the list an emergency only takes the theatre."""
    log = run(engine, EMERGENCY, gp=[0], e=[600])

    assert starts(log, "rescue") == {1: 600}
    assert visits(log, "operate") == [(0, 0, 480, 540, "completed")]
