"""How the numbers can be had again: fingerprint, seed, versions, engine, files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.graph import readable
from pathway.report.blocks import Section, Table

if TYPE_CHECKING:
    from pathway.experiment import Results


def manifest(results: Results, language: str) -> Section:
    """Put the manifest of some results into a section."""
    answers = {True: words.text("answer.yes", language), False: words.text("answer.no", language)}
    facts = _lines(results.manifest)
    lines = [(name, answers[value] if isinstance(value, bool) else str(value)) for name, value in facts]
    for name, scenario in results.scenarios.items():
        title = words.text("sources.files_of", language, name=name)
        lines.append((title, ", ".join(Path(file).name for file in scenario.files)))
    columns = (words.text("sources.key", language), words.text("sources.value", language))
    return Section(
        "manifest",
        words.text("sources.manifest_title", language),
        words.text("sources.manifest_note", language),
        (Table(columns, tuple(lines)),),
    )


def _lines(values: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Write a mapping, mappings inside it too, as lines of a name and a value.

    >>> list(_lines({"versions": {"numpy": "2.4"}}))
    [('versions: numpy', '2.4')]
    """
    for key, value in values.items():
        name = f"{prefix}{readable(str(key))}"
        if isinstance(value, Mapping):
            yield from _lines(value, f"{name}: ")
        elif isinstance(value, list | tuple):
            yield name, ", ".join(str(each) for each in value)
        else:
            yield name, value
