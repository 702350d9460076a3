"""What a configuration costs a year: what is put on rosters and owned, not what treating patients uses up.

Patients are the same in every configuration, so what is used up by treating them hardly differs; what is on the roster
does, and is known without any run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import capacity_steps, days_off
from pathway.metrics.study import WEEK, YEAR

if TYPE_CHECKING:
    from pathway.scenario import Scenario

HOURS = "h"
PENNY = 0.01


@dataclass(frozen=True, slots=True)
class Price:
    """What a configuration is put in order by: an amount, and of two that cost the same the open hours."""

    amount: float
    unit: str  # "h": open unit-hours a week; else a currency, a year
    hours: float

    @property
    def rank(self) -> tuple[float, float]:
        """By what configurations are put in order, the cheapest first."""
        return round(self.amount, 6), round(self.hours, 6)


@dataclass(frozen=True, slots=True)
class Rostered:
    """What is on the roster of a resource in the reported window, leave and holidays taken off."""

    hours: float  # unit-hours a week
    sessions: float  # a week, those of each unit


def rostered(scenario: Scenario) -> dict[str, Rostered]:
    """Give what is on the roster of each resource.

    >>> from pathway.scenario import load_scenario
    >>> round(rostered(load_scenario("mmc"))["server"].hours)  # three servers round the clock
    504
    """
    timeline = scenario.run.timeline
    off = days_off(scenario.holidays, *timeline.years)
    begin, end = timeline.window
    weeks = (end - begin) / WEEK
    found = {}
    for name, resource in scenario.resources.items():
        calendar = scenario.calendars[resource.calendar]
        times, units = capacity_steps(calendar, resource.capacity, resource.leave, timeline, off)
        edges = np.clip(np.append(times, timeline.horizon), begin, end)
        more = np.diff(units, prepend=0)
        opened = more[(more > 0) & (times >= begin) & (times < end)].sum()
        found[name] = Rostered(float(np.sum(np.diff(edges) * units)) / 60 / weeks, float(opened) / weeks)
    return found


def prices(scenarios: Sequence[Scenario]) -> list[Price]:
    """Give each scenario's price: in money where that differs between them, else in open hours of what differs."""
    rosters = [rostered(scenario) for scenario in scenarios]
    names = [name for name in rosters[0] if len({round(each[name].hours, 6) for each in rosters}) > 1]
    hours = [sum(each[name].hours for name in names) for each in rosters]
    if all(scenario.costs for scenario in scenarios):
        money = [_money(scenario, roster) for scenario, roster in zip(scenarios, rosters, strict=True)]
        if max(money) - min(money) > PENNY or len(scenarios) == 1:
            currency = scenarios[0].costs.currency if scenarios[0].costs else ""
            return [Price(amount, currency, open_hours) for amount, open_hours in zip(money, hours, strict=True)]
    return [Price(amount, HOURS, amount) for amount in hours]


def _money(scenario: Scenario, roster: Mapping[str, Rostered]) -> float:
    """Add up what is paid a year whether anybody comes or not: open hours, sessions hired, capital."""
    assert scenario.costs is not None
    weeks = YEAR / WEEK
    amount = 0.0
    for price in scenario.costs.resources:
        for name in price.resources:
            units = scenario.resources[name].capacity
            amount += (price.open_hour or 0.0) * roster[name].hours * weeks
            amount += price.capital.annual * units if price.capital else 0.0
            if price.hire and price.hire.per != "use":
                times = units if price.hire.per == "year" else roster[name].sessions * weeks
                amount += price.hire.fee * times
    return amount
