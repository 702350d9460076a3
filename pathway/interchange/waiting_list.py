"""A hospital's own list of who waits and who is under way: rows of a CSV become the patients of a scenario.

They come in by the door of a scenario's ``patients:``, so that what is refused there is refused here, with line and
column.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pathway.errors import Finding, ScenarioError
from pathway.interchange.list_mapping import ListMapping, read_mapping, vocabulary_of
from pathway.interchange.list_reading import Reader
from pathway.interchange.list_record import WaitingList
from pathway.interchange.refusing import unsaid
from pathway.interchange.rows import read_rows
from pathway.scenario import times
from pathway.scenario.cursor import Findings
from pathway.scenario.records import Scenario


def read_waiting_list(
    scenario: Scenario,
    path: Path | str,
    mapping: Path | str | None = None,
    as_of: date | str | None = None,
    *,
    skip_bad_rows: bool = False,
) -> Scenario:
    """Start a scenario from a hospital's own list.

    Parameters
    ----------
    scenario
        The scenario; the list takes the place of its own ``patients:``.
    path
        A CSV file, plain or gzip, with a row a patient (docs/waiting_list.md has the columns).
    mapping
        A file that says what columns and codes are called, and how dates are written.
    as_of
        The list's date, which becomes minute 0: the run then starts there, without a warm-up.
    skip_bad_rows
        Leave rows out in which something is wrong, which are then not said; `pathway run` says them.

    Returns
    -------
    Scenario

    Raises
    ------
    ScenarioError
        With everything that is wrong, each with file, line and column.
    """
    return waiting_list_of(scenario, path, mapping, as_of, skip_bad_rows=skip_bad_rows)[0]


@unsaid
def waiting_list_of(
    scenario: Scenario,
    path: Path | str,
    mapping: Path | str | None = None,
    as_of: date | str | None = None,
    *,
    skip_bad_rows: bool = False,
) -> tuple[Scenario, WaitingList]:
    """Start a scenario from a list, as `read_waiting_list` does, and say what became of the list."""
    path, had = Path(path), sum(row.count for row in scenario.patients)
    changes: dict[str, object] = {"patients": None} if "patients" in scenario.tree else {}
    if as_of is not None:
        changes |= {"run.start": day_of(as_of).isoformat(), "run.warm_up": "0 days"}
    if changes:
        scenario = scenario.override(changes, name=scenario.name, title=scenario.title)
    vocabulary, findings = vocabulary_of(scenario), Findings()
    said = read_mapping(Path(mapping), vocabulary, findings) if mapping is not None else ListMapping()
    problems = list(findings.all())
    try:
        table = read_rows(path)
    except ScenarioError as refused:
        raise ScenarioError([*problems, *refused.findings]) from None
    if problems:
        raise ScenarioError(problems)
    reader = Reader(table, vocabulary, said, skip=skip_bad_rows)
    reader.read()
    if reader.cells.findings:
        raise ScenarioError(reader.cells.findings)
    record = reader.record(had)
    source = f"waiting list of {record.minute_0}, {record.rows - len(record.skipped)} rows, SHA-256 {record.sha256}"
    changes = {"patients": reader.plain, "sources.patients": source}
    return scenario.override(changes, name=scenario.name, title=scenario.title), record


def day_of(said: date | str, option: str = "--as-of") -> date:
    """Read the date an option gives."""
    try:
        return said if isinstance(said, date) else times.day(said)
    except ValueError:
        raise ScenarioError([Finding(option, 1, 1, f"is {said!r}; expected a date such as 2026-11-26")]) from None
