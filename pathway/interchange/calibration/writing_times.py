"""Times as a scenario writes them: a distribution, or rows of them by what came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pathway.interchange.calibration.families import Fit
from pathway.interchange.calibration.fitted import Names
from pathway.interchange.calibration.routing import ARRIVAL
from pathway.interchange.calibration.timing import ANY, Timed

LAST = "last_step"  # an attribute: the step a patient has just left
NOT_YET = "nothing_yet"
PLAIN = frozenset({"shape", "sigma"})


def draws(times: tuple[Timed, ...], names: Names) -> Any:
    """Write the times of a step: rows by what came before and how often the patient has been where."""
    if len(times) == 1:
        return _written(times[0].fit)
    rows: list[dict[str, Any]] = []
    for timed in times:
        when = [] if timed.origin == ANY else [f"{LAST} == {left_behind(timed.origin, names)}"]
        when += [names.ask(each) for each in timed.questions]
        written = _written(timed.fit)
        row: dict[str, Any] = {"when": when} if when else {}
        rows.append(row | (dict(written) if isinstance(written, Mapping) else {"value": written}))
    rows[-1].pop("when", None)
    return rows


def left_behind(origin: int, names: Names) -> str:
    """Name the step before, as the attribute that holds it does."""
    return NOT_YET if origin == ARRIVAL else names.states[origin]


def _written(fit: Fit) -> Any:
    if fit.family == "constant":
        return say_minutes(max(1.0, fit.parameters["value"]))
    if fit.family == "empirical":
        values, weights = [value for value, _ in fit.table], [weight for _, weight in fit.table]
        if len(values) == 1:
            return say_minutes(values[0])
        shares = [float(f"{weight:.6g}") for weight in weights]
        shares[weights.index(max(weights))] += 1 - sum(shares)
        return {
            "empirical": {
                "values": [say_minutes(each) for each in values],
                "weights": [float(f"{each:.12g}") for each in shares],
            }
        }
    return {
        fit.family: {
            name: float(f"{value:.5g}") if name in PLAIN else say_minutes(value)
            for name, value in fit.parameters.items()
        }
    }


def say_minutes(minutes: float) -> str:
    """Write a time so that it can be read, and read back.

    >>> say_minutes(17), say_minutes(20160), say_minutes(100.123456)
    ('17 min', '14 days', '100.12 min')
    """
    for size, unit in ((1440, "days"), (60, "hours")):
        if minutes >= 2 * size and minutes % size == 0:
            return f"{int(minutes // size)} {unit}"
    return f"{float(f'{minutes:.5g}'):.10g} min" if minutes % 1 else f"{int(minutes)} min"
