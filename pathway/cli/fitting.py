"""`pathway fit`: named capacities varied until the simulated bands of days come near to observed ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathway.cli.door import ScenarioFile, load_one, refusing
from pathway.cli.running import RUNS, Engine, NoStore, Store, Workers
from pathway.cli.studying import Vary, as_vary, read_factors, studying
from pathway.cli.validating import ObservedFile, name_of
from pathway.errors import SizingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pathway.experiment import Fit

Weight = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=NUMBER", help="How much a clock or an activity counts; 1 unless said."),
]
Replications = Annotated[int, typer.Option(min=4, metavar="N", help="Of the configurations that are left at last.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/NAME/fit by default.")]


def fit(  # noqa: PLR0913 - each is an option of the command
    scenario: ScenarioFile,
    observed: ObservedFile,
    vary: Vary = None,
    weight: Weight = None,
    replications: Replications = 36,
    engine: Engine = "auto",
    workers: Workers = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    out: Out = None,
) -> None:
    """Vary named capacities until the simulated bands of days come near to observed ones."""
    from pathway.interchange.observed_figures import read_observed
    from pathway.sizing import fit

    with refusing():
        factors = read_factors(vary)
        loaded = load_one(scenario, as_vary(factors))
        figures = read_observed(observed)
        weights = read_weights(weight or ())
        with studying(loaded, "fit", out, engine) as (folder, progress):
            found = fit(
                loaded,
                figures,
                factors,
                weights=weights,
                replications=replications,
                engine=engine,
                workers=workers,
                store=None if no_store else store,
                progress=progress,
            )
        page = write(found, loaded.files[-1], folder)
    say(found)
    typer.echo(f"The page is at {page.resolve()}, the fitted scenario at {(folder / 'fitted.yaml').resolve()}")


def read_weights(written: Sequence[str]) -> dict[str, float]:
    """Read how much each clock or activity counts.

    >>> read_weights(["d28=2"])
    {'d28': 2.0}
    """
    found = {}
    for text in written:
        name, _, number = text.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise SizingError(f"--weight {text!r}: expected NAME=NUMBER, such as faster_diagnosis=2") from None
    return found


def write(found: Fit, file: str, folder: Path) -> Path:
    """Write the tables as CSV, the fitted scenario as a question of its own, and the page; give the page's path."""
    from pathway.interchange.tables_out import write_table
    from pathway.report import write_fit
    from pathway.scenario import load_scenario, write_scenario

    for name in ("tried", "groups", "bands"):
        write_table(getattr(found, name), folder / f"{name}.csv")
    original = load_scenario(file)  # not with the period's referrals: the question is what was varied, and nothing else
    write_scenario(found.question(original), folder / "fitted.yaml")
    return write_fit(found, folder / "fit.html")


def say(found: Fit) -> None:
    """Print what was chosen, how near it came, and the distance of each group of bands."""
    from pathway.cli.tables import print_table

    rows = [
        [
            name_of(row.measure, row.subject, row.part),
            f"{row.weight:.2f}",
            *(f"{value:.1f}" for value in (row.before, row.after, row.floor, row.floor_high)),
        ]
        for row in found.groups.itertuples()
    ]
    columns = ("bands of", "weight", "before, days", "fitted, days", "by chance", "95 % by chance")
    print_table("Distance from what was observed", columns, rows, numbers=5)
    typer.echo("\n".join(["", *found.sentences()]))
