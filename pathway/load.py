"""Does it add up? The demand a scenario's rules make on every resource, against what is open, before any run.

A cohort is sent through the pathway of a hospital where nobody ever waits: what it holds is the demand,
how often it comes to each state the expected volumes.  Set against the open hours of the real calendars
that gives a load in minutes, and, where work must fit into sessions, a load in whole cases, since three
cases of three hours never fit into an eight-hour day.

Work that any of several resources may do counts for the first that is named. Where that asks more of one than it
has, all that can stand in for each other are one pool: each shows the load of the pool, or a higher one if the
work that it alone can do asks for more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from pathway.engines import simulate
from pathway.eventlog import COMPLETED, NONE, EventLog
from pathway.graph import Activity
from pathway.plan import Plan, compile_plan, unlimited
from pathway.plan.calendars import meeting_resource
from pathway.plan.records import NO

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario

YEARS = 10  # of arrivals in the cohort
FOLLOWED = 40 * 525_960  # minutes until the cohort is taken to have come to its end
MINUTES_A_YEAR = 525_960
_Z = 1.959964  # two-sided 95 % of the normal distribution


@dataclass(frozen=True, eq=False)
class Loads:
    """What a scenario demands and offers in a year.

    `resources`: resource, demand_hours, open_hours, load (held ÷ open minutes), whole_case_load (the same
    in whole cases per session; missing where nothing has to fit).  `volumes`: state, per_year and the
    95 % interval low, high of the cohort's own chance.
    """

    resources: pd.DataFrame
    volumes: pd.DataFrame

    def overloaded(self, limit: float = 1.0) -> pd.DataFrame:
        """Give the resources whose load, in minutes or in whole cases, reaches `limit`."""
        worst = self.resources[["load", "whole_case_load"]].max(axis=1)
        return self.resources[worst >= limit]

    def sentences(self) -> list[str]:
        """Say in words which queues can never settle."""
        return [
            f"This never settles: {row.resource} needs {100 * max(row.load, row.whole_case_load or 0):.0f} % "
            f"of what it has."
            for row in self.overloaded().fillna(0).itertuples()
        ]


def overloaded_activities(scenario: Scenario, loads: Loads) -> dict[str, float]:
    """Name the activities that need something asked for more than there is of it, with its load.

    Work that several resources may do is held up only if all of them are; where patients who wait too long
    leave, a queue comes to rest whatever the load.
    """
    worst = loads.resources.set_index("resource")[["load", "whole_case_load"]].max(axis=1)
    found = {}
    for name, state in scenario.pathway.states.items():
        if not isinstance(state, Activity) or state.leaves is not None:
            continue
        asked = [min(float(worst.get(each, 0.0)) for each in need.any_of) for need in state.needs]
        if state.meeting is not None:
            asked.append(float(worst.get(meeting_resource(state.meeting), 0.0)))
        if asked and max(asked) >= 1:
            found[name] = max(asked)
    return found


def load_check(scenario: Scenario, *, years: int = YEARS) -> Loads:
    """Work out a scenario's yearly volumes and the load of each of its resources, without queues.

    Parameters
    ----------
    scenario
        The scenario; its reported window gives arrivals and open hours, so holidays and leave count.
    years
        Average years of arrivals in the cohort; more make the volumes more exact.

    Returns
    -------
    Loads
        Demand and open hours per year (365.25 days), loads as shares, volumes per year.

    Examples
    --------
    >>> from pathway.scenario import load_scenario
    >>> round(float(load_check(load_scenario("mmc"), years=5).resources.load[0]), 1)
    0.5
    """
    plan = compile_plan(scenario)
    log = simulate(unlimited(plan, years=years, followed=FOLLOWED))
    return Loads(resources=_resource_loads(plan, log, years), volumes=_volumes(plan, log, years))


def _volumes(plan: Plan, log: EventLog, years: int) -> pd.DataFrame:
    """Count completed visits to each state; a case's visits come together, so its count is the unit."""
    import pandas as pd

    states = len(log.vocabulary.states)
    done = log.visits["outcome"] == COMPLETED
    case, state = log.visits["case"][done].astype(np.int64), log.visits["state"][done]
    ended = log.cases["end_state"]
    started = plan.streams.state[log.cases["stream"]]
    case = np.concatenate([case, np.arange(started.size), np.flatnonzero(ended != NONE)])
    state = np.concatenate([state, started, ended[ended != NONE]])
    pairs, visits = np.unique(case * states + state, return_counts=True)
    per_year = np.bincount(pairs % states, visits, states) / years
    spread = _Z * np.sqrt(np.bincount(pairs % states, visits.astype(float) ** 2, states)) / years
    return pd.DataFrame(
        {
            "state": log.vocabulary.states,
            "per_year": per_year,
            "low": np.maximum(0.0, per_year - spread),
            "high": per_year + spread,
        }
    )


