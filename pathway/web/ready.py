"""Questions that are ready to be asked: scenario files that lie beside the hospital's and are about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pathway.scenario import differences, load_scenario
from pathway.web.changes import Change

if TYPE_CHECKING:
    from pathway.scenario import Scenario

NOT_A_CHANGE = re.compile(r"(?m)^(vary|patients|run):")  # another kind of question: how much is needed, from what on


@dataclass(frozen=True)
class Question:
    """A scenario file that changes the hospital."""

    file: str
    title: str


@lru_cache(maxsize=16)
def questions(base: str) -> tuple[Question, ...]:
    """List the scenarios beside a hospital's file that are laid over it, in the order of their files."""
    found = []
    for path in sorted(Path(base).parent.glob("*.yaml")):
        text = path.read_text(encoding="utf-8", errors="replace")
        over = re.search(r"(?m)^extends: *(\S+)", text)
        title = re.search(r"""(?m)^title: *["']?(.+?)["']? *$""", text)
        if over and over[1] == Path(base).name and title and not NOT_A_CHANGE.search(text):
            found.append(Question(str(path), title[1]))
    return tuple(found)


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
