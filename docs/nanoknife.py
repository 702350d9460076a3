"""Write docs/nanoknife.md: how often a NanoKnife session must be, beside the evidence's rough cut.

``python -m docs.nanoknife`` runs everything (kept in a folder when one is named behind it, so that a second time
takes seconds).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import pathway as pw
from docs.examples import in_lines
from pathway.experiment import Sizing, replicate
from pathway.metrics import Measures, measure_targets
from pathway.plan import occasions

ROOT = Path(__file__).parent.parent
REPLICATIONS = 10
LEAST = 5  # patients a year who must have been treated for a wait to be told
QUIET = [{"from": "12-22", "to": "12-31"}, {"from": "08-09", "to": "08-15"}]
CADENCES: Mapping[str, list[dict[str, object]]] = {
    "once in four weeks": [{"days": ["wed"], "hours": "08:00-13:00", "every": "4 weeks", "from": "2015-01-07"}],
    "once a fortnight": [{"days": ["wed"], "hours": "08:00-13:00", "every": "2 weeks", "from": "2015-01-07"}],
    "once a week": [{"days": ["wed"], "hours": "08:00-13:00"}],
}
DEMANDS = {  # a year, and the scenario that asks for so many
    8: "s04_nanoknife_demand_8",
    19: "base",
    26: "s04_nanoknife_demand_26",
    40: "s04_nanoknife_demand_40",
}
ROUGH = {("once a fortnight", 17): (21.0, 61.0), ("once a week", 17): (5.0, 13.0)}  # days: mean, 95 % (clinical S4)
HEAD = """\
# How often a NanoKnife session?

