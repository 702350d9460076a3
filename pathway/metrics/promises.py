"""How many clocks kept their limit: the cohort that starts in the window, and those that stop in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from pathway.metrics.clocks import LEFT, OPEN, STOPPED, Intervals, cohort_of
from pathway.metrics.study import DAY, Bools, Study
from pathway.metrics.survival import cumulative_incidence, kaplan_meier
from pathway.metrics.tidy import Figure
from pathway.metrics.waits import FEW, Few

if TYPE_CHECKING:
    from pathway.scenario import WaitingClock


def clock_figures(study: Study, clock: WaitingClock, found: Intervals) -> Iterator[Figure]:
    """Give the figures of a clock: of all its intervals, of first and subsequent ones, and by where it stopped.

    Most are of the cohort, the clocks that start in the window, followed to the end of the run:
    `count`; `stopped`, `left` (the patient's pathway ended first) and `open`; `share_within` the
    limit, of those stopped or open beyond it; `breaches`, stopped or open beyond the limit; `median`
    and `p90` of those stopped and `…_km` of all; `incidence_within`, the share of all stopped by
    the limit, with leaving as the competing event (Aalen-Johansen).  `official_share` is of the
    clocks that stop in the window, as a national return counts.
    """
    for subject, part, chosen in subjects(study, clock, found):
        for statistic, value, unit in _statistics(study, clock, chosen, restricted=subject != clock.name):
            yield Figure("clock", subject, part, statistic, value, unit)


def subjects(study: Study, clock: WaitingClock, found: Intervals) -> Iterator[tuple[str, str, Intervals]]:
    """Give the groups of intervals that are reported, each with its subject and part."""
    parts = {"all": np.ones(found.case.size, bool)}
    if clock.repeats:
        parts |= {"first": found.nth == 0, "subsequent": found.nth > 0}
    asked = {target.to for target in study.scenario.targets if target.kind == "clock" and target.subject == clock.name}
    stops = set(clock.stop) if len(clock.stop) > 1 else set()
    for part, which in parts.items():
        yield clock.name, part, found.where(which)
    for name in sorted(stops | {name for name in asked if name}):
        there = (found.status == STOPPED) & (found.state == study.state_code.get(name, len(study.names)))
        yield f"{clock.name}→{name}", "all", found.where(there)


def _statistics(
    study: Study, clock: WaitingClock, found: Intervals, *, restricted: bool
) -> Iterator[tuple[str, float, str]]:
    cohort = cohort_of(study, found)
    days, stopped = cohort.minutes / DAY, cohort.status == STOPPED
    yield "count", cohort.case.size, "patients"
    if not restricted:
        yield "stopped", float(stopped.sum()), "patients"
        yield "left", float((cohort.status == LEFT).sum()), "patients"
        yield "open", float((cohort.status == OPEN).sum()), "patients"
    if clock.limit:
        yield from _within_limit(study, clock.limit, found, cohort, restricted=restricted)
    median, p90 = np.quantile(days[stopped], (0.5, 0.9)) if stopped.any() else (np.nan, np.nan)
    yield "median", float(median), "days"
    yield "p90", float(p90), "days"
    if not restricted:
        median, p90 = kaplan_meier(days, stopped).quantiles(np.array([0.5, 0.9]))
        yield "median_km", float(median), "days"
        yield "p90_km", float(p90), "days"


def _within_limit(
    study: Study, limit: int, found: Intervals, cohort: Intervals, *, restricted: bool
) -> Iterator[tuple[str, float, str]]:
    beyond, known = cohort.minutes > limit, decided(cohort, limit)
    open_beyond = beyond & (cohort.status == OPEN)
    yield "share_within", share_within(cohort, limit), "share"
    yield "decided", float(known.sum()), "patients"
    yield "breaches", float((beyond & known).sum()), "patients"
    if not restricted:
        yield "open_beyond", float(open_beyond.sum()), "patients"
        incidence = cumulative_incidence(cohort.minutes.astype(np.float64), cohort.status, STOPPED, limit)
        yield "incidence_within", incidence, "share"
    official = (found.status == STOPPED) & (found.end >= study.begin) & (found.end < study.end)
    yield "official_count", float(official.sum()), "patients"
    within = found.minutes[official] <= limit
    yield "official_share", float(within.mean()) if within.size else np.nan, "share"


def decided(cohort: Intervals, limit: int) -> Bools:
    """Flag the clocks of which is known whether they kept a limit: those stopped, or open beyond it."""
    known: Bools = (cohort.status == STOPPED) | ((cohort.minutes > limit) & (cohort.status == OPEN))
    return known


def share_within(cohort: Intervals, limit: int) -> float:
    """Give the share within a limit of the clocks that stopped or are open beyond it."""
    known = decided(cohort, limit)
    return float((known & (cohort.minutes <= limit)).sum() / known.sum()) if known.any() else np.nan


def few_clocks(study: Study, clock: WaitingClock, found: Intervals) -> Iterator[Few]:
    """Give the single times of the groups of intervals with fewer than `FEW` cases a year."""
    for subject, part, chosen in subjects(study, clock, found):
        cohort = cohort_of(study, chosen)
        if 0 < cohort.case.size < FEW * study.years:
            yield Few("clock", subject, part, cohort.minutes / DAY, cohort.status == STOPPED)
