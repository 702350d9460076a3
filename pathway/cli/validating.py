"""`pathway validate`: a past period replayed, and what was observed in it beside what is predicted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathway.cli.door import NO, ScenarioFile, load_one, refusing
from pathway.cli.running import RUNS, Engine, NoStore, Store, Workers
from pathway.cli.studying import studying
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.experiment import Validation

KEYS = ["measure", "subject", "part", "statistic", "low_day", "high_day"]

ObservedFile = Annotated[
    str, typer.Argument(metavar="OBSERVED", help="A CSV of observed figures (docs/validating.md).")
]
Replications = Annotated[int, typer.Option(metavar="N", help="How many periods are simulated, at least 39.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/NAME/validation by default.")
]


def validate(  # noqa: PLR0913 - each is an option of the command
    scenario: ScenarioFile,
    observed: ObservedFile,
    replications: Replications = 40,
    engine: Engine = "auto",
    workers: Workers = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    out: Out = None,
) -> None:
    """Set what was observed in a past period beside what the scenario predicts for it."""
    from pathway.experiment import validate
    from pathway.interchange.observed_figures import read_observed

    with refusing():
        loaded = load_one(scenario)
        figures = read_observed(observed)
        with studying(loaded, "validation", out, engine) as (folder, progress):
            found = validate(
                loaded,
                figures,
                replications=replications,
                engine=engine,
                workers=workers,
                store=None if no_store else store,
                progress=progress,
            )
        page = write(found, folder)
    say(found)
    typer.echo(refusals.said(f"The page is at {page.resolve()}"))
    if not found.is_inside:
        raise typer.Exit(NO)


def write(found: Validation, folder: Path) -> Path:
    """Write the figures and case mixes as CSV, and the page; give the page's path."""
    from pathway.interchange.tables_out import write_table
    from pathway.report import write_validation

    write_table(found.figures, folder / "figures.csv")
    write_table(found.mixes, folder / "case_mix.csv")
    return write_validation(found, folder / "validation.html")


def say(found: Validation) -> None:
    """Print what cannot be compared, how many figures of each kind lie where, and the answer."""
    from pathway.cli.tables import print_table
    from pathway.experiment.validated import NOT_COMPARABLE, not_comparable, say_band

    for title, verdict, why in not_comparable(found):
        typer.echo(f"{title}: {verdict}" + (f" ({why})" if why else ""))
    rows = []
    for (measure, subject, part, statistic, low, high), each in found.figures.groupby(
        KEYS, sort=False, dropna=False, observed=True
    ):
        judged = each[~each["verdict"].isin(NOT_COMPARABLE)]
        if not len(judged):
            continue
        inside = int(judged["verdict"].isin(["inside", "within_spread"]).sum())
        what = (
            f"{statistic} {say_band(int(low), high)} days" if statistic == "share" or low or high == high else statistic
        )
        values = [f"{each[column].mean():.4g}" for column in ("observed", "predicted")]
        rows.append([name_of(measure, subject, part), what, *values, f"{inside} of {len(judged)}"])
    if rows:
        columns = ("what", "figure", "observed, mean", "predicted, mean", "inside")
        print_table("Observed and predicted", columns, rows, numbers=3)
    typer.echo("\n".join(["", *found.sentences()]))


def name_of(measure: object, subject: object, part: object) -> str:
    """Name what was observed: ``clock referral_to_treatment (first)``."""
    return f"{measure} {subject}" + (f" ({part})" if part != "all" else "")
