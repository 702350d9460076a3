"""Sizing on queues whose answer Erlang knows; docs/validation.md has more repetitions of more cases."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from tests.theory.staffing import CASES, PROMISED, right_choices

CONFIDENCE = 0.999


@pytest.mark.slow
def test_the_choice_is_right_as_often_as_promised() -> None:
    """Ten sizings of each of the first two cases, seeds fixed; the second is as hard as one can be."""
    right = sum(right_choices(case, range(1, 11))[0] for case in CASES[:2])

    assert binomtest(right, 20, PROMISED, alternative="less").pvalue > 1 - CONFIDENCE


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_each_case_has_a_right_choice_that_is_not_its_first_or_last_option(case) -> None:  # type: ignore[no-untyped-def]
    assert case.right
    assert all(case.options[0] < servers < case.options[-1] for servers in case.right)
