"""The costs part of a document: what visits and resources cost, and what filling the roster takes."""

from __future__ import annotations

from pydantic import Field

from pathway.scenario.schema_words import Money, Name, Names, Number, Quantity, Share, Whole, Written


class Consumable(Written):
    """Something used up at a visit."""

    title: str = ""
    price: Money
    number: Number = 1


class StateCost(Written):
    """What visits to some states cost, and bring in."""

    title: str = ""
    of: Names = None
    visit: Money = None
    consumables: dict[Name, Consumable] = {}
    income: Money = None
    includes: list[str] = []
    volumes: list[Whole] = []


class Capital(Written):
    """Something bought."""

    price: Money
    life: Quantity
    service: Share = 0


class Instead(Written):
    """The other way to have it, to compare with."""

    hire: Money = None
    capital: Capital = Field(None)  # type: ignore[assignment]


class ResourceCost(Written):
    """What having and using some resources costs."""

    title: str = ""
    of: Names = None
    open_hours: Money = None
    used_hours: Money = None
    bed_days: Money = None
    hire: Money = None
    capital: Capital = Field(None)  # type: ignore[assignment]
    instead: Instead = Field(None)  # type: ignore[assignment]
    includes: list[str] = []


class Costs(Written):
    """What care costs, in one currency and the prices of one year."""

    currency: str
    price_year: Whole
    states: dict[Name, StateCost] = {}
    resources: dict[Name, ResourceCost] = {}
    curative: Names = None


class Staffing(Written):
    """How many people fill the roster."""

    hours: Quantity
    cover: Share = 0
    people: dict[Name, Number] = {}
