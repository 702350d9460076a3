"""Waits, survival curves, targets, and the whole: each answer worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pathway.clock import NEVER
from pathway.graph import Decision, End, Failure
from pathway.metrics import cumulative_incidence, kaplan_meier, measure
from pathway.metrics.survival import MONTH
from pathway.scenario.records import Target, Volume, WaitingClock
from tests.logs import DAY, activity, figure, make_log, make_scenario, records, start, to

SCAN = make_scenario(start("scan"), activity("scan", "done", "ct"), End("done"))


def scans(*visits: tuple[object, ...], cases: int | None = None, **more: object) -> object:
    """Measure visits to the scanner: (case, enqueued, started, ended[, outcome]) in days."""
    times = [tuple(None if t is None else round(t * DAY) for t in row[1:4]) for row in visits]
    rows = [(row[0], "scan", *time, *row[4:]) for row, time in zip(visits, times, strict=True)]
    count = cases or 1 + max(int(row[0]) for row in visits)
    log = make_log(SCAN, visits=rows, cases=[(0,)] * count, capacity={"ct": [(0, 1)]}, **more)
    return measure(log, more.get("scenario", SCAN))


# ---------------------------------------------------------------- survival


def test_kaplan_meier_as_in_a_textbook() -> None:
    """At 1, 3 and 5 it happens; who is watched until 2 and 4 counts until then."""
    curve = kaplan_meier(np.array([1.0, 2, 3, 4, 5]), np.array([True, False, True, False, True]))

    assert curve.at.tolist() == [1, 3, 5]
    assert curve.share == pytest.approx([4 / 5, 4 / 5 * 2 / 3, 0])
    assert curve.mean == pytest.approx(1 + 2 * 4 / 5 + 2 * 8 / 15)
    assert curve.quantiles(np.array([0.2, 0.21, 1.0])).tolist() == [1, 3, 5]


def test_a_quantile_nobody_was_watched_long_enough_for_is_not_known() -> None:
    curve = kaplan_meier(np.array([1.0, 7.0]), np.array([True, False]))

    assert curve.quantiles(np.array([0.5]))[0] == 1
    assert np.isnan(curve.quantiles(np.array([0.9]))[0])
    assert curve.mean == pytest.approx(1 + 0.5 * 6)


def test_nobody_watched_has_no_curve() -> None:
    curve = kaplan_meier(np.zeros(0), np.zeros(0, bool))

    assert np.isnan(curve.mean)
    assert np.isnan(curve.quantiles(np.array([0.5]))).all()


def test_aalen_johansen_with_deaths_and_someone_still_waiting() -> None:
    """Treated at 1; dead at 2; censored at 3; treated at 4: 1/4 at 1, and at 4 the half still at risk."""
    times, causes = np.array([1.0, 2, 3, 4]), np.array([1, 2, 0, 1])

    assert cumulative_incidence(times, causes, 1, by=3) == pytest.approx(0.25)
    assert cumulative_incidence(times, causes, 1, by=4) == pytest.approx(0.25 + 0.5)
    assert cumulative_incidence(times, causes, 2, by=4) == pytest.approx(0.25)


def test_prognosis_counts_the_survival_drawn_of_everybody() -> None:
    """The drawn time counts, beyond the end of the run; who never dies is alive after five years."""
    survival = [round(6 * MONTH), round(12 * MONTH), round(70 * MONTH), NEVER, NEVER]
    attributes = {"prognosis": [0, 0, 0, 0, 1], "survival": survival}
    log = make_log(SCAN, cases=[(0,)] * 5, attributes=attributes, categories={"prognosis": ("resected", "benign")})
    measures = measure(log, SCAN)

    assert figure(measures, "prognosis", "resected", "count") == 4
    assert figure(measures, "prognosis", "resected", "median_months") == pytest.approx(41)
    assert figure(measures, "prognosis", "resected", "five_year_share") == 0.5
    assert "benign" not in set(measures.summary.query("measure == 'prognosis'")["subject"])


# ---------------------------------------------------------------- waits


def test_a_wait_is_from_joining_to_the_start() -> None:
    measures = scans((0, 0, 0, 0.1), (1, 1, 2, 2.1), (2, 1, 3, 3.1), (3, 1, 4, 4.1))

    assert figure(measures, "wait", "scan", "count") == 4
    assert figure(measures, "wait", "scan", "mean") == 1.5
    assert figure(measures, "wait", "scan", "median") == 1.5
    assert figure(measures, "wait", "scan", "p90") == pytest.approx(2.7)
    assert figure(measures, "wait", "scan", "longest") == 3
    assert figure(measures, "wait", "scan", "p90_km") == 3


def test_who_still_waits_or_has_left_is_counted_and_censored() -> None:
    """Waits 1 and 3 are known; one has waited 7 days so far, one left after 2."""
    measures = scans((0, 0, 1, 1.1), (1, 0, 3, 3.1), (2, 0, None, None), (3, 0, None, 2, "left"))

    assert [figure(measures, "wait", "scan", key) for key in ("count", "still_waiting", "left")] == [2, 1, 1]
    assert figure(measures, "wait", "scan", "mean") == 2
    assert figure(measures, "wait", "scan", "longest") == 7
    assert figure(measures, "wait", "scan", "median_km") == 3
    assert figure(measures, "wait", "scan", "mean_km") == pytest.approx(1 + 2 * 3 / 4 + 4 * 3 / 8)
    assert np.isnan(figure(measures, "wait", "scan", "p90_km"))


def test_an_attempt_that_came_to_nothing_is_counted_apart() -> None:
    """A patient who does not come waits again in a new row; only that one is a wait."""
    failing = make_scenario(
        start("scan"), activity("scan", "done", "ct", no_show=Failure(0.1, "lost", None)), End("done")
    )
    visits = [(0, "scan", 0, 60, 80, "no_show"), (0, "scan", 2 * DAY, 3 * DAY, 3 * DAY + 20)]
    measures = measure(make_log(failing, visits=visits, cases=[(0,)], capacity={"ct": [(0, 1)]}), failing)

    assert figure(measures, "wait", "scan", "count") == 1
    assert figure(measures, "wait", "scan", "mean") == 1
    assert figure(measures, "attempts", "scan", "no_show") == 1


def test_a_displaced_visit_is_one_wait_one_start_and_one_completion() -> None:
    """Waited a day, displaced after an hour, went on two days later: one wait of a day, and time in the queue again."""
    ward = make_scenario(start("scan"), activity("scan", "done", "ct", planned=60), End("done"))
    first, again = (0, "scan", 0, DAY, DAY + 60, "displaced"), (0, "scan", DAY + 60, 3 * DAY + 60, 3 * DAY + 90)
    holds = [(0, "scan", "ct", DAY, DAY + 60), (0, "scan", "ct", 3 * DAY + 60, 3 * DAY + 90)]
    log = make_log(ward, visits=[first, again], holds=holds, cases=[(0,)], capacity={"ct": [(0, 1)]})
    measures = measure(log, ward)

    assert figure(measures, "wait", "scan", "count") == 1
    assert figure(measures, "wait", "scan", "mean") == 1
    assert figure(measures, "attempts", "scan", "displaced") == 1
    assert figure(measures, "throughput", "scan", "per_year") == pytest.approx(365.25 / 7)
    assert figure(measures, "utilisation", "ct", "held_hours") == 1.5
    assert figure(measures, "utilisation", "ct", "booked") == pytest.approx(1 / (7 * 24))
    assert figure(measures, "waiting", "scan", "mean") == pytest.approx(3 / 7)
    weeks = measures.frames["activity_by_week"]
    week = weeks[weeks["subject"] == "scan"]
    assert [int(week[name].sum()) for name in ("enqueued", "started", "completed")] == [1, 1, 1]


def test_measured_are_those_who_join_in_the_window_followed_beyond_it() -> None:
    """Joined on day 1 (warm-up) and day 6 (after) are left out; who joins on day 4 is followed to day 8."""
    visits = [(0, 1, 3, 3.1), (1, 4, 8, 8.1), (2, 6, 6, 6.1)]
    measures = scans(*visits, window=(2 * DAY, 3 * DAY, 4 * DAY))

    assert figure(measures, "wait", "scan", "count") == 1
    assert figure(measures, "wait", "scan", "mean") == 4


def test_quantiles_come_from_the_kaplan_meier_curve() -> None:
    frame = scans((0, 0, 1, 1.1), (1, 0, 2, 2.1), (2, 0, None, None)).frames["wait_quantiles"]
    days = dict(zip(frame["level"].round(2), frame["days"], strict=True))

    assert (days[0.05], days[0.35], days[0.65]) == (1, 2, 2)
    assert np.isnan(days[0.7])


def test_few_waits_are_kept_one_by_one() -> None:
    few = scans((0, 0, 1, 1.1), (1, 0, None, None), window=(0, 365 * DAY, 0)).frames["waits_raw"]

    assert records(few) == [("wait", "scan", "", 1.0, True), ("wait", "scan", "", 365.0, False)]


# ---------------------------------------------------------------- volumes and targets


def test_throughput_and_volumes_are_per_year_of_365_25_days() -> None:
    """Two scans begun in half a year are four a year; the one begun before is not."""
    scenario = make_scenario(
        start("scan"), activity("scan", "done", "ct"), End("done"), volumes=[Volume("scans", ("scan",), 5.0)]
    )
    half = round(365.25 / 2 * DAY)
    visits = [(0, "scan", 0, 5, 20), (1, "scan", 5, 15, 30), (2, "scan", 15, 40, 50)]
    cases = [(0, 20, "done"), (5, 30, "done"), (15, 50, "done")]
    log = make_log(scenario, visits=visits, cases=cases, capacity={"ct": [(0, 1)]}, window=(10, half, 0))
    measures = measure(log, scenario)

    assert figure(measures, "throughput", "scan", "per_year") == pytest.approx(4)
    assert figure(measures, "volume", "scans", "per_year") == pytest.approx(4)
    assert figure(measures, "arrivals", "gp", "per_year") == pytest.approx(2)
    assert figure(measures, "outcome", "done", "count") == 3


def test_a_wait_target_counts_who_has_not_started() -> None:
    """Of three, two waited a day and one waits still: P90 is not known to be below 2 days, so it is not met."""
    targets = (
        Target("wait", "scan", at_most=2 * DAY, statistic="p90"),
        Target("wait", "scan", at_most=2 * DAY, statistic="median"),
        Target("utilisation", "ct", at_most=0.9),
    )
    scenario = make_scenario(start("scan"), activity("scan", "done", "ct"), End("done"), targets=targets)
    visits = [(0, "scan", 0, DAY, DAY), (1, "scan", 0, DAY, DAY), (2, "scan", 0, None, None)]
    log = make_log(scenario, visits=visits, cases=[(0,)] * 3, capacity={"ct": [(0, 1)]})
    rows = measure(log, scenario).summary.query("measure == 'target'")

    met = rows[rows["statistic"] == "met"].set_index("subject")["value"]
    assert met.to_dict() == {"p90 wait scan": 0, "median wait scan": 1, "utilisation ct": 1}


def test_a_log_in_which_nothing_happened_measures_nothing() -> None:
    measures = measure(make_log(SCAN, capacity={"ct": [(0, 1)]}), SCAN)

    assert figure(measures, "wait", "scan", "count") == 0
    assert np.isnan(figure(measures, "wait", "scan", "mean"))
    assert all(len(measures.frames[name]) == 0 for name in ("breakdown", "routes", "flows", "waits_raw", "breaches"))


def test_a_log_need_not_know_every_state_of_the_scenario() -> None:
    """A hospital's own log has the steps somebody writes down; starts, resources and decisions may be missing."""
    clocks = [WaitingClock("c", "", ("referral",), ("scan", "surgery"))]
    whole = make_scenario(
        start("choice"),
        Decision("choice", rules=to("scan", "surgery")),
        activity("scan", "done", "ct"),
        activity("surgery", "done", "theatre"),
        End("done"),
        clocks=clocks,
    )
    seen = make_scenario(activity("scan", "done"), End("done"))
    log = make_log(seen, visits=[(0, "scan", 0, DAY, 2 * DAY)], cases=[(0, 2 * DAY, "done")])
    measures = measure(log, whole)

    assert figure(measures, "wait", "scan", "mean") == 1
    assert figure(measures, "clock", "c", "median", "all") == 1
    assert records(measures.frames["flows"], "source", "target") == [("scan", "done")]
    assert records(measures.frames["breakdown"], "cause", "state", "days") == [("other", "scan", 1)]


def test_a_clock_without_a_limit_is_only_timed() -> None:
    scenario = make_scenario(
        start("scan"), activity("scan", "done"), End("done"), clocks=[WaitingClock("c", "", ("referral",), ("scan",))]
    )
    measures = measure(make_log(scenario, visits=[(0, "scan", 0, DAY, DAY)], cases=[(0,)]), scenario)
    statistics = set(measures.summary.query("measure == 'clock'")["statistic"])

    counts = {"count", "stopped", "left", "open", "days_per_year"}
    assert statistics == counts | {"mean", "median", "p90", "median_km", "p90_km"}
    assert figure(measures, "clock", "c", "days_per_year", "all") == pytest.approx(1 / 7 * 365.25)
    assert repr(measures).startswith("<Measures: ")
