"""Scenarios as they were before a list took the place of their patients, and what their queues are in the long run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pathway.experiment.stacking import Place, stacked

if TYPE_CHECKING:
    import pandas as pd

    from pathway.metrics import Measures
    from pathway.scenario import Scenario

LEVELS = "long_run_levels"  # the frame


def with_a_level(unchanged: Mapping[str, Scenario]) -> dict[str, Scenario]:
    """Give those that have a long-run level: without a warm-up what is measured is how a hospital fills."""
    return {name: scenario for name, scenario in unchanged.items() if scenario.run.warm_up}


def levels(found: Sequence[tuple[Place, Measures]]) -> pd.DataFrame:
    """Give the mean number waiting for each activity in the reported period (scenario, replication, subject, waiting).

    Parameters
    ----------
    found
        What was measured, in the order of scenarios and replications.
    """
    frames = []
    for _, measures in found:
        table = measures.summary
        rows = table[(table["measure"] == "waiting") & (table["statistic"] == "mean")]
        frames.append(rows[["subject", "value"]].rename(columns={"value": "waiting"}))
    return stacked([place for place, _ in found], frames)
