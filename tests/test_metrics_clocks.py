"""Clocks: when they start and stop, what counts, and who kept the limit; each a few rows long."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pathway.errors import PathwayError
from pathway.graph import Comparison, Decision, Delay, End
from pathway.metrics import Study, intervals_of, lead_clock, measure, target_subjects
from pathway.scenario.records import Target, WaitingClock
from tests.logs import DAY, activity, figure, make_log, make_scenario, records, start, to

LIMIT = 62 * DAY


def clock(begins: str | tuple[str, ...], stops: str | tuple[str, ...], **more: Any) -> WaitingClock:
    begins, stops = ((x,) if isinstance(x, str) else x for x in (begins, stops))
    return WaitingClock("c", "Clock", begins, stops, limit=LIMIT, **more)


def hospital(watched: WaitingClock, **more: Any) -> Any:
    """Referral, MDT, fitness, surgery or ablation, rest, then alive or dead."""
    return make_scenario(
        start("mdt"),
        activity("mdt", "fit"),
        Delay("fit", rules=to("surgery")),
        activity("surgery", "rest"),
        activity("ablation", "rest"),
        Delay("rest", rules=to("mdt")),
        Decision("choice", rules=to("surgery", "ablation")),
        End("alive"),
        End("dead"),
        clocks=[watched],
        **more,
    )


def spells(watched: WaitingClock, visits: list[tuple[Any, ...]], **more: Any) -> list[tuple[int, int, int, int]]:
    """Give (case, begin, end, counted) of each interval in days, for visits (case, state, enqueued, started, ended)."""
    scenario = hospital(watched)
    cases = more.pop("cases", None) or [(0,)] * (1 + max(row[0] for row in visits))
    log = make_log(scenario, visits=in_days(visits), cases=in_days(cases), window=(0, 300 * DAY, 0), **more)
    found = intervals_of(Study(log, scenario), watched)
    table = np.column_stack([found.case, *(x // DAY for x in (found.begin, found.end, found.minutes))])
    return [tuple(row) for row in table.tolist()]


def in_days(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Turn days into minutes, cases and names left alone."""
    first = 2 if rows and len(rows[0]) > 1 and isinstance(rows[0][1], str) else 0
    return [(*row[:first], *(x * DAY if isinstance(x, int) else x for x in row[first:])) for row in rows]


# ---------------------------------------------------------------- starts and stops


def test_a_clock_starts_at_arrival_and_stops_at_the_start_of_treatment() -> None:
    assert spells(clock("referral", "surgery"), [(0, "surgery", 5, 9, 10)], cases=[(2,)]) == [(0, 2, 9, 7)]


def test_it_starts_when_a_state_is_left() -> None:
    assert spells(clock("mdt", "surgery"), [(0, "mdt", 1, 2, 3), (0, "surgery", 5, 9, 10)]) == [(0, 3, 9, 6)]


def test_it_starts_and_stops_where_it_says() -> None:
    watched = clock("mdt", "surgery", start_at="start", stop_at="end")
    assert spells(watched, [(0, "mdt", 1, 2, 3), (0, "surgery", 5, 9, 10)]) == [(0, 2, 10, 8)]


def test_an_end_can_stop_it() -> None:
    assert spells(clock("referral", "alive"), [(0, "mdt", 0, 1, 2)], cases=[(0, 4, "alive")]) == [(0, 0, 4, 4)]


def test_a_clock_that_has_not_started_does_not_stop() -> None:
    assert spells(clock("mdt", "surgery"), [(0, "surgery", 1, 2, 3)]) == []


def test_a_missed_or_deferred_visit_stops_nothing() -> None:
    visits = [(0, "surgery", 1, 2, 2, "no_show"), (0, "surgery", 9, 10, 11)]
    assert spells(clock("referral", "surgery"), visits) == [(0, 0, 10, 10)]


def test_only_the_first_interval_of_a_patient_counts() -> None:
    visits = [(0, "mdt", 0, 0, 1), (0, "surgery", 1, 5, 6), (0, "mdt", 20, 21, 22), (0, "surgery", 22, 30, 31)]
    assert spells(clock("mdt", "surgery"), visits) == [(0, 1, 5, 4)]
    assert spells(clock("mdt", "surgery", repeats=True), visits) == [(0, 1, 5, 4), (0, 22, 30, 8)]


