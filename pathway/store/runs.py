"""Runs: what was asked for, when, of which program, with the scenarios it was asked of."""

from __future__ import annotations

import json
import os
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathway.errors import PathwayError
from pathway.scenario import Scenario, fingerprint, load_scenario

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class StoredRun:
    """A run that is in a store: `manifest` says what was asked for and what was done."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def keys(self) -> dict[str, str]:
        """Under which key the replications of each scenario are kept."""
        return {name: str(about["key"]) for name, about in self.manifest["scenarios"].items()}

    @property
    def is_whole(self) -> bool:
        """Whether every replication that was asked for was finished."""
        return not self.manifest["interrupted"]

    def scenarios(self) -> dict[str, Scenario]:
        """Read the scenarios, which stand beside the manifest.

        Raises
        ------
        PathwayError
            If one of them no longer says what was simulated.
        """
        found = {}
        for name, about in self.manifest["scenarios"].items():
            path = self.folder / about["file"]
            found[name] = load_scenario(path, name=name)
            if fingerprint(found[name]) != about["fingerprint"]:
                raise PathwayError(f"{path}: this is no longer what was simulated in run {self.id}")
        return found


def write_run(store: Path, key: str, manifest: Mapping[str, Any], scenarios: Mapping[str, Scenario]) -> StoredRun:
    """Write down a run; what the same run had written before is replaced.

    Parameters
    ----------
    store
        The folder of the store.
    key
        The run's name (`run_key`).
    manifest
        What is to be known of it; `scenarios` in it, by name, gain the name of their file.
    scenarios
        What was simulated.
    """
    folder = store / key
    folder.mkdir(parents=True, exist_ok=True)
    about = {name: dict(each) for name, each in manifest["scenarios"].items()}
    for place, (name, scenario) in enumerate(scenarios.items()):
        about[name]["file"] = f"{place}_{re.sub(r'[^A-Za-z0-9]+', '_', name)}.yaml"
        unfinished = folder / f".{uuid.uuid4().hex}.yaml"
        unfinished.write_text(scenario.document, encoding="utf-8")
        unfinished.replace(folder / about[name]["file"])
    whole = {"id": key, **manifest, "scenarios": about}
    unfinished = folder / f".{uuid.uuid4().hex}.json"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(whole, file, indent=1, default=str)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / MANIFEST)
    return StoredRun(key, folder, whole)


def stored_run(store: Path, key: str) -> StoredRun | None:
    """Read a run, or None if it is not there.

    Raises
    ------
    PathwayError
        If its manifest is damaged.
    """
    path = store / key / MANIFEST
    if not path.exists():
        return None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        found = StoredRun(str(manifest["id"]), path.parent, manifest)
        found.keys, found.is_whole  # noqa: B018 - they are there, or this is no manifest
    except (ValueError, KeyError, TypeError, AttributeError) as reason:
        raise PathwayError(f"{path}: this is not, or no longer, the manifest of a run") from reason
    return found


def stored_runs(store: Path) -> list[StoredRun]:
    """Read all runs of a store, the latest first."""
    found = [stored_run(store, path.parent.name) for path in store.glob(f"*/{MANIFEST}")]
    return sorted((each for each in found if each), key=lambda each: (each.manifest["finished"], each.id), reverse=True)


def find_run(store: Path, start: str) -> StoredRun:
    """Find the run whose name starts so.

    Raises
    ------
    PathwayError
        If there is none, or more than one.
    """
    if not store.is_dir():
        raise PathwayError(f"{store}: there is no store of runs here")
    names = sorted(path.parent.name for path in store.glob(f"*/{MANIFEST}"))
    matching = [name for name in names if name.startswith(start)]
    if not matching:
        raise PathwayError(f"{store}: no run starts with {start!r}; `pathway runs list` names those there are")
    if len(matching) > 1 and start not in matching:
        raise PathwayError(f"{store}: {start!r} may be {' or '.join(matching)}; say more of it")
    found = stored_run(store, start if start in matching else matching[0])
    assert found is not None
    return found
