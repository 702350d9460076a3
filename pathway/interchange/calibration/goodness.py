"""How well a family fits a sample: Kolmogorov and Smirnov's distance, and how often chance makes a larger one."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from scipy import special

from pathway.interchange.calibration.likelihood import COARSE
from pathway.interchange.calibration.samples import Floats, Sample, steps_below

BOOTSTRAP = 999
SIZES = (15, 30, 60, 120, 240)


def distance_of(below: Callable[[Floats], Floats], sample: Sample) -> float:
    """Give the most by which the shares below any time differ, at the edges of the minutes that were recorded."""
    values, reached = steps_below(sample)
    half = np.where(values <= COARSE, 0.5, 0.0)
    upper = below(values + half)
    lower = below(np.where(values <= 1, 0.0, values - half))
    return float(max(np.abs(reached - upper).max(), np.abs(np.concatenate(([0.0], reached[:-1])) - lower).max()))


def p_value(name: str, theta: Floats, distance: float, n: int) -> float:
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