def test_a_second_start_does_not_move_a_running_clock() -> None:
    visits = [(0, "mdt", 0, 0, 1), (0, "mdt", 2, 2, 3), (0, "surgery", 3, 9, 10)]
    assert spells(clock("mdt", "surgery"), visits) == [(0, 1, 9, 8)]


def test_the_later_of_decision_and_fitness_starts_it() -> None:
    visits = [(0, "mdt", 0, 0, 1), (0, "fit", 1, 1, 5), (0, "surgery", 5, 9, 10)]
    assert spells(clock(("mdt", "fit"), "surgery", latest_of=True), visits) == [(0, 5, 9, 4)]


def test_a_patient_who_need_not_get_fit_starts_at_the_decision() -> None:
    visits = [(0, "mdt", 0, 0, 1), (0, "surgery", 1, 9, 10)]
    assert spells(clock(("mdt", "fit"), "surgery", latest_of=True), visits) == [(0, 1, 9, 8)]


def test_a_reset_starts_it_anew_and_forgets_what_was_brought() -> None:
    visits = [(0, "mdt", 0, 0, 4), (0, "surgery", 4, 9, 10)]
    watched = clock("referral", "surgery", reset_on=("mdt",), elapsed_at_arrival="brought")
    assert spells(watched, visits, attributes={"brought": [30 * DAY]}) == [(0, 4, 9, 5)]


def test_a_transfer_arrives_with_days_on_the_clock() -> None:
    watched = clock("referral", "surgery", elapsed_at_arrival="brought")
    visits = [(0, "surgery", 4, 9, 10), (1, "surgery", 4, 9, 10)]
    assert spells(watched, visits, attributes={"brought": [38 * DAY, 0]}) == [(0, 0, 9, 47), (1, 0, 9, 9)]


def test_pauses_do_not_count_and_not_twice_where_they_overlap() -> None:
    """In a pause from 1 to 4 and from 3 to 6: five days; a pause after the stop is none of its business."""
    watched = clock("referral", "surgery", pause=("fit", "rest"))
    visits = [(0, "fit", 1, 1, 4), (0, "rest", 3, 3, 6), (0, "surgery", 6, 9, 10), (0, "rest", 10, 10, 20)]
    assert spells(watched, visits) == [(0, 0, 9, 4)]


def test_it_applies_only_where_its_conditions_hold() -> None:
    """Conditions on attributes, on a parameter, and between attributes."""
    visits = [(case, "surgery", 1, 5, 6) for case in range(3)]
    attributes = {"age": [70, 80, 90], "limit": [75, 75, 95]}

    def who(*conditions: Comparison) -> list[int]:
        return [
            row[0]
            for row in spells(clock("referral", "surgery", applies_when=conditions), visits, attributes=attributes)
        ]

    assert who(Comparison("attribute", "age", ">=", 80)) == [1, 2]
    assert who(Comparison("attribute", "age", "<", "limit")) == [0, 2]
    assert who(Comparison("parameter", "policy", "==", 1, value=1)) == [0, 1, 2]
    assert who(Comparison("parameter", "policy", "==", 1, value=0)) == []


def test_a_clock_cannot_ask_for_visits() -> None:
    watched = clock("referral", "surgery", applies_when=(Comparison("visits", "mdt", ">", 1),))
    with pytest.raises(PathwayError, match=r"visits\(mdt\)"):
        spells(watched, [(0, "surgery", 1, 5, 6)])


# ---------------------------------------------------------------- figures


def cohort(watched: WaitingClock, **more: Any) -> Any:
    """Five referrals on day 100: treated after 40 and 80 days, dead after 50, still waiting; one on day 0."""
    visits = [
        (0, "surgery", 100, 140, 141),
        (1, "ablation", 100, 180, 181),
        (3, "surgery", 100, None, None),
        (4, "surgery", 0, 120, 121),
    ]
    cases = [(100,), (100,), (100, 150, "dead"), (100,), (0,)]
    scenario = hospital(watched, **more)
    log = make_log(scenario, visits=in_days(visits), cases=in_days(cases), window=(90 * DAY, 60 * DAY, 100 * DAY))
    return measure(log, scenario)


