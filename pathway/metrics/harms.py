"""What waiting did: how many patients each hazard sent to its state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pathway.eventlog import LEFT, NONE
from pathway.graph import Harm
from pathway.metrics.paths import Trail, joined_at, led_to
from pathway.metrics.study import Codes, Ints, Study
from pathway.metrics.tidy import Figure


def harm_figures(trail: Trail) -> Iterator[Figure]:
    """Give the patients a year whose wait each harm ended in the window; nothing where the pathway has none."""
    study = trail.study
    waits: dict[str, list[str]] = {}
    harms: dict[str, Harm] = {}
    for _, activity in study.activities:
        if activity.harm:
            harms[activity.harm.name] = activity.harm
            waits.setdefault(activity.harm.name, []).append(activity.name)
    for name, harm in sorted(harms.items()):
        before = _came_from(trail, study.state_code[harm.to])
        harmed = study.among(waits[name])[study.visits["state"][before]] & (study.visits["outcome"][before] == LEFT)
        yield Figure("harm", name, "", "per_year", float(harmed.sum()) / study.years, "patients a year")


def _came_from(trail: Trail, state: int) -> Codes:
    """Give the visits that led to a state in the window, or to it as an end."""
    study: Study = trail.study
    visits, cases = study.visits, study.log.cases
    rows: Ints = np.flatnonzero(visits["state"][study.window] == state) + study.window.start
    ended = np.flatnonzero((cases["end_state"] == state) & (cases["ended_at"] >= study.begin))
    ended = ended[cases["ended_at"][ended] < study.end]
    came = led_to(trail, visits["case"][rows], joined_at(study, rows), visits["state"][rows])
    found = np.concatenate((came, led_to(trail, ended, cases["ended_at"][ended], cases["end_state"][ended])))
    known: Codes = found[found != NONE]
    return known
