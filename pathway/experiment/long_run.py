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
    through = {name: stops_beyond(scenario, clock, growing) for name, clock in scenario.clocks.items()}
    yield "clock", _clock_subjects(scenario, through)
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


def _clock_subjects(scenario: Scenario, through: Mapping[str, Mapping[str, Collection[str]]]) -> Iterator[str]:
    """Name the clocks that run on in one of the queues, and their parts up to a single state."""
    for name, clock in scenario.clocks.items():
        beyond = set().union(*through[name].values())
        if beyond:
            yield name
        yield from (f"{name}→{state}" for state in clock.stop if state in beyond)


def clock_through(scenario: Scenario, clock: WaitingClock, growing: Collection[str], to: str = "") -> list[str]:
    """Name those of the queues in which a clock may run on until it stops, or until it stops in one state."""
    beyond = stops_beyond(scenario, clock, growing)
    return [name for name, stops in beyond.items() if not to or to in stops]


def stops_beyond(scenario: Scenario, clock: WaitingClock, growing: Collection[str]) -> dict[str, set[str]]:
    """Give those of the queues in which a clock may run on, each with the states from there on that stop it."""
    graph = scenario.pathway.graph
    after = {state for first in clock.start if first in graph for state in _beyond(graph, first)}
    stops = {name: {name, *nx.descendants(graph, name)} & {*clock.stop} for name in growing if name in after}
    return {name: beyond for name, beyond in stops.items() if beyond}


def _beyond(graph: nx.DiGraph[str], state: str) -> set[str]:
    """Give all states that can come after one, itself only if one may come back to it."""
    found: set[str] = nx.descendants(graph, state)
    comes_back = graph.has_edge(state, state) or not found.isdisjoint(graph.predecessors(state))
    return found | {state} if comes_back else found


def say_growth(growth: Growth) -> str:
    """Say how a queue grows.

    >>> say_growth(Growth(7.02, 6.81, 7.23, 2.0))
    'grows by 7.0 patients a week (6.8 to 7.2)'
    """
    span = "" if growth.low != growth.low else f" ({growth.low:.1f} to {growth.high:.1f})"
    return f"grows by {growth.mean:.1f} patients a week{span}"
