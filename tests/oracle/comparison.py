"""Two programs' mean waits, and whether their difference is more than chance."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from tests.oracle.network import PER_WEEK, STATIONS, our_waits
from tests.theory.intervals import LEVEL, Row

REPLICATIONS = 30
WIDTH = 0.1  # the part of the wait that half the interval of the difference may at most be


def compare(theirs: NDArray[np.float64], engine: str) -> list[Row]:
    """Compare our mean waits with Ciw's, by stream and station."""
    ours = our_waits(len(theirs), engine)
    return [
        _welch(f"mean wait of {stream} patients at the {station}, min", theirs[:, who, where], ours[:, who, where])
        for (who, stream), (where, station) in product(enumerate(PER_WEEK), enumerate(STATIONS))
    ]


def _welch(measure: str, theirs: NDArray[np.float64], ours: NDArray[np.float64]) -> Row:
    """Accept what lies in Welch's interval around the other program's mean (unequal variances)."""
    test = stats.ttest_ind(ours, theirs, equal_var=False)
    difference = test.confidence_interval(LEVEL)
    half = float(difference.high - difference.low) / 2
    middle = float(theirs.mean())
    return Row(measure, middle, float(ours.mean()), middle - half, middle + half, half <= WIDTH * middle)
