"""What an engine sees: a scenario as frozen arrays of whole and floating numbers, names left behind.

A plan holds no callable and no object an engine could not hold in compiled code.  Where one row has
several entries (the needs of a state, the rows of a draw) they lie one after the other in a flat
array and `…_start[i] : …_start[i + 1]` are those of row i.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Keys = NDArray[np.uint64]
Array = NDArray[Any]

START, ACTIVITY, DELAY, DECISION, FORK, JOIN, END = range(7)
KINDS = ("start", "activity", "delay", "decision", "fork", "join", "end")

BY_ATTRIBUTE, BY_VISITS, BY_SINCE = range(3)
OPERATORS = ("==", "!=", "<", "<=", ">", ">=")

RELEASE, FREEZE, OPENING = range(3)  # what is done to a booked list, in this order within a minute

NO = -1  # an index that points nowhere
STREAM = "stream"  # the built-in attribute that names the stream a patient came by
UNLIMITED = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Draws:
    """Every random choice of the plan. Draw d has rows; a row has conditions and a sampler.

    A draw is dealt under (`key[d]`, `purpose[d]`); its first row whose conditions all hold decides the
    sampler.  A condition compares an attribute, a count of completed visits, or the minutes since a
    state was last left with `condition_right`: a number, or an attribute where `condition_to_attribute`.
    """

    key: Keys
    purpose: Ints
    row_start: Ints
    row_sampler: Ints
    condition_start: Ints  # by row
    condition_left: Ints
    condition_name: Ints
    condition_operator: Ints
    condition_right: Ints
    condition_to_attribute: Ints
    sampler_kind: Ints
    sampler_parameters: Floats  # (samplers, 3)
    sampler_shift: Floats
    sampler_floor: Ints
    table_start: Ints  # by sampler, into table_values and table_levels
    table_values: Floats
    table_levels: Floats


@dataclass(frozen=True, eq=False)
class States:
    """What each state does, by code in the order of names; draws are indices into `Draws`, or -1."""

    kind: Ints
    duration: Ints  # draw
    until_state: Ints
    until_minutes: Ints
    until_weekday: Ints  # the state whose date gives the weekday, or -1
    route: Ints  # draw whose values are states
    priority: Ints  # draw
    planned: Ints  # minutes a session must still hold
    fits: Ints  # 1: must end before closing
    overrun: Ints
    notice: Ints
    no_show: Floats  # share
    no_show_lost: Ints
    no_show_rebook: Ints  # draw
    cancelled: Floats
    cancelled_lost: Ints
    cancelled_rebook: Ints
    deferral: Floats
    patience: Ints  # draw
    patience_to: Ints
    need_start: Ints
    set_start: Ints
    branch_start: Ints
    branch: Ints
    join: Ints  # of a fork
    branches: Ints  # of a join: how many must come
    session_start: Ints
    opens: Ints  # minutes at which everything the state needs has opened, for states that need notice
    closes: Ints  # and at which something of it closes
    counts_visits: Ints  # 1: some condition asks for visits to this state
    keeps_date: Ints  # 1: some condition or delay asks when this state was last left
    listed: Ints  # the resource on whose lists an activity is booked
    slot: Ints  # minutes it takes of a list: those planned, and the turnover after it
    short_notice: Ints  # draw: 1 for who can come into a gap
    emergency: Ints  # 1: bumps the next patient of a list whose resource it takes
    learning_start: Ints
    learning_until: Ints  # up to which start of the activity, counted over all patients,
    learning_longer: Floats  # a start lasts longer by this share of what is drawn
    ageing_every: Ints  # minutes after which priority rises by one; 0: never
    ageing_to: Ints  # the number it stops at
    harm: Ints  # draw: how long until waiting does harm
    harm_to: Ints
    preempts: Ints  # 1: displaces what is under way and less urgent if that lets it start
    gives_way: Ints  # 1: can be displaced


@dataclass(frozen=True, eq=False)
class Needs:
    """What activities hold (`States.need_start` points here): units of the first free alternative."""

    units: Ints
    hold: Ints  # draw, or -1: as long as the activity
    turnover: Ints
    hold_until: Ints  # the activity whose start ends it, or -1
    alternative_start: Ints
    alternative: Ints  # resource


@dataclass(frozen=True, eq=False)
class Settings:
    """What leaving a state does to attributes (`States.set_start` points here): a draw, or something added."""

    attribute: Ints
    draw: Ints
    add: Ints


@dataclass(frozen=True, eq=False)
class Capacity:
    """Rostered units of each resource over time, and how many of these are reserved for meetings."""

    step_start: Ints  # by resource
    time: Ints
    units: Ints
    reserved: Ints


@dataclass(frozen=True, eq=False)
class BookedLists:
    """The lists of resources that are booked, by opening; the activities that may be booked on one are a group.

    `moment` has a row (minute, RELEASE | FREEZE | OPENING, list) for everything that is done to a list, in order.
    """

    resource: Ints
    opens: Ints
    closes: Ints
    limit: Ints  # minutes that may be booked
    ends: Ints  # when what is booked must be over: the close of the last unit, and the overrun
    callers: Ints  # group
    callers_later: Ints  # group, once the list is released
    group_start: Ints
    group: Ints  # states
    moment: Ints  # (moments, 3)
    is_bed: Ints  # by resource
    booked: Ints  # by resource: 1 if it has lists


@dataclass(frozen=True, eq=False)
class Streams:
    """Referral streams: where patients start, and the integrated arrival rate (piecewise linear)."""

    key: Keys
    state: Ints
    rate_start: Ints
    rate_time: Ints
    rate_cumulative: Floats


@dataclass(frozen=True, eq=False)
class Attributes:
    """Attributes by code; `order` is the order of drawing at arrival, `draw` is -1 for `stream`."""

    draw: Ints
    order: Ints
    deadline_start: Ints  # by attribute, into `deadline`
    deadline: Ints
    deadline_to: Ints  # by deadline: the state a patient goes to


@dataclass(frozen=True, eq=False)
class Resources:
    """What a resource has beyond its roster, by code; draws are indices into `Draws`, or -1."""

    breaking: Ints  # how many units may break down, each by itself
    works: Ints  # draw: how long a unit works until it breaks down
    repair: Ints  # draw: how long it is then missing
    discharge_from: Ints  # minute of the day from which who stays for a while may go, and
    discharge_for: Ints  # for how many minutes: a day where one may always go


@dataclass(frozen=True, eq=False)
class Present:
    """Patients already there at minute 0, one a row, in the order of cases; earlier minutes are negative, -1 is "not".

    Where one patient has several entries, `given_…` are attributes with their values, `past_…` earlier states with
    completed visits and when they were last left, `due_…` deadlines with the minute in which they are due.
    """

    stream: Ints
    index: Ints  # -1, -2, … within the stream
    referred: Ints
    state: Ints
    visit: Ints  # the how-manyeth to the state they are in
    joined: Ints
    started: Ints  # -1: they wait
    priority: Ints  # -1: drawn
    given_start: Ints
    given_attribute: Ints
    given_value: Ints
    past_start: Ints
    past_state: Ints
    past_visits: Ints
    past_left: Ints
    due_start: Ints
    due_deadline: Ints
    due_at: Ints


@dataclass(frozen=True, eq=False)
class Plan:
    """A scenario compiled for engines; the names are only for the log's vocabulary."""

    scenario: str
    state_names: tuple[str, ...]
    stream_names: tuple[str, ...]
    resource_names: tuple[str, ...]
    attribute_names: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    deadline_names: tuple[str, ...]
    origin: date
    warm_up: int
    length: int
    follow_up: int
    seed: int
    strict: bool
    draws: Draws
    states: States
    needs: Needs
    settings: Settings
    capacity: Capacity
    streams: Streams
    attributes: Attributes
    lists: BookedLists
    resources: Resources
    present: Present

    @property
    def horizon(self) -> int:
        """The minute at which an engine stops."""
        return self.warm_up + self.length + self.follow_up

    def __repr__(self) -> str:
        return (
            f"<Plan {self.scenario!r}: {len(self.state_names)} states, {len(self.resource_names)} resources, "
            f"{self.draws.key.size} draws, {self.horizon:,} minutes>"
        )


