"""Checking activities that displace others (`preempt: yes`): where that contradicts something, or does nothing."""

from __future__ import annotations

from pathway.graph import Activity, Draw, giving_way, resources_of
from pathway.scenario.booking import list_of
from pathway.scenario.cursor import Cursor, find
from pathway.scenario.quantities import MOST_LOGGED
from pathway.scenario.records import Scenario


def check_preempting(scenario: Scenario, root: Cursor) -> None:
    """Report activities that displace others beside what contradicts it, or that can displace nobody."""
    for name, state in sorted(scenario.pathway.states.items()):
        at, _ = find(root, ("pathway", "states", name))
        preempt = at.get("preempt") if at.is_mapping else None
        if preempt and isinstance(state, Activity) and state.preempt and not root.findings.under(at.path):
            _check_activity(state, at, preempt, scenario)


def _check_activity(state: Activity, at: Cursor, preempt: Cursor, scenario: Scenario) -> None:
    if state.meeting:
        preempt.fault("stands beside meeting; a meeting has its own sessions and interrupts nobody", key=True)
    elif not state.needs:
        preempt.fault("stands where nothing is needed; one can only be kept from what somebody holds", key=True)
    elif on := list_of(state, scenario.resources):
        preempt.fault(f"stands beside the booked lists of {on}; what displaces others is an emergency", key=True)
    else:
        for key in ("no_show", "cancelled"):
            if other := at.get(key):
                other.fault("stands beside preempt; nobody is displaced for who may not come", key=True)
        _check_victims(state, preempt, scenario)


def _check_victims(state: Activity, preempt: Cursor, scenario: Scenario) -> None:
    """Report an activity that no other under way can be less urgent than."""
    least = min(state.priority.least, state.ageing.to) if state.ageing else state.priority.least
    others = [scenario.pathway.states[name] for name in giving_way(scenario.pathway)]
    rivals = {
        other.name: _most(other.priority)
        for other in others
        if isinstance(other, Activity) and resources_of(state) & resources_of(other)
    }
    there = [row.priority for row in scenario.patients if row.state in rivals and row.priority is not None]
    if max([*rivals.values(), *there]) <= least:
        needed = " or ".join(sorted(resources_of(state)))
        preempt.fault(
            f"displaces nobody: no activity that holds {needed} has a priority number above {least}", key=True
        )


def _most(draw: Draw) -> int:
    """Give the largest priority a draw can give, as far as that is known."""
    known = []
    for row in draw.rows:
        sampler = row.sampler
        if sampler.kind == "constant":
            known.append(int(sampler.parameters[0]))
        else:
            known.append(int(max(sampler.values)) if sampler.kind == "discrete" else MOST_LOGGED)
    return max(known, default=0)
