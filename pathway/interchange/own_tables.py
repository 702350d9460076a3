"""Our own event logs as CSV tables in a folder: `visits.csv` and `cases.csv`, and `holds.csv` if it is there."""

from __future__ import annotations

import hashlib
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np

from pathway.interchange.gathering import Gathered, code_of, with_used_activities
from pathway.interchange.moments import seconds_of
from pathway.interchange.observed import GOING_ON, UNKNOWN, UNSAID, Attribute, Booleans, Ints, ObservedLog
from pathway.interchange.own_logs import STREAM, own_notes
from pathway.interchange.refusing import Faults
from pathway.interchange.rows import Tell, missing, opened

VISITS = ("case", "state", "visit", "enqueued_at", "started_at", "ended_at", "outcome")
CASES = ("arrived_at", "end_state")
HOLDS = ("case", "state", "visit", "resource", "units")


def is_own_folder(folder: Path) -> bool:
    """Tell whether a folder holds the tables of a log."""
    return (folder / "visits.csv").exists() and (folder / "cases.csv").exists()


def read_own_tables(folder: Path, tell: Tell | None = None) -> ObservedLog:
    """Read the tables of a log that `pathway log --format csv` wrote.

    Raises
    ------
    RefusedError
        If columns are missing or times cannot be read, with the lines.
    """
    rows = Gathered(folder.name)
    digests: list[str] = []
    held = _held(folder, rows)
    visits, nothing = array("q"), 0
    with _opened(folder / "visits.csv", VISITS, rows, digests, tell) as found:
        for line, cells in found:
            outcome = cells["outcome"]
            nothing += outcome not in ("completed", "open")
            began, ended = (_seconds(cells, name, line, rows) for name in ("started_at", "ended_at"))
            if outcome not in ("completed", "open") or began == UNKNOWN:
                continue
            text = held.get((cells["case"], cells["state"], cells["visit"]), "")
            resource = code_of(rows.resources, text) if text else -1
            activity, asked = code_of(rows.activities, cells["state"]), _seconds(cells, "enqueued_at", line, rows)
            still = UNKNOWN if outcome == "open" else ended
            visits.extend((_number(cells["case"], line, rows), activity, asked, began, still, resource, line))
    arrived, outcomes, ends, streams = array("q"), array("q"), dict[str, int](), dict[str, int]()
    stream = array("q")
    with _opened(folder / "cases.csv", CASES, rows, digests, None) as found:
        for line, cells in found:
            arrived.append(_seconds(cells, "arrived_at", line, rows))
            outcomes.append(code_of(ends, cells["end_state"]) if cells["end_state"] else GOING_ON)
            stream.append(code_of(streams, cells.get("stream", "")))
    case = np.asarray(visits, np.int64)[::7]
    if case.size and not 0 <= case.min() <= case.max() < len(arrived):
        rows.fault("cases", 1, f"visits.csv has cases that are not in cases.csv, of which there are {len(arrived):,}")
    rows.faults.refuse()
    table = np.asarray(visits, np.int64).reshape(-1, 7)
    table = table[np.lexsort((table[:, 6], table[:, 2], table[:, 0]))]
    takes_time = _take_time(table, len(rows.activities))
    table = table[takes_time[table[:, 1]]]
    holding = {int(code) for code in np.unique(table[table[:, 5] >= 0, 1])}
    cases = len(arrived)
    log = ObservedLog(
        source=folder.name,
        digest=hashlib.sha256("".join(digests).encode()).hexdigest(),
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
        outcome=np.array(outcomes or [UNSAID], np.int64),
        outcomes=tuple(ends),
        resources=tuple(rows.resources),
        rows=len(visits) // 7 + nothing,
        never_held=frozenset(range(len(rows.activities))) - holding if held else frozenset(),
        has_holds=bool(held),
        attributes=(Attribute(STREAM, tuple(streams), np.asarray(stream, np.int64)),),
        notes=own_notes(nothing, tuple(streams), ()),
    )
    return with_used_activities(log)


def _take_time(table: Ints, activities: int) -> Booleans:
    """Tell the states in which time ever passes; decisions, forks and joins take none and are no activities."""
    passes = np.zeros(activities, dtype=bool)
    some = (table[:, 4] == UNKNOWN) | (table[:, 4] > table[:, 2])
    passes[np.unique(table[some, 1])] = True
    return passes


def _held(folder: Path, rows: Gathered) -> dict[tuple[str, str, str], str]:
    """Give what each visit held, as one text."""
    held: dict[tuple[str, str, str], list[str]] = {}
    path = folder / "holds.csv"
    if not path.exists():
        return {}
    with _opened(path, HOLDS, rows, [], None) as found:
        for _, cells in found:
            units = "" if cells["units"] == "1" else f"{cells['units']} "
            held.setdefault((cells["case"], cells["state"], cells["visit"]), []).append(units + cells["resource"])
    return {key: sys.intern(", ".join(sorted(said))) for key, said in held.items()}


@contextmanager
def _opened(
    path: Path, needed: tuple[str, ...], rows: Gathered, digests: list[str], tell: Tell | None
) -> Iterator[Iterator[tuple[int, dict[str, str]]]]:
    """Open one of the tables; its rows by name. What is wrong with it is said with its own name."""
    faults = Faults(f"{rows.source}/{path.name}")
    rows.faults, before = faults, rows.faults
    with opened(path, faults, tell=tell) as table:
        for name in needed:
            if name not in table.columns:
                faults.add("a column missing", table.head, missing(name, table.columns))
        faults.refuse()
        yield ((line, dict(zip(table.columns, cells, strict=True))) for line, cells in table)
        digests.append(table.digest())
    faults.refuse()
    rows.faults = before


def _seconds(cells: dict[str, str], name: str, line: int, rows: Gathered) -> int:
    text = cells[name]
    if not text:
        return UNKNOWN
    try:
        return seconds_of(datetime.fromisoformat(text))[0]
    except ValueError:
        rows.fault("times", line, f"the time {text[:40]!r} in {name} is not in the form our logs have")
        return UNKNOWN


def _number(text: str, line: int, rows: Gathered) -> int:
    if not text.isdecimal():
        rows.fault("cases", line, "the case is no whole number, as our logs have it")
        return 0
    return int(text)