def _resource_loads(plan: Plan, log: EventLog, years: int) -> pd.DataFrame:
    import pandas as pd

    resources = range(len(plan.resource_names))
    offered = np.array([_open_minutes(plan, resource) for resource in resources]) / 60
    offered *= MINUTES_A_YEAR / plan.length
    asked = _asked_hours(plan, log, years)
    whole = np.array([_whole_case_load(plan, log, [resource], years) for resource in resources])
    for pool in _pools(plan):
        if (asked[pool] > offered[pool]).any() or (whole[pool] > 1).any():
            alone = _asked_hours(plan, log, years, alone=True)[pool]
            asked[pool] = np.maximum(alone, offered[pool] * asked[pool].sum() / offered[pool].sum())
            packed = [_whole_case_load(plan, log, [resource], years, alone=True) for resource in pool]
            whole[pool] = np.fmax(packed, _whole_case_load(plan, log, pool, years))
    with np.errstate(divide="ignore", invalid="ignore"):
        load = np.where(offered > 0, asked / offered, np.where(asked > 0, np.inf, 0.0))
    columns = {"demand_hours": asked, "open_hours": offered, "load": load, "whole_case_load": whole}
    return pd.DataFrame({"resource": plan.resource_names, **columns})


def _pools(plan: Plan) -> list[list[int]]:
    """Give the resources that can stand in for each other, directly or by way of a third."""
    graph = nx.Graph()
    for first, last in pairwise(plan.needs.alternative_start.tolist()):
        nx.add_path(graph, plan.needs.alternative[first:last].tolist())
    return [sorted(pool) for pool in nx.connected_components(graph) if len(pool) > 1]


def _asked_hours(plan: Plan, log: EventLog, years: int, *, alone: bool = False) -> NDArray[np.float64]:
    """Add up the hours a year that each resource is held, or only those of work that it `alone` can do."""
    until = np.where(log.holds["to"] == NONE, plan.horizon, log.holds["to"])
    hours = (until - log.holds["from"]) * log.holds["units"] / years / 60
    if alone:
        hours = np.where(_has_choice(plan)[log.holds["state"], log.holds["resource"]], 0.0, hours)
    return np.bincount(log.holds["resource"], hours, len(plan.resource_names)).astype(float)


def _has_choice(plan: Plan) -> NDArray[np.bool_]:
    """Tell in which states which resource could be another."""
    choice = np.zeros((len(plan.state_names), len(plan.resource_names)), bool)
    for state, need_span in enumerate(pairwise(plan.states.need_start.tolist())):
        for need in range(*need_span):
            first, last = plan.needs.alternative_start[need : need + 2]
            choice[state, plan.needs.alternative[first:last]] |= last - first > 1
    return choice


