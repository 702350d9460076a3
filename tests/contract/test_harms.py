"""Harm by waiting: a named hazard that ends waits."""

from __future__ import annotations

import math

import numpy as np

from pathway.eventlog import LEFT
from pathway.metrics import measure
from tests.models import DAY, ends, run, scenario_of, visits

CLOSED = """
resources: {room: {calendar: late}}
calendars: {late: {sessions: [{on: [2027-03-01], hours: "09:00-10:00"}]}}
run: {length: 70 days}
harms: {worse: {per_week: 20 percent, while: [scan, talk], to: hospice}}
states:
  scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: talk}
  talk: {kind: activity, duration: 10 min, to: out}
  hospice: {kind: end}
"""
PATIENTS = 4000


def test_the_share_harmed_is_that_of_the_hazard(engine: str) -> None:
    """Of 4000 who wait, 1 - 0.8^(t/week) are harmed within t: after a day, a week and seven, within four errors."""
    log = run(engine, CLOSED, gp=[0] * PATIENTS)
    waited = log.visits["ended_at"][log.visits["outcome"] == LEFT]

    for days in (1, 7, 49):
        share = 1 - 0.8 ** (days / 7)
        error = math.sqrt(share * (1 - share) / PATIENTS)
        assert abs(np.sum(waited <= days * DAY) / PATIENTS - share) < 4 * error, days


def test_it_strikes_only_who_waits(engine: str) -> None:
    """Who starts at once is never harmed, however long it takes; nor is anybody where the hazard is 0."""
    model = """
    harms: {worse: {per_week: 20 percent, while: scan, to: hospice}}
    states:
      scan: {kind: activity, duration: 12 days, to: out}
      hospice: {kind: end}
    """
    free = run(engine, model, gp=[0] * 50)
    none = run(engine, CLOSED.replace("20 percent", "0 percent"), gp=[0] * 50)

    assert not (free.visits["outcome"] == LEFT).any()
    assert not (none.visits["outcome"] == LEFT).any()


def test_it_strikes_before_a_notice_is_over(engine: str) -> None:
    """A request that is not eligible yet waits as well; a patient who waited long before minute 0 begins unharmed."""
    model = CLOSED.replace("20 percent", "99.99 percent").replace(
        "needs: {room: 1}", "needs: {room: 1}, notice: 50 days"
    )
    log = run(engine, "patients: [{stream: gp, state: scan, joined: 2026-06-01, count: 40}]\n" + model, gp=[0] * 40)

    assert (log.visits["outcome"] == LEFT).all()
    assert (log.visits["ended_at"] >= 1).all()
    assert np.median(log.visits["ended_at"][log.visits["enqueued_at"] < 0]) > DAY / 4


def test_harm_and_patience_end_a_wait_whichever_is_first(engine: str) -> None:
    """With patience of three days nobody is harmed later; who is not harmed by then leaves elsewhere."""
    model = CLOSED.replace("needs: {room: 1}", "needs: {room: 1}, leaves: {after: 3 days, to: out}")
    log = run(engine, model, gp=[0] * 400)
    harmed = [at for state, at in ends(log) if state == "hospice"]

    assert max(harmed) <= 3 * DAY
    assert {at for state, at in ends(log) if state == "out"} == {3 * DAY}
    assert 0 < len(harmed) < 400 * 0.2


def test_a_harm_changes_nobodys_luck(engine: str) -> None:
    """Who is not harmed takes the same time with and without a hazard."""
    model = CLOSED.replace("duration: 10 min, needs", "duration: {exponential: {mean: 1 min}}, needs")
    with_harm, without = run(engine, model, gp=[0] * 60), run(engine, model.replace("20 percent", "0"), gp=[0] * 60)
    lasted = [
        {row[0]: row[3] - row[2] for row in visits(log, "scan") if row[4] == "completed"}
        for log in (with_harm, without)
    ]
    both = lasted[0].keys() & lasted[1].keys()

    assert 0 < len(both) < 60
    assert [lasted[0][case] for case in both] == [lasted[1][case] for case in both]


def test_harm_is_counted_by_name() -> None:
    """Patients a year, by the hazard that sent them to its state: neither patience nor what follows counts."""
    scenario = scenario_of(
        CLOSED.replace("needs: {room: 1}", "needs: {room: 1}, leaves: {after: 3 days, to: talk}").replace(
            "hospice: {kind: end}", "hospice: {kind: decision, to: out}"
        ),
        "gp",
    )
    log = run("simpy", scenario, gp=[0] * 100)
    harmed = int((log.visits["state"] == log.vocabulary.states.index("hospice")).sum())
    figures = measure(log, scenario).summary.query("measure == 'harm'")

    assert harmed > 0
    assert figures["subject"].tolist() == ["worse"]
    assert np.isclose(figures["value"].iloc[0], harmed * 365.25 / 70)
