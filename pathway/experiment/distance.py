"""How far two distributions over bands of days lie apart, in days: the earth mover's distance.

Of patients only the band is known.  Each stands for the middle of its band, of an open band as far beyond its first day
as the band before it is wide in half; to move a share from one band to the next costs the days between their middles.
So the distance is the days an average patient's wait would have to change for one distribution to become the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway.errors import PathwayError
from pathway.experiment.observing import Observed, Seen

Floats = NDArray[np.float64]
WHOLE = 0.02  # by which shares of bands may miss 1, as published ones are rounded


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands of one clock, wait or list in one period that together hold everybody: the figures, and their middles."""

    figures: tuple[Seen, ...]
    middles: tuple[float, ...]

    @property
    def subject(self) -> tuple[str, str, str, str]:
        """Measure, subject, part and period, which tell it from others."""
        first = self.figures[0]
        return first.measure, first.subject, first.part, first.period

    @property
    def observed(self) -> Floats:
        """The observed shares, which add up to 1."""
        shares = np.array([seen.value for seen in self.figures])
        return np.asarray(shares / shares.sum())


def groups_of_bands(observed: Observed) -> list[Bands]:
    """Find all sets of bands that hold everybody: side by side from day 0, the last one open.

    Raises
    ------
    PathwayError
        If there are none, or their shares do not add up to 1.
    """
    found: dict[tuple[str, str, str, str], dict[int, Seen]] = {}
    for seen in sorted(observed.compared, key=lambda seen: -1 if seen.high_day is None else -seen.high_day):
        if seen.statistic == "share":  # of those that begin on one day, the narrowest
            found.setdefault((seen.measure, seen.subject, seen.part, seen.period), {})[seen.low_day] = seen
    groups = [bands for each in found.values() if (bands := _side_by_side(list(each.values())))]
    if not groups:
        raise PathwayError(
            f"{observed.name}: no clock, wait or list has the shares of all bands of days, from day 0 to an open band"
        )
    for group in groups:
        total = sum(seen.value for seen in group.figures)
        if abs(total - 1) > WHOLE:
            raise PathwayError(
                f"{observed.name}: the bands of {' '.join(group.subject)} add up to {total:.3f}, expected 1"
            )
    return groups


def _side_by_side(figures: Sequence[Seen]) -> Bands | None:
    """Make bands of figures if they leave no day out; None if they do."""
    figures = sorted(figures, key=lambda seen: seen.low_day)
    highs = [seen.high_day for seen in figures]
    lows = [seen.low_day for seen in figures]
    if len(figures) < 2 or lows[0] != 0 or highs[-1] is not None:  # noqa: PLR2004 - one band is no distribution
        return None
    if any(high is None or high + 1 != low for high, low in zip(highs, lows[1:], strict=False)):
        return None
    middles = [(low + (high or 0)) / 2 for low, high in zip(lows[:-1], highs, strict=False)]
    width = lows[-1] - lows[-2]
    return Bands(tuple(figures), (*middles, lows[-1] + width / 2))


def earth_movers(one: Floats, other: Floats, middles: Sequence[float]) -> Floats:
    """Give the days between distributions over the same bands, along the last axis.

    >>> float(earth_movers(np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.5, 0.5]), (7.0, 21.5, 35.5)))
    21.5
    """
    steps = np.diff(np.asarray(middles))
    apart = np.abs(np.cumsum(one, axis=-1) - np.cumsum(other, axis=-1))[..., :-1]
    return np.asarray((apart * steps).sum(axis=-1))
