"""The section on money: the price list times what was counted, what a case costs, and who fills the roster."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pathway import charts, words
from pathway.graph import Activity, readable
from pathway.metrics import cost_curves
from pathway.report import tables
from pathway.report.blocks import Block, Folded, Paragraph, Section, Table, drawn, table
from pathway.report.material import Material
from pathway.report.money import rounded, say_amount, say_range, step_for
from pathway.report.naming import capitalised
from pathway.report.numbers import say_number
from pathway.scenario import not_costed

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Costs, ResourcePrice, StatePrice

INCOME = "income"
PARTS = ("visit", "consumable", "open_hours", "used_hours", "bed_days", "hire", "capital")
COUNTED = {  # part of the price list: the word for what is counted
    "visit": "visits",
    "consumable": "visits",
    "income": "visits",
    "open_hours": "hours",
    "used_hours": "hours",
    "bed_days": "days",
    "hire": "hires",
    "capital": "units",
}
LISTED = 12  # kinds of case in the open table
POINTS = 60  # of a curve
BEYOND = 1.25  # of the largest volume marked, to which a curve is drawn


class Line(NamedTuple):
    """A line of the price list: entry and part, how many were counted, the price of one, and the amount a year."""

    title: str
    part: str
    number: float
    price: float
    amount: float
    low: float
    high: float


def costs(material: Material) -> Section | None:
    """What a year costs, line by line; what a case costs; bought against hired; people on the roster."""
    priced = material.scenario.costs
    if priced is None:
        return None
    lines = _lines(material, priced)
    if not lines:
        return None
    text = material.text
    blocks: list[Block] = [
        Paragraph(_summary(material, priced)),
        _price_list(material, priced, lines),
        *_cases(material, priced),
    ]
    for name in _looked_at(material, priced):
        blocks += _one_case(material, priced, name)
    blocks += [*_staffing(material), *_missing(material)]
    note = text("costs.note", currency=priced.currency, year=priced.price_year)
    return Section("costs", text("costs.title"), note, tuple(blocks))


# ---------------------------------------------------------------- the year


def _summary(material: Material, priced: Costs) -> str:
    """Say what a year costs, a patient treated, a treatment meant to cure, and how many people it takes."""
    rows = _of(material, "cost", "all")
    parts = [("costs.total", rows.get(("", "per_year"))), ("costs.treated", rows.get(("", "per_treated")))]
    parts += [("costs.cured", rows.get(("", "per_curative"))), ("costs.balance", rows.get(("", "net_per_year")))]
    said = []
    for key, row in parts:
        if row is not None and not math.isnan(row["mean"]):
            values = {"amount": say_amount(row["mean"]), "range": say_range(row["low"], row["high"])}
            said.append(material.text(key, currency=priced.currency, **values))
    return " ".join(said)


def _of(material: Material, measure: str, subject: str) -> dict[tuple[str, str], pd.Series]:
    """Give the figures of one subject of a measure by part and statistic."""
    rows = material.intervals[(material.intervals["measure"] == measure) & (material.intervals["subject"] == subject)]
    return {(str(row["part"]), str(row["statistic"])): row for _, row in rows.iterrows()}


def _lines(material: Material, priced: Costs) -> list[Line]:
    """Give the lines of the price list, the largest amount first."""
    rows = material.intervals[material.intervals["measure"] == "cost_line"]
    known = {(row["subject"], row["part"], row["statistic"]): row for _, row in rows.iterrows()}
    found = []
    for entry in priced.entries():
        for part, price in _prices(entry):
            amount, count = (known.get((entry.name, part, each)) for each in ("per_year", "quantity"))
            if amount is not None and count is not None:
                values = amount["mean"], amount["low"], amount["high"]
                found.append(Line(_title(material, entry), part, count["mean"], price, *values))
    return sorted(found, key=lambda line: -line.amount)


def _title(material: Material, entry: StatePrice | ResourcePrice) -> str:
    known = material.states.get(entry.name) or material.resources.get(entry.name)
    return entry.title or known or capitalised(readable(entry.name))


def _prices(entry: StatePrice | ResourcePrice) -> Iterator[tuple[str, float]]:
    """Give the parts of an entry with the price of one."""
    fees = {
        "visit": getattr(entry, "visit", None),
        "consumable": getattr(entry, "used_up", None),
        "income": getattr(entry, "income", None),
        "open_hours": getattr(entry, "open_hour", None),
        "used_hours": getattr(entry, "used_hour", None),
        "bed_days": getattr(entry, "bed_day", None),
        "hire": getattr(getattr(entry, "hire", None), "fee", None),
        "capital": getattr(getattr(entry, "capital", None), "annual", None),
    }
    yield from ((part, fee) for part, fee in fees.items() if fee is not None)


def _price_list(material: Material, priced: Costs, lines: Sequence[Line]) -> Table:
    """Print what was counted, the price of one and the amount; the amounts are rounded so that they add up."""
    text, paid = material.text, [line for line in lines if line.part != INCOME]
    earned = [line for line in lines if line.part == INCOME]
    step = step_for(sum(line.amount for line in paid))
    body: list[tuple[str, ...]] = []
    for group in (paid, earned):
        for line, whole in zip(group, rounded([each.amount for each in group], step), strict=True):
            counted = text(f"costs.{COUNTED[line.part]}", number=f"{line.number:,.0f}")
            price, span = f"{line.price:,.0f}", say_range(line.low, line.high, step)
            body.append((line.title, text(f"costs.{line.part}"), counted, price, f"{whole:,}", span))
        if group is paid or earned:
            body.append(_sum(material, "costs.sum" if group is paid else "costs.sum_income", group is paid, step))
    if earned:
        body.append(_sum(material, "costs.net", None, step))
    keys = ("item", "part", "counted", "price")
    unit = text("costs.thousand", currency=priced.currency) if step > 1 else priced.currency
    columns = [*(text(f"costs.{key}", currency=priced.currency) for key in keys)]
    columns += [text("costs.amount", unit=unit), text("first.precision")]
    return table(columns, body, text=2, title=text("costs.list"))


def _sum(material: Material, key: str, costs: bool | None, step: int) -> tuple[str, ...]:
    """Give the line of the total cost, of all income, or of what is left."""
    which = {True: ("", "per_year"), False: (INCOME, "per_year"), None: ("", "net_per_year")}[costs]
    row = _of(material, "cost", "all")[which]
    return material.text(key), "", "", "", say_amount(row["mean"], step), say_range(row["low"], row["high"], step)


# ---------------------------------------------------------------- a case


def _cases(material: Material, priced: Costs) -> Iterator[Block]:
    """Print what a case of each kind costs with its share of what it used; all kinds together are the year's cost."""
    text, frame = material.text, tables.wide(material.intervals, "cost")
    if "full_per_year" not in frame:
        return
    whole = frame["full_per_year"].dropna()
    full = whole[whole.index.get_level_values("part") == ""].sort_values(ascending=False)
    names = [str(name) for name, _ in full.index]
    unused = float(frame["unattributed_per_year"].dropna().sum())
    step = step_for(float(full.sum()) + unused)
    amounts = rounded([*full, unused], step)
    body = [_case(material, frame, name, amount) for name, amount in zip(names, amounts, strict=False)]
    rest = [(text("costs.nobody"), "", "", *("" for _ in PARTS), f"{amounts[-1]:,}")] if amounts[-1] else []
    total = (text("costs.sum"), "", "", *("" for _ in PARTS), f"{sum(amounts):,}")
    unit = text("costs.thousand", currency=priced.currency) if step > 1 else priced.currency
    columns = [text("costs.case"), text("costs.a_year"), text("costs.each", currency=priced.currency)]
    columns += [text(f"costs.{part}") for part in PARTS] + [text("costs.amount", unit=unit)]
    asked = _looked_at(material, priced)
    shown = [row for place, row in enumerate(body) if place < LISTED or names[place] in asked]
    yield table(columns, shown, title=text("costs.cases"))
    if len(shown) < len(body):
        yield Folded(text("costs.all_cases"), (table(columns, [*body, *rest, total]),))


