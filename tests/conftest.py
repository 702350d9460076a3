"""What tests share: every engine by name, hypothesis' profiles, the option that rewrites golden logs."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

from pathway.engines import ENGINES

settings.register_profile("quick", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite-golden", action="store_true", help="rewrite the golden logs instead of comparing")


@pytest.fixture(params=sorted(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn: what it is asked of one is asked of all."""
    return str(request.param)


@pytest.fixture
def rewrite_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden logs are to be written (`manage.py golden`) rather than compared."""
    return bool(request.config.getoption("--rewrite-golden"))
