"""The event log: its order, its types, names for codes, saving, and saying where two logs differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pathway.eventlog import CAPACITY, CASES, HOLDS, NONE, VISITS, EventLog, canonical, first_difference, load_log
from tests.models import DAY, run

WARD = """
    calendars: {day: "08:00-17:00"}
    resources: {bed: 1, room: {capacity: 1, calendar: day}}
    attributes:
      ecog: {kind: integer, draw: 2}
      age: {kind: category, values: [young, old], draw: old}
    states:
      scan: {kind: activity, duration: 10 min, needs: {room: 1}, to: stay}
      stay: {kind: activity, duration: 20 days, needs: {bed: 1}, to: out}
    """


@pytest.fixture(scope="module")
def log() -> EventLog:
    """Three patients: one in bed until the end, one waiting for the bed, one waiting for the room."""
    return run("auto", WARD, gp=[0, 5, 14 * DAY - 60])


def changed(log: EventLog, table: str, column: str, row: int, value: int) -> EventLog:
    """Give the log with one number changed."""
    columns = {name: values.copy() for name, values in getattr(log, table).items()}
    columns[column][row] = value
    return with_table(log, table, columns)


def without_last(log: EventLog, table: str) -> EventLog:
    return with_table(log, table, {name: values[:-1] for name, values in getattr(log, table).items()})


def with_table(log: EventLog, table: str, columns: dict[str, Any]) -> EventLog:
    tables: dict[str, Any] = {table: columns}
    return replace(log, **tables)


# ---------------------------------------------------------------- order and types


@pytest.mark.parametrize(
    ("table", "types", "keys"),
    [
        ("visits", VISITS, ("enqueued_at", "case", "state", "visit")),
        ("holds", HOLDS, ("from", "case", "state", "visit", "resource", "to")),
        ("capacity", CAPACITY, ("resource", "at")),
    ],
)
def test_rows_come_in_one_order_whatever_order_they_were_written_in(
    table: str, types: dict[str, Any], keys: tuple[str, ...]
) -> None:
    """However written, rows are sorted by these columns in turn, and columns have their types."""
    dice = np.random.default_rng(1)
    written = {name: dice.integers(0, 3, 400) for name in types}

    ordered = canonical(table, written)

    rows = list(zip(*(ordered[key].tolist() for key in keys), strict=True))
    assert rows == sorted(rows)
    assert {name: values.dtype for name, values in ordered.items()} == {
        name: np.dtype(kind) for name, kind in types.items()
    }
    everything = sorted(zip(*(written[name].tolist() for name in types), strict=True))
    assert sorted(zip(*(ordered[name].tolist() for name in types), strict=True)) == everything


def test_cases_keep_their_order() -> None:
    """A case's number is its place, so its row stays where it is."""
    written = {name: np.array([3, 1, 2]) for name in CASES}

    assert canonical("cases", written)["arrived_at"].tolist() == [3, 1, 2]


# ---------------------------------------------------------------- names and dates


def test_frames_have_names_for_codes(log: EventLog) -> None:
    """States, resources, outcomes, streams and categories by name; minutes stay minutes."""
    visits, holds, cases = log.frame("visits"), log.frame("holds"), log.frame("cases")

    assert visits["state"].tolist() == ["scan", "scan", "stay", "stay", "scan"]
    assert visits["outcome"].tolist() == ["completed", "completed", "open", "open", "open"]
    assert visits["started_at"].tolist() == [480, 490, 490, NONE, NONE]
    assert holds["resource"].tolist() == ["room", "bed", "room"]
    assert cases["stream"].tolist() == ["gp", "gp", "gp"]
    assert cases["end_state"].isna().all()
    assert cases["age"].tolist() == ["old", "old", "old"]
    assert cases["ecog"].tolist() == [2, 2, 2]
    assert log.frame("capacity")["resource"].tolist()[:2] == ["bed", "room"]


def test_an_attribute_of_a_patient_still_to_come_has_no_name() -> None:
    """Without arrivals the frame is empty and still has its columns."""
    empty = run("auto", WARD, gp=[])

    assert len(empty.frame("visits")) == 0
    assert {"stream", "arrived_at", "age", "ecog"} <= set(empty.frame("cases").columns)


