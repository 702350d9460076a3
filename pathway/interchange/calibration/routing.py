"""Where patients go next: shares of what directly follows, by what came before where that matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from pathway.interchange.calibration.splitting import Question, grow, visits_so_far
from pathway.interchange.calibration.traits import Asked, Trait
from pathway.interchange.observed import GOING_ON, UNSAID, ObservedLog

Codes = NDArray[np.int64]

CONFIDENCE = 0.95
OVER, NOTHING = "over", "nothing_recorded"  # ends of cases of which the log does not say how they ended
ARRIVAL = -1  # in place of the activity before
ASKED_ABOUT = 40  # activities, the commonest, that a question may be about
PATIENCE = 0.99  # a case whose log ends sooner after an activity than 99 % of what follows is not known to be over
MOST_UNSEEN = 0.25  # of the time covered by the log


@dataclass(frozen=True, slots=True)
class Branch:
    """One way on: a code of an activity, or of an end (activities and then ends), with how many took it."""

    target: int
    count: int
    of: int

    @property
    def share(self) -> float:
        """The share that went this way."""
        return self.count / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Clopper and Pearson's interval of the share, 95 %."""
        return share_interval(self.count, self.of)


@dataclass(frozen=True, slots=True)
class Table:
    """Where patients go from one activity (or on arrival), if the questions are answered so."""

    origin: int
    questions: tuple[Question, ...]
    branches: tuple[Branch, ...]
    p: float


@dataclass(frozen=True)
class Routing:
    """Where patients go from everywhere.

    `ends` names the ways a case may end (coded behind the activities); `left_out` is how many steps at the end of
    the log
    were not used, because what follows could not have been seen yet, and `unseen_days` how long before its end they
    begin.
    """

    tables: tuple[Table, ...]
    ends: tuple[str, ...]
    left_out: int
    unseen_days: float
    censored_cases: int


def share_interval(count: int, of: int) -> tuple[float, float]:
    """Give Clopper and Pearson's interval of a share, 95 %.

    >>> [round(each, 3) for each in share_interval(5, 10)]
    [0.187, 0.813]
    """
    found = stats.binomtest(count, of).proportion_ci(CONFIDENCE, "exact")
    return float(found.low), float(found.high)


def read_routing(
    log: ObservedLog,
    *,
    dates_are_real: bool,
    final: frozenset[str],
    memory: bool = True,
    traits: tuple[Trait, ...] = (),
) -> Routing:
    """Count where cases go next.

    Parameters
    ----------
    log
        The cases that are fitted.
    dates_are_real
        Whether the end of the log means anything for a case.
    final
        Activities after which a case may be over; what ends with another ended with nothing recorded. All may, if
        empty.
    memory
        Whether to ask how often a patient has been somewhere.
    traits
        What else may be asked about a patient.
    """
    about = Asked(len(log.activities), traits)
    following, ends, going_on = _following(log, final)
    last_seen, unseen = _unseen(log, following, dates_are_real)
    used = (following >= 0) & last_seen
    known = sorted(np.unique(log.activity), key=lambda code: -int((log.activity == code).sum()))[:ASKED_ABOUT]
    tables = list(_arrivals(log, about))
    for code in np.unique(log.activity[used]):
        rows = np.flatnonzero((log.activity == code) & used)
        count = visits_so_far(log.case, log.activity, rows)
        asked = [*([int(each) for each in known] if memory else []), *about.codes()]
        for leaf in grow(following[rows], about.counting(log, rows, count), asked):
            tables.append(_table(int(code), leaf.questions, following[rows[leaf.rows]], leaf.p))
    left_out = int(((following >= 0) & ~last_seen).sum())
    return Routing(tuple(tables), ends, left_out, unseen, going_on)


def _following(log: ObservedLog, final: frozenset[str]) -> tuple[Codes, tuple[str, ...], int]:
    """Give what directly follows each visit: an activity, an end, or -1 where the log was closed first."""
    activities = len(log.activities)
    last = np.ones(log.case.size, dtype=bool)
    last[:-1] = log.case[1:] != log.case[:-1]
    following = np.full(log.case.size, -1, np.int64)
    following[:-1] = log.activity[1:]
    outcome = log.outcome[log.case]
    names = [OVER, *log.outcomes]
    ends = np.where(outcome == UNSAID, activities, np.where(outcome == GOING_ON, -1, activities + 1 + outcome))
    if final:
        is_final = np.array([name in final for name in log.activities])
        names.append(NOTHING)
        ends = np.where((outcome == UNSAID) & ~is_final[log.activity], activities + len(names) - 1, ends)
    following[last] = ends[last]
    nothing = int((following == activities + names.index(NOTHING)).sum()) if final else 0
    return following, tuple(names), nothing + int((log.outcome == GOING_ON).sum())


def _unseen(log: ObservedLog, following: Codes, dates_are_real: bool) -> tuple[NDArray[np.bool_], float]:
    """Tell the visits after which the log goes on long enough to have seen what follows."""
    everything = np.ones(log.case.size, dtype=bool)
    if not dates_are_real or not (log.outcome == UNSAID).any():
        return everything, 0.0
    at = np.maximum(log.ended, log.known_from())
    goes_on = (following >= 0) & (following < len(log.activities))
    pairs = np.flatnonzero(goes_on)
    gaps = np.maximum(log.known_from()[pairs + 1] - at[pairs], 0)
    if not gaps.size:
        return everything, 0.0
    span = log.closed - int(log.arrived.min())
    stretch = min(float(np.quantile(gaps, PATIENCE)), MOST_UNSEEN * span)
    return at <= log.closed - stretch, stretch / 86_400


def _arrivals(log: ObservedLog, about: Asked) -> Iterator[Table]:
    rows = log.first[:-1][np.diff(log.first) > 0]
    firsts = log.activity[rows]
    for leaf in grow(firsts, about.counting(log, rows, lambda code: np.zeros_like(rows)), about.codes()):
        yield _table(ARRIVAL, leaf.questions, firsts[leaf.rows], leaf.p)


def _table(origin: int, questions: tuple[Question, ...], targets: Codes, p: float) -> Table:
    counts = np.bincount(targets)
    of = int(targets.size)
    order = sorted(np.flatnonzero(counts), key=lambda code: (-counts[code], code))
    return Table(origin, questions, tuple(Branch(int(code), int(counts[code]), of) for code in order), p)
