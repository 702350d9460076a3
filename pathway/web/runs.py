"""Reports, and the runs a store keeps: what was simulated when, of which scenarios, how often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.store import stored_runs

if TYPE_CHECKING:
    from pathway.store import StoredRun

MOST = 50  # runs listed


def reporting(base: str, others: Sequence[str], years: int, store: Path) -> list[str]:
    """Write the command that makes the report and the workbook of some scenarios beside today's."""
    options = [f"--replications={years}", "--workers=1", "--excel", "--no-verify", f"--store={store}", "--out={out}"]
    return ["run", base, *others, *options]


def past(store: Path) -> list[StoredRun]:
    """Give the runs of a store, the latest first."""
    return stored_runs(store)[:MOST] if store.is_dir() else []


def rows(found: Sequence[StoredRun]) -> list[dict[str, str]]:
    """Say of each run when it was, of what, and how many simulated years."""
    text = words.text
    return [
        {
            text("web.run"): each.id,
            text("web.when"): f"{datetime.fromisoformat(each.manifest['finished']).astimezone():%Y-%m-%d %H:%M}",
            text("web.scenarios"): ", ".join(each.keys),
            text("web.years"): str(each.manifest["complete"]),
        }
        for each in found
    ]
