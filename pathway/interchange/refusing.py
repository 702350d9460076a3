"""Refusing a file that is not in order: every fault with its line, never with what stands in it of a patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

from pathway.errors import Finding, PathwayError

P = ParamSpec("P")
T = TypeVar("T")
LONG = 7  # digits: what could be somebody's number is not repeated in a message
MOST_SAID = 12  # faults of one kind that are listed of a log; the others are counted


def could_be_a_number(text: str) -> bool:
    """Tell whether a text could be somebody's number, by its digits.

    >>> could_be_a_number("NHS 943 476 5919"), could_be_a_number("CT 64")
    (True, False)
    """
    return sum(letter.isdigit() for letter in text) >= LONG


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


class ReadingError(Exception):
    """A fault of the program while it read a file of somebody else: where, but not what it had read."""


def unsaid(read: Callable[P, T]) -> Callable[P, T]:
    """Let no fault of the program in a function that reads a file say what stands in it: only where it was.

    What refuses a file is worded with care and goes on as it is; any other exception may hold a patient's number, as a
    `KeyError` does. A traceback shows lines of the program only.

    >>> try:
    ...     unsaid({}.__getitem__)("943 476 5919")
    ... except ReadingError as fault:
    ...     print(str(fault).partition(";")[0], fault.__context__)
    KeyError while a file was read None
    """

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except (PathwayError, OSError, MemoryError):
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is
            name, place = type(fault).__name__, fault.__traceback__
        said = f"{name} while a file was read; what it says is left out, as it may hold what stands there of a patient"
        raise ReadingError(said).with_traceback(place)  # outside of the handler: nothing refers to what was raised

    return reading
