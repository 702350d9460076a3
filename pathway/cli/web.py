"""`pathway web`: the managers' pages in a browser."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathway import words
from pathway.cli.door import BAD_INPUT, load_one, refusing
from pathway.cli.speaking import VARIABLE

if TYPE_CHECKING:
    from pathway.hosting import Settings

BASE = Path("scenarios/base.yaml")
CONFIG = "PATHWAY_WEB_CONFIG"
HERE = ("localhost", "127.0.0.1", "::1")
SETTINGS = {  # nothing is sent anywhere, nothing is read from the visitor's own settings
    "browser.gatherUsageStats": "false",
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.enableStaticServing": "false",
    "logger.level": "warning",
    "logger.hideWelcomeMessage": "true",
    "logger.enableRich": "false",  # its tracebacks quote what variables hold
    "runner.postScriptGC": "false",  # or it looks through all that is kept after every redraw, which holds up an answer
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "theme.base": "light",
    "theme.primaryColor": "#005a8c",
    "theme.textColor": "#000000",  # captions are paler by two fifths, and must still be read
}
NO_LOGIN = """Not started: --address {address} is reached from other machines, and there is no login.
Everybody who finds the address would see, change and save what everybody else does. Either
  --config server.toml   names who may log in, and as what (docs/deploy.md), or
  --without-login        says that this is meant: a closed network, or a proxy before it that asks who one is."""


def web(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="The hospital as it is today.")] = str(BASE),
    port: Annotated[int, typer.Option(min=1, max=65535, metavar="N", help="Where the pages are.")] = 8501,
    address: Annotated[str, typer.Option(metavar="ADDRESS", help="127.0.0.1 is this machine only.")] = "127.0.0.1",
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Where scenarios are saved.")] = Path("my_scenarios"),
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", envvar=CONFIG, help="Login, roles and limits of a server (TOML).")
    ] = None,
    without_login: Annotated[
        bool, typer.Option("--without-login", help="Let other machines in although nobody has to log in.")
    ] = False,
) -> None:
    """Open the pages for managers in a browser: today, what if, how much is needed."""
    if find_spec("streamlit") is None:
        typer.echo("The pages need Streamlit: pip install 'pathway-simulator[web]', or python3 manage.py web", err=True)
        raise typer.Exit(BAD_INPUT)
    with refusing():
        settings = _settings(config, address, without_login)
        load_one(scenario)
    options = [f"--{name}={value}" for name, value in SETTINGS.items()]
    options += [f"--server.port={port}", f"--server.address={address}"]
    options += [f"--server.maxUploadSize={settings.limits.upload_mb}"]
    options += [f"--server.allowedHosts={host}" for host in _hosts(settings, address)]
    options += [f"--secrets.files={settings.file}"] if settings.has_login else []  # Streamlit finds the login there
    where = {"PATHWAY_WEB_SCENARIO": scenario, "PATHWAY_WEB_FOLDER": str(folder), VARIABLE: words.language()}
    where |= {CONFIG: settings.file}
    typer.echo(f"The pages are at http://{address}:{port} (Ctrl-C ends them)")
    command = [sys.executable, "-m", "pathway.web", scenario, *options]
    raise typer.Exit(served(command, os.environ | where))


def served(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run the pages until they end, or until this command is told to; give their exit code, 0 if it was."""
    with subprocess.Popen(command, env=environment) as pages:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # whichever way it is told
        try:
            return pages.wait()
        except KeyboardInterrupt:
            pages.terminate()
            return 0
        finally:
            signal.signal(signal.SIGTERM, before)


def _settings(config: Path | None, address: str, without_login: bool) -> Settings:
    """Read a server's file, or be content without one; refuse to let others in whom nobody has named."""
    from pathway.hosting import Settings, is_loopback, read_settings

    if config is None:
        if not is_loopback(address):
            if not without_login:
                typer.echo(NO_LOGIN.format(address=address), err=True)
                raise typer.Exit(BAD_INPUT)
            typer.echo("There is no login: everybody who reaches the pages may do everything.", err=True)
        return Settings()
    settings = read_settings(config)
    if without_login:
        typer.echo(f"--without-login contradicts the login of {config}", err=True)
        raise typer.Exit(BAD_INPUT)
    if find_spec("authlib") is None or find_spec("httpx") is None:
        typer.echo("A login needs Authlib and httpx: pip install 'pathway-simulator[server]'", err=True)
        raise typer.Exit(BAD_INPUT)
    if os.name == "posix" and config.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        typer.echo(f"{config} holds secrets, and everybody on this machine may read it: chmod 640 {config}", err=True)
    return settings


def _hosts(settings: Settings, address: str) -> tuple[str, ...]:
    """Name the hosts by which the pages may be asked for, so that no other site's page can in a visitor's browser."""
    from pathway.hosting import is_loopback

    if settings.has_login:
        return (settings.host, *HERE)
    return HERE if is_loopback(address) else ()
