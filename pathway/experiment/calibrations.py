"""What calibrating on a log gives: the scenario, what its numbers rest on, and how far it is from the observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario


@dataclass(frozen=True)
class Calibrated:
    """A scenario calibrated on an event log.

    `counts` has rows, visits, cases, fitted, held_out, activities, censored; `notes` what was done with the file;
    `dates` what
    was found of its dates; `unidentified` what it cannot tell, each with what was done instead. Tables: `arrivals`,
    `routing` and `fits` of what was fitted, `distances` (None if nothing was held out) between held-out and
    simulated cases;
    `variants` the same of variants; `unfinished` is the share of simulated cases not over when their run stopped.
    """

    scenario: Scenario
    document: Mapping[str, Any]
    source: str
    digest: str
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    dates: str
    unidentified: tuple[tuple[str, str], ...]
    arrivals: pd.DataFrame
    routing: pd.DataFrame
    fits: pd.DataFrame
    distances: pd.DataFrame | None
    variants: Mapping[str, float]
    unfinished: float
    simulated_cases: int

    def __repr__(self) -> str:
        return f"<Calibrated {self.scenario.name} on {self.source}: {self.counts['cases']:,} cases>"

    def variants_frame(self) -> pd.DataFrame:
        """Give how far variants are apart as a table: measure, value."""
        import pandas as pd

        return pd.DataFrame(list(self.variants.items()), columns=["measure", "value"])
