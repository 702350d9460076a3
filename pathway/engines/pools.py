"""Units of resources: how many are rostered now, held, free, or kept for someone who waits in front."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from pathway.clock import MINUTES_PER_DAY
from pathway.engines.case import FAR
from pathway.engines.tabling import Tables

Taken = Sequence[tuple[int, int]]  # (resource, units)


class Pools:
    """The resources of a run. Calendars never recall a unit: what is held beyond the roster is overtime."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        resources = len(tables.times)
        self.scheduled = [0] * resources
        self.held = [0] * resources
        self.kept = [0] * resources  # in one strict pass: what blocked requests keep from those behind them
        self.must_fit = list(tables.must_fit)  # by state: minutes a session must still hold for the first in its queue
        self.broken = [0] * resources  # units missing though rostered, for all anybody knows now
        self._step = [-1] * resources

    def change(self, resource: int) -> bool:
        """Go on to a resource's next rostered number of units; says whether there are more now."""
        self._step[resource] += 1
        before = self.scheduled[resource]
        self.scheduled[resource] = self.tables.units[resource][self._step[resource]] - self.broken[resource]
        return self.scheduled[resource] > before

    def break_down(self, resource: int, units: int) -> bool:
        """Take broken units off the roster, or put repaired ones back (below 0); says whether there are more now."""
        self.broken[resource] += units
        self.scheduled[resource] -= units
        return units < 0

    def take(self, state: int, now: int) -> Taken | None:
        """Find units for every need of an activity at once; None if one is short. Nothing is held yet."""
        fixed = self.tables.fixed_needs[state]
        if fixed is None:
            return self._take_first_free(state, now)
        for resource, units in fixed:
            if self.scheduled[resource] - self.held[resource] < units:
                return None
        if self.tables.fits[state]:
            until = now + self.must_fit[state]
            for resource, units in fixed:
                if not self._stays(resource, self.held[resource] + units, until):
                    return None
        return fixed

    def _stays(self, resource: int, asked: int, until: int) -> bool:
        """Say whether at least so many units stay rostered from now until then."""
        times, units, step = self.tables.times[resource], self.tables.units[resource], self._step[resource] + 1
        asked += self.broken[resource]
        while step < len(times) and times[step] < until:
            if units[step] < asked:
                return False
            step += 1
        return True

    def _take_first_free(self, state: int, now: int) -> Taken | None:
        """Take for each need the first of its alternatives that is free (and leave what others keep)."""
        taken: list[tuple[int, int]] = []
        for units, alternatives in self.tables.needs[state]:
            for resource in alternatives:
                already = sum(u for r, u in taken if r == resource)
                if self.free(state, resource, now, self.held[resource] + already) >= units:
                    taken.append((resource, units))
                    break
            else:
                return None
        return taken

    def free(self, state: int, resource: int, now: int, held: int) -> int:
        """Count the units free now and, for an activity that must fit, until it is planned to end."""
        least = self.scheduled[resource]
        if self.tables.fits[state]:
            until = now + self.must_fit[state]
            times, units, step = self.tables.times[resource], self.tables.units[resource], self._step[resource] + 1
            while step < len(times) and times[step] < until:
                least = min(least, units[step] - self.broken[resource])
                step += 1
        return max(0, max(0, least - held) - self.kept[resource])

    def short_of(self, state: int, now: int) -> list[int] | None:
        """Find the first need that is short: the resources that could meet it if nobody held them; None if none is."""
        taken = [0] * len(self.held)
        for units, alternatives in self.tables.needs[state]:
            for resource in alternatives:
                if self.free(state, resource, now, self.held[resource] + taken[resource]) >= units:
                    taken[resource] += units
                    break
            else:
                return [r for r in alternatives if self.free(state, r, now, taken[r]) >= units]
        return None

    def keep_for(self, state: int, now: int) -> int:
        """Keep what a request needs from those behind it, if only busy units keep it from starting.

        Gives the minute in which that changes by itself, as what must fit into a session no longer does.
        """
        kept, self.kept = self.kept, [0] * len(self.kept)
        wanted: list[tuple[int, int]] = []
        for units, alternatives in self.tables.needs[state]:
            opened = [resource for resource in alternatives if self.free(state, resource, now, 0) >= units]
            if not opened:
                break
            wanted.append((opened[0], units))
        else:
            for resource, units in wanted:
                kept[resource] += units
        self.kept = kept
        if len(wanted) < len(self.tables.needs[state]) or not self.tables.fits[state]:
            return FAR
        return min((self._last_start(state, resource, units, now) + 1 for resource, units in wanted), default=FAR)

    def _last_start(self, state: int, resource: int, units: int, now: int) -> int:
        """Give the last minute in which something that fits now still does, as far as one resource goes."""
        must_fit = self.must_fit[state]
        steps = zip(self.tables.times[resource], self.tables.units[resource], strict=True)
        wanted = units + self.broken[resource]
        short = (time for time, there in islice(steps, self._step[resource] + 1, None) if there < wanted)
        return next((time for time in short if time >= now + must_fit), FAR) - must_fit

    def discharged(self, resource: int, minute: int) -> int:
        """Give the first minute, from this one on, in which who has stayed with a resource may go."""
        into_window = (minute - self.tables.discharge_from[resource]) % MINUTES_PER_DAY
        return minute if into_window < self.tables.discharge_for[resource] else minute + MINUTES_PER_DAY - into_window

    def keep_nothing(self) -> None:
        """Forget what was kept, at the end of a pass."""
        self.kept = [0] * len(self.kept)
