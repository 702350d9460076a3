"""What commands share that start scenarios from a hospital's own waiting list: their options, and the reading."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.scenario import Scenario

ListFile = Annotated[
    Path | None,
    typer.Option("--waiting-list", metavar="CSV", help="Start from who waits or is under way, a row a patient."),
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="YAML", help="What that list calls its columns and codes.")
]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="The list's date: the run starts there, without a warm-up.")
]
SkipBadRows = Annotated[
    bool, typer.Option("--skip-bad-rows", help="Leave out rows of the list in which something is wrong, and say which.")
]

LongRun = Annotated[
    bool,
    typer.Option(
        "--long-run/--no-long-run",
        help="With a waiting list, also simulate each scenario without it, for the level its lists come down to.",
    ),
]


def as_before(scenarios: list[Scenario], path: Path | None, *, long_run: bool) -> dict[str, Scenario]:
    """Give the scenarios that a list changes, by name, if they are to be simulated without it too."""
    return {scenario.name: scenario for scenario in scenarios} if path is not None and long_run else {}


def started(
    scenarios: list[Scenario], path: Path | None, mapping: Path | None, as_of: str | None, skip_bad_rows: bool
) -> tuple[list[Scenario], dict[str, dict[str, Any]]]:
    """Start scenarios from a waiting list, if there is one, and say its totals; give these by scenario too."""
    from pathway.errors import PathwayError

    if path is None:
        if mapping is not None or as_of is not None or skip_bad_rows:
            raise PathwayError("--mapping, --as-of and --skip-bad-rows are about a list; name it by --waiting-list")
        return scenarios, {}
    from pathway.interchange.waiting_list import waiting_list_of

    found = [waiting_list_of(scenario, path, mapping, as_of, skip_bad_rows=skip_bad_rows) for scenario in scenarios]
    for scenario, record in found:
        if len(found) > 1:
            typer.echo(scenario.name)
        for sentence in record.sentences():
            typer.echo(refusals.said(sentence))
    return [scenario for scenario, _ in found], {scenario.name: record.as_dict() for scenario, record in found}
