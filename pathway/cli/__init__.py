"""The `pathway` command: parse, call, print, and nothing else.

Exit codes: 0 done; 1 the answer is no; 2 bad input, with every finding on standard error as
``file:line:column: message``.  Each command imports what it needs when it runs, so that
``pathway --help`` is there at once.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from pathway import __version__
from pathway.cli.calibrating import calibrate
from pathway.cli.checking import check, schema
from pathway.cli.comparing import compare
from pathway.cli.documenting import document
from pathway.cli.exporting import export
from pathway.cli.fitting import fit
from pathway.cli.importing import import_diagram
from pathway.cli.listing import waiting_list
from pathway.cli.logs import log
from pathway.cli.outlook import outlook
from pathway.cli.running import run
from pathway.cli.runs import runs
from pathway.cli.sensitivity import sensitivity
from pathway.cli.showing import diff, show
from pathway.cli.sizing import size
from pathway.cli.speaking import in_language
from pathway.cli.validating import validate
from pathway.cli.verifying import verify
from pathway.cli.warming_up import warm_up
from pathway.cli.web import web

app = typer.Typer(
    help="Simulates care pathways through a hospital, both described by text files.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for command in (
    check,
    show,
    diff,
    run,
    compare,
    warm_up,
    size,
    outlook,
    sensitivity,
    export,
    document,
    log,
    waiting_list,
    calibrate,
    validate,
    fit,
    verify,
    web,
    schema,
):
    app.command(no_args_is_help=command not in (schema, web))(in_language(command))
app.command("import", no_args_is_help=True)(in_language(import_diagram))
app.add_typer(runs, name="runs")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Simulates care pathways through a hospital, both described by text files."""


def main() -> None:
    """Run the command line; a character the terminal does not know becomes a question mark, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    app(prog_name="pathway")
