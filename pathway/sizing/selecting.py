"""Where the replications go: every configuration gets a first round, then the cheapest that is not decided yet.

A configuration that is dearer than one that meets every target needs no more replications, and one that misses a
target neither; so all effort goes to the cheapest of which it is not known yet, until it is.  Replication 7 has the
same patients in every configuration (common random numbers), and the order of sampling does not change what is found.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pathway.experiment.intervals import t_quantile
from pathway.sizing.margins import Estimate, Found, Goal, estimate
from pathway.sizing.order import Order
from pathway.sizing.testing import MEETS, MISSES, UNDECIDED, Rule, verdict

Job = tuple[int, int]  # place of the configuration, replication
Sample = Callable[[Sequence[Job]], Iterable[tuple[Job, Found]]]
INTERVAL = 0.95


@dataclass(frozen=True, slots=True)
class Effort:
    """How much may be spent: replications of each configuration to begin with, at a time, and at most."""

    first: int = 20
    batch: int = 20
    at_most: int = 500


@dataclass(eq=False)
class Race:
    """What has been found so far: what each replication measured, and the verdict on each target."""

    prices: Sequence[float | tuple[float, ...]]  # whatever can be put in order
    goals: Sequence[Goal]
    rules: Sequence[Rule]
    order: Order
    effort: Effort
    samples: list[list[Found]] = field(default_factory=list)
    verdicts: list[list[int]] = field(default_factory=list)
    inferred: set[tuple[int, int]] = field(default_factory=set)  # verdicts not tested, but following from another

    def __post_init__(self) -> None:
        self.samples = [[] for _ in self.prices]
        self.verdicts = [[UNDECIDED for _ in self.goals] for _ in self.prices]

    def standing(self, place: int) -> int:
        """Say whether a configuration meets all targets, misses one, or is not decided."""
        found = self.verdicts[place]
        return MISSES if MISSES in found else MEETS if all(each == MEETS for each in found) else UNDECIDED

    def estimates(self, place: int) -> list[Estimate]:
        """Estimate every target of a configuration from its replications."""
        count = len(self.samples[place])
        quantile = float(t_quantile(INTERVAL, count))
        return [estimate(goal, self.samples[place], self.effort.first, quantile) for goal in self.goals]

    @property
    def by_price(self) -> list[int]:
        """The configurations from the cheapest on; of those that cost the same, in the order they were named."""
        return sorted(range(len(self.prices)), key=lambda place: (self.prices[place], place))

    @property
    def choice(self) -> int | None:
        """The cheapest that meets every target, if all cheaper ones are known to miss one."""
        for place in self.by_price:
            if self.standing(place) == MEETS:
                return place
            if self.standing(place) == UNDECIDED:
                return None
        return None

    def next_jobs(self) -> list[Job]:
        """Give what is to be simulated next; nothing if the choice is clear, or all that may be spent is."""
        unbegun = [place for place in self.by_price if not self.samples[place]]
        if unbegun:
            return [(place, number) for number in range(self.effort.first) for place in unbegun]
        for place in self.by_price:
            if self.standing(place) == MEETS:
                return []
            done = len(self.samples[place])
            if self.standing(place) == UNDECIDED and done < self.effort.at_most:
                return [(place, number) for number in range(done, min(done + self.effort.batch, self.effort.at_most))]
        return []

    @property
    def most_left(self) -> int:
        """How many replications can still be needed: of what is not decided and cheaper than any that meets all."""
        left = 0
        for place in self.by_price:
            if self.standing(place) == MEETS:
                break
            if self.standing(place) == UNDECIDED:
                left += self._most_of(place) - len(self.samples[place])
        return left

    def _most_of(self, place: int) -> int:
        """Give how many replications a configuration can come to: until every test of it has closed, in batches."""
        effort, done = self.effort, len(self.samples[place])
        if done < effort.first:
            return effort.at_most
        open_tests = (
            rule.at_most(one.margins)
            for one, rule, found in zip(self.estimates(place), self.rules, self.verdicts[place], strict=True)
            if found == UNDECIDED
        )
        batches = math.ceil((max(open_tests) - done) / effort.batch)
        return min(effort.at_most, done + effort.batch * max(batches, 1))

    def with_more(self, found: Iterable[tuple[Job, Found]]) -> Race:
        """Give the race as it would stand with what a round under way has found, no verdict being drawn from it."""
        other = replace(self)
        other.samples = [list(each) for each in self.samples]
        other.verdicts, other.inferred = [list(each) for each in self.verdicts], set(self.inferred)
        for (place, _), sample in sorted(found, key=lambda each: each[0]):
            other.samples[place].append(sample)
        return other

    def take(self, found: Iterable[tuple[Job, Found]]) -> None:
        """Take in what was simulated, in whatever order it came, and judge."""
        for (place, _), sample in sorted(found, key=lambda each: each[0]):
            self.samples[place].append(sample)
        for place in range(len(self.prices)):
            for number, (one, rule) in enumerate(zip(self.estimates(place), self.rules, strict=True)):
                if (place, number) not in self.inferred and self.verdicts[place][number] == UNDECIDED:
                    self.verdicts[place][number] = verdict(one.margins, rule)
        self._infer()

    def _infer(self) -> None:
        """Where more was seen never to do worse, what misses a target with more misses it with less."""
        first = [
            [one.margins[: self.effort.first] for one in self.estimates(place)] for place in range(len(self.prices))
        ]
        for number in range(len(self.goals)):
            if not self.order.holds([margins[number] for margins in first]):
                continue
            for less, more in self.order.pairs:
                if self.verdicts[more][number] == MISSES and self.verdicts[less][number] == UNDECIDED:
                    self.verdicts[less][number] = MISSES
                    self.inferred.add((less, number))


def race(run: Race, sample: Sample) -> Iterator[Race]:
    """Sample until the choice is clear or the effort is spent; gives the state of things after every round."""
    while jobs := run.next_jobs():
        run.take(sample(jobs))
        yield run
