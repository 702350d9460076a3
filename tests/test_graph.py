"""The graph of a pathway, what lies in which branch, and a pathway in words."""

import re

import networkx as nx
import pytest

from pathway.clock import NEVER
from pathway.graph import (
    Activity,
    Attribute,
    Comparison,
    Deadline,
    Decision,
    Delay,
    End,
    Fork,
    Join,
    Leaves,
    Pathway,
    Rule,
    Start,
    branch_membership,
    branches_of,
    describe_when,
    exits,
    successors,
    to_mermaid,
)
from tests.tiny_pathways import draw, pathway, to

ECOG = Attribute("ecog", "integer", draw(0), title="ECOG")
NEAR = Attribute("near_vessel", "yes_no", draw(0))
AGE = Attribute("age", "category", draw(0), values=("under_50", "50_64", "65_plus"))
SURVIVAL = Attribute("survival", "duration", draw(90))


@pytest.fixture
def clinic():
    frail = (Comparison("attribute", "ecog", ">=", 3),)
    return pathway(
        Start("referral", rules=to("ct"), stream="gp"),
        Activity(
            "ct", title="CT scan", phase="tests", duration=draw(20), leaves=Leaves(draw(9), "lost"), rules=to("mdt")
        ),
        Decision("mdt", rules=(Rule(frail, (("lost", 1.0),)), Rule((), (("ct", 0.25), ("lost", 0.75))))),
        End("lost", title="Lost to us"),
        End("died"),
        attributes=(ECOG, SURVIVAL),
        deadlines=(Deadline("death", "survival", "died"),),
    )


def test_nodes_carry_kind_title_phase_and_record(clinic):
    assert clinic.graph.nodes["ct"] == {
        "kind": "activity",
        "title": "CT scan",
        "phase": "tests",
        "state": clinic.states["ct"],
    }
    assert clinic.graph.nodes["mdt"]["title"] == "mdt"


def test_an_edge_has_a_weight_only_where_it_depends_on_nothing(clinic):
    assert clinic.graph.edges["referral", "ct"] == {"weight": 1.0, "when": (), "via": "route"}
    assert clinic.graph.edges["mdt", "ct"] == {"weight": None, "when": ("otherwise (0.25)",), "via": "route"}


def test_several_ways_between_two_states_are_one_edge(clinic):
    assert clinic.graph.edges["mdt", "lost"]["when"] == ("ECOG ≥ 3", "otherwise (0.75)")


def test_leaving_and_deadlines_are_edges(clinic):
    assert clinic.graph.edges["ct", "lost"] == {"weight": None, "when": ("patience runs out",), "via": "leaves"}
    assert clinic.graph.edges["ct", "died"] == {"weight": None, "when": ("death is due",), "via": "deadline"}
    assert not clinic.graph.has_edge("mdt", "died")  # nobody waits in a decision


def test_a_route_beside_a_deadline_keeps_its_weight():
    sick = pathway(
        Delay("home", duration=draw(5), rules=to("died")),
        End("died"),
        attributes=(SURVIVAL,),
        deadlines=(Deadline("death", "survival", "died"),),
    )
    assert sick.graph.edges["home", "died"] == {"weight": 1.0, "when": ("death is due",), "via": "route"}


def test_the_order_of_states_changes_nothing(clinic):
    turned = Pathway(dict(reversed(clinic.states.items())), clinic.attributes, clinic.deadlines)
    assert list(turned.graph.nodes(data=True)) == list(clinic.graph.nodes(data=True))
    assert list(turned.graph.edges(data=True)) == list(clinic.graph.edges(data=True))


def test_unknown_names_are_no_edges():
    lost = pathway(Delay("home"), attributes=(SURVIVAL,), deadlines=(Deadline("death", "survival", "nowhere"),))
    assert not lost.graph.edges
    assert "death" not in to_mermaid(lost)
    assert not pathway(Start("referral", rules=to("nowhere"))).graph.edges


def test_successors_say_how_the_patient_gets_there(clinic):
    assert successors(clinic.states["ct"]) == (("mdt", "route"), ("lost", "leaves"))
    assert successors(clinic.states["died"]) == ()


