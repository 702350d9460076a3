"""Which figures have no long-run level: those of queues that grow for as long as the run goes on.

An activity never settles if something it needs is asked for more than there is of it (the load check), unless its
own queue is measured to stand still: that of urgent patients who are always served first, or one behind another
bottleneck that lets too few through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from pathway.load import overloaded_activities
from pathway.metrics import target_subjects

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from pathway.load import Loads
    from pathway.scenario import Scenario, WaitingClock

GROWTH = 0.1  # patients a week (five a year) a queue must grow by to be called growing
COUNTED = frozenset({"count", "left", "stopped", "decided", "goal"})  # the same however long a queue has become


@dataclass(frozen=True, slots=True)
class Growth:
    """How many patients a week a queue grows by, with its interval, and the load of what is waited for."""

    mean: float
    low: float
    high: float
    load: float


def never_settling(scenario: Scenario, loads: Loads | None, intervals: pd.DataFrame) -> dict[str, Growth]:
    """Give the queues of one scenario that never settle, by activity, those that grow most first."""
    if loads is None:
        return {}
    growth = intervals[(intervals["measure"] == "waiting") & (intervals["statistic"] == "growth_per_week")]
    rows = {str(row.subject): row for row in growth.itertuples()}
    found = {
        name: Growth(float(rows[name].mean), float(rows[name].low), float(rows[name].high), load)
        for name, load in overloaded_activities(scenario, loads).items()
        if name in rows and not (rows[name].high < GROWTH)
    }
    return dict(sorted(found.items(), key=lambda item: (-np.nan_to_num(item[1].mean), item[0])))


def settles(scenario: Scenario, growing: Collection[str], intervals: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell of each figure of one scenario whether it has a long-run level, given the queues that never settle."""
    if not growing:
        return np.ones(len(intervals), bool)
    subjects = {measure: set(names) for measure, names in _without_level(scenario, growing)}
    columns = (intervals[column].astype(str) for column in ("measure", "subject", "statistic"))
    rows = zip(*columns, strict=True)
    return np.array(
        [
            statistic in COUNTED or statistic == "growth_per_week" or subject not in subjects.get(measure, ())
            for measure, subject, statistic in rows
        ],
        bool,
    )


def _without_level(scenario: Scenario, growing: Collection[str]) -> Iterator[tuple[str, Iterable[str]]]:
    graph = scenario.pathway.graph
    yield "wait", growing
    yield "waiting", growing
    yield "open_pathways", [""]
    yield "milestone", set(growing).union(*(nx.descendants(graph, name) for name in growing))
    yield "waited_for", {resource for name in growing for resource in _needed(scenario, name)}
    through = {name: clock_through(scenario, clock, growing) for name, clock in scenario.clocks.items()}
    yield "clock", _clock_subjects(scenario, growing, through)
    yield (
        "target",
        [
            subject
            for subject, target in zip(target_subjects(scenario), scenario.targets, strict=True)
            if (target.kind == "wait" and target.subject in growing)
            or (target.kind == "clock" and through[target.subject])
        ],
    )


def _needed(scenario: Scenario, activity: str) -> Iterator[str]:
    for need in getattr(scenario.pathway.states[activity], "needs", ()):
        yield from need.any_of


def _clock_subjects(scenario: Scenario, growing: Collection[str], through: Mapping[str, object]) -> Iterator[str]:
    """Name the clocks that run on in one of the queues, and their parts up to a single state."""
    for name, clock in scenario.clocks.items():
        if through[name]:
            yield name
        yield from (f"{name}→{state}" for state in clock.stop if clock_through(scenario, clock, growing, (state,)))


def clock_through(
    scenario: Scenario, clock: WaitingClock, growing: Collection[str], stop: Collection[str] | None = None
) -> list[str]:
    """Name those of the queues in which a clock may run on: after its start, and before it stops."""
    graph, stops = scenario.pathway.graph, set(clock.stop if stop is None else stop)
    after = {state for first in clock.start if first in graph for state in _beyond(graph, first)}
    before = stops | {state for last in stops if last in graph for state in nx.ancestors(graph, last)}
    return [name for name in growing if name in after & before]


def _beyond(graph: nx.DiGraph[str], state: str) -> set[str]:
    """Give all states that can come after one, itself only if one may come back to it."""
    following = set(graph.successors(state))
    return following.union(*(nx.descendants(graph, name) for name in following))


def say_growth(growth: Growth) -> str:
    """Say how a queue grows.

    >>> say_growth(Growth(7.02, 6.81, 7.23, 2.0))
    'grows by 7.0 patients a week (6.8 to 7.2)'
    """
    span = "" if growth.low != growth.low else f" ({growth.low:.1f} to {growth.high:.1f})"
    return f"grows by {growth.mean:.1f} patients a week{span}"
