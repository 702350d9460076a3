"""One distribution for a sample of times: families by likelihood, goodness of fit, or the sample itself as a table.

Times are whole minutes, as the simulation draws them.  A short time recorded as 3 minutes says "between two and a half
and three and a half", and is weighed as that; one that was not over says "longer than this".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special, stats

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
REJECTED = 0.01  # a family whose fit is worse than that of 99 in 100 samples of its own is not used
AT_ONCE = 0.02  # more of the sample than this took no time at all: no family has such a lump
FEWEST = 15  # values below which no family is told from another
COARSE = 90.0  # minutes up to which the rounding to whole minutes is weighed
POINTS = 40  # values in a table
MOST_VALUES = 1000  # distinct values a likelihood is worked out of; more are grouped
BOOTSTRAP = 999
SIZES = (15, 30, 60, 120, 240)


@dataclass(frozen=True, slots=True)
class Family:
    """A family with two parameters (or one): its scipy distribution at given parameters, and a first guess."""

    parameters: tuple[str, ...]
    at: Callable[..., Any]
    guess: Callable[[float, float], tuple[float, ...]]  # of mean and standard deviation


FAMILIES: Mapping[str, Family] = {
    "exponential": Family(("mean",), lambda mean: stats.expon(scale=mean), lambda mean, sd: (mean,)),
    "gamma": Family(
        ("shape", "mean"),
        lambda shape, mean: stats.gamma(shape, scale=mean / shape),
        lambda mean, sd: ((mean / sd) ** 2, mean),
    ),
    "lognormal": Family(
        ("median", "sigma"),
        lambda median, sigma: stats.lognorm(sigma, scale=median),
        lambda mean, sd: (mean / np.sqrt(1 + (sd / mean) ** 2), np.sqrt(np.log1p((sd / mean) ** 2))),
    ),
    "weibull": Family(
        ("shape", "scale"),
        lambda shape, scale: stats.weibull_min(shape, scale=scale),
        lambda mean, sd: ((mean / sd) ** 1.086, mean / special.gamma(1 + (mean / sd) ** -1.086)),
    ),
}


@dataclass(frozen=True, slots=True)
class Sample:
    """Times in whole minutes, each distinct one with how often it came; and those that were not over when last seen."""

    values: Floats
    counts: Floats
    open_values: Floats
    open_counts: Floats

    @property
    def n(self) -> int:
        """How many times were seen to their end."""
        return int(self.counts.sum())

    @property
    def n_open(self) -> int:
        """How many were not over when last seen."""
        return int(self.open_counts.sum())

    @property
    def at_once(self) -> float:
        """The share that took no time at all."""
        return float(self.counts[self.values < 1].sum() / max(1.0, self.counts.sum()))

    @property
    def mean(self) -> float:
        """The mean of what was seen to its end."""
        return float(np.average(self.values, weights=self.counts)) if self.counts.size else float("nan")


def sample_of(minutes: NDArray[np.float64], still_open: NDArray[np.float64] | None = None) -> Sample:
    """Make a sample of times in minutes, which are rounded to whole ones.

    >>> sample_of(np.array([2.2, 2.0, 7.0])).counts.tolist()
    [2.0, 1.0]
    """
    values, counts = np.unique(np.floor(np.asarray(minutes) + 0.5), return_counts=True)
    unfinished = np.zeros(0) if still_open is None else np.asarray(still_open, np.float64)
    open_values, open_counts = np.unique(np.floor(unfinished + 0.5), return_counts=True)
    return Sample(values, counts.astype(np.float64), open_values, open_counts.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Fit:
    """The distribution taken for a sample, and how well it does.

    `family` is that of a scenario file, `empirical` or `constant`; `parameters` are in minutes, or plain;
    `intervals` hold each parameter, and the mean, with 95 %; `distance` is Kolmogorov and Smirnov's, the most by
    which the
    shares below any time differ; `p` how often a sample of the family itself is further from its own fit.
    """

    family: str
    parameters: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    sample: Sample
    distance: float
    p: float
    rejected: Mapping[str, float] = field(default_factory=dict)  # families that were tried, with their p
    table: tuple[tuple[int, float], ...] = ()  # of an empirical one: minutes and weight

    @property
    def mean(self) -> float:
        """The mean of the distribution, in minutes."""
        if self.family in FAMILIES:
            return float(FAMILIES[self.family].at(**self.parameters).mean())
        return sum(value * weight for value, weight in self.table)


def fit(sample: Sample) -> Fit:
    """Choose a distribution for a sample: the family of the lowest BIC that fits, else the sample as a table.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> chosen = fit(sample_of(rng.lognormal(4.0, 0.5, 400)))
    >>> low, high = chosen.intervals["median"]
    >>> chosen.family, bool(low < np.exp(4.0) < high)
    ('lognormal', True)
    """
    if sample.values.size == 1 and not sample.n_open:
        return _constant(sample)
    if sample.n < FEWEST or sample.at_once > AT_ONCE or sample.values.size < FEWEST // 2:
        return _empirical(sample, {})
    drawn = _as_drawn(sample)
    fitted = {name: _most_likely(family, drawn) for name, family in FAMILIES.items()}
    size = np.log(drawn.n + drawn.n_open)
    by_bic = sorted(fitted, key=lambda name: 2 * fitted[name][1] + len(FAMILIES[name].parameters) * size)
    refused: dict[str, float] = {}
    for name in by_bic:
        theta, _ = fitted[name]
        distance = _distance(partial(_below, name, theta), drawn)
        p = _p_value(name, theta, distance, drawn.n)
        if p >= REJECTED:
            named = dict(zip(FAMILIES[name].parameters, np.exp(theta).tolist(), strict=True))
            return Fit(name, named, _intervals(name, theta, drawn), sample, distance, p, refused)
        refused[name] = p
    return _empirical(sample, refused)


def _as_drawn(sample: Sample) -> Sample:
    """See a sample as the simulation would draw it: a minute at least, and not more distinct values than needed."""
    values, counts = _grouped(np.maximum(sample.values, 1.0), sample.counts)
    return Sample(values, counts, *_grouped(np.maximum(sample.open_values, 1.0), sample.open_counts))


def _grouped(values: Floats, counts: Floats) -> tuple[Floats, Floats]:
    if values.size > MOST_VALUES:
        groups = np.minimum((np.cumsum(counts) - counts) / counts.sum() * MOST_VALUES, MOST_VALUES - 1).astype(int)
        held = np.bincount(groups, counts)
        means = np.bincount(groups, counts * values)[held > 0] / held[held > 0]
        return np.asarray(means, np.float64), np.asarray(held[held > 0], np.float64)
    merged, place = np.unique(values, return_inverse=True)
    return merged, np.bincount(place, counts, minlength=merged.size).astype(np.float64)


# ---------------------------------------------------------------- likelihood


def _below(name: str, theta: Floats, x: Floats) -> Floats:
    """Give the share of a family below each time."""
    first, last = np.exp(theta[0]), np.exp(theta[-1])
    with np.errstate(divide="ignore", over="ignore"):
        match name:
            case "exponential":
                return np.asarray(-np.expm1(-x / first))
            case "gamma":
                return np.asarray(special.gammainc(first, x * first / last))
            case "lognormal":
                return np.asarray(special.ndtr((np.log(x) - theta[0]) / last))
        return np.asarray(-np.expm1(-((x / last) ** first)))


def _cost(name: str, sample: Sample, theta: Floats) -> float:
    """Give the negative log-likelihood at the logarithms of the parameters."""
    if np.any(np.abs(theta) > 40):
        return 1e300
    coarse = sample.values <= COARSE
    short = sample.values[coarse]
    lower = np.where(short <= 1, 0.0, short - 0.5)  # what would last less than a minute lasts one
    inside = _below(name, theta, short + 0.5) - _below(name, theta, lower)
    total = sample.counts[coarse] @ np.log(np.maximum(inside, 1e-300))
    total += sample.counts[~coarse] @ _log_density(name, theta, sample.values[~coarse])
    if sample.open_values.size:
        beyond = np.maximum(1 - _below(name, theta, sample.open_values), 1e-300)
        total += sample.open_counts @ np.log(beyond)
    return float(-total) if np.isfinite(total) else 1e300


def _log_density(name: str, theta: Floats, x: Floats) -> Floats:
    """Give the logarithm of a density: scipy.stats' own, without what it checks at each of a thousand calls."""
    first, last = np.exp(theta[0]), np.exp(theta[-1])
    match name:
        case "exponential":
            return np.asarray(-x / first - theta[0])
        case "gamma":
            rate = first / last
            return np.asarray((first - 1) * np.log(x) - x * rate + first * np.log(rate) - special.gammaln(first))
        case "lognormal":
            return np.asarray(
                -(((np.log(x) - theta[0]) / last) ** 2) / 2 - np.log(x) - theta[1] - np.log(2 * np.pi) / 2
            )
    power = x / last
    return np.asarray(theta[0] - theta[1] + (first - 1) * np.log(power) - power**first)


