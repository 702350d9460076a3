"""The queues of a compiled run: a pairing heap for each activity, threaded through the rows of the log.

A row is a request, and its place in the total order (priority, enqueued_at, case) stands in it, so a queue
needs no memory of its own however long it grows (Fredman, Sedgewick, Sleator & Tarjan, "The pairing heap",
Algorithmica 1, 1986).  A request that was given up stays in its queue until it comes to the head.
"""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.records import UNQUEUED, link_at, listed_at, queue_at, visit_at
from pathway.eventlog import NONE, OPEN

ORDINARY, MOVABLE, SHORT = range(3)  # how a request stands that is to be booked, or is
_EARLY = 2**40  # more minutes than any run has


@compiled_in_place
def rank_of(world: Any, row: int) -> int:
    """Give a request's place among others: by priority, then by when it was made."""
    visit = visit_at(world, row)
    return visit.priority * _EARLY + visit.enqueued_at


@compiled_in_place
def goes_before(world: Any, one: int, other: int) -> bool:
    """Say which of two requests for one activity is served first; of one patient's, the earlier visit."""
    first, second = rank_of(world, one), rank_of(world, other)
    if first != second:
        return first < second
    a, b = visit_at(world, one).case, visit_at(world, other).case
    return a < b or (a == b and one < other)


@compiled
def merged(world: Any, one: int, other: int) -> int:
    """Merge two heaps, given and returned as the first row of each plus 1; 0 for none."""
    if one == 0 or other == 0:
        return one + other
    if goes_before(world, other - 1, one - 1):
        one, other = other, one
    below = link_at(world, one - 1).child
    link_at(world, other - 1).sibling = below
    link_at(world, one - 1).child = other
    if world.ageing == 1:
        link_at(world, other - 1).back = one
        if below != 0:
            link_at(world, below - 1).back = other
    return one


@compiled_in_place
def join_queue(world: Any, state: int, row: int) -> None:
    """Let an eligible request wait; only a new head can change what the next pass does."""
    put_into(world, state, row)
    if queue_at(world, state).root == row + 1:
        touch(world, state)


@compiled_in_place
def put_into(world: Any, place: int, row: int) -> None:
    """Put a request into a queue."""
    link_at(world, row).child = 0
    link_at(world, row).sibling = 0
    link_at(world, row).back = 0
    world.waiting += 1
    queue = queue_at(world, place)
    queue.root = merged(world, queue.root, row + 1)


@compiled_in_place
def to_be_booked(model: Any, state: int, moves: int) -> int:
    """Give the queue of requests for an activity that wait to be booked: ordinary ones, or those at short notice."""
    return (2 if moves == SHORT else 1) * model.states_size + state


@compiled_in_place
def movable_of(model: Any, state: int) -> int:
    """Give the chain of those at short notice that are booked on a list that is not open yet."""
    return 3 * model.states_size + state


@compiled
def may_move(model: Any, world: Any, row: int) -> None:
    """Put a booked request into the chain of those that can be moved to an earlier list; its links are free."""
    chain = queue_at(world, movable_of(model, visit_at(world, row).state))
    link_at(world, row).child = chain.root
    link_at(world, row).sibling = 0
    link_at(world, row).moves = MOVABLE
    if chain.root != 0:
        link_at(world, chain.root - 1).sibling = row + 1
    chain.root = row + 1


@compiled
def stop_moving(model: Any, world: Any, row: int) -> None:
    """Take a request out of that chain, if it is in it."""
    link = link_at(world, row)
    if link.moves != MOVABLE:
        return
    link.moves = ORDINARY
    if link.child != 0:
        link_at(world, link.child - 1).sibling = link.sibling
    if link.sibling != 0:
        link_at(world, link.sibling - 1).child = link.child
    else:
        queue_at(world, movable_of(model, visit_at(world, row).state)).root = link.child


@compiled
def leave_queue(world: Any, state: int) -> None:
    """Take the head out of a queue: what was below it is merged in pairs, then the pairs from last to first."""
    world.waiting -= 1
    queue = queue_at(world, state)
    following, pairs = link_at(world, queue.root - 1).child, 0
    while following != 0:
        one = following
        other = link_at(world, one - 1).sibling
        following = 0
        if other != 0:
            following = link_at(world, other - 1).sibling
            link_at(world, other - 1).sibling = 0
        link_at(world, one - 1).sibling = 0
        pair = merged(world, one, other)
        link_at(world, pair - 1).sibling = pairs
        pairs = pair
    root = 0
    while pairs != 0:
        following = link_at(world, pairs - 1).sibling
        link_at(world, pairs - 1).sibling = 0
        root = merged(world, root, pairs)
        pairs = following
    queue.root = root


@compiled
def move_up(world: Any, state: int, row: int) -> None:
    """Put a request whose priority has risen where it now stands: it is cut out with all below it, and merged again."""
    queue, link = queue_at(world, state), link_at(world, row)
    if link.back == UNQUEUED or queue.root == row + 1:
        return
    before = link.back - 1
    if link_at(world, before).child == row + 1:
        link_at(world, before).child = link.sibling
    else:
        link_at(world, before).sibling = link.sibling
    if link.sibling != 0:
        link_at(world, link.sibling - 1).back = link.back
    link.sibling = 0
    queue.root = merged(world, queue.root, row + 1)


@compiled_in_place
def waits(world: Any, row: int) -> bool:
    """Say whether the request in a row is still waiting."""
    visit = visit_at(world, row)
    return visit.outcome == OPEN and visit.started_at == NONE


@compiled
def head_of(world: Any, state: int) -> int:
    """Give the row of the first request that still waits, taking those that do not out of the queue; -1 for none."""
    while queue_at(world, state).root != 0:
        row = queue_at(world, state).root - 1
        if waits(world, row):
            return row
        leave_queue(world, state)
    return -1


@compiled_in_place
def touch(world: Any, state: int) -> None:
    """Note that an activity may now be able to start someone."""
    if queue_at(world, state).is_touched == 0:
        queue_at(world, state).is_touched = 1
        listed_at(world, world.touched).value = state
        world.touched += 1
