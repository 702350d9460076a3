"""A cursor walks a document: it reads values, and where one is wrong it reports the fault and goes on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from pathway.errors import Finding, nearest
from pathway.scenario.nodes import Key, Node, Place, Scalar, joined, mapping, shown

T = TypeVar("T")


class UnreadableError(ValueError):
    """A value that cannot be what its place asks for; the text says what was expected there."""


class Findings:
    """The faults found so far, the first at each path of a file only: one mistake is reported once."""

    def __init__(self) -> None:
        self._by_path: dict[tuple[str, str], Finding] = {}
        self._muted: set[str] = set()

    def add(self, place: Place, path: str, message: str) -> None:
        """Record a fault, unless this path already has one."""
        if path not in self._muted:
            self._by_path.setdefault((place.file, path), Finding(place.file, place.line, place.column, message))

    def include(self, others: Findings) -> None:
        """Record the faults another list has."""
        self._by_path |= others._by_path

    def mute(self, path: str) -> None:
        """Say nothing about a path, as what is wrong there is reported elsewhere."""
        self._muted.add(path)

    def all(self) -> tuple[Finding, ...]:
        """Give every fault, in the order of file and line."""
        return tuple(sorted(self._by_path.values()))

    def paths(self) -> list[str]:
        """List the paths at fault."""
        return [path for _, path in self._by_path]

    def under(self, *paths: str) -> bool:
        """Tell whether anything at or below one of these paths is at fault."""
        return any(
            found == path or found.startswith((f"{path}.", f"{path}[")) for found in self.paths() for path in paths
        )

    def __bool__(self) -> bool:
        return bool(self._by_path)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A node together with its dotted path and the list to report to."""

    node: Node
    path: str = field(compare=False)
    findings: Findings = field(compare=False)

    def fault(self, message: str, *, key: bool = False) -> None:
        """Report ``path message`` at the value, or at its key if the object as such is at fault."""
        self.findings.add(self.node.key if key else self.node.place, self.path, f"{self.path} {message}")

    # ------------------------------------------------------------ moving

    def get(self, key: Key) -> Cursor | None:
        """Give the value under a key, or nothing."""
        value = self.node.value
        if not isinstance(value, dict) or key not in value:
            return None
        return Cursor(value[key], joined(self.path, key), self.findings)

    def items(self) -> list[tuple[Key, Cursor]]:
        """Give the entries of a mapping; anything else is at fault."""
        value = self.node.value
        if isinstance(value, dict):
            return [(key, Cursor(node, joined(self.path, key), self.findings)) for key, node in value.items()]
        self.fault(f"is {shown(self.node)}; expected a mapping")
        return []

    def entries(self) -> list[Cursor]:
        """Give the entries of a list; anything else is at fault."""
        value = self.node.value
        if isinstance(value, list):
            return [Cursor(node, f"{self.path}[{i}]", self.findings) for i, node in enumerate(value)]
        self.fault(f"is {shown(self.node)}; expected a list")
        return []

    def section(self, key: str) -> list[tuple[str, Cursor]]:
        """Give the named entries of an optional mapping below, in the order of names."""
        below = self.get(key)
        entries = below.items() if below else []
        return sorted(((str(name), entry) for name, entry in entries), key=lambda pair: pair[0])

    def rows(self, key: str) -> list[Cursor]:
        """Give the entries of an optional list below."""
        below = self.get(key)
        return below.entries() if below else []

    @property
    def is_mapping(self) -> bool:
        """Whether this is a mapping."""
        return isinstance(self.node.value, dict)

    @property
    def is_list(self) -> bool:
        """Whether this is a list."""
        return isinstance(self.node.value, list)

    # ------------------------------------------------------------ reading

    def read(self, parse: Callable[[Scalar], T], default: T) -> T:
        """Read the value here; if it cannot be read, report why and go on with the default."""
        value = self.node.value
        if isinstance(value, dict | list):
            self.fault(f"is {shown(self.node)}; expected a single value")
            return default
        try:
            return parse(value)
        except UnreadableError as why:
            self.fault(f"is {shown(self.node)}; expected {why}")
            return default

    def take(self, key: Key, parse: Callable[[Scalar], T], default: T) -> T:
        """Read the value under an optional key."""
        below = self.get(key)
        return below.read(parse, default) if below else default

    def name(self, known: Collection[str], what: str) -> str:
        """Read a name that must be known; if it is not, report the nearest and give it all the same."""
        value = self.node.value
        if not isinstance(value, str):
            self.fault(f"is {shown(self.node)}; expected the name of a {what}")
        elif value not in known:
            self.fault(f"is {value!r}, which is no {what}{nearest(value, known)}")
        return str(value) if not isinstance(value, dict | list) else ""

    def names(self, known: Collection[str], what: str) -> tuple[str, ...]:
        """Read one name or a list of names that must be known."""
        entries: Iterable[Cursor] = self.entries() if self.is_list else (self,)
        return tuple(entry.name(known, what) for entry in entries)


def find(cursor: Cursor, path: Iterable[Key]) -> tuple[Cursor, list[Key]]:
    """Follow a path as far as it goes: the last cursor reached and the keys that led nowhere."""
    rest = []
    for step in path:
        below = _below(cursor, step)
        if below is None:
            rest.append(step)
        else:
            cursor, rest = below, []
    return cursor, rest


def _below(cursor: Cursor, step: Key) -> Cursor | None:
    if cursor.is_list:
        entries = cursor.entries()
        return entries[step] if isinstance(step, int) and step < len(entries) else None
    keys = mapping(cursor.node)
    if isinstance(step, str) and step in keys:
        return cursor.get(step)
    return next((cursor.get(key) for key in keys if str(key) == str(step)), None)
