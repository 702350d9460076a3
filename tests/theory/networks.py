"""Several stations: Jackson's network, and branches that meet again."""

from __future__ import annotations

from typing import Any

import numpy as np

from pathway.eventlog import NONE, EventLog
from tests.theory import formulas
from tests.theory.intervals import Row, by_replications
from tests.theory.runs import (
    DAY,
    SERVICE,
    SERVICE_TIME,
    Document,
    experiment,
    one_queue,
    present,
    sampled,
    steady,
    waits,
    window,
    years,
)

SERVERS = [3, 4, 2, 4, 4, 3]
MEAN_DAYS = [0.25, 0.28, 0.45, 0.27, 0.50, 0.60]
ROUTING = {0: {1: 1.0}, 1: {2: 0.3, 3: 0.7}, 2: {3: 1.0}, 3: {1: 0.2, 4: 0.5, 5: 0.3}}
PER_DAY = 10.0


def jackson(reported: float, warm_up_days: int = 100) -> Document:
    """Give the document of the six-station network."""
    states: dict[str, Any] = {"arrival": {"kind": "start", "stream": "patients", "to": "s0"}}
    for station, mean in enumerate(MEAN_DAYS):
        states[f"s{station}"] = {
            "kind": "activity",
            "duration": {"exponential": {"mean": f"{mean * DAY:g} min"}},
            "needs": {f"station_{station}": 1},
            "to": {f"s{to}": share for to, share in ROUTING.get(station, {}).items()} or "out",
        }
    return {
        "run": years(reported, warm_up_days=warm_up_days, follow_up_days=100),
        "streams": {"patients": steady(PER_DAY / DAY)},
        "resources": {f"station_{station}": servers for station, servers in enumerate(SERVERS)},
        "states": states,
    }


def rates() -> list[float]:
    """Give the visits a minute at each station."""
    routing = [[ROUTING.get(here, {}).get(to, 0.0) for to in range(6)] for here in range(6)]
    return formulas.traffic([PER_DAY / DAY, 0, 0, 0, 0, 0], routing)


def _network(engine: str, reported: float, replications: int, width: float) -> list[Row]:
    stations = list(zip(rates(), MEAN_DAYS, SERVERS, strict=True))
    loads = [rate * mean * DAY for rate, mean, _ in stations]

    def statistics(log: EventLog) -> list[float]:
        found = [waits(log, f"s{station}") for station in range(6)]
        return [*(each.mean() for each in found), *(np.mean(each > 0) for each in found), *_held(log)]

    exact = [
        *(formulas.wait_mmc(rate, mean * DAY, servers) for rate, mean, servers in stations),
        *(formulas.erlang_c(servers, load) for load, servers in zip(loads, SERVERS, strict=True)),
        *loads,
    ]
    words = [("mean wait at", ", min", width), ("share who wait at", "", 0.05), ("mean number in service at", "", 0.03)]
    measures = [(f"{what} station {number + 1}{unit}", each) for what, unit, each in words for number in range(6)]
    found = sampled(jackson(reported), replications, engine, statistics)
    return [
        by_replications(measure, value, samples, width=each)
        for (measure, each), value, samples in zip(measures, exact, found, strict=True)
    ]


def _held(log: EventLog) -> list[float]:
    """Average the units held of each station over the window, from the table of holds."""
    words, holds = log.vocabulary, log.holds
    first, last = words.warm_up, words.warm_up + words.length
    until = np.where(holds["to"] == NONE, words.horizon, holds["to"])
    inside = np.maximum(np.minimum(until, last) - np.maximum(holds["from"], first), 0)
    return (np.bincount(holds["resource"], weights=inside, minlength=6) / words.length).tolist()


@experiment("Jackson network")
def network(engine: str) -> list[Row]:
    """Six stations with feedback, each an M/M/c queue by itself (Jackson 1957, 1963): waits and numbers in service.

    Loads 0.75 to 0.875 a server; 30 replications of 2 years, about 1,100,000 visits in the window, after 100 days
    of warm-up (six times the slowest station's relaxation time of 17 days).  Such waits vary much from
    year to year: half an interval may be a quarter of the mean, and half that in the slow variant.
    """
    return _network(engine, 2.0, 30, 0.25)


