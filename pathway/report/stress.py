"""The STRESS-DES checklist, filled from a scenario and its results; what they cannot know stands as a question.

Strengthening the Reporting of Empirical Simulation Studies: Monks, Currie, Onggo, Robinson, Kunc & Taylor (2018),
Journal of Simulation, doi:10.1080/17477778.2018.1442155; the version for discrete-event simulation, items 1.1 to 6.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.report import stress_model as model
from pathway.report import stress_study as study
from pathway.report.blocks import Block, Folded, Paragraph, Section, Table
from pathway.report.rendering import write_page
from pathway.report.saying import Speaker

if TYPE_CHECKING:
    from pathway.experiment import Results
    from pathway.scenario import Scenario

Made = Iterator[Block]


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the checklist: its number, its name, what it asks for, what can be said, and what has to be asked."""

    number: str
    title: str
    asks: str
    blocks: tuple[Block, ...]
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the checklist."""

    number: str
    title: str
    items: tuple[Item, ...]


ITEMS: Mapping[str, Callable[[study.About], Made]] = {
    "1.1": study.purpose,
    "1.2": study.outputs,
    "1.3": study.aims,
    "2.1": model.diagram,
    "2.2": model.base_logic,
    "2.3": study.scenario_logic,
    "2.4": model.algorithms,
    "2.5.1": model.entities,
    "2.5.2": model.activities,
    "2.5.3": model.resources,
    "2.5.4": model.queues,
    "2.5.5": model.entry_and_exit,
    "3.1": study.data_sources,
    "3.2": study.nothing,
    "3.3": study.inputs,
    "3.4": study.assumptions,
    "4.1": study.initialisation,
    "4.2": study.run_length,
    "4.3": study.estimation,
    "5.1": study.software,
    "5.2": study.sampling,
    "5.3": study.execution,
    "5.4": study.machine,
    "6.1": study.access,
}
QUESTIONS = {
    "1.1": 2,
    "1.3": 1,
    "3.1": 1,
    "3.2": 1,
    "3.3": 1,
    "3.4": 1,
    "4.3": 1,
    "5.4": 1,
    "6.1": 1,
}  # how many each has
PARTS = ("1", "2", "3", "4", "5", "6")


def checklist(scenario: Scenario, results: Results | None = None) -> tuple[Part, ...]:
    """Fill the checklist from a scenario, and from its results where there are any.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> parts = checklist(load_scenario("mmc"))
    >>> [part.title for part in parts][:2], len([item for part in parts for item in part.items])
    (['Objectives', 'Logic'], 24)
    """
    titles = {name: data["title"] for name, data in scenario.pathway.graph.nodes(data=True)}
    about = study.About(scenario, results, Speaker(scenario, titles))
    return tuple(_part(number, about) for number in PARTS)


def _part(number: str, about: study.About) -> Part:
    items = [_item(each, about) for each in ITEMS if each.startswith(f"{number}.")]
    return Part(number, about.text(f"part_{number}"), tuple(items))


def _item(number: str, about: study.About) -> Item:
    key = number.replace(".", "_")
    asked = [about.text(f"question_{key}_{place}") for place in range(1, QUESTIONS.get(number, 0) + 1)]
    return Item(number, about.text(f"item_{key}"), about.text(f"asks_{key}"), tuple(ITEMS[number](about)), tuple(asked))


def appendix(results: Results) -> Section:
    """Give the checklist as the last section of a report: of the first scenario, with the others as its experiments."""
    scenario = next(iter(results.scenarios.values()))
    folds = [
        Folded(f"{part.number} {part.title}", tuple(block for item in part.items for block in _said(item)))
        for part in checklist(scenario, results)
    ]
    title, note = (words.text(f"stress.{key}") for key in ("title", "note"))
    return Section("stress", title, note, tuple(folds))


def _said(item: Item) -> Iterator[Block]:
    yield Paragraph(f"{item.number} {item.title}. {item.asks}", "note")
    yield from (block for block in item.blocks if not (isinstance(block, Paragraph) and block.kind == "mermaid"))
    for question in item.questions:
        yield Paragraph(words.text("stress.to_answer", question=question), "warning")


def write_document(scenario: Scenario, path: Path | str, results: Results | None = None) -> Path:
    """Write the checklist as a page of Markdown.

    Examples
    --------
    >>> import tempfile
    >>> from pathway.scenario import load_scenario
    >>> file = write_document(load_scenario("mmc"), Path(tempfile.mkdtemp()) / "stress.md")
    >>> file.read_text(encoding="utf-8").splitlines()[0]
    '# One queue and three servers: STRESS-DES checklist'
    """
    title = words.text("stress.page", title=scenario.title or scenario.name)
    lines = [f"# {title}", "", words.text("stress.note"), ""]
    for part in checklist(scenario, results):
        lines += [f"## {part.number} {part.title}", ""]
        for item in part.items:
            lines += [f"### {item.number} {item.title}", "", f"*{item.asks}*", ""]
            for block in item.blocks:
                lines += [*_markdown(block), ""]
            for question in item.questions:
                lines += [f"> **{words.text('stress.to_answer', question=question)}**", ""]
    return write_page("\n".join(lines).rstrip() + "\n", path)


def _markdown(block: Block) -> Iterator[str]:
    """Write a block as Markdown; scenario texts cannot break a table."""
    if isinstance(block, Paragraph):
        if block.kind == "mermaid":
            yield from ("```mermaid", block.text.rstrip(), "```")
        else:
            yield _plain(block.text)
    elif isinstance(block, Table):
        if block.title:
            yield from (f"**{_plain(block.title)}**", "")
        yield "| " + " | ".join(map(_cell, block.columns)) + " |"
        yield "|" + "|".join("--:" if place in block.right else "---" for place in range(len(block.columns))) + "|"
        for row in block.rows:
            yield "| " + " | ".join(map(_cell, row)) + " |"


def _plain(text: str) -> str:
    """Keep a text from being taken for HTML or a link.

    >>> print(_plain("a <b> [x](y)"))
    a &lt;b> &#91;x&#93;(y)
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("[", "&#91;").replace("]", "&#93;")


def _cell(text: str) -> str:
    return _plain(" ".join(text.split())).replace("|", "\\|")