def _most_likely(family: Family, sample: Sample) -> tuple[Floats, float]:
    """Give the logarithms of the most likely parameters and the negative log-likelihood there."""
    name = next(each for each, known in FAMILIES.items() if known is family)
    mean = max(sample.mean, 0.5)
    if sample.n_open:  # what was not over counts towards the time, not towards the ends
        mean = float((sample.values @ sample.counts + sample.open_values @ sample.open_counts) / sample.n)
    spread = float(np.sqrt(np.average((sample.values - sample.mean) ** 2, weights=sample.counts)))
    start = np.log(np.maximum(family.guess(mean, max(spread, mean / 50)), 1e-3))
    found = optimize.minimize(
        partial(_cost_at, name, sample),
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-4, "maxiter": 400},
    )
    return np.asarray(found.x), float(found.fun)


def _cost_at(name: str, sample: Sample, theta: Floats) -> float:
    return _cost(name, sample, theta)


def _intervals(name: str, theta: Floats, sample: Sample) -> dict[str, tuple[float, float]]:
    """Give each parameter, and the mean, its interval from the curvature of the likelihood (Wald, in logarithms)."""
    cost = partial(_cost, name, sample)
    step = 1e-3
    size = theta.size
    curvature = np.zeros((size, size))
    units = np.eye(size) * step
    for i in range(size):
        for j in range(size):
            a, b = units[i], units[j]
            four = cost(theta + a + b) - cost(theta + a - b) - cost(theta - a + b) + cost(theta - a - b)
            curvature[i, j] = four / (4 * step * step)
    covariance = np.linalg.pinv(curvature)
    z = float(stats.norm.ppf((1 + CONFIDENCE) / 2))
    names = FAMILIES[name].parameters
    errors = dict(zip(names, np.sqrt(np.maximum(np.diag(covariance), 0)), strict=True))
    found = {
        each: (float(np.exp(value - z * errors[each])), float(np.exp(value + z * errors[each])))
        for each, value in zip(names, theta, strict=True)
    }
    if "mean" not in found:
        slope = np.array(
            [(_log_mean(name, theta + unit) - _log_mean(name, theta - unit)) / (2 * step) for unit in units]
        )
        error = float(np.sqrt(max(slope @ covariance @ slope, 0)))
        middle = _log_mean(name, theta)
        found["mean"] = (float(np.exp(middle - z * error)), float(np.exp(middle + z * error)))
    return found


