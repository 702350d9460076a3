"""What a chapter of the report is made from: one scenario's intervals, frames and load check, with titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from pathway import words
from pathway.clock import MINUTES_PER_DAY
from pathway.experiment.long_run import Growth, never_settling
from pathway.experiment.warm_up import advice
from pathway.graph import Activity, readable
from pathway.report.numbers import say_number

if TYPE_CHECKING:
    from pathway.experiment import Results
    from pathway.load import Loads
    from pathway.scenario import Scenario

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Material:
    """One scenario of some results, ready to be read: its own rows only, names as plain strings."""

    scenario: Scenario
    intervals: pd.DataFrame
    frames: Mapping[str, pd.DataFrame]
    loads: Loads | None
    precision: tuple[Mapping[str, Any], ...] = ()  # what became of each precision asked for, as the manifest has it
    began_with: Mapping[str, Any] = field(default_factory=dict)  # totals of the waiting list it starts from

    def text(self, key: str, **values: object) -> str:
        """Give words in the language in force."""
        return words.text(key, **values)

    def frame(self, name: str) -> pd.DataFrame:
        """Give one of the frames, empty if there is none."""
        return self.frames.get(name, pd.DataFrame())

    @cached_property
    def states(self) -> dict[str, str]:
        """Titles of the states."""
        return {name: data["title"] for name, data in self.scenario.pathway.graph.nodes(data=True)}

    @cached_property
    def resources(self) -> dict[str, str]:
        """Titles of the resources, meetings among them, which are known as ``meeting:`` and their calendar."""
        titles = {name: each.title or readable(name) for name, each in self.scenario.resources.items()}
        calendars = self.scenario.calendars.items()
        return titles | {f"meeting:{name}": self.meeting(each.title or readable(name)) for name, each in calendars}

    def meeting(self, calendar: str) -> str:
        """Name the meeting that keeps a calendar."""
        return self.text("report.meeting", calendar=calendar)

    @cached_property
    def clocks(self) -> dict[str, str]:
        """Titles of the clocks."""
        return {name: each.title or readable(name) for name, each in self.scenario.clocks.items()}

    @cached_property
    def streams(self) -> dict[str, str]:
        """Titles of the referral streams."""
        return {name: each.title or readable(name) for name, each in self.scenario.streams.items()}

    @cached_property
    def activities(self) -> frozenset[str]:
        """The names of the activities."""
        states = self.scenario.pathway.states
        return frozenset(name for name, state in states.items() if isinstance(state, Activity))

    @cached_property
    def growing(self) -> dict[str, Growth]:
        """The queues that never settle, by activity: their waits have no long-run level."""
        return never_settling(self.scenario, self.loads, self.intervals)

    @cached_property
    def warm_up(self) -> pd.DataFrame:
        """When each weekly series settled (see `Results.settled`); empty if none is there to tell by."""
        if any(self.frame(name).empty for name in ("open_by_week", "waiting_by_week")):
            return pd.DataFrame()
        return advice(self.scenario, self.frames, self.growing)

    def say_growth(self, activity: str) -> str:
        """Say by how many patients a week a queue grows."""
        growth = self.growing[activity]
        said = {key: say_number(max(getattr(growth, key), 0.0)) for key in ("mean", "low", "high")}
        return self.text("grows.by" if growth.low == growth.low else "grows.by_about", **said)

    def say_growing(self, activities: Iterable[str]) -> str:
        """Name the queues among some activities that never settle."""
        return words.listed(self.states.get(name, name) for name in activities if name in self.growing)

    @property
    def begins(self) -> datetime:
        """The first reported day, at midnight."""
        return datetime.combine(self.scenario.run.start, time())

    @property
    def ends(self) -> datetime:
        """The end of the reported period."""
        return self.begins + timedelta(minutes=self.scenario.run.length)

    @property
    def last_day(self) -> datetime:
        """The last reported day."""
        return self.ends - timedelta(days=1)

    @property
    def years(self) -> float:
        """How many years are reported."""
        return self.scenario.run.length / MINUTES_PER_DAY / DAYS_A_YEAR

    def reported(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give those weeks of a weekly frame that lie wholly in the reported period."""
        last = self.ends - timedelta(weeks=1)
        return frame[(frame["week_start"] >= self.begins) & (frame["week_start"] <= last)]


def material(results: Results, name: str, loads: Loads | None) -> Material:
    """Take one scenario's part out of some results."""
    frames = {key: _of(frame, name) for key, frame in results.frames.items()}
    asked = tuple(each for each in results.manifest.get("precision", ()) if each["scenario"] == name)
    began = results.manifest.get("waiting_list", {}).get(name, {})
    return Material(results.scenarios[name], _of(results.intervals(), name), frames, loads, asked, began)


def _of(frame: pd.DataFrame, scenario: str) -> pd.DataFrame:
    """Keep one scenario's rows, with plain texts for categories so that frames can be joined by name."""
    rows = frame[frame["scenario"] == scenario].drop(columns="scenario")
    categories = [column for column in rows if isinstance(rows[column].dtype, pd.CategoricalDtype)]
    return rows.astype(dict.fromkeys(categories, object))
