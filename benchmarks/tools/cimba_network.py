"""The network in cimba, a coroutine engine in C that models in Python are compiled for, where it is installed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.measuring import Missing, Outcome, Task, main

VISITS_PER_DAY = 60  # more than the 49 there are
VISITS_PER_BACKLOG = 5  # more than anyone of the backlog makes, on average


@dataclass(frozen=True, slots=True)
class Done:
    """A finished run: the model that was asked, and the answers by model."""

    clinic: Any
    results: Any


def prepare(task: Task) -> Callable[[], Done]:
    """Set the network up for the task, and compile it by one short run; what is returned runs the replications."""
    try:
        from benchmarks.tools.cimba_model import experiment
    except ModuleNotFoundError as missing:
        raise Missing("not installed") from missing
    more = task.backlog * VISITS_PER_BACKLOG
    experiment(replace(task, days=10, replications=1), 10 * VISITS_PER_DAY + more).run(workers=1)
    wanted = experiment(task, task.days * VISITS_PER_DAY + more)
    return lambda: Done(wanted.model, wanted.run(workers=1, on_failure="raise"))


def count_up(task: Task, done: Done) -> Outcome:
    """Count visits and waits; how many wait is not asked of it."""
    waits = zip(*(done.results[place].mean_wait.values.ravel() for place in done.clinic.places), strict=True)
    visits = int(done.results[done.clinic].visits.values.sum())
    return Outcome(visits, [list(map(float, replication)) for replication in waits], 0)


if __name__ == "__main__":
    main(prepare, count_up)
