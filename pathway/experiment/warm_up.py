"""Whether the warm-up is long enough: when each queue has settled, by MSER-5 on the mean of the replications.

A longer warm-up than was chosen is advised only where it would change what is reported: where the level between
the chosen end and the advised one differs from the level after it by more than a twentieth, by more than chance, and
not only by the season, as the same weeks a year before tell.  A cut beyond the first half of a run that is more than
twice its warm-up means that the run is too short to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from pathway.experiment.intervals import t_quantile
from pathway.metrics import mser5_cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pathway.scenario import Scenario

    Floats = NDArray[np.float64]

WEEK = 10_080  # minutes
YEAR = 52  # weeks
LEAST = 1.0  # patients on average from which a queue has a line of its own
MATTERS = 0.05  # of the level
SURE = 0.95
ENOUGH, TOO_SHORT, RUN_TOO_SHORT, UNSURE = "enough", "too short", "run too short", "unsure"
GROWS, FROM_TODAY, UNKNOWN = "grows", "from today", "unknown"


@dataclass(frozen=True, eq=False)
class Series:
    """Something counted at the beginning of every week of the run, in each replication (a row each)."""

    series: str  # waiting or open
    subject: str  # an activity; all of it if empty
    weeks: NDArray[np.datetime64]
    counts: Floats

    @property
    def mean(self) -> Floats:
        """The mean of all replications, week by week."""
        return np.asarray(self.counts.mean(axis=0), np.float64)


def weekly_series(scenario: Scenario, frames: Mapping[str, pd.DataFrame]) -> Iterator[Series]:
    """Give the open pathways, all who wait, and the queues worth a line, the longest first, until the window ends."""
    last = (scenario.run.warm_up + scenario.run.length) // WEEK
    yield _whole("open", frames["open_by_week"], "open", last)
    waiting = frames["waiting_by_week"]
    found = [_counts(rows, "waiting", last) for _, rows in waiting.groupby("subject", observed=True, sort=True)]
    names = sorted(waiting["subject"].astype(str).unique())
    queues = [Series("waiting", name, *each) for name, each in zip(names, found, strict=True)]
    first = scenario.run.warm_up // WEEK
    level = {each.subject: float(each.counts[:, first:].mean()) for each in queues}
    if len(queues) > 1:
        yield _whole("waiting", waiting, "waiting", last)
    yield from sorted(
        (q for q in queues if level[q.subject] >= LEAST or len(queues) == 1),
        key=lambda q: (-level[q.subject], q.subject),
    )


def _whole(series: str, frame: pd.DataFrame, column: str, last: int) -> Series:
    return Series(series, "", *_counts(frame, column, last))


def _counts(frame: pd.DataFrame, column: str, last: int) -> tuple[NDArray[np.datetime64], Floats]:
    """Add up a weekly frame by replication and week."""
    row, replications = pd.factorize(frame["replication"], sort=True)
    place, weeks = pd.factorize(frame["week_start"], sort=True)
    values = frame[column].to_numpy(np.float64)
    sums = np.bincount(row * len(weeks) + place, values, len(replications) * len(weeks))
    counts: Floats = np.asarray(sums, np.float64)
    starts: NDArray[np.datetime64] = np.asarray(weeks)[:last]
    return starts, counts.reshape(len(replications), len(weeks))[:, :last]


def advice(scenario: Scenario, frames: Mapping[str, pd.DataFrame], growing: Collection[str] = ()) -> pd.DataFrame:
    """Say of each weekly series of one scenario when it settled, and whether the warm-up waits for that.

    Columns series, subject, level (mean in the reported window), weeks (from the first day, by MSER-5), run_weeks,
    warm_up_weeks, change (by how much the level between warm-up and `weeks` is off that after it), verdict: enough,
    too short, run too short (MSER-5 would cut more than half), unsure (not to be told from chance or season), grows
    (one of the `growing` queues is in it), from today (a forecast from the patients there, which needs none), unknown.
    """
    chosen = scenario.run.warm_up / WEEK
    rows = []
    for each in weekly_series(scenario, frames):
        cut, length = mser5_cut(each.mean), each.counts.shape[1]
        level = float(each.counts[:, int(chosen) :].mean()) if chosen < length else np.nan
        change, is_sure = (0.0, False) if cut is None else _change(each.counts, int(chosen), cut)
        verdict = UNKNOWN if cut is None else _verdict(cut, chosen, length, change, is_sure=is_sure)
        if scenario.patients and not scenario.run.warm_up:
            verdict = FROM_TODAY
        if each.subject in growing or (growing and not each.subject):
            verdict = GROWS
        weeks = np.nan if cut is None else float(cut)
        rows.append((each.series, each.subject, level, weeks, length, chosen, change, verdict))
    columns = ["series", "subject", "level", "weeks", "run_weeks", "warm_up_weeks", "change", "verdict"]
    return pd.DataFrame(rows, columns=columns)


def _verdict(cut: int, chosen: float, length: int, change: float, *, is_sure: bool) -> str:
    """Judge a warm-up; what cannot be told from chance is unsure, but where the run is much longer than its warm-up."""
    if abs(change) <= MATTERS:
        return ENOUGH
    if 2 * cut >= length:
        return RUN_TOO_SHORT if is_sure or 2 * chosen < length else UNSURE
    return TOO_SHORT if is_sure else UNSURE


def _change(counts: Floats, chosen: int, cut: int) -> tuple[float, bool]:
    """Give how far off, as a share, the weeks are that would be cut too, and whether by more than chance and season."""
    if cut <= chosen:
        return 0.0, False
    level, extra = float(counts[:, cut:].mean()), counts[:, chosen:cut].mean(axis=1)
    change, is_sure = _off(extra, counts[:, cut:].mean(axis=1), level)
    if is_sure and chosen >= YEAR:
        before, is_sure = _off(extra, counts[:, chosen - YEAR : cut - YEAR].mean(axis=1), level)
        is_sure &= abs(before) > MATTERS
    return change, is_sure


def _off(one: Floats, other: Floats, level: float) -> tuple[float, bool]:
    """Give the mean difference of two levels as a share of a third, and whether it is more than chance."""
    off, n = one - other, one.size
    change = float(off.mean()) / level if level else 0.0
    half = float(t_quantile(SURE, n)) * float(off.std(ddof=1)) / np.sqrt(n) if n > 1 else 0.0
    return change, abs(float(off.mean())) > half


def is_short(found: pd.DataFrame) -> bool:
    """Tell whether the warm-up of one scenario, or its whole run, is too short for some series."""
    return bool(found["verdict"].isin([TOO_SHORT, RUN_TOO_SHORT]).any())


def needed_weeks(found: pd.DataFrame) -> float | None:
    """Give the warm-up that all series of one scenario ask for, in weeks; None if the run is too short to say.

    The chosen one, if that is enough.
    """
    if (found["verdict"] == RUN_TOO_SHORT).any():
        return None
    short = found[found["verdict"] == TOO_SHORT]
    return float(short["weeks"].max()) if len(short) else float(found["warm_up_weeks"].iloc[0])


def say_advice(found: pd.DataFrame) -> list[str]:
    """Say of one scenario in words whether its warm-up is long enough, and by which series it is not."""
    chosen, needed = float(found["warm_up_weeks"].iloc[0]), needed_weeks(found)
    said = [_sentence(row, chosen) for row in found.itertuples() if row.verdict in (TOO_SHORT, RUN_TOO_SHORT, GROWS)]
    if needed is None:
        return [*said, "advice: simulate longer (run.length); this run is too short to say how long a warm-up must be"]
    if needed > chosen:
        return [*said, f"advice: a warm-up of {needed:.0f} weeks or more in place of {chosen:.0f}"]
    if (found["verdict"] == UNKNOWN).all():
        return [*said, "advice: none, as fewer than ten weeks say nothing about a warm-up"]
    return [*said, f"advice: the warm-up of {chosen:.0f} weeks is long enough for all that settles"]


def _sentence(row: Any, chosen: float) -> str:
    name = series_name(row.series, row.subject)
    if row.verdict == GROWS:
        return f"{name} never settles, whatever the warm-up, as something is asked for more than there is of it"
    if row.verdict == RUN_TOO_SHORT:
        return f"{name} has not settled in the first half of {row.run_weeks} weeks"
    return f"chosen {chosen:.0f} weeks; {name} settles after {row.weeks:.0f} ({100 * row.change:+.0f} % until then)"


def series_name(series: str, subject: str) -> str:
    """Name a weekly series.

    >>> series_name("waiting", "mdt"), series_name("open", "")
    ('number waiting for mdt', 'number of open pathways')
    """
    if series == "open":
        return "number of open pathways"
    return f"number waiting for {subject}" if subject else "number waiting for anything"
