"""Sizing a service: from a scenario, what may vary and what is to be met to a choice with a guarantee."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway.errors import SizingError
from pathway.experiment import Sizing, replicate
from pathway.metrics import measure_targets
from pathway.scenario import input_sets
from pathway.sizing.margins import Goal, estimate, figures_of
from pathway.sizing.searching import Progress, sampled, search_for
from pathway.sizing.selecting import Effort, race

if TYPE_CHECKING:
    from pathway.scenario import Scenario
    from pathway.sizing.varying import Path as Varied

TRIED = 5  # replications of each plausible set of inputs, taken together
FEWEST = 5  # replications a test can begin with


def size(  # noqa: PLR0913 - each is a question a planner answers
    scenario: Scenario,
    vary: Mapping[Varied, Iterable[object]] | None = None,
    targets: Sequence[Mapping[str, object]] | None = None,
    *,
    probability: float = 0.95,
    tolerance: float = 0.02,
    first: int = 20,
    at_most: int = 500,
    plausible: int = 0,
    engine: str = "auto",
    workers: int | None = None,
    store: Path | None = None,
    progress: Progress | None = None,
) -> Sizing:
    """Find the cheapest configuration that meets all targets, with a stated probability of choosing right.

    Parameters
    ----------
    scenario
        What is simulated.
    vary
        Dotted path (or several that take the same value) to the values it may take, as in `Scenario.override`; what
        the scenario says under ``vary`` if not given.
    targets
        What is to be met, as in a scenario file; the scenario's own if not given.
    probability
        With at least which the choice is right: it meets every target or comes within `tolerance` of it, and is no
        dearer than the cheapest that meets every target by `tolerance` or more.
    tolerance
        How much of a miss does not matter: of shares and utilisations as it is, of mean waits that part of the goal.
    first, at_most
        Replications each configuration begins with, and may take.
    plausible
        In how many plausible sets of inputs (see `uncertain` in the scenario) the choice is tried afterwards.
    engine, workers, store
        As in `Experiment`.
    progress
        Called after every replication with a `SoFar`: how many are done, how many it can come to, what is known.

    Interrupted (Ctrl-C), it gives what is known until then, and says so, once every configuration has been begun.

    Raises
    ------
    SizingError, ScenarioError
        If what may vary, or what is to be met, cannot be.

    Examples
    --------
    >>> import pathway as pw
    >>> goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    >>> sized = pw.size(pw.load_scenario("mmc"), {"resources.server.capacity": range(2, 5)}, [goal], workers=1)
    >>> sized.choice
    'Server: 3'
    """
    _check(probability, tolerance, first, at_most)
    if plausible and not scenario.uncertain:
        raise SizingError(f"{scenario.name} says of no number within which limits it may lie (see `uncertain`)")
    if targets is not None:
        scenario = scenario.override({"targets": list(targets)}, name=scenario.name, title=scenario.title)
    search = search_for(scenario, vary, probability, tolerance, Effort(first, first, at_most))
    how = {"engine": engine, "workers": workers, "store": store}
    try:
        for _ in race(search.run, lambda jobs: sampled(search, jobs, how, progress)):
            search.under_way.clear()
    except KeyboardInterrupt:
        if not search.is_begun:
            raise
        return search.result(interrupted=True)
    robust = None
    if plausible and search.run.choice is not None:
        robust = _tried(search.found[search.run.choice].scenario, search.run.goals, plausible, how)
    return search.result(plausible=robust)


def _tried(chosen: Scenario, goals: Sequence[Goal], sets: int, how: Mapping[str, Any]) -> dict[str, int]:
    """Count the plausible sets of inputs in which a choice still meets every target, by a few replications of each."""
    _, scenarios = input_sets(chosen, sets, list(chosen.uncertain))
    jobs = [(scenario, replication) for scenario in scenarios for replication in range(TRIED)]
    found = dict(replicate(jobs, measuring=measure_targets, **how))
    sufficient = 0
    for number in range(sets):
        figures = [figures_of(found[number * TRIED + replication].summary) for replication in range(TRIED)]
        reached = [estimate(goal, figures, TRIED, quantile=0.0).value for goal in goals]
        sufficient += all(goal.better * (value - goal.level) >= 0 for goal, value in zip(goals, reached, strict=True))
    return {"sets": sets, "sufficient": sufficient, "replications": TRIED}


def _check(probability: float, tolerance: float, first: int, at_most: int) -> None:
    if not 0.5 <= probability < 1:
        raise SizingError(f"probability is {probability:g}, expected at least 0.5 and less than 1")
    if not 0 < tolerance < 0.5:
        raise SizingError(f"tolerance is {tolerance:g}, expected more than 0 and less than 0.5")
    if first < FEWEST or at_most < first:
        raise SizingError(
            f"first is {first} and at most {at_most}; expected {FEWEST} or more to begin with, and no fewer at most"
        )