def test_an_exit_knows_its_place_in_the_document(clinic):
    assert [way.where for way in exits(clinic.states["mdt"])] == ["rules[0].to", "rules[1].to", "rules[1].to"]
    assert [way.where for way in exits(clinic.states["ct"])] == ["to", "leaves.to"]


# ---------------------------------------------------------------- branches


@pytest.fixture
def nested():
    """A fork of ct and bloods; the bloods branch forks again; ct may be repeated."""
    return pathway(
        Start("referral", rules=to("tests")),
        Fork("tests", branches=("ct", "assays"), join="results"),
        Activity("ct", duration=draw(20), rules=to("ct_good")),
        Decision("ct_good", rules=to("ct", "results")),
        Fork("assays", branches=("cea", "genes"), join="assayed"),
        Delay("cea", duration=draw(5), rules=to("assayed")),
        Delay("genes", duration=draw(9), rules=to("assayed")),
        Join("assayed", rules=to("results")),
        Join("results", rules=to("again")),
        Decision("again", rules=to("tests", "seen")),
        End("seen"),
    )


def test_a_branch_ends_before_its_join(nested):
    assert branches_of(nested, "tests") == {
        "ct": frozenset({"ct", "ct_good"}),
        "assays": frozenset({"assays", "cea", "genes", "assayed"}),
    }


def test_membership_names_the_outermost_fork_first(nested):
    found = branch_membership(nested)
    assert list(found) == sorted(nested.states)
    assert found["genes"] == (("tests", 1), ("assays", 1))
    assert found["assayed"] == found["assays"] == (("tests", 1),)
    assert found["ct_good"] == (("tests", 0),)
    assert found["tests"] == found["results"] == found["again"] == ()


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("comparison", "words"),
    [
        (Comparison("attribute", "ecog", "<=", 1), "ECOG ≤ 1"),
        (Comparison("attribute", "age", "!=", 1), "age ≠ 50–64"),
        (Comparison("attribute", "near_vessel", "==", 1), "near vessel = yes"),
        (Comparison("attribute", "survival", ">", 2 * 1440), "survival > 2 d"),
        (Comparison("attribute", "survival", "==", NEVER), "survival = never"),
        (Comparison("attribute", "cycles", "<", "ecog"), "cycles < ECOG"),
        (Comparison("visits", "ct", ">=", 2), "visits to CT scan ≥ 2"),
        (Comparison("since", "mdt", ">=", 1440), "time since mdt ≥ 1 d"),
        (Comparison("parameter", "collision", "==", 1, 0), "collision = 1"),
    ],
)
def test_a_condition_in_words(comparison, words, clinic):
    attributes = {each.name: each for each in (ECOG, NEAR, AGE, SURVIVAL)}
    assert describe_when((comparison,), attributes, states=clinic.states) == words


def test_conditions_are_joined_and_none_is_always():
    both = (Comparison("attribute", "ecog", ">=", 3), Comparison("visits", "ct", "==", 0))
    assert describe_when(both, {}) == "ecog ≥ 3 and visits to ct = 0"
    assert describe_when((), {}) == "always"


def test_mermaid_draws_kinds_phases_and_deadlines(clinic, nested):
    text = to_mermaid(clinic)
    assert 'subgraph p1["Tests"]\n    s0["CT scan"]\n  end' in text
    assert 's0 -.->|"patience runs out"| s2' in text
    assert 'd0>"death"] -.-> s1' in text
    assert text.count("-.->") == 2  # not a deadline from every activity
    assert 's7{"ct good"}' not in text
    assert re.search(r's\d+\[\["assays"\]\]', to_mermaid(nested))


@pytest.mark.parametrize(
    "title", ['a "b"', "x]) --> y", "<script>", "end", "100 % | #1; `code`", "two\nlines", "x" * 99]
)
def test_no_title_breaks_out_of_its_quotes(title):
    line = to_mermaid(pathway(End("seen", title=title))).splitlines()[1]
    label = re.fullmatch(r'  s0\(\(\("([^"<>`\n]*)"\)\)\)', line)
    assert label
    assert len(re.sub(r"#\w+;", "?", label[1])) <= 60


def test_a_graph_can_be_asked_anything_networkx_knows(clinic):
    assert nx.shortest_path(clinic.graph, "referral", "lost") == ["referral", "ct", "lost"]
