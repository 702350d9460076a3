"""What the compiled engine works on: a plan as tables of records that never change, and a run as tables that do.

Compiled code reads records (one row, many named numbers) where the plan has a column a number, because one
patient's step reads many numbers of few rows.  `MODEL` and `WORLD` are one record each, with the counts and the
addresses of the tables, so that a compiled function is handed two pointers and no more; a row is reached by
`visit_at(world, row)` and its like.  An index that points nowhere is -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pathway.engines.compiled.memory import row_reader
from pathway.eventlog import CASES, HOLDS, VISITS

LONG = np.dtype([("value", np.int64)])
SHORT = np.dtype([("value", np.int16)])
REAL = np.dtype([("value", np.float64)])

# ---------------------------------------------------------------- rows that change

VISIT = np.dtype(list(VISITS.items()))
HOLD = np.dtype(list(HOLDS.items()))
PATIENT = np.dtype(
    [
        *CASES.items(),
        ("key", np.uint64),  # of the stream
        ("next_due", np.int64),  # the first of the deadlines
        ("epoch", np.int32),  # deadlines met: what is under way from an earlier epoch moves nobody
        ("resting", np.int32),  # the first of the rows in which the patient waits or rests, plus 1
    ]
)

LINK = np.dtype(
    [
        ("child", np.int32),  # the queue of an activity is a pairing heap of rows; an index plus 1, 0 for none
        ("sibling", np.int32),
        ("resting", np.int32),  # the next row in which the same patient waits or rests
        ("moves", np.int32),  # if `MOVABLE`, `child` and `sibling` are the movable rows after and before
        ("aged", np.int32),  # the last minute in which its priority rose
        ("back", np.int32),  # where priorities rise: the row before or above in the queue, plus 1; or `UNQUEUED`
        ("piece", np.int32),  # what is left of what was displaced, plus 1
    ]
)
JOINED = np.dtype([("come", np.int32), ("row", np.int32)])  # branches come, and the row that waits for the others
QUEUE = np.dtype(
    [
        ("root", np.int64),  # the first row in it, plus 1
        ("is_touched", np.int64),
        ("started", np.int64),  # how often the activity has been started, if that is of interest
        ("must_fit", np.int64),  # minutes a session must still hold for the first in it
    ]
)
POOL = np.dtype(
    [
        ("scheduled", np.int64),  # on the roster, less those that are broken
        ("held", np.int64),
        ("kept", np.int64),
        ("step", np.int64),
        ("broken", np.int64),
        ("is_short", np.int64),  # 1: units of it would let somebody start
        ("bumps", np.int64),  # emergencies that have taken it since lists were last settled
    ]
)
BREAKDOWN = np.dtype([("time", np.int64), ("resource", np.int64), ("broken", np.int64)])  # -1 for a repair
UNDER_WAY = np.dtype(  # an activity that can be displaced
    [
        ("slot", np.int64),  # of the event that ends it
        ("row", np.int64),
        ("piece", np.int64),
        ("is_chosen", np.int64),
    ]
)
SITTING = np.dtype(  # what becomes of a booked list
    [
        ("used", np.int64),  # minutes booked
        ("booked", np.int64),  # the same, when it opened
        ("released_at", np.int64),
        ("frozen", np.int64),
        ("has_gap", np.int64),
    ]
)
EVENT = np.dtype(
    [
        ("luck", np.float64),  # the uniform number that decides where an activity leads, dealt when it began
        ("case", np.int32),
        ("row", np.int32),  # or, of an event that is not in use, the next such
        ("hold", np.int32),  # the first of the rows it gives back
        ("epoch", np.int32),
        ("state", np.int16),
        ("visit", np.int16),
        ("holds", np.int16),
        ("kind", np.int16),
    ]
)
HEAD = np.dtype([("rank", np.int64), ("case", np.int64), ("state", np.int64), ("queue", np.int64)])
TOKEN = np.dtype([("luck", np.float64), ("state", np.int64), ("visit", np.int64)])
COMPLETION, DELAY_OVER, ELIGIBLE, PATIENCE_LOST, REJOINING, LAST_MINUTE, DEADLINE, AGEING = range(8)
RELEASE, LOOKING, MOMENT = range(8, 11)
UNQUEUED = -1
PIECE_ROW, PIECE_SINCE, PIECE_FIRST, PIECE_MINUTES, PIECE_NEEDS = range(5)  # what a piece says, number by number
OF_A_PATIENT = AGEING  # the last kind of event that is

# ---------------------------------------------------------------- rows that do not

STATE = np.dtype(
    [
        ("key", np.uint64),
        ("kind", np.int64),
        ("duration", np.int64),  # draws
        ("route", np.int64),
        ("priority", np.int64),
        ("patience", np.int64),
        ("no_show_rebook", np.int64),
        ("cancelled_rebook", np.int64),
        ("patience_to", np.int64),
        ("until_state", np.int64),
        ("until_minutes", np.int64),
        ("until_weekday", np.int64),
        ("planned", np.int64),
        ("fits", np.int64),
        ("must_fit", np.int64),
        ("notice", np.int64),
        ("no_show", np.float64),  # shares
        ("cancelled", np.float64),
        ("deferral", np.float64),
        ("no_show_lost", np.int64),
        ("cancelled_lost", np.int64),
        ("first_need", np.int64),
        ("last_need", np.int64),
        ("first_setting", np.int64),
        ("last_setting", np.int64),
        ("first_branch", np.int64),
        ("last_branch", np.int64),
        ("branches", np.int64),
        ("first_session", np.int64),
        ("last_session", np.int64),
        ("first_lesson", np.int64),
        ("last_lesson", np.int64),
        ("keeps", np.int64),  # 1: something it needs is kept beyond it, until another activity starts
        ("awaited", np.int64),  # 1: its start ends such a hold
        ("counted", np.int64),  # columns of what is kept of each patient
        ("dated", np.int64),
        ("joining", np.int64),
        ("chooses", np.int64),  # what it takes depends on what else it takes, or on what is free
        ("listed", np.int64),  # the resource on whose lists it is booked
        ("slot", np.int64),
        ("short_notice", np.int64),
        ("emergency", np.int64),
        ("ageing_every", np.int64),
        ("ageing_to", np.int64),
        ("harm", np.int64),
        ("harm_to", np.int64),
        ("preempts", np.int64),
        ("gives_way", np.int64),
    ]
)
NEED = np.dtype(
    [
        ("units", np.int64),
        ("hold", np.int64),
        ("turnover", np.int64),
        ("hold_until", np.int64),  # the activity whose start ends the hold
        ("kept", np.int64),  # the column of such a hold in what patients keep
        ("first_alternative", np.int64),
        ("last_alternative", np.int64),
    ]
)
DRAW = np.dtype(
    [
        ("key", np.uint64),
        ("purpose", np.int64),
        ("first_row", np.int64),
        ("only_sampler", np.int64),  # of a draw without conditions
    ]
)
ROW = np.dtype([("sampler", np.int64), ("first_condition", np.int64), ("last_condition", np.int64)])
CONDITION = np.dtype(
    [
        ("left", np.int64),
        ("name", np.int64),
        ("operator", np.int64),
        ("right", np.int64),
        ("to_attribute", np.int64),
    ]
)
SAMPLER = np.dtype(
    [
        ("kind", np.int64),
        ("constant", np.int64),  # the value of one that always gives the same
        ("a", np.float64),  # parameters
        ("b", np.float64),
        ("c", np.float64),
        ("shift", np.float64),
        ("floor", np.int64),
        ("first", np.int64),
        ("last", np.int64),
    ]
)
SETTING = np.dtype([("attribute", np.int64), ("draw", np.int64), ("add", np.int64)])
ATTRIBUTE = np.dtype([("draw", np.int64), ("first_deadline", np.int64), ("last_deadline", np.int64)])
RESOURCE = np.dtype(
    [
        ("first_step", np.int64),
        ("last_step", np.int64),
        ("first_user", np.int64),
        ("last_user", np.int64),
        ("is_bed", np.int64),
        ("has_lists", np.int64),
        ("discharge_from", np.int64),  # minute of the day from which who stays may go, and for how many
        ("discharge_for", np.int64),
    ]
)
STEP = np.dtype([("time", np.int64), ("units", np.int64)])
LESSON = np.dtype([("until", np.int64), ("longer", np.float64)])  # a stretch of a learning curve
CHANGE = np.dtype([("time", np.int64), ("resource", np.int64)])
SESSION = np.dtype([("opens", np.int64), ("closes", np.int64)])
BOOKED_LIST = np.dtype(
    [
        ("resource", np.int64),
        ("opens", np.int64),
        ("closes", np.int64),
        ("limit", np.int64),
        ("ends", np.int64),
        ("first_caller", np.int64),
        ("last_caller", np.int64),
        ("first_later", np.int64),
        ("last_later", np.int64),
    ]
)
LIST_MOMENT = np.dtype([("minute", np.int64), ("kind", np.int64), ("number", np.int64)])
PRESENT = np.dtype(  # patients there at minute 0, in the order in which they began what they are in
    [
        ("case", np.int64),
        ("row", np.int64),  # of the visit they are in
        ("state", np.int64),
        ("visit", np.int64),
        ("referred", np.int64),
        ("joined", np.int64),
        ("started", np.int64),
        ("priority", np.int64),
        ("first_given", np.int64),
        ("last_given", np.int64),
        ("first_past", np.int64),
        ("last_past", np.int64),
        ("first_due", np.int64),
        ("last_due", np.int64),
    ]
)
GIVEN = np.dtype([("attribute", np.int64), ("value", np.int64)])
PAST = np.dtype([("state", np.int64), ("visits", np.int64), ("left", np.int64)])
DUE_AT = np.dtype([("deadline", np.int64), ("at", np.int64)])


DATED = 2**40  # so that a moment before minute 0 is no 0
DROPPED = -1  # the outcome of a row that is no visit: a join whose branches never all came

_MODEL_COUNTS = (
    "seed",
    "horizon",
    "strict",
    "leaving",  # 1: deadlines may end waits
    "stream_attribute",
    "room_rows",  # the most rows of visits one event can write,
    "room_events",  # the most events it can plan,
    "room_holds",  # and the most holds that one start writes
    "room_lists",  # the most events that one request plans as its list is settled
    "ageing",  # 1: the priority of some requests rises
    "displacing",  # 1: some activity displaces others
    "watchful",  # 1: a pass is made in every minute in which anything happens
    "piece",  # how many numbers a piece has
)
MODEL_TABLES = {
    "states": STATE,
    "needs": NEED,
    "alternatives": LONG,  # resources
    "draws": DRAW,
    "rows": ROW,
    "conditions": CONDITION,
    "samplers": SAMPLER,
    "values": REAL,
    "levels": REAL,
    "settings": SETTING,
    "attributes": ATTRIBUTE,
    "order": LONG,  # of drawing attributes at arrival
    "deadlines": LONG,
    "deadline_to": LONG,
    "resources": RESOURCE,
    "steps": STEP,
    "users": LONG,
    "changes": CHANGE,
    "sessions": SESSION,
    "lessons": LESSON,
    "branches": LONG,
    "starting": LONG,  # by stream
    "lists": BOOKED_LIST,
    "moments": LIST_MOMENT,
    "callers": LONG,  # states, group by group
    "present": PRESENT,
    "given": GIVEN,
    "past": PAST,
    "due_at": DUE_AT,
}
_WORLD_COUNTS = (
    "replication",
    "now",
    "written",  # rows of visits
    "held",  # rows of holds
    "planned",  # events on the calendar
    "made",  # records of events that have ever been used
    "unused",  # the first of those that can be used again, plus 1
    "arrived",
    "changed",  # steps of capacity that are past
    "failed",  # breakdowns and repairs that are past
    "touched",  # activities on the list of those that may be able to start someone
    "tokens",  # on the stack
    "waiting",
    "looking",  # the next minute in which a pass is made whatever happens
    "unsettled",  # 1: something happened since the last pass
    "begun",
    "listing",  # 1: something is due to lists before the next pass
    "missing",  # requests whose last minute is over
    "reached",  # moments that have come
    "settled",  # and those dealt with
    "gaps",  # lists that have one
    "first_gap",
    "wanted_rows",  # the room that what may happen next needs
    "wanted_events",
    "wanted_holds",
    "ageing",  # 1: queues keep their back links
    "under_way",  # activities that can be displaced
    "pieces",
    "displaced",  # 1: somebody was displaced, so that the pass is to begin again
    "wanted_pieces",
)
WORLD_TABLES = {
    "visits": VISIT,
    "links": LINK,
    "holds": HOLD,
    "agenda": LONG,  # a heap of minute and event, in one number
    "events": EVENT,
    "patients": PATIENT,
    "attributes": LONG,  # by patient and attribute
    "ordinals": SHORT,  # by patient and state: how often come to
    "completed": SHORT,  # by patient, of the states some condition asks about
    "dates": LONG,  # the same: when last left, plus `DATED`; 0 for never
    "joined": JOINED,  # by patient and join
    "due": LONG,  # by patient and deadline
    "activities": QUEUE,  # by state: eligible; to be booked; of these, at short notice; booked and movable
    "list": LONG,  # of activities touched
    "stack": TOKEN,  # what the patient of this event does next: states to leave or to enter
    "heads": HEAD,  # of the queues in a pass
    "pools": POOL,  # by resource
    "kept": LONG,  # by patient and need: the hold kept while waiting for what comes next, plus 1
    "breakdowns": BREAKDOWN,  # of all units, in the order of time
    "chosen": LONG,  # the resource taken for each need of an activity
    "missed": LONG,  # rows of requests whose last minute is over
    "sittings": SITTING,  # by list
    "progress": UNDER_WAY,
    "places": LONG,  # by event: where what it ends stands there
    "victims": LONG,  # who must go, as places there
    # of an activity that can be displaced: the row that goes on with it, since when that waits, the visit with which it
    # began, and when it ends and by need until when that is held (once it is displaced: for how long)
    "left": LONG,
}


def _described(counts: Sequence[str], tables: Mapping[str, np.dtype[Any]]) -> np.dtype[Any]:
    """Describe a record of counts, and of the address and the size of each table (its width, where it has columns)."""
    fields = [*counts, *tables, *(f"{table}_size" for table in tables), *(f"{table}_width" for table in tables)]
    return np.dtype([(field, np.int64) for field in fields])


MODEL = _described(_MODEL_COUNTS, MODEL_TABLES)
WORLD = _described(_WORLD_COUNTS, WORLD_TABLES)


# ---------------------------------------------------------------- how compiled code reaches a row


def _rows(table: str, kind: np.dtype[Any]) -> Any:
    """Give the compiled function that reaches a row of a table, in the model or the world that is handed to it."""
    return row_reader(table, kind, wide=False)


def _cells(table: str, kind: np.dtype[Any]) -> Any:
    """The same for a table with columns: a row and a column."""
    return row_reader(table, kind, wide=True)


state_at = _rows("states", STATE)
need_at = _rows("needs", NEED)
alternative_at = _rows("alternatives", LONG)
draw_at = _rows("draws", DRAW)
draw_row_at = _rows("rows", ROW)
condition_at = _rows("conditions", CONDITION)
sampler_at = _rows("samplers", SAMPLER)
setting_at = _rows("settings", SETTING)
armed_by = _rows("attributes", ATTRIBUTE)
ordered_at = _rows("order", LONG)
deadline_at = _rows("deadlines", LONG)
deadline_to = _rows("deadline_to", LONG)
resource_at = _rows("resources", RESOURCE)
step_at = _rows("steps", STEP)
user_at = _rows("users", LONG)
change_at = _rows("changes", CHANGE)
session_at = _rows("sessions", SESSION)
lesson_at = _rows("lessons", LESSON)
branch_at = _rows("branches", LONG)
starting_at = _rows("starting", LONG)
list_at = _rows("lists", BOOKED_LIST)
moment_at = _rows("moments", LIST_MOMENT)
caller_at = _rows("callers", LONG)
present_at = _rows("present", PRESENT)
given_at = _rows("given", GIVEN)
past_at = _rows("past", PAST)
due_at = _rows("due_at", DUE_AT)

visit_at = _rows("visits", VISIT)
link_at = _rows("links", LINK)
hold_at = _rows("holds", HOLD)
agenda_at = _rows("agenda", LONG)
event_at = _rows("events", EVENT)
patient_at = _rows("patients", PATIENT)
queue_at = _rows("activities", QUEUE)
listed_at = _rows("list", LONG)
token_at = _rows("stack", TOKEN)
head_at = _rows("heads", HEAD)
pool_at = _rows("pools", POOL)
breakdown_at = _rows("breakdowns", BREAKDOWN)
chosen_at = _rows("chosen", LONG)
missed_at = _rows("missed", LONG)
progress_at = _rows("progress", UNDER_WAY)
place_at = _rows("places", LONG)
victim_at = _rows("victims", LONG)
piece_at = _cells("left", LONG)
sitting_at = _rows("sittings", SITTING)

attribute_of = _cells("attributes", LONG)
ordinal_of = _cells("ordinals", SHORT)
completed_of = _cells("completed", SHORT)
date_of = _cells("dates", LONG)
joined_of = _cells("joined", JOINED)
due_of = _cells("due", LONG)
kept_of = _cells("kept", LONG)
