"""`pathway import`: a process diagram (BPMN 2.0) as the beginning of a scenario."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pathway.cli.door import refusing


def import_diagram(
    diagram: Annotated[Path, typer.Argument(metavar="DIAGRAM", help="A BPMN 2.0 file.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The scenario file; DIAGRAM.yaml by default.")
    ] = None,
) -> None:
    """Read a BPMN 2.0 diagram as a scenario file; TODO stands where a diagram cannot know a number."""
    from pathway.errors import PathwayError
    from pathway.interchange.bpmn_in import read_bpmn, todos
    from pathway.scenario import write_scenario

    with refusing():
        document = read_bpmn(diagram)
        path = out or diagram.with_suffix(".yaml")
        if path.exists():
            raise PathwayError(f"{path} is there already; --out names another file")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_scenario(document, path)
        missing = list(todos(document))
    typer.echo(path)
    if missing:
        typer.echo(f"{len(missing)} things a diagram cannot know are TODO; nothing runs until they are filled in:")
        for each in missing:
            typer.echo(f"  {each}")
