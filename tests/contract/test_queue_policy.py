"""Whether a small request may overtake a blocked large one: `queue: backfill` and `queue: strict`."""

from __future__ import annotations

import pytest

from tests.models import DAY, HOUR, run, starts, visits

# one of two theatres is taken until minute 100; the large operation needs both, the small one either
THEATRES = """
    run: {queue: POLICY}
    resources: {theatre: 2}
    states:
      large: {kind: activity, duration: 10 min, needs: {theatre: 2}, to: out}
      small: {kind: activity, duration: 5 min, needs: {theatre: 1}, to: out}
      long: {kind: activity, duration: 100 min, needs: {theatre: 1}, to: out}
      long_in: {kind: start, stream: l, to: long}
      small_in: {kind: start, stream: s, to: small}
    """


def test_backfill_starts_whoever_fits(engine: str) -> None:
    """Under backfill the small operation uses the theatre the large one cannot use yet."""
    log = run(engine, THEATRES.replace("POLICY", "backfill"), l=[0], gp=[1], s=[2])

    assert (starts(log, "small"), starts(log, "large")) == ({2: 2}, {1: 100})


def test_strict_keeps_what_a_blocked_head_needs(engine: str) -> None:
    """Under strict the large operation, blocked by a busy theatre, keeps the free one; the small one comes after it."""
    log = run(engine, THEATRES.replace("POLICY", "strict"), l=[0], gp=[1], s=[2])

    assert (starts(log, "small"), starts(log, "large")) == ({2: 110}, {1: 100})


def test_strict_keeps_nothing_from_those_in_front(engine: str) -> None:
    """Who is earlier in the order than the blocked request starts under strict too."""
    log = run(engine, THEATRES.replace("POLICY", "strict"), l=[0], gp=[2], s=[1])

    assert (starts(log, "small"), starts(log, "large")) == ({1: 1}, {2: 100})


@pytest.mark.parametrize(("policy", "start"), [("backfill", 2), ("strict", 40)])
def test_a_head_speaks_for_its_queue(engine: str, policy: str, start: int) -> None:
    """Two requests of one activity need the same, so under either policy the second never overtakes the first."""
    model = THEATRES.replace("POLICY", policy).replace("duration: 100 min", "duration: 20 min")

    log = run(engine, model, l=[0], gp=[1, 1], s=[2])

    assert starts(log, "large") == {1: 20, 2: 30}
    assert starts(log, "small") == {3: start}


NURSE = """
    run: {queue: strict}
    calendars: {day: "08:00-17:00"}
    resources: {room: 3, nurse: {capacity: 1, calendar: day}}
    states:
      dress: {kind: activity, duration: 20 min, needs: {room: 1, nurse: 1}, to: out}
      rest: {kind: activity, duration: 1 hours, needs: {room: 1}, to: out}
      rest_in: {kind: start, stream: r, to: rest}
      visit: {kind: activity, duration: 100 min, needs: {nurse: 1}, to: out}
      visit_in: {kind: start, stream: v, to: visit}
    """


def test_strict_keeps_no_more_than_is_needed(engine: str) -> None:
    """The nurse is busy: one of three rooms is kept for who waits for both, and two are given to those behind."""
    log = run(engine, NURSE, v=[480], gp=[490], r=[500, 500, 500])

    assert starts(log, "dress") == {1: 580}
    assert starts(log, "rest") == {2: 500, 3: 500, 4: 560}


def test_strict_keeps_what_is_not_there_yet(engine: str) -> None:
    """Two rooms are kept though one is free: at 510 nobody gets it, at 540 the third of three goes to who is behind."""
    log = run(engine, NURSE.replace("room: 1, nurse", "room: 2, nurse"), r=[480, 480, 510], v=[480], gp=[490, 495])

    assert starts(log, "rest") == {0: 480, 1: 480, 5: 540}
    assert starts(log, "dress") == {3: 580, 4: 600}


def test_strict_keeps_nothing_for_who_waits_for_an_opening(engine: str) -> None:
    """The nurse is not there before 08:00: until then nothing is kept for who needs her, and three can rest."""
    log = run(engine, NURSE, gp=[400], r=[401, 401, 401, 401])

    assert starts(log, "dress") == {0: 480}
    assert starts(log, "rest") == {1: 401, 2: 401, 3: 401, 4: 461}


def test_strict_keeps_nothing_more_after_the_close(engine: str) -> None:
    """From 17:00 on the busy nurse is off: who waits for her waits for an opening, and the room goes to the next."""
    model = NURSE.replace("room: 3", "room: 1")

    log = run(engine, model, v=[990], gp=[1000], r=[1010])

    assert starts(log, "rest") == {2: 17 * HOUR}
    assert starts(log, "dress") == {1: DAY + 8 * HOUR}


def test_strict_keeps_nothing_for_who_has_lost_patience(engine: str) -> None:
    """When the blocked patient leaves at 21, what was kept is free in that minute."""
    model = THEATRES.replace("POLICY", "strict").replace(
        "{theatre: 2}, to", "{theatre: 2}, leaves: {after: 20 min, to: out}, to"
    )

    log = run(engine, model, l=[0], gp=[1], s=[2])

    assert visits(log, "large") == [(1, 1, None, 21, "left")]
    assert starts(log, "small") == {2: 21}


def test_strict_keeps_nothing_for_who_met_a_deadline(engine: str) -> None:
    """When the blocked patient dies at 21, what was kept is free in that minute."""
    model = (
        THEATRES.replace("POLICY", "strict")
        + """
      died: {kind: end}
    deadlines: {death: {attribute: survival, to: died}}
    attributes: {survival: {kind: duration, draw: [{when: "stream == gp", value: 20 min}, {value: never}]}}
    """
    )

    log = run(engine, model, l=[0], gp=[1], s=[2])

    assert visits(log, "large") == [(1, 1, None, 21, "left")]
    assert starts(log, "small") == {2: 21}


def test_strict_keeps_nothing_for_who_no_longer_fits(engine: str) -> None:
    """Who waits for the busy theatre keeps the nurse while an hour is left before noon: until 11:00, not 11:01."""
    model = """
        run: {queue: strict}
        calendars: {morning: "08:00-12:00"}
        resources: {theatre: {capacity: 1, calendar: morning}, nurse: 1}
        states:
          which: {kind: decision, rules: [{when: stream == l, to: long}, {when: stream == gp, to: operate}, {to: chat}]}
          long: {kind: activity, duration: 200 min, needs: {theatre: 1}, to: out}
          operate:
            kind: activity
            duration: 60 min
            fits: session
            needs: {theatre: 1, nurse: 1}
            to: out
          chat: {kind: activity, duration: 5 min, needs: {nurse: 1}, to: out}
        """

    log = run(engine, model, l=[500], gp=[510], s=[520])

    assert starts(log, "chat") == {2: 11 * HOUR + 1}
    assert starts(log, "operate") == {1: DAY + 8 * HOUR}
