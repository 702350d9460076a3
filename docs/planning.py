"""Write docs/planning.md: a backlog, a year of growth and how long capacity lasts, each answered by a command.

``python -m docs.planning`` runs everything (kept in a folder when one is named behind it, so that a second time
takes a minute).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import pathway as pw
from docs.examples import in_lines, table, watched
from pathway.experiment import Sizing
from pathway.experiment.sized_words import say_estimate
from pathway.report import told
from pathway.sizing import outlook

ROOT = Path(__file__).parent.parent
REPLICATIONS = 20
YEARS = 6
GROWTH = 0.2
FEW, MANY = 3, 40  # replications, to tell growth from noise
QUARTER = 91  # days
LEAST = 0.05  # patients a week by which a list grows that is told of
RAMP_UP = (
    "s05_nanoknife_ramp_up",
    "s05_nanoknife_ramp_up_practised",
    "s05_nanoknife_ramp_up_weekly",
    "s05_nanoknife_ramp_up_third",
)
WATCHED = (
    "throughput nanoknife per_year",
    "wait nanoknife mean",
    "wait nanoknife p90",
    "waiting nanoknife at_end",
    "attempts nanoknife overrun",
    "wait thermal_ablation p90",
    "cost nanoknife per_case",
)
HEAD = """\
# A planner's year

Three questions about a NanoKnife service that changes: a backlog, a first year, and growth. Each is answered by a
command, and this page is written by `python -m docs.planning`; no figure in it is typed by hand. The hospital is an
example and its numbers are assumptions where the scenario says so. How often a session must be is on
[nanoknife.md](nanoknife.md), what the commands do on [sizing.md](sizing.md).
"""


def page(store: Path | None) -> Iterator[str]:
    """Give the lines of the page."""
    yield HEAD
    yield from backlog(store)
    yield from ramp_up(store)
    yield from how_long(store)
    yield from noise(store)


# ---------------------------------------------------------------- a backlog, and what sustains it


def backlog(store: Path | None) -> Iterator[str]:
    """Clear a backlog by a date, then find what sustains it."""
    yield "## A backlog, and what sustains it\n"
    yield in_lines(
        "Another hospital hands its NanoKnife service over: some 25 of its patients come in December, and "
        "17 a year after that, besides the 19 or so of the default hospital. *What clears the list by the "
        "end of June*, so that at most three wait for NanoKnife and no more than three for ablation, which "
        "shares the sessions? More sessions until July, or a third radiologist, may be had."
    )
    clears = sized_by("backlog_nanoknife", store)
    yield from sizing_text("backlog_nanoknife", clears)
    yield ""
    yield in_lines(
        "*What sustains it* is another question: the same hospital with the 17 a year from the first "
        "simulated day on, so that what is found is the long run, without the 25, and with sessions that "
        "last."
    )
    sustains = sized_by("backlog_nanoknife_after", store)
    yield from sizing_text("backlog_nanoknife_after", sustains)
    yield "\nIn short:\n"
    yield f"- to clear it: {clears.choice or 'nothing tried does for sure'};"
    yield f"- to keep it clear: {sustains.choice or 'nothing tried does for sure'}."
    yield ""


def sized_by(name: str, store: Path | None) -> Sizing:
    """Size one of the planner's scenarios."""
    return pw.size(pw.load_scenario(ROOT / "scenarios" / f"{name}.yaml"), at_most=100, workers=1, store=store)


def sizing_text(name: str, sized: Sizing) -> Iterator[str]:
    """Give the answer of a sizing, as the command prints it."""
    yield f"```text\npathway size scenarios/{name}.yaml --at-most 100\n```\n"
    yield from (f"> {sentence}\n>" for sentence in sized.sentences())
    labels = list(dict.fromkeys(sized.targets["label"]))
    price = f"{sized.manifest['price_unit']} a year, rostered and owned"
    yield f"\n| configuration | verdict | {price} | replications | {' | '.join(labels)} |"
    yield f"|---|---|---:|---:|{'---:|' * len(labels)}"
    for row in sized.configurations.itertuples():
        reached = sized.targets[sized.targets["configuration"] == row.configuration].set_index("label")
        cells = " | ".join(say_estimate(reached.loc[label]) for label in labels)
        yield f"| {row.configuration} | {row.standing} | {row.price:,.0f} | {row.replications} | {cells} |"


