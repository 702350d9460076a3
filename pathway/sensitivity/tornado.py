"""One number at a time: every figure with a number at its lowest and at its highest, all others as they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pathway.experiment import Tornado
from pathway.scenario import is_assumed, say_limit, source_of, title_of, with_values
from pathway.sensitivity.figures import (
    Asked,
    Effort,
    chosen,
    contributions,
    mean_and_half,
    simulated,
    targets_asked,
    unit_of,
)

if TYPE_CHECKING:
    from pathway.scenario import Scenario


def tornado(
    scenario: Scenario,
    figures: Sequence[Asked] | None = None,
    paths: Iterable[str] | None = None,
    *,
    replications: int = 10,
    **how: Any,
) -> Tornado:
    """Move each uncertain number from its lowest to its highest value, one at a time.

    Parameters
    ----------
    scenario
        A scenario that says under ``uncertain`` within which limits numbers may lie.
    figures
        What is followed; the targets, if not given.
    paths
        The numbers that are moved; all uncertain ones, if not given.
    replications
        Of each of the runs, two a number and one as it is.
    **how
        Engine, workers, store and progress, as in `size`.

    Returns
    -------
    Tornado
        Its `table` has the widest bars of each figure first.

    Examples
    --------
    >>> import pathway as pw
    >>> unsure = {"uncertain": {"streams.arrivals.per_year": {"low": 1200, "high": 1400}}}
    >>> scenario = pw.load_scenario("mmc").override(unsure, name="unsure")
    >>> from pathway.sensitivity import asked_from_text
    >>> found = tornado(scenario, [asked_from_text("mean wait service")], replications=3, workers=1)
    >>> bool(found.table["at_high"][0] > found.table["at_low"][0])
    True
    """
    import pandas as pd

    names = chosen(scenario, paths)
    asked = list(figures) if figures is not None else targets_asked(scenario)
    scenarios = [scenario]
    for path in names:
        scenarios += [with_values(scenario, {path: level}, name=f"{path} {level:g}") for level in (0.0, 1.0)]
    runs = simulated(scenarios, Effort(replications, **how))
    rows = []
    for figure in asked:
        as_is, half = mean_and_half(contributions(figure, runs[0]))
        for number, path in enumerate(names):
            unsure = scenario.uncertain[path]
            low, high = (contributions(figure, runs[1 + 2 * number + end]) for end in (0, 1))
            swing, swing_half = mean_and_half(high - low)
            rows.append(
                {
                    "figure": figure.label or figure.subject,
                    "unit": unit_of(figure, runs[0][0]),
                    "path": path,
                    "title": title_of(scenario, unsure),
                    "low": say_limit(unsure, unsure.low),
                    "high": say_limit(unsure, unsure.high),
                    "source": source_of(scenario, unsure),
                    "is_assumed": is_assumed(scenario, unsure),
                    "as_is": as_is,
                    "as_is_half": half,
                    "at_low": float(low.mean()),
                    "at_high": float(high.mean()),
                    "swing": swing,
                    "swing_half": swing_half,
                }
            )
    table = pd.DataFrame(rows)
    table["width"] = table["swing"].abs()
    order = [figure.label or figure.subject for figure in asked]
    table["figure"] = pd.Categorical(table["figure"], categories=order)
    table = table.sort_values(["figure", "width"], ascending=[True, False], kind="stable").drop(columns="width")
    table["figure"] = table["figure"].astype(str)
    return Tornado(scenario, table.reset_index(drop=True), {"replications": replications})
