"""What was read off a log, as tables, and in sentences what could not be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from pathway.interchange.calibration.arriving import Rate, poisson_interval
from pathway.interchange.calibration.families import FAMILIES
from pathway.interchange.calibration.fitted import Fitted
from pathway.interchange.calibration.routing import ARRIVAL
from pathway.interchange.calibration.sourcing import say_fit
from pathway.interchange.calibration.splitting import Question
from pathway.interchange.calibration.timing import ANY, Step, Timed

if TYPE_CHECKING:
    import pandas as pd

SILENT = 0.005  # of the days on which it is open by its weekdays: fewer without a start are not worth saying


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
    return ", ".join(fitted.asked.say(each, fitted.log.activities) for each in questions)


def unidentified(fitted: Fitted, per_year: float | None) -> tuple[tuple[str, str], ...]:
    """Name what the log cannot tell, each with what was done instead."""
    parts = (_of_arrivals(fitted, per_year), _of_capacity(fitted), _of_traits(fitted), _of_overlaps(fitted))
    return tuple(each for part in parts for each in part)


def _of_arrivals(fitted: Fitted, per_year: float | None) -> Iterator[tuple[str, str]]:
    arrivals = fitted.arrivals
    if not arrivals.identifiable:
        given = (
            f"{per_year:g} a year, as was said"
            if per_year is not None
            else f"{arrivals.per_year:,.0f} a year stands in the file and is an assumption to be replaced"
        )
        yield (
            "rate of arrival, trend and how many are there at once",
            f"dates were shifted case by case; {given}",
        )
        yield "weekdays", "dates were shifted case by case; left flat"
    elif not arrivals.weekdays_used:
        yield "weekdays of arrival", f"not told apart from flat (p {arrivals.p_weekday:.2g}); left flat"
    if not arrivals.months_used:
        too_short = "less than two years" if arrivals.overall.days < 730 else ""
        shifted = "" if arrivals.identifiable else "dates were shifted"
        why = shifted or too_short or f"not told apart from flat (p {arrivals.p_month:.2g})"
        yield "months and seasons", f"{why}; left flat"
    if arrivals.identifiable and arrivals.drift < 0.001:
        already = "or the log begins with who was there already (--since DAY leaves them out)"
        yield "growth", f"its halves differ (p {arrivals.drift:.2g}): a trend, which is not modelled, {already}"


def _of_capacity(fitted: Fitted) -> Iterator[tuple[str, str]]:
    log = fitted.log
    if not fitted.verdict.has_hours:
        yield (
            "hours of the day, opening hours, capacity, and times of less than a day",
            "the log has dates only; arrivals are spread over the day, every step is a delay of whole days, waits are "
            "part of the time until it begins",
        )
        return

    def listed(what: str, why: str, chosen: Callable[[Step], bool]) -> Iterator[tuple[str, str]]:
        names = [log.activities[step.activity] for step in fitted.steps if chosen(step)]
        if names:
            yield what.format(len(names)), f"{why}: {', '.join(names)}"

    yield from listed(
        "capacity, opening hours, and waits apart from work, of {} activities",
        "the log has no start times; they are delays",
        lambda step: not step.knows_starts,
    )
    yield from listed(
        "waits for capacity apart from waits by plan, of {} activities",
        "the log does not say when they were asked for; the time until they begin is a delay",
        lambda step: step.knows_starts and not step.knows_requests,
    )
    yield from listed(
        "capacity of {} activities",
        "nobody waited for them, or they hold nothing; they are delays",
        lambda step: step.knows_requests and not fitted.is_served(step.activity),
    )
    unclear = [pool.name for pool in fitted.pools if pool.seen_only]
    if unclear:
        yield (
            f"opening hours of {', '.join(unclear)}",
            "what needs it began at some hours only, and nobody asked for it at others; taken as always open",
        )
    if fitted.pools:
        yield (
            "capacity beyond what was seen in use",
            f"{len(fitted.pools)} resources have the most that was in use at once, a lower bound; "
            f"where there was more at one time than at another, the scenario has the most",
        )
    silent = [pool for pool in fitted.pools if pool.silent > SILENT * pool.open_days]
    if silent:
        named = ", ".join(f"{pool.name} on {pool.silent:,} of {pool.open_days:,} days" for pool in silent)
        hint = "" if fitted.country else ", of which --country tells public holidays"
        yield (
            "days on which it was closed",
            f"nothing began though somebody waited{hint}; the scenario is open on them: {named}",
        )


def _of_traits(fitted: Fitted) -> Iterator[tuple[str, str]]:
    for trait in fitted.traits:
        unsaid = f"; {trait.missing:,} cases do not say it" if trait.missing else ""
        yield (
            f"what goes with {trait.title}",
            "it is drawn on arrival as often as in the log, whatever else a patient has; ways and times depend on it "
            f"where a test says so{unsaid}",
        )


def _of_overlaps(fitted: Fitted) -> Iterator[tuple[str, str]]:
    overlapping = sum(step.overlapping for step in fitted.steps)
    if overlapping:
        yield (
            "what is done at the same time",
            f"{overlapping:,} visits began before the one before them was over; they are simulated one after the other",
        )
