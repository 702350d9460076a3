"""States no patient can get to, and states no patient can get out of."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import networkx as nx

from pathway.graph.pathway import Pathway, exits
from pathway.graph.records import End, Fork, Start

Fault = tuple[str, str]


def reach_faults(pathway: Pathway) -> Iterator[Fault]:
    """Find states that cannot be reached from a start, and states from which no end can be reached.

    Of a chain of such states only the one at the root is named, with the number of those behind it.
    """
    starts = {name for name, state in pathway.states.items() if isinstance(state, Start)}
    ends = {name for name, state in pathway.states.items() if isinstance(state, End)}
    if not starts:
        yield "pathway.states", "there is no state of the kind start, so no patient can enter"
    if not ends:
        yield "pathway.states", "there is no state of the kind end, so no patient can ever finish"
    yield from _wayless(pathway)
    graph, broken = _mended(pathway)
    if starts:
        yield from _unreachable(graph, _behind(graph, starts))
    if ends:
        yield from _trapped(pathway, graph, _behind(graph.reverse(), ends | broken))


def _wayless(pathway: Pathway) -> Iterator[Fault]:
    for name, state in pathway.states.items():
        if not isinstance(state, End | Fork) and not any(way.via == "route" for way in exits(state)):
            yield f"pathway.states.{name}", "leads nowhere; every state but an end says in `to` or `rules` what follows"


def _mended(pathway: Pathway) -> tuple[nx.DiGraph[str], set[str]]:
    """Give the graph with misspelt names read as their nearest, and the states that name none.

    A misspelt name is a fault by itself; all that lies behind it should not be reported as well.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(sorted(pathway.states))
    graph.add_edges_from(pathway.graph.edges)
    broken = set()
    for name, state in pathway.states.items():
        for to in {way.to for way in exits(state)} - set(graph):
            close = difflib.get_close_matches(to, list(graph), n=1, cutoff=0.6)
            if close:
                graph.add_edge(name, close[0])
            else:
                broken.add(name)
    for name, state in pathway.states.items():
        if isinstance(state, Fork) and state.join in graph:
            graph.add_edge(name, state.join)  # a branch that misses its join is told by that
    return graph, broken


def _behind(graph: nx.DiGraph[str], sources: set[str]) -> set[str]:
    return sources.union(*(nx.descendants(graph, source) for source in sources))


def _unreachable(graph: nx.DiGraph[str], reached: set[str]) -> Iterator[Fault]:
    lost = graph.subgraph(set(graph) - reached)
    for knot in _sources(lost):
        name, behind = min(knot), set.union(*(nx.descendants(lost, each) | {each} for each in knot)) - {min(knot)}
        also = f", nor are the {len(behind)} states behind it" if len(behind) > 1 else ""
        also = f", nor is {min(behind)} behind it" if len(behind) == 1 else also
        yield f"pathway.states.{name}", f"is reached from no start{also}; name it in the `to` of a state, or remove it"


def _trapped(pathway: Pathway, graph: nx.DiGraph[str], finishing: set[str]) -> Iterator[Fault]:
    stuck = graph.subgraph(set(graph) - finishing)
    for knot in _sources(stuck.reverse()):
        if len(knot) == 1 and not exits(pathway.states[min(knot)]):
            continue  # leads nowhere at all, which has been said
        words = f"no end can be reached from here ({', '.join(sorted(knot))}); give one of them a way out"
        yield f"pathway.states.{min(knot)}", words


def _sources(graph: nx.DiGraph[str]) -> list[set[str]]:
    """List the knots (loops, or single states) that nothing else in the graph leads to."""
    knots = nx.condensation(graph)
    return sorted((knots.nodes[knot]["members"] for knot, degree in knots.in_degree() if degree == 0), key=min)
