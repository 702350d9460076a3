"""The simulated years of one hospital: each is simulated and measured when first asked for, and then kept."""

from __future__ import annotations

import os
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

import pandas as pd

from pathway.experiment.intervals import intervals
from pathway.experiment.stacking import stacked_measures
from pathway.metrics import Measures, measure, measure_targets
from pathway.metrics.study import YEAR
from pathway.report.material import Material

if TYPE_CHECKING:
    from pathway.eventlog import EventLog
    from pathway.load import Loads
    from pathway.plan import Occasions, Plan
    from pathway.scenario import Scenario

RAW = "waits_raw"  # the one table that figures need: the waits of few cases, pooled over all years
LEVEL = 0.95
CORES = os.cpu_count() or 1
LOGS = 4 * CORES  # kept of years of which only a part is measured


class _Logs:
    """Keep a few logs of years measured in part; a log of a large hospital is 50 MB, and visitors are many."""

    def __init__(self, most: int) -> None:
        self._lock, self._most = Lock(), most
        self._kept: dict[tuple[int, int], tuple[Work, EventLog]] = {}  # by work and year; the oldest is first

    def keep(self, work: Work, year: int, log: EventLog) -> None:
        """Keep a log; the oldest is given up for it, and simulated again if it is asked for after all."""
        with self._lock:
            self._kept[id(work), year] = (work, log)
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]

    def taken(self, work: Work, year: int) -> EventLog | None:
        """Give a log that is kept, and keep it no longer."""
        with self._lock:
            found = self._kept.pop((id(work), year), None)
            return found[1] if found else None


_logs = _Logs(LOGS)


class Work:
    """One hospital whose years are simulated and measured when first asked for, and then kept.

    A year is first measured in part, if only what targets, waits and the use of resources need is asked for: that takes
    a third of the time.  Its log is kept until the rest is asked for, if there is room for it.

    Parameters
    ----------
    scenario
        The hospital.
    lean
        Whether the tables behind charts are given up, as nobody draws any of them beside today's.
    """

    def __init__(self, scenario: Scenario, *, lean: bool = False) -> None:
        self.scenario, self.lean = scenario, lean
        self.loads: Loads | None = None
        self._found: dict[tuple[int, bool], Measures] = {}  # by year, and whether it is the whole
        self._read: dict[tuple[int, bool, bool], Material] = {}
        self._locks: dict[int, Lock] = {}
        self._lock = Lock()

    @cached_property
    def _compiled(self) -> Plan:
        from pathway.plan import compile_plan

        return compile_plan(self.scenario)

    def _log(self, year: int) -> EventLog:
        """Simulate a year; whoever comes first compiles the plan."""
        from pathway.engines import simulate

        with self._lock:
            plan = self._compiled
        return simulate(plan, year, "auto")

    def measures(self, year: int, *, whole: bool = True) -> Measures:
        """Give what one simulated year comes to: the whole, or at least what targets need."""
        with self._lock:
            lock = self._locks.setdefault(year, Lock())
        with lock:
            if (year, True) in self._found:
                return self._found[year, True]
            if (year, whole) not in self._found:
                log = _logs.taken(self, year) or self._log(year)
                self._found[year, whole] = self._measured(log, whole)
                if not whole:
                    _logs.keep(self, year, log)
            return self._found[year, whole]

    def _measured(self, log: EventLog, whole: bool) -> Measures:
        if not whole:
            return Measures(measure_targets(log, self.scenario).summary, {})
        found = measure(log, self.scenario)
        if not self.lean:
            return found
        return Measures(found.summary, {RAW: found.frames[RAW]} if RAW in found.frames else {})

    @cached_property
    def occasions(self) -> dict[str, Occasions]:
        """Give when each step can take place."""
        from pathway.plan import occasions

        return occasions(self.scenario)

    @cached_property
    def film(self) -> str:
        """Give patients moving through the first simulated year, as a page of its own."""
        from pathway.report.moving import moving_html

        return moving_html(self._log(0), self.scenario)

    def check_load(self) -> Loads:
        """Find what never settles, once."""
        if self.loads is None:
            from pathway.load import load_check

            self.loads = load_check(self.scenario)
        return self.loads

    def material(self, years: int, *, whole: bool = True) -> Material:
        """Read the first so many years together: figures with their intervals, and the frames behind charts."""
        found = [self.measures(year, whole=whole) for year in range(years)]
        whole = all((year, True) in self._found for year in range(years))
        key = (years, whole, self.loads is not None)
        if key not in self._read:
            name = self.scenario.name
            found = found if whole else [Measures(each.summary, {}) for each in found]
            table, frames = stacked_measures([((name, year), each) for year, each in enumerate(found)])
            length = {name: self.scenario.run.length / YEAR}
            figures = intervals(table, frames.get(RAW), length, LEVEL)
            rows = {key: _plain(frame) for key, frame in frames.items()}
            self._read[key] = Material(self.scenario, _plain(figures), rows, self.loads)
        return self._read[key]


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out whose rows they are, and write categories as texts so that frames can be joined by name."""
    rows = frame.drop(columns="scenario")
    return rows.astype({name: object for name in rows if isinstance(rows[name].dtype, pd.CategoricalDtype)})
