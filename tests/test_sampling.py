"""Draws: the generator against NumPy's, uniformity and independence by key field, quantiles against SciPy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from pathway.sampling import KINDS, NO_FLOOR, Sampler, constant, discrete, sampler_from
from pathway.sampling.keyed import (
    CONSTANT,
    DISCRETE,
    EXPONENTIAL,
    deal,
    deal_arrivals,
    deal_uniforms,
    key_of,
    normal_quantile,
    philox,
    quantile,
    uniform,
)

WORD = st.integers(0, 2**64 - 1)
ALPHA = 1e-4  # each test of chance below refuses the truth once in ten thousand seeds; the seeds are fixed


# ---------------------------------------------------------------- the generator


def numpy_words(counter: list[int], key: list[int]) -> list[int]:
    """Give NumPy's block for a counter; NumPy adds one to the counter before it generates."""
    number = sum(word << (64 * place) for place, word in enumerate(counter))
    before = (number - 1) % 2**256
    words = [(before >> (64 * place)) & (2**64 - 1) for place in range(4)]
    generator = np.random.Philox(key=np.array(key, np.uint64), counter=np.array(words, np.uint64))
    return [int(word) for word in generator.random_raw(4)]


@given(st.lists(WORD, min_size=4, max_size=4), st.lists(WORD, min_size=2, max_size=2))
def test_philox_is_numpys(counter: list[int], key: list[int]) -> None:
    """Philox4x64-10 gives word for word what `numpy.random.Philox` gives for the same counter and key."""
    ours = philox(*(np.uint64(word) for word in (*counter, *key)))

    assert [int(word) for word in ours] == numpy_words(counter, key)


@given(
    st.integers(0, 2**32),
    st.integers(0, 2**20),
    WORD,
    st.integers(0, 2**31),
    WORD,
    st.integers(0, 2**15),
    st.integers(0, 11),
)
def test_a_uniform_number_is_a_word_of_its_keys_block(
    seed: int, replication: int, stream: int, index: int, site: int, visit: int, purpose: int
) -> None:
    """Key (seed, replication), counter (index, stream, site, visit and purpose); 52 bits, mid-cell."""
    block = numpy_words([index, stream, site, (visit << 16) | (purpose >> 2)], [seed, replication])
    expected = ((block[purpose % 4] >> 12) + 0.5) / 2**52

    ours = uniform(seed, replication, np.uint64(stream), index, np.uint64(site), visit, purpose)

    assert ours == expected
    assert 0 < ours < 1


def test_names_become_keys_that_do_not_depend_on_the_hash_seed() -> None:
    """The key of a name is for ever the same, and names that look alike are far apart."""
    assert key_of("ct") == 0xADCC745E9CE8FFBF
    assert len({key_of(f"state_{number}") for number in range(10_000)}) == 10_000


# ---------------------------------------------------------------- uniform, and independent in every field

COUNT = 4096
FIELDS = ("seed", "replication", "stream", "index", "site", "visit", "purpose")


def along(field: str, start: int = 1, **others: int) -> np.ndarray:
    """Give the uniforms along one field of the key, all others held."""
    fixed: dict[str, int] = dict.fromkeys(FIELDS, 1) | {"stream": key_of("gp"), "site": key_of("ct")} | others
    rows = []
    for step in range(start, start + COUNT):
        moved = fixed | {field: key_of(f"name {step}") if field in ("stream", "site") else step}
        stream, site = np.uint64(moved["stream"]), np.uint64(moved["site"])
        rows.append(
            uniform(moved["seed"], moved["replication"], stream, moved["index"], site, moved["visit"], moved["purpose"])
        )
    return np.array(rows)


@pytest.mark.parametrize("field", FIELDS)
def test_draws_are_uniform_along_every_field(field: str) -> None:
    """4096 neighbours in one field, all else equal: Kolmogorov–Smirnov, and the lowest digits too."""
    drawn = along(field)

    assert stats.kstest(drawn, "uniform").pvalue > ALPHA
    assert stats.kstest((drawn * 2**20) % 1, "uniform").pvalue > ALPHA


