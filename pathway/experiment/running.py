"""Running experiments: every replication of every scenario is a job; results are made of all that are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.experiment.replicating import backend_for, replicate, worker_count
from pathway.experiment.results import Results
from pathway.metrics import Measures

if TYPE_CHECKING:
    from pathway.experiment.recording import Record
    from pathway.scenario import Scenario

Progress = Callable[[int, int, float], None]
Job = tuple[int, int]  # replication, place of the scenario
LIBRARIES = ("numpy", "pandas", "scipy", "simpy", "numba", "joblib", "networkx", "plotly")


@dataclass(frozen=True)
class Experiment:
    """Scenarios to be simulated so many times each, with the same luck in the same replication.

    Parameters
    ----------
    scenarios
        With different names.
    replications
        How many of each; by default the most that one of the scenarios says.
    engine
        As `pathway.simulate` takes it.
    workers
        How many work at the same time; by default one for each core.  With 1 all is done in this process.
        The numbers are the same for any number of them.
    store
        A folder in which finished replications are kept, and what was run (`pathway.store`); replications already
        there are not simulated again.
    verify
        Whether the first replication of each scenario is also simulated with SimPy and compared, row by row.
    backend
        ``"processes"`` or ``"threads"`` of this one; by default whichever is faster for the engine.
    cluster
        The address of a Dask scheduler, whose workers then do all of it (docs/scaling.md).

    Examples
    --------
    >>> import pathway as pw
    >>> short = pw.load_scenario("mmc").override({"run.length": "4 weeks"}, name="short")
    >>> results = pw.Experiment([short], replications=2, workers=1).run()
    >>> results.table["replication"].nunique()
    2
    """

    scenarios: Sequence[Scenario]
    _: KW_ONLY
    replications: int | None = None
    engine: str = "auto"
    workers: int | None = None
    store: Path | None = None
    verify: bool = False
    backend: str | None = None
    cluster: str | None = None

    def __post_init__(self) -> None:
        names = [scenario.name for scenario in self.scenarios]
        if not names:
            raise PathwayError("an experiment needs at least one scenario")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise PathwayError(f"two scenarios are named {', '.join(twice)}; each needs a name of its own")
        backend_for(self.engine, self.backend)
        for what in ("replications", "workers"):
            value = getattr(self, what)
            if value is not None and value < 1:
                raise PathwayError(f"{what} is {value}, expected 1 or more")

    def run(self, progress: Progress | None = None) -> Results:
        """Simulate and measure everything.

        Parameters
        ----------
        progress
            Called after each replication of a scenario with how many are done, of how many, and how
            many seconds the rest is expected to take.

        Returns
        -------
        Results
            If the run is interrupted (Ctrl-C), of the replications that were finished for every
            scenario, with ``manifest["interrupted"]`` True; with none finished the interrupt goes on.

        Raises
        ------
        EnginesDifferError
            With `verify`, if SimPy gives another log.
        """
        from pathway.experiment.verifying import Verification

        began, count = datetime.now(UTC), self._count()
        record = self._record()
        verified = record.verified if record else {}
        verification = Verification(self.scenarios) if self._is_verified() and not verified else None
        jobs = [(replication, place) for replication in range(count) for place in range(len(self.scenarios))]
        found: dict[Job, Measures] = {}
        clock = Clock(len(jobs), progress)
        interrupted = False
        try:
            with closing(self._done(jobs)) as done:
                for number, measures in done:
                    found[jobs[number]] = measures
                    clock.tick(len(found))
        except KeyboardInterrupt:
            interrupted = True
        complete = [r for r in range(count) if all((r, place) in found for place in range(len(self.scenarios)))]
        if interrupted and not complete:
            raise KeyboardInterrupt
        rows = verification.rows() if verification and not interrupted else verified
        results = self._results(found, complete, {"began": began, "interrupted": interrupted, "verified": rows})
        if record:
            record.write(results.manifest)
            results.manifest.update(record.said())
        return results

    def _record(self) -> Record | None:
        from pathway.engines import engine_named
        from pathway.experiment.recording import Record

        return (
            Record(Path(self.store), self.scenarios, self._count(), engine_named(self.engine)) if self.store else None
        )

    def _is_verified(self) -> bool:
        from pathway.engines import engine_named

        return self.verify and engine_named(self.engine) != "simpy"

    def _count(self) -> int:
        return self.replications or max(scenario.run.replications for scenario in self.scenarios)

    def _done(self, jobs: Sequence[Job]) -> Generator[tuple[int, Measures]]:
        return replicate(
            [(self.scenarios[place], replication) for replication, place in jobs],
            engine=self.engine,
            workers=self.workers,
            store=self.store,
            backend=self.backend,
            cluster=self.cluster,
        )

    def _results(self, found: Mapping[Job, Measures], complete: Sequence[int], how: Mapping[str, Any]) -> Results:
        from pathway.experiment.stacking import stacked_measures

        ordered = [
            ((scenario.name, replication), found[replication, place])
            for place, scenario in enumerate(self.scenarios)
            for replication in complete
        ]
        table, frames = stacked_measures(ordered)
        scenarios = {scenario.name: scenario for scenario in self.scenarios}
        return Results(table, frames, scenarios, self._manifest(len(complete), how))

    def _manifest(self, complete: int, how: Mapping[str, Any]) -> dict[str, Any]:
        """Say how the numbers came about and how they can be had again."""
        from pathway.engines import engine_named
        from pathway.scenario import fingerprint

        ended = datetime.now(UTC)
        return {
            "fingerprints": {scenario.name: fingerprint(scenario) for scenario in self.scenarios},
            "seeds": {scenario.name: scenario.run.seed for scenario in self.scenarios},
            "replications": complete,
            "engine": engine_named(self.engine),
            "verified": how["verified"],
            "interrupted": how["interrupted"],
            "workers": self.cluster or worker_count(self.workers, self._count() * len(self.scenarios)),
            "started": how["began"].isoformat(timespec="seconds"),
            "finished": ended.isoformat(timespec="seconds"),
            "versions": versions(),
        }


class Clock:
    """Tells how far a run has come and how long the rest will take."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress, self.began = total, progress, time.monotonic()

    def tick(self, done: int) -> None:
        """Tell how many are done, of how many, and how many seconds are left."""
        if self.progress:
            passed = time.monotonic() - self.began
            self.progress(done, self.total, passed / done * (self.total - done))


def versions() -> dict[str, str]:
    """Give the versions of Python, of this program, and of the libraries the numbers and pictures depend on.

    >>> sorted(versions())[:3]
    ['joblib', 'networkx', 'numba']
    """
    from importlib.metadata import version
    from platform import python_version

    import pathway

    found = {"python": python_version(), "pathway": pathway.__version__}
    return found | {name: version(name) for name in LIBRARIES}
