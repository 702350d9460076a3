"""What may vary: dotted paths with the values they may take, and the configurations these make."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from pathway import words
from pathway.errors import Finding, ScenarioError, SizingError
from pathway.scenario import paths_of, values_between

if TYPE_CHECKING:
    from pathway.scenario import Scenario

_RANGE = re.compile(r"[^,\[{]*\.\.[^,]*")
MOST = 2_000  # configurations; each takes some twenty replications
Path = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """Something that may vary: one dotted path, or several that take the same value, and the values."""

    paths: tuple[str, ...]
    values: tuple[object, ...]

    @property
    def name(self) -> str:
        """The paths as they were written."""
        return "+".join(self.paths)

    @property
    def is_ordered(self) -> bool:
        """Whether all values are numbers, so that one can be more than another."""
        return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in self.values)


@dataclass(frozen=True, eq=False)
class Configuration:
    """One choice of a value for everything that may vary, and the scenario with it."""

    name: str
    values: tuple[object, ...]  # one for each factor
    scenario: Scenario


def factors_from(vary: Mapping[Path, Iterable[object]]) -> tuple[Factor, ...]:
    """Make factors of paths and values as they are given in Python.

    >>> factors_from({"resources.server.capacity": range(2, 4)})
    (Factor(paths=('resources.server.capacity',), values=(2, 3)),)
    """
    factors = tuple(
        Factor(paths_of(path) if isinstance(path, str) else tuple(path), tuple(values)) for path, values in vary.items()
    )
    if not factors:
        raise SizingError("nothing may vary; name at least one path and its values")
    for factor in factors:
        if not factor.values:
            raise SizingError(f"{factor.name} has no values")
        if len({repr(value) for value in factor.values}) < len(factor.values):
            raise SizingError(f"{factor.name} has the same value twice")
    taken = [path for factor in factors for path in factor.paths]
    if twice := sorted({path for path in taken if taken.count(path) > 1}):
        raise SizingError(f"{', '.join(twice)} varies twice")
    return factors


def configurations(scenario: Scenario, factors: Sequence[Factor]) -> list[Configuration]:
    """Make a scenario of every combination of values; whatever any of them makes unsound is raised together."""
    count = 1
    for factor in factors:
        count *= len(factor.values)
    if count > MOST:
        raise SizingError(f"{count:,} configurations are more than {MOST:,}; let less vary, or in larger steps")
    labels = [_labels(scenario, factor.paths) for factor in factors]
    found: list[Configuration] = []
    findings: list[Finding] = []
    for values in product(*(factor.values for factor in factors)):
        name = words.listed(_called(scenario, label, value) for label, value in zip(labels, values, strict=True))
        try:
            found.append(Configuration(name, values, scenario.override(changes_of(factors, values), name=name)))
        except ScenarioError as refusal:
            findings += [finding for finding in refusal.findings if finding not in findings]
    if findings:
        raise ScenarioError(findings)
    return found


def choices(scenario: Scenario) -> list[list[str]]:
    """Say what a scenario itself lets vary: of each thing, every value in words.

    >>> from pathway.scenario import load_scenario
    >>> mmc = load_scenario("mmc").override({"vary": {"resources.server.capacity": [2, 3]}}, name="two")
    >>> choices(mmc)
    [['Server: 2', 'Server: 3']]
    """
    found = []
    for factor in factors_from({path: values for path, values in scenario.vary.items()}):
        label = _labels(scenario, factor.paths)
        found.append([_called(scenario, label, value) for value in factor.values])
    return found


def _labels(scenario: Scenario, paths: Sequence[str]) -> str:
    """Name what varies together; if it is the same of several things, by the first of them.

    >>> from pathway.scenario import load_scenario
    >>> mmc = load_scenario("mmc")
    >>> _labels(mmc, ("streams.arrivals.per_year", "run.seed")), _labels(mmc, ("run.seed", "other.seed"))
    ('Random arrivals, per year and run.seed', 'run.seed')
    """
    is_same = len({path.rpartition(".")[2] for path in paths}) == 1
    return " and ".join(_label(scenario, path) for path in (paths[:1] if is_same else paths))


def is_named(value: object) -> bool:
    """Tell whether a value is a named alternative: what it is called (`title`), and the `value` itself.

    >>> is_named({"title": "both away at once", "value": []}), is_named({"capacity": 2})
    (True, False)
    """
    return isinstance(value, Mapping) and set(value) == {"title", "value"}


def _called(scenario: Scenario, label: str, value: object) -> str:
    """Say what varies and its value; a named alternative says both by its name."""
    said = _say(scenario, value)
    return said if is_named(value) else f"{label}: {said}"


def changes_of(factors: Sequence[Factor], values: Sequence[object]) -> dict[str, object]:
    """Give what a choice of values writes at each path; of a named alternative, what it stands for.

    >>> changes_of((Factor(("a.x", "b.x"), (1, 2)),), (2,))
    {'a.x': 2, 'b.x': 2}
    """
    return {path: meant(value) for factor, value in zip(factors, values, strict=True) for path in factor.paths}


def meant(value: object) -> object:
    """Give what a value stands for, if it is a named alternative; itself otherwise."""
    return value["value"] if isinstance(value, Mapping) and is_named(value) else value


def in_table(value: object) -> object:
    """Give a value as it stands in a table: a named alternative by its name."""
    return value["title"] if isinstance(value, Mapping) and is_named(value) else value


def _label(scenario: Scenario, path: str) -> str:
    """Name what varies as the scenario does: by its title, and what of it, unless that is how much of a resource.

    >>> from pathway.scenario import load_scenario
    >>> mmc = load_scenario("mmc")
    >>> _label(mmc, "resources.server.capacity"), _label(mmc, "streams.arrivals.per_year"), _label(mmc, "run.seed")
    ('Server', 'Random arrivals, per year', 'run.seed')
    """
    section, _, rest = path.partition(".")
    name, _, what = rest.partition(".")
    titled: dict[str, Mapping[str, Any]] = {
        "resources": scenario.resources,
        "calendars": scenario.calendars,
        "streams": scenario.streams,
    }
    known = titled.get(section, {}).get(name)
    if known is None:
        return path
    title = known.title or name
    if not what or (section == "resources" and what in ("capacity", "calendar")):
        return title
    return f"{title}, {what.replace('_', ' ').replace('.', ' ')}"


def _say(scenario: Scenario, value: object) -> str:
    """Write a value: a calendar or a named alternative by its title, anything else as short as it is still understood.

    >>> from pathway.scenario import load_scenario
    >>> mmc = load_scenario("mmc")
    >>> _say(mmc, 3), _say(mmc, [{"days": ["wed"]}, {"days": ["fri"]}]), _say(mmc, {"value": 2})
    ('3', 'wed; fri', '2')
    """
    if isinstance(value, str) and value in scenario.calendars:
        return scenario.calendars[value].title or value
    if isinstance(value, Mapping) and is_named(value):
        return str(value["title"])
    if isinstance(value, Mapping):
        return ", ".join(_say(scenario, inner) for inner in value.values())
    if isinstance(value, (list, tuple)):
        is_flat = not any(isinstance(inner, (Mapping, list, tuple)) for inner in value)
        return (", " if is_flat else "; ").join(_say(scenario, inner) for inner in value)
    return str(value)


# ---------------------------------------------------------------- as written on a command line


def factor_from_text(text: str, read: Callable[[str], object]) -> Factor:
    """Read ``PATH=VALUES``: ``2..5``, ``2..10..2``, or values with commas between, each as in a scenario file.

    Parameters
    ----------
    text
        For instance ``resources.anaesthetist.capacity=2..5``; ``a.capacity+b.capacity=2..5`` varies two together.
    read
        What reads a value as a scenario file would (`pathway.scenario.read_value`).

    Raises
    ------
    SizingError
        If it cannot be read so.
    """
    path, sign, values = text.partition("=")
    if not sign or not path.strip() or not values.strip():
        raise SizingError(f"{text!r}: expected PATH=VALUES, such as resources.ct_scanner.capacity=1..3")
    if _RANGE.fullmatch(values.strip()):
        found: Sequence[object] = values_between(values) or ()
        if not found:
            raise SizingError(
                f"{values.strip()!r}: expected a range of whole numbers that goes up, such as 2..5 or 2..10..2"
            )
    else:
        found = [read(value) for value in _split(values)]
    return Factor(paths_of(path), tuple(found))


def _split(text: str) -> list[str]:
    """Split at commas that are not within brackets or quotes.

    >>> _split("a, b"), _split("[{days: [mon, tue]}], [{days: [wed]}]")
    (['a', 'b'], ['[{days: [mon, tue]}]', '[{days: [wed]}]'])
    """
    parts, depth, quote, part = [], 0, "", ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        depth += (letter in "[{") - (letter in "]}") if not quote else 0
        if letter == "," and depth == 0 and not quote:
            parts.append(part.strip())
            part = ""
        else:
            part += letter
    return [*parts, part.strip()]
