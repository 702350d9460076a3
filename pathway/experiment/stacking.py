"""Tables of many replications put under each other, each row saying where it comes from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pathway.metrics import Measures
from pathway.metrics.tidy import named

Place = tuple[str, int]  # scenario, replication


def stacked(places: Sequence[Place], frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames with the same columns under each other, with columns scenario and replication in front.

    >>> one, two = pd.DataFrame({"days": [1.0, 2.0]}), pd.DataFrame({"days": [3.0]})
    >>> frame = stacked([("base", 0), ("base", 1)], [one, two])
    >>> frame["replication"].tolist(), frame["days"].tolist()
    ([0, 0, 1], [1.0, 2.0, 3.0])
    """
    names = list(dict.fromkeys(scenario for scenario, _ in places))
    sizes = [len(frame) for frame in frames]
    scenarios = np.repeat(np.array([names.index(scenario) for scenario, _ in places], np.int64), sizes)
    columns: dict[str, Any] = {
        "scenario": pd.Categorical.from_codes(scenarios, categories=names),  # type: ignore[arg-type, unused-ignore]
        "replication": np.repeat(np.array([replication for _, replication in places], np.int32), sizes),
    }
    for column in frames[0].columns if frames else ():
        columns[column] = _joined([frame[column] for frame in frames])
    return pd.DataFrame(columns)


def _joined(parts: Sequence[pd.Series[Any]]) -> Any:
    if not isinstance(parts[0].dtype, pd.CategoricalDtype):
        return np.concatenate([part.to_numpy() for part in parts])
    some = [part.array for part in parts if len(part)]  # the categories of an empty part are of no known type
    return pd.api.types.union_categoricals(some) if some else named((), ())


def stacked_measures(found: Sequence[tuple[Place, Measures]]) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """Put the summaries, and the frames of each name, of many replications under each other."""
    places = [place for place, _ in found]
    table = stacked(places, [measures.summary for _, measures in found])
    names = found[0][1].frames if found else {}
    return table, {name: stacked(places, [measures.frames[name] for _, measures in found]) for name in names}
