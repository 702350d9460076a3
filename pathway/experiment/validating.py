"""Validating: a past period is replayed, and what was observed in it is set beside the bands of the prediction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pathway.errors import PathwayError
from pathway.experiment.chance import FEWEST, judge
from pathway.experiment.intervals import t_quantile
from pathway.experiment.observing import PLUS, Days, Floats, Observed, Seen, figure_of, months_of
from pathway.experiment.replicating import replicate
from pathway.experiment.validated import (
    BEYOND,
    BEYOND_SPREAD,
    CASE_MIX,
    INSIDE,
    NO_ACTIVITY,
    NO_CLOCK,
    OUTSIDE,
    TOO_FEW,
    WITHIN_SPREAD,
    Validation,
)
from pathway.graph import Activity
from pathway.metrics import measure_days

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment.chance import Bands
    from pathway.scenario import Scenario

Progress = Callable[[int, str], None]
LEAST, LEAST_DAYS = 1.0, 0.5  # a patient, half a day: no deviation of a count, or of days, is taken to be less
FACTOR = 2.0  # by which a case mix may differ


def validate(  # noqa: PLR0913 - all but the first two are options
    scenario: Scenario,
    observed: Observed,
    *,
    replications: int = 40,
    engine: str = "auto",
    workers: int | None = None,
    store: Path | None = None,
    progress: Progress | None = None,
) -> Validation:
    """Replay a past period and set what was observed in it beside what the scenario predicts.

    Parameters
    ----------
    scenario
        What is simulated.  Its window is moved to the observed period if it lies elsewhere (see `replayed`).
    observed
        The observed figures (`pathway.interchange.observed_figures.read_observed`).
    replications
        How many periods are simulated, at least 39: no statement about all figures together is made of fewer.
    engine, workers, store
        As in `Experiment`.
    progress
        Called after each replication with how many are done and the scenario's name.

    Raises
    ------
    PathwayError
        If the observed period cannot be replayed, or there are too few replications.
    """
    if replications < FEWEST:
        raise PathwayError(
            f"replications is {replications}, expected {FEWEST} or more: of fewer nothing can be said of all "
            "figures together at 95 %"
        )
    scenario = replayed(scenario, observed)
    found: dict[int, Any] = {}
    jobs = [(scenario, number) for number in range(replications)]
    for place, measures in replicate(jobs, engine=engine, workers=workers, store=store, measuring=measure_days):
        found[place] = measures.frames
        if progress:
            progress(len(found), scenario.name)
    return compare_with(scenario, observed, [found[place] for place in range(replications)])


def compare_with(scenario: Scenario, observed: Observed, frames: Sequence[dict[str, pd.DataFrame]]) -> Validation:
    """Set observed figures beside the days of replications (`measure_days`) of the period replayed."""
    days = Days(frames, f"{scenario.run.start:%Y-%m}", months_of(scenario.run.start, scenario.run.length))
    mixes = _mixes(scenario, observed, days)
    differing = {name for row in mixes if not row["comparable"] for name in (row["subject"], row["per"])}
    rows: list[dict[str, Any]] = []
    judged: list[tuple[int, Seen, Floats, Floats]] = []
    for seen in observed.compared:
        row = _row(seen) | {"verdict": _obstacle(scenario, seen, differing)}
        if not row["verdict"]:
            values, patients = figure_of(seen, days.patients(seen))
            if np.isnan(values).any():
                row["verdict"] = TOO_FEW
            elif seen.is_spread:
                row |= _beside_spread(seen, values, patients)
            else:
                judged.append((len(rows), seen, values, patients))
        rows.append(row)
    chance = None
    if judged:
        bands, chance = judge(
            np.column_stack([values for *_, values, _ in judged]),
            np.column_stack([patients for *_, patients in judged]),
            np.array([seen.value for _, seen, *_ in judged]),
            np.array([seen.n for _, seen, *_ in judged]),
            np.array([seen.statistic == "share" for _, seen, *_ in judged]),
            np.array([LEAST if seen.statistic == "count" else LEAST_DAYS for _, seen, *_ in judged]),
        )
        for number, (place, seen, _, patients) in enumerate(judged):
            rows[place] |= _beside_band(seen, bands, number) | {"patients": float(patients.mean())}
    return Validation(
        scenario, observed, _table(rows), _mix_table(mixes), chance, _manifest(scenario, observed, frames)
    )


# ---------------------------------------------------------------- the period


def replayed(scenario: Scenario, observed: Observed) -> Scenario:
    """Give the scenario for the observed period: its window there, and referrals as observed where they are given.

    A scenario whose window holds all observed months stays as it is.  Otherwise the window is moved; if patients are
    there at minute 0 their dates cannot move with it, and this is refused.
    """
    first, last = (np.datetime64(month, "M") for month in observed.months)
    start, end = (each.astype("M8[D]").astype(date) for each in (first, last + 1))
    run = scenario.run
    changes: dict[str, object] = {}
    if start < run.start or end > run.start + timedelta(minutes=run.length):
        if scenario.patients:
            raise PathwayError(
                f"{scenario.name} reports {run.start} to {run.start + timedelta(minutes=run.length - 1)}, and "
                f"{observed.name} speaks of {first} to {last}; the patients who are there at minute 0 have dates, so "
                f"set run.start to {start} and run.length to {(end - start).days} days or more in the scenario"
            )
        changes |= {"run.start": start, "run.length": f"{(end - start).days} days"}
    if changes:
        scenario = scenario.override(changes, name=scenario.name, title=scenario.title)
    demand = {
        f"streams.{stream}.exceptions": _as_observed(scenario, stream, by_month)
        for stream, by_month in observed.referrals().items()
        if stream in scenario.streams
    }
    return scenario.override(demand, name=scenario.name, title=scenario.title) if demand else scenario


def _as_observed(scenario: Scenario, stream: str, by_month: Mapping[str, float]) -> list[object]:
    """Give the exceptions of a stream with one for each month observed, so that as many are expected as there were."""
    from pathway.clock import days_off, expected_arrivals
    from pathway.plan.calendars import timeline_of

    timeline = timeline_of(scenario)
    times, expected = expected_arrivals(
        scenario.streams[stream], timeline, days_off(scenario.holidays, *timeline.years)
    )
    tree: Any = scenario.tree["streams"]
    exceptions = list(tree[stream].get("exceptions") or [])
    for month, number in by_month.items():
        begin = np.datetime64(month, "M")
        days = [each.astype("M8[D]").astype(date) for each in (begin, begin + 1)]
        usual = float(np.diff(np.interp([timeline.minute(day) for day in days], times, expected))[0])
        if usual <= 0:
            raise PathwayError(
                f"{stream}: {number:g} referrals were observed in {month}, but the scenario expects none"
            )
        last = days[1] - timedelta(days=1)
        exceptions.append({"from": days[0], "to": last, "factor": number / usual, "why": "as observed"})
    return exceptions


# ---------------------------------------------------------------- what can be compared


def _obstacle(scenario: Scenario, seen: Seen, differing: set[str]) -> str:
    """Say why a figure cannot be compared; nothing if it can."""
    return lacking(scenario, seen) or (CASE_MIX if seen.measure == "clock" and seen.subject in differing else "")


def lacking(scenario: Scenario, seen: Seen) -> str:
    """Say what the scenario lacks that a figure is of: no such clock, or no such activity; nothing if it has it."""
    if seen.measure == "clock":
        return "" if seen.subject in scenario.clocks else NO_CLOCK
    states = scenario.pathway.states
    return "" if all(isinstance(states.get(name), Activity) for name in seen.subject.split(PLUS)) else NO_ACTIVITY


def _mixes(scenario: Scenario, observed: Observed, days: Days) -> list[dict[str, Any]]:
    """Compare the case mix: how many of one clock stop for each of another, observed and in the model."""
    rows = []
    for seen in observed.mixes:
        if not {seen.subject, seen.per} <= scenario.clocks.keys():
            continue
        part, whole = (
            days.patients(Seen("clock", name, "count", seen.value, seen.period)).sum(axis=1)
            for name in (seen.subject, seen.per)
        )
        ratios = part[whole > 0] / whole[whole > 0]
        ratio = float(part.sum() / whole.sum()) if whole.any() else float("nan")
        half = float(t_quantile(0.95, ratios.size) * ratios.std(ddof=1) * np.sqrt(1 + 1 / ratios.size))
        factor = max(ratio / seen.value, seen.value / ratio) if ratio > 0 else float("inf")
        bounds = {"low": max(ratio - half, 0.0), "high": ratio + half, "factor": factor, "comparable": factor <= FACTOR}
        rows.append({"subject": seen.subject, "per": seen.per, "observed": seen.value, "predicted": ratio} | bounds)
    return rows


# ---------------------------------------------------------------- one figure


def _row(seen: Seen) -> dict[str, Any]:
    nothing = float("nan")
    return {
        "measure": seen.measure,
        "subject": seen.subject,
        "part": seen.part,
        "statistic": seen.statistic,
        "period": seen.period,
        "low_day": seen.low_day,
        "high_day": nothing if seen.high_day is None else float(seen.high_day),
        "observed": seen.value,
        "n": seen.n,
        "spread_low": seen.low,
        "spread_high": seen.high,
        **dict.fromkeys(("predicted", "see_low", "see_high", "all_low", "all_high", "patients"), nothing),
        "verdict": "",
    }


def _beside_spread(seen: Seen, values: Floats, patients: Floats) -> dict[str, Any]:
    """Judge a prediction by the spread of several providers: it is to lie among them."""
    mean = float(values.mean())
    half = float(t_quantile(0.95, values.size) * values.std(ddof=1) * np.sqrt(1 + 1 / values.size))
    most = 1.0 if seen.statistic == "share" else float("inf")
    verdict = WITHIN_SPREAD if seen.low <= mean <= seen.high else BEYOND_SPREAD
    band = {"see_low": max(mean - half, 0.0), "see_high": min(mean + half, most)}
    return {"predicted": mean, "patients": float(patients.mean()), "verdict": verdict} | band


def _beside_band(seen: Seen, bands: Bands, number: int) -> dict[str, Any]:
    low, high = float(bands.low[number]), float(bands.high[number])
    wide_low, wide_high = float(bands.wide_low[number]), float(bands.wide_high[number])
    verdict = INSIDE if low <= seen.value <= high else OUTSIDE
    if not wide_low <= seen.value <= wide_high:
        verdict = BEYOND
    band = {"see_low": low, "see_high": high, "all_low": wide_low, "all_high": wide_high}
    return {"predicted": float(bands.mean[number]), "verdict": verdict} | band


def _table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(_row(Seen("", "", "", 0.0, ""))))


def _mix_table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    columns = ["subject", "per", "observed", "predicted", "low", "high", "factor", "comparable"]
    return pd.DataFrame(rows, columns=columns).astype({"comparable": bool})


def _manifest(scenario: Scenario, observed: Observed, frames: Sequence[object]) -> dict[str, Any]:
    from pathway.scenario import fingerprint

    streams = observed.referrals()
    return {
        "observed": observed.name,
        "digest": observed.digest,
        "months": list(observed.months),
        "replications": len(frames),
        "seed": scenario.run.seed,
        "fingerprint": fingerprint(scenario),
        "replayed": [name for name in streams if name in scenario.streams],
        "not_replayed": [name for name in streams if name not in scenario.streams],
        "unchecked": [
            seen.subject for seen in observed.mixes if not {seen.subject, seen.per} <= scenario.clocks.keys()
        ],
        "factor": FACTOR,
    }
