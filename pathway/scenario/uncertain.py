"""Numbers that are not known for sure: within which limits each may lie, and a scenario with other values."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pathway.errors import nearest
from pathway.scenario import quantities
from pathway.scenario.cursor import Cursor, Findings, UnreadableError, find
from pathway.scenario.nodes import Scalar, paths_of, plain, steps
from pathway.scenario.quantities import is_quantity, split, text
from pathway.scenario.records import Uncertain
from pathway.scenario.sources import kind_of, source_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pathway.scenario.records import Scenario

SEED = 20_270_104  # of the sets
DIGITS = 6  # that a value is given, beyond which nobody knows it anyway


def read_uncertain(root: Cursor) -> dict[str, Uncertain]:
    """Read which numbers are uncertain, by their path."""
    return {path: _uncertain(root, path, entry) for path, entry in root.section("uncertain")}


def _uncertain(root: Cursor, path: str, entry: Cursor) -> Uncertain:
    multiplies = bool(entry.take("multiplies", quantities.yes_no, 0))
    found = [plain(at.node) for part in paths_of(path) if (at := _there(root, part, entry))]
    if multiplies and not all(map(_can_be_multiplied, found)):
        entry.fault("multiplies nothing; expected paths of numbers, quantities, or distributions of quantities")
    for key in ("low", "high"):
        if entry.get(key) is None:
            entry.fault(f"needs '{key}'")
    limits = {key: _limit(entry, key) for key in ("low", "high", "likely")}
    _check_limits(entry, limits)
    (low, unit), (high, _), (likely, _) = limits.values()
    are_whole = all(isinstance(value, int) and not isinstance(value, bool) for value in found)
    return Uncertain(
        path,
        0.0 if low is None else low,
        1.0 if high is None else high,
        likely,
        unit=unit,
        multiplies=multiplies,
        is_whole=are_whole and not multiplies and all(n is None or n == int(n) for n, _ in limits.values()),
        title=entry.take("title", text, ""),
        source=entry.take("source", text, ""),
    )


def _there(root: Cursor, path: str, entry: Cursor) -> Cursor | None:
    """Give what stands at a path, or report that nothing does."""
    at, rest = find(root, steps(path))
    if not rest:
        return at
    known = [str(key) for key, _ in at.items()] if at.is_mapping else []
    entry.fault(f"is no number of this scenario; there is no {rest[0]}{nearest(str(rest[0]), known)}", key=True)
    return None


def _check_limits(entry: Cursor, limits: Mapping[str, tuple[float | None, str]]) -> None:
    units = {unit for number, unit in limits.values() if number is not None}
    if len(units) > 1:
        said = " and ".join(unit or "plain numbers" for unit in sorted(units))
        entry.fault(f"has limits in {said}; expected one unit")
    low, high, likely = (number for number, _ in limits.values())
    if low is None or high is None:
        return
    if not low < high:
        entry.fault(f"has low {low:g} and high {high:g}; expected low below high")
    elif likely is not None and not low <= likely <= high:
        entry.fault(f"has likely {likely:g}, which is not between {low:g} and {high:g}")


def _limit(entry: Cursor, key: str) -> tuple[float | None, str]:
    nothing: tuple[float | None, str] = (None, "")
    return entry.take(key, _number, nothing)


def _number(value: Scalar) -> tuple[float | None, str]:
    """Read a plain number, or a number with a unit."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value), ""
    parts = split(value) if is_quantity(value) else None
    if parts is None:
        raise UnreadableError("a number, or a quantity such as '20 min' or '96 percent'")
    return parts


def _can_be_multiplied(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_can_be_multiplied(inner) for inner in value.values() if not _is_plain_number(inner))
    if isinstance(value, list):
        return any(_can_be_multiplied(inner) for inner in value if not _is_plain_number(inner))
    return _is_plain_number(value) or is_quantity(value)


