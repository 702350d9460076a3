"""From an event log to everything that is reported of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway.eventlog import EventLog
from pathway.metrics import pathways, queues, resources, waits
from pathway.metrics.clocks import Intervals, intervals_of, lead_clock
from pathway.metrics.costs import cost_figures
from pathway.metrics.harms import harm_figures
from pathway.metrics.paths import trail_of
from pathway.metrics.promises import clock_curves, clock_figures, few_clocks, groups_of
from pathway.metrics.sessions import booked_lists
from pathway.metrics.shortage import Shortages, shortages, wait_causes, waited_for_figures
from pathway.metrics.staffing import staffing_figures
from pathway.metrics.started import started_frames
from pathway.metrics.study import Study
from pathway.metrics.survival import prognosis_figures
from pathway.metrics.targets import target_figures
from pathway.metrics.tidy import Figure, summary
from pathway.metrics.usage import Usage, usage_of
from pathway.metrics.weekly import targets_by_week

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Measures:
    """What one replication comes to: `summary`, one figure a row, and `frames`, the tables charts are drawn from.

    Frames week by week, over the whole run: `waiting_by_week` (week_start, subject, waiting),
    `open_by_week` (week_start, band, open); over the window: `activity_by_week` (week_start, subject,
    enqueued, started, completed), `hours_by_week` (week_start, resource, open_hours, held_hours).
    At the window's end: `open_longest` (state, patients), where those open longest are.

    Of resources: `heat` (resource, weekday, hour, open_hours, held_hours), `ledger` (resource,
    planned, run, unused, cancelled, overrun_sessions, overrun_hours, used_hours, offered_hours), `lists` (see
    `booked_lists`; empty where nothing is booked).

    Of patients: `wait_quantiles` (subject, level, days), `waits_raw` (measure, subject, part, days,
    happened), `milestones` (state, patients, median, p90), `flows` (source, target, per_year),
    `routes` (source, target, patients), `wait_causes` (state, cause, days), `breakdown` (cause, state,
    days, patients), `breaches` (clock, state, cause, breaches), `clock_curves` (clock, day, share).

    Of patients there at minute 0: `started_by_week` and `started_clocks` (see `started_frames`).
    """

    summary: pd.DataFrame
    frames: dict[str, pd.DataFrame]

    def __repr__(self) -> str:
        return f"<Measures: {len(self.summary):,} figures, frames {', '.join(self.frames)}>"


def measure(log: EventLog, scenario: Scenario, *, first_treatment: Sequence[str] | None = None) -> Measures:
    """Measure one run: waits, clocks, utilisation, queues, outcomes, and where the time went.

    What joins in the reported window is measured and followed to the end of the run; the warm-up
    is left out, except in the frames that show it week by week.

    Parameters
    ----------
    log
        What happened.
    scenario
        The scenario it is a run of.
    first_treatment
        The states of which the first completed is a patient's first treatment; by default the
        states that stop the clock from referral to treatment (`lead_clock`).

    Returns
    -------
    Measures
        `summary` with columns measure, subject, part, statistic, value, unit, and the `frames`.

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> figures = measure(pw.simulate(scenario), scenario).summary
    >>> figures.query("measure == 'wait' and statistic == 'left'")["value"].tolist()
    [0.0]
    """
    study = Study(log, scenario)
    usage = usage_of(study)
    found = shortages(study, usage)
    lead = lead_clock(scenario)
    intervals = {  # the lead clock is shown week by week from the first day on
        name: intervals_of(study, clock, among=None if clock is lead else study.present)
        for name, clock in scenario.clocks.items()
    }
    if first_treatment is None:
        first_treatment = lead.stop if lead else ()
    figures, frames = _queue_measures(study, intervals[lead.name] if lead else None)
    figures += [*waits.arrival_figures(study), *waits.throughput_figures(study), *waits.attempt_figures(study)]
    figures += [*waited_for_figures(study, found), *resources.resource_figures(study, usage)]
    figures += [*pathways.outcome_figures(study), *prognosis_figures(study)]
    by_activity = waits.waits_by_activity(study)
    figures += _wait_measures(study, by_activity, intervals, frames)
    figures += target_figures(study, list(figures), intervals, by_activity)
    figures += _way_measures(study, found, intervals, tuple(first_treatment), frames)
    figures += [*cost_figures(study, usage, first_treatment), *staffing_figures(study, usage)]
    frames |= {"wait_causes": wait_causes(study, found), **_resource_frames(study, usage)}
    frames |= started_frames(study)
    return Measures(summary(figures), frames)


def measure_targets(log: EventLog, scenario: Scenario) -> Measures:
    """Measure only what targets and capacities are judged by: targets, waits for activities and the use of resources.

    The figures are those of `measure`, in a third of the time; the one frame is `targets_by_week` (target, week_start,
    known, within: see `metrics.weekly`).

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> log = pw.simulate(scenario)
    >>> some, all_of_them = measure_targets(log, scenario).summary, measure(log, scenario).summary
    >>> bool(some["value"].isin(all_of_them["value"]).all())
    True
    """
    study = Study(log, scenario)
    asked = {target.subject for target in scenario.targets if target.kind == "clock"}
    intervals = {name: intervals_of(study, scenario.clocks[name], among=study.present) for name in asked}
    by_activity = waits.waits_by_activity(study)
    figures = [*resources.resource_figures(study, usage_of(study)), *waits.wait_figures(by_activity)]
    figures += target_figures(study, list(figures), intervals, by_activity)
    return Measures(summary(figures), {"targets_by_week": targets_by_week(study, intervals)})


def _queue_measures(study: Study, lead: Intervals | None) -> tuple[list[Figure], dict[str, pd.DataFrame]]:
    waiting, waiting_by_week = queues.waiting(study)
    opened, open_by_week = queues.open_pathways(study, lead)
    frames = {
        "waiting_by_week": waiting_by_week,
        "open_by_week": open_by_week,
        "open_longest": queues.open_longest(study, lead),
        "activity_by_week": queues.activity_by_week(study),
    }
    return waiting + opened, frames


def _wait_measures(
    study: Study,
    by_activity: dict[str, waits.Waits],
    intervals: dict[str, Intervals],
    frames: dict[str, pd.DataFrame],
) -> list[Figure]:
    clocks = study.scenario.clocks
    few = list(waits.few_waits(study, by_activity))
    figures = list(waits.wait_figures(by_activity))
    for name, found in intervals.items():
        groups = list(groups_of(study, clocks[name], found))
        figures += clock_figures(study, clocks[name], groups)
        few += few_clocks(study, groups)
    frames["wait_quantiles"] = waits.wait_quantiles(by_activity)
    frames["waits_raw"] = waits.raw_frame(few)
    frames["clock_curves"] = clock_curves(study, intervals)
    return figures


def _way_measures(
    study: Study,
    found: Shortages,
    intervals: dict[str, Intervals],
    first_treatment: tuple[str, ...],
    frames: dict[str, pd.DataFrame],
) -> list[Figure]:
    trail = trail_of(study)
    treatments = pathways.first_treatments(study, first_treatment)
    figures, frames["milestones"] = pathways.milestones(study)
    frames["routes"] = pathways.routes(trail, treatments)
    frames["flows"] = pathways.flows(trail)
    where, treated = pathways.until_treated(trail, found, treatments)
    frames["breakdown"] = pathways.breakdown(study, where, treated)
    clocks = [(study.scenario.clocks[name], intervals[name]) for name in intervals]
    frames["breaches"] = pathways.breaches(trail, found, clocks)
    return [*figures, *pathways.waited_until_treated(study, where), *harm_figures(trail)]


def _resource_frames(study: Study, usage: Sequence[Usage]) -> dict[str, pd.DataFrame]:
    return {
        "hours_by_week": resources.hours_by_week(study, usage),
        "heat": resources.heat(study, usage),
        "ledger": resources.ledger(study, usage),
        "lists": booked_lists(study),
    }
