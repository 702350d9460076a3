"""Running a stored run again, and comparing every figure and every table exactly."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway.experiment.kept import as_measures
from pathway.experiment.recording import stored_files
from pathway.experiment.replicating import replicate
from pathway.experiment.running import Clock, Progress
from pathway.metrics import Measures
from pathway.store import StoredRun, differing, program
from pathway.store.chunks import read_chunk

if TYPE_CHECKING:
    import pandas as pd

OPEN = 4  # files of the store kept at hand: replications come almost in order
NAMES = ("measure", "subject", "part", "statistic", "unit")


@dataclass(frozen=True, slots=True)
class Rerun:
    """How a run came out the second time: figures and table rows compared, the first difference (None: none)."""

    figures: int
    rows: int
    difference: str | None
    program: tuple[str, ...]  # in what today's program differs from the one that made the run


def rerun(store: Path, run: StoredRun, progress: Progress | None = None, **how: Any) -> Rerun:
    """Simulate a stored run again and compare it, replication by replication, with what is in the store.

    Parameters
    ----------
    store, run
        The store and the run in it.
    progress
        As `Experiment.run` takes it.
    **how
        `workers`, `backend`, `cluster`, as `replicate` takes them.
    """
    scenarios, files = run.scenarios(), stored_files(store, run)
    jobs = [(name, number) for name, found in files.items() for number in found]
    opened = lru_cache(maxsize=OPEN)(read_chunk)
    changed = tuple(differing(run.manifest["program"], program()))
    clock = Clock(len(jobs), progress)
    figures = rows = 0
    again = replicate([(scenarios[name], number) for name, number in jobs], engine=run.manifest["engine"], **how)
    with closing(again):
        for done, (place, measures) in enumerate(again, 1):
            name, number = jobs[place]
            stored = as_measures(opened(files[name][number])[number])
            if found := first_difference(stored, measures):
                return Rerun(figures, rows, f"{name}, replication {number}: {found}", changed)
            figures += len(measures.summary)
            rows += sum(len(frame) for frame in measures.frames.values())
            clock.tick(done)
    return Rerun(figures, rows, None, changed)


def first_difference(stored: Measures, again: Measures) -> str | None:
    """Say in words where two measures of a replication first differ; None if they are the same to the last bit."""
    if found := _in_figures(stored.summary, again.summary):
        return found
    for name in {**stored.frames, **again.frames}:
        one, other = stored.frames.get(name), again.frames.get(name)
        if one is None or other is None or not _plain(one).equals(_plain(other)):
            return f"the table {name} differs"
    return None


def _in_figures(stored: pd.DataFrame, again: pd.DataFrame) -> str | None:
    one, other = _values(stored), _values(again)
    for key in {**one, **other}:
        a, b = one.get(key), other.get(key)
        if a != b and not (a is not None and b is not None and a != a and b != b):  # two that are no number are alike
            return f"{' '.join(filter(None, key))} was {_say(a)} and is {_say(b)}"
    return None


def _values(frame: pd.DataFrame) -> dict[tuple[str, ...], float]:
    names = zip(*(frame[name].astype(str) for name in NAMES), strict=True)
    return dict(zip(names, frame["value"].tolist(), strict=True))


def _say(value: float | None) -> str:
    return "not there" if value is None else repr(value)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Give a table with names as texts, as the order of categories is no number."""
    return frame.astype({name: str for name in frame.columns if str(frame[name].dtype) in ("category", "object")})