def test_the_cohort_is_followed_and_nobody_is_dropped() -> None:
    measures = cohort(clock("referral", ("surgery", "ablation")))
    names = ("count", "stopped", "left", "open", "share_within", "breaches", "open_beyond", "median", "median_km")
    values = [figure(measures, "clock", "c", name, "all") for name in names]

    assert values == [4, 2, 1, 1, 1 / 3, 2, 1, 60, 80]


def test_incidence_counts_leaving_as_a_competing_event() -> None:
    """Within 62 days one of four was treated, and one died first."""
    measures = cohort(clock("referral", ("surgery", "ablation")))
    assert figure(measures, "clock", "c", "incidence_within", "all") == pytest.approx(0.25)


def test_the_official_share_is_of_clocks_that_stop_in_the_window() -> None:
    """Stopped between days 90 and 150: after 40 days, and after 120."""
    measures = cohort(clock("referral", ("surgery", "ablation")))

    assert figure(measures, "clock", "c", "official_count", "all") == 2
    assert figure(measures, "clock", "c", "official_share", "all") == 0.5


def test_a_clock_to_one_of_its_stops() -> None:
    measures = cohort(clock("referral", ("surgery", "ablation")))

    assert figure(measures, "clock", "c→ablation", "count", "all") == 1
    assert figure(measures, "clock", "c→ablation", "share_within", "all") == 0
    assert figure(measures, "clock", "c→surgery", "median", "all") == 40


def test_first_and_subsequent_treatments_are_told_apart() -> None:
    visits = [(0, "mdt", 0, 0, 1), (0, "surgery", 1, 5, 6), (0, "mdt", 20, 21, 22), (0, "surgery", 22, 130, 131)]
    scenario = hospital(clock("mdt", "surgery", repeats=True))
    measures = measure(make_log(scenario, visits=in_days(visits), cases=[(0,)], window=(0, 300 * DAY, 0)), scenario)

    assert [figure(measures, "clock", "c", "median", part) for part in ("first", "subsequent", "all")] == [4, 108, 56]


def test_targets_of_a_clock() -> None:
    targets = (
        Target("clock", "c"),
        Target("clock", "c", within=100 * DAY, share=0.6),
        Target("clock", "c", to="ablation", within=90 * DAY, share=1.0),
    )
    measures = cohort(clock("referral", ("surgery", "ablation"), share=0.85), targets=targets)
    rows = measures.summary.query("measure == 'target'")
    table = rows.pivot(index="subject", columns="statistic", values="value")
    days = table.pop("mean_days"), table.pop("p90_days")

    assert days[0]["c within 62 d"] == pytest.approx(60)
    assert days[1]["c within 62 d"] == pytest.approx(76)
    third = {"goal": 0.85, "met": 0, "value": pytest.approx(1 / 3), "decided": 3, "breaches": 2}
    assert table.loc["c within 62 d"].to_dict() == third
    two = {"goal": 0.6, "met": 1, "value": pytest.approx(2 / 3), "decided": 3, "breaches": 1}
    assert table.loc["c within 100 d"].to_dict() == two
    assert table.loc["c→ablation within 90 d"].to_dict() == {
        "goal": 1,
        "met": 1,
        "value": 1,
        "decided": 1,
        "breaches": 0,
    }


def test_two_targets_that_read_the_same_are_told_apart() -> None:
    targets = (Target("utilisation", "ct", at_most=0.8), Target("utilisation", "ct", at_most=0.9))
    scenario = make_scenario(targets=targets)
    assert target_subjects(scenario) == ["utilisation ct", "utilisation ct (2)"]


def test_the_lead_clock_is_the_one_from_referral_to_treatment() -> None:
    first = WaitingClock("dtt", "Decision to treat", ("mdt",), ("surgery",))
    lead = WaitingClock("d62", "62-day referral to treatment", ("referral",), ("surgery",))

    assert lead_clock(make_scenario(clocks=[first, lead])) == lead
    assert lead_clock(make_scenario(clocks=[first])) == first
    assert lead_clock(make_scenario()) is None


