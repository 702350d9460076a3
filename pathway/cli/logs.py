"""`pathway log`: the event log of one replication, exact (Parquet), to be read (CSV), or to be mined (XES, OCEL)."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathway.cli.door import ScenarioFile, folder_for, load_one, refusing

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario

NONE = -1  # "not", in any column of a log
TABLES = ("visits", "holds", "capacity", "sessions", "cases")
TIMES = {"at", "opens", "closes", "released_at", "from", "to", "enqueued_at", "started_at", "ended_at", "arrived_at"}


class Format(StrEnum):
    """How a log is written."""

    parquet = "parquet"
    csv = "csv"
    xes = "xes"
    ocel = "ocel"


def log(
    scenario: ScenarioFile,
    replication: Annotated[int, typer.Option(min=0, metavar="N", help="Which replication; 0 is the first.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The folder to write to, reports/NAME/log by default; of xes and ocel also a file (.xes.gz: packed).",
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - it is the option's name
        Format,
        typer.Option(
            help="parquet: whole numbers, for pathway.load_log. csv: names and dates. "
            "xes: IEEE 1849, for process mining. ocel: OCEL 2.0 JSON, patients and resources as objects."
        ),
    ] = Format.parquet,
    engine: Annotated[str, typer.Option(metavar="NAME", help="The engine.")] = "auto",
    zone: Annotated[
        str,
        typer.Option(
            metavar="ZONE",
            help="Of xes and ocel: the hospital's time zone, such as Europe/London, or an offset, such as +08:00.",
        ),
    ] = "UTC",
) -> None:
    """Simulate one replication and write its event log: visits, holds, capacity, booked sessions, cases."""
    from pathway.engines import simulate

    with refusing():
        loaded = load_one(scenario)
        events = simulate(loaded, replication, engine)
        place = out or folder_for([loaded], None) / "log"
        if format is Format.parquet:
            events.save(place)
        elif format is Format.csv:
            write_csv(events, place)
        else:
            place = write_for_mining(events, loaded, place, format, zone)
        typer.echo(f"{events!r}\n{place}")


def write_for_mining(events: EventLog, scenario: Scenario, place: Path, format: Format, zone: str) -> Path:  # noqa: A002
    """Write a log as XES or OCEL, to the file that is named or to one named after the scenario in the folder."""
    from pathway.interchange.ocel_out import write_ocel
    from pathway.interchange.xes_out import write_xes

    ending, write = (".xes", write_xes) if format is Format.xes else (".ocel.json", write_ocel)
    is_file = place.name.endswith((".xes", ".xes.gz") if format is Format.xes else ".json")
    return write(events, scenario, place if is_file else place / f"{scenario.name}{ending}", zone=zone)


def write_csv(events: EventLog, folder: Path) -> None:
    """Write a log's tables as CSV: names in place of codes, dates and times in place of minutes, nothing for "not"."""
    from pathway.interchange.tables_out import write_table

    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        frame = events.frame(table)
        for column in frame.columns:
            if column in TIMES:
                frame[column] = events.timestamps(frame[column].to_numpy())
            elif column == "session":
                frame[column] = frame[column].mask(frame[column] == NONE).astype("Int32")
        write_table(frame, folder / f"{table}.csv", dates="%Y-%m-%dT%H:%M")