Written by `python -m docs.nanoknife`; no figure in it is typed by hand. The hospital is an example and its numbers are
assumptions where the scenario says so: the answers are those of this example.
"""


@dataclass(frozen=True)
class Waits:
    """Waits for NanoKnife over all replications: treated a year, mean and 95 % of days, share within 31 days."""

    treated: float
    mean: float
    p95: float
    within: float
    waiting: float  # at the end of a replication


def waits_of(runs: list[Measures], activity: str) -> Waits:
    """Take the waits for an activity out of some replications."""

    def figure(measure: str, subject: str, statistic: str) -> np.ndarray[Any, Any]:
        return np.array([_value(each, measure, subject, statistic) for each in runs])

    target = f"p90 wait {activity}"
    known, within = (figure("target", target, statistic) for statistic in ("known", "within"))
    count = figure("wait", activity, "count")
    means = np.nan_to_num(figure("wait", activity, "mean"))
    return Waits(
        float(count.mean()),
        float((means * count).sum() / count.sum()) if count.sum() else np.nan,
        float(np.nanmean(figure("wait", activity, "p95"))) if count.sum() else np.nan,
        float(within.sum() / known.sum()) if known.sum() else np.nan,
        float(figure("wait", activity, "still_waiting").mean()),
    )


def _value(run: Measures, measure: str, subject: str, statistic: str) -> float:
    rows = run.summary
    chosen = rows[(rows["measure"] == measure) & (rows["subject"] == subject) & (rows["statistic"] == statistic)]
    return float(chosen["value"].iloc[0])


def hospital(demand: int, cadence: str, **more: object) -> pw.Scenario:
    """Give the hospital with so many NanoKnife patients and sessions, from the first simulated day on."""
    scenario = pw.load_scenario(ROOT / "scenarios" / f"{DEMANDS[demand]}.yaml")
    changes: dict[str, object] = {
        "calendars.nanoknife_cadence": {"title": cadence, "sessions": CADENCES[cadence], "closed": QUIET},
        "resources.nanoknife_generator.calendar": "nanoknife_cadence",
        "targets": [{"wait": "nanoknife", "statistic": "p90", "at_most": "31 days"}],
    }
    if "nanoknife_transfers" in scenario.streams:
        changes["streams.nanoknife_transfers.exceptions"] = None
    return scenario.override(changes | more, name=f"nanoknife {cadence} {demand}")


def slots(demand: int, cadence: str) -> pw.Scenario:
    """Give the rough cut as a scenario: one patient a session, nothing else needed, nobody is told in advance."""
    sessions = [{**each, "hours": "08:00-09:00"} for each in CADENCES[cadence]]
    return pw.load_scenario("mmc").override(
        {
            "calendars.slots": {"sessions": sessions},
            "resources.server": {"capacity": 1, "calendar": "slots"},
            "streams.arrivals.per_year": demand,
            "pathway.states.service.duration": "60 min",
            "run": {"length": "20 years", "warm_up": "4 years", "follow_up": "1 years"},
            "targets": [{"wait": "service", "statistic": "p90", "at_most": "31 days"}],
        },
        name=f"slots {cadence} {demand}",
    )


STEPS: Mapping[str, Mapping[str, object]] = {
    "the hospital as it is": {},
    "the same with a third radiologist": {"resources.interventional_radiologist.capacity": 3},
    "and called just in time, without ten days' notice": {
        "resources.interventional_radiologist.capacity": 3,
        "resources.ga_ir_suite.list": None,
        "pathway.states.nanoknife.notice": None,
        "pathway.states.nanoknife.short_notice": None,
        "pathway.states.thermal_ablation.notice": None,
        "pathway.states.thermal_ablation.short_notice": None,
    },
}


def simulated(scenarios: Mapping[str, pw.Scenario], store: Path | None) -> dict[str, list[Measures]]:
    """Simulate all scenarios."""
    jobs = [(scenario, number) for scenario in scenarios.values() for number in range(REPLICATIONS)]
    found = dict(replicate(jobs, measuring=measure_targets, workers=1, store=store))
    names = list(scenarios)
    return {
        name: [found[place * REPLICATIONS + number] for number in range(REPLICATIONS)]
        for place, name in enumerate(names)
    }


def cadence_table(store: Path | None) -> Iterator[str]:
    """Give the table of cadence and demand."""
    asked = {f"{cadence}|{demand}": hospital(demand, cadence) for cadence in CADENCES for demand in DEMANDS}
    runs = simulated(asked, store)
    yield f"Means of {REPLICATIONS} replications of a year after ten years of warm-up; the cadence holds all the time."
    yield ""
    columns = ("sessions", "asked for a year", "treated a year", "mean wait, days", "95 % wait, days")
    yield f"| {' | '.join(columns)} | within 31 days | waiting at the end |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for name, measured in runs.items():
        cadence, demand = name.split("|")
        found = waits_of(measured, "nanoknife")
        waits = f"{found.mean:.0f} | {found.p95:.0f}" if found.treated >= LEAST else "grows for ever | –"
        yield f"| {cadence} | {demand} | {found.treated:.0f} | {waits} | {found.within:.0%} | {found.waiting:.0f} |"


def ladder_table(store: Path | None) -> Iterator[str]:
    """Give the way from the evidence's rough cut to the hospital, a step at a time."""
    asked: dict[str, pw.Scenario] = {}
    for cadence in ("once a fortnight", "once a week"):
        asked[f"the rough cut as a scenario, 17 a year|{cadence}"] = slots(17, cadence)
        asked[f"the same with 19 a year|{cadence}"] = slots(19, cadence)
        for step, changes in reversed(list(STEPS.items())):
            asked[f"{step}, 19 a year|{cadence}"] = hospital(19, cadence, **changes)
    runs = simulated(asked, store)
    yield "| | sessions | mean wait, days | 95 % wait, days |"
    yield "|---|---|---:|---:|"
    for cadence in ("once a fortnight", "once a week"):
        mean, p95 = ROUGH[cadence, 17]
        yield f"| the evidence's rough cut, 17 a year | {cadence} | {mean:.0f} | {p95:.0f} |"
        for name, measured in runs.items():
            if name.endswith(cadence):
                step = name.split("|")[0]
                found = waits_of(measured, "service" if "rough" in name or "same with 19" in name else "nanoknife")
                yield f"| {step} | {cadence} | {found.mean:.0f} | {found.p95:.0f} |"


def sized_by(name: str, store: Path | None) -> Sizing:
    """Size one of the planner's scenarios."""
    return pw.size(pw.load_scenario(ROOT / "scenarios" / f"{name}.yaml"), tolerance=0.05, at_most=200, store=store)


def sizing_text(name: str, sized: Sizing) -> Iterator[str]:
    """Give the answer of a sizing, as the command prints it."""
    yield "```text"
    yield f"pathway size scenarios/{name}.yaml --tolerance 0.05 --at-most 200"
    yield "```"
    yield ""
    yield from (f"> {sentence}\n>" for sentence in sized.sentences())
    yield ""
    labels = list(dict.fromkeys(sized.targets["label"]))
    unit = sized.manifest["price_unit"]
    price = "open hours a week of what differs" if unit == "h" else f"{unit} a year, rostered and owned"
    yield f"| configuration | verdict | {price} | replications | {' | '.join(labels)} |"
    yield f"|---|---|---:|---:|{'---:|' * len(labels)}"
    for row in sized.configurations.itertuples():
        reached = sized.targets[sized.targets["configuration"] == row.configuration].set_index("label")
        shares = (
            f"{one.value:.0%} ± {50 * (one.high - one.low):.0f}" for one in (reached.loc[each] for each in labels)
        )
        amount = f"{row.price:,.1f}" if unit == "h" else f"{row.price:,.0f}"
        yield f"| {row.configuration} | {row.standing} | {amount} | {row.replications} | {' | '.join(shares)} |"


