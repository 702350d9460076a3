"""What makes a pathway impossible to walk, each fault with its place in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator

import networkx as nx

from pathway.errors import nearest
from pathway.graph.forks import fork_faults
from pathway.graph.holding import holding_faults
from pathway.graph.loops import loop_faults
from pathway.graph.pathway import Pathway, exits
from pathway.graph.reach import reach_faults
from pathway.graph.reading import BUILT_IN, Mention, draw_reads, reads, writes
from pathway.graph.records import Activity, Fork, Start

Fault = tuple[str, str]

_IN_A_STATE = re.compile(r"^pathway\.states\.\w+\.harms\.")  # harms are written beside the states, once for several


def faults(pathway: Pathway) -> list[Fault]:
    """List everything that makes a pathway impossible to walk, or to walk twice alike.

    Parameters
    ----------
    pathway
        The pathway; names in it that stand for nothing are faults, not errors.

    Returns
    -------
    list
        (dotted path in the document, what was found and what is allowed), each once, in order
        of the path.  A state whose only row has no condition has its path at `to`, else at `rules[i].to`.

    Examples
    --------
    >>> from pathway.graph import End, Pathway, Rule, Start
    >>> start = Start("referral", rules=(Rule((), (("scan", 1.0),)),))
    >>> faults(Pathway({"referral": start, "scam": End("scam")}, {}, {}))
    [('pathway.states.referral.to', 'no state is called scan; did you mean scam?')]
    """
    found = [
        *_unknown_names(pathway),
        *_weights(pathway),
        *_starts(pathway),
        *_deadlines(pathway),
        *_rebookings(pathway),
        *_harms(pathway),
        *_attributes(pathway),
        *reach_faults(pathway),
        *fork_faults(pathway),
        *loop_faults(pathway),
        *holding_faults(pathway),
    ]
    return sorted({(_IN_A_STATE.sub("pathway.harms.", path), message) for path, message in found})


def _unknown_names(pathway: Pathway) -> Iterator[Fault]:
    """Find names that stand for no state and no attribute."""
    for name, state in pathway.states.items():
        here = f"pathway.states.{name}"
        for way in exits(state):
            yield from _unknown(pathway, f"{here}.{way.where}", Mention("state", way.to, ""))
        if isinstance(state, Fork):
            yield from _unknown(pathway, f"{here}.join", Mention("state", state.join, ""))
        for mention in (*reads(state), *writes(state)):
            yield from _unknown(pathway, f"{here}.{mention.where}", mention)
    for deadline in pathway.deadlines.values():
        here = f"pathway.deadlines.{deadline.name}"
        yield from _unknown(pathway, f"{here}.to", Mention("state", deadline.to, ""))
        yield from _unknown(pathway, f"{here}.attribute", Mention("attribute", deadline.attribute, ""))


def _unknown(pathway: Pathway, where: str, mention: Mention) -> Iterator[Fault]:
    known = pathway.states if mention.of == "state" else {**pathway.attributes, BUILT_IN: None}
    if mention.name not in known:
        yield where, f"no {mention.of} is called {mention.name}{nearest(mention.name, known)}"


def _weights(pathway: Pathway) -> Iterator[Fault]:
    for name, state in pathway.states.items():
        for way in exits(state):
            if not 0 <= way.share <= 1:
                where = f"pathway.states.{name}.{way.where}"
                yield where, f"{way.to} has the weight {way.share:g}; a weight is a probability from 0 to 1"


def _starts(pathway: Pathway) -> Iterator[Fault]:
    """Find ways that lead back to a start."""
    starts = {name for name, state in pathway.states.items() if isinstance(state, Start)}
    rule = "is a start, where only new patients enter; name the state that follows it"
    for name, state in pathway.states.items():
        for way in exits(state):
            if way.to in starts:
                yield f"pathway.states.{name}.{way.where}", f"{way.to} {rule}"
    for deadline in pathway.deadlines.values():
        if deadline.to in starts:
            yield f"pathway.deadlines.{deadline.name}.to", f"{deadline.to} {rule}"


def _deadlines(pathway: Pathway) -> Iterator[Fault]:
    for deadline in pathway.deadlines.values():
        attribute = pathway.attributes.get(deadline.attribute)
        if attribute and attribute.kind != "duration":
            where = f"pathway.deadlines.{deadline.name}.attribute"
            durations = sorted(name for name, each in pathway.attributes.items() if each.kind == "duration")
            allowed = f"it may be {' or '.join(durations)}" if durations else "the pathway has none"
            yield where, f"{attribute.name} is of the kind {attribute.kind}; a deadline needs a duration, {allowed}"


def _rebookings(pathway: Pathway) -> Iterator[Fault]:
    """Find patients who could be rebooked for the very minute they missed, for ever."""
    for name, state in pathway.states.items():
        if not isinstance(state, Activity):
            continue
        for kind, failure in (("no_show", state.no_show), ("cancelled", state.cancelled)):
            if failure and failure.rebook.least < 1:
                where = f"pathway.states.{name}.{kind}.rebook"
                yield where, f"can be {failure.rebook.least} min; a patient is rebooked at least 1 min later"


def _harms(pathway: Pathway) -> Iterator[Fault]:
    """Find harms that no log could tell from patience or a deadline, as they lead to the same state."""
    due = {deadline.to: deadline.name for deadline in pathway.deadlines.values()}
    for name, state in pathway.states.items():
        if not (isinstance(state, Activity) and state.harm):
            continue
        where, to = f"pathway.harms.{state.harm.name}.to", state.harm.to
        if state.leaves and state.leaves.to == to:
            yield where, f"{to} is where {name} leads when patience runs out; harm leads to a state of its own"
        if to in due:
            yield where, f"{to} is where the deadline {due[to]} leads; harm leads to a state of its own"


def _attributes(pathway: Pathway) -> Iterator[Fault]:
    """Find attributes that cannot be drawn at arrival, when nothing has been visited yet."""
    for name, attribute in pathway.attributes.items():
        for mention in draw_reads("draw", attribute.draw):
            where = f"attributes.{name}.{mention.where}"
            if mention.of == "state":
                yield where, f"depends on {mention.name}; at arrival no state has been visited yet"
            else:
                yield from _unknown(pathway, where, mention)
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, attribute in pathway.attributes.items():
        graph.add_edges_from((mention.name, name) for mention in draw_reads("", attribute.draw))
    for knot in nx.strongly_connected_components(graph):
        for name in knot:
            if len(knot) > 1 or graph.has_edge(name, name):
                words = f"the draws of {', '.join(sorted(knot))}" if len(knot) > 1 else "it"
                yield f"attributes.{name}.draw", f"cannot be drawn: {words} would have to be known before it is drawn"
