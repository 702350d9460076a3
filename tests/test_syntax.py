"""The two readers of YAML give the same events, so that nothing depends on which of them is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml.error import YAMLError

from pathway.models import model_names, model_path
from pathway.scenario import syntax

FILES = [*map(model_path, model_names()), *sorted(Path("scenarios").glob("*.yaml"))]
TEXTS = [path.read_text(encoding="utf-8").splitlines() for path in FILES]
ALL_KINDS = """\
a: 1
b: [x, y, {c: d, "e": 'it''s'}]
f:
  - g
  - h: |
      as it
      stands
    i: >-
      folded
      text

      of two parts
j: "a\\tb\\u00e9"
k: &all {l: m}
n: *all
? o
: p, q; r - s
"""
TEXTS.append(ALL_KINDS.splitlines())
PIECES = [
    *"\n :-{}[],#&*!|>'\"%@`?~<=.\\/0a\t\rö中é\x85\u2028\ufeff😀",
    "\n- ",
    "\n  ",
    "\n    ",
    ": ",
    "? ",
    "|\n",
    "|-\n",
]
PIECES += [
    ">\n",
    ">+2\n",
    "''",
    "\\n",
    "\\u00e9",
    "...\n",
    "---\n",
    "# c\n",
    "&a ",
    "*a",
    "!!str ",
    "! ",
    " #",
    "%YAML 1.1\n",
]

pytestmark = pytest.mark.skipif(not yaml.__with_libyaml__, reason="PyYAML is without libyaml")


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """Some lines of a real file, with pieces put in and taken out."""
    lines = draw(st.sampled_from(TEXTS))
    first = draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[first : first + draw(st.integers(1, 24))])
    for _ in range(draw(st.integers(0, 4))):
        at, without = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 0, 1, 3]))
        text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + without :]
    return text


def told(text: str) -> list[Any] | None:
    """Give what the tree is built from: kinds, texts, quotes, tags, anchors, and where each begins."""
    found = []
    try:
        for event in syntax.events(text):
            is_end = type(event).__name__.endswith("EndEvent")
            place = None if is_end else (event.start_mark.line, event.start_mark.column)
            said = [getattr(event, name, None) for name in ("value", "implicit", "tag", "anchor")]
            found.append((type(event).__name__, place, *map(str, said)))
    except YAMLError:
        return None
    return found


@given(text=damaged())
def test_both_readers_give_the_same_events(text: str) -> None:
    """Also of what is refused: it is refused with either, and said by the same one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(syntax.libyaml, "__with_libyaml__", False)
        slow = told(text)
    assert told(text) == slow


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_our_own_files_are_read_by_libyaml(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is doubtful is rare: none of our own files has to wait for the slow reader."""
    monkeypatch.setattr(syntax, "YAML", None)
    assert told(path.read_text(encoding="utf-8"))
