"""The mapping file of a waiting list: what a hospital calls its columns and codes, and how it writes dates.

It is read by the reader of scenarios, so that what is wrong in it is said with line and column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pathway.errors import nearest
from pathway.interchange.mappings import check_sections, read_dates, read_texts
from pathway.scenario import quantities
from pathway.scenario.conditions import code
from pathway.scenario.cursor import Cursor, Findings
from pathway.scenario.patients import LEFT_KINDS
from pathway.scenario.records import Scenario
from pathway.scenario.words import STREAM, Words, words_of
from pathway.scenario.yaml import read_yaml

PLAIN = ("id", "state", "stream", "joined", "started", "referred", "priority", "count")
MOMENTS = ("joined", "started", "referred")
CODED = ("state", "stream", "priority")
SECTIONS = ("columns", "codes", "dates", "ignore")


@dataclass(frozen=True)
class Vocabulary:
    """What a list may speak of: a scenario's names, and its titles where they are not ambiguous."""

    scenario: Scenario
    words: Words
    places: Mapping[str, str]  # name or title -> name, of the states a patient can be in
    past: Mapping[str, str]  # the same of those that can lie behind a patient
    streams: Mapping[str, str]

    @property
    def attributes(self) -> list[str]:
        """The attributes a list may say."""
        return [name for name in self.words.attributes if name != STREAM]

    def key_of(self, written: str) -> str | None:
        """Give what a column is about: ``joined``, ``left.ct``, ``attributes.age``; None if it is nothing known."""
        if written in PLAIN:
            return written
        if written in self.attributes:
            return f"attributes.{written}"
        known = {"left": self.past, "visits": self.past, "attributes": {name: name for name in self.attributes}}
        known["due"] = {name: name for name in self.scenario.pathway.deadlines}
        prefix, _, rest = written.partition(".")
        return f"{prefix}.{known[prefix][rest]}" if rest in known.get(prefix, {}) else None

    def keys(self) -> list[str]:
        """List everything a column may be about."""
        past = sorted(set(self.past.values()))
        due = [f"due.{name}" for name in self.scenario.pathway.deadlines]
        return [*PLAIN, *self.attributes, *due, *(f"{p}.{name}" for p in ("left", "visits") for name in past)]


def vocabulary_of(scenario: Scenario) -> Vocabulary:
    """Collect what a list for a scenario may speak of; titles may be in any language the scenario has them in."""
    words = words_of(scenario.root)
    states = {name: data["title"] for name, data in scenario.pathway.graph.nodes(data=True)}
    streams = {name: stream.title for name, stream in scenario.streams.items()}
    titles = [states, *_titles_of(scenario.tree, "pathway", "states")]
    return Vocabulary(
        scenario,
        words,
        _named(words.states_of("activity", "delay"), titles),
        _named(words.states_of(*LEFT_KINDS), titles),
        _named(list(scenario.streams), [streams, *_titles_of(scenario.tree, "streams")]),
    )


def _titles_of(tree: Mapping[str, object], *section: str) -> Iterator[dict[str, str]]:
    """Give the titles of things as a scenario has them: its own, and those of each language beside it."""
    languages = tree.get("titles")
    for said in (tree, *(languages.values() if isinstance(languages, dict) else ())):
        things: object = said
        for key in section:
            things = things.get(key) if isinstance(things, Mapping) else None
        if isinstance(things, Mapping):
            named = {name: each.get("title") if isinstance(each, Mapping) else each for name, each in things.items()}
            yield {str(name): title for name, title in named.items() if isinstance(title, str)}


def _named(names: list[str], languages: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Give names by themselves and by title; a title of two, or one that is another's name, stands for neither."""
    called: dict[str, set[str]] = {}
    for titles in languages:
        for name in names:
            if title := titles.get(name):
                called.setdefault(title, set()).add(name)
    by_title = {title: next(iter(found)) for title, found in called.items() if len(found) == 1}
    return by_title | {name: name for name in names}


@dataclass(frozen=True)
class ListMapping:
    """How a list is written: column of each key, codes by key, date format by key ("" is all), ignored columns."""

    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()

    def format_of(self, key: str) -> str:
        """Give the format of a column of dates; nothing if it is ISO 8601."""
        return self.dates.get(key, self.dates.get("", ""))


def read_mapping(path: Path, vocabulary: Vocabulary, findings: Findings) -> ListMapping:
    """Read a mapping file; what is wrong with it is added to the findings."""
    node = read_yaml(path, str(path), findings)
    if node is None:
        return ListMapping()
    root = Cursor(node, "", findings)
    check_sections(root, SECTIONS)
    columns: dict[str, str] = {}
    for name, at in root.section("columns"):
        key = vocabulary.key_of(name)
        if key is None:
            at.fault(f"is nothing a waiting list says{nearest(name, vocabulary.keys())}", key=True)
        else:
            columns[key] = at.read(quantities.text, "")
    codes: dict[str, Mapping[str, str]] = {}
    for name, at in root.section("codes"):
        key = vocabulary.key_of(name)
        if key is not None and (key in CODED or key.startswith("attributes.")):
            codes[key] = _codes(key, at, vocabulary)
        else:
            at.fault(f"is no column that has codes{nearest(name, [*CODED, *vocabulary.attributes])}", key=True)
    dates = read_dates(root, lambda name: _moment_of(name, vocabulary))
    return ListMapping(columns, codes, dates, read_texts(root, "ignore"))


def _moment_of(name: str, vocabulary: Vocabulary) -> str | None:
    key = vocabulary.key_of(name)
    return key if key is not None and is_moment(key) else None


def is_moment(key: str) -> bool:
    """Tell whether a column holds dates."""
    return key in MOMENTS or key.startswith(("left.", "due."))


def _codes(key: str, at: Cursor, vocabulary: Vocabulary) -> dict[str, str]:
    """Read the codes of one column, each checked against what the scenario knows."""
    known = {"state": vocabulary.places, "stream": vocabulary.streams}
    read: dict[str, str] = {}
    for written, each in at.items():
        if key in known:
            value = each.name(known[key], key)
        elif key == "priority":
            value = str(each.read(quantities.priority, 0))
        else:
            measure = vocabulary.words.attributes[key.removeprefix("attributes.")]
            each.read(partial(code, measure=measure), 0)
            value = _written(each)
        read[str(written).strip()] = value
    return read


def _written(at: Cursor) -> str:
    value = at.node.value
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
