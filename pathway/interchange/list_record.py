"""What became of a waiting list: totals by which it can be reconciled, and no identifiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

SHOWN = 20  # rows left out that are said one by one


@dataclass(frozen=True)
class WaitingList:
    """What became of a list: its digest, and totals by which it can be reconciled. No identifiers."""

    file: str
    sha256: str
    minute_0: str
    rows: int
    patients: int
    waiting: Mapping[str, int]  # state -> patients
    under_way: Mapping[str, int]
    ignored: tuple[str, ...]  # columns
    alike: int  # rows like an earlier one, in a list without ids
    again: int  # rows of an id that stands at another state too
    instead_of: int  # patients the scenario had of its own
    skipped: tuple[int, ...] = ()  # lines of bad rows, left out as was asked
    why: tuple[str, ...] = ()  # what is wrong with them

    def as_dict(self) -> dict[str, Any]:
        """Give it for a manifest."""
        return asdict(self)

    def sentences(self) -> Iterator[str]:
        """Say the totals."""
        taken = "all taken"
        if self.skipped:
            taken = f"of {self.rows - len(self.skipped):,} rows taken; {len(self.skipped):,} rows skipped"
        yield (
            f"{self.file}: {self.rows:,} rows, {self.patients:,} patients at {self.minute_0} (minute 0), {taken}; "
            f"{sum(self.waiting.values()):,} wait, {sum(self.under_way.values()):,} are under way"
        )
        yield from self._left_out()
        for name in sorted({*self.waiting, *self.under_way}):
            yield f"  {name}: {self.waiting.get(name, 0):,} wait, {self.under_way.get(name, 0):,} under way"
        if self.ignored:
            yield f"  ignored as the mapping says: the columns {', '.join(self.ignored)}"
        if self.alike:
            yield f"  {self.alike:,} rows are like an earlier one; without ids they are taken for different patients"
        if self.again:
            yield f"  {self.again:,} rows have an id that stands at another state too; each is taken for a patient"
        if self.instead_of:
            yield f"  they take the place of the {self.instead_of:,} patients the scenario has of its own"

    def _left_out(self) -> Iterator[str]:
        if not self.skipped:
            return
        yield f"  skipped: lines {', '.join(map(str, self.skipped))}"
        yield from (f"    {message}" for message in self.why[:SHOWN])
        if len(self.why) > SHOWN:
            yield f"    and {len(self.why) - SHOWN:,} more, in manifest.json"
