"""What queueing theory knows exactly, held against the engines.

`formulas` has the exact answers, `intervals` says what agreement means, and `queues`, `losses`, `networks`
and `arrivals` hold one function an experiment: it builds a small scenario, simulates it and gives rows of
theory beside simulation.  `python -m tests.theory` prints them all as a table.
"""

from tests.theory import arrivals, breakdowns, losses, networks, queues  # noqa: F401 (each registers its experiments)
from tests.theory.runs import EXPERIMENTS, Experiment

__all__ = ["EXPERIMENTS", "Experiment"]
