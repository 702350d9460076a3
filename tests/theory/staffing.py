"""Sizing where the answer is known: how many servers M/M/c needs, by Erlang's formula, found by simulation.

Each case asks for the fewest servers with which a share of customers waits no longer than a limit.  Run as a
module, it sizes every case again and again with other seeds, and prints the table of docs/validation.md: how often the
choice was right, beside the probability that was promised.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, sqrt

from scipy.stats import beta

import pathway as pw
from pathway.experiment import Sizing
from tests.theory.formulas import erlang_c

SERVICE = 600  # minutes
PROMISED = 0.95
TOLERANCE = 0.02


@dataclass(frozen=True)
class Case:
    """A load in servers' worth of work, the limit in hours, and the share that is to wait no longer."""

    title: str
    load: float
    hours: float
    share: float

    def within(self, servers: int) -> float:
        """Give the share of customers who wait no longer than the limit (Kleinrock 1975, section 3.5)."""
        if servers <= self.load:
            return 0.0
        return 1 - erlang_c(servers, self.load) * exp(-(servers - self.load) * self.hours * 60 / SERVICE)

    @property
    def options(self) -> range:
        """The servers to choose from, from one too few to keep up on."""
        return range(int(self.load), int(self.load) + 2 + ceil(2.5 * sqrt(self.load)))

    @property
    def right(self) -> set[int]:
        """The right choices: the cheapest that meets the share by the tolerance, or a cheaper one within it."""
        surely = min(servers for servers in self.options if self.within(servers) >= self.share + TOLERANCE)
        return {surely} | {s for s in self.options if s < surely and self.within(s) > self.share - TOLERANCE}


CASES = (
    Case("1.5 servers' work, 80 % within 10 h", 1.5, 10, 0.80),
    Case("1.5 servers' work, hardest: asked just what three reach, less the tolerance", 1.5, 10, 0.9265),
    Case("5 servers' work, 90 % within 1 h", 5, 1, 0.90),
    Case("10 servers' work, 80 % at once", 10, 1 / 60, 0.80),
    Case("20 servers' work, 80 % at once", 20, 1 / 60, 0.80),
)


def sized(case: Case, seed: int, *, first: int = 10) -> Sizing:
    """Size a case with one seed."""
    scenario = pw.load_scenario("mmc").override(
        {
            "run": {"seed": seed, "length": "26 weeks", "warm_up": "4 weeks", "follow_up": "2 weeks"},
            "streams.arrivals.per_year": case.load * 365 * 1440 / SERVICE,
        },
        name="staffing",
    )
    target = {"clock": "wait", "within": f"{round(case.hours * 60)} min", "share": f"{100 * case.share:g} percent"}
    return pw.size(
        scenario,
        {"resources.server.capacity": case.options},
        [target],
        probability=PROMISED,
        tolerance=TOLERANCE,
        first=first,
        workers=1,
    )


def right_choices(case: Case, seeds: Sequence[int]) -> tuple[int, float]:
    """Give how often the choice was right, and the mean number of replications it took."""
    found = [sized(case, seed) for seed in seeds]
    names = {f"Server: {servers}" for servers in case.right}
    return sum(one.choice in names for one in found), sum(one.manifest["replications"] for one in found) / len(found)


def upper_limit(right: int, times: int) -> float:
    """Give the probability that the true share of right choices is below, with 95 % confidence (Clopper & Pearson)."""
    return 1.0 if right == times else float(beta.ppf(0.95, right + 1, times - right))


def table(times: int = 100) -> list[str]:
    """Give the table of docs/validation.md, a line a case."""
    lines = [
        "| case | right choices | promised | fewest servers by Erlang | replications |",
        "|---|---:|---:|---:|---:|",
    ]
    for case in CASES:
        right, replications = right_choices(case, range(1, times + 1))
        answers = " or ".join(str(servers) for servers in sorted(case.right))
        lines.append(f"| {case.title} | {right} of {times} | {PROMISED:.0%} | {answers} | {replications:.0f} |")
    return lines


if __name__ == "__main__":
    print("\n".join(table(*map(int, sys.argv[1:]))))  # noqa: T201
