"""Measures: from an event log to tidy tables of waits, clocks, queues, utilisation, ways and outcomes.

`measure` gives everything that is reported of one replication: a `summary` with one figure a row,
and `frames` for the charts.  The warm-up is cut here, once.  Patients still waiting at the end, and
those who left, are counted and never dropped: `kaplan_meier` and `cumulative_incidence` say what
can be said with them.  `waited_for` says, visit by visit, which resource was short last.
"""

from pathway.metrics.clocks import Intervals, intervals_of, lead_clock
from pathway.metrics.days import measure_days
from pathway.metrics.measuring import Measures, measure, measure_targets
from pathway.metrics.owning import cost_curves, cost_per_case_at
from pathway.metrics.sessions import session_ledger
from pathway.metrics.settling import mser5, mser5_cut, welch
from pathway.metrics.shortage import waited_for
from pathway.metrics.study import Study
from pathway.metrics.survival import Curve, cumulative_incidence, kaplan_meier
from pathway.metrics.targets import say_target, target_subjects
from pathway.metrics.waits import FEW

__all__ = [
    "FEW",
    "Curve",
    "Intervals",
    "Measures",
    "Study",
    "cost_curves",
    "cost_per_case_at",
    "cumulative_incidence",
    "intervals_of",
    "kaplan_meier",
    "lead_clock",
    "measure",
    "measure_days",
    "measure_targets",
    "mser5",
    "mser5_cut",
    "say_target",
    "session_ledger",
    "target_subjects",
    "waited_for",
    "welch",
]
