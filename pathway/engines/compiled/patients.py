"""Patients of a compiled run on the way: leaving states, entering others, joining queues, resting, meeting deadlines.

What a patient does next within an event lies as tokens on a small stack (a state to enter, or to leave), so that
a chain of decisions needs no recursion and each step stands in the code once.
"""

from __future__ import annotations

from typing import Any

from pathway.clock import MINUTES_PER_DAY
from pathway.engines.case import FAR
from pathway.engines.compiled.agenda import plan_event
from pathway.engines.compiled.gaps import vacate
from pathway.engines.compiled.keeping import keep_or_let_go, let_go_until
from pathway.engines.compiled.luck import UNDEALT, deal
from pathway.engines.compiled.memory import compiled, compiled_in_place
from pathway.engines.compiled.pieces import planned_of
from pathway.engines.compiled.queues import (
    ORDINARY,
    SHORT,
    join_queue,
    move_up,
    put_into,
    stop_moving,
    to_be_booked,
    waits,
)
from pathway.engines.compiled.records import (
    AGEING,
    DATED,
    DEADLINE,
    DELAY_OVER,
    DROPPED,
    ELIGIBLE,
    LAST_MINUTE,
    PATIENCE_LOST,
    UNQUEUED,
    armed_by,
    attribute_of,
    branch_at,
    completed_of,
    date_of,
    deadline_at,
    deadline_to,
    due_of,
    joined_of,
    link_at,
    list_at,
    ordinal_of,
    patient_at,
    session_at,
    setting_at,
    state_at,
    token_at,
    visit_at,
)
from pathway.eventlog import COMPLETED, LEFT, NONE, OPEN
from pathway.plan.records import ACTIVITY, DELAY, END, JOIN, NO

_OWN_NOTICE = -1
_NOT_YET = 0  # in place of a visit: the state is still to be entered


@compiled_in_place
def will_enter(world: Any, state: int) -> None:
    """Let the patient of this event enter a state next."""
    token = token_at(world, world.tokens)
    token.state = state
    token.visit = _NOT_YET
    world.tokens += 1


@compiled_in_place
def will_leave(world: Any, state: int, visit: int, luck: float) -> None:
    """Let the patient of this event leave a state next."""
    token = token_at(world, world.tokens)
    token.state = state
    token.visit = visit
    token.luck = luck
    world.tokens += 1


@compiled
def go_on(model: Any, world: Any, case: int) -> None:
    """Let a patient leave and enter states until every token waits, rests or has ended."""
    while world.tokens > 0:
        world.tokens -= 1
        token = token_at(world, world.tokens)
        if token.visit == _NOT_YET:
            enter(model, world, case, token.state)
        elif token.visit < 0:
            keep_or_let_go(model, world, case, token.state, NONE - token.visit)
        else:
            leave(model, world, case, token.state, token.visit, token.luck)


@compiled_in_place
def leave(model: Any, world: Any, case: int, state: int, visit: int, luck: float) -> None:
    """Do what leaving a state does, and go where it leads."""
    left = state_at(model, state)
    if left.counted != NO:
        completed_of(world, case, left.counted).value += 1
    if left.dated != NO:
        date_of(world, case, left.dated).value = world.now + DATED
    for place in range(left.first_setting, left.last_setting):
        setting = setting_at(model, place)
        if setting.draw != NO:
            attribute_of(world, case, setting.attribute).value = deal(model, world, case, setting.draw, visit, UNDEALT)
        else:
            attribute_of(world, case, setting.attribute).value += setting.add
        arm_deadlines(model, world, case, setting.attribute)
    if left.route != NO:
        will_enter(world, deal(model, world, case, left.route, visit, luck))
        return
    for place in range(left.last_branch - 1, left.first_branch - 1, -1):  # the last one goes on the stack first
        will_enter(world, branch_at(model, place).value)


@compiled_in_place
def enter(model: Any, world: Any, case: int, state: int) -> None:
    """Come to a state: pass it, rest in it, queue for it, or end there."""
    kind = state_at(model, state).kind
    if kind == END:
        patient_at(world, case).ended_at = world.now
        patient_at(world, case).end_state = state
        stop_deadlines(world, case)
        return
    visit = ordinal_of(world, case, state).value + 1
    ordinal_of(world, case, state).value = visit
    if kind == ACTIVITY:
        ask(model, world, case, state, visit, _OWN_NOTICE)
    elif kind == DELAY:
        rest(model, world, case, state, visit)
    elif kind == JOIN:
        come_to_join(model, world, case, state, visit)
    else:
        pass_through(world, case, state, visit)


