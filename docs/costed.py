"""Put the figures of docs/costs.md between its marks, by the commands that stand beside them.

``python -m docs.costed`` runs everything (kept in a folder when one is named behind it).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pathway as pw
from docs.examples import in_lines
from pathway.metrics import cost_curves

ROOT = Path(__file__).parent.parent
VOLUMES = (8, 17, 26, 40)
LEAST = 0.05  # patients a week by which a list grows that is told of
DAYS = {
    "s03_extra_colonoscopy_session": "one more session a week",
    "s03b_preassessment_calls": "calls, no-shows 5 to 3 %",
}
NANOKNIFE = {
    "base": "default hospital",
    "s04_nanoknife_demand_8": "8 wanted (S04)",
    "s04_nanoknife_demand_26": "26 wanted (S04)",
    "s04_nanoknife_demand_40": "40 wanted (S04)",
    "s04_nanoknife_monthly": "once a month (S04)",
    "s05_nanoknife_one_operator": "one operator is enough (S05)",
    "s05_nanoknife_new_programme": "first year of a programme, an upper bound (S05)",
}


def run(names: list[str], replications: int, store: Path | None) -> pw.Results:
    """Simulate scenarios by name."""
    loaded = [pw.load_scenario(ROOT / "scenarios" / f"{name}.yaml") for name in names]
    return pw.Experiment(loaded, replications=replications, workers=1, store=store).run()


def yearly(results: pw.Results) -> Any:
    """Give the change of a year's cost against the default hospital, by scenario."""
    changes = results.compare("base", measure="cost", subject="all", statistic="per_year", part="")
    return changes.set_index("scenario")


def a_year_and_a_case(store: Path | None) -> Iterator[str]:
    """Say what a year, a patient treated and a NanoKnife case cost."""
    results = run(["base"], 10, store)
    figures = results.intervals()
    year, treated = (_mean(figures, "all", statistic) for statistic in ("per_year", "per_treated"))
    yield in_lines(
        f"With these ten replications (seed 1) a year costs {year / 1e6:.1f} million GBP, {treated:,.0f} a patient "
        "who begins a first treatment. A NanoKnife case:"
    )
    yield "| cases a year | fixed in a case, bought | a case, bought | a case, hired at 4,000 a use |"
    yield "|---|---|---|---|"
    curves = cost_curves(figures, results.scenarios["base"], "nanoknife", VOLUMES).set_index(["way", "volume"])
    for volume in VOLUMES:
        bought, hired = curves.loc[("bought", volume)], curves.loc[("hired", volume)]
        yield f"| {volume} | {bought['fixed']:,.0f} | {bought['per_case']:,.0f} | {hired['per_case']:,.0f} |"


def a_day(store: Path | None) -> Iterator[str]:
    """Say what a day of waiting costs."""
    results = run(["base", *DAYS], 20, store)
    wait = results.cost_of_a_day("base", wait="colonoscopy").set_index("scenario")
    clock = results.cost_of_a_day("base", clock="faster_diagnosis").set_index("scenario")
    every = yearly(results)
    yield (
        "| against the default hospital | GBP a year more | days of wait for the first colonoscopy less, a year "
        "| GBP a day | days from referral to diagnosis less, a year | GBP a day |"
    )
    yield "|---|---|---|---|---|---|"
    for name, title in DAYS.items():
        cost = every.loc[name]
        span = f"{cost['difference']:,.0f} ({cost['low']:,.0f} to {cost['high']:,.0f})"
        cells = (f"{row['days_saved']:,.0f} | {_price(row)}" for row in (wait.loc[name], clock.loc[name]))
        yield f"| {title} | {span} | {' | '.join(cells)} |".replace("-", "−").replace("no−shows", "no-shows")


def _price(row: Any) -> str:
    return f"{row['per_day']:,.0f} ({row['low']:,.0f} to {row['high']:,.0f})" if row["defined"] else "not defined"


def nanoknife(store: Path | None) -> Iterator[str]:
    """Set NanoKnife's cost beside its volume and staffing."""
    results = run(list(NANOKNIFE), 10, store)
    figures = results.intervals()
    costs = yearly(results)
    yield "| scenario | cases a year | GBP a case | year's cost against the default | mean wait for NanoKnife, days |"
    yield "|---|---|---|---|---|"
    for name, title in NANOKNIFE.items():
        mine = figures[figures["scenario"] == name]
        case = _row(mine, "cost", "nanoknife", "per_case")
        wait = _row(mine, "wait", "nanoknife", "mean")
        change = ""
        if name in costs.index:
            row = costs.loc[name]
            change = f"{row['difference']:+,.0f} ({row['low']:,.0f} to {row['high']:,.0f})".replace("-", "−")
        growth = _row(mine, "waiting", "nanoknife", "growth_per_week")
        grows = " and growing" if growth["mean"] >= LEAST and growth["low"] > 0 else ""
        cases = _row(mine, "cost", "nanoknife", "cases_per_year")["mean"]
        span = f"{case['mean']:,.0f} ({case['low']:,.0f} to {case['high']:,.0f})"
        yield f"| {title} | {cases:.1f} | {span} | {change} | {wait['mean']:.1f}{grows} |"


def _row(figures: Any, measure: str, subject: str, statistic: str) -> Any:
    chosen = (figures["measure"] == measure) & (figures["subject"] == subject) & (figures["statistic"] == statistic)
    return figures[chosen & (figures["part"] == "")].iloc[0]


def _mean(figures: Any, subject: str, statistic: str) -> float:
    return float(_row(figures, "cost", subject, statistic)["mean"])


FILLED = {"a year and a case": a_year_and_a_case, "a day": a_day, "nanoknife": nanoknife}

if __name__ == "__main__":
    kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    path = ROOT / "docs" / "costs.md"
    text = path.read_text(encoding="utf-8")
    for mark, lines in FILLED.items():
        new = "\n".join(lines(kept)).replace("\\", r"\\")
        pattern = rf"(<!-- figures: {mark} -->\n).*?(<!-- end of figures -->)"
        text, times = re.subn(pattern, rf"\g<1>\n{new}\n\n\g<2>", text, flags=re.DOTALL)
        if times != 1:
            raise SystemExit(f"docs/costs.md has {times} places for the figures of {mark!r}")
    path.write_text(text, encoding="utf-8")
