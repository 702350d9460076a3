"""Units of resources: how many are rostered now, held, free, or kept for someone who waits in front."""

from __future__ import annotations

from collections.abc import Sequence

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
        self._step = [-1] * resources

    def change(self, resource: int) -> bool:
        """Go on to a resource's next rostered number of units; says whether there are more now."""
        self._step[resource] += 1
        before = self.scheduled[resource]
        self.scheduled[resource] = self.tables.units[resource][self._step[resource]]
        return self.scheduled[resource] > before

    def take(self, state: int, now: int) -> Taken | None:
        """Find units for every need of an activity at once; None if one is short. Nothing is held yet."""
        if self.tables.quick[state]:
            needs = self.tables.quick_needs[state]
            for resource, units in needs:
                if self.scheduled[resource] - self.held[resource] < units:
                    return None
            return needs
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
            until = now + self.tables.must_fit[state]
            times, units, step = self.tables.times[resource], self.tables.units[resource], self._step[resource] + 1
            while step < len(times) and times[step] < until:
                least = min(least, units[step])
                step += 1
        return max(0, max(0, least - held) - self.kept[resource])

    def keep_for(self, state: int, now: int) -> None:
        """Keep what a request needs from those behind it, if only busy units keep it from starting."""
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

    def keep_nothing(self) -> None:
        """Forget what was kept, at the end of a pass."""
        self.kept = [0] * len(self.kept)