def _log_mean(name: str, theta: Floats) -> float:
    return float(np.log(FAMILIES[name].at(*np.exp(theta)).mean()))


# ---------------------------------------------------------------- goodness of fit


def steps_below(sample: Sample) -> tuple[Floats, Floats]:
    """Give the share over by each distinct time, those still open counted in (Kaplan and Meier)."""
    if not sample.n_open:
        return sample.values, np.asarray(np.cumsum(sample.counts) / sample.counts.sum(), np.float64)
    before = sample.open_counts @ (sample.open_values[:, None] >= sample.values[None, :])
    at_risk = np.cumsum(sample.counts[::-1])[::-1] + before
    return sample.values, np.asarray(1 - np.cumprod(1 - sample.counts / at_risk), np.float64)


def _distance(below: Callable[[Floats], Floats], sample: Sample) -> float:
    """Give the most by which the shares below any time differ, at the edges of the minutes that were recorded."""
    values, reached = steps_below(sample)
    half = np.where(values <= COARSE, 0.5, 0.0)
    upper = below(values + half)
    lower = below(np.where(values <= 1, 0.0, values - half))
    return float(max(np.abs(reached - upper).max(), np.abs(np.concatenate(([0.0], reached[:-1])) - lower).max()))


def _p_value(name: str, theta: Floats, distance: float, n: int) -> float:
    """Say how often a sample of the family itself lies further from the family fitted to it."""
    shape = float(np.exp(theta[0])) if name == "gamma" else 1.0
    nearest = float(2.0 ** np.clip(np.round(np.log2(shape)), -3, 6))
    size = max((each for each in SIZES if each <= n), default=SIZES[0])
    null = _null(name, nearest, size)
    return float((1 + np.count_nonzero(null >= _scaled(distance, n))) / (null.size + 1))


def _scaled(distance: Any, n: int) -> Any:
    """Take the number of values out of a distance (Stephens)."""
    root = np.sqrt(n)
    return distance * (root + 0.12 + 0.11 / root)


