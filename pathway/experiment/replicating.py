"""Replications of any number of scenarios, each simulated and measured once, given as they come."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pathway.errors import PathwayError, nearest
from pathway.experiment.working import MOST_OPEN, Work, here, in_processes, in_threads
from pathway.metrics import Measures

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario

Measuring: TypeAlias = "Callable[[EventLog, Scenario], Measures]"
BACKENDS = ("threads", "processes")


def replicate(  # noqa: PLR0913 - all but the jobs are options
    jobs: Iterable[tuple[Scenario, int]],
    *,
    engine: str = "auto",
    workers: int | None = None,
    store: Path | str | None = None,
    measuring: Measuring | None = None,
    backend: str | None = None,
    cluster: str | None = None,
) -> Generator[tuple[int, Measures]]:
    """Simulate and measure replications of any number of scenarios, and give each as soon as it is there.

    Each scenario is compiled once, by the worker that needs it first.  The numbers are the same for any number
    of workers and whichever way they work; only the order in which they come is not.

    Parameters
    ----------
    jobs
        Scenarios, each with the number of a replication; a scenario may come as often as one likes.
    engine
        As `pathway.simulate` takes it.
    workers
        How many work at the same time; by default one for each core.  With 1 all is done in this process.
    store
        A folder in which finished replications are kept; those already there are not simulated again.
    measuring
        What is made of the log of each, a function of log and scenario that can be imported (`pathway.measure` if
        none is said; `only_figures` for less to send and to keep).
    backend
        ``"processes"`` or ``"threads"`` of this one; by default whichever is faster for the engine.
    cluster
        The address of a Dask scheduler (``"tcp://host:8786"``): all is done by its workers (docs/scaling.md).

    Yields
    ------
    tuple of int and Measures
        The place in `jobs`, from 0, and what was measured.

    Examples
    --------
    >>> import pathway as pw
    >>> three = pw.load_scenario("mmc").override({"run.length": "4 weeks"}, name="three")
    >>> four = three.override({"resources.server.capacity": 4}, name="four")
    >>> found = dict(replicate([(three, 0), (four, 0), (four, 1)], workers=1))
    >>> sorted(found), len(found[0].summary) == len(found[2].summary)
    ([0, 1, 2], True)
    """
    asked = list(jobs)
    work = Work(asked, engine, measuring)
    way = backend_for(engine, backend)
    if workers is not None and workers < 1:
        raise PathwayError(f"workers is {workers}, expected 1 or more")
    if cluster is not None:
        return _replicated(work, store, lambda missing: _done_there(work, missing, cluster))
    return _replicated(work, store, lambda missing: _done(work, missing, way, workers))


def _replicated(
    work: Work, store: Path | str | None, do: Callable[[Sequence[int]], Generator[tuple[int, Measures]]]
) -> Generator[tuple[int, Measures]]:
    """Give what is kept, then what is done now, which is kept too, whatever ends it."""
    from pathway.engines import engine_named
    from pathway.experiment.kept import Kept

    if store is None:
        yield from do(in_blocks(work, range(len(work.jobs))))
        return
    kept = Kept(Path(store), work.jobs, engine_named(work.engine), name_of(work.measuring))
    there = set(kept.there)
    yield from kept.read()
    try:
        with closing(do(in_blocks(work, [place for place in range(len(work.jobs)) if place not in there]))) as done:
            for place, measures in done:
                kept.add(place, measures)
                yield place, measures
    finally:
        kept.write()


def _done(work: Work, places: Sequence[int], way: str, workers: int | None) -> Generator[tuple[int, Measures]]:
    count = worker_count(workers, len(places))
    if count == 1:
        return here(work, places)
    return (in_threads if way == "threads" else in_processes)(work, places, count)


def _done_there(work: Work, places: Sequence[int], cluster: str) -> Generator[tuple[int, Measures]]:
    from pathway.experiment.cluster import on_cluster

    if places:  # what is in the store needs no cluster
        yield from on_cluster(work, places, cluster)


def name_of(measuring: Measuring | None) -> str:
    """Give the name under which a way of measuring can be imported; nothing for the usual one.

    >>> name_of(only_figures)
    'pathway.experiment.replicating.only_figures'
    """
    return f"{measuring.__module__}.{measuring.__qualname__}" if measuring else ""


def in_blocks(work: Work, places: Sequence[int]) -> list[int]:
    """Put jobs in order so that no more scenarios are under way at once than a worker keeps at hand."""
    block = {key: number // MOST_OPEN for number, key in enumerate(work.scenarios)}
    return sorted(places, key=lambda place: block[work.keys[place]])


def worker_count(workers: int | None, jobs: int) -> int:
    """Say how many workers do so many jobs: as many as asked for, or as there are cores, but none to no purpose."""
    from joblib import cpu_count

    return max(1, min(workers or cpu_count(), jobs))


def backend_for(engine: str, backend: str | None = None) -> str:
    """Give the way of working that was asked for, or the faster one for an engine (docs/scaling.md has the figures).

    >>> backend_for("simpy")
    'processes'
    """
    if backend is not None and backend not in BACKENDS:
        hint = nearest(backend, BACKENDS)
        raise PathwayError(f"there is no backend {backend!r}; there are {' and '.join(BACKENDS)}{hint}")
    return backend or "processes"


def only_figures(log: EventLog, scenario: Scenario) -> Measures:
    """Measure a run and keep its figures only, not the frames behind the charts: a twentieth of the size.

    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> only_figures(pw.simulate(scenario), scenario).frames
    {}
    """
    from pathway.metrics import measure

    return Measures(measure(log, scenario).summary, {})
