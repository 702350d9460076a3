"""What this server allows: its settings, whose turn it is, and how long a run may be."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from pathway import words
from pathway.errors import PathwayError
from pathway.hosting import CORES, Settings, read_settings
from pathway.metrics.study import YEAR
from pathway.web.turns import Turns

if TYPE_CHECKING:
    from pathway.scenario import Scenario

VARIABLE = "PATHWAY_WEB_CONFIG"
_lock = Lock()


def settings() -> Settings:
    """Give the settings of this server."""
    with _lock:
        return _settings()


def answers() -> Turns:
    """Give the turns of what is simulated while one looks."""
    with _lock:
        return _answers()


def runs() -> Turns:
    """Give the turns of sizings, reports and calibrations."""
    with _lock:
        return _runs()


@cache
def _settings() -> Settings:
    file = os.environ.get(VARIABLE)
    return read_settings(Path(file)) if file else Settings()


@cache
def _answers() -> Turns:
    return Turns(_settings().limits.answers, _settings().limits.answers_of_one)


@cache
def _runs() -> Turns:
    return Turns(_settings().limits.runs, _settings().limits.runs_of_one)


def cores_of_run() -> int:
    """Give how many cores a sizing may use: all on one's own machine, its share where several may be under way."""
    allowed = settings()
    return max(1, CORES // allowed.limits.runs) if allowed.has_login else CORES


def check_years(replications: int, scenario: Scenario, hospitals: int = 1) -> None:
    """Refuse a run of more simulated years than the server allows.

    Raises
    ------
    PathwayError
        With how many it would be, and how many it may.
    """
    run, most = scenario.run, settings().limits.years
    years = hospitals * replications * (run.warm_up + run.length + run.follow_up) / YEAR
    if years > most:
        raise PathwayError(words.text("web.too_many_years", n=f"{years:,.0f}", most=f"{most:,}"))
