"""The engines give what queueing theory knows; each experiment's docstring says what, by whom and how often.

The figures are the compiled engine's, over all replications.  SimPy simulates every fourth of them and must write the
same log, so that its figures over these are the same; `python -m tests.theory simpy` has SimPy simulate all.
"""

from __future__ import annotations

import re

import pytest

from tests.theory import EXPERIMENTS, Experiment
from tests.theory.intervals import differing
from tests.theory.runs import BOTH


@pytest.mark.parametrize(
    "experiment",
    [
        pytest.param(each, id=re.sub(r"\W+", "_", name), marks=[pytest.mark.slow] if each.slow else [])
        for name, each in EXPERIMENTS.items()
    ],
)
def test_theory_and_simulation_agree(experiment: Experiment) -> None:
    """Every measure of the experiment lies in its 99.9 % interval around the exact value, and the engines are one."""
    assert differing(experiment.compare(BOTH)) == []
