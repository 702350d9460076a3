"""A search under way: what is looked through, how far it is, and what is known before it is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pathway.errors import SizingError
from pathway.experiment import Sizing, replicate
from pathway.metrics import measure_targets
from pathway.sizing.margins import Found, figures_of, goals_of
from pathway.sizing.order import order_of
from pathway.sizing.pricing import Price, prices
from pathway.sizing.selecting import Effort, Job, Race
from pathway.sizing.tabling import tables_of
from pathway.sizing.testing import Rule, error_of_each
from pathway.sizing.varying import Configuration, Factor, configurations, factors_from

if TYPE_CHECKING:
    from pathway.scenario import Scenario
    from pathway.sizing.varying import Path as Varied

SO_FAR = "so_far"  # the folder in which what is known before it is over is kept
FEWEST_TOLD = 2  # replications of each configuration from which something is told


@dataclass(frozen=True, slots=True)
class SoFar:
    """How far a search is: replications done, how many it can come to, what was simulated last, what is known.

    `most` is what it can come to at most by what is known now, so it falls as verdicts come in.  `known` gives what a
    planner would be told if the search ended now; None as long as some configuration has fewer than two replications.
    """

    done: int
    most: int
    now: str
    known: Callable[[], Sizing | None]


Progress = Callable[[SoFar], None]


@dataclass(eq=False)
class Search:
    """What is looked through, what has been found, and what of the round under way is there already."""

    scenario: Scenario
    factors: Sequence[Factor]
    found: Sequence[Configuration]
    cost: Sequence[Price]
    run: Race
    asked: Mapping[str, Any]
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    done: int = 0
    under_way: list[tuple[Job, Found]] = field(default_factory=list)

    @property
    def is_begun(self) -> bool:
        """Whether every configuration has enough replications to say anything."""
        counts = Counter(place for (place, _), _ in self.under_way)
        return all(len(kept) + counts[place] >= FEWEST_TOLD for place, kept in enumerate(self.run.samples))

    def known(self) -> Sizing | None:
        """Give what is known now, as it would be if the search ended here."""
        if not self.is_begun:
            return None
        try:
            return self.result(interrupted=True)
        except SizingError:  # nobody whom a target is about was seen yet
            return None

    def result(self, plausible: Mapping[str, int] | None = None, *, interrupted: bool = False) -> Sizing:
        """Put what was found into tables."""
        run = self.run.with_more(self.under_way)
        manifest = {
            **self.asked,
            "replications": self.done,
            "inferred": len(run.inferred),
            "interrupted": interrupted,
            "plausible": plausible,
            "price_unit": self.cost[0].unit,
            "vary": {factor.name: list(factor.values) for factor in self.factors},
            "began": self.began.isoformat(timespec="seconds"),
            "seconds": round((datetime.now(UTC) - self.began).total_seconds(), 1),
        }
        return tables_of(self.scenario, self.found, self.factors, run, self.cost, manifest)


def search_for(
    scenario: Scenario,
    vary: Mapping[Varied, Iterable[object]] | None,
    probability: float,
    tolerance: float,
    effort: Effort,
) -> Search:
    """Begin a search: every combination of what may vary, with its price and the tests it has to pass."""
    factors = factors_from(vary if vary is not None else {path: values for path, values in scenario.vary.items()})
    found = configurations(scenario, factors)
    goals = goals_of(scenario, tolerance, tolerance)
    error = error_of_each(probability, len(found), len(goals))
    rules = [Rule(effort.first, goal.tolerance, error) for goal in goals]
    cost = prices([one.scenario for one in found])
    run = Race([one.rank for one in cost], goals, rules, order_of(found, factors), effort)
    asked = {
        "probability": probability,
        "tolerance": tolerance,
        "first": effort.first,
        "at_most": effort.at_most,
        "error_of_each_verdict": error,
    }
    return Search(scenario, factors, found, cost, run, asked)


def sampled(
    search: Search, jobs: Sequence[Job], how: Mapping[str, Any], progress: Progress | None
) -> Iterator[tuple[Job, Found]]:
    """Simulate a round, say after each replication how far it is, and keep what an interrupted round has finished."""
    asked = ((search.found[place].scenario, replication) for place, replication in jobs)
    most = search.done + search.run.most_left
    for number, measures in replicate(asked, measuring=measure_targets, **how):
        one = jobs[number], figures_of(measures.summary)
        search.done += 1
        search.under_way.append(one)
        if progress:
            progress(SoFar(search.done, max(search.done, most), search.found[jobs[number][0]].name, search.known))
        yield one
