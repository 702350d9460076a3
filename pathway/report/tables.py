"""From results to the frames that charts draw and tables print: pure functions, nothing but pandas.

Everything here is choosing, naming, ordering, and plain means over replications; whatever needs
statistics comes from `Results.intervals`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pathway.graph import readable

if TYPE_CHECKING:
    from collections.abc import Sequence

BUSY = "busy:"


def pick(intervals: pd.DataFrame, measure: str, statistic: str, part: str | None = None) -> pd.DataFrame:
    """Give one statistic of one measure, a row a subject.

    Parameters
    ----------
    intervals
        As `Results.intervals` gives them, of one scenario.
    measure, statistic
        What to take.
    part
        Of a clock: first, subsequent or all; by default whatever there is first.

    Examples
    --------
    >>> row = {"measure": "wait", "subject": "ct", "part": "", "statistic": "p90", "unit": "days", "n": 9}
    >>> frame = pd.DataFrame([row | {"mean": 3.0, "low": 2.0, "high": 4.0, "see_low": 1.0, "see_high": 5.0}])
    >>> pick(frame, "wait", "p90").loc["ct", "mean"].item()
    3.0
    """
    chosen = intervals[(intervals["measure"] == measure) & (intervals["statistic"] == statistic)]
    if part is not None:
        chosen = chosen[chosen["part"] == part]
    return chosen.drop_duplicates("subject").set_index("subject")


def waits(intervals: pd.DataFrame, titles: Mapping[str, str], limits: Mapping[str, float]) -> pd.DataFrame:
    """Give each activity's wait, the longest first: label, count, median, p90, low, high, limit.

    `limits` are the waits aimed at, in days, by activity.
    """
    p90, median = pick(intervals, "wait", "p90"), pick(intervals, "wait", "median")
    count = pick(intervals, "wait", "count")
    frame = pd.DataFrame(
        {
            "subject": p90.index,
            "label": named(p90.index, titles),
            "count": count["mean"].reindex(p90.index).to_numpy(),
            "median": median["mean"].reindex(p90.index).to_numpy(),
            "p90": p90["mean"].to_numpy(),
            "low": p90["low"].fillna(p90["mean"]).clip(lower=0).to_numpy(),
            "high": p90["high"].fillna(p90["mean"]).to_numpy(),
            "limit": [limits.get(name, float("nan")) for name in p90.index],
        }
    )
    return frame.dropna(subset=["p90"]).sort_values("p90", ascending=False, ignore_index=True)


def milestones(intervals: pd.DataFrame, titles: Mapping[str, str], *, least: float = 1.0) -> pd.DataFrame:
    """Give after how many days each state is reached, the earliest first; rarer than `least` a year is left out."""
    median, p90 = pick(intervals, "milestone", "median"), pick(intervals, "milestone", "p90")
    count = pick(intervals, "milestone", "count")["mean"].reindex(median.index)
    frame = pd.DataFrame(
        {
            "subject": median.index,
            "label": named(median.index, titles),
            "count": count.to_numpy(),
            "median": median["mean"].to_numpy(),
            "p90": p90["mean"].reindex(median.index).to_numpy(),
            "low": p90["low"].reindex(median.index).fillna(p90["mean"]).clip(lower=0).to_numpy(),
            "high": p90["high"].reindex(median.index).fillna(p90["mean"]).to_numpy(),
        }
    )
    frame = frame.dropna(subset=["median", "p90"])
    return frame[frame["count"] >= least].sort_values(["median", "p90"], ignore_index=True)


def telling(frame: pd.DataFrame, always: Collection[str], rows: int, *, latest: float = 180.0) -> pd.DataFrame:
    """Choose the milestones that tell how a pathway goes: those in `always`, then the most frequent of the others.

    Follow-up, where half come after more than `latest` days, would press all others against the axis.

    >>> steps = pd.DataFrame({"subject": ["triage", "mdt", "ablation", "cea"], "count": [550, 200, 24, 180]})
    >>> steps = steps.assign(median=[0.1, 21.0, 54.0, 256.0], p90=[2.6, 44.0, 282.0, 398.0])
    >>> telling(steps, {"ablation"}, 2)["subject"].tolist()
    ['triage', 'ablation']
    """
    early = frame[frame["median"] <= latest]
    ordered = (early if len(early) else frame).sort_values("count", ascending=False)
    first = ordered["subject"].isin(list(always))
    chosen = pd.concat([ordered[first], ordered[~first]]).head(rows)
    return chosen.sort_values(["median", "p90"], ignore_index=True)


def utilisation(
    intervals: pd.DataFrame,
    titles: Mapping[str, str],
    loads: pd.DataFrame | None,
    goals: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Give how busy each resource is, the busiest first: label, utilisation, low, high, booked, load, goal.

    `goals` are the shares that targets allow at most, by resource; a resource without a title is left out.
    """
    used, booked = pick(intervals, "utilisation", "utilisation"), pick(intervals, "utilisation", "booked")
    used = used[used.index.isin(list(titles))]
    asked = loads.set_index("resource")["load"] if loads is not None else pd.Series(dtype=float)
    frame = pd.DataFrame(
        {
            "subject": used.index,
            "label": named(used.index, titles),
            "utilisation": used["mean"].to_numpy(),
            "low": used["low"].fillna(used["mean"]).clip(lower=0.0).to_numpy(),
            "high": used["high"].fillna(used["mean"]).to_numpy(),
            "booked": booked["mean"].reindex(used.index).to_numpy(),
            "load": asked.reindex(used.index).to_numpy(),
            "goal": [(goals or {}).get(name, float("nan")) for name in used.index],
        }
    )
    return frame.dropna(subset=["utilisation"]).sort_values("utilisation", ascending=False, ignore_index=True)


