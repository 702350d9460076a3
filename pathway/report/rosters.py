"""Frames on what the hospital has: what is used together, when in the week, and session by session."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pathway.metrics.sessions import REASONS
from pathway.metrics.study import YEAR
from pathway.report.tables import named

if TYPE_CHECKING:
    from collections.abc import Sequence


def leaders(frame: pd.DataFrame, names: Collection[str], first: Collection[str] = ()) -> dict[str, str]:
    """Say for each resource which one stands for all that are always used together, such as scanner and radiographer.

    Parameters
    ----------
    frame
        Columns resource, week_start, open_hours, held_hours.
    names
        All resources.
    first
        The resources that stand for the others used with them.

    Examples
    --------
    >>> week = {"week_start": pd.Timestamp("2027-01-04"), "open_hours": 50.0, "held_hours": 40.0}
    >>> weeks = pd.DataFrame([week | {"resource": name} for name in ("nurse", "room")])
    >>> leaders(weeks, ["nurse", "room", "bed"], first={"room"})
    {'room': 'room', 'bed': 'bed', 'nurse': 'room'}
    """
    leader: dict[tuple[object, ...], str] = {}
    found = {}
    numbers = frame[["open_hours", "held_hours"]].to_numpy().round(6) if len(frame) else None
    rows = frame.groupby("resource", sort=False, observed=True).indices if len(frame) else {}
    for name in sorted(names, key=lambda name: (name not in first, name)):
        hours = tuple(numbers[rows[name]].ravel()) if numbers is not None and name in rows else ()
        alike = hours if any(hours[1::2]) else (name,)  # what is never used is like nothing else
        found[name] = leader.setdefault(alike, name)
    return found


def together(leader: Mapping[str, str], titles: Mapping[str, str]) -> dict[str, str]:
    """Give each leader (see `leaders`) the titles of all it stands for.

    >>> together({"room": "room", "nurse": "room"}, {"room": "Room", "nurse": "Nurse"})
    {'room': 'Room + Nurse'}
    """
    names: dict[str, list[str]] = {}
    for name, head in leader.items():
        names.setdefault(head, []).append(titles[name])
    return {head: " + ".join(each) for head, each in names.items()}


def heat(frame: pd.DataFrame, titles: Mapping[str, str], chosen: Sequence[str]) -> pd.DataFrame:
    """Give for the chosen resources the share of open time that is held, by weekday and hour.

    What is held after closing does not make an hour more than full.
    """
    cells = frame.groupby(["resource", "weekday", "hour"], observed=True)
    sums = cells[["open_hours", "held_hours"]].sum().reset_index()
    sums["share"] = (sums["held_hours"] / sums["open_hours"]).where(sums["open_hours"] > 0).clip(upper=1.0)
    sums = sums[sums["resource"].isin(list(chosen))]
    sums["label"] = named(sums["resource"], titles)
    order = {name: place for place, name in enumerate(chosen)}
    return sums.sort_values("resource", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def ledger(frame: pd.DataFrame, titles: Mapping[str, str], lists: Collection[str] = ()) -> pd.DataFrame:
    """Give what became of each resource's sessions in a year: those in `lists` first, most unused first.

    A session is on_time, overrun or unused; late_minutes is how late those that overran ended on average,
    used_share the part of the offered hours that was used.  A resource without a title is left out.

    >>> row = {"planned": 50, "run": 40, "overrun_sessions": 8, "overrun_hours": 2.0, "used_hours": 150}
    >>> both = [row | {"resource": "mri", "unused": 10}, row | {"resource": "ct", "unused": 20}]
    >>> found = ledger(pd.DataFrame(both).assign(offered_hours=200), {"ct": "CT", "mri": "MRI"})
    >>> found[["label", "on_time", "late_minutes"]].to_numpy().tolist()
    [['CT', 32.0, 15.0], ['MRI', 32.0, 15.0]]
    """
    numbers = [column for column in frame.columns if column not in ("scenario", "replication", "resource")]
    means = frame.groupby("resource", observed=True)[numbers].mean().reset_index()
    means = means[(means["planned"] > 0) & means["resource"].isin(list(titles))]
    means["label"] = named(means["resource"], titles)
    means["is_list"] = means["resource"].isin(list(lists))
    means["on_time"] = (means["run"] - means["overrun_sessions"]).clip(lower=0)
    means["overrun"] = means["overrun_sessions"]
    means["late_minutes"] = 60 * means["overrun_hours"] / means["overrun_sessions"]
    means["used_share"] = means["used_hours"] / means["offered_hours"]
    order = ["is_list", "unused", "used_share"]
    return means.sort_values(order, ascending=[False, False, True], ignore_index=True)


def booked(frame: pd.DataFrame, titles: Mapping[str, str], length: int) -> pd.DataFrame:
    """Give what became of booked lists in an average year, by resource.

    `length` is how many minutes the reported window has.  offered, booked, in_time, unused and late are minutes of
    an average list, those on which nobody was among them, late being after the close; late_minutes is how late the
    lists that ended late did so; not_treated are the patients booked and not treated, for whatever reason.
    """
    numbers = [column for column in frame.columns if column not in ("scenario", "replication", "resource")]
    means = frame.groupby("resource", observed=True)[numbers].mean() * (YEAR / length)
    means = means.reset_index()
    means["label"] = named(means["resource"], titles)
    for minutes, hours in {"offered": "offered", "booked": "booked", "unused": "unused", "late": "overrun"}.items():
        means[minutes] = 60 * means[f"{hours}_hours"] / means["lists"]
    means["in_time"] = means["offered"] - means["unused"]
    means["late_minutes"] = 60 * means["overrun_hours"] / means["overrun_lists"]
    means["not_treated"] = means[list(REASONS)].sum(axis=1)
    return means.sort_values("label", ignore_index=True)
