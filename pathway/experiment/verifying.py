"""Two engines, one log: replications simulated on the fastest engine and on SimPy, and compared row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from pathway.errors import EngineError

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.plan import Plan
    from pathway.scenario import Scenario

TRUTH = "simpy"
TABLES = ("visits", "holds", "capacity", "cases")


@dataclass(frozen=True, slots=True)
class Verified:
    """One replication on two engines: how many rows both wrote, and where they first differ (None: nowhere)."""

    scenario: str
    replication: int
    rows: int
    difference: str | None


class EnginesDifferError(EngineError):
    """Two engines gave different logs, so the numbers of neither can be trusted until it is known why."""

    def __init__(self, found: Verified) -> None:
        super().__init__(
            f"{found.scenario}, replication {found.replication}: the engines differ. {found.difference} "
            "(first the compiled engine, then SimPy)"
        )
        self.found = found


def verify(
    scenario: Scenario,
    replications: int,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verified]:
    """Simulate replications 0 to `replications` - 1 on both engines and compare the logs.

    Parameters
    ----------
    scenario
        What to simulate.
    replications
        How many.
    workers
        How many processes; by default one for each core.
    progress
        Called after each replication with how many are done, of how many.

    Examples
    --------
    >>> import pathway as pw
    >>> [found] = verify(pw.load_scenario("mmc"), 1, workers=1)
    >>> found.difference is None
    True
    """
    from joblib import Parallel, delayed

    from pathway.plan import compile_plan

    plan = compile_plan(scenario)
    parallel = Parallel(n_jobs=workers or -1, return_as="generator")
    found = []
    for each in parallel(delayed(verified)(plan, replication) for replication in range(replications)):
        found.append(each)
        if progress:
            progress(len(found), replications)
    return found


def verified(plan: Plan, replication: int) -> Verified:
    """Compare the two engines on one replication of a plan."""
    from pathway.eventlog import first_difference

    fast, truth = both_logs(plan, replication)
    rows = sum(int(next(iter(getattr(truth, table).values())).size) for table in TABLES)
    return Verified(plan.scenario, replication, rows, first_difference(fast, truth))


def both_logs(plan: Plan, replication: int) -> tuple[EventLog, EventLog]:
    """Simulate a replication on the fastest engine and on SimPy."""
    from pathway.engines import simulate

    return simulate(plan, replication), simulate(plan, replication, TRUTH)


def keep_both(scenario: Scenario, replication: int, folder: Path) -> None:
    """Write the logs of both engines, to look into why they differ."""
    from pathway.plan import compile_plan

    for name, log in zip(("compiled", TRUTH), both_logs(compile_plan(scenario), replication), strict=True):
        log.save(folder / name)


class Verification(Thread):
    """Compares the engines on the first replication of each scenario while other processes do the rest.

    It is a thread, as SimPy leaves one core to spare: this process only waits for the others meanwhile.
    """

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        super().__init__(daemon=True)  # an interrupted run does not wait for it
        self._scenarios = scenarios
        self._found: list[Verified] = []
        self._failure: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Compare one scenario after the other."""
        from pathway.plan import compile_plan

        try:
            self._found.extend(verified(compile_plan(scenario), 0) for scenario in self._scenarios)
        except BaseException as failure:  # noqa: BLE001 - it is raised again where somebody waits for the result
            self._failure = failure

    def rows(self) -> dict[str, int]:
        """Wait for it to end, and give how many rows were identical, by scenario.

        Raises
        ------
        EnginesDifferError
            If the engines differ anywhere.
        """
        self.join()
        if self._failure:
            raise self._failure
        for found in self._found:
            if found.difference:
                raise EnginesDifferError(found)
        return {found.scenario: found.rows for found in self._found}
