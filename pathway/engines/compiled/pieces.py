"""What is left of activities of a compiled run that were displaced: pieces, and the requests that go on with them."""

from __future__ import annotations

from typing import Any

from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.records import (
    PIECE_FIRST,
    PIECE_MINUTES,
    PIECE_ROW,
    link_at,
    piece_at,
    state_at,
    visit_at,
)
from pathway.eventlog import NONE


@compiled_in_place
def piece_of(model: Any, world: Any, row: int) -> int:
    """Give the piece that a request goes on with; -1 for one that begins."""
    return link_at(world, row).piece - 1 if model.displacing == 1 else NONE


@compiled
def first_visit(model: Any, world: Any, row: int) -> int:
    """Give the visit with which an activity began: its luck decides what comes of it."""
    piece = piece_of(model, world, row)
    return visit_at(world, row).visit if piece == NONE else piece_at(world, piece, PIECE_FIRST).value


@compiled
def planned_of(model: Any, world: Any, row: int) -> int:
    """Give the minutes to plan for a request: what is left, but not more than is planned for the whole."""
    planned, piece = state_at(model, visit_at(world, row).state).planned, piece_of(model, world, row)
    return planned if piece == NONE else min(planned, piece_at(world, piece, PIECE_MINUTES).value)


@compiled
def begin_piece(model: Any, world: Any, row: int, end: int) -> int:
    """Begin to keep until when an activity lasts that can be displaced; -1 for one that cannot be."""
    if state_at(model, visit_at(world, row).state).gives_way == 0:
        return NONE
    piece = world.pieces
    world.pieces += 1
    piece_at(world, piece, PIECE_ROW).value = NONE
    piece_at(world, piece, PIECE_FIRST).value = first_visit(model, world, row)
    piece_at(world, piece, PIECE_MINUTES).value = end
    return piece


@compiled
def carry_on(model: Any, world: Any, row: int, again: int) -> None:
    """Let a request that takes the place of another go on with what that went on with."""
    before = piece_of(model, world, row)
    link_at(world, again).piece = 0
    if before == NONE:
        return
    piece = world.pieces
    world.pieces += 1
    for column in range(model.piece):
        piece_at(world, piece, column).value = piece_at(world, before, column).value
    go_on_with(world, again, piece)


@compiled_in_place
def go_on_with(world: Any, row: int, piece: int) -> None:
    """Let a request go on with a piece."""
    piece_at(world, piece, PIECE_ROW).value = row
    link_at(world, row).piece = piece + 1