@lru_cache(maxsize=128)
def _null(name: str, shape: float, size: int) -> Floats:
    """Simulate the distance of samples to what is fitted to them; but for gamma's shape it depends on no parameter."""
    rng = np.random.default_rng(20261126)
    draws = np.sort(_draws(name, shape, rng, (BOOTSTRAP, size)), axis=1)
    below = _refitted(name, draws)
    steps = np.arange(1, size + 1) / size
    gaps = np.maximum(steps - below, below - (steps - 1 / size)).max(axis=1)
    return np.asarray(_scaled(gaps, size))


def _draws(name: str, shape: float, rng: np.random.Generator, size: tuple[int, int]) -> Floats:
    match name:
        case "gamma":
            return rng.gamma(shape, size=size)
        case "lognormal":
            return np.exp(rng.normal(size=size))
        case _:
            return rng.exponential(size=size)  # a Weibull of shape 1: all shapes are alike in logarithms


def _refitted(name: str, draws: Floats) -> Floats:
    """Fit each row by maximum likelihood and give the shares below its values."""
    logs = np.log(draws)
    if name == "exponential":
        return np.asarray(-np.expm1(-draws / draws.mean(axis=1, keepdims=True)))
    if name == "lognormal":
        centred = logs - logs.mean(axis=1, keepdims=True)
        return np.asarray(special.ndtr(centred / logs.std(axis=1, keepdims=True)))
    if name == "gamma":
        mean = draws.mean(axis=1, keepdims=True)
        gap = np.log(mean) - logs.mean(axis=1, keepdims=True)
        shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
        for _ in range(4):
            slope = 1 / shape - special.polygamma(1, shape)
            shape = shape - (np.log(shape) - special.digamma(shape) - gap) / slope
        return np.asarray(special.gammainc(shape, draws * shape / mean))
    shape = 1.2 / logs.std(axis=1, keepdims=True)
    for _ in range(12):
        powers = draws**shape
        total, first, second = ((powers * logs**k).sum(axis=1, keepdims=True) for k in range(3))
        ratio = first / total
        value = 1 / shape + logs.mean(axis=1, keepdims=True) - ratio
        shape = np.maximum(shape - value / (-1 / shape**2 - second / total + ratio**2), shape / 4)
    scale = (draws**shape).mean(axis=1, keepdims=True) ** (1 / shape)
    return np.asarray(-np.expm1(-((draws / scale) ** shape)))


# ---------------------------------------------------------------- the sample as it is


def _constant(sample: Sample) -> Fit:
    value = float(sample.values[0])
    return Fit("constant", {"value": value}, {}, sample, 0.0, 1.0, {}, ((int(value), 1.0),))


def _empirical(sample: Sample, refused: Mapping[str, float]) -> Fit:
    """Take the sample itself, as at most so many values of equal weight that keep its mean."""
    values, reached = steps_below(sample)
    weights = np.diff(np.concatenate(([0.0], reached)))
    rest = 1 - reached[-1]
    if rest > 1e-12:  # longer than whatever was seen to its end: as long as the longest that was not over
        values = np.append(values, max(values[-1], sample.open_values.max()))
        weights = np.append(weights, rest)
    table = _table(np.maximum(values, 1.0), weights / weights.sum())
    mean, spread = _mean_and_spread(sample)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, max(1, sample.n - 1))) * spread / np.sqrt(max(1, sample.n))
    return Fit(
        "empirical", {}, {"mean": (mean - half, mean + half)}, sample, float("nan"), float("nan"), refused, table
    )


def _mean_and_spread(sample: Sample) -> tuple[float, float]:
    spread = np.average((sample.values - sample.mean) ** 2, weights=sample.counts)
    return sample.mean, float(np.sqrt(spread * sample.n / max(1, sample.n - 1)))


def _table(values: Floats, weights: Floats) -> tuple[tuple[int, float], ...]:
    """Cut a distribution into stretches of equal weight and give the mean of each, in whole minutes."""
    if values.size > POINTS:
        edges = np.linspace(0, 1, POINTS + 1)
        reached = np.concatenate(([0.0], np.cumsum(weights)))
        area = np.concatenate(([0.0], np.cumsum(weights * values)))
        values = np.diff(np.interp(edges, reached / reached[-1], area)) * POINTS
        weights = np.full(POINTS, 1 / POINTS)
    whole, place = np.unique(np.maximum(np.floor(values + 0.5), 1).astype(int), return_inverse=True)
    merged = np.bincount(place, weights)
    return tuple(zip(whole.tolist(), merged.tolist(), strict=True))