def _is_plain_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def multiplied(value: object, factor: float) -> object:
    """Multiply a number, a quantity, or every quantity of a distribution; its plain numbers are shapes and stay.

    >>> multiplied({"lognormal": {"median": "100 min", "sigma": 0.3}}, 1.5)
    {'lognormal': {'median': '150 min', 'sigma': 0.3}}
    >>> multiplied(20, 0.5), multiplied("3 days", 2)
    (10.0, '6 days')
    """
    if isinstance(value, Mapping):
        return {key: inner if _is_plain_number(inner) else multiplied(inner, factor) for key, inner in value.items()}
    if isinstance(value, list):
        return [inner if _is_plain_number(inner) else multiplied(inner, factor) for inner in value]
    if isinstance(value, str):
        parts = split(value) if is_quantity(value) else None
        return f"{_rounded(parts[0] * factor):g} {parts[1]}" if parts else value
    return _rounded(value * factor) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def with_values(scenario: Scenario, levels: Mapping[str, float], *, name: str) -> Scenario:
    """Give a scenario in which uncertain numbers have other values, each named by its path and a level from 0 to 1.

    Parameters
    ----------
    scenario
        A scenario that says under ``uncertain`` which numbers are.
    levels
        Path to the probability below which the value lies: 0 is the lowest, 0.5 the middle, 1 the highest.
    name
        The name of the new scenario.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> unsure = {"uncertain": {"resources.server.capacity": {"low": 2, "high": 4}}}
    >>> scenario = load_scenario("mmc").override(unsure, name="unsure")
    >>> with_values(scenario, {"resources.server.capacity": 1.0}, name="most").resources["server"].capacity
    4
    """
    changes: dict[str, object] = {}
    for path, level in levels.items():
        changes |= values_at(scenario, scenario.uncertain[path], level)
    return scenario.override(changes, name=name, title=scenario.title)


def input_sets(scenario: Scenario, count: int, paths: Sequence[str]) -> tuple[NDArray[np.float64], list[Scenario]]:
    """Draw sets of plausible inputs: a Latin hypercube over the limits of some uncertain numbers, always the same one.

    Gives the levels (sets by numbers) and the scenarios.

    >>> from pathway.scenario import load_scenario
    >>> unsure = {"uncertain": {"streams.arrivals.per_year": {"low": 1200, "high": 1400}}}
    >>> scenario = load_scenario("mmc").override(unsure, name="unsure")
    >>> levels, scenarios = input_sets(scenario, 4, ["streams.arrivals.per_year"])
    >>> sorted((levels[:, 0] * 4).astype(int).tolist()), [each.name for each in scenarios][:2]
    ([0, 1, 2, 3], ['set 0', 'set 1'])
    """
    from scipy.stats import qmc

    levels = qmc.LatinHypercube(len(paths), rng=SEED).random(count)
    return levels, scenarios_at(scenario, levels, paths, "set")


def scenarios_at(scenario: Scenario, levels: NDArray[np.float64], paths: Sequence[str], what: str) -> list[Scenario]:
    """Give the scenarios at some points of the ranges: a row of `levels` each, a column for each path."""
    return [
        with_values(scenario, dict(zip(paths, row.tolist(), strict=True)), name=f"{what} {number}")
        for number, row in enumerate(levels)
    ]


def values_at(scenario: Scenario, uncertain: Uncertain, level: float) -> dict[str, object]:
    """Give what stands at each path of an uncertain number at a level, as a scenario file would write it."""
    number = _rounded(uncertain.at(level))
    if uncertain.multiplies:
        return {path: multiplied(_value(scenario, path), number) for path in paths_of(uncertain.path)}
    whole = math.floor(number + 0.5) if uncertain.is_whole else number
    return dict.fromkeys(paths_of(uncertain.path), f"{number:g} {uncertain.unit}" if uncertain.unit else whole)


def _value(scenario: Scenario, path: str) -> object:
    return plain(find(Cursor(scenario.root, "", Findings()), steps(path))[0].node)


def say_limit(uncertain: Uncertain, limit: float) -> str:
    """Write a limit: a factor, or a number with its unit.

    >>> say_limit(Uncertain("p", 0.7, 1.3, multiplies=True), 0.7), say_limit(Uncertain("p", 20, 30, unit="min"), 20)
    ('× 0.7', '20 min')
    """
    if uncertain.multiplies:
        return f"× {limit:g}"
    return f"{limit:g} {uncertain.unit}" if uncertain.unit else f"{limit:g}"


def source_of(scenario: Scenario, uncertain: Uncertain) -> str:
    """Give where the number comes from: what stands with its limits, or with the number itself."""
    if uncertain.source:
        return uncertain.source
    path = paths_of(uncertain.path)[0]
    at, _ = find(Cursor(scenario.root, "", Findings()), steps(path))
    return source_at(tuple(steps(path)), at.node, scenario.sources)


def title_of(scenario: Scenario, uncertain: Uncertain) -> str:
    """Name the number: as its limits do, or the parameter it is, or by its path."""
    section, _, rest = uncertain.path.partition(".")
    parameter = scenario.parameters.get(rest.partition(".")[0]) if section == "parameters" else None
    return uncertain.title or (parameter.title if parameter else "") or uncertain.path


def is_assumed(scenario: Scenario, uncertain: Uncertain) -> bool:
    """Say whether the number has no source: an assumption, or nothing at all."""
    return kind_of(source_of(scenario, uncertain), scenario) != "sourced"
