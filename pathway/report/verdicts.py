"""The first page in plain words: which targets are met, and what never settles."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway import words
from pathway.clock import MINUTES_PER_DAY
from pathway.experiment.long_run import GROWTH, clock_through
from pathway.metrics import FEW, target_subjects
from pathway.report import tables
from pathway.report.numbers import MISSING, say, say_count, say_date, say_number, say_share, say_span

if TYPE_CHECKING:
    import pandas as pd

    from pathway.report.material import Material
    from pathway.scenario import Scenario, Target

SHOWN = 5  # growing queues that are named
LEAST_YEARS = 4  # simulated years that may speak for themselves by all saying the same
SYMBOLS = {
    "met": "✔",
    "probably_met": "?",
    "uncertain": "?",
    "probably_missed": "?",
    "missed": "✘",
    "growing": "▲",
    "unknown": "–",
    "none": "–",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one target: in numbers for a chart, in words for a table."""

    target: str
    goal: str
    result: str
    precision: str
    one_year: str
    verdict: str  # one of SYMBOLS
    chance: str  # in how many of the simulated years the target was met
    note: str
    target_record: Target
    value: float
    low: float
    high: float
    see_low: float
    see_high: float
    aim: float

    @property
    def symbol(self) -> str:
        """The sign that stands beside the word."""
        return SYMBOLS[self.verdict]


