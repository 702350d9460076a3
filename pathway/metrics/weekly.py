"""Targets week by week: of those who began in a week, how many kept the limit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from pathway.eventlog import NONE
from pathway.metrics.clocks import Intervals
from pathway.metrics.promises import decided
from pathway.metrics.study import DAY, WEEK, Bools, Codes, Study
from pathway.metrics.targets import QUANTILES, cohort_and_limit, target_subjects
from pathway.metrics.tidy import named
from pathway.metrics.waits import counts_as_wait

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Target


def targets_by_week(study: Study, intervals: Mapping[str, Intervals]) -> pd.DataFrame:
    """Count by week of the window in which a clock started, or a wait was begun, who kept the limit.

    Columns target, week_start, known (of whom that is known), within.  Only targets that are a share of patients are
    in it: clocks, and quantiles of waits.
    """
    import pandas as pd

    count = -(-(study.end - study.begin) // WEEK)
    frames = []
    subjects = target_subjects(study.scenario)
    for subject, target in zip(subjects, study.scenario.targets, strict=True):
        if target.kind == "clock":
            cohort, limit = cohort_and_limit(study, target, intervals[target.subject])
            began, known, within = cohort.begin, decided(cohort, limit), cohort.minutes <= limit
        elif target.kind == "wait" and target.statistic in QUANTILES and target.at_most is not None:
            began, known, within = _waits(study, target)
        else:
            continue
        week = (began - study.begin) // WEEK
        frames.append(
            pd.DataFrame(
                {
                    "target": named(np.full(count, subjects.index(subject)), subjects),
                    "week_start": study.stamps(study.begin + WEEK * np.arange(count)),
                    "known": np.bincount(week[known], minlength=count),
                    "within": np.bincount(week[known & within], minlength=count),
                }
            )
        )
    columns = ["target", "week_start", "known", "within"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _waits(study: Study, target: Target) -> tuple[Codes, Bools, Bools]:
    """Give when each wait of the window was begun, whether it is known if it kept the limit, and whether it did."""
    rows = np.arange(*study.window.indices(study.visits["state"].size))
    rows = rows[(study.visits["state"][rows] == study.state_code[target.subject]) & counts_as_wait(study, rows)]
    began = study.visits["enqueued_at"][rows]
    days = (study.waited_until(rows) - began) / DAY
    started = study.visits["started_at"][rows] != NONE
    assert target.at_most is not None
    within = days <= target.at_most / DAY
    return began, started | ~within, within
