"""A server of the pages for tests and pictures: on a free port, with folders of its own, ended as a whole."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

from pathway.report.export.browsers import browser as chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

PATIENT = 300_000  # milliseconds


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving(hospital: Path, folder: Path, port: int, *more: str) -> Iterator[str]:
    """Serve the pages of a hospital, and give their address once they answer; its log is a file in the folder."""
    with running(hospital, folder, port, *more):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def looking(hospital: Path) -> Iterator[tuple[Page, str]]:
    """Serve the pages of a hospital to a browser: give its page, today simulated to the end, and the address."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with serving(hospital, Path(folder), free_port()) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.set_default_timeout(PATIENT)
            page.goto(address)
            page.get_by_text(re.compile("^20 years simulated")).first.wait_for()
            yield page, address
        browser.close()


@contextmanager
def running(hospital: Path, folder: Path, port: int, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Serve the pages of a hospital, and give the process, which leads a group of its own, once they answer."""
    options = [str(hospital), f"--port={port}", f"--folder={folder / 'saved'}", *more]
    path = os.pathsep.join(filter(None, (str(Path.cwd()), os.environ.get("PYTHONPATH", ""))))
    log = (folder / "log.txt").open("ab")
    server = subprocess.Popen(
        [sys.executable, "-m", "pathway", "web", *options],
        env=os.environ | {"PYTHONPATH": path, "PATHWAY_WEB_STORE": str(folder / "runs")},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield server
    finally:
        os.killpg(server.pid, 15)
        server.wait(20)
        log.close()


def _wait_for(url: str) -> None:
    for _ in range(600):
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{url} does not answer")


def is_there(process: int, ask: Callable[[int, int], None] = os.kill) -> bool:
    """Tell whether a process is there; asked with `os.killpg`, whether any of its group is."""
    try:
        ask(process, 0)
    except ProcessLookupError:
        return False
    return True
