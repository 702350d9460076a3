"""Running experiments: every replication of every scenario is a job, done here or in other processes."""

from __future__ import annotations

import pickle
import time
import warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.experiment.results import Results
from pathway.experiment.until import AT_MOST
from pathway.metrics import Measures

if TYPE_CHECKING:
    from pathway.experiment.precision import Precision
    from pathway.experiment.until import Search
    from pathway.plan import Plan
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
        How many processes; by default one for each core.  With 1 all is done in this process.
        The numbers are the same for any number of them.
    store
        A folder in which finished replications are kept; those already there are not simulated again.
    verify
        Whether the first replication of each scenario is also simulated with SimPy and compared, row by row.

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

    def __post_init__(self) -> None:
        names = [scenario.name for scenario in self.scenarios]
        if not names:
            raise PathwayError("an experiment needs at least one scenario")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise PathwayError(f"two scenarios are named {', '.join(twice)}; each needs a name of its own")
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
        together = -(-self._processes(at_most * len(names)) // len(names))
        search = Search(tuple(precisions_of(precision)), names, at_most, together)
        return self._run(search, search.wanted(), progress)

    def _run(self, search: Search | None, count: int, progress: Progress | None) -> Results:
        """Simulate `count` replications, and where one searches for how many are enough, go on until they are."""
        from pathway.experiment.verifying import Verification
        from pathway.plan import compile_plan

        began = datetime.now(UTC)
        plans = [compile_plan(scenario) for scenario in self.scenarios]
        verification = Verification(plans) if self._is_verified() else None
        found: dict[Job, Measures] = {}
        clock = _Clock(count * len(plans), progress)
        interrupted, done = False, 0
        try:
            while done < count:
                jobs = [(replication, place) for replication in range(done, count) for place in range(len(plans))]
                with closing(self._done(plans, jobs)) as finished:
                    for job, measures in finished:
                        found[job] = measures
                        clock.tick(len(found))
                done, count = count, self._more(search, found, range(done, count))
                clock.total = count * len(plans)
        except KeyboardInterrupt:
            interrupted = True
        complete = [r for r in range(count) if all((r, place) in found for place in range(len(plans)))]
        if interrupted and not complete:
            raise KeyboardInterrupt
        how: dict[str, Any] = {"began": began, "interrupted": interrupted}
        how["verified"] = verification.rows() if verification and not interrupted else {}
        if search is not None:
            if interrupted:
                self._more(search, found, complete[search.done :])
            complete = complete[: search.found()]
            how["until"] = {"at_most": search.at_most, "precision": search.said(len(complete))}
        return self._results(found, complete, how)

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

    def _processes(self, jobs: int) -> int:
        from joblib import cpu_count

        return max(1, min(self.workers or cpu_count(), jobs))

    def _done(self, plans: Sequence[Plan], jobs: Sequence[Job]) -> Generator[tuple[Job, Measures]]:
        """Give each job's measures as they come: those kept, then those simulated."""
        from pathway.experiment.kept import Kept

        kept = Kept(Path(self.store), self.engine) if self.store else None
        missing = []
        for job in jobs:
            known = kept.read(self.scenarios[job[1]], job[0]) if kept else None
            if known is None:
                missing.append(job)
            else:
                yield job, known
        tasks = {job: (self.scenarios[job[1]], plans[job[1]], job[0], self.engine) for job in missing}
        workers = self._processes(len(tasks))
        for job, measures in _here(tasks) if workers == 1 else _elsewhere(tasks, workers):
            if kept:
                kept.write(self.scenarios[job[1]], job[0], measures)
            yield job, measures

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
            "workers": self._processes(self._count() * len(self.scenarios)),
            "started": how["began"].isoformat(timespec="seconds"),
            "finished": ended.isoformat(timespec="seconds"),
            "versions": versions(),
        }


class _Clock:
    """Tells how far a run has come and how long the rest will take."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress, self.began = total, progress, time.monotonic()

    def tick(self, done: int) -> None:
        if self.progress:
            passed = time.monotonic() - self.began
            self.progress(done, self.total, passed / done * (self.total - done))


# ---------------------------------------------------------------- the jobs

Task = tuple["Scenario", "Plan", int, str]  # with the replication and the engine


def measured(task: Task) -> Measures:
    """Simulate and measure one replication; the log is not kept."""
    from pathway.engines import simulate
    from pathway.metrics import measure

    scenario, plan, replication, engine = task
    return measure(simulate(plan, replication, engine), scenario)


def _here(tasks: Mapping[Job, Task]) -> Iterator[tuple[Job, Measures]]:
    for job, task in tasks.items():
        yield job, measured(task)


def _elsewhere(tasks: Mapping[Job, Task], workers: int) -> Iterator[tuple[Job, Measures]]:
    """Do jobs in other processes; should one be killed, do what is missing once more."""
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    with TemporaryDirectory(prefix="pathway-") as folder:
        missing = dict(_parcelled(tasks, Path(folder)))
        for last_time in (False, True):
            try:
                for job, measures in _parallel(list(missing.items()), workers):
                    del missing[job]
                    yield job, measures
            except TerminatedWorkerError as death:
                if last_time:
                    raise PathwayError("a worker process was killed twice; there may be too little memory") from death
            else:
                return


Parcel = tuple[str, int, str]  # the file of a scenario with its plan, the replication, the engine


def _parcelled(tasks: Mapping[Job, Task], folder: Path) -> Iterator[tuple[Job, Parcel]]:
    """Write each scenario with its plan to a file once, as sending megabytes with every job would take longer."""
    for (replication, place), (scenario, plan, _, engine) in tasks.items():
        path = folder / f"{place}.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps((scenario, plan), pickle.HIGHEST_PROTOCOL))
        yield (replication, place), (str(path), replication, engine)


@lru_cache(maxsize=16)
def _opened(path: str) -> tuple[Scenario, Plan]:
    found: tuple[Scenario, Plan] = pickle.loads(Path(path).read_bytes())  # written by this very run
    return found


def _parallel(parcels: Sequence[tuple[Job, Parcel]], workers: int) -> Iterator[tuple[Job, Measures]]:
    from joblib import Parallel, delayed

    parallel = Parallel(n_jobs=workers, backend="loky", return_as="generator_unordered")
    found = parallel(delayed(_numbered)(job, parcel) for job, parcel in parcels)
    try:
        for each in found:  # noqa: UP028 - `yield from` would close it before the warning is off
            yield each
    finally:
        with warnings.catch_warnings(action="ignore"):  # that jobs under way at an interrupt are given up
            found.close()


def _numbered(job: Job, parcel: Parcel) -> tuple[Job, Measures]:
    path, replication, engine = parcel
    return job, measured((*_opened(path), replication, engine))


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
