"""Does it add up? Loads and volumes against sums on paper."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from pathway.load import YEARS, Loads, derived_volumes, load_check, packed_minutes
from pathway.scenario.records import Volume
from tests.models import scenario_of

YEAR = 365.25
EVENLY = "weekdays: {sat: 1, sun: 1}, on_holidays: 1"
CLINIC = f"""
    run: {{length: 28 days}}
    streams: {{gp: {{per_year: 730, {EVENLY}}}}}
    calendars: {{day: "08:00-17:00", half: "08:00-12:30", mdt: "12:00-13:00"}}
    resources:
      room: {{capacity: 2, calendar: day}}
      theatre: {{capacity: 1, calendar: half}}
      surgeon: {{capacity: 1, calendar: day}}
      bed: 3
    states:
      see: {{kind: activity, duration: 30 min, needs: {{room: {{turnover: 10 min}}}}, notice: 3 days, to: talk}}
      talk: {{kind: activity, duration: 6 min, meeting: {{calendar: mdt, team: {{surgeon: 1}}}}, to: choose}}
      choose: {{kind: decision, to: {{operate: 0.25, home: rest}}}}
      operate:
        kind: activity
        duration: 2 hours
        needs: {{theatre: 1, bed: {{for: 2 days}}, surgeon: 1}}
        fits: session
        to: home
      home: {{kind: end}}
    """


@pytest.fixture(scope="module")
def loads() -> Loads:
    return load_check(scenario_of(CLINIC))


def resource(loads: Loads, name: str) -> pd.Series:
    return loads.resources.set_index("resource").loc[name]


def per_year(loads: Loads, state: str) -> float:
    return float(loads.volumes.set_index("state").loc[state, "per_year"])


def near(number: float, expected: float, years: float = YEARS) -> bool:
    """Tell whether a yearly count is within 4 standard deviations of what is expected of a cohort."""
    return abs(number - expected) < 4 * math.sqrt(expected / years)


def test_volumes_follow_the_streams_and_the_weights(loads: Loads) -> None:
    """730 in 365 days are 730.5 in an average year; a quarter of them are operated on, all come home."""
    assert near(per_year(loads, "see"), 2 * YEAR)
    assert near(per_year(loads, "operate"), YEAR / 2)
    assert per_year(loads, "see") == per_year(loads, "home") == per_year(loads, "talk") == per_year(loads, "gp_in")


def test_a_volume_has_the_interval_of_its_own_chance(loads: Loads) -> None:
    """N patients in Y years, one visit each: ± 1.96 √N ÷ Y."""
    row = loads.volumes.set_index("state").loc["operate"]
    spread = 1.96 * math.sqrt(row.per_year * YEARS) / YEARS

    assert (row.low, row.high) == pytest.approx((row.per_year - spread, row.per_year + spread), rel=1e-4)


@pytest.mark.parametrize(
    ("name", "state", "hours_each"),
    [
        ("room", "see", 40 / 60),
        ("theatre", "operate", 2),
        ("surgeon", "operate", 2),
        ("bed", "operate", 48),
        ("meeting:mdt", "talk", 0.1),
    ],
)
def test_demand_is_what_every_visit_holds(loads: Loads, name: str, state: str, hours_each: float) -> None:
    """Activity or hold, and turnover, times visits; a patient's two days in bed are 48 hours of a bed."""
    assert resource(loads, name).demand_hours == pytest.approx(per_year(loads, state) * hours_each)


@pytest.mark.parametrize(
    ("name", "hours_a_day"), [("room", 18), ("theatre", 4.5), ("surgeon", 8), ("bed", 72), ("meeting:mdt", 1)]
)
def test_offered_is_what_is_open_and_not_in_a_meeting(loads: Loads, name: str, hours_a_day: float) -> None:
    """Units times hours of the calendar; the surgeon's hour at the meeting is no one else's."""
    row = resource(loads, name)

    assert row.open_hours == pytest.approx(hours_a_day * YEAR)
    assert row.load == pytest.approx(row.demand_hours / row.open_hours)


