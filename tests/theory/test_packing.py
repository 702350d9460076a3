"""The evidence's section 7.3 again: pooled theatre lists against owned ones, by booked lists."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory.packing import PACKINGS, Packing, packed


@pytest.mark.slow
@pytest.mark.parametrize("packing", PACKINGS, ids=lambda packing: packing.title)
def test_packing_is_as_the_evidence_found_it(packing: Packing) -> None:
    """Five replications of 24 years: booked within 2 points; waits within 4 days, or without end where they were.

    The evidence's own figures come from one run of 1,500 or 2,000 weeks, with a week's requests packed together.
    """
    booked, mean, p90, grows = np.mean([packed(packing, replication) for replication in range(5)], axis=0)

    assert booked == pytest.approx(packing.booked, abs=0.02)
    if packing.mean is None:
        assert grows > 5
        assert mean > 100
    elif packing.mean > 100:  # unstable in practice
        assert mean > 50
    else:
        assert mean == pytest.approx(packing.mean, abs=4)
        assert p90 == pytest.approx(packing.p90, abs=6)
