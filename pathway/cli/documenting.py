"""`pathway document`: the STRESS-DES reporting checklist of a scenario, as Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pathway.cli.door import ScenarioFile, folder_for, load_one, refusing


def document(
    scenario: ScenarioFile,
    results: Annotated[
        str, typer.Option(metavar="RESULTS", help="Results of it: a folder `pathway run` wrote, or a run of the store.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file; reports/NAME/stress_des.md by default.")
    ] = None,
    store: Annotated[Path, typer.Option(metavar="DIR", help="The store in which a run is looked for.")] = Path("runs"),
) -> None:
    """Write the STRESS-DES checklist: filled in as far as scenario and run know, the rest as questions."""
    from pathway.cli.exporting import read_results
    from pathway.errors import PathwayError
    from pathway.report.stress import write_document
    from pathway.scenario import fingerprint

    with refusing():
        loaded = load_one(scenario)
        found = read_results(results, store)[1] if results else None
        if found and fingerprint(loaded) not in map(fingerprint, found.scenarios.values()):
            raise PathwayError(f"{results}: these are no results of {scenario} as it is now; run it again")
        path = write_document(loaded, out or folder_for([loaded], None) / "stress_des.md", found)
    typer.echo(path)
