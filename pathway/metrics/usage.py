"""What was rostered and what was held of each resource, minute by minute, as steps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from pathway.eventlog import NONE
from pathway.metrics.study import Codes, Floats, Ints, Study

MEETING = "meeting:"  # how the names of resources begin that stand for a meeting


@dataclass(frozen=True, eq=False)
class Usage:
    """One resource from the window's beginning: from `at[i]` until `at[i + 1]` the levels `…[i]` hold.

    `rostered` is what the roster says, `scheduled` what could be used: the same, except that of a
    meeting without quorum nothing can.  `held` counts units in use by patients, and for staff also
    those sitting in a meeting.
    """

    name: str
    at: Ints
    rostered: Ints
    scheduled: Ints
    held: Ints
    horizon: int

    @cached_property
    def minutes(self) -> Ints:
        """How long each step lasts."""
        return np.diff(np.append(self.at, self.horizon))

    def reached(self, level: Ints) -> Ints:
        """Give the unit-minutes under a level from the window's beginning until each step, and until the run's end."""
        return np.append(0, np.cumsum(level * self.minutes))

    def between(self, level: Ints, edges: Ints) -> Floats:
        """Give the unit-minutes under a level between each two of some minutes."""
        return np.diff(np.interp(edges, np.append(self.at, self.horizon), self.reached(level)))

    @cached_property
    def used(self) -> Ints:
        """Held units within what is scheduled."""
        used: Ints = np.minimum(self.held, self.scheduled)
        return used

    @cached_property
    def over(self) -> Ints:
        """Held units beyond what is scheduled: overtime."""
        over: Ints = np.maximum(0, self.held - self.scheduled)
        return over


def usage_of(study: Study) -> tuple[Usage, ...]:
    """Work out the usage of every resource, by code, from the window's beginning to the run's end."""
    resource, at, change = _held_changes(study)
    first = np.searchsorted(resource, np.arange(len(study.resource_code) + 1))
    spans = [slice(low, high) for low, high in zip(first, first[1:], strict=False)]
    return tuple(_usage(study, code, at[span], change[span]) for code, span in enumerate(spans))


def _held_changes(study: Study) -> tuple[Codes, Ints, Ints]:
    """Give the resource, minute and change of every take and release from the window on, by resource."""
    holds, rows = study.log.holds, study.current_holds
    until = np.where(holds["to"][rows] == NONE, study.horizon, holds["to"][rows])
    some = (until > study.begin) & (until > holds["from"][rows])
    rows, until = rows[some], until[some]
    units = holds["units"][rows].astype(np.int64)
    at = np.concatenate((np.maximum(holds["from"][rows], study.begin), np.minimum(until, study.horizon)))
    resource, change = np.tile(holds["resource"][rows], 2), np.concatenate((units, -units))
    order = np.argsort(resource, kind="stable")
    return resource[order], at[order], change[order]


def _usage(study: Study, code: int, changed: Ints, change: Ints) -> Usage:
    name = study.log.vocabulary.resources[code]
    table = study.log.capacity
    span = study.capacity_spans[code]
    stepped = table["at"][span]
    inside = stepped[(stepped > study.begin) & (stepped < study.horizon)]
    at = np.sort(np.concatenate(([study.begin], inside, changed[changed < study.horizon])))
    at = at[np.append(True, at[1:] != at[:-1])]
    place = np.searchsorted(stepped, at, side="right") - 1
    known = place >= 0
    units = np.where(known, table["units"][span][place], 0).astype(np.int64) if stepped.size else np.zeros_like(at)
    reserved = np.where(known, table["reserved"][span][place], 0).astype(np.int64) if stepped.size else units
    order = np.argsort(changed, kind="stable")
    held = np.append(0, np.cumsum(change[order]))[np.searchsorted(changed[order], at, side="right")]
    if name.startswith(MEETING):
        return Usage(name, at, units, units - reserved, held, study.horizon)
    return Usage(name, at, units, units, held + reserved, study.horizon)
