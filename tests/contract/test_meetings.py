"""Meetings: a standing booking of a team, at which cases are discussed one after the other."""

from __future__ import annotations

from tests.models import DAY, HOUR, THU, TUE, ends, held, run, starts, visits

ONE = 13 * HOUR

MDT = """
    calendars: {day: "08:00-17:00", mdt: "13:00-14:00"}
    resources: {surgeon: {capacity: 1, calendar: day}}
    states:
      discuss:
        kind: activity
        duration: 20 min
        overrun: 0 min
        meeting: {calendar: mdt, team: {surgeon: 1}}
        to: out
      operate: {kind: activity, duration: 60 min, needs: {surgeon: 1}, to: out}
      operate_in: {kind: start, stream: o, to: operate}
    """


def test_cases_are_discussed_one_at_a_time_while_they_fit(engine: str) -> None:
    """Three cases of 20 minutes fill the hour; the fourth is for tomorrow."""
    log = run(engine, MDT, gp=[0, 0, 0, 0])

    assert starts(log, "discuss") == {0: ONE, 1: ONE + 20, 2: ONE + 40, 3: TUE + ONE}


def test_cases_are_discussed_in_the_order_of_the_queue(engine: str) -> None:
    """Priority first, then who asked first."""
    model = MDT.replace("overrun:", "priority: [{when: stream == urgent, value: 0}, {value: 1}]\n        overrun:")

    log = run(engine, model, gp=[0, 1], urgent=[2])

    assert starts(log, "discuss") == {0: ONE + 20, 1: ONE + 40, 2: ONE}


def test_a_meeting_may_go_on_for_a_quarter_of_an_hour_unless_said(engine: str) -> None:
    """Cases of 25 minutes at 13:00, 13:25 and, as 14:15 is early enough, 13:50; with no overrun the third must wait."""
    usual = MDT.replace("20 min", "25 min").replace("        overrun: 0 min\n", "")

    assert starts(run(engine, usual, gp=[0, 0, 0]), "discuss") == {0: ONE, 1: ONE + 25, 2: ONE + 50}
    assert starts(run(engine, MDT.replace("20 min", "25 min"), gp=[0, 0, 0]), "discuss")[2] == TUE + ONE


def test_planned_minutes_decide_what_still_fits(engine: str) -> None:
    """Planned for 30 minutes and over after 20, a third case does not begin at 13:40."""
    log = run(engine, MDT.replace("overrun:", "planned: 30 min\n        overrun:"), gp=[0, 0, 0])

    assert starts(log, "discuss") == {0: ONE, 1: ONE + 20, 2: TUE + ONE}


def test_the_team_is_away_until_the_close_whatever_the_caseload(engine: str) -> None:
    """No case is discussed, and yet an operation asked for at 13:10 waits until 14:00."""
    log = run(engine, MDT, o=[ONE + 10], gp=[])

    assert starts(log, "operate") == {0: 14 * HOUR}


def test_only_the_team_is_taken(engine: str) -> None:
    """Of two surgeons one sits in the meeting and the other operates."""
    log = run(engine, MDT.replace("surgeon: {capacity: 1", "surgeon: {capacity: 2"), o=[ONE + 10, ONE + 10], gp=[])

    assert starts(log, "operate") == {0: ONE + 10, 1: 14 * HOUR}


def test_work_under_way_goes_on_into_the_meeting(engine: str) -> None:
    """An operation begun at 12:30 is finished at 13:30, and the meeting is held all the same."""
    log = run(engine, MDT, o=[12 * HOUR + 30], gp=[0])

    assert held(log, "surgeon") == [(1, 750, 810)]
    assert starts(log, "discuss") == {0: ONE}


def test_the_log_tells_what_meetings_reserve(engine: str) -> None:
    """Of the surgeon's units one is reserved from 13:00 to 14:00, and the meeting is there only then."""
    log = run(engine, MDT, gp=[])
    surgeon, meeting = (
        log.capacity["resource"] == log.vocabulary.resources.index(n) for n in ("surgeon", "meeting:mdt")
    )

    assert log.capacity["at"][surgeon][:5].tolist() == [0, 480, ONE, 840, 1020]
    assert log.capacity["units"][surgeon][:5].tolist() == [0, 1, 1, 1, 0]
    assert log.capacity["reserved"][surgeon][:5].tolist() == [0, 0, 1, 0, 0]
    assert log.capacity["at"][meeting][:3].tolist() == [0, ONE, 840]


QUORUM = MDT.replace("team: {surgeon: 1}}", "team: {surgeon: 1}, quorum: {surgeon: 2}}")


def test_no_quorum_no_meeting_and_no_team_taken(engine: str) -> None:
    """One of two surgeons is on leave on Monday: the meeting is cancelled, its cases wait, the other can operate."""
    leave = "surgeon: {capacity: 2, leave: [{from: 2027-01-04, to: 2027-01-04}]"

    log = run(engine, QUORUM.replace("surgeon: {capacity: 1", leave), gp=[0], o=[ONE])

    assert starts(log, "discuss") == {0: TUE + ONE}
    assert starts(log, "operate") == {1: ONE}


