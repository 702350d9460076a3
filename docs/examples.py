"""Write docs/examples.md: questions of a manager and a planner, each answered by one command, with its figures.

``python -m docs.examples`` runs every question (20 replications each; kept in a folder when one is named behind it, so
that a second time takes seconds).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

import pathway as pw
from pathway.report import told
from pathway.report.blocks import Section, Table
from pathway.report.compared import Change, Compared, pairs_of
from pathway.report.comparing import Told
from pathway.report.losing import routes_of
from pathway.report.most import Names
from pathway.report.numbers import MISSING
from pathway.report.options import options_page
from pathway.report.plain import name_of
from pathway.report.said import is_signed, judged, level, points_of, signed

ROOT = Path(__file__).parent.parent
REPLICATIONS = 20
ROWS = 6
WIDE = 120  # letters to a line
HEAD = """\
# Six questions, a command each

What a department manager asks (S1, S2, S3, S5, S9 of the evidence), and a planner (S6; S4 has a page of its own,
[nanoknife.md](nanoknife.md)), and what `pathway compare` answers for the default hospital (`scenarios/base.yaml`).
Every section is one command and {n} simulated years of each scenario (as base.yaml says), the same years in each:

- what is compared, and the answer in a sentence a scenario, as the command prints it;
- what the question is about, figure by figure;
- the options on one page, as the report has them: breaches, risk, staff with leave cover, cost, who waits longer;
- the figures that changed most, and what common luck was worth.