def _case(material: Material, frame: pd.DataFrame, name: str, amount: int) -> tuple[str, ...]:
    full, cases = frame["full_per_year"], float(frame["cases_per_year"][name, ""])
    each = [full.get((name, part), math.nan) / cases if cases else math.nan for part in ("", *PARTS)]
    parts = [say_amount(value) if value == value else "" for value in each[1:]]
    return material.states.get(name, name), say_number(cases), say_amount(each[0]), *parts, f"{amount:,}"


def _looked_at(material: Material, priced: Costs) -> list[str]:
    """Name the activities worth a look: those of which volumes are asked, that bring something in, or need capital."""
    asked = [name for each in priced.states if each.volumes or each.income is not None for name in each.states]
    bought = {name for each in priced.resources if each.hire_break_even is not None for name in each.resources}
    states = material.scenario.pathway.states.items()
    for name, state in states:
        if isinstance(state, Activity) and bought & {one for need in state.needs for one in need.any_of}:
            asked.append(name)
    return [name for name in dict.fromkeys(asked) if name in material.activities]


def _one_case(material: Material, priced: Costs, name: str) -> Iterator[Block]:
    """Say what a case of one activity costs at other volumes, bought and hired, and where both are the same."""
    cases = _of(material, "cost", name).get(("", "cases_per_year"))
    if cases is None or not cases["mean"]:
        return
    now = float(cases["mean"])
    volumes = _volumes(priced, name, now)
    top = BEYOND * max(*volumes, now)
    least = min(*volumes, now) / 2
    some = sorted({*volumes, *(least + (top - least) * place / POINTS for place in range(POINTS + 1))})
    curves = cost_curves(material.intervals, material.scenario, name, some)
    figure = charts.cost_per_case(curves, volumes, now, currency=priced.currency)
    title = material.text("costs.one", name=material.states[name])
    yield drawn(figure, " ".join(_say_case(material, priced, name, now)), title=title)
    yield _volume_table(material, priced, cost_curves(material.intervals, material.scenario, name, volumes))


