"""What a part of the benchmark comes to: tables in Markdown, and what was asked beside what was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

from scipy.stats import t as student


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that is asked for: at least so much, or at most."""

    what: str
    found: float
    asked: float
    unit: str = "×"
    at_most: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether what was found is what was asked, or better."""
        return self.found <= self.asked if self.at_most else self.found >= self.asked

    @property
    def verdict(self) -> str:
        """Say whether it is reached, and if not by how much.

        >>> Target("ours against SimPy", found=44.0, asked=40.0).verdict
        'reached'
        >>> Target("ours against the loop in C", found=0.4, asked=0.5).verdict
        '**not reached**: 20 % too little'
        >>> Target("bytes a visit", found=50, asked=40, unit="bytes", at_most=True).verdict
        '**not reached**: 25 % too much'
        """
        if self.is_reached:
            return "reached"
        off = abs(self.found / self.asked - 1)
        return f"**not reached**: {off:.0%} too {'much' if self.at_most else 'little'}".replace("%", " %")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the results: its title, its paragraphs and tables, and the figures that were asked for."""

    title: str
    body: tuple[str, ...]
    targets: tuple[Target, ...] = ()

    @property
    def text(self) -> str:
        """The part in Markdown."""
        return "\n\n".join([f"## {self.title}", *self.body])


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a Markdown table; all columns but the first hold numbers.

    >>> print(table(["tool", "visits"], [["SimPy", "12"]]))
    | tool | visits |
    |---|---:|
    | SimPy | 12 |
    """
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    drawn = ["| " + " | ".join(line) + " |" for line in lines]
    drawn[1] = drawn[1].replace(" ", "")
    return "\n".join(drawn)


def of_targets(targets: Iterable[Target]) -> str:
    """Set what was asked and what was found side by side."""
    rows = [
        [target.what, f"{'≤' if target.at_most else '≥'} {number(target.asked, target.unit)}",
         number(target.found, target.unit), target.verdict]
        for target in targets
    ]  # fmt: skip
    return table(["figure", "asked", "found", "verdict"], rows)


def number(value: float, unit: str) -> str:
    """Say a figure with its unit.

    >>> number(44.2, "×"), number(0.953, "%"), number(39.0, "bytes")
    ('44.20 ×', '95 %', '39 bytes')
    """
    if unit == "%":
        return f"{value * 100:.0f} %"
    return f"{value:.2f} {unit}" if unit in ("×", "s") else f"{value:,.0f} {unit}"


def interval(values: Sequence[float]) -> str:
    """Say a mean with the half width of its 95 % t-interval.

    >>> interval([1.0, 2.0, 3.0])
    '2.000 ± 2.484'
    """
    if len(values) < 2:
        return f"{mean(values):.3f}"
    half = float(student.ppf(0.975, len(values) - 1)) * stdev(values) / len(values) ** 0.5
    return f"{mean(values):.3f} ± {half:.3f}"
