"""Reading draws: constants, weights, distributions, and tables of them that depend on a patient's attributes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pathway.clock import NEVER
from pathway.errors import nearest
from pathway.graph import Draw, Row
from pathway.sampling import NO_FLOOR, Sampler, constant, discrete, sampler_from
from pathway.scenario import quantities
from pathway.scenario.conditions import code, read_conditions
from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.nodes import Key, Scalar, shown
from pathway.scenario.weights import read_weights
from pathway.scenario.words import Measure, Words

FORMS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "uniform": (("min", "max"),),
    "triangular": (("min", "mode", "max"),),
    "exponential": (("mean",),),
    "lognormal": (("median", "sigma"), ("mean", "sd")),
    "weibull": (("shape", "scale"), ("shape", "mean")),
    "gamma": (("shape", "mean"),),
}
PLAIN = frozenset({"shape", "sigma"})  # parameters without a unit
MAY_BE_ZERO = frozenset({"min", "mode", "max"})
LARGEST = 2.0**60
INCREASING = ("min", "mode", "max")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a draw is to give: the measure, whether ``never`` is allowed, and what its rows may ask."""

    measure: Measure
    words: Words
    never: bool = False
    history: bool = True

    @property
    def floor(self) -> int:
        """The least a draw that is not constant may give."""
        return 1 if self.measure.kind == "duration" else NO_FLOOR

    def code(self, value: Scalar) -> int:
        """Read one value as the whole number it is stored as."""
        read = code(value, self.measure)
        if read >= NEVER and not self.never:
            raise UnreadableError("a duration, as this cannot wait for ever")
        return read

    def amount(self, value: Scalar) -> float:
        """Read a parameter of a distribution: minutes, or a plain number."""
        return quantities.minutes(value) if self.measure.kind == "duration" else quantities.number(value)


NOTHING = Draw((Row((), constant(0)),))


def duration(words: Words, *, never: bool = False) -> Wanted:
    """Want a duration."""
    return Wanted(Measure("duration"), words, never=never)


def read_draw(cursor: Cursor, wanted: Wanted) -> Draw:
    """Read a draw: a value, a distribution, or rows of them of which the first that matches counts."""
    if not cursor.is_list:
        return Draw((Row((), read_sampler(cursor, wanted)),))
    rows = cursor.entries()
    check_rows(cursor, rows)
    return Draw(tuple(_row(row, wanted) for row in rows)) if rows else NOTHING


def check_rows(cursor: Cursor, rows: list[Cursor]) -> None:
    """Report rows that are never reached, and a table whose last row does not catch the rest."""
    if not rows:
        cursor.fault("is an empty list; expected at least one row")
        return
    for number, row in enumerate(rows, 1):
        conditional = row.get("when") is not None
        if not conditional and number < len(rows):
            rows[number].fault(f"is never reached, as row {number} has no 'when'")
            return
        if conditional and number == len(rows):
            row.fault("is the last row and has a 'when'; the last row must catch all the rest")


def _row(row: Cursor, wanted: Wanted) -> Row:
    if not row.is_mapping:
        row.fault(f"is {shown(row.node)}; expected a row such as {{when: [...], value: ...}}")
        return NOTHING.rows[0]
    when = read_conditions(row.get("when"), wanted.words, history=wanted.history)
    return Row(when, read_sampler(row, wanted, ignore=("when", "why", "source", "remarks")))


# ---------------------------------------------------------------- one distribution


def read_sampler(cursor: Cursor, wanted: Wanted, ignore: tuple[str, ...] = ("source", "remarks")) -> Sampler:
    """Read a value or a distribution, reporting what is wrong with it."""
    if not cursor.is_mapping:
        return constant(cursor.read(wanted.code, 0))
    keys = [str(key) for key, _ in cursor.items() if key not in (*ignore, "shift")]
    if len(keys) != 1:
        found = f"has {' and '.join(keys)}" if keys else "has no distribution"
        cursor.fault(f"{found}; expected one of {', '.join(sorted(_READERS))}")
        return constant(0)
    (form,) = keys
    below = cursor.get(form)
    if form not in _READERS or below is None:
        hint = nearest(form, _READERS) or f"; there are {', '.join(sorted(_READERS))}"
        cursor.findings.add(
            below.node.key if below else cursor.node.key,
            f"{cursor.path}.{form}",
            f"{cursor.path}.{form} is no distribution{hint}",
        )
        return constant(0)
    shift = cursor.take("shift", wanted.amount, 0.0)
    return _READERS[form](below, wanted, shift)


def _value(cursor: Cursor, wanted: Wanted, shift: float) -> Sampler:
    return constant(cursor.read(wanted.code, 0) + math.floor(shift + 0.5))


def _weights(cursor: Cursor, wanted: Wanted, shift: float) -> Sampler:
    entries = read_weights(cursor, wanted.code)
    if not entries:
        return constant(0)
    by_name = wanted.measure.kind == "category"
    entries = sorted(entries, key=lambda entry: str(entry[0]) if by_name else entry[1])
    return _discrete([value for _, value, _ in entries], [weight for _, _, weight in entries], wanted, shift)


