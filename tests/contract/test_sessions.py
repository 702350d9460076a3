"""Sessions: whether an activity fits into one (`fits`), and from which one on a request may start (`notice`)."""

from __future__ import annotations

import pytest

from tests.models import DAY, HOUR, MON, THU, TUE, WED, WEEK, ends, held, run, starts, visits

LIST = """
    calendars: {list: "08:00-12:00"}
    resources: {theatre: {capacity: 1, calendar: list}}
    states: {operate: {kind: activity, duration: 2 hours, needs: {theatre: 1}, fits: session, to: out}}
    """


def test_what_ends_at_the_close_fits(engine: str) -> None:
    """Two operations of two hours fill 08:00-12:00; the third is for tomorrow."""
    log = run(engine, LIST, gp=[0, 0, 0])

    assert starts(log, "operate") == {0: 480, 1: 600, 2: DAY + 480}


def test_a_minute_too_long_does_not_fit(engine: str) -> None:
    """At 10:01 two hours do not fit before 12:00; at 10:00 they did."""
    log = run(engine, LIST, early=[600], late=[DAY + 601])

    assert starts(log, "operate") == {0: 600, 1: 2 * DAY + 480}


def test_without_fits_anything_starts_before_the_close(engine: str) -> None:
    """Where nothing has to fit, an operation starts at 11:59 and goes on in overtime."""
    log = run(engine, LIST.replace("fits: session, ", ""), gp=[719])

    assert held(log, "theatre") == [(0, 719, 839)]


def test_the_planned_minutes_decide_and_not_the_drawn_ones(engine: str) -> None:
    """Planned for one hour, it starts at 11:00 and lasts until 13:00; planned for three, it is not started at 09:01."""
    an_hour, three_hours = (LIST.replace("fits:", f"planned: {hours} hours, fits:") for hours in (1, 3))

    assert held(run(engine, an_hour, gp=[660]), "theatre") == [(0, 660, 780)]
    assert held(run(engine, three_hours, gp=[541]), "theatre") == [(0, DAY + 480, DAY + 600)]


@pytest.mark.parametrize(("arrives", "starts_at"), [(720 - 101, 720 - 101), (720 - 100, DAY + 480)])
def test_planned_is_the_mean_rounded_up_unless_said(engine: str, arrives: int, starts_at: int) -> None:
    """Uniform from 100 to 101 minutes has the mean 100.5, so 101 minutes must be left before the close."""
    model = LIST.replace("duration: 2 hours", "duration: {uniform: {min: 100 min, max: 101 min}}")

    log = run(engine, model, gp=[arrives])

    assert starts(log, "operate") == {0: starts_at}


@pytest.mark.parametrize(("arrives", "starts_at"), [(620, 620), (621, DAY + 480)])
def test_overrun_lets_a_case_pass_the_close(engine: str, arrives: int, starts_at: int) -> None:
    """With 20 minutes of overrun two hours may begin until 10:20."""
    log = run(engine, LIST.replace("fits:", "overrun: 20 min, fits:"), gp=[arrives])

    assert starts(log, "operate") == {0: starts_at}


def test_turnover_need_not_fit(engine: str) -> None:
    """Two hours and an hour of cleaning still begin at 10:00."""
    log = run(engine, LIST.replace("{theatre: 1}", "{theatre: {turnover: 60 min}}"), gp=[600])

    assert held(log, "theatre") == [(0, 600, 780)]


def test_every_need_must_stay_open(engine: str) -> None:
    """The theatre is open until 12:00 but the surgeon leaves at 11:00: two hours fit until 09:00 only."""
    model = LIST.replace("{theatre: 1}", "{theatre: 1, surgeon: 1}")
    model = model.replace('list: "08:00-12:00"', 'list: "08:00-12:00", rounds: "08:00-11:00"')
    model = model.replace("resources: {", "resources: {surgeon: {capacity: 1, calendar: rounds}, ")

    log = run(engine, model, early=[540], late=[DAY + 541])

    assert starts(log, "operate") == {0: 540, 1: 2 * DAY + 480}


def test_any_of_takes_the_first_it_fits_into(engine: str) -> None:
    """The small theatre is free but closes at 09:00: two hours go to the large one."""
    model = """
        calendars: {short: "08:00-09:00", long: "08:00-12:00"}
        resources: {small: {capacity: 1, calendar: short}, large: {capacity: 1, calendar: long}}
        states:
          operate:
            {kind: activity, duration: 2 hours, needs: {room: {any_of: [small, large]}}, fits: session, to: out}
        """

    log = run(engine, model, gp=[480])

    assert held(log, "large") == [(0, 480, 600)]
    assert held(log, "small") == []


# two nurses, but one from 10:00 to 11:00
DIP = """
    calendars:
      day:
        - {days: [mon], hours: "08:00-10:00", units: 2}
        - {days: [mon], hours: "10:00-11:00", units: 1}
        - {days: [mon], hours: "11:00-17:00", units: 2}
    resources: {nurse: {calendar: day}}
    states: {see: {kind: activity, duration: MINUTES, needs: {nurse: 1}, fits: session, to: out}}
    """