@compiled_in_place
def new_row(world: Any, case: int, state: int, visit: int, priority: int) -> int:
    """Write a visit that begins now, as open."""
    row = world.written
    world.written += 1
    written = visit_at(world, row)
    written.case = case
    written.state = state
    written.visit = visit
    written.priority = priority
    written.enqueued_at = world.now
    written.started_at = NONE
    written.ended_at = NONE
    written.outcome = OPEN
    written.session = NONE
    return row


@compiled_in_place
def pass_through(world: Any, case: int, state: int, visit: int) -> None:
    """Write a visit that takes no time, and leave."""
    over(world, new_row(world, case, state, visit, 0))
    will_leave(world, state, visit, UNDEALT)


@compiled_in_place
def over(world: Any, row: int) -> None:
    """Note that a visit for which nobody waited is completed."""
    written = visit_at(world, row)
    if written.started_at == NONE:
        written.started_at = world.now
    written.ended_at = world.now
    written.outcome = COMPLETED


@compiled_in_place
def come_to_join(model: Any, world: Any, case: int, state: int, visit: int) -> None:
    """Wait for the other branches; the visit lasts from the first to the last, and only then counts as one."""
    joined = joined_of(world, case, state_at(model, state).joining)
    if joined.come == 0:
        joined.row = new_row(world, case, state, visit, 0)
        visit_at(world, joined.row).outcome = DROPPED
    joined.come += 1
    if joined.come < state_at(model, state).branches:
        ordinal_of(world, case, state).value = visit - 1
        return
    joined.come = 0
    over(world, joined.row)
    will_leave(world, state, visit, UNDEALT)


@compiled_in_place
def rest(model: Any, world: Any, case: int, state: int, visit: int) -> None:
    """Begin a delay; one of no minutes is passed through."""
    now = world.now
    end = end_of_delay(model, world, case, state, visit)
    if end == now:
        pass_through(world, case, state, visit)
        return
    row = new_row(world, case, state, visit, 0)
    visit_at(world, row).started_at = now
    begin_resting(model, world, case, row)
    if end < model.horizon:
        event = plan_event(world, end, DELAY_OVER)
        event.case = case
        event.row = row


@compiled_in_place
def end_of_delay(model: Any, world: Any, case: int, state: int, visit: int) -> int:
    """Give the minute in which a delay that begins now ends."""
    now = world.now
    resting = state_at(model, state)
    if resting.duration != NO:
        return now + deal(model, world, case, resting.duration, visit, UNDEALT)
    since = date_of(world, case, state_at(model, resting.until_state).dated).value
    if since == 0:
        return now
    end = since - DATED + resting.until_minutes
    if resting.until_weekday != NO:
        example = date_of(world, case, state_at(model, resting.until_weekday).dated).value
        if example != 0:
            end = to_weekday(end, example - DATED)
    return max(now, end)


