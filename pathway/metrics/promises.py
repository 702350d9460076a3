"""How many clocks kept their limit: the cohort that starts in the window, and those that stop in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.metrics.clocks import LEFT, OPEN, STOPPED, Intervals, cohort_of
from pathway.metrics.spread import quantiles
from pathway.metrics.study import DAY, Bools, Study
from pathway.metrics.survival import cumulative_incidence, kaplan_meier
from pathway.metrics.tidy import Figure, named
from pathway.metrics.waits import FEW, Few

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import WaitingClock

POINTS = 84  # of a clock's curve
BEYOND = 3  # times its limit, to which a clock's curve goes
ALL = 1 - 1e-9  # of a clock's patients: nothing more can come
WITHOUT = 180  # days it goes to, of a clock without a limit


@dataclass(frozen=True, eq=False)
class Group:
    """Intervals of a clock that are reported together; of them the `cohort` are those that start in the window."""

    subject: str
    part: str
    found: Intervals
    cohort: Intervals


def clock_figures(study: Study, clock: WaitingClock, groups: Iterable[Group]) -> Iterator[Figure]:
    """Give the figures of a clock: of all its intervals, of first and subsequent ones, and by where it stopped.

    Most are of the cohort, the clocks that start in the window, followed to the end of the run:
    `count`; `stopped`, `left` (the patient's pathway ended first) and `open`; `days_per_year`, the days
    of all these together, until they stopped, left or the run ended; `share_within` the limit, of those
    stopped or open beyond it; `breaches`, stopped or open beyond the limit; `mean`, `median` and `p90`
    of those stopped and `…_km` of all; `incidence_within`, the share of all stopped by the limit, with leaving as
    the competing event (Aalen-Johansen).  `official_share` is of the clocks that stop in the window, as a
    national return counts.
    """
    for group in groups:
        for statistic, value, unit in _statistics(study, clock, group):
            yield Figure("clock", group.subject, group.part, statistic, value, unit)


def groups_of(study: Study, clock: WaitingClock, found: Intervals) -> Iterator[Group]:
    """Give the groups of a clock's intervals that are reported: all, first and later ones, and by where it stopped."""

    def group(subject: str, part: str, which: Bools) -> Group:
        chosen = found.where(which)
        return Group(subject, part, chosen, cohort_of(study, chosen))

    found = found.where(found.end >= study.begin)
    parts = {"all": np.ones(found.case.size, bool)}
    if clock.repeats:
        parts |= {"first": found.nth == 0, "subsequent": found.nth > 0}
    asked = {target.to for target in study.scenario.targets if target.kind == "clock" and target.subject == clock.name}
    stops = set(clock.stop) if len(clock.stop) > 1 else set()
    for part, which in parts.items():
        yield group(clock.name, part, which)
    for name in sorted(stops | {name for name in asked if name}):
        there = (found.status == STOPPED) & (found.state == study.state_code.get(name, len(study.names)))
        yield group(f"{clock.name}→{name}", "all", there)


def _statistics(study: Study, clock: WaitingClock, group: Group) -> Iterator[tuple[str, float, str]]:
    cohort, restricted = group.cohort, group.subject != clock.name
    days, stopped = cohort.minutes / DAY, cohort.status == STOPPED
    yield "count", cohort.case.size, "patients"
    if not restricted:
        yield "stopped", float(stopped.sum()), "patients"
        yield "left", float((cohort.status == LEFT).sum()), "patients"
        yield "open", float((cohort.status == OPEN).sum()), "patients"
        yield "days_per_year", float(days.sum()) / study.years, "days a year"
    if clock.limit:
        yield from _within_limit(study, clock.limit, group.found, cohort, restricted=restricted)
    median, p90 = quantiles(days[stopped], (0.5, 0.9))
    yield "mean", float(days[stopped].mean()) if stopped.any() else np.nan, "days"
    yield "median", median, "days"
    yield "p90", p90, "days"
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


def clock_curves(study: Study, intervals: Mapping[str, Intervals]) -> pd.DataFrame:
    """Give which share of each clock's patients had it stopped by which day: columns clock, day, share.

    Of the clocks that start in the window, those whose patient left aside, as of the share within the limit; who is
    still open counts for as long as is known (Kaplan-Meier).
    """
    import pandas as pd

    parts = []
    for name, found in intervals.items():
        cohort = cohort_of(study, found)
        cohort = cohort.where(cohort.status != LEFT)
        limit = study.scenario.clocks[name].limit / DAY
        days = np.linspace(0, BEYOND * limit if limit else WITHOUT, POINTS + 1)
        curve = kaplan_meier(cohort.minutes / DAY, cohort.status == STOPPED)
        share = 1 - np.append(1.0, curve.share)[np.searchsorted(curve.at, days, side="right")]
        known = (days <= curve.last) | (share >= ALL)
        share = np.where(known, share, np.nan) if cohort.case.size else np.full(days.size, np.nan)
        parts.append((days, share))
    nothing = np.zeros(0)
    return pd.DataFrame(
        {
            "clock": named(np.repeat(np.arange(len(parts)), POINTS + 1), list(intervals)),
            "day": np.concatenate([nothing, *(days for days, _ in parts)]),
            "share": np.concatenate([nothing, *(share for _, share in parts)]),
        }
    )


def few_clocks(study: Study, groups: Iterable[Group]) -> Iterator[Few]:
    """Give the single times of the groups of intervals with fewer than `FEW` cases a year."""
    for group in groups:
        if 0 < group.cohort.case.size < FEW * study.years:
            days, stopped = group.cohort.minutes / DAY, group.cohort.status == STOPPED
            yield Few("clock", group.subject, group.part, days, stopped)
