"""How long everything takes: from one step to the next, and the steps themselves where their starts are known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway.interchange.calibration.families import Fit, fit, sample_of
from pathway.interchange.calibration.routing import ARRIVAL
from pathway.interchange.calibration.splitting import Question, grow, visits_so_far
from pathway.interchange.calibration.traits import Asked, Trait
from pathway.interchange.observed import MINUTE, UNKNOWN, ObservedLog

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

ANY = -2  # in place of the activity before: whatever it was
OF_ITS_OWN = 30  # times between two activities below which they are taken together with others
NONE_WORTH_SAYING = 0.001  # a step that takes longer than no time less often than this takes none
MOSTLY = 0.9  # of an activity's visits have a start, or the log does not know its starts
BINS = 6
ASKED_ABOUT = 12
DEEPEST = 2


@dataclass(frozen=True, slots=True)
class Timed:
    """A distribution of times after one activity (or `ARRIVAL`, or `ANY`), if the questions are answered so."""

    origin: int
    questions: tuple[Question, ...]
    fit: Fit


@dataclass(frozen=True)
class Step:
    """What is known of an activity's times.

    `before` are the times from the end of what came before to the request, or to the start where requests are not
    recorded, or to the completion where starts are not; `lasting` those from the start to the end, none where starts
    are
    not recorded.  `waited_for` says whether anyone ever waited between request and start.
    """

    activity: int
    visits: int
    knows_starts: bool
    knows_requests: bool
    waited_for: bool
    before: tuple[Timed, ...]
    lasting: tuple[Timed, ...]
    overlapping: int


def read_steps(
    log: ObservedLog, *, dates_are_real: bool, memory: bool = True, traits: tuple[Trait, ...] = ()
) -> tuple[Step, ...]:
    """Fit the times of every activity of a log.

    Parameters
    ----------
    log
        The cases that are fitted.
    dates_are_real
        Whether a visit that was not over when the log was closed says how long it had lasted by then.
    memory
        Whether to ask how often a patient has been somewhere.
    traits
        What else may be asked about a patient.
    """
    asking = _asking(log, Asked(len(log.activities), traits), memory)
    previous = np.full(log.case.size, ARRIVAL, np.int64)
    follows = np.zeros(log.case.size, dtype=bool)
    follows[1:] = log.case[1:] == log.case[:-1]
    previous[1:][follows[1:]] = log.activity[:-1][follows[1:]]
    left = log.arrived[log.case].copy()
    ended = np.where(log.ended != UNKNOWN, log.ended, log.known_from())
    left[1:][follows[1:]] = ended[:-1][follows[1:]]
    return tuple(_step(log, code, previous, left, dates_are_real, asking) for code in range(len(log.activities)))


def _step(  # noqa: PLR0913, PLR0917 - what is known of the visits before is worked out once
    log: ObservedLog, code: int, previous: Codes, left: Codes, dates_are_real: bool, asking: Asking
) -> Step:
    rows = np.flatnonzero(log.activity == code)
    starts = float((log.started[rows] != UNKNOWN).mean()) >= MOSTLY
    requests = starts and float((log.asked[rows] != UNKNOWN).mean()) >= MOSTLY
    reached = (log.asked if requests else log.started if starts else log.ended)[rows]
    seen = (reached != UNKNOWN) & (left[rows] != UNKNOWN)
    raw = (reached - left[rows])[seen] / MINUTE
    gaps = np.maximum(raw, 0.0)
    before = tuple(_by_origin(log, rows[seen], gaps, previous, asking))
    lasting: tuple[Timed, ...] = ()
    waited = False
    if starts:
        begun = log.started[rows] != UNKNOWN
        over = begun & (log.ended[rows] != UNKNOWN)
        minutes = (log.ended[rows] - log.started[rows])[over] / MINUTE
        still = (log.closed - log.started[rows])[begun & ~over] / MINUTE if dates_are_real else np.zeros(0)
        lasting = tuple(_by_questions(log, rows[over], minutes, still, asking, ANY))
        waited = requests and bool((log.started[rows] - log.asked[rows])[over].max(initial=0) >= MINUTE)
    return Step(code, int(rows.size), starts, requests, waited, before, lasting, int((raw < 0).sum()))


@dataclass(frozen=True)
class Asking:
    """What may be asked about the patient of a row, and how to tell."""

    count: Callable[[int], Codes]
    codes: list[int]


def _asking(log: ObservedLog, about: Asked, memory: bool) -> Asking:
    commonest = np.argsort(-np.bincount(log.activity, minlength=len(log.activities)), kind="stable")[:ASKED_ABOUT]
    codes = [*([int(each) for each in commonest] if memory else []), *about.codes()]
    return Asking(about.counting(log, np.arange(log.case.size), _visits_before(log)), codes)


def _visits_before(log: ObservedLog) -> Callable[[int], Codes]:
    """Give a function that counts, of an activity, how often the patient of a row had completed it before that row."""
    count = visits_so_far(log.case, log.activity, np.arange(log.case.size))

    def before(code: int) -> Codes:
        return np.asarray(count(code) - (log.activity == code), np.int64)

    return before


def _by_origin(log: ObservedLog, rows: Codes, gaps: Floats, previous: Codes, asking: Asking) -> Iterator[Timed]:
    """Fit the times after each activity before, rare ones taken together; nothing if there never is any time."""
    if (np.floor(gaps + 0.5) > 0).mean() <= NONE_WORTH_SAYING:
        return
    origins, place, sizes = np.unique(previous[rows], return_inverse=True, return_counts=True)
    rest = np.ones(rows.size, dtype=bool)
    for number in np.argsort(-sizes, kind="stable"):
        of_this = place == number
        is_enough = sizes[number] >= OF_ITS_OWN or (origins[number] == ARRIVAL and not gaps[of_this].any())
        if is_enough:
            rest &= ~of_this
            yield from _by_questions(log, rows[of_this], gaps[of_this], np.zeros(0), asking, int(origins[number]))
    # whatever else comes before in the simulation takes what is left, or all if nothing is
    yield Timed(ANY, (), fit(sample_of(gaps[rest] if rest.any() else gaps)))


def _by_questions(  # noqa: PLR0913, PLR0917 - times, those not over, and what may be asked about them
    log: ObservedLog, rows: Codes, minutes: Floats, still: Floats, asking: Asking, origin: int
) -> Iterator[Timed]:
    """Fit times, apart by how often the patient has been somewhere where that makes them differ."""
    if not minutes.size:
        return
    leaves = []
    if asking.codes and not still.size:
        leaves = grow(_binned(minutes), lambda code: asking.count(code)[rows], asking.codes, depth=DEEPEST)
    if len(leaves) < 2:
        yield Timed(origin, (), fit(sample_of(minutes, still)))
        return
    for leaf in leaves:
        yield Timed(origin, leaf.questions, fit(sample_of(minutes[leaf.rows])))


def _binned(minutes: Floats) -> Codes:
    """Cut times into a few classes of about equal size, those at once by themselves."""
    whole = np.floor(minutes + 0.5)
    edges = (
        np.unique(np.quantile(whole[whole > 0], np.linspace(0, 1, BINS)[1:-1])) if (whole > 0).any() else np.zeros(0)
    )
    return np.where(whole == 0, 0, 1 + np.searchsorted(edges, whole, side="left"))
