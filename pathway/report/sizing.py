"""The page of a sizing: the answer in sentences, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.charts.sizing import capacity_curve, price_against_wait, replications_spent
from pathway.experiment.sized_words import say_configurations, sentences
from pathway.report.blocks import Block, Paragraph, Section, drawn, table
from pathway.report.rendering import study_html, write_page

if TYPE_CHECKING:
    from pathway.experiment import Sizing


def write_sizing(sized: Sizing, path: Path | str) -> Path:
    """Write the page of a sizing as one HTML file.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    >>> sized = pw.size(pw.load_scenario("mmc"), {"resources.server.capacity": range(2, 5)}, [goal], workers=1)
    >>> write_sizing(sized, Path(tempfile.mkdtemp()) / "sizing.html").name
    'sizing.html'
    """
    return write_page(sizing_html(sized), path)


def sizing_html(sized: Sizing) -> str:
    """Give the page of a sizing as the text of an HTML page (see `write_sizing`)."""
    title = words.text("sizing.title", title=sized.scenario.title or sized.scenario.name)
    sections = [section for section in _sections(sized) if section.blocks]
    return study_html(title, sized.scenario.question, sections)


def _sections(sized: Sizing) -> Iterator[Section]:
    text = words.text
    asked = sized.manifest
    unit = text("sizing.by_hours" if asked["price_unit"] == "h" else "sizing.by_money")
    answer = tuple(Paragraph(each) for each in sentences(sized))
    yield Section("answer", text("sizing.answer"), text("sizing.answer_note", unit=unit), answer)
    yield Section("curve", text("sizing.curve"), text("sizing.curve_note"), tuple(_curves(sized)))
    yield Section("front", text("sizing.front"), text("sizing.front_note"), tuple(_fronts(sized)))
    frame, first = sized.configurations, asked["first"]
    later = 1 - first * len(frame) / asked["replications"]
    caption = text("sizing.effort_caption", n=asked["replications"], share=words.percent(f"{100 * later:.0f}"))
    effort = drawn(replications_spent(frame, chosen=sized.choice), caption)
    yield Section("effort", text("sizing.effort"), text("sizing.effort_note", first=first), (effort,))
    note = text(
        "sizing.table_note",
        error=words.percent(f"{100 * asked['error_of_each_verdict']:.2g}"),
        probability=words.percent(f"{100 * asked['probability']:g}"),
    )
    yield Section("table", text("sizing.table"), note, (_table(sized),))


def _curves(sized: Sizing) -> Iterator[Block]:
    for label, rows in sized.targets.groupby("label", sort=False):
        met = int((rows["verdict"] == "meets").sum())
        caption = words.text("sizing.curve_caption", target=label, met=met, n=len(rows))
        yield drawn(capacity_curve(rows, chosen=sized.choice), caption, title=str(label))


def _fronts(sized: Sizing) -> Iterator[Block]:
    unit = words.text("sizing.by_hours" if sized.manifest["price_unit"] == "h" else "sizing.by_money")
    labels = dict(zip(sized.targets["target"], sized.targets["label"], strict=True))
    for target, rows in sized.waits.groupby("target", sort=False):
        label = labels[target]
        caption = words.text("sizing.front_caption", target=label)
        chart = price_against_wait(rows, chosen=sized.choice, unit=unit)
        yield drawn(chart, caption, title=str(label))


def _table(sized: Sizing) -> Block:
    """Print every configuration with its price, its verdict, what each target comes to, and what stands idle."""
    resources = list(dict.fromkeys(sized.use["resource"]))
    titles = [sized.scenario.resources[name].title or name for name in resources]
    idle = [words.text("sizing.column_idle", resource=title) for title in titles]
    columns, rows = say_configurations(sized.configurations, sized.targets)
    used = sized.use.set_index(["configuration", "resource"])["utilisation"]
    for row, name in zip(rows, sized.configurations["configuration"], strict=True):
        row += [words.percent(f"{100 * max(0.0, 1 - used[name, each]):.0f}") for each in resources]
    return table([*columns, *idle], rows, text=2)
