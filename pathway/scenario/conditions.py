"""Reading conditions such as ``age >= 75_84``, ``visits(mdt) < 3``, ``since(surgery) > 90 days``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from pathway.errors import nearest
from pathway.graph import AttributeKind, Comparison, Left, Operator
from pathway.scenario import quantities
from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.nodes import Scalar
from pathway.scenario.words import Measure, Words
from pathway.scenario.yaml import scalar

COMPARE: Mapping[Operator, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
ORDERED: tuple[AttributeKind, ...] = ("integer", "duration", "category")
HISTORY: Mapping[str, tuple[Left, Measure]] = {
    "visits": ("visits", Measure("integer")),
    "since": ("since", Measure("duration")),
}

A_CONDITION = "a condition such as 'age >= 75', 'visits(mdt) < 3' or '$policy == yes'"
_SIDES = re.compile(r"\s*(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*")
_CALL = re.compile(r"(\w+)\s*\(\s*(\w*)\s*\)")


def read_conditions(cursor: Cursor | None, words: Words, *, history: bool = True) -> tuple[Comparison, ...]:
    """Read one condition or a list of them, all of which must hold; none where nothing stands.

    With `history` False, conditions on completed visits are at fault, as there are none yet.
    """
    if cursor is None:
        return ()
    entries = cursor.entries() if cursor.is_list else [cursor]
    if not entries:
        cursor.fault(f"is an empty list; expected {A_CONDITION}, or no when at all")
    found = [entry.read(lambda value: parse_condition(value, words, history=history), None) for entry in entries]
    return tuple(comparison for comparison in found if comparison is not None)


def parse_condition(value: Scalar, words: Words, *, history: bool = True) -> Comparison | None:
    """Read one condition: what is compared, how, and with what whole number or attribute."""
    match = _SIDES.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise UnreadableError(A_CONDITION)
    left, sign, right = match[1], match[2], match[3]
    compare: Operator = next(known for known in COMPARE if known == sign)
    if left.startswith("$"):
        return _of_parameter(left[1:], compare, right, words)
    kind, name, measure = _left(left, words, history=history)
    if measure.kind not in ORDERED and compare not in ("==", "!="):
        raise UnreadableError(f"== or != after {left}, which is yes or no")
    return Comparison(kind, name, compare, _right(right, measure, words, name))


def _left(left: str, words: Words, *, history: bool) -> tuple[Left, str, Measure]:
    call = _CALL.fullmatch(left)
    if call is None:
        if left not in words.attributes:
            raise UnreadableError(f"an attribute on the left, and {left} is none{nearest(left, words.attributes)}")
        return "attribute", left, words.attributes[left]
    if call[1] not in HISTORY:
        raise UnreadableError(f"visits(state) or since(state), not {call[1]}(){nearest(call[1], HISTORY)}")
    if not history:
        raise UnreadableError(f"attributes and parameters only; at arrival {left} says nothing yet")
    if call[2] not in words.states:
        raise UnreadableError(f"a state in {call[1]}(), and {call[2]} is none{nearest(call[2], words.states)}")
    kind, measure = HISTORY[call[1]]
    return kind, call[2], measure


def _right(right: str, measure: Measure, words: Words, left: str) -> int | str:
    if right.startswith("$"):
        return code(_parameter(right[1:], words), measure)
    if right in measure.values:
        return measure.values.index(right)
    if right in words.attributes:
        other = words.attributes[right]
        if other.kind != measure.kind or (other.values and other.values != measure.values):
            raise UnreadableError(f"an attribute like {left} on the right, and {right} is of kind {other.kind}")
        return right
    return code(scalar(right), measure)


def _parameter(name: str, words: Words) -> Scalar:
    if name not in words.parameters:
        raise UnreadableError(f"a parameter after $, and {name} is none{nearest(name, words.parameters)}")
    return words.parameters[name]


def _of_parameter(name: str, compare: Operator, right: str, words: Words) -> Comparison:
    """Compare a parameter, whose value is known, with a number, a quantity, yes or no, or a word."""
    value = _parameter(name, words)
    other = _parameter(right[1:], words) if right.startswith("$") else scalar(right)
    for read in (quantities.yes_no, quantities.whole, quantities.whole_minutes):
        try:
            return Comparison("parameter", name, compare, read(other), read(value))
        except UnreadableError:
            continue
    if compare not in ("==", "!=") or not isinstance(value, str) or not isinstance(other, str):
        raise UnreadableError(f"something like the value of ${name}, which is {value}, on the right")
    return Comparison("parameter", name, compare, 1, int(value == other))


def code(value: Scalar, measure: Measure) -> int:
    """Turn a value into the whole number it is stored as: a category's code, minutes, 1 for yes, a count."""
    if measure.kind == "category" and measure.values:  # without values it is reported as such
        if value not in measure.values:
            known = ", ".join(measure.values)
            raise UnreadableError(f"one of {known}{nearest(str(value), measure.values)}")
        return measure.values.index(str(value))
    return _CODES[measure.kind](value)


def _minutes(value: Scalar) -> int:
    return round(quantities.minutes_or_never(value)) if value == "never" else quantities.whole_minutes(value)


_CODES: Mapping[str, Callable[[Scalar], int]] = {
    "category": lambda value: 0,
    "integer": quantities.whole,
    "yes_no": quantities.yes_no,
    "duration": _minutes,
}