def test_whole_cases_leave_a_rest(loads: Loads) -> None:
    """Two operations of two hours fit into four and a half: only 240 of 270 minutes can ever be used."""
    row = resource(loads, "theatre")

    assert row.whole_case_load == pytest.approx(row.load * 270 / 240)


def test_turnover_takes_its_part_of_a_session() -> None:
    """Six hours hold three operations of two hours, but two with an hour of cleaning; the last may pass the close."""
    model = CLINIC.replace("08:00-12:30", "08:00-14:00").replace("{theatre: 1,", "{theatre: {turnover: 60 min},")
    whole, cut = (
        resource(load_check(scenario_of(text)), "theatre") for text in (model, model.replace("14:00", "13:00"))
    )

    assert whole.whole_case_load == pytest.approx(whole.load)
    assert cut.whole_case_load == pytest.approx(cut.load * 300 / 360)


def test_a_meeting_packs_whole_cases_and_its_overrun(loads: Loads) -> None:
    """Cases of 6 minutes, begun until 13:09 (to end by 13:15): twelve, where the hour alone holds ten."""
    row = resource(loads, "meeting:mdt")

    assert row.whole_case_load == pytest.approx(row.load * 60 / 72)


def test_where_nothing_has_to_fit_there_is_no_load_in_whole_cases(loads: Loads) -> None:
    """The room is used up to the close; a bed never closes."""
    assert math.isnan(resource(loads, "room").whole_case_load)
    assert math.isnan(resource(loads, "bed").whole_case_load)


def test_each_unit_of_a_shift_is_a_session_of_its_own() -> None:
    """Two theatres from 08:00 to 11:00 and one until 14:00: a day has one session of 3 and one of 6 hours."""
    hours = [
        {"days": ["mon"], "hours": "08:00-11:00", "units": 2},
        {"days": ["mon"], "hours": "11:00-14:00", "units": 1},
    ]
    model = {
        "run": {"length": "28 days"},
        "streams": {"gp": {"per_year": 100}},
        "calendars": {"lists": hours},
        "resources": {"theatre": {"calendar": "lists"}},
        "states": {
            "operate": {
                "kind": "activity",
                "duration": "2 hours",
                "needs": {"theatre": 1},
                "fits": "session",
                "to": "out",
            }
        },
    }
    row = resource(load_check(scenario_of(model)), "theatre")

    assert row.open_hours == pytest.approx(9 * YEAR / 7)
    assert row.whole_case_load == pytest.approx(row.load * 9 / 8)  # one case in three hours, three in six


def test_missed_appointments_are_demand_too() -> None:
    """One in five does not come and is rebooked: 1.25 slots a patient, the lost ones as long as planned."""
    model = f"""
        streams: {{gp: {{per_year: 365, {EVENLY}}}}}
        resources: {{room: 1}}
        states:
          see:
            kind: activity
            duration: 30 min
            planned: 45 min
            needs: {{room: 1}}
            no_show: {{share: 20 percent, rebook: 7 days}}
            to: out
        """
    loads = load_check(scenario_of(model))
    came = per_year(loads, "out")
    missed = (resource(loads, "room").demand_hours * 60 - came * 30) / 45

    assert per_year(loads, "see") == came
    assert near(came, YEAR)
    assert near(missed, came / 4)


