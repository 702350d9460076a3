"""What a year cost: each price times what was counted, shared out to what patients had done, and what a case costs.

Nothing is counted twice: an amount belongs to one thing and one part, and the parts add up to the year's cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.eventlog import COMPLETED, NONE
from pathway.metrics.resources import opened, totals
from pathway.metrics.study import DAY, HOUR, Floats, Study
from pathway.metrics.tidy import Figure
from pathway.metrics.usage import MEETING, Usage
from pathway.metrics.waits import done_by_state

if TYPE_CHECKING:
    from pathway.scenario import Costs, ResourcePrice, StatePrice

PARTS = ("visit", "consumable", "open_hours", "used_hours", "bed_days", "hire", "capital")
INCOME = "income"
_PART = {part: place for place, part in enumerate((*PARTS, INCOME))}


@dataclass(frozen=True, eq=False)
class Ledger:
    """The amounts of a year: `states` by code and part (income last), `resources` by code and part.

    `lines` are those of the price list: entry, part, how many were counted a year, and the amount.  `fixed` is what of
    each resource's amount is the same however much it is used; `shares` which part of each resource's use was by each
    state (a row a state), and `cases` how many visits a year each state had.
    """

    states: Floats
    resources: Floats
    fixed: Floats
    shares: Floats
    cases: Floats
    lines: tuple[tuple[str, str, float, float], ...]

    @property
    def full(self) -> Floats:
        """What each state costs a year by part, its shares of resources among it, income left out."""
        whole: Floats = self.states[:, : len(PARTS)] + self.shares @ self.resources
        return whole


def ledger_of(study: Study, usage: Sequence[Usage], costs: Costs) -> Ledger:
    """Price what was counted in the window, as amounts a year."""
    cases = done_by_state(study) / study.years
    states = np.zeros((len(study.names), len(_PART)))
    resources, fixed = np.zeros((len(usage), len(PARTS))), np.zeros(len(usage))
    lines: dict[tuple[str, str], list[float]] = {}

    def add(entry: str, part: str, count: float, amount: float) -> float:
        line = lines.setdefault((entry, part), [0.0, 0.0])
        line[0], line[1] = line[0] + count, line[1] + amount
        return amount

    for price in costs.states:
        for name in price.states:
            code = study.state_code[name]
            for part, each in _of_a_visit(price):
                states[code, _PART[part]] += add(price.name, part, cases[code], cases[code] * each)
    for owned in costs.resources:
        for name in owned.resources:
            code = study.resource_code[name]
            for part, count, each, stays in _of_a_resource(study, owned, usage[code]):
                amount = add(owned.name, part, count, count * each)
                resources[code, _PART[part]] += amount
                fixed[code] += amount if stays else 0.0
    shares = _shares(study, usage)
    return Ledger(
        states, resources, fixed, shares, cases, tuple((*key, line[0], line[1]) for key, line in lines.items())
    )


def _of_a_visit(price: StatePrice) -> Iterator[tuple[str, float]]:
    """Give the parts of a visit's price that are known."""
    for part, each in (("visit", price.visit), ("consumable", price.used_up), (INCOME, price.income)):
        if each is not None:
            yield part, each


def _of_a_resource(study: Study, price: ResourcePrice, each: Usage) -> Iterator[tuple[str, float, float, bool]]:
    """Give part, count a year, price of one, and whether it is the same however much the resource is used."""
    offered, _, over, held = totals(study, each)
    if price.open_hour is not None:
        yield "open_hours", (offered + over) / HOUR / study.years, price.open_hour, False
    if price.used_hour is not None:
        yield "used_hours", held / HOUR / study.years, price.used_hour, False
    if price.bed_day is not None:
        yield "bed_days", held / DAY / study.years, price.bed_day, False
    units = float(study.scenario.resources[each.name].capacity)
    if price.hire is not None:
        count = {"use": _uses, "session": _sessions}.get(price.hire.per)
        times = count(study, each) / study.years if count else units
        yield "hire", times, price.hire.fee, price.hire.per == "year"
    if price.capital is not None:
        yield "capital", units, price.capital.annual, True


