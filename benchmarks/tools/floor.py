"""The network as a loop in C written for nothing else (floor.c): the floor under any engine on this machine."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring import Missing, Outcome, Task, main
from benchmarks.network import ARRIVALS_PER_DAY, OVERLOADED_STATION, STATIONS, URGENT_SHARE, stations

SOURCE = Path(__file__).with_suffix(".c")
COMPILERS = ("gcc", "cc", "clang")
FLAGS = ("-O3", "-march=native", "-std=gnu11", "-shared", "-fPIC")
WAYS = 3
COLUMNS = {"who": np.int32, "where": np.int16, "asked": np.float64, "began": np.float64, "ended": np.float64}
VISITS_PER_DAY = 60  # more than the 49 there are
VISITS_PER_BACKLOG = 5  # more than anyone of the backlog makes, on average


class Network(ctypes.Structure):
    """What floor.c calls Network."""

    _fields_ = (
        ("per_day", ctypes.c_double), ("urgent", ctypes.c_double), ("days", ctypes.c_double),
        ("backlog", ctypes.c_int64), ("slow", ctypes.c_int64),
        ("servers", ctypes.c_int32 * len(STATIONS)), ("to", ctypes.c_int32 * WAYS * len(STATIONS)),
        ("mean", ctypes.c_double * len(STATIONS)), ("upto", ctypes.c_double * WAYS * len(STATIONS)),
    )  # fmt: skip


class Visits(ctypes.Structure):
    """What floor.c calls Visits: the addresses of the columns, and how many rows there are and may be."""

    _fields_ = (*((name, ctypes.c_void_p) for name in COLUMNS), ("count", ctypes.c_int64), ("room", ctypes.c_int64))


@dataclass(frozen=True, slots=True)
class Log:
    """The visits of one replication as arrays, and how many wait at its end."""

    columns: dict[str, Any]
    waiting: int


def prepare(task: Task) -> Callable[[], list[Log]]:
    """Compile the loop; what is returned runs the replications of the task."""
    simulate, network = compiled(), network_of(task)
    seeds = range(task.replications * task.seed, task.replications * (task.seed + 1))
    return lambda: [replication(simulate, network, seed) for seed in seeds]


def compiled() -> Any:
    """Compile floor.c with the machine's own compiler and give its function."""
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        raise Missing(f"no C compiler ({', '.join(COMPILERS)})")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "floor.so"
        subprocess.run([compiler, *FLAGS, "-o", library, SOURCE, "-lm"], check=True, capture_output=True)
        simulate = ctypes.CDLL(str(library)).simulate
    simulate.restype = ctypes.c_int64
    pointers = [ctypes.POINTER(kind) for kind in (Network, Visits, ctypes.c_int64)]
    simulate.argtypes = [pointers[0], ctypes.c_uint64, *pointers[1:]]
    return simulate


def network_of(task: Task) -> Network:
    """Give the task's network as floor.c reads it."""
    network = Network(ARRIVALS_PER_DAY, URGENT_SHARE, task.days, task.backlog, OVERLOADED_STATION)
    for number, station in enumerate(stations(overload=task.overload)):
        network.servers[number], network.mean[number] = station.servers, station.mean
        for way, (to, _) in enumerate(station.onward):
            network.to[number][way] = to
        for way, upto in enumerate(accumulate(share for _, share in station.onward)):
            network.upto[number][way] = 1.0 if abs(upto - 1) < 1e-9 else upto  # a draw is never above one
    return network


def replication(simulate: Any, network: Network, seed: int) -> Log:
    """Run the loop once; its visits are written into arrays made for them."""
    room = int(network.days) * VISITS_PER_DAY + network.backlog * VISITS_PER_BACKLOG + 1_000
    columns = {name: np.empty(room, kind) for name, kind in COLUMNS.items()}
    visits = Visits(*(column.ctypes.data for column in columns.values()), 0, room)
    waiting = ctypes.c_int64()
    count = simulate(network, seed, visits, waiting)
    if count < 0:
        raise RuntimeError(f"{room:,} visits were not enough room")
    return Log({name: column[:count] for name, column in columns.items()}, waiting.value)


def count_up(task: Task, logs: list[Log]) -> Outcome:
    """Count visits and waits of all replications; how many wait is that of the first."""
    waits = [waits_of(task, log) for log in logs]
    return Outcome(sum(log.columns["who"].size for log in logs), waits, logs[0].waiting)


def waits_of(task: Task, log: Log) -> list[float]:
    """Give the mean wait by station of those who asked after the warm-up."""
    measured = log.columns["asked"] >= task.warm_up
    waits = log.columns["began"] - log.columns["asked"]
    return [float(np.mean(waits[measured & (log.columns["where"] == number)])) for number in range(len(STATIONS))]


if __name__ == "__main__":
    main(prepare, count_up)
