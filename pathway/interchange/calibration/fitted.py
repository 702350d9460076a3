"""All that was read off a log, together: what the scenario is written from and the report tells."""

from __future__ import annotations

from dataclasses import dataclass

from pathway.interchange.calibration.arriving import Arrivals
from pathway.interchange.calibration.dates import Verdict
from pathway.interchange.calibration.opening import Pool
from pathway.interchange.calibration.routing import Routing
from pathway.interchange.calibration.timing import Step
from pathway.interchange.observed import ObservedLog


@dataclass(frozen=True)
class Fitted:
    """What was read off a log: `everybody` are all cases, `log` those that were fitted, the others were held out."""

    everybody: ObservedLog
    log: ObservedLog
    verdict: Verdict
    arrivals: Arrivals
    routing: Routing
    steps: tuple[Step, ...]
    pools: tuple[Pool, ...]
    longest_days: float  # of 999 in 1000 cases

    def is_served(self, activity: int) -> bool:
        """Tell whether an activity needs something of which there is only so much."""
        return any(activity in pool.units for pool in self.pools)
