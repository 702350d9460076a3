"""What a fit gives: named capacities varied until simulated bands of days come near observed ones, and how near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pathway import words

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment.observing import Observed
    from pathway.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Fit:
    """The configuration whose bands of days come nearest to the observed ones.

    `tried` has a row for each configuration simulated: configuration, a column for each thing that varies, distance
    (days, mean of the replications together), replications, standing (start, fitted, tried), and the distance of each
    group.  `groups` has a row for each group of bands: measure, subject, part, period, weight, before, after (days),
    floor and floor_high (the distance of a period simulated by the fitted scenario itself: mean, and 95 % of them).
    `bands` has a row a band: measure, subject, part, period, low_day, high_day, observed, before, after.
    """

    scenario: Scenario  # before
    fitted: Scenario
    observed: Observed
    tried: pd.DataFrame
    groups: pd.DataFrame
    bands: pd.DataFrame
    manifest: Mapping[str, Any]

    @property
    def is_as_near_as_chance(self) -> bool:
        """Whether the distance left is no more than a period of the fitted scenario itself would show."""
        return bool(self.manifest["after"] <= self.manifest["floor_high"])

    def question(self, original: Scenario) -> Scenario:
        """Give the fitted scenario as a question about the original: what was varied, to what, and how near it came."""
        said = self.manifest
        distance = (
            f"{said['before']:.1f} days before, {said['after']:.1f} fitted, {said['floor']:.1f} by chance "
            f"(95 % within {said['floor_high']:.1f})"
        )
        source = (
            f"fitted to {said['observed']} ({said['digest'][:12]}), not known of that service; "
            f"earth mover's distance {distance}"
        )
        paths = {path: now for name, _, now in said["varied"] for path in name.split("+")}
        changes: dict[str, object] = {**paths, **{f"sources.{path}": f"assumption: {source}" for path in paths}}
        asked = f"How are waits with the capacities that come nearest to {said['observed']}? Distance: {distance}."
        title = f"{original.title or original.name}, fitted"
        return replace(original.override(changes, name=self.fitted.name, title=title), question=asked)

    def sentences(self) -> list[str]:
        """Say what was varied to what, how near it came, and what that does not show."""
        said = self.manifest
        values = {key: f"{said[key]:.1f}" for key in ("before", "after", "floor", "floor_high")}
        found = [
            words.text(
                "fit.choice",
                before=said["names"][0],
                choice=said["names"][1],
                n=said["configurations"],
                runs=said["replications"],
            ),
            words.text("fit.distance", **values),
            words.text("fit.near" if self.is_as_near_as_chance else "fit.not_near"),
        ]
        if said["overloaded"]:
            titles = words.listed(self.fitted.resources[name].title or name for name in said["overloaded"])
            found.append(words.text("fit.overloaded", resources=titles))
        return [*found, words.text("fit.shows_not")]

    def __repr__(self) -> str:
        return "\n".join([f"<Fit: {self.fitted.name}>", *self.sentences()])
