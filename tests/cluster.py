"""A Dask cluster on this machine for a test: a scheduler and workers, each a process of its own, on loopback only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard")
QUIET = {"DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "0", "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "3"}


class Cluster:
    """A scheduler's address, and its workers' processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def start(self, *command: str, package: Path = ROOT) -> subprocess.Popen[bytes]:
        """Start a part of the cluster as a process with a copy of the package of its own."""
        environment = os.environ | QUIET | {"PYTHONPATH": str(package)}
        with (self.folder / f"{len(self.processes)}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command], env=environment, stdout=log, stderr=log, cwd=self.folder
            )
        self.processes.append(process)
        return process

    def add_worker(self, package: Path = ROOT) -> None:
        """Start a worker; no nanny starts it again when it is killed."""
        place = ("--local-directory", str(self.folder / f"worker{len(self.workers)}"))
        threads = ("--nthreads", "1", "--no-nanny", "--death-timeout", "60")
        self.workers.append(self.start("worker", self.address, *LOOPBACK, *place, *threads, package=package))


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Start a scheduler and workers, and end them all."""
    folder.mkdir(exist_ok=True)
    found = Cluster(folder)
    told = folder / "scheduler.json"
    try:
        found.start("scheduler", *LOOPBACK, "--port", "0", "--scheduler-file", str(told))
        found.address = _address(told)
        for _ in range(workers):
            found.add_worker()
        yield found
    finally:
        for process in found.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


def _address(told: Path) -> str:
    import json
    import time

    for _ in range(600):
        if told.exists() and (text := told.read_text(encoding="utf-8")).strip():
            return str(json.loads(text)["address"])
        time.sleep(0.1)
    raise TimeoutError("no scheduler within a minute")
