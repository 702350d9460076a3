"""What a case would cost at other volumes, with what it needs bought or hired."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pathway.errors import PathwayError, nearest
from pathway.graph import Activity

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import ResourcePrice, Scenario

BOUGHT, HIRED = "bought", "hired"


def cost_per_case_at(figures: pd.DataFrame, activity: str, volume: float) -> float:
    """Give what a case of an activity would cost at so many cases a year, the fixed part shared among them all.

    Fixed is what is bought, or hired by the year; everything else costs per case what it did in the run: what is used
    up, hours, sessions and bed-days.

    Parameters
    ----------
    figures
        What was measured: `Measures.summary`, `Results.table` or `Results.intervals()`, of one scenario.
    activity
        The activity.
    volume
        Cases a year.

    Returns
    -------
    float
        In the scenario's currency; NaN if the run had no case.

    Raises
    ------
    PathwayError
        If the activity costs nothing in this scenario.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("full_per_year", 240_700.0), ("fixed_per_year", 60_700.0), ("cases_per_year", 20.0)]
    >>> table = pd.DataFrame(rows, columns=["statistic", "value"]).assign(measure="cost", subject="nanoknife", part="")
    >>> [round(cost_per_case_at(table, "nanoknife", cases)) for cases in (8, 17)]
    [16588, 12571]
    """
    fixed, moving = _fixed_and_moving(figures, activity)
    return fixed / volume + moving


def cost_curves(figures: pd.DataFrame, scenario: Scenario, activity: str, volumes: Sequence[float]) -> pd.DataFrame:
    """Give what a case of an activity would cost at each of some volumes, as it is paid for and the other way.

    Parameters
    ----------
    figures
        As for `cost_per_case_at`.
    scenario
        The scenario they are of.
    activity
        The activity.
    volumes
        Cases a year.

    Returns
    -------
    pandas.DataFrame
        Columns way (``bought``, ``hired``), volume, per_case, fixed (of the cost of a case).  The other way is there
        only if a price says what hiring by the use, or buying, would cost of something no other activity needs.
    """
    import pandas as pd

    fixed, moving = _fixed_and_moving(figures, activity)
    ways = {BOUGHT: (fixed, moving)}
    if choice := _choice(scenario, activity):
        price, name, units = choice
        annual, fee = _annual(scenario, price, name), _fee(price) * units
        if price.capital is not None:
            ways[HIRED] = max(fixed - annual, 0.0), moving + fee
        else:
            ways = {BOUGHT: (fixed + annual, moving - fee), HIRED: (fixed, moving)}
    rows = [(way, volume, a / volume + b, a / volume) for way, (a, b) in ways.items() for volume in volumes]
    return pd.DataFrame(rows, columns=["way", "volume", "per_case", "fixed"])


def _choice(scenario: Scenario, activity: str) -> tuple[ResourcePrice, str, int] | None:
    """Find what only this activity needs and could be bought or hired by the use: its price, its name, its units."""
    states = scenario.pathway.states
    mine = states.get(activity)
    if scenario.costs is None or not isinstance(mine, Activity):
        return None
    needs = {need.any_of[0]: need.units for need in mine.needs if len(need.any_of) == 1}
    others = (state for name, state in states.items() if name != activity and isinstance(state, Activity))
    shared = {name for state in others for need in state.needs for name in need.any_of}
    for price in scenario.costs.resources:
        hired = price.hire or price.instead_hire
        if price.hire_break_even is None or hired is None or hired.per != "use":
            continue
        for name in price.resources:
            if name in needs and name not in shared:
                return price, name, needs[name]
    return None


def _annual(scenario: Scenario, price: ResourcePrice, name: str) -> float:
    owned = price.capital or price.instead_capital
    return owned.annual * scenario.resources[name].capacity if owned else 0.0


def _fee(price: ResourcePrice) -> float:
    hired = price.hire or price.instead_hire
    return hired.fee if hired else 0.0


def _fixed_and_moving(figures: pd.DataFrame, activity: str) -> tuple[float, float]:
    """Give what an activity costs a year however many cases there are, and what each case adds."""
    costly = figures[(figures["measure"] == "cost") & (figures["part"] == "")]
    mine = costly[costly["subject"] == activity]
    column = "value" if "value" in mine else "mean"
    known = {str(name): float(rows[column].mean()) for name, rows in mine.groupby("statistic", observed=True)}
    if "cases_per_year" not in known:
        others = sorted(set(map(str, costly["subject"][costly["statistic"] == "cases_per_year"])))
        raise PathwayError(f"there is no cost of {activity!r}{nearest(activity, others)}")
    fixed, cases = known["fixed_per_year"], known["cases_per_year"]
    return fixed, (known["full_per_year"] - fixed) / cases if cases else float("nan")
