"""Write docs/sensitivity.md: which uncertain number of the default hospital matters most, for each of its targets.

``python -m docs.sensitivity`` runs everything (kept in a folder when one is named behind it, so that a second time
takes a minute or two).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pathway as pw
from docs.examples import in_lines
from pathway.experiment import Plausible, Screening, Tornado
from pathway.experiment.sized_words import say_amount
from pathway.sensitivity import plausible, screening, tornado

ROOT = Path(__file__).parent.parent
REPLICATIONS = 10  # of each number at its lowest and at its highest
TRAJECTORIES = 6
SETS = 40
ROWS = 4
HEAD = """\
# Which number matters

The default hospital has {n} numbers of which only plausible limits are known (`uncertain:` in `scenarios/base.yaml`);
{assumed} of them have no source but an assumption. One command moves them and says which targets depend on which:

```text
pathway sensitivity scenarios/base.yaml --replications {replications} --morris {trajectories} --sets {sets}
```

Its page has the tornado of each target as a chart. [sizing.md](sizing.md#which-number-matters) says what the command
does. This page is written by `python -m docs.sensitivity`; no figure in it is typed by hand. The hospital is an
example: the answers are those of this example, and of these limits.
"""


def page(store: Path | None) -> Iterator[str]:
    """Give the lines of the page."""
    base = pw.load_scenario(ROOT / "scenarios" / "base.yaml")
    how: dict[str, Any] = {"workers": 1, "store": store}
    one = tornado(base, replications=REPLICATIONS, **how)
    moved = screening(base, trajectories=TRAJECTORIES, **how)
    sets = plausible(base, sets=SETS, **how)
    figure = one.table["figure"].iloc[0]
    numbers = one.table[one.table["figure"] == figure]
    yield HEAD.format(
        n=len(numbers),
        assumed=int(numbers["is_assumed"].sum()),
        replications=REPLICATIONS,
        trajectories=TRAJECTORIES,
        sets=SETS,
    )
    yield "## The answer\n"
    yield from (f"- {sentence}" for sentence in one.sentences())
    yield ""
    yield from overall(one)
    yield "\n## One number at a time\n"
    yield in_lines(
        f"The {ROWS} numbers that move each target most; {REPLICATIONS} simulated years at each end, the "
        "same patients at both. The change is from the lowest value to the highest, ± half its 95 % "
        "interval; * marks numbers without a source."
    )
    yield from tornado_table(one)
    yield "\n## All numbers moved about\n"
    yield in_lines(
        f"Morris screening from {TRAJECTORIES} starting points, {moved.manifest['replications']} simulated "
        f"years at each of {TRAJECTORIES * (len(numbers) + 1)} points: mu* is the mean size of what a step "
        "across a number's whole range does, wherever the others stand, sigma how much that depends on "
        "them. With so few years a mu* of less than about the smallest ones of its target is chance; the "
        "order of the first is what to read."
    )
    yield from screening_table(moved)
    yield "\n## Plausible sets of inputs\n"
    yield in_lines(
        f"{SETS} whole sets drawn at once (Latin hypercube), {sets.manifest['replications']} simulated years "
        "of each: between what nine in ten sets lie, and how much of what a single year's figure varies by "
        "comes from not knowing the inputs (the rest is chance, which no evidence takes away). The last "
        "column is the number whose rank goes most with that of the figure (Spearman)."
    )
    yield from sets_table(sets)
    runs = 1024 * (len(numbers) + 2) * int(moved.manifest["replications"])
    yield f"\nSobol's indices are left out: 1,024 base points, the usual number, would take {runs:,} simulated years."


def overall(one: Tornado) -> Iterator[str]:
    """Say which number without a source moves most targets more than any other such number does."""
    first = []
    for _, rows in one.table.groupby("figure", sort=False):
        clear = rows[(rows["swing"].abs() > rows["swing_half"].fillna(0)) & rows["is_assumed"]]
        first += clear["title"].head(1).tolist()
    count = {title: first.count(title) for title in dict.fromkeys(first)}
    most = sorted(count.items(), key=lambda each: -each[1])
    yield "Of the numbers without a source, first for so many of the targets:\n"
    yield from (f"- {title}: {times} of {one.table['figure'].nunique()}" for title, times in most)


def tornado_table(one: Tornado) -> Iterator[str]:
    """Give the numbers that move each target most."""
    yield "| target | as it is | number | limits | at the lowest | at the highest | change |"
    yield "|---|---:|---|---|---:|---:|---:|"
    for figure, rows in one.table.groupby("figure", sort=False):
        for place, row in enumerate(rows.head(ROWS).itertuples()):
            scale = 100 if row.unit == "share" else 1
            head = f"{figure} | {say_amount(row.as_is, row.unit)}" if place == 0 else " | "
            change = f"{scale * row.swing:+.1f} ± {scale * row.swing_half:.1f}".replace("-", "−")
            ends = f"{say_amount(row.at_low, row.unit)} | {say_amount(row.at_high, row.unit)}"
            yield f"| {head} | {_name(row)} | {row.low} – {row.high} | {ends} | {change} |"


def screening_table(moved: Screening) -> Iterator[str]:
    """Give the numbers with the largest mu* of each target, and the smallest for comparison."""
    yield "| target | number | mu* | sigma |"
    yield "|---|---|---:|---:|"
    for figure, rows in moved.table.groupby("figure", sort=False):
        scale = 100 if rows["unit"].iloc[0] == "share" else 1
        for place, row in enumerate(rows.head(ROWS).itertuples()):
            said = f"{scale * row.mu_star:.1f} ± {scale * row.mu_star_half:.1f} | {scale * row.sigma:.1f}"
            yield f"| {figure if place == 0 else ''} | {_name(row)} | {said} |"
        yield f"| | the smallest | {scale * rows['mu_star'].min():.1f} | |"


def sets_table(sets: Plausible) -> Iterator[str]:
    """Give the spread of each target over the sets."""
    yield "| target | mean | nine in ten sets | from inputs | goes most with |"
    yield "|---|---:|---:|---:|---|"
    for row in sets.table.itertuples():
        low, high, mean = (say_amount(value, row.unit) for value in (row.low, row.high, row.mean))
        ranks = sets.ranks[sets.ranks["figure"] == row.figure]
        most = ranks.loc[ranks["rank_correlation"].abs().idxmax()]
        rank = f"{most['rank_correlation']:+.2f}".replace("-", "−")
        share = f"{100 * row.share_of_inputs:.0f} %"
        yield f"| {row.figure} | {mean} | {low} – {high} | {share} | {_name(most)} ({rank}) |"


def _name(row: Any) -> str:
    return f"{row.title}{' *' if row.is_assumed else ''}"


if __name__ == "__main__":
    kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (ROOT / "docs" / "sensitivity.md").write_text("\n".join(page(kept)) + "\n", encoding="utf-8")
