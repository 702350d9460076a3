"""manage.py: what it does on a Python that lacks something, and what the verbs pass on."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = (ROOT / "manage.py").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def manage() -> ModuleType:
    """A fresh manage.py, as a module."""
    spec = importlib.util.spec_from_file_location("manage", ROOT / "manage.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def commands(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What manage.py would have run, with nothing set up and nothing run."""
    ran: list[tuple[str, ...]] = []
    monkeypatch.setattr(manage, "set_up", lambda extra: None)
    monkeypatch.setattr(manage, "python", lambda *arguments: ran.append(arguments) or 0)
    return ran


def test_only_the_standard_library() -> None:
    """It has to run before anything is installed."""
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
    }

    assert names <= sys.stdlib_module_names


def test_an_old_python_can_read_it() -> None:
    """A Python that is too old must get as far as the sentence that says so."""
    ast.parse(SOURCE, feature_version=(3, 6))

    assert SOURCE.index("sys.version_info < OLDEST") < SOURCE.index("def ")


def test_an_old_python_is_told_in_a_sentence(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))

    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, and this is Python 3\.9"):
        exec(compile(SOURCE, "manage.py", "exec"), {"__name__": "manage"})


@pytest.mark.parametrize("missing", ["venv", "ensurepip"])
def test_without_venv_the_line_that_installs_it(
    manage: ModuleType, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Debian's Python comes without venv; the line that installs it is printed, and the exit code is 2."""
    monkeypatch.setattr(manage.importlib.util, "find_spec", lambda name: None if name == missing else object())
    monkeypatch.setattr(manage.Path, "exists", lambda path: str(path) == "/etc/debian_version")

    with pytest.raises(SystemExit) as stop:
        manage.make_venv()

    assert stop.value.code == 2
    assert "apt install python3-venv" in capsys.readouterr().err


def test_run_takes_the_base_scenario_unless_others_are_named(
    manage: ModuleType, commands: list[tuple[str, ...]]
) -> None:
    manage.main(["run", "--replications", "3"])
    manage.main(["run", "scenarios/other.yaml"])

    assert commands == [
        ("-m", "pathway", "run", "scenarios/base.yaml", "--replications", "3"),
        ("-m", "pathway", "run", "scenarios/other.yaml"),
    ]


def test_test_fails_when_a_linter_does(manage: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check runs, and one failure is enough."""
    ran: list[str] = []
    monkeypatch.setattr(manage, "set_up", lambda extra: None)
    monkeypatch.setattr(manage, "python", lambda *arguments: ran.append(arguments[1]) or int(arguments[1] == "mypy"))

    assert manage.main(["test"]) == 1
    assert {each.split()[-1] for each in ran[:-1]} == {"ruff", "mypy", "make_ready()"}
    assert ran[-1] == "pytest"


def test_an_installation_is_due_when_versions_change(
    manage: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).write_text("one")
    monkeypatch.setattr(manage, "ROOT", tmp_path)
    before = manage.fingerprint()
    (tmp_path / "constraints.txt").write_text("other")

    assert manage.fingerprint() != before


def test_no_verb_is_bad_input() -> None:
    done = subprocess.run([sys.executable, ROOT / "manage.py"], capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "usage: manage.py" in done.stderr


def test_every_requirement_is_pinned_without_an_address() -> None:
    """constraints.txt names an exact version of everything pyproject asks for, and no place to fetch it from."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    asked = PROJECT["dependencies"] + [name for extra in PROJECT["optional-dependencies"].values() for name in extra]

    assert all(re.fullmatch(r'[\w.-]+==[\w.]+(; sys_platform [!=]= "\w+")?', pin) for pin in pins)
    assert {_name(requirement) for requirement in asked} <= {_name(pin) for pin in pins}


def _name(requirement: str) -> str:
    match = re.match(r"[\w.-]+", requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match[0]).lower()
