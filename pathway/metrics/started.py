"""What became of the patients there at minute 0: how many are left week by week, and clocks that began before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pathway.clock import merged
from pathway.eventlog import NONE
from pathway.metrics.clocks import OPEN, intervals_of
from pathway.metrics.queues import weeks
from pathway.metrics.study import Bools, Ints, Study
from pathway.metrics.tidy import named

if TYPE_CHECKING:
    import pandas as pd

WAITING, UNDER_WAY = "waiting", "under_way"
STAGES = (WAITING, UNDER_WAY)


def started_frames(study: Study) -> dict[str, pd.DataFrame]:
    """Follow the patients there at minute 0; both frames are empty where there were none.

    `started_by_week` (week_start, stage, patients): who of them wait for something, and who are under way without
    waiting. `started_clocks` (clock, running, over_at_start, over, open): clocks of theirs that began before minute 0
    and ran then; beyond their limit at minute 0; beyond it in the end, or when the run ended; never stopped in the run.
    """
    listed = study.log.cases["index"] < 0
    return {"started_by_week": _by_week(study, listed), "started_clocks": _clocks(study, listed)}


def _by_week(study: Study, listed: Bools) -> pd.DataFrame:
    import pandas as pd

    moments = weeks(study) if listed.any() else np.zeros(0, np.int64)
    ended = study.log.cases["ended_at"][listed].astype(np.int64)
    ended[ended == NONE] = study.horizon + 1
    rows = np.flatnonzero(listed[study.visits["case"]] & study.is_activity[study.visits["state"]])
    case, joined, left = study.visits["case"][rows], study.visits["enqueued_at"][rows], study.waited_until(rows)
    waiting = [merged(case[(joined <= at) & (left > at)]).size for at in moments]
    there = [int((ended > at).sum()) for at in moments]
    counts: Ints = np.array([waiting, np.subtract(there, waiting)], np.int64).reshape(len(STAGES), -1)
    return pd.DataFrame(
        {
            "week_start": np.tile(study.stamps(moments), len(STAGES)),
            "stage": named(np.repeat(np.arange(len(STAGES)), moments.size), STAGES),
            "patients": counts.astype(np.int32).ravel(),
        }
    )


def _clocks(study: Study, listed: Bools) -> pd.DataFrame:
    import pandas as pd

    rows = []
    names = list(study.scenario.clocks) if listed.any() else []
    for name in names:
        clock = study.scenario.clocks[name]
        found = intervals_of(study, clock, among=listed)
        found = found.where((found.begin < 0) & (found.end >= 0))
        limit = clock.limit or np.inf
        at_start, over = found.brought - found.begin > limit, found.minutes > limit
        counts = (flags.sum() for flags in (at_start, over, found.status == OPEN))
        rows.append((found.case.size, *map(int, counts)))
    table = np.array(rows, np.int64).reshape(-1, 4)
    columns = dict(zip(("running", "over_at_start", "over", "open"), table.T, strict=True))
    return pd.DataFrame({"clock": named(np.arange(len(names)), names)} | columns)
