"""Doing jobs on a Dask cluster that is there already: its scheduler is given, its workers have this very program.

A scenario goes to the scheduler once and is compiled on the cluster once; workers take the plan from each other.  A
job is then a plan and a number, and what comes back are its measures.  A plan that dies with its worker is
compiled anew, a job that dies with its worker is done again elsewhere: both are known to the scheduler.
"""

from __future__ import annotations

import asyncio
import pickle
import uuid
import zlib
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.experiment.working import Work, measured
from pathway.metrics import Measures
from pathway.store import differing, program

if TYPE_CHECKING:
    from pathway.plan import Plan
    from pathway.scenario import Scenario

PATIENCE = 30.0  # seconds for the scheduler to answer, and for there to be a worker
AHEAD = 4  # jobs to each thread of the cluster that are with the scheduler at a time
PRESENT = "install the extra `cluster` (pip install 'pathway-simulator[cluster]') to run on a cluster"


def on_cluster(
    work: Work, places: Sequence[int], address: str, patience: float = PATIENCE
) -> Generator[tuple[int, Measures]]:
    """Do jobs on the cluster whose scheduler is at an address.

    Raises
    ------
    PathwayError
        If there is no scheduler there, no worker comes, a worker has another program, or all workers are lost.
    """
    with connected(address, patience) as client:
        preflight(client, address, patience)
        yield from _Run(client, work, patience).done(places)


@contextmanager
def connected(address: str, patience: float) -> Iterator[Any]:
    """Hold a connection to a scheduler."""
    try:
        from distributed import Client
    except ImportError as missing:
        raise PathwayError(PRESENT) from missing
    with ThreadPoolExecutor(1) as apart:  # as a notebook has an event loop of its own
        apart.submit(asyncio.run, _knock(address, patience)).result()
    client = Client(address, timeout=patience, set_as_default=False)
    try:
        yield client
    finally:
        client.close()


async def _knock(address: str, patience: float) -> None:
    """Shake hands with the scheduler: a client would wait for ever for something that accepts and says nothing."""
    from distributed.comm import connect
    from distributed.security import Security

    async def shake_hands() -> None:
        comm = await connect(address, timeout=patience, **Security().get_connection_args("client"))
        await comm.close()

    try:
        await asyncio.wait_for(shake_hands(), patience)
    except Exception as reason:  # noqa: BLE001 - whatever a stranger's answer leads to
        raise PathwayError(
            f"{address or 'no address'}: no Dask scheduler answers there within {patience:g} seconds "
            f"({_first_line(reason)})"
        ) from reason


def preflight(client: Any, address: str, patience: float) -> None:
    """Look whether there are workers, and whether each has this very program; workers without it would never answer."""
    try:
        client.wait_for_workers(1, timeout=patience)
    except TimeoutError as reason:
        raise PathwayError(f"{address}: the cluster has had no worker for {patience:g} seconds") from reason
    ours = program()
    wrong = []
    for worker, theirs in sorted(client.run(_program_there, on_error="return").items()):
        if isinstance(theirs, BaseException):
            wrong.append(f"  {worker}: {type(theirs).__name__}: {_first_line(theirs)}")
        elif found := differing(ours, theirs):
            wrong.append(f"  {worker}: {', '.join(found)}")
    if wrong:
        raise PathwayError(f"{address}: workers with another program than here (here first):\n" + "\n".join(wrong))


def _program_there() -> dict[str, str]:
    return dict(program())


class _Run:
    """Jobs under way on a cluster: a few for each of its threads, so that the scheduler is never flooded."""

    def __init__(self, client: Any, work: Work, patience: float) -> None:
        self.client, self.work, self.patience = client, work, patience
        self.name = f"pathway-{uuid.uuid4().hex[:8]}"  # results of an earlier run are never taken for ours
        self.plans: dict[str, Any] = {}
        self.under_way: dict[Any, int] = {}

    def done(self, places: Sequence[int]) -> Generator[tuple[int, Measures]]:
        """Give each job's measures as they come."""
        left = Counter(self.work.keys[place] for place in places)
        waiting = iter(places)
        try:
            while True:
                self._fill(waiting)
                if not self.under_way:
                    return
                for future in self._some_done():
                    place = self.under_way.pop(future)
                    yield place, _result(future)
                    key = self.work.keys[place]
                    left[key] -= 1
                    if not left[key]:
                        del self.plans[key]  # the cluster forgets it
        finally:
            self.client.cancel(list(self.under_way), force=True)

    def _fill(self, waiting: Iterator[int]) -> None:
        room = AHEAD * max(1, sum(self.client.nthreads().values())) - len(self.under_way)
        for place in islice(waiting, max(0, room)):
            self.under_way[self._submitted(place)] = place

    def _submitted(self, place: int) -> Any:
        work, key = self.work, self.work.keys[place]
        if key not in self.plans:
            parcel = zlib.compress(pickle.dumps(work.scenarios[key], pickle.HIGHEST_PROTOCOL))
            name = f"{self.name}-plan-{len(self.plans)}-{place}"
            self.plans[key] = self.client.submit(_opened_there, parcel, key=name, pure=False)
        replication = work.jobs[place][1]
        arguments = (self.plans[key], replication, work.engine, work.measuring, program()["sources"])
        return self.client.submit(_measured_there, *arguments, key=f"{self.name}-{place}", pure=False)

    def _some_done(self) -> list[Any]:
        """Wait until a job is done; while nothing comes, look whether there still is a worker."""
        from distributed import wait

        without = False
        while True:
            try:
                with self.client.as_current():
                    found = wait(list(self.under_way), timeout=self.patience, return_when="FIRST_COMPLETED")
                return list(found.done)
            except TimeoutError:
                if self.client.status != "running":
                    raise PathwayError("the connection to the scheduler of the cluster is lost") from None
                lost = not self.client.nthreads()
                if lost and without:
                    raise PathwayError("the cluster has lost all its workers, and no other has come") from None
                without = lost


def _result(future: Any) -> Measures:
    from distributed import CancelledError, KilledWorker

    try:
        found: Measures = future.result()
    except KilledWorker as death:
        raise PathwayError(
            "workers of the cluster died again and again over the same replication; there may be too little memory"
        ) from death
    except CancelledError as reason:
        raise PathwayError("the connection to the scheduler of the cluster is lost") from reason
    return found


def _opened_there(parcel: bytes) -> tuple[Scenario, Plan]:
    from pathway.plan import compile_plan

    scenario: Scenario = pickle.loads(zlib.decompress(parcel))
    return scenario, compile_plan(scenario)


def _measured_there(
    opened: tuple[Scenario, Plan], replication: int, engine: str, measuring: Any, sources: str
) -> Measures:
    """Simulate and measure on a worker, which may have come after the preflight: so it is asked again."""
    if program()["sources"] != sources:
        raise PathwayError("a worker that joined the cluster has other sources of pathway than the run began with")
    return measured(*opened, replication, engine, measuring)


def _first_line(reason: BaseException) -> str:
    return (str(reason) or type(reason).__name__).splitlines()[0]
