"""A pathway as a networkx graph: which state can follow which, how, and under what conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import networkx as nx

from pathway import words
from pathway.graph.records import (
    Activity,
    AnyState,
    Attribute,
    Comparison,
    Deadline,
    Decision,
    Delay,
    End,
    Fork,
    Join,
    Start,
)
from pathway.graph.words import describe_when, readable

Kind = Literal["start", "activity", "delay", "decision", "fork", "join", "end"]
Via = Literal["branch", "route", "leaves", "harm", "deadline"]

KINDS: dict[type, Kind] = {
    Start: "start",
    Activity: "activity",
    Delay: "delay",
    Decision: "decision",
    Fork: "fork",
    Join: "join",
    End: "end",
}


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a state; `where` is the place in the document, below the state, that says so.

    `share` is the weight of this way in its row, `row` the number of the row, `when` its conditions.
    """

    to: str
    via: Via
    where: str
    share: float = 1.0
    row: int = 0
    when: tuple[Comparison, ...] = ()


@dataclass(frozen=True)
class Pathway:
    """A care pathway: its states, the attributes they read, and the deadlines that cut it short."""

    states: Mapping[str, AnyState]
    attributes: Mapping[str, Attribute]
    deadlines: Mapping[str, Deadline]

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """Which state can follow which, as a `networkx.DiGraph` in the order of state names.

        Node data: `kind`, `title`, `phase`, and `state`, the record itself.  Edge data: `via`
        (``route``; ``leaves`` when patience runs out; ``harm`` when waiting does harm; ``branch``
        of a fork; ``deadline``, from every activity and delay to where a deadline leads), `weight`
        (the probability, where it depends on nothing, else None) and `when` (the conditions in words, one per rule).
        Several ways from one state to another are one edge.  A rule that can never hold today,
        because a parameter says so, is an edge like any other; a name that is no state is not.

        Examples
        --------
        >>> from pathway.graph import End, Pathway, Rule, Start
        >>> start = Start("referral", rules=(Rule((), (("benign", 0.9), ("cancer", 0.1))),))
        >>> pathway = Pathway({"referral": start, "benign": End("benign"), "cancer": End("cancer")}, {}, {})
        >>> pathway.graph.edges["referral", "cancer"]["weight"]
        0.1
        """
        graph: nx.DiGraph[str] = nx.DiGraph()
        for name in sorted(self.states):
            state = self.states[name]
            title = state.title or readable(name)
            graph.add_node(name, kind=KINDS[type(state)], title=title, phase=state.phase, state=state)
        for name in sorted(self.states):
            for way in exits(self.states[name]):
                _add_edge(graph, name, way, self)
        for deadline in sorted(self.deadlines.values(), key=lambda deadline: deadline.name):
            way = Exit(deadline.to, "deadline", deadline.name)
            for name in sorted(self.states):
                if name != deadline.to and isinstance(self.states[name], Activity | Delay):
                    _add_edge(graph, name, way, self)
        return graph


def exits(state: AnyState) -> tuple[Exit, ...]:
    """List every way out of a state in the order its record gives them, deadlines left aside.

    >>> from pathway.graph import Fork
    >>> [(way.to, way.where) for way in exits(Fork("tests", branches=("ct", "bloods"), join="results"))]
    [('ct', 'branches[0]'), ('bloods', 'branches[1]')]
    """
    return tuple(_exits(state))


def _exits(state: AnyState) -> Iterator[Exit]:
    if isinstance(state, End):
        return
    if isinstance(state, Fork):
        for index, branch in enumerate(state.branches):
            yield Exit(branch, "branch", f"branches[{index}]")
        return
    for index, rule in enumerate(state.rules):
        where = "to" if len(state.rules) == 1 and not rule.when else f"rules[{index}].to"
        for to, share in rule.to:
            yield Exit(to, "route", where, share, index, rule.when)
    if isinstance(state, Activity) and state.leaves:
        yield Exit(state.leaves.to, "leaves", "leaves.to")
    if isinstance(state, Activity) and state.harm:
        yield Exit(state.harm.to, "harm", f"harms.{state.harm.name}.to")


def successors(state: AnyState) -> tuple[tuple[str, Via], ...]:
    """Name the states that can come directly after one, each with how the patient gets there.

    Parameters
    ----------
    state
        The record of a state.  Deadlines are no part of it: they lead from every activity
        and delay of the pathway to the deadline's own state.

    Examples
    --------
    >>> from pathway.graph import Decision, Rule
    >>> successors(Decision("result", rules=(Rule((), (("benign", 0.9), ("cancer", 0.1))),)))
    (('benign', 'route'), ('cancer', 'route'))
    """
    return tuple(dict.fromkeys((way.to, way.via) for way in exits(state)))


def _add_edge(graph: nx.DiGraph[str], name: str, way: Exit, pathway: Pathway) -> None:
    """Add one way to the graph, merged with what leads to the same state already."""
    if way.to not in graph:
        return
    unconditional = way.via == "branch" or (way.via == "route" and not way.when and way.row == 0)
    weight = way.share if unconditional else None
    when = () if unconditional else (_words(way, pathway),)
    if not graph.has_edge(name, way.to):
        graph.add_edge(name, way.to, weight=weight, when=when, via=way.via)
        return
    edge = graph.edges[name, way.to]
    edge["when"] = tuple(dict.fromkeys((*edge["when"], *when)))


def _words(way: Exit, pathway: Pathway) -> str:
    """Say when a patient goes this way."""
    if way.via == "leaves":
        return words.text("when.leaves")
    if way.via == "harm":
        return words.text("when.harm", name=readable(way.where.split(".")[1]))
    if way.via == "deadline":
        return words.text("when.due", name=readable(way.where))
    when = words.text("when.otherwise")
    if way.when:
        when = describe_when(way.when, pathway.attributes, states=pathway.states)
    return when if way.share == 1 else words.text("when.share", when=when, share=f"{way.share:.3g}")
