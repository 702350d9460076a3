"""Answers while one looks: the same patients today and with the changes, a few simulated years first, then more.

Work is done in threads of this process, as the compiled engine lets go of Python while it simulates.  What was
simulated is kept, so a second question about the same hospital costs nothing for today's part of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

from pathway.errors import PathwayError
from pathway.experiment.pairs import How, compared
from pathway.experiment.stacking import stacked_measures
from pathway.metrics import Measures
from pathway.report.compared import Change, Compared, Pairs, changes
from pathway.report.material import Material
from pathway.web import hosted
from pathway.web.changes import named_apart
from pathway.web.years import CORES, LEVEL, Work

if TYPE_CHECKING:
    from pathway.scenario import Scenario

STEPS = (2, 4, 8, 16)  # simulated years after which an answer is shown
UNWATCHED = 15.0  # seconds after which nobody looks any more: the page was closed
ALL = dict.fromkeys(("measure", "subject", "statistic", "part"))


@dataclass(frozen=True)
class Answer:
    """What some simulated years say about one hospital or several beside today's."""

    years: int
    base: Material
    others: tuple[Material, ...]
    found: Mapping[Compared, Sequence[Change]]  # of each figure its change in every hospital where there is one
    is_same: bool

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of the first hospital beside today's."""
        name = self.others[0].scenario.name
        return tuple(row for rows in self.found.values() for row in rows if row.scenario == name)


def answer(base: Work, others: Sequence[Work], years: int, *, whole: bool = True) -> Answer:
    """Compare the first so many years of some hospitals with today's, in pairs with the same patients and luck."""
    works = [base, *others]
    found = [((w.scenario.name, year), w.measures(year, whole=whole)) for w in works for year in range(years)]
    table, _ = stacked_measures([(place, Measures(each.summary, {})) for place, each in found])
    pairs = Pairs(compared(table, base.scenario.name, How(LEVEL, None, "change"), ALL), LEVEL, None)
    read = [work.material(years, whole=whole) for work in works]
    is_same = all(pairs.is_same(work.scenario.name) for work in others)
    return Answer(years, read[0], tuple(read[1:]), changes(pairs, read), is_same)


class _Asking:
    """Keep those who wait for a first answer, in order: what nobody has asked for can wait as long."""

    def __init__(self) -> None:
        self._lock, self._none = Lock(), Event()
        self._waiting: list[Job] = []
        self._none.set()

    def begin(self, job: Job) -> None:
        """Wait for a first answer from now on."""
        with self._lock:
            self._waiting.append(job)
            self._none.clear()

    def end(self, job: Job) -> None:
        """Wait no longer."""
        with self._lock:
            self._waiting.remove(job)
            if not self._waiting:
                self._none.set()

    def before(self, job: Job) -> int:
        """Count those who have waited longer."""
        with self._lock:
            return self._waiting.index(job) if job in self._waiting else 0

    def wait(self) -> None:
        """Wait until nobody waits for a first answer."""
        self._none.wait(UNWATCHED)


_asking = _Asking()


def let_first_answers_pass() -> None:
    """Wait while anybody waits for a first answer."""
    _asking.wait()


class Job:
    """Something simulated while one looks: told anew after 2, 4, 8, 16 years, until it is cancelled or nobody looks.

    Parameters
    ----------
    works
        The hospitals simulated.
    tell
        What to say after so many years.
    steps
        After how many years something is told.
    quick
        Whether what is told first needs no more than targets, waits and use.
    owner
        Who asked: those who ask take turns.
    """

    def __init__(
        self,
        works: Sequence[Work],
        tell: Callable[[int], Any],
        steps: Sequence[int] = STEPS,
        *,
        quick: bool = False,
        owner: str = "",
    ) -> None:
        self.works, self.steps, self.told, self.refusal = works, steps, None, ""
        self.began, self.first, self.years = time.monotonic(), 0.0, 0
        self.trail: dict[int, Any] = {}  # what was told after how many years
        self._tell: Callable[[int], Any] = tell
        self._quick, self._owner, self._place = quick, owner, 0
        self._stop = Event()
        self.is_lost = False  # whether it was stopped as nobody looked any more
        self._seen = time.monotonic()
        run = copy_context().run  # so that what is told is told in the language it was asked in
        self._thread = Thread(target=run, args=(self._run,), daemon=True, name="pathway-web")

    def start(self) -> Job:
        """Begin."""
        self._place = hosted.answers().place()
        self._thread.start()
        return self

    def again(self) -> Job:
        """Go on for one who has come back; years that are simulated are not simulated again."""
        return Job(self.works, self._tell, self.steps, quick=self._quick, owner=self._owner).start()

    def cancel(self) -> None:
        """Stop after the year under way; what was told stays."""
        self._stop.set()

    def watch(self) -> None:
        """Say that somebody looks."""
        self._seen = time.monotonic()

    @property
    def before(self) -> int:
        """How many wait for a first answer and asked earlier."""
        return _asking.before(self)

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
            self.is_lost = True
            self._stop.set()
        return self._stop.is_set()

    def _run(self) -> None:
        try:
            _asking.begin(self)
            try:
                self._step(self.steps[0])
            finally:
                _asking.end(self)
            for count in self.steps[1:]:
                self._step(count)
        except PathwayError as refusal:
            self.refusal = str(refusal)

    def _step(self, count: int) -> None:
        """Simulate up to so many years, and tell what they come to."""
        if self._is_over():
            return
        whole = not (self._quick and count == self.steps[0])
        urgency = self.steps.index(count)
        years = [(work, year, whole, urgency) for year in range(count) for work in self.works]
        with ThreadPoolExecutor(CORES) as pool:
            list(pool.map(self._simulate, years))
        if self._is_over():
            return
        with hosted.answers().turn(self._owner, urgency, self._place):
            self.trail[count] = told = self._tell(count)
        self.first = self.first or time.monotonic() - self.began
        self.told, self.years = told, count

    def _simulate(self, what: tuple[Work, int, bool, int]) -> None:
        work, year, whole, urgency = what
        if not self._is_over():
            with hosted.answers().turn(self._owner, urgency, self._place):
                if not self._is_over():  # nobody may look any more by the time its turn comes
                    work.measures(year, whole=whole)


def what_if(base: Work, *changed: Scenario, owner: str = "") -> Job:
    """Ask what one change does, or several, each beside today."""
    for scenario in changed:
        hosted.check_years(STEPS[-1], scenario)
    others = [Work(scenario, lean=True) for scenario in named_apart((base.scenario, *changed))[1:]]

    def tell(years: int) -> Answer:
        is_first = years == STEPS[0]
        if not is_first:  # what never settles takes a second to find, more than a first answer may
            for work in (base, *others):
                work.check_load()
        return answer(base, others, years, whole=not is_first)

    return Job((*others, base), tell, quick=True, owner=owner).start()


def today(base: Work, owner: str = "") -> Job:
    """Ask how things stand."""

    def tell(years: int) -> Material:
        base.check_load()
        return base.material(years)

    return Job((base,), tell, (2, 8, 20), owner=owner).start()
