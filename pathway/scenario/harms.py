"""Reading what waiting does to patients: named hazards, each while they wait for some activities."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pathway.clock import MINUTES_PER_DAY, NEVER
from pathway.graph import Activity, AnyState, Draw, Harm, Row
from pathway.sampling import Sampler, constant, sampler_from
from pathway.scenario import quantities
from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.nodes import Scalar
from pathway.scenario.rules import read_state_name
from pathway.scenario.words import Words

WEEK = 7 * MINUTES_PER_DAY


def with_harms(
    states: Mapping[str, AnyState], harms: Sequence[tuple[str, Cursor]], words: Words
) -> dict[str, AnyState]:
    """Give the states, with what waiting for them does to patients."""
    found = dict(states)
    for name, entry in harms:
        per_week = entry.take("per_week", _hazard, 0.0)
        harm = Harm(
            name,
            per_week,
            after=Draw((Row((), _time_to(per_week)),)),
            to=read_state_name(entry.get("to"), words),
            title=entry.take("title", quantities.text, ""),
        )
        while_ = entry.get("while")
        for at in (while_.entries() if while_.is_list else [while_]) if while_ else []:
            activity = at.name(words.states_of("activity"), "activity")
            state = found.get(activity)
            if not isinstance(state, Activity):
                continue
            if state.harm is not None:
                at.fault(f"is {activity!r}, and {state.harm.name} harms those who wait for it already; one harm each")
            else:
                found[activity] = replace(state, harm=harm)
    return found


def _hazard(value: Scalar) -> float:
    share = quantities.share(value)
    if share == 1:
        raise UnreadableError(f"{quantities.A_SHARE}, below 1: nobody would be left to wait")
    return share


def _time_to(per_week: float) -> Sampler:
    """Give the time to a harm that strikes this share within a week, at a constant rate."""
    if per_week == 0:
        return constant(NEVER)
    return sampler_from("exponential", {"mean": WEEK / -math.log1p(-per_week)}, floor=1)
