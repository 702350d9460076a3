"""Scenarios as they were before a list took the place of their patients, and what their queues are in the long run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from pathway.experiment.stacking import Place, stacked

if TYPE_CHECKING:
    from pathway.metrics import Measures
    from pathway.scenario import Scenario

LEVELS = "long_run_levels"  # the frame
DAYS = 7


def with_a_level(unchanged: Mapping[str, Scenario], started: Iterable[Scenario]) -> dict[str, Scenario]:
    """Give those that have a long-run level: without a warm-up what is measured is how a hospital fills.

    Queues are counted once a week, on the weekday on which the reported period begins; a Monday's queue is another
    than a Friday's. So a scenario begins up to six days earlier where the one that started from a list has another.
    """
    weekdays = {scenario.name: scenario.run.start.weekday() for scenario in started}
    return {
        name: _earlier(scenario, (scenario.run.start.weekday() - weekdays[name]) % DAYS)
        for name, scenario in unchanged.items()
        if scenario.run.warm_up and name in weekdays
    }


def _earlier(scenario: Scenario, days: int) -> Scenario:
    if not days:
        return scenario
    start = (scenario.run.start - timedelta(days=days)).isoformat()
    return scenario.override({"run.start": start}, name=scenario.name, title=scenario.title)


def levels(found: Sequence[tuple[Place, Measures]], scenarios: Mapping[str, Scenario]) -> pd.DataFrame:
    """Give the mean number waiting for each activity at the beginning of the reported weeks.

    Parameters
    ----------
    found
        What was measured, in the order of scenarios and replications.
    scenarios
        The scenarios, by name.

    Returns
    -------
    pandas.DataFrame
        Columns scenario, replication, subject, waiting.
    """
    frames = [_level(measures.frames["waiting_by_week"], scenarios[name]) for (name, _), measures in found]
    return stacked([place for place, _ in found], frames)


def _level(frame: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    begins = datetime.combine(scenario.run.start, time())
    ends = begins + timedelta(minutes=scenario.run.length)
    rows = frame[(frame["week_start"] >= begins) & (frame["week_start"] < ends)]
    return rows.groupby("subject", observed=True, sort=False)["waiting"].mean().reset_index()
