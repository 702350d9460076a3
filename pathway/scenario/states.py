"""From the document to the pathway: attributes in the order of drawing, states, deadlines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypedDict

from pathway.errors import nearest
from pathway.graph import (
    Activity,
    AnyState,
    Attribute,
    Deadline,
    Decision,
    Delay,
    Draw,
    End,
    Fork,
    Join,
    Pathway,
    Setting,
    Since,
    Start,
)
from pathway.scenario import quantities
from pathway.scenario.activities import read_activity
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.draws import NOTHING, Wanted, duration, read_draw
from pathway.scenario.harms import with_harms
from pathway.scenario.quantities import text
from pathway.scenario.rules import read_rules, read_state_name
from pathway.scenario.titles import value_titles
from pathway.scenario.words import STREAM, Words


def read_pathway(root: Cursor, words: Words) -> Pathway:
    """Read attributes, states and deadlines."""
    section = root.get("pathway")
    states = section.section("states") if section else []
    deadlines = section.section("deadlines") if section else []
    read = {name: state for name, entry in states if (state := _state(name, entry, words)) is not None}
    return Pathway(
        states=with_harms(read, section.section("harms") if section else [], words),
        attributes=_attributes(root, words),
        deadlines={name: _deadline(name, entry, words) for name, entry in deadlines},
    )


# ---------------------------------------------------------------- attributes


def _attributes(root: Cursor, words: Words) -> dict[str, Attribute]:
    """Read the attributes, each after those its draw depends on."""
    read = {}
    for name, entry in root.section("attributes"):
        if name == STREAM:
            entry.fault("is built in (the stream a patient comes with); use another name", key=True)
            continue
        read[name] = _attribute(name, entry, words)
    return _in_order(root, read)


def _attribute(name: str, entry: Cursor, words: Words) -> Attribute:
    measure = words.attributes[name]
    values, draw = entry.get("values"), entry.get("draw")
    if measure.kind == "category" and not measure.values:
        entry.fault("needs 'values', the list of its categories", key=values is None)
    elif measure.kind != "category" and values:
        values.fault(f"is for a category; {name} is of kind {measure.kind}", key=True)
    if len(set(measure.values)) < len(measure.values) and values:
        values.fault("has the same category twice")
    wanted = Wanted(measure, words, never=True, history=False)
    drawn = read_draw(draw, wanted) if draw else NOTHING
    title, called = entry.take("title", text, ""), value_titles(entry.get("value_titles"), measure.values)
    return Attribute(name, measure.kind, drawn, measure.values, title, called)


def _in_order(root: Cursor, read: Mapping[str, Attribute]) -> dict[str, Attribute]:
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for name in sorted(read):
        sorter.add(name, *sorted(_asked(read[name].draw) & read.keys()))
    ordered: list[str] = []
    try:
        sorter.prepare()
    except CycleError as why:
        circle = why.args[1]
        at, _ = find(root, ("attributes", min(circle)))
        at.fault(f"depends on itself: {' <- '.join(circle)}", key=True)
        return dict(read)
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return {name: read[name] for name in ordered}


def _asked(draw: Draw) -> set[str]:
    comparisons = [comparison for row in draw.rows for comparison in row.when]
    left = {comparison.name for comparison in comparisons if comparison.left == "attribute"}
    return left | {comparison.right for comparison in comparisons if isinstance(comparison.right, str)}


# ---------------------------------------------------------------- states


def _state(name: str, entry: Cursor, words: Words) -> AnyState | None:
    read = _READERS.get(words.states[name])
    return read(name, entry, words) if read else None


def _start(name: str, entry: Cursor, words: Words) -> AnyState:
    stream = entry.get("stream")
    return Start(
        **_common(name, entry, words),
        stream=stream.name(words.streams, "stream") if stream else "",
        rules=read_rules(entry, words),
    )


def _activity(name: str, entry: Cursor, words: Words) -> AnyState:
    return Activity(**_common(name, entry, words), **read_activity(entry, words))


def _delay(name: str, entry: Cursor, words: Words) -> AnyState:
    drawn, until = entry.get("duration"), entry.get("until")
    if (drawn is None) == (until is None):
        entry.fault("needs either 'duration' or 'until'", key=True)
    return Delay(
        **_common(name, entry, words),
        duration=read_draw(drawn, duration(words)) if drawn else None,
        until=_since(until, words) if until else None,
        rules=read_rules(entry, words),
    )


def _since(until: Cursor, words: Words) -> Since:
    minutes = until.take("after", quantities.whole_minutes, 0)
    weekday_of = until.get("weekday_of")
    weekday = read_state_name(weekday_of, words) if weekday_of else None
    return Since(minutes, read_state_name(until.get("since"), words), weekday)


def _decision(name: str, entry: Cursor, words: Words) -> AnyState:
    return Decision(**_common(name, entry, words), rules=read_rules(entry, words))


def _fork(name: str, entry: Cursor, words: Words) -> AnyState:
    branches = tuple(read_state_name(row, words) for row in entry.rows("branches"))
    if len(set(branches)) < max(2, len(branches)) and (at := entry.get("branches")):
        at.fault("needs at least two branches, all different")
    return Fork(
        **_common(name, entry, words),
        branches=branches,
        join=read_state_name(entry.get("join"), words, "join"),
    )


def _join(name: str, entry: Cursor, words: Words) -> AnyState:
    return Join(**_common(name, entry, words), rules=read_rules(entry, words))


def _end(name: str, entry: Cursor, words: Words) -> AnyState:
    return End(**_common(name, entry, words))


_READERS: Mapping[str, Callable[[str, Cursor, Words], AnyState]] = {
    "start": _start,
    "activity": _activity,
    "delay": _delay,
    "decision": _decision,
    "fork": _fork,
    "join": _join,
    "end": _end,
}


class _Common(TypedDict):
    name: str
    title: str
    phase: str
    source: str
    sets: tuple[Setting, ...]


def _common(name: str, entry: Cursor, words: Words) -> _Common:
    return {
        "name": name,
        "title": entry.take("title", text, ""),
        "phase": entry.take("phase", text, ""),
        "source": entry.take("source", text, ""),
        "sets": _settings(entry, words),
    }


def _settings(entry: Cursor, words: Words) -> tuple[Setting, ...]:
    """Read ``set:`` and ``add:``, in the order of attribute names."""
    settings: dict[str, Setting] = {}
    for name, at in entry.section("set"):
        if _may_set(name, at, words):
            draw = read_draw(at, Wanted(words.attributes[name], words, never=True))
            settings[name] = Setting(name, draw=draw)
    for name, at in entry.section("add"):
        if name in settings:
            at.fault("is set and added to in the same state; do one of them", key=True)
        elif _may_set(name, at, words):
            if words.attributes[name].kind != "integer":
                at.fault(f"adds to {name}, which is a {words.attributes[name].kind}; only an integer counts", key=True)
            settings[name] = Setting(name, add=at.read(quantities.whole, 0))
    return tuple(settings[name] for name in sorted(settings))


def _may_set(name: str, at: Cursor, words: Words) -> bool:
    if name == STREAM:
        at.fault("is built in and never changes", key=True)
    elif name not in words.attributes:
        at.fault(f"is about no known attribute{nearest(name, words.attributes)}", key=True)
    return name in words.attributes and name != STREAM


def _deadline(name: str, entry: Cursor, words: Words) -> Deadline:
    attribute = entry.get("attribute")
    asked = attribute.name(words.attributes, "attribute") if attribute else ""
    kind = words.attributes[asked].kind if asked in words.attributes else "duration"
    if attribute and kind != "duration":
        attribute.fault(f"is '{asked}', which is of kind {kind}; a deadline needs a duration")
    return Deadline(name, asked, read_state_name(entry.get("to"), words))
