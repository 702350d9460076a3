"""`pathway compare`: scenarios against a first one, in a sentence each and a table, with the report behind it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from pathway.cli.door import ABOUT_FILE, folder_for, load_all, refusing
from pathway.cli.running import RUNS, Engine, NoStore, Out, Replications, Store, Verify, Workers, simulated, write
from pathway.cli.starting import AsOf, ListFile, LongRun, MappingFile, SkipBadRows, as_before, started
from pathway.cli.tables import print_table
from pathway.words import refusals

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment import Results
    from pathway.report.comparing import Told
    from pathway.scenario import Scenario


class Together(StrEnum):
    """How intervals are made to hold all at once."""

    bonferroni = "bonferroni"
    sidak = "sidak"


def compare(  # noqa: PLR0913 - each is an option of the command
    base: Annotated[str, typer.Argument(metavar="BASE", help=f"What to compare with. {ABOUT_FILE}")],
    others: Annotated[list[str], typer.Argument(metavar="OTHER", help="What is compared with it, one or several.")],
    replications: Replications = None,
    workers: Workers = None,
    engine: Engine = "auto",
    out: Out = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    level: Annotated[float, typer.Option(min=0.5, max=0.9999, help="How sure intervals are to be.")] = 0.95,
    simultaneous: Annotated[
        Together | None, typer.Option(help="Let all intervals hold at once, over every figure and scenario.")
    ] = None,
    independent: Annotated[
        bool, typer.Option("--independent", help="A seed of its own for each scenario, in place of the same luck.")
    ] = False,
    top: Annotated[int, typer.Option(min=1, metavar="N", help="How many figures are printed.")] = 20,
    verify: Verify = True,
    waiting_list: ListFile = None,
    mapping: MappingFile = None,
    as_of: AsOf = None,
    skip_bad_rows: SkipBadRows = False,
    long_run: LongRun = True,
) -> None:
    """Compare scenarios with a first one: what changes, in plain words, and every figure with its interval.

    Replications are paired, with the same luck in each scenario; with a waiting list, all begin with the same patients.
    Writes the report and compare.csv.
    """
    from pathway.experiment import Experiment
    from pathway.interchange.tables_out import write_table
    from pathway.report import Terms, told

    with refusing():
        before = load_all([base, *others])
        if independent:
            before = with_own_seeds(before)
        loaded, lists = started(before, waiting_list, mapping, as_of, skip_bad_rows)
        experiment = Experiment(
            loaded,
            replications=replications,
            engine=engine,
            workers=workers,
            store=None if no_store else store,
            verify=verify,
            lists=lists,
            unchanged=as_before(before, waiting_list, long_run=long_run),
        )
        folder = folder_for(loaded, out)
        folder.mkdir(parents=True, exist_ok=True)
        results = simulated(experiment, loaded, folder)
        terms = Terms(level, simultaneous)
        report = write(results, folder, terms)
        write_table(every_difference(results, terms.level, terms.simultaneous), folder / "compare.csv")
    say(told(results, terms), top)
    typer.echo(f"\nEvery figure is in {(folder / 'compare.csv').resolve()}")
    typer.echo(refusals.said(f"The report is at {report.resolve()}"))


def with_own_seeds(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Give each scenario the seed of the first and its place, and say so."""
    first = scenarios[0].run.seed
    seeds = [first + place for place in range(len(scenarios))]
    said = ", ".join(f"{scenario.name} {seed}" for scenario, seed in zip(scenarios, seeds, strict=True))
    typer.echo(f"Seeds of their own (that of the first, and one more for each): {said}", err=True)
    return [
        scenario.override({"run.seed": seed}, name=scenario.name, title=scenario.title)
        for scenario, seed in zip(scenarios, seeds, strict=True)
    ]


def every_difference(results: Results, level: float, simultaneous: str | None) -> pd.DataFrame:
    """Give all differences that are known, what changed most first."""
    frame = results.compare(next(iter(results.scenarios)), level=level, simultaneous=simultaneous, sort="change")
    return frame[frame["n"] > 0]


def say(told: Told, top: int) -> None:
    """Print the sentences, what pairs are worth, and the table."""
    for sentence in told.sentences:
        typer.echo(f"\n{sentence}")
    typer.echo("\n" + "\n".join([told.note, *told.worth]))
    table = told.table(top)
    if table.rows:
        print_table(table.title, table.columns, table.rows, numbers=len(table.right) + 1)
    else:
        typer.echo(told.none)