@experiment("Jackson network, long", slow=True)
def long_network(engine: str) -> list[Row]:
    """The same with 40 replications of 6 years, about 4,300,000 visits."""
    return _network(engine, 6.0, 40, 0.125)


@experiment("product form")
def independence(engine: str) -> list[Row]:
    """Chance that two successive stations are both without a queue: the product of the two (Jackson 1963).

    Midnight counts of two M/M/3 stations in series at a load of 0.6; 30 replications of 4 years.
    """
    rate = 1.8 / SERVICE
    document = one_queue(rate, 3, reported=4.0, to="after")
    document["resources"] = {"server": 3, "other": 3}
    document["states"]["after"] = {"kind": "activity", "duration": SERVICE_TIME, "needs": {"other": 1}, "to": "out"}
    no_queue = 1 - formulas.erlang_c(3, 1.8) * 0.6  # P(N <= 3) = 1 - C rho

    def statistics(log: EventLog) -> list[float]:
        first, second = (present(log, state) <= 3 for state in ("service", "after"))
        return [float(np.mean(first & second)), float(np.mean(second))]

    found = sampled(document, 30, engine, statistics)
    return [
        by_replications("share of midnights without a queue at both", no_queue**2, found[0], width=0.02),
        by_replications("the same at the second", no_queue, found[1], width=0.02),
    ]


def _forked(reported: float, branches: dict[str, dict[str, Any]], resources: dict[str, int], rate: float) -> Document:
    fork = {"kind": "fork", "branches": sorted(branches), "join": "both"}
    return {
        "run": years(reported),
        "streams": {"patients": steady(rate)},
        "resources": resources,
        "states": {
            "arrival": {"kind": "start", "stream": "patients", "to": "tests"},
            "tests": fork,
            "both": {"kind": "join", "to": "out"},
            **branches,
        },
    }


def _response(log: EventLog) -> list[float]:
    """Give the mean time from the fork to the last branch's end, over the window."""
    split, met = window(log, "tests"), window(log, "both")
    begun = np.full(log.attributes.shape[0], -1)
    begun[split["case"]] = split["enqueued_at"]
    seen = begun[met["case"]] >= 0
    return [float(np.mean((met["ended_at"] - begun[met["case"]])[seen]))]


@experiment("fork and join, delays")
def longest_of_two(engine: str) -> list[Row]:
    """Mean of the longer of two exponential delays, 600 and 900 minutes: 600 + 900 - 1 / (1/600 + 1/900).

    30 replications of 1 year, about 110,000 patients.
    """
    branches = {
        name: {"kind": "delay", "duration": {"exponential": {"mean": mean}}, "to": "both"}
        for name, mean in (("bloods", "600 min"), ("scan", "900 min"))
    }
    found = sampled(_forked(1.0, branches, {}, 10 / DAY), 30, engine, _response)
    return [by_replications("mean time to the join, min", 600 + 900 - 1 / (1 / 600 + 1 / 900), found[0])]


@experiment("fork and join, queues")
def two_queues(engine: str) -> list[Row]:
    """Mean time until both of two M/M/1 queues with common arrivals are done: Flatto & Hahn 1984.

    (12 - rho) / 8 x mean / (1 - rho) at a load of 0.6; 80 replications of 6 years, about 250,000 patients.
    """
    branches = {
        name: {"kind": "activity", "duration": SERVICE_TIME, "needs": {f"for_{name}": 1}, "to": "both"}
        for name in ("bloods", "scan")
    }
    document = _forked(6.0, branches, {"for_bloods": 1, "for_scan": 1}, 0.6 / SERVICE)
    found = sampled(document, 80, engine, _response)
    exact = formulas.response_fork_join(0.6 / SERVICE, SERVICE)
    return [by_replications("mean time to the join, min", exact, found[0])]
