"""What a scenario changes, in one sentence: where the bottleneck goes, what gets better, what gets worse."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from pathway import words
from pathway.report.bottleneck import Move, moves
from pathway.report.compared import CLEAR, LARGE, Change, Compared, Pairs
from pathway.report.material import Material
from pathway.report.numbers import say_number
from pathway.report.said import clause

NAMED = 2  # changes of a kind that are named
SMALLEST = 0.05  # points or days that are printed as more than nothing
CLOCKS = ("target", "clock")


def plain_sentence(base: Material, other: Material, pairs: Pairs, found: Mapping[Compared, Sequence[Change]]) -> str:
    """Say in one sentence what a scenario changes against the first.

    Better and worse are what surely changes: of clocks and targets whose interval leaves out 0, of the
    many other figures only those twice as clear.
    """
    mine = [row for rows in found.values() for row in rows if row.scenario == other.scenario.name]
    same = pairs.is_same(other.scenario.name)
    clauses = [base.text("plain.same")] if same else list(_clauses(base, other, mine))
    return base.text("plain.sentence", name=name_of(other), clauses=base.text("plain.between").join(clauses))


def name_of(material: Material) -> str:
    """Give a scenario's title, or its name if it has none."""
    return material.scenario.title or material.scenario.name


def _clauses(base: Material, other: Material, mine: Sequence[Change]) -> Iterator[str]:
    text = base.text
    yield from _bottlenecks(moves(base, other), base)
    if all(math.isnan(row.half) for row in mine):
        yield text("plain.no_precision")
        return
    clear = [row for row in mine if row.good and _is_clear(row)]
    for good, key in ((1, "plain.better"), (-1, "plain.worse")):
        rows = _first([row for row in clear if row.good == good])
        if rows:
            yield text(key, changes=_listed([clause(row, base) for row in rows], base))
    if not clear:
        moved = [row for row in mine if row.is_sure and row.clarity >= CLEAR]
        yield text("plain.only_use" if moved else "plain.nothing")
    elif not any(row.figure.measure in CLOCKS for row in clear):
        yield text("plain.no_clock")


def _listed(parts: Sequence[str], base: Material) -> str:
    """Put parts behind each other: one, two and three."""
    *others, last = parts
    return base.text("plain.and", others=words.listed(others), last=last) if others else last


def _is_clear(row: Change) -> bool:
    if row.figure.measure in CLOCKS:
        return row.is_sure and abs(row.difference) >= SMALLEST
    is_large = abs(row.difference) >= LARGE * abs(row.before)
    return row.is_sure and is_large and (row.is_meant or row.clarity >= CLEAR)


def _first(rows: Sequence[Change]) -> list[Change]:
    """Choose the changes to name: the clearest of clocks and targets, then what the scenario is about, then others."""
    order = sorted(rows, key=lambda row: (row.figure.measure not in CLOCKS, not row.is_meant, -row.clarity))
    clocks = [row for row in order if row.figure.measure in CLOCKS][:NAMED]
    others = [row for row in order if row.figure.measure not in CLOCKS]
    return [*clocks, *others[: max(1, NAMED - len(clocks))]] if clocks else others[:NAMED]


def _bottlenecks(found: Sequence[Move], base: Material) -> Iterator[str]:
    """Say where the bottleneck goes; where it stays in both senses and is the same thing, only once."""
    if len({(move.before, move.is_other) for move in found}) == 1 and not found[0].is_other:
        yield base.text("plain.stays", name=found[0].before)
        return
    if len(found) > 1 and not any(move.is_other for move in found):
        one, other = found
        names = {"name": one.before, "where": one.where, "other_name": other.before, "other_where": other.where}
        yield base.text("plain.stay", **names)
        return
    for move in found:
        if not move.is_other:
            yield base.text("plain.stays_where", where=move.where, name=move.before)
        elif not move.after:
            yield base.text("plain.gone", where=move.where, before=move.before)
        elif not move.before:
            yield base.text("plain.appears", where=move.where, after=move.after)
        else:
            key = "plain.moves" if move.is_sure else "plain.may_move"
            yield base.text(key, where=move.where, before=move.before, after=move.after)


def worth_lines(base: Material, worth: Mapping[str, Mapping[str, float]], labels: Mapping[str, str]) -> list[str]:
    """Say of some figures how many times as many replications without common luck would be needed to know as much.

    `worth` is by figure and scenario, `labels` the figures' names; only what varies and is paired is said.
    """
    lines = []
    for figure, by_name in worth.items():
        known = [value for value in by_name.values() if math.isfinite(value)]
        if known:
            said = say_number(min(known)), say_number(max(known))
            span = said[0] if said[0] == said[1] else base.text("plain.span", low=said[0], high=said[1])
            lines.append(base.text("plain.worth", label=labels[figure], times=span))
    return lines
