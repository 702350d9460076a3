"""The door for tables as text: CSV, plain or packed, row by row or whole, every fault of the file with its line.

Cells stay as they are written: nothing is taken for missing, and no number is guessed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from pathlib import Path

from pathway.errors import ScenarioError, nearest
from pathway.interchange.packing import PIECE, PackedError, Unpacked
from pathway.interchange.refusing import Faults, RefusedError

MOST = 50_000_000  # bytes of a table read whole, unpacked: figures and lists, not logs
DELIMITERS = ",;\t|"
LONGEST = 1_000_000  # characters of a line
EVERY = 10_000  # rows after which it is said how far the reading is
_QUOTED = re.compile(r'"[^"]*"')
_WIDE = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}

Tell = Callable[[int, int, int], None]
"""Is told how many bytes of how many have been read, and how many rows these were."""


def delimiter_of(head: str) -> str:
    """Give what parts the columns: what stands most often in the head, but within quotes.

    >>> delimiter_of('id;"joined, first";state')
    ';'
    """
    return max(DELIMITERS, key=_QUOTED.sub("", head).count)


class Rows:
    """A table being read: its columns, and its rows as they come, each with the line in which it begins."""

    def __init__(self, text: TextIOWrapper, source: Unpacked, faults: Faults, tell: Tell | None) -> None:
        self._text, self._source, self._faults, self._tell = text, source, faults, tell
        self.line = 0  # read last
        self.begins = 1  # the line in which the row that is being read begins
        self.head = 1  # the line of the head
        self.taken = 0
        self._is_whole_line = True
        head = self._first_line()
        self.delimiter = delimiter_of(head)
        self._reader = csv.reader(self._lines(head), delimiter=self.delimiter, strict=True)
        self.columns = tuple(name.strip() for name in next(self._reader))
        for place, name in enumerate(self.columns):
            if name in self.columns[:place]:
                faults.add("a column twice", self.begins, f"the column {name!r} is there twice", place + 1)
        self.begins = self.line + 1

    def digest(self) -> str:
        """Give the SHA-256 digest of the file."""
        return self._source.digest()

    def _first_line(self) -> str:
        while not (head := self._text.readline(LONGEST)).strip():
            if not head:
                self._faults.add("empty", 1, "is empty, expected a head that names the columns, and rows")
                self._faults.refuse()
            self.line += 1
        self.head = self.begins = self.line + 1
        return head

    def _lines(self, head: str) -> Iterator[str]:
        line = head
        while line:
            self.line += 1
            self._is_whole_line = line[-1] in "\r\n"
            if len(line) == LONGEST and not self._is_whole_line:
                raise csv.Error(f"a line of more than {LONGEST:,} characters")
            yield line
            line = self._text.readline(LONGEST)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        width = len(self.columns)
        for cells in self._reader:
            if len(cells) == width:
                self.taken += 1
                yield self.begins, cells
                if self._tell and self.taken % EVERY == 0:
                    self._tell(self._source.done, self._source.size, self.taken)
            elif cells:
                self._faults.add("rows of another length", self.begins, self._ragged(len(cells), width))
            self.begins = self.line + 1

    def _ragged(self, cells: int, width: int) -> str:
        said = f"has {cells} cells, the head has {width}"
        if cells < width and not self._is_whole_line:
            return f"{said}: the file ends in the middle of a row, it is cut short"
        if 1 in (cells, width):
            return f"{said}; is the delimiter a {_named(self.delimiter)}?"
        return said


def _named(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter, delimiter)


@contextmanager
def opened(path: Path, faults: Faults, *, most: int | None = None, tell: Tell | None = None) -> Iterator[Rows]:
    """Open a table; what is wrong with it as a file is refused, together with the faults found before.

    Parameters
    ----------
    path
        The file. Columns are parted by commas, semicolons, tabs or `|`, whichever the head has most of.
    faults
        Where faults go.
    most
        How many bytes it may have, unpacked.
    tell
        Is told how far the reading is.
    """
    rows: Rows | None = None
    try:
        with Unpacked(path, most) as source, _text(source) as text:
            rows = Rows(text, source, faults, tell)
            yield rows
    except UnicodeDecodeError:
        faults.add("encoding", *_not_utf8(path, most))
    except PackedError as why:
        faults.add("packed", rows.line + 1 if rows else 1, str(why))
    except csv.Error as why:
        is_open = "unexpected end" in str(why) or "field larger" in str(why)
        said = "a quotation mark in the row that begins here is never closed" if is_open else f"cannot be read: {why}"
        faults.add("not CSV", rows.begins if rows else 1, said)
    else:
        return
    faults.refuse()


def _text(source: Unpacked) -> TextIOWrapper:
    return TextIOWrapper(BufferedReader(source, PIECE), encoding="utf-8-sig", newline="")


def _not_utf8(path: Path, most: int | None) -> tuple[int, str, int]:
    """Find the byte that is not UTF-8, by reading the file again: line, message, and its place in the line."""
    with Unpacked(path, most) as source, BufferedReader(source, PIECE) as raw:
        for number, line in enumerate(iter(lambda: raw.readline(LONGEST), b""), 1):
            if number == 1 and line[:2] in _WIDE:
                return 1, f"is {_WIDE[line[:2]]}, not UTF-8; save the file as UTF-8", 1
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as why:
                found = f"byte {why.start + 1} of the line ({line[why.start]:#04x})"
                return number, f"{found} is not UTF-8; save the file as UTF-8", why.start + 1
    return 1, "is not UTF-8; save the file as UTF-8", 1


def missing(name: str, columns: Iterable[str]) -> str:
    """Say that a column is missing, and which may be meant.

    >>> missing("period", ["perod", "value"])
    "the column 'period' is missing; did you mean perod?"
    """
    return f"the column {name!r} is missing{nearest(name, columns)}"


# ---------------------------------------------------------------- whole tables


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: its columns, and each row's cells with the line it stands in."""

    path: Path
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    sha256: str


def read_rows(path: Path | str, most: int = MOST) -> Table:
    """Read a small CSV file whole; whatever is wrong with it as a file is raised together.

    Raises
    ------
    ScenarioError
        If it is cut short, not UTF-8, too large, empty, has a column twice, or rows of another length than its head.
    """
    path = Path(path)
    faults = Faults(str(path), most=None)
    try:
        with opened(path, faults, most=most) as rows:
            read = list(rows)
            faults.refuse()
            columns, sha256 = rows.columns, rows.digest()
    except RefusedError as refused:
        raise ScenarioError(refused.findings) from None
    return Table(path, columns, tuple(tuple(cells) for _, cells in read), tuple(line for line, _ in read), sha256)
