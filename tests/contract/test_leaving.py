"""Leaving: patience that ends a wait in one queue, and deadlines that end everything a patient waits for."""

from __future__ import annotations

import pytest

from tests.models import DAY, HOUR, Visit, ends, held, run, starts, visits

QUEUE = """
    resources: {room: 1}
    states:
      scan:
        kind: activity
        duration: 100 min
        needs: {room: 1}
        leaves: {after: 30 min, to: call}
        to: out
      call: {kind: activity, duration: 5 min, to: scan}
    """


def test_patience_ends_a_wait(engine: str) -> None:
    """The second waits 30 minutes, leaves, is called back, and waits 30 minutes more; then the room is still busy."""
    log = run(engine, QUEUE, gp=[0, 10])

    assert visits(log, "scan")[1:4] == [
        (1, 10, None, 40, "left"),
        (1, 45, None, 75, "left"),
        (1, 80, 100, 200, "completed"),
    ]
    assert visits(log, "call") == [(1, 40, 40, 45, "completed"), (1, 75, 75, 80, "completed")]


def test_patience_is_no_matter_once_started(engine: str) -> None:
    """Who is started in time stays, though the scan is longer than patience."""
    log = run(engine, QUEUE, gp=[0])

    assert visits(log, "scan") == [(0, 0, 0, 100, "completed")]
    assert ends(log) == [("out", 100)]


def test_patience_lasts_at_least_a_minute(engine: str) -> None:
    """With no patience at all a patient leaves a minute after joining."""
    log = run(engine, QUEUE.replace("after: 30 min", "after: 0 min"), gp=[0, 10])

    assert visits(log, "scan")[1] == (1, 10, None, 11, "left")


def test_patience_may_never_end(engine: str) -> None:
    """`never` waits as long as it takes."""
    log = run(
        engine,
        QUEUE.replace("after: 30 min", "after: [{when: visits(call) < 1, value: never}, {value: 1 min}]"),
        gp=[0, 10],
    )

    assert starts(log, "scan") == {0: 0, 1: 100}


# ---------------------------------------------------------------- deadlines

DEATH = """
    resources: {room: 1}
    attributes: {survival: {kind: duration, draw: [{when: stream == frail, value: 50 min}, {value: never}]}}
    states:
      scan: {kind: activity, duration: 100 min, needs: {room: {turnover: 10 min}}, to: rest}
      rest: {kind: delay, duration: 1 days, to: out}
      rest_in: {kind: start, stream: r, to: rest}
      died: {kind: end}
    deadlines: {death: {attribute: survival, to: died}}
    """


def test_a_deadline_ends_a_wait(engine: str) -> None:
    """Fifty minutes after arrival the wait ends as left, and the patient goes where the deadline says."""
    log = run(engine, DEATH, gp=[0], frail=[7])

    assert visits(log, "scan")[1] == (1, 7, None, 57, "left")
    assert ends(log) == [("out", 100 + DAY), ("died", 57)]


def test_who_left_makes_room_for_the_next(engine: str) -> None:
    """The third patient gets the room as if the second had never come."""
    log = run(engine, DEATH, gp=[0, 20], frail=[7])

    assert starts(log, "scan") == {0: 0, 1: None, 2: 110}


def test_a_deadline_ends_a_delay(engine: str) -> None:
    """A day's delay ends as left after fifty minutes."""
    model = DEATH.replace("when: stream == frail, value: 50 min", "when: stream == r, value: 50 min")

    log = run(engine, model, r=[5], gp=[])

    assert visits(log, "rest") == [(0, 5, 5, 55, "left")]
    assert ends(log) == [("died", 55)]


def test_a_deadline_ends_a_delay_that_would_outlast_the_run(engine: str) -> None:
    """So it is with a delay whose end is past the horizon."""
    model = DEATH.replace("when: stream == frail, value: 50 min", "when: stream == r, value: 50 min")

    log = run(engine, model.replace("duration: 1 days", "duration: 90 days"), r=[5], gp=[])

    assert visits(log, "rest") == [(0, 5, 5, 55, "left")]


