"""Exact results of queueing theory, each with its source. Rates are per minute, times in minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


def erlang_b(servers: int, load: float) -> float:
    """Give the share of customers lost by a system without waiting room (Erlang 1917), by the usual recursion.

    >>> round(erlang_b(10, 5.0), 4)
    0.0184
    """
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """Give the share of customers of M/M/c who wait (Erlang 1917).

    >>> round(erlang_c(3, 1.5), 4)
    0.2368
    """
    blocked = erlang_b(servers, load)
    return servers * blocked / (servers - load * (1 - blocked))


def wait_mmc(rate: float, mean: float, servers: int) -> float:
    """Give the mean wait of M/M/c (Kleinrock, Queueing Systems I, 1975, section 3.5).

    >>> round(wait_mmc(0.8, 1.0, 1), 9)
    4.0
    """
    return erlang_c(servers, rate * mean) * mean / (servers - rate * mean)


def wait_mg1(rate: float, mean: float, square: float) -> float:
    """Give the mean wait of M/G/1 from the service's first two moments (Pollaczek 1930, Khinchine 1932).

    >>> wait_mg1(0.5, 1.0, 1.0)  # M/D/1 waits half as long as M/M/1
    0.5
    """
    return rate * square / 2 / (1 - rate * mean)


def waits_by_priority(rates: Sequence[float], means: Sequence[float], squares: Sequence[float]) -> list[float]:
    """Give the mean wait of each class of a non-preemptive priority queue, the most urgent first (Cobham 1954).

    >>> waits_by_priority([0.5], [1.0], [2.0])  # one class: M/M/1
    [1.0]
    """
    residual = sum(rate * square for rate, square in zip(rates, squares, strict=True)) / 2
    loads = np.cumsum([0.0, *(rate * mean for rate, mean in zip(rates, means, strict=True))])
    return [float(residual / (1 - above) / (1 - to)) for above, to in zip(loads, loads[1:], strict=False)]


def sojourns_by_preemption(rates: Sequence[float], mean: float) -> list[float]:
    """Give the mean time in system of each class of M/M/1 with preemptive-resume priorities, the most urgent first.

    White and Christie, Operations Research 6, 1958; Kleinrock, Queueing Systems II, 1976, section 3.6: with R the sum
    of rate x mean square / 2 of the classes up to this one, T = mean / (1 - above) + R / (1 - above) / (1 - to).

    >>> sojourns_by_preemption([0.5], 1.0)  # one class: M/M/1
    [2.0]
    >>> one, two = sojourns_by_preemption([0.25, 0.25], 1.0)
    >>> round((one + two) / 2, 12)  # with equal services nobody's work is lost: together they are M/M/1
    2.0
    """
    loads = np.cumsum([0.0, *(rate * mean for rate in rates)])
    residual = np.cumsum([rate * mean**2 for rate in rates])
    spans = zip(loads, loads[1:], residual, strict=False)
    return [float(mean / (1 - above) + left / (1 - above) / (1 - to)) for above, to, left in spans]


def traffic(arrivals: Sequence[float], routing: Sequence[Sequence[float]]) -> list[float]:
    """Solve the traffic equations of an open network for the rate at each station (Jackson 1957).

    >>> traffic([1.0, 0.0], [[0.0, 0.5], [1.0, 0.0]])  # half go on to the second station, all of them come back
    [2.0, 1.0]
    """
    rates = np.linalg.solve(np.eye(len(arrivals)) - np.asarray(routing).T, np.asarray(arrivals))
    return [float(rate) for rate in rates]


class Impatience(NamedTuple):
    """What the Erlang-A model gives: the share who leave and the mean wait of all, leavers included."""

    share_leaving: float
    mean_wait: float


def erlang_a(rate: float, mean: float, servers: int, patience: float) -> Impatience:
    """Solve M/M/c with exponential patience as the birth-and-death process it is (Palm 1957).

    >>> leaving, wait = erlang_a(rate=0.9, mean=1.0, servers=1, patience=1e9)  # nobody leaves: M/M/1
    >>> round(wait, 3)
    9.0
    """
    states = servers + int(60 * (servers + rate * patience if patience < 1e6 else 10 / (1 - rate * mean)))
    number = np.arange(1, states)
    deaths = np.minimum(number, servers) / mean + np.maximum(number - servers, 0) / patience
    log_weight = np.concatenate([[0.0], np.cumsum(np.log(rate / deaths))])
    probability = np.exp(log_weight - log_weight.max())
    probability /= probability.sum()
    waiting = float(probability @ np.maximum(np.arange(states) - servers, 0))
    return Impatience(waiting / patience / rate, waiting / rate)


def response_fork_join(rate: float, mean: float) -> float:
    """Give the mean time until both of two equal M/M/1 queues that share their arrivals are done.

    Flatto & Hahn 1984; in this form Nelson & Tantawi, IEEE Transactions on Computers 37, 1988.

    >>> response_fork_join(0.0, 1.0)  # without queues: the longer of two exponential services
    1.5
    """
    return (12 - rate * mean) / 8 * mean / (1 - rate * mean)


def left_by_bulk_service(mean_arrivals: float, size: int) -> float:
    """Give the mean number left waiting by a service that takes up to `size` at each of regular moments.

    Bailey, Journal of the Royal Statistical Society B 16, 1954: between moments a Poisson number comes;
    the stationary distribution of those left is found by iterating the chain.

    >>> left_by_bulk_service(0.5, 1).__round__(9)  # M/D/1 in slots
    0.25
    """
    most = 400
    arrivals = np.exp(np.cumsum([-mean_arrivals, *np.log(mean_arrivals / np.arange(1, most))]))
    left = np.zeros(most)
    left[0] = 1.0
    for _ in range(5000):
        waiting = np.convolve(left, arrivals)[:most]
        following = np.append(waiting[size:], np.zeros(size))
        following[0] += waiting[:size].sum()
        change, left = np.abs(following - left).sum(), following
        if change < 1e-13:
            break
    return float(left @ np.arange(most))
