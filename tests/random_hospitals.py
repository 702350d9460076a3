"""Random hospitals for `tests.strategies`: runs, calendars, resources, referral streams and patients' attributes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Document = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

STARTS = {  # first reported day, a Monday -> the public holidays worth having then
    "2027-01-04": {},
    "2026-12-21": {"country": "GB", "subdivision": "ENG"},
    "2027-02-01": {"country": "CN"},
    "2027-03-22": {"country": "GB", "subdivision": "ENG", "add": ["2027-04-01"], "remove": ["2027-03-29"]},
}
UP = [{"exponential": {"mean": "3 days"}}, "50 hours", {"weights": {"12 hours": 0.5, "6 days": "rest"}}]
DOWN = [{"exponential": {"mean": "8 hours"}}, "1 days", "1 min"]  # how long a unit works, and is then repaired
OTHER_DAYS = ["mon", "wed", "thu", "fri", "sat", "sun"]


def draw_days(draw: Draw) -> dict[str, str]:
    """Draw the lengths of a run: four weeks in all, so that three Tuesdays are no holidays."""
    warm_up, follow_up = draw(st.integers(0, 3)), draw(st.integers(0, 7))
    days = {"warm_up": warm_up, "length": 28 - warm_up - follow_up, "follow_up": follow_up}
    return {key: f"{value} days" for key, value in days.items()}


def _hours(draw: Draw, first: int = 6, last: int = 24) -> str:
    opens = draw(st.integers(first, last - 1))
    return f"{opens:02d}:00-{draw(st.integers(opens + 1, last)):02d}:00"


def draw_calendars(draw: Draw) -> tuple[Document, dict[str, int]]:
    """Draw calendars, and the units open on Tuesday mornings of those that state units."""
    calendars: Document = {}
    stated = {}
    for number in range(draw(st.integers(1, 3))):
        name = f"hours_{number}"
        core = {"days": ["tue"], "hours": f"{draw(st.integers(6, 9)):02d}:00-{draw(st.integers(12, 24)):02d}:00"}
        if draw(st.booleans()):
            sessions = [core, *_more_days(draw)]
        else:
            stated[name] = draw(st.integers(1, 3))
            sessions = [core | {"units": stated[name]}, *_more_units(draw)]
        holidays = {"holidays": draw(st.sampled_from(["closed", "open"]))}
        closed = [{"from": "2027-01-06", "to": "2027-01-07", "why": "painting"}] * draw(st.integers(0, 1))
        calendars[name] = {"sessions": sessions, "closed": closed, **holidays}
    return calendars, stated


def _more_days(draw: Draw) -> list[Document]:
    """Draw sessions on days of their own, so that none overlap; some end on the next day."""
    days = draw(st.lists(st.sampled_from(OTHER_DAYS), unique=True, max_size=5))
    nights = st.sampled_from(["20:00-06:00", "22:00-02:00", "23:00-23:30"])
    hours = [draw(st.one_of(st.just("08:00-18:00"), nights, st.builds(lambda: _hours(draw)))) for _ in days]
    rules: list[Document] = [{}, {"nth": [1, -1]}, {"every": "2 weeks", "from": "2026-12-21"}, {"share": "50 percent"}]
    return [
        {"days": [day], "hours": each} | draw(st.sampled_from(rules)) for day, each in zip(days, hours, strict=True)
    ]


def _more_units(draw: Draw) -> list[Document]:
    """Draw sessions that may overlap and so state their units."""
    extra = []
    for _ in range(draw(st.integers(0, 3))):
        days = draw(st.lists(st.sampled_from(["tue", *OTHER_DAYS]), unique=True, min_size=1, max_size=4))
        when = draw(st.sampled_from([{"days": days}, {"on": ["2027-01-09", "2026-12-25"]}]))
        extra.append({**when, "hours": _hours(draw), "units": draw(st.integers(1, 2))})
    return extra


def draw_resources(draw: Draw, calendars: Document, stated: dict[str, int]) -> tuple[Document, dict[str, int]]:
    resources, limits = {}, {}
    for number in range(draw(st.integers(1, 4))):
        name = f"{draw(st.sampled_from('kbx'))}_unit_{number}"
        calendar = draw(st.sampled_from(["always", *calendars]))
        capacity = draw(st.integers(1, 3))
        away = {"from": "2027-01-13", "to": "2027-01-16", "units": draw(st.integers(1, 2))}
        resources[name] = {"capacity": capacity, "calendar": calendar, "leave": [away] * draw(st.integers(0, 1))}
        resources[name]["kind"] = draw(st.sampled_from(["room", "bed"]))
        if draw(st.integers(1, 4)) == 4:
            resources[name]["breakdown"] = {"after": draw(st.sampled_from(UP)), "repair": draw(st.sampled_from(DOWN))}
        if draw(st.integers(1, 4)) == 4:
            resources[name]["discharge"] = draw(st.sampled_from(["11:00-18:00", "22:00-01:00", "09:00-09:30"]))
        limits[name] = stated.get(calendar, capacity)
    return resources, limits


def draw_streams(draw: Draw) -> Document:
    profiles: list[Document] = [
        {"hours": "08:00-08:01"},
        {"hours": "00:00-24:00", "weekdays": dict.fromkeys([*OTHER_DAYS, "tue"], 1), "on_holidays": 1},
        {"hours": "07:00-19:00", "months": {"jan": 2, "feb": 0.5}, "growth": "5 percent"},
        {"hours": "09:00-17:00", "exceptions": [{"from": "2027-01-05", "factor": 3, "why": "a busy day"}]},
    ]
    names = ["gp", "ward", "across"][: draw(st.integers(1, 3))]
    return {
        name: {"per_year": draw(st.sampled_from([100, 400, 1000]))} | draw(st.sampled_from(profiles)) for name in names
    }


def draw_attributes(draw: Draw) -> Document:
    by_urgency = [{"when": "urgent == yes", "value": "6 days"}, {"exponential": {"mean": "12 days"}}]
    graces = [{"value": "never"}, {"value": "3 days"}, by_urgency]
    colours = {"red": 0.3, "none": 0.2, "blue": "rest"}
    return {
        "urgent": {"kind": "yes_no", "draw": {"probability": draw(st.sampled_from([0.2, 0.5]))}},
        "group": {"kind": "category", "values": ["red", "blue", "none"], "draw": {"weights": colours}},
        "score": {"kind": "integer", "draw": draw(st.sampled_from([{"uniform": {"min": -2, "max": 6}}, {"value": 2}]))},
        "level": {
            "kind": "integer",
            "draw": [{"when": ["group == red", "urgent == no"], "value": 4}, {"weights": {0: 0.5, 3: 0.25, 1: "rest"}}],
        },
        "grace": {"kind": "duration", "draw": draw(st.sampled_from(graces))},
        "spare": {"kind": "duration", "draw": {"uniform": {"min": "1 days", "max": "9 days"}}},
    }
