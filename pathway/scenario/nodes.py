"""A document as a tree in which every value remembers where it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from numbers import Integral, Real
from typing import TypeAlias

Scalar: TypeAlias = str | int | float | bool | date | None
Key: TypeAlias = str | int | float | bool | date

LONGEST_SHOWN = 48


@dataclass(frozen=True, slots=True)
class Place:
    """A spot in a file, counted from 1."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Node:
    """A scalar, a mapping or a list, with its own place and that of its key; `text` is a scalar as written."""

    value: Scalar | dict[Key, Node] | list[Node]
    place: Place
    key: Place
    text: str = ""


def mapping(node: Node | None) -> dict[Key, Node]:
    """Give the entries of a mapping, none for anything else."""
    return node.value if node is not None and isinstance(node.value, dict) else {}


def joined(path: str, key: Key) -> str:
    """Extend a dotted path by one key."""
    return f"{path}.{key}" if path else str(key)


def shown(node: Node) -> str:
    """Say what stands at a node, shortly, for a message."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return "a list"
    if node.value is None:
        return "empty"
    text = node.text or str(node.value)
    text = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    return f"'{text}'" if isinstance(node.value, str) else text


def plain(node: Node) -> object:
    """Give a tree as plain dicts, lists and values."""
    if isinstance(node.value, dict):
        return {key: plain(child) for key, child in node.value.items()}
    if isinstance(node.value, list):
        return [plain(child) for child in node.value]
    return node.value


def planted(value: object, place: Place) -> Node:
    """Make a tree of plain values, every part of which was written at one place."""
    if isinstance(value, dict):
        return Node({key: planted(child, place) for key, child in value.items()}, place, place)
    if isinstance(value, (list, tuple, range)):
        return Node([planted(child, place) for child in value], place, place)
    if isinstance(value, Integral | Real) and not isinstance(value, bool):  # numpy's among them
        return Node(int(value) if isinstance(value, Integral) else float(value), place, place)
    if value is None or isinstance(value, (str, bool, date)):
        return Node(value, place, place)
    return Node(str(value), place, place, text=repr(value))


def scalars(node: Node) -> Iterator[Node]:
    """Go through every scalar of a tree."""
    if isinstance(node.value, dict | list):
        for child in node.value.values() if isinstance(node.value, dict) else node.value:
            yield from scalars(child)
    else:
        yield node


def paths_of(written: str) -> tuple[str, ...]:
    """Split paths that take the same value.

    >>> paths_of("resources.a.capacity + resources.b.capacity")
    ('resources.a.capacity', 'resources.b.capacity')
    """
    return tuple(part.strip() for part in written.split("+"))


def steps(path: str) -> list[str | int]:
    """Split a dotted path into keys and list positions.

    >>> steps("pathway.states.mdt.rules[2].to")
    ['pathway', 'states', 'mdt', 'rules', 2, 'to']
    """
    return [int(number) if number else key for number, key in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)]
