"""The questions a manager asks of some results, each with the table that answers it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from pathway import words
from pathway.clock import MINUTES_PER_DAY
from pathway.graph import readable
from pathway.metrics import target_subjects
from pathway.report.drawing import phase_title
from pathway.report.export.answers import BOTH, PRECISE, Answer, Asked, Column, Kind, answer, kinds_of, spread
from pathway.report.material import Material, material
from pathway.report.naming import capitalised, title
from pathway.report.verdicts import verdicts

if TYPE_CHECKING:
    from pathway.experiment import Results

SCENARIO: dict[str, Kind] = {"scenario": "text"}
STEP: dict[str, Kind] = {"step": "text", "phase": "text"}
SETTLES: dict[str, Kind] = {"settles": "yes_no"}
LEAST_QUEUE = 0.05  # patients on average, below which a queue is none


def answers(results: Results) -> tuple[Answer, ...]:
    """Give every table there are numbers for, in the order in which a manager asks.

    Examples
    --------
    >>> import pathway as pw
    >>> short = pw.load_scenario("mmc").override({"run.length": "8 weeks"}, name="short")
    >>> [each.key for each in answers(pw.Experiment([short], replications=2, workers=1).run())]
    ['clocks', 'waits', 'resources', 'queues', 'bottlenecks', 'patients', 'activity', 'figures']
    """
    read = [material(results, name, results.loads.get(name)) for name in results.scenarios]
    made = (make(read) for make in MAKERS)
    found = [each for each in made if each is not None]
    if len(read) > 1:
        found.insert(0, _comparison(results, read))
    return (*found, _figures(results, read))


def _stacked(read: Sequence[Material], make: Callable[[Material], pd.DataFrame]) -> list[pd.DataFrame]:
    """Make each scenario's rows, with its title in front."""
    made = ((each, make(each)) for each in read)
    return [frame.assign(scenario=each.scenario.title or each.scenario.name) for each, frame in made]


# ---------------------------------------------------------------- promises


def _targets(read: Sequence[Material]) -> Answer | None:
    kinds: dict[str, Kind] = {
        **SCENARIO, "target": "text", "unit": "text", "goal": "by_unit", "reached": "by_unit", "reached_low": "by_unit",
        "reached_high": "by_unit", "reached_see_low": "by_unit", "reached_see_high": "by_unit", "verdict": "text",
        "years_met": "text", "decided": "tenths", "breaches": "tenths", "remark": "text",
    }  # fmt: skip
    return answer("targets", kinds, _stacked(read, _target_rows))


def _target_rows(read: Material) -> pd.DataFrame:
    known = read.intervals[read.intervals["measure"] == "target"].set_index(["subject", "statistic"])["mean"]
    subjects = dict(zip(map(id, read.scenario.targets), target_subjects(read.scenario), strict=True))
    rows = []
    for each in verdicts(read):
        subject = subjects[id(each.target_record)]
        rows.append(
            {
                "target": each.target,
                "unit": words.named_unit(each.target_record.unit),
                "goal": each.aim,
                "reached": each.value,
                "reached_low": each.low,
                "reached_high": each.high,
                "reached_see_low": each.see_low,
                "reached_see_high": each.see_high,
                "verdict": read.text(f"verdict.{each.verdict}"),
                "years_met": each.chance,
                "decided": known.get((subject, "decided"), math.nan) / read.years,
                "breaches": known.get((subject, "breaches"), math.nan) / read.years,
                "remark": each.note,
            }
        )
    return pd.DataFrame(rows)


CLOCK = (
    Asked("count", "tenths"),
    Asked("share_within", "share", BOTH),
    Asked("official_share", "share"),
    Asked("mean", "days"),
    Asked("median", "days"),
    Asked("p90", "days", PRECISE),
    Asked("breaches", "tenths"),
    Asked("open_beyond", "tenths"),
)