@compiled_in_place
def to_weekday(minute: int, example: int) -> int:
    """Move a moment by whole days, three at most, to the weekday of another moment."""
    days = (example // MINUTES_PER_DAY - minute // MINUTES_PER_DAY) % 7
    return minute + (days if days <= 3 else days - 7) * MINUTES_PER_DAY


# ---------------------------------------------------------------- asking for an activity


@compiled
def ask(model: Any, world: Any, case: int, state: int, visit: int, notice: int) -> None:
    """Ask for an activity: eligible at once, after its own notice, or after the one given."""
    asked = state_at(model, state)
    row = new_row(world, case, state, visit, deal(model, world, case, asked.priority, visit, UNDEALT))
    link_at(world, row).piece = 0
    await_start(model, world, row, asked.notice if notice == _OWN_NOTICE else notice)


@compiled
def await_start(model: Any, world: Any, row: int, notice: int) -> None:
    """Let a request wait for its notice and its start; by those there at minute 0 it was made earlier.

    One that was booked and cancelled, or displaced, keeps its place, but its patience begins anew; who was displaced
    may stay on a list.
    """
    request, now = visit_at(world, row), world.now
    case, state = request.case, request.state
    made = request.enqueued_at if now == 0 else now
    asked = state_at(model, state)
    begin_resting(model, world, case, row)
    link_at(world, row).back = UNQUEUED
    link_at(world, row).aged = NONE
    if asked.ageing_every > 0 and request.priority > asked.ageing_to:
        request.priority = max(asked.ageing_to, request.priority - (now - made) // asked.ageing_every)
        plan_ageing(model, world, row)
    lost, to = model.horizon, NO
    if asked.patience != NO:
        lost = max(now + 1, made + deal(model, world, case, asked.patience, request.visit, UNDEALT))
        to = asked.patience_to
    if asked.harm != NO:  # which has not struck yet, however long they have waited
        struck = now + deal(model, world, case, asked.harm, request.visit, UNDEALT)
        if struck <= lost:  # of the same minute, harm
            lost = struck
            to = asked.harm_to
    if lost < model.horizon:
        event = plan_event(world, lost, PATIENCE_LOST)
        event.case = case
        event.row = row
        event.state = to
    if request.session != NONE:
        stay_on_list(model, world, row)
        return
    if asked.listed != NO:
        await_booking(model, world, row)
        return
    if notice == 0 or made + notice < now:
        join_queue(world, state, row)
        return
    eligible = opening_after(model, state, made + notice)
    if eligible < model.horizon:
        event = plan_event(world, eligible, ELIGIBLE)
        event.case = case
        event.row = row


@compiled
def stay_on_list(model: Any, world: Any, row: int) -> None:
    """Let a request that was displaced go on when it can, on the list it was on."""
    request = visit_at(world, row)
    link_at(world, row).moves = ORDINARY
    join_queue(world, request.state, row)
    plan_last_minute(model, world, row)


@compiled
def plan_last_minute(model: Any, world: Any, row: int) -> None:
    """Plan the end of the last minute in which a request fits on its list."""
    over = list_at(model, visit_at(world, row).session).ends - planned_of(model, world, row) + 1
    if over < model.horizon:
        event = plan_event(world, over, LAST_MINUTE)
        event.case = visit_at(world, row).case
        event.row = row


@compiled
def await_booking(model: Any, world: Any, row: int) -> None:
    """Let a request wait to be booked."""
    request = visit_at(world, row)
    draw, moves = state_at(model, request.state).short_notice, ORDINARY
    if draw != NO and deal(model, world, request.case, draw, request.visit, UNDEALT) == 1:
        moves = SHORT
    link_at(world, row).moves = moves
    put_into(world, to_be_booked(model, request.state, moves), row)


@compiled
def plan_ageing(model: Any, world: Any, row: int) -> None:
    """Plan when the priority of a request rises next, if it still can."""
    request, now = visit_at(world, row), world.now
    asked = state_at(model, request.state)
    if request.priority > asked.ageing_to:
        due = now + asked.ageing_every - (now - request.enqueued_at) % asked.ageing_every
        if due < model.horizon:
            event = plan_event(world, due, AGEING)
            event.case = request.case
            event.row = row


@compiled_in_place
def age(model: Any, world: Any, row: int) -> None:
    """Let the priority of a request that still waits rise by one."""
    request = visit_at(world, row)
    if waits(world, row) and request.session == NONE:  # once booked, it has its place
        request.priority -= 1
        link_at(world, row).aged = world.now
        if state_at(model, request.state).listed == NO:
            move_up(world, request.state, row)
        else:
            move_up(world, to_be_booked(model, request.state, link_at(world, row).moves), row)
        plan_ageing(model, world, row)


@compiled
def age_before_leaving(model: Any, world: Any, row: int) -> None:
    """Let the priority of a request that is given up now rise first, if that is due in the same minute."""
    request = visit_at(world, row)
    every, waited = state_at(model, request.state).ageing_every, world.now - request.enqueued_at
    if every == 0 or request.session != NONE or request.priority <= state_at(model, request.state).ageing_to:
        return
    if waited % every == 0 and link_at(world, row).aged != world.now:
        request.priority -= 1


@compiled
def opening_after(model: Any, state: int, earliest: int) -> int:
    """Give the minute from which a request may start that must not start before `earliest`.

    That is when the next session opens; what is open round the clock (a session of more than a day) has no
    openings to wait for.
    """
    first, last = state_at(model, state).first_session, state_at(model, state).last_session
    low, high = first, last
    while low < high:
        middle = (low + high) // 2
        if session_at(model, middle).opens < earliest:
            low = middle + 1
        else:
            high = middle
    if low > first:
        opens, closes = session_at(model, low - 1).opens, session_at(model, low - 1).closes
        if earliest < closes and closes - opens > MINUTES_PER_DAY:
            return earliest
    return session_at(model, low).opens if low < last else FAR


@compiled_in_place
def become_eligible(model: Any, world: Any, row: int) -> None:
    """Let a request whose notice is over, or whose list opens, join its queue, if it still waits for that."""
    session = visit_at(world, row).session
    if waits(world, row) and (session == NONE or list_at(model, session).opens == world.now):
        if session != NONE:
            stop_moving(model, world, row)
        join_queue(world, visit_at(world, row).state, row)


@compiled_in_place
def lose_patience(model: Any, world: Any, row: int, to: int) -> None:
    """Let a patient who still waits give up, or be harmed by it, and go where that leads."""
    if waits(world, row):
        visit = visit_at(world, row)
        age_before_leaving(model, world, row)
        visit.ended_at = world.now
        visit.outcome = LEFT
        end_resting(model, world, row)
        vacate(model, world, row)
        if state_at(model, visit.state).awaited == 1:
            let_go_until(model, world, visit.case, visit.state)
        will_enter(world, to)


@compiled_in_place
def end_delay(model: Any, world: Any, row: int) -> None:
    """End a delay, unless a deadline has."""
    visit = visit_at(world, row)
    if visit.outcome == OPEN:
        end_resting(model, world, row)
        over(world, row)
        will_leave(world, visit.state, visit.visit, UNDEALT)


# ---------------------------------------------------------------- deadlines


@compiled_in_place
def begin_resting(model: Any, world: Any, case: int, row: int) -> None:
    """Keep in mind where a patient waits or rests, if a deadline may end that."""
    if model.leaving == 1:
        link_at(world, row).resting = patient_at(world, case).resting
        patient_at(world, case).resting = row + 1


@compiled
def end_resting(model: Any, world: Any, row: int) -> None:
    """Forget one of the rows in which a patient waits or rests."""
    if model.leaving == 0:
        return
    case = visit_at(world, row).case
    if patient_at(world, case).resting == row + 1:
        patient_at(world, case).resting = link_at(world, row).resting
        return
    before = patient_at(world, case).resting - 1
    while link_at(world, before).resting != row + 1:
        before = link_at(world, before).resting - 1
    link_at(world, before).resting = link_at(world, row).resting


@compiled
def arm_deadlines(model: Any, world: Any, case: int, attribute: int) -> None:
    """Start the deadlines an attribute holds: due so long from now, at the earliest in a minute."""
    armed = armed_by(model, attribute)
    for place in range(armed.first_deadline, armed.last_deadline):
        due = world.now + max(1, attribute_of(world, case, attribute).value)
        set_deadline(model, world, case, deadline_at(model, place).value, due)
        if due < model.horizon:
            event = plan_event(world, due, DEADLINE)
            event.case = case


@compiled
def set_deadline(model: Any, world: Any, case: int, deadline: int, due: int) -> None:
    """Set when a deadline is due, and keep which comes first."""
    due_of(world, case, deadline).value = due
    first = FAR
    for each in range(model.deadline_to_size):
        first = min(first, due_of(world, case, each).value)
    patient_at(world, case).next_due = first


@compiled
def meet_deadline(model: Any, world: Any, case: int) -> None:
    """Apply the first deadline that is due: waits and rests end, and one token goes on."""
    deadline = 0
    while due_of(world, case, deadline).value != patient_at(world, case).next_due:
        deadline += 1
    set_deadline(model, world, case, deadline, FAR)
    patient_at(world, case).epoch += 1
    if world.kept_width > 0:
        let_go_until(model, world, case, NO)
    for column in range(world.joined_width):
        joined_of(world, case, column).come = 0
    row = patient_at(world, case).resting - 1
    while row >= 0:
        visit_at(world, row).ended_at = world.now
        visit_at(world, row).outcome = LEFT
        vacate(model, world, row)
        row = link_at(world, row).resting - 1
    patient_at(world, case).resting = 0
    will_enter(world, deadline_to(model, deadline).value)


@compiled_in_place
def stop_deadlines(world: Any, case: int) -> None:
    """Let nothing more happen to a patient whose pathway has ended."""
    for deadline in range(world.due_width):
        due_of(world, case, deadline).value = FAR
    patient_at(world, case).next_due = FAR
    patient_at(world, case).epoch += 1
