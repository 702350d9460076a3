"""Draws: the generator against NumPy's, uniformity and independence in every field of the key, arrivals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pathway.sampling.keyed import (
    EXPONENTIAL,
    deal,
    deal_arrivals,
    deal_uniforms,
    key_of,
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
