"""What a scenario is once it has passed the door: frozen records, names checked, minutes throughout."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

from pathway.clock import Calendar, Holidays, Leave, Stream, Timeline
from pathway.errors import Finding
from pathway.graph import Comparison, Pathway
from pathway.sampling import Sampler
from pathway.scenario.nodes import Node
from pathway.scenario.prices import Costs, Staffing


@dataclass(frozen=True, slots=True)
class FirstCall:
    """Sessions, those that open while `calendar` is open, that are for some activities first.

    If nobody waits for these `before` minutes before a session opens (None: never), `to` may be booked
    too; empty: whatever is booked on the resource.
    """

    calendar: str
    states: tuple[str, ...]
    before: int | None = None
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lists:
    """How sessions are booked: frozen `notice` minutes before they open, up to the close and `overrun` minutes."""

    notice: int
    overrun: int = 0
    first_call: tuple[FirstCall, ...] = ()


@dataclass(frozen=True, slots=True)
class Breakdown:
    """How long each unit of a resource works before it breaks down, and how long its repair then takes."""

    after: Sampler
    repair: Sampler


@dataclass(frozen=True, slots=True)
class Resource:
    """Something a patient needs for a while: people, rooms, equipment, beds; `capacity` is how many there are."""

    name: str
    title: str = ""
    kind: Literal["staff", "room", "equipment", "bed"] = "room"
    capacity: int = 1
    calendar: str = "always"
    leave: tuple[Leave, ...] = ()
    share: float | None = None  # this service's part of something the whole hospital uses
    lists: Lists | None = None  # None: patients are called just in time
    source: str = ""
    breakdown: Breakdown | None = None
    discharge: tuple[int, int] | None = None  # from and until which minute of the day patients go (see `times.hours`)


@dataclass(frozen=True, slots=True)
class WaitingClock:
    """A waiting time somebody promised to keep: from these states to those, within `limit` minutes.

    It starts when a `start` state is left (a referral: at arrival) and stops when a `stop` state
    is begun (an end: when reached), unless `start_at` or `stop_at` say otherwise; with `latest_of`
    it starts when the last of the start states has been left.  Time spent in `pause` states does
    not count, `reset_on` states set it back, and `elapsed_at_arrival` names a duration attribute
    with the time a patient arrives with.
    """

    name: str
    title: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    start_at: Literal["start", "end"] = "end"
    stop_at: Literal["start", "end"] = "start"
    latest_of: bool = False
    limit: int = 0
    share: float | None = None
    applies_when: tuple[Comparison, ...] = ()
    reset_on: tuple[str, ...] = ()
    pause: tuple[str, ...] = ()
    elapsed_at_arrival: str | None = None
    repeats: bool = False  # a clock for each treatment rather than one per patient
    jurisdiction: str = ""
    edition: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Something to be met: a share of a clock within its limit, a utilisation, a wait, or how many wait on a day.

    `subject` is the clock, resource or activity; `within` is minutes; `at_most` is a share of
    capacity for a utilisation, minutes for a wait, patients for those who wait when the day `by` begins.
    """

    kind: Literal["clock", "utilisation", "wait", "waiting"]
    subject: str
    to: str | None = None
    within: int | None = None
    share: float | None = None
    at_most: float | None = None
    statistic: str = ""
    title: str = ""
    by: date | None = None

    @property
    def unit(self) -> str:
        """What it is counted in: "share", "days" or "patients"."""
        return {"wait": "days", "waiting": "patients"}.get(self.kind, "share")


@dataclass(frozen=True, slots=True)
class Run:
    """How long and how often to simulate; lengths are minutes and whole days, `start` is the first reported day."""

    start: date = date(2027, 1, 4)
    warm_up: int = 0
    length: int = 525_600
    follow_up: int = 259_200
    replications: int = 10
    seed: int = 1
    queue: Literal["backfill", "strict"] = "backfill"

    @property
    def timeline(self) -> Timeline:
        """The minutes of a replication, counted from the start of the warm-up."""
        origin = self.start - timedelta(minutes=self.warm_up)
        return Timeline(origin, self.warm_up, self.length, self.follow_up)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value used as ``$name``: a number, ``"yes"`` or ``"no"``, a word, or a quantity as written."""

    name: str
    value: int | float | str
    title: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a source says, and how far it can be trusted (`tag`)."""

    name: str
    tag: str
    says: str


@dataclass(frozen=True, slots=True)
class Volume:
    """How many patients a year the evidence expects in these states, to compare a run with."""

    name: str
    states: tuple[str, ...]
    per_year: float
    low: float | None = None
    high: float | None = None
    title: str = ""
    remarks: str = ""  # why a run may depart from it
    source: str = ""