def _discrete(values: list[int], weights: list[float], wanted: Wanted, shift: float) -> Sampler:
    # a duration that varies lasts at least a minute, whatever its form
    return discrete([max(wanted.floor, math.floor(value + shift + 0.5)) for value in values], weights)


def _probability(cursor: Cursor, wanted: Wanted, shift: float) -> Sampler:
    if wanted.measure.kind not in ("yes_no", "integer"):
        cursor.fault(f"is a probability, and a {wanted.measure.kind} is wanted here", key=True)
    likely = cursor.read(quantities.share, 0.0)
    return discrete([1, 0], [likely, 1 - likely])


def _empirical(cursor: Cursor, wanted: Wanted, shift: float) -> Sampler:
    if not _only(cursor, ("values", "weights")):
        return constant(0)
    if cursor.get("values") is None:
        cursor.fault("needs 'values', a list of what was observed")
        return constant(0)
    values = [entry.read(wanted.code, 0) for entry in cursor.rows("values")]
    weights = [entry.read(quantities.not_negative, 0.0) for entry in cursor.rows("weights")]
    if cursor.get("weights") is None:
        weights = [1 / len(values)] * len(values)
    if len(weights) != len(values) or not values:
        cursor.fault(f"has {len(values)} values and {len(weights)} weights; expected one weight for each value")
        return constant(0)
    if abs(sum(weights) - 1) > 1e-9:
        cursor.fault(f"has weights that sum to {sum(weights):.12g}, expected 1")
        return constant(0)
    pairs = sorted(zip(values, weights, strict=True))
    return _discrete([value for value, _ in pairs], [weight for _, weight in pairs], wanted, shift)


def _distribution(form: str) -> Callable[[Cursor, Wanted, float], Sampler]:
    def read(cursor: Cursor, wanted: Wanted, shift: float) -> Sampler:
        if wanted.measure.kind not in ("duration", "integer"):
            cursor.fault(f"gives numbers, and a {wanted.measure.kind} is wanted here", key=True)
            return constant(0)
        keys = [key for key, _ in cursor.items()]
        choice = next((choice for choice in FORMS[form] if set(keys) == set(choice)), None)
        if choice is None:
            if cursor.is_mapping:
                allowed = " or ".join("{" + ", ".join(choice) + "}" for choice in FORMS[form])
                cursor.fault(f"has {', '.join(map(str, keys)) or 'nothing'}; expected {allowed}")
            return constant(0)
        parameters = {name: cursor.take(name, _parameter(name, wanted), math.nan) for name in choice}
        if any(math.isnan(value) for value in parameters.values()) or not _increase(cursor, parameters):
            return constant(0)
        try:
            sampler = sampler_from(form, parameters, shift=shift, floor=wanted.floor)
            is_moderate = max(_largest(sampler), sampler.mean) < LARGEST
        except OverflowError:
            is_moderate = False
        if is_moderate:
            return sampler
        cursor.fault("has values so extreme that no whole number of 64 bits holds them")
        return constant(0)

    return read


def _largest(sampler: Sampler) -> float:
    """Give about the largest draw there is (that of u = 1 - 2^-53) of what has a long tail."""
    p = sampler.parameters
    if sampler.kind == "lognormal":
        return math.exp(p[0] + 8.3 * p[1])
    return p[1] * math.pow(37, 1 / p[0]) if sampler.kind == "weibull" else 0.0


def _parameter(name: str, wanted: Wanted) -> Callable[[Scalar], float]:
    def read(value: Scalar) -> float:
        amount = quantities.number(value) if name in PLAIN else wanted.amount(value)
        if name not in MAY_BE_ZERO and amount <= 0:
            raise UnreadableError("a value above 0")
        return amount

    return read


def _increase(cursor: Cursor, parameters: Mapping[str, float]) -> bool:
    """Report a least value that is not the least."""
    inner = [(name, parameters[name]) for name in INCREASING if name in parameters]
    for (before, low), (name, high) in zip(inner, inner[1:], strict=False):
        if high < low:
            at = cursor.get(name) or cursor
            at.fault(f"is {shown(at.node)}, which is below {before}")
            return False
    if inner and inner[0][1] == inner[-1][1]:
        cursor.fault("has min equal to max; write the value itself")
        return False
    return True


def _only(cursor: Cursor, allowed: tuple[Key, ...]) -> bool:
    unknown = [(str(key), below) for key, below in cursor.items() if key not in allowed]
    for key, below in unknown:
        hint = nearest(key, map(str, allowed)) or f"; there are {', '.join(map(str, allowed))}"
        below.fault(f"is an unknown key{hint}", key=True)
    return cursor.is_mapping and not unknown


_READERS: Mapping[str, Callable[[Cursor, Wanted, float], Sampler]] = {
    "value": _value,
    "weights": _weights,
    "probability": _probability,
    "empirical": _empirical,
    **{form: _distribution(form) for form in FORMS},
}
