"""Learning curves: the first starts of an activity last longer than drawn."""

from __future__ import annotations

import math
from typing import Any

from pathway.plan.records import Plan


def learned(plan: Plan, state: int, duration: Any) -> Any:
    """Give the function that deals how long an activity lasts, called once at each start and in the order of starts."""
    span = slice(*plan.states.learning_start[state : state + 2])
    rows = list(zip(plan.states.learning_until[span].tolist(), plan.states.learning_longer[span].tolist(), strict=True))
    starts = 0

    def dealt(case: Any, visit: int, now: int) -> int:
        nonlocal starts
        starts += 1
        drawn: int = duration(case, visit, now)
        longer = next((longer for until, longer in rows if starts <= until), 0.0)
        return drawn + math.floor(drawn * longer + 0.5)

    return dealt if rows else duration
