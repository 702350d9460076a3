"""The documents as they are written: which keys stand where, as pydantic models.

These models say which keys there are and which are needed; what the values mean (quantities,
draws, conditions, names) is read by the other modules.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from pathway.scenario.schema_costs import Costs, Staffing
from pathway.scenario.schema_pathway import Attribute, Pathway
from pathway.scenario.schema_words import (
    Conditions,
    Day,
    Factors,
    Hours,
    Moment,
    Name,
    Names,
    Number,
    Quantity,
    RangeEnd,
    Sampled,
    Share,
    Value,
    Whole,
    Written,
    YesNo,
    shape_of,
)


class Run(Written):
    """How long and how often to simulate."""

    start: Day = None
    warm_up: Quantity = None
    length: Quantity = None
    follow_up: Quantity = None
    replications: Whole = 1
    seed: Whole = 1
    queue: Literal["backfill", "strict"] = "backfill"


class Holidays(Written):
    """Which public holidays hold."""

    country: str = ""
    subdivision: str = ""
    add: list[Day] = []
    remove: list[Day] = []
    make_up: dict[Any, Any] = {}


class Session(Written):
    """Opening hours that recur."""

    days: list[Any] = []
    hours: Hours
    units: Whole = 1
    from_: Day = Field(None, alias="from")
    to: Day = None
    nth: list[Literal[1, 2, 3, 4, 5, -1]] = []
    every: Quantity = None
    on: list[Day] = []
    share: Share = None


class Closed(Written):
    """Dates on which a calendar is closed."""

    from_: RangeEnd = Field(alias="from")
    to: RangeEnd = None
    why: str = ""


class Calendar(Written):
    """When something is open."""

    sessions: list[Session]
    holidays: Literal["open", "closed"] = "closed"
    closed: list[Closed] = []
    title: str = ""


AnyCalendar = Annotated[
    Annotated[list[Session], Tag("list")] | Annotated[Calendar, Tag("mapping")] | Annotated[Calendar, Tag("value")],
    Discriminator(shape_of),
]


class Leave(Written):
    """Units that are missing for a while."""

    from_: RangeEnd = Field(alias="from")
    to: RangeEnd = None
    units: Whole = 1
    who: str = ""
    why: str = ""


class Release(Written):
    """When sessions that nobody with first call has asked for go to others."""

    before: Quantity
    to: list[str] = []


class FirstCall(Written):
    """Sessions that are for some activities first."""

    calendar: str
    for_: list[str] = Field(alias="for")
    release: Release = Field(None)  # type: ignore[assignment]


class Lists(Written):
    """How the sessions of a resource are booked."""

    notice: Quantity
    overrun: Quantity = None
    first_call: list[FirstCall] = []


class Breakdown(Written):
    """How units fail."""

    after: Sampled
    repair: Sampled


class Resource(Written):
    """People, rooms, equipment, beds."""

    title: str = ""
    kind: Literal["staff", "room", "equipment", "bed"] = "room"
    capacity: Whole = 1
    calendar: str = "always"
    leave: list[Leave] = []
    share: Share = None
    list_: Lists = Field(None, alias="list")  # type: ignore[assignment]
    breakdown: Breakdown = Field(None)  # type: ignore[assignment]
    discharge: Hours = None


class Exceptional(Closed):
    """Dates on which referrals are more or fewer."""

    factor: Number


class Stream(Written):
    """Referrals of one kind."""

    title: str = ""
    per_year: Number
    weekdays: Factors = None
    hours: Hours = None
    months: Factors = None
    on_holidays: Number = 0
    growth: Share = 0
    exceptions: list[Exceptional] = []


class Clock(Written):
    """A waiting time with a limit."""

    title: str = ""
    start: Names
    stop: Names
    start_at: Literal["start", "end"] = "end"
    stop_at: Literal["start", "end"] = "start"
    limit: Quantity = None
    share: Share = None
    applies_when: Conditions = None
    reset_on: Names = None
    pause: Names = None
    elapsed_at_arrival: str = ""
    repeats: YesNo = False
    jurisdiction: str = ""
    edition: str = ""


class TargetRow(Written):
    """Something to be met."""

    title: str = ""
    clock: str = ""
    utilisation: str = ""
    wait: str = ""
    waiting: str = ""
    to: str = ""
    within: Quantity = None
    share: Share = None
    at_most: Share = None
    statistic: Literal["mean", "median", "p90", "p95"] = "mean"
    by: Day = None


class Volume(Written):
    """How many patients a year are expected."""

    title: str = ""
    states: Names
    per_year: Number
    low: Number = None
    high: Number = None


class Patient(Written):
    """Patients already in the system at minute 0."""

    stream: str
    state: str
    joined: Moment = None
    started: Moment = None
    referred: Moment = None
    count: Whole = 1
    priority: Whole = None
    attributes: dict[Name, Value] = {}
    visits: dict[Name, Whole] = {}
    left: dict[Name, Moment] = {}
    due: dict[Name, Moment] = {}


class Uncertain(Written):
    """Within which limits a number may lie."""

    title: str = ""
    low: Share
    high: Share
    likely: Share = None
    multiplies: YesNo = "no"


class Parameter(Written):
    """A named value."""

    title: str = ""
    value: Value


class Evidence(Written):
    """What a source says."""

    tag: str = ""
    says: str


class Document(BaseModel):
    """A scenario document."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Care pathway scenario")

    schema_: Literal[1] = Field(1, alias="schema")
    name: str = ""
    title: str = ""
    question: str = ""
    extends: str = ""
    model: str = ""
    run: Run = Run()
    holidays: Holidays = Holidays()
    calendars: dict[Name, AnyCalendar] = {}
    resources: dict[Name, Resource] = {}
    streams: dict[Name, Stream]
    parameters: dict[Name, Parameter] = {}
    attributes: dict[Name, Attribute] = {}
    pathway: Pathway
    patients: list[Patient] = []
    clocks: dict[Name, Clock] = {}
    targets: list[TargetRow] = []
    volumes: dict[Name, Volume] = {}
    evidence: dict[Name, Evidence] = {}
    sources: dict[str, str] = {}
    vary: dict[str, Any] = {}
    uncertain: dict[str, Uncertain] = {}
    costs: Costs = Field(None)  # type: ignore[assignment]
    staffing: Staffing = Field(None)  # type: ignore[assignment]
    titles: dict[Name, Any] = {}
