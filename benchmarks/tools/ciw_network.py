"""The network in Ciw: two customer classes with priorities, probabilistic routers, its own records as the log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ciw

from benchmarks.measuring import Outcome, Task, main, mean_waits
from benchmarks.network import ARRIVALS_PER_DAY, OVERLOADED_STATION, URGENT_SHARE, Station, stations

SHARES = {"urgent": URGENT_SHARE, "routine": 1 - URGENT_SHARE}
FIRST_DAY = 1.0
LATER = 1e9


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run and its records."""

    run: Any
    records: list[Any]


def prepare(task: Task) -> Callable[[], Done]:
    """Set the network up for the task; what is returned runs it and collects Ciw's records, its log."""
    ciw.seed(task.seed)
    run = ciw.Simulation(network(stations(overload=task.overload), task.backlog))

    def simulate() -> Done:
        run.simulate_until_max_time(task.days)
        return Done(run, run.get_all_records(only=["service"]))

    return simulate


def count_up(task: Task, done: Done) -> Outcome:
    """Count visits and waits from Ciw's records."""
    places = stations(overload=task.overload)
    rows = [(record.node - 1, record.arrival_date, record.service_start_date) for record in done.records]
    inside = sum(len(node.all_individuals) for node in done.run.transitive_nodes)
    served = sum(place.servers for place in places)
    return Outcome(len(rows), [mean_waits(rows, task.warm_up, len(places))], max(0, inside - served))


def network(places: tuple[Station, ...], backlog: int) -> Any:
    """Describe the network to Ciw."""
    return ciw.create_network(
        arrival_distributions={name: arrivals(share, len(places), backlog) for name, share in SHARES.items()},
        service_distributions={name: [ciw.dists.Exponential(1 / place.mean) for place in places] for name in SHARES},
        routing={name: routing(places) for name in SHARES},
        priority_classes={"urgent": 0, "routine": 1},
        number_of_servers=[place.servers for place in places],
    )


def arrivals(share: float, places: int, backlog: int) -> list[Any]:
    """Give one class's arrivals at each station; the burst falls on the first day."""
    streams: list[Any] = [None] * places
    streams[0] = ciw.dists.Exponential(ARRIVALS_PER_DAY * share)
    if backlog:
        patients = round(backlog * share)
        streams[OVERLOADED_STATION] = ciw.dists.Sequential([FIRST_DAY / patients] * patients + [LATER])
    return streams


def routing(places: tuple[Station, ...]) -> Any:
    """Give the router of each station; Ciw counts its nodes from one."""
    routers = []
    for place in places:
        if not place.onward:
            routers.append(ciw.routing.Leave())
            continue
        onward, shares = zip(*place.onward, strict=True)
        routers.append(ciw.routing.Probabilistic(destinations=[to + 1 for to in onward], probs=list(shares)))
    return ciw.routing.NetworkRouting(routers=routers)


if __name__ == "__main__":
    main(prepare, count_up)
