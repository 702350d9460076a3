"""Invented results in exactly the columns of real ones, so that charts and reports are tested without a run.

Every number comes from a formula with a fixed seed; the scenario is `data/fake_hospital.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from pathway.experiment.pairs import How, compared
from pathway.load import Loads
from pathway.metrics import target_subjects
from pathway.metrics.sessions import REASONS
from pathway.scenario import Scenario, load_scenario

UNKIND = "<script>alert('x')</script>"  # stands in titles and texts of the scenario
REPLICATIONS = 5
WARM_UP_WEEKS, WEEKS, AFTER_WEEKS = 26, 52, 13
START = date(2027, 1, 4)
WEEKLY = ["week_start", "subject", "enqueued", "started", "completed"]
HEAT = ["resource", "weekday", "hour", "open_hours", "held_hours"]
LISTS = [
    "resource", "lists", "run", "empty", "released", "offered_hours", "booked_hours", "used_hours", "unused_hours",
    "patients", "started", "overrun_lists", "overrun_hours", *REASONS,
]  # fmt: skip
BOOKED = (104, 100, 4, 3, 416.0, 364.0, 345.0, 76.0, 480, 470, 10, 5.0)
NOT_TREATED = (0, 4, 2, 0, 1, 3, 0)
LEDGER = ["resource", "planned", "run", "unused", "overrun_sessions", "overrun_hours", "used_hours", "offered_hours"]

STEPS = {  # state: (phase, title, resource, next, patients a year, median wait in days)
    "triage": ("diagnosis", "Triage call", "nurse", "colonoscopy", 650, 0.8),
    "colonoscopy": ("diagnosis", "Colonoscopy", "endoscopy", "ct", 560, 6.1),
    "ct": ("diagnosis", "CT chest, abdomen and pelvis", "ct_scanner", "ct_report", 540, 2.4),
    "mri_liver": ("staging", "MRI of the liver", "mri_scanner", "liver_mdt", 170, 4.2),
    "liver_mdt": ("staging", "Liver multidisciplinary team meeting", "mdt_room", "treatment", 250, 9.8),
    "hepatectomy": ("treatment", "Hepatectomy", "theatre", "surveillance", 64, 18.0),
    "thermal": ("treatment", "Thermal ablation", "ga_ir", "surveillance", 45, 24.0),
    "nanoknife": ("treatment", "NanoKnife", "ga_ir", "surveillance", 17, 31.0),
    "chemo_visit": ("treatment", "Chemotherapy visit", "chairs", "more_chemo", 4460, 1.1),
    "surveillance": ("follow_up", "Surveillance CT", "ct_scanner", "discharged", 300, 2.2),
}
RESOURCES = {  # resource: share of its open hours in use
    "nurse": 0.61,
    "endoscopy": 0.87,
    "ct_scanner": 0.82,
    "mri_scanner": 0.84,
    "mdt_room": 1.03,
    "theatre": 0.72,
    "ga_ir": 0.91,
    "chairs": 0.84,
}
CLOCKS = {  # clock: (days, share promised, share kept, patients a year)
    "diagnosis_28": (28, 0.80, 0.86, 560),
    "treat_62": (62, 0.85, 0.71, 210),
    "decision_31": (31, 0.96, 0.95, 17),
}


def scenario(name: str = "fake") -> Scenario:
    """Read the scenario the invented results belong to."""
    return load_scenario(Path(__file__).parent / "data" / "fake_hospital.yaml", name=name)


# ---------------------------------------------------------------- the table


def _rows(rng: np.random.Generator) -> Iterator[tuple[str, str, str, str, float, str]]:
    """Give the summary of one replication: measure, subject, part, statistic, value, unit."""
    for key, (_, _, _, _, volume, wait) in STEPS.items():
        count = float(rng.poisson(volume))
        shape = {"count": count, "mean": 1.2 * wait, "median": wait, "p90": 2.3 * wait, "p95": 2.9 * wait}
        shape |= {"longest": 5.0 * wait, "median_km": wait, "p90_km": 2.35 * wait, "still_waiting": 1.0}
        for statistic, value in shape.items():
            noise = 1.0 if statistic == "count" else rng.normal(1, 0.06)
            yield "wait", key, "", statistic, value * noise, "patients" if statistic == "count" else "days"
        yield "throughput", key, "", "per_year", count, "per year"
        queue = {"at_start": wait * volume / 365, "growth_per_week": 0.4 * (key == "liver_mdt")}
        for statistic, value in queue.items():
            unit = "patients a week" if statistic == "growth_per_week" else "patients"
            yield "waiting", key, "", statistic, value + rng.normal(0, 0.05), unit
        yield "milestone", key, "", "median", 5 * wait, "days"
        yield "milestone", key, "", "p90", 9 * wait + rng.normal(), "days"
        yield "milestone", key, "", "count", count, "patients"
    yield from _clock_rows(rng)
    for key, share in RESOURCES.items():
        yield "utilisation", key, "", "utilisation", min(share, 0.99) * rng.normal(1, 0.01), "share"
        yield "utilisation", key, "", "booked", min(share + 0.04, 1.0), "share"
        yield "utilisation", key, "", "overtime_hours", rng.uniform(2, 40), "hours"
        for part, days in {"": 40 * share, "closed": 10 * share, "busy": 30 * share}.items():
            yield "waited_for", key, part, "patient_days", days * (9 if key == "mdt_room" else 1), "days"
        yield "waited_for", key, "before_treatment", "patient_days", 12.0 * (key == "endoscopy"), "days"
    for statistic, value in {"mean": 9.8, "p50": 10.0, "p95": 12.0, "units": 12.0}.items():
        yield "occupancy", "ward", "", statistic, value, "beds"
    for statistic, value in {"at_start": 210.0, "at_end": 216.0, "over_104_days": 23.0}.items():
        yield "open_pathways", "", "", statistic, value + rng.normal(0, 3), "patients"
    yield "arrivals", "gp", "", "per_year", float(rng.poisson(650)), "per year"
    for key, share in {"benign": 0.15, "discharged": 0.4, "died": 0.45}.items():
        yield "outcome", key, "", "share", share, "share"
        yield "outcome", key, "", "count", float(rng.poisson(650 * share)), "patients"
    yield "volume", "hepatectomy", "", "per_year", float(rng.poisson(66)), "per year"
    yield "volume", "mdt", "", "per_year", float(rng.poisson(250)), "per year"
    for key, months in {"resected": 35.0, "untreated": 6.9}.items():
        yield "prognosis", key, "", "median_months", months * rng.normal(1, 0.02), "months"
        yield "prognosis", key, "", "five_year_share", 0.3 if key == "resected" else 0.002, "share"
        yield "prognosis", key, "", "count", 60.0, "patients"


def _clock_rows(rng: np.random.Generator) -> Iterator[tuple[str, str, str, str, float, str]]:
    targets = target_subjects(scenario())
    goals = [(0.90, 0.91, False), (21.0, 55.0, False)]
    for index, (key, (days, goal, share, volume)) in enumerate(CLOCKS.items()):
        kept = float(np.clip(rng.normal(share, 0.01 + 0.3 / volume), 0, 1))
        count = float(rng.poisson(volume))
        parts = {"count": count, "share_within": kept, "breaches": count * (1 - kept), "median": days * 0.6}
        parts |= {"p90": days * 1.2, "open_beyond": 4.0, "official_share": kept + 0.01, "incidence_within": kept - 0.01}
        for statistic, value in parts.items():
            unit = {"median": "days", "p90": "days"}.get(statistic, "share" if "share" in statistic else "patients")
            yield "clock", key, "all", statistic, value, unit
        for statistic, value in {"value": kept, "goal": goal, "met": float(kept >= goal)}.items():
            yield "target", targets[index], "", statistic, value, "share"
        yield "target", targets[index], "", "decided", count, "patients"
    for index, (goal, middle, _) in enumerate(goals, start=len(CLOCKS)):
        value = middle * rng.normal(1, 0.03)
        for statistic, number in {"value": value, "goal": goal, "met": float(value <= goal)}.items():
            yield "target", targets[index], "", statistic, number, "share" if goal < 1 else "days"


# ---------------------------------------------------------------- the frames


def _frames(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    weeks = [pd.Timestamp(START) + timedelta(weeks=week) for week in range(-WARM_UP_WEEKS, WEEKS + AFTER_WEEKS)]
    bands = {"0–28": 40, "29–62": 60, "63–104": 70, "over 104": 30}
    waiting, activity = [], []
    for key, (_, _, _, _, volume, wait) in STEPS.items():
        for number, week in enumerate(weeks):
            level = wait * volume / 365 * min(1, (number + 1) / WARM_UP_WEEKS) * rng.normal(1, 0.2)
            waiting.append((week, key, max(level, 0.0)))
            activity.append((week, key, rng.poisson(volume / 52), rng.poisson(volume / 52), rng.poisson(volume / 52)))
    hours = [(week, key, 47.5, 47.5 * share * rng.normal(1, 0.1)) for week in weeks for key, share in RESOURCES.items()]
    open_rows = [(week, band, rng.poisson(size)) for week in weeks for band, size in bands.items()]
    return {
        "waiting_by_week": pd.DataFrame(waiting, columns=["week_start", "subject", "waiting"]),
        "activity_by_week": pd.DataFrame(activity, columns=WEEKLY),
        "hours_by_week": pd.DataFrame(hours, columns=["week_start", "resource", "open_hours", "held_hours"]),
        "open_by_week": pd.DataFrame(open_rows, columns=["week_start", "band", "open"]),
        **_resource_frames(rng),
        **_journey_frames(rng),
    }


def _resource_frames(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    heat, sessions = [], []
    for key, share in RESOURCES.items():
        for day in range(7):
            for hour in range(24):
                opened = 52.0 if day < 5 and 8 <= hour < 18 else 0.0
                heat.append((key, day, hour, opened, opened * min(1.0, share * rng.uniform(0.8, 1.2))))
        run = int(104 * min(share, 1))
        sessions.append((key, 104, run, 104 - run, run // 5, run / 10, 3.6 * run, 416.0))
    return {
        "heat": pd.DataFrame(heat, columns=HEAT),
        "ledger": pd.DataFrame(sessions, columns=LEDGER),
        "lists": pd.DataFrame([("mri_scanner", *BOOKED, *NOT_TREATED)], columns=LISTS),
    }


def _journey_frames(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    causes, late, marks, levels, waited = [], [], [], [], []
    for key, (_, _, resource, _, volume, wait) in STEPS.items():
        causes += [(f"busy:{resource}", key, 0.6 * wait, volume), ("closed", key, 0.4 * wait, volume)]
        causes += [("activity", key, 0.1, volume), ("notice", key, 0.5, volume)]
        late += [("treat_62", key, f"busy:{resource}", rng.poisson(wait)), ("treat_62", key, "closed", rng.poisson(2))]
        waited += [(key, f"busy:{resource}", 0.6 * wait), (key, "closed", 0.4 * wait), (key, "notice", 0.3 * wait)]
        marks.append((key, volume, 5 * wait, 9 * wait))
        levels += [(key, level, wait * 3.3 * level) for level in (0.05, 0.25, 0.5, 0.75, 0.9, 0.99)]
    causes.append(("turnaround", "ct_report", 3.1, 540))
    flows = [(key, to, volume) for key, (_, _, _, to, volume, _) in STEPS.items()]
    flows += [("referral", "triage", 650), ("ct_report", "cancer", 540)]
    flows += [("cancer", "benign", 90), ("cancer", "mri_liver", 450)]
    flows += [("treatment", key, STEPS[key][4]) for key in ("hepatectomy", "thermal", "nanoknife", "chemo_visit")]
    flows += [("more_chemo", "chemo_visit", 4000), ("more_chemo", "died", 400)]
    curves = [
        (key, day, min(1.0, share * day / days)) for key, (days, _, share, _) in CLOCKS.items() for day in range(99)
    ]
    routes = [("referral", "no treatment", 90), ("no treatment", "benign", 90), ("referral", "hepatectomy", 64)]
    routes += [("hepatectomy", "discharged", 40), ("hepatectomy", "died", 24)]
    routes += [("referral", "chemo_visit", 300), ("chemo_visit", "died", 300)]
    return {
        "breakdown": pd.DataFrame(causes, columns=["cause", "state", "days", "patients"]),
        "wait_causes": pd.DataFrame(waited, columns=["state", "cause", "days"]),
        "open_longest": pd.DataFrame([("thermal", 15), ("nanoknife", 8)], columns=["state", "patients"]),
        "clock_curves": pd.DataFrame(curves, columns=["clock", "day", "share"]),
        "breaches": pd.DataFrame(late, columns=["clock", "state", "cause", "breaches"]),
        "milestones": pd.DataFrame(marks, columns=["state", "patients", "median", "p90"]),
        "wait_quantiles": pd.DataFrame(levels, columns=["subject", "level", "days"]),
        "flows": pd.DataFrame(flows, columns=["source", "target", "per_year"]),
        "routes": pd.DataFrame(routes, columns=["source", "target", "patients"]),
    }


# ---------------------------------------------------------------- results


@dataclass(frozen=True)
class FakeResults:
    """What a report reads of `pathway.experiment.Results`, with invented numbers."""

    table: pd.DataFrame
    frames: dict[str, pd.DataFrame]
    scenarios: dict[str, Scenario]
    manifest: dict[str, object] = field(default_factory=dict)

    def intervals(self, level: float = 0.95) -> pd.DataFrame:
        """Give mean, precision and one-year interval (with z for t, which is near enough here)."""
        keys = ["scenario", "measure", "subject", "part", "statistic", "unit"]
        groups = self.table.groupby(keys, sort=False)["value"].agg(["count", "mean", "std"]).reset_index()
        groups = groups.rename(columns={"count": "n"})
        half = 1.96 * groups["std"] / np.sqrt(groups["n"])
        groups["low"], groups["high"] = groups["mean"] - half, groups["mean"] + half
        seen = 1.96 * groups["std"] * np.sqrt(1 + 1 / groups["n"])
        groups["see_low"], groups["see_high"] = groups["mean"] - seen, groups["mean"] + seen
        return groups.drop(columns="std")

    def compare(
        self, to: str, *, level: float = 0.95, simultaneous: str | None = None, sort: str | None = None, **which: str
    ) -> pd.DataFrame:
        """Give paired differences against a scenario, as real results do."""
        asked = {name: which.get(name) for name in ("measure", "subject", "statistic", "part")}
        return compared(self.table, to, How(level, simultaneous, sort), asked).assign(settles=True)


def fake_results(*names: str) -> FakeResults:
    """Give invented results of one scenario, or of several with these names."""
    tables, frames = [], {}
    scenarios = {name: scenario(name) for name in names or ("fake",)}
    for name in scenarios:
        for replication in range(REPLICATIONS):
            rng = np.random.default_rng([len(name), replication])
            table = pd.DataFrame(_rows(rng), columns=["measure", "subject", "part", "statistic", "value", "unit"])
            tables.append(table.assign(scenario=name, replication=replication))
            for key, frame in _frames(rng).items():
                frames.setdefault(key, []).append(frame.assign(scenario=name, replication=replication))
    manifest = {
        "fingerprints": dict.fromkeys(scenarios, "0123abcd"),
        "seeds": dict.fromkeys(scenarios, 7),
        "engine": "simpy",
        "interrupted": False,
        "started": "2027-01-04T09:05:00+00:00",
        "finished": "2027-01-04T10:07:30+00:00",
        "versions": {"pathway": "0.1.0", "numpy": "2.4.6"},
    }
    joined = {key: pd.concat(parts, ignore_index=True) for key, parts in frames.items()}
    return FakeResults(pd.concat(tables, ignore_index=True), joined, scenarios, manifest)


def fake_loads() -> Loads:
    """Give an invented load check of the fake scenario."""
    rows = [(key, 52 * 47.5 * share, 52 * 47.5, share, share + 0.05) for key, share in RESOURCES.items()]
    resources = pd.DataFrame(rows, columns=["resource", "demand_hours", "open_hours", "load", "whole_case_load"])
    volumes = [(key, float(step[4]), 0.95 * step[4], 1.05 * step[4]) for key, step in STEPS.items()]
    return Loads(resources, pd.DataFrame(volumes, columns=["state", "per_year", "low", "high"]))
