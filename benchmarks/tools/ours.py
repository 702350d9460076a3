"""The network in this package: pathway6.yaml through the SimPy engine, its full event log included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

import pathway as pw
from benchmarks.measuring import Outcome, Task, main
from benchmarks.network import STATIONS

FOLDER = Path(__file__).parent.parent
FILES = {False: "pathway6.yaml", True: "pathway6_overload.yaml"}
MINUTES_PER_DAY = 1440


def prepare(task: Task) -> Callable[[], pw.EventLog]:
    """Compile the network for the task, and the draws by one short run; what is returned simulates it."""
    plan = prepared_plan(task, "simpy")
    return lambda: pw.simulate(plan, engine="simpy")


def prepared_plan(task: Task, engine: str) -> pw.Plan:
    """Compile the network for the task, and whatever the engine compiles, by one short run."""
    pw.simulate(plan_for(Task(days=10, warm_up=1, seed=task.seed, backlog=0)), engine=engine)
    return plan_for(task)


def plan_for(task: Task) -> pw.Plan:
    """Compile the network for the task's days and seed."""
    run = {"warm_up": f"{task.warm_up} days", "length": f"{task.days - task.warm_up} days", "seed": task.seed}
    scenario = pw.load_scenario(FOLDER / FILES[task.overload])
    changes: dict[str, object] = {f"run.{key}": value for key, value in run.items()}
    if task.overload:
        changes["streams.backlog.per_year"] = 365 * task.backlog  # all on one day
    return pw.compile_plan(scenario.override(changes, name=scenario.name))


def count_up(task: Task, log: pw.EventLog) -> Outcome:
    """Count visits and waits from the log."""
    visits, states = log.visits, log.vocabulary.states
    started = visits["started_at"] >= 0
    measured = started & (visits["enqueued_at"] >= task.warm_up * MINUTES_PER_DAY)
    waits = (visits["started_at"] - visits["enqueued_at"]) / MINUTES_PER_DAY
    stations = [visits["state"] == states.index(f"s{number}") for number in range(1, len(STATIONS) + 1)]
    means = [float(np.mean(waits[measured & here])) for here in stations]
    return Outcome(int(np.sum(started & (visits["ended_at"] >= 0))), [means], int(np.sum(~started)))


if __name__ == "__main__":
    main(prepare, count_up)
