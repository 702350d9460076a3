"""The first starts of an activity last longer than drawn."""

from __future__ import annotations

from tests.models import run, starts, visits

TREAT = """
    resources: {room: 1}
    states:
      treat: {kind: activity, duration: 20 min, needs: {room: 1}, learning: {uses: 2, longer: 40 percent}, to: out}
    """


def test_the_first_starts_last_longer(engine: str) -> None:
    """Two of 28 minutes, then 20 each."""
    log = run(engine, TREAT, gp=[0, 0, 0, 0])

    assert starts(log, "treat") == {0: 0, 1: 28, 2: 56, 3: 76}


def test_stretches_of_a_curve_follow_each_other(engine: str) -> None:
    """One start of 30 minutes, two of 25, then 20."""
    model = TREAT.replace("{uses: 2, longer: 40 percent}", "[{uses: 1, longer: 0.5}, {uses: 2, longer: 25 percent}]")

    log = run(engine, model, gp=[0] * 5)

    assert starts(log, "treat") == {0: 0, 1: 30, 2: 55, 3: 80, 4: 100}


def test_half_a_minute_is_rounded_up(engine: str) -> None:
    """A tenth more than 5 minutes is 5.5, so 6; a tenth more than 4 is 4.4, so 4."""
    for drawn, lasts in ((5, 6), (4, 4), (0, 0)):
        model = TREAT.replace("20 min", f"{drawn} min").replace("40 percent", "10 percent")
        assert [row[3] - row[2] for row in visits(run(engine, model, gp=[7]), "treat")] == [lasts]


def test_starts_count_in_their_order_not_by_who_asked_first(engine: str) -> None:
    """The urgent case comes later and starts first, so it has the long operation; each activity learns for itself."""
    model = """
        resources: {room: 1}
        states:
          wait: {kind: activity, duration: 10 min, needs: {room: 1}, to: treat}
          treat:
            kind: activity
            duration: 20 min
            needs: {room: 1}
            priority: [{when: stream == urgent, value: 0}, {value: 1}]
            learning: {uses: 1, longer: 100 percent}
            to: out
          urgent_in: {kind: start, stream: urgent, to: treat}
        """

    log = run(engine, model, gp=[0], urgent=[5])

    assert starts(log, "treat") == {1: 10, 0: 50}


def test_a_missed_slot_is_no_start(engine: str) -> None:
    """Whoever misses, exactly as many visits that took place last longer as the curve says."""
    model = TREAT.replace("to: out", "no_show: {share: 50 percent, rebook: 3 hours}, to: out")

    log = run(engine, model, gp=range(0, 600, 60))

    done = sorted((start, end - start) for _, _, start, end, how in visits(log, "treat") if how == "completed")
    assert len(done) == 10
    assert [lasts for _, lasts in done] == [28, 28, *[20] * 8]
    assert any(how == "no_show" for *_, how in visits(log, "treat"))


def test_what_is_planned_does_not_change(engine: str) -> None:
    """Planned for 20 minutes, it fits before the close at 30 though it will last 40."""
    model = """
        calendars: {day: "00:00-00:30"}
        resources: {room: {calendar: day}}
        states:
          treat:
            kind: activity
            fits: session
            duration: 20 min
            needs: {room: 1}
            learning: {uses: 1, longer: 100 percent}
            to: out
        """

    assert [row[2:4] for row in visits(run(engine, model, gp=[10]), "treat")] == [(10, 50)]