def test_work_under_way_is_finished_and_leads_nowhere(engine: str) -> None:
    """Dead at 50, the patient is scanned until 100, the room is cleaned until 110, and nothing follows."""
    log = run(engine, DEATH, frail=[0])

    assert visits(log, "scan") == [(0, 0, 0, 100, "completed")]
    assert held(log, "room") == [(0, 0, 110)]
    assert visits(log, "rest") == []
    assert ends(log) == [("died", 50)]


def test_a_deadline_in_the_minute_of_a_completion_comes_first(engine: str) -> None:
    """The scan and life end at 100: the patient goes where the deadline says and not to rest."""
    log = run(engine, DEATH.replace("50 min", "100 min"), frail=[0])

    assert visits(log, "scan") == [(0, 0, 0, 100, "completed")]
    assert visits(log, "rest") == []
    assert ends(log) == [("died", 100)]


def test_a_deadline_in_the_minute_a_delay_ends_comes_first(engine: str) -> None:
    """The delay would be over in the minute of the deadline: it ends as left."""
    model = DEATH.replace("when: stream == frail, value: 50 min", "when: stream == r, value: 1 days")

    log = run(engine, model, r=[0], gp=[])

    assert visits(log, "rest") == [(0, 0, 0, DAY, "left")]
    assert ends(log) == [("died", DAY)]


def test_never_disarms(engine: str) -> None:
    """Who never dies goes home, and who went home does not die."""
    log = run(engine, DEATH, gp=[0], frail=[])

    assert ends(log) == [("out", 100 + DAY)]
    assert ends(run(engine, DEATH.replace("50 min", "2 days"), frail=[0])) == [("out", 100 + DAY)]


def test_setting_the_attribute_arms_the_deadline_anew(engine: str) -> None:
    """Set on leaving the scan at 100, a survival of 200 minutes ends at 300, whatever it was before."""
    model = DEATH.replace("to: rest}", "set: {survival: 200 min}, to: rest}", 1).replace("50 min", "150 min")

    log = run(engine, model, frail=[0])

    assert visits(log, "rest") == [(0, 100, 100, 300, "left")]
    assert ends(log) == [("died", 300)]


def test_setting_the_attribute_to_never_disarms_the_deadline(engine: str) -> None:
    """Cured by the scan: the deadline of minute 150 is void."""
    model = DEATH.replace("to: rest}", "set: {survival: never}, to: rest}", 1).replace("50 min", "150 min")

    log = run(engine, model, frail=[0])

    assert ends(log) == [("out", 100 + DAY)]


def test_a_deadline_is_due_at_the_earliest_a_minute_later(engine: str) -> None:
    """A survival of no time at all is a minute."""
    log = run(engine, DEATH.replace("50 min", "0 min"), gp=[0], frail=[7])

    assert ends(log)[1] == ("died", 8)


REVIEW = """
    resources: {room: 1}
    attributes:
      worse: {kind: duration, draw: 60 min}
      survival: {kind: duration, draw: 100 min}
    states:
      scan: {kind: activity, duration: 1 days, needs: {room: 1}, to: out}
      review: {kind: activity, duration: 30 min, to: wait}
      wait: {kind: delay, duration: 1 days, to: out}
      died: {kind: end}
    deadlines: {death: {attribute: survival, to: died}, worse: {attribute: worse, to: review}}
    """


def test_a_deadline_may_lead_on_and_others_remain(engine: str) -> None:
    """Worse after an hour: reviewed for 30 minutes, then a delay, which death ends at minute 100."""
    log = run(engine, REVIEW, gp=[0])

    assert visits(log, "review") == [(0, 60, 60, 90, "completed")]
    assert visits(log, "wait") == [(0, 90, 90, 100, "left")]
    assert ends(log) == [("died", 100)]


def test_a_deadline_that_leads_back_keeps_both_visits(engine: str) -> None:
    """Worse while waiting at two days' notice, and asking again: the first wait is left, the second goes on."""
    model = """
        calendars: {day: "08:00-17:00"}
        resources: {room: {capacity: 1, calendar: day}}
        attributes: {worse: {kind: duration, draw: 1 days}}
        states: {see: {kind: activity, duration: 10 min, notice: 2 days, needs: {room: 1}, to: out}}
        deadlines: {worse: {attribute: worse, to: see}}
        """

    log = run(engine, model, gp=[0])

    assert visits(log, "see") == [
        (0, 0, None, DAY, "left"),
        (0, DAY, 3 * DAY + 8 * HOUR, 3 * DAY + 8 * HOUR + 10, "completed"),
    ]


