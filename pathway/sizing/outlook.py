"""Until when today's capacity suffices, if more patients come every month than in the month before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from pathway.errors import SizingError, nearest
from pathway.experiment import Outlook, replicate
from pathway.experiment.sized_words import target_label
from pathway.metrics import measure_targets, target_subjects
from pathway.sizing.margins import goals_of

if TYPE_CHECKING:
    import pandas as pd

    from pathway.scenario import Scenario

Floats = NDArray[np.float64]
RESAMPLED = 1_000  # times, for the interval
SEED = 20_270_104  # of resampling
MONTHS_A_YEAR = 12


def outlook(  # noqa: PLR0913 - each is a question a planner answers
    scenario: Scenario,
    grow: Mapping[str, float],
    targets: Sequence[Mapping[str, object]] | None = None,
    *,
    years: int = 5,
    replications: int = 20,
    engine: str = "auto",
    workers: int | None = None,
    store: Path | None = None,
    progress: Callable[[int, str], None] | None = None,
) -> Outlook:
    """Find the week in which capacity stops sufficing while referrals grow.

    Parameters
    ----------
    scenario
        What is simulated; its first reported day is where growth begins.
    grow
        Stream to its growth a year (0.2 for 20 %), month by month in equal steps.
    targets
        What is to be met, as in a scenario file; the scenario's own if not given. Only shares of patients are followed.
    years
        How far to look ahead.
    replications, engine, workers, store
        As in `size`.
    progress
        Called after every replication with how many are done, and of what.

    Raises
    ------
    SizingError, ScenarioError
        If there is nothing to follow, no such stream, or what is to be met cannot be read.

    Examples
    --------
    >>> import pathway as pw
    >>> goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    >>> found = outlook(pw.load_scenario("mmc"), {"arrivals": 0.3}, [goal], years=3, replications=5, workers=1)
    >>> bool(found.answers["stops"].notna().all())
    True
    """
    changes: dict[str, object] = {} if targets is None else {"targets": list(targets)}
    changes |= growing(scenario, grow, years)
    grown = scenario.override(changes, name=scenario.name, title=scenario.title)
    goals = [goal for goal in goals_of(grown, 0.02, 0.02) if goal.counts is not None]
    if not goals:
        raise SizingError("no target is a share of patients; an outlook follows clocks and quantiles of waits")
    frames = {}
    jobs = [(grown, replication) for replication in range(replications)]
    for place, measures in replicate(jobs, engine=engine, workers=workers, store=store, measuring=measure_targets):
        frames[place] = measures.frames["targets_by_week"]
        if progress:
            progress(len(frames), scenario.title)
    labels = dict(zip(target_subjects(grown), (target_label(grown, target) for target in grown.targets), strict=True))
    manifest = {
        "grow": dict(grow),
        "years": years,
        "replications": replications,
        "start": grown.run.start.isoformat(),
    }
    levels = {goal.subject: goal.level for goal in goals}
    return Outlook(grown, *_answered([frames[place] for place in sorted(frames)], levels, labels), manifest)


def growth_from_text(text: str) -> tuple[str, float]:
    """Read ``STREAM=SHARE``, the share as ``20%`` or ``0.2``.

    >>> growth_from_text("arrivals=20%"), growth_from_text("arrivals=0.2")
    (('arrivals', 0.2), ('arrivals', 0.2))
    """
    stream, sign, share = text.partition("=")
    is_percent = share.strip().endswith("%")
    try:
        if not sign:
            raise ValueError(text)
        value = float(share.strip().removesuffix("%"))
    except ValueError:
        raise SizingError(f"{text!r}: expected STREAM=SHARE, such as suspected=5%") from None
    return stream.strip(), value / 100 if is_percent else value


def growing(scenario: Scenario, grow: Mapping[str, float], years: int) -> dict[str, object]:
    """Give the changes that let streams grow month by month from the first reported day on.

    >>> from pathway.scenario import load_scenario
    >>> changes = growing(load_scenario("mmc"), {"arrivals": 0.2}, 1)
    >>> [round(each["factor"], 3) for each in changes["streams.arrivals.exceptions"][:3]]
    [1.0, 1.015, 1.031]
    """
    if not grow:
        raise SizingError("nothing grows; name a stream and its growth a year")
    if not 1 <= years <= 30:
        raise SizingError(f"years is {years}, expected 1 to 30")
    changes: dict[str, object] = {"run.length": f"{round(years * 365.25)} days"}
    start = scenario.run.start
    for stream, share in grow.items():
        if stream not in scenario.streams:
            raise SizingError(f"there is no stream {stream!r}{nearest(stream, scenario.streams)}")
        if not -0.9 <= share <= 10:
            raise SizingError(f"growth of {stream} is {share:g}, expected a share a year such as 0.2")
        streams: Any = scenario.tree["streams"]
        factors = [
            {
                "from": _month(start, month),
                "to": _month(start, month + 1) - timedelta(days=1),
                "factor": round((1 + share) ** (month / MONTHS_A_YEAR), 9),
                "why": "growth",
            }
            for month in range(MONTHS_A_YEAR * (years + 1))
        ]
        changes[f"streams.{stream}.exceptions"] = [*streams[stream].get("exceptions", []), *factors]
    return changes


def _month(start: date, months: int) -> date:
    """Give the day so many twelfths of a year after another."""
    return start + timedelta(days=round(months * 365.25 / MONTHS_A_YEAR))


def _answered(
    frames: Sequence[pd.DataFrame], levels: Mapping[str, float], labels: Mapping[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    import pandas as pd

    together = pd.concat(frames, keys=range(len(frames)), names=["replication"]).reset_index("replication")
    weeks, answers = [], []
    for subject, goal in levels.items():
        rows = together[together["target"] == subject]
        known = rows.pivot(index="replication", columns="week_start", values="known")
        within = rows.pivot(index="replication", columns="week_start", values="within")
        share, fitted, stops, low, high = when_below(known.to_numpy(float), within.to_numpy(float), goal)
        starts = known.columns
        label = labels[subject]
        weeks.append(
            pd.DataFrame(
                {
                    "target": subject,
                    "label": label,
                    "week_start": starts,
                    "known": known.mean().to_numpy(),
                    "within": within.mean().to_numpy(),
                    "share": share,
                    "fitted": fitted,
                    "goal": goal,
                }
            )
        )
        days = [starts[week] if week < len(starts) else pd.NaT for week in (stops, low, high)]
        answers.append((subject, label, goal, *days))
    columns = ["target", "label", "goal", "stops", "earliest", "latest"]
    return pd.concat(weeks, ignore_index=True), pd.DataFrame(answers, columns=columns)


def when_below(known: Floats, within: Floats, goal: float) -> tuple[Floats, Floats, int, int, int]:
    """Find the first week in which a share that only falls is below a goal.

    Parameters
    ----------
    known, within
        Replications by weeks: of how many patients it is known, and how many of these kept the limit.
    goal
        The share asked for.

    Returns
    -------
    share, fitted
        By week, of all replications together: as counted (NaN where nobody was), and as a line that never rises
        (isotonic regression, each week weighted by its patients).
    stops, earliest, latest
        The week, and the 95 % interval of it by resampling replications; the number of weeks if it never is below.

    Examples
    --------
    >>> known, within = np.full((4, 6), 10.0), np.tile([10.0, 9.0, 10.0, 9.0, 5.0, 4.0], (4, 1))
    >>> share, fitted, *weeks = when_below(known, within, goal=0.9)
    >>> fitted.round(2).tolist(), weeks
    ([1.0, 0.95, 0.95, 0.9, 0.5, 0.4], [4, 4, 4])
    """
    rng = np.random.default_rng(SEED)
    share, fitted = _fitted(known.sum(0), within.sum(0))
    drawn = rng.integers(known.shape[0], size=(RESAMPLED, known.shape[0]))
    stops = [_first_below(_fitted(known[rows].sum(0), within[rows].sum(0))[1], goal) for rows in drawn]
    low, high = np.quantile(stops, [0.025, 0.975], method="inverted_cdf")
    return share, fitted, _first_below(fitted, goal), int(low), int(high)


def _fitted(known: Floats, within: Floats) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(known > 0, within / known, np.nan)
    counted = np.flatnonzero(known > 0)
    if not counted.size:
        return share, np.full(known.size, np.nan)
    line = isotonic_regression(share[counted], weights=known[counted], increasing=False).x
    place = np.searchsorted(counted, np.arange(known.size), side="right") - 1
    return share, line[np.maximum(place, 0)]


def _first_below(fitted: Floats, goal: float) -> int:
    below = np.flatnonzero(fitted < goal - 1e-12)
    return int(below[0]) if below.size else fitted.size
