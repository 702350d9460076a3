"""The figures of the real log in docs/validation.md: `python -m docs.calibration [DATA]` writes them anew."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from pathway.interchange.calibration import calibrate, read_log
from pathway.report.calibration import label_of

PAGE = Path(__file__).parent / "validation.md"
DATA = Path(__file__).parent.parent / "../shared/data"
FINAL = ("Release A", "Release B", "Release C", "Release D", "Release E", "Return ER")
LABS = {"Laboratory": ("Leucocytes", "CRP", "LacticAcid")}
SHOWN = ("length", "events", "count", "reached")


def table(data: Path) -> str:
    """Calibrate on the real log, as it is and with laboratory panels as one step, and say the distances."""
    log = read_log(data / "sepsis_event_log.csv.gz", duplicates="keep")
    lines: list[str] = []
    for title, merge in (("as it is", {}), ("laboratory panels as one step", LABS)):
        found = calibrate(log, final=FINAL, merge=merge)
        assert found.distances is not None
        n, v = found.counts, found.variants
        apart = int(found.distances["told_apart"].sum())
        lines += [
            f"**{title.capitalize()}**: {n['cases']:,} cases, {n['visits']:,} visits to {n['activities']} activities; "
            f"{n['fitted']} cases fitted, {n['held_out']} held out, {n['censored']} of the fitted end with nothing "
            f"recorded. {apart} of {len(found.distances)} distances are larger than chance makes. Variants: "
            f"{v['moved']:.3f} of the steps of a case to be moved, {v['moved_chance']:.3f} by chance; shares differ "
            f"by {v['total_variation']:.3f}, {v['total_variation_chance']:.3f} by chance.",
            "",
            "| | unit | mean held out | mean simulated | distance | by chance (95 %) |",
            "|---|---|---:|---:|---:|---:|",
        ]
        for one in found.distances[found.distances["what"].isin(SHOWN)].itertuples():
            mark = " *" if one.told_apart else ""
            lines.append(
                f"| {label_of(str(one.what), str(one.subject))} | {one.unit} | {one.mean_observed:.3g} | "
                f"{one.mean_simulated:.3g} | "
                f"{one.distance:.3g}{mark} | {one.chance:.3g} ({one.chance_high:.3g}) |"
            )
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    """Write the figures between their marks."""
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    text = PAGE.read_text(encoding="utf-8")
    begin, end = "<!-- figures: calibration -->", "<!-- /figures: calibration -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    written = f"{begin}\n{table(data)}{end}"
    PAGE.write_text(pattern.sub(lambda _: written, text), encoding="utf-8")


if __name__ == "__main__":
    main()
