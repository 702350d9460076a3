"""One network with shifts, described twice: to this program and to Ciw, which share nothing but this page.

Two streams (urgent patients first) go through a clinic, a scanner and a theatre; some come back.  The
clinic has two doctors from Monday to Wednesday and one on Thursday and Friday, the scanner opens every day,
the theatre on two.  In Ciw a shift that ends takes all its servers off duty, those at work when they have
finished, and the next shift brings fresh ones (`Schedule(preemption=False)`); here units are never recalled
and count as held until the work is done.  Both are the same as long as work under way at a close is over
before the next opening, which the services below are short enough for.

Times are minutes from Monday 00:00.  Ours are rounded to whole minutes: waits of some hundreds of minutes
may differ by about half a minute, far less than the intervals below.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ciw
import numpy as np
from numpy.typing import NDArray

from pathway.engines import simulate
from pathway.plan import compile_plan
from tests.models import EVERY_DAY, scenario_of

DAY, WEEK = 1440, 10080
WARM_UP, WEEKS, FOLLOW_UP = 8, 52, 8  # weeks
PER_WEEK = {"urgent": 14.0, "routine": 42.0}
STATIONS = ("clinic", "scanner", "theatre")
ONWARD = ({"scanner": 0.6}, {"clinic": 0.2, "theatre": 0.3}, {})  # the rest is done

Shift = tuple[Sequence[int], int, int, int]  # weekdays, opens, closes, servers
SHIFTS: dict[str, list[Shift]] = {
    "clinic": [((0, 1, 2), 480, 1080, 2), ((3, 4), 540, 1020, 1)],
    "scanner": [(range(7), 420, 1260, 1)],
    "theatre": [((1, 3), 540, 1020, 1)],
}

Means = NDArray[np.float64]  # mean wait by (stream, station)


# ---------------------------------------------------------------- ours

DURATIONS = (
    {"triangular": {"min": "20 min", "mode": "40 min", "max": "120 min"}},
    {"uniform": {"min": "40 min", "max": "180 min"}},
    {"exponential": {"mean": "60 min"}},
)


def document() -> dict[str, Any]:
    """Describe the network in this program's words; 2097 and 2098 have 365 days, and 7 January 2097 is a Monday."""
    states: dict[str, Any] = {f"{name}_in": {"kind": "start", "stream": name, "to": "clinic"} for name in PER_WEEK}
    for name, onward, duration in zip(STATIONS, ONWARD, DURATIONS, strict=True):
        states[name] = {
            "kind": "activity",
            "duration": duration,
            "needs": {f"at_{name}": 1},
            "priority": [{"when": "stream == urgent", "value": 0}, {"value": 1}],
            "to": {**onward, "out": "rest"} if onward else "out",
        }
    return {
        "run": {
            "start": "2097-03-04",
            "warm_up": f"{WARM_UP} weeks",
            "length": f"{WEEKS} weeks",
            "follow_up": f"{FOLLOW_UP} weeks",
        },
        "streams": {
            name: {"per_year": rate / 7 * 365, "hours": "00:00-24:00", "weekdays": dict.fromkeys(EVERY_DAY, 1)}
            for name, rate in PER_WEEK.items()
        },
        "calendars": {name: [_session(shift) for shift in shifts] for name, shifts in SHIFTS.items()},
        "resources": {f"at_{name}": {"capacity": 2, "calendar": name} for name in STATIONS},
        "states": states,
    }


def _session(shift: Shift) -> dict[str, Any]:
    days, opens, closes, servers = shift
    hours = f"{opens // 60:02d}:00-{closes // 60:02d}:00"
    return {"days": [EVERY_DAY[day] for day in days], "hours": hours, "units": servers}


def our_waits(replications: int, engine: str) -> Means:
    """Simulate independent replications; mean waits by (replication, stream, station)."""
    plan = compile_plan(scenario_of(document()))
    found = []
    for replication in range(replications):
        log = simulate(plan, replication, engine)
        visits, words = log.visits, log.vocabulary
        station = np.array([STATIONS.index(name) if name in STATIONS else -1 for name in words.states])[visits["state"]]
        stream = np.array([list(PER_WEEK).index(name) for name in words.streams])[log.cases["stream"][visits["case"]]]
        found.append(_means(stream, station, visits["enqueued_at"], visits["started_at"]))
    return np.array(found)


# ---------------------------------------------------------------- Ciw's


def schedule(shifts: Sequence[Shift]) -> Any:
    """Write weekly shifts as Ciw's schedule: servers until each boundary of the week, over and over."""
    opened = {day * DAY + opens: servers for days, opens, _, servers in shifts for day in days}
    closed = {day * DAY + closes: 0 for days, _, closes, _ in shifts for day in days}
    changes = sorted((opened | closed).items())
    return ciw.Schedule(
        numbers_of_servers=[0, *(servers for _, servers in changes)],
        shift_end_dates=[*(minute for minute, _ in changes), WEEK],
        preemption=False,
    )


def network() -> Any:
    """Describe the network in Ciw's words."""
    services = [ciw.dists.Triangular(20, 40, 120), ciw.dists.Uniform(40, 180), ciw.dists.Exponential(1 / 60)]
    routing = [[onward.get(to, 0.0) for to in STATIONS] for onward in ONWARD]
    return ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Exponential(rate / WEEK), None, None] for name, rate in PER_WEEK.items()
        },
        service_distributions=dict.fromkeys(PER_WEEK, services),
        routing=dict.fromkeys(PER_WEEK, routing),
        priority_classes={"urgent": 0, "routine": 1},
        number_of_servers=[schedule(SHIFTS[name]) for name in STATIONS],
    )


def ciw_waits(replications: int) -> Means:
    """Simulate independent replications in Ciw; mean waits by (replication, stream, station)."""
    found = []
    for seed in range(replications):
        ciw.seed(seed)
        run = ciw.Simulation(network())
        run.simulate_until_max_time((WARM_UP + WEEKS + FOLLOW_UP) * WEEK)
        rows = [
            (list(PER_WEEK).index(row.customer_class), row.node - 1, row.arrival_date, row.service_start_date)
            for row in run.get_all_records(only=["service"])
        ]
        found.append(_means(*np.array(rows).T))
    return np.array(found)


def _means(stream: Means, station: Means, asked: Means, started: Means) -> Means:
    """Average the waits of those who asked inside the reported year, all of whom have long started."""
    inside = (asked >= WARM_UP * WEEK) & (asked < (WARM_UP + WEEKS) * WEEK) & (started >= 0)
    waits = started - asked
    return np.array(
        [
            [waits[inside & (stream == who) & (station == where)].mean() for where in range(len(STATIONS))]
            for who in range(len(PER_WEEK))
        ]
    )
