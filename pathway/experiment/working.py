"""Doing jobs in this process, in threads of it, or in other processes; scenarios are compiled once each."""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.metrics import Measures

if TYPE_CHECKING:
    from pathway.plan import Plan
    from pathway.scenario import Scenario

MOST_OPEN = 16  # scenarios a worker keeps compiled at a time; one takes some ten megabytes


class Work:
    """The jobs that were asked for: each scenario under a key of what it says, and what is to be made of each job."""

    def __init__(self, jobs: Sequence[tuple[Scenario, int]], engine: str, measuring: Any) -> None:
        self.jobs, self.engine, self.measuring = jobs, engine, measuring
        self.scenarios: dict[str, Scenario] = {}
        self.keys: list[str] = []  # of each job's scenario
        known: dict[int, str] = {}  # by identity, as the fingerprint of a hospital takes some milliseconds
        for scenario, _ in jobs:
            if id(scenario) not in known:
                known[id(scenario)] = _key(scenario)
                self.scenarios.setdefault(known[id(scenario)], scenario)
            self.keys.append(known[id(scenario)])


def _key(scenario: Scenario) -> str:
    from pathway.scenario import fingerprint

    return f"{scenario.name} {fingerprint(scenario)} {scenario.run}"


def measured(scenario: Scenario, plan: Plan, replication: int, engine: str, measuring: Any = None) -> Measures:
    """Simulate and measure one replication; the log is not kept."""
    from pathway.engines import simulate
    from pathway.metrics import measure

    found: Measures = (measuring or measure)(simulate(plan, replication, engine), scenario)
    return found


Done = Generator[tuple[int, Measures]]  # the place of a job, and what was measured


# ---------------------------------------------------------------- in this process


def here(work: Work, places: Sequence[int]) -> Done:
    """Do jobs one after the other."""
    do = _doing(work)
    return (do(place) for place in places)


def in_threads(work: Work, places: Sequence[int], workers: int) -> Done:
    """Do jobs in threads of this process: the compiled engine lets go of Python while it simulates."""
    do = _doing(work)
    return _parallel([(do, place) for place in places], workers, "threading")


def _doing(work: Work) -> Callable[[int], tuple[int, Measures]]:
    from pathway.plan import compile_plan

    lock = Lock()
    plan_of = lru_cache(maxsize=MOST_OPEN)(lambda key: compile_plan(work.scenarios[key]))

    def do(place: int) -> tuple[int, Measures]:
        with lock:
            plan = plan_of(work.keys[place])
        scenario, replication = work.jobs[place]
        return place, measured(scenario, plan, replication, work.engine, work.measuring)

    return do


# ---------------------------------------------------------------- in other processes

Parcel = tuple[int, str, int, str, Any]  # place, the scenario's file, replication, engine, how it is measured


def in_processes(work: Work, places: Sequence[int], workers: int) -> Done:
    """Do jobs in other processes; should one be killed, do what is missing once more."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    with TemporaryDirectory(prefix="pathway-") as folder:
        missing = _parcelled(work, places, Path(folder))
        for last_time in (False, True):
            try:
                with closing(_parallel([(_unpacked, each) for each in missing.values()], workers, "loky")) as found:
                    for place, measures in found:
                        del missing[place]
                        yield place, measures
            except TerminatedWorkerError as death:
                if last_time:
                    raise PathwayError("a worker process was killed twice; there may be too little memory") from death
            else:
                return


def _parcelled(work: Work, places: Sequence[int], folder: Path) -> dict[int, Parcel]:
    """Write each scenario to a file once, as sending it with every job would take longer."""
    files = {key: str(folder / f"{number}.scenario") for number, key in enumerate(work.scenarios)}
    for key in dict.fromkeys(work.keys[place] for place in places):
        Path(files[key]).write_bytes(pickle.dumps(work.scenarios[key], pickle.HIGHEST_PROTOCOL))
    return {
        place: (place, files[work.keys[place]], work.jobs[place][1], work.engine, work.measuring) for place in places
    }


def _unpacked(parcel: Parcel) -> tuple[int, Measures]:
    place, file, replication, engine, measuring = parcel
    return place, measured(*_opened(file), replication, engine, measuring)


@lru_cache(maxsize=MOST_OPEN)
def _opened(file: str) -> tuple[Scenario, Plan]:
    """Read a scenario, and its plan if another process has left it there; else compile it and leave it there."""
    from pathway.plan import compile_plan

    scenario: Scenario = pickle.loads(Path(file).read_bytes())  # written by this very run
    compiled = Path(file).with_suffix(".plan")
    if compiled.exists():
        known: Plan = pickle.loads(compiled.read_bytes())
        return scenario, known
    plan = compile_plan(scenario)
    unfinished = compiled.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(pickle.dumps(plan, pickle.HIGHEST_PROTOCOL))
    unfinished.replace(compiled)
    return scenario, plan


def _parallel(calls: Sequence[tuple[Callable[[Any], Any], Any]], workers: int, backend: str) -> Generator[Any]:
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=workers, backend=backend, return_as="generator_unordered")
    found = parallel(delayed(function)(argument) for function, argument in calls)
    try:
        for each in found:  # noqa: UP028 - `yield from` would close it before the warning is off
            yield each
    finally:
        with warnings.catch_warnings(action="ignore"):  # that jobs under way at an interrupt are given up
            found.close()
