"""The benchmark's network, and its exact mean waits: six stations, urgent patients first, some come back.

Poisson arrivals, exponential services that do not depend on the class and a queue discipline that does
not look at service times: each station is then an M/M/c queue of its own (Jackson), whose mean wait over
both classes is Erlang's, whoever goes first.  Times are in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

ARRIVALS_PER_DAY = 10.0
URGENT_SHARE = 0.2
BACKLOG = 5_000  # stand before station 2 after the first day of the overloaded variant; 2,000 days later about 6,600


@dataclass(frozen=True, slots=True)
class Station:
    """One place of the network: its servers, its mean service in days, and where patients go next."""

    servers: int
    mean: float
    onward: tuple[tuple[int, float], ...]  # (index of the next station, share); what is left over leaves


STATIONS = (
    Station(3, 0.25, ((1, 1.0),)),
    Station(4, 0.28, ((2, 0.3), (3, 0.7))),
    Station(2, 0.45, ((3, 1.0),)),
    Station(4, 0.27, ((1, 0.2), (4, 0.5), (5, 0.3))),
    Station(4, 0.50, ()),
    Station(3, 0.60, ()),
)
OVERLOADED_STATION, OVERLOADED_MEAN = 1, 0.35


def stations(*, overload: bool) -> tuple[Station, ...]:
    """Give the network, or the variant in which station 2 cannot keep up."""
    if not overload:
        return STATIONS
    slow = Station(STATIONS[1].servers, OVERLOADED_MEAN, STATIONS[1].onward)
    return tuple(slow if index == OVERLOADED_STATION else station for index, station in enumerate(STATIONS))


def arrival_rates() -> list[float]:
    """Solve the traffic equations: patients a day at each station, those who come back included.

    >>> [round(rate, 6) for rate in arrival_rates()]
    [10.0, 12.5, 3.75, 12.5, 6.25, 3.75]
    """
    rates = [0.0] * len(STATIONS)
    for _ in range(200):  # a contraction: a fifth of a fifth of ... come round again
        fresh = [ARRIVALS_PER_DAY] + [0.0] * (len(STATIONS) - 1)
        for rate, station in zip(rates, STATIONS, strict=True):
            for onward, share in station.onward:
                fresh[onward] += rate * share
        rates = fresh
    return rates


def mean_wait(rate: float, mean: float, servers: int) -> float:
    """Give Erlang's mean wait in an M/M/c queue.

    >>> mean_wait(rate=0.8, mean=1.0, servers=1)  # M/M/1: rho / (1 - rho) services
    4.000000000000001
    """
    load = rate * mean
    if load >= servers:
        return float("inf")
    idle_terms = sum(load**n / factorial(n) for n in range(servers))
    busy_term = load**servers / factorial(servers) * servers / (servers - load)
    return busy_term / (idle_terms + busy_term) * mean / (servers - load)


def exact_waits() -> list[float]:
    """Give the exact mean wait before each station, in days."""
    pairs = zip(arrival_rates(), STATIONS, strict=True)
    return [mean_wait(rate, station.mean, station.servers) for rate, station in pairs]