# ---------------------------------------------------------------- a year of growth


def ramp_up(store: Path | None) -> Iterator[str]:
    """Let a new programme grow through its first year."""
    loaded = [pw.load_scenario(ROOT / "scenarios" / f"{name}.yaml") for name in RAMP_UP]
    results = pw.Experiment(loaded, replications=REPLICATIONS, workers=1, store=store).run()
    found = told(results)
    yield "## A ramp-up year\n"
    yield in_lines(
        "A new programme: no NanoKnife before January; then referrals at the rate of 12 a year, and of 18, "
        "24 and 36 in the quarters that follow (`exceptions:` of the stream, as `growth:` steps from "
        "calendar year to calendar year), and a session once in four weeks, from April once a fortnight, "
        "from July every week (`from:` and `to:` of a calendar's sessions). The first ten cases last 40 % "
        "longer (`learning:`). What of the waiting is owed to learning, what to sessions that come after "
        "the referrals, and what to the second operator?"
    )
    files = " ".join(f"scenarios/{name}.yaml" for name in RAMP_UP)
    yield f"```text\npathway compare {files}\n```\n"
    yield from (f"- {sentence}" for sentence in found.sentences)
    yield ""
    yield from table(watched(WATCHED, results, found))
    yield f"\nThrough the year, by quarter (means of {REPLICATIONS} years):\n"
    yield from quarters(results)
    yield ""


def quarters(results: pw.Results) -> Iterator[str]:
    """Tell by quarter how many come to the NanoKnife list, are treated, and wait at its end."""
    weeks = results.frames["activity_by_week"]
    weeks = weeks[weeks["subject"] == "nanoknife"]
    lists = results.frames["waiting_by_week"]
    lists = lists[lists["subject"] == "nanoknife"]
    yield "| | January–March | April–June | July–September | October–December |"
    yield "|---|---:|---:|---:|---:|"
    for name, scenario in results.scenarios.items():
        start = pd.Timestamp(scenario.run.start)
        mine = by_quarter(weeks[weeks["scenario"] == name], start).groupby("quarter")[["enqueued", "started"]].sum()
        mine /= REPLICATIONS
        waiting = by_quarter(lists[lists["scenario"] == name], start)
        last = waiting[waiting["week_start"] == waiting.groupby("quarter")["week_start"].transform("max")]
        at_end = last.groupby("quarter")["waiting"].mean()
        cells = (
            f"{mine.loc[q, 'enqueued']:.1f} come, {mine.loc[q, 'started']:.1f} begun, {at_end[q]:.1f} wait"
            for q in range(1, 5)
        )
        yield f"| {scenario.title} | {' | '.join(cells)} |"