def _steps_in_window(plan: Plan, resource: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give a resource's edges inside the reported window and the units free of meetings between them."""
    span = slice(plan.capacity.step_start[resource], plan.capacity.step_start[resource + 1])
    time, units = plan.capacity.time[span], plan.capacity.units[span] - plan.capacity.reserved[span]
    first, last = plan.warm_up, plan.warm_up + plan.length
    edges = np.unique(np.concatenate([[first], time[(time > first) & (time < last)], [last]]))
    return edges, units[np.searchsorted(time, edges[:-1], side="right") - 1]


def _open_minutes(plan: Plan, resource: int) -> float:
    edges, units = _steps_in_window(plan, resource)
    return float(np.sum(np.diff(edges) * units))


# ---------------------------------------------------------------- whole cases


def _whole_case_load(plan: Plan, log: EventLog, pool: Sequence[int], years: int, *, alone: bool = False) -> float:
    """Set the planned minutes asked of a pool in a year against those that pack into its sessions of the window."""
    mix: Counter[tuple[int, int]] = Counter()
    sessions: Counter[int] = Counter()
    for resource in pool:
        mix.update(_planned_mix(plan, log, resource, alone=alone))
        sessions.update(_sessions(plan, resource))
    if not mix or not sessions:
        return float("nan")
    asked = sum(count * length for (length, _), count in mix.items()) / years
    total = sum(mix.values())
    shares = tuple((length, spare, count / total) for (length, spare), count in sorted(mix.items()))
    packed = sum(lists * packed_minutes(length, shares) for length, lists in sessions.items())
    packed *= MINUTES_A_YEAR / plan.length
    return asked / packed if packed > 0 else float("inf")


def _planned_mix(plan: Plan, log: EventLog, resource: int, *, alone: bool) -> dict[tuple[int, int], int]:
    """Count the units a cohort takes, by planned minutes with turnover, and of these what may pass the close."""
    mix: dict[tuple[int, int], int] = {}
    held = log.holds["resource"] == resource
    starts = np.bincount(log.holds["state"][held], minlength=len(plan.state_names))
    for state in np.flatnonzero(starts).tolist():
        if not plan.states.fits[state]:
            continue
        for need in range(plan.states.need_start[state], plan.states.need_start[state + 1]):
            first, last = plan.needs.alternative_start[need : need + 2]
            if alone and last - first > 1:
                continue
            if resource in plan.needs.alternative[first:last] and plan.needs.hold[need] == NO:
                turnover = int(plan.needs.turnover[need])
                key = (int(plan.states.planned[state]) + turnover, turnover + int(plan.states.overrun[state]))
                mix[key] = mix.get(key, 0) + int(starts[state] * plan.needs.units[need])
    return mix


def _sessions(plan: Plan, resource: int) -> Mapping[int, int]:
    """Count the sessions of the window by length: each unit open from an opening to a close is a session of its own."""
    edges, units = _steps_in_window(plan, resource)
    sessions: dict[int, int] = {}
    for level in range(1, int(units.max(initial=0)) + 1):
        edge = np.diff(np.concatenate([[0], (units >= level).astype(int), [0]]))
        for first, last in zip(np.flatnonzero(edge == 1), np.flatnonzero(edge == -1), strict=True):
            length = int(edges[last] - edges[first])
            if length >= plan.length:
                return {}  # never closes
            sessions[length] = sessions.get(length, 0) + 1
    return sessions


def packed_minutes(length: int, mix: Sequence[tuple[int, int, float]]) -> float:
    """Give the minutes of whole cases that a session is expected to take.

    `mix` has (minutes of a case, of these the minutes that may pass the close, share of cases); cases come
    in the order of their queue, and the session is over at the first that does not fit.

    >>> packed_minutes(480, [(180, 0, 1.0)])  # two of three hours in eight
    360.0
    >>> packed_minutes(240, [(180, 0, 0.5), (60, 0, 0.5)])
    206.25
    """
    cases = tuple(mix)

    @cache
    def packed(left: int) -> float:
        return sum(
            share * (minutes + packed(left - minutes)) for minutes, spare, share in cases if minutes - spare <= left
        )

    return float(packed(length))


def derived_volumes(loads: Loads, volumes: Mapping[str, Any]) -> pd.DataFrame:
    """Sum the derived volumes over the states of each volume the evidence quotes.

    Gives volume, per_year, low, high (intervals added in quadrature).
    """
    import pandas as pd

    by_state = loads.volumes.set_index("state")
    rows = []
    for name, volume in volumes.items():
        asked = by_state.loc[[state for state in volume.states if state in by_state.index]]
        spread = float(np.sqrt(((asked["high"] - asked["per_year"]) ** 2).sum()))
        total = float(asked["per_year"].sum())
        rows.append((name, total, max(0.0, total - spread), total + spread))
    return pd.DataFrame(rows, columns=["volume", "per_year", "low", "high"])
