"""Theatre packing: operations booked on pooled lists, and on lists owned by bowel or liver surgeons.

The evidence (section 7.3) simulated this apart: weekly Poisson demand, whole cases at their mean length with turnover,
lists of nine and a half hours that may run half an hour over, first fit, every week's requests packed into the lists of
the next.  Here the same demand is booked on the lists of a scenario; run as a module, it prints the table of
docs/validation.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pathway.engines import simulate
from pathway.metrics import session_ledger
from pathway.plan import compile_plan
from tests.models import scenario_of

WEEKS = 48  # theatre weeks of a year
COLORECTAL, LIVER, SIMULTANEOUS, HIPEC, REOPERATIONS = 346, 64, 8, 12, 12  # a year
BOWEL = {"right": (COLORECTAL * 0.28, 215), "left": (COLORECTAL * 0.37, 235), "rectal": (COLORECTAL * 0.35, 290)}
COMPLEX = {
    "major": (LIVER * 0.35, 360),
    "minor": (LIVER * 0.65 - SIMULTANEOUS, 260),
    "simultaneous": (SIMULTANEOUS, 410),
    "hipec": (HIPEC, 540),
    "reoperation": (REOPERATIONS, 360),
}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat"]
YEARS, WARM_UP = 24, 4


@dataclass(frozen=True)
class Packing:
    """Who operates on how many lists a week, and what the evidence found: booked share, mean and P90 wait in days."""

    title: str
    cases: dict[str, tuple[float, int]]
    lists: float
    booked: float
    mean: float | None  # None: it grows for ever
    p90: float | None


PACKINGS = (
    Packing("5 pooled lists", BOWEL | COMPLEX, 5, 0.85, 11, 19),
    Packing("6 pooled lists", BOWEL | COMPLEX, 6, 0.70, 7, 9),
    Packing("bowel, 3.5 of its own", BOWEL, 3.5, 0.87, None, None),
    Packing("bowel, 4 of its own", BOWEL, 4, 0.79, 9, 15),
    Packing("liver and complex, 1.5", COMPLEX, 1.5, 0.75, 112, 188),
    Packing("liver and complex, 2", COMPLEX, 2, 0.55, 9, 16),
)


def document(packing: Packing) -> dict[str, Any]:
    """Write a packing as a scenario; lists freeze half a week ahead, as a week's requests do on average."""
    whole = int(packing.lists)
    sessions: list[dict[str, Any]] = [{"days": DAYS[:whole], "hours": "08:00-17:30"}]
    if packing.lists > whole:
        sessions.append({"days": [DAYS[whole]], "hours": "08:00-17:30", "every": "2 weeks", "from": "2020-01-06"})
    states: dict[str, Any] = {"out": {"kind": "end"}}
    streams = {}
    for name, (yearly, minutes) in packing.cases.items():
        streams[name] = {"per_year": yearly / WEEKS * 365.25 / 7, "weekdays": dict.fromkeys((*DAYS, "sun"), 1)}
        states[f"{name}_in"] = {"kind": "start", "stream": name, "to": name}
        states[name] = {"kind": "activity", "duration": f"{minutes} min", "needs": {"theatre": 1}, "to": "out"}
    return {
        "schema": 1,
        "name": "packing",
        "run": {
            "start": "2027-01-04",
            "warm_up": f"{WARM_UP} years",
            "length": f"{YEARS} years",
            "follow_up": "0 days",
        },
        "calendars": {"lists": sessions},
        "resources": {
            "theatre": {"calendar": "lists", "list": {"notice": "3.5 days", "overrun": "30 min"}},
        },
        "streams": streams,
        "pathway": {"states": states},
    }


def packed(packing: Packing, replication: int) -> tuple[float, float, float, float]:
    """Give the share of list time booked, mean and P90 wait in days, and the growth of the queue in patients a year."""
    log = simulate(compile_plan(scenario_of(document(packing))), replication)
    words, visits = log.vocabulary, log.visits
    opens = log.sessions["opens"]
    ledger = session_ledger(log)[(opens >= words.warm_up) & (opens < words.horizon)]
    booked = np.minimum(ledger["booked_minutes"], ledger["offered_minutes"]).sum() / ledger["offered_minutes"].sum()
    active = np.array([kind == "activity" for kind in words.kinds])[visits["state"]]
    begun = active & (visits["started_at"] >= words.warm_up)
    days = (visits["started_at"] - visits["enqueued_at"])[begun] / 1440
    waiting = [
        int(np.sum(active & (visits["enqueued_at"] < at) & ((visits["started_at"] >= at) | (visits["started_at"] < 0))))
        for at in (words.warm_up, words.horizon)
    ]
    return float(booked), float(days.mean()), float(np.quantile(days, 0.9)), (waiting[1] - waiting[0]) / YEARS


def table(replications: int = 5) -> list[str]:
    """Give the lines of the table in docs/validation.md."""
    lines = [
        "| lists | booked: evidence, here | mean wait, days | P90, days | queue grows, a year |",
        "|---|---|---|---|---|",
    ]
    for packing in PACKINGS:
        booked, mean, p90, grows = np.mean([packed(packing, each) for each in range(replications)], axis=0)
        known = (f"{packing.mean}", f"{packing.p90}") if packing.mean else ("grows", "grows")
        waits = f"{known[0]}, {mean:.0f} | {known[1]}, {p90:.0f}"
        lines.append(f"| {packing.title} | {packing.booked:.0%}, {booked:.0%} | {waits} | {grows:.1f} |")
    return lines


if __name__ == "__main__":
    print("\n".join(table()))  # noqa: T201