FORK = """
    resources: {room: 1}
    attributes: {survival: {kind: duration, draw: 50 min}}
    states:
      tests: {kind: fork, branches: [bloods, ct, mri, rest], join: results}
      bloods: {kind: activity, duration: 10 min, to: results}
      ct: {kind: activity, duration: 100 min, needs: {room: 1}, to: results}
      mri: {kind: activity, duration: 100 min, needs: {room: 1}, to: results}
      rest: {kind: delay, duration: 90 min, to: results}
      results: {kind: join, to: out}
      review: {kind: activity, duration: 5 min, to: died}
      died: {kind: end}
    deadlines: {death: {attribute: survival, to: review}}
    """


def test_a_deadline_ends_every_branch_of_a_fork(engine: str) -> None:
    """At 50 the wait for MRI and the delay end as left, CT is finished, nothing is joined, and one token goes on."""
    log = run(engine, FORK, gp=[0])

    assert visits(log, "bloods") == [(0, 0, 0, 10, "completed")]
    assert visits(log, "ct") == [(0, 0, 0, 100, "completed")]
    assert held(log, "room") == [(0, 0, 100)]
    assert visits(log, "mri") == [(0, 0, None, 50, "left")]
    assert visits(log, "rest") == [(0, 0, 0, 50, "left")]
    assert visits(log, "results") == []
    assert visits(log, "review") == [(0, 50, 50, 55, "completed")]
    assert ends(log) == [("died", 55)]


LATE = """
    resources: {room: 1}
    attributes: {survival: {kind: duration, draw: never}}
    states:
      both: {kind: fork, branches: [a, b], join: met}
      a: {kind: delay, duration: 10 min, set: {survival: 90 min}, to: idle}
      idle: {kind: delay, duration: 10 days, to: met}
      b: WORK
      met: {kind: join, to: out}
      c: {kind: delay, duration: 5 min, to: met}
      long: {kind: activity, duration: 5 days, needs: {room: 1}, to: out}
      long_in: {kind: start, stream: early, to: long}
      died: {kind: end}
    deadlines: {death: {attribute: survival, to: died}}
    """


@pytest.mark.parametrize(
    ("work", "row"),
    [
        ("{kind: activity, duration: 100 min, to: c}", (1, 0, 0, 100, "completed")),
        ("{kind: delay, duration: 100 min, to: c}", (1, 0, 0, 100, "left")),
        (
            "{kind: activity, duration: 1 min, needs: {room: 1}, leaves: {after: 100 min, to: c}, to: c}",
            (1, 0, None, 100, "left"),
        ),
        (
            "{kind: activity, duration: 1 min, no_show: {share: 0.999999, slot: refilled, rebook: 100 min}, to: c}",
            (1, 0, 0, 0, "no_show"),
        ),
    ],
    ids=["activity", "delay", "patience", "rebooking"],
)
def test_a_deadline_comes_first_however_late_it_was_set(engine: str, work: str, row: Visit) -> None:
    """Set at minute 10 for minute 100, when something begun at 0 is over too: the deadline counts all the same."""
    model = LATE.replace("WORK", work)

    log = run(engine, model, gp=[0], early=[0])

    assert visits(log, "b") == [row]
    assert visits(log, "c") == []
    assert ends(log)[1] == ("died", 100)


def test_a_join_forgets_the_branches_a_deadline_ended(engine: str) -> None:
    """Sent back into the fork after the first round broke off, the second waits for all of its own branches."""
    model = FORK.replace("to: died}", "set: {survival: never}, to: tests}").replace("      died: {kind: end}\n", "")

    log = run(engine, model, gp=[0])

    assert visits(log, "bloods") == [(0, 0, 0, 10, "completed"), (0, 55, 55, 65, "completed")]
    assert visits(log, "ct")[1] == (0, 55, 100, 200, "completed")
    assert visits(log, "results") == [(0, 65, 300, 300, "completed")]
    assert ends(log) == [("out", 300)]