def test_minutes_become_dates(log: EventLog) -> None:
    """Minute 0 is Monday, 4 January 2027, 00:00; never is NaT."""
    stamps = log.timestamps(np.array([0, 490, 1440, NONE]))

    assert (
        stamps[:3].tolist() == np.array(["2027-01-04T00:00", "2027-01-04T08:10", "2027-01-05T00:00"], "M8[m]").tolist()
    )
    assert np.isnat(stamps[3])


def test_a_log_says_what_it_is(log: EventLog) -> None:
    assert repr(log) == "<EventLog 'tiny' replication 0: 3 cases, 5 visits, 3 holds>"


# ---------------------------------------------------------------- saving


def test_a_log_saved_and_loaded_is_the_same(log: EventLog, tmp_path: Path) -> None:
    """To the integer, to its type, to the vocabulary."""
    log.save(tmp_path / "new" / "folder")
    again = load_log(tmp_path / "new" / "folder")

    assert again == log
    assert again.vocabulary == log.vocabulary
    for table in ("visits", "holds", "capacity", "cases"):
        kinds = [{name: values.dtype for name, values in getattr(each, table).items()} for each in (log, again)]
        assert kinds[0] == kinds[1]


def test_an_empty_log_can_be_saved(tmp_path: Path) -> None:
    empty = run("auto", WARD, gp=[])
    empty.save(tmp_path)

    assert load_log(tmp_path) == empty


# ---------------------------------------------------------------- differences


def test_a_log_equals_itself(log: EventLog) -> None:
    assert first_difference(log, log) is None
    assert log == replace(log)
    assert log != "a log"


def test_the_first_row_that_differs_is_said_in_words(log: EventLog) -> None:
    """Table, row, and both rows with names, minutes and dates."""
    other = changed(changed(log, "visits", "started_at", 2, 495), "visits", "outcome", 4, 1)

    assert log != other
    assert first_difference(log, other) == (
        "visits, row 2: {case 0, state stay, visit 1, priority 0, enqueued_at 490 (2027-01-04 08:10), "
        "started_at 490 (2027-01-04 08:10), ended_at -, outcome open, session -1} against "
        "{case 0, state stay, visit 1, priority 0, enqueued_at 490 (2027-01-04 08:10), "
        "started_at 495 (2027-01-04 08:15), ended_at -, outcome open, session -1}"
    )


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("visits", "priority"),
        ("visits", "session"),
        ("holds", "units"),
        ("holds", "to"),
        ("capacity", "reserved"),
        ("cases", "end_state"),
    ],
)
def test_every_table_and_column_counts(log: EventLog, table: str, column: str) -> None:
    """One number changed anywhere is a difference, named by its table and row."""
    found = first_difference(log, changed(log, table, column, 1, 7 if column != "end_state" else 1))

    assert found is not None
    assert found.startswith(f"{table}, row 1: ")


@pytest.mark.parametrize("table", ["visits", "holds", "capacity", "cases"])
def test_a_missing_row_is_said(log: EventLog, table: str) -> None:
    """One log goes on where the other has ended."""
    last = len(next(iter(getattr(log, table).values()))) - 1

    shorter, longer = first_difference(without_last(log, table), log), first_difference(log, without_last(log, table))

    assert shorter is not None
    assert longer is not None
    assert shorter.startswith(f"{table}, row {last}: no row against {{")
    assert longer.endswith("} against no row")


def test_an_attribute_that_differs_is_said(log: EventLog) -> None:
    attributes = log.attributes.copy()
    attributes[1, log.vocabulary.attributes.index("ecog")] = 3

    assert first_difference(log, replace(log, attributes=attributes)) == "case 1: ecog is 2 against 3"


def test_another_vocabulary_is_a_difference(log: EventLog) -> None:
    """The same numbers of another scenario are another log, as its states may mean something else."""
    other = replace(log, vocabulary=replace(log.vocabulary, replication=4))

    assert first_difference(log, other) == "vocabulary: replication is 0 against 4"
