"""Where patients go, and what is known of them: decisions, conditions, attributes, and delays until a date."""

from __future__ import annotations

import numpy as np
import pytest

from pathway.sampling.keyed import ROUTE, deal_uniforms, key_of
from tests.models import DAY, HOUR, attribute, ends, run, visits

CHOOSE = """
    parameters: {policy: {value: yes}, least: {value: 3}, soon: {value: 2 days}}
    attributes:
      age: {kind: category, values: [young, middle, old], draw: middle}
      ecog: {kind: integer, draw: 2}
      prior: {kind: integer, draw: 3}
      near: {kind: yes_no, draw: yes}
      pause: {kind: duration, draw: 3 hours}
    states:
      scan: {kind: activity, duration: 2 hours, to: choose}
      choose: {kind: decision, rules: [{when: CONDITION, to: held}, {to: failed}]}
      held: {kind: end}
      failed: {kind: end}
    """


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("ecog == 2", True),
        ("ecog != 2", False),
        ("ecog < 2", False),
        ("ecog <= 2", True),
        ("ecog > 1", True),
        ("ecog >= 3", False),
        ("age >= middle", True),
        ("age < middle", False),
        ("age == old", False),
        ("near == yes", True),
        ("near != yes", False),
        ("pause == 180 min", True),
        ("pause > 3 hours", False),
        ("ecog < prior", True),
        ("ecog >= prior", False),
        ("ecog < $least", True),
        ("prior < $least", False),
        ("$policy == yes", True),
        ("$policy == no", False),
        ("$soon <= 2 days", True),
        ("visits(scan) == 1", True),
        ("visits(scan) > 1", False),
        ("visits(failed) == 0", True),
        ("since(scan) == 0 min", True),
        ("since(gp_in) == 2 hours", True),
        ("since(gp_in) < $soon", True),
        ("since(gp_in) < pause", True),
        ("since(gp_in) > pause", False),
        ("visits(scan) < ecog", True),
        ("stream == gp", True),
        ("stream == other", False),
        ("[ecog == 2, near == yes]", True),
        ("[ecog == 2, near == no]", False),
        ("[$policy == no, ecog == 2]", False),
        ("[$policy == yes, ecog == 2]", True),
    ],
)
def test_conditions(engine: str, condition: str, holds: bool) -> None:
    """A condition compares an attribute, completed visits or the time since a state with a number or attribute."""
    log = run(engine, CHOOSE.replace("CONDITION", condition), gp=[5], other=[])

    assert ends(log) == [("held" if holds else "failed", 5 + 2 * HOUR)]


def test_the_time_since_a_state_never_left_is_before_all_others(engine: str) -> None:
    """Someone never scanned has not been scanned within the last 90 days, nor longer ago: it is -1."""
    model = CHOOSE.replace("to: choose}", "to: choose}\n      b_in: {kind: start, stream: b, to: choose}", 1)

    within = run(engine, model.replace("CONDITION", "since(scan) >= 0 min"), gp=[5], b=[5])

    assert [end for end, _ in ends(within)] == ["failed", "held"]


@pytest.mark.parametrize("condition", ["ecog > 1", "ecog == 2"])
def test_the_first_row_that_matches_wins(engine: str, condition: str) -> None:
    """Two rows hold, the first decides, whether they compare or look a value up."""
    rows = f"{{when: ecog == 9, to: failed}}, {{when: {condition}, to: held}}, {{when: {condition}, to: failed}}"

    log = run(engine, CHOOSE.replace("{when: CONDITION, to: held}", rows), gp=[5])

    assert ends(log) == [("held", 125)]


def test_a_start_an_activity_and_a_delay_may_decide_too(engine: str) -> None:
    """Rules stand wherever a state leads on."""
    model = """
        attributes: {n: {kind: integer, draw: 0}}
        states:
          gp_in: {kind: start, stream: gp, add: {n: 1}, rules: [{when: n == 1, to: scan}, {to: out}]}
          scan: {kind: activity, duration: 5 min, add: {n: 1}, rules: [{when: n == 2, to: wait}, {to: out}]}
          wait: {kind: delay, duration: 7 min, add: {n: 1}, rules: [{when: n == 3, to: home}, {to: out}]}
          home: {kind: end}
        """

    log = run(engine, model, gp=[0])

    assert ends(log) == [("home", 12)]
    assert attribute(log, "n") == [3]


def test_weights_add_up_in_the_order_of_state_names(engine: str) -> None:
    """Up to 0.2 a patient goes to `ant`, up to 0.5 to `bee`, else to `cat`, wherever they stand in the file."""
    model = """
        states:
          choose: {kind: decision, to: {cat: rest, ant: 0.2, bee: 0.3}}
          ant: {kind: end}
          bee: {kind: end}
          cat: {kind: end}
        """
    key, patients = np.uint64(key_of("stream gp")), 60
    uniforms = deal_uniforms(1, 0, np.full(patients, key), np.arange(patients), np.uint64(key_of("choose")), 1, ROUTE)

    log = run(engine, model, gp=[5] * patients)

    assert [end for end, _ in ends(log)] == ["ant" if u < 0.2 else "bee" if u < 0.5 else "cat" for u in uniforms]
    assert {end for end, _ in ends(log)} == {"ant", "bee", "cat"}


def test_every_visit_decides_afresh(engine: str) -> None:
    """Half of 800 go round again, and half of these once more (within 4 standard deviations)."""
    model = """
        states:
          treat: {kind: activity, duration: 1 days, to: choose}
          choose: {kind: decision, to: {treat: 0.5, out: 0.5}}
        """

    log = run(engine, model, gp=[0] * 800)

    rounds = [len([row for row in visits(log, "treat") if row[1] == day * DAY]) for day in range(3)]
    assert abs(rounds[1] - 400) < 4 * 200**0.5
    assert abs(rounds[2] - rounds[1] / 2) < 4 * (rounds[1] / 4) ** 0.5


