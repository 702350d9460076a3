"""`pathway outlook`: the week in which today's capacity stops sufficing, if referrals grow."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pathway.cli.door import ScenarioFile, load_one, refusing
from pathway.cli.running import RUNS, Engine, NoStore, Store, Workers
from pathway.cli.studying import Target, read_targets, studying
from pathway.words import refusals

Grow = Annotated[
    list[str],
    typer.Option(
        metavar="STREAM=SHARE", help="What grows, and by how much a year: suspected=5%. May be given several times."
    ),
]
Years = Annotated[int, typer.Option(metavar="N", help="How far to look ahead.")]
Replications = Annotated[int, typer.Option(min=2, metavar="N", help="How many.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/NAME/outlook by default.")
]


def outlook(  # noqa: PLR0913 - each is an option of the command
    scenario: ScenarioFile,
    grow: Grow,
    target: Target = None,
    years: Years = 5,
    replications: Replications = 20,
    engine: Engine = "auto",
    workers: Workers = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    out: Out = None,
) -> None:
    """Find the week in which today's capacity stops sufficing, if referrals grow."""
    from pathway.interchange.tables_out import write_table
    from pathway.report import write_outlook
    from pathway.sizing import growth_from_text, outlook

    with refusing():
        loaded = load_one(scenario)
        growing = dict(growth_from_text(text) for text in grow)
        with studying(loaded, "outlook", out, engine) as (folder, progress):
            found = outlook(
                loaded,
                growing,
                read_targets(target),
                years=years,
                replications=replications,
                engine=engine,
                workers=workers,
                store=None if no_store else store,
                progress=progress,
            )
        write_table(found.weeks, folder / "weeks.csv")
        write_table(found.answers, folder / "answers.csv")
        page = write_outlook(found, folder / "outlook.html")
    typer.echo("\n".join(found.sentences()))
    typer.echo(refusals.said(f"The page is at {page.resolve()}"))
