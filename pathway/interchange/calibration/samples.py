"""Times as a log has them: whole minutes with how often each came, and those that were not over when last seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINTS = 40  # values in a table
MOST_VALUES = 1000  # distinct values a likelihood is worked out of; more are grouped


@dataclass(frozen=True, slots=True)
class Sample:
    """Times in whole minutes, each distinct one with how often it came; and those that were not over when last seen."""

    values: Floats
    counts: Floats
    open_values: Floats
    open_counts: Floats

    @property
    def n(self) -> int:
        """How many times were seen to their end."""
        return int(self.counts.sum())

    @property
    def n_open(self) -> int:
        """How many were not over when last seen."""
        return int(self.open_counts.sum())

    @property
    def at_once(self) -> float:
        """The share that took no time at all."""
        return float(self.counts[self.values < 1].sum() / max(1.0, self.counts.sum()))

    @property
    def mean(self) -> float:
        """The mean of what was seen to its end."""
        return float(np.average(self.values, weights=self.counts)) if self.counts.size else float("nan")


def sample_of(minutes: NDArray[np.float64], still_open: NDArray[np.float64] | None = None) -> Sample:
    """Make a sample of times in minutes, which are rounded to whole ones.

    >>> sample_of(np.array([2.2, 2.0, 7.0])).counts.tolist()
    [2.0, 1.0]
    """
    values, counts = np.unique(np.floor(np.asarray(minutes) + 0.5), return_counts=True)
    unfinished = np.zeros(0) if still_open is None else np.asarray(still_open, np.float64)
    open_values, open_counts = np.unique(np.floor(unfinished + 0.5), return_counts=True)
    return Sample(values, counts.astype(np.float64), open_values, open_counts.astype(np.float64))


def as_drawn(sample: Sample) -> Sample:
    """See a sample as the simulation would draw it: a minute at least, and not more distinct values than needed."""
    values, counts = _grouped(np.maximum(sample.values, 1.0), sample.counts)
    return Sample(values, counts, *_grouped(np.maximum(sample.open_values, 1.0), sample.open_counts))


def _grouped(values: Floats, counts: Floats) -> tuple[Floats, Floats]:
    if values.size > MOST_VALUES:
        groups = np.minimum((np.cumsum(counts) - counts) / counts.sum() * MOST_VALUES, MOST_VALUES - 1).astype(int)
        held = np.bincount(groups, counts)
        means = np.bincount(groups, counts * values)[held > 0] / held[held > 0]
        return np.asarray(means, np.float64), np.asarray(held[held > 0], np.float64)
    merged, place = np.unique(values, return_inverse=True)
    return merged, np.bincount(place, counts, minlength=merged.size).astype(np.float64)


def steps_below(sample: Sample) -> tuple[Floats, Floats]:
    """Give the share over by each distinct time, those still open counted in (Kaplan and Meier)."""
    if not sample.n_open:
        return sample.values, np.asarray(np.cumsum(sample.counts) / sample.counts.sum(), np.float64)
    before = sample.open_counts @ (sample.open_values[:, None] >= sample.values[None, :])
    at_risk = np.cumsum(sample.counts[::-1])[::-1] + before
    return sample.values, np.asarray(1 - np.cumprod(1 - sample.counts / at_risk), np.float64)


def mean_and_spread(sample: Sample) -> tuple[float, float]:
    """Give the mean and the standard deviation of what was seen to its end."""
    spread = np.average((sample.values - sample.mean) ** 2, weights=sample.counts)
    return sample.mean, float(np.sqrt(spread * sample.n / max(1, sample.n - 1)))


def table_of(values: Floats, weights: Floats) -> tuple[tuple[int, float], ...]:
    """Cut a distribution into stretches of equal weight and give the mean of each, in whole minutes."""
    if values.size > POINTS:
        edges = np.linspace(0, 1, POINTS + 1)
        reached = np.concatenate(([0.0], np.cumsum(weights)))
        area = np.concatenate(([0.0], np.cumsum(weights * values)))
        values = np.diff(np.interp(edges, reached / reached[-1], area)) * POINTS
        weights = np.full(POINTS, 1 / POINTS)
    whole, place = np.unique(np.maximum(np.floor(values + 0.5), 1).astype(int), return_inverse=True)
    merged = np.bincount(place, weights)
    return tuple(zip(whole.tolist(), merged.tolist(), strict=True))