def unlimited(plan: Plan, *, years: int, followed: int) -> Plan:
    """Give the plan of a hospital that never makes anyone wait, for one cohort followed to its end.

    Every resource is always open and boundless, so nobody waits longer than the notice a step asks, and
    the arrivals of `years` average years come in the first minutes; the cohort is followed for `followed`
    minutes.  What is held is then the demand, free of queues and of the calendar.
    """
    resources = len(plan.resource_names)
    window = plan.streams.rate_start
    rates = _yearly_rates(plan)
    boundless = Capacity(
        step_start=np.arange(resources + 1),
        time=np.zeros(resources, np.int64),
        units=np.full(resources, UNLIMITED),
        reserved=np.zeros(resources, np.int64),
    )
    streams = replace(
        plan.streams,
        rate_start=np.arange(len(window)) * 2,
        rate_time=np.tile(np.array([0, 1]), len(window) - 1),
        rate_cumulative=np.column_stack([np.zeros_like(rates), rates * years]).ravel(),
    )
    count = len(plan.state_names)
    none = np.full(count, NO)
    states = replace(
        plan.states,
        session_start=np.arange(count + 1),
        opens=np.zeros(count, np.int64),
        closes=np.full(count, 2 * followed),
        listed=none,
        short_notice=none,
    )
    lists = replace(plan.lists, moment=np.zeros((0, 3), np.int64), booked=np.zeros(resources, np.int64))
    unbroken = replace(plan.resources, breaking=np.zeros(resources, np.int64))
    plan = replace(plan, capacity=boundless, streams=streams, states=states, resources=unbroken)
    return replace(plan, warm_up=0, length=followed, follow_up=0, lists=lists, present=nobody())


def nobody() -> Present:
    """Say that nobody is there at minute 0."""
    columns = {each.name: np.zeros(int(each.name.endswith("_start")), np.int64) for each in fields(Present)}
    return Present(**columns)


def _yearly_rates(plan: Plan) -> Floats:
    """Expected arrivals per 365.25 days of the reported window, by stream."""
    rates = []
    for first, last in zip(plan.streams.rate_start, plan.streams.rate_start[1:], strict=False):
        edges = (plan.warm_up, plan.warm_up + plan.length)
        reached = np.interp(edges, plan.streams.rate_time[first:last], plan.streams.rate_cumulative[first:last])
        rates.append((reached[1] - reached[0]) * 365.25 * 1440 / plan.length)
    return np.array(rates)
