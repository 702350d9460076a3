"""The records of a care pathway: conditions, draws, attributes, deadlines, and the kinds of state.

All are frozen values without behaviour that name each other by string, so that a pathway can be
compared, overridden and written back; what they mean together is in the modules beside this one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pathway.sampling import Sampler

# ---------------------------------------------------------------- conditions and draws

Left = Literal["attribute", "visits", "since", "parameter"]
Operator = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition on a patient: *left* compared with a whole number or with another attribute.

    `left` says what `name` is: an attribute, a state whose completed visits are counted, a state
    since whose last end the minutes are counted (a state never left gives -1), or a parameter,
    whose `value` is then known and lets the plan drop what can never hold.
    """

    left: Left
    name: str
    operator: Operator
    right: int | str  # a number (minutes, code, count), or the name of an attribute
    value: int = 0  # of a parameter


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of draws: if every condition holds, the value is drawn from `sampler`."""

    when: tuple[Comparison, ...]
    sampler: Sampler


@dataclass(frozen=True, slots=True)
class Draw:
    """A value to be drawn: rows in order, the first that matches wins, the last has no condition."""

    rows: tuple[Row, ...]

    @property
    def least(self) -> int:
        """The smallest whole number this draw can give (minutes, for a duration)."""
        return min((row.sampler.least for row in self.rows), default=0)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a decision: if every condition holds, go to a state drawn by these weights."""

    when: tuple[Comparison, ...]
    to: tuple[tuple[str, float], ...]  # (state, weight), in the order of state names, summing to 1
    why: str = ""


# ---------------------------------------------------------------- attributes and deadlines

AttributeKind = Literal["category", "integer", "yes_no", "duration"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something known of a patient, stored as a whole number: a category's code, a count, 0/1, minutes."""

    name: str
    kind: AttributeKind
    draw: Draw
    values: tuple[str, ...] = ()  # the categories, in the order of their codes
    title: str = ""
    value_titles: tuple[str, ...] = ()  # what the categories are called, "" for those that are called what they are


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that ends waiting: so long after `attribute` was last set, the patient goes to state `to`."""

    name: str
    attribute: str
    to: str


@dataclass(frozen=True, slots=True)
class Setting:
    """What leaving a state does to an attribute: draw it anew, or add a whole number to it."""

    attribute: str
    draw: Draw | None = None
    add: int = 0


# ---------------------------------------------------------------- states


@dataclass(frozen=True, slots=True)
class Need:
    """Units of a resource an activity holds: of the first free one among `any_of`.

    `hold` (YAML `for:`) is how long from the start it is held, by default as long as the activity;
    `turnover` minutes are added after that without delaying the patient.  With `hold_until` it is held
    until the patient's visit to that activity starts, if that is where they come to next.
    """

    role: str
    any_of: tuple[str, ...]
    units: int = 1
    hold: Draw | None = None
    turnover: int = 0
    hold_until: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A team's standing session at which cases are discussed one after the other.

    `team` is rostered units of each resource taken for the whole session; `quorum` what must be
    rostered at the opening; `deferral` the share of cases put off to the next session.
    """

    calendar: str
    team: tuple[tuple[str, int], ...]
    quorum: tuple[tuple[str, int], ...]
    deferral: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A patient who does not come (or is cancelled on the day): how often, and what becomes of the slot."""

    share: float
    slot: Literal["lost", "refilled"]
    rebook: Draw


@dataclass(frozen=True, slots=True)
class Learning:
    """How much longer the next `uses` starts of an activity last: a share of what was drawn."""

    uses: int
    longer: float


@dataclass(frozen=True, slots=True)
class Leaves:
    """How long a patient waits here before leaving the queue for state `to`."""

    after: Draw
    to: str


@dataclass(frozen=True, slots=True)
class Harm:
    """What waiting does to patients: within a week a share `per_week` of them is harmed, and goes to state `to`.

    `after` is the exponential time that comes to: its rate is -ln(1 - per_week) a week.
    """

    name: str
    per_week: float
    after: Draw
    to: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Ageing:
    """How priority rises with waiting: by one after each `every` minutes, to the number `to` at most."""

    every: int
    to: int = 0


@dataclass(frozen=True, slots=True)
class Since:
    """A moment `minutes` after the patient last left `state`.

    With `weekday_of` it moves by at most three days, to the weekday on which that state was last left.
    """

    minutes: int
    state: str
    weekday_of: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A place in the pathway. `sets` happen on leaving it; `phase` groups states in drawings."""

    name: str
    title: str = ""
    phase: str = ""
    sets: tuple[Setting, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Start(State):
    """Where the patients of a referral stream enter."""

    stream: str = ""
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity(State):
    """Something done to a patient that takes time and resources; patients queue for it.

    `booked_on` names the resource on whose lists it is booked, where that is not plain from its needs;
    `short_notice` draws 1 for a patient who can come into a gap on the day; an `emergency` is not booked;
    one that may `preempt` displaces what is under way and less urgent.
    """

    duration: Draw = field(default=Draw(()))
    planned: int = 0  # minutes; what a session must still hold (see `fits`)
    needs: tuple[Need, ...] = ()
    fits: bool = False
    overrun: int = 0
    notice: int = 0
    priority: Draw = field(default=Draw(()))
    meeting: Meeting | None = None
    no_show: Failure | None = None
    cancelled: Failure | None = None
    leaves: Leaves | None = None
    rules: tuple[Rule, ...] = ()
    booked_on: str = ""
    short_notice: Draw | None = None
    emergency: bool = False
    learning: tuple[Learning, ...] = ()
    ageing: Ageing | None = None
    harm: Harm | None = None
    preempt: bool = False


@dataclass(frozen=True, slots=True)
class Delay(State):
    """Time that passes without any resource of ours: a report, a wash-out, the gap between cycles."""

    duration: Draw | None = None
    until: Since | None = None
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision(State):
    """A fork in the road: the first rule whose conditions hold decides."""

    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Fork(State):
    """Where a patient's care goes on in several branches at once, until they meet at `join`."""

    branches: tuple[str, ...] = ()
    join: str = ""


@dataclass(frozen=True, slots=True)
class Join(State):
    """Where the branches of a fork meet; the patient goes on when the last has come."""

    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class End(State):
    """An outcome; here a patient's pathway ends."""


AnyState = Start | Activity | Delay | Decision | Fork | Join | End
