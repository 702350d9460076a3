"""Care pathways through a hospital: text files in, honest answers about waits and capacity out.

The front door: the names below are all a notebook or a script needs.  Each is fetched from its
room when it is first asked for, so importing the package costs nothing.

>>> import pathway as pw
>>> pw.load_scenario.__module__.split(".")[:2]
['pathway', 'scenario']
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathway.engines import simulate
    from pathway.errors import PathwayError, ScenarioError
    from pathway.eventlog import EventLog, first_difference, load_log
    from pathway.experiment import Experiment, Precision, Results, load_results, verify
    from pathway.interchange.waiting_list import read_waiting_list
    from pathway.load import load_check
    from pathway.metrics import measure, session_ledger
    from pathway.plan import Plan, compile_plan
    from pathway.report import patients_moving, write_excel, write_report
    from pathway.scenario import Scenario, load_scenario
    from pathway.sizing import size

__version__ = "0.1.0"

_ROOMS = {
    "EventLog": "eventlog",
    "Experiment": "experiment",
    "PathwayError": "errors",
    "Plan": "plan",
    "Precision": "experiment",
    "Results": "experiment",
    "Scenario": "scenario",
    "ScenarioError": "errors",
    "compile_plan": "plan",
    "first_difference": "eventlog",
    "load_check": "load",
    "load_log": "eventlog",
    "load_results": "experiment",
    "load_scenario": "scenario",
    "measure": "metrics",
    "patients_moving": "report",
    "read_waiting_list": "interchange.waiting_list",
    "session_ledger": "metrics",
    "simulate": "engines",
    "size": "sizing",
    "verify": "experiment",
    "write_excel": "report",
    "write_report": "report",
}

__all__ = [
    "EventLog",
    "Experiment",
    "PathwayError",
    "Plan",
    "Precision",
    "Results",
    "Scenario",
    "ScenarioError",
    "compile_plan",
    "first_difference",
    "load_check",
    "load_log",
    "load_results",
    "load_scenario",
    "measure",
    "patients_moving",
    "read_waiting_list",
    "session_ledger",
    "simulate",
    "size",
    "verify",
    "write_excel",
    "write_report",
]


def __getattr__(name: str) -> object:
    """Fetch a public name from its room the first time it is asked for."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
