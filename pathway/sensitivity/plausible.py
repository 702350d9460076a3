"""Whole sets of plausible inputs: what comes from not knowing the inputs, and what is chance.

Each set has a value for every uncertain number (a Latin hypercube), and is simulated several times with the same
patients as all others.  The spread of the sets' means is what is owed to the inputs, less what chance adds to a mean;
the spread of replications within a set is what a year may show (second-order Monte Carlo; O'Hagan, Stevenson & Madan,
Health Economics 16, 2007, who take the same two variances apart).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from pathway.errors import SizingError
from pathway.experiment import Plausible
from pathway.scenario import input_sets, is_assumed, title_of
from pathway.sensitivity.figures import Asked, Effort, chosen, contributions, simulated, targets_asked, unit_of

if TYPE_CHECKING:
    from pathway.scenario import Scenario

FEWEST = 2


def plausible(
    scenario: Scenario,
    figures: Sequence[Asked] | None = None,
    paths: Iterable[str] | None = None,
    *,
    sets: int = 50,
    replications: int = 4,
    **how: Any,
) -> Plausible:
    """Simulate plausible sets of inputs, and take the spread of figures apart.

    Parameters
    ----------
    scenario, figures, paths, **how
        As in `tornado`.
    sets
        How many sets of inputs.
    replications
        Of each set, at least two.

    Returns
    -------
    Plausible
        Its `table` has for each figure the mean, the range of nine in ten sets, and both variances.

    Examples
    --------
    >>> import pathway as pw
    >>> from pathway.sensitivity import asked_from_text
    >>> unsure = {"uncertain": {"streams.arrivals.per_year": {"low": 600, "high": 1800}}}
    >>> scenario = pw.load_scenario("mmc").override(unsure, name="unsure")
    >>> found = plausible(scenario, [asked_from_text("mean wait service")], sets=8, replications=2, workers=1)
    >>> bool(found.table["from_inputs"][0] > found.table["from_chance"][0])
    True
    """
    import pandas as pd

    if sets < FEWEST or replications < FEWEST:
        raise SizingError(f"sets is {sets} and replications {replications}; expected {FEWEST} or more of both")
    names = chosen(scenario, paths)
    asked = list(figures) if figures is not None else targets_asked(scenario)
    levels, scenarios = input_sets(scenario, sets, names)
    runs = simulated(scenarios, Effort(replications, **how))
    rows, ranks, values = [], [], []
    for figure in asked:
        by_set = np.array([contributions(figure, each) for each in runs])
        label = figure.label or figure.subject
        rows.append({"figure": label, "unit": unit_of(figure, runs[0][0]), **taken_apart(by_set)})
        for number, path in enumerate(names):
            rank = float(spearmanr(levels[:, number], by_set.mean(1)).statistic) if sets > FEWEST else np.nan
            unsure = scenario.uncertain[path]
            ranks.append((label, path, title_of(scenario, unsure), is_assumed(scenario, unsure), rank))
        values += [(number, label, float(mean)) for number, mean in enumerate(by_set.mean(1))]
    return Plausible(
        scenario,
        pd.DataFrame(rows),
        pd.DataFrame(ranks, columns=["figure", "path", "title", "is_assumed", "rank_correlation"]),
        pd.DataFrame(values, columns=["set", "figure", "mean"]),
        {"sets": sets, "replications": replications},
    )


def taken_apart(by_set: NDArray[np.float64]) -> dict[str, float]:
    """Take the spread of a figure apart, given sets by replications.

    Gives its mean; `low` and `high`, between which nine in ten sets lie; the variance `from_inputs`, and that
    `from_chance` of a single replication; `share_of_inputs`, the part of both that more evidence could take away.

    >>> found = taken_apart(np.array([[1.0, 3.0], [5.0, 7.0]]))  # means 2 and 6; 2 within, of which half is in a mean
    >>> found["from_chance"], found["from_inputs"], round(found["share_of_inputs"], 3)
    (2.0, 7.0, 0.778)
    """
    means = by_set.mean(1)
    within = float(by_set.var(axis=1, ddof=1).mean())
    between = max(0.0, float(means.var(ddof=1)) - within / by_set.shape[1])
    low, high = np.quantile(means, [0.05, 0.95])
    whole = within + between
    return {
        "mean": float(means.mean()),
        "low": float(low),
        "high": float(high),
        "from_inputs": between,
        "from_chance": within,
        "share_of_inputs": between / whole if whole else 0.0,
    }
