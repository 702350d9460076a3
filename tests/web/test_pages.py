"""The managers' pages in a browser: every page opens, nothing else is asked for, an edit changes the answer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSPITAL = Path(__file__).with_name("hospital.yaml")
PATIENT = 60_000  # milliseconds

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the pages, on a port that is free."""
    pytest.importorskip("streamlit", reason="streamlit is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    saved = tmp_path_factory.mktemp("saved")
    options = [str(HOSPITAL), f"--port={port}", f"--folder={saved}"]
    path = os.pathsep.join(filter(None, (str(Path.cwd()), os.environ.get("PYTHONPATH", ""))))
    server = subprocess.Popen(
        [sys.executable, "-m", "pathway", "web", *options],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, 15)
        server.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(150):
        try:
            with urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"{url} does not answer")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor, who may not see a traceback nor ask another host for anything."""
    found = browser.new_page(viewport={"width": 1280, "height": 720})
    found.set_default_timeout(PATIENT)
    asked: list[str] = []
    found.on("request", lambda request: asked.append(request.url))
    yield found
    assert found.get_by_test_id("stException").count() == 0
    own = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
    assert [url for url in asked if not url.startswith(own)] == []
    found.close()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "Are the targets met?"),
        ("what-if", "Change something above"),
        ("size", "What may vary"),
        ("compare", "No scenario is saved yet"),
    ],
)
def test_every_page_opens(page: Page, address: str, path: str, said: str) -> None:
    page.goto(f"{address}/{path}")
    page.get_by_text(said).first.wait_for()


def test_an_edit_is_listed_answered_and_undone(page: Page, address: str) -> None:
    """One server more, by the keyboard alone: it is listed, compared with today, and taken back."""
    page.goto(f"{address}/what-if")
    page.get_by_text("Change something above").wait_for()
    page.get_by_role("tab", name="How many").click()
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Server: 4 instead of 3").first.wait_for()
    page.get_by_text("First answer after").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Nothing yet").wait_for()


def test_a_visitor_may_choose_chinese(page: Page, address: str) -> None:
    """Everything one reads is then in it, what comes later by itself too, and the other visitors' pages are not."""
    page.goto(address)
    page.get_by_text("Are the targets met?").wait_for()
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="简体中文").click()
    page.get_by_text("目标是否达到？").wait_for()
    page.get_by_text("已模拟").first.wait_for()
    assert page.get_by_text("Are the targets met?").count() == 0
    other = page.context.browser.new_page()  # type: ignore[union-attr]
    other.goto(address)
    other.get_by_text("Are the targets met?").wait_for(timeout=PATIENT)
    other.close()
