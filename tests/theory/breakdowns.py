"""Units that break down and are repaired: an alternating renewal process."""

from __future__ import annotations

import numpy as np

from pathway.eventlog import EventLog
from tests.theory.intervals import Row, by_replications
from tests.theory.runs import Document, experiment, one_queue, sampled


@experiment("Availability")
def availability(engine: str) -> list[Row]:
    """Share of the time in which a unit is there: mean up / (mean up + mean repair), whatever the distributions.

    The key renewal theorem; exponential 20 days up, lognormal 5 days under repair.  Fifty units, 20 replications
    of 4 years after half a year, about 60,000 breakdowns.
    """
    document: Document = one_queue(1e-5, 50, reported=4.0)
    breakdown = {
        "after": {"exponential": {"mean": "20 days"}},
        "repair": {"lognormal": {"mean": "5 days", "sd": "5 days"}},
    }
    document["resources"] = {"server": {"capacity": 50, "breakdown": breakdown}}

    def share_there(log: EventLog) -> list[float]:
        first, last = log.vocabulary.warm_up, log.vocabulary.warm_up + log.vocabulary.length
        lasting = np.diff(np.append(log.capacity["at"], log.vocabulary.horizon).clip(first, last))
        return [float(np.sum(lasting * log.capacity["units"])) / (50 * (last - first))]

    found = sampled(document, 20, engine, share_there)
    return [by_replications("share of the time a unit is there", 20 / 25, found[0], width=0.01)]
