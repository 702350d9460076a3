"""Fitting: named alternatives are varied until simulated bands of days come as near to observed ones as they get.

Every configuration first gets a few replications; then the better third goes on with three times as many, until one is
left or all that are left have the most.  If there are too many to begin with, one thing is varied at a time, from the
scenario as it is, until a round changes nothing.  Replication 7 has the same patients in each (common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pathway.errors import Finding, ScenarioError, SizingError, nearest
from pathway.experiment import Fit, replayed, replicate
from pathway.experiment.distance import Bands, earth_movers, groups_of_bands
from pathway.experiment.observing import Days, Floats, Observed, figure_of, months_of
from pathway.experiment.validating import lacking
from pathway.graph import Activity
from pathway.load import load_check
from pathway.metrics import measure_days
from pathway.sizing.varying import Configuration, Factor, changes_of, configurations, factors_from, in_table, meant

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario
    from pathway.sizing.varying import Path as Varied

Progress = Callable[[int, str], None]
GRID = 64  # configurations that are all tried; more are searched one factor at a time
FIRST = 4  # replications each begins with
ROUNDS = 5  # in which each factor is varied once
YEARS = 2  # of arrivals behind the load of what is fitted
KEPT = 3  # one in so many goes on


def fit(  # noqa: PLR0913 - each is an option of the command
    scenario: Scenario,
    observed: Observed,
    vary: Mapping[Varied, Iterable[object]] | None = None,
    *,
    weights: Mapping[str, float] | None = None,
    replications: int = 36,
    engine: str = "auto",
    workers: int | None = None,
    store: Path | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Vary named alternatives until simulated bands of days come near to observed ones.

    Parameters
    ----------
    scenario, observed
        As in `validate`; all sets of bands that hold everybody count (`groups_of_bands`).
    vary
        Dotted path (or several that take the same value) to the values it may take; what the scenario says under
        ``vary`` if not given.
    weights
        Of each clock or activity by name, for the sum of distances; 1 unless said, and divided by their sum.
    replications
        Of those that are left at last, and of the scenario before; the first round has four.

    Raises
    ------
    PathwayError
        If there are no bands, or nothing that may vary.
    """
    if replications < FIRST:
        raise SizingError(f"replications is {replications}, expected {FIRST} or more")
    scenario = replayed(scenario, observed)
    groups = groups_of_bands(observed)
    _check_subjects(scenario, observed, groups)
    share = _weights(groups, weights or {})
    factors = factors_from(vary if vary is not None else {path: values for path, values in scenario.vary.items()})
    how = {"engine": engine, "workers": workers, "store": store}
    search = Search(scenario, groups, share, how, progress)
    start = as_it_is(scenario, factors)
    best = _searched(search, scenario, factors, start, replications)
    search.run([start, best], replications)
    return _found(search, scenario, observed, factors, start, best)


def _check_subjects(scenario: Scenario, observed: Observed, groups: Sequence[Bands]) -> None:
    """Refuse bands of what the scenario does not have: no configuration would come near them."""
    findings = []
    for group in groups:
        seen = group.figures[0]
        if lacking(scenario, seen):
            what, known = ("clock", scenario.clocks) if seen.measure == "clock" else ("activity", _activities(scenario))
            message = f"subject is {seen.subject!r}, and the scenario has no such {what}{nearest(seen.subject, known)}"
            findings.append(Finding(observed.name, seen.line, 1, message))
    if findings:
        raise ScenarioError(findings)


def _activities(scenario: Scenario) -> list[str]:
    return [name for name, state in scenario.pathway.states.items() if isinstance(state, Activity)]


