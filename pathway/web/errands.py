"""A command of `pathway` run on a page's behalf, in a process of its own: sizing, a report, a calibration.

So what takes minutes holds up nobody's page, can be ended at any moment, and says the same as it would in a terminal.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from pathway import words
from pathway.errors import Finding

UNWATCHED = 60.0  # seconds after which nobody looks any more: the page was closed


class Errand:
    """A command under way, or what became of it.

    Parameters
    ----------
    arguments
        What stands after `pathway`; an argument with ``{out}`` names the folder it may write to.
    folder
        The folder; one of its own by default.
    """

    def __init__(self, arguments: Sequence[str], folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.mkdtemp(prefix="pathway-errand-"))
        self._said, self._beside = self.folder / "said.txt", self.folder / "beside.txt"
        self._seen, self.began, self.is_cancelled = time.monotonic(), time.monotonic(), False
        command = [sys.executable, "-m", "pathway", *(each.replace("{out}", str(self.folder)) for each in arguments)]
        with self._said.open("w", encoding="utf-8") as said, self._beside.open("w", encoding="utf-8") as beside:
            self._process = subprocess.Popen(
                command,
                stdout=said,
                stderr=beside,
                env=os.environ | {"COLUMNS": "160", "NO_COLOR": "1", "PATHWAY_LANGUAGE": words.language()},
            )
        Thread(target=self._guard, daemon=True, name="pathway-errand").start()

    def _guard(self) -> None:
        """End it when nobody has looked for a while."""
        while self.is_running:
            if time.monotonic() - self._seen > UNWATCHED:
                self.cancel()
            time.sleep(1.0)

    @property
    def is_running(self) -> bool:
        """Whether it is under way."""
        return self._process.poll() is None

    @property
    def code(self) -> int | None:
        """How it ended: 0 done, 1 the answer is no, 2 refused; None while it is under way."""
        return self._process.poll()

    def watch(self) -> None:
        """Say that somebody looks."""
        self._seen = time.monotonic()

    def cancel(self) -> None:
        """End it."""
        self.is_cancelled = True
        self._process.terminate()

    def wait(self, seconds: float = 600.0) -> Errand:
        """Look on until it is over."""
        until = time.monotonic() + seconds
        while self.is_running and time.monotonic() < until:
            self.watch()
            time.sleep(0.1)
        return self

    @property
    def said(self) -> str:
        """Its answer."""
        return self._said.read_text(encoding="utf-8", errors="replace").strip()

    @property
    def complaint(self) -> str:
        """What it said beside its answer: how far it is, or why it was refused."""
        return self._beside.read_text(encoding="utf-8", errors="replace").strip()

    @property
    def last(self) -> str:
        """How far it said it is."""
        return (self.complaint.splitlines() or [""])[-1]

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self.began

    def file(self, name: str) -> Path | None:
        """Give one of the files it wrote, if it is there."""
        path = self.folder / name
        return path if path.exists() else None


def findings_in(said: str) -> list[Finding]:
    """Read the findings out of what a command said when it refused.

    >>> findings_in("list.csv:3:1: state is empty")
    [Finding(file='list.csv', line=3, column=1, message='state is empty')]
    """
    found = []
    for line in said.splitlines():
        file, *rest = line.split(":", 3)
        if len(rest) == 3 and rest[0].isdigit() and rest[1].isdigit():  # noqa: PLR2004 - line, column, message
            found.append(Finding(Path(file).name, int(rest[0]), int(rest[1]), rest[2].strip()))
    return found
