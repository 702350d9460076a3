"""What patients keep while they wait for the activity that comes next (`hold_until`)."""

from __future__ import annotations

from typing import NamedTuple


class Kept(NamedTuple):
    """Units held until an activity starts."""

    until: int  # state
    resource: int
    units: int
    turnover: int
    row: int  # where its row in the log of holds begins


class Keeping:
    """What is held beyond its activity: by visits under way, and by patients who wait for what comes next."""

    def __init__(self) -> None:
        self._under_way: dict[tuple[int, int, int], list[Kept]] = {}  # (number, state, visit)
        self._waiting: dict[int, list[Kept]] = {}  # number

    def begin(self, number: int, state: int, visit: int, kept: list[Kept]) -> None:
        """Keep something while an activity is under way."""
        self._under_way[number, state, visit] = kept

    def end(self, number: int, state: int, visit: int) -> list[Kept]:
        """Give what an activity that ends now has kept."""
        return self._under_way.pop((number, state, visit))

    def wait(self, number: int, kept: list[Kept]) -> None:
        """Let a patient who waits for what comes next keep something."""
        if kept:
            self._waiting.setdefault(number, []).extend(kept)

    def start(self, number: int, state: int) -> list[Kept]:
        """Give what a patient kept until this activity, which they wait for no more."""
        kept = self._waiting.get(number, [])
        ended = [each for each in kept if each.until == state]
        kept[:] = [each for each in kept if each.until != state]
        return ended

    def leave(self, number: int) -> list[Kept]:
        """Give all that a patient kept while waiting, as they go elsewhere."""
        return self._waiting.pop(number, [])
