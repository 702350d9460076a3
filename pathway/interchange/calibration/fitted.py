"""All that was read off a log, together: what the scenario is written from and the report tells."""

from __future__ import annotations

from dataclasses import dataclass

from pathway.interchange.calibration.arriving import Arrivals
from pathway.interchange.calibration.dates import Verdict
from pathway.interchange.calibration.opening import Pool
from pathway.interchange.calibration.routing import Routing
from pathway.interchange.calibration.splitting import Question
from pathway.interchange.calibration.timing import Step
from pathway.interchange.calibration.traits import Asked, Trait
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
    traits: tuple[Trait, ...] = ()
    country: str = ""  # whose public holidays were looked at, with its part: GB-ENG

    @property
    def asked(self) -> Asked:
        """What may be asked about a patient."""
        return Asked(len(self.log.activities), self.traits)

    def is_served(self, activity: int) -> bool:
        """Tell whether an activity needs something of which there is only so much."""
        return any(activity in pool.units for pool in self.pools)


@dataclass(frozen=True)
class Names:
    """What everything of the log is called in the scenario."""

    states: tuple[str, ...]  # by activity
    before: tuple[str, ...]  # the time before each is asked for
    ends: tuple[str, ...]
    pools: tuple[str, ...]
    asked: Asked

    def ask(self, question: Question) -> str:
        """Write a question as a condition of the scenario."""
        return self.asked.say(question, self.states)
