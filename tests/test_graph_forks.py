"""Forks whose branches do not hold together, and loops that take no time, by the smallest that do so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.graph import (
    Attribute,
    Comparison,
    Deadline,
    Decision,
    Delay,
    End,
    Fork,
    Join,
    Leaves,
    Rule,
    Setting,
    Since,
    Start,
)
from tests.tiny_pathways import activity, draw, found, to

SEEN = End("seen")
LEVEL = Attribute("level", "integer", draw(0))
SURVIVAL = Attribute("survival", "duration", draw(90))
RULE = "branches of one fork run at once, so none may touch what another changes"


def forked(*states, branches=("ct", "mri"), attributes=(), deadlines=()):
    """Find the faults of a fork; branches that are not given are one activity each."""
    given_names = {state.name for state in states}
    plain = [activity(name, "results") for name in branches if name not in given_names | {"results"}]
    fork = Fork("tests", branches=branches, join="results")
    rest = (Start("start", rules=to("tests")), fork, Join("results", rules=to("seen")), SEEN)
    kept = [state for state in rest if state.name not in given_names]
    return found(*kept, *plain, *states, attributes=attributes, deadlines=deadlines)


def test_a_sound_fork():
    """Branches may loop and fork again within themselves, and one may take no time."""
    inner = (Fork("mri", branches=("a", "b"), join="read"), activity("a", "read"), activity("b", "read"))
    again = activity("ct", "ct", "results")
    assert forked(again, *inner, Join("read", rules=to("results"))) == {}
    assert forked(Decision("ct", rules=to("scan", "results")), activity("scan", "results")) == {}


# ---------------------------------------------------------------- forks and joins


def test_a_fork_meets_at_a_join():
    fork = Fork("tests", branches=("ct", "mri"), join="seen")
    assert forked(fork, activity("ct", "seen"), activity("mri", "seen")) == {
        "pathway.states.tests.join": ["seen is no join; a fork's branches meet at a join"],
        "pathway.states.results": [
            "is reached from no start; name it in the `to` of a state, or remove it",
            "no fork meets here; a join belongs to exactly one fork, which names it in `join`",
        ],
    }


def test_a_join_that_is_misspelt():
    messages = forked(Fork("tests", branches=("ct", "mri"), join="result"))
    assert messages["pathway.states.tests.join"] == ["no state is called result; did you mean results?"]


def test_a_join_belongs_to_one_fork():
    two = Fork("more", branches=("c", "d"), join="results")
    start = Start("start", rules=to("tests", "more"))
    messages = forked(start, two, activity("c", "results"), activity("d", "results"))
    assert messages["pathway.states.results"] == [
        "more and tests all meet here; a join belongs to exactly one fork, which names it in `join`"
    ]


def test_a_fork_has_two_branches_that_differ():
    assert forked(branches=("ct",)) == {
        "pathway.states.tests.branches": ["a fork needs at least two different branches; this one has 1"]
    }
    assert forked(branches=("ct", "mri", "ct")) == {
        "pathway.states.tests.branches[2]": ["ct is named twice; every branch of a fork begins with its own state"]
    }


def test_a_branch_has_a_state():
    assert forked(branches=("ct", "mri", "results")) == {
        "pathway.states.tests.branches[2]": ["results is the join itself; a branch needs at least one state before it"]
    }


def test_every_branch_reaches_the_join():
    assert forked(activity("mri", "seen")) == {
        "pathway.states.tests.branches[1]": [
            "the branch that begins with mri never reaches results, where all branches meet"
        ]
    }


def test_branches_share_no_state():
    messages = forked(activity("ct", "report"), activity("mri", "report"), activity("report", "results"))
    assert messages == {
        "pathway.states.tests.branches": [
            "the branches that begin with ct and mri share report;"
            " the branches of a fork have no state in common before its join"
        ]
    }


def test_a_branch_contains_no_end():
    assert forked(activity("ct", "results", "seen")) == {
        "pathway.states.ct.to": [
            "seen is an end, reached in the branch of tests that begins with ct;"
            " a branch contains no end, it goes on to results"
        ]
    }


def test_a_branch_is_left_only_through_its_join():
    later = activity("clinic", "seen")
    messages = forked(Join("results", rules=to("clinic")), later, activity("ct", "results", "clinic"))
    assert messages == {
        "pathway.states.ct.to": [
            "clinic lies outside the branch of tests that begins with ct;"
            " a branch is left only through its join results"
        ]
    }


def test_who_leaves_a_queue_stays_in_the_branch():
    messages = forked(activity("ct", "results", leaves=Leaves(draw(60), "seen")))
    assert messages == {
        "pathway.states.ct.leaves.to": [
            "seen is an end, reached in the branch of tests that begins with ct;"
            " a branch contains no end, it goes on to results"
        ]
    }
    assert forked(activity("ct", "results", leaves=Leaves(draw(60), "results"))) == {}


def test_a_branch_does_not_start_its_fork_anew():
    messages = forked(activity("ct", "results", "tests"))
    assert list(messages) == ["pathway.states.ct.to"]
    assert "tests lies outside the branch" in messages["pathway.states.ct.to"][0]


def test_a_branch_is_entered_only_from_its_fork():
    messages = forked(
        Start("start", rules=to("tests", "report")), activity("ct", "report"), activity("report", "results")
    )
    assert messages == {
        "pathway.states.start.to": [
            "report lies in the branch of tests that begins with ct; a branch is entered only from its fork"
        ]
    }


def test_only_branches_lead_to_a_join():
    messages = forked(Start("start", rules=to("tests", "results")))
    assert messages == {
        "pathway.states.start.to": ["results is the join of tests; only the branches of tests lead to it"]
    }


def test_a_deadline_leads_outside_of_forks():
    messages = forked(attributes=(SURVIVAL,), deadlines=(Deadline("death", "survival", "ct"),))
    assert messages == {
        "pathway.deadlines.death.to": ["ct lies between tests and results; a deadline leads outside of every fork"]
    }


def test_the_inner_fork_is_named():
    """What leaves two forks at once is said once, of the inner."""
    inner = (Fork("mri", branches=("a", "b"), join="read"), activity("a", "read", "seen"), activity("b", "read"))
    messages = forked(*inner, Join("read", rules=to("results")))
    assert list(messages) == ["pathway.states.a.to"]
    assert len(messages["pathway.states.a.to"]) == 1
    assert "branch of mri that begins with a" in messages["pathway.states.a.to"][0]


# ---------------------------------------------------------------- what siblings share


SETS = (Setting("level", draw(1)),)
RAISED = Comparison("attribute", "level", ">", 0)
BELOW = Comparison("attribute", "x", "<", "level")


def reading(comparison):
    return (Rule((comparison,), (("results", 1.0),)), *to("results"))


def test_siblings_do_not_both_write():
    add = (Setting("level", add=1),)
    messages = forked(activity("ct", "results", sets=SETS), activity("mri", "results", sets=add), attributes=(LEVEL,))
    assert messages == {
        "pathway.states.mri.add.level": [
            f"the branch that begins with mri sets level, and so does its sibling ct; {RULE}"
        ]
    }


@pytest.mark.parametrize(
    ("reader", "place"),
    [
        (Decision("mri", rules=reading(RAISED)), "rules[0].when[0]"),
        (activity("mri", "results", priority=draw(1, RAISED)), "priority[0].when[0]"),
        (Delay("mri", duration=draw(5, BELOW), rules=to("results")), "duration[0].when[0]"),
        (activity("mri", "results", sets=(Setting("x", draw(1, RAISED)),)), "set.x[0].when[0]"),
    ],
)
def test_a_branch_reads_nothing_a_sibling_writes(reader, place):
    attributes = (LEVEL, Attribute("x", "integer", draw(0)))
    assert forked(activity("ct", "results", sets=SETS), reader, attributes=attributes) == {
        f"pathway.states.mri.{place}": [
            f"the branch that begins with mri reads level, and its sibling ct sets it; {RULE}"
        ]
    }


@pytest.mark.parametrize(
    ("reader", "place"),
    [
        (Delay("mri", until=Since(60, "ct"), rules=to("results")), "until.since"),
        (Delay("mri", until=Since(60, "mri", "ct"), rules=to("results")), "until.weekday_of"),
        (activity("mri", "results", priority=draw(1, Comparison("visits", "ct", ">", 0))), "priority[0].when[0]"),
        (activity("mri", "results", priority=draw(1, Comparison("since", "ct", ">", 0))), "priority[0].when[0]"),
    ],
)
def test_a_branch_neither_counts_nor_dates_a_sibling(reader, place):
    assert forked(reader) == {
        f"pathway.states.mri.{place}": [
            f"the branch that begins with mri reads ct, and its sibling ct contains it; {RULE}"
        ]
    }


def test_a_branch_may_read_and_write_what_siblings_leave_alone():
    own = activity("ct", "again", sets=SETS, priority=draw(1, RAISED))
    again = Decision("again", rules=(Rule((Comparison("visits", "ct", "<", 3),), (("ct", 1.0),)), *to("results")))
    assert forked(own, again, attributes=(LEVEL,)) == {}


# ---------------------------------------------------------------- loops


def looped(*states, attributes=(SURVIVAL,), deadlines=()):
    return found(Start("start", rules=to("a")), *states, SEEN, attributes=attributes, deadlines=deadlines)


def said(words):
    """Give the faults of one loop, named from its first state by name."""
    return {
        f"pathway.states.{words.split(' ')[0]}": [
            f"the loop {words} can take no time at all; in every loop at least one activity or delay"
            " needs a duration that is never below 1 min"
        ]
    }


def test_a_loop_takes_time():
    b = Decision("b", rules=to("a", "seen"))
    assert looped(activity("a", "b", minutes=1), b) == {}
    assert looped(activity("a", "b", minutes=0), b) == said("a → b → a")
    assert looped(Delay("a", until=Since(90, "b"), rules=to("b")), b) == said("a → b → a")
    assert looped(Decision("a", rules=to("a", "seen"))) == said("a → a")


def test_leaving_a_queue_takes_the_patience():
    b = Decision("b", rules=to("a", "seen"))
    assert looped(activity("a", "seen", leaves=Leaves(draw(1), "b")), b) == {}
    assert looped(activity("a", "seen", leaves=Leaves(draw(0), "b")), b) == said("a → b → a")


@pytest.mark.parametrize(("minutes", "faulty"), [((0, 0), True), ((0, 5), False), ((5, 5), False)])
def test_a_fork_takes_as_long_as_its_slowest_branch(minutes, faulty):
    messages = looped(
        Fork("a", branches=("ct", "mri"), join="results"),
        *(activity(name, "results", minutes=each) for name, each in zip(("ct", "mri"), minutes, strict=True)),
        Join("results", rules=to("a", "seen")),
    )
    assert messages == (said("a → ct → results → a") if faulty else {})


@pytest.mark.parametrize(
    ("setting", "faulty"),
    [
        (None, False),  # it fires once
        (Setting("survival", draw(1)), False),
        (Setting("survival", draw(0)), True),
        (Setting("survival", add=1), True),  # may have been set to less
    ],
)
def test_a_deadline_closes_a_loop_only_where_it_can_be_set_to_nothing(setting, faulty):
    messages = looped(
        activity("a", "seen"),
        Decision("due", rules=to("a"), sets=(setting,) if setting else ()),
        deadlines=(Deadline("death", "survival", "due"),),
    )
    assert messages == (said("a → due → a") if faulty else {})


def test_a_deadline_cuts_a_slow_fork_short():
    messages = looped(
        Fork("a", branches=("ct", "mri"), join="results"),
        activity("ct", "results"),
        activity("mri", "results"),
        Join("results", rules=to("seen")),
        Decision("due", rules=to("a"), sets=(Setting("survival", draw(0)),)),
        deadlines=(Deadline("death", "survival", "due"),),
    )
    assert messages == said("a → due → a")


@given(st.lists(st.integers(0, 2), min_size=2, max_size=7), st.data())
def test_a_ring_of_states_is_faulty_exactly_if_none_takes_time(minutes, data):
    """Wherever the one state that takes time stands, it is enough."""
    ring = [f"s{number}" for number in range(len(minutes))]
    out = data.draw(st.sampled_from(ring))
    states = [
        activity(name, following, *(["seen"] if name == out else []), minutes=each)
        for name, following, each in zip(ring, ring[1:] + ring[:1], minutes, strict=True)
    ]
    messages = found(Start("start", rules=to("s0")), *data.draw(st.permutations(states)), SEEN)
    assert bool(messages) == (sum(minutes) == 0)
