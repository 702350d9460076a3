"""What scenarios are compared by, and how each figure changes, paired by replication."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from pathway import words
from pathway.clock import MINUTES_PER_DAY
from pathway.metrics import target_subjects
from pathway.report import tables
from pathway.report.about import Touched, touched_by, who
from pathway.report.naming import title
from pathway.report.numbers import say_date, say_number

if TYPE_CHECKING:
    from pathway.experiment import Results
    from pathway.report.material import Material
    from pathway.scenario import Target

LONGEST = 3  # waits compared besides those with a target
TOUCHED = 6  # things a scenario changes whose figures are listed
OTHERS = 6  # figures listed only because they change
CLEAR = 2.0  # times its half-width such a difference must be: of so many figures some differ by chance
LARGE = 0.05  # of what it was, that such a difference must be
RANKS = dict.fromkeys(("throughput", "volume"), 1) | dict.fromkeys(("utilisation", "occupancy", "staffing", "cost"), 2)
BETTER = {"clock": 1, "wait": -1, "utilisation": 0, "waiting": -1}  # of a target, by its kind


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure that scenarios are compared by; `touched` names those that change what it belongs to."""

    measure: str
    subject: str
    part: str
    statistic: str
    unit: str
    label: str
    touched: frozenset[str] = frozenset()
    better: int = 0  # 1 where more is better, -1 where less is, 0 where that depends

    @property
    def scale(self) -> int:
        """Shares are said in percent, differences of shares in percentage points."""
        return 100 if self.unit == "share" else 1

    @property
    def rank(self) -> int:
        """What it is to patients: whether they wait (0), how many are treated (1), or only what is used (2)."""
        return RANKS.get(self.measure, 0)