def weekly(frame: pd.DataFrame, by: str, columns: Sequence[str]) -> pd.DataFrame:
    """Average weekly frames over replications.

    Examples
    --------
    >>> week = pd.Timestamp("2027-01-04")
    >>> rows = [{"week_start": week, "subject": "ct", "waiting": value, "replication": value} for value in (2, 4)]
    >>> weekly(pd.DataFrame(rows), "subject", ["waiting"])["waiting"].tolist()
    [3.0]
    """
    means = frame.groupby([by, "week_start"], sort=False, observed=True)[list(columns)].mean().reset_index()
    return means.sort_values("week_start", kind="stable", ignore_index=True)


def coarser(frame: pd.DataFrame, by: str, points: int) -> pd.DataFrame:
    """Average several weeks into one point each where there are more weeks than `points`.

    Examples
    --------
    >>> starts = pd.date_range("2027-01-04", periods=4, freq="7D")
    >>> frame = pd.DataFrame({"week_start": starts, "subject": "ct", "waiting": [1.0, 3.0, 5.0, 7.0]})
    >>> coarser(frame, "subject", 2)["waiting"].tolist()
    [2.0, 6.0]
    """
    weeks = frame["week_start"].drop_duplicates().sort_values()
    step = -(-len(weeks) // points)
    if step <= 1:
        return frame
    begins = {week: weeks.iloc[place // step * step] for place, week in enumerate(weeks)}
    grouped = frame.assign(week_start=frame["week_start"].map(begins))
    return grouped.groupby([by, "week_start"], sort=False, observed=True).mean(numeric_only=True).reset_index()


def time_spent(frame: pd.DataFrame, titles: Mapping[str, str], *, top: int = 16) -> pd.DataFrame:
    """Give to what patients' days go between arrival and first treatment, by step, the most first.

    The cause ``busy:ct`` becomes cause ``busy`` with resource ``ct``.
    """
    means = _by_cause(frame, "days")
    order = means.groupby("state")["days"].sum().sort_values(ascending=False).head(top).index
    means = means[means["state"].isin(order)].assign(label=lambda rows: named(rows["state"], titles))
    place = {name: number for number, name in enumerate(order)}
    return means.sort_values("state", key=lambda names: names.map(place), kind="stable", ignore_index=True)


def breaches(frame: pd.DataFrame, titles: Mapping[str, str], clock: str, *, top: int = 10) -> pd.DataFrame:
    """Give at which step, and to what, the breaches of one clock in a year lost their time."""
    means = _by_cause(frame[frame["clock"] == clock], "breaches")
    order = means.groupby("state")["breaches"].sum().sort_values(ascending=False).head(top).index
    means = means[means["state"].isin(order)].assign(label=lambda rows: named(rows["state"], titles))
    place = {name: number for number, name in enumerate(order)}
    return means.sort_values("state", key=lambda names: names.map(place), kind="stable", ignore_index=True)


def _by_cause(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Average over replications (one in which a cause does not occur counts as 0) and part cause from resource."""
    runs = max(frame["replication"].nunique(), 1) if "replication" in frame else 1
    sums = (frame.groupby(["state", "cause"], observed=True)[column].sum() / runs).reset_index()
    full = sums["cause"].astype(str)
    sums["resource"] = full.str.removeprefix(BUSY).where(full.str.startswith(BUSY), "")
    sums["cause"] = full.where(~full.str.startswith(BUSY), "busy")
    return sums


def wait_causes(frame: pd.DataFrame) -> pd.DataFrame:
    """Give to what the waits for each step went, in days on average: state, cause, resource (of cause ``busy``).

    >>> rows = [{"state": "ct", "cause": cause, "days": 2.0, "replication": 0} for cause in ("closed", "busy:scanner")]
    >>> wait_causes(pd.DataFrame(rows))[["cause", "resource"]].values.tolist()
    [['busy', 'scanner'], ['closed', '']]
    """
    return _by_cause(frame, "days")


def flows(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Average flows between states, or routes, over replications: source, target and the column."""
    runs = max(frame["replication"].nunique(), 1) if "replication" in frame else 1
    return (frame.groupby(["source", "target"], observed=True, sort=False)[column].sum() / runs).reset_index()


def named(names: pd.Series | pd.Index, titles: Mapping[str, str]) -> list[str]:
    """Give the titles of some names, in their order.

    >>> named(pd.Index(["ct", "mri_liver"]), {"ct": "CT"})
    ['CT', 'Mri liver']
    """
    return [titles.get(str(name)) or readable(str(name)).capitalize() for name in names]


def wide(intervals: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Give the means of all statistics of a measure side by side, a row for each subject and part.

    >>> row = {"measure": "clock", "subject": "d62", "part": "all", "statistic": "p90", "mean": 70.0}
    >>> wide(pd.DataFrame([row]), "clock").loc[("d62", "all"), "p90"].item()
    70.0
    """
    chosen = intervals[intervals["measure"] == measure]
    made = chosen.drop_duplicates(["subject", "part", "statistic"]).pivot(
        index=["subject", "part"], columns="statistic", values="mean"
    )
    return made.reindex(chosen[["subject", "part"]].drop_duplicates().apply(tuple, axis=1))


def clocks(intervals: pd.DataFrame, promised: Mapping[str, float], titles: Mapping[str, str]) -> pd.DataFrame:
    """Give each clock's share within its limit with both intervals and its goal, in the order of `promised`.

    `promised` is the target share by clock, NaN for a clock without one.
    """
    shares = pick(intervals, "clock", "share_within", "all").reindex(list(promised)).dropna(subset=["mean"])
    frame = shares[["mean", "low", "high", "see_low", "see_high"]].clip(lower=0.0, upper=1.0)
    frame = frame.rename(columns={"mean": "share"}).reset_index(names="subject")
    frame["label"] = named(frame["subject"], titles)
    frame["goal"] = [promised[name] for name in frame["subject"]]
    return frame
