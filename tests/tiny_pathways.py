"""Short words for pathways that fit into a test."""

from __future__ import annotations

from pathway.graph import Activity, Comparison, Draw, Pathway, Row, Rule, faults
from pathway.sampling import constant


def draw(value: int, *when: Comparison) -> Draw:
    """Give the draw that always gives `value`, if these conditions hold."""
    return Draw((Row(when, constant(value)),))


def to(*names: str) -> tuple[Rule, ...]:
    """Give the rules that lead to these states with equal probability."""
    return (Rule((), tuple((name, 1 / len(names)) for name in names)),)


def activity(name: str, *following: str, minutes: int = 10, **more: object) -> Activity:
    """Give an activity that takes so many minutes and needs nothing."""
    return Activity(name, duration=draw(minutes), rules=to(*following), **more)


def pathway(*states, attributes=(), deadlines=()) -> Pathway:
    """Give the pathway of these records, which know their own names."""
    return Pathway(*({each.name: each for each in some} for some in (states, attributes, deadlines)))


def found(*states, attributes=(), deadlines=()) -> dict[str, list[str]]:
    """Give the faults of the pathway of these records: by path, all messages."""
    by_path: dict[str, list[str]] = {}
    for path, message in faults(pathway(*states, attributes=attributes, deadlines=deadlines)):
        by_path.setdefault(path, []).append(message)
    return by_path