@dataclass(eq=False)
class Search:
    """What has been simulated so far: for every configuration the shares of bands in each replication."""

    scenario: Scenario
    groups: Sequence[Bands]
    weights: Floats
    how: Mapping[str, Any]
    progress: Progress | None
    shares: dict[str, list[list[Floats]]] = field(default_factory=dict)  # by replication, then group
    known: dict[str, Configuration] = field(default_factory=dict)
    done: int = 0

    def run(self, asked: Sequence[Configuration], replications: int) -> None:
        """Simulate each so often in all; what was simulated before counts."""
        jobs = [
            (one, number)
            for number in range(replications)
            for one in asked
            if number >= len(self.shares.setdefault(one.name, []))
        ]
        for one in asked:
            self.known.setdefault(one.name, one)
        found: dict[int, list[Floats]] = {}
        runs = [(one.scenario, number) for one, number in jobs]
        for place, measures in replicate(runs, measuring=measure_days, **self.how):
            found[place] = self._shares_in(measures.frames)
            self.done += 1
            if self.progress:
                self.progress(self.done, jobs[place][0].name)
        for place, (one, _) in enumerate(jobs):
            self.shares[one.name].append(found[place])

    def _shares_in(self, frames: dict[str, pd.DataFrame]) -> list[Floats]:
        """Give how many patients of a replication each group has in each band."""
        run = self.scenario.run
        days = Days([frames], f"{run.start:%Y-%m}", months_of(run.start, run.length))
        found = []
        for group in self.groups:
            patients = days.patients(group.figures[0])
            counts = [figure_of(seen, patients)[0] * patients.sum(axis=1) for seen in group.figures]
            found.append(np.nan_to_num(np.concatenate(counts)))
        return found

    def pooled(self, name: str) -> list[Floats]:
        """Give the shares of each group over all replications together."""
        sums = [sum(each) for each in zip(*self.shares[name], strict=True)]
        return [np.asarray(total / max(total.sum(), 1.0)) for total in sums]

    def distances(self, name: str) -> Floats:
        """Give how many days each group lies from what was observed, all replications together."""
        shares = self.pooled(name)
        return np.array(
            [
                earth_movers(share, group.observed, group.middles) if share.sum() else np.inf
                for group, share in zip(self.groups, shares, strict=True)
            ]
        )

    def distance(self, name: str) -> float:
        """Give the weighted sum of the distances."""
        return float(self.weights @ self.distances(name))

    def floor(self, name: str) -> Floats:
        """Give how far each replication lies from all the others, by replication and group: what chance alone makes."""
        table = []
        for place, own in enumerate(self.shares[name]):
            others = [
                sum(each) for each in zip(*(self.shares[name][:place] + self.shares[name][place + 1 :]), strict=True)
            ]
            table.append(
                [
                    float(earth_movers(mine / max(mine.sum(), 1), rest / max(rest.sum(), 1), group.middles))
                    for mine, rest, group in zip(own, others, self.groups, strict=True)
                ]
            )
        return np.array(table)


def as_it_is(scenario: Scenario, factors: Sequence[Factor]) -> Configuration:
    """Give the scenario as it is, under the name it has among the configurations if it is one of them."""
    values = tuple(value_at(scenario, factor) for factor in factors)
    now = [Factor(factor.paths[:1], (value,)) for factor, value in zip(factors, values, strict=True)]
    name = configurations(scenario, now)[0].name if None not in values else "as it is"
    return Configuration(name, values, scenario)


def value_at(scenario: Scenario, factor: Factor) -> object:
    """Give what the scenario has now at the first path of a factor."""
    node: Any = scenario.tree
    for key in factor.paths[0].split("."):
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


# ---------------------------------------------------------------- the search


def _searched(
    search: Search, scenario: Scenario, factors: Sequence[Factor], start: Configuration, replications: int
) -> Configuration:
    """Find the nearest configuration: of all, or one factor at a time from the scenario as it is."""
    if prod(len(factor.values) for factor in factors) <= GRID:
        return _halved(search, configurations(scenario, factors), replications)
    best, values = start, list(start.values)
    for _ in range(ROUNDS):
        before = list(values)
        for place, factor in enumerate(factors):
            line = [
                Factor(other.paths, factor.values if other is factor else (values[number],))
                for number, other in enumerate(factors)
            ]
            best = _halved(search, configurations(scenario, line), replications)
            values[place] = best.values[place]
        if values == before:
            break
    return best