def test_the_quorum_is_of_those_rostered_busy_or_not(engine: str) -> None:
    """Both surgeons are operating at 13:00: they are on the roster, so the meeting is held."""
    log = run(engine, QUORUM.replace("surgeon: {capacity: 1", "surgeon: {capacity: 2"), gp=[0], o=[ONE - 1, ONE - 1])

    assert starts(log, "discuss") == {0: ONE}


def test_a_deferred_case_uses_its_minutes_and_comes_to_the_next_session(engine: str) -> None:
    """As good as always deferred: 13:00 to 13:20 every day, a new row each time, asked for when the last was over."""
    model = MDT.replace("team: {surgeon: 1}}", "team: {surgeon: 1}, deferral: 99.9999 percent}")

    log = run(engine, model, gp=[0, 0])

    assert visits(log, "discuss")[:4] == [
        (0, 0, ONE, ONE + 20, "deferred"),
        (1, 0, ONE + 20, ONE + 40, "deferred"),
        (0, ONE + 20, TUE + ONE, TUE + ONE + 20, "deferred"),
        (1, ONE + 40, TUE + ONE + 20, TUE + ONE + 40, "deferred"),
    ]
    assert log.visits["visit"][:4].tolist() == [1, 1, 2, 2]
    assert held(log, "meeting:mdt")[:2] == [(0, ONE, ONE + 20), (1, ONE + 20, ONE + 40)]


def test_a_deferral_obeys_notice(engine: str) -> None:
    """With a day and a half of notice a case is discussed on Tuesday, deferred, and discussed again on Thursday."""
    model = MDT.replace("team: {surgeon: 1}}", "team: {surgeon: 1}, deferral: 99.9999 percent}")

    log = run(engine, model.replace("overrun:", "notice: 36 hours\n        overrun:"), gp=[0])

    assert [row[2] for row in visits(log, "discuss")][:2] == [TUE + ONE, THU + ONE]


def test_a_deferral_is_no_completed_visit(engine: str) -> None:
    """However often deferred, a case that goes on has been discussed once."""
    model = MDT.replace("team: {surgeon: 1}}", "team: {surgeon: 1}, deferral: 50 percent}")
    model = model.replace("to: out", "rules: [{when: visits(discuss) == 1, to: out}, {to: twice}]", 1)

    log = run(engine, model + "  twice: {kind: end}", gp=[0] * 8)

    assert {row[-1] for row in visits(log, "discuss")} == {"deferred", "completed"}
    assert {end for end, _ in ends(log)} == {"out"}


def test_two_states_share_one_meeting(engine: str) -> None:
    """First and second discussions take turns in one session, in one order."""
    model = (
        MDT
        + """
      review:
        kind: activity
        duration: 20 min
        overrun: 0 min
        meeting: {calendar: mdt, team: {surgeon: 1}}
        to: out
      review_in: {kind: start, stream: r, to: review}
    """
    )

    log = run(engine, model, gp=[1, 4], r=[2, 3])

    assert starts(log, "discuss") == {0: ONE, 3: TUE + ONE}
    assert starts(log, "review") == {1: ONE + 20, 2: ONE + 40}


def test_two_meetings_take_two_of_a_team(engine: str) -> None:
    """Liver and bowel meet at once: both take a surgeon of three, and one can operate."""
    model = MDT.replace("surgeon: {capacity: 1", "surgeon: {capacity: 3").replace(
        '"13:00-14:00"', '"13:00-14:00", bowel: "13:30-15:00"'
    )
    model += """
      colon: {kind: activity, duration: 20 min, meeting: {calendar: bowel, team: {surgeon: 1}}, to: out}
      colon_in: {kind: start, stream: c, to: colon}
    """

    log = run(engine, model, gp=[], c=[0], o=[ONE + 31] * 4)

    assert sorted(starts(log, "operate").values(), key=str) == [ONE + 31, 14 * HOUR, ONE + 91, 15 * HOUR]
    assert starts(log, "colon") == {0: ONE + 30}


def test_a_meeting_may_need_more_than_its_team(engine: str) -> None:
    """A case also needs the surgeon's colleague, who comes at 13:30: nothing is discussed before."""
    model = MDT.replace('day: "08:00-17:00"', 'day: "08:00-17:00", half: "13:30-14:00"')
    model = model.replace("resources: {", "resources: {reader: {capacity: 1, calendar: half}, ")

    log = run(engine, model.replace("overrun:", "needs: {reader: 1}\n        overrun:"), gp=[0, 0])

    assert starts(log, "discuss") == {0: ONE + 30, 1: TUE + ONE + 30}
    assert held(log, "reader") == [(0, ONE + 30, ONE + 50), (1, DAY + ONE + 30, DAY + ONE + 50)]