@dataclass(frozen=True, slots=True)
class Years:
    """In how many of all simulated years a target was met."""

    met: int
    all: int


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Something that never settles, with the words why."""

    name: str
    why: str


def judge(low: float, high: float, goal: float, *, at_least: bool) -> str:
    """Say whether an interval lies on the right side of a goal, the wrong side, or across it.

    Without an interval, as after a single year, it is "unknown", without a goal "none".

    >>> judge(0.86, 0.9, 0.85, at_least=True), judge(0.8, 0.84, 0.85, at_least=True)
    ('met', 'missed')
    >>> judge(0.8, 0.9, 0.85, at_least=False), judge(float("nan"), 1.0, 0.85, at_least=True)
    ('uncertain', 'unknown')
    """
    if math.isnan(goal):
        return "none"
    if math.isnan(low) or math.isnan(high):
        return "unknown"
    if (low >= goal) if at_least else (high <= goal):
        return "met"
    if (high < goal) if at_least else (low > goal):
        return "missed"
    return "uncertain"


def lean(verdict: str, off: float, half: float, years: Years) -> str:
    """Say which way an uncertain verdict leans, if one may say "probably".

    It does when no simulated year met the goal, or every year did, and there are at least four; or
    when the long-run average is on one side of the goal by more than half of its precision, which
    leaves a chance of one in six at most that the truth is on the other side.

    Parameters
    ----------
    verdict
        As `judge` gives it; only "uncertain" can lean.
    off
        How far the average is on the good side of the goal, negative on the bad side.
    half
        Half the length of the precision.
    years
        In how many of the simulated years the goal was met.

    Examples
    --------
    >>> lean("uncertain", -0.20, 0.28, Years(0, 4)), lean("uncertain", -0.01, 0.28, Years(2, 4))
    ('probably_missed', 'uncertain')
    >>> lean("uncertain", 0.01, 0.28, Years(4, 4)), lean("missed", -0.20, 0.1, Years(1, 4))
    ('probably_met', 'missed')
    """
    if verdict != "uncertain":
        return verdict
    if years.all >= LEAST_YEARS and years.met in (0, years.all):
        return "probably_met" if years.met else "probably_missed"
    if abs(off) > half / 2:
        return "probably_met" if off > 0 else "probably_missed"
    return verdict


def verdicts(material: Material) -> list[Verdict]:
    """Judge every target of a scenario, in the order of its file."""
    values = tables.pick(material.intervals, "target", "value")
    met = tables.pick(material.intervals, "target", "met")
    cases = tables.pick(material.intervals, "target", "decided")["mean"] / material.years
    found = []
    for subject, target in zip(target_subjects(material.scenario), material.scenario.targets, strict=True):
        if subject not in values.index:
            continue
        years = Years(0, 0)
        if subject in met.index and met.loc[subject, "n"]:
            share, n = met.loc[subject, ["mean", "n"]]
            years = Years(round(share * n), int(n))
        found.append(_verdict(target, values.loc[subject], years, float(cases.get(subject, math.nan)), material))
    return found


def _verdict(target: Target, row: pd.Series, years: Years, cases: float, material: Material) -> Verdict:
    goal, unit = _goal(target, material.scenario), target.unit
    at_least = target.kind == "clock"
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    if math.isinf(mean):  # too few have started at all to say how long it takes
        low = high = mean
    off = mean - goal if at_least else goal - mean
    see_low, see_high = max(float(row["see_low"]), 0.0), float(row["see_high"])
    verdict = lean(judge(low, high, goal, at_least=at_least), off, (high - low) / 2, years)
    result, precision, one_year = say(mean, unit), say_span(low, high, unit), say_span(see_low, see_high, unit)
    if target.kind == "wait" and target.subject in material.growing:
        result, precision, one_year = material.say_growth(target.subject), MISSING, MISSING
        verdict = verdict if verdict in ("missed", "none") else "growing"
    return Verdict(
        target=say_target(target, material),
        goal=material.text("first.at_least" if at_least else "first.at_most", goal=say(goal, unit)),
        result=result,
        precision=precision,
        one_year=one_year,
        verdict=verdict,
        chance=material.text("first.years_met", met=years.met, n=years.all) if years.all else MISSING,
        note=" ".join(_notes(target, cases, mean, material)),
        target_record=target,
        value=mean,
        low=low,
        high=high,
        see_low=see_low,
        see_high=min(see_high, 1.0) if unit == "share" else see_high,
        aim=goal,
    )


def _notes(target: Target, cases: float, mean: float, material: Material) -> Iterator[str]:
    """Say what is behind a result: few patients, or a queue that never settles."""
    if cases < FEW:
        yield _small_note(cases, mean, material)
    if target.kind == "wait" and target.subject in material.growing:
        yield material.text("grows.this_period", result=say(mean, "days"))
    if target.kind == "clock":
        clock = material.scenario.clocks[target.subject]
        if through := clock_through(material.scenario, clock, material.growing, target.to or ""):
            yield material.text("grows.through", names=material.say_growing(through))


def _small_note(cases: float, share: float, material: Material) -> str:
    """Say what a share of few patients means: how many breaches a year."""
    return material.text("first.small", cases=say_count(cases), breaches=say_count(cases * (1 - share)))


def _goal(target: Target, scenario: Scenario) -> float:
    if target.kind == "clock":
        share = target.share if target.share is not None else scenario.clocks[target.subject].share
        return math.nan if share is None else share
    if target.at_most is None:
        return math.nan
    return target.at_most / MINUTES_PER_DAY if target.kind == "wait" else float(target.at_most)


def say_target(target: Target, material: Material) -> str:
    """Name a target as the report does: by its title, or by what it asks for."""
    name = target.subject
    if target.title:
        return target.title
    if target.kind == "utilisation":
        return material.text("first.target_utilisation", name=material.resources.get(name, name))
    if target.kind == "waiting":
        day = say_date(target.by) if target.by else ""
        return material.text("first.target_waiting", name=material.states.get(name, name), day=day)
    if target.kind == "wait":
        statistic = material.text(f"statistic.{target.statistic or 'p90'}")
        return material.text("first.target_wait", name=material.states.get(name, name), statistic=statistic)
    minutes = target.within if target.within is not None else material.scenario.clocks[name].limit
    to = material.text("first.target_to", state=material.states.get(target.to, target.to)) if target.to else ""
    days = say_number(minutes / MINUTES_PER_DAY)
    title = material.clocks.get(name, name)
    key = "first.target_named" if re.search(rf"(?<![\d.\w]){days}(?!\d|[a-zA-Z.])", title) else "first.target_clock"
    return material.text(key, name=title, to=to, **({} if key == "first.target_named" else {"days": days}))


def count_sentence(found: list[Verdict]) -> str:
    """Say in one sentence how many targets are met.

    >>> count_sentence([])
    'This scenario sets no targets.'
    """
    if not found:
        return words.text("first.no_targets")
    numbers = {key: sum(each.verdict == key for each in found) for key in SYMBOLS}
    judged = any(each.verdict not in ("unknown", "none") for each in found)
    said = {key: number for key, number in numbers.items() if number or (key == "met" and judged)}
    parts = [words.text(f"first.count_{key}", n=number) for key, number in said.items()]
    return words.text("first.counts", n=len(found), parts=words.listed(parts))


def never_settles(material: Material) -> list[Unsettled]:
    """List what never settles: resources asked for more than they have, and queues that keep growing."""
    found = []
    for row in material.loads.resources.itertuples() if material.loads is not None else ():
        name = str(row.resource)
        for share, key in ((row.load, "first.over_minutes"), (row.whole_case_load, "first.over_cases")):
            if share >= 1:
                found.append(Unsettled(material.resources.get(name, name), material.text(key, share=say_share(share))))
                break
    growing = tables.pick(material.intervals, "waiting", "growth_per_week").sort_values("mean", ascending=False)
    growing = growing[(growing["low"] > 0) & (growing["mean"] >= GROWTH)]
    if len(growing):
        named = tables.named(growing.index, material.states)
        said = [
            material.text(
                "first.growing_queue", name=name, **{key: say_number(row[key]) for key in ("mean", "low", "high")}
            )
            for name, (_, row) in zip(named[:SHOWN], growing.iterrows(), strict=False)
        ]
        more = material.text("first.and_more", n=len(growing) - SHOWN) if len(growing) > SHOWN else ""
        found.append(Unsettled(material.text("first.growing"), words.clauses(said) + more))
    return found
