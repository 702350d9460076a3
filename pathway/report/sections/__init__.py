"""The sections of a scenario's chapter, in the order in which a manager asks."""

from __future__ import annotations

from pathway.report.blocks import Section
from pathway.report.material import Material
from pathway.report.sections import (
    abbreviations,
    costs,
    lists,
    maps,
    outcomes,
    prognosis,
    resources,
    settling,
    sources,
    started,
    volumes,
    waiting,
    weeks,
)

_ORDER = (
    maps.pathway_map,
    started.started,
    waiting.clocks,
    waiting.waits,
    weeks.open_pathways,
    weeks.demand_and_activity,
    weeks.capacity,
    weeks.waiting_list,
    settling.warm_up,
    resources.utilisation,
    resources.heat,
    resources.ledger,
    lists.booked,
    waiting.milestones,
    waiting.time_spent,
    waiting.breaches,
    outcomes.routes,
    costs.costs,
    prognosis.survival,
    volumes.volumes,
    abbreviations.abbreviations,
    sources.assumptions,
)


def sections(material: Material) -> tuple[Section, ...]:
    """Give every section there are numbers for."""
    made = (make(material) for make in _ORDER)
    return tuple(section for section in made if section is not None)