def alone(few: Sizing) -> Iterator[str]:
    """Say how far sessions alone lead: with lists and radiologists as they are today."""
    as_today = few.configurations["configuration"].str.contains("10 days ahead (as today), 2 radiologists", regex=False)
    names = few.configurations.loc[as_today, "configuration"]
    reached = few.targets[few.targets["configuration"].isin(names)].set_index("configuration")["value"]
    said = ", ".join(f"{name.split(', ')[0].split(' (')[0]} {reached[name]:.0%}" for name in names)
    yield ""
    yield in_lines(f"More sessions alone do not do it. With lists and radiologists as they are today: {said}.")


def in_short(many: Sizing) -> Iterator[str]:
    """Say what it takes, and what else does as well."""
    if many.choice is None:
        yield "No configuration with shorter notice, other sessions or another roster meets both for sure."
        return
    rows = many.configurations.set_index("configuration")
    cheapest, today = rows.loc[many.choice], rows.iloc[0]
    said = "; ".join(_reached(many, many.choice))
    extra, currency = cheapest["price"] - today["price"], many.manifest["price_unit"]
    yield (
        f"What it takes is {many.choice}: {said}, for {extra:,.0f} {currency} a year more than the cheapest "
        f"roster. It is the cheapest of the {len(rows)} that meets both targets, with a probability of at "
        f"least {many.manifest['probability']:.0%} in this model and with these inputs; a miss of less than "
        f"{100 * many.manifest['tolerance']:g} percentage points does not count."
    )
    others = [name for name in rows.index if rows.loc[name, "standing"] == "meets" and name != many.choice]
    if others:
        lines = (f"{name} ({'; '.join(_reached(many, name))})" for name in others)
        yield f"These meet both as well, at the same price or a higher one: {' · '.join(lines)}."


def _reached(sized: Sizing, name: str) -> Iterator[str]:
    """Say what each target comes to in a configuration."""
    for row in sized.targets[sized.targets["configuration"] == name].itertuples():
        yield f"{row.label} {row.value:.0%} ± {50 * (row.high - row.low):.0f}"


def page(store: Path | None) -> Iterator[str]:
    """Write the page."""
    together = occasions(pw.load_scenario(ROOT / "scenarios" / "base.yaml"))["nanoknife"].days_a_year
    yield HEAD
    yield "## The planner's question\n"
    yield in_lines(
        "How many sessions a fortnight, and what else, for 90 % treated within 31 days of the decision? NanoKnife "
        "needs the generator, the interventional suite with an anaesthetist, and two interventional radiologists "
        "at once; each is away ten weeks a year, and lists are booked ten days ahead. So of the three sessions a "
        f"fortnight that there are, it can use {together:.0f} a year. Up to three a fortnight lie in the sessions "
        "there are; a fourth opens the suite every Friday. A radiologist has a price of their own here, as a third "
        "would else cost nothing."
    )
    few, many = (sized_by(name, store) for name in ("size_nanoknife", "size_nanoknife_notice"))
    yield from sizing_text("size_nanoknife", few)
    yield from alone(few)
    yield "\n## With ablation, and without a third radiologist\n"
    yield in_lines(
        "Ablation shares the sessions and the lists, so here it is asked for as well; and the two radiologists may "
        "be away in the same weeks in place of a third. What is compared was chosen after a first look at forty "
        "combinations, six replications each; the guarantee is about those in the table, not about that look."
    )
    yield from sizing_text("size_nanoknife_notice", many)
    yield "\nIn short:\n"
    for said in in_short(many):
        yield in_lines(said)
    yield in_lines(
        "Two radiologists away in turn leave NanoKnife without its second operator for twenty weeks a year, "
        "but ablation goes on; away in the same weeks they stop both for ten. Shorter notice costs no "
        "money, and it costs patients and wards days to prepare in."
    )
    yield "\n## Cadence and demand\n"
    yield from cadence_table(store)
    yield "\n## Beside the evidence's rough cut\n"
    yield in_lines(
        "The evidence (S4) takes one patient a session, sessions all year, and nobody told in advance. As a "
        "scenario its waits come out much the same; then the hospital is put back, a step at a time."
    )
    yield from ladder_table(store)
    yield ""
    yield in_lines(
        "Where the evidence's assumptions are made, the waits are to be compared with its own; then each "
        "step shows what it adds: lists that freeze ahead, and two radiologists who must be there together. "
        "How the last step is mended is said above, under [The planner's question](#the-planners-question)."
    )


if __name__ == "__main__":
    kept = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    (ROOT / "docs" / "nanoknife.md").write_text("\n".join(page(kept)), encoding="utf-8")
