"""Observed against simulated, on cases held out of the fit: distances, beside what chance alone makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from pathway.interchange.observed import GOING_ON, MINUTE, UNKNOWN, ObservedLog
from pathway.interchange.own_logs import observed_from

if TYPE_CHECKING:
    import pandas as pd

    from pathway.interchange.calibration.fitted import Fitted, Names
    from pathway.scenario import Scenario

Floats = NDArray[np.float64]

TIMES_AS_MANY = 5  # simulated cases, beside those held out
MOST_REPLICATIONS = 20
SPLITS = 40  # of the observed cases, to see what chance alone makes
FEWEST = 20  # values on either side for a distance to be given
MOST_PAIRS = 12
MOST_VALUES = 20_000
VARIANTS_COMPARED = 150
VARIANT_SPLITS = 5
DAY = 86_400.0


@dataclass(frozen=True)
class Measured:
    """One quantity of a log: its values, and the case of each."""

    key: tuple[str, str]
    unit: str
    values: Floats
    case: NDArray[np.int64]


def simulated_log(scenario: Scenario, fitted: Fitted, names: Names, held: int) -> tuple[ObservedLog, float]:
    """Simulate cases to set beside those held out, as a log like the observed one; give it, and the share not over."""
    from pathway.engines import simulate
    from pathway.plan import compile_plan

    plan = compile_plan(scenario)
    renamed = dict(zip(names.states, fitted.log.activities, strict=True))
    parts: list[ObservedLog] = []
    wanted, unfinished, total = max(TIMES_AS_MANY * held, 1000), 0, 0
    for replication in range(MOST_REPLICATIONS):
        run = simulate(plan, replication)
        log = observed_from(run, names=renamed)
        words = run.vocabulary
        begins = np.datetime64(words.origin, "s").astype(np.int64) + words.warm_up * MINUTE
        inside = (log.arrived >= begins) & (log.arrived < begins + words.length * MINUTE)
        over = log.outcome != GOING_ON
        total += int(inside.sum())
        unfinished += int((inside & ~over).sum())
        parts.append(_as_recorded(log.of_cases(inside & over & (np.diff(log.first) > 0)), fitted))
        if sum(part.cases for part in parts) >= wanted:
            break
    return _together(parts), unfinished / max(1, total)


def _as_recorded(log: ObservedLog, fitted: Fitted) -> ObservedLog:
    """Forget what the observed log does not know either: starts, requests, and an arrival before the first event."""
    steps = {fitted.log.activities[step.activity]: step for step in fitted.steps}
    starts = np.array([steps[name].knows_starts for name in log.activities])[log.activity]
    requests = np.array([steps[name].knows_requests for name in log.activities])[log.activity]
    forgotten = replace(
        log, started=np.where(starts, log.started, UNKNOWN), asked=np.where(requests, log.asked, UNKNOWN)
    )
    known = forgotten.known_from()
    order = np.lexsort((np.arange(known.size), known, log.case))
    columns: dict[str, Any] = {
        name: getattr(forgotten, name)[order]
        for name in ("case", "activity", "asked", "started", "ended", "offset", "resource", "line")
    }
    arrives_first = np.array_equal(fitted.everybody.arrived, _first_known(fitted.everybody))
    sorted_log = replace(forgotten, **columns)
    return replace(sorted_log, arrived=_first_known(sorted_log)) if arrives_first else sorted_log


def _first_known(log: ObservedLog) -> NDArray[np.int64]:
    known = log.known_from()
    has = np.diff(log.first) > 0
    return np.where(has, known[np.minimum(log.first[:-1], known.size - 1)], log.arrived)


def _together(parts: list[ObservedLog]) -> ObservedLog:
    visits = ("activity", "asked", "started", "ended", "offset", "resource", "line")
    cases = ("arrived", "arrived_offset", "outcome")
    before = np.cumsum([0, *(part.cases for part in parts)])
    case = np.concatenate([part.case + shift for part, shift in zip(parts, before, strict=False)])
    first = np.searchsorted(case, np.arange(before[-1] + 1))
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts]) for name in (*visits, *cases)
    }
    return replace(parts[0], case=case, first=first, **joined)


# ---------------------------------------------------------------- what is compared


def measures_of(log: ObservedLog, pairs: list[tuple[str, str]]) -> Iterator[Measured]:
    """Measure a log of cases that are over: their length, how much happens, when, and what is waited for."""
    everybody = np.arange(log.cases)
    ends = np.where(log.ended != UNKNOWN, log.ended, log.known_from())
    last = np.full(log.cases, UNKNOWN)
    np.maximum.at(last, log.case, ends)
    seen = np.diff(log.first) > 0
    yield Measured(("length", ""), "days", (last - log.arrived)[seen] / DAY, everybody[seen])
    yield Measured(("events", ""), "number", np.diff(log.first).astype(float), everybody)
    for code, name in enumerate(log.activities):
        rows = np.flatnonzero(log.activity == code)
        counted = np.bincount(log.case[rows], minlength=log.cases).astype(float)
        yield Measured(("count", name), "number", counted, everybody)
        cases, firsts = np.unique(log.case[rows], return_index=True)
        yield Measured(("reached", name), "hours", (ends[rows[firsts]] - log.arrived[cases]) / 3600, cases)
        waited = rows[(log.asked[rows] != UNKNOWN) & (log.started[rows] != UNKNOWN)]
        yield Measured(("wait", name), "hours", (log.started - log.asked)[waited] / 3600, log.case[waited])
        lasted = rows[(log.started[rows] != UNKNOWN) & (log.ended[rows] != UNKNOWN)]
        yield Measured(("lasting", name), "hours", (log.ended - log.started)[lasted] / 3600, log.case[lasted])
    known = log.known_from()
    codes = {name: code for code, name in enumerate(log.activities)}
    for one, other in pairs:
        a, b = codes.get(one, -1), codes.get(other, -1)
        rows = np.flatnonzero((log.activity[:-1] == a) & (log.activity[1:] == b) & (log.case[1:] == log.case[:-1]))
        gaps = np.maximum(known[rows + 1] - ends[rows], 0) / 3600
        yield Measured(("gap", f"{one} → {other}"), "hours", gaps, log.case[rows])


def common_pairs(log: ObservedLog) -> list[tuple[str, str]]:
    """Name the commonest pairs of activities of which one directly follows the other."""
    size = len(log.activities)
    inside = log.case[1:] == log.case[:-1]
    codes, counts = np.unique((log.activity[:-1] * size + log.activity[1:])[inside], return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_PAIRS]
    return [(log.activities[code // size], log.activities[code % size]) for code in codes[order]]


def distances(held: ObservedLog, fitted: ObservedLog, simulated: ObservedLog, seed: int) -> pd.DataFrame:
    """Give the earth mover's distance of every measure between held-out and simulated cases, beside chance alone.

    Returns
    -------
    DataFrame
        what, subject, unit, n_observed, n_simulated, mean, median and p90 of both, distance, chance (the mean
        distance of random
        parts of the observed cases, as large as what was held out, from the other observed cases), chance_high (the
        95 % quantile of it), told_apart (whether the distance is above it).
    """
    import pandas as pd

    rng = np.random.default_rng(seed)
    pairs = common_pairs(fitted)
    measured = {each.key: each for each in measures_of(held, pairs)}
    fit = {each.key: each for each in measures_of(fitted, pairs)}
    rows = []
    for made in measures_of(simulated, pairs):
        ours, theirs = measured.get(made.key), fit.get(made.key)
        if ours is None or theirs is None or min(ours.values.size, made.values.size, theirs.values.size) < FEWEST:
            continue
        chance = _by_chance(ours, theirs, held.cases, fitted.cases, rng)
        distance = _apart(ours.values, made.values)
        what, subject = made.key
        rows.append(
            {"what": what, "subject": subject, "unit": made.unit}
            | {"n_observed": ours.values.size, "n_simulated": made.values.size}
            | _figures(ours.values, "observed")
            | _figures(made.values, "simulated")
            | {"distance": distance, "chance": float(chance.mean()), "chance_high": float(np.quantile(chance, 0.95))}
        )  # fmt: skip
    frame = pd.DataFrame(rows)
    frame["told_apart"] = frame["distance"] > frame["chance_high"]
    return frame


def _figures(values: Floats, whose: str) -> dict[str, float]:
    middle, high = np.quantile(values, (0.5, 0.9))
    return {f"mean_{whose}": float(values.mean()), f"median_{whose}": float(middle), f"p90_{whose}": float(high)}


def _apart(one: Floats, other: Floats) -> float:
    return float(stats.wasserstein_distance(one[:MOST_VALUES], other[:MOST_VALUES]))


def _by_chance(ours: Measured, theirs: Measured, n_ours: int, n_theirs: int, rng: np.random.Generator) -> Floats:
    """Split all observed cases at random, again and again, into parts of these sizes, and give the distances."""
    values = np.concatenate((ours.values, theirs.values))
    case = np.concatenate((ours.case, theirs.case + n_ours))
    found = []
    for _ in range(SPLITS):
        chosen = np.zeros(n_ours + n_theirs, dtype=bool)
        chosen[rng.permutation(n_ours + n_theirs)[:n_ours]] = True
        one, other = values[chosen[case]], values[~chosen[case]]
        if one.size and other.size:
            found.append(_apart(one, other))
    return np.array(found or [0.0])


# ---------------------------------------------------------------- variants


def variants_of(log: ObservedLog) -> list[tuple[str, ...]]:
    """Give the activities of each case in their order."""
    names = np.array(log.activities, dtype=object)[log.activity]
    return [tuple(names[a:b]) for a, b in zip(log.first[:-1], log.first[1:], strict=True)]


def variant_distances(held: ObservedLog, fitted: ObservedLog, simulated: ObservedLog, seed: int) -> dict[str, float]:
    """Give how far variants are apart: half the summed differences of their shares, and the earth mover's distance.

    The earth moved is a case, and how far, the share of steps to be changed, added or taken away to make one variant
    another
    (Levenshtein's distance over the longer's length).
    """
    rng = np.random.default_rng(seed)
    ours, theirs, made = variants_of(held), variants_of(fitted), variants_of(simulated)
    size = min(VARIANTS_COMPARED, len(ours), len(theirs), len(made))
    everybody = ours + theirs
    chance_total, chance_moved, moved = [], [], []
    for _ in range(VARIANT_SPLITS):
        order = rng.permutation(len(everybody))
        one = [everybody[i] for i in order[: len(ours)]]
        other = [everybody[i] for i in order[len(ours) :]]
        chance_total.append(total_variation(one, other))
        chance_moved.append(moved_between(_some(one, size, rng), _some(other, size, rng)))
        moved.append(moved_between(_some(ours, size, rng), _some(made, size, rng)))
    return {
        "variants_observed": len(set(ours)),
        "variants_simulated": len(set(made)),
        "cases_compared": size,
        "total_variation": total_variation(ours, made),
        "total_variation_chance": float(np.mean(chance_total)),
        "moved": float(np.mean(moved)),
        "moved_chance": float(np.mean(chance_moved)),
    }


def _some(variants: list[tuple[str, ...]], size: int, rng: np.random.Generator) -> list[tuple[str, ...]]:
    return [variants[i] for i in rng.permutation(len(variants))[:size]]


def total_variation(one: list[tuple[str, ...]], other: list[tuple[str, ...]]) -> float:
    """Give half the summed differences of the shares of variants.

    >>> total_variation([("a",), ("b",)], [("a",), ("a",)])
    0.5
    """
    shares: dict[tuple[str, ...], float] = {}
    for variants, sign in ((one, 1.0), (other, -1.0)):
        for variant in variants:
            shares[variant] = shares.get(variant, 0.0) + sign / len(variants)
    return sum(map(abs, shares.values())) / 2


def moved_between(one: list[tuple[str, ...]], other: list[tuple[str, ...]]) -> float:
    """Give the earth mover's distance between as many cases, by the share of their steps that differ.

    >>> moved_between([("a", "b")], [("a", "c")])
    0.5
    """
    letters = {name: code for code, name in enumerate(sorted({step for each in one + other for step in each}))}
    coded = [np.array([letters[step] for step in each], np.int64) for each in other]
    cost = np.array([_steps_apart(np.array([letters[step] for step in each], np.int64), coded) for each in one])
    rows, columns = optimize.linear_sum_assignment(cost)
    return float(cost[rows, columns].mean())


def _steps_apart(one: NDArray[np.int64], others: list[NDArray[np.int64]]) -> Floats:
    """Give Levenshtein's distance to each of several, over the longer's length: all at once, step by step."""
    lengths = np.array([each.size for each in others])
    longest = int(lengths.max(initial=0))
    padded = np.full((len(others), longest), -1, np.int64)
    for row, each in enumerate(others):
        padded[row, : each.size] = each
    across = np.arange(longest + 1)
    before = np.broadcast_to(across, (len(others), longest + 1)).astype(np.int64).copy()
    for number, letter in enumerate(one, 1):
        now = np.empty_like(before)
        now[:, 0] = number
        now[:, 1:] = np.minimum(before[:, 1:] + 1, before[:, :-1] + (padded != letter))
        before = np.minimum.accumulate(now - across, axis=1) + across  # an added step costs one each
    apart = before[np.arange(len(others)), lengths]
    return np.asarray(apart / np.maximum(1, np.maximum(lengths, one.size)), np.float64)
