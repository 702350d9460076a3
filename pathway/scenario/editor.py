"""The JSON Schema of a document, for editors."""

from __future__ import annotations

from typing import Any

from pathway.scenario.draws import FORMS
from pathway.scenario.schema import Document
from pathway.scenario.schema_words import NAMES, REF, WEIGHTS


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of a document, with which editors complete keys and mark unknown ones.

    A document may say only a part of a scenario and remove things with null, and ``$name`` may
    stand for any single value, so this schema asks for less than `load_scenario` does.

    >>> json_schema()["properties"]["extends"]["anyOf"][0]["type"]
    'string'
    """
    schema = Document.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$defs"] |= _draw_definitions()
    relaxed: dict[str, Any] = _relaxed(schema)
    relaxed["required"] = ["schema"]
    return relaxed


def _draw_definitions() -> dict[str, Any]:
    single = {"type": ["string", "number"]}
    forms: dict[str, Any] = {
        form: {"type": "object", "properties": {name: single for choice in choices for name in choice}}
        for form, choices in FORMS.items()
    }
    forms |= {"value": {}, "probability": single, "weights": WEIGHTS, "shift": single}
    forms["empirical"] = {"type": "object", "properties": {"values": {"type": "array"}, "weights": {"type": "array"}}}
    forms |= {"source": {"type": "string"}, "remarks": {"type": "string"}}
    row = {"when": NAMES, "why": {"type": "string"}, **forms}
    return {
        "draw": {"type": "object", "properties": forms, "additionalProperties": False},
        "draw_rows": {
            "type": "array",
            "items": {"type": "object", "properties": row, "additionalProperties": False},
        },
    }


def _relaxed(part: Any) -> Any:
    """Ask for no key but allow ``$name`` for single values and null for anything."""
    if isinstance(part, list):
        return [_relaxed(item) for item in part]
    if not isinstance(part, dict):
        return part
    if REF in part:
        return {"$ref": f"#/$defs/{part[REF]}"}
    kept = {key: _relaxed(value) for key, value in part.items() if key not in ("required", "default")}
    if isinstance(kept.get("properties"), dict):
        free = {"schema", "kind"}
        kept["properties"] = {k: v if k in free else _optional(v) for k, v in kept["properties"].items()}
    if isinstance(kept.get("additionalProperties"), dict):
        kept["additionalProperties"] = _optional(kept["additionalProperties"])
    return kept


def _optional(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "string", "pattern": r"^\$\w+$"}, {"type": "null"}]}
