"""What care costs: read from a document, measured on logs of a few rows, each amount worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pathway.errors import PathwayError
from pathway.experiment import Results
from pathway.experiment.intervals import intervals
from pathway.experiment.worth import ratio
from pathway.graph import Activity, Delay, End, Meeting
from pathway.metrics import cost_curves, cost_per_case_at, measure
from pathway.metrics.costs import PARTS
from pathway.metrics.tidy import Figure
from pathway.scenario import (
    Capital,
    Consumable,
    Costs,
    Hire,
    Resource,
    ResourcePrice,
    Staffing,
    StatePrice,
    load_scenario,
    not_costed,
    unsourced,
)
from tests.logs import DAY, activity, figure, make_log, make_scenario, start, to
from tests.models import scenario_of
from tests.test_experiment import table

WEEKS_A_YEAR = 365.25 / 7  # the window of a log made by hand is a week
ROOM, STAFF = Resource("room"), Resource("nurse", kind="staff", capacity=2)


def priced(*states: StatePrice, resources: tuple[ResourcePrice, ...] = (), **more: Any) -> Any:
    """A scenario of a scan and a burn in one room, with prices."""
    costs = Costs("GBP", 2024, states, resources, curative=more.pop("curative", ()))
    known = more.pop("known", (ROOM, STAFF))
    needs = "room", *more.pop("also", ())
    scan, burn = activity("scan", "burn", *needs), activity("burn", "out", *needs)
    return make_scenario(start("scan"), scan, burn, End("out"), costs=costs, resources=known, **more)


def week(scenario: Any, **more: Any) -> Any:
    """Measure a week: open Monday 08:00-16:00; one scan of 60 minutes, one burn of 180, both of patient 0, who ends."""
    visits = [(0, "scan", 480, 480, 540), (0, "burn", 540, 540, 720)]
    holds = [(0, "scan", "room", 480, 540), (0, "burn", "room", 540, 720)]
    log = make_log(
        scenario,
        visits=more.pop("visits", visits),
        holds=more.pop("holds", holds),
        capacity=more.pop("capacity", {"room": [(0, 0), (480, 1), (960, 0)], "nurse": [(0, 2)]}),
        cases=more.pop("cases", [(0, 720, "out")]),
        **more,
    )
    return measure(log, scenario, first_treatment=["burn"])


def cost(measures: Any, subject: str, part: str = "", statistic: str = "per_year") -> float:
    """A figure, of an amount a year that of the week."""
    value = figure(measures, "cost", subject, statistic, part)
    return value / WEEKS_A_YEAR if statistic.endswith("per_year") else value


# ---------------------------------------------------------------- amounts


def test_a_visit_costs_its_price_and_what_it_uses_up() -> None:
    """One scan: 120 for the visit and two syringes of 9; the line of the price list says 1 visit a week."""
    measures = week(priced(StatePrice("scans", ("scan",), 120.0, (Consumable("syringe", 9.0, 2),))))

    assert cost(measures, "scan", "visit") == pytest.approx(120)
    assert cost(measures, "scan", "consumable") == pytest.approx(18)
    assert cost(measures, "all") == pytest.approx(138)
    assert figure(measures, "cost_line", "scans", "quantity", "visit") == pytest.approx(WEEKS_A_YEAR)


def test_only_completed_visits_of_the_window_cost_anything() -> None:
    """A patient who misses the slot has no visit; one who comes after the window is not counted."""
    visits = [(0, "scan", 0, 480, 540, "no_show"), (1, "scan", 7 * DAY, 7 * DAY, 7 * DAY + 60)]
    scenario = priced(StatePrice("scan", ("scan",), 120.0))

    assert cost(week(scenario, visits=visits, holds=[], cases=[(0,), (0,)], window=(0, 7 * DAY, DAY)), "all") == 0


def test_hours_open_and_hours_used_are_two_prices() -> None:
    """Eight hours open at 100 and four used at 10."""
    measures = week(priced(resources=(ResourcePrice("room", ("room",), open_hour=100.0, used_hour=10.0),)))

    assert cost(measures, "room", "open_hours") == pytest.approx(800)
    assert cost(measures, "room", "used_hours") == pytest.approx(40)


def test_work_after_the_close_costs_what_open_hours_cost() -> None:
    """A burn from 15:00 to 18:00: two hours after the close at 16:00 on top of the eight."""
    scenario = priced(resources=(ResourcePrice("room", ("room",), open_hour=100.0),))
    measures = week(scenario, visits=[(0, "burn", 0, 900, 1080)], holds=[(0, "burn", "room", 900, 1080)])

    assert cost(measures, "all") == pytest.approx(1000)


def test_a_bed_costs_by_the_day_it_is_taken() -> None:
    """Four hours are a sixth of a day."""
    measures = week(priced(resources=(ResourcePrice("room", ("room",), bed_day=600.0),)))

    assert cost(measures, "room", "bed_days") == pytest.approx(100)


@pytest.mark.parametrize(
    ("per", "fee", "a_week"), [("use", 50, 100), ("session", 70, 70), ("year", 52, 52 * 7 / 365.25)]
)
def test_hire_is_by_use_session_or_year(per: Any, fee: float, a_week: float) -> None:
    """Two uses in one session."""
    measures = week(priced(resources=(ResourcePrice("room", ("room",), hire=Hire(fee, per)),)))

    assert cost(measures, "room", "hire") == pytest.approx(a_week)


def test_capital_is_written_off_evenly_and_serviced() -> None:
    """Two units of 1,000, ten years, 5 % service: 2 x 150 a year, whatever the window."""
    bought = ResourcePrice("nurse", ("nurse",), capital=Capital(1000.0, 10.0, 0.05))

    assert figure(week(priced(resources=(bought,))), "cost", "nurse", "per_year", "capital") == pytest.approx(300)


def test_ends_and_delays_may_have_prices() -> None:
    """A laboratory report, which takes time but nothing of ours, at 30; who gets out brings in 500."""
    costs = Costs("GBP", 2024, (StatePrice("report", ("report",), 30.0), StatePrice("out", ("out",), income=500.0)))
    scenario = make_scenario(start("report"), Delay("report", rules=to("out")), End("out"), costs=costs)
    log = make_log(scenario, visits=[(0, "report", 0, 0, DAY)], cases=[(0, DAY, "out")])
    measures = measure(log, scenario)

    assert cost(measures, "all") == pytest.approx(30)
    assert cost(measures, "out", "income") == pytest.approx(500)
    assert cost(measures, "all", "", "net_per_year") == pytest.approx(470)


# ---------------------------------------------------------------- it adds up


FULL = priced(
    StatePrice("scan", ("scan",), 120.0, (Consumable("dye", 20.0),), income=1000.0),
    StatePrice("burn", ("burn",), consumables=(Consumable("probe", 300.0),), income=900.0),
    resources=(
        ResourcePrice("room", ("room",), open_hour=100.0, capital=Capital(7000.0, 7.0)),
        ResourcePrice("nurse", ("nurse",), used_hour=10.0),
    ),
)


def test_the_parts_add_up_to_the_whole() -> None:
    """Of things, of parts, and of price-list lines the sums are the same; income is no cost."""
    rows = week(FULL).summary.query("statistic == 'per_year' and part != 'income'")
    costs, lines = rows[rows["measure"] == "cost"], rows[rows["measure"] == "cost_line"]
    whole = costs["subject"] == "all"
    total = float(costs["value"][whole & (costs["part"] == "")].item())

    assert total == pytest.approx((120 + 20 + 300 + 800) * WEEKS_A_YEAR + 1000)
    assert costs["value"][~whole].sum() == pytest.approx(total)
    assert costs["value"][whole & (costs["part"] != "")].sum() == pytest.approx(total)
    assert lines["value"].sum() == pytest.approx(total)


def test_a_shared_resource_is_shared_by_what_was_used() -> None:
    """The room was used for 60 minutes by the scan and for 180 by the burn, so a quarter and three quarters of it."""
    measures, capital = week(FULL), 1000 / WEEKS_A_YEAR

    assert cost(measures, "scan", "", "full_per_year") == pytest.approx(140 + (800 + capital) / 4)
    assert cost(measures, "burn", "", "full_per_year") == pytest.approx(300 + (800 + capital) * 3 / 4)
    assert cost(measures, "scan", "open_hours", "full_per_year") == pytest.approx(200)
    assert cost(measures, "all", "", "unattributed_per_year") == 0


def test_cases_and_what_nobody_used_add_up_to_the_whole() -> None:
    """Nobody took the nurse hired by the year: that is attributed to no case."""
    hired = ResourcePrice("nurse", ("nurse",), hire=Hire(520.0, "year"))
    room = ResourcePrice("room", ("room",), open_hour=100.0)
    rows = week(priced(StatePrice("scan", ("scan",), 120.0), resources=(room, hired))).summary
    rows = rows[rows["measure"] == "cost"].set_index(["subject", "part", "statistic"])["value"]
    full = rows.xs(("", "full_per_year"), level=("part", "statistic")).sum()

    assert rows["all", "", "unattributed_per_year"] == pytest.approx(2 * 520)
    assert full + 2 * 520 == pytest.approx(rows["all", "", "per_year"])


def test_the_parts_of_a_case_add_up() -> None:
    measures = week(FULL)
    rows = measures.summary.query("measure == 'cost' and subject == 'burn' and statistic == 'full_per_year'")
    parts = rows[rows["part"] != ""]

    assert set(parts["part"]) == {"consumable", "open_hours", "capital"} <= set(PARTS)
    assert parts["value"].sum() / WEEKS_A_YEAR == pytest.approx(cost(measures, "burn", "", "per_case"))


def test_a_team_in_a_meeting_is_shared_by_the_minutes_of_each_kind_of_case() -> None:
    """An hour of two nurses at 30 in a meeting: a case of 10 minutes and one of 30, so 15 and 45 of the 60."""
    meeting = Meeting("weekly", (("nurse", 2),), ())
    talk = Activity("talk", planned=10, meeting=meeting, rules=to("plan"))
    plan = Activity("plan", planned=30, meeting=meeting, rules=to("out"))
    costs = Costs("GBP", 2024, (), (ResourcePrice("nurse", ("nurse",), used_hour=30.0),))
    scenario = make_scenario(start("talk"), talk, plan, End("out"), costs=costs, resources=[STAFF])
    holds = [(0, "talk", "meeting:weekly", 480, 490), (0, "plan", "meeting:weekly", 490, 520)]
    visits = [(0, "talk", 0, 480, 490), (0, "plan", 490, 490, 520)]
    capacity = {"meeting:weekly": [(0, 0), (480, 1), (540, 0)], "nurse": [(0, 2), (480, 2, 2), (540, 2, 0)]}
    measures = measure(make_log(scenario, visits=visits, holds=holds, capacity=capacity, cases=[(0,)]), scenario)

    assert cost(measures, "nurse", "used_hours") == pytest.approx(60)
    assert cost(measures, "talk", "", "per_case") == pytest.approx(15)
    assert cost(measures, "plan", "", "per_case") == pytest.approx(45)


# ---------------------------------------------------------------- per patient, per case, and break-even


def test_cost_per_patient_treated_counts_first_treatments() -> None:
    """Two burns at 300 in the week, one of a patient burnt the week before: one patient is treated first."""
    visits = [
        (0, "burn", 0, 60, 120),
        (0, "burn", 7 * DAY, 7 * DAY, 7 * DAY + 60),
        (1, "burn", 8 * DAY, 8 * DAY, 8 * DAY + 60),
    ]
    scenario = priced(StatePrice("burn", ("burn",), 300.0), curative=("burn",))
    measures = week(scenario, visits=visits, holds=[], cases=[(0,), (0,)], window=(7 * DAY, 7 * DAY, 0))

    assert cost(measures, "all", "", "per_treated") == pytest.approx(600)
    assert cost(measures, "all", "", "per_curative") == pytest.approx(300)


def test_a_year_without_a_case_has_no_cost_of_one() -> None:
    measures = week(priced(StatePrice("burn", ("burn",), 300.0)), visits=[], holds=[], cases=[(0,)])

    assert np.isnan(cost(measures, "burn", "", "per_case"))
    assert np.isnan(cost(measures, "all", "", "per_treated"))


def test_the_fixed_cost_of_a_nanoknife_is_that_of_the_evidence() -> None:
    """A generator of 250,000, seven years and 10 % service: 60.7 thousand a year, whatever else a case costs."""
    generator = ResourcePrice("room", ("room",), capital=Capital(250_000.0, 7.0, 0.1))
    figures = week(
        priced(StatePrice("burn", ("burn",), 7000.0), resources=(generator,)), holds=[(0, "burn", "room", 540, 720)]
    ).summary
    fixed = {cases: cost_per_case_at(figures, "burn", cases) - 7000 for cases in (8, 17, 26, 40)}

    assert {cases: round(each / 1000, 1) for cases, each in fixed.items()} == {8: 7.6, 17: 3.6, 26: 2.3, 40: 1.5}


def test_a_case_costs_what_all_cases_of_all_years_cost() -> None:
    """Years of 1 case for 100, 4 for 200 and none for 50: 350 over 5, not the mean of 100 and 50."""

    def year(full: float, cases: float) -> list[Figure]:
        known = {"full_per_year": full, "cases_per_year": cases, "per_case": full / cases if cases else np.nan}
        return [Figure("cost", "burn", "", key, value, "GBP") for key, value in known.items()]

    frame = intervals(table(base=[year(100, 1), year(200, 4), year(50, 0)]), None, {}, 0.95)

    assert frame.set_index("statistic")["mean"]["per_case"] == pytest.approx(70)


def test_bought_against_hired() -> None:
    """Owning at 60,714 a year or hiring at 4,000 a use: the same at 15.2 cases, as far as nothing else needs it."""
    price = ResourcePrice("laser", ("laser",), capital=Capital(250_000.0, 7.0, 0.1), instead_hire=Hire(4000.0, "use"))
    costs = Costs("GBP", 2024, (StatePrice("burn", ("burn",), 7000.0),), (price,))
    states = start("burn"), activity("burn", "out", "laser"), End("out")
    scenario = make_scenario(*states, costs=costs, resources=[Resource("laser")])
    log = make_log(
        scenario,
        visits=[(0, "burn", 0, 0, 60)],
        holds=[(0, "burn", "laser", 0, 60)],
        capacity={"laser": [(0, 1)]},
        cases=[(0,)],
    )
    curves = cost_curves(measure(log, scenario).summary, scenario, "burn", [8, price.hire_break_even or 0])
    found = {(row.way, round(row.volume)): round(row.per_case) for row in curves.itertuples()}

    assert found == {("bought", 8): 14589, ("bought", 15): 11000, ("hired", 8): 11000, ("hired", 15): 11000}

    hired = ResourcePrice("laser", ("laser",), hire=Hire(4000.0, "use"), instead_capital=price.capital)
    other = make_scenario(*states, costs=Costs("GBP", 2024, costs.states, (hired,)), resources=[Resource("laser")])
    again = cost_curves(measure(log, other).summary, other, "burn", [8, price.hire_break_even or 0])
    assert again["per_case"].tolist() == pytest.approx(curves["per_case"].tolist())


def test_an_activity_without_costs_is_named_with_the_nearest() -> None:
    with pytest.raises(PathwayError, match="there is no cost of 'scam'; did you mean scan"):
        cost_per_case_at(week(FULL).summary, "scam", 8)


def test_hire_and_purchase_break_even() -> None:
    """Owning at 150 a year against 25 a use: six uses; hired by the year there is no such number."""
    capital = Capital(1000.0, 10.0, 0.05)
    bought = ResourcePrice("room", ("room",), capital=capital, instead_hire=Hire(25.0, "use"))

    assert figure(week(priced(resources=(bought,))), "cost", "room", "break_even", "hire") == 6
    assert ResourcePrice("x", ("x",), hire=Hire(30.0, "session"), instead_capital=capital).hire_break_even == 5
    assert ResourcePrice("x", ("x",), capital=capital, instead_hire=Hire(30.0, "year")).hire_break_even is None
    assert ResourcePrice("x", ("x",), capital=capital, instead_hire=Hire(0.0, "use")).hire_break_even == np.inf


def test_income_and_cost_break_even() -> None:
    """The burn leaves 900 - 300 - 600 for hours = 0 of 750 fixed, so never; the scan 660, of 250."""
    assert figure(week(FULL), "cost", "burn", "break_even", "income") == np.inf
    assert figure(week(FULL), "cost", "scan", "break_even", "income") == pytest.approx(250 / (1000 - 140 - 200))


# ---------------------------------------------------------------- staffing


def test_people_who_fill_the_roster() -> None:
    """Two nurses round the clock are 336 h a week, of a third of a person each: 112 / 37.5 x 1.2; a room is nobody."""
    scenario = priced(staffing=Staffing(37.5, 0.2, {"nurse": 1 / 3}))
    measures = week(scenario)

    assert figure(measures, "staffing", "nurse", "wte") == pytest.approx(112 / 37.5 * 1.2)
    assert figure(measures, "staffing", "all", "wte") == pytest.approx(112 / 37.5 * 1.2)
    assert measures.summary.query("measure == 'staffing'")["subject"].tolist() == ["nurse", "all"]


def test_without_prices_nothing_is_measured() -> None:
    scenario = make_scenario(start("scan"), activity("scan", "out", "room"), End("out"))
    measures = week(scenario, visits=[], holds=[], cases=[(0,)])

    assert not {"cost", "cost_line", "staffing"} & set(measures.summary["measure"])


# ---------------------------------------------------------------- a day of wait


def results(**scenarios: list[tuple[float, float]]) -> Results:
    """Results with costs and patient-days a year: a pair for each replication."""
    rows = {
        name: [
            [
                Figure("cost", "all", "", "per_year", cost, "GBP a year"),
                Figure("clock", "d62", "all", "days_per_year", days, "days a year"),
            ]
            for cost, days in pairs
        ]
        for name, pairs in scenarios.items()
    }
    return Results(table(**rows), {}, {}, {})


def test_a_day_saved_costs_the_difference_over_the_days() -> None:
    """3,000 more for 60 days less: 50 a day; every pair says the same, so it is sure."""
    found = results(base=[(10_000, 200), (11_000, 250)], more=[(13_000, 140), (14_000, 190)])
    row = found.cost_of_a_day("base", clock="d62").iloc[0]

    assert (row["scenario"], row["currency"], row["n"], row["defined"]) == ("more", "GBP", 2, True)
    assert (row["cost"], row["days_saved"]) == (3000, 60)
    assert (row["per_day"], row["low"], row["high"]) == pytest.approx((50, 50, 50))


def test_fieller_by_hand() -> None:
    """Costs 1, 2, 3 and days 9, 10, 11 the other way round: t = 4.3027, s2 = 1, cov = -1, n = 3, t2/n = 6.1710.

    y2 - 6.171 = 93.829; xy + 6.171 = 26.171; x2 - 6.171 = -2.171; root of 26.171^2 + 93.829 x 2.171 = 29.811.
    """
    found = ratio(np.array([1.0, 2.0, 3.0]), np.array([11.0, 10.0, 9.0]), 0.95)

    assert found == pytest.approx((0.2, (26.171 - 29.811) / 93.829, (26.171 + 29.811) / 93.829), abs=1e-4)


@pytest.mark.parametrize(
    "more", [[(12_000, 260), (15_000, 270)], [(12_000, 100), (15_000, 249)], [(12_000, 200), (9_000, 250)]]
)
def test_no_price_where_days_do_not_surely_fall(more: list[tuple[float, float]]) -> None:
    """They rise; they fall, but perhaps by chance; they are the same."""
    row = results(base=[(10_000, 200), (11_000, 250)], more=more).cost_of_a_day("base", clock="d62").iloc[0]

    assert not row["defined"]
    assert np.isnan([row["per_day"], row["low"], row["high"]]).all()


def test_what_cannot_be_compared_is_refused() -> None:
    """No wait named, no such scenario, no such clock, two currencies."""
    found = results(base=[(1, 1)], more=[(1, 1)])
    for asked, said in (({}, "say of which wait"), ({"clock": "d61"}, "did you mean d62")):
        with pytest.raises(PathwayError, match=said):
            found.cost_of_a_day("base", **asked)
    with pytest.raises(PathwayError, match="there is no scenario 'bse' with costs; did you mean base"):
        found.cost_of_a_day("bse", clock="d62")
    mixed = found.table.copy()
    mixed.loc[(mixed["scenario"] == "more") & (mixed["measure"] == "cost"), "unit"] = "CNY a year"
    with pytest.raises(PathwayError, match="nothing is converted"):
        Results(mixed, {}, {}, {}).cost_of_a_day("base", clock="d62")


# ---------------------------------------------------------------- documents


def test_a_document_is_read_as_it_is_written() -> None:
    """Through the door: prices, a consumable counted four times, capital beside a hire it is compared with."""
    costs = load_scenario("tests/data/clinic.yaml").costs
    assert costs is not None
    scans = next(each for each in costs.states if each.name == "scans")
    scanner = next(each for each in costs.resources if each.name == "scanner")

    assert (costs.currency, costs.price_year, costs.curative) == ("GBP", 2024, ("operation",))
    assert (scans.visit, scans.used_up, scans.income, scans.states) == (120, 19, 200, ("scan",))
    assert scanner.capital == Capital(500_000, 10, 0.08)
    assert scanner.instead_hire == Hire(700, "session")
    assert scanner.hire_break_even == pytest.approx(90_000 / 700)


def test_what_has_no_price_is_named() -> None:
    """The scan's price covers the whole visit, but not the nurse, who sits in the board, which has none."""
    activities, things = not_costed(load_scenario("tests/data/clinic.yaml"))

    assert activities == ("board",)
    assert things == ("nurse",)


def test_prices_are_numbers_that_need_a_source() -> None:
    scenario = scenario_of(
        """
        costs: {currency: GBP, price_year: 2024, states: {scan: {visit: 120 GBP}}}
        states: {scan: {kind: activity, duration: 10 min, to: out}}
        """,
        "gp",
    )

    assert "costs.states.scan.visit" in unsourced(scenario)
