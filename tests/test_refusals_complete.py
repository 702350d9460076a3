"""Every sentence of the code with which a page can refuse something, or note it, has its Chinese: read out of the code.

The English of a sentence stands in the code, and is the key of its Chinese in `pathway/words/refusals/zh.toml`.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pathway.words import refusals

PACKAGE = Path(refusals.__file__).parent.parent.parent

ROOMS = (  # whose refusals and notes a page can show
    *("errors.py", "clock", "graph", "scenario", "interchange", "experiment", "sizing", "store", "web"),
    *("engines/__init__.py", "engines/compiled", "hosting/people.py", "metrics/moving.py", "metrics/owning.py"),
    *("sensitivity", "report/export/pictures.py", "report/export/browsers.py"),
)
NOT_SAID = {  # files of these rooms of which no text is shown as a refusal or a note, and why
    "clock/say.py": "says times in words of the catalogue",
    "graph/mermaid.py": "writes the text of a drawing",
    "interchange/bpmn_out.py": "writes the text of a drawing",
    "interchange/xes_out.py": "writes a log",
    "interchange/calibration/document.py": "writes titles and sources into a scenario, which are nowhere translated",
    "interchange/calibration/sourcing.py": "writes the sources of a scenario, which are not translated",
    "interchange/calibration/writing_times.py": "writes the draws of a scenario",
    "scenario/schema.py": "writes the schema of the format",
    "scenario/schema_words.py": "writes the schema of the format",
    "scenario/sources.py": "writes the sources of a scenario",
    "web/views/shared.py": "the look of the page",
    "experiment/fitted.py": "writes the sources and titles of a scenario",
    "experiment/sized_words.py": "says an answer in words of the catalogue",
    # left: no page runs the command that says them
    "experiment/rerunning.py": "`pathway runs rerun`",
    "experiment/warm_up.py": "`pathway warm-up`; a report says the same in words of the catalogue",
    "experiment/results.py": "what Python prints of results",
    "experiment/long_run.py": "what Python prints of results",
}
OTHERWISE = {  # texts of other files that are nothing refused, and why
    "module {} has no attribute {}": "Python's own way to say so, to who writes Python",
    "start, activity, delay, decision, fork, join, end": "keys of the format",
    "waiting list of {}, {} rows, SHA-256 {}": "the source of a scenario's patients",
    "no element found": "looked for in what the XML reader says",
    "Callable[[EventLog, Scenario], Measures]": "a type",
    "{}: {} is {} ± {}, asked for ± {}": "what Python prints; pages say it in words of the catalogue",
    "; about {} replications would be needed": "what Python prints; pages say it in words of the catalogue",
    "{}: {} has no precision yet, asked for ± {}": "what Python prints; pages say it in words of the catalogue",
    "as it is": "the name of a configuration",
    "Read from {}; TODO stands where a diagram cannot know.": "a remark written into a scenario",
    "as observed": "the source of a scenario's rates",
    "{clock: {}, within: {} days, share: {} percent}": "a line of a scenario",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome": "where a browser is",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe": "where a browser is",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe": "where a browser is",
    "{clock: diagnosis_28, share: 75 percent}": "a line of a scenario, as an example",
}
TWO_WORDS = re.compile(r"[A-Za-z]{2,}[,;:]? [A-Za-z`'(]{2,}")
KINDS = {"name": 1, "names": 1}  # where a call says in one word what was expected: fault("is no " + kind)
ELSEWHERE = (
    "libraries",
    "disk",
    "joined",
    "commands",
    "fits",
)  # sections of which the English stands elsewhere


@cache
def files() -> tuple[tuple[str, ast.Module], ...]:
    """Give every file of the rooms that can refuse something, by its place in the package."""
    rooms = [PACKAGE / room for room in ROOMS]
    paths = [file for room in rooms for file in (sorted(room.rglob("*.py")) if room.is_dir() else [room])]
    places = {file.relative_to(PACKAGE).as_posix(): file for file in paths}
    return tuple((place, ast.parse(places[place].read_text("utf-8"))) for place in places if place not in NOT_SAID)


def texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give line and template of every text in a file, with its values as {}; docstrings are no texts."""
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    inside |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in inside:
            continue
        if isinstance(node, ast.JoinedStr):
            parts = (str(part.value) if isinstance(part, ast.Constant) else refusals.HOLE for part in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


@cache
def keys() -> dict[str, str]:
    """Give the English of all that has Chinese, with its section."""
    document = tomllib.loads((PACKAGE / "words/refusals/zh.toml").read_text(encoding="utf-8"))
    return {key: name for sections in document.values() for name, section in sections.items() for key in section}


def is_part(template: str, key: str) -> bool:
    """Tell whether a sentence can be put together from a text: the text's own letters stand in it, in their order."""
    pieces = template.strip().removeprefix(refusals.HOLE).removesuffix(refusals.HOLE).split(refusals.HOLE)
    pattern = ".*".join(map(re.escape, pieces))
    found = all(piece in key for piece in pieces)
    return found and re.search(rf"(?<![A-Za-z](?=\w)){pattern}(?!(?<=\w)[A-Za-z])", key) is not None


def has_chinese(template: str) -> bool:
    """Tell whether a text has Chinese: with a path before it or without, or as a part of longer sentences."""
    whole = template.strip()
    return bool({whole, f"{{}} {whole}", f"{{}}: {whole}"} & keys().keys()) or any(
        is_part(whole, key) for key in keys()
    )


def test_every_sentence_of_the_code_has_its_chinese() -> None:
    """Every text of two words and more in a room that can refuse something, but for those named above with a reason."""
    found = [(place, *each) for place, tree in files() for each in texts(tree) if TWO_WORDS.search(each[1])]
    assert len(found) > 400
    missing = [f"{place}:{line}: {each}" for place, line, each in found if each not in OTHERWISE]
    assert [each for each in missing if not has_chinese(each.split(": ", 1)[1])] == []


def test_a_sentence_without_chinese_would_be_found() -> None:
    """The check can fail, also for what is like a sentence that has it."""
    assert has_chinese("is no resource{}")
    assert has_chinese("; a branch is entered only from its fork")
    assert not has_chinese("is no resource of this hospital{}")
    assert not has_chinese("is {}; expected a banana")


def test_every_kind_of_thing_has_its_chinese() -> None:
    """What a name is to stand for is said in one word: at(...).name(known, "calendar")."""
    found = {
        node.args[1].value
        for _, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in KINDS
        if len(node.args) > 1 and isinstance(node.args[1], ast.Constant) and isinstance(node.args[1].value, str)
    }
    assert len(found) > 5
    assert found - keys().keys() == set()


def test_no_chinese_is_left_over() -> None:
    """Every sentence can be put together from texts of the code; what is left out above is still there."""
    said = [each for _, tree in files() for _, each in texts(tree) if each.strip()]
    known = {*said, *(f"{{}} {each}" for each in said), *(f"{{}}: {each}" for each in said)}
    own = [key for key, section in keys().items() if section not in ELSEWHERE]
    several = [each for each in said if TWO_WORDS.search(each)]
    odd = [key for key in own if key not in known and not any(is_part(each, key) for each in several)]
    assert sorted(odd) == []
    assert all((PACKAGE / place).is_file() for place in NOT_SAID)
    assert OTHERWISE.keys() <= set(said)
