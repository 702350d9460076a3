"""Loops that can take no time at all: an engine in one would never see the next minute.

Only what surely takes time breaks a loop: an activity or delay whose duration is at least a
minute, patience of at least a minute where a patient leaves a queue, or harm by waiting.  A delay `until` a moment
may be over at once, and a patient who did not come is rebooked at the same state, so neither counts.
A fork takes as long as its slowest branch.  A deadline fires once after each setting of its
attribute; it closes a loop only where a state of that loop can set it to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from pathway.graph.branches import branches_of, forks
from pathway.graph.pathway import Pathway, Via, exits
from pathway.graph.records import Activity, AnyState, Delay, Fork


def loop_faults(pathway: Pathway) -> Iterator[tuple[str, str]]:
    """Find the loops that can take no time, one in each tangle of them."""
    setters: dict[str, set[str]] = {deadline.to: set() for deadline in pathway.deadlines.values()}
    for deadline in pathway.deadlines.values():
        voiding = {name for name, state in pathway.states.items() if _can_void(state, deadline.attribute)}
        setters[deadline.to] |= voiding
    for tangle in _tangles(_instant(pathway), setters):
        loop = [start for start, _ in nx.find_cycle(tangle, min(tangle))]
        first = loop.index(min(loop))
        words = " → ".join([*loop[first:], *loop[:first], loop[first]])
        yield (
            f"pathway.states.{loop[first]}",
            f"the loop {words} can take no time at all; in every loop at least one activity or delay"
            " needs a duration that is never below 1 min",
        )


def _instant(pathway: Pathway) -> nx.DiGraph[str]:
    """Give the graph of the ways that can take no time, deadlines marked as such."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(pathway.states))
    for name in sorted(pathway.states):
        for way in exits(pathway.states[name]):
            if way.to in graph and not _takes_time(pathway.states[name], way.via):
                graph.add_edge(name, way.to)
    inner_first = forks(pathway)[::-1]
    for fork in inner_first:
        if _is_slow(pathway, fork, graph):
            graph.remove_edges_from(list(graph.out_edges(fork.name)))
    due = [(start, stop) for start, stop, via in pathway.graph.edges(data="via") if via == "deadline"]
    for deadline in pathway.deadlines.values():  # ends all branches of a fork at once, slow ones too
        due += [(fork.name, deadline.to) for fork in inner_first if deadline.to in graph]
    graph.add_edges_from((way for way in due if way not in graph.edges), deadline=True)
    return graph


def _is_slow(pathway: Pathway, fork: Fork, graph: nx.DiGraph[str]) -> bool:
    """Tell whether some branch of a fork takes time on every way to the join."""
    return any(
        states and not nx.has_path(graph.subgraph({*states, fork.join}), head, fork.join)
        for head, states in branches_of(pathway, fork.name).items()
    )


def _tangles(graph: nx.DiGraph[str], setters: dict[str, set[str]]) -> Iterator[nx.DiGraph[str]]:
    """Find the knots of loops that remain when deadlines nobody in them can void are taken out."""
    knots = [states for states in nx.strongly_connected_components(graph) if _loops(graph, states)]
    for states in sorted(knots, key=min):
        tangle = graph.subgraph(states).copy()
        idle = [
            (start, stop)
            for start, stop, deadline in tangle.edges(data="deadline")
            if deadline and not setters[stop] & states
        ]
        tangle.remove_edges_from(idle)
        if idle:
            yield from _tangles(tangle, setters)
        else:
            yield tangle


def _loops(graph: nx.DiGraph[str], states: set[str]) -> bool:
    """Tell whether one can come back to a state of a strongly connected set; most are a single state without a loop."""
    return len(states) > 1 or any(graph.has_edge(state, state) for state in states)


def _takes_time(state: AnyState, via: Via) -> bool:
    if via == "harm":
        return True
    if isinstance(state, Activity):
        return state.leaves.after.least >= 1 if via == "leaves" and state.leaves else state.duration.least >= 1
    return isinstance(state, Delay) and state.duration is not None and state.duration.least >= 1


def _can_void(state: AnyState, attribute: str) -> bool:
    """Tell whether leaving a state can make a deadline's attribute nothing, so that it is due at once."""
    return any(
        setting.attribute == attribute and (setting.draw is None or setting.draw.least < 1) for setting in state.sets
    )
