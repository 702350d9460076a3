"""What is refused is said in Chinese to who reads Chinese: every sentence of the code has its Chinese, whole and alone.

The English of a sentence stands in the code, and is the key of its Chinese in `pathway/words/refusals/zh.toml`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pathway import words
from pathway.words import refusals

PACKAGE = Path(__file__).parent.parent / "pathway"

# ---------------------------------------------------------------- every sentence of the code

ROOMS = (  # whose refusals and notes a page can show
    *("errors.py", "clock", "graph", "scenario", "interchange", "experiment", "sizing", "store", "web"),
    *("engines/__init__.py", "engines/compiled", "hosting/people.py"),
)
NOT_SAID = {  # files of these rooms whose sentences nobody reads as a refusal, and why
    "clock/say.py": "says times in words of the catalogue",
    "graph/mermaid.py": "writes a drawing's text",
    "interchange/bpmn_out.py": "writes a drawing's text",
    "interchange/xes_out.py": "writes a log",
    "interchange/calibration/document.py": "writes titles and sources into a scenario, which are nowhere translated",
    "interchange/calibration/sourcing.py": "writes the sources of a scenario, which are nowhere translated",
    "interchange/calibration/writing_times.py": "writes the draws of a scenario",
    "scenario/schema.py": "writes the schema of the format",
    "scenario/schema_words.py": "writes the schema of the format",
    "scenario/sources.py": "writes a scenario's sources",
    "web/views/shared.py": "the look of the page",
    # left, as no page runs the command that says them
    "interchange/bpmn_in.py": "`pathway import` of a drawing",
    "interchange/list_out.py": "`pathway waiting-list`",
    "interchange/observed_figures.py": "`pathway validate` and `fit`",
    "experiment/rerunning.py": "`pathway runs` again",
}
OTHERWISE = {  # sentences that are no refusal, and why
}
TWO_WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z`'(]{2,}")


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """Give the line and the template of every text of two words and more in a file, but for its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    inside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in inside and isinstance(node, ast.Constant | ast.JoinedStr):
            template = template_of(node)
            if TWO_WORDS.search(template):
                yield node.lineno, template


def template_of(node: ast.Constant | ast.JoinedStr) -> str:
    """Give a text of the code with its values as {}."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else refusals.HOLE for part in node.values)


def test_x():
    known = {each.english for what in ("sentences", "phrases") for each in refusals.templates("zh", what)}
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")) if (PACKAGE / room).is_dir() else [PACKAGE / room]:
            if path.relative_to(PACKAGE).as_posix() in NOT_SAID:
                continue
            for line, template in sentences(path):
                t = template.strip()
                if {t, "{} "+t, "{}: "+t} & known: continue
                s = re.sub(r"^(\{\})+|(\{\})+$", "", template)
                if any(s in k for k in known):
                    print("PART", path.relative_to(PACKAGE), line, template); continue
                print("MISS", path.relative_to(PACKAGE), line, template)
