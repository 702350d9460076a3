"""Files a visitor brings: their first rows, what their columns may be about, and the mapping that was chosen."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pathway import words
from pathway.errors import Finding, PathwayError, ScenarioError
from pathway.interchange.event_tables import KNOWN_AS, NEEDED
from pathway.interchange.list_mapping import PLAIN, Vocabulary, vocabulary_of
from pathway.interchange.list_record import WaitingList
from pathway.interchange.packing import PackedError, Unpacked
from pathway.interchange.rows import Table, delimiter_of, read_rows
from pathway.interchange.waiting_list import waiting_list_of

if TYPE_CHECKING:
    from pathway.scenario import Scenario

FIRST = 5  # rows shown
HEAD = 200_000  # bytes read of a long file to show them
LONGEST = 60  # letters of a file's name
CODES = 60  # values of a column that may be translated one by one
IGNORED = ""  # the choice for a column that says nothing of use
DATES = {"": "2027-01-31", "%d/%m/%Y": "31/01/2027", "%m/%d/%Y": "01/31/2027", "%d.%m.%Y": "31.01.2027",
         "%d/%m/%Y %H:%M": "31/01/2027 14:30", "%Y/%m/%d": "2027/01/31", "%Y%m%d": "20270131"}  # fmt: skip
EVENTS = tuple(KNOWN_AS)  # what a column of an event log can hold


@dataclass(frozen=True)
class Preview:
    """The columns of a file and its first rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def plain_name(name: str) -> str:
    r"""Make of a name somebody sent one that is a file's name and nothing else; its ending stays.

    >>> plain_name("list 2027.csv.gz"), plain_name("../../etc/passwd"), plain_name("..\\a.csv"), plain_name("..")
    ('list 2027.csv.gz', 'passwd', 'a.csv', 'file')
    """
    last = re.split(r"[\\/]", name)[-1]
    return re.sub(r"[^\w .()-]", "_", last).strip(" .")[-LONGEST:] or "file"


class Kept:
    """What was sent, in a folder of its own, which goes with the last who holds this: at the latest with the visit."""

    def __init__(self, name: str, content: bytes) -> None:
        self._folder = TemporaryDirectory(prefix="pathway-upload-", ignore_cleanup_errors=True)
        self.path = Path(self._folder.name) / plain_name(name)
        self.path.write_bytes(content)

    @cached_property
    def table(self) -> Table:
        """Its rows: read once, as a page is drawn again and again, and gone with it."""
        return read_rows(self.path)


def first_rows(path: Path) -> Preview:
    """Read the head of a CSV file and its first rows; what cannot be read is refused."""
    try:
        with Unpacked(path) as source, BufferedReader(source) as file:
            raw = file.read(HEAD)
        text = raw.decode("utf-8-sig", errors="strict" if len(raw) < HEAD else "ignore")
    except UnicodeDecodeError as fault:
        line = fault.object[: fault.start].count(b"\n") + 1
        raise ScenarioError([Finding(path.name, line, 1, words.text("web.not_utf8"))]) from None
    except (PackedError, OSError):
        raise ScenarioError([Finding(path.name, 1, 1, words.text("web.damaged"))]) from None
    if "\0" in text or not text.strip():
        raise ScenarioError([Finding(path.name, 1, 1, words.text("web.damaged"))])
    delimiter = delimiter_of(next(line for line in text.splitlines() if line.strip()))
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if row][: FIRST + 1]
    except csv.Error as fault:
        raise ScenarioError([Finding(path.name, 1, 1, f"cannot be read: {fault}")]) from None
    columns = tuple(name.strip() for name in rows[0])
    return Preview(columns, tuple(tuple(row) for row in rows[1:] if len(row) == len(columns)))


# ---------------------------------------------------------------- a waiting list


def meanings(scenario: Scenario) -> dict[str, str]:
    """Name all that a column of a waiting list can be about; the plain ones first."""
    known = vocabulary_of(scenario)
    return {key: _meaning(key, known) for key in known.keys()}  # noqa: SIM118 - a method of ours, not a mapping's


def _meaning(key: str, known: Vocabulary) -> str:
    if key in PLAIN:
        return words.text(f"web.column_{key}")
    section, _, name = key.partition(".")
    titles = {name: data["title"] for name, data in known.scenario.pathway.graph.nodes(data=True)}
    if section in ("left", "visits", "due") and name:
        return words.text(f"web.column_{section}", name=titles.get(name, name))
    return words.text("web.column_attribute", name=key)


