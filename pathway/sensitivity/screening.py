"""Morris screening: numbers moved one after another from many starting points, to see which matter, also together.

Of each number `mu_star` is the mean size of what a step across its whole range does, and `sigma` how much that
depends on where the others stand (Morris 1991; Campolongo, Cariboni & Saltelli 2007); sampled and analysed by SALib.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pathway.errors import SizingError
from pathway.experiment import Screening
from pathway.scenario import is_assumed, scenarios_at, title_of
from pathway.sensitivity.figures import Asked, Effort, chosen, contributions, simulated, targets_asked, unit_of

if TYPE_CHECKING:
    from pathway.scenario import Scenario

LEVELS = 4  # of each number's range, as Morris advises
SEED = 20_270_104


def screening(
    scenario: Scenario,
    figures: Sequence[Asked] | None = None,
    paths: Iterable[str] | None = None,
    *,
    trajectories: int = 10,
    replications: int = 3,
    **how: Any,
) -> Screening:
    """Move all uncertain numbers about, one step at a time along paths through their ranges.

    Parameters
    ----------
    scenario, figures, paths, **how
        As in `tornado`.
    trajectories
        Starting points; each takes one run more than there are numbers.
    replications
        Of each run.

    Raises
    ------
    SizingError
        If SALib is not installed (extra ``analysis``), or nothing is uncertain.

    Examples
    --------
    >>> import pathway as pw
    >>> from pathway.sensitivity import asked_from_text
    >>> unsure = {"uncertain": {
    ...     "streams.arrivals.per_year": {"low": 1200, "high": 1400},
    ...     "resources.server.capacity": {"low": 2, "high": 4}}}
    >>> scenario = pw.load_scenario("mmc").override(unsure, name="unsure")
    >>> how = {"trajectories": 2, "replications": 1, "workers": 1}
    >>> found = screening(scenario, [asked_from_text("mean wait service")], **how)
    >>> found.table["path"][0]
    'resources.server.capacity'
    """
    import pandas as pd

    names = chosen(scenario, paths)
    asked = list(figures) if figures is not None else targets_asked(scenario)
    sample, analyse, problem = _salib(names)
    points = sample(problem, trajectories, num_levels=LEVELS, seed=SEED)
    runs = simulated(scenarios_at(scenario, points, names, "point"), Effort(replications, **how))
    rows = []
    for figure in asked:
        values = np.array([contributions(figure, each).mean() for each in runs])
        if not np.isfinite(values).all():
            raise SizingError(f"{figure.label or figure.subject} cannot be told at some point of the ranges")
        found = analyse(problem, points, values, num_levels=LEVELS, seed=SEED)
        for path, mu, mu_star, half, sigma in zip(
            names, found["mu"], found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True
        ):
            unsure = scenario.uncertain[path]
            rows.append(
                (figure.label or figure.subject, unit_of(figure, runs[0][0]), path, title_of(scenario, unsure))
                + (is_assumed(scenario, unsure), float(mu), float(mu_star), float(half), float(sigma))
            )
    columns = ["figure", "unit", "path", "title", "is_assumed", "mu", "mu_star", "mu_star_half", "sigma"]
    table = pd.DataFrame(rows, columns=columns)
    order = {figure.label or figure.subject: place for place, figure in enumerate(asked)}
    table = table.sort_values("mu_star", ascending=False, kind="stable")
    table = table.sort_values("figure", key=lambda names: names.map(order), kind="stable").reset_index(drop=True)
    return Screening(scenario, table, {"trajectories": trajectories, "replications": replications})


def _salib(names: Sequence[str]) -> tuple[Any, Any, dict[str, Any]]:
    try:
        from SALib.analyze.morris import analyze
        from SALib.sample.morris import sample
    except ImportError as missing:
        raise SizingError("Morris screening needs SALib: pip install 'pathway-simulator[analysis]'") from missing
    return sample, analyze, {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}
