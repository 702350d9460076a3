"""Whether what was promised was kept: each target of the scenario with its value, its goal and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import say_duration
from pathway.metrics.clocks import STOPPED, Intervals, cohort_of
from pathway.metrics.promises import decided, share_within
from pathway.metrics.study import DAY, Study
from pathway.metrics.tidy import Figure

if TYPE_CHECKING:
    from pathway.scenario import Scenario, Target


def say_target(target: Target, scenario: Scenario) -> str:
    """Say what a target asks for; the text is its subject in the summary.

    >>> from types import SimpleNamespace
    >>> from pathway.scenario.records import Target, WaitingClock
    >>> clock = WaitingClock("dtt", "", ("mdt",), ("ire",), limit=31 * 1440, share=0.96)
    >>> scenario = SimpleNamespace(clocks={"dtt": clock})
    >>> say_target(Target("clock", "dtt", to="ire"), scenario)
    'dtt→ire within 31 d'
    >>> say_target(Target("wait", "ire", at_most=44640, statistic="p90"), scenario)
    'p90 wait ire'
    >>> say_target(Target("utilisation", "suite", at_most=0.9), scenario)
    'utilisation suite'
    """
    if target.kind == "utilisation":
        return f"utilisation {target.subject}"
    if target.kind == "wait":
        return f"{target.statistic or 'p90'} wait {target.subject}"
    limit = scenario.clocks[target.subject].limit if target.within is None else target.within
    to = f"→{target.to}" if target.to else ""
    return f"{target.subject}{to} within {say_duration(limit)}"


def target_subjects(scenario: Scenario) -> list[str]:
    """Name the targets of a scenario as the summary does: in words, in its order, each different."""
    said = [say_target(target, scenario) for target in scenario.targets]
    return [text if said.index(text) == place else f"{text} ({place + 1})" for place, text in enumerate(said)]


def target_figures(study: Study, figures: Iterable[Figure], intervals: Mapping[str, Intervals]) -> Iterator[Figure]:
    """Give value, goal and verdict (1 met, 0 not, NaN where nothing was measured) of each target.

    Of a clock also `decided`, how many patients its share is of, by which years are weighed together, and `breaches`.
    """
    known = {figure[:4]: figure.value for figure in figures if figure.measure in ("wait", "utilisation")}
    for subject, target in zip(target_subjects(study.scenario), study.scenario.targets, strict=True):
        if target.kind == "clock":
            cohort, limit = _cohort(study, target, intervals[target.subject])
            value, unit = share_within(cohort, limit), "share"
            judged = decided(cohort, limit)
            yield Figure("target", subject, "", "decided", float(judged.sum()), "patients")
            yield Figure(
                "target", subject, "", "breaches", float((judged & (cohort.minutes > limit)).sum()), "patients"
            )
            goal = study.scenario.clocks[target.subject].share if target.share is None else target.share
        elif target.kind == "utilisation":
            value, unit = known.get(("utilisation", target.subject, "", "utilisation"), np.nan), "share"
            goal = target.at_most
        else:
            value, unit = _wait(known, target), "days"
            goal = None if target.at_most is None else target.at_most / DAY
        goal = np.nan if goal is None else float(goal)
        met = value >= goal if target.kind == "clock" else value <= goal
        yield Figure("target", subject, "", "value", value, unit)
        yield Figure("target", subject, "", "goal", goal, unit)
        yield Figure("target", subject, "", "met", np.nan if np.isnan(value + goal) else float(met), "share")


def _wait(known: Mapping[tuple[str, str, str, str], float], target: Target) -> float:
    """Give the statistic of a wait; with those not started counted, infinite if too few have started to tell."""

    def statistic(name: str) -> float:
        return known.get(("wait", target.subject, "", name), np.nan)

    name = target.statistic or "p90"
    if not statistic("still_waiting") + statistic("left"):
        return statistic(name)
    value = statistic(f"{name}_km")
    return np.inf if np.isnan(value) else value


def _cohort(study: Study, target: Target, found: Intervals) -> tuple[Intervals, int]:
    """Give the clocks that a target is about, and its limit."""
    limit = study.scenario.clocks[target.subject].limit if target.within is None else target.within
    if target.to:
        to = study.state_code.get(target.to, -2)
        found = found.where((found.status == STOPPED) & (found.state == to))
    return cohort_of(study, found), limit
