"""`pathway outlook`: the week in which today's capacity stops sufficing, if referrals grow."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pathway.cli.door import ScenarioFile, load_one, refusing
from pathway.cli.running import RUNS, Engine, NoStore, Store, Workers, said_if_slow
from pathway.cli.sizing import Target, counting

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
    from pathway.engines import make_ready
    from pathway.report import write_outlook
    from pathway.scenario import read_value
    from pathway.sizing import growth_from_text, outlook

    with refusing():
        loaded = load_one(scenario)
        growing = dict(growth_from_text(text) for text in grow)
        goals = [read_value(text, "--target") for text in target] if target else None
        folder = out or Path("reports") / loaded.name / "outlook"
        folder.mkdir(parents=True, exist_ok=True)  # before a long run rather than after it, should that be impossible
        with said_if_slow("Compiling the engine; this is kept for the next time ..."):
            make_ready(engine)
        with counting() as progress:
            found = outlook(
                loaded,
                growing,
                goals,  # type: ignore[arg-type]  # checked as part of the scenario
                years=years,
                replications=replications,
                engine=engine,
                workers=workers,
                store=None if no_store else store,
                progress=progress,
            )
        found.weeks.to_csv(folder / "weeks.csv", index=False, float_format="%.6g")
        found.answers.to_csv(folder / "answers.csv", index=False)
        page = write_outlook(found, folder / "outlook.html")
    typer.echo("\n".join(found.sentences()))
    typer.echo(f"The page is at {page.resolve()}")
