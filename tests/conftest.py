"""What tests share: every engine by name, a browser, hypothesis' profiles, the option that rewrites golden logs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from pathway.engines import ENGINES

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from streamlit.testing.v1 import AppTest

CHROMIUM = Path("/usr/bin/chromium")
COSTS = {"slow": 2, "browser": 5}  # of a test with such a mark, to put long files first

settings.register_profile("quick", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite the golden logs instead of comparing")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files first whose tests, by their marks, take longest together: whoever is done takes the next file."""
    weights: dict[Path, int] = {}
    for item in items:
        weight = sum(cost for name, cost in COSTS.items() if item.get_closest_marker(name))
        weights[item.path] = weights.get(item.path, 0) + weight
    items.sort(key=lambda item: -weights[item.path])


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn: what it is asked of one is asked of all."""
    return str(request.param)


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden logs are to be written (`manage.py golden`) rather than compared."""
    return bool(request.config.getoption("--rewrite-golden"))


@pytest.fixture
def front_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the chapters of reports empty behind their first pages: for tests of what stands in front of them."""
    monkeypatch.setattr("pathway.report.page.sections", lambda material: ())


@pytest.fixture
def app_test(monkeypatch: pytest.MonkeyPatch) -> type[AppTest]:
    """Streamlit's test of a page without a browser; it puts the page in place of the main module, which comes back."""
    testing = pytest.importorskip("streamlit.testing.v1", reason="streamlit is not installed")
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    found: type[AppTest] = testing.AppTest
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, or the reason why not."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield running
        running.close()
