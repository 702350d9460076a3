"""Event logs as OCEL 2.0 JSON: events that concern a patient and several resources at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from pathway.eventlog import NONE
from pathway.interchange.happenings import (
    HOLDING,
    TRANSITIONS,
    attributes_of,
    case_name,
    happenings,
    offset_of,
    outcome_of,
    resources_by_visit,
    stamps,
)

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario

KINDS = {"category": "string", "yes_no": "boolean", "integer": "integer", "duration": "integer"}


def write_ocel(log: EventLog, scenario: Scenario, path: Path | str, *, zone: str = "UTC") -> Path:
    """Write an event log as OCEL 2.0 JSON: patients and resources are objects, moments relate to them.

    `zone` is as in `write_xes`.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> file = write_ocel(pw.simulate(scenario), scenario, Path(tempfile.mkdtemp()) / "mmc.json")
    >>> sorted(json.loads(file.read_text(encoding="utf-8")))
    ['eventTypes', 'events', 'objectTypes', 'objects']
    """
    path = Path(path)
    offset = offset_of(zone, log)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("{\n")
        _write_list(file, "objectTypes", _object_types(scenario))
        _write_list(file, "eventTypes", _event_types(log))
        _write_list(file, "objects", _objects(log, scenario, offset))
        _write_list(file, "events", _events(log, scenario, offset), last=True)
        file.write("}\n")
    return path


def _write_list(file: TextIO, name: str, entries: Iterable[Any], *, last: bool = False) -> None:
    """Write a list entry by entry, so that a long log need not be held twice."""
    file.write(f'"{name}": [')
    between = "\n"
    for entry in entries:
        file.write(between + json.dumps(entry, ensure_ascii=False))
        between = ",\n"
    file.write("\n]\n" if last else "\n],\n")


def _object_types(scenario: Scenario) -> Iterator[Any]:
    known = [{"name": name, "type": KINDS[each.kind]} for name, each in scenario.pathway.attributes.items()]
    yield {"name": "patient", "attributes": [{"name": "stream", "type": "string"}, *known]}
    yield {"name": "resource", "attributes": [{"name": "title", "type": "string"}]}


def _event_types(log: EventLog) -> Iterator[Any]:
    attributes = [{"name": name, "type": kind} for name, kind in (("transition", "string"), ("outcome", "string"))]
    for name, kind in zip(log.vocabulary.states, log.vocabulary.kinds, strict=True):
        if kind in ("start", "activity", "delay", "end"):
            yield {"name": name, "attributes": attributes}


def _objects(log: EventLog, scenario: Scenario, offset: str) -> Iterator[Any]:
    arrived = stamps(log, log.cases["arrived_at"])
    for case, stamp in enumerate(arrived):
        time = f"{stamp}{offset}"
        known = [
            ("stream", log.vocabulary.streams[int(log.cases["stream"][case])]),
            *attributes_of(log, scenario, case),
        ]
        attributes = [{"name": name, "time": time, "value": value} for name, value in known]
        yield {"id": case_name(log, case), "type": "patient", "attributes": attributes}
    first = f"{stamps(log, log.cases['arrived_at'][:1])[0] if arrived else '1970-01-01T00:00:00'}{offset}"
    for name in log.vocabulary.resources:
        title = scenario.resources[name].title if name in scenario.resources else ""
        yield {
            "id": f"resource:{name}",
            "type": "resource",
            "attributes": [{"name": "title", "time": first, "value": title or name}],
        }


def _events(log: EventLog, scenario: Scenario, offset: str) -> Iterator[Any]:
    found, held = happenings(log, scenario), resources_by_visit(log)
    columns = (found.case, found.state, found.transition, found.row)
    moments = zip(*(column.tolist() for column in columns), stamps(log, found.time), strict=True)
    for number, (case, state, step, row, stamp) in enumerate(moments):
        related = [{"objectId": case_name(log, case), "qualifier": "patient"}]
        if step in HOLDING:
            related += [{"objectId": f"resource:{name}", "qualifier": "needs"} for name, _ in held.get(row, ())]
        outcome = outcome_of(log, row) if row != NONE else "completed"
        attributes = [{"name": "transition", "value": TRANSITIONS[step]}, {"name": "outcome", "value": outcome}]
        yield {
            "id": f"e{number}",
            "type": log.vocabulary.states[state],
            "time": f"{stamp}{offset}",
            "attributes": attributes,
            "relationships": related,
        }
