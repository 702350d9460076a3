"""Distributions, needs and rules in words, as the page that shows a scenario prints them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from pathway import words
from pathway.clock import NEVER
from pathway.graph import Activity, AnyState, Delay, Draw, Failure, Fork, Need, describe_when
from pathway.report.numbers import MISSING, say_number, say_share
from pathway.sampling import Sampler
from pathway.scenario import Scenario

HOUR, DAY = 60, 1440
FEW_RULES = 3  # that still fit beside a step
_Z90 = 1.2815515655446004  # nine in ten of a normal distribution lie below this


def say_time(minutes: float) -> str:
    """Write a duration in the one unit that suits it.

    >>> say_time(45), say_time(200), say_time(600), say_time(9 * 1440), say_time(0)
    ('45 min', '200 min', '10 h', '9 d', '0 min')
    """
    unit = _unit(minutes)
    return "∞" if minutes >= NEVER else words.text(f"time.{unit}", n=_in_unit(minutes, unit))


def _unit(minutes: float) -> str:
    """Choose the unit: minutes up to a working day, so that what is compared reads alike."""
    return "min" if minutes < 8 * HOUR else "h" if minutes < 2 * DAY else "d"


def _in_unit(minutes: float, unit: str) -> str:
    return say_number(round(minutes) if unit == "min" else minutes / (HOUR if unit == "h" else DAY))


def spread(sampler: Sampler) -> tuple[float, float, float]:
    """Give a low, a typical and a high value: the limits and mode, or the 10th, 50th and 90th percentile.

    >>> from pathway.sampling import sampler_from
    >>> [round(value) for value in spread(sampler_from("lognormal", {"median": 17, "sigma": 0.25}))]
    [12, 17, 23]
    """
    p, shift = sampler.parameters, sampler.shift
    match sampler.kind:
        case "constant":
            return (p[0],) * 3
        case "uniform":
            low, typical, high = p[0], (p[0] + p[1]) / 2, p[1]
        case "triangular":
            low, typical, high = p
        case "lognormal":
            low, typical, high = (math.exp(p[0] + z * p[1]) for z in (-_Z90, 0.0, _Z90))
        case "exponential":
            low, typical, high = (-p[0] * math.log1p(-level) for level in (0.1, 0.5, 0.9))
        case "weibull":
            low, typical, high = (p[1] * (-math.log1p(-level)) ** (1 / p[0]) for level in (0.1, 0.5, 0.9))
        case _:
            low, typical, high = (_quantile(sampler, level) for level in (0.1, 0.5, 0.9))
    return low + shift, typical + shift, high + shift


def _quantile(sampler: Sampler, level: float) -> float:
    """Read a quantile from a table: the first value whose level reaches it."""
    pairs = zip(sampler.values, sampler.levels, strict=False)
    return next((value for value, reached in pairs if reached >= level), math.nan)


def say_sampler(sampler: Sampler) -> str:
    """Say how long something takes: one duration, or the range it mostly has, all in one unit.

    >>> from pathway.sampling import constant, sampler_from
    >>> say_sampler(constant(20)), say_sampler(sampler_from("triangular", {"min": 10, "mode": 15, "max": 25}))
    ('20 min', '10–25 min, typically 15')
    """
    low, typical, high = spread(sampler)
    if low == high or high >= NEVER:
        return say_time(typical)
    unit = _unit(high)
    one, middle, other = (_in_unit(value, unit) for value in (low, typical, high))
    return words.text("show.spread", low=one, high=words.text(f"time.{unit}", n=other), typical=middle)


@dataclass(frozen=True)
class Speaker:
    """Says what the records of one scenario mean, in its titles."""

    scenario: Scenario
    titles: Mapping[str, str] = field(default_factory=dict)  # of states

    def text(self, key: str, **values: object) -> str:
        """Give words in the language in force."""
        return words.text(key, **values)

    def resource(self, name: str) -> str:
        """Give the title of a resource."""
        known = self.scenario.resources.get(name)
        return known.title or name if known else name

    def draw(self, draw: Draw | None) -> str:
        """Say a duration that may depend on the patient."""
        if draw is None or not draw.rows:
            return MISSING
        parts = []
        for row in draw.rows:
            length = say_sampler(row.sampler)
            when = describe_when(row.when, self.scenario.pathway.attributes, states=self.scenario.pathway.states)
            parts.append(self.text("show.when_rows", when=when, duration=length) if row.when else length)
        return self.text("show.rows").join(parts)

    def duration(self, state: AnyState) -> str:
        """Say how long a state takes and, if it differs, how long it is booked for."""
        if isinstance(state, Delay) and state.until is not None:
            since = self.titles.get(state.until.state, state.until.state)
            said = self.text("show.until", duration=say_time(state.until.minutes), state=since)
            same = state.until.weekday_of
            return self.text("show.weekday_of", until=said, state=self.titles.get(same, same)) if same else said
        if not isinstance(state, Activity | Delay):
            return MISSING
        length = self.draw(state.duration)
        if isinstance(state, Activity) and state.planned and say_time(state.planned) != length:
            length = self.text("show.booked", duration=length, planned=say_time(state.planned))
        return length

    def needs(self, state: AnyState) -> str:
        """Say what an activity needs."""
        parts = [self._need(need) for need in getattr(state, "needs", ())]
        meeting = getattr(state, "meeting", None)
        if meeting is not None:
            parts += [self._units(name, units) for name, units in meeting.team]
        return words.clauses(parts) or MISSING

    def _need(self, need: Need) -> str:
        said = self.text("show.or").join(self._units(name, need.units) for name in need.any_of)
        if need.hold is not None:
            said = self.text("show.held", what=said, duration=self.draw(need.hold))
        if need.hold_until is not None:
            until = self.titles.get(need.hold_until, need.hold_until)
            said = self.text("show.held_until", what=said, state=until)
        return self.text("show.turnover", what=said, duration=say_time(need.turnover)) if need.turnover else said

    def _units(self, name: str, units: int) -> str:
        return self.resource(name) if units == 1 else self.text("show.units", n=units, what=self.resource(name))

    def rules(self, state: AnyState) -> str:
        """Say what governs waiting for an activity: notice, sessions, meeting, those who do not come or leave."""
        if not isinstance(state, Activity):
            return MISSING
        parts = [self.text("show.notice", duration=say_time(state.notice))] if state.notice else []
        if state.fits:
            parts.append(self.text("show.fits"))
        if state.meeting is not None:
            calendar = self.scenario.calendars.get(state.meeting.calendar)
            title = calendar.title if calendar and calendar.title else state.meeting.calendar
            deferred = say_share(state.meeting.deferral)
            parts.append(self.text("show.meeting", calendar=title, share=deferred))
        for failure, key in ((state.no_show, "show.no_show"), (state.cancelled, "show.cancelled")):
            parts += self._failure(failure, key)
        if state.leaves is not None:
            to = self.titles.get(state.leaves.to, state.leaves.to)
            parts.append(self.text("show.leaves", duration=self.draw(state.leaves.after), state=to))
        parts += [self.text("show.learning", n=row.uses, share=say_share(row.longer)) for row in state.learning]
        parts += [self.text("show.preempt")] if state.preempt else []
        if state.harm is not None:
            to = self.titles.get(state.harm.to, state.harm.to)
            parts.append(self.text("show.harm", share=say_share(state.harm.per_week), state=to))
        return words.clauses(parts) or MISSING

    def _failure(self, failure: Failure | None, key: str) -> list[str]:
        return [self.text(key, share=say_share(failure.share))] if failure is not None and failure.share else []

    def onward(self, state: AnyState) -> str:
        """Say where patients go from a state; of many rules, that they stand in a table of their own."""
        if isinstance(state, Fork):
            return "\n".join(self.titles.get(name, name) for name in state.branches)
        table = self.decision_table(state)
        if len(table) > FEW_RULES:
            return self.text("show.see_rules", n=len(table))
        if [when for when, _ in table] == [self.text("show.otherwise")]:
            return table[0][1]
        return "\n".join(self._rule(when, to) for when, to in table) or MISSING

    def _rule(self, when: str, to: str) -> str:
        if when == self.text("show.otherwise"):
            return self.text("show.rule_otherwise", to=to)
        return self.text("show.rule", when=when, to=to)

    def decision_table(self, state: AnyState) -> list[tuple[str, str]]:
        """Give the rules by which patients leave a state, each with its condition; the first that holds decides."""
        attributes, states = self.scenario.pathway.attributes, self.scenario.pathway.states
        lines = []
        for rule in getattr(state, "rules", ()):
            when = describe_when(rule.when, attributes, states=states) if rule.when else self.text("show.otherwise")
            ways = (self._way(name, share) for name, share in rule.to)
            lines.append((when, words.listed(ways)))
        return lines

    def _way(self, name: str, share: float) -> str:
        title = self.titles.get(name, name)
        return title if share == 1 else f"{title} {say_share(share)}"
