"""Cycles that keep the weekday of their first visit."""

from __future__ import annotations

import pytest

from tests.models import DAY, HOUR, MON, THU, TUE, WED, run, starts

CYCLE = """
    run: {length: 28 days}
    states:
      first: {kind: decision, to: ct}
      ct: {kind: delay, duration: $later, to: rest}
      rest: {kind: delay, until: {after: 10 days, since: ct, weekday_of: first}, to: visit}
      visit: {kind: activity, duration: 0 min, to: out}
    """


@pytest.mark.parametrize(
    ("later", "comes", "expected"),
    [
        ("0 min", TUE, TUE + 7 * DAY),  # ten days on is a Friday: three days earlier is nearer than four later
        ("1 days", TUE, TUE + 14 * DAY),  # a Saturday: three days later
        ("4 days", TUE, TUE + 14 * DAY),  # a Tuesday already
        ("4 days", WED + 9 * HOUR, WED + 14 * DAY + 9 * HOUR),  # the minute of the day stays
        ("20 hours", THU + 9 * HOUR, THU + 14 * DAY + 5 * HOUR),  # ten days after Friday 05:00
    ],
)
def test_a_delay_ends_on_the_nearest_day_of_that_weekday(engine: str, later: str, comes: int, expected: int) -> None:
    """Ten days after the scan, moved by at most three days to the weekday of the first visit."""
    log = run(engine, CYCLE.replace("$later", later), gp=[comes])

    assert starts(log, "visit") == {0: expected}


def test_it_never_ends_before_it_begins(engine: str) -> None:
    """One day after Monday's scan is Tuesday, two days before a Thursday: rounding back would be in the past."""
    model = """
        states:
          first: {kind: decision, to: ct}
          ct: {kind: delay, duration: 4 days, to: rest}
          rest: {kind: delay, until: {after: 1 days, since: ct, weekday_of: first}, to: visit}
          visit: {kind: activity, duration: 0 min, to: out}
        """

    assert starts(run(engine, model, gp=[THU]), "visit") == {0: THU + 7 * DAY}
    assert starts(run(engine, model, gp=[WED]), "visit") == {0: WED + 7 * DAY}
    assert starts(run(engine, model.replace("4 days", "2 days"), gp=[MON]), "visit") == {0: MON + 2 * DAY}


def test_who_never_left_that_state_keeps_the_day(engine: str) -> None:
    """Without a first visit there is no weekday to keep."""
    model = """
        run: {length: 28 days}
        states:
          ct: {kind: delay, duration: 0 min, to: rest}
          rest: {kind: delay, until: {after: 10 days, since: ct, weekday_of: first}, to: visit}
          visit: {kind: activity, duration: 0 min, to: {out: 1}}
          first: {kind: activity, duration: 1 min, to: out}
          first_in: {kind: start, stream: other, to: first}
        """

    assert starts(run(engine, model, gp=[TUE]), "visit") == {0: TUE + 10 * DAY}
