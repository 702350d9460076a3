"""The heads of several queues, merged in the total order (priority, enqueued_at, case, state): a small heap."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.queues import rank_of
from pathway.engines.compiled.records import head_at, queue_at, visit_at


@compiled
def make_heap(world: Any, size: int) -> None:
    """Put the first so many heads into the order of a heap."""
    for at in range(size // 2 - 1, -1, -1):
        sink(world, at, size)


@compiled_in_place
def say_head(world: Any, at: int, queue: int) -> None:
    """Note where the head of a queue stands in the total order."""
    head, row = head_at(world, at), queue_at(world, queue).root - 1
    head.rank = rank_of(world, row)
    head.case = visit_at(world, row).case
    head.state = visit_at(world, row).state
    head.queue = queue


@compiled_in_place
def move_head(world: Any, to: int, at: int) -> None:
    """Copy a head."""
    head, moved = head_at(world, to), head_at(world, at)
    head.rank = moved.rank
    head.case = moved.case
    head.state = moved.state
    head.queue = moved.queue


@compiled_in_place
def comes_first(world: Any, one: int, other: int) -> bool:
    """Compare two heads."""
    a, b = head_at(world, one), head_at(world, other)
    if a.rank != b.rank:
        return a.rank < b.rank
    return a.case < b.case or (a.case == b.case and a.state < b.state)


@compiled
def sink(world: Any, at: int, size: int) -> None:
    """Move a head down its heap until none below it comes first; the place after the last is for what moves."""
    while 2 * at + 1 < size:
        below = 2 * at + 1
        if below + 1 < size and comes_first(world, below + 1, below):
            below += 1
        if not comes_first(world, below, at):
            return
        move_head(world, size, at)
        move_head(world, at, below)
        move_head(world, below, size)
        at = below
