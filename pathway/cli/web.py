"""`pathway web`: the managers' pages in a browser."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from pathway import words
from pathway.cli.door import BAD_INPUT, load_one, refusing
from pathway.cli.speaking import VARIABLE

BASE = Path("scenarios/base.yaml")
SETTINGS = {  # nothing is sent anywhere, nothing is read from the visitor's own settings
    "browser.gatherUsageStats": "false",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "20",
    "runner.postScriptGC": "false",  # or it looks through all that is kept after every redraw, which holds up an answer
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "theme.base": "light",
    "theme.primaryColor": "#005a8c",
    "theme.textColor": "#000000",  # captions are paler by two fifths, and must still be read
}


def web(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="The hospital as it is today.")] = str(BASE),
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Where the pages are.")] = 8501,
    address: Annotated[str, typer.Option(metavar="ADDRESS", help="127.0.0.1 is this machine only.")] = "127.0.0.1",
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Where scenarios are saved.")] = Path("my_scenarios"),
) -> None:
    """Open the pages for managers in a browser: today, what if, how much is needed."""
    if find_spec("streamlit") is None:
        typer.echo("The pages need Streamlit: pip install 'pathway-simulator[web]', or python3 manage.py web", err=True)
        raise typer.Exit(BAD_INPUT)
    with refusing():
        load_one(scenario)
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    options += [f"--server.port={port}", f"--server.address={address}"]
    where = {"PATHWAY_WEB_SCENARIO": scenario, "PATHWAY_WEB_FOLDER": str(folder), VARIABLE: words.language()}
    typer.echo(f"The pages are at http://{address}:{port} (Ctrl-C ends them)")
    command = [sys.executable, "-m", "pathway.web", scenario, *options]
    try:
        raise typer.Exit(subprocess.run(command, env=os.environ | where, check=False).returncode)
    except KeyboardInterrupt:
        raise typer.Exit from None
