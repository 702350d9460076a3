"""Every way in which a pathway cannot be walked, by the smallest pathway that has it."""

from pathway.graph import (
    Activity,
    Attribute,
    Comparison,
    Deadline,
    Decision,
    Delay,
    Draw,
    End,
    Failure,
    Leaves,
    Need,
    Row,
    Rule,
    Setting,
    Since,
    Start,
)
from pathway.sampling import constant
from tests.tiny_pathways import activity, draw, found, to

START, SEEN = Start("start", rules=to("a")), End("seen")
COUNT = Attribute("cycles", "integer", draw(0))
SURVIVAL = Attribute("survival", "duration", draw(90))


def test_a_sound_pathway_has_no_fault():
    assert found(START, activity("a", "seen"), SEEN) == {}


# ---------------------------------------------------------------- names and numbers


def test_unknown_states():
    messages = found(
        Start("start", rules=to("triag")),
        activity("triage", "seen", leaves=Leaves(draw(5), "scene")),
        SEEN,
        attributes=(SURVIVAL,),
        deadlines=(Deadline("death", "survival", "zzz"),),
    )
    assert messages == {
        "pathway.states.start.to": ["no state is called triag; did you mean triage?"],
        "pathway.states.triage.leaves.to": ["no state is called scene; did you mean seen?"],
        "pathway.deadlines.death.to": ["no state is called zzz"],
    }


def test_what_lies_behind_an_unknown_state_is_no_fault_too():
    messages = found(START, activity("a", "elsewhere"), SEEN, Start("b", rules=to("seen")))
    assert messages == {"pathway.states.a.to": ["no state is called elsewhere"]}


def test_unknown_names_in_conditions_and_settings():
    when = (Comparison("visits", "b", ">", 0), Comparison("attribute", "stream", "==", 0))
    rules = (Rule(when, (("seen", 1.0),)), Rule((Comparison("attribute", "cycle", ">", "ecog"),), (("seen", 1.0),)))
    sets = (Setting("cycls", add=1),)
    messages = found(START, Activity("a", duration=draw(5), rules=rules, sets=sets), SEEN, attributes=(COUNT,))
    assert messages == {
        "pathway.states.a.rules[0].when[0]": ["no state is called b"],
        "pathway.states.a.rules[1].when[0]": [
            "no attribute is called cycle; did you mean cycles?",
            "no attribute is called ecog",
        ],
        "pathway.states.a.add.cycls": ["no attribute is called cycls; did you mean cycles?"],
    }


def test_unknown_names_in_draws():
    odd = Draw((Row((Comparison("attribute", "x", "==", 1),), constant(5)), Row((), constant(6))))
    failure = Failure(0.1, "lost", odd)
    state = Activity(
        "a",
        duration=odd,
        priority=odd,
        needs=(Need("bed", ("ward",), hold=odd), Need("room", ("theatre",))),
        no_show=failure,
        cancelled=failure,
        leaves=Leaves(odd, "seen"),
        sets=(Setting("cycles", odd),),
        rules=to("d"),
    )
    delay = Delay("d", until=Since(5, "nowhere"), rules=to("seen"))
    assert set(found(START, state, delay, SEEN, attributes=(COUNT,))) == {
        "pathway.states.d.until.since",
        *(f"pathway.states.a.{place}[0].when[0]" for place in ["duration", "priority", "needs.bed.for", "set.cycles"]),
        *(f"pathway.states.a.{place}[0].when[0]" for place in ("no_show.rebook", "cancelled.rebook", "leaves.after")),
    }


def test_weights_are_probabilities():
    state = Decision("a", rules=(Rule((), (("seen", 1.5), ("lost", -0.5))),))
    assert found(START, state, SEEN, End("lost")) == {
        "pathway.states.a.to": [
            "lost has the weight -0.5; a weight is a probability from 0 to 1",
            "seen has the weight 1.5; a weight is a probability from 0 to 1",
        ]
    }