def test_deferred_cases_come_again() -> None:
    """Half of all discussions end in a deferral: two a patient, and every patient gets home, however late."""
    model = f"""
        run: {{length: 28 days}}
        streams: {{gp: {{per_year: 365, {EVENLY}}}}}
        calendars: {{mdt: "12:00-13:00"}}
        resources: {{surgeon: 1}}
        states:
          wait: {{kind: delay, duration: 100 days, to: talk}}
          talk:
            kind: activity
            duration: 5 min
            meeting: {{calendar: mdt, team: {{surgeon: 1}}, deferral: 0.5}}
            to: out
        """
    loads = load_check(scenario_of(model))

    home = per_year(loads, "out")
    discussed = resource(loads, "meeting:mdt").demand_hours * 60 / 5
    assert home == per_year(loads, "wait") == per_year(loads, "talk")
    assert near(discussed - home, home, years=YEARS / 2)


def test_only_the_reported_window_is_offered() -> None:
    """A resource open in the warm-up only offers nothing, and what is asked of it is infinitely much."""
    model = """
        run: {warm_up: 7 days, length: 7 days}
        streams: {gp: {per_year: 300}}
        calendars: {before: [{on: [2026-12-30], hours: "08:00-17:00"}]}
        resources: {room: {capacity: 1, calendar: before}}
        states: {see: {kind: activity, duration: 30 min, needs: {room: 1}, to: out}}
        """
    row = resource(load_check(scenario_of(model), years=1), "room")

    assert (row.open_hours, row.load) == (0, math.inf)


def test_loops_are_gone_round_as_often_as_they_are() -> None:
    """Three cycles each: three visits a patient, no spread beyond that of the patients."""
    model = f"""
        streams: {{gp: {{per_year: 365, {EVENLY}}}}}
        states:
          treat: {{kind: activity, duration: 30 min, rules: [{{when: visits(treat) < 3, to: treat}}, {{to: out}}]}}
        """
    loads = load_check(scenario_of(model))
    row = loads.volumes.set_index("state").loc["treat"]

    assert row.per_year == pytest.approx(3 * per_year(loads, "out"))
    assert row.high - row.per_year == pytest.approx(3 * 1.96 * math.sqrt(per_year(loads, "out") / YEARS), rel=1e-4)


# ---------------------------------------------------------------- resources that can stand in for each other

THEATRES = f"""
    run: {{length: 28 days}}
    streams:
      liver: {{per_year: 730, {EVENLY}}}
      bowel: {{per_year: 365, {EVENLY}}}
    calendars: {{one: "08:00-10:00", two: "08:00-12:00"}}
    resources: {{hpb: {{calendar: one}}, colorectal: {{calendar: two}}}}
    pathway:
      states:
        livers: {{kind: start, stream: liver, to: resect}}
        bowels: {{kind: start, stream: bowel, to: remove}}
        resect:
          kind: activity
          duration: 1 hours
          fits: session
          needs: {{theatre: {{any_of: [hpb, colorectal]}}}}
          to: home
        remove:
          kind: activity
          duration: 1 hours
          fits: session
          needs: {{theatre: {{any_of: [colorectal]}}}}
          to: home
        home: {{kind: end}}
    """


def test_work_with_a_choice_counts_for_the_first_that_is_named() -> None:
    """Less than two hours of livers a day fit one theatre, one of bowels the other: neither needs to stand in."""
    loads = load_check(scenario_of(THEATRES.replace("per_year: 730", "per_year: 600")))
    hpb, colorectal = resource(loads, "hpb"), resource(loads, "colorectal")

    assert hpb.demand_hours == pytest.approx(per_year(loads, "resect"))
    assert colorectal.demand_hours == pytest.approx(per_year(loads, "remove"))
    assert (hpb.whole_case_load, colorectal.whole_case_load) == pytest.approx((hpb.load, colorectal.load))


def test_a_theatre_asked_for_too_much_shares_with_those_that_stand_in_for_it() -> None:
    """Three hours of livers a day for two of one theatre, but with one of bowels four of the six that the two have."""
    loads = load_check(scenario_of(THEATRES.replace("per_year: 730", "per_year: 1095")))
    both = (per_year(loads, "resect") + per_year(loads, "remove")) / (6 * YEAR)

    assert loads.sentences() == []
    for name, hours in (("hpb", 2), ("colorectal", 4)):
        row = resource(loads, name)
        assert (row.load, row.whole_case_load) == pytest.approx((both, both))
        assert row.demand_hours == pytest.approx(both * hours * YEAR)


