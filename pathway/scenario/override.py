"""A scenario with some values changed, as if a document that says so were laid over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pathway.errors import ScenarioError
from pathway.scenario.build import Heading, build
from pathway.scenario.cursor import Findings
from pathway.scenario.merge import is_whole, merged
from pathway.scenario.nodes import Key, Node, Place, planted, steps
from pathway.scenario.records import Scenario

FILE = "<override>"


def override(scenario: Scenario, changes: Mapping[str, object], *, name: str, title: str = "") -> Scenario:
    """Change the values at some dotted paths and check everything again (see `Scenario.override`).

    A fault in a change is reported in the file ``<override>``, in the line of its turn.
    """
    findings = Findings()
    tree = laid_over(scenario.root, changes, findings)
    if findings:
        raise ScenarioError(findings.all())
    heading = Heading(name, title or name, scenario.question, scenario.files)
    return build(tree, scenario.root, heading, findings)


def laid_over(tree: Node, changes: Mapping[str, object], findings: Findings) -> Node:
    """Give a document with other values at some dotted paths, not yet checked."""
    for turn, (path, value) in enumerate(changes.items(), 1):
        place = Place(FILE, turn)
        keys = _keys(path)
        tree = _changed(tree, keys, planted(value, place), _Change(path, keys, place, findings))
    return tree


@dataclass(frozen=True, slots=True)
class _Change:
    """What a change is about, and where to report that it cannot be made."""

    path: str
    keys: tuple[Key, ...]
    place: Place
    findings: Findings

    @property
    def is_whole(self) -> bool:
        """Whether it replaces all that is there, as it is one value or a part of one."""
        prefixes = (self.keys[:length] for length in range(1, len(self.keys) + 1))
        return any(isinstance(prefix[-1], int) or is_whole(prefix) for prefix in prefixes)

    def refuse(self, why: str) -> None:
        self.findings.add(self.place, self.path, f"{self.path} {why}")


def _keys(path: str) -> tuple[Key, ...]:
    """Split a dotted path; below ``sources`` the rest is one key."""
    head, _, rest = path.partition(".")
    return (head, rest) if head == "sources" and rest else tuple(steps(path))


def _changed(node: Node, keys: Sequence[Key], value: Node, change: _Change) -> Node:
    """Give a tree with another value at a path; mappings merge, an empty value removes."""
    if not keys:
        merges = isinstance(node.value, dict) and isinstance(value.value, dict) and not change.is_whole
        return merged(node, value, change.findings, change.keys) if merges else value
    key, rest = keys[0], keys[1:]
    if isinstance(node.value, list):
        return _changed_list(node, node.value, key, rest, value, change)
    if not isinstance(node.value, dict):
        change.refuse(f"leads below {node.text or node.value}, which is a single value")
        return node
    entries = dict(node.value)
    known = _key_in(entries, key)
    if value.value is None and not rest:
        if known not in entries:
            change.refuse("is to be removed, and there is nothing there")
        entries.pop(known, None)
    elif not rest and known not in entries:
        entries[known] = value
    else:
        below = entries.get(known, Node({}, change.place, change.place))
        entries[known] = _changed(below, rest, value, change)
    return Node(entries, node.place, node.key)


def _changed_list(node: Node, entries: list[Node], key: Key, rest: Sequence[Key], value: Node, change: _Change) -> Node:
    if not isinstance(key, int) or key >= len(entries):
        change.refuse(f"leads to entry {key} of a list that has {len(entries)}, counted from [0]")
        return node
    is_removed = value.value is None and not rest
    instead = [] if is_removed else [_changed(entries[key], rest, value, change)]
    return Node([*entries[:key], *instead, *entries[key + 1 :]], node.place, node.key)


def _key_in(entries: Mapping[Key, Node], key: Key) -> Key:
    """Find the key that is written like this one; numbers may be keys too."""
    return next((known for known in entries if str(known) == str(key)), key)