def test_a_deadline_needs_a_duration():
    messages = found(
        START,
        activity("a", "seen"),
        SEEN,
        attributes=(COUNT, SURVIVAL),
        deadlines=(Deadline("death", "cycles", "seen"), Deadline("end", "survivl", "seen")),
    )
    assert messages == {
        "pathway.deadlines.death.attribute": [
            "cycles is of the kind integer; a deadline needs a duration, it may be survival"
        ],
        "pathway.deadlines.end.attribute": ["no attribute is called survivl; did you mean survival?"],
    }


def test_a_rebooking_takes_a_minute():
    state = activity("a", "seen", no_show=Failure(0.1, "lost", draw(0)), cancelled=Failure(0.1, "lost", draw(1)))
    assert found(START, state, SEEN) == {
        "pathway.states.a.no_show.rebook": ["can be 0 min; a patient is rebooked at least 1 min later"]
    }


def test_attributes_drawn_at_arrival():
    """They may depend on each other but not in a circle, and not on what has not happened yet."""
    one = Attribute("one", "integer", draw(1, Comparison("attribute", "two", ">", 0)))
    two = Attribute("two", "integer", draw(1, Comparison("attribute", "one", ">", 0)))
    last = Attribute("last", "integer", draw(1, Comparison("attribute", "one", ">", 0)))
    late = Attribute("late", "integer", draw(1, Comparison("visits", "a", ">", 0)))
    messages = found(START, activity("a", "seen"), SEEN, attributes=(one, two, last, late))
    assert set(messages) == {"attributes.one.draw", "attributes.two.draw", "attributes.late.draw[0].when[0]"}
    assert "one, two would have to be known before" in messages["attributes.one.draw"][0]


# ---------------------------------------------------------------- reach


def test_of_states_never_reached_only_the_first_is_named():
    messages = found(START, activity("a", "seen"), activity("b", "c"), activity("c", "seen"), SEEN)
    assert messages == {
        "pathway.states.b": [
            "is reached from no start, nor is c behind it; name it in the `to` of a state, or remove it"
        ]
    }


def test_a_rule_a_parameter_shuts_still_reaches():
    shut = Rule((Comparison("parameter", "policy", "==", 1, value=0),), (("b", 1.0),))
    decision = Decision("a", rules=(shut, Rule((), (("seen", 1.0),))))
    assert found(START, decision, activity("b", "seen"), SEEN) == {}


def test_leaving_and_deadlines_reach():
    messages = found(
        START,
        activity("a", "seen", leaves=Leaves(draw(5), "lost")),
        SEEN,
        End("lost"),
        End("died"),
        attributes=(SURVIVAL,),
        deadlines=(Deadline("death", "survival", "died"),),
    )
    assert messages == {}


def test_states_without_a_way_to_an_end():
    messages = found(START, Decision("a", rules=to("b", "seen")), activity("b", "c"), activity("c", "b"), SEEN)
    assert messages == {"pathway.states.b": ["no end can be reached from here (b, c); give one of them a way out"]}


def test_a_state_that_leads_nowhere():
    assert found(START, Activity("a", duration=draw(5)), SEEN)["pathway.states.a"] == [
        "leads nowhere; every state but an end says in `to` or `rules` what follows"
    ]


def test_a_pathway_needs_starts_and_ends():
    assert set(found(activity("a", "a"))["pathway.states"]) == {
        "there is no state of the kind start, so no patient can enter",
        "there is no state of the kind end, so no patient can ever finish",
    }


def test_nothing_leads_to_a_start():
    messages = found(
        START,
        activity("a", "start", leaves=Leaves(draw(5), "seen")),
        SEEN,
        attributes=(SURVIVAL,),
        deadlines=(Deadline("again", "survival", "start"),),
    )
    assert set(messages) == {"pathway.states.a.to", "pathway.deadlines.again.to"}
    assert messages["pathway.states.a.to"] == [
        "start is a start, where only new patients enter; name the state that follows it"
    ]
