"""Patients already there at minute 0: they go on where they are, with what is known of them."""

from __future__ import annotations

import numpy as np

from pathway.eventlog import EventLog
from pathway.metrics import Study, intervals_of, measure
from tests.models import DAY, HOUR, attribute, ends, held, run, scenario_of, starts, visits

ROOM = """
resources: {room: 1}
patients:
  - {stream: gp, state: scan, joined: "2027-01-03 14:00", count: 2}
  - {stream: gp, state: scan, referred: 2027-01-01, joined: "2027-01-03 13:00"}
states:
  scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}
"""


def test_who_waits_has_waited_since_joining(engine: str) -> None:
    """They keep their place by when they joined, before all who come later; cases are in the order of referral."""
    log = run(engine, ROOM, gp=[0, 3])

    assert visits(log, "scan") == [
        (0, -11 * HOUR, 0, 10, "completed"),
        (1, -10 * HOUR, 10, 20, "completed"),
        (2, -10 * HOUR, 20, 30, "completed"),
        (3, 0, 30, 40, "completed"),
        (4, 3, 40, 50, "completed"),
    ]
    assert log.cases["index"].tolist() == [-3, -1, -2, 0, 1]
    assert log.cases["arrived_at"].tolist() == [-3 * DAY, -10 * HOUR, -10 * HOUR, 0, 3]


def test_what_is_under_way_has_a_part_behind_it(engine: str) -> None:
    """An hour that began 40 minutes ago lasts 20 more; one that ought to be over lasts a minute."""
    log = run(
        engine,
        """
        resources: {room: 1}
        patients:
          - {stream: gp, state: scan, joined: 2027-01-01, started: "2027-01-03 23:20"}
          - {stream: gp, state: rest, started: "2027-01-03 23:20"}
          - {stream: gp, state: rest, started: 2027-01-01}
        states:
          scan: {kind: activity, duration: 1 hours, needs: {room: 1}, to: rest}
          rest: {kind: delay, duration: 1 hours, to: out}
        """,
        gp=[0],
    )

    assert visits(log, "scan") == [(0, -3 * DAY, -40, 20, "completed"), (3, 0, 20, 80, "completed")]
    assert visits(log, "rest")[:2] == [(1, -3 * DAY, -3 * DAY, 1, "completed"), (2, -40, -40, 20, "completed")]
    assert held(log, "room") == [(0, -40, 20), (3, 20, 80)]


def test_more_may_be_under_way_than_the_roster_has(engine: str) -> None:
    """Two are in the only room, which calendars never recall; the third starts when both have left."""
    log = run(engine, ROOM.replace('joined: "2027-01-03 14:00"', 'started: "2027-01-03 23:58"'), gp=[])

    assert starts(log, "scan") == {0: 8, 1: -2, 2: -2}


def test_beds_outlast_the_operation(engine: str) -> None:
    """An operation of two days ago needs its theatre no more, but the bed for the third day; turnover is kept."""
    log = run(
        engine,
        """
        resources: {theatre: 1, bed: 1, cot: 1}
        patients: [{stream: gp, state: surgery, started: 2027-01-02}]
        states:
          surgery:
            kind: activity
            duration: 3 hours
            needs: {theatre: 1, bed: {for: 3 days}, cot: {for: 2 days, turnover: 1 hours}}
            to: out
        """,
        gp=[],
    )

    assert held(log, "theatre") == []
    assert held(log, "bed") == [(0, -2 * DAY, DAY)]
    assert held(log, "cot") == [(0, -2 * DAY, HOUR)]
    assert ends(log) == [("out", DAY)]


def test_notice_and_patience_run_from_joining(engine: str) -> None:
    """Notice that ends on Monday noon waits for Tuesday; patience of three days ends on Tuesday noon, or is past."""
    log = run(
        engine,
        """
        resources: {room: {calendar: mornings}}
        calendars: {mornings: "09:00-10:00"}
        patients:
          - {stream: gp, state: scan, joined: "2027-01-02 12:00"}
          - {stream: gp, state: scan, joined: "2027-01-01 12:00"}
          - {stream: gp, state: talk, joined: "2027-01-02 12:00"}
          - {stream: gp, state: talk, joined: 2026-12-02}
        states:
          talk: {kind: activity, duration: 10 min, notice: 9 days, needs: {room: 1}, to: scan,
                 leaves: {after: 3 days, to: out}}
          scan: {kind: activity, duration: 10 min, notice: 2 days, needs: {room: 1}, to: out}
        """,
        gp=[],
    )

    assert [row[2] for row in visits(log, "scan")] == [9 * HOUR, DAY + 9 * HOUR]
    assert [row[4] for row in visits(log, "talk")] == ["left", "left"]
    assert [row[3] for row in visits(log, "talk")] == [1, DAY + 12 * HOUR]


