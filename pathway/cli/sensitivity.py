"""`pathway sensitivity`: which uncertain number matters most, and what is chance anyway."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pathway.cli.door import ScenarioFile, load_one, refusing
from pathway.cli.running import RUNS, Engine, NoStore, Store, Workers
from pathway.cli.studying import studying
from pathway.words import refusals

Figures = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FIGURE",
        help="What is followed: 'p90 wait nanoknife' (statistic, measure, subject); the targets by default. "
        "May be given several times.",
    ),
]
Only = Annotated[
    list[str] | None, typer.Option(metavar="PATH", help="A number that is moved; all uncertain ones by default.")
]
Replications = Annotated[int, typer.Option(min=2, metavar="N", help="Of each run with one number moved.")]
Morris = Annotated[
    int, typer.Option(min=0, metavar="N", help="Also screen by Morris's method, from N starting points.")
]
Sets = Annotated[int, typer.Option(min=0, metavar="N", help="Also simulate N plausible sets of inputs.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/NAME/sensitivity by default.")
]


def sensitivity(  # noqa: PLR0913 - each is an option of the command
    scenario: ScenarioFile,
    figure: Figures = None,
    only: Only = None,
    replications: Replications = 10,
    morris: Morris = 0,
    sets: Sets = 0,
    engine: Engine = "auto",
    workers: Workers = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    out: Out = None,
) -> None:
    """Move uncertain numbers within their limits, and see what depends on them."""
    from pathway.interchange.tables_out import write_table
    from pathway.report import write_sensitivity
    from pathway.sensitivity import asked_from_text, plausible, screening, tornado

    with refusing():
        loaded = load_one(scenario)
        asked = [asked_from_text(text) for text in figure] if figure else None
        with studying(loaded, "sensitivity", out, engine) as (folder, progress):
            how: dict[str, Any] = {
                "engine": engine,
                "workers": workers,
                "store": None if no_store else store,
                "progress": progress,
            }
            one = tornado(loaded, asked, only, replications=replications, **how)
            screened = screening(loaded, asked, only, trajectories=morris, **how) if morris else None
            many = plausible(loaded, asked, only, sets=sets, **how) if sets else None
        write_table(one.table, folder / "tornado.csv")
        if screened is not None:
            write_table(screened.table, folder / "screening.csv")
        if many is not None:
            write_table(many.table, folder / "plausible.csv")
            write_table(many.ranks, folder / "ranks.csv")
            write_table(many.sets, folder / "sets.csv")
        page = write_sensitivity(one, folder / "sensitivity.html", screening=screened, plausible=many)
    typer.echo("\n".join(one.sentences() + (many.sentences() if many is not None else [])))
    typer.echo(refusals.said(f"The page is at {page.resolve()}"))
