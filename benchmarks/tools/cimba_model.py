"""The network as cimba would have it: a process a patient, a resource a station, five arrays as the log."""

from __future__ import annotations

import cimba as cb

from benchmarks.measuring import Task
from benchmarks.network import ARRIVALS_PER_DAY, OVERLOADED_STATION, URGENT_SHARE, Station, stations

GAP = 1 / ARRIVALS_PER_DAY
WAYS = 3
AWAY = -1


class Place(cb.Model):
    """A station: its servers, and where patients go next by a draw that is compared with shares added up."""

    servers: cb.Resource
    mean: cb.Param[float]
    to: cb.Array[int]
    upto: cb.Array[float]
    waits: cb.Dataset
    mean_wait: cb.Output[float]

    @cb.on_end
    def say(self) -> None:
        """Give the mean wait."""
        self.mean_wait = self.waits.sample_mean()


class Clinic(cb.Model):
    """The stations, who arrives, and what every finished visit is written to."""

    places: list[Place]
    warm_up: cb.Param[float]
    backlog: cb.Param[int]
    count: int
    who: cb.Array[int]
    where: cb.Array[int]
    asked: cb.Array[float]
    began: cb.Array[float]
    ended: cb.Array[float]
    visits: cb.Output[int]

    @cb.process
    def arrivals(self) -> None:
        """Let patients arrive for ever."""
        number = 0
        while True:
            cb.hold(cb.random.exponential(GAP))
            cb.spawn(Patient, clinic=self, number=number, here=0, urgent=cb.random.bernoulli(URGENT_SHARE))
            number += 1

    @cb.process
    def burst(self) -> None:
        """Let a day's worth of burst stand before the overloaded station."""
        number = 0
        while number < self.backlog:
            cb.hold(cb.random.exponential(1.0 / self.backlog))
            number += 1
            urgent = cb.random.bernoulli(URGENT_SHARE)
            cb.spawn(Patient, clinic=self, number=-number, here=OVERLOADED_STATION, urgent=urgent)

    @cb.on_end
    def say(self) -> None:
        """Give how many visits were written."""
        self.visits = self.count


class Patient(cb.Model):
    """One patient, from station to station."""

    clinic: cb.Ref[Clinic]
    number: int
    here: int
    urgent: bool

    @cb.process
    def walk(self) -> None:
        """Walk through the network."""
        clinic = self.clinic
        here = self.here
        priority = 1 if self.urgent else 0
        while here >= 0:
            place = clinic.places[here]
            asked = cb.now()
            place.servers.acquire(1, priority)
            began = cb.now()
            cb.hold(cb.random.exponential(place.mean))
            place.servers.release(1)
            row = clinic.count
            clinic.count += 1
            clinic.who[row], clinic.where[row] = self.number, here
            clinic.asked[row], clinic.began[row], clinic.ended[row] = asked, began, cb.now()
            if asked >= clinic.warm_up:
                place.waits.record(began - asked)
            u = cb.random.uniform(0.0, 1.0)
            here = AWAY
            for way in range(WAYS):
                if u < place.upto[way]:
                    here = place.to[way]
                    break


def clinic_for(task: Task, room: int) -> Clinic:
    """Give the network of the task with room for so many visits."""
    clinic = Clinic()
    clinic.places = [place_for(station) for station in stations(overload=task.overload)]
    clinic.warm_up, clinic.backlog, clinic.count = float(task.warm_up), task.backlog, 0
    for column in ("who", "where", "asked", "began", "ended"):
        setattr(clinic, column, cb.Array(room))
    return clinic


def place_for(station: Station) -> Place:
    """Give one station as cimba's model reads it."""
    place, upto = Place(), 0.0
    to, shares = [AWAY] * WAYS, [0.0] * WAYS
    for way, (onward, share) in enumerate(station.onward):
        upto += share
        to[way], shares[way] = onward, upto
    place.servers, place.mean = cb.Resource(capacity=station.servers), station.mean
    place.to, place.upto = cb.Array(to), cb.Array(shares)
    return place


def experiment(task: Task, room: int) -> cb.Experiment:
    """Give the task's experiment, each replication with room for so many visits."""
    window = cb.Window(duration=float(task.days))
    return cb.Experiment(clinic_for(task, room), replications=task.replications, window=window, seed=task.seed)
