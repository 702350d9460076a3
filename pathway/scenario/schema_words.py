"""The values of a document as its JSON Schema describes them, and what every object may say.

What such a value means is read by other modules, so to pydantic it is `Any`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, WithJsonSchema

NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
Name = Annotated[str, StringConstraints(pattern=NAME)]

_QUANTITY = r"^\s*([+-]?[0-9.]+([eE][+-]?[0-9]+)?\s+[a-z]+|never|\$\w+)\s*$"
_MONEY = r"^\s*([0-9.]+([eE][+-]?[0-9]+)?\s+[A-Z]{3}(/[a-z]+)?|\$\w+)\s*$"
REF = "defined_as"  # a reference pydantic does not know: put in afterwards
_SAMPLED = {"anyOf": [{REF: "draw"}, {"type": ["string", "number", "boolean"]}]}
_DRAW = {"anyOf": [{REF: "draw"}, {"type": ["string", "number", "boolean"]}, {REF: "draw_rows"}]}
NAMES = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
WEIGHTS = {"type": "object", "additionalProperties": {"type": ["number", "string"]}}
_RANGE_END = {"type": "string", "description": 'a date, or a day of every year such as "12-24"'}

Quantity = Annotated[Any, WithJsonSchema({"type": "string", "pattern": _QUANTITY, "examples": ["20 min", "31 days"]})]
Share = Annotated[Any, WithJsonSchema({"type": ["string", "number"], "examples": ["96 percent", 0.96]})]
Hours = Annotated[Any, WithJsonSchema({"type": "string", "examples": ["08:30-12:30"]})]
Day = Annotated[Any, WithJsonSchema({"type": "string", "format": "date"})]
Moment = Annotated[Any, WithJsonSchema({"type": "string", "examples": ["2027-01-02 14:30"]})]
RangeEnd = Annotated[Any, WithJsonSchema(_RANGE_END)]
Drawn = Annotated[Any, WithJsonSchema(_DRAW)]
Sampled = Annotated[Any, WithJsonSchema(_SAMPLED)]
Names = Annotated[Any, WithJsonSchema(NAMES)]
Conditions = Annotated[Any, WithJsonSchema({**NAMES, "examples": ["age >= 75", ["visits(mdt) < 3"]]})]
Target = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "string"}, WEIGHTS]})]
Number = Annotated[Any, WithJsonSchema({"type": "number"})]
Whole = Annotated[Any, WithJsonSchema({"type": "integer"})]
Money = Annotated[Any, WithJsonSchema({"type": "string", "pattern": _MONEY, "examples": ["600 GBP"]})]
YesNo = Annotated[Any, WithJsonSchema({"enum": ["yes", "no", True, False]})]
Factors = Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": {"type": "number"}})]
Value = Annotated[Any, WithJsonSchema({"type": ["string", "number", "boolean"]})]


def shape_of(value: object) -> str:
    """Name the member of a union that a value's shape chooses."""
    return "list" if isinstance(value, list) else "mapping" if isinstance(value, dict) else "value"


class Written(BaseModel):
    """An object of a document: unknown keys are refused, every object may say where it comes from."""

    model_config = ConfigDict(extra="forbid", strict=True)

    source: str = ""
    remarks: str = ""
