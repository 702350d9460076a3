"""`pathway show`, the pathway as a drawing; `pathway diff`, what differs between two scenarios as one table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pathway.cli.door import ScenarioFile, folder_for, load_all, load_one, refusing
from pathway.cli.tables import print_table


def show(
    scenario: ScenarioFile,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The file to write; reports/NAME/pathway.html by default.")
    ] = None,
    mermaid: Annotated[bool, typer.Option("--mermaid", help="Mermaid text; printed unless --out is given.")] = False,
    bpmn: Annotated[
        bool, typer.Option("--bpmn", help="BPMN 2.0 with diagram coordinates; reports/NAME/pathway.bpmn by default.")
    ] = False,
) -> None:
    """Draw the pathway: states, routes and their shares."""
    from pathway.graph import to_mermaid
    from pathway.interchange.bpmn_out import write_bpmn
    from pathway.report import write_drawing

    with refusing():
        loaded = load_one(scenario)
        if mermaid and out is None:
            typer.echo(to_mermaid(loaded.pathway), nl=False)
            return
        out = out or folder_for([loaded], None) / ("pathway.bpmn" if bpmn else "pathway.html")
        out.parent.mkdir(parents=True, exist_ok=True)
        if bpmn:
            write_bpmn(loaded, out)
        elif mermaid:
            out.write_text(to_mermaid(loaded.pathway), encoding="utf-8")
        else:
            write_drawing(loaded, out)
        typer.echo(out)


def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A scenario file.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Another.")],
) -> None:
    """Show what differs between two scenarios, in one table."""
    from pathway.scenario import differences
    from pathway.scenario.sources import compact

    with refusing():
        first, second = load_all([one, other])
        found = differences(first, second)
        rows = [(row.path, compact(row.a) or "–", compact(row.b) or "–", row.source) for row in found]
        if rows:
            print_table(f"{first.name} and {second.name}", ("where", first.name, second.name, "source"), rows)
        else:
            typer.echo(f"{first.name} and {second.name} say the same")
