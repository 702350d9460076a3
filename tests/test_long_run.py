"""No long-run figure where there is none: a queue that never settles is said to grow, by so many patients a week."""

from __future__ import annotations

import math
from functools import cache

import pandas as pd
import pytest

from pathway.experiment import Experiment, Results
from pathway.experiment.long_run import clock_through, never_settling, say_growth, settles
from pathway.load import Loads, overloaded_activities
from pathway.report import report_html
from pathway.report.compared import changes, pairs_of
from pathway.report.first import first_page
from pathway.report.material import Material, material
from pathway.report.sections import maps, waiting, weeks
from pathway.scenario import Scenario
from tests.fake_results import fake_loads, fake_results
from tests.models import scenario_of

ALWAYS = 'hours: "00:00-24:00", weekdays: {mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 1, sun: 1}, on_holidays: 1'

OVERLOADED = f"""
name: over
run: {{length: 52 weeks, warm_up: 4 weeks, follow_up: 4 weeks}}
streams: {{in: {{per_year: 730, {ALWAYS}}}}}
resources: {{server: 1, nurse: 4}}
clocks: {{c: {{start: first, stop: scan, limit: 20 days, share: 80 percent}}}}
targets: [{{wait: scan, statistic: p90, at_most: 900 days}}, {{clock: c}}]
states:
  first: {{kind: activity, duration: 60 min, needs: {{nurse: 1}}, to: scan}}
  scan: {{kind: activity, duration: {{exponential: {{mean: 1 day}}}}, needs: {{server: 1}}, to: last}}
  last: {{kind: activity, duration: 60 min, needs: {{nurse: 1}}, to: out}}
"""


@cache
def overloaded() -> Scenario:
    """Two patients a day, one is served: by theory seven more are waiting every week."""
    return scenario_of(OVERLOADED)


@cache
def results() -> Results:
    three = overloaded().override({"resources.server.capacity": 3}, name="three")
    return Experiment([overloaded(), three], replications=8, workers=1).run()


@cache
def read() -> Material:
    return material(results(), "over", results().loads["over"])


# ---------------------------------------------------------------- beside theory


def test_the_growth_is_that_of_theory() -> None:
    """Twice what can be done comes in: λ − μ = 1 a day, 7 a week, and the 95 % interval of eight years holds it."""
    (row,) = results().never_settles().to_dict("records")

    assert (row["scenario"], row["subject"]) == ("over", "scan")
    assert row["load"] == pytest.approx(2, rel=0.05)
    assert row["low"] < 7 < row["high"]
    assert row["high"] - row["low"] < 1.5


def test_figures_of_the_queue_have_no_long_run_level_and_others_have() -> None:
    rows = results().intervals().query("scenario == 'over'").set_index(["measure", "subject", "statistic"])["settles"]

    assert not rows["wait", "scan", "p90"].any()
    assert not rows["waiting", "scan", "mean"].any()
    assert not rows["clock", "c", "share_within"].any()
    assert not rows["open_pathways", "", "at_end"].any()
    assert not rows["milestone", "last", "median"].any()
    for settled in (
        ("waiting", "scan", "growth_per_week"),
        ("wait", "scan", "count"),
        ("wait", "first", "p90"),
        ("wait", "last", "p90"),
        ("milestone", "first", "median"),
        ("utilisation", "server", "utilisation"),
        ("throughput", "scan", "per_year"),
    ):
        assert rows[settled].all(), settled
    assert results().intervals().query("scenario == 'three'")["settles"].all()


def test_a_difference_from_a_level_that_is_none_is_marked() -> None:
    wait = results().compare("three", measure="wait", subject="scan", statistic="p90")
    first = results().compare("three", measure="wait", subject="first", statistic="p90")
    assert (wait["settles"].tolist(), first["settles"].tolist()) == ([False], [True])


def test_the_summary_says_growth_and_no_level() -> None:
    lines = repr(results()).splitlines()
    assert any(line.startswith("over: the queue for scan grows by ") for line in lines)
    assert any(line.startswith("over: c within 20 d: ") and line.endswith("no long-run level") for line in lines)
    assert any(line.startswith("three: c within 20 d: ") and line.endswith(")") for line in lines)


# ---------------------------------------------------------------- which queues


def shared(more: str = "") -> Scenario:
    """Urgent and routine patients share one server; one step has two servers to choose from."""
    return scenario_of(f"""
    streams: {{in: {{per_year: 0}}}}
    resources: {{server: 1, other: 1}}
    states:
      urgent: {{kind: activity, duration: 1 day, needs: {{server: 1}}, to: routine}}
      routine: {{kind: activity, duration: 1 day, needs: {{server: 1}}, to: either{more}}}
      either: {{kind: activity, duration: 1 day, needs: {{room: {{any_of: [server, other]}}}}, to: out}}
    """)


def loads(load: float, whole: float = math.nan, other: float = 0.5) -> Loads:
    columns = {"resource": ["server", "other"], "load": [load, other], "whole_case_load": [whole, math.nan]}
    return Loads(resources=pd.DataFrame(columns), volumes=pd.DataFrame())


def growths(**by: tuple[float, float, float]) -> pd.DataFrame:
    rows = [("waiting", name, "", "growth_per_week", *numbers) for name, numbers in by.items()]
    return pd.DataFrame(rows, columns=["measure", "subject", "part", "statistic", "low", "mean", "high"])


