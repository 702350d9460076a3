"""`pathway waiting-list`: who waits or is under way at a date of a simulated run, as a list a run can start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pathway.cli.door import ScenarioFile, load_one, refusing
from pathway.words import refusals


def waiting_list(
    scenario: ScenarioFile,
    at: Annotated[str, typer.Option(metavar="DATE", help="The list's date, such as 2027-01-04: its first minute.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write; NAME_DATE.csv in this folder by default.")
    ] = None,
    replication: Annotated[int, typer.Option(min=0, metavar="N", help="Which replication; 0 is the first.")] = 0,
    engine: Annotated[str, typer.Option(metavar="NAME", help="The engine.")] = "auto",
) -> None:
    """Simulate up to a date, and write who waits or is under way then, for `pathway run --waiting-list`."""
    from pathway.interchange.list_out import list_at, write_list
    from pathway.interchange.waiting_list import day_of

    with refusing():
        loaded = load_one(scenario)
        made = list_at(loaded, day_of(at, "--at"), replication, engine)
        place = write_list(made, out or Path(f"{loaded.name}_{made.date}.csv"))
    for sentence in made.sentences():
        typer.echo(refusals.said(sentence))
    typer.echo(f"{place}\nStart from it: pathway run {scenario} --waiting-list {place} --as-of {made.date}")
