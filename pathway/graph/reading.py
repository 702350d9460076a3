"""What a state reads and writes of a patient, each with the place in its document that says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pathway.graph.records import (
    Activity,
    AnyState,
    Comparison,
    Delay,
    Draw,
    End,
    Fork,
    Rule,
    Setting,
)

BUILT_IN = "stream"  # the category attribute every patient has: the referral stream


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that a record reads or writes: of an attribute, or of a state whose visits or dates count."""

    of: Literal["attribute", "state"]
    name: str
    where: str


def draws(state: AnyState) -> Iterator[tuple[str, Draw]]:
    """List every draw a state makes, with its place below the state."""
    for setting in state.sets:
        if setting.draw:
            yield place(setting), setting.draw
    if isinstance(state, Delay) and state.duration:
        yield "duration", state.duration
    if not isinstance(state, Activity):
        return
    yield from _draws_of_activity(state)


def _draws_of_activity(state: Activity) -> Iterator[tuple[str, Draw]]:
    yield "duration", state.duration
    yield "priority", state.priority
    for need in state.needs:
        if need.hold:
            yield f"needs.{need.role}.for", need.hold
    yield from _draws_of_a_request(state)


def _draws_of_a_request(state: Activity) -> Iterator[tuple[str, Draw]]:
    if state.no_show:
        yield "no_show.rebook", state.no_show.rebook
    if state.cancelled:
        yield "cancelled.rebook", state.cancelled.rebook
    if state.leaves:
        yield "leaves.after", state.leaves.after
    if state.short_notice:
        yield "short_notice", state.short_notice
    if state.harm:
        yield f"harms.{state.harm.name}.per_week", state.harm.after


def place(setting: Setting) -> str:
    """Give the place of a setting below its state."""
    return f"{'set' if setting.draw else 'add'}.{setting.attribute}"


def reads(state: AnyState) -> Iterator[Mention]:
    """List everything a state reads: in its draws, its rules, and the dates a delay counts from."""
    for where, draw in draws(state):
        yield from draw_reads(where, draw)
    rules: tuple[Rule, ...] = () if isinstance(state, Fork | End) else state.rules
    for index, rule in enumerate(rules):
        yield from _when_reads(f"rules[{index}]", rule.when)
    if isinstance(state, Delay) and state.until:
        yield Mention("state", state.until.state, "until.since")
        if state.until.weekday_of:
            yield Mention("state", state.until.weekday_of, "until.weekday_of")


def draw_reads(where: str, draw: Draw) -> Iterator[Mention]:
    """List everything the conditions of a draw read."""
    for index, row in enumerate(draw.rows):
        yield from _when_reads(f"{where}[{index}]", row.when)


def _when_reads(where: str, when: tuple[Comparison, ...]) -> Iterator[Mention]:
    for index, comparison in enumerate(when):
        here = f"{where}.when[{index}]"
        if comparison.left == "attribute":
            yield Mention("attribute", comparison.name, here)
        elif comparison.left != "parameter":
            yield Mention("state", comparison.name, here)
        if isinstance(comparison.right, str):
            yield Mention("attribute", comparison.right, here)


def writes(state: AnyState) -> Iterator[Mention]:
    """List the attributes that leaving a state sets or adds to."""
    return (Mention("attribute", setting.attribute, place(setting)) for setting in state.sets)
