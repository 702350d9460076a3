"""Engines: from a plan and a replication's number to an event log, the same log whichever engine runs.

The contract, in short (docs/model.md has every rule):

1. The clock is whole minutes; an engine stops at the plan's horizon, and what is not over then is open.
2. Draws are keyed by seed, replication, stream, index, site, visit and purpose; never sequenced.
3. Each instant has phases.  B: everything due now is applied; before anything else happens to a
   case, its deadlines due now are.  C: one allocation pass over the waiting requests in the order
   (priority, enqueued_at, case, state).  While something takes no time, B and C repeat.
4. What a request needs is taken together or not at all.
5. The log is kept in its canonical order, and equality is integer equality.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pathway.engines.compiled import simulate_compiled
from pathway.engines.reference import simulate_reference
from pathway.errors import EngineError, nearest
from pathway.plan import Plan, compile_plan

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario

FASTEST = "compiled"
ENGINES: dict[str, Callable[[Plan, int], EventLog]] = {
    "compiled": simulate_compiled,
    "simpy": simulate_reference,
}


def simulate(model: Plan | Scenario, replication: int = 0, engine: str = "auto") -> EventLog:
    """Simulate one replication of a scenario (or of its plan) and give the event log.

    Parameters
    ----------
    model
        A scenario, or the plan compiled from it (compile once to run many replications).
    replication
        Which replication: 0, 1, 2, …; the same number gives the same patients in every scenario.
    engine
        ``"simpy"``, ``"compiled"``, or ``"auto"`` for the fastest there is.

    Raises
    ------
    EngineError
        If there is no engine of that name.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> log = simulate(load_scenario("mmc"))
    >>> log == simulate(load_scenario("mmc"), engine="simpy")
    True
    """
    name = engine_named(engine)
    if name not in ENGINES:
        message = f"there is no engine {engine!r}; there are auto, {', '.join(ENGINES)}{nearest(engine, ENGINES)}"
        raise EngineError(message)
    plan = model if isinstance(model, Plan) else compile_plan(model)
    return ENGINES[name](plan, replication)


def engine_named(engine: str) -> str:
    """Give the name of the engine that runs when this one is asked for.

    >>> engine_named("auto")
    'compiled'
    """
    return FASTEST if engine == "auto" else engine


def make_ready(engine: str = "auto") -> None:
    """Let an engine compile what it is made of, or read it from disk, before there is something to simulate."""
    if engine_named(engine) == "compiled":
        from pathway.engines.compiled.entry import make_ready as compile_all

        compile_all()


__all__ = ["ENGINES", "engine_named", "make_ready", "simulate"]
