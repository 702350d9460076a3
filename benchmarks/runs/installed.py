"""A copy of the package that cannot be written to, as a system's own installation is, and a user with an empty home."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parent.parent.parent
AS_ANYONE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")  # for root, who may otherwise write anywhere
READABLE, WRITABLE = 0o555, 0o755
OF_THE_USER = ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "PYTHONPATH", "HOME")


@dataclass(frozen=True, slots=True)
class Installed:
    """Where the package cannot be written to, and the user's home."""

    packages: Path
    home: Path

    def said(self, script: str) -> dict[str, Any]:
        """Run a script as the user, and give the line it prints."""
        found: dict[str, Any] = json.loads(self.run(str(self.packages / script)))
        return found

    def run(self, *command: str) -> str:
        """Run Python as the user with the packages of this installation, and give what it prints."""
        env = {name: value for name, value in os.environ.items() if name not in OF_THE_USER}
        env |= {"PYTHONPATH": str(self.packages), "HOME": str(self.home)}
        whole = [*(AS_ANYONE if is_root() else ()), sys.executable, *command]
        return subprocess.run(whole, check=True, stdout=subprocess.PIPE, text=True, env=env, cwd=self.packages).stdout

    @property
    def was_written_to(self) -> bool:
        """Whether anything has been written beside the package's sources."""
        return any(self.packages.rglob("__pycache__"))


@contextmanager
def installed(*scripts: str) -> Iterator[Installed]:
    """Copy the package and scripts of this folder to a place that is read-only, and take it away afterwards."""
    with TemporaryDirectory() as name:
        top = Path(name)
        copy = Installed(top / "packages", top / "home")
        shutil.copytree(ROOT / "pathway", copy.packages / "pathway", ignore=shutil.ignore_patterns("__pycache__"))
        for script in scripts:
            shutil.copy(Path(__file__).parent / script, copy.packages / script)
        copy.home.mkdir()
        _allow(copy.packages, READABLE)
        try:
            yield copy
        finally:
            _allow(copy.packages, WRITABLE)


def is_root() -> bool:
    """Whether this process may write wherever it likes."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _allow(folder: Path, mode: int) -> None:
    """Let nobody write to a folder and what is in it, or let its owner again."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(mode)
