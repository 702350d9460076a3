"""Our own event logs as CSV tables in a folder: `visits.csv` and `cases.csv`, and `holds.csv` if it is there."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np

from pathway.interchange.gathering import Gathered, code_of, with_used_activities
from pathway.interchange.moments import seconds_of
from pathway.interchange.observed import GOING_ON, UNKNOWN, UNSAID, Booleans, Ints, ObservedLog

VISITS = ("case", "state", "visit", "enqueued_at", "started_at", "ended_at", "outcome")
CASES = ("arrived_at", "end_state")


def is_own_folder(folder: Path) -> bool:
    """Tell whether a folder holds the tables of a log."""
    return (folder / "visits.csv").exists() and (folder / "cases.csv").exists()


def read_own_tables(folder: Path) -> ObservedLog:
    """Read the tables of a log that `pathway log --format csv` wrote.

    Raises
    ------
    RefusedError
        If columns are missing or times cannot be read, with the lines.
    """
    digest = hashlib.sha256()
    for name in ("visits.csv", "cases.csv"):
        digest.update((folder / name).read_bytes())
    rows = Gathered(f"{folder.name}/visits.csv")
    held = _held(folder)
    visits: list[tuple[int, ...]] = []
    nothing = 0
    for line, cells in _rows(folder / "visits.csv", VISITS, rows):
        began, ended = _seconds(cells["started_at"], line, rows), _seconds(cells["ended_at"], line, rows)
        if cells["outcome"] not in ("completed", "open"):
            nothing += 1
        if cells["outcome"] not in ("completed", "open") or began == UNKNOWN:
            continue
        text = held.get((cells["case"], cells["state"], cells["visit"]), "")
        resource = code_of(rows.resources, text) if text else -1
        asked = _seconds(cells["enqueued_at"], line, rows)
        still = UNKNOWN if cells["outcome"] == "open" else ended
        visits.append(
            (int(cells["case"]), code_of(rows.activities, cells["state"]), asked, began, still, resource, line)
        )
    arrived, outcome, ends = [], [], dict[str, int]()
    for line, cells in _rows(folder / "cases.csv", CASES, rows):
        arrived.append(_seconds(cells["arrived_at"], line, rows))
        outcome.append(code_of(ends, cells["end_state"]) if cells["end_state"] else GOING_ON)
    rows.refuse_if_faulty()
    table = np.array(visits, np.int64).reshape(-1, 7)
    table = table[np.lexsort((table[:, 6], table[:, 2], table[:, 0]))]
    takes_time = _take_time(table, len(rows.activities))
    table = table[takes_time[table[:, 1]]]
    holding = {int(code) for code in np.unique(table[table[:, 5] >= 0, 1])}
    cases = len(arrived)
    log = ObservedLog(
        source=folder.name,
        digest=digest.hexdigest(),
        activities=tuple(rows.activities),
        case=table[:, 0],
        activity=table[:, 1],
        asked=table[:, 2],
        started=table[:, 3],
        ended=table[:, 4],
        offset=np.zeros(len(table), np.int64),
        resource=table[:, 5],
        line=table[:, 6],
        first=np.searchsorted(table[:, 0], np.arange(cases + 1)),
        arrived=np.array(arrived, np.int64),
        arrived_offset=np.zeros(cases, np.int64),
        outcome=np.array(outcome or [UNSAID], np.int64),
        outcomes=tuple(ends),
        resources=tuple(rows.resources),
        rows=len(visits) + nothing,
        never_held=frozenset(range(len(rows.activities))) - holding if held else frozenset(),
        has_holds=bool(held),
        notes=(f"{nothing:,} visits that came to nothing were left out",) if nothing else (),
    )
    return with_used_activities(log)


def _take_time(table: Ints, activities: int) -> Booleans:
    """Tell the states in which time ever passes; decisions, forks and joins take none and are no activities."""
    passes = np.zeros(activities, dtype=bool)
    some = (table[:, 4] == UNKNOWN) | (table[:, 4] > table[:, 2])
    passes[np.unique(table[some, 1])] = True
    return passes


def _held(folder: Path) -> dict[tuple[str, str, str], str]:
    held: dict[tuple[str, str, str], list[str]] = {}
    path = folder / "holds.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            units = "" if cells["units"] == "1" else f"{cells['units']} "
            held.setdefault((cells["case"], cells["state"], cells["visit"]), []).append(units + cells["resource"])
    return {key: ", ".join(sorted(said)) for key, said in held.items()}


def _rows(path: Path, needed: tuple[str, ...], rows: Gathered) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        for name in missing:
            rows.fault("a column missing", 1, f"{path.name} has no column {name!r}")
        if not missing:
            yield from ((reader.line_num, cells) for cells in reader)


def _seconds(text: str, line: int, rows: Gathered) -> int:
    if not text:
        return UNKNOWN
    try:
        return seconds_of(datetime.fromisoformat(text))[0]
    except ValueError:
        rows.fault("times", line, f"the time {text[:40]!r} is not in the form our logs have")
        return UNKNOWN
