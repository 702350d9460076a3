"""Where states are drawn: properties any drawing must have, and small ones worked out by hand."""

from itertools import combinations, pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.layout import BOX, contract, lay_out
from pathway.layout.folding import cuts
from pathway.layout.layers import columns, forward_edges
from pathway.layout.ordering import count_crossings, order

NAMES = "abcdefghij"
edges = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=25)
HALF_WIDTH, HALF_HEIGHT = BOX[0] / 2, BOX[1] / 2


def graph_of(pairs):
    graph = nx.DiGraph()
    graph.add_nodes_from(NAMES)
    graph.add_edges_from(pairs)
    return graph


# ---------------------------------------------------------------- what any drawing keeps to


@given(edges, st.sampled_from([None, 2, 3]))
def test_boxes_stay_apart(pairs, across):
    positions = lay_out(graph_of(pairs), across=across).positions
    assert set(positions) == set(NAMES)
    for (x, y), (u, v) in combinations(positions.values(), 2):
        assert abs(x - u) > BOX[0] or abs(y - v) > BOX[1]


@given(edges, st.sampled_from([None, 2, 3]))
def test_routes_begin_and_end_at_boxes_and_run_around_the_others(pairs, across):
    layout = lay_out(graph_of(pairs), across=across)
    assert set(layout.routes) == set(pairs)
    for (start, stop), route in layout.routes.items():
        (x, y), (u, v) = layout.positions[start], layout.positions[stop]
        assert route[0] == pytest.approx((x + HALF_WIDTH, y))
        assert route[-1] == pytest.approx((u - HALF_WIDTH, v))
        for one, two in pairwise(route):
            assert not any(meets(one, two, box) for box in layout.positions.values())


def meets(one, two, box):
    """Tell whether a line runs through the inside of a box; slanted ones stay between columns."""
    left, right = sorted((one[0], two[0]))
    low, high = sorted((one[1], two[1]))
    aside = right <= box[0] - HALF_WIDTH + 1e-5 or left >= box[0] + HALF_WIDTH - 1e-5
    return not aside and low < box[1] + HALF_HEIGHT and high > box[1] - HALF_HEIGHT


@given(edges, st.randoms(use_true_random=False), st.sampled_from([None, 3]))
def test_equal_graphs_are_drawn_alike(pairs, random, across):
    """Whatever the order in which states and edges were added."""
    names, shuffled = list(NAMES), list(pairs)
    random.shuffle(names)
    random.shuffle(shuffled)
    other = nx.DiGraph()
    other.add_nodes_from(names)
    other.add_edges_from(shuffled)
    assert lay_out(other, across=across) == lay_out(graph_of(pairs), across=across)


@given(edges)
def test_without_loops_every_edge_leads_to_the_right(pairs):
    onward = [(one, two) for one, two in pairs if one < two]
    layout = lay_out(graph_of(onward))
    assert not layout.back
    assert all(layout.positions[one][0] < layout.positions[two][0] for one, two in onward)


@given(edges)
def test_opened_loops_leave_no_loop(pairs):
    graph = graph_of(pairs)
    onward = forward_edges(graph)
    assert nx.is_directed_acyclic_graph(nx.DiGraph(onward))
    if nx.is_directed_acyclic_graph(graph):
        assert set(onward) == set(graph.edges)


# ---------------------------------------------------------------- columns and order


def test_a_loop_is_opened_where_patients_enter_it():
    pairs = [
        ("referral", "mdt"),
        ("mdt", "chemo"),
        ("chemo", "scan"),
        ("scan", "mdt"),
        ("scan", "chemo"),
        ("mdt", "end"),
    ]
    assert lay_out(nx.DiGraph(pairs)).back == {("scan", "mdt"), ("scan", "chemo")}


def test_a_loop_nobody_enters_is_opened_at_its_first_state():
    assert forward_edges(nx.DiGraph([("b", "a"), ("a", "b")])) == [("a", "b")]


def test_columns_keep_edges_short():
    """A late start stands beside what it leads to, not at the far left."""
    found = columns("abcdz", [("a", "b"), ("b", "c"), ("c", "d"), ("z", "d")])
    assert found == {"a": 0, "b": 1, "c": 2, "d": 3, "z": 2}


def test_order_removes_crossings():
    right = [[5], [4], [3], [], [], []]
    left = [[], [], [], [2], [1], [0]]
    assert count_crossings([[0, 1, 2], [3, 4, 5]], right) == 3
    assert count_crossings(order([[0, 1, 2], [3, 4, 5]], left, right), right) == 0


def test_edges_between_the_same_columns_cross_as_counted():
    """Two states that lead to the same two cross once, whatever their order."""
    assert count_crossings([[0, 1], [2, 3]], [[2, 3], [2, 3], [], []]) == 1


# ---------------------------------------------------------------- routes


def test_an_edge_over_a_column_bends_around_what_stands_there():
    layout = lay_out(nx.DiGraph([("a", "b"), ("b", "c"), ("a", "c")]))
    level = {y for x, y in layout.routes["a", "c"] if 0.6 < x < 1.4}
    assert all(abs(y - layout.positions["b"][1]) > HALF_HEIGHT for y in level)


def test_an_edge_back_leaves_to_the_right_and_arrives_from_the_left():
    route = lay_out(nx.DiGraph([("a", "b"), ("b", "a")])).routes["b", "a"]
    assert route[0][0] < route[1][0]
    assert route[-2][0] < route[-1][0]
    assert route[0] == (1.32, 0.0)


def test_an_edge_from_a_state_to_itself_runs_over_it():
    layout = lay_out(nx.DiGraph([("a", "a")]))
    assert layout.routes["a", "a"] == (
        (0.32, 0.0),
        (0.44, 0.0),
        (0.44, 0.46),
        (-0.44, 0.46),
        (-0.44, 0.0),
        (-0.32, 0.0),
    )
    assert layout.back == {("a", "a")}


