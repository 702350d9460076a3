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
VARIES, DEMAND = "vary", "streams"


@dataclass(frozen=True)
class Question:
    """A scenario file that lies over the hospital's, directly or not."""

    file: str
    title: str
    own: frozenset[str]  # sections of its own
    all: frozenset[str]  # and of what lies between it and the hospital's

    @property
    def is_change(self) -> bool:
        """Whether it changes the hospital, and asks nothing else."""
        return not self.all & NOT_A_CHANGE


def questions(base: str) -> tuple[Question, ...]:
    """List what changes a hospital: what lies right over it first, by file."""
    return tuple(each for each in _beside(base, words.language()) if each.is_change)


def demands(base: str) -> tuple[Question, ...]:
    """List what sends a hospital more patients, or fewer."""
    return tuple(each for each in questions(base) if DEMAND in each.all)


def needs(base: str) -> tuple[Question, ...]:
    """List what says what may vary, to find how much of it is needed."""
    return tuple(each for each in _beside(base, words.language()) if VARIES in each.own)


@lru_cache(maxsize=16)
def _beside(base: str, spoken: str) -> tuple[Question, ...]:  # noqa: ARG001 - titles are those of a language
    files = sorted(Path(base).parent.glob("*.yaml"))
    said = {path.name: heading for path in files if (heading := preview(path)) is not None}
    found = []
    for path in files:
        way = _down_to(Path(base).name, path.name, said)
        if way and said[path.name].title:
            own = frozenset(said[path.name].sections)
            whole = own.union(*(said[name].sections for name in way))
            found.append((len(way), Question(str(path), said[path.name].title, own, whole)))
    return tuple(question for _, question in sorted(found, key=lambda each: (each[0], each[1].file)))


def _down_to(base: str, name: str, said: Mapping[str, Preview]) -> list[str]:
    """Name the files from one down to the base, the base left out; none if it does not lie over it."""
    way: list[str] = []
    while name != base and name in said and name not in way:
        way.append(name)
        name = said[name].below
    return way if name == base else []


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