def guessed(scenario: Scenario, column: str) -> str:
    """Guess what a column is about by its name alone; nothing if it says nothing."""
    known = vocabulary_of(scenario)
    key = known.key_of(column) or known.key_of(column.strip().lower().replace(" ", "_"))
    return (key or IGNORED).removeprefix("attributes.")


@dataclass(frozen=True)
class Mapped:
    """How a list's columns were mapped: what each is about, codes by what they are of, the form of dates."""

    columns: Mapping[str, str]  # column -> key, or IGNORED
    codes: Mapping[str, Mapping[str, str]]
    dates: str

    def written(self) -> str:
        """Write it as the mapping file `pathway run --mapping` reads."""
        said: dict[str, object] = {
            "columns": {key: column for column, key in self.columns.items() if key != IGNORED},
            "ignore": [column for column, key in self.columns.items() if key == IGNORED],
        }
        said |= {"codes": self.codes} if self.codes else {}
        said |= {"dates": self.dates} if self.dates else {}
        return json.dumps({key: value for key, value in said.items() if value}, ensure_ascii=False, indent=2) + "\n"


def twice(columns: Mapping[str, str]) -> list[str]:
    """Name what two columns were chosen for."""
    chosen = [key for key in columns.values() if key != IGNORED]
    return sorted({key for key in chosen if chosen.count(key) > 1})


def unknown_codes(scenario: Scenario, sent: Kept, columns: Mapping[str, str], key: str) -> list[str]:
    """List the values of the column of states (or streams) that are no name or title the hospital knows."""
    column = next((name for name, said in columns.items() if said == key), None)
    if column is None:
        return []
    table, known = sent.table, vocabulary_of(scenario)
    place = table.columns.index(column)
    values = dict.fromkeys(row[place].strip() for row in table.cells)
    names = known.places if key == "state" else known.streams
    return [value for value in values if value and value not in names][:CODES]


def places(scenario: Scenario, key: str) -> dict[str, str]:
    """Name what a code can stand for: the steps of the pathway, or the streams of referrals, by title."""
    known = vocabulary_of(scenario)
    names = known.places if key == "state" else known.streams
    by_name = {name: title for title, name in names.items()}  # a title stands after its name, if it has one of its own
    return dict(sorted(((name, by_name[name]) for name in set(names.values())), key=lambda pair: pair[1]))


def started(scenario: Scenario, path: Path, mapped: Mapped, as_of: date) -> tuple[Scenario, WaitingList]:
    """Start the hospital from a list; what is wrong with it is refused, each with its line."""
    mapping = path.with_name("mapping.yaml")
    mapping.write_text(mapped.written(), encoding="utf-8")
    return waiting_list_of(scenario, path, mapping, as_of)


# ---------------------------------------------------------------- an event log


def guessed_event(column: str) -> str:
    """Guess what a column of an event log holds by its name.

    >>> guessed_event("Case ID"), guessed_event("Activity"), guessed_event("complete timestamp"), guessed_event("age")
    ('case', 'activity', 'ended', '')
    """
    name = column.strip().lower()
    usual = next((what for what, names in KNOWN_AS.items() if name in names), "")
    parts = {
        "case": "case",
        "activity": "activity",
        "start": "started",
        "complete": "ended",
        "end": "ended",
        "time": "ended",
    }
    return usual or next((what for part, what in parts.items() if part in name), "")


def calibrating(path: Path, columns: Mapping[str, str], dates: str, out: Path, *, per_year: float | None) -> list[str]:
    """Write the command that makes a hospital of an event log.

    Raises
    ------
    PathwayError
        If a column that is needed was not chosen, or one was chosen twice.
    """
    chosen = {what: column for column, what in columns.items() if what}
    if columns:
        missing = [words.text(f"web.event_{what}") for what in NEEDED if what not in chosen]
        if missing:
            raise PathwayError(words.text("web.columns_missing", names=", ".join(missing)))
        if len(chosen) < sum(bool(what) for what in columns.values()):
            raise PathwayError(words.text("web.columns_twice", names=", ".join(twice(columns))))
    options = [f"--column={what}={column}" for what, column in chosen.items()]
    options += [f"--date-format={dates}"] if dates else []
    options += [f"--per-year={per_year:g}"] if per_year else []
    return ["calibrate", str(path), f"--out={out}", *options]
