"""Which column a state stands in: loops opened where they are entered, then edges as short as can be."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

from pathway.layout.solving import Limit, solve


def forward_edges(graph: nx.DiGraph[str]) -> list[tuple[str, str]]:
    """List the edges that remain when every loop is opened at the state by which patients enter it.

    Of several such states it is the one nearest to a start, of those the first by name; loops
    within a loop are opened in the same way.

    >>> chemo = nx.DiGraph([("mdt", "cycle"), ("cycle", "scan"), ("scan", "cycle"), ("scan", "end")])
    >>> forward_edges(chemo)
    [('cycle', 'scan'), ('mdt', 'cycle'), ('scan', 'end')]
    """
    work: nx.DiGraph[str] = nx.DiGraph()
    work.add_nodes_from(sorted(graph))
    work.add_edges_from(sorted((start, stop) for start, stop in graph.edges if start != stop))
    distance = _distances(work)
    tangles = _tangles(work)
    while tangles:
        tangle = tangles.pop()
        entered = [name for name in tangle if set(work.predecessors(name)) - tangle] or tangle
        head = min(entered, key=lambda name: (distance[name], name))
        work.remove_edges_from([(start, head) for start in list(work.predecessors(head)) if start in tangle])
        tangles += _tangles(work.subgraph(tangle))
    return sorted(work.edges)


def _tangles(graph: nx.DiGraph[str]) -> list[set[str]]:
    return [tangle for tangle in nx.strongly_connected_components(graph) if len(tangle) > 1]


def _distances(graph: nx.DiGraph[str]) -> dict[str, int]:
    """Count the steps from the nearest state without predecessor; what lies behind none comes last."""
    found: dict[str, int] = {}
    ring = [name for name in graph if not graph.in_degree(name)] or sorted(graph)[:1]
    while ring:
        found |= dict.fromkeys(ring, len(graph) if not found else max(found.values()) + 1)
        ring = sorted({stop for name in ring for stop in graph.successors(name)} - found.keys())
    return {name: found.get(name, 2 * len(graph) + 1) for name in graph}


def columns(names: Iterable[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """Give every state a column, right of all its predecessors, with the least total length of edges.

    >>> columns(["ct", "late", "mdt", "seen"], [("ct", "mdt"), ("mdt", "seen"), ("late", "seen")])
    {'ct': 0, 'late': 1, 'mdt': 1, 'seen': 2}
    """
    index = {name: number for number, name in enumerate(sorted(names))}
    costs = [1e-4] * len(index)
    for start, stop in edges:
        costs[index[start]] -= 1
        costs[index[stop]] += 1
    limits: list[Limit] = [(((index[start], 1.0), (index[stop], -1.0)), -1.0) for start, stop in edges]
    return {name: round(column) for name, column in zip(index, solve(costs, limits), strict=True)}
