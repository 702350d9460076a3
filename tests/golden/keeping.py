"""Where the golden logs are, and how they are read and rewritten."""

from __future__ import annotations

from pathlib import Path

from pathway.engines import simulate
from pathway.eventlog import EventLog, first_difference, load_log
from pathway.scenario import load_scenario

FOLDER = Path(__file__).parent


def kept_logs() -> list[str]:
    """List the names of the scenarios whose logs are kept."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def simulated(name: str, engine: str = "simpy") -> EventLog:
    """Simulate a golden scenario as it is today."""
    return simulate(load_scenario(FOLDER / f"{name}.yaml"), engine=engine)


def kept(name: str) -> EventLog:
    """Read the log that was kept."""
    return load_log(FOLDER / name)


def rewrite(name: str) -> str:
    """Keep today's log if it differs from the one kept, and say what changed first."""
    log = simulated(name)
    change = first_difference(kept(name), log) if (FOLDER / name).exists() else "there was none"
    if change is not None:
        log.save(FOLDER / name)
    return change or "unchanged"
