"""Finished replications kept on disk, so that a long experiment that was interrupted can be resumed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pathway.metrics import Measures

if TYPE_CHECKING:
    from pathway.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of finished replications: one file each, named by what was simulated."""

    folder: Path
    engine: str
    measuring: str = ""

    def path(self, scenario: Scenario, replication: int) -> Path:
        """Give the file of one replication; another scenario, seed or version of the program has another file.

        How many replications were asked for makes no difference.
        """
        import pathway
        from pathway.scenario import fingerprint

        without = {**scenario.tree, "run": {**_run(scenario), "replications": 0}}
        said = fingerprint(replace(scenario, tree=without))
        run = {key: str(value) for key, value in asdict(scenario.run).items() if key != "replications"}
        text = json.dumps([said, run, self.engine, self.measuring, pathway.__version__])
        return self.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}_{replication}.zip"

    def read(self, scenario: Scenario, replication: int) -> Measures | None:
        """Give what was measured of a replication, or None if it is not there."""
        path = self.path(scenario, replication)
        if not path.exists():
            return None
        with zipfile.ZipFile(path) as file:
            frames = {name: pd.read_parquet(io.BytesIO(file.read(name))) for name in file.namelist()}
        return Measures(frames.pop("summary"), frames)

    def write(self, scenario: Scenario, replication: int, measures: Measures) -> None:
        """Keep what was measured of a replication; a file is there whole or not at all."""
        path = self.path(scenario, replication)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        with zipfile.ZipFile(unfinished, "w") as file:
            for name, frame in {"summary": measures.summary, **measures.frames}.items():
                content = io.BytesIO()
                frame.to_parquet(content, index=False)
                file.writestr(name, content.getvalue())
        unfinished.replace(path)


def _run(scenario: Scenario) -> dict[str, object]:
    run = scenario.tree.get("run")
    return {str(key): value for key, value in run.items()} if isinstance(run, dict) else {}
