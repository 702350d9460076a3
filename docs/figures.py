"""Print the tables of docs/validation.md that come from runs of the example hospital.

Run ``pathway run scenarios/base.yaml`` and ``pathway run scenarios/injected.yaml`` first, then
``python -m docs.figures``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pathway as pw
from pathway.experiment.intervals import apart
from pathway.load import derived_volumes, load_check

REPORTS = Path(__file__).parent.parent / "reports"
YEARS = 40  # of arrivals behind the derived volumes
WAITS = (
    "colonoscopy", "ct_staging", "mri_liver", "pet_ct", "liver_mdt", "hepatectomy_minor", "thermal_ablation",
    "nanoknife", "chemo_adjuvant",
)  # fmt: skip


def volumes(results: Any) -> Iterator[str]:
    """Set volumes derived from the rules, simulated and quoted by the evidence side by side."""
    scenario = next(iter(results.scenarios.values()))
    derived = derived_volumes(load_check(scenario, years=YEARS), scenario.volumes).set_index("volume")
    simulated = _figures(results, "volume", "per_year")
    yield "| volume, a year | derived | simulated | agree | evidence |"
    yield "|---|---|---|---|---|"
    for name, volume in scenario.volumes.items():
        on_paper, found = derived.loc[name], simulated.loc[name]
        halves = [(row["high"] - row["low"]) / 2 for row in (found, on_paper)]
        difference, half = apart(found["mean"], halves[0], on_paper["per_year"], halves[1])
        yield (
            f"| {volume.title or name} | {_span(on_paper['per_year'], on_paper)} | {_span(found['mean'], found)} "
            f"| {'yes' if abs(difference) <= half else 'no'} | {volume.per_year:g} |"
        )


def injected(base: Any, short: Any) -> Iterator[str]:
    """Set the endogenous ten-year warm-up beside steady-state arrivals."""
    yield "| figure | base (ten years of warm-up) | injected (two years of warm-up) | intervals meet |"
    yield "|---|---|---|---|"
    rows = [("volume", "per_year", name, f"{name}, a year") for name in _figures(base, "volume", "per_year").index]
    rows += [("wait", "p90", name, f"P90 wait for {name}, days") for name in WAITS]
    for measure, statistic, subject, title in rows:
        one, other = (_figures(each, measure, statistic) for each in (base, short))
        if subject in other.index:
            a, b = one.loc[subject], other.loc[subject]
            meet = a["low"] <= b["high"] and b["low"] <= a["high"]
            yield f"| {title} | {_span(a['mean'], a)} | {_span(b['mean'], b)} | {'yes' if meet else 'no'} |"


def _figures(results: Any, measure: str, statistic: str) -> Any:
    table = results.intervals()
    chosen = table[(table["measure"] == measure) & (table["statistic"] == statistic) & (table["part"] == "")]
    return chosen.set_index("subject")


def _span(value: float, row: Any) -> str:
    digits = 0 if value >= 100 else 1
    return f"{value:,.{digits}f} ({row['low']:,.{digits}f}–{row['high']:,.{digits}f})"


if __name__ == "__main__":
    base = pw.load_results(REPORTS / "base")
    print("\n".join(volumes(base)), end="\n\n")
    print("\n".join(injected(base, pw.load_results(REPORTS / "injected"))))