@dataclass(frozen=True, slots=True)
class Change:
    """The paired difference of one figure in one scenario: means over the same replications, all in one unit."""

    figure: Compared
    scenario: str
    before: float
    after: float
    difference: float
    low: float
    high: float

    @property
    def half(self) -> float:
        """Half the width of its interval."""
        return (self.high - self.low) / 2

    @property
    def is_meant(self) -> bool:
        """Tell whether the figure belongs to what this scenario changes."""
        return self.scenario in self.figure.touched

    @property
    def is_none(self) -> bool:
        """Tell whether every replication gave the very same."""
        return self.difference == self.low == self.high == 0

    @property
    def is_sure(self) -> bool:
        """Tell whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0

    @property
    def good(self) -> int:
        """1 if the change is for the better, -1 if it is for the worse, 0 if that depends or there is none."""
        return self.figure.better * ((self.difference > 0) - (self.difference < 0))

    @property
    def clarity(self) -> float:
        """How many times its half-width the difference is; 0 if that is unknown."""
        if math.isnan(self.half) or not self.difference:
            return 0.0
        return abs(self.difference) / self.half if self.half else math.inf


Key = tuple[str, str, str, str]  # measure, subject, part, statistic


@dataclass(frozen=True, eq=False)
class Pairs:
    """Every figure of every scenario against the first: what `Results.compare` gives, and how to find a row of it."""

    frame: pd.DataFrame
    level: float
    simultaneous: str | None

    @cached_property
    def rows(self) -> dict[Key, dict[str, tuple[float, ...]]]:
        """Give by figure and scenario: mean of the first, own mean, difference, low, high."""
        frame, found = self.frame, {}  # type: ignore[var-annotated]
        keys = zip(*(frame[column] for column in ("measure", "subject", "part", "statistic")), strict=True)
        values = frame[["mean_to", "mean", "difference", "low", "high"]].to_numpy(float)
        for key, name, row in zip(keys, frame["scenario"], values, strict=True):
            found.setdefault(key, {})[name] = tuple(map(float, row))
        return found

    def is_same(self, name: str) -> bool:
        """Tell whether a scenario is the same as the first in every figure and every simulated year."""
        mine = self.frame[(self.frame["scenario"] == name) & (self.frame["n"] > 0)]
        nothing = mine["difference"] == 0
        return bool((nothing & (mine["low"].isna() | (mine["low"] == 0))).all())

    def changes(self, figure: Compared, names: Sequence[str], years: float = 1.0) -> list[Change]:
        """Give the change of a figure in some scenarios, where there is one; counts of a period per year of it."""
        known = self.rows.get((figure.measure, figure.subject, figure.part, figure.statistic), {})
        scale = figure.scale / years
        rows = {name: [scale * value for value in known[name]] for name in names if name in known}
        return [Change(figure, name, *row) for name, row in rows.items() if not math.isnan(row[2])]


def pairs_of(results: Results, base: str, level: float = 0.95, simultaneous: str | None = None) -> Pairs:
    """Compare every figure of every scenario with the first, what changed most first."""
    frame = results.compare(base, level=level, simultaneous=simultaneous, sort="change")
    return Pairs(frame, level, simultaneous)


def changes(pairs: Pairs, read: Sequence[Material]) -> dict[Compared, list[Change]]:
    """Give the figures worth comparing, in the order to read them, each with its change in every other scenario.

    The scenarios' targets and what they change come first; then clocks, the longest waits and who is
    open too long; then whatever else clearly changes.
    """
    names = [each.scenario.name for each in read[1:]]
    touched = touched_by(read)
    found: dict[Compared, list[Change]] = {}
    known: set[str] = set()
    for figure in sorted(_chosen(read, touched), key=lambda each: not each.touched):
        if figure.label not in known:  # the wait of a target may be one of the longest, too
            known.add(figure.label)
            found[figure] = pairs.changes(figure, names)
    others = {figure: pairs.changes(figure, names) for figure in _candidates(read) if figure.label not in known}
    return found | {figure: others[figure] for figure in _clearest(others, read, touched)}


def _clearest(others: Mapping[Compared, list[Change]], read: Sequence[Material], touched: Touched) -> list[Compared]:
    """Choose of further figures those that clearly change; of a scenario that changes rules only, any volume."""
    clear = {figure: max((_worth(each) for each in rows), default=0.0) for figure, rows in others.items()}
    placed = {name for names in touched["states"].values() for name in names}
    wanted = 0.0 if {each.scenario.name for each in read[1:]} - placed else CLEAR
    least = {figure: wanted if figure.measure == "volume" else CLEAR for figure in others}
    chosen = [figure for figure in others if clear[figure] >= least[figure]]
    return sorted(chosen, key=lambda figure: -clear[figure])[:OTHERS]


def _worth(change: Change) -> float:
    """Say how clear a difference is that is not small beside what it was."""
    return change.clarity if abs(change.difference) >= LARGE * abs(change.before) else 0.0


# ---------------------------------------------------------------- which figures


def _chosen(read: Sequence[Material], touched: Touched) -> Iterator[Compared]:
    base, text = read[0], read[0].text
    for subject, target in zip(target_subjects(base.scenario), base.scenario.targets, strict=True):
        yield _of_target(read, subject, target, touched)
    for name in _most_affected(read, touched):
        yield _wait(read, name, touched)
        done = text("compare.done", name=title(base.scenario, "states", name))
        yield Compared("throughput", name, "", "per_year", "", done, who(touched, "states", name))
    for name in list(touched["resources"])[:TOUCHED]:
        yield _use(base, name, touched)
    for name in base.clocks:
        if not any(target.subject == name and not target.to for target in base.scenario.targets):
            yield _clock(base, name)
        label = text("compare.p90", name=base.clocks[name])
        yield Compared("clock", name, "all", "p90", "days", label, better=-1)
    targeted = {target.subject for target in base.scenario.targets if target.kind == "wait"}
    for material in read:
        longest = tables.waits(material.intervals, material.states, {}).head(LONGEST)
        yield from (_wait(read, str(name), touched) for name in longest["subject"] if name not in targeted)
    yield Compared("open_pathways", "", "", "over_104_days", "patients", text("first.over_104_alone"), better=-1)
    yield from resourcing(base)


def resourcing(base: Material) -> Iterator[Compared]:
    """Give the staff needed and the cost a year, where the scenario says what these follow from."""
    wte = tables.pick(base.intervals, "staffing", "wte")
    if "all" in wte.index:
        yield Compared("staffing", "all", "", "wte", "", base.text("compare.wte"))
    cost = tables.pick(base.intervals, "cost", "per_year", "")
    if "all" in cost.index:
        currency = str(cost.loc["all", "unit"]).removesuffix(" a year")
        yield Compared("cost", "all", "", "per_year", currency, base.text("compare.cost", currency=currency), better=-1)


def _candidates(read: Sequence[Material]) -> Iterator[Compared]:
    """Give what is listed only if it clearly changes: what has another mean, which costs little to tell."""
    levels = [_levels(material) for material in read]
    for figure in _everything(read):
        before, *after = (each.get((figure.measure, figure.subject, figure.statistic), math.nan) for each in levels)
        if any(abs(value - before) >= LARGE / 2 * abs(before) for value in after if value != before):
            yield figure


def _levels(material: Material) -> dict[tuple[str, str, str], float]:
    rows = material.intervals[material.intervals["part"] == ""]
    return dict(zip(zip(rows["measure"], rows["subject"], rows["statistic"], strict=True), rows["mean"], strict=True))


def _everything(read: Sequence[Material]) -> Iterator[Compared]:
    base = read[0]
    nothing: Touched = {"states": {}, "resources": {}}
    for name, volume in base.scenario.volumes.items():
        label = base.text("compare.done", name=volume.title or title(base.scenario, "volumes", name))
        yield Compared("volume", name, "", "per_year", "", label)
    for name in base.activities:
        yield _wait(read, name, nothing)
    for name in base.scenario.resources:
        yield _use(base, name, nothing)


def _of_target(read: Sequence[Material], subject: str, target: Target, touched: Touched) -> Compared:
    """Take the very figure a target is judged by, so that this table and the verdicts say the same."""
    base = read[0]
    name, better = target.subject, BETTER[target.kind]
    if target.kind == "utilisation":
        label = base.text("compare.use", name=base.resources.get(name, name))
        about = who(touched, "resources", name)
    elif target.kind == "wait" and any(name in each.growing for each in read):
        return _wait(read, name, touched)
    elif target.kind == "wait":
        label = _say_wait(base, name, target.statistic or "p90")
        about = who(touched, "states", name)
    elif target.kind == "waiting":
        day = say_date(target.by) if target.by else ""
        label = base.text("first.target_waiting", name=base.states.get(name, name), day=day)
        about = who(touched, "states", name)
    else:
        to = base.text("compare.to", state=base.states.get(target.to, target.to)) if target.to else ""
        title = target.title
        label = base.text("compare.in_time", name=title) if title else _say_share(base, name, to, target.within)
        about = who(touched, "states", target.to or "")
    return Compared("target", subject, "", "value", target.unit, label, about, better)


def _clock(base: Material, name: str) -> Compared:
    return Compared("clock", name, "all", "share_within", "share", _say_share(base, name, "", None), better=1)


def _say_share(base: Material, clock: str, to: str, within: int | None) -> str:
    """Name the share of a clock; its days are said once, as many a title has them."""
    days = say_number((base.scenario.clocks[clock].limit if within is None else within) / MINUTES_PER_DAY)
    name = base.clocks[clock]
    if words.says(name, days, "days"):
        return base.text("compare.in_time", name=name + to)
    return base.text("compare.within", name=name + to, days=days)


def _wait(read: Sequence[Material], name: str, touched: Touched) -> Compared:
    """Take the 90th percentile of a wait; if the queue never settles in some scenario, by how much it grows."""
    base, about = read[0], who(touched, "states", name)
    if any(name in each.growing for each in read):
        label = base.text("grows.compared", name=base.states.get(name, name))
        return Compared("waiting", name, "", "growth_per_week", "", label, about, better=-1)
    return Compared("wait", name, "", "p90", "days", _say_wait(base, name, "p90"), about, better=-1)


def _say_wait(base: Material, name: str, statistic: str) -> str:
    return base.text(f"compare_wait.{statistic}", name=base.states.get(name, name))


def _use(base: Material, name: str, touched: Touched) -> Compared:
    label = base.text("compare.use", name=base.resources.get(name, name))
    return Compared("utilisation", name, "", "utilisation", "share", label, who(touched, "resources", name))


def _most_affected(read: Sequence[Material], touched: Touched) -> list[str]:
    """Name those of the touched activities with the longest waits in any scenario."""
    longest: dict[str, float] = {}
    for material in read:
        for name, days in tables.pick(material.intervals, "wait", "p90")["mean"].items():
            if name in touched["states"] and not math.isnan(days):
                longest[str(name)] = max(longest.get(str(name), 0.0), float(days))
    return sorted(longest, key=lambda name: -longest[name])[:TOUCHED]
