"""A command of `pathway` run on a page's behalf, in a process of its own: sizing, a report, a calibration.

So what takes minutes holds up nobody's page, can be ended at any moment, and says the same as it would in a terminal.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

from pathway import words
from pathway.errors import Finding
from pathway.web.turns import Turns

UNWATCHED = 60.0  # seconds after which nobody looks any more: the page was closed
GRACE = 5.0  # seconds a command has to end by itself
LOOK = 1.0  # seconds between two looks at whether it is to be ended


def _end(process: subprocess.Popen[bytes], *, at_once: bool = False) -> None:
    """End a command and the processes that work for it."""
    if process.poll() is not None:
        return
    if os.name == "posix":
        with suppress(ProcessLookupError):  # it ended by itself just now
            os.killpg(process.pid, signal.SIGKILL if at_once else signal.SIGTERM)
    elif at_once:
        process.kill()
    else:
        process.terminate()


class Errand:
    """A command under way, or what became of it.

    Parameters
    ----------
    arguments
        What stands after `pathway`; an argument with ``{out}`` names the folder it may write to.
    turns
        Whose turn it is; without them it begins at once.
    owner
        Who asked for it.
    minutes
        After how many it is ended.
    """

    def __init__(
        self, arguments: Sequence[str], *, turns: Turns | None = None, owner: str = "", minutes: float = float("inf")
    ) -> None:
        self._kept = tempfile.TemporaryDirectory(prefix="pathway-errand-", ignore_cleanup_errors=True)
        self.folder = Path(self._kept.name)  # which goes with the errand, when nobody can ask for it any more
        self._said, self._beside = self.folder / "said.txt", self.folder / "beside.txt"
        self._said.touch()
        self._beside.touch()
        self._seen, self.began, self.is_cancelled, self.is_too_long = time.monotonic(), time.monotonic(), False, False
        self._command = [sys.executable, "-m", "pathway.cli.following"]
        self._command += [each.replace("{out}", str(self.folder)) for each in arguments]
        self.language, self._seconds = words.language(), 60 * minutes  # the language it speaks
        self._process: subprocess.Popen[bytes] | None = None
        self._stop, self._over = Event(), Event()
        self._turns = turns or Turns(1)
        self._ticket = self._turns.ask(owner)
        Thread(target=self._run, daemon=True, name="pathway-errand").start()

    def _run(self) -> None:
        """Wait for a turn, run the command, and end it when nobody has looked for a while."""
        Thread(target=self._guard, daemon=True, name="pathway-errand-guard").start()
        try:
            if self._turns.await_turn(self._ticket) and not self._stop.is_set() and not self._is_left:
                self._begin()
        finally:
            self._turns.give_back(self._ticket)
            self._over.set()

    def _begin(self) -> None:
        self.began = time.monotonic()
        with self._said.open("w", encoding="utf-8") as said, self._beside.open("w", encoding="utf-8") as beside:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=beside,
                env=os.environ | {"COLUMNS": "160", "NO_COLOR": "1", "PATHWAY_LANGUAGE": self.language},
                start_new_session=True,  # so that what works for it can be ended with it
            )
        while self._process.poll() is None and not self._stop.wait(0.1):
            self.is_too_long = self.seconds > self._seconds
            if self.is_too_long:
                break
        if self._process.poll() is None:
            _end(self._process)
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                _end(self._process, at_once=True)
                self._process.wait()

    def _guard(self) -> None:
        """End it when nobody looks any more, also while it waits for its turn."""
        while not self._over.wait(LOOK):
            if self._is_left:
                self.cancel()

    @property
    def _is_left(self) -> bool:
        """Whether nobody looks any more."""
        return time.monotonic() - self._seen > UNWATCHED

    @property
    def is_running(self) -> bool:
        """Whether it is under way, or waits for its turn."""
        return not self._over.is_set()

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its turn."""
        return self.is_running and self._process is None

    @property
    def before(self) -> int:
        """How many are to be done before it begins."""
        return self._turns.before(self._ticket)

    @property
    def code(self) -> int | None:
        """How it ended: 0 done, 1 the answer is no, 2 refused; None while it is under way, or if it never began."""
        return None if self._process is None else self._process.poll()

    def watch(self) -> None:
        """Say that somebody looks."""
        self._seen = time.monotonic()

    def cancel(self) -> None:
        """End it."""
        self.is_cancelled = True
        self._stop.set()
        if self.is_waiting:
            self._turns.give_back(self._ticket)

    def wait(self, seconds: float = 600.0) -> Errand:
        """Look on until it is over."""
        until = time.monotonic() + seconds
        while self.is_running and time.monotonic() < until:
            self.watch()
            self._over.wait(0.1)
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
