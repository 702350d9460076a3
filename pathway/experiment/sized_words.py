"""The answer of a sizing in sentences, worded as carefully as it was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pathway import words
from pathway.clock import MINUTES_PER_DAY, say_duration
from pathway.experiment.sized import MEETS, MISSES, UNDECIDED
from pathway.metrics.targets import QUANTILES

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment.sized import Sizing
    from pathway.scenario import Scenario, Target


NAMED = 3  # configurations that are named in a sentence; of more it says how many


def sentences(sized: Sizing) -> list[str]:
    """Say the choice and its guarantee, what it reaches, what cheaper ones lack, and what stands idle."""
    return [*_choice(sized), *_of_choice(sized), *_remarks(sized)]


def target_label(scenario: Scenario, target: Target) -> str:
    """Name a target in words, as it is judged: the P90 of a wait as the share within its limit."""

    def title(section: Mapping[str, Any], name: str) -> str:
        return getattr(section.get(name), "title", "") or name

    if target.title:
        return target.title
    if target.kind == "utilisation":
        return words.text("sizing.in_use", name=title(scenario.resources, target.subject))
    state = title(scenario.pathway.states, target.subject)
    if target.kind == "waiting":
        return words.text("sizing.waiting_on", name=state, day=target.by)
    if target.kind == "wait":
        if target.statistic not in QUANTILES or target.at_most is None:
            return words.text("sizing.mean_wait", name=state)
        return words.text("sizing.wait_within", name=state, limit=say_duration(round(target.at_most)))
    limit = scenario.clocks[target.subject].limit if target.within is None else target.within
    name = title(scenario.clocks, target.subject)
    name = f"{name}: {title(scenario.pathway.states, target.to)}" if target.to else name
    if words.says(name, f"{limit / MINUTES_PER_DAY:g}", "days"):
        return name
    return words.text("sizing.clock_within", name=name, limit=say_duration(limit))


def say_amount(value: float, unit: str) -> str:
    """Write a share as a percentage, days as days.

    >>> say_amount(0.8126, "share"), say_amount(3.26, "days")
    ('81 %', '3.3 days')
    """
    if unit == "share":
        return words.percent(f"{100 * value:.0f}")
    return words.quantity(f"{value:.1f}", unit)


def say_estimate(row: Any) -> str:
    """Write what a target comes to, with half its interval."""
    half, scale = (row.high - row.low) / 2, 100 if row.unit == "share" else 1
    said = say_amount(row.value, row.unit)
    return f"{said} ± {scale * half:.1f}" if half == half else said


def say_price(amount: float, unit: str) -> str:
    """Write a price: hours a week, or money a year."""
    if unit == "h":
        return words.text("sizing.per_week", n=f"{amount:,.1f}")
    return words.text("sizing.per_year", n=f"{amount:,.0f}", currency=unit)


def say_configurations(configurations: pd.DataFrame, targets: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Tell every configuration in a row: its verdict, its price, what targets come to; and the names of the columns.

    The tables are those of a `Sizing`, as they are or read again from what was written.
    """
    labels = list(dict.fromkeys(targets["label"]))
    told = ("column_configuration", "column_standing", "column_price", "column_replications")
    rows, is_found = [], False
    for one in configurations.itertuples():
        reached = targets[targets["configuration"] == one.configuration].set_index("label")
        values = [say_estimate(reached.loc[label]) for label in labels]
        said = _say_standing(str(one.standing), is_found)
        is_found = is_found or one.standing == MEETS
        price = say_price(float(one.price), str(one.price_unit))
        rows.append([str(one.configuration), said, price, str(one.replications), *values])
    return [*(words.text(f"sizing.{name}") for name in told), *labels], rows


def _say_standing(standing: str, is_dearer: bool) -> str:
    """Say whether a configuration meets every target; of one dearer than one that does, nobody needs to know."""
    said = {MEETS: "sizing.meets", MISSES: "sizing.misses", UNDECIDED: "sizing.not_decided"}
    return words.text("sizing.not_needed" if is_dearer and standing == UNDECIDED else said[standing])