def _clocks(read: Sequence[Material]) -> Answer | None:
    kinds = {**SCENARIO, "clock": "text", "treatments": "text", "limit": "days", "promised": "share", **kinds_of(CLOCK)}
    return answer("clocks", {**kinds, **SETTLES}, _stacked(read, _clock_rows))


def _clock_rows(read: Material) -> pd.DataFrame:
    frame = spread(read, "clock", CLOCK)
    if frame.empty:
        return frame
    frame[["count", "breaches"]] = frame[["count", "breaches"]] / read.years
    names = frame["subject"].astype(str).str.partition("→")
    clocks = read.scenario.clocks
    frame["clock"] = [
        read.clocks.get(name, name) + (f" → {read.states.get(to, to)}" if to else "")
        for name, to in zip(names[0], names[2], strict=True)
    ]
    frame["treatments"] = [read.text(f"export.part_{part or 'all'}") for part in frame["part"].astype(str)]
    frame["limit"] = [clocks[name].limit / MINUTES_PER_DAY if name in clocks else math.nan for name in names[0]]
    frame["promised"] = [clocks[name].share if name in clocks else math.nan for name in names[0]]
    return frame


# ---------------------------------------------------------------- waiting

WAIT = (
    Asked("count", "tenths"),
    Asked("mean", "days"),
    Asked("median", "days"),
    Asked("p90", "days", BOTH),
    Asked("p95", "days"),
    Asked("longest", "days"),
    Asked("still_waiting", "tenths"),
    Asked("left", "tenths"),
)


def _waits(read: Sequence[Material]) -> Answer | None:
    kinds = {**SCENARIO, **STEP, **kinds_of(WAIT), **SETTLES}
    return answer("waits", kinds, _stacked(read, _wait_rows))


def _wait_rows(read: Material) -> pd.DataFrame:
    frame = spread(read, "wait", WAIT)
    if frame.empty:
        return frame
    frame[["count", "left"]] = frame[["count", "left"]] / read.years
    return _with_steps(read, frame[frame["count"] > 0].sort_values("p90", ascending=False))


def _with_steps(read: Material, frame: pd.DataFrame) -> pd.DataFrame:
    """Name the states of some rows, and their phases."""
    states = read.scenario.pathway.states
    names = frame["subject"].astype(str)
    phases = [phase_title(states[name].phase) if name in states and states[name].phase else "" for name in names]
    return frame.assign(step=[read.states.get(name, name) for name in names], phase=phases)


def _queues(read: Sequence[Material]) -> Answer | None:
    """Average each queue over replications, week by week: a column a queue, the longest first."""
    frames = _stacked(read, _queue_rows)
    whole = pd.concat([frame for frame in frames if len(frame)] or [pd.DataFrame()])
    if whole.empty:
        return None
    columns = [name for name in whole if name not in ("scenario", "week_start")]
    means = whole[columns].mean().sort_values(ascending=False, kind="stable")
    shown = [str(name) for name, mean in means.items() if mean >= LEAST_QUEUE]
    if not shown:
        return None
    made = answer("queues", {**SCENARIO, "week_start": "date"}, [whole[["scenario", "week_start"]]])
    assert made is not None
    queues = tuple(Column(name, name, "tenths") for name in shown)
    frame = whole[["scenario", "week_start", *shown]].reset_index(drop=True)
    return Answer(made.key, made.sheet, made.question, made.note, (*made.columns, *queues), frame)


def _queue_rows(read: Material) -> pd.DataFrame:
    weekly = read.frame("waiting_by_week")
    if weekly.empty:
        return pd.DataFrame()
    weekly = read.reported(weekly)
    means = weekly.groupby(["week_start", "subject"], observed=True)["waiting"].mean().unstack("subject")
    return means.rename(columns=lambda name: read.states.get(name, name)).reset_index()


def _bottlenecks(read: Sequence[Material]) -> Answer | None:
    kinds: dict[str, Kind] = {
        **SCENARIO, "resource": "text", "waited": "tenths", "waited_low": "tenths", "waited_high": "tenths",
        "busy": "tenths", "closed": "tenths", "before_treatment": "tenths",
    }  # fmt: skip
    return answer("bottlenecks", kinds, _stacked(read, _bottleneck_rows))


