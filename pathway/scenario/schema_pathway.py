"""The pathway part of a document: attributes, states by kind, deadlines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, StringConstraints, Tag

from pathway.scenario.schema_words import (
    Conditions,
    Drawn,
    Name,
    Names,
    Quantity,
    Share,
    Target,
    Whole,
    Written,
    YesNo,
    shape_of,
)


class Attribute(Written):
    """Something known of a patient."""

    title: str = ""
    kind: Literal["category", "integer", "yes_no", "duration"]
    values: list[Annotated[str, StringConstraints(pattern=r"^\w+$")]] = []
    value_titles: dict[str, str] = {}
    draw: Drawn


class RuleRow(Written):
    """One row of a decision table."""

    when: Conditions = None
    to: Target
    why: str = ""


class State(Written):
    """What every state may say."""

    title: str = ""
    phase: str = ""
    set: dict[Name, Drawn] = {}
    add: dict[Name, Whole] = {}


class Leading(State):
    """A state that leads to others."""

    to: Target = None
    rules: list[RuleRow] = []


class Start(Leading):
    """Where a stream enters."""

    kind: Literal["start"]
    stream: str


class Need(Written):
    """Units of a resource."""

    units: Whole = 1
    any_of: list[str] = []
    for_: Drawn = Field(None, alias="for")
    turnover: Quantity = None
    hold_until: str = ""


AnyNeed = Annotated[
    Annotated[Whole, Tag("value")] | Annotated[Need, Tag("mapping")] | Annotated[list[Any], Tag("list")],
    Discriminator(shape_of),
]


class Meeting(Written):
    """A team's standing session."""

    calendar: str
    team: dict[Name, Whole]
    quorum: dict[Name, Whole] = {}
    deferral: Share = 0


class Failure(Written):
    """A patient who does not come, or is cancelled."""

    share: Share
    slot: Literal["lost", "refilled"] = "lost"
    rebook: Drawn


class Leaves(Written):
    """Leaving a queue after a while."""

    after: Drawn
    to: str


class LearningRow(Written):
    """A stretch of a learning curve."""

    uses: Whole
    longer: Share


AnyLearning = Annotated[
    Annotated[LearningRow, Tag("value")]
    | Annotated[LearningRow, Tag("mapping")]
    | Annotated[list[LearningRow], Tag("list")],
    Discriminator(shape_of),
]


class Ageing(Written):
    """A priority that rises while a patient waits."""

    every: Quantity
    to: Whole = 0


class Activity(Leading):
    """Something done to a patient."""

    kind: Literal["activity"]
    duration: Drawn
    planned: Quantity = None
    fits: Literal["session"] = "session"
    overrun: Quantity = None
    notice: Quantity = None
    needs: dict[Name, AnyNeed] = {}
    priority: Drawn = None
    meeting: Meeting = Field(None)  # type: ignore[assignment]
    no_show: Failure = Field(None)  # type: ignore[assignment]
    cancelled: Failure = Field(None)  # type: ignore[assignment]
    leaves: Leaves = Field(None)  # type: ignore[assignment]
    list_: str = Field("", alias="list")
    short_notice: Drawn = None
    emergency: YesNo = False
    learning: AnyLearning = Field(None)  # type: ignore[assignment]
    ageing: Ageing = Field(None)  # type: ignore[assignment]
    preempt: YesNo = False


class Since(Written):
    """A moment some time after a state."""

    after: Quantity
    since: str
    weekday_of: str = ""


class Delay(Leading):
    """Time that passes."""

    kind: Literal["delay"]
    duration: Drawn = None
    until: Since = Field(None)  # type: ignore[assignment]


class Decision(Leading):
    """A decision table."""

    kind: Literal["decision"]


class Fork(State):
    """Several branches at once."""

    kind: Literal["fork"]
    branches: list[str]
    join: str


class Join(Leading):
    """Where branches meet."""

    kind: Literal["join"]


class End(State):
    """An outcome."""

    kind: Literal["end"]


AnyState = Annotated[Start | Activity | Delay | Decision | Fork | Join | End, Field(discriminator="kind")]


class Deadline(Written):
    """A date that ends waiting."""

    attribute: str
    to: str


class Harm(Written):
    """What waiting does to patients."""

    title: str = ""
    per_week: Share
    while_: Names = Field(alias="while")
    to: str


class Pathway(Written):
    """States and deadlines."""

    states: dict[Name, AnyState]
    deadlines: dict[Name, Deadline] = {}
    harms: dict[Name, Harm] = {}
