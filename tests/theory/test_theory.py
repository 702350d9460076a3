"""The engines give what queueing theory knows; each experiment's docstring says what, by whom and how often."""

from __future__ import annotations

import re

import pytest

from tests.theory import EXPERIMENTS, Experiment
from tests.theory.intervals import differing


@pytest.mark.parametrize(
    "experiment",
    [
        pytest.param(each, id=re.sub(r"\W+", "_", name), marks=[pytest.mark.slow] if each.slow else [])
        for name, each in EXPERIMENTS.items()
    ],
)
def test_theory_and_simulation_agree(experiment: Experiment, engine: str) -> None:
    """Every measure of the experiment lies in its 99.9 % interval around the exact value."""
    assert differing(experiment.compare(engine)) == []
