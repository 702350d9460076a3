"""One patient on the way, as the reference engine keeps them."""

from __future__ import annotations

FAR = 2**60  # a minute no run reaches


class Case:
    """What is known of a patient, and what may still happen to them; thousands may wait, so it is kept small.

    `epoch` counts the deadlines met: whatever carries an older epoch (a request in a heap, a delay, an
    activity under way) is history and moves nobody; `history` keeps when each epoch ended.
    """

    __slots__ = (
        "attributes", "completed", "dates", "due", "epoch", "history", "next_due", "number", "ordinals",
    )  # fmt: skip

    def __init__(self, number: int, attributes: list[int], deadlines: int) -> None:
        self.number = number
        self.attributes = attributes
        self.ordinals: dict[int, int] = {}  # state -> how often come to
        self.completed: dict[int, int] = {}  # state -> completed visits
        self.dates: dict[int, int] = {}  # state -> when last left
        self.epoch = 0
        self.history: tuple[int, ...] = ()
        self.due = [FAR] * deadlines
        self.next_due = FAR

    def arm(self, deadline: int, due: int) -> None:
        """Set when a deadline is due."""
        self.due[deadline] = due
        self.next_due = min(self.due)

    def pass_deadline(self, now: int) -> int:
        """Take the first deadline that is due: a new epoch begins; gives the deadline."""
        deadline = self.due.index(self.next_due)
        self.arm(deadline, FAR)
        self._begin_epoch(now)
        return deadline

    def finish(self, now: int) -> None:
        """Let nothing more happen."""
        if self.due:
            self.due = [FAR] * len(self.due)
            self.next_due = FAR
        self._begin_epoch(now)

    def _begin_epoch(self, now: int) -> None:
        self.epoch += 1
        self.history += (now,)
