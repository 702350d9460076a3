"""How many replications are enough: when the mean of a figure is known as precisely as was asked for.

The rule is that of Hoad, Robinson and Davies (2010, Journal of the Operational Research Society 61,
1632-1644): replications are added one by one until half the interval of the mean is as small as asked
for, and then some more, to see whether it stays so.  Everything here is a function of the figures in
the order of the replications, so who worked on them, and how many at a time, makes no difference.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import TYPE_CHECKING

import numpy as np

from pathway.errors import PathwayError
from pathway.experiment.intervals import t_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

LEAST = 3  # replications before anything is said about precision
AHEAD = 5  # replications during which a precision must hold; of more than a hundred, so many in a hundred


@dataclass(frozen=True)
class Precision:
    """How precisely the mean of one figure is to be known.

    Parameters
    ----------
    measure, subject, statistic, part
        The figure; a clock without a part means all its patients.
    within
        Half the 95 % interval of its mean, at most, as a share of the mean: 0.05 is 5 %.
    plus_minus
        The same in the figure's own unit, such as days; one of the two.
    unit
        What `plus_minus` is in, if it is to be checked.

    Examples
    --------
    >>> str(Precision(measure="wait", subject="nanoknife", statistic="p90", within=0.05))
    'p90 wait nanoknife ± 5 %'
    >>> str(Precision(measure="waiting", subject="mdt", statistic="mean", plus_minus=2, unit="patients"))
    'mean waiting mdt ± 2 patients'
    """

    _: KW_ONLY
    measure: str
    subject: str
    statistic: str
    part: str = ""
    within: float | None = None
    plus_minus: float | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        said = [value for value in (self.within, self.plus_minus) if value is not None]
        if len(said) != 1:
            raise PathwayError(f"{self.figure}: expected one of within (a share of the mean) and plus_minus")
        if not said[0] > 0:
            raise PathwayError(f"{self.figure}: the precision is {said[0]:g}, expected more than 0")

    @property
    def figure(self) -> str:
        """Name the figure: statistic, measure, subject."""
        names = (self.statistic, self.measure, f"{self.subject}/{self.part}" if self.part else self.subject)
        return " ".join(dict.fromkeys(name for name in names if name))  # "utilisation theatre" is said once

    @property
    def asked(self) -> str:
        """Say how precise it is to be: a percentage, percentage points, or in its own unit."""
        if self.within is not None:
            return f"{100 * self.within:g} %"
        if self.unit == "share":
            return f"{100 * (self.plus_minus or 0):g} points"
        return f"{self.plus_minus:g} {self.unit}".rstrip()

    def __str__(self) -> str:
        return f"{self.figure} ± {self.asked}"

    def allowed(self, means: Floats) -> Floats:
        """Give how wide half the interval may be around some means."""
        if self.within is not None:
            return self.within * np.abs(means)
        return np.full(means.shape, float(self.plus_minus or 0))


def growing(values: Floats, level: float = 0.95) -> tuple[Floats, Floats]:
    """Give mean and half interval of the first value, of the first two, and so on; NaN counts as not measured.

    >>> means, halves = growing(np.array([1.0, 2.0, 3.0]))
    >>> means.tolist(), round(float(halves[2]), 4)
    ([1.0, 1.5, 2.0], 2.4841)
    """
    measured = ~np.isnan(values)
    n = np.cumsum(measured)
    origin = values[measured][0] if measured.any() else 0.0  # sums of squares far from 0 lose their last digits
    with np.errstate(invalid="ignore", divide="ignore"):
        from_origin = np.where(measured, values - origin, 0.0)
        off = np.cumsum(from_origin) / n
        squares = np.maximum(np.cumsum(from_origin**2) - n * off**2, 0.0)
        halves = t_quantile(level, n) * np.sqrt(squares / (n - 1) / n)
    return np.asarray(origin + off, np.float64), np.where(n >= LEAST, halves, np.nan)


def precise(values: Floats, precision: Precision, level: float = 0.95) -> Bools:
    """Tell for the first value, the first two, and so on, whether their mean is precise enough.

    >>> asked = Precision(measure="wait", subject="ct", statistic="mean", within=0.1)
    >>> precise(np.array([9.9, 10.0, 10.1, 10.0]), asked).tolist()
    [False, False, True, True]
    """
    means, halves = growing(values, level)
    found: Bools = halves <= precision.allowed(means)
    return found


def ahead(n: int) -> int:
    """Say for how many more replications a precision reached after n must hold.

    >>> ahead(3), ahead(100), ahead(250)
    (5, 5, 12)
    """
    return AHEAD * max(n, 100) // 100


def enough(met: Bools) -> int | None:
    """Give the first number of replications from which all is precise and stays so for a while; None if none is yet.

    >>> enough(np.array([False, False, True, False] + [True] * 6))
    5
    >>> enough(np.array([False, False, True, True])) is None
    True
    """
    since = 0  # replications before the present run of precise ones
    for place, is_met in enumerate(met.tolist()):
        if not is_met:
            since = place + 1
        elif place == since + ahead(since + 1):
            return since + 1
    return None


def foreseen(values: Floats, precision: Precision, level: float = 0.95) -> float:
    """Say about how many replications it would take, if later ones vary as these do; NaN if there is no telling.

    >>> asked = Precision(measure="wait", subject="ct", statistic="mean", plus_minus=0.1)
    >>> foreseen(np.array([9.0, 10.0, 11.0]), asked)  # (1.966 / 0.1)²
    387.0
    """
    means, halves = growing(values, level)
    n = int(np.sum(~np.isnan(values)))
    allowed = precision.allowed(means)[-1:]
    if n < LEAST or not np.isfinite(halves[-1]) or not allowed[0] > 0:
        return float("nan")
    spread = halves[-1] * np.sqrt(n) / float(t_quantile(level, n))
    needed = float(n)
    for _ in range(50):  # the quantile depends on the number: a few rounds settle it
        before, needed = needed, max(float(np.ceil((t_quantile(level, needed) * spread / allowed[0]) ** 2)), LEAST)
        if before == needed:
            break
    return needed * values.size / n