def test_only_completed_visits_count(engine: str) -> None:
    """A wait that patience ended is no visit, though the next row is numbered 2."""
    model = """
        resources: {room: 1}
        states:
          scan:
            kind: activity
            duration: 30 min
            needs: {room: 1}
            leaves: {after: 20 min, to: choose}
            to: choose
          choose: {kind: decision, rules: [{when: visits(scan) == 0, to: scan}, {to: out}]}
        """

    log = run(engine, model, gp=[0, 0])

    assert visits(log, "scan") == [
        (0, 0, 0, 30, "completed"),
        (1, 0, None, 20, "left"),
        (1, 20, 30, 60, "completed"),
    ]
    assert ends(log) == [("out", 30), ("out", 60)]


# ---------------------------------------------------------------- attributes


def test_attributes_are_drawn_after_those_they_depend_on(engine: str) -> None:
    """`ache` follows `zone` whatever the order of the alphabet or the file."""
    model = """
        attributes:
          ache: {kind: integer, draw: [{when: zone == 7, value: 1}, {value: 0}]}
          zone: {kind: integer, draw: 7}
        states: {wait: {kind: delay, duration: 1 min, to: out}}
        """

    assert attribute(run(engine, model, gp=[5]), "ache") == [1]


def test_set_and_add_happen_on_leaving(engine: str) -> None:
    """The activity's own duration still sees the old values, the next one's the new."""
    model = """
        attributes: {cycles: {kind: integer, draw: 1}, fit: {kind: yes_no, draw: no}}
        states:
          first:
            kind: activity
            duration: [{when: cycles == 1, value: 10 min}, {value: 1 days}]
            set: {fit: yes}
            add: {cycles: 2}
            to: second
          second:
            kind: activity
            duration: [{when: [cycles == 3, fit == yes], value: 20 min}, {value: 1 days}]
            to: out
        """

    log = run(engine, model, gp=[0])

    assert ends(log) == [("out", 30)]
    assert (attribute(log, "cycles"), attribute(log, "fit")) == ([3], [1])


def test_what_is_added_is_seen_by_what_is_set(engine: str) -> None:
    """Of one state, additions come first, then draws, each after those it asks about."""
    model = """
        attributes: {a: {kind: integer, draw: 0}, b: {kind: integer, draw: 0}, z: {kind: integer, draw: 0}}
        states:
          scan:
            kind: activity
            duration: 1 min
            set: {a: [{when: b == 8, value: 9}, {value: 1}], b: [{when: z == 7, value: 8}, {value: 1}]}
            add: {z: 7}
            to: out
        """

    log = run(engine, model, gp=[0])

    assert [attribute(log, name) for name in "abz"] == [[9], [8], [7]]


def test_a_negative_number_may_be_added(engine: str) -> None:
    """A counter can count down."""
    model = """
        attributes: {left: {kind: integer, draw: 3}}
        states:
          treat: {kind: activity, duration: 10 min, add: {left: -1}, rules: [{when: left > 0, to: treat}, {to: out}]}
        """

    assert ends(run(engine, model, gp=[0])) == [("out", 30)]


def test_set_draws_anew_at_every_visit(engine: str) -> None:
    """A value set by a draw is another one at the second visit, and may depend on the patient."""
    model = """
        attributes: {luck: {kind: integer, draw: 0}, first: {kind: integer, draw: 0}}
        states:
          toss: {kind: activity, duration: 10 min, set: {luck: {uniform: {min: 0, max: 1000000}}}, to: keep}
          keep: {kind: delay, duration: 1 min, rules: [{when: visits(keep) < 2, to: toss}, {to: out}]}
        """
    once = model.replace("visits(keep) < 2", "visits(keep) < 1")

    twice, one = (attribute(run(engine, each, gp=[0] * 20), "luck") for each in (model, once))

    assert len(set(one)) > 15
    assert all(a != b for a, b in zip(twice, one, strict=True))


# ---------------------------------------------------------------- delays until a date

UNTIL = """
    states:
      scan: {kind: activity, duration: 10 min, to: talk}
      talk: {kind: activity, duration: 5 days, to: wait}
      skip: {kind: decision, to: wait}
      skip_in: {kind: start, stream: s, to: skip}
      wait: {kind: delay, until: {after: DAYS days, since: scan}, to: out}
    """


@pytest.mark.parametrize(("days", "end"), [(7, 10 + 7 * DAY), (5, 10 + 5 * DAY), (3, 10 + 5 * DAY), (0, 10 + 5 * DAY)])
def test_a_delay_until_so_long_since_a_state(engine: str, days: int, end: int) -> None:
    """Until N days since the scan was left; where that is past, no time at all."""
    log = run(engine, UNTIL.replace("DAYS", str(days)), gp=[0])

    assert visits(log, "wait") == [(0, 10 + 5 * DAY, 10 + 5 * DAY, end, "completed")]


def test_a_delay_since_a_state_never_left_takes_no_time(engine: str) -> None:
    """Who was never scanned waits for nothing."""
    log = run(engine, UNTIL.replace("DAYS", "7"), gp=[], s=[3])

    assert ends(log) == [("out", 3)]


def test_a_delay_counts_from_the_last_time_a_state_was_left(engine: str) -> None:
    """Scanned twice, the delay counts from the second scan."""
    model = UNTIL.replace("DAYS", "7").replace("to: talk}", "rules: [{when: visits(scan) < 2, to: scan}, {to: talk}]}")

    assert ends(run(engine, model, gp=[0])) == [("out", 20 + 7 * DAY)]
