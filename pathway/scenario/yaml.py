"""Reading one YAML file into a tree that knows its places; the YAML 1.2 core schema, nothing cleverer.

The tree is built from parse events rather than by a loader: so every key and value has its place,
all duplicate keys are found, ``50_64`` stays a word, and an alias is counted before it is expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pathway.errors import ScenarioError, nearest
from pathway.scenario import syntax
from pathway.scenario.cursor import Findings
from pathway.scenario.nodes import Key, Node, Place, Scalar, joined, mapping, plain

LARGEST_FILE = 5_000_000  # bytes; the flagship model has a fiftieth of it
MOST_VALUES = 200_000  # after aliases are followed
DEEPEST = 50

_WORDS: dict[str, Scalar] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {word: True for word in ("true", "True", "TRUE")} | {word: False for word in ("false", "False", "FALSE")}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _RefusedError(Exception):
    """The rest of the file cannot be read; `args` are place and message."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place, self.message = place, message


def read_yaml(path: Path, file: str, findings: Findings) -> Node | None:
    """Read a file into a tree, or report why that is impossible.

    Parameters
    ----------
    path
        The file.
    file
        What to call it in messages.
    findings
        Where faults are reported.
    """
    try:
        return parse_yaml(_text(path, file), file, findings)
    except _RefusedError as refused:
        findings.add(refused.place, "", refused.message)
        return None


