"""The report as one file: chapters put together, then rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.clock import MINUTES_PER_DAY
from pathway.load import Loads
from pathway.report.blocks import Section
from pathway.report.compare import AS_USUAL, Terms, comparison
from pathway.report.first import FirstPage, first_page
from pathway.report.manifest import manifest
from pathway.report.material import Material, material
from pathway.report.moving import Films, moving_sections
from pathway.report.numbers import say_date
from pathway.report.rendering import render, write_page
from pathway.report.sections import sections
from pathway.report.stress import appendix
from pathway.report.until import say_reached

if TYPE_CHECKING:
    from pathway.experiment import Results

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Chapter:
    """One scenario's part of the report."""

    key: str
    title: str
    question: str
    period: str
    basis: str
    first: FirstPage
    sections: tuple[Section, ...]


def write_report(
    results: Results,
    path: Path | str,
    *,
    loads: Mapping[str, Loads] | None = None,
    terms: Terms = AS_USUAL,
    films: Films | None = None,
) -> Path:
    """Write the report on some results as one HTML file.

    Parameters
    ----------
    results
        Results of one scenario or several; with several, each is compared with the first.
    path
        The file to write; its folder is made if it is not there.
    loads
        The load check of each scenario, by name, if it is at hand; otherwise it is done here.
    terms
        With several scenarios, how sure the intervals of their differences are to be.
    films
        The scenarios whose patients are to be seen moving at the end, with the log of a run of each.

    Returns
    -------
    pathlib.Path
        The file.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> base = pw.load_scenario("mmc")
    >>> results = pw.Experiment([base], replications=2).run()
    >>> file = write_report(results, Path(tempfile.mkdtemp()) / "report.html")
    >>> "The answer on one page" in file.read_text(encoding="utf-8")
    True
    """
    return write_page(report_html(results, loads=loads, terms=terms, films=films), path)


def report_html(
    results: Results,
    *,
    loads: Mapping[str, Loads] | None = None,
    terms: Terms = AS_USUAL,
    films: Films | None = None,
) -> str:
    """Give the report on some results as the text of an HTML page (see `write_report`)."""
    if loads is None:
        loads = results.loads
    read = [material(results, name, loads.get(name)) for name in results.scenarios]
    chapters = [chapter(each, number) for number, each in enumerate(read)]
    return render(
        "report.html.j2",
        title=words.text("report.title", title=chapters[0].title),
        chapters=chapters,
        comparison=comparison(results, read, terms) if len(read) > 1 else None,
        moving=moving_sections(films, results.scenarios) if films else [],
        manifest=manifest(results),
        stress=appendix(results),
    )


def chapter(material: Material, number: int) -> Chapter:
    """Put one scenario's chapter together."""
    run, text = material.scenario.run, material.text
    replications = int(material.intervals["n"].max())
    basis = text(
        "report.basis",
        n=replications,
        warm_up=say_length(run.warm_up),
        follow_up=say_length(run.follow_up),
    )
    return Chapter(
        key=f"c{number}",
        title=material.scenario.title or material.scenario.name,
        question=material.scenario.question.strip(),
        period=text(
            "report.subtitle",
            start=say_date(material.begins),
            end=say_date(material.last_day),
        ),
        basis=" ".join([basis, *say_reached(material)]),
        first=first_page(material),
        sections=sections(material),
    )


def say_length(minutes: int) -> str:
    """Say how long a run or its warm-up is.

    >>> say_length(10 * 525960), say_length(26 * 10080), say_length(180 * 1440)
    ('10 years', '26 weeks', '180 days')
    """
    days = minutes / MINUTES_PER_DAY
    years = days / 365.25
    if years >= 1 and abs(years - round(years)) < 0.01:
        return words.text("report.years", n=round(years))
    if days >= DAYS_A_WEEK and days % DAYS_A_WEEK == 0:
        return words.text("report.weeks", n=round(days / DAYS_A_WEEK))
    return words.text("report.days", n=round(days))
