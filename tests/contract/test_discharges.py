"""Stays that end only at certain hours of the day."""

from __future__ import annotations

import pytest

from tests.models import DAY, HOUR, ends, held, run, starts

WARD = """
    resources: {bed: {capacity: 1, discharge: "11:00-18:00"}}
    states: {stay: {kind: activity, duration: 30 min, needs: {bed: {for: 10 hours}}, to: out}}
    """


@pytest.mark.parametrize(
    ("comes", "goes"),
    [
        (0, 11 * HOUR),  # over at ten: the window opens at eleven
        (HOUR, 11 * HOUR),  # over as it opens
        (3 * HOUR + 7, 13 * HOUR + 7),  # over inside it
        (8 * HOUR - 1, 18 * HOUR - 1),  # over in its last minute
        (8 * HOUR, DAY + 11 * HOUR),  # over as it closes: tomorrow
        (20 * HOUR, DAY + 11 * HOUR),
    ],
)
def test_a_stay_ends_at_the_first_minute_of_the_window(engine: str, comes: int, goes: int) -> None:
    """The drawn end is ten hours after coming; the bed and the patient are there until the window lets them go."""
    log = run(engine, WARD, gp=[comes])

    assert held(log, "bed") == [(0, comes, goes)]
    assert ends(log) == [("out", goes)]


def test_a_window_may_lie_over_midnight(engine: str) -> None:
    """From 22:00 to 02:00: a stay over at 01:30 ends then, one over at 02:00 in the evening."""
    model = WARD.replace("11:00-18:00", "22:00-02:00").replace("capacity: 1", "capacity: 2")

    log = run(engine, model, gp=[15 * HOUR + 30, 16 * HOUR])

    assert held(log, "bed") == [(0, 15 * HOUR + 30, DAY + 90), (1, 16 * HOUR, DAY + 22 * HOUR)]


def test_turnover_follows_the_discharge(engine: str) -> None:
    """The bed is cleaned for twenty minutes after eleven, and the next patient comes then."""
    log = run(engine, WARD.replace("for: 10 hours", "for: 10 hours, turnover: 20 min"), gp=[0, 0])

    assert ends(log)[0] == ("out", 11 * HOUR)
    assert held(log, "bed")[0] == (0, 0, 11 * HOUR + 20)
    assert starts(log, "stay") == {0: 0, 1: 11 * HOUR + 20}


def test_a_hold_as_long_as_the_activity_is_not_moved(engine: str) -> None:
    """A treatment in the bed of half an hour ends at half past midnight."""
    log = run(engine, WARD.replace("{for: 10 hours}", "1"), gp=[0])

    assert held(log, "bed") == [(0, 0, 30)]


def test_the_bed_taken_decides(engine: str) -> None:
    """Of two wards that may take a patient, each lets go at its own hours."""
    model = """
        resources: {ward: {capacity: 1, discharge: "11:00-18:00"}, lounge: 1}
        states:
          stay: {kind: activity, duration: 0 min, needs: {bed: {any_of: [ward, lounge], for: 10 hours}}, to: out}
        """

    log = run(engine, model, gp=[0, 0])

    assert held(log, "ward") == [(0, 0, 11 * HOUR)]
    assert held(log, "lounge") == [(1, 0, 10 * HOUR)]


def test_the_longest_stay_decides_when_the_patient_goes(engine: str) -> None:
    """The monitor is let go at ten, the bed at eleven, and the patient with the bed."""
    model = WARD.replace("bed: {capacity", "monitor: 1, bed: {capacity")
    model = model.replace("needs: {", "needs: {monitor: {for: 10 hours}, ")

    log = run(engine, model, gp=[0])

    assert held(log, "monitor") == [(0, 0, 10 * HOUR)]
    assert ends(log) == [("out", 11 * HOUR)]
