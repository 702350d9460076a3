"""`pathway verify`: the fast engine against the one that is written to be read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pathway.cli.door import NO, ScenarioFile, folder_for, load_one, refusing


def verify(
    scenario: ScenarioFile,
    replications: Annotated[
        int, typer.Option("--replications", "-n", min=1, metavar="N", help="How many replications to compare.")
    ] = 1,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes to use; one a core.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where both logs go if they differ; reports/NAME/engines.")
    ] = None,
) -> None:
    """Simulate on the compiled engine and on SimPy, and say whether the event logs are identical, row by row.

    Exit code 1 if they are not.
    """
    from pathway.experiment import keep_both
    from pathway.experiment import verify as compare

    with refusing():
        loaded = load_one(scenario)
        found = compare(loaded, replications, workers=workers)
        different = [each for each in found if each.difference]
        if not different:
            rows = sum(each.rows for each in found)
            typer.echo(f"identical: {replications} replications of {loaded.name}, {rows:,} rows on either engine")
            return
        first = different[0]
        folder = out or folder_for([loaded], None) / "engines"
        keep_both(loaded, first.replication, folder)
    typer.echo(f"different in {len(different)} of {replications} replications")
    typer.echo(f"replication {first.replication}, the compiled engine against SimPy: {first.difference}")
    typer.echo(f"Both logs are in {folder}")
    raise typer.Exit(NO)
