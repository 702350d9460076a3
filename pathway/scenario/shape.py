"""Which keys stand where: pydantic's errors, said in our words and at their place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from pathway.errors import nearest
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.nodes import Node, joined, shown
from pathway.scenario.schema import Document

KIND_AT = 3  # pathway.states.NAME is followed by the kind in pydantic's locations


def check_shape(root: Cursor) -> None:
    """Report unknown and missing keys, and values of the wrong kind."""
    try:
        Document.model_validate(_as_read(root.node))
    except ValidationError as why:
        for error in why.errors(include_url=False, include_input=False):
            _report(root, error)


def _as_read(node: Node) -> object:
    """Give a tree as plain values whose keys are all texts, so that an odd key is an unknown one."""
    if isinstance(node.value, dict):
        return {str(key): _as_read(child) for key, child in node.value.items()}
    return [_as_read(child) for child in node.value] if isinstance(node.value, list) else node.value


def _report(root: Cursor, error: Mapping[str, Any]) -> None:
    location = tuple(error["loc"])
    if location[-1] == "[key]":
        at, _ = find(root, location[:-1])
        at.fault("is no name; a name has letters, digits and _ and does not begin with a digit", key=True)
        return
    at, rest = find(root, _without_kind(location))
    if error["type"] == "missing":
        path = joined(at.path, location[-1])
        at.findings.add(at.node.key, path, f"{path} is missing")
        return
    say = _SAY.get(error["type"], _wanted("another kind of value"))
    key, text = say(at, location, error)
    at.fault(text, key=key)


def _without_kind(location: tuple[Any, ...]) -> tuple[Any, ...]:
    if location[:2] == ("pathway", "states") and len(location) > KIND_AT:
        return location[:KIND_AT] + location[KIND_AT + 1 :]
    return location


Said = tuple[bool, str]  # whether the key is at fault, and what to say


def _unknown(at: Cursor, location: tuple[Any, ...], error: Mapping[str, Any]) -> Said:
    allowed = sorted(_allowed(location[:-1]))
    hint = nearest(str(location[-1]), allowed) or f"; there are {', '.join(allowed)}"
    return True, f"is an unknown key{hint}"


def _literal(at: Cursor, location: tuple[Any, ...], error: Mapping[str, Any]) -> Said:
    words = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    return False, f"is {shown(at.node)}; expected {', '.join(words)}{nearest(str(at.node.value), words)}"


def _no_kind(at: Cursor, location: tuple[Any, ...], error: Mapping[str, Any]) -> Said:
    return True, f"has no kind; expected one of {error['ctx'].get('expected_tags', _KINDS).replace(chr(39), '')}"


def _bad_kind(at: Cursor, location: tuple[Any, ...], error: Mapping[str, Any]) -> Said:
    kinds = error["ctx"]["expected_tags"].replace("'", "")
    found = error["ctx"]["tag"]
    return False, f"is of kind '{found}'; expected one of {kinds}{nearest(found, kinds.split(', '))}"


def _pattern(at: Cursor, location: tuple[Any, ...], error: Mapping[str, Any]) -> Said:
    return False, f"is {shown(at.node)}; expected a word of letters, digits and _"


def _wanted(what: str) -> Callable[[Cursor, tuple[Any, ...], Mapping[str, Any]], Said]:
    return lambda at, location, error: (False, f"is {shown(at.node)}; expected {what}")


_KINDS = "start, activity, delay, decision, fork, join, end"
_SAY: Mapping[str, Callable[[Cursor, tuple[Any, ...], Mapping[str, Any]], Said]] = {
    "extra_forbidden": _unknown,
    "literal_error": _literal,
    "union_tag_not_found": _no_kind,
    "union_tag_invalid": _bad_kind,
    "string_pattern_mismatch": _pattern,
    "string_type": _wanted("a text; put quotes around it"),
    "dict_type": _wanted("a mapping"),
    "list_type": _wanted("a list"),
    "model_type": _wanted("a mapping"),
    "model_attributes_type": _wanted("a mapping"),
}


# ---------------------------------------------------------------- which keys are known at a place


@cache
def _schema() -> dict[str, Any]:
    return Document.model_json_schema()


def _allowed(location: tuple[Any, ...]) -> set[str]:
    """Collect the keys known at a location of pydantic's, which names the member of a union it chose."""
    options = list(_options(_schema()))
    for step in location:
        below = [found for option in options for found in _step(option, step)]
        options = below or options  # the name of a union's member is no step
    return {key for option in options for key in option.get("properties", {})}


def _options(part: Mapping[str, Any], member: object = None) -> Iterator[Mapping[str, Any]]:
    """Go through what a schema may be, references and unions unfolded."""
    if "$ref" in part:
        yield from _options(_schema()["$defs"][part["$ref"].rpartition("/")[2]])
    elif "oneOf" in part or "anyOf" in part:
        for choice in [*part.get("oneOf", []), *part.get("anyOf", [])]:
            yield from _options(choice)
    else:
        yield part


def _step(option: Mapping[str, Any], step: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(step, int):
        yield from _options(option.get("items", {}) if "items" in option else {"not": {}})
        return
    kind = option.get("properties", {}).get("kind", {})
    if kind.get("const") == step:
        yield option
    elif step in option.get("properties", {}):
        yield from _options(option["properties"][step])
    for inside in option.get("patternProperties", {}).values():  # a mapping by name
        yield from _options(inside)
