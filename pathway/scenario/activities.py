"""Reading what an activity needs: resources, a session that fits, a meeting, and what may go wrong."""

from __future__ import annotations

import math
from typing import TypedDict

from pathway.errors import nearest
from pathway.graph import Ageing, Draw, Failure, Learning, Leaves, Meeting, Need, Row, Rule
from pathway.sampling import constant
from pathway.scenario import quantities
from pathway.scenario.cursor import Cursor
from pathway.scenario.draws import NOTHING, Wanted, duration, read_draw
from pathway.scenario.rules import read_rules, read_state_name
from pathway.scenario.words import Measure, Words

TABLE_ERROR = 2e-5
MEETING_OVERRUN = 15  # minutes a meeting may go on, unless it says otherwise


class ActivityParts(TypedDict):
    """What an activity has beyond every state."""

    duration: Draw
    planned: int
    needs: tuple[Need, ...]
    fits: bool
    overrun: int
    notice: int
    priority: Draw
    meeting: Meeting | None
    no_show: Failure | None
    cancelled: Failure | None
    leaves: Leaves | None
    booked_on: str
    short_notice: Draw | None
    emergency: bool
    rules: tuple[Rule, ...]
    learning: tuple[Learning, ...]
    ageing: Ageing | None
    preempt: bool


def read_activity(entry: Cursor, words: Words) -> ActivityParts:
    """Read what is particular to an activity."""
    drawn, meeting = entry.get("duration"), entry.get("meeting")
    lasts = read_draw(drawn, duration(words)) if drawn else NOTHING
    return {
        "duration": lasts,
        "planned": entry.take("planned", quantities.whole_minutes, _mean(lasts)),
        "needs": tuple(_need(role, at, words) for role, at in entry.section("needs")),
        "fits": entry.get("fits") is not None,
        "overrun": entry.take("overrun", quantities.whole_minutes, MEETING_OVERRUN if meeting else 0),
        "notice": entry.take("notice", quantities.whole_minutes, 0),
        "priority": _priority(entry.get("priority"), words),
        "meeting": _meeting(meeting, words) if meeting else None,
        "no_show": _failure(entry.get("no_show"), words),
        "cancelled": _failure(entry.get("cancelled"), words),
        "leaves": _leaves(entry.get("leaves"), words),
        "booked_on": _booked_on(entry.get("list"), words),
        "short_notice": _short_notice(entry.get("short_notice"), words),
        "emergency": bool(entry.take("emergency", quantities.yes_no, 0)),
        "rules": read_rules(entry, words),
        "learning": _learning(entry.get("learning")),
        "ageing": _ageing(entry.get("ageing")),
        "preempt": bool(entry.take("preempt", quantities.yes_no, 0)),
    }


def _mean(lasts: Draw) -> int:
    """Plan for the mean, rounded up; where it depends on the patient, for the longest."""
    # the mean of a tabulated distribution is a hair above the true one
    return max(math.ceil(row.sampler.mean * (1 - TABLE_ERROR)) for row in lasts.rows)


def _need(role: str, at: Cursor, words: Words) -> Need:
    any_of, held = at.get("any_of"), at.get("for")
    if any_of is None and role not in words.resources:
        at.fault(f"is no resource{nearest(role, words.resources)}", key=True)
    until = at.get("hold_until") if at.is_mapping else None
    if held and until:
        until.fault("stands beside 'for'; a thing is held for a time, or until an activity starts", key=True)
    units = at.take("units", quantities.units, 1) if at.is_mapping else at.read(quantities.units, 1)
    return Need(
        role,
        any_of=any_of.names(words.resources, "resource") if any_of else (role,),
        units=units,
        hold=read_draw(held, duration(words)) if held else None,
        turnover=at.take("turnover", quantities.whole_minutes, 0),
        hold_until=read_state_name(until, words, "activity") if until else None,
    )


def _priority(at: Cursor | None, words: Words) -> Draw:
    if at is None:
        return Draw((Row((), constant(0)),))
    read = read_draw(at, Wanted(Measure("integer"), words))
    if not at.findings.under(at.path) and read.least < 0:
        at.fault(f"can be {read.least}; priorities are whole numbers from 0, the most urgent")
    elif any(row.sampler.mean > quantities.MOST_LOGGED for row in read.rows):
        at.fault(f"is above {quantities.MOST_LOGGED}; priorities are small whole numbers from 0, the most urgent")
    return read


def _booked_on(at: Cursor | None, words: Words) -> str:
    return at.name(words.resources, "resource") if at else ""


def _short_notice(at: Cursor | None, words: Words) -> Draw | None:
    return read_draw(at, Wanted(Measure("yes_no"), words)) if at else None


def _meeting(at: Cursor, words: Words) -> Meeting:
    calendar = at.get("calendar")
    return Meeting(
        calendar=calendar.name(words.calendars, "calendar") if calendar else "always",
        team=_units(at, "team", words),
        quorum=_units(at, "quorum", words),
        deferral=at.take("deferral", quantities.share_of_attempts, 0.0),
    )


def _units(at: Cursor, key: str, words: Words) -> tuple[tuple[str, int], ...]:
    entries = at.section(key)
    for name, below in entries:
        if name not in words.resources:
            below.fault(f"is no resource{nearest(name, words.resources)}", key=True)
    return tuple((name, below.read(quantities.at_least_one, 1)) for name, below in entries)


def _failure(at: Cursor | None, words: Words) -> Failure | None:
    if at is None:
        return None
    rebook = at.get("rebook")
    again = read_draw(rebook, duration(words)) if rebook else NOTHING
    if rebook and not at.findings.under(rebook.path) and again.least < 1:
        rebook.fault("can be 0 minutes; rebooking takes at least 1 min")
    return Failure(
        share=at.take("share", quantities.share_of_attempts, 0.0),
        slot="refilled" if at.take("slot", quantities.text, "lost") == "refilled" else "lost",
        rebook=again,
    )


def _learning(at: Cursor | None) -> tuple[Learning, ...]:
    """Read a learning curve: one stretch of it, or several one after the other."""
    rows = [] if at is None else at.entries() if at.is_list else [at]
    uses = [row.take("uses", quantities.at_least_one, 1) for row in rows]
    longer = [row.take("longer", quantities.longer, 0.0) for row in rows]
    return tuple(map(Learning, uses, longer))


def _ageing(at: Cursor | None) -> Ageing | None:
    if at is None:
        return None
    every = at.take("every", quantities.whole_minutes, 1)
    if every < 1 and (below := at.get("every")):
        below.fault("is no time at all; priority rises after a minute at the soonest")
    return Ageing(every, at.take("to", quantities.priority, 0))


def _leaves(at: Cursor | None, words: Words) -> Leaves | None:
    if at is None:
        return None
    after = at.get("after")
    patience = read_draw(after, duration(words, never=True)) if after else NOTHING
    return Leaves(patience, read_state_name(at.get("to"), words))