def test_minutes_or_whole_cases_may_be_what_is_short() -> None:
    assert overloaded_activities(shared(), loads(0.99)) == {}
    assert overloaded_activities(shared(), loads(1.0)) == {"urgent": 1.0, "routine": 1.0}
    assert overloaded_activities(shared(), loads(0.9, 1.2)) == {"urgent": 1.2, "routine": 1.2}


def test_work_that_several_may_do_is_held_up_by_all_of_them() -> None:
    assert "either" not in overloaded_activities(shared(), loads(1.5, other=0.9))
    assert overloaded_activities(shared(), loads(1.5, other=1.1))["either"] == 1.1


def test_where_patients_leave_the_queue_comes_to_rest() -> None:
    patience = shared(", leaves: {after: 30 days, to: out}")
    assert overloaded_activities(patience, loads(1.5)) == {"urgent": 1.5}


def test_a_queue_that_is_measured_to_stand_still_settles() -> None:
    """Urgent patients are served first, so theirs is not the queue that grows; without an interval the load decides."""
    seen = growths(urgent=(-0.01, 0.0, 0.01), routine=(3.0, 3.5, 4.0))
    assert list(never_settling(shared(), loads(1.5), seen)) == ["routine"]
    once = growths(urgent=(math.nan, 0.0, math.nan), routine=(math.nan, 3.5, math.nan))
    assert list(never_settling(shared(), loads(1.5), once)) == ["routine", "urgent"]
    assert never_settling(shared(), None, seen) == {}
    assert settles(shared(), [], seen).all()


def test_a_clock_passes_a_queue_only_between_its_start_and_its_stop() -> None:
    """The clock starts when `first` is left: a queue for `first` or `last` is none of its business."""
    clock = overloaded().clocks["c"]
    assert clock_through(overloaded(), clock, ["first", "scan", "last"]) == ["scan"]


def test_one_replication_says_about_how_much() -> None:
    (growth,) = never_settling(shared(), loads(1.5), growths(routine=(math.nan, 3.5, math.nan))).values()
    assert say_growth(growth) == "grows by 3.5 patients a week"


# ---------------------------------------------------------------- what the report says


def test_the_first_page_says_growth_in_place_of_a_wait() -> None:
    page = first_page(read())
    wait, clock = page.verdicts

    assert wait.result.startswith("grows by ")
    assert wait.result.endswith(")")
    assert (wait.precision, wait.one_year) == ("–", "–")
    assert "there is no long-run average" in wait.note
    assert "As of this period, no long-run average" in clock.note
    assert page.waits.rows[0][0:2] == ("scan", "grows")
    assert page.waits.rows[0][2].startswith("grows by ")
    assert any(why.why.startswith("scan by ") and " to " in why.why for why in page.unsettled)
    assert "(now: it grows)" in page.figures.rows[1][0]


def test_a_target_that_a_growing_queue_still_meets_has_no_verdict_of_the_long_run() -> None:
    """Nine in ten wait less than 900 days in this year; they will not for ever."""
    few = material(results(), "over", results().loads["over"])
    rows = few.intervals.copy()
    mine = (rows["measure"] == "target") & (rows["subject"] == "p90 wait scan") & (rows["statistic"] == "value")
    rows.loc[mine, ["mean", "low", "high", "see_low", "see_high"]] = [170.0, 160.0, 180.0, 150.0, 190.0]
    page = first_page(Material(few.scenario, rows, few.frames, few.loads))

    assert page.verdicts[0].verdict == "growing"
    assert "1 has no long-run level" in page.count
    assert page.verdicts[0].note == "170 days in this period; there is no long-run average, as the queue grows."


def test_sections_mark_what_is_of_this_period_only() -> None:
    warning, growing, *_ = waiting.waits(read()).blocks
    assert "no long-run wait" in warning.text
    assert growing.rows[0][0] == "scan"
    assert growing.rows[0][2].startswith("grows by ")
    assert "queue grows" in waiting.clocks(read()).blocks[1].text
    assert "as the queue there grows" in waiting.milestones(read()).blocks[0].text
    assert "has no long-run length" in weeks.waiting_list(read()).blocks[0].caption
    assert "That is as of this period" in weeks.open_pathways(read()).blocks[0].caption
    assert "grows" in maps.pathway_map(read()).blocks[-1].figure


def test_scenarios_are_compared_by_growth_where_one_of_them_never_settles() -> None:
    both = [material(results(), name, results().loads[name]) for name in ("over", "three")]
    found = {figure.label: rows for figure, rows in changes(pairs_of(results(), "over"), both).items()}
    (change,) = found["Growth of the queue for scan, patients a week"]

    assert change.is_sure
    assert change.difference < -6
    assert not any("90th percentile of the wait for scan" in label for label in found)


def test_a_hospital_that_settles_has_no_such_marks() -> None:
    calm = fake_loads()
    calm.resources[["load", "whole_case_load"]] = 0.8
    page = report_html(fake_results(), loads={"fake": calm})
    assert "no long-run average" not in page
    assert "long-run level" not in page.replace("its wait has no long-run level", "")  # how to read growing queues
