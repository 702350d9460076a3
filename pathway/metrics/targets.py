"""Whether what was promised was kept: each target of the scenario with its value, its goal and the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from pathway import words
from pathway.clock import say_duration
from pathway.eventlog import NONE
from pathway.metrics.clocks import OPEN, STOPPED, Intervals, cohort_of
from pathway.metrics.promises import decided, share_within
from pathway.metrics.spread import quantiles
from pathway.metrics.study import DAY, Codes, Floats, Study
from pathway.metrics.tidy import Figure

if TYPE_CHECKING:
    from pathway.metrics.waits import Waits
    from pathway.scenario import Scenario, Target

QUANTILES = {"median": 0.5, "p90": 0.9, "p95": 0.95}  # the share of waits that is to be below


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
    if target.kind == "waiting":
        return f"waiting {target.subject} on {target.by}"
    if target.kind == "wait":
        return f"{target.statistic or 'p90'} wait {target.subject}"
    limit = scenario.clocks[target.subject].limit if target.within is None else target.within
    to = f"→{target.to}" if target.to else ""
    with words.speaking(words.ENGLISH):  # it is a key
        return f"{target.subject}{to} within {say_duration(limit)}"


def target_subjects(scenario: Scenario) -> list[str]:
    """Name the targets of a scenario as the summary does: in words, in its order, each different."""
    said = [say_target(target, scenario) for target in scenario.targets]
    return [text if said.index(text) == place else f"{text} ({place + 1})" for place, text in enumerate(said)]


def target_figures(
    study: Study, figures: Iterable[Figure], intervals: Mapping[str, Intervals], by_activity: Mapping[str, Waits]
) -> Iterator[Figure]:
    """Give value, goal and verdict (1 met, 0 not, NaN where nothing was measured) of each target.

    Of a clock also `decided`, how many patients its share is of, by which years are weighed together, and `breaches`;
    of clocks and waits the mean and the P90 in days of those that are over (`mean_days`, `p90_days`); of the quantile
    of a wait how many are `known` to have waited longer or not, and how many of these `within`: whether nine in ten
    are can be told without knowing how long those wait who have not started.
    """
    known = {figure[:4]: figure.value for figure in figures if figure.measure in ("wait", "utilisation")}
    for subject, target in zip(target_subjects(study.scenario), study.scenario.targets, strict=True):
        unit = target.unit
        if target.kind == "clock":
            cohort, limit = cohort_and_limit(study, target, intervals[target.subject])
            value, judged = share_within(cohort, limit), decided(cohort, limit)
            yield Figure("target", subject, "", "decided", float(judged.sum()), "patients")
            beyond = float((judged & (cohort.minutes > limit)).sum())
            yield Figure("target", subject, "", "breaches", beyond, "patients")
            yield from _days(subject, cohort.minutes[cohort.status == STOPPED] / DAY)
            goal = study.scenario.clocks[target.subject].share if target.share is None else target.share
        elif target.kind == "utilisation":
            value, goal = known.get(("utilisation", target.subject, "", "utilisation"), np.nan), target.at_most
        elif target.kind == "waiting":
            value, goal = _waiting(study, target), target.at_most
        else:
            value = _wait(known, target)
            goal = None if target.at_most is None else target.at_most / DAY
            yield from _days(subject, by_activity[target.subject].known)
            if target.statistic in QUANTILES and goal is not None:
                yield from _within_goal(subject, by_activity[target.subject], goal)
        goal = np.nan if goal is None else float(goal)
        met = value >= goal if target.kind == "clock" else value <= goal
        yield Figure("target", subject, "", "value", value, unit)
        yield Figure("target", subject, "", "goal", goal, unit)
        yield Figure("target", subject, "", "met", np.nan if np.isnan(value + goal) else float(met), "share")


def _days(subject: str, days: Floats) -> Iterator[Figure]:
    """Give how long those waited whose wait is over, that what costs more may be seen to be quicker."""
    yield Figure("target", subject, "", "mean_days", float(days.mean()) if days.size else np.nan, "days")
    yield Figure("target", subject, "", "p90_days", quantiles(days, (0.9,))[0], "days")


def _within_goal(subject: str, wait: Waits, goal: float) -> Iterator[Figure]:
    """Count the waits of which is known whether they kept a goal: those over, and those longer than it already."""
    beyond = wait.days > goal
    yield Figure("target", subject, "", "known", float((wait.started | beyond).sum()), "patients")
    yield Figure("target", subject, "", "within", float((wait.started & ~beyond).sum()), "patients")


def _waiting(study: Study, target: Target) -> float:
    """Count who waits for an activity when a day begins."""
    assert target.by is not None
    minute = (target.by - study.scenario.run.start).days * DAY + study.begin
    rows = study.current
    rows = rows[study.visits["state"][rows] == study.state_code[target.subject]]
    joined, until = study.visits["enqueued_at"][rows], study.waited_until(rows)
    return float(((joined <= minute) & (until > minute)).sum())


def _wait(known: Mapping[tuple[str, str, str, str], float], target: Target) -> float:
    """Give the statistic of a wait; with those not started counted, infinite if too few have started to tell."""

    def statistic(name: str) -> float:
        return known.get(("wait", target.subject, "", name), np.nan)

    name = target.statistic or "p90"
    if not statistic("still_waiting") + statistic("left"):
        return statistic(name)
    value = statistic(f"{name}_km")
    return np.inf if np.isnan(value) else value


def _waiting_at_the_end(study: Study, state: int) -> Codes:
    """Give the cases that wait for an activity when the run ends."""
    rows = study.current
    rows = rows[study.visits["state"][rows] == state]
    waits = (study.visits["started_at"][rows] == NONE) & (study.visits["ended_at"][rows] == NONE)
    found: Codes = study.visits["case"][rows[waits]]
    return found


def cohort_and_limit(study: Study, target: Target, found: Intervals) -> tuple[Intervals, int]:
    """Give the clocks that a target is about, and its limit.

    Of a target for one treatment those it stopped, and those still open of patients who wait for it when the run ends:
    without these, a list that grows for ever would look the better the fewer ever reach its end.
    """
    limit = study.scenario.clocks[target.subject].limit if target.within is None else target.within
    if target.to:
        to = study.state_code.get(target.to, -2)
        still = np.isin(found.case, _waiting_at_the_end(study, to))
        found = found.where(((found.status == STOPPED) & (found.state == to)) | ((found.status == OPEN) & still))
    return cohort_of(study, found), limit
