"""How values spread: the quantiles of many groups at once."""

from __future__ import annotations

import numpy as np

from pathway.metrics.study import Codes, Floats


def quantiles(values: Floats, levels: tuple[float, ...]) -> list[float]:
    """Give the quantiles of some values, between two values in proportion; of none, NaN.

    >>> quantiles(np.array([3.0, 1.0, 2.0]), (0.5, 0.75))
    [2.0, 2.5]
    """
    found: list[float] = group_quantiles(values, np.array([0, values.size]), levels)[0].tolist()
    return found


def group_quantiles(values: Floats, first: Codes, levels: tuple[float, ...]) -> Floats:
    """Give the quantiles of groups, a row each; a group's values lie from one place of `first` up to the next.

    It is numpy's own rule, which asked group by group would take longer than all else.

    >>> group_quantiles(np.array([3.0, 1.0, 7.0]), np.array([0, 2, 2, 3]), (0.5,)).tolist()
    [[2.0], [nan], [7.0]]
    """
    ordered = np.append(values, np.nan)  # what a group of none finds
    for begin, end in zip(first, first[1:], strict=False):
        ordered[begin:end].sort()
    count = np.diff(first)[:, None]
    place = np.maximum(count - 1, 0) * np.array(levels)
    whole = np.floor(place).astype(np.int64)
    below = np.where(count > 0, first[:-1, None] + whole, values.size)
    above = np.where(count > whole + 1, below + 1, below)
    low, high, share = ordered[below], ordered[above], place - whole
    found: Floats = np.where(share < 0.5, low + (high - low) * share, high - (high - low) * (1 - share))
    return found
