"""Forks that do not hold together: branches that overlap, leak, never meet, or touch what a sibling touches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations

import networkx as nx

from pathway.errors import nearest
from pathway.graph.branches import branches_of, forks, walked
from pathway.graph.pathway import Pathway, exits
from pathway.graph.reading import Mention, reads, writes
from pathway.graph.records import AnyState, End, Fork, Join

Fault = tuple[str, str]

_RULE = "branches of one fork run at once, so none may touch what another changes"


def fork_faults(pathway: Pathway) -> Iterator[Fault]:
    """Find everything wrong with the forks and joins of a pathway."""
    yield from _join_faults(pathway)
    crossings: dict[tuple[str, str], str] = {}  # an inner fork's words stand before an outer one's
    for fork in reversed(forks(pathway)):
        if not isinstance(pathway.states.get(fork.join), Join):
            continue
        branches = branches_of(pathway, fork.name)
        yield from _shape_faults(pathway, fork, branches)
        for where, to, words in _crossings(pathway, fork, branches):
            crossings.setdefault((where, to), words)
        yield from _sharing_faults(pathway, fork, branches)
    yield from ((where, words) for (where, _), words in crossings.items())


def _join_faults(pathway: Pathway) -> Iterator[Fault]:
    """Check that forks name joins, and that every join is named by one fork."""
    joins = {name for name, state in pathway.states.items() if isinstance(state, Join)}
    owners: dict[str, list[str]] = {name: [] for name in sorted(joins)}
    for name, state in sorted(pathway.states.items()):
        if not isinstance(state, Fork):
            continue
        if state.join in joins:
            owners[state.join].append(name)
        elif state.join in pathway.states:
            hint = nearest(state.join, joins)
            yield f"pathway.states.{name}.join", f"{state.join} is no join; a fork's branches meet at a join{hint}"
    for join, names in owners.items():
        if len(names) != 1:
            found = f"{' and '.join(names)} all meet here" if names else "no fork meets here"
            yield f"pathway.states.{join}", f"{found}; a join belongs to exactly one fork, which names it in `join`"


def _shape_faults(pathway: Pathway, fork: Fork, branches: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """Check each branch by itself, and that no two share a state."""
    where = f"pathway.states.{fork.name}.branches"
    if len(branches) < 2:
        yield where, f"a fork needs at least two different branches; this one has {len(branches)}"
    for index, head in enumerate(fork.branches):
        here = f"{where}[{index}]"
        if head in fork.branches[:index]:
            yield here, f"{head} is named twice; every branch of a fork begins with its own state"
        elif head == fork.join:
            yield here, f"{head} is the join itself; a branch needs at least one state before it"
        elif head in pathway.states and not branches[head]:
            yield here, f"the branch that begins with {head} never reaches {fork.join}, where all branches meet"
    for (first, one), (second, other) in combinations(branches.items(), 2):
        if shared := sorted(one & other):
            words = f"the branches that begin with {first} and {second} share {_some(shared)}"
            yield where, f"{words}; the branches of a fork have no state in common before its join"


def _crossings(pathway: Pathway, fork: Fork, branches: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str, str]]:
    """Find the ways that cross the border of a branch elsewhere than at the fork and the join."""
    graph = walked(pathway)
    inside = frozenset().union(*branches.values())
    for head, states in branches.items():
        for start, stop in nx.edge_boundary(graph, states):
            if stop != fork.join and stop not in inside:
                yield from _ways(pathway, start, stop, _leaving(pathway, fork, head, stop))
        for start in sorted({start for name in states for start in graph.predecessors(name)} - inside - {fork.name}):
            for stop in sorted(states & set(graph.successors(start))):
                words = f"{stop} lies in the branch of {fork.name} that begins with {head}"
                yield from _ways(pathway, start, stop, f"{words}; a branch is entered only from its fork")
    for start in sorted(set(graph.predecessors(fork.join)) - inside - {fork.name}):
        words = f"{fork.join} is the join of {fork.name}; only the branches of {fork.name} lead to it"
        yield from _ways(pathway, start, fork.join, words)
    for deadline in sorted(pathway.deadlines.values(), key=lambda each: each.name):
        if deadline.to in inside | {fork.join}:
            words = f"{deadline.to} lies between {fork.name} and {fork.join}; a deadline leads outside of every fork"
            yield f"pathway.deadlines.{deadline.name}.to", deadline.to, words


def _ways(pathway: Pathway, start: str, stop: str, words: str) -> Iterator[tuple[str, str, str]]:
    """Give every place that says `start` leads to `stop`."""
    for way in exits(pathway.states[start]):
        if way.to == stop:
            yield f"pathway.states.{start}.{way.where}", stop, words


def _leaving(pathway: Pathway, fork: Fork, head: str, stop: str) -> str:
    branch = f"the branch of {fork.name} that begins with {head}"
    if isinstance(pathway.states[stop], End):
        return f"{stop} is an end, reached in {branch}; a branch contains no end, it goes on to {fork.join}"
    return f"{stop} lies outside {branch}; a branch is left only through its join {fork.join}"


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


# ---------------------------------------------------------------- what siblings share


def _sharing_faults(pathway: Pathway, fork: Fork, branches: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """Find what one branch writes or does that a sibling writes, reads, counts or dates."""
    for (first, one), (second, other) in combinations(branches.items(), 2):
        if one & other:
            continue  # said already; whatever they share would be listed here again
        for name, states, sibling, beside in ((first, one, second, other), (second, other, first, one)):
            written = {mention.name for _, mention in _mentions(pathway, beside, writes)}
            for state, mention in _mentions(pathway, states, reads):
                touched = written if mention.of == "attribute" else beside
                if mention.name in touched:
                    verb = "sets it" if mention.of == "attribute" else "contains it"
                    words = f"the branch that begins with {name} reads {mention.name}, and its sibling {sibling} {verb}"
                    yield f"pathway.states.{state}.{mention.where}", f"{words}; {_RULE}"
        written = {mention.name for _, mention in _mentions(pathway, one, writes)}
        for state, mention in _mentions(pathway, other, writes):
            if mention.name in written:
                words = f"the branch that begins with {second} sets {mention.name}, and so does its sibling {first}"
                yield f"pathway.states.{state}.{mention.where}", f"{words}; {_RULE}"


def _mentions(
    pathway: Pathway, states: frozenset[str], of: Callable[[AnyState], Iterator[Mention]]
) -> Iterator[tuple[str, Mention]]:
    for name in sorted(states):
        for mention in of(pathway.states[name]):
            yield name, mention
