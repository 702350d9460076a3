"""How long a run takes to settle: advice on the warm-up, which is cut where the scenario says."""

from __future__ import annotations

import numpy as np

from pathway.metrics.study import Floats

BATCH = 5


def mser5(series: Floats) -> int | None:
    """Say after how many values a series has settled, by the rule MSER-5; None if it has not.

    Of all beginnings that could be cut, in steps of five values and up to half, it is the one that
    leaves the mean of the rest best known.

    >>> mser5(np.array([0.0] * 10 + [5.0, 6.0] * 20))
    10
    >>> mser5(np.arange(40.0)) is None
    True
    """
    count = len(series) // BATCH
    if count < 2:
        return None
    means = np.asarray(series, np.float64)[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    left = [means[cut:] for cut in range(count // 2 + 1)]
    errors = [float(np.sum((rest - rest.mean()) ** 2)) / rest.size**2 for rest in left]
    best = int(np.argmin(errors))
    return None if best == count // 2 else best * BATCH
