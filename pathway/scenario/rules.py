"""Reading where a patient goes next: one state, weights, or a decision table."""

from __future__ import annotations

from pathway.errors import nearest
from pathway.graph import Rule
from pathway.scenario.conditions import read_conditions
from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.draws import check_rows
from pathway.scenario.nodes import Key, shown
from pathway.scenario.quantities import text
from pathway.scenario.weights import read_weights
from pathway.scenario.words import Words


def read_rules(state: Cursor, words: Words) -> tuple[Rule, ...]:
    """Read ``to:`` or ``rules:`` of a state."""
    to, rules = state.get("to"), state.get("rules")
    if to and rules:
        to.fault("stands beside 'rules'; write one of them, and null removes that of a lower document", key=True)
        return ()
    if to:
        return (Rule((), _targets(to, words)),)
    if rules is None:
        state.fault("leads nowhere; expected 'to' or 'rules'", key=True)
        return ()
    rows = rules.entries()
    if rules.is_list:
        check_rows(rules, rows)
    return tuple(_rule(row, words) for row in rows)


def _rule(row: Cursor, words: Words) -> Rule:
    to = row.get("to")
    return Rule(
        when=read_conditions(row.get("when"), words),
        to=_targets(to, words) if to else (),
        why=row.take("why", text, ""),
    )


def _targets(to: Cursor, words: Words) -> tuple[tuple[str, float], ...]:
    if not to.is_mapping:
        return ((to.name(words.states, "state"), 1.0),)

    def known(key: Key) -> str:
        if key not in words.states:
            raise UnreadableError(f"a state{nearest(str(key), words.states)}")
        return str(key)

    return tuple(sorted((name, weight) for _, name, weight in read_weights(to, known)))


def read_state_name(at: Cursor | None, words: Words, *kinds: str) -> str:
    """Read the name of a state, of one of these kinds if any are given."""
    if at is None:
        return ""
    name = at.name(words.states, "state")
    if kinds and name in words.states and words.states[name] not in kinds:
        allowed = " or ".join(kinds)
        at.fault(f"is {shown(at.node)}, which is of kind {words.states[name]}; expected a state of kind {allowed}")
    return name