def _bottleneck_rows(read: Material) -> pd.DataFrame:
    chosen = read.intervals[read.intervals["measure"] == "waited_for"]
    if chosen.empty:
        return pd.DataFrame()
    days = chosen.pivot_table(index="subject", columns="part", values="mean", observed=True) / read.years
    whole = chosen[chosen["part"] == ""].set_index("subject")
    frame = pd.DataFrame(
        {
            "waited": days[""],
            "waited_low": whole["low"] / read.years,
            "waited_high": whole["high"] / read.years,
            **{part: days[part] for part in ("busy", "closed", "before_treatment") if part in days},
        }
    )
    frame = frame[frame["waited"] > 0].sort_values("waited", ascending=False).reset_index(names="subject")
    return frame.assign(resource=[_titled(read, str(name)) for name in frame["subject"]])


def _titled(read: Material, name: str) -> str:
    return read.states.get(name) or read.resources.get(name) or capitalised(readable(name))


# ---------------------------------------------------------------- capacity

USE = (
    Asked("utilisation", "share", BOTH),
    Asked("booked", "share"),
    Asked("open_hours", "count"),
    Asked("held_hours", "count"),
    Asked("overtime_hours", "count"),
)
BEDS = (Asked("mean", "tenths", PRECISE), Asked("p50", "tenths"), Asked("p95", "tenths"), Asked("units", "count"))
SESSIONS: dict[str, Kind] = dict.fromkeys(("planned", "run", "unused", "cancelled", "overrun_sessions"), "tenths")


def _resources(read: Sequence[Material]) -> Answer | None:
    kinds = {**SCENARIO, "resource": "text", "kind": "text", **kinds_of(USE), **SESSIONS, "wte": "tenths"}
    return answer("resources", kinds, _stacked(read, _resource_rows))


def _resource_rows(read: Material) -> pd.DataFrame:
    frame = spread(read, "utilisation", USE)
    if frame.empty:
        return frame
    names = frame["subject"].astype(str)
    hours = [f"{name}_hours" for name in ("open", "held", "overtime")]
    frame[hours] = frame[hours] / read.years
    ledger = read.frame("ledger")
    if len(ledger):
        means = ledger.groupby("resource", observed=True)[list(SESSIONS)].mean() / read.years
        frame = frame.join(means, on="subject")
    people = spread(read, "staffing", (Asked("wte", "tenths"),), by=("subject",))
    if len(people):
        frame["wte"] = names.map(people.set_index("subject")["wte"]).astype(float)
    resources = read.scenario.resources
    kinds = [read.text(f"resource_kind.{resources[name].kind}") if name in resources else "" for name in names]
    made = frame.assign(resource=[read.resources.get(name, name) for name in names], kind=kinds)
    return made.sort_values("utilisation", ascending=False)


def _beds(read: Sequence[Material]) -> Answer | None:
    kinds = {**SCENARIO, "resource": "text", **{f"beds_{name}": kind for name, kind in kinds_of(BEDS).items()}}
    return answer("beds", kinds, _stacked(read, _bed_rows))


def _bed_rows(read: Material) -> pd.DataFrame:
    frame = spread(read, "occupancy", BEDS)
    if frame.empty:
        return frame
    named = frame.rename(columns={name: f"beds_{name}" for name in kinds_of(BEDS)})
    return named.assign(resource=[read.resources.get(str(name), str(name)) for name in frame["subject"]])


LISTED: dict[str, Kind] = {
    "lists": "tenths", "run": "tenths", "empty": "tenths", "released": "tenths", "offered_hours": "tenths",
    "booked_hours": "tenths", "used_hours": "tenths", "unused_hours": "tenths", "patients": "tenths",
    "started": "tenths", "overrun_lists": "tenths", "no_bed": "tenths", "overrun": "tenths", "no_staff": "tenths",
    "bumped": "tenths", "cancelled": "tenths", "no_show": "tenths",
}  # fmt: skip


