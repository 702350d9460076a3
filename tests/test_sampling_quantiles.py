"""From a uniform number to a whole one: quantiles, means and least values against SciPy and sums on paper."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from pathway.sampling import KINDS, NO_FLOOR, Sampler, constant, discrete, sampler_from
from pathway.sampling.keyed import CONSTANT, DISCRETE, normal_quantile, quantile

LEVELS = np.concatenate([[1e-12, 1e-6, 1e-3], np.linspace(0.005, 0.995, 199), [1 - 1e-3, 1 - 1e-6, 1 - 1e-12]])


def whole_quantiles(sampler: Sampler, levels: np.ndarray = LEVELS) -> np.ndarray:
    """Give a sampler's whole numbers at some levels."""
    parameters = np.zeros(3)
    parameters[: len(sampler.parameters)] = sampler.parameters
    kind, values = KINDS.index(sampler.kind), np.array(sampler.values)
    table = np.array(sampler.levels)
    return np.array([quantile(kind, parameters, sampler.shift, sampler.floor, values, table, u) for u in levels])


MILLION = 1e6  # minutes, so that rounding to whole ones hides nothing


@pytest.mark.parametrize(
    ("kind", "parameters", "oracle"),
    [
        ("uniform", {"min": 2 * MILLION, "max": 5 * MILLION}, stats.uniform(2 * MILLION, 3 * MILLION)),
        (
            "triangular",
            {"min": MILLION, "mode": 2 * MILLION, "max": 5 * MILLION},
            stats.triang(0.25, MILLION, 4 * MILLION),
        ),
        ("triangular", {"min": MILLION, "mode": MILLION, "max": 5 * MILLION}, stats.triang(0, MILLION, 4 * MILLION)),
        (
            "triangular",
            {"min": MILLION, "mode": 5 * MILLION, "max": 5 * MILLION},
            stats.triang(1, MILLION, 4 * MILLION),
        ),
        ("exponential", {"mean": MILLION}, stats.expon(0, MILLION)),
        ("lognormal", {"median": MILLION, "sigma": 0.7}, stats.lognorm(0.7, 0, MILLION)),
        ("weibull", {"shape": 1.7, "scale": MILLION}, stats.weibull_min(1.7, 0, MILLION)),
        ("weibull", {"shape": 0.6, "mean": MILLION}, stats.weibull_min(0.6, 0, MILLION / math.gamma(1 + 1 / 0.6))),
    ],
)
def test_quantiles_are_scipys(kind: str, parameters: dict[str, float], oracle: Any) -> None:
    """Every closed form agrees with SciPy's to within a minute in a million, tails included."""
    sampler = sampler_from(kind, parameters)
    expected = np.maximum(1, np.floor(oracle.ppf(LEVELS) + 0.5))

    assert np.allclose(whole_quantiles(sampler), expected, rtol=1e-9, atol=1)
    assert sampler.mean == pytest.approx(oracle.mean(), rel=1e-9)


def test_a_lognormal_may_be_given_by_mean_and_standard_deviation() -> None:
    """Mean 165 and standard deviation 49 of the variable itself, not of its logarithm."""
    sampler = sampler_from("lognormal", {"mean": 165, "sd": 49})
    oracle = stats.lognorm(sampler.parameters[1], 0, math.exp(sampler.parameters[0]))

    assert (sampler.mean, oracle.mean(), oracle.std()) == pytest.approx((165, 165, 49))


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.5, 30.0])
def test_a_gamma_is_a_table_close_to_scipys(shape: float) -> None:
    """Interpolated from 2049 quantiles: off by less than 0.1 % of the mean from 0.5 % to 99.5 %, and so the mean."""
    sampler = sampler_from("gamma", {"shape": shape, "mean": MILLION})
    oracle, inner = stats.gamma(shape, 0, MILLION / shape), LEVELS[3:-3]

    assert np.abs(whole_quantiles(sampler, inner) - oracle.ppf(inner)).max() < 0.001 * MILLION
    assert sampler.mean == pytest.approx(MILLION, rel=0.001)


def test_normal_quantiles_are_scipys() -> None:
    """AS 241 is good to 1 part in 10^15, in the middle, in the tails, and beyond the sixteenth digit."""
    levels = np.concatenate([LEVELS, 10.0 ** -np.arange(1, 300, 7), [0.075, 0.925, 0.5]])
    expected = special.ndtri(levels)

    ours = np.array([normal_quantile(u) for u in levels])

    assert np.allclose(ours, expected, rtol=4e-15, atol=1e-15)


