"""From a race that is over to the tables of its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pathway.experiment import Sizing, sized
from pathway.experiment.sized_words import target_label
from pathway.sizing.margins import MORE, Estimate, Goal
from pathway.sizing.selecting import Race
from pathway.sizing.testing import MEETS, MISSES, UNDECIDED
from pathway.sizing.varying import in_table

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario
    from pathway.sizing.pricing import Price
    from pathway.sizing.varying import Configuration, Factor

STANDINGS = {MEETS: sized.MEETS, MISSES: sized.MISSES, UNDECIDED: sized.UNDECIDED}


def tables_of(
    scenario: Scenario,
    found: Sequence[Configuration],
    factors: Sequence[Factor],
    run: Race,
    cost: Sequence[Price],
    manifest: Mapping[str, Any],
) -> Sizing:
    """Put what was found into tables, from the cheapest configuration on."""
    estimates = {place: run.estimates(place) for place in run.by_price}
    names = [one.name for one in found]
    after = _after(run)
    return Sizing(
        scenario,
        _configurations(found, factors, run, cost),
        _targets(scenario, names, run, estimates),
        _use(names, run),
        _waits(names, run, cost),
        None if run.choice is None else names[run.choice],
        None if after is None else names[after],
        _nearest_miss(names, run, estimates),
        manifest,
        None if run.choice is None else found[run.choice].scenario,
    )


def _after(run: Race) -> int | None:
    """Give the next cheapest after the choice that is not known to miss a target."""
    rest = [place for place in run.by_price if place != run.choice and run.standing(place) != MISSES]
    return rest[0] if rest else None


def _nearest_miss(names: Sequence[str], run: Race, estimates: Mapping[int, Sequence[Estimate]]) -> str | None:
    """Name the one that misses by least, of those cheaper than the choice; of all, where there is no choice."""
    cheaper = run.by_price if run.choice is None else run.by_price[: run.by_price.index(run.choice)]
    missing = [place for place in cheaper if run.standing(place) == MISSES]
    if not missing:
        return None
    return names[max(missing, key=lambda place: _worst(run.goals, estimates[place]))]


def _worst(goals: Sequence[Goal], estimates: Sequence[Estimate]) -> float:
    """Give the smallest margin over the targets, in tolerances."""
    return min(
        goal.better * (one.value - goal.level) / goal.tolerance for goal, one in zip(goals, estimates, strict=True)
    )


def _configurations(
    found: Sequence[Configuration], factors: Sequence[Factor], run: Race, cost: Sequence[Price]
) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for place in run.by_price:
        values = {factor.name: in_table(value) for factor, value in zip(factors, found[place].values, strict=True)}
        rows.append(
            {
                "configuration": found[place].name,
                **values,
                "price": cost[place].amount,
                "price_unit": cost[place].unit,
                "hours": cost[place].hours,
                "replications": len(run.samples[place]),
                "standing": STANDINGS[run.standing(place)],
            }
        )
    return pd.DataFrame(rows)


def _targets(
    scenario: Scenario, names: Sequence[str], run: Race, estimates: Mapping[int, Sequence[Estimate]]
) -> pd.DataFrame:
    import pandas as pd

    labels = [target_label(scenario, target) for target in scenario.targets]
    rows = []
    for place in run.by_price:
        for number, (goal, one) in enumerate(zip(run.goals, estimates[place], strict=True)):
            low, high = one.value - one.half, one.value + one.half
            if goal.unit == "share":
                low, high = max(low, 0.0), min(high, max(1.0, one.value))
            rows.append(
                {
                    "configuration": names[place],
                    "target": goal.subject,
                    "label": labels[number],
                    "unit": goal.unit,
                    "asks": "at least" if goal.better == MORE else "at most",
                    "goal": goal.level,
                    "value": one.value,
                    "low": low,
                    "high": high,
                    "tolerance": goal.tolerance,
                    "verdict": STANDINGS[run.verdicts[place][number]],
                    "replications": one.margins.size,
                    "inferred": (place, number) in run.inferred,
                }
            )
    return pd.DataFrame(rows)


def _use(names: Sequence[str], run: Race) -> pd.DataFrame:
    """Give the open and held hours of each resource whose open hours differ, or whose use is a target."""
    import pandas as pd

    resources = list(dict.fromkeys(name for measure, name, _ in run.samples[0][0] if measure == "utilisation"))

    def mean(place: int, resource: str, statistic: str) -> float:
        values = [sample["utilisation", resource, statistic] for sample in run.samples[place]]
        return float(np.mean(values))

    first = {
        r: {place: run.samples[place][0]["utilisation", r, "open_hours"] for place in run.by_price} for r in resources
    }
    asked = {goal.subject.removeprefix("utilisation ") for goal in run.goals}
    shown = [name for name in resources if len(set(first[name].values())) > 1 or name in asked]
    rows = []
    for place in run.by_price:
        for name in shown:
            is_open, held = mean(place, name, "open_hours"), mean(place, name, "held_hours")
            rows.append((names[place], name, is_open, held, mean(place, name, "utilisation")))
    return pd.DataFrame(rows, columns=["configuration", "resource", "open_hours", "held_hours", "utilisation"])


def _waits(names: Sequence[str], run: Race, cost: Sequence[Price]) -> pd.DataFrame:
    """Give how long those waited whom a target is about, and which configurations no other beats in price and wait."""
    import pandas as pd

    rows = []
    for goal in run.goals:
        if ("target", goal.subject, "mean_days") not in run.samples[0][0]:
            continue
        mean, p90 = (
            {place: _mean(run, place, goal.subject, statistic) for place in run.by_price}
            for statistic in ("mean_days", "p90_days")
        )
        for place in run.by_price:
            beaten = any(
                cost[other].amount <= cost[place].amount
                and mean[other] <= mean[place]
                and (cost[other].amount, mean[other]) != (cost[place].amount, mean[place])
                for other in run.by_price
            )
            rows.append((names[place], goal.subject, cost[place].amount, mean[place], p90[place], not beaten))
    return pd.DataFrame(rows, columns=["configuration", "target", "price", "mean_days", "p90_days", "on_front"])


def _mean(run: Race, place: int, subject: str, statistic: str) -> float:
    """Give the mean over replications, leaving out years in which nobody the target is about was seen."""
    values = np.array([sample["target", subject, statistic] for sample in run.samples[place]])
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan
