"""What every benchmarked script shares: its command line, its stopwatch and the line it prints."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Done = TypeVar("Done")

DAYS = {False: 4_000, True: 2_000}  # simulated days, without and with overload
WARM_UP = {False: 200, True: 1}  # of these, left out of the mean waits
REPLICATIONS = 10  # timed at once by the quick tools


@dataclass(frozen=True, slots=True)
class Task:
    """What one run has to do."""

    days: int
    warm_up: int
    seed: int
    backlog: int  # patients before station 2 after the first day; 0 for the network with short queues
    replications: int = 1  # of tools so quick that one alone is over too soon; the others do one

    @property
    def overload(self) -> bool:
        """Whether station 2 is the slow one."""
        return self.backlog > 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to: visits completed, and by replication each station's mean wait in days after warm-up."""

    visits: int
    waits: Sequence[Sequence[float]]
    waiting: int  # how many still wait at the end


class Missing(Exception):  # noqa: N818 - not a fault: this machine lacks what the tool needs
    """A tool cannot be measured here; the text says what it lacks."""


def main(prepare: Callable[[Task], Callable[[], Done]], count_up: Callable[[Task, Done], Outcome]) -> None:
    """Measure the task of the command line and print one JSON line, or what is missing."""
    try:
        print(json.dumps(measure(read_task(), prepare, count_up)))
    except Missing as reason:
        print(json.dumps({"missing": str(reason)}))


def measure(
    task: Task, prepare: Callable[[Task], Callable[[], Done]], count_up: Callable[[Task, Done], Outcome]
) -> dict[str, Any]:
    """Time what `prepare` returns, then, off the clock, count up what it did."""
    simulate = prepare(task)
    began, worked = time.perf_counter(), time.process_time()
    done = simulate()
    wall, processor = time.perf_counter() - began, time.process_time() - worked
    outcome = count_up(task, done)
    line: dict[str, Any] = {"visits": outcome.visits, "wall": wall, "processor": processor}
    return line | {"waits": [list(waits) for waits in outcome.waits], "waiting": outcome.waiting}


def read_task(arguments: Sequence[str] | None = None) -> Task:
    """Read a run's task from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--backlog", type=int, default=0)
    parser.add_argument("--days", type=int, default=None)
    parser.add_argument("--replications", type=int, default=REPLICATIONS)
    given = parser.parse_args(arguments)
    overload = given.backlog > 0
    days = given.days or DAYS[overload]
    return Task(days, min(WARM_UP[overload], days // 10), given.seed, given.backlog, given.replications)


def mean_waits(rows: Sequence[tuple[int, float, float]], warm_up: float, stations: int) -> list[float]:
    """Give the mean wait by station of (station, asked, began) rows that asked after the warm-up."""
    totals, counts = [0.0] * stations, [0] * stations
    for station, asked, began in rows:
        if asked >= warm_up:
            totals[station] += began - asked
            counts[station] += 1
    return [total / max(count, 1) for total, count in zip(totals, counts, strict=True)]
