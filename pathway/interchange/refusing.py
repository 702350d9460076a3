"""Refusing a file that is not in order: every fault with its line, never with what stands in it of a patient."""

from __future__ import annotations

from collections.abc import Iterable

from pathway.errors import Finding, PathwayError


class RefusedError(PathwayError):
    """A file of somebody else was refused; `findings` lists the reasons, in the order of the file."""

    def __init__(self, findings: Iterable[Finding], more: Iterable[str] = ()) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join([*map(str, self.findings), *more]))