def _uses(study: Study, each: Usage) -> float:
    """Count how often a unit of a resource was taken in the window."""
    holds, rows = study.log.holds, study.holds_followed
    began = (holds["from"][rows] < study.end) & (holds["resource"][rows] == study.resource_code[each.name])
    return float(holds["units"][rows][began].sum())


def _sessions(study: Study, each: Usage) -> float:
    """Count the sessions of the window, those of each unit."""
    return float(each.rostered[opened(study, each)].sum())


def _shares(study: Study, usage: Sequence[Usage]) -> Floats:
    """Give the share of the minutes each resource was held in the window that were held for each state."""
    holds, rows = study.log.holds, study.current_holds
    until = np.where(holds["to"][rows] == NONE, study.horizon, holds["to"][rows])
    minutes = np.minimum(until, study.end) - np.maximum(holds["from"][rows], study.begin)
    place = holds["state"][rows].astype(np.int64) * len(usage) + holds["resource"][rows]
    weights = np.maximum(minutes, 0) * holds["units"][rows].astype(np.float64)
    size = len(study.names), len(usage)
    held: Floats = np.bincount(place, weights=weights, minlength=size[0] * size[1]).astype(np.float64).reshape(size)
    _add_meetings(study, usage, held)
    total = held.sum(axis=0)
    shares: Floats = held / np.where(total > 0, total, 1.0)
    return shares


def _add_meetings(study: Study, usage: Sequence[Usage], held: Floats) -> None:
    """Add what teams sat in meetings, to the activities discussed there in proportion to their minutes."""
    for code, activity in study.activities:
        if activity.meeting is None:
            continue
        room = study.resource_code[MEETING + activity.meeting.calendar]
        talked = held[:, room].sum()
        if not talked:
            continue
        sat = totals(study, usage[room])[0] * held[code, room] / talked
        for name, units in activity.meeting.team:
            held[code, study.resource_code[name]] += units * sat


# ---------------------------------------------------------------- figures


def cost_figures(study: Study, usage: Sequence[Usage], first_treatment: Sequence[str]) -> Iterator[Figure]:
    """Give what the window cost, as a year's: nothing where the scenario has no prices.

    Of subject `all` and of each thing with a price `per_year`, by part; `all` also `per_treated` (a patient whose first
    treatment began in the window), `per_curative`, `unattributed_per_year` (of what nobody used), and with income
    `net_per_year`.  Of each state that costs something `full_per_year` with its share of what it used, also by part,
    of which `fixed_per_year`; `cases_per_year`, and `per_case`.  `break_even` is a number of cases or uses a year.  The
    lines of the price list are the measure `cost_line`, with `per_year` and `quantity`.
    """
    costs = study.scenario.costs
    if costs is None:
        return
    found = ledger_of(study, usage, costs)
    a_year = f"{costs.currency} a year"
    for entry, part, count, amount in found.lines:
        yield Figure("cost_line", entry, part, "quantity", count, "a year")
        yield Figure("cost_line", entry, part, "per_year", amount, a_year)
    yield from _things(study, costs, found, a_year)
    yield from _of_all(study, costs, found, tuple(first_treatment))
    yield from _cases(study, costs, found)
    yield from _break_even(study, costs, found)


def _things(study: Study, costs: Costs, found: Ledger, unit: str) -> Iterator[Figure]:
    """Give the amounts of each thing and part that has a price, and of all things together."""
    for price in costs.states:
        for name in price.states:
            for part, _ in _of_a_visit(price):
                amount = float(found.states[study.state_code[name], _PART[part]])
                yield Figure("cost", name, part, "per_year", amount, unit)
    for owned in costs.resources:
        for name in owned.resources:
            for part in _parts(owned):
                amount = float(found.resources[study.resource_code[name], _PART[part]])
                yield Figure("cost", name, part, "per_year", amount, unit)
    for part in dict.fromkeys(part for _, part, _, _ in found.lines):
        total = sum(amount for _, each, _, amount in found.lines if each == part)
        yield Figure("cost", "all", part, "per_year", total, unit)


def _parts(price: ResourcePrice) -> Iterator[str]:
    known = (price.open_hour, price.used_hour, price.bed_day, price.hire, price.capital)
    yield from (part for part, each in zip(PARTS[2:], known, strict=True) if each is not None)