@dataclass(frozen=True, slots=True)
class Present:
    """Patients already in the system at minute 0, all alike: waiting since `joined`, or under way since `started`.

    `state` is the activity they wait for or are in, or the delay they are in.  `attributes` are those known, as whole
    numbers; `visits` and `left` say how often earlier states were completed and when each was last left, `due` when a
    deadline is due that runs from another moment than the referral.
    """

    stream: str
    state: str
    joined: datetime | None = None
    started: datetime | None = None
    referred: datetime | None = None
    count: int = 1
    priority: int | None = None
    attributes: Mapping[str, int] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, datetime] = field(default_factory=dict)
    due: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def came(self) -> datetime | None:
        """When they came to the state they are in."""
        return self.joined or self.started

    @property
    def arrived(self) -> datetime | None:
        """When they were referred; unless that is known, when they came to the state they are in."""
        return self.referred or self.came


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A number that may lie anywhere between two limits, or mostly near a likely value (a triangle).

    `path` leads to the number, or to what is multiplied (`multiplies`: a duration with all its parts, or a number);
    `unit` is that of the limits, "" for plain numbers; `is_whole` numbers stay whole.
    """

    path: str
    low: float
    high: float
    likely: float | None = None
    unit: str = ""
    multiplies: bool = False
    is_whole: bool = False
    title: str = ""
    source: str = ""

    def at(self, level: float) -> float:
        """Give the value below which it lies with a probability (the quantile).

        >>> Uncertain("p", 0.0, 10.0).at(0.25), round(Uncertain("p", 0.0, 10.0, likely=10.0).at(0.25), 9)
        (2.5, 5.0)
        """
        low, high, width = self.low, self.high, self.high - self.low
        if self.likely is None:
            return low + level * width
        below = self.likely - low
        if level * width <= below:
            return low + math.sqrt(level * width * below)
        return high - math.sqrt((1 - level) * width * (high - self.likely))


@dataclass(frozen=True, repr=False)
class Scenario:
    """A hospital, its patients and their pathway: everything a simulation needs to know, checked."""

    name: str
    title: str
    question: str
    files: tuple[str, ...]  # the documents it was read from, lowest first
    run: Run
    pathway: Pathway
    streams: Mapping[str, Stream]
    calendars: Mapping[str, Calendar]  # "always" among them
    holidays: Holidays
    resources: Mapping[str, Resource]
    clocks: Mapping[str, WaitingClock]
    targets: tuple[Target, ...]
    parameters: Mapping[str, Parameter]
    evidence: Mapping[str, Evidence]
    volumes: Mapping[str, Volume]
    sources: Mapping[str, str]  # dotted path -> source, those written inside objects too
    costs: Costs | None
    tree: Mapping[str, object]  # the merged document, as plain values
    warnings: tuple[Finding, ...] = ()
    patients: tuple[Present, ...] = ()  # those already there at minute 0
    vary: Mapping[str, tuple[object, ...]] = field(default_factory=dict)  # dotted path -> values, when it is sized
    uncertain: Mapping[str, Uncertain] = field(default_factory=dict)  # dotted path -> limits of a number
    staffing: Staffing | None = None
    root: Node = field(compare=False, kw_only=True)  # the merged document, with places

    def __repr__(self) -> str:
        parts = ("states", self.pathway.states), ("streams", self.streams), ("resources", self.resources)
        return f"<Scenario {self.name}: {', '.join(f'{len(found)} {what}' for what, found in parts)}>"

    @cached_property
    def document(self) -> str:
        """The whole of it as a YAML document that needs no other; written once, as that takes a second or two."""
        from pathway.scenario.write import whole

        return whole(self)

    def override(self, changes: Mapping[str, object], *, name: str, title: str = "") -> Scenario:
        """Give a new scenario in which the values at some dotted paths are different.

        Parameters
        ----------
        changes
            Dotted path (``"resources.ct.capacity"``) to the new value, written as in a file
            (``3``, ``"20 min"``, ``{"a": 0.3, "b": "rest"}``); ``None`` removes what is there.
        name
            The name of the new scenario.
        title
            Its title; the name, if empty.

        Examples
        --------
        >>> from pathway.scenario import load_scenario
        >>> load_scenario("mmc").override({"resources.server.capacity": 4}, name="four").resources["server"].capacity
        4
        """
        from pathway.scenario.override import override

        return override(self, changes, name=name, title=title)
