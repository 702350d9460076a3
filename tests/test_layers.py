"""The stairs: a room imports only from floors below it, and some libraries live in one room only."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pathway

PACKAGE = Path(__file__).parent.parent / "pathway"

FLOORS = {
    0: ["errors", "words"],
    1: ["clock", "hosting", "sampling"],
    2: ["graph"],
    3: ["models", "layout"],
    4: ["scenario"],
    5: ["plan", "eventlog"],
    6: ["engines", "metrics", "store"],
    7: ["load"],
    8: ["charts", "experiment"],
    9: ["report", "sizing", "sensitivity", "interchange"],
    10: ["cli", "worker", "web"],
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
DOORS = {"__init__", "__main__"}  # the front door looks up to every floor, lazily

LIVES_IN = {  # library -> where alone it may be imported
    "simpy": ["engines/reference"],
    "plotly": ["charts", "report"],
    "ruamel": ["scenario"],
    "yaml": ["scenario/syntax"],
    "pydantic": ["scenario"],
    "typer": ["cli"],
    "rich": ["cli"],
    "numba": ["sampling/keyed", "sampling/keeping", "engines"],
    "jinja2": ["report"],
    "joblib": ["experiment"],
    "distributed": ["experiment/cluster"],
    "pyarrow": ["store"],
    "holidays": ["clock"],
    "xlsxwriter": ["report/export/workbook"],
    "kaleido": ["report/export/pictures"],
    "defusedxml": ["interchange"],
    "streamlit": ["web"],
}

MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ["numba", "numpy", "pandas", "plotly", "pydantic", "scipy", "simpy", "networkx", "holidays", "typer", "rich"]


def place(path: Path) -> str:
    """Give a module's place in the package, such as ``engines/reference``."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def imported(path: Path) -> Iterator[str]:
    """Name every module a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(path)}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path: Path) -> set[str]:
    names = {name.split(".")[1] for name in imported(path) if name.startswith("pathway.")}
    return {name for name in names if not name.startswith("__")}


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_imports_point_down_the_stairs(path: Path) -> None:
    """A module imports from its own room and from floors below; rooms on one floor never import each other."""
    room = place(path).split("/")[0]
    if room in DOORS:
        return
    assert room in FLOOR_OF, f"say on which floor {room} is"

    upward = {other for other in rooms_imported(path) - {room} if FLOOR_OF[other] >= FLOOR_OF[room]}

    assert upward == set()


@pytest.mark.parametrize("path", MODULES, ids=place)
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    """A library that could be replaced is imported in one place, so that replacing it means changing one place."""
    here = place(path)
    libraries = {name.split(".")[0] for name in imported(path)}

    strays = {
        library
        for library in libraries & LIVES_IN.keys()
        if not any(here == home or here.startswith((f"{home}/", f"{home}_")) for home in LIVES_IN[library])
    }

    assert strays == set()


def test_every_room_has_a_floor() -> None:
    rooms = {place(path).split("/")[0] for path in MODULES} - DOORS

    assert rooms <= FLOOR_OF.keys()


def loaded_by(code: str) -> set[str]:
    """Give the heavy libraries a fresh Python has loaded after running `code`."""
    ask = f"import sys; {code}; print(' '.join(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True, cwd=PACKAGE.parent)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    """`import pathway` costs nothing; a name is fetched from its room when it is first asked for."""
    assert loaded_by("import pathway") == set()


def test_the_command_line_loads_only_what_parses_it() -> None:
    """`pathway --help` and `pathway check --help` load the command-line libraries and nothing they call."""
    assert loaded_by("import pathway.cli") <= {"typer", "rich"}


def test_the_front_door_has_every_public_name() -> None:
    """What `__all__` promises can be fetched, and is what `dir` shows."""
    assert all(getattr(pathway, name) is not None for name in pathway.__all__)
    assert set(pathway.__all__) <= set(dir(pathway))


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'"):
        pathway.simulat  # noqa: B018
