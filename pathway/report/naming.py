"""Where something stands in a scenario, and what stands there, in a reader's words instead of a file's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from pathway import words
from pathway.graph import readable
from pathway.graph.words import SIGNS
from pathway.report.numbers import MISSING, say_date
from pathway.scenario import Scenario

TITLED = ("resources", "calendars", "streams", "clocks", "parameters", "volumes", "attributes", "states")
NAMED = ("resources", "states", "calendars", "attributes", "parameters", "clocks", "streams")
NAME = re.compile(r"[a-z]\w*|\d+_\w+")  # of something in a document
QUANTITY = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?) ([a-z]+)\b")
PLAIN = frozenset({"value", "draw"})  # of a parameter, of an attribute: the thing itself


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a scenario: the part of it, the thing there, and what of the thing."""

    part: str
    key: str
    name: str
    what: str

    def __str__(self) -> str:
        """Name the thing, and what of it."""
        return words.text("written.has", what=self.name, value=self.what) if self.what else self.name


def place(scenario: Scenario, path: str) -> Place:
    """Say in words what a dotted path of a document leads to.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> str(place(load_scenario("mmc"), "resources.server.capacity"))
    'Server: how many'
    """
    steps = path.removeprefix("pathway.").split(".")
    part = re.sub(r"\[\d+\]$", "", steps[0])
    key = steps[1] if len(steps) > 1 else ""
    rest = [step for step in steps[2:] if step not in PLAIN]
    what = words.listed(_step(scenario, step) for step in rest)
    name = title(scenario, part, key) if part in TITLED and key else part_title(key or part)
    return Place(part, key, capitalised(name), what)


def title(scenario: Scenario, part: str, key: str) -> str:
    """Give the title of a resource, a state or another thing that a scenario names."""
    pathway = scenario.pathway
    things: Mapping[str, Any] = {"states": pathway.states, "attributes": pathway.attributes}.get(
        part, getattr(scenario, part, {})
    )
    return getattr(things.get(key), "title", "") or readable(key)


def part_title(part: str) -> str:
    """Name a part of a scenario.

    >>> part_title("calendars")
    'Calendars'
    """
    known = f"part.{part}" in words.catalogue()
    return words.text(f"part.{part}") if known else capitalised(readable(part))


def capitalised(text: str) -> str:
    """Begin with a capital letter and leave the rest as it is.

    >>> capitalised("MRI of the liver"), capitalised("largest lesion")
    ('MRI of the liver', 'Largest lesion')
    """
    return text[:1].upper() + text[1:]


def _step(scenario: Scenario, step: str) -> str:
    """Name one step of a path: by its word if it has one, by the title of what it names, or as it reads."""
    key = f"place.{step}"
    if key in words.catalogue():
        return words.text(key)
    return _worded(scenario, step)


def _titled(scenario: Scenario, name: str) -> str:
    found = (title(scenario, part, name) for part in NAMED)
    known = next((each for each in found if each != readable(name)), "")
    return known or _priced(scenario, name) or category(scenario, name) or readable(name)


def _priced(scenario: Scenario, name: str) -> str:
    """Give what an entry of the price list, or something used up there, is called."""
    if scenario.costs is None:
        return ""
    used_up = (each for entry in scenario.costs.states for each in entry.consumables)
    entries = chain(scenario.costs.states, scenario.costs.resources, used_up)
    titles: Iterator[str] = (each.title for each in entries if each.name == name)  # type: ignore[attr-defined]
    return next(filter(None, titles), "")


def category(scenario: Scenario, name: str) -> str:
    """Give what the category of that name is called, of whichever attribute; nothing if it has no title."""
    for attribute in scenario.pathway.attributes.values():
        for value, called in zip(attribute.values, attribute.value_titles, strict=False):
            if value == name and called:
                return called
    return ""


def say_value(scenario: Scenario, value: object) -> str:
    """Write a value of a document for a reader: titles for names, no brackets.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> mmc = load_scenario("mmc")
    >>> say_value(mmc, {"triangular": {"min": "5 min", "max": "9 min"}}), say_value(mmc, [True, "server"])
    ('triangular: min 5 min, max 9 min', 'yes, Server')
    """
    if isinstance(value, Mapping):
        why = value.get("why")
        value = {key: inner for key, inner in value.items() if key != "why"} if isinstance(why, str) else value
        value = {key: _condition(scenario, inner) if key == "when" else inner for key, inner in value.items()}
        pairs = [_pair(scenario, str(key), inner) for key, inner in value.items()]
        said = words.listed(pairs)
        return words.text("open.for", days=said, why=why) if isinstance(why, str) else said
    if isinstance(value, list | tuple) and value:
        join = words.clauses if any(isinstance(each, Mapping) for each in value) else words.listed
        return join(say_value(scenario, each) for each in value)
    if isinstance(value, bool):
        return words.text("answer.yes" if value else "answer.no")
    if isinstance(value, date):
        return say_date(value)
    if value is None or value in ("", []):
        return MISSING
    text = str(value)
    return _worded(scenario, text) if NAME.fullmatch(text) else QUANTITY.sub(_quantity, text)


def _quantity(found: re.Match[str]) -> str:
    """Write a quantity of a file with the unit's word, if the language has one of its own."""
    number, unit = found.groups()
    key = f"quantity.{unit}"
    return words.text(key, number=number) if key in words.catalogue() else found[0]


def _condition(scenario: Scenario, written: object) -> str:
    """Write a condition of a document with titles and the signs one reads.

    >>> from pathway.scenario import load_scenario
    >>> _condition(load_scenario("mmc"), "age >= 75_84")
    'age ≥ 75–84'
    """
    if isinstance(written, list):  # all of which must hold
        return " & ".join(_condition(scenario, each) for each in written)
    named = NAME.sub(lambda match: _worded(scenario, match[0]), str(written))
    return re.sub("<=|>=|!=|==", lambda match: SIGNS[match[0]], named)


def _pair(scenario: Scenario, key: str, inner: object) -> str:
    """Write a key with its value; a colon stands before what has keys of its own."""
    name, said = _worded(scenario, key), say_value(scenario, inner)
    return words.text(
        "written.has" if isinstance(inner, Mapping | list | tuple) else "written.is", what=name, value=said
    )


def _worded(scenario: Scenario, name: str) -> str:
    """Name a word of a file: by its title, by the language's word for it, or as it reads."""
    title, key = _titled(scenario, name), f"written.{name}"
    return words.text(key) if title == readable(name) and key in words.catalogue() else title
