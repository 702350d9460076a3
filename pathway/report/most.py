"""What changed most: every figure that has a name in words; what patients feel first, and the clearest of that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pathway import words
from pathway.metrics import target_subjects
from pathway.report.blocks import Table
from pathway.report.compared import BETTER, RANKS, Change, Compared, Pairs
from pathway.report.material import Material
from pathway.report.naming import title
from pathway.report.plain import name_of
from pathway.report.said import interval, is_signed, judged, level, points_of, signed
from pathway.report.verdicts import say_target

LESS = frozenset(  # figures of which less is better
    {
        *("wait", "waiting", "attempts", "milestone", "open_pathways", "waited_for", "cost"),
        *("clock_mean", "clock_median", "clock_p90", "clock_breaches", "target_breaches", "clock_open"),
    }
)
MORE = frozenset({"clock_share_within", "clock_official_share", "clock_incidence_within", "target_met"})
NEITHER = frozenset({"wait_count", "waiting_at_start", "milestone_count"})
STATES = frozenset({"wait", "waiting", "throughput", "attempts", "milestone", "outcome"})
RESOURCES = frozenset({"utilisation", "waited_for", "occupancy", "staffing", "cost"})
ARROW = "→"
FEW_PAIRS = 10


@dataclass(frozen=True)
class Names:
    """The names of figures, as the first scenario calls them."""

    base: Material

    def figure(self, measure: str, subject: str, part: str, statistic: str, unit: str) -> Compared | None:
        """Name a figure; None if there are no words for it, as it is of use to programs only."""
        key = f"{measure}_{statistic}"
        if f"figure.{key}" not in words.catalogue():
            return None
        name = self._subject(measure, subject)
        if f"figure.part_{part}" in words.catalogue():
            name = self.base.text(f"figure.part_{part}", name=name)
        elif part not in ("", "all"):  # one of many, and there are no words for which
            return None
        return Compared(
            measure,
            subject,
            part,
            statistic,
            unit,
            self.base.text(f"figure.{key}", name=name),
            better=self._better(measure, subject, key),
        )

    def _better(self, measure: str, subject: str, key: str) -> int:
        if key == "target_value":
            return self._targets[subject][1]
        if key in NEITHER:
            return 0
        return 1 if key in MORE else -1 if key in LESS or measure in LESS else 0

    @cached_property
    def _targets(self) -> dict[str, tuple[str, int]]:
        targets = zip(target_subjects(self.base.scenario), self.base.scenario.targets, strict=True)
        return {subject: (say_target(target, self.base), BETTER[target.kind]) for subject, target in targets}

    def _subject(self, measure: str, subject: str) -> str:
        base = self.base
        if measure == "target":
            return self._targets[subject][0]
        if measure == "clock":
            clock, _, state = subject.partition(ARROW)
            to = base.text("compare.to", state=base.states.get(state, state)) if state else ""
            return base.clocks.get(clock, clock) + to
        if measure in STATES:
            return base.states.get(subject) or title(base.scenario, "states", subject)
        if measure in RESOURCES:
            if subject == "all":
                return base.text("figure.all")
            return base.resources.get(subject) or title(base.scenario, "states", subject)
        if measure == "volume":
            volume = base.scenario.volumes.get(subject)
            return (volume.title if volume else "") or title(base.scenario, "volumes", subject)
        return base.streams.get(subject, subject)


def most_changed(pairs: Pairs, read: Sequence[Material]) -> list[Change]:
    """Give the changes of all scenarios, what changed most first; of what is said of one thing in many ways, one."""
    names, known = Names(read[0]), {each.scenario.name for each in read[1:]}
    found: list[Change] = []
    said: set[tuple[str, ...]] = set()
    columns = ["scenario", "measure", "subject", "part", "statistic", "unit"]
    often = pairs.frame["n"] >= pairs.frame["n"].max() / 2  # of what is seldom measured a few pairs agree by chance
    chance = np.isinf(pairs.frame["worth"]) & (pairs.frame["n"] < FEW_PAIRS)  # what varies may differ by 1 three times
    told = ~chance & pairs.frame["clear"].astype(bool) & pairs.frame["settles"].astype(bool)  # else its growth is
    clear = pairs.frame[told & often]
    clear = clear.sort_values("measure", key=lambda each: each.astype(object).map(RANKS).fillna(0), kind="stable")
    for scenario, measure, subject, part, statistic, unit in clear[columns].itertuples(index=False):
        kind = "promise" if measure in ("clock", "target") else measure
        if scenario not in known or (scenario, kind, subject) in said:
            continue
        figure = names.figure(measure, subject, part, statistic, unit)
        if figure is not None:
            said.add((scenario, kind, subject))
            found += [row for row in pairs.changes(figure, [scenario]) if is_signed(signed(row, read[0]))]
    return found


def most_table(found: Sequence[Change], read: Sequence[Material], top: int) -> Table:
    """Put what changed most into a table: the figure, from what to what, by how much, and whether that is good."""
    base, titles = read[0], {each.scenario.name: name_of(each) for each in read}
    several = len(read) > 2  # noqa: PLR2004 - the first, and more than one other
    lines = [line(row, base, titles if several else {}) for row in found[:top]]
    keys = ["figure", *(["scenario"] if several else []), "before", "after", "change", "interval", "judged"]
    right = frozenset(range(len(keys) - 5, len(keys) - 1))
    return Table(tuple(base.text(f"most.{key}") for key in keys), tuple(lines), right, title=base.text("most.title"))


def line(row: Change, base: Material, titles: Mapping[str, str]) -> tuple[str, ...]:
    """Write one change as a line of the table; whose it is, where there are several."""
    said = signed(row, base)
    change = said.partition(" ±")[0] + points_of(row, said, base)
    levels = (level(row.before, row, base), level(row.after, row, base))
    currency = row.figure.unit.removesuffix(" a year") if row.figure.measure == "cost" else ""
    label = f"{row.figure.label} ({currency})" if currency else row.figure.label
    whose = [titles[row.scenario]] if titles else []
    return (label, *whose, *levels, change, interval(row, base), judged(row, base))
