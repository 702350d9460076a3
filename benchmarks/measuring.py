"""What every benchmarked script shares: its command line, its stopwatch and the line it prints."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Done = TypeVar("Done")

DAYS = {False: 4_000, True: 2_000}  # simulated days, without and with overload
WARM_UP = {False: 200, True: 1}  # of these, left out of the mean waits


@dataclass(frozen=True, slots=True)
class Task:
    """What one run has to do."""

    days: int
    warm_up: int
    seed: int
    overload: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to: visits completed, and each station's mean wait in days (after the warm-up)."""

    visits: int
    waits: Sequence[float]
    waiting: int  # how many still wait at the end


def measure(prepare: Callable[[Task], Callable[[], Done]], count_up: Callable[[Task, Done], Outcome]) -> None:
    """Time what `prepare` returns, then, off the clock, count up what it did, and print one JSON line."""
    task = read_task()
    simulate = prepare(task)
    began, worked = time.perf_counter(), time.process_time()
    done = simulate()
    wall, processor = time.perf_counter() - began, time.process_time() - worked
    outcome = count_up(task, done)
    line = {"visits": outcome.visits, "wall": wall, "processor": processor}
    print(json.dumps(line | {"waits": list(outcome.waits), "waiting": outcome.waiting}))


def read_task(arguments: Sequence[str] | None = None) -> Task:
    """Read a run's task from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--overload", action="store_true")
    parser.add_argument("--days", type=int, default=None)
    given = parser.parse_args(arguments)
    days = given.days or DAYS[given.overload]
    return Task(days, min(WARM_UP[given.overload], days // 10), given.seed, given.overload)


def mean_waits(rows: Sequence[tuple[int, float, float]], warm_up: float, stations: int) -> list[float]:
    """Give the mean wait by station of (station, asked, began) rows that asked after the warm-up."""
    totals, counts = [0.0] * stations, [0] * stations
    for station, asked, began in rows:
        if asked >= warm_up:
            totals[station] += began - asked
            counts[station] += 1
    return [total / max(count, 1) for total, count in zip(totals, counts, strict=True)]