def test_edges_to_one_state_merge():
    layout = lay_out(nx.DiGraph([("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("b", "d")]))
    assert layout.routes["a", "d"][-2][1] == layout.routes["b", "d"][-2][1]


def test_deadlines_are_not_drawn_and_their_ends_stand_last():
    graph = nx.DiGraph([("a", "b"), ("b", "c")])
    graph.add_edge("a", "died", via="deadline")
    layout = lay_out(graph)
    assert ("a", "died") not in layout.routes
    assert layout.positions["died"][0] == 2.0


def test_no_states_no_drawing():
    assert lay_out(nx.DiGraph()).positions == {}
    assert lay_out(nx.DiGraph([("a", "b")]), keep=()).positions == {}


# ---------------------------------------------------------------- bands


def test_cuts_are_where_few_edges_run():
    assert cuts([0, 3, 3, 1, 3, 3], across=5) == [3]
    assert cuts([0, 1, 1, 1], across=9) == []
    assert cuts([0, 1, 1], across=1) == [1, 2]


def test_a_long_pathway_goes_on_below():
    chain = nx.DiGraph(pairwise("abcdef"))
    positions = lay_out(chain, across=3).positions
    assert [positions[name][0] for name in "abcdef"] == [0.0, 1.0, 2.0, 0.0, 1.0, 2.0]
    assert positions["a"][1] == positions["c"][1] > positions["d"][1] == positions["f"][1]


def test_a_cut_edge_runs_right_down_and_in_from_the_left():
    route = lay_out(nx.DiGraph([("a", "b")]), across=1).routes["a", "b"]
    (_, top), *_, (_, bottom) = route
    xs = [x for x, _ in route]
    assert max(xs) > HALF_WIDTH
    assert min(xs) < -HALF_WIDTH
    assert [y for _, y in route if bottom < y < top] == [-0.6, -0.6]


# ---------------------------------------------------------------- contraction


def edge(graph, one, two, weight=None, **data):
    graph.add_edge(one, two, weight=weight, **{"when": (), "via": "route", **data})


def test_contracting_multiplies_along_and_adds_across():
    graph = nx.DiGraph()
    edge(graph, "ct", "left", 0.5)
    edge(graph, "ct", "right", 0.5)
    edge(graph, "left", "mdt", 0.25)
    edge(graph, "left", "seen", 0.75)
    edge(graph, "right", "mdt", 1.0)
    small = contract(graph, {"ct", "mdt", "seen"})
    assert dict(small["ct"]) == {
        "mdt": {"weight": 0.625, "when": (), "via": "route"},
        "seen": {"weight": 0.375, "when": (), "via": "route"},
    }


def test_contracting_a_loop_counts_every_round():
    graph = nx.DiGraph()
    edge(graph, "a", "wait", 1.0)
    edge(graph, "wait", "wait", 0.5)
    edge(graph, "wait", "a", 0.25)
    edge(graph, "wait", "b", 0.25)
    small = contract(graph, {"a", "b"})
    assert {stop: data["weight"] for stop, data in small["a"].items()} == {"a": 0.5, "b": 0.5}


def test_contracting_keeps_what_is_said_once():
    graph = nx.DiGraph()
    edge(graph, "a", "choice", 1.0)
    edge(graph, "choice", "b", None, when=("ECOG ≥ 3",))
    edge(graph, "choice", "next", None, when=("otherwise",))
    edge(graph, "next", "c", None, when=("age = old",))
    edge(graph, "a", "lost", None, via="leaves")
    edge(graph, "lost", "d", 1.0)
    edge(graph, "a", "due", None, via="deadline")
    edge(graph, "due", "d", 1.0)
    small = contract(graph, {"a", "b", "c", "d"})
    assert small.edges["a", "b"] == {"weight": None, "when": ("ECOG ≥ 3",), "via": "route"}
    assert small.edges["a", "c"]["when"] == ()
    assert small.edges["a", "d"]["via"] == "leaves"
    assert lay_out(graph, keep={"a", "b"}) == lay_out(contract(graph, {"a", "b"}))


@given(edges, st.sets(st.sampled_from(NAMES)))
def test_contracting_keeps_who_can_reach_whom(pairs, keep):
    graph = graph_of(pairs)
    small = contract(graph, keep)
    assert set(small) == keep
    for one in keep:
        assert nx.descendants(small, one) == nx.descendants(graph, one) & keep


@given(st.lists(st.lists(st.integers(1, 9), min_size=4, max_size=4), min_size=3, max_size=3))
def test_contracting_loses_no_probability(table):
    """What leaves a state still sums to 1."""
    graph = nx.DiGraph()
    for name, row in zip("abc", table, strict=True):
        for stop, share in zip("abcd", row, strict=True):
            edge(graph, name, stop, share / sum(row))
    small = contract(graph, {"a", "d"})
    assert sum(data["weight"] for data in small["a"].values()) == pytest.approx(1)


def test_ranks_say_what_comes_first():
    """Staging stands before the meeting it prepares, although the meeting is reached sooner by some."""
    pairs = [("start", "mdt"), ("start", "staging"), ("mdt", "staging"), ("staging", "mdt"), ("mdt", "seen")]
    order = {"start": 0.0, "staging": 20.0, "mdt": 30.0, "seen": float("inf")}
    layout = lay_out(nx.DiGraph(pairs), ranks=order)
    assert [layout.positions[name][0] for name in order] == [0.0, 1.0, 2.0, 3.0]
    assert layout.back == {("mdt", "staging")}
