"""What the store knows of an experiment: the run it makes, how much of it is there, and what stored runs came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.experiment.kept import as_measures
from pathway.experiment.results import Results
from pathway.store import Shelf, StoredRun, program, replication_key, run_key, stored_run, write_run

if TYPE_CHECKING:
    from pathway.metrics import Measures
    from pathway.scenario import Scenario


class Record:
    """An experiment's place in a store: its key, what an earlier run left there, how many replications are there."""

    def __init__(self, store: Path, scenarios: Sequence[Scenario], replications: int, engine: str) -> None:
        self.store, self.scenarios, self.replications, self.engine = store, scenarios, replications, engine
        self.keys = {scenario.name: replication_key(scenario, engine) for scenario in scenarios}
        self.key = run_key(self.keys, replications)
        self.earlier = stored_run(store, self.key)
        shelves = (Shelf(store, key).files for key in self.keys.values())
        self.there = sum(number in files for files in shelves for number in range(replications))

    @property
    def verified(self) -> dict[str, int]:
        """How many rows of each scenario's first replication both engines had alike when this was asked before."""
        return dict(self.earlier.manifest["verified"]) if self.earlier else {}

    @property
    def is_answer(self) -> bool:
        """Whether this very run is in the store, with every replication."""
        whole = self.there == self.replications * len(self.scenarios)
        return self.earlier is not None and self.earlier.is_whole and whole

    def write(self, manifest: Mapping[str, Any]) -> None:
        """Write the run down; an answer from the store stays as it is, but for what was verified since."""
        lists = {key: manifest[key] for key in ("waiting_list",) if key in manifest}
        answer = self.earlier.manifest if self.earlier and self.is_answer else {}
        known = {**answer, "verified": manifest["verified"], **lists} if answer else {}
        if self.earlier and known == self.earlier.manifest:
            return
        new = {name: manifest[name] for name in ("verified", "interrupted", "workers", "started", "finished")}
        about = {
            scenario.name: {
                "key": self.keys[scenario.name],
                "fingerprint": manifest["fingerprints"][scenario.name],
                "seed": scenario.run.seed,
                "title": scenario.title,
            }
            for scenario in self.scenarios
        }
        said = {"replications": self.replications, "complete": manifest["replications"], "engine": self.engine}
        made = {**said, **new, **lists, "program": dict(program()), "scenarios": about}
        write_run(self.store, self.key, known or made, {scenario.name: scenario for scenario in self.scenarios})

    def said(self) -> dict[str, Any]:
        """What the results' manifest says of the store."""
        answer = self.earlier if self.is_answer else None
        finished = answer.manifest["finished"] if answer else None
        return {"store": str(self.store), "run": self.key, "there": self.there, "answered": finished}


def stored_results(store: Path, run: StoredRun) -> Results:
    """Give the results of a run in a store.

    Raises
    ------
    PathwayError
        If some of its replications are no longer there.
    """
    from pathway.experiment.stacking import stacked_measures

    found: list[tuple[tuple[str, int], Measures]] = []
    for name, files in stored_files(store, run).items():
        shelf = Shelf(store, run.keys[name])
        measured = {number: as_measures(frames) for number, frames in shelf.read(list(files))}
        found += [((name, number), measured[number]) for number in sorted(measured)]
    table, frames = stacked_measures(found)
    manifest = {**run.manifest, "replications": run.manifest["complete"]}
    return Results(table, frames, run.scenarios(), manifest)


def stored_files(store: Path, run: StoredRun) -> dict[str, dict[int, Path]]:
    """Say for each scenario of a run in which file each replication is.

    Raises
    ------
    PathwayError
        If some are no longer there.
    """
    found = {}
    for name, key in run.keys.items():
        files = Shelf(store, key).files
        wanted = range(run.manifest["complete"])
        if gone := [number for number in wanted if number not in files]:
            raise PathwayError(
                f"{store}: {len(gone)} replications of {name} in run {run.id} are no longer in the store; "
                "running the same again puts them back"
            )
        found[name] = {number: files[number] for number in wanted}
    return found
