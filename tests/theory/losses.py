"""Patients who go elsewhere: Erlang's loss system, impatient patients, and beds enough for everybody."""

from __future__ import annotations

import numpy as np

from pathway.eventlog import LEFT, EventLog
from tests.theory import formulas
from tests.theory.intervals import Row, by_replications
from tests.theory.runs import DAY, SERVICE, SERVICE_TIME, Document, experiment, one_queue, present, sampled, window


def _overflow(engine: str, duration: object) -> list[Row]:
    needs = {"bed": {"any_of": ["own", "elsewhere"]}}
    document: Document = one_queue(4.0 / SERVICE, 1, reported=4.0, duration=duration, needs=needs)
    document["resources"] = {"own": 5, "elsewhere": 10_000}

    def share_elsewhere(log: EventLog) -> list[float]:
        words, holds = log.vocabulary, log.holds
        counted = holds["from"] >= words.warm_up
        return [float(np.mean(holds["resource"][counted] == words.resources.index("elsewhere")))]

    found = sampled(document, 16, engine, share_elsewhere)
    return [by_replications("share who find no own bed", formulas.erlang_b(5, 4.0), found[0])]


@experiment("Erlang B")
def overflow(engine: str) -> list[Row]:
    """Share of patients who overflow from five beds into a boundless second ward (`any_of`): Erlang B.

    Load 4, exponential stays; 16 replications of 4 years, about 220,000 visits.
    """
    return _overflow(engine, SERVICE_TIME)


@experiment("Erlang B, lognormal")
def overflow_lognormal(engine: str) -> list[Row]:
    """The same share with lognormal stays: Erlang B depends on the mean alone (Sevastyanov 1957)."""
    return _overflow(engine, {"lognormal": {"mean": "600 min", "sd": "900 min"}})


@experiment("Erlang A")
def impatience(engine: str) -> list[Row]:
    """Share who leave and mean wait of everybody in M/M/4 with exponential patience of 900 minutes: Erlang A.

    Palm 1957; load 1.1 a server, more than could be served without leaving; 16 replications of 4 years,
    about 250,000 visits.
    """
    rate = 4.4 / SERVICE
    leaves = {"after": {"exponential": {"mean": "900 min"}}, "to": "out"}

    def statistics(log: EventLog) -> list[float]:
        found = window(log, "service")
        left = found["outcome"] == LEFT
        until = np.where(left, found["ended_at"], found["started_at"])
        return [float(left.mean()), float(np.mean(until - found["enqueued_at"]))]

    found = sampled(one_queue(rate, 4, reported=4.0, leaves=leaves), 16, engine, statistics)
    exact = formulas.erlang_a(rate, SERVICE, 4, 900.0)
    return [
        by_replications("share who leave", exact.share_leaving, found[0]),
        by_replications("mean wait of all, min", exact.mean_wait, found[1]),
    ]


@experiment("M/G/infinity")
def enough_beds(engine: str) -> list[Row]:
    """Mean and variance of the number in a ward that is never full: both are rate x mean stay (Poisson).

    Stays are Weibull of shape 0.7 held by `for:` beyond a constant procedure; Takacs 1962.  Load 20,
    30 replications of 3 years.
    """
    needs = {"bed": {"units": 1, "for": {"weibull": {"shape": 0.7, "mean": "5 days"}}}}
    document: Document = one_queue(4.0 / DAY, 1, reported=3.0, duration="0 min", needs=needs)
    document["resources"] = {"bed": 10_000}
    found = sampled(
        document, 30, engine, lambda log: [present(log, "service").mean(), np.mean((present(log, "service") - 20) ** 2)]
    )
    return [
        by_replications("mean number in the ward", 20.0, found[0]),
        by_replications("variance of the number in the ward", 20.0, found[1], width=0.15),
    ]
