"""What the files of two scenarios say differently, said as a person would say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pathway.clock import say_sessions
from pathway.report.blocks import Paragraph, Table
from pathway.report.material import Material
from pathway.report.naming import place, say_value
from pathway.report.numbers import MISSING
from pathway.scenario import Scenario, differences
from pathway.scenario.compare import TEXTS, Difference


def changed(base: Scenario, other: Scenario) -> list[Difference]:
    """List what differs between two scenarios, texts for readers aside."""
    return [row for row in differences(base, other) if row.path.rpartition(".")[2] not in TEXTS]


def file_table(read: Sequence[Material]) -> Table | Paragraph:
    """Say what each scenario's file says differently from the first."""
    text = read[0].text
    lines = [line for other in read[1:] for line in _lines(read[0], other)]
    if not lines:
        return Paragraph(text("compare.no_files"))
    if len(read) == 2:  # whose it is goes without saying
        lines = [line[1:] for line in lines]
    keys = ("scenario", "where", "before", "after", "source")[-len(lines[0]) :]
    return Table(tuple(text(f"compare.{key}") for key in keys), tuple(lines), title=text("compare.files"))


def _lines(base: Material, other: Material) -> Iterator[tuple[str, ...]]:
    name, said = other.scenario.title or other.scenario.name, set()
    for row in changed(base.scenario, other.scenario):
        where = place(other.scenario if row.b is not None else base.scenario, row.path)
        source = row.source or MISSING
        if where.part == "calendars":  # sessions and days off are one week to a reader
            if where.key not in said:
                said.add(where.key)
                yield name, where.name, _calendar(base, where.key), _calendar(other, where.key), source
            continue
        before, after = _apart(row.a, row.b)
        if where.part == "resources" and row.path.endswith(".calendar"):
            before, after = (_opening(each, where.key) for each in (base, other))
        one, two = (say_value(each.scenario, value) for each, value in ((base, before), (other, after)))
        yield name, str(where), one, two, source


def _calendar(material: Material, name: str) -> str:
    known = material.scenario.calendars.get(name)
    return say_sessions(known) if known else MISSING


def _opening(material: Material, resource: str) -> str:
    """Say when a resource is there: the title of its calendar, or what the calendar says."""
    known = material.scenario.resources.get(resource)
    if known is None:
        return MISSING
    calendar = material.scenario.calendars.get(known.calendar)
    if calendar is None:
        return known.calendar
    return calendar.title or say_sessions(calendar)


def _apart(before: object, after: object) -> tuple[object, object]:
    """Leave out of two lists what both hold, so that the change is not buried.

    >>> _apart([1, 2, 3], [1, 4, 3]), _apart([1, 2], [2, 1]), _apart(3, 4)
    (([2], [4]), ([1, 2], [2, 1]), (3, 4))
    """
    if not isinstance(before, list) or not isinstance(after, list):
        return before, after
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    return (gone, come) if gone or come else (before, after)
