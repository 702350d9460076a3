"""Today's results are yesterday's: two small scenarios that between them use most rules, row by row."""

from __future__ import annotations

import pytest

from pathway.eventlog import OUTCOMES, first_difference
from tests.golden.keeping import kept, kept_logs, rewrite, simulated

ADVICE = """
The log of tests/golden/{name}.yaml is no longer the one kept. First difference (kept against now):
  {difference}
If that was not meant, the change has a bug. If it was: `python3 manage.py golden` keeps the new log, and
CHANGELOG.md gets a line that begins with **Regression** and says who will see other numbers, and why.
"""


@pytest.mark.parametrize("name", kept_logs())
def test_the_log_is_the_one_kept(name: str, engine: str, rewrite_golden: bool) -> None:
    """A golden log changes only on purpose."""
    if rewrite_golden:
        rewrite(name)
    difference = first_difference(kept(name), simulated(name, engine))
    assert difference is None, ADVICE.format(name=name, difference=difference)


def test_the_golden_logs_use_most_rules() -> None:
    """Every outcome but displacement (which `tests/contract/test_preempt.py` has) occurs, and every kind of state."""
    logs = [kept(name) for name in kept_logs()]
    assert {OUTCOMES[code] for log in logs for code in log.visits["outcome"]} == set(OUTCOMES) - {"displaced"}
    assert {kind for log in logs for kind in log.vocabulary.kinds} == {
        "start", "activity", "delay", "decision", "fork", "join", "end",
    }  # fmt: skip
