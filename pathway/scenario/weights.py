"""Reading weight maps: what may happen, how likely, one of them perhaps ``rest``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.nodes import Key
from pathway.scenario.quantities import share

T = TypeVar("T")

REST = "rest"
TOLERANCE = 1e-9


def read_weights(cursor: Cursor, parse: Callable[[Key], T]) -> list[tuple[Key, T, float]]:
    """Read a mapping of outcomes to weights that sum to 1: the keys as written, as parsed, and the weights.

    Weights that do not sum to 1 are at fault, never scaled; nothing comes back then.
    """
    entries = cursor.items()
    if not entries:
        if cursor.is_mapping:
            cursor.fault("is empty; expected weights that sum to 1")
        return []
    outcomes = [_outcome(key, below, parse) for key, below in entries]
    open_ended = [below for _, below in entries if below.node.value == REST]
    for below in open_ended[1:]:
        below.fault(f"is a second 'rest'; only one weight may be the rest ({open_ended[0].path} is)")
    weights = {key: below.read(share, 0.0) for key, below in entries if below.node.value != REST}
    if any(cursor.findings.under(below.path) for _, below in entries) or any(outcome is None for outcome in outcomes):
        return []
    total = sum(sorted(weights.values()))
    if total > 1 + TOLERANCE if open_ended else abs(total - 1) > TOLERANCE:
        expected = "at most 1, as one of them is the rest" if open_ended else "1"
        cursor.fault(f"sums to {total:.12g}, expected {expected}")
        return []
    rest = max(0.0, 1 - total)
    values = [outcome[0] for outcome in outcomes if outcome is not None]
    return [(key, value, weights.get(key, rest)) for (key, _), value in zip(entries, values, strict=True)]


def _outcome(key: Key, below: Cursor, parse: Callable[[Key], T]) -> tuple[T] | None:
    try:
        return (parse(key),)
    except UnreadableError as why:
        below.fault(f"has the key {key!r}; expected {why}", key=True)
        return None
