"""The documents keep their word: examples run, links lead somewhere, generated pages are up to date."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import pathway
from docs import reference
from pathway.cli import app
from pathway.load import Loads, load_check
from pathway.scenario import Scenario, load_scenario

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*/README.md"))]
SHORT = {"run.warm_up": "1 week", "run.length": "4 weeks", "run.follow_up": "1 week", "run.replications": 2}
FEWER = re.compile(r"((?:^pathway run .*--replications |\breplications=))\d+")
REPORTING = "pathway run ", "pathway compare "
YEARS = 1  # of arrivals in a load check, instead of twenty


GENERATED = {"examples.md"}  # by running what they show; their commands differ in scenarios from those of other pages


def fences(page: Path, *languages: str) -> list[str]:
    """Give the fenced blocks of a page in some languages."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [text for language, text in found if language in languages]


def commands(page: Path) -> list[str]:
    """Give the `pathway` commands of a page."""
    lines = [line.strip() for block in fences(page, "", "sh") for line in block.splitlines()]
    return [line.partition(" #")[0] for line in lines if line.startswith("pathway ")]


def documents() -> dict[str, str]:
    """Give the scenario files that pages show, by name."""
    blocks = [block for page in PAGES for block in fences(page, "yaml")]
    return {found[1]: block for block in blocks if (found := re.search(r"^name: (\w+)", block, re.MULTILINE))}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make what takes long in the examples short: windows, the cohort of load checks, starting other processes."""
    load = load_scenario

    def load_short(path: str | Path, **how: Any) -> Scenario:
        return load(path, **how | {"changes": SHORT | (how.get("changes") or {})})

    monkeypatch.setattr(pathway, "load_scenario", load_short)
    monkeypatch.setattr("pathway.scenario.load.load_scenario", load_short)
    monkeypatch.setattr("pathway.load.load_check", checked_once)
    monkeypatch.setattr("pathway.experiment.replicating.worker_count", lambda workers, jobs: 1)  # their cores are busy


CHECKED: dict[str, Loads] = {}  # by scenario; the examples ask for the same ones


def checked_once(scenario: Scenario, **_: int) -> Loads:
    """Check a scenario's load, by a small cohort, the first time an example asks for it."""
    if scenario.name not in CHECKED:
        CHECKED[scenario.name] = load_check(scenario, years=YEARS)
    return CHECKED[scenario.name]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the project's scenarios in it, and those the pages tell people to write."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    (tmp_path / "tests" / "data").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "data" / "waiting_list.csv", tmp_path / "tests" / "data")
    for name, text in documents().items():
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", documents())
def test_scenario_files_shown_are_right(name: str, here: Path) -> None:
    scenario = pathway.load_scenario(f"scenarios/{name}.yaml")

    assert scenario.name == name
    assert not scenario.warnings


@pytest.mark.slow
@pytest.mark.usefixtures("here", "quick")
@pytest.mark.parametrize("page", [page for page in PAGES if fences(page, "python")], ids=lambda page: page.name)
def test_python_examples_run(page: Path) -> None:
    """Every Python example of a page runs, one after the other, on a shorter window."""
    names: dict[str, Any] = {}

    for block in fences(page, "python"):
        exec(compile(FEWER.sub(r"\g<1>2", block), page.name, "exec"), names)


@pytest.mark.slow
@pytest.mark.usefixtures("here", "quick")
@pytest.mark.parametrize(
    "command", sorted({command for page in PAGES if page.name not in GENERATED for command in commands(page)})
)
def test_commands_run(command: str, request: pytest.FixtureRequest) -> None:
    """Every `pathway` command of a page runs, on a shorter window; only the base's report is drawn whole."""
    if command.startswith(REPORTING) and command != "pathway run scenarios/base.yaml":
        request.getfixturevalue("front_only")
    done = CliRunner().invoke(app, shlex.split(FEWER.sub(r"\g<1>2", command))[1:])

    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    files = [link for link in links if not re.match(r"\w+:", link)]

    assert [link for link in files if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_generated_pages_are_up_to_date(name: str) -> None:
    """If this fails: `python3 manage.py docs`."""
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")

    assert written == reference.pages()[name]


def test_every_key_of_the_format_is_explained() -> None:
    """docs/keys.toml explains what the schema has, and nothing else."""
    said = reference.explanations()
    keys = reference.keys_of_schema()

    assert {(name, key) for name, part in said.items() for key in part} == {
        (name, key) for name, part in keys.items() for key in part
    }


def test_every_kind_of_object_is_on_the_page() -> None:
    placed = {name for _, names in reference.SECTIONS for name in names}

    assert placed == reference.keys_of_schema().keys()
