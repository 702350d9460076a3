"""Which names a scenario knows: what conditions, routes and needs may refer to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pathway.graph import AttributeKind
from pathway.scenario.nodes import Node, Scalar, mapping

STREAM = "stream"  # the built-in attribute: which stream a patient came with
KINDS: tuple[AttributeKind, ...] = ("category", "integer", "yes_no", "duration")


@dataclass(frozen=True, slots=True)
class Measure:
    """What kind of whole number an attribute, a count or a time is, and the names of its codes."""

    kind: AttributeKind
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """Every name of a scenario, read before anything is built, so that all may refer to all."""

    attributes: Mapping[str, Measure]
    parameters: Mapping[str, Scalar]
    states: Mapping[str, str]  # name -> kind
    streams: frozenset[str]
    resources: frozenset[str]
    calendars: frozenset[str]
    clocks: frozenset[str]

    def states_of(self, *kinds: str) -> list[str]:
        """List the states of some kinds."""
        return [name for name, kind in self.states.items() if kind in kinds]


def words_of(root: Node) -> Words:
    """Collect the names of a merged document; what is malformed there is reported elsewhere."""
    sections = mapping(root)

    def names(section: str) -> frozenset[str]:
        return frozenset(map(str, mapping(sections.get(section))))

    parameters = mapping(sections.get("parameters"))
    states = mapping(mapping(sections.get("pathway")).get("states"))
    attributes = {str(name): _measure(node) for name, node in mapping(sections.get("attributes")).items()}
    attributes[STREAM] = Measure("category", tuple(sorted(names("streams"))))
    return Words(
        attributes=attributes,
        parameters={str(name): _single(mapping(node).get("value")) for name, node in parameters.items()},
        states={str(name): str(_single(mapping(node).get("kind"))) for name, node in states.items()},
        streams=names("streams"),
        resources=names("resources"),
        calendars=names("calendars") | {"always"},
        clocks=names("clocks"),
    )


def _measure(node: Node) -> Measure:
    parts = mapping(node)
    written = _single(parts.get("kind"))
    kind: AttributeKind = next((kind for kind in KINDS if kind == written), "integer")
    values = parts["values"].value if "values" in parts else None
    categories = tuple(str(value.value) for value in values) if isinstance(values, list) else ()
    return Measure(kind, categories if kind == "category" else ())


def _single(node: Node | None) -> Scalar:
    return None if node is None or isinstance(node.value, dict | list) else node.value
