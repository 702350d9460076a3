"""Random shapes of pathways for `tests.strategies`: chains, splits, loops, nested forks, deadlines; no details yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.random_hospitals import Document, Draw

Path = tuple[tuple[str, int], ...]  # the branches a state lies in: (fork, number), the outermost first


@dataclass(frozen=True)
class Features:
    """What a drawn scenario may contain."""

    forks: bool = True
    deadlines: bool = True
    misses: bool = True  # patients who do not come or are cancelled
    notice: bool = True
    present: bool = True  # patients already there at minute 0


@dataclass
class Sketch:
    """A document under way."""

    draw: Draw
    features: Features
    limits: dict[str, int]  # units of each resource that are there on every Tuesday morning
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    timed: set[str] = field(default_factory=set)  # states that must take time, as a loop relies on them
    writers: dict[str, str] = field(default_factory=dict)  # attribute -> the state that changes it

    def chance(self, one_in: int) -> bool:
        """Draw whether something happens that does so once in so many times; shrinks to no."""
        return bool(self.draw(st.integers(1, one_in)) == one_in)

    def one_of(self, options: Sequence[Any]) -> Any:
        """Draw one of several options; shrinks to the first."""
        return self.draw(st.sampled_from(options))

    def add(self, kind: str, path: Path, **body: Any) -> str:
        """Add a state under a name whose place in the alphabet says nothing."""
        name = f"{self.one_of('maz')}{len(self.states)}"
        self.states[name] = {"kind": kind, **body}
        self.paths[name] = path
        return name

    def apart(self, one: str, other: str) -> bool:
        """Say whether two states lie in sibling branches of a fork."""
        branches = dict(self.paths[one])
        return any(branches.get(fork, number) != number for fork, number in self.paths[other])


def chain(sketch: Sketch, to: str, path: Path, length: int) -> str:
    """Add so many blocks one after the other that lead to `to`; give the first state."""
    for _ in range(length):
        to = _block(sketch, to, path)
    return to


def _block(sketch: Sketch, to: str, path: Path) -> str:
    simple = [_activity, _activity, _activity, _delay]
    nested = [_split, _loop, *([_fork] if sketch.features.forks else [])] if len(path) < 2 else []
    block: Callable[[Sketch, str, Path], str] = sketch.one_of([*simple, *nested])
    return block(sketch, to, path)


def _activity(sketch: Sketch, to: str, path: Path) -> str:
    return sketch.add("activity", path, to=to)


def _delay(sketch: Sketch, to: str, path: Path) -> str:
    return sketch.add("delay", path, to=to)


def _split(sketch: Sketch, to: str, path: Path) -> str:
    ways = [chain(sketch, to, path, sketch.draw(st.integers(0, 1))) for _ in range(sketch.draw(st.integers(2, 3)))]
    return sketch.add("decision", path, ways=ways)


def _loop(sketch: Sketch, to: str, path: Path) -> str:
    """Add a loop that patients leave after some rounds, or by chance, each round taking time."""
    again = sketch.add("decision", path)
    slow = _activity(sketch, again, path) if sketch.chance(2) else _delay(sketch, again, path)
    sketch.timed.add(slow)
    body = chain(sketch, slow, path, sketch.draw(st.integers(0, 1)))
    if sketch.chance(2):
        sketch.states[again]["to"] = {body: 0.4, to: "rest"}
    else:
        rounds = sketch.draw(st.integers(1, 3))
        sketch.states[again]["rules"] = [{"when": f"visits({slow}) < {rounds}", "to": body}, {"to": to}]
    return body


def _fork(sketch: Sketch, to: str, path: Path) -> str:
    join = sketch.add("join", path, to=to)
    fork = sketch.add("fork", path, join=join)
    heads = [
        chain(sketch, join, (*path, (fork, number)), sketch.draw(st.integers(1, 2)))
        for number in range(sketch.draw(st.integers(2, 3)))
    ]
    sketch.states[fork]["branches"] = heads
    return fork


def draw_deadlines(sketch: Sketch) -> Document:
    """Draw deadlines, which lead outside of every fork: to the end, back, or to care of their own."""
    takes_time = any(state["kind"] in ("activity", "delay") for state in sketch.states.values())
    if not (sketch.features.deadlines and takes_time) or sketch.chance(2):
        return {}  # where nothing takes time no deadline is ever met, and its care is never reached
    outside = [name for name, path in sketch.paths.items() if not path and sketch.states[name]["kind"] == "activity"]
    care = chain(sketch, "out", (), 1)
    armed = {"worse": {"attribute": "grace", "to": sketch.one_of(["out", *outside])}}
    return armed | {"later": {"attribute": "spare", "to": care}}