@pytest.mark.parametrize("field", FIELDS)
def test_neighbours_in_a_field_are_independent(field: str) -> None:
    """Each draw against the next along the field: no cell of a 16 × 16 square is preferred (χ², 255 degrees)."""
    drawn = along(field)
    cells = np.floor(drawn[:-1] * 16) * 16 + np.floor(drawn[1:] * 16)
    counts = np.bincount(cells.astype(int), minlength=256)

    assert stats.chisquare(counts).pvalue > ALPHA
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 4 / math.sqrt(COUNT)


@pytest.mark.parametrize("field", [field for field in FIELDS if field != "index"])
def test_two_sets_of_patients_share_no_luck(field: str) -> None:
    """The same patients under another seed, stream, visit and so on: uncorrelated, and no draw equal."""
    other = key_of("other") if field in ("stream", "site") else 2
    one, two = along("index"), along("index", **{field: other})

    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / math.sqrt(COUNT)
    assert not (one == two).any()
    assert stats.kstest((one + two) % 1, "uniform").pvalue > ALPHA


def test_twelve_purposes_are_twelve_draws() -> None:
    """Every purpose has a number of its own, at every visit."""
    key = np.uint64(key_of("ct"))
    drawn = {uniform(1, 0, key, 0, key, visit, purpose) for visit in range(50) for purpose in range(12)}

    assert len(drawn) == 600


def test_dealing_many_is_dealing_one_at_a_time() -> None:
    """`deal_uniforms` and `deal` give each case what it would get alone."""
    streams = np.array([key_of("a"), key_of("b"), key_of("a")], np.uint64)
    indices, site = np.array([0, 5, 9]), np.uint64(key_of("ct"))
    alone = [uniform(3, 2, s, i, site, 4, 5) for s, i in zip(streams, indices, strict=True)]
    described = (EXPONENTIAL, np.array([100.0, 0, 0]), 0.0, 1, np.empty(0), np.empty(0))

    assert deal_uniforms(3, 2, streams, indices, site, 4, 5).tolist() == alone
    assert deal(*described, 3, 2, streams, indices, site, 4, 5).tolist() == [quantile(*described, u) for u in alone]


# ---------------------------------------------------------------- quantiles

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
    assert KINDS[CONSTANT], KINDS[DISCRETE] == ("constant", "discrete")
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


# ---------------------------------------------------------------- arrivals


def test_arrivals_are_the_inverse_of_the_expected_number() -> None:
    """Ten a minute for two minutes, none for a thousand, then one in ten minutes: by hand from the same uniforms."""
    times, expected = np.array([0, 2, 1002, 2002]), np.array([0.0, 20.0, 20.0, 120.0])
    key = np.uint64(key_of("stream gp"))
    uniforms = deal_uniforms(1, 0, np.full(400, key), np.arange(400), key, 0, 10)
    sums = np.cumsum(-np.log1p(-uniforms))
    by_hand = [math.floor(t / 10) if t < 20 else math.floor(1002 + (t - 20) * 10) for t in sums if t < 120]

    ours = deal_arrivals(1, 0, key, times, expected)

    assert ours.tolist() == by_hand
    assert not ((ours >= 2) & (ours < 1002)).any()


def test_the_number_of_arrivals_is_poissons() -> None:
    """Over 2000 replications of 4 expected: mean and variance 4, counts as Poisson's (χ²)."""
    key, times, expected = np.uint64(key_of("stream gp")), np.array([0, 1000]), np.array([0.0, 4.0])
    counts = np.array([deal_arrivals(1, replication, key, times, expected).size for replication in range(2000)])
    seen = np.bincount(np.minimum(counts, 9), minlength=10)
    law = np.append(stats.poisson(4).pmf(range(9)), stats.poisson(4).sf(8)) * 2000

    assert stats.chisquare(seen, law).pvalue > ALPHA


def test_nobody_comes_where_nobody_is_expected() -> None:
    """A stream of nothing is an empty one."""
    assert deal_arrivals(1, 0, np.uint64(1), np.array([0, 1000]), np.array([0.0, 0.0])).size == 0