def by_quarter(frame: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Keep the weeks of the reported year, and add the quarter that each begins in."""
    quarter = (pd.to_datetime(frame["week_start"]) - start).dt.days // QUARTER + 1
    return frame.assign(quarter=quarter)[quarter.between(1, 4)]


# ---------------------------------------------------------------- how long it lasts


def how_long(store: Path | None) -> Iterator[str]:
    """Find the week in which capacity stops sufficing while referrals grow."""
    grow = {"nanoknife_referrals": GROWTH}
    scenario = pw.load_scenario(ROOT / "scenarios" / "outlook_nanoknife.yaml")
    found = outlook(scenario, grow, years=YEARS, replications=REPLICATIONS, workers=1, store=store)
    yield f"## When capacity stops sufficing if NanoKnife grows {GROWTH:.0%} a year\n"
    yield in_lines(
        "The default hospital does not treat nine in ten within 31 days today, so the question is asked of "
        "one that does: two interventional sessions a week with lists that freeze five days ahead, and a "
        "third radiologist ([nanoknife.md](nanoknife.md#what-it-takes)). All its NanoKnife patients are "
        "referred for it, 19 a year today, so that what grows is NanoKnife and nothing else."
    )
    yield "```text"
    yield f"pathway outlook scenarios/outlook_nanoknife.yaml --grow nanoknife_referrals={GROWTH:.0%} --years {YEARS}"
    yield "```\n"
    yield from (f"> {sentence}\n>" for sentence in found.sentences())
    yield "\nShare within 31 days by year, and patients a week:\n"
    yield from by_year(found.weeks)
    yield ""


def by_year(weeks: pd.DataFrame) -> Iterator[str]:
    """Tell the share in time of each year looked at."""
    starts = pd.to_datetime(weeks["week_start"])
    weeks = weeks.assign(year=(starts - starts.min()).dt.days // 365 + 1)
    weeks = weeks[weeks["year"] <= YEARS]
    yield f"| | {' | '.join(f'year {year}' for year in range(1, YEARS + 1))} |"
    yield f"|---|{'---:|' * YEARS}"
    for label, rows in weeks.groupby("label", sort=False):
        sums = rows.groupby("year")[["known", "within"]].sum()
        count = rows.groupby("year").size()
        cells: list[Any] = [
            f"{sums.loc[y, 'within'] / sums.loc[y, 'known']:.0%} of {sums.loc[y, 'known'] / count[y]:.2f}"
            for y in sums.index
        ]
        yield f"| {label} | {' | '.join(cells)} |"


# ---------------------------------------------------------------- growth, or noise


def noise(store: Path | None) -> Iterator[str]:
    """Tell whether queues that grew in a few replications grow in many, and in a hospital that warms up for longer."""
    names = ("s05_nanoknife_learning", "base")
    scenario, base = (pw.load_scenario(ROOT / "scenarios" / f"{name}.yaml") for name in names)
    asked = ((scenario, FEW), (scenario, MANY), (base, REPLICATIONS))
    few, many, usual = (
        _growth(pw.Experiment([each], replications=n, workers=1, store=store).run().intervals()) for each, n in asked
    )
    shown = [name for name in many.index if many.loc[name, "mean"] >= LEAST]
    yield "## A queue that grows by a tenth of a patient a week: growth, or noise?\n"
    yield in_lines(
        f"`scenarios/s05_nanoknife_learning.yaml` warms up for half a year, so that its NanoKnife cases are the first "
        f"ones. With {FEW} replications three chemotherapy lists seemed to grow. Here are the lists that grow by "
        f"{LEAST:g} a week or more with {MANY} replications, and the same in the default hospital, which is the same "
        f"hospital but for the learning and ten years of warm-up ({REPLICATIONS} replications; 95 % intervals)."
    )
    yield f"```text\npathway run scenarios/s05_nanoknife_learning.yaml --replications {MANY}\n```\n"
    yield f"| list, patients more a week | {FEW} replications | {MANY} replications | default hospital |"
    yield "|---|---:|---:|---:|"
    for name in shown:
        title = scenario.pathway.states[name].title or name
        yield f"| {title} | {' | '.join(_span(each.loc[name]) for each in (few, many, usual))} |"
    sure, there = (sum(each.loc[name, "low"] > 0 for name in shown) for each in (many, usual))
    yield ""
    yield in_lines(
        f"Of these {len(shown)} lists {sure} surely grow with {MANY} replications: "
        + ("it is no noise. " if sure > len(shown) / 2 else "most of it is noise. ")
        + f"In the default hospital {there} of them do: "
        + (
            "what grows is not a NanoKnife queue but a hospital that is still filling after half a year, with "
            "patients on courses and in follow-up. Waits for NanoKnife can be read from this scenario, those for "
            "chemotherapy and follow-up not."
            if there < sure / 2
            else "the warm-up is not what explains it."
        )
    )


def _span(row: Any) -> str:
    return f"{row['mean']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})".replace("-", "−")


def _growth(figures: pd.DataFrame) -> pd.DataFrame:
    rows = figures[(figures["measure"] == "waiting") & (figures["statistic"] == "growth_per_week")]
    return rows.set_index("subject")[["mean", "low", "high"]]


if __name__ == "__main__":
    kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (ROOT / "docs" / "planning.md").write_text("\n".join(page(kept)) + "\n", encoding="utf-8")