def test_what_only_one_of_a_pool_can_do_must_fit_it() -> None:
    """Five hours of bowels a day do not fit the four of the only theatre that takes them, though the pool has six."""
    model = THEATRES.replace("per_year: 730", "per_year: 180").replace("per_year: 365", "per_year: 1825")
    loads = load_check(scenario_of(model))
    alone = per_year(loads, "remove") / (4 * YEAR)
    both = (per_year(loads, "resect") + per_year(loads, "remove")) / (6 * YEAR)

    assert resource(loads, "colorectal").load == pytest.approx(alone)
    assert resource(loads, "colorectal").whole_case_load == pytest.approx(alone)
    assert resource(loads, "hpb").load == pytest.approx(both)


# ---------------------------------------------------------------- packing


@pytest.mark.parametrize(
    ("length", "mix", "minutes"),
    [
        (480, [(180, 0, 1.0)], 360),  # two of three hours in eight
        (120, [(180, 0, 1.0)], 0),  # none
        (240, [(120, 0, 1.0)], 240),  # exactly two
        (255, [(135, 15, 1.0)], 270),  # the second may pass the close by a quarter of an hour
        (254, [(135, 15, 1.0)], 135),
        # long (180) or short (60), even odds: P(60) = ½·60 = 30, P(120) = ½(60 + 30) = 45,
        # P(180) = ½·180 + ½(60 + 45) = 142.5, P(240) = ½(180 + 30) + ½(60 + 142.5)
        (240, [(180, 0, 0.5), (60, 0, 0.5)], 206.25),
    ],
)
def test_packed_minutes(length: int, mix: list[tuple[int, int, float]], minutes: float) -> None:
    """Cases in the order of a random queue, until the first that does not fit."""
    assert packed_minutes(length, mix) == pytest.approx(minutes)


# ---------------------------------------------------------------- in words


def by_hand(**rows: tuple[float, float]) -> Loads:
    """Give loads of some resources: in minutes, in whole cases."""
    table = [(name, 1.0, 1.0, load, whole) for name, (load, whole) in rows.items()]
    return Loads(
        pd.DataFrame(table, columns=["resource", "demand_hours", "open_hours", "load", "whole_case_load"]),
        pd.DataFrame(),
    )


def test_what_never_settles_is_said() -> None:
    """Overloaded is what reaches its limit in minutes or in whole cases; the worse of the two is said."""
    loads = by_hand(ct=(0.8, math.nan), mdt=(1.12, math.nan), theatre=(0.9, 1.05), bed=(0.999, 0.999))

    assert loads.overloaded()["resource"].tolist() == ["mdt", "theatre"]
    assert loads.overloaded(0.9)["resource"].tolist() == ["mdt", "theatre", "bed"]
    assert loads.sentences() == [
        "This never settles: mdt needs 112 % of what it has.",
        "This never settles: theatre needs 105 % of what it has.",
    ]


def test_volumes_of_the_evidence_are_sums_of_states() -> None:
    """Minor and major together; independent intervals add as squares."""
    states = pd.DataFrame(
        {"state": ["minor", "major"], "per_year": [40.0, 20.0], "low": [37.0, 16.0], "high": [43.0, 24.0]}
    )
    volumes = {"hepatectomy": Volume("hepatectomy", ("minor", "major"), 64.0), "none": Volume("none", ("gone",), 1.0)}

    derived = derived_volumes(Loads(pd.DataFrame(), states), volumes).set_index("volume")

    assert derived.loc["hepatectomy"].tolist() == pytest.approx([60.0, 55.0, 65.0])
    assert derived.loc["none"].tolist() == [0.0, 0.0, 0.0]
