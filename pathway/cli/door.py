"""What every command does first: read its scenarios, and refuse bad input without a traceback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathway.errors import Finding, PathwayError, ScenarioError
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.scenario import Scenario

NO, BAD_INPUT = 1, 2  # exit codes; `NO` is the answer, not a fault

ABOUT_FILE = "A scenario file, or the name of a packaged model."
ScenarioFile = Annotated[str, typer.Argument(metavar="SCENARIO", help=ABOUT_FILE)]
ScenarioFiles = Annotated[list[str], typer.Argument(metavar="SCENARIO", help=ABOUT_FILE)]


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what the package refuses, and a disk that does, into a message in the language in force and exit code 2."""
    try:
        yield
    except PathwayError as refusal:
        typer.echo(refusals.said(str(refusal)), err=True)
        raise typer.Exit(BAD_INPUT) from None
    except OSError as refusal:
        typer.echo(refusals.said(f"{refusal.filename}: {refusal.strerror}"), err=True)
        raise typer.Exit(BAD_INPUT) from None


def load_all(files: Sequence[str], changes: Mapping[str, object] | None = None) -> list[Scenario]:
    """Load scenarios, each with the same changes; whatever is wrong with any of them is raised together."""
    from pathway.scenario import load_scenario

    scenarios: list[Scenario] = []
    findings: list[Finding] = []
    for file in files:
        try:
            scenarios.append(load_scenario(file, changes=changes))
        except ScenarioError as refusal:
            findings.extend(refusal.findings)
    if findings:
        raise ScenarioError(findings)
    return scenarios


def load_one(file: str, changes: Mapping[str, object] | None = None) -> Scenario:
    """Load one scenario."""
    return load_all([file], changes)[0]


def folder_for(scenarios: Sequence[Scenario], out: Path | None) -> Path:
    """Give the folder a command writes to: the one asked for, or reports/ and the scenarios' names."""
    return out or Path("reports") / "+".join(scenario.name for scenario in scenarios)
