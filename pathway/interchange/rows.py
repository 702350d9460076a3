"""Small tables of figures: a CSV read whole, plain or gzip, every fault with its line.

Cells stay as they are written: nothing is taken for missing, and no number is guessed.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

from pathway.errors import Finding, ScenarioError
from pathway.interchange.packing import is_packed

MOST = 50_000_000  # bytes, unpacked: figures, not patients


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file: its columns, and each row's cells with the line it stands in."""

    path: Path
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    content: bytes


def read_rows(path: Path | str) -> Table:
    """Read a CSV file with commas and a head; whatever is wrong with it as a file is raised together.

    Raises
    ------
    ScenarioError
        If it is cut short, not UTF-8, too large, empty, has a column twice, or rows of another length than its head.
    """
    path = Path(path)
    content = _unpacked(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise _refusal(path, line, f"byte {content[fault.start]:#04x} is not UTF-8; save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as fault:
        raise _refusal(path, reader.line_num, f"cannot be read as CSV: {fault}") from None
    if not rows:
        raise _refusal(path, 1, "is empty, expected a head and rows")
    columns = tuple(name.strip() for name in rows[0][1])
    findings = [
        Finding(str(path), rows[0][0], place + 1, f"the column {name!r} is there twice")
        for place, name in enumerate(columns)
        if name in columns[:place]
    ]
    findings += [
        Finding(str(path), line, 1, f"has {len(row)} cells, the head has {len(columns)}; is the delimiter a comma?")
        for line, row in rows[1:]
        if len(row) != len(columns)
    ]
    if findings:
        raise ScenarioError(findings)
    return Table(path, columns, tuple(tuple(row) for _, row in rows[1:]), tuple(line for line, _ in rows[1:]), content)


def _unpacked(path: Path) -> bytes:
    try:
        with gzip.open(path) if is_packed(path) else path.open("rb") as file:
            content = file.read(MOST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise _refusal(path, 1, "is cut short or damaged: the gzip file does not end as it should") from None
    if len(content) > MOST:
        raise _refusal(path, 1, f"is larger than {MOST:,} bytes: a table of figures is not")
    return content


def _refusal(path: Path, line: int, message: str) -> ScenarioError:
    return ScenarioError([Finding(str(path), line, 1, message)])
