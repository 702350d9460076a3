"""Reading event logs in XES (IEEE 1849), plain or packed: streaming; nothing is fetched or expanded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from pathway.errors import nearest
from pathway.interchange.gathering import (
    ARRIVAL,
    OUTCOME,
    TRANSITIONS,
    Gathered,
    code_of,
)
from pathway.interchange.log_mapping import LogMapping
from pathway.interchange.moments import NO_ZONE, NoSuchMomentError, Wall
from pathway.interchange.observed import UNKNOWN
from pathway.interchange.packing import PIECE, PackedError, Unpacked
from pathway.interchange.rows import Tell

STANDARD = frozenset(
    {"concept:name", "time:timestamp", "lifecycle:transition", "concept:instance", "org:resource", "org:group"}
)
OURS = "pathway:"  # what begins so is of our own export
STARVED = 1 << 26  # bytes without an event that are read
EVERY = 10_000  # events after which it is said how far the reading is
VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def read_xes(path: Path | str, mapping: LogMapping | None = None, tell: Tell | None = None) -> tuple[Gathered, str]:
    """Read an event log in XES; give its rows and the digest of the file.

    Names as in the standard: `concept:name` of traces and events, `time:timestamp`, `lifecycle:transition` (without
    one, an event is a completion), `concept:instance`, `org:resource` or else `org:group`.

    Raises
    ------
    RefusedError
        If the file is no XES, is cut off, holds entities, or has events without a name or a time.
    """
    path = Path(path)
    handler = _Reader(Gathered(path.name), mapping or LogMapping())
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(handler)
    handler.locator = parser
    told, fed = EVERY, (0, 0)
    with _refusing(handler), Unpacked(path) as source:
        while piece := source.read(PIECE):
            parser.feed(piece)
            fed = _fed(handler, source, fed)
            if tell and len(handler.rows.case) >= told:
                told = len(handler.rows.case) + EVERY
                tell(source.done, source.size, len(handler.rows.case))
        parser.close()
        digest = source.digest()
    rows = handler.rows
    if not handler.is_log:
        rows.fault("no XES", 1, "is no event log in XES: there is no <log>")
        rows.faults.refuse()
    rows.unused = dict.fromkeys(sorted(handler.unused))
    for name in handler.mapping.attributes:
        if not rows.attributes[name]:
            rows.fault("an attribute missing", 1, f"nothing has an attribute {name!r}{nearest(name, handler.unused)}")
    if note := handler.wall.note():
        rows.notes.append(note)
    return rows, digest


def _fed(handler: _Reader, source: Unpacked, before: tuple[int, int]) -> tuple[int, int]:
    """Give how many events there are and at which byte the last came; what goes on without any is not read on."""
    events, at = before
    if handler.events != events:
        return handler.events, source.given
    if source.given - at > STARVED:
        raise PackedError(f"has no event in {STARVED:,} bytes: no log of events goes on like this")
    return before


@contextmanager
def _refusing(handler: _Reader) -> Iterator[None]:
    """Turn what is wrong with the file as such into a refusal, together with what was found before."""
    faults = handler.rows.faults
    try:
        yield
    except SAXParseException as why:
        faults.add("not XML", why.getLineNumber() or 1, _said(why), (why.getColumnNumber() or 0) + 1)
    except DefusedXmlException as why:
        found = f"holds a document type or entities ({type(why).__name__})"
        faults.add("harm", handler.line, f"{found}; a log needs none, and they can be used to do harm")
    except PackedError as why:
        faults.add("packed", handler.line, str(why))
    else:
        return
    faults.refuse()


def _said(why: SAXParseException) -> str:
    """Say in plain words what the parser found."""
    message = why.getMessage()
    if "no element found" in message or "unclosed" in message:
        return "the file ends here, in the middle of the log: it is cut off"
    if "invalid token" in message or "encoding" in message:
        return f"is not the text it says it is ({message}): a wrong encoding, or not XML"
    return f"is not well-formed XML: {message}"


class _Reader(ContentHandler):
    """Takes the elements as they come: a trace's attributes, then its events, each with its own."""

    def __init__(self, rows: Gathered, mapping: LogMapping) -> None:
        super().__init__()
        self.rows, self.mapping = rows, mapping
        rows.attributes = {name: {} for name in mapping.attributes}
        self.wall = Wall(mapping.zone)
        self.unused: set[str] = set()
        self.is_log = False
        self.depth = 0
        self.inside = ""  # "trace" or "event", and how deep
        self.level = 0
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.case = -1
        self.event_line = 0
        self.events = 0  # begun
        self.locator: Any = None
        self.has_offset: bool | None = None
        self.last = UNKNOWN  # the moment of the event before, of the case

    @property
    def line(self) -> int:
        """The line being read."""
        return int(self.locator.getLineNumber() or 1) if self.locator else 1

    def startElement(self, name: str, attributes: Any) -> None:  # noqa: N802 - SAX calls it so
        self.depth += 1
        if name in VALUES:
            if self.inside and self.depth == self.level + 1:
                held = self.event if self.inside == "event" else self.trace
                held[attributes.get("key", "")] = attributes.get("value", "")
        elif name == "event" and self.inside == "trace":
            if self.case < 0:
                self._begin_case()
            self.inside, self.level, self.event, self.event_line = "event", self.depth, {}, self.line
            self.events += 1
        elif name == "trace" and self.depth == 2:
            self.inside, self.level, self.trace, self.case = "trace", self.depth, {}, -1
        elif name == "log" and self.depth == 1:
            self.is_log = True

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX calls it so
        if name == "event" and self.inside == "event" and self.depth == self.level:
            self._take_event()
            self.inside, self.level = "trace", self.depth - 1
        elif name == "trace" and self.inside == "trace" and self.depth == self.level:
            self.inside, self.level = "", 0
        self.depth -= 1

    def _begin_case(self) -> None:
        name = self.trace.get("concept:name")
        if not name:
            self.rows.fault("a trace without a name", self.line, "a trace has no concept:name before its first event")
            name = f"\0{self.line}"
        elif name in self.rows.cases:
            self.rows.fault(
                "two traces of one name", self.line, "a second trace has the concept:name of an earlier one"
            )
        self.case = code_of(self.rows.cases, name)
        self.last = UNKNOWN
        self._take_attributes(self.trace, self.line)

    @property
    def is_ours(self) -> bool:
        """Whether the trace is of our own export."""
        return f"{OURS}stream" in self.trace

    def _take_attributes(self, held: dict[str, str], line: int) -> None:
        """Take what is said of the case; note what nothing is made of."""
        for name in held.keys() - STANDARD:
            if name in self.rows.attributes:
                self.rows.say(name, self.case, held[name], line)
            elif not name.startswith(OURS):
                self.unused.add(name)

    def _take_event(self) -> None:
        rows, event = self.rows, self.event
        name, when = event.get("concept:name"), event.get("time:timestamp")
        if not name:
            rows.fault("an event without a name", self.event_line, "an event has no concept:name")
        moment = self._moment(when)
        if not name or moment is None:
            return
        kind = self._kind(event)
        if kind is None:
            return
        known = rows.outcomes if kind == OUTCOME else rows.activities
        name = self.mapping.meaning("activity", name)
        self._take_attributes(event, self.event_line)
        resource = event.get("org:resource") or event.get("org:group")
        instance = event.get("concept:instance")
        rows.case.append(self.case)
        rows.activity.append(code_of(known, name))
        rows.transition.append(kind)
        rows.moment.append(moment[0])
        rows.started.append(UNKNOWN)
        rows.asked.append(UNKNOWN)
        rows.offset.append(moment[1])
        rows.instance.append(hash(instance) if instance is not None else -1)
        rows.resource.append(code_of(rows.resources, self.mapping.meaning("resource", resource)) if resource else -1)
        rows.line.append(self.event_line)
        rows.whole.append(hash((self.case, *event.items())))

    def _kind(self, event: dict[str, str]) -> int | None:
        if self.is_ours and "concept:instance" not in event:  # our own export: arrival or outcome
            return ARRIVAL if self.case not in self._arrived() else OUTCOME
        transition = self.mapping.meaning("lifecycle", event.get("lifecycle:transition", "complete")).lower()
        if transition in TRANSITIONS:
            return TRANSITIONS[transition]
        self.rows.ignored[transition if len(transition) <= 20 else "other"] += 1
        return None

    def _arrived(self) -> set[int]:
        """Give the cases whose arrival was read: in our own export it is the first event of a trace."""
        last = self.rows.case[-1] if self.rows.case else -1
        return {self.case} if last == self.case else set()

    def _moment(self, text: str | None) -> tuple[int, int] | None:
        """Read a time as seconds since 1970 and the offset of the clock it was read from."""
        if not text:
            self.rows.fault("an event without a time", self.event_line, "an event has no time:timestamp")
            return None
        try:
            read = datetime.fromisoformat(text)
        except ValueError:
            message = f"the time {text[:40]!r} is not in the standard's form, such as 2027-03-01T09:30:00+00:00"
            self.rows.fault("times in another form", self.event_line, message)
            return None
        self._check_offset(read.tzinfo is not None)
        try:
            moment = self.wall.read(read, self.last)
        except NoSuchMomentError:
            message = f"no clock showed {text[:40]!r} in that time zone, as clocks were put forward over it"
            self.rows.fault("times in another form", self.event_line, message)
            return None
        self.last = moment[0]
        return moment

    def _check_offset(self, has_offset: bool) -> None:
        """Want all times with an offset or all without, and if with one, the zone of the clock on the wall."""
        faults = self.rows.faults
        if self.has_offset is None:
            self.has_offset = has_offset
        elif self.has_offset != has_offset:
            message = "some times have an offset from UTC and some have none; all or none must"
            faults.add_once("mixed times", self.event_line, message)
        if self.is_ours and self.wall.zone is not None:
            message = "is a log of our own, of which the clock knows no summer time: leave --zone out"
            faults.add_once("a zone of our own", self.event_line, message)
        elif has_offset and not self.is_ours and self.wall.zone is None:
            faults.add_once("offsets", self.event_line, NO_ZONE)
