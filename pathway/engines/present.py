"""Patients already there at minute 0, in the reference engine: what is known of them, and where they go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pathway.engines.case import Case
from pathway.engines.keeping import Kept
from pathway.engines.logbook import HOLD_ROW, VISIT_ROW
from pathway.engines.starting import Begun, plan_end
from pathway.eventlog import COMPLETED, NONE, OPEN
from pathway.plan.records import DELAY, NO, Present

if TYPE_CHECKING:
    from pathway.engines.reference import Run


def admit_all(run: Run) -> None:
    """Let everyone who is there at minute 0 wait, rest, or be under way, before anything happens."""
    there = run.plan.present
    for number in range(there.state.size):
        case = Case(number, [0] * run.tables.attributes, len(run.tables.deadline_to))
        run.cases.append(case)
        _know(run, there, case)
        _recall(run, there, case)
        _place(run, there, case)
    if run.cases:
        run.at(0, run.pass_by, None)


def _entries(there: Present, of: str, number: int, *columns: str) -> list[Any]:
    """Give what is said of one patient's attributes (`given`), earlier states (`past`) or deadlines (`due`)."""
    starts = getattr(there, f"{of}_start")
    span = slice(int(starts[number]), int(starts[number + 1]))
    parts = [getattr(there, f"{of}_{column}")[span].tolist() for column in columns]
    return list(zip(*parts, strict=True))


def _know(run: Run, there: Present, case: Case) -> None:
    """Draw what is not said of a patient, as on arrival; what the start sets, it has set."""
    number = case.number
    given: dict[int, int] = dict(_entries(there, "given", number, "attribute", "value"))
    stream, referred = int(there.stream[number]), int(there.referred[number])
    case.attributes[run.tables.stream_attribute] = stream
    for attribute, draw in run.at_arrival:
        case.attributes[attribute] = given[attribute] if attribute in given else draw(case, 0, 0)
    start = run.tables.starting[stream]
    case.completed[start], case.dates[start] = 1, referred
    for attribute, drawn, add in run.settings[start]:
        if attribute not in given:
            case.attributes[attribute] = drawn(case, 1, 0) if drawn else case.attributes[attribute] + add
    due: dict[int, int] = dict(_entries(there, "due", number, "deadline", "at"))
    for attribute, deadlines in enumerate(run.tables.deadlines):
        for deadline in deadlines:
            at = due.get(deadline, max(1, referred + case.attributes[attribute]))
            case.arm(deadline, at)
            if at < run.horizon:
                run.at(at, run._deadline, case)


def _recall(run: Run, there: Present, case: Case) -> None:
    """Take over the states a patient has behind them; the last visit to each, if its end is known, is in the log."""
    for state, visits, left in _entries(there, "past", case.number, "state", "visits", "left"):
        case.ordinals[state] = case.completed[state] = visits
        if left != NO:
            case.dates[state] = left
            run.visits.extend(VISIT_ROW(case.number, state, visits, 0, left, left, left, COMPLETED))


def _place(run: Run, there: Present, case: Case) -> None:
    """Let a patient go on where they are."""
    number = case.number
    state, visit, joined = int(there.state[number]), int(there.visit[number]), int(there.joined[number])
    case.ordinals[state] = visit
    if run.tables.kind[state] == DELAY:
        _rest(run, case, state, joined)
        return
    priority = int(there.priority[number])
    if priority == NO:
        priority = run.priority[state](case, visit, 0)
    if there.started[number] == NO:
        run.await_start(state, (priority, joined, number, visit, case, 0), run.notice[state])
    else:
        _go_on(run, (priority, joined, number, visit, case, 0), state, int(there.started[number]))


def _rest(run: Run, case: Case, state: int, started: int) -> None:
    """Let a delay that began before go on, for a minute at least."""
    visit = case.ordinals[state]
    draw = run.duration[state]
    end = max(1, run._end_of_delay(case, state, visit) + (started if draw is not None else 0))
    run.delays[case.number, state] = run.log.next_row
    if end < run.horizon:
        run.log.write(case.number, state, visit, started, end, COMPLETED)
        run.at(end, run._end_delay, (case, state, visit, 0))
    else:
        run.log.write(case.number, state, visit, started, NONE, OPEN)


def _go_on(run: Run, entry: tuple[int, int, int, int, Case, int], state: int, started: int) -> None:
    """Let an activity under way go on, for a minute at least, holding what is not given back yet."""
    number, visit, case = entry[2], entry[3], entry[4]
    tables = run.tables
    end = started + run.drawn[state](case, visit, 0)  # not a start that counts for a learning curve
    first, needs = tables.first_need[state], tables.needs[state]
    holds = run.hold[first : first + len(needs)]
    untils = [
        end if hold is None else run.pools.discharged(alternatives[0], started + hold(case, visit, 0))
        for hold, (_, alternatives) in zip(holds, needs, strict=True)
    ]
    last = max([end, *untils])
    moves_on = max(1, last)
    begun = Begun(moves_on if end == last else end, moves_on)
    for need, (units, alternatives) in enumerate(needs):
        if (awaited := tables.hold_until[first + need]) != NO:
            run.held[alternatives[0]] += units
            row = run.log.write_kept(number, state, visit, alternatives[0], units, started)
            begun.kept.append(Kept(awaited, alternatives[0], units, tables.turnover[first + need], row))
            begun.untils.append(moves_on)
            continue
        until = moves_on if untils[need] == last else untils[need]
        begun.untils.append(until)
        until += tables.turnover[first + need]
        if until > 0:
            run.held[alternatives[0]] += units
            begun.releases.setdefault(until, []).append((alternatives[0], units))
            if not tables.plain[state]:
                begun.rows.append((len(run.log.holds), until))
                run.log.holds.extend(HOLD_ROW(number, state, visit, alternatives[0], units, started, until))
    plan_end(run, state, entry, started, begun)
