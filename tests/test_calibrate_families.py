"""The likelihoods that are written out are those of `scipy.stats`: the same parameters for the same samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from pathway.interchange.calibration.families import FAMILIES, fit, sample_of
from pathway.interchange.calibration.likelihood import COARSE, most_likely
from pathway.interchange.calibration.samples import Floats, Sample

TOLERANCE = 2e-3  # of each parameter: both search until a ten-thousandth
SIZE = 300
SCIPY: dict[str, tuple[Any, Callable[..., tuple[float, ...]]]] = {
    "exponential": (stats.expon, lambda loc, scale: (scale,)),
    "gamma": (stats.gamma, lambda a, loc, scale: (a, a * scale)),
    "lognormal": (stats.lognorm, lambda s, loc, scale: (scale, s)),
    "weibull": (stats.weibull_min, lambda c, loc, scale: (c, scale)),
}
DRAWN: dict[str, Any] = {
    "exponential": stats.expon(scale=1),
    "gamma": stats.gamma(2.5, scale=0.4),
    "lognormal": stats.lognorm(0.6, scale=0.8),
    "weibull": stats.weibull_min(1.7, scale=1.1),
}


def drawn(name: str, minutes: float, *, cut: float | None) -> tuple[Floats, Floats]:
    """Draw whole minutes of a family; those that last longer than `cut` were not over by then."""
    times = np.floor(minutes * DRAWN[name].rvs(SIZE, random_state=np.random.default_rng(7)) + 0.5)
    if cut is None:
        return times, np.zeros(0)
    return times[times <= cut * minutes], np.full(int((times > cut * minutes).sum()), round(cut * minutes))


def by_scipy(name: str, sample: Sample) -> tuple[float, ...]:
    """Fit by scipy: short times as intervals of a minute, long ones as they are, and what was not over as longer."""
    times, unfinished = np.repeat(sample.values, sample.counts.astype(int)), sample.open_values
    short = times[times <= COARSE]
    intervals = np.column_stack([np.where(short <= 1, 0, short - 0.5), short + 0.5])
    data = stats.CensoredData(
        uncensored=times[times > COARSE],
        right=np.repeat(unfinished, sample.open_counts.astype(int)),
        interval=intervals if short.size else None,
    )
    family, named = SCIPY[name]
    with np.errstate(divide="ignore"):  # scipy looks at a density of nothing and at its logarithm on the way
        return named(*family.fit(data, floc=0))


@pytest.mark.parametrize("cut", [None, 1.2], ids=["all over", "some not over"])
@pytest.mark.parametrize("minutes", [20.0, 50_000.0], ids=["minutes", "weeks"])
@pytest.mark.parametrize("name", list(FAMILIES))
def test_each_family_is_fitted_as_scipy_fits_it(name: str, minutes: float, cut: float | None) -> None:
    """Each parameter within 2 in 1000 of scipy's own, for short times and long, cut off or not."""
    times, unfinished = drawn(name, minutes, cut=cut)
    sample = sample_of(np.maximum(times, 1), unfinished)

    theta, _ = most_likely(FAMILIES[name], sample)

    assert np.exp(theta) == pytest.approx(by_scipy(name, sample), rel=TOLERANCE)
    assert len(theta) == len(FAMILIES[name].parameters)


@pytest.mark.parametrize("name", list(FAMILIES))
def test_what_is_chosen_is_no_worse_by_scipys_likelihood(name: str) -> None:
    """No family has a better BIC by scipy's own densities than the one chosen, which has the mean of its twin there."""
    times, _ = drawn(name, 50_000.0, cut=None)
    chosen = fit(sample_of(times))

    def bic(each: str) -> float:
        family, named = SCIPY[each]
        parameters = family.fit(times, floc=0)
        return -2 * float(family.logpdf(times, *parameters).sum()) + len(named(*parameters)) * np.log(times.size)

    assert chosen.family == min(FAMILIES, key=bic)
    family, _ = SCIPY[chosen.family]
    assert chosen.mean == pytest.approx(float(family(*family.fit(times, floc=0)).mean()), rel=TOLERANCE)
