"""The door: scenario documents in YAML come in, checked scenarios come out, and can be written again.

A scenario is a chain of documents, each laid over the one it `extends`: what is treated (a model),
where and with how much (a hospital), and what is asked (a question).  Everything wrong with them
is said at once, each fault with file, line and column.  Only this room knows YAML and pydantic.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from pathway.scenario.booking import booked_activities, booked_ahead, list_of, must_fit, slot_minutes
from pathway.scenario.nodes import paths_of
from pathway.scenario.prices import Capital, Consumable, Costs, Hire, ResourcePrice, Staffing, StatePrice
from pathway.scenario.records import (
    Evidence,
    FirstCall,
    Lists,
    Parameter,
    Present,
    Resource,
    Run,
    Scenario,
    Target,
    Uncertain,
    Volume,
    WaitingClock,
)

if TYPE_CHECKING:
    from pathway.scenario.compare import Difference, differences, fingerprint
    from pathway.scenario.costed import needs_of, not_costed
    from pathway.scenario.editor import json_schema
    from pathway.scenario.load import load_scenario
    from pathway.scenario.previewing import Preview, preview
    from pathway.scenario.sources import Sourced, sourcing, unsourced
    from pathway.scenario.uncertain import (
        input_sets,
        is_assumed,
        say_limit,
        scenarios_at,
        source_of,
        title_of,
        with_values,
    )
    from pathway.scenario.varying import values_between
    from pathway.scenario.write import write_scenario
    from pathway.scenario.yaml import read_value

__all__ = [
    "Capital",
    "Consumable",
    "Costs",
    "Difference",
    "Evidence",
    "FirstCall",
    "Hire",
    "Lists",
    "Parameter",
    "Present",
    "Preview",
    "Resource",
    "ResourcePrice",
    "Run",
    "Scenario",
    "Sourced",
    "Staffing",
    "StatePrice",
    "Target",
    "Uncertain",
    "Volume",
    "WaitingClock",
    "booked_activities",
    "booked_ahead",
    "differences",
    "fingerprint",
    "input_sets",
    "is_assumed",
    "json_schema",
    "list_of",
    "must_fit",
    "load_scenario",
    "preview",
    "read_value",
    "paths_of",
    "say_limit",
    "scenarios_at",
    "needs_of",
    "not_costed",
    "slot_minutes",
    "source_of",
    "sourcing",
    "title_of",
    "unsourced",
    "values_between",
    "with_values",
    "write_scenario",
]

# imported when first asked for, as the records alone need neither YAML nor pydantic
_LATER = {
    "needs_of": "costed",
    "not_costed": "costed",
    "Difference": "compare",
    "differences": "compare",
    "fingerprint": "compare",
    "json_schema": "editor",
    "load_scenario": "load",
    "Preview": "previewing",
    "preview": "previewing",
    "Sourced": "sources",
    "sourcing": "sources",
    "unsourced": "sources",
    "read_value": "yaml",
    "input_sets": "uncertain",
    "is_assumed": "uncertain",
    "say_limit": "uncertain",
    "scenarios_at": "uncertain",
    "source_of": "uncertain",
    "title_of": "uncertain",
    "value_at": "uncertain",
    "with_values": "uncertain",
    "values_between": "varying",
    "write_scenario": "write",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
