"""Ciw (Palmer et al. 2019), an independent simulator, finds the waits we find, on a network with shifts."""

from __future__ import annotations

import pytest

from tests.oracle.comparison import REPLICATIONS, compare
from tests.oracle.network import ciw_waits
from tests.theory.intervals import differing


@pytest.fixture(scope="module")
def theirs():  # type: ignore[no-untyped-def]
    return ciw_waits(REPLICATIONS)


def test_mean_waits_are_those_of_ciw(engine: str, theirs) -> None:  # type: ignore[no-untyped-def]
    """Mean wait of each stream at each station: Welch's two-sample interval of 99.9 % on replication means.

    30 replications of 52 weeks each, about 170,000 visits on either side; the interval of the
    difference must be narrower than a tenth of the wait.
    """
    assert differing(compare(theirs, engine)) == []
