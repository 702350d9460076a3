"""The figures of a report as picture files, drawn by Chromium or Chrome on this computer."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.report.blocks import Block, Drawn, Folded, Section
from pathway.report.export.browsers import browser

if TYPE_CHECKING:
    from pathway.experiment import Results

WIDTH, TITLE = 1100, 56  # pixels across, and for the title above
SHARP = 2  # dots a pixel in PNG
INDEX = "captions.md"


@dataclass(frozen=True, slots=True)
class Picture:
    """A figure with the name of its file, its title, and the sentence that says the main thing in words."""

    name: str
    title: str
    caption: str
    figure: dict[str, Any]


def write_figures(results: Results, folder: Path | str, kind: str) -> list[Path]:
    """Write every figure of the report on some results to a folder, as "png", "svg" or "pdf", and a page of captions.

    Raises
    ------
    PathwayError
        If kaleido is not installed or there is no browser; it says which, and what to do.
    """
    if importlib.util.find_spec("kaleido") is None:
        raise PathwayError(
            "pictures need the Python package kaleido, which is not installed; "
            "install it with `pip install 'pathway-simulator[figures]'`. Chromium or Chrome is needed as well"
        )
    program, folder = browser(), Path(folder)
    pictures = list(figures_of(results))
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{each.name}.{kind}" for each in pictures]
    _draw(pictures, paths, program)
    lines = [f"- `{path.name}`: **{each.title}.** {each.caption}" for path, each in zip(paths, pictures, strict=True)]
    (folder / INDEX).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return paths


def _draw(pictures: Sequence[Picture], paths: Sequence[Path], program: Path) -> None:
    import kaleido

    orders = [
        {
            "fig": each.figure,
            "path": str(path),
            "opts": {
                "width": WIDTH,
                "height": each.figure["layout"]["height"],
                "scale": SHARP if path.suffix == ".png" else 1,
            },
        }
        for each, path in zip(pictures, paths, strict=True)
    ]
    # MathJax would come from the net; plotly.js is the one that is installed here
    kaleido.write_fig_from_object_sync(orders, kopts={"mathjax": False, "path": str(program)})
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise PathwayError(f"{program} could not draw {', '.join(missing)}")


def figures_of(results: Results) -> Iterator[Picture]:
    """Give the figures of the report on some results, in its order."""
    from pathway.report.compare import AS_USUAL, comparison
    from pathway.report.material import material
    from pathway.report.sections import sections

    read = [material(results, name, results.loads.get(name)) for name in results.scenarios]
    if len(read) > 1:
        compared = comparison(results, read, AS_USUAL)
        yield from _pictures("comparison", (compared.options, compared.rest))
    for each in read:
        yield from _pictures(each.scenario.name, sections(each))


def _pictures(chapter: str, parts: Sequence[Section]) -> Iterator[Picture]:
    for part in parts:
        found = list(_drawn(part.blocks))
        for number, block in enumerate(found, 1):
            title = f"{part.title}: {block.title}" if block.title else part.title
            name = re.sub(r"[^A-Za-z0-9]+", "_", f"{chapter} {part.key}").strip("_")
            yield Picture(name if len(found) == 1 else f"{name}_{number}", title, block.caption, _titled(block, title))


def _drawn(blocks: Sequence[Block]) -> Iterator[Drawn]:
    for block in blocks:
        if isinstance(block, Drawn):
            yield block
        elif isinstance(block, Folded):
            yield from _drawn(block.blocks)


def _titled(block: Drawn, title: str) -> dict[str, Any]:
    """Put a title above a figure, which has none of its own on a page."""
    figure: dict[str, Any] = json.loads(block.figure)
    layout = figure["layout"]
    margin = layout.setdefault("margin", {})
    top = int(margin.get("t", 20))
    margin["t"], layout["height"] = top + TITLE, int(layout.get("height", block.height)) + TITLE
    shown = title.replace("&", "&amp;").replace("<", "&lt;")
    layout["title"] = {
        "text": f"<b>{shown}</b>",
        "x": 0.01,
        "xanchor": "left",
        "yref": "container",
        "y": 0.985,
        "yanchor": "top",
    }
    return figure
