"""One patient on the way, as the reference engine keeps them."""

from __future__ import annotations

FAR = 2**60  # a minute no run reaches


class Case:
    """What is known of a patient, and what may still happen to them.

    `epoch` counts the deadlines met: whatever carries an older epoch (a request in a heap, a delay, an
    activity under way) is history and moves nobody; `history` keeps when each epoch ended.
    """

    __slots__ = (
        "attributes", "completed", "dates", "delays", "due", "epoch", "history", "joined", "next_due", "number",
        "ordinals", "settled",
    )  # fmt: skip

    def __init__(self, number: int, attributes: list[int], deadlines: int) -> None:
        self.number = number
        self.attributes = attributes
        self.ordinals: dict[int, int] = {}  # state -> how often come to
        self.completed: dict[int, int] = {}  # state -> completed visits
        self.dates: dict[int, int] = {}  # state -> when last left
        self.epoch = 0
        self.history: list[int] = []
        self.due = [FAR] * deadlines
        self.next_due = FAR
        self.joined: dict[int, tuple[int, int]] = {}  # join -> (branches come, when the first came)
        self.delays: dict[int, int] = {}  # state -> where the row of a delay under way begins
        self.settled: set[tuple[int, int]] = set()  # (state, visit) no longer waiting, where patience is limited

    def arm(self, deadline: int, due: int) -> None:
        """Set when a deadline is due."""
        self.due[deadline] = due
        self.next_due = min(self.due)

    def pass_deadline(self, now: int) -> int:
        """Take the first deadline that is due: a new epoch begins; gives the deadline."""
        deadline = self.due.index(self.next_due)
        self.arm(deadline, FAR)
        self.epoch += 1
        self.history.append(now)
        self.joined.clear()
        return deadline

    def finish(self, now: int) -> None:
        """Let nothing more happen."""
        self.due = [FAR] * len(self.due)
        self.next_due = FAR
        self.epoch += 1
        self.history.append(now)
