"""Conditions and names in words that a clinician reads: ``ECOG ≥ 3 and largest lesion ≤ 3 cm``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pathway import words
from pathway.clock import say_duration
from pathway.graph.records import Attribute, Comparison, State

SIGNS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def readable(name: str) -> str:
    """Turn an identifier into words: underscores become spaces, or a dash between numbers.

    >>> readable("near_vessel"), readable("75_84")
    ('near vessel', '75–84')
    """
    return re.sub(r"(?<=\d)_(?=\d)", "–", name).replace("_", " ")


def describe_when(
    comparisons: Iterable[Comparison],
    attributes: Mapping[str, Attribute],
    *,
    states: Mapping[str, State] | None = None,
) -> str:
    """Say in words under which conditions a row holds, with titles where there are any.

    Parameters
    ----------
    comparisons
        The conditions, all of which must hold; none at all reads ``always``.
    attributes
        The attributes of the pathway, for their titles and categories.
    states
        The states of the pathway, for the titles of those whose visits are counted.

    Examples
    --------
    >>> from pathway.graph import Attribute, Comparison, Draw
    >>> ecog = Attribute("ecog", "integer", Draw(()), title="ECOG")
    >>> size = Attribute("size", "category", Draw(()), values=("small", "over_3_cm"))
    >>> when = (Comparison("attribute", "ecog", ">=", 3), Comparison("attribute", "size", "==", 1))
    >>> describe_when(when, {"ecog": ecog, "size": size})
    'ECOG ≥ 3 and size = over 3 cm'
    """
    parts = [_comparison(comparison, attributes, states or {}) for comparison in comparisons]
    return words.text("when.and").join(parts) or words.text("when.always")


def _comparison(comparison: Comparison, attributes: Mapping[str, Attribute], states: Mapping[str, State]) -> str:
    name, right = comparison.name, comparison.right
    if comparison.left == "attribute":
        left = _attribute(name, attributes)
    elif comparison.left == "parameter":
        left = readable(name)
    else:
        state = states.get(name)
        title = (state.title if state else "") or readable(name)
        left = words.text("when.visits" if comparison.left == "visits" else "when.since", state=title)
    if isinstance(right, str):
        value = _attribute(right, attributes)
    elif comparison.left == "since":
        value = say_duration(right)
    else:
        value = _value(right, attributes.get(name) if comparison.left == "attribute" else None)
    return f"{left} {SIGNS[comparison.operator]} {value}"


def _attribute(name: str, attributes: Mapping[str, Attribute]) -> str:
    attribute = attributes.get(name)
    return (attribute.title if attribute else "") or readable(name)


def _value(code: int, attribute: Attribute | None) -> str:
    """Write the whole number that stands for a value as its reader knows it."""
    if attribute is None:
        return str(code)
    if attribute.kind == "category" and 0 <= code < len(attribute.values):
        called = attribute.value_titles[code] if attribute.value_titles else ""
        return called or readable(attribute.values[code])
    if attribute.kind == "yes_no" and code in (0, 1):
        return words.text("answer.yes" if code else "answer.no")
    return say_duration(code) if attribute.kind == "duration" else str(code)
