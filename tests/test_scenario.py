"""The door: what a document says becomes records, with names checked and durations in minutes."""

from __future__ import annotations

import contextlib
import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.clock import NEVER, DateRange, Leave, Session
from pathway.graph import Activity, Comparison, Decision, Delay, Draw, Failure, Fork, Meeting, Need, Rule, Since, Start
from pathway.scenario import (
    Run,
    Scenario,
    Target,
    load_scenario,
)
from pathway.scenario.cursor import UnreadableError
from pathway.scenario.nodes import Scalar
from pathway.scenario.quantities import MINUTES, growth, minutes, minutes_or_never, share, weeks, whole_days
from pathway.scenario.times import hours
from pathway.scenario.yaml import scalar

CLINIC = Path(__file__).parent / "data" / "clinic.yaml"


@pytest.fixture(scope="module")
def clinic() -> Scenario:
    return load_scenario(CLINIC)


def only(draw: Draw) -> tuple[str, tuple[float, ...]]:
    (row,) = draw.rows
    return row.sampler.kind, row.sampler.parameters


# ---------------------------------------------------------------- what a document says


def test_states(clinic: Scenario) -> None:
    """Every kind of state is read with its numbers in minutes."""
    states = clinic.pathway.states
    scan, operation, board = states["scan"], states["operation"], states["board"]
    assert isinstance(scan, Activity)
    assert isinstance(operation, Activity)
    assert isinstance(board, Activity)
    assert only(scan.duration) == ("lognormal", (math.log(17), 0.25))
    assert (scan.planned, scan.fits, scan.notice, scan.title) == (20, True, 1440, "CT scan")
    assert scan.needs == (Need("nurse", ("nurse",), turnover=5), Need("scanner", ("scanner",)))
    assert isinstance(scan.no_show, Failure)
    assert (scan.no_show.share, scan.no_show.slot, only(scan.no_show.rebook)) == (0.03, "lost", ("constant", (10080,)))
    assert [need.any_of for need in operation.needs] == [("bed",), ("surgeon_a", "surgeon_b"), ("theatre",)]
    assert operation.leaves is not None
    assert (only(operation.leaves.after), operation.leaves.to) == (("uniform", (43200, 129600)), "home")
    assert board.meeting == Meeting("board", (("nurse", 1), ("surgeon_a", 1)), (), 0.1)
    assert (board.overrun, board.planned) == (15, 5)
    assert isinstance(states["both"], Fork)
    assert (states["both"].branches, states["both"].join) == (("report", "bloods"), "results")
    assert isinstance(states["wait"], Delay)
    assert (states["wait"].until, states["wait"].duration) == (Since(20160, "scan"), None)
    assert isinstance(states["referral"], Start)
    assert (states["referral"].stream, states["referral"].rules) == ("referred", (Rule((), (("scan", 1.0),)),))


def test_settings_are_in_the_order_of_names(clinic: Scenario) -> None:
    """What leaving a state does to attributes does not depend on the order of keys."""
    start, scan = clinic.pathway.states["referral"], clinic.pathway.states["scan"]
    assert [(setting.attribute, setting.add) for setting in (*start.sets, *scan.sets)] == [
        ("survival", 0),
        ("cycles", 1),
    ]


def test_rules(clinic: Scenario) -> None:
    """Conditions compare whole numbers: codes, minutes, counts; a parameter carries its value."""
    choice = clinic.pathway.states["choice"]
    assert isinstance(choice, Decision)
    first, second, last = choice.rules
    assert first.when == (Comparison("visits", "scan", ">", 3), Comparison("since", "scan", "<", 90 * 1440))
    assert (first.to, first.why) == ((("home", 1.0),), "seen often")
    assert second.when == (
        Comparison("parameter", "strict", "==", 1, 0),
        Comparison("attribute", "stream", "==", 0),
        Comparison("attribute", "marker", ">", 50),
    )
    assert last.to == (("home", pytest.approx(0.1)), ("operation", 0.6), ("wait", 0.3))


@pytest.mark.parametrize(
    ("condition", "comparison"),
    [
        ("marker >= cycles", Comparison("attribute", "marker", ">=", "cycles")),
        ("survival < never", Comparison("attribute", "survival", "<", NEVER)),
        ("since(scan) <= $report_time", Comparison("since", "scan", "<=", 2880)),
        ("age == 50_64", Comparison("attribute", "age", "==", 1)),
        ("$scans > 2", Comparison("parameter", "scans", ">", 2, 3)),
        ("$report_time < 3 days", Comparison("parameter", "report_time", "<", 4320, 2880)),
        ("$strict != $report_time", Comparison("parameter", "strict", "!=", 1, 0)),
        ("$strict == maybe", Comparison("parameter", "strict", "==", 1, 0)),
        ("frail == true", Comparison("attribute", "frail", "==", 1)),
    ],
)
def test_conditions(clinic: Scenario, condition: str, comparison: Comparison) -> None:
    """Two words are compared as equal or not: the value is 1 if they are the same."""
    changed = clinic.override({"pathway.states.choice.rules[0].when": condition}, name="x")
    choice = changed.pathway.states["choice"]
    assert isinstance(choice, Decision)
    assert choice.rules[0].when == (comparison,)