def _lists(read: Sequence[Material]) -> Answer | None:
    kinds: dict[str, Kind] = {**SCENARIO, "resource": "text", **{f"list_{name}": kind for name, kind in LISTED.items()}}
    return answer("lists", kinds, _stacked(read, _list_rows))


def _list_rows(read: Material) -> pd.DataFrame:
    frame = read.frame("lists")
    if frame.empty:
        return pd.DataFrame()
    means = frame.groupby("resource", observed=True)[list(LISTED)].mean() / read.years
    named = means.add_prefix("list_").reset_index()
    return named.assign(resource=[read.resources.get(name, name) for name in named["resource"]])


# ---------------------------------------------------------------- patients

YEARLY = (Asked("per_year", "tenths", BOTH),)
TRIED: dict[str, Kind] = dict.fromkeys(
    ("no_show", "cancelled", "deferred", "no_bed", "overrun", "no_staff", "bumped", "displaced"), "tenths"
)


def _patients(read: Sequence[Material]) -> Answer | None:
    kinds = {**SCENARIO, "what": "text", "name": "text", **kinds_of(YEARLY), "evidence": "tenths"}
    return answer("patients", kinds, _stacked(read, _patient_rows))


def _patient_rows(read: Material) -> pd.DataFrame:
    arrivals = spread(read, "arrivals", YEARLY)
    ends = spread(read, "outcome", (Asked("count", "tenths", BOTH),))
    volumes = spread(read, "volume", YEARLY)
    parts = []
    if len(arrivals):
        parts.append(_named(read, arrivals, "streams", "export.what_arrivals"))
    if len(ends):
        counted = {f"count{ending}": f"per_year{ending}" for ending in ("", *(f"_{bound}" for bound in BOTH))}
        ends = ends.rename(columns=counted)
        ends[list(counted.values())] = ends[list(counted.values())] / read.years
        parts.append(_named(read, ends, "states", "export.what_outcomes"))
    if len(volumes):
        evidence = [read.scenario.volumes[str(name)].per_year for name in volumes["subject"]]
        parts.append(_named(read, volumes, "volumes", "export.what_volumes").assign(evidence=evidence))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _named(read: Material, frame: pd.DataFrame, part: str, key: str) -> pd.DataFrame:
    names = [title(read.scenario, part, str(name)) for name in frame["subject"]]
    return frame.assign(name=names, what=words.text(key))


def _activity(read: Sequence[Material]) -> Answer | None:
    kinds = {**SCENARIO, **STEP, **kinds_of(YEARLY), **{f"tried_{name}": kind for name, kind in TRIED.items()}}
    return answer("activity", kinds, _stacked(read, _activity_rows))


def _activity_rows(read: Material) -> pd.DataFrame:
    frame = spread(read, "throughput", YEARLY)
    if frame.empty:
        return frame
    frame = frame[frame["subject"].astype(str).isin(read.activities)]
    tried = spread(read, "attempts", [Asked(name, kind) for name, kind in TRIED.items()])
    if len(tried):
        counts = tried.set_index("subject")[list(TRIED)].add_prefix("tried_") / read.years
        frame = frame.join(counts, on="subject")
    return _with_steps(read, frame.sort_values("per_year", ascending=False))


# ---------------------------------------------------------------- money


def _costs(read: Sequence[Material]) -> Answer | None:
    kinds: dict[str, Kind] = {**SCENARIO, "entry": "text", "price": "text", "quantity": "tenths", "currency": "text"}
    amounts: dict[str, Kind] = dict.fromkeys(("amount", "amount_low", "amount_high"), "money")
    return answer("costs", {**kinds, **amounts}, _stacked(read, _cost_rows))


