"""Which activities can be displaced by one that says `preempt: yes`."""

from __future__ import annotations

from pathway.graph.pathway import Pathway
from pathway.graph.records import Activity


def giving_way(pathway: Pathway) -> frozenset[str]:
    """Name the activities that can be displaced: those that may hold what one that preempts may need.

    A case under discussion in a meeting is not interrupted.
    """
    activities = [state for state in pathway.states.values() if isinstance(state, Activity)]
    wanted = {name for state in activities if state.preempt for name in resources_of(state)}
    return frozenset(state.name for state in activities if not state.meeting and wanted & resources_of(state))


def resources_of(activity: Activity) -> set[str]:
    """Name all that an activity may need, alternatives included."""
    return {name for need in activity.needs for name in need.any_of}
