"""Sizing: the sequential test, where replications go, and what is said at the door and at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app
from pathway.cli.door import NO
from pathway.errors import ScenarioError, SizingError
from pathway.experiment import Sizing
from pathway.experiment.sized_words import say_configurations
from pathway.models import model_path
from pathway.report import outlook_html, sizing_html
from pathway.scenario import read_value
from pathway.sizing import SoFar, factor_from_text, factors_from, growth_from_text, outlook
from pathway.sizing.margins import Found, Goal, goals_of
from pathway.sizing.order import Order
from pathway.sizing.outlook import when_below
from pathway.sizing.pricing import prices, rostered
from pathway.sizing.selecting import Effort, Job, Race, race
from pathway.sizing.testing import MEETS, MISSES, UNDECIDED, Rule, error_of_each, verdict
from pathway.sizing.varying import configurations

CONFIDENCE = 0.999  # of the statistical tests below, whose seeds are fixed
NONE = Order((), ())
USED = Goal("used", "share", 0.8, -1.0, 0.02, None)


def mmc(**changes: object) -> pw.Scenario:
    """One queue, three servers, half a year."""
    shorter = {"run.length": "26 weeks", "run.warm_up": "4 weeks", "run.follow_up": "2 weeks"}
    return pw.load_scenario("mmc").override(shorter | changes, name="mmc", title="One queue")


# ---------------------------------------------------------------- the test of one target


@pytest.mark.parametrize("error", [0.05, 0.01])
def test_a_target_just_beyond_the_tolerance_is_judged_wrongly_no_more_often_than_allowed(error: float) -> None:
    """2,000 repetitions on normal margins whose mean is exactly one tolerance: the worst there can be."""
    rng, rule = np.random.default_rng(20261126), Rule(first=10, tolerance=0.02, error=error)
    longest = 4_000
    verdicts = [verdict(rng.normal(0.02, 0.1, longest), rule) for _ in range(2_000)]

    assert UNDECIDED not in verdicts  # the triangle closes
    wrong = verdicts.count(MISSES)
    assert binomtest(wrong, 2_000, error, alternative="greater").pvalue > 1 - CONFIDENCE


def test_the_triangle_has_closed_after_the_replications_it_takes_at_most() -> None:
    rng, rule = np.random.default_rng(1), Rule(first=10, tolerance=0.05, error=0.01)
    margins = rng.normal(0.0, 0.2, 5_000)
    last = int(np.ceil(rule.at_most(margins)))

    assert verdict(margins[:last], rule) != UNDECIDED


def test_a_batch_more_does_not_change_a_verdict() -> None:
    rng, rule = np.random.default_rng(5), Rule(first=10, tolerance=0.05, error=0.01)
    margins = rng.normal(0.08, 0.2, 400)
    decided = next(n for n in range(10, 400) if verdict(margins[:n], rule))

    assert all(verdict(margins[:n], rule) == verdict(margins[:decided], rule) for n in range(decided, 400))


def test_margins_without_any_spread_are_judged_at_once() -> None:
    assert verdict(np.full(5, 0.001), Rule(5, 0.02, 0.01)) == MEETS
    assert verdict(np.full(5, -0.001), Rule(5, 0.02, 0.01)) == MISSES


# ---------------------------------------------------------------- where replications go


def normal_sample(means: Sequence[float], rng: np.random.Generator, shared: float = 0.05):  # type: ignore[no-untyped-def]
    """Give a service used so much on the mean, with luck that all configurations share and luck of their own."""
    common: dict[int, float] = {}

    def sample(jobs: Sequence[Job]) -> Iterable[tuple[Job, Found]]:
        for place, number in jobs:
            luck = common.setdefault(number, rng.normal(0, shared))
            yield (place, number), {("target", "used", "value"): means[place] + luck + rng.normal(0, 0.03)}

    return sample


def raced(means: Sequence[float], seed: int, prices: Sequence[float] | None = None, at_most: int = 100_000) -> Race:
    rule = Rule(10, USED.tolerance, error_of_each(0.95, len(means), 1))
    run = Race(prices or [float(n) for n in range(len(means))], [USED], [rule], NONE, Effort(10, 10, at_most))
    for _ in race(run, normal_sample(means, np.random.default_rng(seed))):
        pass
    return run


def test_the_cheapest_that_meets_the_target_is_chosen_as_often_as_promised() -> None:
    """200 repetitions, four cheaper ones miss by just the tolerance and the right one meets by just as much."""
    means = [0.82, 0.82, 0.82, 0.82, 0.78, 0.7]
    right = sum(raced(means, seed).choice == 4 for seed in range(200))

    assert binomtest(right, 200, 0.95, alternative="less").pvalue > 1 - CONFIDENCE


def test_replications_go_to_the_cheapest_that_is_not_decided() -> None:
    run = raced([0.95, 0.81, 0.70, 0.60], seed=3)
    spent = [len(samples) for samples in run.samples]

    assert run.choice == 2
    assert spent[0] == 10  # clearly too little
    assert spent[1] > 10  # hardly too little, and cheaper than the choice
    assert spent[3] == 10  # dearer than the choice


def test_the_price_decides_and_not_the_place() -> None:
    assert raced([0.6, 0.7, 0.95], seed=1, prices=[3.0, 2.0, 1.0]).choice == 1


def test_what_is_not_clear_when_the_effort_is_spent_is_said_to_be_undecided() -> None:
    run = raced([0.80, 0.5], seed=2, at_most=20)

    assert run.choice is None
    assert run.standing(0) == UNDECIDED
    assert run.standing(1) == MEETS


def test_less_is_known_from_more_only_where_the_order_showed() -> None:
    """With more the target is missed clearly; with less it is hardly sampled, and follows."""

    def run_with(order: Order) -> Race:
        rules = [Rule(5, 0.02, 0.01)]
        run = Race([1.0, 2.0], [USED], rules, order, Effort(5, 5, 5))
        values = {0: [1.4, 0.5, 1.5, 0.4, 1.3], 1: [0.9, 0.91, 0.92, 0.9, 0.91]}
        run.take(
            [((place, n), {("target", "used", "value"): v}) for place in values for n, v in enumerate(values[place])]
        )
        return run

    following, apart = run_with(Order(((0, 1),), ((0, 1),))), run_with(NONE)
    assert apart.verdicts == [[UNDECIDED], [MISSES]]
    assert following.verdicts == [[MISSES], [MISSES]]
    assert following.inferred == {(0, 0)}


# ---------------------------------------------------------------- whole sizings


@pytest.fixture(scope="module")
def sized() -> Sizing:
    goals = [{"clock": "wait", "within": "10 hours", "share": "80 percent"}, {"utilisation": "server", "at_most": 0.8}]
    return pw.size(mmc(), {"resources.server.capacity": range(1, 5)}, goals, first=10, workers=1)


def test_the_answer_is_erlangs(sized: Sizing) -> None:
    """Within 10 hours: 59 % with two servers, 95 % with three (see models/mmc.yaml)."""
    assert sized.choice == "Server: 3"
    assert sized.runner_up == "Server: 4"
    assert sized.nearest_miss == "Server: 2"
    assert sized.chosen is not None
    assert sized.chosen.resources["server"].capacity == 3
    reached = sized.targets.set_index(["configuration", "target"])["value"]
    assert reached["Server: 3", "wait within 10 h"] == pytest.approx(0.947, abs=0.02)
    assert reached["Server: 3", "utilisation server"] == pytest.approx(0.5, abs=0.02)


def test_what_the_choice_costs_is_said_beside_the_cheapest(sized: Sizing) -> None:
    assert (
        "Keeping its staff, rooms and equipment ready costs 504.0 open hours a week: 336.0 open hours a week more than "
        "the cheapest that was compared (Server: 1)."
    ) in sized.sentences()
    goal = {"clock": "wait", "within": "10 hours", "share": "50 percent"}
    least = pw.size(mmc(), {"resources.server.capacity": [2, 3]}, [goal], first=10, workers=1)
    assert any(each.endswith("the least of all that were compared.") for each in least.sentences())


def test_what_is_on_the_roster_is_the_price(sized: Sizing) -> None:
    assert sized.configurations["price"].tolist() == [168.0, 336.0, 504.0, 672.0]  # unit-hours a week


def test_what_stands_idle_is_told(sized: Sizing) -> None:
    used = sized.use.set_index(["configuration", "resource"])["utilisation"]
    assert used["Server: 4", "server"] == pytest.approx(0.375, abs=0.02)
    assert any("Server then stands idle" in each for each in sized.sentences())


def test_the_answer_is_worded_with_its_guarantee(sized: Sizing) -> None:
    first = sized.sentences()[0]
    assert "in this model, with these inputs" in first
    assert "at least 95 %" in first
    assert "guaranteed" not in " ".join(sized.sentences())


def test_the_page_says_the_same(sized: Sizing) -> None:
    page = sizing_html(sized)
    assert "is the cheapest of 4 configurations" in page
    assert "Where the replications went" in page


def test_a_sizing_is_the_same_again(sized: Sizing) -> None:
    goals = [{"clock": "wait", "within": "10 hours", "share": "80 percent"}, {"utilisation": "server", "at_most": 0.8}]
    again = pw.size(mmc(), {"resources.server.capacity": range(1, 5)}, goals, first=10, workers=2)

    assert again.targets.equals(sized.targets)
    assert again.configurations.equals(sized.configurations)


def test_how_far_a_search_is_is_told_with_what_is_known(sized: Sizing) -> None:
    """Nothing as long as a configuration has one replication only; then estimates, and no verdict before its time."""
    told: list[tuple[int, int, Sizing | None]] = []
    pw.size(
        mmc(),
        {"resources.server.capacity": range(1, 5)},
        [{"clock": "wait", "within": "10 hours", "share": "80 percent"}],
        first=10,
        at_most=30,
        workers=1,
        progress=lambda so_far: told.append((so_far.done, so_far.most, so_far.known())),
    )

    assert [done for done, _, _ in told] == list(range(1, len(told) + 1))
    assert told[0][1] == 4 * 30
    assert all(most <= before for (_, most, _), (_, before, _) in zip(told[1:], told, strict=False))
    assert [known is None for _, _, known in told[:8]] == [True] * 7 + [False]
    early = told[7][2]
    assert early is not None
    assert set(early.configurations["standing"]) == {"undecided"}
    assert early.configurations["replications"].tolist() == [2] * 4


def test_an_interrupted_search_keeps_what_it_finished() -> None:
    def stop(so_far: SoFar) -> None:
        if so_far.done == 9:
            raise KeyboardInterrupt

    goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    vary = {"resources.server.capacity": range(1, 5)}
    ended = pw.size(mmc(), vary, [goal], first=10, workers=1, progress=stop)

    assert ended.choice is None
    assert ended.manifest["interrupted"]
    assert ended.configurations["replications"].tolist() == [3, 2, 2, 2]
    assert ended.sentences()[0].startswith("Ended before it was clear, after 9 simulated years: 4 of the 4")
    assert "Ended before it was clear" in sizing_html(ended)


def test_interrupted_before_anything_is_known_it_is_interrupted() -> None:
    def stop(so_far: SoFar) -> None:
        raise KeyboardInterrupt

    goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    with pytest.raises(KeyboardInterrupt):
        pw.size(mmc(), {"resources.server.capacity": [2, 3]}, [goal], first=10, workers=1, progress=stop)


def test_what_surely_does_is_said_where_something_cheaper_is_not_clear() -> None:
    """Two servers reach 59 %: whether that is 60 % is not clear after ten years; that three do is."""
    goal = {"clock": "wait", "within": "10 hours", "share": "59 percent"}
    vary = {"resources.server.capacity": range(2, 5)}
    unclear = pw.size(mmc(), vary, [goal], first=10, at_most=10, tolerance=0.001, workers=1)

    assert unclear.undecided == ["Server: 2"]
    assert any(each.startswith("Server: 3 meets every target: ") for each in unclear.sentences())


def test_nobody_needs_to_know_of_what_is_dearer_than_the_answer() -> None:
    configurations = pd.DataFrame(
        {
            "configuration": ["one", "two", "three"],
            "standing": ["undecided", "meets", "undecided"],
            "price": [1.0, 2.0, 3.0],
            "price_unit": "h",
            "replications": 20,
        }
    )
    targets = pd.DataFrame({"configuration": ["one", "two", "three"], "label": "in time"})
    targets = targets.assign(value=0.9, low=0.8, high=1.0, unit="share")
    _, rows = say_configurations(configurations, targets)

    assert [row[1] for row in rows] == ["undecided", "meets all", "dearer, not followed up"]


def test_nothing_may_meet_the_targets() -> None:
    goal = {"clock": "wait", "within": "10 hours", "share": "99 percent"}
    sized = pw.size(mmc(), {"resources.server.capacity": [1, 2]}, [goal], first=10, workers=1)

    assert sized.choice is None
    assert sized.chosen is None
    assert sized.nearest_miss == "Server: 2"
    assert sized.sentences()[0].startswith("None of the 2 configurations")


def test_several_paths_can_vary_together() -> None:
    (factor,) = factors_from({("resources.server.capacity", "run.seed"): [2, 3]})
    found = configurations(mmc(), [factor])

    assert [one.scenario.resources["server"].capacity for one in found] == [2, 3]
    assert [one.scenario.run.seed for one in found] == [2, 3]


def test_an_alternative_may_have_a_name() -> None:
    """A whole section stands behind a name: it is laid over what is there, and the name is what is printed."""
    two = {"title": "two servers", "value": {"capacity": 2}}
    found = configurations(mmc(), factors_from({"resources.server": [two, {"capacity": 3}]}))

    assert [one.name for one in found] == ["two servers", "Server: 3"]
    assert [one.scenario.resources["server"].capacity for one in found] == [2, 3]
    goal = {"clock": "wait", "within": "10 hours", "share": "99 percent"}
    sized = pw.size(mmc(), {"resources.server": [two]}, [goal], first=5, at_most=5, workers=1)
    assert sized.configurations["resources.server"].tolist() == ["two servers"]


def test_a_backlog_cleared_by_a_day_is_a_target() -> None:
    """Twenty wait for one server that needs ten hours for each and gets 1.2 new ones a day: too few; two do."""
    waiting = {"stream": "arrivals", "state": "service", "joined": "2026-12-01", "count": 20}
    scenario = mmc(**{"run.warm_up": "0 days", "patients": [waiting], "streams.arrivals.per_year": 438})
    goal = {"waiting": "service", "at_most": 1, "by": "2027-01-16"}
    sized = pw.size(scenario, {"resources.server.capacity": range(1, 4)}, [goal], first=10, workers=1)

    reached = sized.targets.set_index("configuration")["value"]
    assert reached["Server: 1"] == pytest.approx(20 + 1.2 * 12 - 12 * 1440 / 600, abs=4)
    assert sized.choice == "Server: 2"


def test_a_calendar_within_an_alternative_that_may_be_tried_is_not_unused(tmp_path: Path) -> None:
    body = """
