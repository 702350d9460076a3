"""Random displacement for `tests.strategies`: activities that interrupt others, and others less urgent than they."""

from __future__ import annotations

from typing import Any

from tests.random_hospitals import Document
from tests.random_lists import resources_of
from tests.random_pathways import Sketch

RANKS = [{"weights": {0: 0.5, 2: "rest"}}, {"weights": {1: 0.7, 2: "rest"}}, {"weights": {0: 0.3, 1: 0.4, 3: "rest"}}]
LONG = ["6 hours", {"exponential": {"mean": "10 hours"}}, "2 days"]


def draw_preempting(sketch: Sketch, resources: Document) -> None:
    """Let some activities displace others where that is no contradiction, and some of those be long and not urgent."""
    if sketch.chance(3):
        return
    booked = {name for name, each in resources.items() if "list" in each}
    able = [state for state in sketch.states.values() if "meeting" not in state and resources_of(state)]
    urgent = [state for state in able if not resources_of(state) & booked or state.get("emergency") == "yes"]
    if not urgent:
        return
    for state in [sketch.one_of(urgent), *(each for each in urgent if sketch.chance(3))]:
        _let_preempt(sketch, state)
    wanted = {name for state in urgent if "preempt" in state for name in resources_of(state)}
    for state in able:
        if wanted & resources_of(state) and sketch.chance(2):
            if "preempt" not in state:
                state["priority"] = sketch.one_of([3, 2])
            state["duration"] = sketch.one_of(LONG)


def _let_preempt(sketch: Sketch, state: dict[str, Any]) -> None:
    state["preempt"] = "yes"
    state["priority"] = sketch.one_of(RANKS)
    for key in ("no_show", "cancelled"):
        state.pop(key, None)