def test_rounding_is_to_the_nearest_and_never_below_the_floor() -> None:
    """max(floor, ⌊x + shift + ½⌋): half a minute goes up, and a duration lasts at least a minute."""
    sampler = sampler_from("uniform", {"min": 0, "max": 10})
    levels = np.array([0.01, 0.049, 0.1499, 0.15, 0.95, 0.9499])

    assert whole_quantiles(sampler, levels).tolist() == [1, 1, 1, 2, 10, 9]
    assert whole_quantiles(sampler_from("uniform", {"min": 0, "max": 10}, shift=5), levels).tolist() == [
        5,
        5,
        6,
        7,
        15,
        14,
    ]
    assert whole_quantiles(
        sampler_from("uniform", {"min": -10, "max": 0}, floor=NO_FLOOR), np.array([0.5, 0.12])
    ).tolist() == [-5, -9]


def test_weights_take_their_part_of_the_unit_interval() -> None:
    """0.2, 0.3 and 0.5: up to 0.2 the first, up to 0.5 the second; a level itself belongs to the next."""
    sampler = discrete([7, 3, 5], [0.2, 0.3, 0.5])

    assert whole_quantiles(sampler, np.array([0.0001, 0.1999, 0.2, 0.4999, 0.5, 0.9999])).tolist() == [7, 7, 3, 3, 5, 5]


def test_weights_that_sum_a_hair_below_one_leave_no_gap() -> None:
    """Ten times 0.1 is 0.9999999999999999; the last value still covers everything."""
    sampler = discrete(range(10), [0.1] * 10)

    assert sampler.levels[-1] == 1.0
    assert whole_quantiles(sampler, np.array([np.nextafter(1.0, 0)])).tolist() == [9]


def test_a_constant_is_its_value() -> None:
    """At every level, zero and negative ones too."""
    assert (KINDS[CONSTANT], KINDS[DISCRETE]) == ("constant", "discrete")
    assert [set(whole_quantiles(constant(value)).tolist()) for value in (0, 20, -3)] == [{0}, {20}, {-3}]


# ---------------------------------------------------------------- mean and least


@pytest.mark.parametrize(
    ("sampler", "mean", "least"),
    [
        (constant(0), 0.0, 0),
        (constant(20), 20.0, 20),
        (discrete([1, 0], [0.25, 0.75]), 0.25, 0),
        (discrete([3, 9, 1], [0.5, 0.5, 0.0]), 6.0, 3),  # what has no weight never comes
        (sampler_from("uniform", {"min": 10, "max": 20}), 15.0, 10),
        (sampler_from("uniform", {"min": 0, "max": 20}), 10.0, 1),
        (sampler_from("uniform", {"min": 10.5, "max": 20}), 15.25, 11),
        (sampler_from("triangular", {"min": 10, "mode": 15, "max": 26}), 17.0, 10),
        (sampler_from("triangular", {"min": 10, "mode": 15, "max": 26}, shift=4), 21.0, 14),
        (sampler_from("exponential", {"mean": 30}), 30.0, 1),
        (sampler_from("exponential", {"mean": 30}, shift=12), 42.0, 12),
        (sampler_from("lognormal", {"median": 100, "sigma": 1}), 100 * math.exp(0.5), 1),
        (sampler_from("weibull", {"shape": 2, "mean": 50}), 50.0, 1),
        (sampler_from("exponential", {"mean": 30}, floor=NO_FLOOR), 30.0, 0),
    ],
)
def test_mean_and_least(sampler: Sampler, mean: float, least: int) -> None:
    """The mean before rounding, and the smallest whole number that can be drawn."""
    assert sampler.mean == pytest.approx(mean)
    assert sampler.least == least
    assert whole_quantiles(sampler, np.array([2.0**-53, 0.5, 1 - 2.0**-53])).min() == least


@given(
    st.sampled_from(
        [
            sampler_from("uniform", {"min": 3, "max": 90}),
            sampler_from("triangular", {"min": 3, "mode": 60, "max": 90}, shift=2),
            sampler_from("lognormal", {"median": 30, "sigma": 0.6}),
            sampler_from("weibull", {"shape": 0.7, "scale": 30}),
            sampler_from("gamma", {"shape": 1.3, "mean": 30}),
            discrete([1, 4, 9], [0.2, 0.3, 0.5]),
        ]
    ),
    st.lists(st.floats(2.0**-53, 1 - 2.0**-53), min_size=2, max_size=20),
)
def test_a_quantile_never_falls(sampler: Sampler, levels: list[float]) -> None:
    """More luck is never less time: quantiles rise with their level."""
    drawn = whole_quantiles(sampler, np.array(sorted(levels)))

    assert (np.diff(drawn) >= 0).all()
