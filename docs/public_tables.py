"""Write the tables of docs/validation.md that set scenarios beside public figures, between their marks.

``python -m docs.public_tables STORE`` needs the public files (see `docs.public_figures`); what was simulated is kept in
the folder STORE.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import pathway as pw
from docs import public_figures
from pathway.experiment import Fit, Observed, Validation, validate
from pathway.experiment.validated import not_comparable, say_band, title_of
from pathway.interchange.observed_figures import read_observed
from pathway.load import load_check
from pathway.sizing import fit

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "validation.md"
SCENARIO = ROOT / "scenarios" / "population.yaml"
BASE = ROOT / "scenarios" / "base.yaml"
HEAD = "| | days | observed | 5th–95th percentile of providers | predicted | 95 % of periods | |"


def observed(*words: str) -> Observed:
    """Make an OBSERVED file of the public ones and read it."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{words[0]}.csv"
        public_figures.main([words[0], str(path), *words[1:]])
        return read_observed(path)


def england(found: Validation) -> Iterator[str]:
    """Set the shares of 24 months beside each other: within the limit, month by month, then by band."""
    yield HEAD
    yield "|---|---|---:|---:|---:|---:|---|"
    keys = ["subject", "low_day", "high_day", "is_long"]
    figures = found.figures.assign(is_long=found.figures["period"].str.contains("..", regex=False))
    for (subject, low, high, _), rows in figures.groupby(keys, sort=False, dropna=False):
        mean = rows[["observed", "spread_low", "spread_high", "predicted", "see_low", "see_high"]].mean()
        within = int(rows["verdict"].eq("within_spread").sum())
        several = f"{len(rows)} months, {within} within" if len(rows) > 1 else "within" if within else "**outside**"
        yield (
            f"| {title_of(found.scenario, 'clock', str(subject))} | {say_band(int(low), high)} "
            f"| {per_cent(mean['observed'])} | {per_cent(mean['spread_low'])}–{per_cent(mean['spread_high'])} "
            f"| {per_cent(mean['predicted'])} | {per_cent(mean['see_low'])}–{per_cent(mean['see_high'])} | {several} |"
        )


def scotland(found: Validation) -> Iterator[str]:
    """Set a board's lists beside the simulated ones, every month's end and, at one, in broad bands."""
    yield "| list | figure | observed | predicted | 95 % of periods | inside |"
    yield "|---|---|---:|---:|---:|---:|"
    rows = found.figures.assign(test=found.figures["subject"].map({v: k for k, v in public_figures.TESTS.items()}))
    chosen = rows[(rows["statistic"] == "count") | (rows["high_day"] == 42) & (rows["low_day"] == 0)]
    for (test, statistic), each in chosen.groupby(["test", "statistic"], sort=False):
        mean = each[["observed", "predicted", "see_low", "see_high"]].mean()
        say = per_cent if statistic == "share" else whole
        what = "waiting at most 42 days" if statistic == "share" else "waiting at the month's end"
        inside = int(each["verdict"].eq("inside").sum())
        yield (
            f"| {test} | {what}, mean of {len(each)} months | {say(mean['observed'])} | {say(mean['predicted'])} "
            f"| {say(mean['see_low'])}–{say(mean['see_high'])} | {inside} of {len(each)} |"
        )
    yield ""
    yield from broad(rows[(rows["period"] == public_figures.CENSUS[-1]) & (rows["statistic"] == "share")])


def broad(rows: pd.DataFrame) -> Iterator[str]:
    """Give the bands of one month's end, weeks taken together four at a time."""
    edges = ((0, 7), (8, 28), (29, 56), (57, 91), (92, 182), (183, 364), (365, None))
    yield (
        f"| list on {public_figures.CENSUS[-1]}, days | "
        + " | ".join(say_band(a, b or float("nan")) for a, b in edges)
        + " |"
    )
    yield "|---|" + "---:|" * len(edges)
    rows = rows[~((rows["low_day"] == 0) & (rows["high_day"] == 42))]
    for test, each in rows.groupby("test", sort=False):
        for column in ("observed", "predicted"):
            cells = []
            for low, high in edges:
                top = each["high_day"].fillna(10**6)
                inside = each[(each["low_day"] >= low) & (top <= (10**6 if high is None else high))]
                cells.append(per_cent(inside[column].sum()))
            yield f"| {test}, {column} | " + " | ".join(cells) + " |"


def answer(found: Validation) -> Iterator[str]:
    """Say what the command says."""
    yield from (f"> {title}: {verdict} ({why})  " for title, verdict, why in not_comparable(found))
    yield from (f"> {sentence}  " for sentence in found.sentences())


def fitted(found: Fit) -> Iterator[str]:
    """Say what was varied to what, and the distance of each clock."""
    yield "| bands of | before, days | fitted, days | by chance, days | 95 % by chance |"
    yield "|---|---:|---:|---:|---:|"
    for row in found.groups.itertuples():
        values = " | ".join(f"{value:.1f}" for value in (row.before, row.after, row.floor, row.floor_high))
        yield f"| {title_of(found.scenario, 'clock', row.subject)} | {values} |"
    yield ""
    yield from (f"> {sentence}  " for sentence in found.sentences())


def loads() -> Iterator[str]:
    """Say how much of what it has the population's service is asked for."""
    found = load_check(pw.load_scenario(SCENARIO)).resources.sort_values("load", ascending=False)
    rows = [f"{row.resource} {row.load:.1%}".replace("%", " %") for row in found.itertuples() if row.load > 0.6]
    yield "Load: " + ", ".join(rows) + "."


def per_cent(value: float) -> str:
    """Write a share.

    >>> per_cent(0.634)
    '63.4 %'
    """
    return f"{100 * value:.1f} %"


def whole(value: float) -> str:
    """Write a number of patients.

    >>> whole(1093.4)
    '1,093'
    """
    return f"{value:,.0f}"


def write(name: str, lines: Iterator[str]) -> None:
    """Replace what stands between the marks of a name."""
    text = PAGE.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- figures: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    made = "\n".join(line.rstrip() if line.startswith("|") else line for line in lines)
    PAGE.write_text(marks.sub(lambda found: found[1] + made + "\n" + found[2], text), encoding="utf-8")


def main(store: Path | None) -> None:
    """Simulate, compare and write every table."""
    population = pw.load_scenario(SCENARIO)
    how = {"workers": 1, "store": store}
    one = observed("provider")
    write("loads", loads())
    write("england", england(validate(population, observed("england"), **how)))  # type: ignore[arg-type]
    write("scotland", scotland(validate(population, observed("scotland"), **how)))  # type: ignore[arg-type]
    write("provider", answer(validate(population, one, **how)))  # type: ignore[arg-type]
    write("fit", fitted(fit(population, one, **how)))  # type: ignore[arg-type]
    write("base", answer(validate(pw.load_scenario(BASE), observed("england"), **how)))  # type: ignore[arg-type]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
