"""Titles in other languages: written beside a document, and put in place of its own for whoever reads in that language.

A scenario is titled when it is read, in the language then in force (`pathway.words`).  What is read
from it afterwards knows of one title only; the tree that is kept, compared and saved has all of them.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from pathway import words
from pathway.errors import nearest
from pathway.scenario.cursor import Cursor, Findings
from pathway.scenario.nodes import Key, Node, mapping, shown
from pathway.scenario.yaml import read_yaml

SECTION = "titles"
TEXTS = ("title", "remarks", "why", "who", "says", "value_titles")  # what is read, and what else may be said of a thing
OF_A_DOCUMENT = ("title", "question")


def with_files(body: dict[Key, Node], path: Path, file: str, findings: Findings) -> dict[Key, Node]:
    """Read the files of titles that a document names, and put what they say where their names stood."""
    section = body.get(SECTION)
    if section is None or not isinstance(section.value, dict):
        return body
    said = {}
    for code, node in section.value.items():
        cursor = Cursor(node, f"{SECTION}.{code}", findings)
        if str(code) not in words.languages():
            there_are = f"; there are {', '.join(words.languages())}"
            cursor.fault(
                f"is no language there are texts for{nearest(str(code), words.languages()) or there_are}", key=True
            )
        said[code] = _read(cursor, path, file) if isinstance(node.value, str) else node
    return {**body, SECTION: Node(said, section.place, section.key)}


def _read(cursor: Cursor, path: Path, file: str) -> Node:
    """Read one file of titles; its path is relative to the document that names it."""
    name = str(cursor.node.value)
    found = path.parent / name
    nothing = Node({}, cursor.node.place, cursor.node.key)
    if not found.is_file():
        siblings = sorted(each.name for each in found.parent.glob("*.y*ml")) if found.parent.is_dir() else []
        cursor.fault(f"is '{name}', and there is no such file{nearest(found.name, siblings)}")
        return nothing
    return read_yaml(found, os.path.normpath(Path(file).parent / name), cursor.findings) or nothing


def of_document(body: dict[Key, Node]) -> dict[str, Node]:
    """Give what the document itself is called in the language in force: its title and its question, as far as given."""
    said = mapping(mapping(body.get(SECTION)).get(words.language()))
    return {key: said[key] for key in OF_A_DOCUMENT if key in said}


def check_titles(body: Node, tree: Node, findings: Findings) -> None:
    """Report what a document gives titles to that neither it nor what it is laid over has; `tree` is all of these."""
    for code, node in mapping(mapping(body).get(SECTION)).items():
        _titled(tree, Cursor(_things(node), f"{SECTION}.{code}", findings))


def in_language(tree: Node) -> Node:
    """Give a tree with the titles of the language in force; those of things that a higher document removed are left."""
    said = mapping(mapping(tree).get(SECTION)).get(words.language())
    return tree if said is None else _titled(tree, Cursor(_things(said), "", Findings()))


def _things(said: Node) -> Node:
    """Leave out what a document itself is called."""
    if not isinstance(said.value, dict):
        return said
    return Node({key: node for key, node in said.value.items() if key not in OF_A_DOCUMENT}, said.place, said.key)


def _titled(thing: Node, said: Cursor, key: str = "title") -> Node:
    """Lay what is said over a thing and what is in it: a text is its title, a mapping goes on below."""
    if isinstance(said.node.value, str):
        return _called(thing, said, key)
    if not said.is_mapping:
        said.fault(f"is {shown(said.node)}; expected a title, or a mapping of titles")
        return thing
    entries = _entries(thing)
    for name, inner in said.items():
        if name in TEXTS and isinstance(thing.value, dict):
            entries[name] = (str(name), "", inner.node)
            continue
        found = [place for place, (called, _, _) in entries.items() if called == str(name)]
        for place in found:
            called, text, node = entries[place]
            entries[place] = (called, text, _titled(node, inner, text))
        if not found:
            known = [called for called, _, _ in entries.values()]
            inner.fault(f"is the title of nothing; there is no {name}{nearest(str(name), known)}", key=True)
    nodes = {place: node for place, (_, _, node) in entries.items()}
    return Node([*nodes.values()] if isinstance(thing.value, list) else nodes, thing.place, thing.key)


def _called(thing: Node, said: Cursor, key: str) -> Node:
    if isinstance(thing.value, list):  # sessions, short for a calendar
        return Node({"title": said.node, "sessions": thing}, thing.place, thing.key)
    if not isinstance(thing.value, dict):
        said.fault("names a single value, which has no title")
        return thing
    return Node({**thing.value, key: said.node}, thing.place, thing.key)


def _entries(thing: Node) -> dict[Key, tuple[str, str, Node]]:
    """Give what is in a thing by its place: what it goes by, which of its texts a title replaces, and itself.

    What is in a mapping goes by its key; what is in a list, by the text it has.
    """
    if isinstance(thing.value, dict):
        return {key: (str(key), "title", node) for key, node in thing.value.items()}
    entries: dict[Key, tuple[str, str, Node]] = {}
    for place, node in enumerate(thing.value if isinstance(thing.value, list) else ()):
        text = next((each for each in ("title", "why", "who") if each in mapping(node)), "")
        entries[place] = (str(mapping(node)[text].value) if text else "", text, node)
    return entries


def value_titles(cursor: Cursor | None, values: Collection[str]) -> tuple[str, ...]:
    """Read what the categories of an attribute are called, in their order; "" for those not named."""
    said = dict(cursor.items()) if cursor is not None else {}
    for key, inner in said.items():
        if str(key) not in values:
            inner.fault(f"is the title of nothing; there is no category {key}{nearest(str(key), values)}", key=True)
    texts = {str(key): str(inner.node.value) for key, inner in said.items()}
    return tuple(texts.get(value, "") for value in values) if texts else ()
