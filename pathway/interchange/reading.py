"""Reading an event log, whatever wrote it: by its kind, as a mapping says, and not more than there is memory for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pathway.errors import Finding, PathwayError, nearest
from pathway.interchange.event_tables import read_events
from pathway.interchange.gathering import Duplicates, assemble
from pathway.interchange.log_mapping import LogMapping, read_log_mapping
from pathway.interchange.observed import ObservedLog
from pathway.interchange.own_logs import observed_from
from pathway.interchange.own_tables import is_own_folder, read_own_tables
from pathway.interchange.refusing import Faults, RefusedError, unsaid
from pathway.interchange.room import Room, out_of_memory
from pathway.interchange.rows import Tell
from pathway.interchange.xes import read_xes


@unsaid
def read_log(  # noqa: PLR0913 - each says how one thing in the file is to be read
    path: Path | str,
    *,
    mapping: Path | str | None = None,
    columns: Mapping[str, str] | None = None,
    dates: str | None = None,
    zone: str | None = None,
    attributes: tuple[str, ...] = (),
    duplicates: Duplicates = "refuse",
    sort: bool = False,
    free: int | None = None,
    progress: Tell | None = None,
) -> ObservedLog:
    """Read an event log: XES or CSV, plain or packed, or a folder that `pathway log` wrote.

    Parameters
    ----------
    path
        The file or the folder.
    mapping
        A file that says how the log is written (docs/calibrating.md); what is said beside it counts before it.
    columns
        Of a CSV file: which column holds what, where it has no usual name.
    dates
        Of a CSV file: the form of its times, if it is not ISO 8601.
    zone
        Where the clock hangs by which times are to be understood, such as Europe/London; needed where times have an
        offset from UTC.
    attributes
        The columns (or keys, of XES) that say something of the case and are carried into the scenario.
    duplicates
        What to do with rows that are the same in every column: refuse, keep or drop.
    sort
        Put the rows of each case into the order of their times instead of refusing what is out of order.
    free
        Bytes of memory that may be used; what is free by default.
    progress
        Is told how many bytes of how many have been read, and how many rows these were.

    Raises
    ------
    RefusedError
        If anything is wrong with the file, with every line at fault, or if there is not memory enough for it.
    ScenarioError
        If anything is wrong with the mapping.
    """
    path = Path(path)
    said = read_log_mapping(mapping) if mapping is not None else LogMapping()
    said = said.also(columns or {}, dates, tuple(attributes), zone)
    faults, room = Faults(path.name), Room(free)

    def tell(done: int, size: int, rows: int) -> None:
        room.check(faults, done, size, rows)
        if progress:
            progress(done, size, rows)

    try:
        if path.is_dir():
            return _read_folder(path, said, tell)
        size = path.stat().st_size  # a file that is not there is the disk's to report
        is_xes = path.name.lower().removesuffix(".gz").endswith((".xes", ".xml"))
        if is_xes and said.says_columns():
            message = "XES has no columns: only codes, attributes and a zone can be said"
            raise RefusedError([Finding(path.name, 1, 1, message)])
        rows, digest = (read_xes if is_xes else read_events)(path, said, tell)
        room.check(faults, size, size, len(rows.case))
        return assemble(rows, digest, duplicates=duplicates, sort=sort)
    except MemoryError:
        out_of_memory(faults)
        raise


def _read_folder(path: Path, said: LogMapping, tell: Tell) -> ObservedLog:
    from pathway.eventlog import load_log

    if said.says_columns() or said.codes or said.zone is not None:
        raise PathwayError(f"{path}: a log of our own has its own names, forms and clock; only attributes can be said")
    if (path / "visits.parquet").exists():
        log = observed_from(load_log(path), digest="")
    elif is_own_folder(path):
        log = read_own_tables(path, tell)
    else:
        message = "is a folder without a log of ours: neither visits.parquet nor visits.csv"
        raise RefusedError([Finding(str(path), 1, 1, message)])
    known = [each.name for each in log.attributes]
    wrong = [
        Finding(path.name, 1, 1, f"there is no attribute {name!r} that could be carried{nearest(name, known)}")
        for name in said.attributes
        if name not in known
    ]
    if wrong:
        raise RefusedError(wrong)
    return replace(log, attributes=tuple(each for each in log.attributes if each.name in said.attributes))
