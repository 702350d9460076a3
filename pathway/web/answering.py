"""Answers while one looks: the same patients today and with the changes, a few simulated years first, then more.

Work is done in threads of this process, as the compiled engine lets go of Python while it simulates.  What was
simulated is kept, so a second question about the same hospital costs nothing for today's part of it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import cached_property
from threading import BoundedSemaphore, Event, Lock, Thread
from typing import TYPE_CHECKING, Any

import pandas as pd

from pathway.errors import PathwayError
from pathway.experiment.intervals import intervals
from pathway.experiment.pairs import How, compared
from pathway.experiment.results import YEAR
from pathway.experiment.stacking import stacked_measures
from pathway.metrics import Measures, measure, measure_targets
from pathway.report.compared import Change, Pairs, changes
from pathway.report.material import Material

if TYPE_CHECKING:
    from pathway.load import Loads
    from pathway.plan import Plan
    from pathway.scenario import Scenario

STEPS = (2, 4, 8, 16)  # simulated years after which an answer is shown
LEVEL = 0.95
UNWATCHED = 15.0  # seconds after which nobody looks any more: the page was closed
CORES = os.cpu_count() or 1
PLACES = BoundedSemaphore(CORES)  # so many simulate at once, however many visitors there are
ALL = dict.fromkeys(("measure", "subject", "statistic", "part"))


class Work:
    """One hospital whose years are simulated and measured when first asked for, and then kept.

    Parameters
    ----------
    scenario
        The hospital.
    whole
        Whether everything is measured, or only what targets, waits and the use of resources need: a third of the time.
    """

    def __init__(self, scenario: Scenario, *, whole: bool = False) -> None:
        self.scenario, self.whole = scenario, whole
        self.loads: Loads | None = None
        self._found: dict[int, Measures] = {}
        self._locks: dict[int, Lock] = {}
        self._lock = Lock()

    @cached_property
    def _compiled(self) -> Plan:
        from pathway.plan import compile_plan

        return compile_plan(self.scenario)

    def measures(self, year: int) -> Measures:
        """Give what one simulated year comes to."""
        with self._lock:
            lock = self._locks.setdefault(year, Lock())
            plan = self._compiled
        with lock:
            if year not in self._found:
                from pathway.engines import simulate

                log = simulate(plan, year, "auto")
                self._found[year] = (measure if self.whole else measure_targets)(log, self.scenario)
            return self._found[year]

    def check_load(self) -> Loads:
        """Find what never settles, once."""
        if self.loads is None:
            from pathway.load import load_check

            self.loads = load_check(self.scenario)
        return self.loads

    def material(self, years: int) -> Material:
        """Read the first so many years together: figures with their intervals, and the frames behind charts."""
        name = self.scenario.name
        table, frames = stacked_measures([((name, year), self.measures(year)) for year in range(years)])
        length = {name: self.scenario.run.length / YEAR}
        found = intervals(table, frames.get("waits_raw"), length, LEVEL)
        rows = {key: _plain(frame) for key, frame in frames.items()}
        return Material(self.scenario, _plain(found), rows, self.loads)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out whose rows they are, and write categories as texts so that frames can be joined by name."""
    rows = frame.drop(columns="scenario")
    return rows.astype({name: object for name in rows if isinstance(rows[name].dtype, pd.CategoricalDtype)})


@dataclass(frozen=True)
class Answer:
    """What some simulated years say about a change."""

    years: int
    base: Material
    other: Material
    changes: tuple[Change, ...]
    is_same: bool


def answer(base: Work, other: Work, years: int) -> Answer:
    """Compare the first so many years of two hospitals, in pairs with the same patients and the same luck."""
    names = base.scenario.name, other.scenario.name
    found = [
        ((name, year), work.measures(year))
        for name, work in zip(names, (base, other), strict=True)
        for year in range(years)
    ]
    table, _ = stacked_measures([(place, Measures(each.summary, {})) for place, each in found])
    pairs = Pairs(compared(table, names[0], How(LEVEL, None, "change"), ALL), LEVEL, None)
    read = [base.material(years), other.material(years)]
    rows = tuple(row for some in changes(pairs, read).values() for row in some)
    return Answer(years, read[0], read[1], rows, pairs.is_same(names[1]))


class Job:
    """Something simulated while one looks: told anew after 2, 4, 8, 16 years, until it is cancelled or nobody looks."""

    def __init__(self, works: Sequence[Work], tell: Callable[[int], Any], steps: Sequence[int] = STEPS) -> None:
        self.works, self.steps, self.told, self.refusal = works, steps, None, ""
        self.began, self.first, self.years = time.monotonic(), 0.0, 0
        self._tell: Callable[[int], Any] = tell
        self._stop = Event()
        self._seen = time.monotonic()
        run = copy_context().run  # so that what is told is told in the language it was asked in
        self._thread = Thread(target=run, args=(self._run,), daemon=True, name="pathway-web")

    def start(self) -> Job:
        """Begin."""
        self._thread.start()
        return self

    def cancel(self) -> None:
        """Stop after the year under way; what was told stays."""
        self._stop.set()

    def watch(self) -> None:
        """Say that somebody looks."""
        self._seen = time.monotonic()

    @property
    def is_running(self) -> bool:
        """Whether more is to come."""
        return self._thread.is_alive()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was stopped before it was done."""
        return self._stop.is_set()

    def wait(self, seconds: float = 300.0) -> Job:
        """Look on until it is done."""
        until = time.monotonic() + seconds
        while self.is_running and time.monotonic() < until:
            self.watch()
            self._thread.join(1.0)
        return self

    def _is_over(self) -> bool:
        if time.monotonic() - self._seen > UNWATCHED:
            self._stop.set()
        return self._stop.is_set()

    def _run(self) -> None:
        try:
            for count in self.steps:
                with ThreadPoolExecutor(CORES) as pool:
                    list(pool.map(self._simulate, [(work, year) for year in range(count) for work in self.works]))
                if self._is_over():
                    return
                self.told, self.years = self._tell(count), count
                self.first = self.first or time.monotonic() - self.began
        except PathwayError as refusal:
            self.refusal = str(refusal)

    def _simulate(self, what: tuple[Work, int]) -> None:
        if not self._is_over():
            work, year = what
            with PLACES:
                work.measures(year)


def what_if(base: Work, changed: Scenario) -> Job:
    """Ask what a change does."""
    other = Work(changed)
    return Job((base, other), lambda years: answer(base, other, years)).start()


def today(base: Work) -> Job:
    """Ask how things stand."""

    def tell(years: int) -> Material:
        base.check_load()
        return base.material(years)

    return Job((base,), tell, (2, 8, 20)).start()
