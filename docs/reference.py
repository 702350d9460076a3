"""Write docs/scenario.md and docs/scenario.schema.json: the schema's keys, and what docs/keys.toml says of them.

Run by `python3 manage.py docs`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pathway.scenario import json_schema
from pathway.scenario.schema import Document

HERE = Path(__file__).parent
EVERYWHERE = {"source", "remarks"}  # said once, at the top of the page
STATES = ("Start", "Activity", "Delay", "Decision", "Fork", "Join", "End")
OF_EVERY_STATE = ("kind", "title", "phase", "set", "add", "to", "rules")
SECTIONS = (
    ("The document", ("Document", "Run", "Parameter", "Evidence")),
    ("The hospital", ("Resource", "Leave", "Breakdown", "Lists", "FirstCall", "Release", "Calendar", "Session")),
    ("", ("Closed", "Holidays", "Stream", "Exceptional", "Patient")),
    ("The pathway", ("Pathway", "Attribute", "Deadline", "Harm", "State", "RuleRow", *STATES, "Need", "Meeting")),
    ("", ("Failure", "LearningRow", "Leaves", "Ageing", "Since")),
    ("What is measured", ("Clock", "TargetRow", "Volume", "Uncertain")),
    ("What it costs", ("Costs", "StateCost", "Consumable", "ResourceCost", "Capital", "Instead", "Staffing")),
)
DRAW = "[draw](#draws)"
SHAPES = {  # the first example the schema gives -> what such values are called in the page's head
    "20 min": "duration",
    "96 percent": "share",
    "600 GBP": "amount",
    "08:30-12:30": "opening hours",
    "2027-01-02 14:30": 'date, or date and time such as `"2027-01-02 14:30"`',
    "age >= 75": "[conditions](#conditions)",
}
TYPES = {"string": "text", "integer": "whole number", "number": "number", "boolean": "yes or no", "object": "map"}

Schema = Mapping[str, Any]


def main() -> None:
    """Write both files."""
    for name, text in pages().items():
        (HERE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Give the text of each generated file by its name in docs/."""
    schema = json.dumps(explained(json_schema()), indent=1, ensure_ascii=False)
    return {"scenario.md": scenario_page(), "scenario.schema.json": schema + "\n"}


def explanations() -> dict[str, dict[str, str]]:
    """Read what docs/keys.toml says."""
    return tomllib.loads((HERE / "keys.toml").read_text(encoding="utf-8"))


def keys_of_schema() -> dict[str, list[str]]:
    """Name the keys of each kind of object that need an explanation of their own."""
    return {
        name: [key for key in part.get("properties", {}) if key not in EVERYWHERE and key not in _shared(name)]
        for name, part in _parts().items()
    }


def scenario_page() -> str:
    """Write the page: the hand-written head, then a table for each kind of object."""
    said, parts = explanations(), _parts()
    lines = [(HERE / "scenario_head.md").read_text(encoding="utf-8").rstrip()]
    for title, names in SECTIONS:
        lines += ["", f"## {title}"] if title else []
        for name in names:
            lines += list(_object(name, parts[name], said.get(name, {})))
    return "\n".join(lines) + "\n"


def explained(schema: Schema) -> dict[str, Any]:
    """Add the explanations to a JSON Schema, so that an editor shows them."""
    said = explanations()
    whole: dict[str, Any] = json.loads(json.dumps(schema))
    for name, part in {**whole["$defs"], "Document": whole}.items():
        for key, inner in part.get("properties", {}).items():
            shared = said["State"] if name in STATES else {}
            if text := said.get(name, {}).get(key) or shared.get(key):
                inner["description"] = text
    return whole


def _parts() -> dict[str, Any]:
    schema = Document.model_json_schema()
    parts: dict[str, Any] = {"Document": schema, **schema["$defs"]}
    activity = parts["Activity"]
    kinds = {"enum": [name.lower() for name in STATES]}
    shared = {key: activity["properties"][key] for key in OF_EVERY_STATE} | {"kind": kinds}
    parts["State"] = {"description": "What every state may say.", "properties": shared, "required": ["kind"]}
    return parts


def _shared(name: str) -> tuple[str, ...]:
    return OF_EVERY_STATE if name in STATES else ()


def _object(name: str, part: Schema, said: Mapping[str, str]) -> Iterator[str]:
    yield from ("", f"### {name}", "", str(part.get("description", "")).split("\n")[0])
    rows = [key for key in part.get("properties", {}) if key not in EVERYWHERE and key not in _shared(name)]
    if not rows:
        yield from ("", "It has no keys of its own.")
    else:
        yield from ("", "| key | value | default | |", "|---|---|---|---|")
    for key in rows:
        inner = part["properties"][key]
        needed = key in part.get("required", ())
        default = "**needed**" if needed else _default(inner)
        yield f"| `{key}` | {_allowed(inner)} | {default} | {said.get(key, '')} |"


def _default(schema: Schema) -> str:
    value = schema.get("default")
    if value is False:
        return "`no`"
    return "" if value in (None, "", [], {}) or isinstance(value, dict) else f"`{value}`"


def _allowed(schema: Schema) -> str:
    """Say in words what may stand at a key.

    >>> _allowed({"type": "array", "items": {"$ref": "#/$defs/Session"}})
    'list of [Session](#session)'
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return DRAW if name.startswith("draw") else f"[{name}](#{name.lower()})"
    if "defined_as" in schema:
        return DRAW
    for choices in ("anyOf", "oneOf"):
        if choices in schema:
            return _one_of([_allowed(choice) for choice in schema[choices]])
    if schema.get("type") == "array":
        return f"list of {_allowed(schema['items'])}" if schema.get("items") else "list"
    return _map(schema) if schema.get("type") == "object" else _single(schema)


def _one_of(words: list[str]) -> str:
    words = [DRAW] if DRAW in words else list(dict.fromkeys(words))
    return " or ".join(words)


def _map(schema: Schema) -> str:
    inner = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    values = next((each for each in inner if isinstance(each, dict)), None)
    return f"names, each with {_allowed(values)}" if values else "map"


def _single(schema: Schema) -> str:
    if "enum" in schema or "const" in schema:
        words = schema.get("enum", [schema.get("const")])
        return ", ".join(f"`{word}`" for word in words if not isinstance(word, bool))
    if schema.get("examples"):
        return SHAPES.get(schema["examples"][0], f"such as `{schema['examples'][0]}`")
    if schema.get("format") == "date":
        return "date"
    return str(schema["description"]) if "description" in schema else _types(schema)


def _types(schema: Schema) -> str:
    named = schema.get("type", [])
    return " or ".join(TYPES[each] for each in ([named] if isinstance(named, str) else named)) or "anything"


if __name__ == "__main__":
    main()