def _choice(sized: Sizing) -> Iterator[str]:
    asked = sized.manifest
    probability = words.percent(f"{100 * asked['probability']:g}")
    count = len(sized.configurations)
    if sized.choice:
        missed = _tolerated(sized)
        yield words.text("sizing.choice", choice=sized.choice, n=count, probability=probability, tolerance=missed)
    elif sized.undecided and asked["interrupted"]:
        yield words.text("sizing.interrupted", n=asked["replications"], undecided=len(sized.undecided), all=count)
    elif sized.undecided:
        named = len(sized.undecided) <= NAMED
        many = words.text("sizing.so_many_undecided", n=len(sized.undecided), all=count)
        names = words.clauses(sized.undecided) if named else many
        yield words.text("sizing.undecided", at_most=asked["at_most"], names=names)
        yield from _surely(sized)
    else:
        yield words.text("sizing.none_meets", n=count, probability=probability)


def _surely(sized: Sizing) -> Iterator[str]:
    """Name the cheapest that is known to meet every target, where something cheaper may do as well."""
    found = sized.configurations
    for name in found.loc[found["standing"] == MEETS, "configuration"].head(1):
        rows = sized.targets[sized.targets["configuration"] == name].itertuples()
        reached = words.clauses(f"{row.label} {say_estimate(row)}" for row in rows)
        yield words.text("sizing.surely", name=name, reached=reached)


def _tolerated(sized: Sizing) -> str:
    """Say how much of a miss does not count, in the units of the targets: points of shares, patients of a list."""
    waiting = sized.targets[sized.targets["unit"] == "patients"]
    said = []
    if len(waiting) < len(sized.targets):
        said.append(words.text("sizing.points", n=f"{100 * sized.manifest['tolerance']:g}"))
    if len(waiting):
        most = float(waiting["tolerance"].max())
        said.append(words.text("sizing.patients", n=int(most) if most.is_integer() else round(most, 1)))
    return words.text("show.or").join(said)


def _of_choice(sized: Sizing) -> Iterator[str]:
    if sized.choice:
        for row in sized.targets[sized.targets["configuration"] == sized.choice].itertuples():
            yield _target("sizing.reaches", row)
        yield from _costs(sized)
    if sized.nearest_miss:
        rows = sized.targets[sized.targets["configuration"] == sized.nearest_miss]
        missed = next(row for row in rows.itertuples() if row.verdict == "misses")
        if sized.choice:
            price = sized.configurations.set_index("configuration")["price"]
            is_cheaper = price[sized.nearest_miss] < price[sized.choice]
            key = "sizing.nearest_miss" if is_cheaper else "sizing.nearest_miss_at_same"
            yield _target(key, missed, name=sized.nearest_miss)
        else:
            yield _target("sizing.nearest_of_all", missed, name=sized.nearest_miss)


def _costs(sized: Sizing) -> Iterator[str]:
    """Say what the choice costs, and how much more that is than the cheapest that was compared."""
    prices, unit = sized.configurations.set_index("configuration")["price"], sized.manifest["price_unit"]
    cheapest = prices.index[0]
    if prices[cheapest] == prices[sized.choice]:
        yield words.text("sizing.costs", price=say_price(prices[sized.choice], unit))
        return
    more = say_price(prices[sized.choice] - prices[cheapest], unit)
    yield words.text("sizing.costs_more", price=say_price(prices[sized.choice], unit), more=more, cheapest=cheapest)


def _target(key: str, row: Any, **more: object) -> str:
    asks = words.text("sizing.at_least" if row.asks == "at least" else "sizing.at_most")
    return words.text(
        key,
        target=row.label,
        value=say_estimate(row),
        asks=asks,
        goal=say_amount(row.goal, row.unit),
        **more,
    )


def _remarks(sized: Sizing) -> Iterator[str]:
    if sized.choice:
        for row in sized.use[sized.use["configuration"] == sized.choice].itertuples():
            title = sized.scenario.resources[row.resource].title or row.resource
            idle = words.percent(f"{100 * max(0.0, 1 - row.utilisation):.0f}")
            yield words.text("sizing.idle", resource=title, share=idle)
    if sized.manifest["inferred"]:
        yield words.text("sizing.inferred", n=sized.manifest["inferred"])
    plausible = sized.manifest.get("plausible")
    if plausible:
        share = words.percent(f"{100 * plausible['sufficient'] / plausible['sets']:.0f}")
        yield words.text("sizing.plausible", share=share, n=plausible["sets"])
