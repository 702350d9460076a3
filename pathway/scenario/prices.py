"""What care costs, as records: prices of visits and of resources, in one currency and the prices of one year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Basis = Literal["use", "session", "year"]


@dataclass(frozen=True, slots=True)
class Consumable:
    """Something used up at each visit: `number` of it, at a price each."""

    name: str
    price: float
    number: float = 1.0
    title: str = ""


@dataclass(frozen=True, slots=True)
class StatePrice:
    """What each visit to one of some states costs and brings in; None is not the same as 0.

    `includes` names the activities and resources that the price of a visit pays for as well; `volumes` are the cases a
    year for which a report says what a case would cost.
    """

    name: str
    states: tuple[str, ...]
    visit: float | None = None
    consumables: tuple[Consumable, ...] = ()
    income: float | None = None
    includes: tuple[str, ...] = ()
    volumes: tuple[int, ...] = ()
    title: str = ""
    source: str = ""

    @property
    def used_up(self) -> float | None:
        """What the consumables of one visit cost together."""
        return sum(each.price * each.number for each in self.consumables) if self.consumables else None


@dataclass(frozen=True, slots=True)
class Capital:
    """Something bought: written off evenly over `life` years, serviced each year for a share of its price."""

    price: float
    life: float
    service: float = 0.0

    @property
    def annual(self) -> float:
        """What owning one costs a year.

        >>> round(Capital(250_000, 7, 0.1).annual)
        60714
        """
        return self.price / self.life + self.service * self.price


@dataclass(frozen=True, slots=True)
class Hire:
    """Something hired: a fee for each use, each session or each year of one unit."""

    fee: float
    per: Basis


@dataclass(frozen=True, slots=True)
class ResourcePrice:
    """What having and using each of some resources costs; None is not the same as 0.

    An open hour is one of a unit on the roster, or in use beyond it; `instead_…` is the other way to have it, which is
    compared and not paid.  `includes` names what the price pays for as well.
    """

    name: str
    resources: tuple[str, ...]
    open_hour: float | None = None
    used_hour: float | None = None
    bed_day: float | None = None
    hire: Hire | None = None
    capital: Capital | None = None
    instead_hire: Hire | None = None
    instead_capital: Capital | None = None
    includes: tuple[str, ...] = ()
    title: str = ""
    source: str = ""

    @property
    def hire_break_even(self) -> float | None:
        """At how many uses (or sessions) a year hiring costs the same as owning; None where not both are known."""
        owned, hired = self.capital or self.instead_capital, self.hire or self.instead_hire
        if owned is None or hired is None or hired.per == "year":
            return None
        return owned.annual / hired.fee if hired.fee else float("inf")


@dataclass(frozen=True, slots=True)
class Costs:
    """All prices of a scenario; `curative` are the states of which each visit is a treatment meant to cure."""

    currency: str
    price_year: int
    states: tuple[StatePrice, ...] = ()
    resources: tuple[ResourcePrice, ...] = ()
    curative: tuple[str, ...] = ()

    def entries(self) -> Iterator[StatePrice | ResourcePrice]:
        """Go through the prices, those of states first."""
        yield from self.states
        yield from self.resources


@dataclass(frozen=True, slots=True)
class Staffing:
    """What one person gives: contracted `hours` a week, less leave, for which `cover` more people are needed.

    `people` says how many one unit of a resource stands for where that is not one.
    """

    hours: float
    cover: float = 0.0
    people: Mapping[str, float] = field(default_factory=dict)
    source: str = ""