def _halved(search: Search, asked: Sequence[Configuration], replications: int) -> Configuration:
    """Let the nearer third go on with three times as many replications, until one is left or all have the most."""
    left, count = list(asked), min(FIRST, replications)
    while True:
        search.run(left, count)
        left.sort(key=lambda one: search.distance(one.name))
        if len(left) == 1 or count == replications:
            return left[0]
        left = left[: max(1, -(-len(left) // KEPT))]
        count = min(KEPT * count, replications)


def _weights(groups: Sequence[Bands], weights: Mapping[str, float]) -> Floats:
    names = {group.subject[1] for group in groups}
    if unknown := sorted(set(weights) - names):
        raise SizingError(f"no bands are of {', '.join(unknown)}; there are {', '.join(sorted(names))}")
    found = np.array([weights.get(group.subject[1], 1.0) for group in groups], np.float64)
    if (found < 0).any() or not found.sum():
        raise SizingError("weights are 0 or more, and one at least is more than 0")
    return np.asarray(found / found.sum())


# ---------------------------------------------------------------- what came out


def _found(
    search: Search,
    scenario: Scenario,
    observed: Observed,
    factors: Sequence[Factor],
    start: Configuration,
    best: Configuration,
) -> Fit:
    floor = search.floor(best.name)
    total = floor @ search.weights
    changes = changes_of(factors, best.values)
    name = f"{scenario.name}_fitted"
    loads = load_check(best.scenario, years=YEARS)
    fitted = scenario.override(changes, name=name, title=f"{scenario.title or scenario.name}, fitted")
    manifest = {
        "before": search.distance(start.name),
        "after": search.distance(best.name),
        "floor": float(total.mean()),
        "floor_high": float(np.quantile(total, 0.95)),
        "configurations": len(search.shares),
        "replications": search.done,
        "of_each": len(search.shares[best.name]),
        "overloaded": [str(resource) for resource in loads.overloaded()["resource"] if resource in scenario.resources],
        "names": (start.name, best.name),
        "observed": observed.name,
        "digest": observed.digest,
        "varied": [
            (factor.name, was, meant(now)) for factor, was, now in zip(factors, start.values, best.values, strict=True)
        ],
    }
    tables = _tried(search, factors, start, best), _groups(search, start, best, floor), _bands(search, start, best)
    return Fit(scenario, fitted, observed, *tables, manifest)


def _tried(search: Search, factors: Sequence[Factor], start: Configuration, best: Configuration) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for name, one in search.known.items():
        standing = "fitted" if name == best.name else "start" if name == start.name else "tried"
        values = {factor.name: str(in_table(value)) for factor, value in zip(factors, one.values, strict=True)}
        near = dict(
            zip((f"{'_'.join(g.subject[:2])}_days" for g in search.groups), search.distances(name), strict=True)
        )
        row = {"configuration": name, **values, "distance": search.distance(name)}
        rows.append(row | {"replications": len(search.shares[name]), "standing": standing} | near)
    return pd.DataFrame(rows).sort_values("distance", ignore_index=True, kind="stable")


def _groups(search: Search, start: Configuration, best: Configuration, floor: Floats) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame([group.subject for group in search.groups], columns=["measure", "subject", "part", "period"])
    return frame.assign(
        weight=search.weights,
        before=search.distances(start.name),
        after=search.distances(best.name),
        floor=floor.mean(axis=0),
        floor_high=np.quantile(floor, 0.95, axis=0),
    )


def _bands(search: Search, start: Configuration, best: Configuration) -> pd.DataFrame:
    import pandas as pd

    rows = []
    shares = (search.pooled(start.name), search.pooled(best.name))
    for group, before, after in zip(search.groups, *shares, strict=True):
        measure, subject, part, period = group.subject
        for place, seen in enumerate(group.figures):
            high = float("nan") if seen.high_day is None else float(seen.high_day)
            head = {"measure": measure, "subject": subject, "part": part, "period": period}
            band = {"low_day": seen.low_day, "high_day": high, "observed": group.observed[place]}
            rows.append(head | band | {"before": before[place], "after": after[place]})
    return pd.DataFrame(rows)
