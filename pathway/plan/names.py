"""The numbers that stand for names in a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Names:
    """The code of every name of a scenario."""

    states: Mapping[str, int]
    streams: Mapping[str, int]
    resources: Mapping[str, int]
    attributes: Mapping[str, int]
    deadlines: Mapping[str, int]
