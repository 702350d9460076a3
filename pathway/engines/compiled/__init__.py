"""The compiled engine: the reference engine's log, row by row, many times faster.

A plan is laid out as arrays of records (`laying`), a run is arrays of records too (`records`), and one compiled
function advances the run to its horizon (`stepping`): what is due is applied (`patients`, `pools`), then whoever
fits starts (`starting`).  It is compiled once by numba and kept on disk; `running` makes room, `writing` the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.plan import Plan


def simulate_compiled(plan: Plan, replication: int) -> EventLog:
    """Simulate one replication in compiled code and give its event log."""
    from pathway.engines.compiled.running import leave_tables, run_compiled
    from pathway.engines.compiled.writing import written_log

    world = run_compiled(plan, replication)
    log = written_log(plan, replication, world)
    leave_tables(plan, world)
    return log
