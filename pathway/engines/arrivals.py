"""Who comes when: the cases of one replication, numbered once for all engines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pathway.plan.records import Ints, Keys, Plan
from pathway.sampling.keyed import deal_arrivals


@dataclass(frozen=True, eq=False)
class Arrivals:
    """The cases in the order of arrival, those there at minute 0 first; ties by stream name, then by index.

    A case's number is its place here, and its identity is (stream, index): that, not the number, keys
    its draws.
    """

    stream: Ints
    index: Ints
    at: Ints
    key: Keys  # of each case's stream


def arrivals_of(plan: Plan, replication: int) -> Arrivals:
    """Deal the arrivals of a replication."""
    streams, indices, times = [], [], []
    for stream, key in enumerate(plan.streams.key):
        span = slice(plan.streams.rate_start[stream], plan.streams.rate_start[stream + 1])
        coming = deal_arrivals(
            plan.seed, replication, key, plan.streams.rate_time[span], plan.streams.rate_cumulative[span]
        )
        streams.append(np.full(coming.size, stream, np.int64))
        indices.append(np.arange(coming.size, dtype=np.int64))
        times.append(coming)
    by_stream, index, at = np.concatenate(streams), np.concatenate(indices), np.concatenate(times)
    there = plan.present
    order = np.lexsort((index, by_stream, at))
    by_stream = np.concatenate((there.stream, by_stream[order]))
    index, at = np.concatenate((there.index, index[order])), np.concatenate((there.referred, at[order]))
    return Arrivals(by_stream, index, at, plan.streams.key[by_stream])
