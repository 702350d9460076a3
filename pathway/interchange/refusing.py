"""Refusing a file that is not in order: every fault with its line, never with what stands in it of a patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pathway.errors import Finding, PathwayError

MOST_SAID = 12  # faults of one kind that are listed of a log; the others are counted


class RefusedError(PathwayError):
    """A file of somebody else was refused; `findings` lists the reasons, in the order of the file."""

    def __init__(self, findings: Iterable[Finding], more: Iterable[str] = ()) -> None:
        self.findings = tuple(sorted(set(findings)))
        super().__init__("\n".join([*map(str, self.findings), *more]))


class Faults:
    """What is wrong with a file, gathered so that all of it is said at once.

    Parameters
    ----------
    file
        What the file is called in messages.
    most
        How many faults of one kind are listed; the others are counted. None lists them all.
    """

    def __init__(self, file: str, most: int | None = MOST_SAID) -> None:
        self.file, self.most = file, most
        self.findings: list[Finding] = []
        self._counted: Counter[str] = Counter()  # by kind

    def add(self, kind: str, line: int, message: str, column: int = 1) -> None:
        """Note what is wrong with a line."""
        self._counted[kind] += 1
        if self.most is None or self._counted[kind] <= self.most:
            self.findings.append(Finding(self.file, line, column, message))

    def add_once(self, kind: str, line: int, message: str, column: int = 1) -> None:
        """Note what is wrong with the whole file where it is first seen."""
        if not self._counted[kind]:
            self.add(kind, line, message, column)

    def refuse(self) -> None:
        """Refuse the file if anything was wrong with it."""
        if self.findings:
            most = self.most or 0
            more = [
                f"{self.file}: {n - most:,} more: {kind}" for kind, n in self._counted.items() if self.most and n > most
            ]
            raise RefusedError(self.findings, more)

    def __bool__(self) -> bool:
        return bool(self.findings)
