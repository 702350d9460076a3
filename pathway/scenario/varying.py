"""From the document to what may vary when a service is sized: dotted paths with the values they may take."""

from __future__ import annotations

import re

from pathway.errors import nearest
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.nodes import Node, paths_of, plain, steps

_RANGE = re.compile(r"\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*(?:\.\.\s*(\d+)\s*)?")


def read_vary(root: Cursor) -> dict[str, tuple[object, ...]]:
    """Read what may vary; several paths joined by ``+`` take the same value."""
    found = {}
    for path, entry in root.section("vary"):
        for part in paths_of(path):
            at, rest = find(root, steps(part))
            if len(rest) > 1:
                known = [str(key) for key, _ in at.items()] if at.is_mapping else []
                entry.fault(f"varies nothing; there is no {rest[0]}{nearest(str(rest[0]), known)}", key=True)
        found[path] = _values(entry)
    return found


def _values(entry: Cursor) -> tuple[object, ...]:
    if entry.is_list:
        values = tuple(plain(each.node) for each in entry.entries())
    else:
        values = tuple(values_between(str(entry.node.value)) or ())
    if not values:
        entry.fault(f"is {_shown(entry.node)}; expected a list of values, or a range such as 2..5 or 2..10..2")
    return values


def values_between(text: str) -> list[int] | None:
    """Read ``2..5`` or ``2..10..2``, both ends included; None if it is no range that goes up.

    >>> values_between("2..5"), values_between("2..10..4"), values_between("clinics"), values_between("5..2")
    ([2, 3, 4, 5], [2, 6, 10], None, None)
    """
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    first, last, step = int(match[1]), int(match[2]), int(match[3] or 1)
    return list(range(first, last + 1, step)) or None if step else None


def _shown(node: Node) -> str:
    return repr(plain(node)) if node.value is not None else "empty"
