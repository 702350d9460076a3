"""The page of a sensitivity analysis: which number matters, one at a time, together, and against chance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.charts.sensitivity import tornado as tornado_chart
from pathway.experiment.sized_words import say_amount
from pathway.report.blocks import Block, Folded, Paragraph, Section, drawn, table
from pathway.report.rendering import study_html, write_page

if TYPE_CHECKING:
    from pathway.experiment import Plausible, Screening, Tornado

SHOWN = 12  # numbers to a tornado; all are in the table below it


def write_sensitivity(
    tornado: Tornado,
    path: Path | str,
    *,
    screening: Screening | None = None,
    plausible: Plausible | None = None,
) -> Path:
    """Write the page of a sensitivity analysis as one HTML file.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> from pathway.sensitivity import asked_from_text, tornado
    >>> unsure = {"uncertain": {"streams.arrivals.per_year": {"low": 1200, "high": 1400}}}
    >>> scenario = pw.load_scenario("mmc").override(unsure, name="unsure")
    >>> found = tornado(scenario, [asked_from_text("mean wait service")], replications=2, workers=1)
    >>> write_sensitivity(found, Path(tempfile.mkdtemp()) / "sensitivity.html").name
    'sensitivity.html'
    """
    title = words.text("sensitivity.title", title=tornado.scenario.title or tornado.scenario.name)
    sections = [_answer(tornado, plausible), _tornado(tornado)]
    if screening is not None:
        sections.append(_screening(screening))
    if plausible is not None:
        sections.append(_plausible(plausible))
    return write_page(study_html(title, tornado.scenario.question, sections), path)


def _answer(tornado: Tornado, plausible: Plausible | None) -> Section:
    said = tornado.sentences() + (plausible.sentences() if plausible is not None else [])
    blocks = tuple(Paragraph(each) for each in said)
    title, note = words.text("sensitivity.answer"), words.text("sensitivity.answer_note")
    return Section("answer", title, note, blocks)


def _tornado(found: Tornado) -> Section:
    title, note = words.text("sensitivity.tornado"), words.text("sensitivity.tornado_note")
    return Section("tornado", title, note, tuple(_bars(found)))


def _bars(found: Tornado) -> Iterator[Block]:
    for figure, rows in found.table.groupby("figure", sort=False):
        shown = rows.head(SHOWN).copy()
        shown["label"] = [
            f"{row.title}{' *' if row.is_assumed else ''} ({row.low} – {row.high})" for row in shown.itertuples()
        ]
        caption = words.text("sensitivity.tornado_caption", figure=figure, n=len(shown))
        yield drawn(tornado_chart(shown), caption, title=str(figure))
        keys = (
            "sensitivity.column_number",
            "sensitivity.column_limits",
            "sensitivity.column_source",
            "sensitivity.column_low",
            "sensitivity.column_high",
            "sensitivity.column_swing",
        )
        body = [
            [
                str(row.title),
                f"{row.low} – {row.high}",
                str(row.source),
                say_amount(float(row.at_low), str(row.unit)),
                say_amount(float(row.at_high), str(row.unit)),
                _with_half(float(row.swing), float(row.swing_half), str(row.unit)),
            ]
            for row in rows.itertuples()
        ]
        columns = [words.text(key) for key in keys]
        yield Folded(str(figure), (table(columns, body, text=3),))


def _with_half(value: float, half: float, unit: str) -> str:
    """Write a change with half its interval; of a share in percentage points.

    >>> _with_half(0.123, 0.01, "share"), _with_half(-1.25, 0.2, "days")
    ('+12.3 ± 1.0', '-1.2 ± 0.2')
    """
    scale = 100 if unit == "share" else 1
    said = f"{scale * value:+.1f}"
    return said if half != half else f"{said} ± {scale * half:.1f}"


def _screening(found: Screening) -> Section:
    keys = (
        "sensitivity.column_figure",
        "sensitivity.column_number",
        "sensitivity.column_mu_star",
        "sensitivity.column_sigma",
    )
    body = []
    for row in found.table.itertuples():
        scale = 100 if row.unit == "share" else 1
        mu_star = f"{scale * row.mu_star:.1f} ± {scale * row.mu_star_half:.1f}"
        name = f"{row.title}{' *' if row.is_assumed else ''}"
        body.append([str(row.figure), name, mu_star, f"{scale * row.sigma:.1f}"])
    columns = [words.text(key) for key in keys]
    title, note = words.text("sensitivity.screening"), words.text("sensitivity.screening_note")
    return Section("screening", title, note, (table(columns, body, text=2),))


def _plausible(found: Plausible) -> Section:
    keys = (
        "sensitivity.column_figure",
        "sensitivity.column_mean",
        "sensitivity.column_range",
        "sensitivity.column_share",
    )
    body = []
    for row in found.table.itertuples():
        low, high, mean = (say_amount(float(v), str(row.unit)) for v in (row.low, row.high, row.mean))
        body.append([str(row.figure), mean, f"{low} – {high}", words.percent(f"{100 * row.share_of_inputs:.0f}")])
    columns = [words.text(key) for key in keys]
    asked = found.manifest
    note = words.text("sensitivity.plausible_note", sets=asked["sets"], n=asked["replications"])
    return Section("plausible", words.text("sensitivity.plausible"), note, (table(columns, body),))
