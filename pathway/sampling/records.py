"""Distributions as data: what a sampler is, its mean and its least value, and how to make one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

SamplerKind = Literal[
    "constant", "uniform", "triangular", "exponential", "lognormal", "weibull", "discrete", "tabulated"
]
KINDS: tuple[SamplerKind, ...] = (
    "constant",
    "uniform",
    "triangular",
    "exponential",
    "lognormal",
    "weibull",
    "discrete",
    "tabulated",
)
NO_FLOOR = -(2**62)  # for attributes, which may be zero or negative
TABLE_POINTS = 2049  # quantiles kept of a distribution whose inverse has no closed form


@dataclass(frozen=True, slots=True)
class Sampler:
    """A distribution of whole numbers: minutes (never below `floor`), counts, or codes.

    `parameters` by kind, in minutes where a duration is meant:
    constant (value) · uniform (low, high) · triangular (low, mode, high) · exponential (mean) ·
    lognormal (mu, sigma) · weibull (shape, scale) · discrete (none: `values` with their cumulative
    `levels`) · tabulated (none: `values` are quantiles at the increasing probabilities `levels`,
    interpolated).  `shift` is added to every kind but constant and discrete.

    >>> constant(20).mean
    20.0
    >>> sampler_from("triangular", {"min": 10, "mode": 15, "max": 25}).mean
    16.666666666666668
    """

    kind: SamplerKind
    parameters: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    shift: float = 0.0
    floor: int = 1  # the least a non-constant draw may give: 1 for durations

    @property
    def least(self) -> int:
        """The smallest whole number a draw can give."""
        if self.kind == "constant":
            return int(self.parameters[0])
        if self.kind == "discrete":
            steps = zip(self.values, self.levels, (0.0, *self.levels), strict=False)
            return int(min(value for value, level, before in steps if level > before))
        return max(self.floor, math.floor(self._lowest() + self.shift + 0.5))

    @property
    def mean(self) -> float:
        """The mean before rounding to whole numbers."""
        p = self.parameters
        match self.kind:
            case "constant":
                return float(p[0])
            case "uniform" | "triangular":
                return self.shift + sum(p) / len(p)
            case "exponential":
                return self.shift + p[0]
            case "lognormal":
                return self.shift + math.exp(p[0] + p[1] ** 2 / 2)
            case "weibull":
                return self.shift + p[1] * math.gamma(1 + 1 / p[0])
            case "discrete":
                steps = zip(self.values, self.levels, (0.0, *self.levels), strict=False)
                return sum(value * (level - before) for value, level, before in steps)
        areas = zip(self.values, self.values[1:], self.levels, self.levels[1:], strict=False)
        return self.shift + sum((a + b) / 2 * (v - u) for a, b, u, v in areas)

    def _lowest(self) -> float:
        if self.kind in ("uniform", "triangular"):
            return self.parameters[0]
        return self.values[0] if self.kind == "tabulated" else 0.0


def constant(value: int) -> Sampler:
    """Give the sampler that always gives `value`."""
    return Sampler("constant", (float(value),), floor=NO_FLOOR)


def discrete(values: Sequence[int], weights: Sequence[float]) -> Sampler:
    """Give the sampler of `values` with these weights, which sum to 1; they accumulate in the order given.

    >>> discrete([1, 0], [0.25, 0.75]).mean
    0.25
    """
    levels, total = [], 0.0
    for weight in weights:
        total += weight
        levels.append(total)
    levels[-1] = 1.0  # a sum of floats may end a hair below
    return Sampler("discrete", values=tuple(map(float, values)), levels=tuple(levels), floor=NO_FLOOR)


def sampler_from(kind: str, parameters: Mapping[str, float], *, shift: float = 0.0, floor: int = 1) -> Sampler:
    """Make a sampler from a distribution's name and parameters as the scenario file writes them.

    Known are uniform (min, max), triangular (min, mode, max), exponential (mean), lognormal
    (median, sigma or mean, sd), weibull (shape, scale or shape, mean) and gamma (shape, mean).
    """
    fixed: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    levels: tuple[float, ...] = ()
    match kind:
        case "uniform":
            fixed = (parameters["min"], parameters["max"])
        case "triangular":
            fixed = (parameters["min"], parameters["mode"], parameters["max"])
        case "exponential":
            fixed = (parameters["mean"],)
        case "lognormal":
            fixed = _lognormal(parameters)
        case "weibull":
            shape = parameters["shape"]
            scale = parameters.get("scale") or parameters["mean"] / math.gamma(1 + 1 / shape)
            fixed = (shape, scale)
        case "gamma":
            values, levels = _gamma_table(parameters["shape"], parameters["mean"])
    name: SamplerKind = "tabulated" if kind == "gamma" else kind  # type: ignore[assignment]
    return Sampler(name, tuple(map(float, fixed)), values, levels, float(shift), floor)


def _lognormal(parameters: Mapping[str, float]) -> tuple[float, float]:
    if "median" in parameters:
        return math.log(parameters["median"]), parameters["sigma"]
    variance = math.log1p((parameters["sd"] / parameters["mean"]) ** 2)
    return math.log(parameters["mean"]) - variance / 2, math.sqrt(variance)


def _gamma_table(shape: float, mean: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Quantiles of a gamma distribution, dense in the tails where a straight line fits worst."""
    import numpy as np
    from scipy.special import gammaincinv

    levels = (1 - np.cos(np.linspace(0, np.pi, TABLE_POINTS))) / 2
    levels[-1] = 1 - 2.0**-40
    values = gammaincinv(shape, levels) * mean / shape
    return tuple(values.tolist()), (*levels[:-1].tolist(), 1.0)
