"""The network in this package on the compiled engine; it is so quick that some replications are timed at once."""

from __future__ import annotations

from collections.abc import Callable

import pathway as pw
from benchmarks.measuring import Outcome, Task, main
from benchmarks.tools import ours


def prepare(task: Task) -> Callable[[], list[pw.EventLog]]:
    """Compile the network for the task, and the engine by one short run; what is returned simulates it."""
    plan = ours.prepared_plan(task, "compiled")
    return lambda: [pw.simulate(plan, replication, "compiled") for replication in range(task.replications)]


def count_up(task: Task, logs: list[pw.EventLog]) -> Outcome:
    """Count the visits of all replications; how many wait is that of the first."""
    outcomes = [ours.count_up(task, log) for log in logs]
    waits = [waits for outcome in outcomes for waits in outcome.waits]
    return Outcome(sum(outcome.visits for outcome in outcomes), waits, outcomes[0].waiting)


if __name__ == "__main__":
    main(prepare, count_up)
