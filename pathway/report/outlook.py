"""The page of an outlook: until when today's capacity suffices, and the weeks it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.charts.outlook import share_by_week
from pathway.report.blocks import Block, Paragraph, Section, drawn
from pathway.report.rendering import study_html, write_page

if TYPE_CHECKING:
    from pathway.experiment import Outlook


def write_outlook(found: Outlook, path: Path | str) -> Path:
    """Write the page of an outlook as one HTML file.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> from pathway.sizing import outlook
    >>> goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    >>> found = outlook(pw.load_scenario("mmc"), {"arrivals": 0.3}, [goal], years=2, replications=2, workers=1)
    >>> write_outlook(found, Path(tempfile.mkdtemp()) / "outlook.html").name
    'outlook.html'
    """
    return write_page(outlook_html(found), path)


def outlook_html(found: Outlook) -> str:
    """Give the page of an outlook as the text of an HTML page (see `write_outlook`)."""
    title = words.text("outlook.title", title=found.scenario.title or found.scenario.name)
    grown = words.clauses(
        words.text(
            "outlook.grows",
            stream=found.scenario.streams[name].title or name,
            share=words.percent(f"{100 * share:g}"),
        )
        for name, share in found.manifest["grow"].items()
    )
    note = words.text("outlook.answer_note", grows=grown)
    answer = Section(
        "answer",
        words.text("outlook.answer"),
        note,
        tuple(Paragraph(each) for each in found.sentences()),
    )
    curves = Section(
        "curve",
        words.text("outlook.curve"),
        words.text("outlook.curve_note"),
        tuple(_curves(found)),
    )
    return study_html(title, found.scenario.question, [answer, curves])


def _curves(found: Outlook) -> Iterator[Block]:
    for row in found.answers.itertuples():
        rows = found.weeks[found.weeks["target"] == row.target]
        chart = share_by_week(rows, row.stops if row.stops == row.stops else None)
        caption = words.text("outlook.curve_caption", target=row.label)
        yield drawn(chart, caption, title=str(row.label))
