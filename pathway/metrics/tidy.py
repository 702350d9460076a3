"""The tidy tables that measures end in: one figure a row, names as categoricals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = ("measure", "subject", "part", "statistic", "value", "unit")
_WORDS = tuple(column for column in SUMMARY if column != "value")


class Figure(NamedTuple):
    """One number of the summary: what is measured, of what, which statistic, and its unit."""

    measure: str
    subject: str
    part: str
    statistic: str
    value: float
    unit: str


def summary(figures: Iterable[Figure]) -> pd.DataFrame:
    """Put figures into the summary table.

    >>> summary([Figure("arrivals", "gp", "", "per_year", 52.0, "per year")])["value"].tolist()
    [52.0]
    """
    import pandas as pd

    columns = list(zip(*figures, strict=True)) or [()] * len(SUMMARY)
    table = dict(zip(SUMMARY, columns, strict=True))
    words = {name: _words(table[name]) for name in _WORDS}
    frame = pd.DataFrame(words | {"value": np.array(table["value"], np.float64)})
    return frame[list(SUMMARY)]


def _words(words: Sequence[str]) -> pd.Categorical:
    known = sorted(set(words))
    code = {word: place for place, word in enumerate(known)}
    return named([code[word] for word in words], known)


def named(codes: Any, names: Sequence[str]) -> pd.Categorical:
    """Give codes their names; -1 has none.

    >>> named([1, 0, -1], ["ct", "mri"]).tolist()
    ['mri', 'ct', nan]
    """
    import pandas as pd

    return pd.Categorical.from_codes(np.asarray(codes, np.int64), dtype=_type_of(tuple(names)))


@lru_cache(maxsize=64)
def _type_of(names: tuple[str, ...]) -> pd.CategoricalDtype:
    import pandas as pd

    return pd.CategoricalDtype(pd.Index(names, dtype="str"))
