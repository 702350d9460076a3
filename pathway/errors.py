"""Everything the program says when it refuses: one exception tree, and findings that carry their place.

A finding is one thing wrong in a document, with file, line and column; a `ScenarioError`
carries all findings of a document at once, so that nobody mends a file one error at a time.
Past the door of `scenario` no module raises for bad input.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


class PathwayError(Exception):
    """The common parent of every error this package raises on purpose."""


class EngineError(PathwayError):
    """An engine met a plan it cannot run, or two engines differ."""


class SizingError(PathwayError):
    """What may vary, or what is to be met, was refused."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong in a document, and where: printed as ``file:line:column: message``."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}"


class ScenarioError(PathwayError):
    """A scenario was refused; `findings` lists every reason, in the order of the file."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join(str(finding) for finding in self.findings))


def nearest(name: str, known: Iterable[str]) -> str:
    """Give the hint ``; did you mean X?`` for a misspelt name, or an empty string.

    >>> nearest("nanoknife_generatr", ["ct", "nanoknife_generator"])
    '; did you mean nanoknife_generator?'
    >>> nearest("zebra", ["ct"])
    ''
    """
    close = difflib.get_close_matches(str(name), [str(k) for k in known], n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
