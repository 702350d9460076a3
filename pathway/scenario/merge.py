"""Chains of documents: each extends a lower one, and is laid over it by id.

Mappings merge key by key; what is one value to a reader (a distribution, a weight map, a list, a
table) is replaced whole; an empty value (`null`) removes what the lower documents say.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pathway.errors import nearest
from pathway.models import model_names, model_path
from pathway.scenario.cursor import Cursor, Findings
from pathway.scenario.nodes import Key, Node, mapping
from pathway.scenario.quantities import text, whole
from pathway.scenario.titles import with_files
from pathway.scenario.yaml import read_yaml

SCHEMA = 1
HEAD = ("schema", "name", "title", "question", "extends", "model")

# Below these paths a value is one value: replaced whole, compared whole, sourced whole.
WHOLE = frozenset(
    tuple(path.split("."))
    for path in (
        "attributes.*.draw",
        "clocks.*.start",
        "pathway.states.*.cancelled.rebook",
        "pathway.states.*.duration",
        "pathway.states.*.learning",
        "pathway.states.*.leaves.after",
        "pathway.states.*.needs.*.for",
        "pathway.states.*.no_show.rebook",
        "pathway.states.*.priority",
        "pathway.states.*.set.*",
        "pathway.states.*.short_notice",
        "pathway.states.*.to",
        "pathway.states.*.until",
        "resources.*.breakdown.after",
        "resources.*.breakdown.repair",
        "streams.*.months",
        "streams.*.weekdays",
    )
)


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a chain: its head, and the rest."""

    file: str
    path: Path
    head: dict[str, Node]
    body: Node


def is_whole(path: tuple[Key, ...]) -> bool:
    """Tell whether the value at a path is replaced whole even if it is a mapping."""
    return any(
        len(pattern) == len(path) and all(a in ("*", b) for a, b in zip(pattern, path, strict=True))
        for pattern in WHOLE
    )


def leaves(node: Node, path: tuple[Key, ...] = ()) -> Iterator[tuple[tuple[Key, ...], Node]]:
    """Go through everything a merge replaces whole, with its path."""
    if isinstance(node.value, dict) and node.value and not is_whole(path):
        for key, child in node.value.items():
            yield from leaves(child, (*path, key))
    else:
        yield path, node


def dotted(path: tuple[Key, ...]) -> str:
    """Write a path with dots."""
    return ".".join(str(key) for key in path)


# ---------------------------------------------------------------- reading a chain


def read_chain(path: Path, file: str, findings: Findings) -> tuple[list[Document], bool]:
    """Read a document and all it extends, the lowest first, and tell whether the chain is complete."""
    chain: list[Document] = []
    seen: dict[Path, str] = {}
    while True:
        seen[path.resolve()] = file
        root = read_yaml(path, file, findings)
        if root is None:
            return chain[::-1], False
        document = _document(root, path, file, findings)
        chain.append(document)
        below = _below(document, seen, findings)
        if below is None:
            return chain[::-1], not ({"extends", "model"} & document.head.keys())
        path, file = below


def _document(root: Node, path: Path, file: str, findings: Findings) -> Document:
    head = {str(key): node for key, node in mapping(root).items() if key in HEAD}
    body = {key: node for key, node in mapping(root).items() if key not in HEAD}
    body = with_files(body, path, file, findings)
    _check_head(head, root, findings)
    return Document(file, path, head, Node(body, root.place, root.key))


def _check_head(head: dict[str, Node], root: Node, findings: Findings) -> None:
    def cursor(key: str) -> Cursor:
        return Cursor(head[key], key, findings)

    if "schema" not in head:
        findings.add(root.place, "schema", f"schema is missing; the first line must be 'schema: {SCHEMA}'")
    elif cursor("schema").read(whole, SCHEMA) != SCHEMA:
        cursor("schema").fault(f"is {head['schema'].text}; this program reads schema {SCHEMA}")
    for key in ("name", "title", "question", "extends", "model"):
        if key in head:
            cursor(key).read(text, "")
    if "extends" in head and "model" in head:
        cursor("model").fault("stands beside extends; a document is laid over one other, so only one of them", key=True)


def _below(document: Document, seen: dict[Path, str], findings: Findings) -> tuple[Path, str] | None:
    """Find the file a document extends; none if it extends nothing, or nothing that can be read."""
    key = "model" if "model" in document.head else "extends"
    node = document.head.get(key)
    if node is None or not isinstance(node.value, str):
        return None
    cursor = Cursor(node, key, findings)
    if key == "model":
        if node.value not in model_names():
            hint = nearest(node.value, model_names()) or f"; there are {', '.join(model_names())}"
            cursor.fault(f"is '{node.value}', which is no packaged model{hint}")
            return None
        path = model_path(node.value)
        file = str(path)
    else:
        path = document.path.parent / node.value
        file = os.path.normpath(Path(document.file).parent / node.value)
    if path.resolve() in seen:
        names = " -> ".join([*seen.values(), file])
        cursor.fault(f"is '{node.value}', so the document extends itself: {names}")
        return None
    if not path.exists():
        siblings = sorted(found.name for found in path.parent.glob("*.y*ml")) if path.parent.is_dir() else []
        cursor.fault(f"is '{node.value}', and there is no such file{nearest(path.name, siblings)}")
        return None
    return path, file


# ---------------------------------------------------------------- merging


def merged(low: Node | None, high: Node, findings: Findings, path: tuple[Key, ...] = ()) -> Node:
    """Lay one document over another; every value keeps the place where it was written."""
    below = mapping(low)
    entries = dict(below)
    for key, node in mapping(high).items():
        inside = (*path, key)
        if node.value is None:
            if key not in below:
                hint = nearest(str(key), map(str, below))
                message = f"is empty, which removes it, and no lower document has it{hint}"
                Cursor(node, dotted(inside), findings).fault(message, key=True)
            entries.pop(key, None)
        elif isinstance(node.value, dict) and not is_whole(inside):
            entries[key] = merged(below.get(key), node, findings, inside)
        else:
            entries[key] = node
    return Node(entries, high.place, high.key)
