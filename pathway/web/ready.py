"""Questions that are ready to be asked: scenario files that lie beside the hospital's and are about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.scenario import Preview, differences, load_scenario, preview
from pathway.web.changes import Change

if TYPE_CHECKING:
    from pathway.scenario import Scenario

NOT_A_CHANGE = {"vary", "patients", "run"}  # another kind of question: how much is needed, from what on


@dataclass(frozen=True)
class Question:
    """A scenario file that changes the hospital."""

    file: str
    title: str


def questions(base: str) -> tuple[Question, ...]:
    """List the scenarios beside a hospital's file that are laid over it, directly or not, by file."""
    return _questions(base, words.language())


@lru_cache(maxsize=16)
def _questions(base: str, spoken: str) -> tuple[Question, ...]:  # noqa: ARG001 - titles are those of a language
    files = sorted(Path(base).parent.glob("*.yaml"))
    said = {path.name: heading for path in files if (heading := preview(path)) is not None}
    return tuple(
        Question(str(path), said[path.name].title)
        for path in files
        if path.name in said and said[path.name].title and _changes(path.name, Path(base).name, said)
    )


def _changes(name: str, base: str, said: Mapping[str, Preview]) -> bool:
    """Tell whether a file changes the base and asks nothing else, nor does any file between the two."""
    seen: set[str] = set()
    while name != base and name in said and name not in seen:
        if NOT_A_CHANGE & set(said[name].sections):
            return False
        seen.add(name)
        name = said[name].below
    return name == base and bool(seen)


def asked(base: Scenario, file: str) -> tuple[Scenario, Change]:
    """Read a question, and give all that it changes as one change."""
    scenario = load_scenario(file)
    return scenario, as_change(base, scenario, scenario.title or scenario.name)


def as_change(base: Scenario, scenario: Scenario, sentence: str) -> Change:
    """Give all that a scenario says differently from today as one change."""
    values: dict[str, object] = {}
    for row in differences(base, scenario):
        gone = row.b is None
        values[_first_missing(scenario.tree, row.path) if gone else row.path] = None if gone else row.b
    return Change(sentence, values)


def _first_missing(tree: object, path: str) -> str:
    """Give as much of a path as leads to what is not there: a whole mapping rather than each of its values."""
    parts = path.split(".")
    for length, part in enumerate(parts, 1):
        if not isinstance(tree, dict) or part not in tree:
            return ".".join(parts[:length])
        tree = tree[part]
    return path
