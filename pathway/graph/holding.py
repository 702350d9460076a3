"""What is held while its patient waits for something else: where that could never end."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from pathway.graph.branches import branch_membership
from pathway.graph.pathway import Pathway, exits
from pathway.graph.records import Activity, Decision, Need

Fault = tuple[str, str]


def holding_faults(pathway: Pathway) -> Iterator[Fault]:
    """Find needs held until a state that does not come next, and resources that wait for each other."""
    holding = list(_holding(pathway))
    membership = branch_membership(pathway) if holding else {}
    for where, activity, need in holding:
        until = str(need.hold_until)
        if not isinstance(pathway.states.get(until), Activity):
            yield where, f"{until} is no activity; it names the activity that the patient waits for"
        elif membership[activity.name] != membership[until]:
            words = f"{until} and {activity.name} do not lie in the same branch of a fork"
            yield where, f"{words}; what is held is held within one branch"
        elif until not in _next(pathway, activity.name):
            words = f"{until} does not follow {activity.name}, or not before something else does"
            yield where, f"{words}; it names an activity reached through decisions alone"
    yield from _circles(pathway, holding)


def _holding(pathway: Pathway) -> Iterator[tuple[str, Activity, Need]]:
    for name, state in sorted(pathway.states.items()):
        if not isinstance(state, Activity):
            continue
        for need in state.needs:
            if need.hold_until:
                yield f"pathway.states.{name}.needs.{need.role}.hold_until", state, need


def _next(pathway: Pathway, name: str) -> set[str]:
    """Name the states that can follow one through decisions alone."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        ways = {way.to for way in exits(pathway.states[ahead.pop()]) if way.via == "route"} & pathway.states.keys()
        ahead += [to for to in ways - found if isinstance(pathway.states[to], Decision)]
        found |= ways
    return found


def _circles(pathway: Pathway, holding: list[tuple[str, Activity, Need]]) -> Iterator[Fault]:
    """Find resources each held while its patient waits for the next, round in a circle: nobody might ever move."""
    waits: nx.DiGraph[str] = nx.DiGraph()
    for _, _, need in holding:
        awaited = pathway.states.get(str(need.hold_until))
        for other in awaited.needs if isinstance(awaited, Activity) else ():
            waits.add_edges_from((held, wanted) for held in need.any_of for wanted in other.any_of)
    for knot in sorted(nx.strongly_connected_components(waits), key=min):
        first = min(knot)
        if len(knot) == 1 and not waits.has_edge(first, first):
            continue
        circle = [held for held, _ in nx.find_cycle(waits.subgraph(knot), first)]
        words = " → ".join([*circle, circle[0]])
        where = next(where for where, _, need in holding if set(need.any_of) & knot)
        yield where, f"may never end: {words} are each held while a patient waits for the next"
