"""Which program makes the numbers: its version, its sources, and the libraries that calculate."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pathway

LIBRARIES = ("holidays", "numba", "numpy", "pandas", "scipy", "simpy")  # a change of these might change a number
SOURCES = ("clock", "sampling", "graph", "scenario", "plan", "engines", "metrics", "eventlog.py")


@cache
def source_digest() -> str:
    """Give a text that changes with any source a number depends on; words, charts and reports are none.

    >>> len(source_digest())
    16
    """
    root = Path(pathway.__file__).parent
    digest = hashlib.sha256()
    for name in SOURCES:
        part = root / name
        for file in sorted(part.rglob("*.py")) if part.is_dir() else [part]:
            digest.update(f"{file.relative_to(root).as_posix()}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def program() -> Mapping[str, str]:
    """Give what the numbers are made by: version, digest of the sources, Python, libraries.

    >>> sorted(program())[-3:]
    ['scipy', 'simpy', 'sources']
    """
    from importlib.metadata import version
    from platform import python_version

    found = {"pathway": pathway.__version__, "sources": source_digest(), "python": python_version()}
    return found | {name: version(name) for name in LIBRARIES}


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Say in what two programs differ.

    >>> differing({"pathway": "1.0", "numpy": "2.4"}, {"pathway": "1.1", "numpy": "2.4"})
    ['pathway 1.0 and 1.1']
    """
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    return [f"{name} {one.get(name, 'none')} and {other.get(name, 'none')}" for name in names]
