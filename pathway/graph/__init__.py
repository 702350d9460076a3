"""A care pathway as a networkx graph of states, and what each kind of state may say.

States are frozen records that name each other; `Pathway` holds them together with the attributes
and deadlines they read.  `Pathway.graph` is the `networkx.DiGraph` of it, one node per state, one
edge per possible next state.  `faults` finds what makes a pathway impossible to walk (unreachable
states, forks without joins, loops that take no time) and says so as (path, message) pairs; the
scenario room adds the line.

>>> def to(name): return (Rule((), ((name, 1.0),)),)
>>> states = [Start("referral", rules=to("clinic")), Activity("clinic", rules=to("seen")), End("seen")]
>>> pathway = Pathway({state.name: state for state in states}, {}, {})
>>> list(pathway.graph.edges), faults(pathway)
([('clinic', 'seen'), ('referral', 'clinic')], [])
"""

from pathway.graph.branches import branch_membership, branches_of, came_from
from pathway.graph.displacing import giving_way, resources_of
from pathway.graph.faults import faults
from pathway.graph.mermaid import to_mermaid
from pathway.graph.pathway import Exit, Kind, Pathway, Via, exits, successors
from pathway.graph.records import (
    Activity,
    Ageing,
    AnyState,
    Attribute,
    AttributeKind,
    Comparison,
    Deadline,
    Decision,
    Delay,
    Draw,
    End,
    Failure,
    Fork,
    Harm,
    Join,
    Learning,
    Leaves,
    Left,
    Meeting,
    Need,
    Operator,
    Row,
    Rule,
    Setting,
    Since,
    Start,
    State,
)
from pathway.graph.words import describe_when, readable

__all__ = [
    "Activity",
    "Ageing",
    "AnyState",
    "Attribute",
    "AttributeKind",
    "Comparison",
    "Deadline",
    "Decision",
    "Delay",
    "Draw",
    "End",
    "Exit",
    "Failure",
    "Fork",
    "Harm",
    "Join",
    "Kind",
    "Learning",
    "Leaves",
    "Left",
    "Meeting",
    "Need",
    "Operator",
    "Pathway",
    "Row",
    "Rule",
    "Setting",
    "Since",
    "Start",
    "State",
    "Via",
    "branch_membership",
    "branches_of",
    "came_from",
    "describe_when",
    "exits",
    "faults",
    "giving_way",
    "readable",
    "resources_of",
    "successors",
    "to_mermaid",
]
