"""The ledger of booked lists, worked out by hand from a log of a week of a theatre and a scanner."""

from __future__ import annotations

import pandas as pd

from pathway.eventlog import OUTCOMES, EventLog
from pathway.graph import End
from pathway.metrics import measure, session_ledger
from pathway.metrics.sessions import REASONS
from tests.logs import DAY, activity, make_log, make_scenario, records, start

MON, TUE, WED, THU = (day * DAY for day in range(4))
WEEK = 7 * DAY
SCENARIO = make_scenario(
    start("operate"),
    activity("operate", "scan", "theatre", "nurse", planned=60),
    activity("scan", "done", "mri", planned=45),
    End("done"),
)
LISTS = [  # the theatre from 08:00 to 12:00 on four days, the scanner in the last hours of Sunday
    ("theatre", MON + 480, MON + 720, 240),
    ("theatre", TUE + 480, TUE + 720, 180),
    ("theatre", WED + 480, WED + 720, 60, MON + 600),
    ("theatre", THU + 480, THU + 720, 0),
    ("mri", WEEK - 120, WEEK - 60, 45),
]
VISITS = [
    (0, "operate", 0, MON + 480, MON + 600, "completed", 0),
    (1, "operate", 0, MON + 615, MON + 675, "no_show", 0),
    (2, "operate", 0, MON + 675, MON + 750, "completed", 0),
    (3, "operate", 0, None, MON + 661, "overrun", 0),
    (3, "operate", MON + 661, None, TUE + 661, "no_bed", 1),
    (4, "operate", 10, None, TUE + 500, "bumped", 1),
    (5, "operate", 20, None, TUE + 600, "no_staff", 1),
    (6, "operate", 30, TUE + 480, TUE + 480, "cancelled", 1),
    (7, "operate", 40, None, TUE + 10, "left", 1),
    (8, "operate", 50, WED + 480, WED + 540, "completed", 2),
    (9, "operate", THU + 470, THU + 480, THU + 540),  # an emergency, booked on no list
    (0, "scan", MON + 600, WEEK - 120, None, "open", 4),
    (1, "scan", WEEK - 200, None, None),  # waits for a list that is not frozen
]
HOLDS = [
    (0, "operate", "theatre", MON + 480, MON + 615),  # a quarter of an hour of cleaning
    (0, "operate", "nurse", MON + 480, MON + 600),
    (1, "operate", "theatre", MON + 615, MON + 675),  # a lost slot
    (2, "operate", "theatre", MON + 675, MON + 750),
    (2, "operate", "nurse", MON + 675, MON + 750),
    (8, "operate", "theatre", WED + 480, WED + 540),
    (9, "operate", "theatre", THU + 480, THU + 540),
    (0, "scan", "mri", WEEK - 120, None),
]


def week(begin: int = 0) -> EventLog:
    """The log, of which what comes before `begin` is warm-up."""
    capacity = {"theatre": [(0, 1)], "nurse": [(0, 1)], "mri": [(0, 1)]}
    return make_log(
        SCENARIO,
        visits=VISITS,
        holds=HOLDS,
        capacity=capacity,
        sessions=LISTS,
        cases=[(0,)] * 10,
        window=(begin, WEEK - begin, 0),
    )


def column(name: str) -> list[object]:
    return session_ledger(week())[name].tolist()


def test_what_was_planned() -> None:
    """Five lists, four of the theatre; Wednesday's was handed on on Monday at 10:00."""
    ledger = session_ledger(week())

    assert records(ledger, "session", "resource")[3:] == [(3, "theatre"), (4, "mri")]
    assert ledger["opens"][1] == pd.Timestamp("2027-01-05 08:00")
    assert ledger["closes"][1] == pd.Timestamp("2027-01-05 12:00")
    assert column("offered_minutes") == [240, 240, 240, 240, 60]
    assert column("booked_minutes") == [240, 180, 60, 0, 45]
    assert column("released") == [False, False, True, False, False]


def test_what_was_used() -> None:
    """Monday: 135 with cleaning, a lost hour, and 75 of which 30 after the close; the scan was on when the run stopped.

    Neither the nurse nor the emergency counts as use of a list.
    """
    assert column("used_minutes") == [135 + 60 + 75, 0, 60, 0, 120]
    assert column("unused_minutes") == [0, 240, 180, 240, 0]
    assert column("overrun_minutes") == [30, 0, 0, 0, 60]


def test_who_was_treated() -> None:
    """Monday two of four, Tuesday none of five, so that it did not run; who did not come has not started."""
    assert column("patients") == [4, 5, 1, 0, 1]
    assert column("started") == [2, 0, 1, 0, 1]


def test_who_was_not_and_why() -> None:
    """Patient 3 counts twice: on Monday for the overrun, on Tuesday for want of a bed."""
    why = {reason: column(reason) for reason in REASONS}

    assert why.pop("overrun") == why.pop("no_show") == [1, 0, 0, 0, 0]
    assert set(why) == {"no_bed", "bumped", "no_staff", "cancelled", "left"}
    assert all(counts == [0, 1, 0, 0, 0] for counts in why.values())


def test_every_booked_patient_is_treated_or_there_is_a_reason() -> None:
    """What is neither in the ledger's reasons nor treated would be an outcome the ledger has never heard of."""
    ledger = session_ledger(week())

    assert (ledger["patients"] == ledger["started"] + ledger[list(REASONS)].sum(axis=1)).all()
    assert set(OUTCOMES) - set(REASONS) == {"completed", "open", "deferred", "displaced"}


def test_lists_are_added_up_by_resource() -> None:
    """All of the week: two of the theatre's four lists ran, one had nobody on it; half an hour was late, of one."""
    columns = (
        "resource", "lists", "run", "empty", "released", "offered_hours", "booked_hours", "used_hours", "unused_hours",
        "patients", "started", "overrun_lists", "overrun_hours",
    )  # fmt: skip
    frame = measure(week(), SCENARIO).frames["lists"]

    assert records(frame, *columns) == [
        ("mri", 1, 1, 0, 0, 1.0, 0.75, 2.0, 0.0, 1, 1, 1, 1.0),
        ("theatre", 4, 2, 1, 1, 16.0, 8.0, 5.5, 11.0, 10, 3, 1, 0.5),
    ]
    assert records(frame, *REASONS) == [(0,) * 7, (1,) * 7]


def test_lists_that_opened_before_the_window_do_not_count() -> None:
    """From Tuesday on: Monday's list is left out with all four who were booked on it."""
    frame = measure(week(TUE), SCENARIO).frames["lists"]

    assert records(frame, "lists", "patients", "overrun", "no_bed", "offered_hours")[1] == (3, 6, 0, 1, 12.0)
