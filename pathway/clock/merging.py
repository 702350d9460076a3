"""Moments of several things in one order."""

from __future__ import annotations

import numpy as np

from pathway.clock.days import IntArray


def merged(*moments: IntArray) -> IntArray:
    """Give all moments of some arrays, in order and each once.

    `numpy.unique` finds them by a hash table: thirty times slower for arrays that are nearly in order.

    >>> merged(np.array([0, 480]), np.array([0, 540])).tolist(), merged(np.array([], np.int64)).tolist()
    ([0, 480, 540], [])
    """
    found: IntArray = np.sort(np.concatenate(moments), kind="stable")
    is_new = np.ones(found.size, np.bool_)
    is_new[1:] = found[1:] != found[:-1]
    once: IntArray = found[is_new]
    return once
