"""Pictures: one function for each question, from a frame to a plotly figure, all in one look.

A chart computes nothing.  It is given the numbers and their intervals, it has no title of its own
(the page around it asks the question), and it can be read without colour: what differs in colour
differs in dash, mark or pattern too (`template`).  Scenario texts are escaped before plotly, which
understands some HTML, sees them.

>>> import pandas as pd
>>> row = {"label": "CT", "median": 3.0, "p90": 8.0, "low": 7.5, "high": 8.5}
>>> waits(pd.DataFrame([row])).layout.xaxis.title.text
'days from joining the queue to the start'
"""

from pathway.charts.costs import cost_per_case
from pathway.charts.journey import breaches, routes, time_spent
from pathway.charts.lists import list_minutes, not_treated
from pathway.charts.network import network
from pathway.charts.resources import heat_map, ledger, utilisation
from pathway.charts.rows import clock_shares, milestones, waits
from pathway.charts.scenarios import changes, curves, waiting_lists
from pathway.charts.settling import welch
from pathway.charts.weeks import capacity, demand_and_activity, open_pathways, waiting_list

__all__ = [
    "breaches",
    "capacity",
    "changes",
    "clock_shares",
    "cost_per_case",
    "curves",
    "demand_and_activity",
    "heat_map",
    "ledger",
    "list_minutes",
    "milestones",
    "network",
    "not_treated",
    "open_pathways",
    "routes",
    "time_spent",
    "utilisation",
    "waiting_list",
    "waiting_lists",
    "waits",
    "welch",
]
