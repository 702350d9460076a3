"""Reading event logs in XES (IEEE 1849), plain or packed: streaming; nothing is fetched or expanded."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from pathway.errors import Finding
from pathway.interchange.gathering import (
    ARRIVAL,
    OUTCOME,
    TRANSITIONS,
    Gathered,
    code_of,
)
from pathway.interchange.moments import seconds_of
from pathway.interchange.observed import UNKNOWN
from pathway.interchange.packing import MOST_PACKED, is_packed
from pathway.interchange.refusing import RefusedError

Progress = Callable[[int, int], None]
PIECE = 1 << 20
VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def read_xes(path: Path | str, progress: Progress | None = None) -> tuple[Gathered, str]:
    """Read an event log in XES; give its rows and the digest of the file.

    Names as in the standard: `concept:name` of traces and events, `time:timestamp`, `lifecycle:transition` (without
    one,
    an event is a completion), `concept:instance`, `org:resource` or else `org:group`.

    Raises
    ------
    RefusedError
        If the file is no XES, is cut off, holds entities, or has events without a name or a time.
    """
    path = Path(path)
    handler = _Reader(Gathered(path.name))
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    parser.setContentHandler(handler)
    handler.locator = parser
    digest = hashlib.sha256()
    size = path.stat().st_size
    with path.open("rb") as raw:
        try:
            _feed(raw, is_packed(path), parser, digest, size, progress or (lambda done, of: None))
            parser.close()
        except SAXParseException as why:
            raise _refused(path, why.getLineNumber() or 1, (why.getColumnNumber() or 0) + 1, _said(why)) from None
        except DefusedXmlException as why:
            message = (
                f"holds a document type or entities ({type(why).__name__}); a log needs none, and "
                f"they can be used to do harm"
            )
            raise _refused(path, handler.line, 1, message) from None
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise _refused(path, handler.line, 1, "the packed file is cut off or damaged here; copy it again") from None
    if not handler.is_log:
        raise _refused(path, 1, 1, "is no event log in XES: there is no <log>")
    rows = handler.rows
    if handler.offsets > {None} and None in handler.offsets:
        rows.fault(
            "mixed times", handler.line, "some times have an offset from UTC and some have none; all or none must"
        )
    return rows, digest.hexdigest()


def _feed(  # noqa: PLR0917 - what to read, where to put it, and who is told
    raw: BinaryIO, packed: bool, parser: Any, digest: Any, size: int, progress: Progress
) -> None:
    unpack = zlib.decompressobj(wbits=31) if packed else None
    done = given = 0
    while piece := raw.read(PIECE):
        digest.update(piece)
        done += len(piece)
        while unpack is not None and piece:
            text = unpack.decompress(piece, 4 * PIECE)
            given += len(text)
            if given > 64 * PIECE and given > MOST_PACKED * size:
                raise EOFError
            parser.feed(text)
            piece = unpack.unconsumed_tail or unpack.unused_data
            if unpack.eof:
                unpack = zlib.decompressobj(wbits=31) if piece else unpack
                if not piece:
                    break
        if unpack is None:
            parser.feed(piece)
        progress(done, size)
    if unpack is not None and not unpack.eof:
        raise EOFError


def _said(why: SAXParseException) -> str:
    """Say in plain words what the parser found."""
    message = why.getMessage()
    if "no element found" in message or "unclosed" in message:
        return "the file ends here, in the middle of the log: it is cut off"
    if "invalid token" in message or "encoding" in message:
        return f"is not the text it says it is ({message}): a wrong encoding, or not XML"
    return f"is not well-formed XML: {message}"


def _refused(path: Path, line: int, column: int, message: str) -> RefusedError:
    return RefusedError([Finding(path.name, line, column, message)])


class _Reader(ContentHandler):
    """Takes the elements as they come: a trace's attributes, then its events, each with its own."""

    def __init__(self, rows: Gathered) -> None:
        super().__init__()
        self.rows = rows
        self.is_log = False
        self.depth = 0
        self.inside = ""  # "trace" or "event", and how deep
        self.level = 0
        self.trace: dict[str, str] = {}
        self.event: dict[str, str] = {}
        self.case = -1
        self.event_line = 0
        self.locator: Any = None
        self.offsets: set[int | None] = set()

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
        resource = event.get("org:resource") or event.get("org:group")
        instance = event.get("concept:instance")
        rows.case.append(self.case)
        rows.activity.append(code_of(known, name))
        rows.transition.append(kind)
        rows.moment.append(moment[0])
        rows.started.append(UNKNOWN)
        rows.offset.append(moment[1])
        rows.instance.append(hash(instance) if instance is not None else -1)
        rows.resource.append(code_of(rows.resources, resource) if resource else -1)
        rows.line.append(self.event_line)
        rows.whole.append(hash((self.case, *event.items())))

    def _kind(self, event: dict[str, str]) -> int | None:
        if "pathway:stream" in self.trace and "concept:instance" not in event:  # our own export: arrival or outcome
            return ARRIVAL if self.case not in self._arrived() else OUTCOME
        transition = event.get("lifecycle:transition", "complete").lower()
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
        seconds, offset = seconds_of(read)
        self.offsets.add(offset)
        return seconds, offset or 0