schema: 1
name: nights
title: Nights
model: mmc
calendars: {nights: {sessions: [{days: [mon], hours: "20:00-06:00"}]}, KEEPER}
vary: {resources: [{title: by night, value: {server: {calendar: nights}}}]}
"""
    path = tmp_path / "nights.yaml"
    path.write_text(body.replace("KEEPER", "third_thursday: {sessions: []}"), encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        pw.load_scenario(path)
    assert "calendars.third_thursday is kept by no resource" in str(refused.value)
    assert "calendars.nights" not in str(refused.value)


# ---------------------------------------------------------------- at the door


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("resources.server.capacity=2..4", (2, 3, 4)),
        ("resources.server.capacity=2..8..3", (2, 5, 8)),
        ("resources.server.calendar=days, nights", ("days", "nights")),
        ("a.sessions=[{days: [wed, fri]}], [{days: [mon]}]", ([{"days": ["wed", "fri"]}], [{"days": ["mon"]}])),
    ],
)
def test_what_varies_is_read_as_a_scenario_file_would(text: str, values: tuple[object, ...]) -> None:
    assert factor_from_text(text, lambda value: read_value(value, "--vary")).values == values


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("resources.server.capacity", "expected PATH=VALUES"),
        ("resources.server.capacity=4..2", "a range of whole numbers that goes up"),
        ("resources.server.capacity=2..x", "a range of whole numbers"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, said: str) -> None:
    with pytest.raises(SizingError, match=said):
        factor_from_text(text, lambda value: read_value(value, "--vary"))


def test_faults_of_all_configurations_are_said_at_once() -> None:
    with pytest.raises(ScenarioError) as refused:
        pw.size(mmc(), {"resources.servr.capacity": [2, 3], "streams.arrivals.per_year": [-1.0]}, workers=1)
    assert "servr is used by no activity; did you mean server?" in str(refused.value)
    assert "per_year" in str(refused.value)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"vary": {}}, "nothing may vary"),
        ({"vary": {"resources.server.capacity": []}}, "has no values"),
        ({"vary": {"resources.server.capacity": [2, 2]}}, "the same value twice"),
        ({"vary": {"resources.server.capacity": range(2001)}}, "more than 2,000"),
        ({"targets": []}, "has no targets"),
        ({"probability": 1.0}, "probability is 1"),
        ({"tolerance": 0.0}, "tolerance is 0"),
        ({"first": 2}, "first is 2"),
    ],
)
def test_questions_without_an_answer_are_refused(how: dict[str, object], said: str) -> None:
    asked = {"vary": {"resources.server.capacity": [2, 3]}, "workers": 1} | how
    with pytest.raises(SizingError, match=said):
        pw.size(mmc(), **asked)  # type: ignore[arg-type]


def test_a_target_nobody_is_ever_counted_for_is_refused() -> None:
    goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    nobody = mmc(**{"streams.arrivals.per_year": 0})
    with pytest.raises(SizingError, match="no patient is ever counted"):
        pw.size(nobody, {"resources.server.capacity": [2, 3]}, [goal], first=5, workers=1)


def test_the_quantile_of_a_wait_is_judged_as_a_share() -> None:
    scenario = mmc(targets=[{"wait": "service", "statistic": "p90", "at_most": "1 days"}])
    (goal,) = goals_of(scenario, 0.02, 0.02)

    assert (goal.unit, goal.level, goal.better) == ("share", 0.9, 1.0)


def test_leave_and_holidays_are_taken_off_the_roster() -> None:
    off = mmc(**{"resources.server.leave": [{"from": "2027-01-04", "to": "2027-01-17", "units": 3}]})

    assert rostered(off)["server"].hours == pytest.approx(504 * 24 / 26)
    assert [one.amount for one in prices([mmc(), off])] == pytest.approx([504, 504 * 24 / 26])


# ---------------------------------------------------------------- until when capacity suffices


def test_the_week_is_the_first_in_which_a_falling_share_is_below_the_goal() -> None:
    """Ten patients a week, all within for ten weeks, then eight: weeks fall below nine in ten from the eleventh on."""
    known = np.full((3, 20), 10.0)
    within = np.tile(np.where(np.arange(20) < 10, 10.0, 8.0), (3, 1))

    share, fitted, stops, earliest, latest = when_below(known, within, 0.9)
    assert (stops, earliest, latest) == (10, 10, 10)
    assert share.tolist() == fitted.tolist()


def test_weeks_without_patients_say_nothing() -> None:
    known = np.array([[10.0, 0.0, 10.0]] * 2)
    share, fitted, stops, *_ = when_below(known, known * 1.0, 0.9)

    assert np.isnan(share[1])
    assert fitted.tolist() == [1.0, 1.0, 1.0]
    assert stops == 3


def test_capacity_stops_sufficing_when_erlang_says_so() -> None:
    """Three servers and 80 % within ten hours: by Erlang that ends at 2.09 servers' work, 1.39 times today's.

    At 20 % a year that is 22 months; the queue follows the load within weeks, so the interval is to hold it give or
    take three months.
    """
    goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    found = outlook(mmc(), {"arrivals": 0.2}, [goal], years=3, replications=20, workers=1)
    (answer,) = found.answers.itertuples()

    expected = pd.Timestamp("2027-01-04") + pd.DateOffset(months=22)
    slack = pd.DateOffset(months=3)
    assert answer.earliest - slack <= expected <= answer.latest + slack
    assert "80 % is reached until week" in found.sentences()[0]
    assert "Week by week" in outlook_html(found)


def test_what_suffices_all_the_time_and_what_never_does_is_said() -> None:
    goals = [{"clock": "wait", "within": f"{hours} hours", "share": "90 percent"} for hours in (48, 1)]
    found = outlook(mmc(), {"arrivals": 0.0}, goals, years=1, replications=2, workers=1)

    assert "in all 1 years" in found.sentences()[0]
    assert "not reached from the first week on" in found.sentences()[1]


@pytest.mark.parametrize(
    ("grow", "how", "said"),
    [
        ({}, {}, "nothing grows"),
        ({"arivals": 0.2}, {}, "did you mean arrivals?"),
        ({"arrivals": 20.0}, {}, "a share a year such as 0.2"),
        ({"arrivals": 0.2}, {"years": 0}, "years is 0"),
        (
            {"arrivals": 0.2},
            {"targets": [{"utilisation": "server", "at_most": 0.9}]},
            "no target is a share of patients",
        ),
    ],
)
def test_outlooks_without_an_answer_are_refused(grow: dict[str, float], how: dict[str, object], said: str) -> None:
    goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    with pytest.raises(SizingError, match=re.escape(said)):
        outlook(mmc(), grow, **({"targets": [goal], "workers": 1} | how))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["arrivals", "arrivals=much", "arrivals=%"])
def test_growth_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(SizingError, match="expected STREAM=SHARE"):
        growth_from_text(text)


def test_a_choice_is_tried_in_plausible_sets_of_inputs() -> None:
    """Three servers reach 80 % within ten hours up to 1,828 arrivals a year: in 63 % of sets between 876 and 2,400."""
    unsure = mmc(uncertain={"streams.arrivals.per_year": {"low": 876, "high": 2400}})
    goal = {"clock": "wait", "within": "10 hours", "share": "80 percent"}
    sized = pw.size(unsure, {"resources.server.capacity": [2, 3]}, [goal], first=10, plausible=40, workers=1)

    assert sized.manifest["plausible"]["sufficient"] / 40 == pytest.approx((1828 - 876) / (2400 - 876), abs=0.06)
    assert any("plausible sets of inputs" in each for each in sized.sentences())


def test_plausible_sets_need_limits() -> None:
    with pytest.raises(SizingError, match="within which limits"):
        pw.size(mmc(targets=[{"clock": "wait"}]), {"resources.server.capacity": [2, 3]}, plausible=5, workers=1)


def test_with_costs_the_price_is_what_is_paid_whether_anybody_comes_or_not() -> None:
    """Three servers round the clock at 2 an hour and owned at 7,000 over seven years: 8,766 hours a year each."""
    costs = {
        "currency": "GBP",
        "price_year": 2026,
        "resources": {"server": {"open_hours": "2 GBP/h", "capital": {"price": "7000 GBP", "life": "7 years"}}},
    }
    (price,) = prices([mmc(costs=costs)])

    assert price.unit == "GBP"
    assert price.amount == pytest.approx(3 * (8766 * 2 + 1000), rel=1e-3)


def test_of_two_that_cost_the_same_the_one_with_fewer_open_hours_comes_first() -> None:
    costs = {"currency": "GBP", "price_year": 2026, "resources": {"server": {"hire": "5 GBP/year"}}}
    few, many = prices([mmc(costs=costs), mmc(costs=costs)])
    assert few.rank == many.rank

    free = {"currency": "GBP", "price_year": 2026, "states": {"service": {"visit": "5 GBP"}}}
    few, many = prices([mmc(costs=free), mmc(**{"costs": free, "resources.server.capacity": 4})])
    assert few.unit == "h"  # as nothing that differs has a price
    assert few.rank < many.rank


# ---------------------------------------------------------------- the command

DAYS = """\
schema: 1
extends: MMC
name: hours
run: {length: 26 weeks, warm_up: 4 weeks, follow_up: 2 weeks}
calendars:
  long_days: {title: long days, sessions: [{days: [mon, tue, wed, thu, fri, sat, sun], hours: "00:00-20:30"}]}
"""


def test_an_alternative_that_only_the_command_names_is_not_unused(tmp_path: Path) -> None:
    """A calendar the file's resources do not keep, tried by --vary; open hours are told to a tenth."""
    (tmp_path / "hours.yaml").write_text(DAYS.replace("MMC", str(model_path("mmc"))))
    told = CliRunner().invoke(
        app,
        [
            *("size", str(tmp_path / "hours.yaml"), "--vary", "resources.server.calendar=always,long_days"),
            *("--target", "{utilisation: server, at_most: 0.9}", "--first=5", "--at-most=6", "--workers=1"),
            *("--no-store", f"--out={tmp_path}"),
        ],
    )

    assert told.exit_code in (0, NO), told.output
    assert "430.5" in told.stdout  # hours a week: 3 servers, 7 days of 20.5 h
    assert "504.0" in told.stdout
