"""How often the rule for the number of replications is right; ``python -m tests.stops`` prints it for validation.md."""

from __future__ import annotations

import numpy as np

from pathway.experiment import Precision
from pathway.experiment.precision import enough, precise

TIMES = 2000


def stops(share: float, times: int = TIMES) -> tuple[int, float]:
    """Count how often the mean of normal numbers (10, deviation 3) is as near as said; and in how many."""
    asked = Precision(measure="wait", subject="ct", statistic="mean", within=share)
    rng, right, counts = np.random.default_rng(1632), 0, []
    for _ in range(times):
        values = rng.normal(10, 3, 400)
        count = enough(precise(values, asked))
        assert count is not None
        counts.append(count)
        right += bool(abs(np.mean(values[:count]) - 10) <= share * 10)
    return right, float(np.mean(counts))


if __name__ == "__main__":
    print("| asked for | stops within it | replications, mean |\n|---|---|---|")  # noqa: T201 - a table for the docs
    for share in (0.2, 0.1, 0.05):
        right, count = stops(share)
        print(f"| ± {100 * share:.0f} % | {100 * right / TIMES:.1f} % | {count:.0f} |")  # noqa: T201
