"""How much is needed, asked for by choosing from lists: targets, what may vary, and what it may cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway import words
from pathway.errors import PathwayError
from pathway.graph import Activity, readable
from pathway.web.editing import resource_title

if TYPE_CHECKING:
    from pathway.scenario import Scenario

MAY_VARY = ("resources", "calendars", "streams", "parameters", "attributes", "pathway")  # what a line may be about
SPARE = 2  # units more than there are, up to which something varies unless told otherwise


@dataclass(frozen=True)
class Goal:
    """A target as one chooses it: a share of a clock within some days, or how long nine in ten wait for a step."""

    kind: str  # clock or wait
    subject: str
    days: float
    percent: float = 90.0

    def written(self) -> str:
        """Write it as a scenario file has it.

        >>> Goal("clock", "ready", 31, 90).written(), Goal("wait", "ct", 14).written()
        ('{clock: ready, within: 31 days, share: 90 percent}', '{wait: ct, statistic: p90, at_most: 14 days}')
        """
        if self.kind == "wait":
            return f"{{wait: {self.subject}, statistic: p90, at_most: {self.days:g} days}}"
        return f"{{clock: {self.subject}, within: {self.days:g} days, share: {self.percent:g} percent}}"


def goals(scenario: Scenario) -> dict[tuple[str, str], str]:
    """Name everything a target can be about: clocks first, then the waits for each step."""
    clocks = {
        ("clock", name): words.text("web.goal_clock", name=each.title or readable(name))
        for name, each in scenario.clocks.items()
    }
    titles = {name: data["title"] for name, data in scenario.pathway.graph.nodes(data=True)}
    waits = {
        ("wait", name): words.text("web.goal_wait", name=titles[name])
        for name, state in sorted(scenario.pathway.states.items(), key=lambda pair: titles[pair[0]])
        if isinstance(state, Activity)
    }
    return clocks | waits


def limit_days(scenario: Scenario, kind: str, subject: str) -> float:
    """Give the days a target begins with: the clock's own limit, or a fortnight."""
    return scenario.clocks[subject].limit / 1440 if kind == "clock" else 14.0


def may_vary(scenario: Scenario) -> dict[str, str]:
    """Name the resources of which there may be more or fewer, in the order of titles."""
    return dict(
        sorted(((name, resource_title(scenario, name)) for name in scenario.resources), key=lambda each: each[1])
    )


def options(
    between: Mapping[str, tuple[int, int]], goals: Sequence[Goal], lines: str = "", target: str = ""
) -> list[str]:
    """Write what was chosen as options of `pathway size`; what was written by hand is added.

    >>> options({"ct": (1, 3)}, [Goal("wait", "ct", 14)], "resources.mri.calendar=days, nights")
    ... # doctest: +NORMALIZE_WHITESPACE
    ['--vary=resources.ct.capacity=1..3', '--vary=resources.mri.calendar=days, nights',
    '--target={wait: ct, statistic: p90, at_most: 14 days}']
    """
    vary = [f"resources.{name}.capacity={first}..{last}" for name, (first, last) in between.items()]
    vary += [_of_the_hospital(line.strip()) for line in lines.splitlines() if line.strip()]
    wanted = [each.written() for each in goals] + [line.strip() for line in target.splitlines() if line.strip()]
    return [*(f"--vary={each}" for each in vary), *(f"--target={each}" for each in wanted)]


def _of_the_hospital(line: str) -> str:
    """Refuse a path that leads to a file, as a hospital's `extends:` or `model:` may: it could be anybody's."""
    if line.split(".")[0].strip() not in MAY_VARY:
        raise PathwayError(words.text("web.size_path", names=", ".join(MAY_VARY)))
    return line


def within_budget(prices: Iterable[float], budget: float) -> list[str]:
    """Say of each price whether it is no more than the budget."""
    return [words.text("web.budget_yes" if price <= budget else "web.budget_no") for price in prices]
