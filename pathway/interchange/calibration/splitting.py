"""Whether it matters how often a patient has been somewhere: a small tree, grown only where a test says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Codes = NDArray[np.int64]

ERROR = 0.001  # of a split, over all questions asked
FEWEST = 25  # on either side of a split
DEEPEST = 6
TIMES = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Question:
    """Whether a patient has completed an activity (its code) at least so many times.

    Codes behind those of the activities are of what is known of the patient (`traits.Asked`).
    """

    activity: int
    times: int
    yes: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """Rows of which the same questions have the same answers."""

    questions: tuple[Question, ...]
    rows: Codes
    p: float  # of the split that made it; 1 if nothing was split


def grow(
    targets: Codes,
    visits: Callable[[int], Codes],
    activities: Sequence[int],
    *,
    depth: int = DEEPEST,
) -> list[Leaf]:
    """Split rows by how often their patient has been to an activity, while that tells (a G-test, and BIC).

    Parameters
    ----------
    targets
        What is to be told: one code a row.
    visits
        Gives, for an activity, how often each row's patient has completed it by then.
    activities
        Those to ask about.
    depth
        How many questions one after the other.
    """
    return _grow(np.arange(targets.size), targets, visits, activities, (), 1.0, depth)


def _grow(  # noqa: PLR0913, PLR0917 - a step of a recursion
    rows: Codes,
    targets: Codes,
    visits: Callable[[int], Codes],
    activities: Sequence[int],
    asked: tuple[Question, ...],
    p: float,
    depth: int,
) -> list[Leaf]:
    best = _best(rows, targets, visits, activities) if depth and rows.size >= 2 * FEWEST else None
    if best is None:
        return [Leaf(asked, rows, p)]
    activity, times, p_split = best
    above = visits(activity)[rows] >= times
    leaves: list[Leaf] = []
    for yes, inside in ((True, rows[above]), (False, rows[~above])):
        question = Question(activity, times, yes)
        leaves += _grow(inside, targets, visits, activities, (*asked, question), p_split, depth - 1)
    return leaves


def _best(
    rows: Codes, targets: Codes, visits: Callable[[int], Codes], activities: Sequence[int]
) -> tuple[int, int, float] | None:
    here = targets[rows]
    kinds, here = np.unique(here, return_inverse=True)
    if kinds.size < 2:
        return None
    total = np.bincount(here, minlength=kinds.size)
    found: tuple[float, int, int, float] | None = None
    for activity in activities:
        counted = visits(activity)[rows]
        for times in TIMES:
            above = counted >= times
            n = int(above.sum())
            if min(n, rows.size - n) < FEWEST:
                continue
            g = _g(np.bincount(here[above], minlength=kinds.size), total)
            gain = g - (kinds.size - 1) * np.log(rows.size)
            p = float(stats.chi2.sf(g, kinds.size - 1)) * len(activities) * len(TIMES)
            if gain > 0 and p < ERROR and (found is None or gain > found[0]):
                found = (float(gain), activity, times, p)
    return found[1:] if found else None


def _g(part: Codes, total: Codes) -> float:
    """Give the G statistic of a part against the whole."""
    rest = total - part
    n, m = part.sum(), rest.sum()
    result = 0.0
    for counts, size in ((part, n), (rest, m)):
        seen = counts > 0
        result += 2 * float((counts[seen] * np.log(counts[seen] * (n + m) / (total[seen] * size))).sum())
    return result


def visits_so_far(case: Codes, activity: Codes, rows: Codes) -> Callable[[int], Codes]:
    """Give a function that counts how often each row's patient has completed an activity, the row included."""
    kept: dict[int, Codes] = {}
    starts = np.concatenate(([True], case[1:] != case[:-1]))
    begin = np.maximum.accumulate(np.where(starts, np.arange(case.size), 0))

    def count(code: int) -> Codes:
        if code not in kept:
            reached = np.concatenate(([0], np.cumsum(activity == code)))
            kept[code] = (reached[rows + 1] - reached[begin[rows]]).astype(np.int64)
        return kept[code]

    return count
