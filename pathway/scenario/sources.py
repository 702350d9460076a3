"""Where every number comes from: a source written beside it, above it, or in ``sources:``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pathway.scenario.merge import dotted, leaves
from pathway.scenario.nodes import Key, Node, mapping, plain, scalars
from pathway.scenario.quantities import is_money, is_quantity
from pathway.scenario.records import Scenario

NOT_EVIDENCE = ("run", "sources", "evidence", "vary", "uncertain", "titles")  # settings and texts, which need no source
COUNTING = ("add", "ageing", "priority", "set")  # keys of a state whose whole numbers are bookkeeping, no evidence


@dataclass(frozen=True, slots=True)
class Sourced:
    """A number of a scenario and where it comes from."""

    path: str
    written: object  # as in the document
    source: str
    kind: Literal["sourced", "assumption", "none"]

    @property
    def value(self) -> str:
        """The number in one line, as in a document."""
        return compact(self.written)


def written_sources(tree: Node) -> dict[str, str]:
    """Collect the sources of a merged document by dotted path: those inside objects and those in ``sources:``."""
    found: dict[str, str] = {}
    _collect(tree, "", found)
    for path, node in mapping(mapping(tree).get("sources")).items():
        found[str(path)] = str(node.value)
    return dict(sorted(found.items()))


def _collect(node: Node, path: str, found: dict[str, str]) -> None:
    if isinstance(node.value, list):
        for number, child in enumerate(node.value):
            _collect(child, f"{path}[{number}]", found)
    for key, child in mapping(node).items():
        if key == "source" and isinstance(child.value, str):
            found[path] = child.value
        elif path or key not in NOT_EVIDENCE:
            _collect(child, f"{path}.{key}" if path else str(key), found)


def sourcing(scenario: Scenario) -> list[Sourced]:
    """List every number of a scenario with its source.

    Numbers written together (a distribution, a weight map, a list of sessions) are one entry; whole
    numbers that only keep count (`add: {cycles: 1}`, `set: {line: 2}`, a priority) are none.

    Returns
    -------
    list of Sourced
        In the order of the document; `kind` is "assumption" where the source says so itself or
        refers to evidence tagged A, "none" where there is none.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> [row.path for row in sourcing(load_scenario("mmc")) if row.kind == "none"]
    []
    """
    rows = []
    for path, node in leaves(scenario.root):
        if path and path[0] not in NOT_EVIDENCE and _has_number(node) and not _only_counts(path, node):
            source = source_at(path, node, scenario.sources)
            rows.append(Sourced(dotted(path), plain(node), source, kind_of(source, scenario)))
    return rows


def unsourced(scenario: Scenario) -> list[str]:
    """List the dotted paths of numbers without any source."""
    return [row.path for row in sourcing(scenario) if row.kind == "none"]


def _has_number(node: Node) -> bool:
    return any(_is_number(found) for found in scalars(node))


def _only_counts(path: tuple[Key, ...], node: Node) -> bool:
    return (
        path[:2] == ("pathway", "states") and path[3:4] in [(key,) for key in COUNTING] and isinstance(node.value, int)
    )


def _is_number(node: Node) -> bool:
    if isinstance(node.value, str):
        return is_quantity(node.value) or is_money(node.value)
    return isinstance(node.value, (int, float)) and not isinstance(node.value, bool)


def source_at(path: tuple[Key, ...], node: Node, sources: Mapping[str, str]) -> str:
    """Find the nearest source at or above a path; else what every row of a list says."""
    for length in range(len(path), 0, -1):
        if source := sources.get(dotted(path[:length])):
            return source
    if isinstance(node.value, list):
        inside = [sources.get(f"{dotted(path)}[{number}]", "") for number in range(len(node.value))]
        if all(inside):
            return "; ".join(dict.fromkeys(inside))
    return ""


def kind_of(source: str, scenario: Scenario) -> Literal["sourced", "assumption", "none"]:
    """Say whether a source is one, or says that the number is an assumption."""
    if not source:
        return "none"
    tags = re.findall(r"\[([A-Z][^\]]*)\]", source)
    if not tags:
        first = re.match(r"\w+", source)
        evidence = scenario.evidence.get(first[0]) if first else None
        tags = [evidence.tag] if evidence else []
    assumed = any(re.match(r"A\b", tag) for tag in tags) or re.match(r"assum|A\b(?!\w| )", source, re.IGNORECASE)
    return "assumption" if assumed else "sourced"


def compact(value: object) -> str:
    """Write a value in one line, as in a document.

    >>> compact({"lognormal": {"median": "17 min", "sigma": 0.25}})
    '{lognormal: {median: 17 min, sigma: 0.25}}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {compact(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(compact(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
