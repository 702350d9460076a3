"""Event logs as XES (IEEE 1849-2016), which process-mining tools read: written case by case, packed if asked for."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from xml.sax.saxutils import escape

from pathway.eventlog import COMPLETED, NONE
from pathway.interchange.happenings import (
    COMPLETE,
    HOLDING,
    TRANSITIONS,
    Happenings,
    attributes_of,
    case_name,
    happenings,
    offset_of,
    outcome_of,
    resources_by_visit,
    say_resources,
    stamps,
)

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.scenario import Scenario

EXTENSIONS = (("Concept", "concept"), ("Lifecycle", "lifecycle"), ("Time", "time"), ("Organizational", "org"))
NOT_XML = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)  # characters XML 1.0 has no way to write
QUOTES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}

HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
"""
GLOBALS = """\
\t<global scope="trace">
\t\t<string key="concept:name" value="unknown"/>
\t</global>
\t<global scope="event">
\t\t<string key="concept:name" value="unknown"/>
\t\t<string key="lifecycle:transition" value="unknown"/>
\t\t<date key="time:timestamp" value="1970-01-01T00:00:00+00:00"/>
\t</global>
\t<classifier name="Step" keys="concept:name"/>
\t<classifier name="Step and lifecycle" keys="concept:name lifecycle:transition"/>
"""


def write_xes(log: EventLog, scenario: Scenario, path: Path | str, *, zone: str = "UTC") -> Path:
    """Write an event log as XES, packed with gzip if the name ends in ``.gz``.

    Parameters
    ----------
    log
        The log of one replication.
    scenario
        The scenario it is a run of.
    path
        The file to write.
    zone
        The hospital's time zone, such as ``Europe/London``, or an offset such as ``+08:00``.  Our clock has no summer
        time, so all stamps carry the zone's winter offset and durations stay what they are.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> file = write_xes(pw.simulate(scenario), scenario, Path(tempfile.mkdtemp()) / "mmc.xes")
    >>> file.read_text(encoding="utf-8").splitlines()[1]
    '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">'
    """
    path = Path(path)
    offset = offset_of(zone, log)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _opened(path) as file:
        file.write(HEAD)
        for name, prefix in EXTENSIONS:
            file.write(
                f'\t<extension name="{name}" prefix="{prefix}" uri="http://www.xes-standard.org/{prefix}.xesext"/>\n'
            )
        file.write(GLOBALS)
        file.writelines(_attribute(key, value, "\t") for key, value in _about(log, scenario, zone, offset).items())
        _write_traces(file, log, scenario, offset)
        file.write("</log>\n")
    return path


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    """Open a file to write to; packed ones hold neither a name nor a time, so that equal logs are equal files."""
    if path.suffix != ".gz":
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        return
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed,
        TextIOWrapper(packed, encoding="utf-8", newline="\n") as file,
    ):
        yield file


def _about(log: EventLog, scenario: Scenario, zone: str, offset: str) -> Mapping[str, str | int]:
    """Say of the whole log what it is, and which part of it the program reports on."""
    words = log.vocabulary
    begins = words.origin + timedelta(minutes=words.warm_up)
    return {
        "concept:name": scenario.title or scenario.name,
        "lifecycle:model": "standard",
        "description": "simulated; stamps in the local time of the hospital, without summer time",
        "scenario": scenario.name,
        "seed": words.seed,
        "replication": words.replication,
        "zone": zone if zone == offset else f"{zone} ({offset})",
        "reported_from": begins.isoformat(),
        "reported_to": (begins + timedelta(minutes=words.length)).isoformat(),
    }


def _write_traces(file: TextIO, log: EventLog, scenario: Scenario, offset: str) -> None:
    found = happenings(log, scenario)
    opening = _openings(log)
    lines = _event_lines(log, found, opening, offset)
    ends = log.cases["end_state"].tolist()
    first = found.first.tolist()
    for case, end in enumerate(ends):
        file.write(f"\t<trace>\n{_attribute('concept:name', case_name(log, case))}")
        file.write(_attribute("pathway:stream", log.vocabulary.streams[int(log.cases["stream"][case])]))
        if end != NONE:
            file.write(_attribute("pathway:outcome", log.vocabulary.states[end]))
        file.writelines(_attribute(name, value) for name, value in attributes_of(log, scenario, case))
        for _ in range(first[case], first[case + 1]):
            file.write(next(lines))
        file.write("\t</trace>\n")


def _openings(log: EventLog) -> list[str]:
    """Write once what every event of a state begins with."""
    return [f"\t\t<event>\n{_attribute('concept:name', name, INSIDE)}" for name in log.vocabulary.states]


INSIDE = "\t\t\t"


def _event_lines(log: EventLog, found: Happenings, opening: list[str], offset: str) -> Iterator[str]:
    """Write one event after the other, in the order of the cases."""
    held = {row: say_resources(each) for row, each in resources_by_visit(log).items()}
    said = {text: _attribute("org:resource", text, INSIDE) for text in {*held.values()}}
    steps = [_attribute("lifecycle:transition", name, INSIDE) for name in TRANSITIONS]
    outcomes, visits = log.visits["outcome"].tolist(), log.visits["visit"].tolist()
    columns = (found.state.tolist(), found.transition.tolist(), found.row.tolist(), stamps(log, found.time))
    for state, step, row, stamp in zip(*columns, strict=True):
        more = ""
        if row != NONE:
            more = f'{INSIDE}<string key="concept:instance" value="{visits[row]}"/>\n'
            if step in HOLDING and row in held:
                more += said[held[row]]
            if step >= COMPLETE and outcomes[row] != COMPLETED:
                more += _attribute("pathway:outcome", outcome_of(log, row), INSIDE)
        when = f'{INSIDE}<date key="time:timestamp" value="{stamp}{offset}"/>\n'
        yield f"{opening[state]}{steps[step]}{when}{more}\t\t</event>\n"


def _attribute(key: str, value: str | int | bool, indent: str = "\t\t") -> str:
    """Write one attribute in the type its value has.

    >>> print(_attribute("title", 'A & "中文" <x>', "") + _attribute("ill", True, "") + _attribute("n", 3, ""), end="")
    <string key="title" value="A &amp; &quot;中文&quot; &lt;x&gt;"/>
    <boolean key="ill" value="true"/>
    <int key="n" value="3"/>
    """
    kind = "boolean" if isinstance(value, bool) else "int" if isinstance(value, int) else "string"
    text = str(value).lower() if isinstance(value, bool) else as_xml(str(value))
    return f'{indent}<{kind} key="{as_xml(key)}" value="{text}"/>\n'


def as_xml(text: str) -> str:
    r"""Write a text so that it can stand inside an XML attribute; what XML cannot hold becomes a replacement mark.

    >>> as_xml("bell\x07, tab\t")
    'bell�, tab&#9;'
    """
    return escape(NOT_XML.sub("\ufffd", text), QUOTES)
