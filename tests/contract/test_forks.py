"""Forks and joins: branches at once, and the last one in opens the door."""

from __future__ import annotations

from tests.models import DAY, HOUR, attribute, ends, run, starts, visits

TESTS = """
    attributes: {n: {kind: integer, draw: 1}}
    states:
      tests: {kind: fork, branches: [ct, bloods], join: results}
      ct: {kind: activity, duration: 30 min, to: report}
      report: {kind: delay, duration: 60 min, to: results}
      bloods: {kind: activity, duration: 10 min, to: results}
      results: {kind: join, to: see}
      see: {kind: activity, duration: 5 min, to: out}
    """


def test_branches_begin_together_and_the_join_waits_for_the_last(engine: str) -> None:
    """Bloods are back at 10, the CT report at 90: the join is waited at from 10 and passed at 90."""
    log = run(engine, TESTS, gp=[0])

    assert starts(log, "ct") == starts(log, "bloods") == {0: 0}
    assert visits(log, "tests") == [(0, 0, 0, 0, "completed")]
    assert visits(log, "results") == [(0, 10, 90, 90, "completed")]
    assert visits(log, "see") == [(0, 90, 90, 95, "completed")]
    assert ends(log) == [("out", 95)]


def test_every_patient_has_a_join_of_their_own(engine: str) -> None:
    """Two patients a minute apart do not open the join for each other."""
    log = run(engine, TESTS, gp=[0, 1])

    assert starts(log, "results") == {0: 90, 1: 91}


def test_a_fork_may_be_entered_again(engine: str) -> None:
    """The second round waits for both branches again, and is the second visit to the join."""
    model = TESTS.replace("to: out}", "rules: [{when: visits(see) < 2, to: tests}, {to: out}]}")

    log = run(engine, model, gp=[0])

    assert starts(log, "results") == {0: 185}
    assert log.visits["visit"][log.visits["state"] == log.vocabulary.states.index("results")].tolist() == [1, 2]
    assert ends(log) == [("out", 190)]


def test_forks_nest(engine: str) -> None:
    """An inner fork of 20 and 40 minutes, beside a branch of 30: the inner join is passed at 40, and so the outer."""
    model = """
        states:
          outer: {kind: fork, branches: [inner, c], join: last}
          inner: {kind: fork, branches: [a, b], join: first}
          a: {kind: delay, duration: 20 min, to: first}
          b: {kind: delay, duration: 40 min, to: first}
          c: {kind: delay, duration: 30 min, to: last}
          first: {kind: join, to: last}
          last: {kind: join, to: out}
        """

    log = run(engine, model, gp=[0])

    assert visits(log, "first") == [(0, 20, 40, 40, "completed")]
    assert visits(log, "last") == [(0, 30, 40, 40, "completed")]


def test_branches_of_no_time_join_at_once(engine: str) -> None:
    """Two branches that take no time are joined in the minute of the fork."""
    model = """
        states:
          both: {kind: fork, branches: [a, b], join: met}
          a: {kind: delay, duration: 0 min, to: met}
          b: {kind: activity, duration: 0 min, to: met}
          met: {kind: join, to: out}
        """

    log = run(engine, model, gp=[7])

    assert visits(log, "met") == [(0, 7, 7, 7, "completed")]
    assert ends(log) == [("out", 7)]


def test_passing_a_fork_counts_as_leaving_it(engine: str) -> None:
    """What a fork sets is set before its branches begin; it counts as visited, and time since it runs from then."""
    model = TESTS.replace("branches: [ct", "add: {n: 5}, branches: [ct").replace("to: see}", "to: wait}")
    model = model.replace("30 min", "[{when: n == 6, value: 30 min}, {value: 1 days}]")
    model += """  wait:
        kind: delay
        until: {after: 3 hours, since: tests}
        rules: [{when: visits(tests) == 1, to: see}, {to: out}]
    """

    log = run(engine, model, gp=[7])

    assert attribute(log, "n") == [6]
    assert visits(log, "report") == [(0, 37, 37, 97, "completed")]
    assert starts(log, "see") == {0: 7 + 3 * HOUR}


def test_a_result_that_blocks_nothing_now_is_waited_for_later(engine: str) -> None:
    """`delay: {until: …}`: the report of day 3 is waited for after a talk of a day, two days more."""
    model = """
        states:
          biopsy: {kind: activity, duration: 10 min, to: talk}
          talk: {kind: activity, duration: 1 days, to: report}
          report: {kind: delay, until: {after: 3 days, since: biopsy}, to: out}
        """

    log = run(engine, model, gp=[5])

    assert visits(log, "report") == [(0, 15 + DAY, 15 + DAY, 15 + 3 * DAY, "completed")]
