"""What a configuration costs a year: what is put on rosters and owned, not what treating patients uses up.

Patients are the same in every configuration, so what is used up by treating them hardly differs; what is on the roster
does, and is known without any run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import capacity_steps, days_off

if TYPE_CHECKING:
    from pathway.scenario import Scenario

HOURS = "h"


@dataclass(frozen=True, slots=True)
class Price:
    """What a configuration is put in order by: an amount, and of what."""

    amount: float
    unit: str  # "h": open unit-hours a week; else a currency a year


def open_hours(scenario: Scenario) -> dict[str, float]:
    """Give the unit-hours a week of each resource on the roster in the reported window, leave and holidays taken off.

    >>> from pathway.scenario import load_scenario
    >>> round(open_hours(load_scenario("mmc"))["server"])  # three servers round the clock
    504
    """
    timeline = scenario.run.timeline
    off = days_off(scenario.holidays, *timeline.years)
    begin, end = timeline.window
    found = {}
    for name, resource in scenario.resources.items():
        calendar = scenario.calendars[resource.calendar]
        times, units = capacity_steps(calendar, resource.capacity, resource.leave, timeline, off)
        edges = np.clip(np.append(times, timeline.horizon), begin, end)
        minutes = float(np.sum(np.diff(edges) * units))
        found[name] = minutes / 60 / ((end - begin) / 10_080)
    return found


def prices(scenarios: Sequence[Scenario]) -> list[Price]:
    """Give each scenario's price: unit-hours a week on the rosters of all resources that differ between them."""
    hours = [open_hours(scenario) for scenario in scenarios]
    names = [name for name in hours[0] if len({round(each[name], 6) for each in hours}) > 1]
    return [Price(sum(each[name] for name in names), HOURS) for each in hours]
