"""What was read off a log, as tables, and in sentences what could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pathway.interchange.calibration.arriving import Rate, poisson_interval
from pathway.interchange.calibration.document import say_fit
from pathway.interchange.calibration.families import FAMILIES
from pathway.interchange.calibration.fitted import Fitted
from pathway.interchange.calibration.routing import ARRIVAL
from pathway.interchange.calibration.splitting import Question
from pathway.interchange.calibration.timing import ANY, Timed

if TYPE_CHECKING:
    import pandas as pd


def arrivals_table(fitted: Fitted) -> pd.DataFrame:
    """Give rates of arrival by profile (weekday, hour, month): count, days, per_day, low, high, used."""
    import pandas as pd

    arrivals = fitted.arrivals
    profiles: tuple[tuple[str, tuple[Rate, ...], bool], ...] = (
        ("overall", (arrivals.overall,), arrivals.identifiable),
        ("weekday", arrivals.weekdays, arrivals.weekdays_used),
        ("hour", arrivals.hours, len(arrivals.parts) > 1),
        ("month", arrivals.months, arrivals.months_used),
    )
    rows = []
    for profile, rates, used in profiles:
        for rate in rates:
            low, high = poisson_interval(rate.count, rate.days) if rate.days else (float("nan"),) * 2
            rows.append((profile, rate.label, rate.count, rate.days, rate.per_day, low, high, used))
    return pd.DataFrame(rows, columns=["profile", "label", "count", "days", "per_day", "low", "high", "used"])


def routing_table(fitted: Fitted) -> pd.DataFrame:
    """Give every way on: origin, condition, target, count, of, share, low, high."""
    import pandas as pd

    labels = (*fitted.log.activities, *fitted.routing.ends)
    rows = []
    for table in fitted.routing.tables:
        origin = "arrival" if table.origin == ARRIVAL else labels[table.origin]
        condition = _said(table.questions, fitted)
        for branch in table.branches:
            low, high = branch.interval
            rows.append((origin, condition, labels[branch.target], branch.count, branch.of, branch.share, low, high))
    return pd.DataFrame(rows, columns=["origin", "condition", "target", "count", "of", "share", "low", "high"])


def fits_table(fitted: Fitted) -> pd.DataFrame:
    """Give every distribution that was fitted, with what it rests on."""
    import pandas as pd

    rows = []
    for step in fitted.steps:
        for part, times in (("before" if step.knows_starts else "until", step.before), ("lasting", step.lasting)):
            rows += [_fit_row(fitted, step.activity, part, timed) for timed in times]
    columns = [
        "activity",
        "part",
        "after",
        "condition",
        "n",
        "not_over",
        "at_once",
        "family",
        "mean",
        "low",
        "high",
        "parameters",
        "distance",
        "p",
        "said",
    ]
    return pd.DataFrame(rows, columns=columns)


def _fit_row(fitted: Fitted, activity: int, part: str, timed: Timed) -> tuple[object, ...]:
    fit, sample = timed.fit, timed.fit.sample
    names = fitted.log.activities
    after = {ANY: "", ARRIVAL: "arrival"}.get(timed.origin) if timed.origin < 0 else names[timed.origin]
    low, high = fit.intervals.get("mean", (fit.mean, fit.mean))
    known = FAMILIES[fit.family].parameters if fit.family in FAMILIES else ()
    parameters = "; ".join(
        f"{name} {fit.parameters[name]:.5g} ({fit.intervals[name][0]:.5g} to {fit.intervals[name][1]:.5g})"
        for name in known
    )
    return (
        names[activity], part, after, _said(timed.questions, fitted), sample.n, sample.n_open, sample.at_once,
        fit.family, fit.mean, low, high, parameters, fit.distance, fit.p, say_fit(fit),
    )  # fmt: skip


def _said(questions: tuple[Question, ...], fitted: Fitted) -> str:
    names = fitted.log.activities
    return ", ".join(f"visits({names[each.activity]}) {'>=' if each.yes else '<'} {each.times}" for each in questions)


def unidentified(fitted: Fitted, per_year: float | None) -> tuple[tuple[str, str], ...]:
    """Name what the log cannot tell, each with what was done instead."""
    found: list[tuple[str, str]] = []
    arrivals, log = fitted.arrivals, fitted.log
    if not arrivals.identifiable:
        given = (
            f"{per_year:g} a year, as was said"
            if per_year is not None
            else f"{arrivals.per_year:,.0f} a year stands in the file and is an assumption to be replaced"
        )
        found += [
            ("rate of arrival, trend and how many are there at once", f"dates were shifted case by case; {given}"),
            ("weekdays", "dates were shifted case by case; left flat"),
        ]
    elif not arrivals.weekdays_used:
        found.append(("weekdays of arrival", f"not told apart from flat (p {arrivals.p_weekday:.2g}); left flat"))
    if not arrivals.months_used:
        why = (
            "dates were shifted"
            if not arrivals.identifiable
            else "less than two years"
            if arrivals.overall.days < 730
            else f"not told apart from flat (p {arrivals.p_month:.2g})"
        )
        found.append(("months and seasons", f"{why}; left flat"))
    if arrivals.identifiable and arrivals.drift < 0.001:
        found.append(("growth", f"the halves of the log differ (p {arrivals.drift:.2g}): a trend, not modelled"))
    without = [log.activities[step.activity] for step in fitted.steps if not step.knows_starts]
    if without:
        found.append(
            (
                f"capacity, opening hours, and waits apart from work, of {len(without)} activities",
                f"the log has no start times; they are delays: {', '.join(without)}",
            )
        )
    unasked = [log.activities[step.activity] for step in fitted.steps if step.knows_starts and not step.knows_requests]
    if unasked:
        found.append(
            (
                f"waits for capacity apart from waits by plan, of {len(unasked)} activities",
                f"the log does not say when they were asked for; the time until they begin is a delay: "
                f"{', '.join(unasked)}",
            )
        )
    idle = [
        log.activities[step.activity]
        for step in fitted.steps
        if step.knows_requests and not fitted.is_served(step.activity)
    ]
    if idle:
        found.append(
            (
                f"capacity of {len(idle)} activities",
                f"nobody waited for them, or they hold nothing; they are delays: {', '.join(idle)}",
            )
        )
    if fitted.pools:
        found.append(
            (
                "capacity beyond what was seen in use",
                f"{len(fitted.pools)} resources have the most that was in use at once, a lower bound; "
                f"leave, holidays and breakdowns are not told",
            )
        )
    overlapping = sum(step.overlapping for step in fitted.steps)
    if overlapping:
        found.append(
            (
                "what is done at the same time",
                f"{overlapping:,} visits began before the one before them was over; they are simulated one "
                f"after the other",
            )
        )
    return tuple(found)
