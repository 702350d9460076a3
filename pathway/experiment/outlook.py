"""What an outlook gives: until when today's capacity meets its targets if more and more patients come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pathway import words

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Outlook:
    """When each target stops being met.

    `weeks` has a row for each target and week of the window: target, label, week_start, known and within (patients a
    week, means of all replications), share, fitted (the shares as a line that never rises), goal.  `answers` has a row
    a target: target, label, goal, stops (the first week in which the fitted share is below the goal; NaT if it never
    is), earliest and latest (95 % interval; NaT: not within the years looked at).  `manifest` says what was asked.
    """

    scenario: Scenario
    weeks: pd.DataFrame
    answers: pd.DataFrame
    manifest: Mapping[str, Any]

    def sentences(self) -> list[str]:
        """Say until when each target is met."""
        return [_sentence(row, self.manifest) for row in self.answers.itertuples()]

    def __repr__(self) -> str:
        return "\n".join([f"<Outlook: {self.scenario.name}>", *self.sentences()])


def _sentence(row: Any, asked: Mapping[str, Any]) -> str:
    import pandas as pd

    goal, start = words.percent(f"{100 * row.goal:.0f}"), pd.Timestamp(asked["start"])
    if pd.isna(row.stops):
        return words.text("outlook.never", target=row.label, goal=goal, years=asked["years"])
    if row.stops <= start:
        return words.text("outlook.not_now", target=row.label, goal=goal)
    weeks = (row.stops - start).days // 7 + 1
    last = words.text("outlook.later") if pd.isna(row.latest) else f"{row.latest:%Y-%m-%d}"
    return words.text(
        "outlook.until",
        target=row.label,
        goal=goal,
        week=weeks,
        day=f"{row.stops:%Y-%m-%d}",
        earliest=f"{row.earliest:%Y-%m-%d}",
        latest=last,
    )
