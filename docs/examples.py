"""Write docs/examples.md: questions of a department manager, each answered by one command, with the figures obtained.

``python -m docs.examples`` runs every question (20 replications each; kept in a folder when one is named behind it, so
that a second time takes seconds).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import pathway as pw
from pathway.report import told
from pathway.report.blocks import Table

ROOT = Path(__file__).parent.parent
REPLICATIONS = 20
ROWS = 10
WIDE = 120  # letters to a line
HEAD = """\
# Five questions, a command each

What a department manager asks, and what `pathway compare` answers for the default hospital
(`scenarios/base.yaml`). Every section is one command and {n} simulated years of each scenario (as base.yaml
says): the answer with the intervals of the differences (95 %), what the command says of each scenario, the ten
figures that changed most, and what pairs were worth. The report it writes has the rest: the options on one page,
who loses, clocks over each other, waiting lists. [experiments.md](experiments.md#comparing) says how to read the
numbers.

The hospital is an example and its numbers are assumptions where the scenario says so; the answers are those of this
example. This page is written by `python -m docs.examples`; no figure in it is typed by hand.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the evidence's section 8, and the scenarios that answer it."""

    key: str
    question: str
    scenarios: tuple[str, ...]
    answer: str  # with figures filled in: {scenario measure subject statistic}


QUESTIONS = (
    Question(
        "S1",
        "Is the weekly liver MDT the bottleneck?",
        ("s01_mdt_twice_weekly", "s01_protocolised"),
        "The average wait for the liver MDT goes, with two meetings of 45 minutes, {s01_mdt_twice_weekly wait "
        "liver_mdt mean}; with a fifth of new cases decided by protocol, {s01_protocolised wait liver_mdt mean}. "
        "The average time from referral to MDT goes {s01_mdt_twice_weekly clock referral_to_mdt mean} and "
        "{s01_protocolised clock referral_to_mdt mean}, that to first treatment {s01_mdt_twice_weekly clock "
        "referral_to_treatment mean} and {s01_protocolised clock referral_to_treatment mean}. The share treated "
        "within 62 days goes {s01_mdt_twice_weekly clock referral_to_treatment share_within} and "
        "{s01_protocolised clock referral_to_treatment share_within}. The coordinator's hours, one of those who "
        "must be at every meeting, go {s01_mdt_twice_weekly utilisation mdt_coordinator held_hours} and "
        "{s01_protocolised utilisation mdt_coordinator held_hours} a year. Where the bottleneck stands before and "
        "after, the command says below.",
    ),
    Question(
        "S2",
        "What are tests in parallel worth, against one after the other?",
        ("s02_serial_diagnostics",),
        "With tests one after the other the median time from referral to diagnosis goes {s02_serial_diagnostics "
        "clock faster_diagnosis median}, its 90th percentile {s02_serial_diagnostics clock faster_diagnosis p90}, "
        "the share told within 28 days {s02_serial_diagnostics clock faster_diagnosis share_within}. The average "
        "time to first treatment goes {s02_serial_diagnostics clock referral_to_treatment mean}, the share "
        "treated within 62 days {s02_serial_diagnostics clock referral_to_treatment share_within}.",
    ),
    Question(
        "S3",
        "One more colonoscopy session, or calls before every colonoscopy?",
        ("s03_extra_colonoscopy_session", "s03b_preassessment_calls"),
        "The average wait for colonoscopy goes, with one more session, {s03_extra_colonoscopy_session wait "
        "colonoscopy mean}; with calls, {s03b_preassessment_calls wait colonoscopy mean}. Its 90th percentile "
        "goes {s03_extra_colonoscopy_session wait colonoscopy p90} and {s03b_preassessment_calls wait colonoscopy "
        "p90}, the use of the room {s03_extra_colonoscopy_session utilisation endoscopy_room utilisation} and "
        "{s03b_preassessment_calls utilisation endoscopy_room utilisation}, the 90th percentile of the time to "
        "diagnosis {s03_extra_colonoscopy_session clock faster_diagnosis p90} and {s03b_preassessment_calls clock "
        "faster_diagnosis p90}. The navigators' hours go {s03b_preassessment_calls utilisation cns_navigator "
        "held_hours} a year with calls.",
    ),
    Question(
        "S5",
        "Who must be there for NanoKnife?",
        (
            "s05_nanoknife_one_operator",
            "s05_nanoknife_third_operator",
            "s05_nanoknife_one_operator_on_leave",
            "s05_anaesthetist_wednesdays",
            "s05_nanoknife_new_programme",
        ),
        "The 90th percentile of the wait for NanoKnife goes, with one operator, {s05_nanoknife_one_operator wait "
        "nanoknife p90}; with a third, {s05_nanoknife_third_operator wait nanoknife p90}; with one away for three "
        "more weeks, {s05_nanoknife_one_operator_on_leave wait nanoknife p90}; with an anaesthetist on Wednesdays "
        "only, {s05_anaesthetist_wednesdays wait nanoknife p90}; with every case as long as a first one, "
        "{s05_nanoknife_new_programme wait nanoknife p90}. Procedures a year go, on Wednesdays only, "
        "{s05_anaesthetist_wednesdays throughput nanoknife per_year}, and the 90th percentile of the wait for "
        "thermal ablation, which shares these mornings, {s05_anaesthetist_wednesdays wait thermal_ablation p90}.",
    ),
    Question(
        "S9",
        "Theatre: lists of one's own, pooled lists, fewer lists, fewer cancellations?",
        ("s09_pooled_theatre", "s09_five_lists", "s09_five_lists_and_flex", "s09_fewer_cancellations"),
        "The 90th percentile of the time from decision to treatment goes, with six pooled lists, "
        "{s09_pooled_theatre clock decision_to_treatment p90}; with five, {s09_five_lists clock "
        "decision_to_treatment p90}; with five and a flex list, {s09_five_lists_and_flex clock "
        "decision_to_treatment p90}; with half the cancellations, {s09_fewer_cancellations clock "
        "decision_to_treatment p90}. In the same order the average wait for a minor hepatectomy goes "
        "{s09_pooled_theatre wait hepatectomy_minor mean}, {s09_five_lists wait hepatectomy_minor mean}, "
        "{s09_five_lists_and_flex wait hepatectomy_minor mean} and {s09_fewer_cancellations wait "
        "hepatectomy_minor mean}; that for a right-sided bowel operation {s09_pooled_theatre wait primary_right "
        "mean}, {s09_five_lists wait primary_right mean}, {s09_five_lists_and_flex wait primary_right mean} and "
        "{s09_fewer_cancellations wait primary_right mean}.",
    ),
)


def page(store: Path | None) -> Iterator[str]:
    """Give the lines of the page."""
    yield HEAD.format(n=REPLICATIONS)
    for question in QUESTIONS:
        yield from answered(question, store)


def answered(question: Question, store: Path | None) -> Iterator[str]:
    """Ask one question and write down what came out."""
    names = ("base", *question.scenarios)
    loaded = [pw.load_scenario(ROOT / "scenarios" / f"{name}.yaml") for name in names]
    results = pw.Experiment(loaded, replications=REPLICATIONS, workers=1, store=store).run()
    found = told(results)
    yield f"## {question.key}: {question.question}\n"
    files = " ".join(f"scenarios/{name}.yaml" for name in names)
    yield f"```\npathway compare {files}\n```\n"
    yield "\n".join(wrap(re.sub(r"\{([^}]+)\}", lambda asked: said(results, *asked[1].split()), question.answer), WIDE))
    yield "\nWhat the command says:\n"
    yield from (f"- {sentence}" for sentence in found.sentences)
    yield ""
    yield from table(found.table(ROWS))
    yield "\nWhat the same luck in every scenario was worth:\n"
    yield from (f"- {line}" for line in found.worth)
    yield ""


def said(results: pw.Results, scenario: str, measure: str, subject: str, statistic: str) -> str:
    """Say one figure's change against the base, with the interval of the difference."""
    frame = results.compare("base", measure=measure, subject=subject, statistic=statistic)
    row = frame[frame["scenario"] == scenario].iloc[0]
    scale, unit = {"share": (100, " %"), "days": (1, " days")}.get(row["unit"], (1, ""))
    before, after, difference, low, high = (
        scale * row[key] for key in ("mean_to", "mean", "difference", "low", "high")
    )
    points = " points" if row["unit"] == "share" else ""
    difference, low, high = (round(value, 1) or 0.0 for value in (difference, low, high))  # no −0.0
    span = f"{difference:+.1f}{points}, {low:+.1f} to {high:+.1f}".replace("-", "−")
    return f"from {before:.1f} to {after:.1f}{unit} ({span})"


def table(made: Table) -> Iterator[str]:
    """Write a table of the report as Markdown."""
    yield "| " + " | ".join(made.columns) + " |"
    yield "|" + "|".join("---:" if place in made.right else "---" for place in range(len(made.columns))) + "|"
    for row in made.rows:
        yield "| " + " | ".join(cell.replace("|", "/") for cell in row) + " |"


if __name__ == "__main__":
    kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (ROOT / "docs" / "examples.md").write_text("\n".join(page(kept)), encoding="utf-8")
