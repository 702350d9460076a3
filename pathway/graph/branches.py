"""Which states lie in which branch of which fork."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

import networkx as nx

from pathway.graph.pathway import Pathway
from pathway.graph.records import Activity, Delay, Fork


def walked(pathway: Pathway) -> nx.DiGraph[str]:
    """Give the graph without deadlines, which end all branches at once and so cross their borders."""
    graph = pathway.graph
    ways = [(start, stop) for start, stop, via in graph.edges(data="via") if via != "deadline"]
    walk: nx.DiGraph[str] = nx.DiGraph()
    walk.add_nodes_from(graph)
    walk.add_edges_from(ways)
    return walk


def branches_of(pathway: Pathway, fork: str) -> dict[str, frozenset[str]]:
    """List the states of each branch of a fork: those between its first state and the join.

    Parameters
    ----------
    pathway
        The pathway.
    fork
        The name of one of its forks.

    Returns
    -------
    dict
        By the first state of each branch, in the order of the fork, the states from which the
        join can still be reached without starting the fork anew; the join is not among them.
        In a pathway without `faults` that is every state the patient can be in there.

    Examples
    --------
    >>> from pathway.graph import Activity, End, Fork, Join, Pathway, Rule, Start
    >>> def to(name): return (Rule((), ((name, 1.0),)),)
    >>> states = [Start("in", rules=to("tests")), Fork("tests", branches=("ct", "bloods"), join="results"),
    ...           Activity("ct", rules=to("read")), Activity("read", rules=to("results")),
    ...           Activity("bloods", rules=to("results")), Join("results", rules=to("out")), End("out")]
    >>> branches = branches_of(Pathway({state.name: state for state in states}, {}, {}), "tests")
    >>> {head: sorted(names) for head, names in branches.items()}
    {'ct': ['ct', 'read'], 'bloods': ['bloods']}
    """
    record = cast(Fork, pathway.states[fork])
    graph = walked(pathway)
    graph.remove_node(fork)
    if record.join not in graph:
        return {head: frozenset() for head in record.branches}
    leading = nx.ancestors(graph, record.join)
    graph.remove_node(record.join)
    return {
        head: frozenset(leading & ({head} | nx.descendants(graph, head))) if head in graph else frozenset()
        for head in record.branches
    }


def forks(pathway: Pathway) -> list[Fork]:
    """List the forks of a pathway, the outer before the inner, else by name."""
    found = [state for state in pathway.states.values() if isinstance(state, Fork)]
    size = {fork.name: len(frozenset().union(*branches_of(pathway, fork.name).values())) for fork in found}
    return sorted(found, key=lambda fork: (-size[fork.name], fork.name))


def branch_membership(pathway: Pathway) -> dict[str, tuple[tuple[str, int], ...]]:
    """Say for every state in which branch of which forks it lies.

    Parameters
    ----------
    pathway
        A pathway without faults.

    Returns
    -------
    dict
        By state, in the order of the names: (fork, index of the branch) from the outermost fork
        to the innermost; empty outside all forks.  A fork and its join lie outside themselves.

    Examples
    --------
    >>> from pathway.graph import Activity, End, Fork, Join, Pathway, Rule, Start
    >>> def to(name): return (Rule((), ((name, 1.0),)),)
    >>> states = [Start("in", rules=to("tests")), Fork("tests", branches=("ct", "bloods"), join="results"),
    ...           Activity("ct", rules=to("results")), Activity("bloods", rules=to("results")),
    ...           Join("results", rules=to("out")), End("out")]
    >>> branch_membership(Pathway({state.name: state for state in states}, {}, {}))["bloods"]
    (('tests', 1),)
    """
    found: dict[str, tuple[tuple[str, int], ...]] = {name: () for name in sorted(pathway.states)}
    for fork in forks(pathway):
        for index, states in enumerate(branches_of(pathway, fork.name).values()):
            for name in states:
                found[name] = (*found[name], (fork.name, index))
    return found


def came_from(pathway: Pathway, state: str, inside: Collection[str] = ()) -> list[str]:
    """Name the activities and delays from which a patient comes to a state next, the nearest first.

    Parameters
    ----------
    pathway
        The pathway.
    state
        The name of a state, such as a fork.
    inside
        States that are passed over: those inside the branches of forks.

    Examples
    --------
    >>> from pathway.graph import Activity, End, Fork, Join, Pathway, Rule, Start
    >>> def to(name): return (Rule((), ((name, 1.0),)),)
    >>> states = [Start("in", rules=to("clinic")), Activity("clinic", rules=to("tests")),
    ...           Fork("tests", branches=("ct", "bloods"), join="out"), Activity("ct", rules=to("out")),
    ...           Activity("bloods", rules=to("out")), Join("out", rules=to("end")), End("end")]
    >>> came_from(Pathway({state.name: state for state in states}, {}, {}), "tests")
    ['clinic']
    """
    graph, found = walked(pathway).reverse(copy=False), []
    seen, waiting = {state}, [state]
    for at in waiting:
        for before in graph.successors(at):
            if before in seen:
                continue
            seen.add(before)
            if before not in inside and isinstance(pathway.states[before], Activity | Delay):
                found.append(before)
            else:
                waiting.append(before)
    return found
