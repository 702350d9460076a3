"""How things stand: targets in words, where patients wait, what is full; and all that is known of one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway.clock import say_sessions
from pathway.plan import say_occasions
from pathway.report import tables
from pathway.report.bottleneck import BEFORE, ranked_waits, say_second
from pathway.report.numbers import MISSING, say, say_count, say_share, say_span
from pathway.report.saying import Speaker
from pathway.report.verdicts import verdicts

if TYPE_CHECKING:
    from pathway.plan import Occasions
    from pathway.report.material import Material

FULL = 0.85  # of its open hours in use: from here waits grow fast
LEAST = 4  # of what is used most that are shown, full or not
LONGEST = 5  # waits that are shown
BUSY = "busy:"  # causes of waiting: what was needed was there, and in use
Rows = list[dict[str, str]]


def targets(material: Material) -> Rows:
    """Say of each target whether it is met, with its sign and its result."""
    text = material.text
    return [
        {
            text("web.target"): each.target,
            text("web.verdict"): f"{each.symbol} {text(f'verdict.{each.verdict}')}",
            text("web.goal"): each.goal,
            text("web.result"): each.result if each.precision in ("", MISSING) else f"{each.result} ({each.precision})",
        }
        for each in verdicts(material)
    ]


def waits(material: Material) -> Rows:
    """List where patients wait longest."""
    text = material.text
    frame = tables.waits(material.intervals, material.states, {})
    return [
        {
            text("web.step"): row.label,
            text("web.typical"): say(row.median, "days"),
            text("web.nine_in_ten"): say(row.p90, "days"),
            text("web.patients"): say_count(row.count / material.years),
        }
        for row in frame[frame["p90"] > 0].head(LONGEST).itertuples()
    ]


def full(material: Material) -> Rows:
    """List what is used most, the fullest first, and say of each whether it is full."""
    text = material.text
    frame = tables.utilisation(material.intervals, material.resources, None)
    is_full = frame["utilisation"].round(2) >= FULL  # as it is shown
    most = frame[is_full | (frame.reset_index(drop=True).index < LEAST)]
    return [
        {
            text("web.resource"): row.label,
            text("web.in_use"): say_share(row.utilisation),
            text("web.is_full"): text("web.full_yes" if round(row.utilisation, 2) >= FULL else "web.full_no"),
        }
        for row in most.itertuples()
    ]


@dataclass(frozen=True)
class Bottleneck:
    """What most waiting is for that is not there because it is in use."""

    name: str  # of a resource, or ``meeting:`` and a calendar
    title: str
    days_a_year: float  # all patients wait for it, taken together


def bottlenecks(material: Material) -> list[Bottleneck]:
    """Say what patients wait for because somebody else has it, the most days first."""
    frame, years = material.frame("wait_causes"), material.years
    if frame.empty:
        return []
    busy = frame[frame["cause"].str.startswith(BUSY)]
    days = busy.groupby("cause")["days"].sum().sort_values(ascending=False, kind="stable")
    count = max(frame["replication"].nunique(), 1)
    found = []
    for cause, sum_of in days.items():
        name = str(cause).removeprefix(BUSY)
        found.append(Bottleneck(name, material.resources.get(name, name), float(sum_of) / count / years))
    return found


def headlines(material: Material) -> list[tuple[str, str, str]]:
    """Give the day's figures: what, how much, and a word more; targets, the longest wait, what is most waited for."""
    text, judged = material.text, verdicts(material)
    said = []
    if judged:
        met = sum(each.verdict == "met" for each in judged)
        missed = [each.target for each in judged if each.verdict in ("missed", "growing")]
        more = text("web.missed_are", names="; ".join(missed)) if missed else text("web.none_missed")
        said.append((text("web.targets_met"), text("web.so_many_of", n=met, all=len(judged)), more))
    longest = tables.waits(material.intervals, material.states, {}).head(1)
    for row in longest.itertuples():
        said.append((text("web.longest_wait"), say(row.p90, "days"), text("web.nine_wait_for", name=row.label)))
    for part, key in ((BEFORE, "web.bottleneck_before"), ("", "web.bottleneck")):
        ranked = ranked_waits(material, part)
        if ranked:
            days = text("web.days_waited", days=say_count(ranked[0].days / material.years))
            said.append((text(key), ranked[0].name, days + say_second(ranked, material)))
    return said


@dataclass(frozen=True)
class Step:
    """All that is known of one step of the pathway."""

    title: str
    lines: tuple[tuple[str, str], ...]
    resources: tuple[Mapping[str, str], ...]
    evidence: tuple[tuple[str, str], ...]


def step(material: Material, name: str, possible: Mapping[str, Occasions]) -> Step:
    """Say how long one waits for a step, what it needs and how full that is, and where its numbers come from."""
    scenario, text = material.scenario, material.text
    state = scenario.pathway.states[name]
    speaker = Speaker(scenario, material.states)
    lines = []
    for statistic, key in (("median", "web.typical"), ("p90", "web.nine_in_ten")):
        found = tables.pick(material.intervals, "wait", statistic)
        if name in found.index:
            row = found.loc[name]
            said = f"{say(row['mean'], 'days')} ({say_span(row['low'], row['high'], 'days')})"
            lines.append((text(key), said))
    asked = tables.pick(material.intervals, "wait", "count")["mean"]
    if name in asked.index:
        lines.append((text("web.patients"), say_count(asked[name] / material.years)))
    lines += [(text("web.takes"), speaker.duration(state)), (text("web.needs"), speaker.needs(state))]
    if name in possible:
        lines.append((text("web.possible"), say_occasions(possible[name])))
    lines += [(text("web.rules"), speaker.rules(state)), (text("web.onward"), speaker.onward(state))]
    known = [(label, said) for label, said in lines if said != MISSING]
    needed = [each for need in getattr(state, "needs", ()) for each in need.any_of]
    resources = _resources(material, needed)
    return Step(material.states[name], tuple(known), tuple(resources), tuple(evidence(material, name, needed)))


def _resources(material: Material, needed: Sequence[str]) -> Rows:
    """Say of each thing that is needed how full it is, and when it is open."""
    scenario, text = material.scenario, material.text
    used = tables.pick(material.intervals, "utilisation", "utilisation")["mean"]
    calendars = {name: scenario.calendars.get(scenario.resources[name].calendar) for name in needed}
    return [
        {
            text("web.resource"): material.resources.get(name, name),
            text("web.in_use"): say_share(used[name]) if name in used.index else MISSING,
            text("web.open"): say_sessions(calendar) if calendar else MISSING,
        }
        for name, calendar in calendars.items()
    ]


def evidence(material: Material, name: str, needed: Sequence[str]) -> list[tuple[str, str]]:
    """Give the sources of a step and of what it needs, each with what the evidence says."""
    scenario, found = material.scenario, {}
    places = [f"pathway.states.{name}", f"states.{name}", *(f"resources.{each}" for each in needed)]
    for path, source in scenario.sources.items():
        if any(path == each or path.startswith((f"{each}.", f"{each}[")) for each in places):
            for key in source.replace(",", " ").replace(":", " ").split():
                if key in scenario.evidence:
                    found[key] = scenario.evidence[key].says
            found.setdefault(source, "")
    return [(key, said) for key, said in found.items() if said or not set(key.split()) & found.keys()]
