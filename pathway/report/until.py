"""What became of the precision asked for, in the words of a report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pathway.experiment.until import reached_precision, rounded

if TYPE_CHECKING:
    from pathway.report.material import Material

WAITS = ("mean", "median", "p90", "p95")


def say_reached(material: Material) -> Iterator[str]:
    """Say which figures are known as precisely as was asked for."""
    for found in material.precision:
        if found["reached"]:
            yield material.text("until.reached", **_values(found, material))


def say_missed(material: Material) -> Iterator[str]:
    """Say which figures are not, and about how many simulated periods it would take."""
    for found in material.precision:
        if found["reached"]:
            continue
        values, needed = _values(found, material), found["foreseen"]
        if not values["half"]:
            yield material.text("until.untold", **values)
        elif needed != needed:
            yield material.text("until.missed", **values) + "."
        else:
            yield material.text("until.missed", **values) + material.text("until.needed", needed=f"{rounded(needed):,}")


def _values(found: Mapping[str, Any], material: Material) -> dict[str, Any]:
    half = reached_precision(found) or ""
    return {"label": _label(found, material), "half": half, "n": found["replications"], "asked": found["asked"]}


def _label(found: Mapping[str, Any], material: Material) -> str:
    """Name a figure: a wait in words, others by their statistic, measure and subject."""
    if found["measure"] == "wait" and found["statistic"] in WAITS:
        name = material.states.get(found["subject"], found["subject"])
        return material.text(f"compare_wait.{found['statistic']}", name=name)
    return str(found["figure"])
