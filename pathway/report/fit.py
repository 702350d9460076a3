"""The page of a fit: what was varied to what, how near it came, and the bands before and after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.charts.validation import bands_before_and_after
from pathway.experiment.validated import say_band, title_of
from pathway.report.blocks import Block, Paragraph, Section, drawn, table
from pathway.report.rendering import study_html, write_page

if TYPE_CHECKING:
    from pathway.experiment import Fit

GROUP = ["measure", "subject", "part", "period"]
SHOWN = 15  # of the configurations tried
HEAD = ("fit.bands_of", "fit.weight", "fit.before_days", "fit.after_days", "fit.floor_days", "fit.floor_high_days")


def write_fit(found: Fit, path: Path | str) -> Path:
    """Write the page of a fit as one HTML file."""
    return write_page(fit_html(found), path)


def fit_html(found: Fit) -> str:
    """Give the page of a fit as the text of an HTML page (see `write_fit`)."""
    title = words.text("fit.title", title=found.scenario.title or found.scenario.name)
    return study_html(title, found.scenario.question, _sections(found))


def _sections(found: Fit) -> Iterator[Section]:
    text = words.text
    answer = tuple(Paragraph(each) for each in found.sentences())
    yield Section("answer", text("fit.answer"), text("fit.answer_note", observed=found.observed.name), answer)
    yield Section("bands", text("fit.bands"), text("fit.bands_note"), tuple(_bands(found)))
    yield Section("distances", text("fit.distances"), text("fit.distances_note"), (_distances(found),))
    count = min(SHOWN, len(found.tried))
    yield Section("tried", text("fit.tried"), text("fit.tried_note", shown=count, n=len(found.tried)), (_tried(found),))


def _bands(found: Fit) -> Iterator[Block]:
    for (measure, subject, part, period), rows in found.bands.groupby(GROUP, sort=False, observed=True):
        rows = rows.assign(
            label=[say_band(low, top) for low, top in zip(rows["low_day"], rows["high_day"], strict=True)]
        )
        title = f"{_name(found, str(measure), str(subject), str(part))}, {period}"
        group = found.groups[(found.groups[GROUP] == [measure, subject, part, period]).all(axis=1)].iloc[0]
        caption = words.text("fit.caption", before=f"{group['before']:.1f}", after=f"{group['after']:.1f}")
        yield drawn(bands_before_and_after(rows), caption, title=title)


def _name(found: Fit, measure: str, subject: str, part: str) -> str:
    names = " + ".join(title_of(found.scenario, measure, name) for name in subject.split("+"))
    return names if part == "all" else f"{names} ({part})"


def _distances(found: Fit) -> Block:
    rows = [
        (
            _name(found, row.measure, row.subject, row.part),
            f"{row.weight:.2f}",
            *(f"{value:.1f}" for value in (row.before, row.after, row.floor, row.floor_high)),
        )
        for row in found.groups.itertuples()
    ]
    return table([words.text(key) for key in HEAD], rows)


def _tried(found: Fit) -> Block:
    head = [words.text(key) for key in ("fit.configuration", "fit.distance_days", "fit.replications")]
    rows = [
        (str(row.configuration), f"{row.distance:.1f}", str(row.replications))
        for row in found.tried.head(SHOWN).itertuples()
    ]
    return table(head, rows)
