"""The section that sets yearly volumes on paper, in the run and in the evidence side by side."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pathway.experiment.intervals import apart
from pathway.graph import readable
from pathway.load import derived_volumes
from pathway.report import tables
from pathway.report.blocks import Block, Folded, Section, Table, table
from pathway.report.material import Material
from pathway.report.naming import capitalised
from pathway.report.numbers import MISSING, say_number, say_span

if TYPE_CHECKING:
    from pathway.scenario import Volume

NEAR = 0.1  # of the evidence, up to which a difference asks for no reason


def volumes(material: Material) -> Section | None:
    """Volumes on paper, in the run, and in the evidence."""
    text, expected = material.text, material.scenario.volumes
    simulated = tables.pick(material.intervals, "volume", "per_year")
    names = [name for name in expected if name in simulated.index]
    if not names:
        return None
    derived = derived_volumes(material.loads, expected).set_index("volume") if material.loads is not None else None
    lines, verdicts = [], []
    for name in names:
        row, volume, on_paper = simulated.loc[name], expected[name], None if derived is None else derived.loc[name]
        said, agrees = _compared(on_paper, row, material)
        verdicts.append(agrees)
        lines.append(
            (
                volume.title or capitalised(readable(name)),
                MISSING if on_paper is None else _with_range(*on_paper[["per_year", "low", "high"]]),
                _with_range(row["mean"], row["low"], row["high"]),
                said,
                _with_range(volume.per_year, volume.low, volume.high),
                _off(row["mean"], volume.per_year),
                _why(volume, row, material),
            )
        )
    keys = ("volume", "derived", "simulated", "compare", "evidence", "off", "why")
    known = [verdict for verdict in verdicts if verdict is not None]
    caption = text("volumes.caption", n=known.count(True), all=len(known)) if known else ""
    columns = tuple(text(f"volumes.{key}") for key in keys)
    made = Table(columns, tuple(lines), right=frozenset({1, 2, 3, 4, 5}), title=caption)
    blocks: tuple[Block, ...] = (made, *_evidence([expected[name] for name in names], material))
    return Section("volumes", text("volumes.title"), text("volumes.note"), blocks)


def _compared(on_paper: Any, simulated: Any, material: Material) -> tuple[str, bool | None]:
    """Say simulated less derived, and whether its interval holds 0; None where the precision is unknown."""
    if on_paper is None or math.isnan(simulated["low"]):
        return MISSING, None
    half_found, half_paper = simulated["high"] - simulated["mean"], on_paper["high"] - on_paper["per_year"]
    difference, half = apart(simulated["mean"], half_found, on_paper["per_year"], half_paper)
    agrees = abs(difference) <= half
    mark = material.text("volumes.agrees" if agrees else "volumes.differs")
    return f"{_signed(difference)} ± {say_number(half)} {mark}".replace(" ", "\u00a0"), agrees


def _signed(value: float) -> str:
    """Write a difference with its sign.

    >>> _signed(4.1), _signed(-36.2), _signed(0.03)
    ('+4.1', '−36', '0')
    """
    number = say_number(round(abs(value), 1))
    return number if number == "0" else ("+" if value > 0 else "−") + number


def _off(found: float, expected: float) -> str:
    """Say how far the run is from the evidence, in percent."""
    if not expected:
        return MISSING
    percent = round(100 * (found / expected - 1))
    return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{abs(percent)} %"


def _why(volume: Volume, row: Any, material: Material) -> str:
    """Give the reason a scenario states for departing from the evidence, or say whether one is asked for."""
    if volume.remarks:
        return volume.remarks
    low = volume.per_year if volume.low is None else volume.low
    high = volume.per_year if volume.high is None else volume.high
    if row["low"] <= high and low <= row["high"]:
        return material.text("volumes.within")
    near = bool(volume.per_year) and abs(row["mean"] / volume.per_year - 1) <= NEAR
    return material.text("volumes.near" if near else "volumes.unexplained")


def _evidence(shown: Sequence[Volume], material: Material) -> list[Block]:
    """List what the sources of these volumes say, so that their short names need not be looked up."""
    text, known = material.text, material.scenario.evidence
    names = dict.fromkeys(name for volume in shown for name in re.findall(r"\w+", volume.source) if name in known)
    lines = [(name, known[name].tag, known[name].says) for name in names]
    columns = [text(f"sources.{key}") for key in ("name", "tag", "says")]
    return [Folded(text("volumes.sources"), (table(columns, lines, text=3),))] if lines else []


def _with_range(value: float, low: float | None, high: float | None) -> str:
    """Write a number and, if there is one, its range."""
    if low is None or high is None or math.isnan(low):
        return say_number(value)
    return f"{say_number(value)} ({say_span(low, high, '')})"
