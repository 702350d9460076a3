"""Replications that are kept: read from the store where they are there, written to it as they are finished."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pathway.metrics import Measures
from pathway.store import Frames, Shelf, replication_key

if TYPE_CHECKING:
    from pathway.scenario import Scenario

SUMMARY = "summary"


class Kept:
    """The part of a store that some jobs need: a shelf for each scenario.

    Parameters
    ----------
    store
        The folder of the store.
    jobs
        Scenarios, each with the number of a replication.
    engine, measuring
        The names of the engine and of what is measured.
    """

    def __init__(self, store: Path, jobs: Sequence[tuple[Scenario, int]], engine: str, measuring: str = "") -> None:
        self._jobs = jobs
        known: dict[int, str] = {}  # by identity, as a key takes some milliseconds
        for scenario, _ in jobs:
            if id(scenario) not in known:
                known[id(scenario)] = replication_key(scenario, engine, measuring)
        self.keys = [known[id(scenario)] for scenario, _ in jobs]
        self._shelves = {key: Shelf(store, key) for key in self.keys}

    @property
    def there(self) -> list[int]:
        """The places of the jobs that are done."""
        return [place for place, (_, number) in enumerate(self._jobs) if number in self._shelf(place).files]

    def read(self) -> Iterator[tuple[int, Measures]]:
        """Give the place of each job that is done, and its measures."""
        places: dict[str, dict[int, list[int]]] = {}
        for place in self.there:
            places.setdefault(self.keys[place], {}).setdefault(self._jobs[place][1], []).append(place)
        for key, by_number in places.items():
            for number, frames in self._shelves[key].read(list(by_number)):
                for place in by_number[number]:
                    yield place, as_measures(frames)

    def add(self, place: int, measures: Measures) -> None:
        """Keep the measures of a job."""
        self._shelf(place).add(self._jobs[place][1], {SUMMARY: measures.summary, **measures.frames})
        for shelf in self._shelves.values():
            shelf.write_if_due()

    def write(self) -> None:
        """Write what is not written yet."""
        for shelf in self._shelves.values():
            shelf.write()

    def _shelf(self, place: int) -> Shelf:
        return self._shelves[self.keys[place]]


def as_measures(frames: Frames) -> Measures:
    """Give the tables of a replication as its measures."""
    rest = {name: frame for name, frame in frames.items() if name != SUMMARY}
    return Measures(frames[SUMMARY], rest)