# ---------------------------------------------------------------- breaches and open pathways


def test_a_breach_belongs_to_the_step_where_most_time_went() -> None:
    """62 days are exceeded: ten in the MDT's queue, seventy in surgery's, which is still waiting for one of them."""
    scenario = hospital(clock("referral", "surgery"))
    visits = [
        *((case, "mdt", 0, 10, 10) for case in (0, 1)),
        *((case, "fit", 10, 10, 12) for case in (0, 1)),
        (0, "surgery", 12, 82, 83),
        (1, "surgery", 12, None, None),
    ]
    log = make_log(scenario, visits=in_days(visits), cases=[(0,), (0,)], window=(0, 200 * DAY, 0))

    assert records(measure(log, scenario).frames["breaches"]) == [("c", "surgery", "other", 2)]


def test_a_breach_leaves_pauses_out() -> None:
    scenario = hospital(clock("referral", "surgery", pause=("fit",)))
    visits = [(0, "mdt", 0, 40, 41), (0, "fit", 41, 41, 141), (0, "surgery", 141, 171, 172)]
    log = make_log(scenario, visits=in_days(visits), cases=[(0,)], window=(0, 200 * DAY, 0))

    assert records(measure(log, scenario).frames["breaches"]) == [("c", "mdt", "other", 1)]


def test_a_breach_can_stop_at_an_end() -> None:
    scenario = make_scenario(
        start("scan"), activity("scan", "alive"), End("alive"), clocks=[clock("referral", "alive")]
    )
    log = make_log(
        scenario, visits=in_days([(0, "scan", 0, 70, 71)]), cases=in_days([(0, 71, "alive")]), window=(0, 90 * DAY, 0)
    )

    assert records(measure(log, scenario).frames["breaches"]) == [("c", "scan", "other", 1)]


def test_open_pathways_by_age() -> None:
    """One open from day 0 to 70, one from 14 on with 100 days brought along."""
    watched = clock("referral", "surgery", elapsed_at_arrival="brought")
    scenario = hospital(watched)
    visits = in_days([(0, "surgery", 0, 70, 71)])
    log = make_log(
        scenario, visits=visits, cases=in_days([(0,), (14,)]), attributes={"brought": [0, 100 * DAY]},
        window=(7 * DAY, 70 * DAY, 0),
    )  # fmt: skip
    measures = measure(log, scenario)
    weeks = measures.frames["open_by_week"].pivot(index="week_start", columns="band", values="open")

    assert weeks["0–28"].tolist() == [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert weeks["29–62"].tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0]
    assert weeks["63–104"].tolist() == [0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    assert weeks["over 104"].tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]
    assert [figure(measures, "open_pathways", "", key) for key in ("at_start", "at_end", "over_104_days")] == [1, 1, 1]


def test_where_those_are_who_are_open_longest() -> None:
    """After 110 days two wait for surgery, one is between two steps after the meeting, and one was operated on."""
    scenario = hospital(clock("referral", "surgery"))
    visits = [(0, "surgery", 0, None, None), (1, "mdt", 0, 1, 2), (1, "surgery", 2, None, None)]
    visits += [(2, "mdt", 0, 1, 2), (3, "surgery", 0, 3, 4)]
    log = make_log(scenario, visits=in_days(visits), cases=[(0,)] * 4, window=(0, 110 * DAY, 0))

    assert records(measure(log, scenario).frames["open_longest"]) == [("surgery", 2), ("mdt", 1)]


# ---------------------------------------------------------------- curves


def test_the_curve_of_a_clock_passes_through_its_share_within_the_limit() -> None:
    """Of three clocks one stops within 62 days: a third at the limit, and never less on a later day."""
    measures = cohort(clock("referral", ("surgery", "ablation"), share=0.85))
    curve = measures.frames["clock_curves"]
    within = figure(measures, "clock", "c", "share_within", "all")

    assert curve["day"].tolist() == pytest.approx([62 * 3 * point / 84 for point in range(85)])
    assert curve["share"].iloc[0] == 0
    assert curve["share"].iloc[28] == pytest.approx(within)
    assert curve["share"].dropna().is_monotonic_increasing