def _cost_rows(read: Material) -> pd.DataFrame:
    frame = spread(read, "cost_line", (Asked("per_year", "money", PRECISE), Asked("quantity", "tenths")))
    costs = read.scenario.costs
    if frame.empty or costs is None:
        return pd.DataFrame()
    known = {each.name: each.title for each in costs.entries()}
    titles = [known.get(name) or _titled(read, name) for name in frame["subject"].astype(str)]
    named = {f"per_year{ending}": f"amount{ending}" for ending in ("", "_low", "_high")}
    parts = [words.text(f"costs.{part}") for part in frame["part"].astype(str)]
    made = frame.rename(columns=named).assign(entry=titles, price=parts, currency=costs.currency)
    return made.sort_values("amount", ascending=False)


CASE = (Asked("cases_per_year", "tenths"), Asked("per_case", "money", PRECISE), Asked("full_per_year", "money"))


def _cases(read: Sequence[Material]) -> Answer | None:
    kinds = {**SCENARIO, **STEP, "currency": "text", **kinds_of(CASE)}
    return answer("cases", kinds, _stacked(read, _case_rows))


def _case_rows(read: Material) -> pd.DataFrame:
    frame = spread(read, "cost", CASE)
    if frame.empty or read.scenario.costs is None:
        return pd.DataFrame()
    frame = frame[(frame["part"] == "") & frame["per_case"].notna()]
    return _with_steps(read, frame.sort_values("full_per_year", ascending=False)).assign(
        currency=read.scenario.costs.currency
    )


MAKERS = (
    _targets, _clocks, _waits, _resources, _beds, _lists, _queues, _bottlenecks, _patients, _activity, _costs, _cases,
)  # fmt: skip


# ---------------------------------------------------------------- all of it


def _comparison(results: Results, read: Sequence[Material]) -> Answer:
    """Set every other scenario beside the first, what changed most first."""
    first = read[0]
    frame = results.compare(first.scenario.name, sort="change")
    titles = {each.scenario.name: each.scenario.title or each.scenario.name for each in read}
    kinds: dict[str, Kind] = {
        **SCENARIO, "measure": "text", "subject": "text", "part": "text", "statistic": "text", "unit": "text",
        "value_to": "by_unit", "value": "by_unit", "difference": "by_unit", "difference_low": "by_unit",
        "difference_high": "by_unit", "clear": "yes_no", "settles": "yes_no",
    }  # fmt: skip
    named = {"mean_to": "value_to", "mean": "value", "low": "difference_low", "high": "difference_high"}
    frame = frame.rename(columns=named)
    frame = frame.assign(scenario=[titles[name] for name in frame["scenario"].astype(str)])
    made = answer("comparison", kinds, [_said(frame, first)])
    assert made is not None
    return made


def _figures(results: Results, read: Sequence[Material]) -> Answer:
    """Give every figure there is, with both its intervals."""
    frame = results.intervals()
    titles = {each.scenario.name: each.scenario.title or each.scenario.name for each in read}
    kinds: dict[str, Kind] = {
        **SCENARIO, "measure": "text", "subject": "text", "part": "text", "statistic": "text", "unit": "text",
        "n": "count", "value": "by_unit", "value_low": "by_unit", "value_high": "by_unit", "value_see_low": "by_unit",
        "value_see_high": "by_unit", "settles": "yes_no",
    }  # fmt: skip
    frame = frame.rename(columns={"mean": "value", **{bound: f"value_{bound}" for bound in BOTH}})
    frame = frame.assign(scenario=[titles[name] for name in frame["scenario"].astype(str)])
    made = answer("figures", kinds, [_said(frame, *read)])
    assert made is not None
    return made


def _said(frame: pd.DataFrame, *read: Material) -> pd.DataFrame:
    """Give subjects their titles where they have any."""
    known: dict[str, str] = {}
    for each in reversed(read):
        known |= {**each.streams, **each.clocks, **each.resources, **each.states}
    subjects = ["→".join(known.get(part, part) for part in str(name).split("→")) for name in frame["subject"]]
    return frame.assign(
        subject=subjects, **{name: frame[name].astype(str) for name in ("measure", "part", "statistic", "unit")}
    )
