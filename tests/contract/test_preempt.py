"""An activity that says `preempt: yes` displaces what is under way and less urgent, if that lets it start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pathway.engines import simulate
from pathway.eventlog import DISPLACED, EventLog
from pathway.plan import compile_plan
from tests.models import DAY, HOUR, ends, held, plan_of, run, scenario_of, starts, visits

ROOM = """
resources: {room: 1}
states:
  treat:
    kind: activity
    duration: 60 min
    needs: {room: 1}
    priority: [{when: stream == urgent, value: 0}, {when: stream == soon, value: 1}, {value: 2}]
    preempt: yes
    to: out
"""
# routine care that a rescue interrupts; both need a room, and some also a nurse, a bed or a second room
WARD = """
resources: {room: 1}
states:
  care: {kind: activity, duration: 60 min, needs: {room: 1}, priority: 2, to: out}
  rescue: {kind: activity, duration: 30 min, needs: {room: 1}, preempt: yes, to: out}
  gp_in: {kind: start, stream: gp, to: care}
  urgent_in: {kind: start, stream: urgent, to: rescue}
"""


def treat(engine: str, model: str, **arrivals: Sequence[int]) -> EventLog:
    """Run a model that knows three streams."""
    return run(engine, model, **{"gp": [], "soon": [], "urgent": [], **arrivals})


def with_more(*more: str) -> str:
    """Give the ward with more resources."""
    return WARD.replace("resources: {room: 1", f"resources: {{{', '.join(('room: 1', *more))}")


# ---------------------------------------------------------------- what happens


@pytest.mark.parametrize("queue", ["backfill", "strict"])
def test_the_urgent_one_goes_first_and_the_other_goes_on(engine: str, queue: str) -> None:
    """At minute 20 the room changes hands; 40 of 60 minutes are left, and are done from minute 80 on."""
    log = treat(engine, f"run: {{queue: {queue}}}\n" + ROOM, gp=[0], urgent=[20])

    assert visits(log, "treat") == [
        (0, 0, 0, 20, "displaced"),
        (0, 20, 80, 120, "completed"),
        (1, 20, 20, 80, "completed"),
    ]
    assert held(log, "room") == [(0, 0, 20), (1, 20, 80), (0, 80, 120)]
    assert ends(log) == [("out", 120), ("out", 80)]


def test_the_new_row_is_another_visit_of_the_same_priority(engine: str) -> None:
    log = treat(engine, ROOM, gp=[0], urgent=[20])

    assert log.visits["visit"].tolist() == [1, 2, 1]
    assert log.visits["priority"].tolist() == [2, 2, 0]


def test_only_the_less_urgent_are_displaced(engine: str) -> None:
    """Of the same number nobody is: the second waits."""
    assert starts(treat(engine, ROOM, urgent=[0, 20]), "treat") == {0: 0, 1: 60}


def test_only_who_says_so_displaces(engine: str) -> None:
    assert starts(treat(engine, ROOM.replace("preempt: yes", "preempt: no"), gp=[0], urgent=[20]), "treat") == {
        0: 0,
        1: 60,
    }


def test_who_was_displaced_keeps_their_place(engine: str) -> None:
    """Who asked at minute 0 goes on before who asked at minute 10, though the row is of minute 20."""
    log = treat(engine, ROOM, gp=[0, 10], urgent=[20])

    assert starts(log, "treat") == {0: 80, 2: 20, 1: 120}


def test_twice_displaced(engine: str) -> None:
    """20 minutes, 10 minutes from minute 80, and the last 30 from minute 150."""
    log = treat(engine, ROOM, gp=[0], urgent=[20, 90])

    assert [row[2:] for row in visits(log, "treat") if row[0] == 0] == [
        (0, 20, "displaced"),
        (80, 90, "displaced"),
        (150, 180, "completed"),
    ]


def test_who_is_displaced_may_displace(engine: str) -> None:
    """Two rooms: at minute 30 an urgent one displaces the routine one, at minute 40 another the soon one."""
    log = treat(engine, ROOM.replace("room: 1}\n", "room: 2}\n", 1), gp=[0], soon=[0], urgent=[30, 40])

    assert [row for row in visits(log, "treat") if row[4] == "displaced"] == [
        (0, 0, 0, 30, "displaced"),
        (1, 0, 0, 40, "displaced"),
    ]
    assert starts(log, "treat") == {0: 100, 1: 90, 2: 30, 3: 40}


def test_one_displaces_the_next_in_the_same_minute(engine: str) -> None:
    """Room a or b for the soon one, a for the urgent one, b for the routine one: pushed out of a, it takes b."""
    model = """
        resources: {a: 1, b: 1}
        states:
          routine: {kind: activity, duration: 60 min, needs: {b: 1}, priority: 2, to: out}
          soon: {kind: activity, duration: 60 min, needs: {room: {any_of: [a, b]}}, priority: 1, preempt: yes, to: out}
          urgent: {kind: activity, duration: 60 min, needs: {a: 1}, priority: 0, preempt: yes, to: out}
          x_in: {kind: start, stream: x, to: routine}
          y_in: {kind: start, stream: y, to: soon}
          z_in: {kind: start, stream: z, to: urgent}
        """

    log = run(engine, model, x=[0], y=[0], z=[10])

    assert visits(log, "soon") == [(1, 0, 0, 10, "displaced"), (1, 10, 10, 60, "completed")]
    assert visits(log, "routine") == [(0, 0, 0, 10, "displaced"), (0, 10, 60, 110, "completed")]


# ---------------------------------------------------------------- who is displaced


def test_of_several_the_least_urgent_then_the_last_begun_then_the_last_in_order(engine: str) -> None:
    """Four rooms: routine at 0, 5 and 5, soon at 8; of those at 5 the later in order goes first."""
    model = ROOM.replace("room: 1}\n", "room: 4}\n", 1).replace("duration: 60 min", "duration: 5 hours")

    log = treat(engine, model, gp=[0, 5, 5], soon=[8], urgent=[10, 11, 12, 13])

    assert [(row[3], row[0]) for row in visits(log, "treat") if row[4] == "displaced"] == [
        (12, 0),
        (11, 1),
        (10, 2),
        (13, 3),
    ]


def test_nobody_is_displaced_for_nothing(engine: str) -> None:
    """The rescue needs room and nurse, and the nurse is with somebody as urgent: the room is left alone."""
    model = with_more("nurse: 1").replace("needs: {room: 1}, preempt", "needs: {room: 1, nurse: 1}, preempt")
    model += "  watch: {kind: activity, duration: 50 min, needs: {nurse: 1}, to: out}\n"
    model += "  night_in: {kind: start, stream: night, to: watch}\n"

    log = run(engine, model, gp=[0], night=[0], urgent=[10])

    assert visits(log, "rescue") == [(2, 10, 50, 80, "completed")]
    assert visits(log, "care") == [(0, 0, 0, 50, "displaced"), (0, 50, 80, 90, "completed")]


def test_who_holds_nothing_of_use_stays(engine: str) -> None:
    """The least urgent has the nurse, who is not needed."""
    model = (
        with_more("nurse: 1") + "  talk: {kind: activity, duration: 50 min, needs: {nurse: 1}, priority: 9, to: out}\n"
    )
    model += "  night_in: {kind: start, stream: night, to: talk}\n"

    log = run(engine, model, gp=[0], night=[0], urgent=[10])

    assert [row[2:] for row in visits(log, "talk")] == [(0, 50, "completed")]
    assert starts(log, "rescue") == {2: 10}


def test_who_turns_out_not_to_be_needed_stays(engine: str) -> None:
    """Two of a or two of b: the least urgent has one a, the next both b; b is enough, so a is left alone."""
    model = """
        resources: {a: 2, b: 2}
        states:
          one: {kind: activity, duration: 60 min, needs: {a: 1}, priority: 3, to: out}
          two: {kind: activity, duration: 60 min, needs: {b: 2}, priority: 2, to: out}
          kept: {kind: activity, duration: 60 min, needs: {a: 1}, priority: 0, to: out}
          rescue:
            kind: activity
            duration: 30 min
            needs: {rooms: {any_of: [a, b], units: 2}}
            preempt: yes
            to: out
          x_in: {kind: start, stream: x, to: one}
          y_in: {kind: start, stream: y, to: two}
          k_in: {kind: start, stream: k, to: kept}
          z_in: {kind: start, stream: z, to: rescue}
        """

    log = run(engine, model, x=[0], y=[0], k=[0], z=[10])

    assert [row[3:] for row in visits(log, "one")] == [(60, "completed")]
    assert [row[2:] for row in visits(log, "two")] == [(0, 10, "displaced"), (40, 90, "completed")]
    assert held(log, "b")[1][1:] == (10, 40)


def test_two_are_displaced_for_one_who_needs_both(engine: str) -> None:
    model = WARD.replace("{room: 1}\n", "{room: 2}\n").replace("needs: {room: 1}, preempt", "needs: {room: 2}, preempt")

    log = run(engine, model, gp=[0, 3], urgent=[10])

    assert [row[2:] for row in visits(log, "care")] == [
        (0, 10, "displaced"),
        (3, 10, "displaced"),
        (40, 90, "completed"),
        (40, 93, "completed"),
    ]


def test_what_is_closed_is_not_got_by_displacing(engine: str) -> None:
    """The room closes at 10:00 with somebody in it until 10:30; at 10:10 the urgent one waits for tomorrow."""
    model = ROOM.replace("room: 1}\n", "room: {calendar: day}}\ncalendars: {day: '08:00-10:00'}\n", 1)

    log = treat(engine, model, gp=[9 * HOUR + 30], urgent=[10 * HOUR + 10])

    assert starts(log, "treat") == {0: 9 * HOUR + 30, 1: DAY + 8 * HOUR}


def test_what_must_fit_its_session_displaces_only_while_it_does(engine: str) -> None:
    """Of two urgent ones before the close at 10:00 that at 09:00 still fits its 60 minutes, not that at 09:01."""
    model = ROOM.replace("room: 1}\n", "room: {calendar: day}}\ncalendars: {day: '08:00-10:00'}\n", 1)
    model = model.replace("preempt: yes", "preempt: yes\n    fits: session")

    for minute, start in ((9 * HOUR, 9 * HOUR), (9 * HOUR + 1, DAY + 8 * HOUR)):
        assert starts(treat(engine, model, gp=[8 * HOUR + 30], urgent=[minute]), "treat")[1] == start


# ---------------------------------------------------------------- what is held, and what is not an activity under way


def test_everything_held_is_given_back_at_once_without_turnover(engine: str) -> None:
    """Room, nurse and bed are free at minute 10; what is left of each is held when the care goes on."""
    needs = "needs: {room: {turnover: 15 min}, nurse: 1, bed: {for: 2 hours}}"
    model = with_more("nurse: 1", "bed: 1").replace("needs: {room: 1}, priority", f"{needs}, priority")

    log = run(engine, model, gp=[0], urgent=[10])

    assert visits(log, "care") == [(0, 0, 0, 10, "displaced"), (0, 10, 40, 150, "completed")]
    assert held(log, "room") == [(0, 0, 10), (1, 10, 40), (0, 40, 105)]
    assert held(log, "nurse") == [(0, 0, 10), (0, 40, 90)]
    assert held(log, "bed") == [(0, 0, 10), (0, 40, 150)]


def test_others_may_use_what_was_given_back(engine: str) -> None:
    """The nurse of who is displaced goes to who waits for one, in the same minute."""
    model = with_more("nurse: 1").replace("needs: {room: 1}, priority", "needs: {room: 1, nurse: 1}, priority")
    model += "  talk: {kind: activity, duration: 50 min, needs: {nurse: 1}, priority: 9, to: out}\n"
    model += "  night_in: {kind: start, stream: night, to: talk}\n"

    log = run(engine, model, gp=[0], night=[5], urgent=[10])

    assert starts(log, "talk") == {1: 10}
    assert visits(log, "care")[1][2:] == (60, 110, "completed")


def test_a_stay_and_a_turnover_are_not_interrupted(engine: str) -> None:
    """Care takes 60 minutes, and the bed another 60; then 15 minutes of turnover.  At minute 70 it is too late."""
    model = with_more("bed: 1").replace(
        "needs: {room: 1}, priority", "needs: {bed: {for: 2 hours, turnover: 15 min}}, priority"
    )
    model = model.replace("needs: {room: 1}, preempt", "needs: {bed: 1}, preempt")
    model = model.replace("room: 1, ", "")

    for minute, start in ((59, 59), (60, 135), (70, 135), (125, 135)):
        assert starts(run(engine, model, gp=[0], urgent=[minute]), "rescue") == {1: start}


def test_what_is_kept_until_something_is_given_back_too(engine: str) -> None:
    """The room is kept until a bed is free; under way it can be taken, while its patient waits for the bed not."""
    model = """
        resources: {room: 1, bed: 1}
        states:
          care: {kind: activity, duration: 60 min, needs: {room: {hold_until: rest}}, priority: 2, to: rest}
          rest: {kind: activity, duration: 4 hours, needs: {bed: 1}, to: out}
          rescue: {kind: activity, duration: 30 min, needs: {room: 1}, preempt: yes, to: out}
          bed_in: {kind: start, stream: before, to: rest}
          gp_in: {kind: start, stream: gp, to: care}
          urgent_in: {kind: start, stream: urgent, to: rescue}
        """

    log = run(engine, model, before=[0], gp=[5], urgent=[10, 120])

    assert [row[2:] for row in visits(log, "care")] == [(5, 10, "displaced"), (40, 95, "completed")]
    assert held(log, "room") == [(1, 5, 10), (2, 10, 40), (1, 40, 240), (3, 240, 270)]


def test_a_lost_slot_is_nobody_to_displace(engine: str) -> None:
    """The room of who does not come is held for the hour all the same: no activity is under way there."""
    model = WARD.replace("priority: 2", "priority: 2, no_show: {share: 99 percent, rebook: 3 days}")
    log = run(engine, model, gp=[0], urgent=[10])
    assert visits(log, "care")[0][4] == "no_show"

    assert starts(log, "rescue") == {1: 60}


def test_a_discussion_in_a_meeting_is_not_interrupted(engine: str) -> None:
    """The case under discussion needs the projector; so does the rescue, which waits for it."""
    model = """
        resources: {doctor: 1, projector: 1}
        calendars: {board: "08:00-10:00"}
        states:
          discuss:
            kind: activity
            meeting: {calendar: board, team: {doctor: 1}}
            needs: {projector: 1}
            duration: 15 min
            priority: 2
            to: out
          show: {kind: activity, duration: 20 min, needs: {projector: 1}, priority: 3, to: out}
          rescue: {kind: activity, duration: 30 min, needs: {projector: 1}, preempt: yes, to: out}
          gp_in: {kind: start, stream: gp, to: discuss}
          show_in: {kind: start, stream: shows, to: show}
          urgent_in: {kind: start, stream: urgent, to: rescue}
        """

    log = run(engine, model, gp=[0], shows=[11 * HOUR], urgent=[8 * HOUR + 5, 11 * HOUR + 5])

    assert starts(log, "rescue") == {1: 8 * HOUR + 15, 3: 11 * HOUR + 5}


# ---------------------------------------------------------------- luck


def test_what_was_drawn_stays_drawn(engine: str) -> None:
    """Displaced or not, each routine patient is treated for the same time in all, then goes the same way."""
    model = ROOM.replace("duration: 60 min", "duration: {exponential: {mean: 90 min}}").replace(
        "to: out", "set: {mark: {uniform: {min: 1 min, max: 999 min}}}\n    to: {left: 0.5, right: rest}"
    )
    model += "  left: {kind: end}\n  right: {kind: end}\n"
    model = "attributes: {mark: {kind: duration, draw: 1 min}}\n" + model
    model = model.replace("priority: [", "priority: [{when: stream == gp, value: 7}, ")
    times = {"gp": range(0, 5 * DAY, 200)}

    def told(log: EventLog) -> list[tuple[int, str | None, int]]:
        spent = np.zeros(log.attributes.shape[0], np.int64)
        np.add.at(spent, log.visits["case"], log.visits["ended_at"] - log.visits["started_at"])
        mine = log.cases["stream"] == log.vocabulary.streams.index("gp")
        where = [end for end, _ in ends(log)]
        mark = log.attributes[:, log.vocabulary.attributes.index("mark")]
        return [(int(spent[case]), where[case], int(mark[case])) for case in np.flatnonzero(mine)]

    quiet, busy = (
        treat(engine, model, **times, urgent=[]),
        treat(engine, model, **times, urgent=range(50, 5 * DAY, 300)),
    )
    displaced = busy.visits["outcome"] == DISPLACED

    assert displaced.sum() >= 5
    assert told(quiet) == told(busy)


def test_who_was_displaced_has_come(engine: str) -> None:
    """Whoever misses the first time, nobody misses the second part."""
    model = WARD.replace("priority: 2", "priority: 2, no_show: {share: 60 percent, slot: refilled, rebook: 1 days}")

    log = run(engine, model, gp=range(0, 10 * DAY, 90), urgent=range(30, 10 * DAY, 90))

    rows = visits(log, "care")
    again = [later for row in rows if row[4] == "displaced" for later in rows if later[:2] == (row[0], row[3])]
    assert len(again) >= 20
    assert {row[4] for row in again} == {"completed"}


def test_a_use_counts_once_for_a_learning_curve(engine: str) -> None:
    """The first two last 40 % longer; the first of them is displaced, and goes on as one use."""
    model = WARD.replace("priority: 2", "priority: 2, learning: {uses: 2, longer: 50 percent}")

    log = run(engine, model, gp=[0, 300, 600], urgent=[10])

    assert [row[2:4] for row in visits(log, "care")] == [(0, 10), (40, 120), (300, 390), (600, 660)]


# ---------------------------------------------------------------- deadlines, patience, forks, loops


def test_a_deadline_ends_the_wait_to_go_on(engine: str) -> None:
    """Displaced at 10 and waiting, the patient is due at 25 and goes home."""
    model = (
        "attributes: {grace: {kind: duration, draw: [{when: stream == gp, value: 25 min}, {value: never}]}}\n" + WARD
    )
    model += "  home: {kind: end}\ndeadlines: {worse: {attribute: grace, to: home}}\n"

    log = run(engine, model, gp=[0], urgent=[10])

    assert visits(log, "care") == [(0, 0, 0, 10, "displaced"), (0, 10, None, 25, "left")]
    assert ends(log)[0] == ("home", 25)


def test_what_a_deadline_has_left_behind_can_be_displaced_and_does_not_go_on(engine: str) -> None:
    model = (
        "attributes: {grace: {kind: duration, draw: [{when: stream == gp, value: 25 min}, {value: never}]}}\n" + WARD
    )
    model += "  home: {kind: end}\ndeadlines: {worse: {attribute: grace, to: home}}\n"

    log = run(engine, model, gp=[0], urgent=[30])

    assert visits(log, "care") == [(0, 0, 0, 30, "displaced")]
    assert starts(log, "rescue") == {1: 30}


def test_patience_begins_anew(engine: str) -> None:
    """15 minutes after being displaced at 10 the patient gives up."""
    model = WARD.replace("priority: 2", "priority: 2, leaves: {after: 15 min, to: out}")

    log = run(engine, model, gp=[0], urgent=[10])

    assert visits(log, "care") == [(0, 0, 0, 10, "displaced"), (0, 10, None, 25, "left")]


def test_a_branch_goes_on_and_the_join_waits(engine: str) -> None:
    model = """
        resources: {room: 1, nurse: 1}
        states:
          both: {kind: fork, branches: [care, talk], join: met}
          care: {kind: activity, duration: 60 min, needs: {room: 1}, priority: 2, to: met}
          talk: {kind: activity, duration: 20 min, needs: {nurse: 1}, to: met}
          met: {kind: join, to: out}
          rescue: {kind: activity, duration: 30 min, needs: {room: 1}, preempt: yes, to: out}
          gp_in: {kind: start, stream: gp, to: both}
          urgent_in: {kind: start, stream: urgent, to: rescue}
        """

    log = run(engine, model, gp=[0], urgent=[10])

    assert visits(log, "met") == [(0, 20, 90, 90, "completed")]
    assert visits(log, "care") == [(0, 0, 0, 10, "displaced"), (0, 10, 40, 90, "completed")]


def test_one_that_takes_no_time_displaces_for_a_moment(engine: str) -> None:
    """The pass is repeated within the minute: the other goes on in it."""
    log = run(engine, WARD.replace("duration: 30 min", "duration: 0 min"), gp=[0], urgent=[10])

    assert visits(log, "care") == [(0, 0, 0, 10, "displaced"), (0, 10, 10, 60, "completed")]


def test_completed_visits_count_once(engine: str) -> None:
    """`visits(care)` is 1 after both parts."""
    model = WARD.replace("priority: 2, to: out", "priority: 2, to: once") + (
        "  once: {kind: decision, rules: [{when: visits(care) == 1, to: fine}, {to: out}]}\n  fine: {kind: end}\n"
    )

    assert ends(run(engine, model, gp=[0], urgent=[10]))[0] == ("fine", 90)


def test_priority_that_rises_displaces_when_it_has_risen(engine: str) -> None:
    """Two routine patients of number 2; in the minute in which the second has risen to 1 it displaces the first."""
    model = ROOM.replace("preempt: yes", "preempt: yes\n    ageing: {every: 30 min, to: 0}").replace(
        "60 min", "5 hours", 1
    )

    log = treat(engine, model, gp=[0, 5])

    assert visits(log, "treat")[0] == (0, 0, 0, 35, "displaced")


# ---------------------------------------------------------------- sessions and lists


def test_what_is_left_must_fit_its_session(engine: str) -> None:
    """60 minutes before the close at 10:00; displaced at 09:10 after 40, the 20 that are left still fit at 09:40."""
    model = WARD.replace("{room: 1}\n", "{room: {calendar: day}}\n") + "calendars: {day: '08:00-10:00'}\n"
    model = model.replace("priority: 2", "priority: 2, fits: session")

    log = run(engine, model, gp=[8 * HOUR + 30], urgent=[9 * HOUR + 10])

    assert visits(log, "care")[1][2:4] == (9 * HOUR + 40, 10 * HOUR)


def test_more_is_never_planned_than_for_the_whole(engine: str) -> None:
    """Planned for 30 minutes, it takes three hours: at 09:00 there are 150 left, and it goes on all the same."""
    model = WARD.replace("{room: 1}\n", "{room: {calendar: day}}\n") + "calendars: {day: '08:00-10:00'}\n"
    model = model.replace("duration: 60 min", "duration: 3 hours, planned: 30 min, fits: session")

    log = run(engine, model, gp=[8 * HOUR + 30], urgent=[9 * HOUR])

    assert visits(log, "care")[1][2:4] == (9 * HOUR + 30, 12 * HOUR)


LISTS = """
calendars: {day: "08:00-12:00"}
resources: {theatre: {calendar: day, list: {notice: 1 days}}}
states:
  operate: {kind: activity, duration: 2 hours, needs: {theatre: 1}, priority: 2, to: out}
  rescue: {kind: activity, duration: RESCUE, emergency: yes, preempt: yes, needs: {theatre: 1}, to: out}
  gp_in: {kind: start, stream: gp, to: operate}
  urgent_in: {kind: start, stream: urgent, to: rescue}