The number after ± is half the interval of the change (95 %); a change smaller than that *may be chance*. The report
has the rest: clocks over each other, waiting lists, all figures. [experiments.md](experiments.md#comparing) says how to
read it. Costs are of placeholder prices ([costs.md](costs.md)).

The hospital is an example and its numbers are assumptions where the scenario says so; the answers are those of this
example. This page is written by `python -m docs.examples`; no figure in it is typed by hand.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the evidence's section 8, the scenarios that answer it, and the figures it is about."""

    key: str
    question: str
    about: str  # what the scenarios do, and what to know in order to read the figures; no figures
    scenarios: tuple[str, ...]
    watched: tuple[str, ...]  # measure, subject, statistic and, of a part of the patients, which
    days: str = ""  # the wait of which a day is priced


QUESTIONS = (
    Question(
        "S1",
        "Is the weekly liver MDT the bottleneck?",
        "Two meetings of 45 minutes a week (Monday and Thursday) in place of one of 75, or a fifth of the new"
        " cases decided by protocol and not discussed. Who must be at every meeting pays for the second one "
        "in hours.",
        ("s01_mdt_twice_weekly", "s01_protocolised"),
        (
            "wait liver_mdt mean",
            "attempts liver_mdt deferred",
            "clock referral_to_mdt mean",
            "clock referral_to_treatment mean",
            "clock faster_diagnosis share_within",
            "clock referral_to_treatment share_within",
            "utilisation mdt_coordinator held_hours",
            "utilisation oncologist held_hours",
            "utilisation radiologist held_hours",
        ),
    ),
    Question(
        "S2",
        "What are tests in parallel worth, against one after the other?",
        "In the default hospital the first tests are ordered at once; here each is ordered when the one "
        "before has its result.",
        ("s02_serial_diagnostics",),
        (
            "clock faster_diagnosis median",
            "clock faster_diagnosis p90",
            "clock faster_diagnosis share_within",
            "clock referral_to_treatment mean",
            "clock referral_to_treatment share_within",
        ),
    ),
    Question(
        "S3",
        "One more colonoscopy session, or calls before every colonoscopy?",
        "A seventh session of five slots a week, or a call that lowers those who do not come from 5 to 3 in "
        "100. The price of a day is what a year costs more, for each patient-day of waiting for the first "
        "colonoscopy that it saves.",
        ("s03_extra_colonoscopy_session", "s03b_preassessment_calls"),
        (
            "wait colonoscopy mean",
            "wait colonoscopy p90",
            "attempts colonoscopy no_show",
            "utilisation endoscopy_room utilisation",
            "clock faster_diagnosis mean",
            "clock faster_diagnosis p90",
            "utilisation cns_navigator held_hours",
        ),
        days="colonoscopy",
    ),
    Question(
        "S5",
        "Who must be there for NanoKnife?",
        "NanoKnife needs two interventional radiologists at once, of two who are each away ten weeks a year "
        "and never together. With a third, two are always there, which is as if one were enough: both "
        "scenarios come to the same. The first year of a programme is an upper bound: every case takes as "
        "long as a first one, and more tumours grow again; [planning.md](planning.md#a-ramp-up-year) has the "
        "learning curve, and a year in which a programme grows.",
        (
            "s05_nanoknife_one_operator",
            "s05_nanoknife_third_operator",
            "s05_nanoknife_one_operator_on_leave",
            "s05_anaesthetist_wednesdays",
            "s05_nanoknife_new_programme",
        ),
        (
            "wait nanoknife p90",
            "wait nanoknife mean",
            "throughput nanoknife per_year",
            "attempts nanoknife no_staff",
            "attempts nanoknife overrun",
            "wait thermal_ablation p90",
            "cost nanoknife per_case",
        ),
    ),
    Question(
        "S6",
        "NanoKnife for more patients: what does it do to ablation?",
        "NanoKnife for lesions up to 3 cm only, for all up to 5 cm (the default hospital takes every other "
        "one between 3 and 5 cm), or for all up to 5 cm and 15 liver and pancreas tumours a year, which begin"
        " with the first reported day. Both treatments share the interventional sessions with an "
        "anaesthetist, one NanoKnife case to a session, and NanoKnife goes first; so a NanoKnife procedure is"
        " a day of the generator and a session less for ablation.",
        ("s06_indication_3cm", "s06_indication_5cm", "s06_indication_drift"),
        (
            "throughput nanoknife per_year",
            "utilisation nanoknife_generator held_hours",
            "utilisation ga_ir_suite utilisation",
            "waited_for ga_ir_suite patient_days busy",
            "throughput thermal_ablation per_year",
            "wait thermal_ablation mean",
            "wait thermal_ablation p90",
            "waiting thermal_ablation at_end",
            "wait nanoknife p90",
            "waiting nanoknife at_end",
        ),
    ),
    Question(
        "S9",
        "Theatre: lists of one's own, pooled lists, fewer lists, fewer cancellations?",
        "Six all-day lists, four colorectal and two liver; pooled, any operation may be on any of them. Then "
        "five pooled lists, five and one every other Friday, and the lists as they are with half the "
        "cancellations on the day.",
        ("s09_pooled_theatre", "s09_five_lists", "s09_five_lists_and_flex", "s09_fewer_cancellations"),
        (
            "clock decision_to_treatment p90",
            "clock decision_to_treatment share_within",
            "wait hepatectomy_minor mean",
            "wait hepatectomy_major mean",
            "wait primary_right mean",
            "wait primary_left mean",
            "attempts hepatectomy_major overrun",
        ),
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
    yield in_lines(question.about)
    yield from (f"- {sentence}" for sentence in found.sentences)
    yield from priced_days(question, results, found)
    yield "\n### What it is about\n"
    yield from table(watched(question.watched, results, found))
    yield "\n### The options\n"
    for block in options(results, found).blocks:
        if isinstance(block, Table):
            yield from table(block)
            yield ""
    yield "### What changed most\n"
    yield from table(found.table(ROWS))
    yield "\n### What the same luck in every scenario was worth\n"
    yield from (f"- {line}" for line in found.worth)
    yield ""


def watched(figures: Iterable[str], results: pw.Results, found: Told) -> Table:
    """Put the figures a question is about in rows: as they are, and with each scenario."""
    base, others = found.read[0], found.read[1:]
    names, pairs = Names(base), pairs_of(results, base.scenario.name)
    units = pairs.frame.set_index(["measure", "subject", "part", "statistic"])["unit"].to_dict()
    rows = []
    for asked in figures:
        measure, subject, statistic, *rest = asked.split()
        part = rest[0] if rest else "all" if measure == "clock" else ""
        figure = names.figure(measure, subject, part, statistic, units[measure, subject, part, statistic])
        if figure is None:
            raise SystemExit(f"there are no words for {asked}")
        changes = {row.scenario: row for row in pairs.changes(figure, [each.scenario.name for each in others])}
        cells = [_cell(changes.get(each.scenario.name), found) for each in others]
        first = next(iter(changes.values()), None)
        rows.append((_label(figure), level(first.before, first, base) if first else MISSING, *cells))
    return Table(("Figure", name_of(base), *map(name_of, others)), tuple(rows), frozenset(range(1, len(others) + 2)))


def _label(figure: Compared) -> str:
    currency = figure.unit.split()[0] if figure.measure == "cost" else ""
    return f"{figure.label} ({currency})" if currency else figure.label


def _cell(row: Change | None, found: Told) -> str:
    """Write what a figure is and how it changed: the level, the change with half its interval, and if that is good."""
    if row is None:
        return MISSING
    base = found.read[0]
    change = signed(row, base)
    verdict = judged(row, base) if is_signed(change) else ""  # of what is printed as no difference nothing is said
    change += points_of(row, change, base).replace("percentage points", "points")
    return f"{level(row.after, row, base)}\n{change}" + (f", {verdict}" if verdict else "")


def options(results: pw.Results, found: Told) -> Section:
    """Give the page of options as the report has it."""
    base, pairs = found.read[0], pairs_of(results, "base")
    lost = {each.scenario.name: routes_of(pairs, base, each) for each in found.read[1:]}
    return options_page(results, found.read, pairs, (), lost)


def priced_days(question: Question, results: pw.Results, found: Told) -> Iterator[str]:
    """Say what a day of waiting saved costs, where that is asked and is defined."""
    if not question.days:
        return
    titles = {each.scenario.name: name_of(each) for each in found.read}
    what = found.read[0].states[question.days]
    for row in results.cost_of_a_day("base", wait=question.days).itertuples():
        said = f"{row.cost:+,.0f} {row.currency} and {-row.days_saved:+,.0f} patient-days of waiting a year".replace(
            "-", "−"
        )
        price = f"a day less costs {row.per_day:,.0f} {row.currency} ({row.low:,.0f} to {row.high:,.0f})"
        end = price if row.defined else "a day less has no price, as days are not surely saved"
        yield f"- {titles[row.scenario]}: {said} ({what}); {end}."


def in_lines(text: str) -> str:
    """Write a paragraph of Markdown."""
    return "\n".join(wrap(text, WIDE, break_on_hyphens=False)) + "\n"


def table(made: Table) -> Iterator[str]:
    """Write a table of the report as Markdown."""
    yield "| " + " | ".join(made.columns) + " |"
    yield "|" + "|".join("---:" if place in made.right else "---" for place in range(len(made.columns))) + "|"
    for row in made.rows:
        yield "| " + " | ".join(cell.replace("|", "/").replace("\n", "<br>") for cell in row) + " |"


if __name__ == "__main__":
    kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (ROOT / "docs" / "examples.md").write_text("\n".join(page(kept)), encoding="utf-8")
