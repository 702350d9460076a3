"""What a page is made of: sections of paragraphs, tables and drawn figures, all plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from markupsafe import Markup

from pathway.report.figures import as_json, plain_json


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or two; `kind` chooses how it looks (plain, warning)."""

    text: str
    kind: str = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; columns named in `right` hold numbers and stand to the right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as the page's script draws it, with the sentence that says the main thing in words."""

    figure: Markup
    caption: str
    height: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A chart that is played by the page's script: what changes at each of some moments, and what these are called."""

    figure: Markup
    changes: Markup
    caption: str
    height: int
    moments: tuple[str, ...]
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Folded:
    """Blocks behind a line that opens on a click, closed on paper."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One question of the report: its title, how to read what follows, and the blocks that answer it."""

    key: str
    title: str
    note: str
    blocks: tuple[Block, ...]


Block = Paragraph | Table | Drawn | Moved | Folded


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, text: int = 1, title: str = "") -> Table:
    """Make a table whose first `text` columns are words and whose others are numbers.

    >>> sorted(table(["Activity", "P90"], [["CT", "3"]]).right)
    [1]
    """
    body = tuple(tuple(row) for row in rows)
    return Table(tuple(columns), body, frozenset(range(text, len(columns))), title)


def drawn(figure: go.Figure, caption: str, *, title: str = "") -> Drawn:
    """Make a block of a figure.

    >>> from pathway.charts.template import blank
    >>> drawn(blank(300), "Nothing.").height
    300
    """
    return Drawn(as_json(figure), caption, int(figure.layout.height), title)


def moved(
    figure: go.Figure, changes: Sequence[Any], moments: Sequence[str], caption: str, labels: Mapping[str, str]
) -> Moved:
    """Make a block of a figure and what changes; `labels` are what its button, slider and speeds are called.

    >>> from pathway.charts.template import blank
    >>> moved(blank(300), [{"x": [1]}], ["Monday"], "Nothing.", {"play": "Play"}).changes
    Markup('[{"x":[1]}]')
    """
    return Moved(as_json(figure), plain_json(changes), caption, int(figure.layout.height), tuple(moments), labels)