def test_what_is_said_is_fixed_and_the_rest_drawn(engine: str) -> None:
    """Attributes that are given are given; others, and what the start sets, are drawn as for anybody."""
    model = """
    attributes:
      side: {kind: category, values: [left, right], draw: right}
      score: {kind: integer, draw: [{when: side == left, value: 7}, {value: 3}]}
      line: {kind: integer, draw: 0}
    patients:
      - {stream: gp, state: rest, started: 2027-01-01, attributes: {side: left}}
      - {stream: gp, state: rest, started: 2027-01-02, attributes: {line: 9}}
    states:
      referral: {kind: start, stream: gp, set: {line: 1}, to: rest}
      rest: {kind: delay, duration: 9 days, to: out}
    """
    log = run(engine, model, gp=[0])

    assert attribute(log, "side") == [0, 1, 1]
    assert attribute(log, "score") == [7, 3, 3]
    assert attribute(log, "line") == [1, 9, 1]


def test_deadlines_run_from_the_referral(engine: str) -> None:
    """Ten days from the referral, or the day that is given; what is past is due in minute 1."""
    log = run(
        engine,
        """
        attributes: {grace: {kind: duration, draw: 10 days}}
        deadlines: {worse: {attribute: grace, to: hospice}}
        patients:
          - {stream: gp, state: rest, referred: 2026-12-01, started: 2027-01-01}
          - {stream: gp, state: rest, referred: 2026-12-28, started: 2027-01-02}
          - {stream: gp, state: rest, referred: 2026-12-29, started: 2027-01-02, due: {worse: 2027-01-05}}
        states:
          rest: {kind: delay, duration: 90 days, to: out}
          hospice: {kind: end}
        """,
        gp=[],
    )

    assert ends(log) == [("hospice", 1), ("hospice", 3 * DAY), ("hospice", DAY)]


def test_a_past_counts_in_conditions_and_delays(engine: str) -> None:
    """Two visits done and the last left three days ago: the third visit, seven days after, is the last."""
    model = """
    patients:
      - {stream: gp, state: gap, referred: 2026-12-01, started: 2027-01-01, visits: {chemo: 2},
         left: {chemo: 2027-01-01}}
      - {stream: gp, state: gap, started: 2027-01-01}
    states:
      chemo: {kind: activity, duration: 10 min, to: more}
      more: {kind: decision, rules: [{when: visits(chemo) < 3, to: gap}, {to: out}]}
      gap: {kind: delay, until: {after: 7 days, since: chemo}, to: again}
      again: {kind: decision, rules: [{when: since(chemo) == 7 days, to: chemo}, {to: chemo}]}
    """
    log = run(engine, model, gp=[])

    assert visits(log, "chemo")[0] == (0, -3 * DAY, -3 * DAY, -3 * DAY, "completed")
    assert visits(log, "chemo")[1:3] == [(1, 1, 1, 11, "completed"), (0, 4 * DAY, 4 * DAY, 4 * DAY + 10, "completed")]
    assert log.visits["visit"][log.visits["case"] == 0].tolist()[:2] == [2, 1]
    assert ends(log)[0] == ("out", 4 * DAY + 10)
    assert log.holds["case"].size == 0


def test_they_change_nobodys_luck(engine: str) -> None:
    """With and without them the others take the same time; one more of them changes none of the rest."""
    model = """
    patients: [{stream: gp, state: scan, joined: 2027-01-01, count: 2}]
    states: {scan: {kind: activity, duration: {exponential: {mean: 1 hours}}, to: out}}
    """
    two, three = run(engine, model, gp=[5, 9]), run(engine, model.replace("count: 2", "count: 3"), gp=[5, 9])
    none = run(
        engine, model.replace("patients: [{stream: gp, state: scan, joined: 2027-01-01, count: 2}]", ""), gp=[5, 9]
    )

    def lasted(log: EventLog) -> dict[int, int]:
        return {int(log.cases["index"][row[0]]): row[3] - row[2] for row in visits(log, "scan")}

    assert lasted(none).items() < lasted(two).items() < lasted(three).items()


def test_clocks_begin_before_minute_0() -> None:
    """A clock from the referral, one from an earlier state, a reset that never was, and a pause before minute 0."""
    scenario = scenario_of(
        """
        resources: {room: 1}
        patients:
          - {stream: gp, state: scan, referred: 2026-12-20, joined: 2027-01-01, left: {talk: 2026-12-28}}
          - {stream: gp, state: hold, referred: 2026-12-20, started: 2027-01-01}
        clocks:
          whole: {start: gp_in, stop: scan, limit: 10 days, reset_on: talk}
          part: {start: talk, stop: scan, limit: 10 days}
          calm: {start: gp_in, stop: scan, limit: 10 days, pause: hold}
        states:
          talk: {kind: activity, duration: 10 min, to: hold}
          hold: {kind: delay, duration: 4 days, to: scan}
          scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}
        """,
        "gp",
    )
    log = run("simpy", scenario)
    study = Study(log, scenario)
    whole, part, calm = (intervals_of(study, scenario.clocks[name]) for name in ("whole", "part", "calm"))

    assert whole.begin.tolist() == [-7 * DAY, -15 * DAY]
    assert (part.case.tolist(), part.begin.tolist(), part.minutes.tolist()) == ([0], [-7 * DAY], [7 * DAY])
    assert calm.minutes.tolist() == [15 * DAY, 12 * DAY]
    waiting = measure(log, scenario).summary.query("measure == 'open_pathways' and statistic == 'at_start'")
    assert np.isclose(waiting["value"].sum(), 1)  # the other's clock stops in minute 0
