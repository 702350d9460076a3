"""What sizing a service gives: which configuration to choose, how surely, and what the others would have done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario

MEETS, MISSES, UNDECIDED = "meets", "misses", "undecided"


@dataclass(frozen=True, eq=False)
class Sizing:
    """The smallest capacity that meets the targets, and all that was found on the way.

    `configurations` has a row for each, from the cheapest on: configuration, a column for each path that varies,
    price, price_unit (h a week, or a currency a year), hours (open unit-hours a week of what differs), replications,
    standing ("meets", "misses" or "undecided").  `targets` has a row for each and target:
    configuration, target, label (the target in words), unit, asks, goal, value, low, high (95 % t-interval over
    replications), tolerance, verdict, replications, and `inferred`, whether the verdict follows from one with more.
    `use`: configuration, resource, open_hours and held_hours of the window, utilisation, of what differs between them
    and what targets name.  `waits`: configuration, target, price, mean and p90 days of those the target is about, and
    whether no other is both cheaper and quicker (`on_front`).

    `choice` is the name of the cheapest that meets all, or None; `runner_up` the next cheapest not known to miss any;
    `nearest_miss` the cheaper one that comes nearest.  `manifest` says what was asked and promised.
    """

    scenario: Scenario
    configurations: pd.DataFrame
    targets: pd.DataFrame
    use: pd.DataFrame
    waits: pd.DataFrame
    choice: str | None
    runner_up: str | None
    nearest_miss: str | None
    manifest: Mapping[str, Any]
    chosen: Scenario | None = None  # the scenario of the choice

    @property
    def undecided(self) -> list[str]:
        """Name the configurations on which the choice waits: those not decided, cheaper than any that meets all."""
        names = []
        for row in self.configurations.itertuples():
            if row.standing == MEETS:
                break
            if row.standing == UNDECIDED:
                names.append(str(row.configuration))
        return names

    def sentences(self) -> list[str]:
        """Say the answer, and how far it can be relied on."""
        from pathway.experiment.sized_words import sentences

        return sentences(self)

    def __repr__(self) -> str:
        return "\n".join([f"<Sizing: {self.scenario.name}>", *self.sentences()])
