"""The one compiled function behind every draw: a keyed uniform number, and its quantile.

The uniform number comes from Philox4x64-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers:
as easy as 1, 2, 3", SC'11), a counter-based generator: the key is (seed, replication), the counter
(index of the case in its stream, stream, site, visit and purpose), so no draw depends on another.
The four words of a block serve four purposes.  The normal quantile is Wichura's algorithm AS 241
(PPND16, Applied Statistics 37, 1988), good to about 1 part in 10^16.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np
from llvmlite.ir import IntType
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from pathway.sampling.keeping import kept
from pathway.sampling.records import KINDS

Array = NDArray[Any]

# What a draw is for. The first four share one Philox block.
DURATION, ROUTE, NO_SHOW, CANCELLED = 0, 1, 2, 3
PATIENCE, REBOOK, DEFERRAL, HOLD = 4, 5, 6, 7
ATTRIBUTE, SETTING, ARRIVAL, PRIORITY = 8, 9, 10, 11
SHORT_NOTICE = 12
BREAKDOWN, REPAIR = 24, 25  # of a unit of a resource, which stands in the place of a case
HARM = 28

CONSTANT, UNIFORM, TRIANGULAR, EXPONENTIAL, LOGNORMAL, WEIBULL, DISCRETE, TABULATED = range(len(KINDS))

_MULTIPLIER_0 = np.uint64(0xD2E7470EE14C6C93)
_MULTIPLIER_1 = np.uint64(0xCA5A826395121157)
_WEYL_0 = np.uint64(0x9E3779B97F4A7C15)
_WEYL_1 = np.uint64(0xBB67AE8584CAA73B)
_MANTISSA = np.uint64(12)


def key_of(name: str) -> int:
    """Turn a name into the 64-bit key its draws are dealt under (BLAKE2b, so free of the hash seed).

    >>> hex(key_of("ct"))
    '0xadcc745e9ce8ffbf'
    """
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


@intrinsic
def _high_product_of(context, a, b):  # type: ignore[no-untyped-def]
    """Give the upper 64 bits of a 128-bit product: one instruction of the processor, for which numba has no word."""

    def generate(target, builder, signature, arguments):  # type: ignore[no-untyped-def]
        wide = IntType(128)
        product = builder.mul(*(builder.zext(argument, wide) for argument in arguments))
        return builder.trunc(builder.lshr(product, wide(64)), IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


_high_product: Any = _high_product_of


@kept
def philox(c0, c1, c2, c3, k0, k1):  # type: ignore[no-untyped-def]
    """Give the four 64-bit words of Philox4x64-10 for one counter and key."""
    for _ in range(10):
        high_0, low_0 = _high_product(_MULTIPLIER_0, c0), _MULTIPLIER_0 * c0
        high_1, low_1 = _high_product(_MULTIPLIER_1, c2), _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = high_1 ^ c1 ^ k0, low_1, high_0 ^ c3 ^ k1, low_0
        k0 += _WEYL_0
        k1 += _WEYL_1
    return c0, c1, c2, c3


@kept
def block(seed, replication, stream, index, site, visit, purpose):  # type: ignore[no-untyped-def]
    """Give the four words that this purpose shares with its neighbours."""
    turn = (np.uint64(visit) << np.uint64(16)) | (np.uint64(purpose) >> np.uint64(2))
    return philox(np.uint64(index), stream, site, turn, np.uint64(seed), np.uint64(replication))


@kept
def unit(word):  # type: ignore[no-untyped-def]
    """Turn a word into a number in the open interval (0, 1)."""
    return (np.float64(word >> _MANTISSA) + 0.5) * 2.0**-52


@kept
def uniform(seed, replication, stream, index, site, visit, purpose):  # type: ignore[no-untyped-def]
    """Give the uniform number in the open interval (0, 1) that belongs to this key."""
    words = block(seed, replication, stream, index, site, visit, purpose)
    lane = purpose & 3
    return unit(words[0] if lane == 0 else words[1] if lane == 1 else words[2] if lane == 2 else words[3])


@kept
def normal_quantile(u):  # type: ignore[no-untyped-def]
    """Give the standard normal quantile of u (algorithm AS 241)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        upper = (
            (
                (
                    (
                        ((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                        + 45921.953931549871457
                    )
                    * r
                    + 13731.693765509461125
                )
                * r
                + 1971.5909503065514427
            )
            * r
            + 133.14166789178437745
        ) * r + 3.387132872796366608
        lower = (
            (
                (
                    (
                        ((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                        + 21213.794301586595867
                    )
                    * r
                    + 5394.1960214247511077
                )
                * r
                + 687.1870074920579083
            )
            * r
            + 42.313330701600911252
        ) * r + 1.0
        return q * upper / lower
    r = math.sqrt(-math.log(u if q < 0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        upper = (
            (
                (
                    (
                        ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                        + 1.27045825245236838258
                    )
                    * r
                    + 3.64784832476320460504
                )
                * r
                + 5.7694972214606914055
            )
            * r
            + 4.6303378461565452959
        ) * r + 1.42343711074968357734
        lower = (
            (
                (
                    (
                        ((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                        + 0.14810397642748007459
                    )
                    * r
                    + 0.68976733498510000455
                )
                * r
                + 1.6763848301838038494
            )
            * r
            + 2.05319162663775882187
        ) * r + 1.0
    else:
        r -= 5.0
        upper = (
            (
                (
                    (
                        ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                        + 0.026532189526576123093
                    )
                    * r
                    + 0.29656057182850489123
                )
                * r
                + 1.7848265399172913358
            )
            * r
            + 5.4637849111641143699
        ) * r + 6.6579046435011037772
        lower = (
            (
                (
                    (
                        ((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                        + 7.868691311456132591e-4
                    )
                    * r
                    + 0.0148753612908506148525
                )
                * r
                + 0.13692988092273580531
            )
            * r
            + 0.59983220655588793769
        ) * r + 1.0
    return -upper / lower if q < 0 else upper / lower


@kept
def first_above(levels, u):  # type: ignore[no-untyped-def]
    """Give the place of the first level above u, by halving."""
    low, high = 0, levels.size
    while low < high:
        middle = (low + high) >> 1
        if levels[middle] > u:
            high = middle
        else:
            low = middle + 1
    return low


@kept
def closed_quantile(kind, a, b, c, u):  # type: ignore[no-untyped-def]
    """Give the quantile of a distribution whose inverse is a formula of its parameters, before rounding."""
    if kind == EXPONENTIAL:
        return -a * math.log1p(-u)
    if kind == LOGNORMAL:
        return math.exp(a + b * normal_quantile(u))
    if kind == TRIANGULAR:
        if u * (c - a) < b - a:
            return a + math.sqrt(u * (c - a) * (b - a))
        return c - math.sqrt((1.0 - u) * (c - a) * (c - b))
    if kind == UNIFORM:
        return a + (b - a) * u
    return b * (-math.log1p(-u)) ** (1.0 / a)  # Weibull's


@kept
def rounded(x, shift, floor):  # type: ignore[no-untyped-def]
    """Round to the nearest whole number, half up, and to the floor at least."""
    return max(floor, np.int64(math.floor(x + shift + 0.5)))


@kept
def quantile(kind, parameters, shift, floor, values, levels, u):  # type: ignore[no-untyped-def]
    """Turn u into the whole number at that level of a distribution (see `Sampler`)."""
    if kind == CONSTANT:
        return np.int64(parameters[0])
    if kind == DISCRETE:
        return np.int64(values[first_above(levels, u)])
    if kind == TABULATED:
        return rounded(np.interp(u, levels, values), shift, floor)
    return rounded(closed_quantile(kind, parameters[0], parameters[1], parameters[2], u), shift, floor)


@kept
def deal(  # type: ignore[no-untyped-def]
    kind, parameters, shift, floor, values, levels, seed, replication, streams, indices, site, visit, purpose
):
    """Deal the same draw to many cases at once: one whole number per (stream key, index)."""
    dealt = np.empty(indices.size, np.int64)
    for i in range(indices.size):
        u = uniform(seed, replication, streams[i], indices[i], site, visit, purpose)
        dealt[i] = quantile(kind, parameters, shift, floor, values, levels, u)
    return dealt


@kept
def deal_uniforms(seed, replication, streams, indices, site, visit, purpose):  # type: ignore[no-untyped-def]
    """Deal the uniform number behind a draw to many cases at once."""
    dealt = np.empty(indices.size, np.float64)
    for i in range(indices.size):
        dealt[i] = uniform(seed, replication, streams[i], indices[i], site, visit, purpose)
    return dealt


@kept
def deal_arrivals(seed, replication, stream, times, cumulative):  # type: ignore[no-untyped-def]
    """Give a stream's arrival minutes: where the integrated rate reaches sums of unit exponentials."""
    total = cumulative[-1]
    expected = int(total)
    arrivals = np.empty(expected + 10 * int(math.sqrt(expected + 1.0)) + 16, np.int64)
    count, reached, segment = 0, 0.0, 0
    site = stream
    while True:
        u = uniform(seed, replication, stream, count, site, 0, ARRIVAL)
        reached -= math.log1p(-u)
        if reached >= total:
            return arrivals[:count].copy()
        while cumulative[segment + 1] <= reached:
            segment += 1
        width = cumulative[segment + 1] - cumulative[segment]
        part = (reached - cumulative[segment]) / width
        if count == arrivals.size:
            arrivals = np.concatenate((arrivals, np.empty(arrivals.size, np.int64)))
        arrivals[count] = np.int64(math.floor(times[segment] + part * (times[segment + 1] - times[segment])))
        count += 1
