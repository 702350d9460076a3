"""The bottleneck: what patients wait for most, over all care and before their first treatment."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pathway.graph import Activity, Need
from pathway.metrics import lead_clock
from pathway.metrics.usage import MEETING
from pathway.report import tables
from pathway.report.material import Material
from pathway.report.numbers import say_number, say_share
from pathway.scenario import Scenario

BEFORE = "before_treatment"
FEW_STOPS = 2  # steps that can be named in a line


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence, and the few words before it that say what it is about."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Waited:
    """Patient-days waited for something, how well they are known, and how many of them while it was in use."""

    name: str
    days: float
    low: float
    high: float
    busy: float = math.nan
    group: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """What was waited for most in one scenario and in another; empty where nobody waits.

    `where` is which waiting is meant, in words; `is_other` whether it is not the same thing, and `is_sure` whether
    in both it can be told from what comes first in the other.
    """

    where: str
    before: str
    after: str
    is_other: bool
    is_sure: bool


def moves(base: Material, other: Material) -> tuple[Move, ...]:
    """Say whether another scenario moves the bottleneck, before the first treatment and over all care."""
    text, found = base.text, []
    for part, where in ((BEFORE, text("plain.before_treatment")), ("", text("plain.all_care"))):
        one, two = ranked_waits(base, part), ranked_waits(other, part)
        if not one or not two:
            if one or two:
                before, after = (ranked[0].name if ranked else "" for ranked in (one, two))
                found.append(Move(where, before, after, is_other=True, is_sure=True))
            continue
        is_other = not set(one[0].group) & set(two[0].group)
        is_sure = _leads(one, two[0].group) and _leads(two, one[0].group)
        found.append(Move(where, one[0].name, two[0].name, is_other, is_sure))
    return tuple(found)


def _leads(ranked: list[Waited], group: tuple[str, ...]) -> bool:
    """Tell whether the first is surely waited for more than something else."""
    highest = max((each.high for each in ranked if set(each.group) & set(group)), default=0.0)
    return ranked[0].low > highest


def bottleneck(material: Material) -> str:
    """Name, in words, what patients wait most days for over all care; nothing if nobody waits."""
    return first_waited_for(material, "")


def first_waited_for(material: Material, part: str) -> str:
    """Name, in words, what patients wait most days for: over all care, or before their first treatment (`BEFORE`)."""
    ranked = ranked_waits(material, part)
    return ranked[0].name if ranked else ""


def most_waited_for(material: Material) -> str:
    """Name the resource (its id) for which patients wait most days over all care; nothing if nobody waits."""
    days = tables.pick(material.intervals, "waited_for", "patient_days", "")["mean"]
    return str(days.idxmax()) if len(days) and days.max() > 0 else ""


def bottlenecks(material: Material) -> tuple[Answer, ...]:
    """Say what patients wait for most before their first treatment, and over all care."""
    before, always = ranked_waits(material, BEFORE), ranked_waits(material, "")
    if not always:
        return (Answer("", material.text("first.no_bottleneck")),)
    overall = Answer(material.text("first.bottleneck_always"), _say(always, material))
    if not before:
        return (overall,)
    return Answer(_before_what(material), _say(before, material)), overall


def _before_what(material: Material) -> str:
    """Say what the leading clock runs up to: where only a step or two stop it, these, else the first treatment."""
    lead = lead_clock(material.scenario)
    if lead is None or len(lead.stop) > FEW_STOPS:
        return material.text("first.bottleneck_before")
    states = material.text("show.or").join(material.states.get(name, name) for name in lead.stop)
    return material.text("first.bottleneck_before_state", states=states)


def say_second(ranked: list[Waited], material: Material) -> str:
    """Name the second of several: next to the first, or not to be told from it where the intervals overlap."""
    if len(ranked) < 2:  # noqa: PLR2004 - there is no second
        return ""
    key = "first.bottleneck_equal" if ranked[1].high >= ranked[0].low else "first.bottleneck_second"
    return material.text(key, name=ranked[1].name, days=say_number(ranked[1].days))


def _say(ranked: list[Waited], material: Material) -> str:
    """Name the first of several, and the second."""
    first, second = ranked[0], say_second(ranked, material)
    share = say_share(first.days / sum(each.days for each in ranked))
    said = {"name": first.name, "days": say_number(first.days), "share": share, "second": second}
    if math.isnan(first.busy):
        return material.text("first.bottleneck_plain", **said)
    return material.text("first.bottleneck", busy=say_share(first.busy / first.days), **said)


def ranked_waits(material: Material, part: str) -> list[Waited]:
    """List what was waited for, that with most patient-days first; what is always needed together as one."""
    days = tables.pick(material.intervals, "waited_for", "patient_days", part)
    busy = tables.pick(material.intervals, "waited_for", "patient_days", "busy")["mean"]
    whole = not part  # of how long a part of it was in use is not known
    found = []
    for group in needed_together(material.scenario):
        rows = days.reindex([name for name in group if name in days.index])
        if not rows["mean"].sum() > 0:
            continue
        title = _title(group, rows["mean"].to_dict(), material)
        low, high = rows["low"].sum(skipna=False), rows["high"].sum(skipna=False)
        used = busy.reindex(rows.index).sum() if whole else math.nan
        found.append(Waited(title, rows["mean"].sum(), low, high, used, group))
    return sorted(found, key=lambda each: -each.days)


def _title(group: tuple[str, ...], days: Mapping[str, float], material: Material) -> str:
    """Name those of a group that are short, rooms and equipment before the people who work there."""
    known = material.scenario.resources
    named = sorted(_scarce(group, days, material.scenario) or group)
    named.sort(key=lambda name: name in known and known[name].kind == "staff")
    return material.text("first.together").join(material.resources.get(name, name) for name in named)


def together(material: Material) -> dict[str, str]:
    """Give each resource the title of all that are short together with it."""
    days = tables.pick(material.intervals, "waited_for", "patient_days", "")["mean"].to_dict()
    groups = needed_together(material.scenario)
    return {name: _title(group, days, material) for group in groups for name in group}


def needed_together(scenario: Scenario) -> list[tuple[str, ...]]:
    """Group the resources that every activity needs together or not at all.

    Of several that are short together the log can name only one, the first by name; waiting for it
    is waiting for all of them.  One that has alternatives stands alone.

    Examples
    --------
    >>> import pathway as pw
    >>> needed_together(pw.load_scenario("mmc"))
    [('server',)]
    """
    used: dict[str, set[str]] = {name: set() for name in scenario.resources}
    alone: set[str] = set()
    for name, state in scenario.pathway.states.items():
        if not isinstance(state, Activity):
            continue
        if state.meeting is not None:
            used.setdefault(MEETING + state.meeting.calendar, set()).add(name)
        for need in state.needs:
            for each in need.any_of:
                used.setdefault(each, set()).add(name)
            alone.update(need.any_of if len(need.any_of) > 1 else ())
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, where in used.items():
        key = (name,) if name in alone or not where else ("", *sorted(where))
        groups.setdefault(key, []).append(name)
    return [tuple(group) for group in groups.values()]


def _scarce(group: tuple[str, ...], days: Mapping[str, float], scenario: Scenario) -> list[str]:
    """Choose of resources needed together those that were short, and those there are no more of."""
    short = [name for name in group if days.get(name, 0.0) > 0]
    level = {name: _supply(name, scenario) for name in group if name in scenario.resources}
    as_few = {level[name] for name in short if name in level}
    return [name for name in group if name in short or level.get(name) in as_few]


def _supply(name: str, scenario: Scenario) -> tuple[object, ...]:
    """Say how much there is of a resource: for how many patients at once, and when."""
    resource = scenario.resources[name]
    units = max((need.units for need in _needs(scenario) if name in need.any_of), default=1)
    return resource.capacity // units, resource.calendar, resource.leave


def _needs(scenario: Scenario) -> list[Need]:
    return [need for state in scenario.pathway.states.values() for need in getattr(state, "needs", ())]
