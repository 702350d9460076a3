"""Needs held until something that never comes, or that waits for them in turn."""

from __future__ import annotations

from pathway.graph import Activity, AnyState, End, Fork, Join, Need, Pathway, Rule, Start, faults


def to(name: str) -> tuple[Rule, ...]:
    return (Rule((), ((name, 1.0),)),)


def need(name: str, until: str | None = None) -> Need:
    return Need(name, (name,), hold_until=until)


def said(*states: AnyState) -> list[tuple[str, str]]:
    return faults(Pathway({state.name: state for state in states}, {}, {}))


def chain(*activities: tuple[str, tuple[Need, ...]]) -> list[AnyState]:
    """Give activities one after the other between a start and an end; all take no time."""
    names = [*(name for name, _ in activities), "out"]
    made: list[AnyState] = [Start("in", rules=to(names[0])), End("out")]
    return made + [
        Activity(name, needs=needs, rules=to(following))
        for (name, needs), following in zip(activities, names[1:], strict=True)
    ]


def test_what_comes_next_may_be_waited_for() -> None:
    """A theatre until care, and the bed there until the ward: no circle."""
    assert said(*chain(("a", (need("theatre", "b"),)), ("b", (need("bed", "c"),)), ("c", (need("ward"),)))) == []


def test_a_circle_is_refused() -> None:
    """The theatre is held until the bed is free, and the bed until the theatre is."""
    found = said(*chain(("a", (need("theatre", "b"),)), ("b", (need("bed", "c"),)), ("c", (need("theatre"),))))

    words = "may never end: bed → theatre → bed are each held while a patient waits for the next"
    assert found == [("pathway.states.a.needs.theatre.hold_until", words)]


def test_a_thing_that_what_comes_next_needs_itself_is_refused() -> None:
    """A nurse held until a step that needs a nurse."""
    found = said(*chain(("a", (need("nurse", "b"),)), ("b", (need("nurse"),))))

    words = "may never end: nurse → nurse are each held while a patient waits for the next"
    assert found == [("pathway.states.a.needs.nurse.hold_until", words)]


def test_what_does_not_come_next_is_refused() -> None:
    """Between a and c lies b."""
    found = said(*chain(("a", (need("room", "c"),)), ("b", ()), ("c", ())))

    words = (
        "c does not follow a, or not before something else does; it names an activity reached through decisions alone"
    )
    assert found == [("pathway.states.a.needs.room.hold_until", words)]


def test_a_hold_stays_in_its_branch() -> None:
    """What begins in a branch of a fork is not held until something beyond the join."""
    states = [
        *chain(("c", ())),
        Fork("in_two", branches=("a", "b"), join="again"),
        Activity("a", needs=(need("room", "c"),), rules=to("again")),
        Activity("b", rules=to("again")),
        Join("again", rules=to("c")),
    ]
    found = said(*(Start("in", rules=to("in_two")) if state.name == "in" else state for state in states))

    words = "c and a do not lie in the same branch of a fork; what is held is held within one branch"
    assert found == [("pathway.states.a.needs.room.hold_until", words)]