def test_attributes(clinic: Scenario) -> None:
    """Attributes come in the order of drawing; categories are codes, their weights in the order of names."""
    attributes = clinic.pathway.attributes
    assert list(attributes) == ["age", "cycles", "frail", "marker", "survival", "fitness"]
    sampler = attributes["age"].draw.rows[0].sampler
    assert attributes["age"].values == ("under_50", "50_64", "65_plus")
    assert (sampler.values, sampler.levels) == ((1, 2, 0), (0.3, 0.8, 1.0))
    assert only(attributes["survival"].draw) == ("constant", (NEVER,))
    assert attributes["fitness"].draw.rows[0].when == (Comparison("attribute", "age", ">=", 2),)
    frail = attributes["frail"].draw.rows[0].sampler
    assert (frail.values, frail.levels) == ((1, 0), (0.2, 1.0))


def test_hospital(clinic: Scenario) -> None:
    """Calendars, leave, streams and holidays become records of the clock."""
    assert clinic.calendars["board"].sessions == (Session((1,), 960, 1020),)
    assert clinic.calendars["mornings"].sessions[1] == Session((4,), 510, 750, first=date(2027, 2, 1), every=2)
    assert clinic.calendars["mornings"].closed[0].yearly
    assert clinic.calendars["always"].holidays == "open"
    july, august = date(2000, 7, 19), date(2000, 8, 6)
    assert clinic.resources["nurse"].leave == (Leave(DateRange(july, august, yearly=True), 1, "summer"),)
    assert (clinic.resources["bed"].capacity, clinic.resources["bed"].calendar) == (4, "always")
    referred, recalled = clinic.streams["referred"], clinic.streams["recalled"]
    assert (referred.weekdays, referred.growth, referred.opens) == ((1.2, 1, 1, 1, 1, 0, 0), 0.03, 480)
    assert (referred.months[7], recalled.opens, recalled.closes) == (0.9, 0, 1440)
    assert recalled.exceptions == ((DateRange(date(2027, 3, 1), date(2027, 3, 14)), 0.5),)
    assert (clinic.holidays.country, clinic.holidays.add) == ("GB", (date(2027, 2, 1),))
    assert (clinic.run.warm_up, clinic.run.timeline.origin) == (20160, date(2026, 12, 21))


def test_promises(clinic: Scenario) -> None:
    """Clocks and targets are in minutes and shares; a target takes from its clock what it does not say."""
    clock = clinic.clocks["to_operation"]
    assert (clock.start, clock.latest_of, clock.limit, clock.share) == (("referral", "recall"), True, 62 * 1440, 0.85)
    assert (clock.pause, clock.applies_when) == (("wait",), (Comparison("attribute", "age", "!=", 0),))
    assert clinic.targets == (
        Target("clock", "to_operation", to="operation", within=62 * 1440, share=0.9),
        Target("utilisation", "scanner", at_most=0.85),
        Target("wait", "scan", at_most=14 * 1440, statistic="p90"),
    )
    titled = clinic.override({"targets[1].title": "Scanner not full"}, name="titled")
    assert titled.targets[1] == Target("utilisation", "scanner", at_most=0.85, title="Scanner not full")
    assert (clinic.volumes["operations"].per_year, clinic.evidence["T1"].tag) == (300, "A")


def test_defaults() -> None:
    """What a document leaves out: planned is the mean rounded up, priority 0, the name that of the file."""
    mmc = load_scenario("mmc")
    service = mmc.pathway.states["service"]
    assert isinstance(service, Activity)
    assert (service.planned, service.fits, only(service.priority)) == (600, False, ("constant", (0,)))
    assert load_scenario("mmc", name="other").name == "other"
    assert mmc.override({"run": None}, name="x").run == Run()
    assert mmc.override({"parameters.on": {"value": True}}, name="x").parameters["on"].value == "yes"