def _text(path: Path, file: str) -> str:
    start = Place(file)
    try:
        if not path.exists():
            siblings = [found.name for found in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
            raise _RefusedError(start, f"there is no such file{nearest(path.name, siblings)}")
        if not path.is_file():
            raise _RefusedError(start, "is not a file")
        if (size := path.stat().st_size) > LARGEST_FILE:
            allowed = f"{LARGEST_FILE / 1e6:.0f} MB are allowed"
            raise _RefusedError(start, f"the file has {size / 1e6:.1f} MB; at most {allowed}")
        raw = path.read_bytes()
    except OSError as why:
        raise _RefusedError(start, f"cannot be read: {why.strerror or why}") from why
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        line = raw.count(b"\n", 0, why.start) + 1
        raise _RefusedError(Place(file, line), "is not a text in UTF-8; is it a binary file?") from why
    if "\0" in text:
        raise _RefusedError(Place(file, text.count("\n", 0, text.index("\0")) + 1), "is a binary file, not a text")
    return text


def parse_yaml(text: str, file: str, findings: Findings) -> Node | None:
    """Read a text into a tree, or report why that is impossible; the root is always a mapping."""
    root, found = _parsed(text, file)
    findings.include(found)
    return root


def read_value(text: str, file: str) -> object:
    """Read one value as a scenario file would: a number, a word, a list, a mapping; `file` names its place in errors.

    >>> read_value("3", "--vary"), read_value("[{days: [wed]}]", "--vary")
    (3, [{'days': ['wed']}])
    """
    findings = Findings()
    root = parse_yaml(f"value: {text}", file, findings)
    if findings or root is None:
        raise ScenarioError(findings.all())
    return plain(mapping(root)["value"])


@lru_cache(maxsize=16)  # many questions extend the same large model; nobody changes a tree once it is built
def _parsed(text: str, file: str) -> tuple[Node | None, Findings]:
    findings = Findings()
    return _parse(text, file, findings), findings


def _parse(text: str, file: str, findings: Findings) -> Node | None:
    try:
        root = _Builder(file, findings).document(syntax.events(text))
    except MarkedYAMLError as why:
        mark = why.problem_mark or why.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        findings.add(place, "", _syntax(why))
    except YAMLError as why:
        line = text.count("\n", 0, getattr(why, "position", 0)) + 1
        findings.add(Place(file, line), "", f"is not YAML: {str(why).splitlines()[0]}")
    except _RefusedError as refused:
        findings.add(refused.place, "", refused.message)
    else:
        if root is None or root.value is None:
            findings.add(Place(file), "", "the document is empty")
        elif not isinstance(root.value, dict):
            findings.add(root.place, "", "the document must be a mapping, beginning with 'schema: 1'")
        else:
            return root
    return None


def _syntax(why: MarkedYAMLError) -> str:
    problem = str(why.problem or why)
    if "'\\t'" in problem:
        return "is not YAML: a tab stands where only spaces may; indent with spaces"
    return f"is not YAML: {problem}{f', {why.context}' if why.context else ''}"


def scalar(text: str) -> Scalar:
    """Read an unquoted word as YAML 1.2 does: nothing, true, false, a number, or else a text; and ISO dates.

    >>> scalar("50_64"), scalar("0830"), scalar("1e3"), scalar("no")
    ('50_64', 830, 1000.0, 'no')
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


class _Builder:
    """Turns parse events into nodes, counting what aliases expand to."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file, self.findings = file, findings
        self.anchors: dict[str, tuple[Node, int] | None] = {}
        self.values = 0

    def document(self, events: Iterator[Any]) -> Node | None:
        """Build the one document of a stream."""
        documents = 0
        root = None
        for event in events:
            if isinstance(event, syntax.NODE):
                documents += 1
                if documents > 1:
                    raise _RefusedError(self.place(event), "a second document begins here; one file holds one document")
                root = self.node(event, events, "", None, 0)
        return root

    def node(self, event: Any, events: Iterator[Any], path: str, key: Place | None, depth: int) -> Node:
        """Build the node that begins with an event."""
        place = self.place(event)
        self.count(1, place)
        if isinstance(event, syntax.ALIAS):
            return self.aliased(event, key or place)
        if event.tag is not None and not (isinstance(event, syntax.SCALAR) and event.tag == "!"):
            raise _RefusedError(place, f"a tag ({event.tag}) stands here; write plain values")
        if depth > DEEPEST:
            raise _RefusedError(place, f"values lie more than {DEEPEST} deep in each other here")
        if event.anchor:
            self.anchors[event.anchor] = None
        before = self.values
        if isinstance(event, syntax.SCALAR):
            value: Any = scalar(event.value) if event.implicit[0] else event.value
            built = Node(value, place, key or place, event.value)
        else:
            # a block begins below its key, where nobody looks for it
            at = key if key and key.line != place.line else place
            is_mapping = isinstance(event, syntax.MAPPING)
            parts = (self.mapping if is_mapping else self.sequence)(events, path, depth)
            built = Node(parts, at, key or place)
        if event.anchor:
            self.anchors[event.anchor] = built, self.values - before + 1
        return built

    def mapping(self, events: Iterator[Any], path: str, depth: int) -> dict[Key, Node]:
        """Build the entries of a mapping; a key that stands there twice is at fault."""
        entries: dict[Key, Node] = {}
        while not isinstance(event := next(events), syntax.MAPPING_END):
            place = self.place(event)
            if not isinstance(event, syntax.SCALAR):
                raise _RefusedError(place, "a key must be a word or a number")
            name = scalar(event.value) if event.implicit[0] else event.value
            key: Key = event.value if name is None else name
            below = joined(path, key)
            value = self.node(next(events), events, below, place, depth + 1)
            if key in entries:
                first = entries[key].key.line
                self.findings.add(place, f"{below} again", f"{below} stands here twice, first in line {first}")
            entries[key] = value
        return entries

    def sequence(self, events: Iterator[Any], path: str, depth: int) -> list[Node]:
        """Build the entries of a list."""
        entries: list[Node] = []
        while not isinstance(event := next(events), syntax.SEQUENCE_END):
            entries.append(self.node(event, events, f"{path}[{len(entries)}]", None, depth + 1))
        return entries

    def aliased(self, event: Any, key: Place) -> Node:
        """Give the node an alias stands for, if it is complete and not too large."""
        place = self.place(event)
        if event.anchor not in self.anchors:
            raise _RefusedError(place, f"*{event.anchor} refers to nothing above{nearest(event.anchor, self.anchors)}")
        target = self.anchors[event.anchor]
        if target is None:
            raise _RefusedError(place, f"*{event.anchor} refers to something it is itself a part of")
        node, size = target
        self.count(size, place)
        return Node(node.value, node.place, key, node.text)

    def count(self, values: int, place: Place) -> None:
        """Refuse a document that has, or unfolds into, too many values."""
        self.values += values
        if self.values > MOST_VALUES:
            raise _RefusedError(place, f"with its aliases unfolded the document has more than {MOST_VALUES:,} values")

    def place(self, event: Any) -> Place:
        """Give the place at which an event begins."""
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
