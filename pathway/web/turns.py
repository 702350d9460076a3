"""Turns: who is next where there is room for a few, so that nobody takes all of it and nobody waits for ever."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count


@dataclass(eq=False)
class Ticket:
    """One that waits or has its turn: whose, how soon it is needed (0 before 1), when it came, and if that decides."""

    owner: str
    urgency: int
    number: int
    is_in_line: bool = False
    has_turn: bool = False
    is_given_up: bool = False


class Turns:
    """Room for so many at once, and for so many of one owner.

    The most urgent is next; of these, that of whoever has least under way; of these, the one that came first.  Parts of
    one piece of work share a place in line (`place`), so that who came first is done first, and not all at the end.

    Parameters
    ----------
    room
        How many may have their turn at once.
    of_one
        How many of one owner may.
    """

    def __init__(self, room: int, of_one: int | None = None) -> None:
        self._room, self._of_one = room, of_one or room
        self._changed = threading.Condition()
        self._waiting: list[Ticket] = []
        self._under_way: Counter[str] = Counter()
        self._numbers = count()

    def place(self) -> int:
        """Take a place in line for all parts of a piece of work."""
        return next(self._numbers)

    def ask(self, owner: str = "", urgency: int = 0, place: int | None = None) -> Ticket:
        """Ask for a turn; `await_turn` waits for it, `give_back` ends it."""
        with self._changed:
            ticket = Ticket(owner, urgency, self.place() if place is None else place, is_in_line=place is not None)
            self._waiting.append(ticket)
            self._call()
            return ticket

    def await_turn(self, ticket: Ticket) -> bool:
        """Wait until it has its turn, or is given up: then the answer is no."""
        with self._changed:
            self._changed.wait_for(lambda: ticket.has_turn or ticket.is_given_up)
            return ticket.has_turn

    def give_back(self, ticket: Ticket) -> None:
        """End a turn, or no longer wait for it; once is enough."""
        with self._changed:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            elif ticket.has_turn and not ticket.is_given_up:
                self._under_way -= Counter([ticket.owner])
            ticket.is_given_up = True
            ticket.has_turn = False
            self._call()

    def before(self, ticket: Ticket) -> int:
        """Count those who will have their turn before it; none if it has its own."""
        with self._changed:
            if ticket not in self._waiting:
                return 0
            return sum(self._order(each) < self._order(ticket) for each in self._waiting) + self._ahead(ticket.owner)

    def waiting_of(self, owner: str) -> int:
        """Count what waits of one owner."""
        with self._changed:
            return sum(each.owner == owner for each in self._waiting)

    def _ahead(self, owner: str) -> int:
        """Count the turns under way that are waited for: one's own, if one has as many as one may, or else all."""
        return self._under_way[owner] if self._under_way[owner] >= self._of_one else self._under_way.total()

    @contextmanager
    def turn(self, owner: str = "", urgency: int = 0, place: int | None = None) -> Iterator[None]:
        """Wait for a turn, and have it."""
        ticket = self.ask(owner, urgency, place)
        try:
            self.await_turn(ticket)
            yield
        finally:
            self.give_back(ticket)

    def _order(self, ticket: Ticket) -> tuple[int, int, int]:
        return ticket.urgency, 0 if ticket.is_in_line else self._under_way[ticket.owner], ticket.number

    def _call(self) -> None:
        """Give turns to whoever is next while there is room."""
        while self._under_way.total() < self._room:
            free = [each for each in self._waiting if self._under_way[each.owner] < self._of_one]
            if not free:
                break
            ticket = min(free, key=self._order)
            self._waiting.remove(ticket)
            ticket.has_turn = True
            self._under_way[ticket.owner] += 1
        self._changed.notify_all()