def _volumes(priced: Costs, name: str, now: float) -> list[float]:
    """Give the volumes asked for; if none are, half, as many, and twice as many as there were."""
    asked = [float(each) for price in priced.states if name in price.states for each in price.volumes]
    return sorted(set(asked)) or sorted({max(float(round(now * factor)), 1.0) for factor in (0.5, 1, 1.5, 2)})


def _say_case(material: Material, priced: Costs, name: str, now: float) -> Iterator[str]:
    rows, text = _of(material, "cost", name), material.text
    each, fixed = rows["", "per_case"], rows["", "fixed_per_year"]
    values = {"amount": say_amount(each["mean"]), "range": say_range(each["low"], each["high"])}
    yield text("costs.says_case", n=say_number(now), currency=priced.currency, **values)
    if fixed["mean"]:
        yield text("costs.says_fixed", fixed=say_amount(fixed["mean"]), currency=priced.currency)
    state = material.scenario.pathway.states[name]
    needed = {one for need in getattr(state, "needs", ()) for one in need.any_of}
    for price in priced.resources:
        hired = price.hire or price.instead_hire
        if price.hire_break_even is not None and hired is not None and needed & set(price.resources):
            key = "costs.says_use" if hired.per == "use" else "costs.says_session"
            fee = {"fee": say_amount(hired.fee), "currency": priced.currency}
            yield text(key, name=_title(material, price), n=f"{price.hire_break_even:,.1f}".removesuffix(".0"), **fee)
    income = rows.get((INCOME, "break_even"))
    if income is not None and not math.isnan(income["mean"]):
        key = "costs.says_never" if math.isinf(income["mean"]) else "costs.says_income"
        yield text(key, n=say_number(income["mean"]))


def _volume_table(material: Material, priced: Costs, curves: pd.DataFrame) -> Table:
    """Print for each volume what a case costs each way, and how much of it is fixed."""
    text, ways = material.text, list(dict.fromkeys(curves["way"]))
    body = []
    for volume, rows in curves.groupby("volume"):
        by_way = rows.set_index("way")
        numbers = [say_amount(by_way[key][way]) for way in ways for key in ("per_case", "fixed")]
        body.append((f"{volume:,.0f}", *numbers))
    columns = [text("costs.volume")]
    for way in ways:
        said = text(f"chart.{way}")
        columns += [text("costs.way", way=said, currency=priced.currency), text("costs.way_fixed", way=said)]
    return table(columns, body)


# ---------------------------------------------------------------- people, and what is missing


def _staffing(material: Material) -> Iterator[Block]:
    text, staffing = material.text, material.scenario.staffing
    people = tables.pick(material.intervals, "staffing", "wte")["mean"]
    if staffing is None or people.empty:
        return
    lines = [(material.resources.get(str(name), str(name)), f"{number:.1f}") for name, number in people.items()]
    lines = [(text("costs.people_sum") if name == "all" else name, number) for name, number in lines]
    values = {"hours": f"{staffing.hours:g}", "cover": words.percent(f"{100 * staffing.cover:.0f}")}
    yield Paragraph(text("costs.people", n=f"{people['all']:.1f}", **values))
    yield Folded(text("costs.people_table"), (table([text("resources.resource"), text("costs.wte")], lines),))


def _missing(material: Material) -> Iterator[Block]:
    """Name what has no price."""
    activities, resources = not_costed(material.scenario)
    for key, names, titles in (
        ("costs.no_price_activities", activities, material.states),
        ("costs.no_price_resources", resources, material.resources),
    ):
        if names:
            yield Paragraph(material.text(key, names=words.clauses(titles[name] for name in names)))
