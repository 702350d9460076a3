"""From a log to a scenario, and how far what it simulates is from the cases that were held out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pathway.clock import Holidays, days_off
from pathway.errors import PathwayError, nearest
from pathway.experiment.calibrations import Calibrated
from pathway.interchange.calibration.arriving import read_arrivals
from pathway.interchange.calibration.comparing import FEWEST, distances, simulated_log, variant_distances
from pathway.interchange.calibration.dates import Dates, judge
from pathway.interchange.calibration.document import write_document
from pathway.interchange.calibration.fitted import Fitted
from pathway.interchange.calibration.naming import slug
from pathway.interchange.calibration.opening import read_pools
from pathway.interchange.calibration.routing import read_routing
from pathway.interchange.calibration.tabling import arrivals_table, fits_table, routing_table, unidentified
from pathway.interchange.calibration.timing import read_steps
from pathway.interchange.calibration.traits import read_traits
from pathway.interchange.gathering import with_used_activities
from pathway.interchange.observed import GOING_ON, UNKNOWN, Booleans, Ints, ObservedLog
from pathway.interchange.refusing import RefusedError

if TYPE_CHECKING:
    from pathway.scenario import Scenario


def calibrate(  # noqa: PLR0913 - each is one thing the log cannot say of itself
    log: ObservedLog,
    *,
    name: str | None = None,
    merge: Mapping[str, tuple[str, ...]] | None = None,
    final: Collection[str] = (),
    dates: Dates = "auto",
    per_year: float | None = None,
    country: str = "",
    since: str | None = None,
    memory: bool = True,
    hold_out: float = 0.3,
    seed: int = 1,
    progress: Callable[[str], None] = lambda what: None,
) -> Calibrated:
    """Calibrate a scenario on an event log, and compare what it simulates with cases held out of the fit.

    Parameters
    ----------
    log
        The log.
    name
        The scenario's name; from the log's by default.
    merge
        Activities to be taken together, by the name they then have.
    final
        Activities after which a case may be over; a case that ends with another ended with nothing recorded.
    dates
        Whether dates are real, or were shifted case by case; found out by default.
    per_year
        How many cases a year arrive, where the log cannot tell.
    country
        Whose public holidays are looked at, such as GB-ENG or CN; none by default.
    since
        The day (2027-03-31) from which on all who arrived are in the log. Who arrived before, and is there because he
        was waiting then, counts only where capacity and hours are read.
    memory
        Whether routing and times may depend on how often a patient has been somewhere, where a test says so.
    hold_out
        The share of cases that are not fitted but compared with.
    seed
        Of the choice of these cases.
    progress
        Is told what is being done.

    Raises
    ------
    RefusedError
        If names of activities are not in the log, or too few cases are.
    """
    from pathway.errors import Finding

    findings = [
        Finding(log.source, 1, 1, f"there is no activity {each!r}{nearest(each, log.activities)}")
        for each in (*final, *(old for group in (merge or {}).values() for old in group))
        if each not in log.activities
    ]
    if findings:
        raise RefusedError(findings)
    progress("fitting")
    renamed = {old: new for new, group in (merge or {}).items() for old in group}
    everybody = log.merged(merge or {})
    recent, notes = _since(everybody, since)
    fitted, held = fit_log(
        recent, frozenset(renamed.get(each, each) for each in final), dates, memory, hold_out, seed, country, everybody
    )
    written = write_document(fitted, name=name or slug(Path(log.source).name.split(".")[0]), per_year=per_year)
    scenario = _loaded(written.document)
    compared: dict[str, Any] = {"distances": None, "variants": {}, "unfinished": 0.0, "simulated_cases": 0}
    least = min(held.cases, fitted.log.cases)
    if 0 < least < FEWEST:
        notes = (*notes, f"{held.cases} cases held out are over, {fitted.log.cases} fitted: too few to compare")
    elif held.cases:
        progress("simulating")
        simulated, unfinished = simulated_log(scenario, fitted, written.names, held.cases)
        progress("comparing")
        compared = {
            "distances": distances(held, fitted.log, simulated, seed),
            "variants": variant_distances(held, fitted.log, simulated, seed),
            "unfinished": unfinished,
            "simulated_cases": simulated.cases,
        }
    return Calibrated(
        scenario=scenario,
        document=written.document,
        source=log.source,
        digest=log.digest,
        counts={
            "rows": log.rows,
            "visits": int(everybody.case.size),
            "cases": everybody.cases,
            "fitted": fitted.log.cases,
            "held_out": held.cases,
            "activities": len(everybody.activities),
            "censored": fitted.routing.censored_cases,
        },
        notes=(*everybody.notes, *notes),
        dates=fitted.verdict.sentence(),
        unidentified=unidentified(fitted, per_year),
        arrivals=arrivals_table(fitted),
        routing=routing_table(fitted),
        fits=fits_table(fitted),
        **compared,
    )


def fit_log(  # noqa: PLR0913, PLR0917 - as `calibrate`
    everybody: ObservedLog,
    final: frozenset[str],
    dates: Dates,
    memory: bool,
    hold_out: float,
    seed: int,
    country: str = "",
    with_earlier: ObservedLog | None = None,
) -> tuple[Fitted, ObservedLog]:
    """Read everything off the cases that are fitted; give it, and the cases held out that are over.

    Capacity and hours are read off all cases there were, those among them that arrived before the time of the log.
    """
    verdict = judge(everybody, dates)
    if not verdict.has_hours:  # whoever waited did so for days, of which requests at midnight say too little
        everybody = replace(everybody, asked=np.full_like(everybody.asked, UNKNOWN))
    kept = _fitted_cases(everybody, hold_out, seed)
    log = everybody.of_cases(kept)
    traits = read_traits(everybody)
    routing = read_routing(log, dates_are_real=verdict.real, final=final, memory=memory, traits=traits)
    steps = read_steps(log, dates_are_real=verdict.real, memory=memory, traits=traits)
    holidays = _holidays(everybody, country) if country and verdict.real else None
    is_same = with_earlier is not None and with_earlier.activities == everybody.activities
    whole = with_earlier if with_earlier is not None and is_same else everybody
    pools = read_pools(whole, steps, weekdays=verdict.real, holidays=holidays) if verdict.has_hours else ()
    known = np.where(everybody.ended != UNKNOWN, everybody.ended, everybody.known_from())
    last = everybody.arrived.copy()
    np.maximum.at(last, everybody.case, known)
    longest = float(np.quantile(last - everybody.arrived, 0.999)) / 86_400
    arrivals = read_arrivals(everybody, verdict, holidays)
    over = ~kept & (everybody.outcome != GOING_ON) & (np.diff(everybody.first) > 0)
    return Fitted(
        everybody, log, verdict, arrivals, routing, steps, pools, longest, traits, country
    ), everybody.of_cases(over)


def _fitted_cases(log: ObservedLog, hold_out: float, seed: int) -> Booleans:
    """Choose the cases that are fitted; of what only cases held out would have, the first is fitted all the same."""
    kept = np.ones(log.cases, dtype=bool)
    kept[np.random.default_rng(seed).permutation(log.cases)[: int(hold_out * log.cases)]] = False
    activities, firsts = np.unique(log.activity, return_index=True)
    kept[log.case[firsts[~np.isin(activities, log.activity[kept[log.case]])]]] = True
    return kept


def _since(log: ObservedLog, day: str | None) -> tuple[ObservedLog, tuple[str, ...]]:
    """Give the cases that arrived from a day on, and say how many did not."""
    if day is None:
        return log, ()
    try:
        begins = int((datetime.fromisoformat(day) - datetime(1970, 1, 1)).total_seconds())  # noqa: DTZ001
    except (ValueError, TypeError):
        raise PathwayError(f"--since {day!r}: expected a day such as 2027-03-31") from None
    recent = log.arrived + log.arrived_offset >= begins
    if not recent.any():
        raise PathwayError(f"--since {day}: nobody arrived from then on")
    note = f"{int((~recent).sum()):,} cases arrived before {day}: they count only where capacity and hours are read"
    return with_used_activities(log.of_cases(recent)), (note,)


def _holidays(log: ObservedLog, country: str) -> Ints:
    """Give the public holidays of the time of a log, in days since 1970."""
    name, _, part = country.partition("-")
    first, last = (datetime.fromtimestamp(int(each), UTC).date() for each in (log.arrived.min(), log.closed))
    closed = days_off(Holidays(name, part or None), first, last).closed
    return np.array(sorted((day - date(1970, 1, 1)).days for day in closed), np.int64)


def _loaded(document: dict[str, Any]) -> Scenario:
    """Load the scenario by the same door as any other."""
    import tempfile

    from pathway.scenario import load_scenario, write_scenario

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{document['name']}.yaml"
        write_scenario(document, path)
        return load_scenario(str(path))
