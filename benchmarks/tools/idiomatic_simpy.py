"""The network as SimPy's own guide would have it: a process a patient, a priority resource a station, `with` blocks."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

from benchmarks.measuring import Outcome, Task, main, mean_waits
from benchmarks.network import ARRIVALS_PER_DAY, OVERLOADED_STATION, URGENT_SHARE, Station, stations

Steps = Generator[simpy.Event, Any, None]


@dataclass
class Clinic:
    """The stations, their queues, and the list every finished visit is written to."""

    env: simpy.Environment
    stations: tuple[Station, ...]
    rng: random.Random
    queues: list[simpy.PriorityResource] = field(default_factory=list)
    log: list[tuple[int, int, float, float, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.queues = [simpy.PriorityResource(self.env, station.servers) for station in self.stations]

    def next_station(self, here: int) -> int | None:
        """Draw where a patient goes from here."""
        u = self.rng.random()
        for onward, share in self.stations[here].onward:
            if u < share:
                return onward
            u -= share
        return None

    def patient(self, number: int, first: int) -> Steps:
        """Walk one patient through the network."""
        priority = 0 if self.rng.random() < URGENT_SHARE else 1
        here: int | None = first
        while here is not None:
            asked = self.env.now
            with self.queues[here].request(priority=priority) as turn:
                yield turn
                began = self.env.now
                yield self.env.timeout(self.rng.expovariate(1 / self.stations[here].mean))
            self.log.append((number, here, asked, began, self.env.now))
            here = self.next_station(here)

    def arrivals(self) -> Steps:
        """Let patients arrive for ever."""
        number = 0
        while True:
            yield self.env.timeout(self.rng.expovariate(ARRIVALS_PER_DAY))
            self.env.process(self.patient(number, 0))
            number += 1

    def backlog(self, patients: int) -> Steps:
        """Let a day's worth of burst stand before the overloaded station."""
        for number in range(patients):
            yield self.env.timeout(self.rng.expovariate(patients))
            self.env.process(self.patient(-1 - number, OVERLOADED_STATION))


def prepare(task: Task) -> Callable[[], Clinic]:
    """Set the network up for the task; what is returned runs it for the task's days."""
    env = simpy.Environment()
    clinic = Clinic(env, stations(overload=task.overload), random.Random(task.seed))
    env.process(clinic.arrivals())
    if task.overload:
        env.process(clinic.backlog(task.backlog))

    def simulate() -> Clinic:
        env.run(until=task.days)
        return clinic

    return simulate


def count_up(task: Task, clinic: Clinic) -> Outcome:
    """Count visits and waits from the list of finished visits."""
    rows = [(station, asked, began) for _, station, asked, began, _ in clinic.log]
    waiting = sum(len(queue.queue) for queue in clinic.queues)
    return Outcome(len(rows), [mean_waits(rows, task.warm_up, len(clinic.stations))], waiting)


if __name__ == "__main__":
    main(prepare, count_up)
