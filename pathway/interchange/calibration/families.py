"""One distribution for a sample of times: families by likelihood, goodness of fit, or the sample itself as a table.

Times are whole minutes, as the simulation draws them.  A short time recorded as 3 minutes says "between two and a half
and three and a half", and is weighed as that; one that was not over says "longer than this".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from scipy import stats

from pathway.interchange.calibration.goodness import distance_of, p_value
from pathway.interchange.calibration.likelihood import CONFIDENCE, FAMILIES, below, intervals, most_likely
from pathway.interchange.calibration.samples import (
    Sample,
    as_drawn,
    mean_and_spread,
    sample_of,
    steps_below,
    table_of,
)

REJECTED = 0.01  # a family whose fit is worse than that of 99 in 100 samples of its own is not used
AT_ONCE = 0.02  # more of the sample than this took no time at all: no family has such a lump
FEWEST = 15  # values below which no family is told from another


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
    drawn = as_drawn(sample)
    fitted = {name: most_likely(family, drawn) for name, family in FAMILIES.items()}
    size = np.log(drawn.n + drawn.n_open)
    by_bic = sorted(fitted, key=lambda name: 2 * fitted[name][1] + len(FAMILIES[name].parameters) * size)
    refused: dict[str, float] = {}
    for name in by_bic:
        theta, _ = fitted[name]
        distance = distance_of(partial(below, name, theta), drawn)
        p = p_value(name, theta, distance, drawn.n)
        if p >= REJECTED:
            named = dict(zip(FAMILIES[name].parameters, np.exp(theta).tolist(), strict=True))
            return Fit(name, named, intervals(name, theta, drawn), sample, distance, p, refused)
        refused[name] = p
    return _empirical(sample, refused)


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
    table = table_of(np.maximum(values, 1.0), weights / weights.sum())
    mean, spread = mean_and_spread(sample)
    half = float(stats.t.ppf((1 + CONFIDENCE) / 2, max(1, sample.n - 1))) * spread / np.sqrt(max(1, sample.n))
    return Fit(
        "empirical", {}, {"mean": (mean - half, mean + half)}, sample, float("nan"), float("nan"), refused, table
    )


__all__ = ["FAMILIES", "Fit", "Sample", "fit", "sample_of"]
