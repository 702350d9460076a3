"""`pathway check`, what a scenario is made of and whether it can settle; `pathway schema`, for editors."""

from __future__ import annotations

import json
from collections import Counter
from math import isnan
from textwrap import shorten
from typing import TYPE_CHECKING

import typer

from pathway.cli.door import ScenarioFiles, load_all, refusing
from pathway.cli.tables import print_table
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.load import Loads
    from pathway.scenario import Scenario


SHOWN = 100  # characters of a value without a source
LOAD_COLUMNS = {
    "hours asked a year": ("demand_hours", ",.0f"),
    "hours open a year": ("open_hours", ",.0f"),
    "load": ("load", ".0%"),
    "in whole cases": ("whole_case_load", ".0%"),
}


def check(scenarios: ScenarioFiles) -> None:
    """Find everything that is wrong, then say how loaded each resource would be and which numbers have no source."""
    from pathway.load import load_check

    with refusing():
        for scenario in load_all(scenarios):
            print_facts(scenario)
            print_sources(scenario)
            print_loads(load_check(scenario))


def schema() -> None:
    """Print the JSON Schema of scenario files, with which editors complete and check keys."""
    from pathway.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def print_facts(scenario: Scenario) -> None:
    """Say what was read and that it holds together; warnings are no errors, but are said."""
    kinds = Counter(type(state).__name__.lower() for state in scenario.pathway.states.values())
    typer.echo(f"{scenario.name}: no errors ({' < '.join(scenario.files)})")
    typer.echo("states: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    for warning in scenario.warnings:
        typer.echo(f"warning: {refusals.said(str(warning))}", err=True)


def print_sources(scenario: Scenario) -> None:
    """Count the numbers with a source and the assumptions, and list those that have neither."""
    from pathway.scenario import sourcing

    numbers = sourcing(scenario)
    counts = Counter(number.kind for number in numbers)
    typer.echo(
        f"numbers: {len(numbers)}, of these {counts['sourced']} with a source, "
        f"{counts['assumption']} assumptions, {counts['none']} without a source"
    )
    unsourced = [number for number in numbers if number.kind == "none"]
    if unsourced:
        rows = [(number.path, shorten(number.value, SHOWN, placeholder=" …")) for number in unsourced]
        print_table("Numbers without a source", ("where", "value"), rows)


def print_loads(loads: Loads) -> None:
    """Show what each resource is asked for and offers, and name what never settles."""
    rows = [
        (str(row["resource"]), *(_number(row[key], form) for key, form in LOAD_COLUMNS.values()))
        for row in loads.resources.to_dict("records")
    ]
    print_table("Load, if nobody had to wait", ("resource", *LOAD_COLUMNS), rows, numbers=len(LOAD_COLUMNS))
    for sentence in loads.sentences():
        typer.echo(sentence)


def _number(value: float, form: str) -> str:
    return "–" if isnan(value) else format(value, form)
