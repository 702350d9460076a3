"""How long a run takes to settle: advice on the warm-up, which is cut where the scenario says."""

from __future__ import annotations

import numpy as np

from pathway.metrics.study import Floats

BATCH = 5  # values averaged into one, which takes most of the likeness of neighbours out of a series
LAST = 5  # batches at the end that are too few to stand for a whole run


def mser5(series: Floats) -> int | None:
    """Say after how many values a series has settled, by the rule MSER-5; None if it has not.

    The rule is that of White (1997, Simulation 69, 323-334): of all beginnings that could be cut, in steps of
    five values, it is the one that leaves the mean of the rest best known.  If that cuts more than half, the
    series is too short to say.

    >>> mser5(np.array([0.0] * 10 + [5.0, 6.0] * 20))
    10
    >>> mser5(np.arange(40.0)) is None
    True
    """
    cut = mser5_cut(series)
    return None if cut is None or 2 * cut >= len(series) // BATCH * BATCH else cut


def mser5_cut(series: Floats) -> int | None:
    """Give the best beginning to cut, however much that is; None if there are fewer than ten values."""
    count = len(series) // BATCH
    if count < 2:  # noqa: PLR2004 - one batch has no spread
        return None
    means = np.asarray(series, np.float64)[: count * BATCH].reshape(count, BATCH).mean(axis=1)
    left = [means[cut:] for cut in range(max(count - LAST, count // 2 + 1))]
    errors = [float(np.sum((rest - rest.mean()) ** 2)) / rest.size**2 for rest in left]
    return int(np.argmin(errors)) * BATCH


def welch(series: Floats, window: int) -> Floats:
    """Smooth a series as Welch proposes: the mean of so many values on either side, of fewer near the beginning.

    The last values, which have too few after them, are NaN.

    >>> welch(np.array([0.0, 3.0, 6.0, 6.0, 6.0]), 1).tolist()
    [0.0, 3.0, 5.0, 6.0, nan]
    """
    sums = np.concatenate([[0.0], np.cumsum(np.asarray(series, np.float64))])
    place = np.arange(len(series))
    half = np.minimum(place, window)
    ends = place + half + 1
    inside = ends <= len(series)
    smooth = np.full(len(series), np.nan)
    smooth[inside] = (sums[ends[inside]] - sums[(place - half)[inside]]) / (2 * half[inside] + 1)
    return smooth
