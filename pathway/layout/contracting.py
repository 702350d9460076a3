"""A graph reduced to the states a reader asks for, with edges through all that is left out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import networkx as nx

_STRONGEST = ("branch", "route", "leaves", "harm", "deadline")


def contract(graph: nx.DiGraph[str], keep: Collection[str]) -> nx.DiGraph[str]:
    """Keep these states, and join those between which only states left out lie on some way.

    Parameters
    ----------
    graph
        The graph of a pathway.
    keep
        The states to keep, for example its activities and ends.

    Returns
    -------
    networkx.DiGraph
        With the data of the states as they were.  The data of an edge: `weight` is the probability
        over all ways where none depends on anything, else None; `when` the conditions where only
        one step of the way has any; `via` is ``deadline`` or ``leaves`` where the way begins with
        that.  A way from a state back to itself is an edge too.

    Examples
    --------
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("ct", "result", weight=1.0, when=(), via="route")
    >>> graph.add_edge("result", "mri", weight=0.25, when=(), via="route")
    >>> graph.add_edge("result", "mdt", weight=0.75, when=(), via="route")
    >>> list(contract(graph, {"ct", "mri", "mdt"}).edges(data="weight"))
    [('ct', 'mdt', 0.75), ('ct', 'mri', 0.25)]
    """
    small: nx.DiGraph[str] = nx.DiGraph()
    small.add_nodes_from((name, dict(graph.nodes[name])) for name in sorted(graph))
    for start, stop in sorted(graph.edges):
        small.add_edge(start, stop, **_data(graph.edges[start, stop]))
    for name in sorted(set(graph) - set(keep)):
        loop = small.edges[name, name]["weight"] if small.has_edge(name, name) else 0.0
        for start in sorted(set(small.predecessors(name)) - {name}):
            for stop in sorted(set(small.successors(name)) - {name}):
                _join(small, start, stop, _through(small.edges[start, name], loop, small.edges[name, stop]))
        small.remove_node(name)
    return small


def _data(edge: dict[str, Any]) -> dict[str, Any]:
    return {"weight": edge.get("weight"), "when": tuple(edge.get("when", ())), "via": edge.get("via", "route")}


def _through(into: dict[str, Any], loop: float | None, out: dict[str, Any]) -> dict[str, Any]:
    """Combine the ways into a state, around it, and out of it."""
    weight = None
    if into["weight"] is not None and out["weight"] is not None and loop is not None and loop < 1:
        weight = into["weight"] * out["weight"] / (1 - loop)
    when = () if into["when"] and out["when"] else into["when"] or out["when"]
    via = max(into["via"], out["via"], key=_STRONGEST.index) if into["via"] != "deadline" else "deadline"
    return {"weight": weight, "when": when, "via": via}


def _join(graph: nx.DiGraph[str], start: str, stop: str, data: dict[str, Any]) -> None:
    """Add an edge, or merge it with the one that is there."""
    if not graph.has_edge(start, stop):
        graph.add_edge(start, stop, **data)
        return
    edge = graph.edges[start, stop]
    both = (edge["weight"], data["weight"])
    edge["weight"] = None if None in both else edge["weight"] + data["weight"]
    edge["when"] = tuple(dict.fromkeys((*edge["when"], *data["when"])))
    edge["via"] = min(edge["via"], data["via"], key=_STRONGEST.index)
