"""The options on one page: doing nothing beside each alternative, with breaches, risk, staff and cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pathway.metrics import target_subjects
from pathway.report import tables
from pathway.report.blocks import Block, Paragraph, Section, Table
from pathway.report.bottleneck import BEFORE, first_waited_for
from pathway.report.compared import Change, Compared, Pairs, resourcing
from pathway.report.losing import Route, worst_off
from pathway.report.material import Material
from pathway.report.numbers import MISSING, say, say_number
from pathway.report.plain import name_of
from pathway.report.said import is_signed, judged, signed
from pathway.report.verdicts import say_target

if TYPE_CHECKING:
    from pathway.experiment import Results
    from pathway.scenario import Target

BESIDE = 4  # options beside doing nothing that fit across a page


def options_page(
    results: Results, read: Sequence[Material], pairs: Pairs, sentences: Sequence[str], lost: Mapping[str, list[Route]]
) -> Section:
    """Put everything an option is chosen by on one page: a sentence each, then the table."""
    base = read[0]
    blocks: list[Block] = [Paragraph(said, "finding") for said in sentences]
    for first in range(1, len(read), BESIDE):
        shown = [base, *read[first : first + BESIDE]]
        columns = [
            base.text("options.what"),
            base.text("options.nothing", name=name_of(base)),
            *map(name_of, shown[1:]),
        ]
        rows = _Rows(results, shown, pairs, lost)
        blocks.append(Table(tuple(columns), tuple(rows.all()), frozenset(range(1, len(columns)))))
    note = base.text("options.note", level=say_number(100 * pairs.level), together=together(base, pairs))
    return Section("options", base.text("options.title"), note, tuple(blocks))


def together(base: Material, pairs: Pairs) -> str:
    """Say whether intervals are each for itself or all at once."""
    if pairs.simultaneous is None:
        return base.text("compare.each")
    size = int(pairs.frame["low"].notna().sum())
    key = {"bonferroni": "compare.bonferroni", "sidak": "compare.sidak"}[pairs.simultaneous]
    return base.text(key, n=size, level=say_number(100 * pairs.level))


class _Rows:
    """The rows of the table of options."""

    def __init__(
        self, results: Results, shown: Sequence[Material], pairs: Pairs, lost: Mapping[str, list[Route]]
    ) -> None:
        self.results, self.shown, self.pairs, self.lost = results, shown, pairs, lost
        self.base = shown[0]
        self.names = [each.scenario.name for each in shown]

    def all(self) -> Iterator[tuple[str, ...]]:
        """Give all rows; what was not measured has none."""
        base = self.base
        for subject, target in zip(target_subjects(base.scenario), base.scenario.targets, strict=True):
            yield from self._target(subject, target)
        yield from self._any_missed()
        for figure in resourcing(base):
            yield (figure.label, *self._cells(figure, ""))
        over = Compared(
            "open_pathways", "", "", "over_104_days", "patients", base.text("first.over_104_alone"), better=-1
        )
        yield (over.label, *self._cells(over, ""))
        yield (base.text("options.bottleneck"), *(first_waited_for(each, BEFORE) or MISSING for each in self.shown))
        losers = (worst_off(self.lost[name], base) for name in self.names[1:])
        yield (base.text("options.loses"), MISSING, *losers)

    def _target(self, subject: str, target: Target) -> Iterator[tuple[str, ...]]:
        """Give for a clock the breaches a year, for another target its value; beneath, how many years miss it."""
        base, label = self.base, say_target(target, self.base)
        missed = [self._missed(subject, name) for name in self.names]
        if target.kind == "clock":
            figure = Compared("target", subject, "", "breaches", "patients", label, better=-1)
            cells = self._cells(figure, "", base.years)
            key = "options.breaches"
        elif target.kind == "wait" and any(target.subject in each.growing for each in self.shown):
            label = base.text("grows.compared", name=base.states.get(target.subject, target.subject))
            cells = self._cells(Compared("waiting", target.subject, "", "growth_per_week", "", label, better=-1), "")
            key = "options.value"
        else:
            unit, better = ("days", -1) if target.kind == "wait" else ("share", 0)
            cells = self._cells(Compared("target", subject, "", "value", unit, label, better=better), unit)
            key = "options.value"
        lines = [f"{cell}\n{risk}" if risk else cell for cell, risk in zip(cells, missed, strict=True)]
        if any(cell != MISSING for cell in cells):
            yield (base.text(key, name=label), *lines)

    def _missed(self, subject: str, name: str) -> str:
        """Say in how many of the simulated years a target was missed."""
        table = self.results.table
        rows = table[(table["measure"] == "target") & (table["statistic"] == "met") & (table["scenario"] == name)]
        met = rows[rows["subject"] == subject]["value"].dropna()
        return self.base.text("options.missed", missed=int((met == 0).sum()), n=len(met)) if len(met) else ""

    def _any_missed(self) -> Iterator[tuple[str, ...]]:
        """Say in what share of the simulated years at least one target was missed."""
        table = self.results.table
        rows = table[(table["measure"] == "target") & (table["statistic"] == "met") & table["value"].notna()]
        if len(rows):
            kept = rows.groupby(["scenario", "replication"], observed=True)["value"].min()
            cells = []
            for name in self.names:
                years = kept.loc[name] if name in kept.index.get_level_values(0) else kept.iloc[:0]
                missed = int((years == 0).sum())
                share = say(missed / len(years), "share") if len(years) else MISSING
                cells.append(self.base.text("options.risk", share=share, missed=missed, n=len(years)))
            yield (self.base.text("options.any_missed"), *cells)

    def _cells(self, figure: Compared, unit: str, years: float = 1.0) -> list[str]:
        """Give what a figure is in each scenario, and beneath it the change, its precision, and if it is good."""
        changes = {row.scenario: row for row in self.pairs.changes(figure, self.names[1:], years)}
        picked = tables.pick(self.base.intervals, figure.measure, figure.statistic, figure.part)["mean"]
        first = float(picked.get(figure.subject, float("nan"))) / years
        before = next((row.before for row in changes.values()), first * figure.scale)
        cells = [_level(before, unit, figure)]
        for name in self.names[1:]:
            row = changes.get(name)
            cells.append(MISSING if row is None else self._cell(row, unit))
        return cells

    def _cell(self, row: Change, unit: str) -> str:
        said = signed(row, self.base, in_sum=False)
        points = is_signed(said) and row.figure.unit == "share"
        change = said + (self.base.text("options.points") if points else "")
        good = judged(row, self.base) if said != self.base.text("compare.no_difference") else ""
        judgement = self.base.text("plain.between_judged", judged=good) if good else ""
        return self.base.text(
            "options.cell", level=_level(row.after, unit, row.figure), change=change, judged=judgement
        )


def _level(value: float, unit: str, figure: Compared) -> str:
    if figure.measure == "staffing":
        return f"{value:,.1f}"  # half a person is a person's contract
    return say(value / 100 if unit == "share" else value, unit)
