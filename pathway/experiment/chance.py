"""What chance may do to observed figures: the band of each, and of all of them together.

The band of a figure is the prediction interval of one more period like those simulated: what is unsure is the new
period itself and the mean of the replications.  Each replication has as many patients as the scenario sends, so their
luck is in it; where the observed share is of more or fewer, its binomial variance is put in place of theirs.  No
deviation is taken to be less than one patient, however alike the replications are.

Many figures lie outside their bands by chance, and figures of one period go together.  So every replication is judged
by the bands of all the others, as what was observed is by the bands of all: how far its farthest figure lies off, and
how many lie outside, has the distribution chance gives it, with whatever figures have to do with each other.  What was
observed fails if either is beyond all but 2.5 % of that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pathway.experiment.intervals import t_quantile

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
FEWEST = 39  # replications: with fewer no replication can be beyond all but 2.5 %
LEVEL = 0.95
EACH = 0.975  # of each of the two statements about all figures together


@dataclass(frozen=True, slots=True)
class Bands:
    """Of each figure (a column of the values): its mean, its own band, the band for all together, its distance."""

    mean: Floats
    low: Floats
    high: Floats
    wide_low: Floats
    wide_high: Floats
    off: Floats  # how many deviations of a prediction what was observed lies from the mean


@dataclass(frozen=True, slots=True)
class Chance:
    """All figures together: how many lie outside their own bands, and how many would by chance."""

    figures: int
    outside: int  # their own bands
    expected: float  # if figures had nothing to do with each other: binomial
    binomial: int  # at most so many in all but 2.5 % then
    at_most: int  # at most so many in all but 2.5 % of the replications
    beyond: int  # outside the bands for all together
    p_farthest: float
    p_outside: float

    @property
    def is_chance(self) -> bool:
        """Whether what was observed is no farther off than chance takes it."""
        return self.beyond == 0 and self.outside <= self.at_most


def judge(  # noqa: PLR0913, PLR0917 - all are columns of one table
    values: Floats, patients: Floats, observed: Floats, n: Floats, is_share: Bools, least: Floats | float = 0.0
) -> tuple[Bands, Chance]:
    """Judge observed figures by replications.

    Parameters
    ----------
    values, patients
        A row a replication, a column a figure: its value, and of how many patients it is.
    observed, n
        What was observed, and of how many (NaN: of as many as in the simulation).
    is_share
        Which figures are shares.
    least
        The least deviation of each of the others: a patient, or part of a day.

    Examples
    --------
    >>> luck = np.random.default_rng(1)
    >>> values = luck.normal(10, 1, (99, 20))
    >>> bands, chance = judge(values, np.ones_like(values), np.full(20, 10.5), np.full(20, np.nan), np.zeros(20, bool))
    >>> chance.outside, chance.is_chance
    (0, True)
    >>> judge(values, np.ones_like(values), np.full(20, 16.0), np.full(20, np.nan), np.zeros(20, bool))[1].is_chance
    False
    """
    count = values.shape[0]
    of_all = float(t_quantile(LEVEL, count))
    mean, spread = values.mean(axis=0), values.std(axis=0, ddof=1)
    unsure = _spread(mean, spread, patients, n, is_share, least) * np.sqrt(1 + 1 / count)
    off = _off(observed - mean, unsure)
    others = _judged_by_others(values, patients, is_share, least)
    farthest, number = np.abs(others).max(axis=1), (np.abs(others) > t_quantile(LEVEL, count - 1)).sum(axis=1)
    place = int(np.ceil(EACH * (count + 1))) - 1
    furthest, most = np.sort(farthest)[place], int(np.sort(number)[place])
    outside, beyond = int((np.abs(off) > of_all).sum()), int((np.abs(off) > furthest).sum())
    low, high = _between(mean, of_all * unsure, is_share)
    wide_low, wide_high = _between(mean, furthest * unsure, is_share)
    figures = observed.size
    chance = Chance(
        figures=figures,
        outside=outside,
        expected=(1 - LEVEL) * figures,
        binomial=_binomial(figures),
        at_most=most,
        beyond=beyond,
        p_farthest=float((1 + (farthest >= np.abs(off).max()).sum()) / (count + 1)),
        p_outside=float((1 + (number >= outside).sum()) / (count + 1)),
    )
    return Bands(mean, low, high, wide_low, wide_high, off), chance


def _spread(  # noqa: PLR0913, PLR0917 - all are columns of one table
    mean: Floats, spread: Floats, patients: Floats, n: Floats, is_share: Bools, least: Floats | float
) -> Floats:
    """Give the deviation of one observed figure; of a share as of so many patients as it was observed of."""
    simulated = np.maximum(patients.mean(axis=0), 1.0)
    of = np.where(np.isfinite(n), n, simulated)
    share = np.where(is_share, mean, 0.5)
    binomial = share * (1 - share)
    variance = spread**2 + binomial * (1 / of - 1 / simulated)
    one_patient = np.maximum(binomial / of, 1 / of**2)
    return np.where(is_share, np.sqrt(np.maximum(variance, one_patient)), np.maximum(spread, least))


def _judged_by_others(values: Floats, patients: Floats, is_share: Bools, least: Floats | float) -> Floats:
    """Give how far off each replication lies, by the mean and the spread of all the others."""
    count = values.shape[0]
    mean = (values.sum(axis=0) - values) / (count - 1)
    squares = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
    centred = values - values.mean(axis=0)
    variance = (squares - centred**2 * count / (count - 1)) / (count - 2)
    nothing = np.full(values.shape[1], np.nan)
    deviations = np.sqrt(np.maximum(variance, 0.0))
    spread = np.array([_spread(mean[row], deviations[row], patients, nothing, is_share, least) for row in range(count)])
    return _off(values - mean, spread * np.sqrt(1 + 1 / (count - 1)))


def _off(difference: Floats, spread: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(difference == 0, 0.0, difference / spread)


def _between(mean: Floats, half: Floats, is_share: Bools) -> tuple[Floats, Floats]:
    """Give a band that stays where figures can be: none below 0, no share above 1."""
    return np.maximum(mean - half, 0.0), np.where(is_share, np.minimum(mean + half, 1.0), mean + half)


def _binomial(figures: int) -> int:
    from scipy.stats import binom

    return int(binom.ppf(EACH, figures, 1 - LEVEL)) if figures else 0
