"""Random scenarios: small hospitals that use every rule of docs/model.md, in ever new combinations.

`scenarios()` draws a whole document as a dictionary (`tests.models.scenario_of` loads it); every document loads.
Everything is open together on Tuesdays from 9 to 12, which is why whatever is asked for can take place.
Times are mostly full hours and many patients come at 08:00 sharp, so that ties are everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.random_hospitals import (
    STARTS,
    Document,
    Draw,
    draw_attributes,
    draw_calendars,
    draw_days,
    draw_resources,
    draw_streams,
)
from tests.random_lists import draw_lists
from tests.random_pathways import Features, Sketch, chain, draw_deadlines
from tests.random_preempting import draw_preempting

BOARD = [{"days": ["tue", "thu"], "hours": "09:00-11:00"}]  # when the one meeting of a scenario is held
REMEMBERED = ("start", "activity", "delay", "decision", "fork", "join")  # kinds of states that are left
CONSTANTS = ["0 min", "0 min", "1 min", "15 min", "60 min", "120 min", "1 days"]
DISTRIBUTIONS: list[dict[str, Any]] = [
    {"uniform": {"min": "0 min", "max": "90 min"}},
    {"triangular": {"min": "10 min", "mode": "20 min", "max": "2 hours"}},
    {"exponential": {"mean": "45 min"}},
    {"lognormal": {"median": "40 min", "sigma": 0.8}},
    {"lognormal": {"mean": "1 hours", "sd": "2 hours"}, "shift": "10 min"},
    {"weibull": {"shape": 0.7, "scale": "50 min"}},
    {"gamma": {"shape": 2.5, "mean": "1 hours"}},
    {"empirical": {"values": ["0 min", "30 min", "1 hours"], "weights": [0.2, 0.5, 0.3]}},
    {"weights": {"60 min": 0.6, "2 hours": "rest"}},
]


@st.composite
def scenarios(
    draw: Draw,
    *,
    forks: bool = True,
    deadlines: bool = True,
    misses: bool = True,
    notice: bool = True,
    lists: bool = True,
    present: bool = True,
    preempting: bool = True,
) -> Document:
    """Draw a scenario document with these features; all the others are always there."""
    start = draw(st.sampled_from(sorted(STARTS, reverse=True)))
    calendars, stated = draw_calendars(draw)
    resources, limits = draw_resources(draw, calendars, stated)
    sketch = Sketch(draw, Features(forks, deadlines, misses, notice, present), limits)
    streams = draw_streams(draw)
    first = chain(sketch, "out", (), draw(st.integers(1, 4)))
    for name in streams:
        entry = first if not sketch.chance(3) else chain(sketch, first, (), 1)
        sketch.add("start", (), stream=name, to=entry)
    armed = draw_deadlines(sketch)
    _choose_writers(sketch)
    board = _board(sketch)
    for name in list(sketch.states):
        _dress(sketch, name, board)
    if lists:
        draw_lists(sketch, resources, calendars)
    if preempting:
        draw_preempting(sketch, resources)
    _hold_things(sketch)
    return _document(sketch, start, streams, calendars, resources, armed)


def _document(
    sketch: Sketch, start: str, streams: Document, calendars: Document, resources: Document, armed: Document
) -> Document:
    """Put the parts together, leaving out what nothing uses, as the door refuses that."""
    used = _resources_used(sketch.states)
    kept = {name: resource for name, resource in resources.items() if name in used}
    open_hours = {resource["calendar"] for resource in kept.values()}
    first_calls = [row for resource in kept.values() for row in resource.get("list", {}).get("first_call", [])]
    open_hours |= {row["calendar"] for row in first_calls}
    meeting = {"board": BOARD} if any("meeting" in state for state in sketch.states.values()) else {}
    states = {"out": {"kind": "end"}, **sketch.states}
    draw, days = sketch.draw, draw_days(sketch.draw)
    return {
        "schema": 1,
        "name": "random",
        "run": {"start": start, "seed": draw(st.integers(0, 10**9)), **days}
        | {"queue": draw(st.sampled_from(["backfill", "strict"])), "replications": 1},
        "holidays": STARTS[start],
        "streams": streams,
        "calendars": {name: hours for name, hours in calendars.items() if name in open_hours} | meeting,
        "resources": kept,
        "parameters": {"policy": {"value": draw(st.sampled_from(["no", "yes"]))}, "limit": {"value": 3}},
        "attributes": draw_attributes(draw),
        "pathway": {"states": states, **({"deadlines": armed} if armed else {}), **_harms(sketch, armed)},
        "patients": _patients(
            sketch, streams, armed, date.fromisoformat(start) - timedelta(days=int(days["warm_up"][0]))
        ),
    }


def _harms(sketch: Sketch, armed: Document) -> Document:
    """Draw a hazard of waiting, which leads where no deadline and no patience leads."""
    outside = [name for name, path in sketch.paths.items() if not path]
    taken = {"start", "join"}
    free = [name for name in outside if sketch.states[name]["kind"] not in taken]
    to = sketch.one_of(["out", *free])
    waits = [name for name in outside if sketch.states[name]["kind"] == "activity"]
    waits = [name for name in waits if sketch.states[name].get("leaves", {}).get("to") != to]
    if not waits or to in [deadline["to"] for deadline in armed.values()] or not sketch.chance(2):
        return {}
    return {"harms": {"worse": {"per_week": sketch.one_of(["30 percent", 0.95]), "while": waits, "to": to}}}


def _patients(sketch: Sketch, streams: Document, armed: Document, origin: date) -> list[Document]:
    """Draw who is there at minute 0: waiting, under way or resting, some with a past."""
    outside = [name for name, path in sketch.paths.items() if not path]
    where = [name for name in outside if sketch.states[name]["kind"] in ("activity", "delay")]
    behind = [name for name, state in sketch.states.items() if state["kind"] in REMEMBERED and state["kind"] != "start"]
    rows: list[Document] = []
    for _ in range(sketch.draw(st.integers(0, 3)) if where and sketch.features.present else 0):
        state = sketch.one_of(where)
        begun = sketch.states[state]["kind"] == "delay" or sketch.chance(2)
        came = _before(sketch, origin, begun=begun)
        row: Document = {
            "stream": sketch.one_of(sorted(streams)),
            "state": state,
            "started" if begun else "joined": came,
        }
        row |= {"count": sketch.draw(st.integers(1, 3)), "referred": f"{origin - timedelta(days=9)}"}
        if sketch.states[state]["kind"] == "activity" and sketch.chance(3):
            row["priority"] = sketch.draw(st.integers(0, 2))
        if sketch.chance(2):
            row["attributes"] = {"group": "blue", "grace": sketch.one_of(["never", "12 days", "1 days"])}
        if sketch.chance(2):
            row["visits"] = {sketch.one_of(behind): sketch.draw(st.integers(0, 2))}
        if sketch.chance(2):
            row["left"] = {sketch.one_of(behind): f"{origin - timedelta(days=8)}"}
            row["visits"] = {name: max(1, times) for name, times in row.get("visits", {}).items()}
        if armed and sketch.chance(3):
            row["due"] = {"later": f"{origin + timedelta(days=sketch.draw(st.integers(-1, 3)))}"}
        rows.append(row)
    return rows


def _before(sketch: Sketch, origin: date, *, begun: bool) -> str:
    """Draw a moment before minute 0, or (of a request) that minute."""
    eve = origin - timedelta(days=1)
    times = [
        *([] if begun else [f"{origin}"]),
        f"{eve} 08:00",
        f"{eve} 23:58",
        f"{eve} 23:00",
        f"{origin - timedelta(days=4)} 12:30",
    ]
    return str(sketch.one_of(times))


def _board(sketch: Sketch) -> Document:
    """Draw who sits on the meeting that all meetings of the scenario are."""
    member = sketch.one_of(sorted(sketch.limits))
    units = sketch.draw(st.integers(1, sketch.limits[member]))
    quorum = {"quorum": {member: sketch.draw(st.integers(1, units))}} if sketch.chance(2) else {}
    return {"calendar": "board", "team": {member: units}, **quorum}


# ---------------------------------------------------------------- what the states do


def _choose_writers(sketch: Sketch) -> None:
    """Choose one state each that changes an attribute; only states that are not beside it may read it then."""
    names = [name for name, state in sketch.states.items() if state["kind"] in REMEMBERED]
    for attribute in ("score", "level", "group", "grace"):
        if names and sketch.chance(2):
            sketch.writers[attribute] = sketch.one_of(names)


def _dress(sketch: Sketch, name: str, board: Document) -> None:
    """Give a state of the bare shape its durations, needs, rules and settings."""
    state = sketch.states[name]
    if state["kind"] == "activity":
        _dress_activity(sketch, name, board)
    elif state["kind"] == "delay":
        _dress_delay(sketch, name)
    elif "ways" in state:
        ways = state.pop("ways")
        rules = [{"when": _conditions(sketch, name), "to": way} for way in ways[1:]]
        last = {ways[0]: 0.7, ways[-1]: "rest"} if ways[0] != ways[-1] and sketch.chance(2) else ways[0]
        state["rules"] = [*rules, {"to": last}]
    graces = [{"when": _conditions(sketch, name), "value": "never"}, {"uniform": {"min": "1 days", "max": "5 days"}}]
    new = {"score": {"value": 5}, "group": {"weights": {"red": 0.5, "blue": "rest"}}, "grace": graces}
    for attribute in [attribute for attribute, writer in sketch.writers.items() if writer == name]:
        action, value = ("add", 1) if attribute == "level" else ("set", new[attribute])
        state.setdefault(action, {})[attribute] = value


def _dress_delay(sketch: Sketch, name: str) -> None:
    state = sketch.states[name]
    if name in sketch.timed:
        state["duration"] = sketch.one_of(["1 min", "6 hours", {"exponential": {"mean": "1 days"}}])
    elif sketch.chance(3):
        state["until"] = {"after": sketch.one_of(["1 hours", "2 days"]), "since": _readable_state(sketch, name)}
        if sketch.chance(2):
            state["until"] |= {"after": "9 days", "weekday_of": _readable_state(sketch, name)}
    else:
        state["duration"] = _duration(sketch, name)


def _dress_activity(sketch: Sketch, name: str, board: Document) -> None:
    state, features = sketch.states[name], sketch.features
    state["duration"] = _duration(sketch, name, zero=name not in sketch.timed)
    state["needs"] = _needs(sketch, name)
    if sketch.chance(2):
        state["priority"] = _rows(sketch, name, [{"value": 0}, {"value": 2}, {"weights": {0: 0.5, 1: "rest"}}])
        if sketch.chance(2):
            state["ageing"] = {"every": sketch.one_of(["1 days", "6 hours", "45 min"]), "to": sketch.one_of([0, 1])}
    if sketch.chance(3):
        state |= {"fits": "session", "planned": sketch.one_of(["60 min", "15 min", "180 min"])}
        state["overrun"] = sketch.one_of(["0 min", "30 min"])
    elif sketch.chance(5):
        state["meeting"] = board | {"deferral": sketch.one_of([0, 0.3])}
        state |= {"planned": sketch.one_of(["15 min", "60 min"]), "needs": {}, "duration": "15 min"}
    if sketch.chance(5):
        lessons = [{"uses": 2, "longer": "35 percent"}, {"uses": 3, "longer": 1.5}]
        state["learning"] = sketch.one_of([lessons[0], lessons])
    if features.notice and sketch.chance(4):
        state["notice"] = sketch.one_of(["1 hours", "20 hours", "2 days"])
    if sketch.chance(4):
        after = _rows(sketch, name, [{"value": "1 days"}, {"exponential": {"mean": "2 days"}}, {"value": "60 min"}])
        ways = [state["to"]] if sketch.paths[name] else [state["to"], "out"]  # a branch is left through its join
        state["leaves"] = {"after": after, "to": sketch.one_of(ways)}
    for failure in ("no_show", "cancelled"):
        if features.misses and sketch.chance(4):
            rebook = sketch.one_of(["1 days", "1 min", {"uniform": {"min": "2 hours", "max": "3 days"}}])
            slot = sketch.one_of(["lost", "refilled"])
            state[failure] = {"share": sketch.one_of(["20 percent", 0.4]), "slot": slot, "rebook": rebook}


def _needs(sketch: Sketch, name: str) -> Document:
    """Draw what an activity holds; never more of anything than is there on Tuesdays."""
    free = dict(sketch.limits)
    needs: Document = {}
    for number in range(sketch.draw(st.integers(0, 3))):
        left = sorted(resource for resource, units in free.items() if units)
        if not left:
            break
        resource = sketch.one_of(left)
        units = sketch.draw(st.integers(1, min(2, free[resource])))
        free[resource] -= units
        held: Document = {"units": units}
        if sketch.chance(3):
            held["turnover"] = sketch.one_of(["15 min", "60 min"])
        if sketch.chance(4):
            stays: list[Document] = [{"value": "2 hours"}, {"exponential": {"mean": "1 days"}}, {"value": "0 min"}]
            held["for"] = _rows(sketch, name, stays)
        others = sorted(other for other, limit in sketch.limits.items() if other != resource and limit >= units)
        if others and sketch.chance(3):
            either = [resource, sketch.one_of(others)]
            needs[f"role_{number}"] = held | {"any_of": sketch.draw(st.permutations(either))}
        elif resource not in needs:
            needs[resource] = held
    return needs


def _hold_things(sketch: Sketch) -> None:
    """Hold some of what is needed until the next activity; later ones by name, so that none wait in a circle."""
    for name, state in sketch.states.items():
        following = [each for each in _following(sketch, name) if sketch.paths[each] == sketch.paths[name]]
        for role, held in state.get("needs", {}).items():
            if "for" in held or not following or sketch.chance(2):
                continue
            until = sketch.one_of(following)
            wanted = _resources_used({until: {"needs": sketch.states[until].get("needs", {})}})
            if max(held.get("any_of", [role])) < min(wanted, default="~"):
                held["hold_until"] = until


def _following(sketch: Sketch, name: str) -> list[str]:
    """List the activities a patient may come to next, through decisions alone."""
    found: set[str] = set()
    ahead = [name]
    while ahead:
        state = sketch.states[ahead.pop()]
        targets = [each["to"] for each in (state, *state.get("rules", [])) if "to" in each]
        ways = {way for to in targets for way in (to if isinstance(to, dict) else [to])} & sketch.states.keys()
        ahead += [way for way in ways - found if sketch.states[way]["kind"] == "decision"]
        found |= ways
    return sorted(way for way in found if sketch.states[way]["kind"] == "activity")


def _duration(sketch: Sketch, name: str, *, zero: bool = True) -> Any:
    if sketch.chance(3):
        return _rows(sketch, name, DISTRIBUTIONS)
    constants = CONSTANTS if zero else [each for each in CONSTANTS if not each.startswith("0")]
    return sketch.one_of(constants)


def _rows(sketch: Sketch, name: str, options: Sequence[Document]) -> Any:
    """Draw one of the options, or a table of two of them."""
    last: Document = sketch.one_of(options)
    if not sketch.chance(3):
        return last
    return [{"when": _conditions(sketch, name), **sketch.one_of(options)}, last]


def _conditions(sketch: Sketch, name: str) -> list[str]:
    """Draw conditions a state may ask: about nothing that a sibling branch changes, visits or dates."""
    asked = {
        "urgent": ["urgent == yes", "urgent != yes"],
        "group": ["group == red", "group != blue"],
        "score": ["score >= 3", "score < 2", "score > $limit"],
        "level": ["level > 1", "level != 3"],
        "grace": ["grace > 4 days"],
        "spare": ["spare <= 5 days", "spare < grace"],
    }
    unread = {each for each, writer in sketch.writers.items() if sketch.apart(writer, name)}
    known = [text for each, texts in asked.items() if each not in unread for text in texts]
    known = [text for text in known if not ("grace" in text and "grace" in unread)]
    if not {"score", "level"} & unread:
        known.append("level >= score")
    state = _readable_state(sketch, name)
    known += ["stream == gp", "$policy == yes", f"visits({state}) >= 1", f"since({state}) > 12 hours"]
    return [sketch.one_of(known) for _ in range(sketch.draw(st.integers(1, 2)))]


def _readable_state(sketch: Sketch, name: str) -> str:
    left = [each for each, state in sketch.states.items() if state["kind"] in REMEMBERED]
    fine = [each for each in left if not sketch.apart(each, name)]
    return str(sketch.one_of(fine))


def _resources_used(states: dict[str, dict[str, Any]]) -> set[str]:
    used = set()
    for state in states.values():
        for role, held in state.get("needs", {}).items():
            used |= set(held.get("any_of", [role]))
        meeting = state.get("meeting", {})
        used |= {*meeting.get("team", {}), *meeting.get("quorum", {})}
    return used
