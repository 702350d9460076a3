"""How far beyond its goal a target is in a replication: the long run meets the target if the mean is not below 0.

A share of patients is judged over all years together, not by the mean of yearly shares: a year's margin is how many
patients more than the goal asks for were within the limit, set against the patients of a usual year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pathway import words
from pathway.errors import SizingError
from pathway.experiment.intervals import share_by_year
from pathway.experiment.sized_words import say_amount, target_label
from pathway.metrics import target_subjects
from pathway.metrics.targets import QUANTILES

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario

Floats = NDArray[np.float64]
Found = Mapping[tuple[str, str, str], float]
"""The figures of a replication, by measure, subject and statistic."""
MORE, LESS = 1.0, -1.0
TOLD = 0.0  # of a miss that does not matter, where a goal is only told


@dataclass(frozen=True, slots=True)
class Goal:
    """A target as it is judged: what it is called, whether more or less is better, and how much of a miss matters."""

    subject: str
    unit: str  # "share" or "days"
    level: float
    better: float  # `MORE` or `LESS`
    tolerance: float
    counts: tuple[str, str] | None  # of a share of patients: the statistics with how many, and the share or how many


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a target comes to in the long run, with half its interval, and the margin of each replication."""

    value: float
    half: float
    margins: Floats


def goals_of(scenario: Scenario, tolerance: float, days: float) -> tuple[Goal, ...]:
    """Give the targets of a scenario as they are judged.

    Of those who wait on a day a miss of one patient never matters.

    The quantile of a wait is asked as a share: "P90 at most 14 days" as "90 % within 14 days", which is the same and
    can be told also where some have not started.  `tolerance` is of shares, `days` (a part of the goal) of mean waits.
    """
    found = []
    for subject, target in zip(target_subjects(scenario), scenario.targets, strict=True):
        if target.kind == "clock":
            share = scenario.clocks[target.subject].share if target.share is None else target.share
            found.append(Goal(subject, "share", _known(share, subject), MORE, tolerance, ("decided", "value")))
        elif target.kind == "utilisation":
            found.append(Goal(subject, "share", _known(target.at_most, subject), LESS, tolerance, None))
        elif target.kind == "waiting":
            level = _known(target.at_most, subject)
            found.append(Goal(subject, "patients", level, LESS, max(1.0, days * level), None))
        elif target.statistic in QUANTILES:
            found.append(Goal(subject, "share", QUANTILES[target.statistic], MORE, tolerance, ("known", "within")))
        else:
            level = _known(target.at_most, subject) / 1440
            found.append(Goal(subject, "days", level, LESS, days * level, None))
    if not found:
        raise SizingError(f"{scenario.name} has no targets; say with --target what is to be met")
    return tuple(found)


def say_goals(scenario: Scenario) -> list[str]:
    """Say of each target what it is called and what it asks for.

    >>> from pathway.scenario import load_scenario
    >>> goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    >>> say_goals(load_scenario("mmc").override({"targets": [goal]}, name="one"))
    ['Arrival to service, within 10 h: at least 80 %']
    """
    said = []
    for goal, target in zip(goals_of(scenario, TOLD, TOLD), scenario.targets, strict=True):
        asks = words.text("sizing.at_least" if goal.better == MORE else "sizing.at_most")
        level = say_amount(goal.level, goal.unit)
        said.append(words.text("sizing.asked", target=target_label(scenario, target), asks=asks, goal=level))
    return said


def _known(level: float | None, subject: str) -> float:
    if level is None:
        raise SizingError(f"the target '{subject}' has no goal")
    return level


def estimate(goal: Goal, summaries: Sequence[Found], first: int, quantile: float) -> Estimate:
    """Judge a target by replications, each given as the figures it was measured to have.

    `quantile` is that of Student's t for the interval; a usual year has the patients of the `first` replications.
    """
    if goal.counts is None:
        values = np.array([each["target", goal.subject, "value"] for each in summaries])
        margins = goal.better * (values - goal.level)
        return Estimate(float(values.mean()), _half(margins, quantile), margins)
    of, within_or_share = goal.counts
    known = np.array([each["target", goal.subject, of] for each in summaries])
    found = np.nan_to_num(np.array([each["target", goal.subject, within_or_share] for each in summaries]))
    within = found * known if within_or_share == "value" else found
    usual = known[:first].mean()
    if usual == 0:
        raise SizingError(f"no patient is ever counted for the target '{goal.subject}'")
    margins = (within - goal.level * known) / usual
    share, off = share_by_year(within, known)
    return Estimate(share, _half(off, quantile), margins)


def _half(values: Floats, quantile: float) -> float:
    return float(quantile * values.std(ddof=1) / np.sqrt(values.size))


def figures_of(summary: pd.DataFrame) -> Found:
    """Give what a replication is judged by and what is told of it: its targets, and the use of its resources."""
    kept = (summary["measure"] == "target") | (
        (summary["measure"] == "utilisation") & summary["statistic"].isin(["utilisation", "open_hours", "held_hours"])
    )
    rows = summary[kept]
    names = zip(*(rows[column].astype(str) for column in ("measure", "subject", "statistic")), strict=True)
    return dict(zip(names, rows["value"].tolist(), strict=True))
