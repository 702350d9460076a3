"""Things held while their patient waits for what comes next: a theatre until the critical-care bed is free."""

from __future__ import annotations

from tests.models import DAY, ends, held, run, starts, visits

THEATRE = """
    resources: {theatre: 1, bed: 1}
    states:
      operate: {kind: activity, duration: 60 min, needs: {theatre: {hold_until: care}}, to: care}
      care: {kind: activity, duration: 300 min, needs: {bed: 1}, to: out}
    """


def test_it_is_held_until_the_next_activity_starts(engine: str) -> None:
    """The first has a bed at once; the second blocks the theatre from 120 to 360, and the third from 420 to 660."""
    log = run(engine, THEATRE, gp=[0, 0, 0])

    assert starts(log, "care") == {0: 60, 1: 360, 2: 660}
    assert held(log, "theatre") == [(0, 0, 60), (1, 60, 360), (2, 360, 660)]


def test_turnover_follows(engine: str) -> None:
    """Twenty minutes of cleaning after the patient has left the theatre for the bed."""
    log = run(engine, THEATRE.replace("hold_until: care", "hold_until: care, turnover: 20 min"), gp=[0, 0, 0])

    assert held(log, "theatre") == [(0, 0, 80), (1, 80, 380), (2, 380, 680)]


def test_who_goes_elsewhere_gives_it_back_on_leaving(engine: str) -> None:
    """A day case goes to the lounge, which is full until 500, and the theatre is free at 60 all the same."""
    model = """
        resources: {theatre: 1, bed: 1, lounge: 1}
        states:
          operate: {kind: activity, duration: 60 min, needs: {theatre: {hold_until: care}}, to: where}
          where: {kind: decision, rules: [{when: stream == day, to: rest}, {to: care}]}
          care: {kind: activity, duration: 300 min, needs: {bed: 1}, to: out}
          rest: {kind: activity, duration: 500 min, needs: {lounge: 1}, to: out}
          day_in: {kind: start, stream: day, to: operate}
          guest_in: {kind: start, stream: guest, to: rest}
        """

    log = run(engine, model, guest=[0], day=[0], gp=[1])

    assert held(log, "theatre") == [(0, 0, 60), (2, 60, 120)]


def test_a_deadline_ends_it(engine: str) -> None:
    """The second patient dies at 200, waiting for a bed: the theatre is free then."""
    model = """
        attributes: {life: {kind: duration, draw: [{when: stream == frail, value: 200 min}, {value: never}]}}
        deadlines: {death: {attribute: life, to: dead}}
        resources: {theatre: 1, bed: 1}
        states:
          operate: {kind: activity, duration: 60 min, needs: {theatre: {hold_until: care}}, to: care}
          care: {kind: activity, duration: 300 min, needs: {bed: 1}, to: out}
          dead: {kind: end}
          frail_in: {kind: start, stream: frail, to: operate}
        """

    log = run(engine, model, frail=[1], gp=[0, 2])

    assert held(log, "theatre") == [(0, 0, 60), (1, 60, 201), (2, 201, 360)]
    assert ends(log)[1] == ("dead", 201)


def test_an_activity_a_deadline_outruns_gives_it_back_at_its_end(engine: str) -> None:
    """Who dies at 30 in the operation leads nowhere; the theatre is held to its end, and no longer."""
    model = """
        attributes: {life: {kind: duration, draw: 30 min}}
        deadlines: {death: {attribute: life, to: dead}}
        resources: {theatre: 1, bed: 1}
        states:
          operate: {kind: activity, duration: 60 min, needs: {theatre: {hold_until: care}}, to: care}
          care: {kind: activity, duration: 300 min, needs: {bed: 1}, to: out}
          dead: {kind: end}
        """

    assert held(run(engine, model, gp=[0]), "theatre") == [(0, 0, 60)]


def test_lost_patience_ends_it(engine: str) -> None:
    """The second waits a hundred minutes for a bed, from 120 to 220, and goes to the ward."""
    model = THEATRE.replace("300 min", "300 min, leaves: {after: 100 min, to: out}")

    log = run(engine, model, gp=[0, 0, 0])

    assert held(log, "theatre") == [(0, 0, 60), (1, 60, 220), (2, 220, 360)]


def test_a_missed_slot_starts_nothing(engine: str) -> None:
    """Whoever is cancelled blocks the theatre until care does start."""
    model = THEATRE.replace("300 min", "1 min, cancelled: {share: 60 percent, slot: refilled, rebook: 30 min}")

    log = run(engine, model, gp=range(0, 5 * DAY, DAY // 2))

    began = {case: start for case, _, start, _, how in visits(log, "care") if how == "completed"}
    assert len(visits(log, "care")) > len(began) == 10
    assert {case: until for case, _, until in held(log, "theatre")} == began


def test_what_is_kept_at_the_horizon_is_open(engine: str) -> None:
    """The second waits for a bed for ever."""
    log = run(engine, THEATRE.replace("300 min", "30 days"), gp=[0, 0])

    assert held(log, "theatre") == [(0, 0, 60), (1, 60, None)]


def test_strict_queues_start_who_waits_in_the_same_minute(engine: str) -> None:
    """The theatre given back as care starts lets the next operation start then."""
    log = run(engine, THEATRE.replace("resources:", "run: {queue: strict}\n    resources:"), gp=[0, 0, 0])

    assert held(log, "theatre") == [(0, 0, 60), (1, 60, 360), (2, 360, 660)]