def test_a_dip_counts_against_what_is_held_now(engine: str) -> None:
    """At 09:00 one of two is held and at 10:00 there is only one: two hours start when the other ends at 09:30."""
    model = DIP.replace("MINUTES", "[{when: stream == short, value: 90 min}, {value: 120 min}]").replace(
        "fits", "planned: 120 min, fits"
    )

    log = run(engine, model, short=[480], gp=[540])

    assert starts(log, "see") == {0: 480, 1: 570}


def test_a_dip_that_is_over_is_forgotten(engine: str) -> None:
    """Three patients of 90 minutes: two at 08:00, one at 09:30, and the last waits for the end of the dip."""
    log = run(engine, DIP.replace("MINUTES", "90 min"), gp=[480, 480, 480, 480])

    assert sorted(starts(log, "see").values(), key=str) == [480, 480, 570, 660]


def test_a_rise_on_the_way_hides_no_close(engine: str) -> None:
    """One nurse until 10:00, two until 11:15, then none: two hours begin at 09:15 at the latest."""
    model = """
        calendars:
          day: [{days: [mon], hours: "08:00-10:00", units: 1}, {days: [mon], hours: "10:00-11:15", units: 2}]
        resources: {nurse: {calendar: day}}
        states: {see: {kind: activity, duration: 2 hours, needs: {nurse: 1}, fits: session, to: out}}
        """

    assert starts(run(engine, model, gp=[555]), "see") == {0: 555}
    assert starts(run(engine, model, gp=[556]), "see") == {0: WEEK + 480}


# ---------------------------------------------------------------- notice

CLINIC = """
    calendars: {day: "08:00-17:00"}
    resources: {room: {capacity: 1, calendar: day}}
    states:
      see: {kind: activity, duration: 10 min, notice: 2 days, needs: {room: 1}, to: out}
      call: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}
      call_in: {kind: start, stream: c, to: call}
    """


@pytest.mark.parametrize(
    ("asks", "starts_at"), [(MON + 480, WED + 480), (MON + 481, THU + 480), (MON + 1000, THU + 480)]
)
def test_a_request_waits_for_the_first_session_that_opens_late_enough(engine: str, asks: int, starts_at: int) -> None:
    """Two days from Monday 08:00 is Wednesday's session; a minute later it is Thursday's, not Wednesday 08:01."""
    log = run(engine, CLINIC, gp=[asks])

    assert visits(log, "see") == [(0, asks, starts_at, starts_at + 10, "completed")]


def test_who_gave_notice_keeps_the_place_of_the_asking(engine: str) -> None:
    """Asked on Monday and eligible on Wednesday, a patient goes before one who asked for the room on Tuesday."""
    log = run(engine, CLINIC, gp=[MON + 480], c=[TUE + 1100])

    assert starts(log, "see") == {0: WED + 480}
    assert starts(log, "call") == {1: WED + 490}


def test_notice_binds_even_an_idle_room(engine: str) -> None:
    """Until Wednesday the room is free for others."""
    log = run(engine, CLINIC, gp=[MON + 480], c=[MON + 485])

    assert starts(log, "call") == {1: MON + 485}


def test_where_nothing_closes_notice_is_just_that_long(engine: str) -> None:
    """A room that never closes has no sessions to wait for: two days are two days."""
    log = run(
        engine, CLINIC.replace("{capacity: 1, calendar: day}", "1").replace('{day: "08:00-17:00"}', "{}"), gp=[485]
    )

    assert starts(log, "see") == {0: WED + 485}


def test_an_activity_without_needs_has_no_sessions_either(engine: str) -> None:
    """A letter that needs nobody, at two days' notice, is two days late."""
    model = "states: {write: {kind: activity, duration: 10 min, notice: 2 days, to: out}}"

    log = run(engine, model, gp=[485])

    assert starts(log, "write") == {0: WED + 485}


def test_a_session_opens_when_everything_needed_is_there(engine: str) -> None:
    """The room opens at 08:00 and the nurse comes at 10:00: asked at 09:00, Wednesday 10:00 is the first opening."""
    model = CLINIC.replace("{room: 1}, to", "{room: 1, nurse: 1}, to", 1)
    model = model.replace('"08:00-17:00"', '"08:00-17:00", morning: "10:00-12:00"')
    model = model.replace("resources: {", "resources: {nurse: {capacity: 1, calendar: morning}, ")

    log = run(engine, model, gp=[MON + 9 * HOUR])

    assert starts(log, "see") == {0: WED + 10 * HOUR}


def test_patience_runs_while_notice_does(engine: str) -> None:
    """Who loses patience after a day is never seen on Wednesday."""
    log = run(engine, CLINIC.replace("notice:", "leaves: {after: 1 days, to: out}, notice:"), gp=[MON + 480])

    assert visits(log, "see") == [(0, MON + 480, None, TUE + 480, "left")]
    assert ends(log) == [("out", TUE + 480)]


def test_no_session_before_the_end_leaves_a_request_open(engine: str) -> None:
    """Asked two days before the end at ten days' notice: open, and still in the log."""
    log = run(engine, CLINIC.replace("2 days", "10 days"), gp=[12 * DAY])

    assert visits(log, "see") == [(0, 12 * DAY, None, None, "open")]
