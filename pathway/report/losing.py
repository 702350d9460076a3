"""Who loses: by route to the first treatment, how many are treated and how long they wait, against doing nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pathway import words
from pathway.metrics import lead_clock
from pathway.report import tables
from pathway.report.blocks import Block, Folded, Paragraph, Table
from pathway.report.compared import Change, Compared, Pairs
from pathway.report.material import Material
from pathway.report.naming import title
from pathway.report.numbers import MISSING, say
from pathway.report.plain import name_of
from pathway.report.said import judged, level, signed

LEAST = 1.0  # patients a year of a route that is listed
PUT_OFF = ("bumped", "displaced", "no_bed", "overrun", "no_staff")


@dataclass(frozen=True, slots=True)
class Route:
    """The patients of one route: how many a year, and how many days they wait for their first treatment."""

    label: str
    patients: Change | None
    days: Change | None

    @property
    def patient_days(self) -> float:
        """How many days more all of them wait in a year; none, where that may be chance."""
        if self.days is None or not self.days.is_sure:
            return 0.0
        return self.days.difference * (self.patients.after if self.patients else 1.0)

    @property
    def is_moved(self) -> bool:
        """Tell whether anything about it surely changes."""
        return any(row is not None and row.is_sure for row in (self.patients, self.days))


def routes_of(pairs: Pairs, base: Material, other: Material) -> list[Route]:
    """Give the routes of a scenario, who loses most days first."""
    lead, name = lead_clock(base.scenario), other.scenario.name
    if lead is None:
        return []
    found = [_whole(pairs, base, name, lead.name)]
    counts = tables.pick(base.intervals, "clock", "count", "all")["mean"] / base.years
    for state in dict.fromkeys(lead.stop):
        subject = f"{lead.name}→{state}"
        if counts.get(subject, 0.0) >= LEAST:
            found.append(_route(pairs, base, name, subject, title(base.scenario, "states", state)))
    known = [each for each in found if each.patients or each.days]
    return [*known[:1], *sorted(known[1:], key=_losers_first)]


def _losers_first(route: Route) -> tuple[float, float, bool]:
    """Order routes: who loses most days, who gains most, who is moved otherwise, and the rest."""
    return -max(route.patient_days, 0.0), route.patient_days, not route.is_moved


def _whole(pairs: Pairs, base: Material, name: str, clock: str) -> Route:
    return _route(pairs, base, name, clock, base.text("losing.all", clock=base.clocks.get(clock, clock)), "stopped")


def _route(pairs: Pairs, base: Material, name: str, subject: str, label: str, counted: str = "count") -> Route:
    patients = Compared("clock", subject, "all", counted, "patients", label)
    days = Compared("clock", subject, "all", "mean", "days", label, better=-1)
    return Route(label, _one(pairs.changes(patients, [name], base.years)), _one(pairs.changes(days, [name])))


def _one(rows: Sequence[Change]) -> Change | None:
    return rows[0] if rows else None


def worst_off(routes: Sequence[Route], base: Material) -> str:
    """Name the route that loses most: whose patients surely wait longer, all their days together."""
    losing = [each for each in routes[1:] if each.patient_days > 0]
    if not losing:
        return base.text("losing.nobody") if routes else MISSING
    first = losing[0]
    assert first.days is not None  # noqa: S101 - only who waits longer has days
    return base.text(
        "losing.worst", name=first.label, days=signed(first.days, base, in_sum=False), more=_more(len(losing) - 1, base)
    )


def _more(n: int, base: Material) -> str:
    return base.text("losing.more", n=n) if n else ""


def losing_blocks(routes: Sequence[Route], pairs: Pairs, base: Material, other: Material) -> list[Block]:
    """Say who loses and who gains in a scenario, in a sentence and a table; who is not touched stands folded."""
    if not routes:
        return []
    text, columns = base.text, tuple(base.text(f"losing.{key}") for key in ("route", "patients", "days", "judged"))
    right = frozenset({1, 2})
    moved = [each for each in routes if each.is_moved or each is routes[0]]
    lines = [_line(each, base) for each in moved] + _put_off(pairs, base, other)
    blocks: list[Block] = [Paragraph(_sentence(routes, base, other), "finding")]
    blocks.append(Table(columns, tuple(lines), right, title=text("losing.of", name=name_of(other))))
    rest = tuple(_line(each, base) for each in routes if not each.is_moved and each is not routes[0])
    if rest:
        blocks.append(Folded(text("losing.rest", n=len(rest)), (Table(columns, rest, right),)))
    return blocks


def _sentence(routes: Sequence[Route], base: Material, other: Material) -> str:
    losing = [each for each in routes[1:] if each.patient_days > 0]
    gaining = [each for each in routes[1:] if each.patient_days < 0]
    key = {(True, True): "both", (True, False): "only_losers", (False, True): "only_gainers"}.get(
        (bool(losing), bool(gaining)), "neither"
    )
    named = {"losers": _named(losing, base), "gainers": _named(gaining[::-1], base)}
    return base.text(f"losing.{key}", name=name_of(other), **named)


def _named(routes: Sequence[Route], base: Material, most: int = 3) -> str:
    said = [
        base.text("losing.by", name=each.label, days=signed(each.days, base, in_sum=False))
        for each in routes[:most]
        if each.days is not None
    ]
    return words.listed(said) + _more(max(len(routes) - most, 0), base)


def _line(route: Route, base: Material) -> tuple[str, ...]:
    cells = [_cell(row, base) for row in (route.patients, route.days)]
    said = [judged(route.days, base)] if route.days is not None else []
    if route.patients is not None and route.patients.is_sure:
        said.append(base.text("losing.fewer" if route.patients.difference < 0 else "losing.more_patients"))
    return (route.label, *cells, words.listed(each for each in said if each))


def _cell(row: Change | None, base: Material) -> str:
    if row is None:
        return MISSING
    if row.is_none:
        return f"{level(row.after, row, base)} ({signed(row, base)})"
    change = signed(row, base, in_sum=False)
    before, after = (
        say(value, row.figure.unit if row.figure.unit == "days" else "") for value in (row.before, row.after)
    )
    return base.text("losing.cell", before=before, after=after, change=change)


def _put_off(pairs: Pairs, base: Material, other: Material) -> list[tuple[str, ...]]:
    """List who is surely put off more or less often once booked, by step and reason."""
    lines: list[tuple[str, ...]] = []
    for name in sorted(base.activities):
        for reason in PUT_OFF:
            step = title(base.scenario, "states", name)
            label = base.text(f"figure.attempts_{reason}", name=step)
            figure = Compared("attempts", name, "", reason, "patients", label, better=-1)
            for row in pairs.changes(figure, [other.scenario.name], base.years):
                if row.is_sure:
                    lines.append((label, _cell(row, base), MISSING, judged(row, base)))
    return lines
