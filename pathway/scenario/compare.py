"""What differs between two scenarios, and what makes a scenario the same as another."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from pathway.scenario.merge import dotted, leaves
from pathway.scenario.nodes import Key, Node, plain
from pathway.scenario.records import Scenario
from pathway.scenario.sources import source_at

TEXTS = frozenset({"title", "value_titles", "remarks", "source", "why", "who"})
NOT_THE_MODEL = frozenset({"sources", "evidence", "vary", "uncertain", "titles"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A value that differs between two scenarios; None where one has nothing there."""

    path: str
    a: object
    b: object
    source: str  # of the value in b


def differences(a: Scenario, b: Scenario) -> list[Difference]:
    """List what differs between two scenarios, by what they say rather than by what it comes to.

    A distribution, a weight map or a list that differs is one difference.

    Returns
    -------
    list of Difference
        In the order of their dotted paths, with the source of the value in `b`.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> base = load_scenario("mmc")
    >>> more = base.override({"resources.server.capacity": 4}, name="more")
    >>> [(row.path, row.a, row.b) for row in differences(base, more)]
    [('resources.server.capacity', 3, 4)]
    """
    old, new = _values(a.root), _values(b.root)
    changed = [path for path in {**old, **new} if _differ(old.get(path), new.get(path))]
    rows = []
    for path in sorted(changed, key=dotted):
        in_a, in_b = (plain(values[path]) if path in values else None for values in (old, new))
        source = source_at(path, new[path], b.sources) if path in new else ""
        rows.append(Difference(dotted(path), in_a, in_b, source))
    return rows


def _differ(one: Node | None, other: Node | None) -> bool:
    return one is not other and canonical(one) != canonical(other)  # an override shares what it does not change


def _values(root: Node) -> dict[tuple[Key, ...], Node]:
    return {path: node for path, node in leaves(root) if path and path[0] not in NOT_THE_MODEL}


def fingerprint(scenario: Scenario) -> str:
    """Give the SHA-256 of all that a scenario says, titles, remarks and sources aside.

    Two scenarios with the same fingerprint give the same results; the order of keys, comments and
    how the documents are cut do not matter.

    >>> from pathway.scenario import load_scenario
    >>> len(fingerprint(load_scenario("mmc")))
    64
    """
    kept = {key: value for key, value in scenario.tree.items() if key not in NOT_THE_MODEL}
    return hashlib.sha256(_canonical(kept, texts=False).encode()).hexdigest()


def canonical(node: Node | None, *, texts: bool = False) -> str | None:
    """Write a value so that equal values are written alike, with or without texts for readers."""
    return None if node is None else _canonical(plain(node), texts=texts)


def _canonical(value: object, *, texts: bool) -> str:
    return json.dumps(_simplified(value, texts), sort_keys=True, separators=(",", ":"))


def _simplified(value: object, texts: bool) -> object:
    """Make a value comparable: 3.0 is written as 3, keys and dates are texts."""
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if texts or not _is_text(key, inner)}
        return {str(key): _simplified(inner, texts) for key, inner in kept.items()}
    if isinstance(value, list):
        return [_simplified(inner, texts) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _is_text(key: object, value: object) -> bool:
    return key in TEXTS and (isinstance(value, str) or key == "value_titles")
