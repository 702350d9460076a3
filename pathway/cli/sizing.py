"""`pathway size`: the cheapest configuration that meets the targets, with a stated probability of being right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathway import words
from pathway.cli.door import NO, ScenarioFile, load_one, refusing
from pathway.cli.running import RUNS, Engine, NoStore, Store, Workers
from pathway.cli.studying import Target, Vary, as_vary, read_factors, read_targets, studying
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.experiment import Sizing


Probability = Annotated[float, typer.Option(metavar="P", help="With at least which the choice is to be right.")]
Tolerance = Annotated[float, typer.Option(metavar="SHARE", help="How much of a miss does not matter.")]
First = Annotated[int, typer.Option(metavar="N", help="Replications each configuration begins with.")]
AtMost = Annotated[int, typer.Option(metavar="N", help="Replications a configuration may take.")]
PlausibleSets = Annotated[
    int, typer.Option(min=0, metavar="N", help="Try the choice in N plausible sets of inputs (`uncertain`).")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/NAME/size by default.")]


def size(  # noqa: PLR0913 - each is an option of the command
    scenario: ScenarioFile,
    vary: Vary = None,
    target: Target = None,
    probability: Probability = 0.95,
    tolerance: Tolerance = 0.02,
    first: First = 20,
    at_most: AtMost = 500,
    plausible: PlausibleSets = 0,
    engine: Engine = "auto",
    workers: Workers = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    out: Out = None,
) -> None:
    """Find the cheapest configuration that meets the targets, with a stated probability of being right."""
    from pathway.cli.tables import print_table
    from pathway.experiment.sized_words import say_configurations
    from pathway.sizing import size

    with refusing():
        factors = read_factors(vary)
        loaded = load_one(scenario, as_vary(factors))
        with studying(loaded, "size", out, engine) as (folder, progress):
            sized = size(
                loaded,
                factors,
                read_targets(target),
                probability=probability,
                tolerance=tolerance,
                first=first,
                at_most=at_most,
                plausible=plausible,
                engine=engine,
                workers=workers,
                store=None if no_store else store,
                progress=progress,
            )
        page = write(sized, folder)
    typer.echo("\n".join(sized.sentences()))
    columns, rows = say_configurations(sized)
    print_table(words.text("sizing.table"), columns, rows, numbers=len(columns) - 2)
    typer.echo(refusals.said(f"The page is at {page.resolve()}"))
    if sized.choice is None:
        raise typer.Exit(NO)


def write(sized: Sizing, folder: Path) -> Path:
    """Write the tables as CSV, the chosen scenario, the answer in sentences, and the page; give the page's path."""
    from pathway.interchange.tables_out import write_table
    from pathway.report import write_sizing
    from pathway.scenario import write_scenario

    for name in ("configurations", "targets", "use", "waits"):
        write_table(getattr(sized, name), folder / f"{name}.csv")
    if sized.chosen is not None:
        write_scenario(sized.chosen, folder / "chosen.yaml")
    (folder / "answer.txt").write_text("\n".join(sized.sentences()), encoding="utf-8")
    return write_sizing(sized, folder / "sizing.html")
