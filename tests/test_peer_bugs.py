"""Bugs that users of other programs reported, each made to be noticed here.

They are told as their reports tell them; none of the other programs' code is used.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import numpy as np
import pytest

from pathway.clock import Calendar, DaysOff, Session, Stream, Timeline, capacity_steps, expected_arrivals
from pathway.engines import simulate
from pathway.plan import compile_plan
from pathway.sampling.keyed import deal_arrivals, deal_uniforms, key_of
from tests.models import DAY, run, scenario_of, starts, visits
from tests.theory.intervals import by_chi_square

HORIZON = 14 * DAY

# ---------------------------------------------------------------- Prosimos 64


def test_the_urgent_who_are_yet_to_come_keep_nobody_waiting(engine: str) -> None:
    """Prosimos#64: with priorities, cases were served in the order of priority, not of time.

    All arrivals were generated ahead, and requests of a lower class were put behind those of the
    higher class that were to come only later.  Here: three routine patients at 08:00 and one server; they
    are served while nobody urgent is there, though an urgent one comes at 09:00, and another on the next day.
    """
    log = run(
        engine,
        """
        resources: {room: 1}
        states:
          visit:
            kind: activity
            duration: 40 min
            needs: {room: 1}
            priority: [{when: stream == rich, value: 0}, {value: 1}]
            to: out
        """,
        poor=[480, 480, 480],
        rich=[540, 480 + DAY],
    )
    # cases are numbered as they came: at 09:20 the urgent one of 09:00 goes before the third routine patient
    assert starts(log, "visit") == {0: 480, 1: 520, 3: 560, 2: 600, 4: 480 + DAY}


def test_no_server_idles_while_the_less_urgent_wait(engine: str) -> None:
    """Prosimos#64 as reported, with three classes: nothing was executed until the first of the first class came.

    One server that is always open starts somebody whenever it is free and anybody is there: the most urgent of
    those who are there then.
    """
    model = """
        resources: {room: 1}
        states:
          visit:
            kind: activity
            duration: {exponential: {mean: 30 min}}
            needs: {room: 1}
            priority: [{when: stream == rich, value: 0}, {when: stream == poor, value: 1}, {value: 2}]
            to: out
        """
    log = run(engine, model, rich=range(5000, 10000, 70), poor=range(2000, 10000, 130), poorer=range(0, 10000, 90))
    rank = {"rich": 0, "poor": 1, "poorer": 2}
    ranks = [rank[log.vocabulary.streams[stream]] for stream in log.cases["stream"]]
    waiting = sorted(visits(log, "visit"), key=lambda row: row[2] if row[2] is not None else HORIZON)
    free = 0
    while waiting and waiting[0][2] is not None:
        case, _, started, ended, _ = waiting[0]
        assert started == max(free, min(enqueued for _, enqueued, *_ in waiting))
        there = [(ranks[other], enqueued, other) for other, enqueued, *_ in waiting if enqueued <= started]
        assert min(there)[2] == case
        free = HORIZON if ended is None else ended
        del waiting[0]
    assert len(waiting) < 10


# ---------------------------------------------------------------- Prosimos 67


@pytest.mark.parametrize("queue", ["backfill", "strict"])
def test_whoever_is_pending_at_the_end_of_a_run_is_in_the_log(engine: str, queue: str) -> None:
    """Prosimos#67: the last trace lacked its last activities, as a batch that still waited when the run ended was lost.

    Here: at the horizon one patient is in service, one waits for it, one waits for a session that comes later,
    one for a meeting and one is in a delay; all are there, as open, and none has ended.
    """
    model = f"""
        run: {{length: 3 days, queue: {queue}}}
        calendars: {{weekly: [{{days: [wed], hours: "08:00-10:00"}}], daily: "08:00-10:00"}}
        resources: {{room: 1, list: {{capacity: 1, calendar: daily}}, board: {{capacity: 1, calendar: weekly}}}}
        states:
          served_in: {{kind: start, stream: served, to: served}}
          served: {{kind: activity, duration: 9 days, needs: {{room: 1}}, to: out}}
          noticed_in: {{kind: start, stream: noticed, to: noticed}}
          noticed: {{kind: activity, duration: 1 hours, needs: {{list: 1}}, notice: 2 days, to: out}}
          discussed_in: {{kind: start, stream: discussed, to: discussed}}
          discussed: {{kind: activity, duration: 10 min, meeting: {{calendar: weekly, team: {{board: 1}}}}, to: out}}
          rested_in: {{kind: start, stream: rested, to: rested}}
          rested: {{kind: delay, duration: 9 days, to: out}}
        """
    log = run(engine, model, served=[0, 5], noticed=[1500], discussed=[3481], rested=[3500])
    assert visits(log, "served") == [(0, 0, 0, None, "open"), (1, 5, None, None, "open")]
    assert visits(log, "noticed") == [(2, 1500, None, None, "open")]
    assert visits(log, "discussed") == [(3, 3481, None, None, "open")]
    assert visits(log, "rested") == [(4, 3500, 3500, None, "open")]
    assert (log.cases["ended_at"] == -1).all()


# ---------------------------------------------------------------- Scylla 75


@pytest.mark.parametrize("hours", ["08:00-24:00", "08:00-00:00"])
def test_a_session_may_end_on_monday_at_midnight(engine: str, hours: str) -> None:
    """Scylla#75: a timetable entry ending "Monday 00:00:00" crashed activities that need two of the same role.

    Here: two nurses on Sundays from 08:00 to the midnight between Sunday and Monday.  A patient
    who needs both starts at 23:00 on Sunday if 60 minutes fit, and one minute later no more, until next Sunday.
    """
    model = f"""
        calendars: {{sundays: [{{days: [sun], hours: "{hours}"}}]}}
        resources: {{nurse: {{capacity: 2, calendar: sundays}}}}
        states:
          care: {{kind: activity, duration: 60 min, needs: {{nurse: 2}}, fits: session, to: out}}
        """
    midnight = 7 * DAY
    log = run(engine, model, a=[midnight - 60])
    assert visits(log, "care") == [(0, midnight - 60, midnight - 60, midnight, "completed")]
    log = run(engine, model, a=[midnight - 59])
    assert starts(log, "care") == {0: midnight + 6 * DAY + 480}


def test_the_week_turns_inside_a_session() -> None:
    """A session may also pass Monday 00:00; then nothing changes there."""
    timeline = Timeline(date(2027, 1, 4), 0, 8 * DAY, 0)
    sundays = Calendar("sundays", (Session((6,), 1200, 360),))
    times, units = capacity_steps(sundays, 2, [], timeline, DaysOff())
    # the run begins in the small hours of a Monday: Sunday's session is still open
    assert list(zip(times.tolist(), units.tolist(), strict=True)) == [
        (0, 2), (360, 0), (6 * DAY + 1200, 2), (7 * DAY + 360, 0),
    ]  # fmt: skip


# ---------------------------------------------------------------- seeds as run number x constant


def test_replication_zero_is_as_good_as_any() -> None:
    """Non-Elective-Flow-Simulation#46 (Countess of Chester): seeds were run number x constant, so in run 0 all were 0.

    Every distribution then shared one stream of numbers, and run 0 was an outlier.  Here: in replication 0 with
    seed 0, as in others, the uniforms of two streams, states and purposes are even (chi-square, 99.9 %) and
    uncorrelated (28 pairs; 5 standard errors each).
    """
    cases, count = np.arange(20_000), 20_000
    for seed, replication in product((0, 1), (0, 1)):
        drawn = [
            deal_uniforms(seed, replication, _keys(stream, count), cases, np.uint64(key_of(state)), 1, purpose)
            for stream, state, purpose in product(("a", "b"), ("ct", "ward"), (0, 1))
        ]
        for uniforms in drawn:
            counts = np.bincount((uniforms * 50).astype(int), minlength=50)
            assert by_chi_square("uniform", counts, np.full(50, count / 50)).holds
        correlations = np.corrcoef(drawn)[np.triu_indices(len(drawn), 1)]
        assert np.abs(correlations).max() < 5 / np.sqrt(count)


def _keys(stream: str, count: int) -> np.ndarray:
    return np.full(count, key_of(f"stream {stream}"), np.uint64)


def test_no_two_replications_share_their_luck(engine: str) -> None:
    """No replication repeats another's arrivals or durations, and none repeats those of another seed.

    With a seed made of run number x constant, or of seed + replication, (seed 0, replication 1) could be (1, 0).
    """
    model = """
        run: {seed: SEED}
        streams: {a: {per_year: 2000}}
        states:
          in: {kind: start, stream: a, to: rest}
          rest: {kind: delay, duration: {exponential: {mean: 1 days}}, to: out}
        """
    seen = set()
    for seed, replication in product(range(3), range(4)):
        log = simulate(compile_plan(scenario_of(model.replace("SEED", str(seed)))), replication, engine)
        rows = log.visits["case"] < 20
        seen.add(log.cases["arrived_at"][:20].tobytes())
        seen.add((log.visits["ended_at"] - log.visits["started_at"])[rows].tobytes())
    assert len(seen) == 2 * 3 * 4


# ---------------------------------------------------------------- thinning by the wrong interval


def test_arrivals_go_by_the_rate_of_the_hour_they_fall_into() -> None:
    """sim-tools#77: thinning judged a candidate by the rate of the interval it was generated in, not of its own.

    That carries the rate of one interval into the next, most where intervals are short beside the gaps between
    arrivals (#76).  Here arrivals invert the integrated rate: a stream of one a day, open for an hour and ten times
    as busy on Mondays, in 200 replications of 50 weeks; chi-square at 99.9 % by weekday and half hour.
    """
    weekdays = (10.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    stream = Stream("gp", 365.0, weekdays=weekdays, opens=480, closes=540)
    times, cumulative = expected_arrivals(stream, Timeline(date(2027, 1, 4), 0, 350 * DAY, 0), DaysOff())
    key = np.uint64(key_of("stream gp"))
    every = np.concatenate([deal_arrivals(1, replication, key, times, cumulative) for replication in range(200)])
    assert ((every % DAY >= 480) & (every % DAY < 540)).all()
    of_year = [(date(2027, 1, 1) + timedelta(days=number)).weekday() for number in range(365)]
    per_weight = 365.0 / sum(weekdays[day] for day in of_year)
    expected = np.array([50 * 200 * weekdays[day] * per_weight for day in range(6)])  # 50 weeks, 200 times
    half = (every % DAY >= 510).astype(int)
    counts = np.bincount(every // DAY % 7 * 2 + half, minlength=14)[:12]
    assert by_chi_square("weekday and half hour", counts, np.repeat(expected / 2, 2)).holds
