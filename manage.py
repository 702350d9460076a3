#!/usr/bin/env python3
"""The project's verbs, on a bare Python: sets up `.venv` when that is due, then does what is asked.

    python3 manage.py run [SCENARIO.yaml ...] [options of `pathway run`]
    python3 manage.py web [options of `pathway web`]
    python3 manage.py test [options of pytest]

Uses nothing but the standard library, so that nothing has to be installed by hand.
"""

import argparse
import hashlib
import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # before anything an older Python would trip over
    found, needed = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST))
    sys.exit(f"This needs Python {needed} or newer, and this is Python {found}: start manage.py with a newer one.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
BASE = "scenarios/base.yaml"
BAD_SET_UP = 2


def main(arguments: list[str]) -> int:
    """Do one verb and give its exit code."""
    parser = argparse.ArgumentParser(prog="manage.py", description="Sets up what is needed, then does one thing.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name, (_, about) in VERBS.items():
        verbs.add_parser(name, help=about, add_help=False)
    verb = parser.parse_args(arguments[:1]).verb
    act, _ = VERBS[verb]
    return act(arguments[1:])


def run(rest: list[str]) -> int:
    """Simulate the base scenario, or those named, and write the report."""
    set_up("")
    named = any(argument.endswith((".yaml", ".yml")) for argument in rest)
    return python("-m", "pathway", "run", *([] if named else [BASE]), *rest)


def web(rest: list[str]) -> int:
    """Open the pages for managers in a browser."""
    set_up("web")
    return python("-m", "pathway", "web", *rest)


def test(rest: list[str]) -> int:
    """Run everything that checks the project: the linters, then the tests on all cores."""
    set_up("test")
    ready = "from pathway.engines import make_ready; make_ready()"  # once, rather than in every process at once
    with ThreadPoolExecutor() as beside:
        beside.submit(python, "-c", ready)
        linters = lint()
    # a file's tests stay together, as they share what it sets up; tests/conftest.py puts the longest files first
    shared_out = ["-n", str(min(os.cpu_count() or 1, 8)), "--dist=loadfile", "--no-loadscope-reorder"]
    tests = python("-m", "pytest", *shared_out, *rest)
    return linters or tests


def check(rest: list[str]) -> int:
    """Run the linters only: ruff and mypy."""
    set_up("test")
    return lint()


def lint() -> int:
    """Give the worst exit code of ruff and mypy."""
    print("ruff, mypy --strict ...", flush=True)
    return max(python("-m", "ruff", "check", "--quiet", "."), python("-m", "mypy", "--no-error-summary"))


def golden(rest: list[str]) -> int:
    """Rewrite the golden logs; the change needs a Regression line in CHANGELOG.md."""
    set_up("test")
    return python("-m", "tests.golden", *rest)


def bench(rest: list[str]) -> int:
    """Measure the engines beside other tools; write benchmarks/results.md and the tables of docs/performance.md."""
    set_up("test")
    return python("-m", "benchmarks", *rest)


def docs(rest: list[str]) -> int:
    """Rewrite the generated pages of docs/."""
    set_up("")
    return python("-m", "docs.reference", *rest)


def set_up(extra: str) -> None:
    """Make `.venv` and install the project into it, unless that has been done for these very versions."""
    if not PYTHON.exists() or subprocess.run([PYTHON, "-c", "import pip"], capture_output=True, check=False).returncode:
        make_venv()
    marker = VENV / f".installed-{extra or 'run'}"
    wanted = fingerprint()
    if marker.exists() and marker.read_text(encoding="ascii") == wanted:
        return
    print(f"Installing into {VENV} (the first time takes a minute or two) ...", flush=True)
    what = f".[{extra}]" if extra else "."
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--constraint", "constraints.txt"]
    if python(*pip, "--editable", what):
        sys.exit("The installation failed; pip says why above. Is there a network, or a package index pip knows of?")
    for done in {marker, VENV / ".installed-run"}:
        done.write_text(wanted, encoding="ascii")


def fingerprint() -> str:
    """Give a text that changes whenever an installation is due: other versions, another Python, another place."""
    text = hashlib.sha256(f"{ROOT} {sys.version_info[:2]}".encode())
    for name in ("pyproject.toml", "constraints.txt"):
        text.update((ROOT / name).read_bytes())
    return text.hexdigest()


def make_venv() -> None:
    """Make an empty `.venv`, or say which line installs what this Python lacks."""
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        print(f"This Python ({sys.executable}) has no venv. {venv_advice()}", file=sys.stderr)
        sys.exit(BAD_SET_UP)
    print(f"Making {VENV} ...", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False).returncode:
        print(f"Making .venv failed. {venv_advice()}", file=sys.stderr)
        sys.exit(BAD_SET_UP)


def venv_advice() -> str:
    """Give the line that installs venv on this system."""
    if Path("/etc/debian_version").exists():
        return "Install it with:\n    sudo apt install python3-venv"
    if Path("/etc/redhat-release").exists():
        return "Install it with:\n    sudo dnf install python3-pip"
    return "Install Python from python.org (it has venv), and start manage.py with that."


def python(*arguments: str) -> int:
    """Run the Python of `.venv` in the project's folder and give its exit code."""
    sys.stdout.flush()
    try:
        return subprocess.run([PYTHON, *arguments], cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:  # the child got it too, and has said what there is to say
        return 130


VERBS = {
    "run": (run, "simulate scenarios/base.yaml, or the scenarios named, and write the report"),
    "web": (web, "open the pages for managers in a browser"),
    "test": (test, "run ruff, mypy and every test"),
    "check": (check, "run ruff and mypy only"),
    "golden": (golden, "rewrite the golden logs (on purpose only)"),
    "bench": (bench, "measure beside other tools; writes benchmarks/results.md"),
    "docs": (docs, "rewrite the generated pages of docs/"),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