"""


def test_who_was_booked_stays_on_the_list(engine: str) -> None:
    """Two operations on Monday; an emergency at 08:30 displaces the first, which goes on at 09:00.

    Nobody is bumped for it.  The second no longer fits at 10:01 and is booked for Wednesday: Tuesday's list is frozen.
    """
    log = run(engine, LISTS.replace("RESCUE", "30 min"), gp=[0, 0], urgent=[8 * HOUR + 30])
    at = 8 * HOUR

    assert visits(log, "operate") == [
        (0, 0, at, at + 30, "displaced"),
        (1, 0, None, at + 121, "overrun"),
        (1, 0, at + 2 * DAY, at + 2 * DAY + 120, "completed"),
        (0, at + 30, at + 60, at + 150, "completed"),
    ]
    sessions = log.visits["session"][log.visits["state"] == log.vocabulary.states.index("operate")]
    assert sessions.tolist() == [0, 0, 2, 0]


def test_who_can_no_longer_go_on_that_day_is_booked_anew(engine: str) -> None:
    """The emergency takes four hours: after 10:30 there is no time left for 90 minutes, which are booked anew."""
    log = run(engine, LISTS.replace("RESCUE", "4 hours"), gp=[0], urgent=[8 * HOUR + 30])
    at = 8 * HOUR

    assert visits(log, "operate") == [
        (0, 0, at, at + 30, "displaced"),
        (0, at + 30, None, at + 151, "overrun"),
        (0, at + 30, at + 2 * DAY, at + 2 * DAY + 90, "completed"),
    ]


# ---------------------------------------------------------------- at the two ends of a run


def test_what_would_not_end_within_the_run_can_be_displaced(engine: str) -> None:
    """A stay of 100 days is displaced on the first, and is open at the end."""
    log = treat(engine, ROOM.replace("60 min", "100 days", 1), gp=[0], soon=[5], urgent=[10])

    assert visits(log, "treat") == [
        (0, 0, 0, 5, "displaced"),
        (0, 5, None, None, "open"),
        (1, 5, 5, 10, "displaced"),
        (1, 10, None, None, "open"),
        (2, 10, 10, None, "open"),
    ]


def test_who_is_under_way_at_minute_0_can_be_displaced(engine: str) -> None:
    """Begun half an hour before minute 0, 20 minutes are left at minute 10."""
    rows = 'patients: [{stream: gp, state: care, started: "2027-01-03 23:30"}]\n'

    log = run(engine, rows + WARD, gp=[], urgent=[10])

    assert visits(log, "care") == [(0, -30, -30, 10, "displaced"), (0, 10, 40, 60, "completed")]


def test_one_log_whatever_the_engine_in_a_busy_house() -> None:
    """Dozens are displaced, some of them often: every engine writes the same log."""
    model = ROOM.replace("room: 1}\n", "room: 3}\n", 1).replace("60 min", "{exponential: {mean: 5 hours}}", 1)
    plan = plan_of(model, gp=range(0, 10 * DAY, 200), soon=range(7, 10 * DAY, 300), urgent=range(0, 10 * DAY, 170))

    logs = [simulate(plan, engine=engine) for engine in ("simpy", "compiled")]

    assert logs[0] == logs[1]
    assert (logs[0].visits["outcome"] == DISPLACED).sum() > 70


def test_a_rule_nobody_uses_is_not_there() -> None:
    """Without `preempt` no activity is watched."""
    plan = compile_plan(scenario_of(ROOM.replace("preempt: yes", "preempt: no"), "gp", "soon", "urgent"))

    assert not plan.states.gives_way.any()
    assert not plan.states.preempts.any()
