"""What only the whole scenario shows of costs: what is priced twice, and what has no price at all."""

from __future__ import annotations

from collections.abc import Iterator

from pathway.graph import Activity
from pathway.scenario.costs import OF_A_RESOURCE, OF_A_STATE
from pathway.scenario.cursor import Cursor
from pathway.scenario.prices import Costs, ResourcePrice, StatePrice
from pathway.scenario.records import Scenario


def check_costs(scenario: Scenario, root: Cursor) -> None:
    """Report what is priced twice, sessions of what never closes, and people who are no staff."""
    at, costs = root.get("costs"), scenario.costs
    if at and costs and not at.findings.under("costs"):
        _check_twice(costs, at)
        _check_sessions(costs, scenario, at)
    staffing = root.get("staffing")
    for name, row in staffing.section("people") if staffing else []:
        resource = scenario.resources.get(name)
        if resource and resource.kind != "staff":
            row.fault(f"is of kind {resource.kind}; only staff are counted as people", key=True)


def _check_twice(costs: Costs, at: Cursor) -> None:
    """Report a part of a thing's cost that stands in two entries, and what another price includes already."""
    for section, keys in (("states", OF_A_STATE), ("resources", OF_A_RESOURCE)):
        first: dict[tuple[str, str], str] = {}
        entries = dict(at.section(section))
        for price in costs.states if section == "states" else costs.resources:
            things = price.states if isinstance(price, StatePrice) else price.resources
            for key in keys:
                below = entries[price.name].get(key)
                for thing in things if below else ():
                    before = first.setdefault((thing, key), price.name)
                    if below and before != price.name:
                        below.fault(f"prices {thing} a second time; costs.{section}.{before} does so too", key=True)
    for price in costs.entries():
        _check_included(price, costs, at)


def _check_included(price: StatePrice | ResourcePrice, costs: Costs, at: Cursor) -> None:
    section = at.get("states" if isinstance(price, StatePrice) else "resources")
    entry = section.get(price.name) if section else None
    own = {thing: each.name for each in costs.states for thing in each.states if each.visit or each.consumables}
    own |= {thing: each.name for each in costs.resources for thing in each.resources}
    for row, name in zip(entry.rows("includes") if entry else [], price.includes, strict=False):
        if name in own:
            row.fault(f"is {name!r}, which has a price of its own ({own[name]}); it would be counted twice")


def _check_sessions(costs: Costs, scenario: Scenario, at: Cursor) -> None:
    for name, entry in at.section("resources"):
        price = next(each for each in costs.resources if each.name == name)
        if price.hire and price.hire.per == "session" and (hire := entry.get("hire")):
            for each in price.resources:
                if each in scenario.resources and scenario.resources[each].calendar == "always":
                    hire.fault(f"is by session, and {each} is always open; it has none")


def not_costed(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name the activities and the resources that no price stands for: their costs are not known, rather than 0.

    An activity is costed if it has a price, a price includes it, or it needs something that has one; a resource, if
    it has a price, a price includes it, or each activity that needs it has a price for the whole visit.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> not_costed(load_scenario("mmc"))
    (('service',), ('server',))
    """
    costs = scenario.costs or Costs("", 0)
    states = scenario.pathway.states.items()
    activities = {name: set(needs_of(state)) for name, state in states if isinstance(state, Activity)}
    included = {name for each in costs.entries() for name in each.includes}
    whole = included | {name for each in costs.states if each.visit is not None for name in each.states}
    own = whole | {name for each in costs.states if each.consumables for name in each.states}
    priced = {name for each in costs.resources for name in each.resources}
    users = {name: [each for each, needs in activities.items() if name in needs] for name in scenario.resources}
    return (
        tuple(name for name, needs in activities.items() if name not in own and not needs & priced),
        tuple(
            name
            for name, some in users.items()
            if some and name not in priced | included and not whole.issuperset(some)
        ),
    )


def needs_of(activity: Activity) -> Iterator[str]:
    """Name the resources an activity may use, the team of its meeting among them."""
    for need in activity.needs:
        yield from need.any_of
    if activity.meeting:
        yield from (name for name, _ in activity.meeting.team)