def _of_all(study: Study, costs: Costs, found: Ledger, first_treatment: tuple[str, ...]) -> Iterator[Figure]:
    a_year, each = f"{costs.currency} a year", costs.currency
    total = sum(amount for _, part, _, amount in found.lines if part != INCOME)
    income = sum(amount for _, part, _, amount in found.lines if part == INCOME)
    yield Figure("cost", "all", "", "per_year", total, a_year)
    if any(price.income is not None for price in costs.states):
        yield Figure("cost", "all", "", "net_per_year", income - total, a_year)
    unused = float(found.resources[found.shares.sum(axis=0) == 0].sum())
    yield Figure("cost", "all", "", "unattributed_per_year", unused, a_year)
    if first_treatment:
        treated = _first_treated(study, first_treatment) / study.years
        yield Figure("cost", "all", "", "per_treated", _ratio(total, treated), each)
    if costs.curative:
        cured = float(found.cases[study.among(costs.curative)].sum())
        yield Figure("cost", "all", "", "per_curative", _ratio(total, cured), each)


def _first_treated(study: Study, names: tuple[str, ...]) -> float:
    """Count the patients whose first completed treatment was begun in the window."""
    visits = study.visits
    rows = np.flatnonzero(study.among(names)[visits["state"]])
    rows = rows[visits["outcome"][rows] == COMPLETED]
    first = np.full(study.log.cases["arrived_at"].size, study.horizon)
    np.minimum.at(first, visits["case"][rows], visits["started_at"][rows])
    return float(((first >= study.begin) & (first < study.end)).sum())


def _cases(study: Study, costs: Costs, found: Ledger) -> Iterator[Figure]:
    """Give what each state costs a year with its share of what it used, and what one case of it costs."""
    full, fixed, a_year = found.full, found.shares @ found.fixed, f"{costs.currency} a year"
    for code, parts in _costly(study, costs).items():
        name, cases, total = study.names[code], float(found.cases[code]), float(full[code].sum())
        yield Figure("cost", name, "", "full_per_year", total, a_year)
        for part in sorted(parts, key=PARTS.index):
            yield Figure("cost", name, part, "full_per_year", float(full[code, _PART[part]]), a_year)
        yield Figure("cost", name, "", "fixed_per_year", float(fixed[code]), a_year)
        yield Figure("cost", name, "", "cases_per_year", cases, "per year")
        yield Figure("cost", name, "", "per_case", _ratio(total, cases), costs.currency)


def _costly(study: Study, costs: Costs) -> dict[int, set[str]]:
    """Give the parts that the cost of each state may have, whatever happened in this run, by its code."""
    from pathway.scenario import needs_of

    of_resources: dict[str, set[str]] = {}
    for owned in costs.resources:
        for name in owned.resources:
            of_resources.setdefault(name, set()).update(_parts(owned))
    found: dict[int, set[str]] = {}
    for price in costs.states:
        for name in price.states:
            found.setdefault(study.state_code[name], set()).update(p for p, _ in _of_a_visit(price) if p != INCOME)
    for code, activity in study.activities:
        parts = set().union(*(of_resources.get(name, set()) for name in needs_of(activity)))
        if parts:
            found.setdefault(code, set()).update(parts)
    return {code: parts for code, parts in sorted(found.items()) if parts}


def _break_even(study: Study, costs: Costs, found: Ledger) -> Iterator[Figure]:
    """Give the volume at which hiring costs as much as owning, and at which income covers the cost of a state."""
    for owned in costs.resources:
        hired = owned.hire or owned.instead_hire
        if hired is None or owned.hire_break_even is None:
            continue
        for name in owned.resources:
            yield Figure("cost", name, "hire", "break_even", owned.hire_break_even, f"{hired.per}s a year")
    full, fixed = found.full, found.shares @ found.fixed
    for price in costs.states:
        for name in price.states if price.income is not None else ():
            code = study.state_code[name]
            cases = float(found.cases[code])
            left = (price.income or 0.0) - _ratio(float(full[code].sum() - fixed[code]), cases)
            volume = float(fixed[code]) / left if left > 0 else np.nan if np.isnan(left) else np.inf
            yield Figure("cost", name, INCOME, "break_even", volume, "cases a year")


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else np.nan
