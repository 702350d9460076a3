"""How many people it takes to fill the roster, leave covered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pathway.metrics.study import HOUR, WEEK, Study
from pathway.metrics.tidy import Figure
from pathway.metrics.usage import Usage


def staffing_figures(study: Study, usage: Sequence[Usage]) -> Iterator[Figure]:
    """Give the whole-time equivalents that fill the roster of each staff resource, and of all together.

    They are the rostered hours of an average week of the window over the contracted hours of one person, times one and
    the cover for leave.  Leave that the roster shows is hours nobody fills.
    """
    staffing = study.scenario.staffing
    if staffing is None:
        return
    weeks, total = (study.end - study.begin) / WEEK, 0.0
    for each in usage:
        resource = study.scenario.resources.get(each.name)
        if resource is None or resource.kind != "staff":
            continue
        minutes = np.diff(np.append(each.at, each.horizon).clip(max=study.end))
        hours = float(each.rostered @ minutes) / HOUR / weeks * staffing.people.get(each.name, 1.0)
        total += (people := hours / staffing.hours * (1 + staffing.cover))
        yield Figure("staffing", each.name, "", "wte", people, "WTE")
    yield Figure("staffing", "all", "", "wte", total, "WTE")
