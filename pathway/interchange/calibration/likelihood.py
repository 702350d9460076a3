"""Families of distributions, and the most likely of each for a sample: `scipy.stats` with less to check at each call.

`tests/test_calibrate_families.py` holds every family to what `scipy.stats` finds for the same sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import optimize, special, stats

from pathway.interchange.calibration.samples import Floats, Sample

CONFIDENCE = 0.95
COARSE = 90.0  # minutes up to which the rounding to whole minutes is weighed


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


def below(name: str, theta: Floats, x: Floats) -> Floats:
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
    inside = below(name, theta, short + 0.5) - below(name, theta, lower)
    total = sample.counts[coarse] @ np.log(np.maximum(inside, 1e-300))
    total += sample.counts[~coarse] @ _log_density(name, theta, sample.values[~coarse])
    if sample.open_values.size:
        beyond = np.maximum(1 - below(name, theta, sample.open_values), 1e-300)
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


def most_likely(family: Family, sample: Sample) -> tuple[Floats, float]:
    """Give the logarithms of the most likely parameters and the negative log-likelihood there."""
    name = next(each for each, known in FAMILIES.items() if known is family)
    mean = max(sample.mean, 0.5)
    if sample.n_open:  # what was not over counts towards the time, not towards the ends
        mean = float((sample.values @ sample.counts + sample.open_values @ sample.open_counts) / sample.n)
    spread = float(np.sqrt(np.average((sample.values - sample.mean) ** 2, weights=sample.counts)))
    start = np.log(np.maximum(family.guess(mean, max(spread, mean / 50)), 1e-3))
    found = optimize.minimize(
        partial(_cost, name, sample),
        start,
        method="Nelder-Mead",
        options={"xatol": 1e-4, "fatol": 1e-4, "maxiter": 400},
    )
    return np.asarray(found.x), float(found.fun)


def intervals(name: str, theta: Floats, sample: Sample) -> dict[str, tuple[float, float]]:
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