def test_planned_is_the_longest_mean_rounded_up(clinic: Scenario) -> None:
    """Where the duration depends on the patient, the longest mean is planned."""
    rows = [{"when": "frail == yes", "uniform": {"min": "30 min", "max": "41 min"}}, {"value": "20 min"}]
    changed = clinic.override({"pathway.states.scan.duration": rows, "pathway.states.scan.planned": None}, name="x")
    scan = changed.pathway.states["scan"]
    assert isinstance(scan, Activity)
    assert scan.planned == 36


@pytest.mark.parametrize(
    ("written", "kind", "parameters"),
    [
        ("3 min", "constant", (3,)),
        ("90.5 min", "constant", (91,)),
        ({"value": "2 h"}, "constant", (120,)),
        ({"lognormal": {"mean": "60 min", "sd": "60 min"}}, "lognormal", (math.log(60 / 2**0.5), math.log(2) ** 0.5)),
        ({"weibull": {"shape": 1, "mean": "1 h"}}, "weibull", (1, 60)),
        ({"weibull": {"shape": 2, "scale": "1 h"}}, "weibull", (2, 60)),
        ({"exponential": {"mean": "1 h"}}, "exponential", (60,)),
        ({"triangular": {"min": "0 min", "mode": "0.5 h", "max": "1 h"}}, "triangular", (0, 30, 60)),
    ],
)  # fmt: skip
def test_durations(clinic: Scenario, written: object, kind: str, parameters: tuple[float, ...]) -> None:
    """A distribution of durations is in minutes, a constant in whole ones, half a minute rounded up."""
    changed = clinic.override({"pathway.states.report.duration": written}, name="x")
    report = changed.pathway.states["report"]
    assert isinstance(report, Delay)
    assert report.duration is not None
    assert only(report.duration) == (kind, pytest.approx(parameters))


@pytest.mark.parametrize(
    ("written", "values", "levels"),
    [
        ({"weights": {"3 min": 0.25, "1 min": 0.75}}, (1, 3), (0.75, 1)),
        ({"empirical": {"values": ["5 min", "1 min", "3 min", "1 min"]}}, (1, 1, 3, 5), (0.25, 0.5, 0.75, 1)),
        ({"empirical": {"values": ["5 min", "1 min"], "weights": [0.9, 0.1]}}, (1, 5), (0.1, 1)),
        ({"weights": {"0 min": 0.5, "9 min": "rest"}, "shift": "1 min"}, (1, 10), (0.5, 1)),
    ],
)
def test_discrete_durations(
    clinic: Scenario, written: object, values: tuple[int, ...], levels: tuple[float, ...]
) -> None:
    """Weights accumulate in the order of the values; what varies lasts at least a minute; shift is added."""
    report = clinic.override({"pathway.states.report.duration": written}, name="x").pathway.states["report"]
    assert isinstance(report, Delay)
    assert report.duration is not None
    sampler = report.duration.rows[0].sampler
    assert (sampler.values, sampler.levels) == (values, levels)


# ---------------------------------------------------------------- single values


@given(st.integers(0, 1000), st.sampled_from(sorted(MINUTES)))
def test_a_quantity_is_its_number_times_its_unit(number: int, unit: str) -> None:
    """However it is spaced, and with or without a fraction."""
    assert minutes(f"{number} {unit}") == number * MINUTES[unit] == minutes(f"  {number}.0   {unit} ")


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates()))
def test_anything_else_is_refused_as_unreadable(value: Scalar) -> None:
    """Reading never fails otherwise than by saying what was expected."""
    for read in (minutes, minutes_or_never, share, growth, whole_days, weeks, hours):
        with contextlib.suppress(UnreadableError):
            read(value)


@given(st.floats(0, 100))
def test_percent_is_a_hundredth(percent: float) -> None:
    """A share is written as percent or as a plain number."""
    assert share(f"{percent:.6f} percent") == pytest.approx(float(f"{percent:.6f}") / 100)


def test_run_lengths_are_whole_days() -> None:
    """Months and years go to the nearest day; hours must add up to days."""
    assert (whole_days("10 years"), whole_days("1 month"), whole_days("48 hours")) == (3653 * 1440, 30 * 1440, 2880)
    with pytest.raises(UnreadableError, match="a whole number of days"):
        whole_days("30 hours")


@pytest.mark.parametrize(
    ("text", "value"),
    [("50_64", "50_64"), ("no", "no"), ("08:30", "08:30"), ("1e3", 1000.0), ("2027-04-01", date(2027, 4, 1)),
     ("2027-02-30", "2027-02-30"), ("~", None), ("true", True), ("1" * 30, float("1" * 30)), ("012", 12)],
)  # fmt: skip
def test_plain_words_are_read_as_yaml_1_2_reads_them(text: str, value: object) -> None:
    """No sexagesimal numbers, no yes as true, no digits with underscores; dates are dates."""
    assert scalar(text) == value
