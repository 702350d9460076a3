"""Running experiments: every replication of every scenario is a job; results are made of all that are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.experiment.replicating import backend_for, replicate, worker_count
from pathway.experiment.results import Results
from pathway.experiment.until import AT_MOST
from pathway.metrics import Measures

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment.precision import Precision
    from pathway.experiment.recording import Record
    from pathway.experiment.until import Search
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
    lists
        What became of the waiting list each scenario starts from, by name, for the manifest and the store.
    unchanged
        Scenarios as they were before a list took the place of their patients, by name: each is simulated too, as
        often, for the level its queues have in the long run (frame ``long_run_levels``).

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
    lists: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    unchanged: Mapping[str, Scenario] = field(default_factory=dict)

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
        return self._run(None, self._count(), progress)

    def run_until(
        self, *precision: Precision | str, at_most: int = AT_MOST, progress: Progress | None = None
    ) -> Results:
        """Simulate until some figures are known precisely enough in every scenario that has them.

        Replications are added until half the 95 % interval of each figure's mean is as small as asked for and
        stays so for five more, as Hoad, Robinson and Davies (2010) propose; those five are left out again.
        How many that takes depends on the scenarios and their seeds, never on the number of workers.

        Parameters
        ----------
        precision
            How precisely which figure is to be known: `Precision`, or a text such as ``"p90 wait nanoknife 5 %"``.
        at_most
            The most replications to make; with these the results say how precise they are.
        progress
            As `run` takes it; the number of all is what is foreseen so far.

        Returns
        -------
        Results
            Of as many replications as were enough; ``manifest["precision"]`` says how precisely each figure is known.

        Raises
        ------
        PathwayError
            If there is no such figure, with the nearest name.

        Examples
        --------
        >>> import pathway as pw
        >>> short = pw.load_scenario("mmc").override({"run.length": "4 weeks"}, name="short")
        >>> results = pw.Experiment([short], workers=1).run_until("mean throughput service 50 %")
        Traceback (most recent call last):
        ...
        pathway.errors.PathwayError: no figure has statistic 'mean'; there are per_year
        >>> results = pw.Experiment([short], workers=1).run_until("per_year throughput service 10 %")
        >>> results.manifest["precision"][0]["reached"]
        True
        """
        from pathway.experiment.until import Search, precisions_of

        if self.replications is not None:
            raise PathwayError(
                "replications are said, but run_until finds out how many it takes; leave one of them out"
            )
        names = [scenario.name for scenario in self.scenarios]
        together = -(-worker_count(self.workers, at_most * len(names)) // len(names))
        search = Search(tuple(precisions_of(precision)), names, at_most, together)
        return self._run(search, search.wanted(), progress)

    def _run(self, search: Search | None, count: int, progress: Progress | None) -> Results:
        """Simulate `count` replications, and where one searches for how many are enough, go on until they are."""
        from pathway.experiment.unchanged import with_a_level
        from pathway.experiment.verifying import Verification

        began, size = datetime.now(UTC), len(self.scenarios)
        record = self._record(count) if search is None else None
        verified = record.verified if record else {}
        verification = Verification(self.scenarios) if self._is_verified() and not verified else None
        found: dict[Job, Measures] = {}
        levelled = with_a_level(self.unchanged, self.scenarios)
        clock = Clock(count * (size + len(levelled)), progress)
        interrupted, done = False, 0
        try:
            while done < count:
                jobs = [(replication, place) for replication in range(done, count) for place in range(size)]
                with closing(self._done(jobs)) as finished:
                    for number, measures in finished:
                        found[jobs[number]] = measures
                        clock.tick(len(found))
                done, count = count, self._more(search, found, range(done, count))
                clock.total = count * (size + len(levelled))
        except KeyboardInterrupt:
            interrupted = True
        complete = [r for r in range(count) if all((r, place) in found for place in range(len(self.scenarios)))]
        if interrupted and not complete:
            raise KeyboardInterrupt
        how: dict[str, Any] = {"began": began, "interrupted": interrupted}
        how["verified"] = verification.rows() if verification and not interrupted else verified
        if search is not None:
            if interrupted:
                self._more(search, found, complete[search.done :])
            complete = complete[: search.found()]
            how["until"] = {"at_most": search.at_most, "precision": search.said(len(complete))}
        results = self._recorded(record or self._record(len(complete)), self._results(found, complete, how))
        if not interrupted:
            results.frames.update(self._long_run(levelled, complete, clock, len(found)))
        return results

    def _recorded(self, record: Record | None, results: Results) -> Results:
        """Write the run down in the store, if there is one, and say so in the manifest."""
        if record:
            record.write(results.manifest)
            results.manifest.update(record.said())
        return results

    def _record(self, count: int) -> Record | None:
        from pathway.engines import engine_named
        from pathway.experiment.recording import Record

        return Record(Path(self.store), self.scenarios, count, engine_named(self.engine)) if self.store else None

    def _more(self, search: Search | None, found: Mapping[Job, Measures], new: Sequence[int]) -> int:
        """Say how many replications there are to be, now that those which are new are there."""
        if search is None:
            return new[-1] + 1
        names = [scenario.name for scenario in self.scenarios]
        if new:
            search.see([{name: found[r, place] for place, name in enumerate(names)} for r in new])
        return search.done if search.found() is not None else search.wanted()

    def _is_verified(self) -> bool:
        from pathway.engines import engine_named

        return self.verify and engine_named(self.engine) != "simpy"

    def _count(self) -> int:
        return self.replications or max(scenario.run.replications for scenario in self.scenarios)

    def _done(self, jobs: Sequence[Job]) -> Generator[tuple[int, Measures]]:
        return self._replicated([(self.scenarios[place], replication) for replication, place in jobs])

    def _replicated(self, jobs: Sequence[tuple[Scenario, int]]) -> Generator[tuple[int, Measures]]:
        return replicate(
            jobs,
            engine=self.engine,
            workers=self.workers,
            store=self.store,
            backend=self.backend,
            cluster=self.cluster,
        )

    def _long_run(
        self, scenarios: Mapping[str, Scenario], complete: Sequence[int], clock: Clock, done: int
    ) -> dict[str, pd.DataFrame]:
        """Simulate the scenarios as they were before their lists, for their long-run levels."""
        from pathway.experiment.unchanged import LEVELS, levels

        jobs = [(name, each, r) for name, each in scenarios.items() for r in complete]
        if not jobs:
            return {}
        clock.total = done + len(jobs)
        found: dict[int, Measures] = {}
        try:
            with closing(self._replicated([(scenario, r) for _, scenario, r in jobs])) as finished:
                for number, measures in finished:
                    found[number] = measures
                    clock.tick(done + len(found))
        except KeyboardInterrupt:  # the run itself is finished, and tells the level by its own last quarter
            return {}
        return {LEVELS: levels([((name, r), found[place]) for place, (name, _, r) in enumerate(jobs)], scenarios)}

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
            **how.get("until", {}),
            "workers": self.cluster or worker_count(self.workers, self._count() * len(self.scenarios)),
            "started": how["began"].isoformat(timespec="seconds"),
            "finished": ended.isoformat(timespec="seconds"),
            "versions": versions(),
            **({"waiting_list": dict(self.lists)} if self.lists else {}),
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
