"""Patients who do not come, or are cancelled on the day: what becomes of the slot, and when they ask again."""

from __future__ import annotations

import pytest

from tests.models import DAY, WEEK, ends, held, run, starts, visits

# as good as nobody ever comes to the clinic; the room is shared with a scanner
CLINIC = """
    resources: {room: 1, nurse: 1}
    states:
      see:
        kind: activity
        duration: 20 min
        planned: 30 min
        needs: {room: 1, nurse: 1}
        MISSED: {share: 99.9999 percent, slot: SLOT, rebook: 7 days}
        to: out
      scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: out}
      scan_in: {kind: start, stream: s, to: scan}
    """
BOTH = pytest.mark.parametrize("missed", ["no_show", "cancelled"])


@BOTH
def test_a_lost_slot_holds_everything_for_the_planned_minutes(engine: str, missed: str) -> None:
    """Planned for 30 minutes: room and nurse stand idle for 30, then the next patient is scanned."""
    log = run(engine, CLINIC.replace("MISSED", missed).replace("SLOT", "lost"), gp=[5], s=[6])

    assert visits(log, "see")[0] == (0, 5, 5, 35, missed)
    assert held(log, "room")[:2] == [(0, 5, 35), (1, 35, 45)]
    assert held(log, "nurse")[:1] == [(0, 5, 35)]


@BOTH
def test_a_refilled_slot_holds_nothing_and_the_pass_goes_on(engine: str, missed: str) -> None:
    """Two do not come and a third is scanned, all in the minute the room is there."""
    log = run(engine, CLINIC.replace("MISSED", missed).replace("SLOT", "refilled"), gp=[5, 5], s=[5])

    assert visits(log, "see")[:2] == [(0, 5, 5, 5, missed), (1, 5, 5, 5, missed)]
    assert held(log, "room") == [(2, 5, 15)]
    assert held(log, "nurse") == []


@BOTH
def test_who_missed_asks_again_with_a_new_row(engine: str, missed: str) -> None:
    """Seven days after the slot the patient asks again: a new row, a new time of asking, the next visit's number."""
    log = run(engine, CLINIC.replace("MISSED", missed).replace("SLOT", "refilled"), gp=[5])

    assert visits(log, "see") == [(0, 5, 5, 5, missed), (0, WEEK + 5, WEEK + 5, WEEK + 5, missed)]
    assert log.visits["visit"].tolist() == [1, 2]
    assert ends(log) == [(None, None)]


def test_who_asks_again_goes_to_the_end_of_the_queue(engine: str) -> None:
    """Rebooked after an hour, a patient waits behind one who asked half an hour ago."""
    model = CLINIC.replace("MISSED", "no_show").replace("SLOT", "refilled").replace("7 days", "1 hours")

    log = run(engine, model.replace("duration: 10 min", "duration: 40 min"), gp=[5], s=[25, 35])

    assert starts(log, "scan") == {1: 25, 2: 65}
    assert [row[1:3] for row in visits(log, "see")][:3] == [(5, 5), (65, 105), (165, 165)]


@BOTH
def test_rebooking_takes_at_least_a_minute(engine: str, missed: str) -> None:
    """Drawn below half a minute, the time until a patient asks again is one minute."""
    model = CLINIC.replace("MISSED", missed).replace("SLOT", "refilled")

    log = run(
        engine, "    run: {length: 1 days}" + model.replace("7 days", "{uniform: {min: 0 min, max: 0.3 min}}"), gp=[5]
    )

    assert [row[1] for row in visits(log, "see")][:4] == [5, 6, 7, 8]


@BOTH
def test_it_is_drawn_when_the_slot_comes(engine: str, missed: str) -> None:
    """Nobody knows before: the patient waits for the room until 10 and only then does not come."""
    log = run(engine, CLINIC.replace("MISSED", missed).replace("SLOT", "lost"), s=[0], gp=[5])

    assert visits(log, "see")[0] == (1, 5, 10, 40, missed)


def test_who_does_not_come_is_not_cancelled_too(engine: str) -> None:
    """Where both are as good as certain, not coming is what is logged."""
    model = CLINIC.replace("MISSED", "no_show").replace("SLOT", "refilled")

    log = run(
        engine, model.replace("to: out", "cancelled: {share: 0.999999, rebook: 2 days}\n        to: out", 1), gp=[5]
    )

    assert {row[-1] for row in visits(log, "see")} == {"no_show"}


@BOTH
def test_each_attempt_is_drawn_afresh(engine: str, missed: str) -> None:
    """Half of 800 miss the first slot, and half of these the second (within 4 standard deviations)."""
    model = CLINIC.replace("MISSED", missed).replace("SLOT", "refilled").replace("99.9999 percent", "50 percent")
    patients = 800

    log = run(
        engine,
        model.replace("{room: 1, nurse: 1}", "{room: 999, nurse: 999}", 1).replace("7 days", "1 days"),
        gp=[5] * patients,
        s=[],
    )

    attempts = [len([row for row in visits(log, "see") if row[1] == 5 + day * DAY]) for day in range(3)]
    assert attempts[0] == patients
    assert abs(attempts[1] - patients / 2) < 4 * (patients / 4) ** 0.5
    assert abs(attempts[2] - attempts[1] / 2) < 4 * (attempts[1] / 4) ** 0.5
    assert all(end == "out" for end, _ in ends(log))


def test_a_missed_visit_is_not_a_completed_one(engine: str) -> None:
    """However often they missed it, all who came have one visit to their name."""
    model = CLINIC.replace("MISSED", "no_show").replace("SLOT", "refilled").replace("99.9999 percent", "50 percent")
    model = (
        model.replace("to: out", "rules: [{when: visits(see) == 1, to: out}, {to: twice}]", 1) + "  twice: {kind: end}"
    )

    log = run(engine, model.replace("7 days", "1 days"), gp=[5] * 20, s=[])

    assert {end for end, _ in ends(log)} == {"out"}
    assert "no_show" in {row[-1] for row in visits(log, "see")}


def test_a_slot_lost_past_the_end_has_no_end(engine: str) -> None:
    """Missed ten minutes before the run is over, a slot of thirty is known as missed, and its end is not logged."""
    model = CLINIC.replace("MISSED", "no_show").replace("SLOT", "lost")

    log = run(engine, model, gp=[14 * DAY - 10], s=[])

    assert visits(log, "see") == [(0, 14 * DAY - 10, 14 * DAY - 10, None, "no_show")]
    assert held(log, "room") == [(0, 14 * DAY - 10, None)]


def test_a_deadline_ends_a_rebooking(engine: str) -> None:
    """Who died before the rebooked slot never asks again."""
    model = (
        CLINIC.replace("MISSED", "no_show").replace("SLOT", "lost")
        + """
      died: {kind: end}
    deadlines: {death: {attribute: survival, to: died}}
    attributes: {survival: {kind: duration, draw: 3 days}}
    """
    )

    log = run(engine, model, gp=[5], s=[])

    assert visits(log, "see") == [(0, 5, 5, 35, "no_show")]
    assert ends(log) == [("died", 5 + 3 * DAY)]
