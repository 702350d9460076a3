"""Uncertain numbers: read at the door, moved one at a time, about, and in whole sets."""

from __future__ import annotations

import numpy as np
import pytest

import pathway as pw
from pathway.errors import ScenarioError, SizingError
from pathway.metrics import Measures
from pathway.metrics.tidy import Figure, summary
from pathway.report import write_sensitivity
from pathway.scenario import is_assumed, source_of, with_values
from pathway.sensitivity import Asked, asked_from_text, plausible, screening, tornado
from pathway.sensitivity.figures import contributions, mean_and_half
from pathway.sensitivity.plausible import taken_apart
from tests.theory.formulas import wait_mmc

WAIT = asked_from_text("mean wait service")
ARRIVALS, SERVERS, SERVICE = "streams.arrivals.per_year", "resources.server.capacity", "pathway.states.service.duration"
LIMITS = {
    ARRIVALS: {"low": 876, "high": 1752, "source": "X1 [A]: a third either way"},
    SERVERS: {"low": 3, "high": 4, "title": "Servers"},
    "run.replications": {"low": 5, "high": 9},
}


def unsure(**limits: object) -> pw.Scenario:
    shorter = {"run.length": "26 weeks", "run.warm_up": "4 weeks", "run.follow_up": "2 weeks"}
    return pw.load_scenario("mmc").override(shorter | {"uncertain": limits or LIMITS}, name="unsure", title="One queue")


# ---------------------------------------------------------------- at the door


def test_limits_are_read_with_their_units_and_sources() -> None:
    scenario = unsure(
        **{SERVICE: {"low": 0.5, "high": 2, "likely": 1, "multiplies": "yes"}, ARRIVALS: LIMITS[ARRIVALS]}
    )

    assert scenario.uncertain[SERVICE].multiplies
    assert source_of(scenario, scenario.uncertain[SERVICE]) == "chosen, long beside a minute"
    assert not is_assumed(scenario, scenario.uncertain[SERVICE])
    assert is_assumed(scenario, scenario.uncertain[ARRIVALS])


@pytest.mark.parametrize(
    ("path", "limits", "said"),
    [
        ("resources.servr.capacity", {"low": 1, "high": 2}, "there is no servr; did you mean server?"),
        (SERVERS, {"low": 2}, "needs 'high'"),
        (SERVERS, {"low": 2, "high": 2}, "expected low below high"),
        (SERVERS, {"low": 2, "high": 3, "likely": 4}, "which is not between 2 and 3"),
        (SERVICE, {"low": "5 min", "high": 10}, "limits in plain numbers and min"),
        (SERVERS, {"low": "few", "high": 3}, "expected a number, or a quantity"),
        ("resources.server.title", {"low": 1, "high": 2, "multiplies": "yes"}, "multiplies nothing"),
    ],
)
def test_limits_that_make_no_sense_are_refused(path: str, limits: dict[str, object], said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        unsure(**{path: limits})


def test_a_distribution_is_multiplied_with_all_its_times_and_keeps_its_shape() -> None:
    paths = f"{SERVICE} + pathway.states.service.planned"
    timed = {"pathway.states.service.duration": {"lognormal": {"median": "100 min", "sigma": 0.3}}}
    scenario = unsure(**{ARRIVALS: LIMITS[ARRIVALS]}).override(
        timed | {"pathway.states.service.planned": "110 min", "pathway.states.service.fits": "session"},
        name="timed",
    )
    scenario = scenario.override({"uncertain": {paths: {"low": 0.5, "high": 1.5, "multiplies": "yes"}}}, name="unsure")
    longest = with_values(scenario, {paths: 1.0}, name="longest")

    written = longest.tree["pathway"]["states"]["service"]  # type: ignore[index]
    assert written["duration"] == {"lognormal": {"median": "150 min", "sigma": 0.3}}
    assert written["planned"] == "165 min"


def test_whole_numbers_stay_whole_and_nothing_else_changes() -> None:
    scenario = unsure()

    assert with_values(scenario, {SERVERS: 0.49}, name="x").resources["server"].capacity == 3
    assert with_values(scenario, {SERVERS: 0.51}, name="x").resources["server"].capacity == 4
    assert with_values(scenario, {ARRIVALS: 0.5}, name="x").streams["arrivals"].per_year == 1314


def test_limits_change_no_number_of_the_run() -> None:
    from pathway.scenario import fingerprint

    plain = unsure().override({"uncertain": None}, name="unsure")
    assert fingerprint(plain) == fingerprint(unsure())


@pytest.mark.parametrize("level", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_a_triangle_has_the_quantiles_of_scipy(level: float) -> None:
    from scipy.stats import triang

    found = unsure(**{SERVERS: {"low": 2, "high": 6, "likely": 3}}).uncertain[SERVERS]
    assert found.at(level) == pytest.approx(float(triang(0.25, 2, 4).ppf(level)))


# ---------------------------------------------------------------- figures


def year(decided: float, value: float) -> Measures:
    figures = [
        Figure("target", "t", "", "decided", decided, "patients"),
        Figure("target", "t", "", "value", value, "share"),
    ]
    return Measures(summary(figures), {})


def test_the_share_of_a_target_is_of_all_patients_not_of_years() -> None:
    """Nine of ten one year and none of two the next are nine of twelve."""
    found = contributions(Asked("target", "t", "value"), [year(10, 0.9), year(2, 0.0)])

    assert found.mean() == pytest.approx(0.75)
    assert found.tolist() == pytest.approx([0.75 + 1.5 / 6, 0.75 - 1.5 / 6])


def test_a_year_without_patients_contributes_nothing() -> None:
    assert contributions(Asked("target", "t", "value"), [year(4, 0.5), year(0, np.nan)]).mean() == pytest.approx(0.5)


def test_figures_that_are_not_measured_are_refused_with_the_nearest() -> None:
    for asked, said in (
        ("mean wait servce", "did you mean service?"),
        ("men wait service", "did you mean mean?"),
        ("mean", "expected STATISTIC MEASURE SUBJECT"),
    ):
        with pytest.raises(SizingError, match=said.replace("?", r"\?")):
            tornado(unsure(), [asked_from_text(asked)], [SERVERS], replications=2, workers=1)


def test_an_interval_needs_two_finite_values() -> None:
    assert np.isnan(mean_and_half(np.array([1.0]))[1])
    assert np.isnan(mean_and_half(np.array([1.0, np.inf]))[1])
    assert mean_and_half(np.array([1.0, 3.0]))[1] == pytest.approx(12.706, abs=0.001)  # t with one degree of freedom


# ---------------------------------------------------------------- one at a time


def test_a_tornado_shows_what_theory_says() -> None:
    """Three servers at a load of 1 and of 2: the mean wait goes from 0.019 to 0.37 days; a fourth server takes 94 %."""
    found = tornado(unsure(), [WAIT], replications=8, workers=1).table.set_index("path")

    low, high = (wait_mmc(per_year / 365, 600 / 1440, 3) for per_year in (876, 1752))
    assert found.loc[ARRIVALS, "at_low"] == pytest.approx(low, rel=0.25)
    assert found.loc[ARRIVALS, "at_high"] == pytest.approx(high, rel=0.25)
    assert found.loc[SERVERS, "at_high"] == pytest.approx(wait_mmc(3.6, 600 / 1440, 4), rel=0.35)
    assert list(found.index)[0] == ARRIVALS  # the widest first
    swing, half = found.loc[SERVERS, ["swing", "swing_half"]]
    assert swing + half < 0  # fewer servers cannot help, and pairs show it


def test_what_matters_most_is_said_and_that_it_is_an_assumption() -> None:
    said = tornado(unsure(), [WAIT], replications=4, workers=1).sentences()

    assert said[0].startswith("mean wait service: streams.arrivals.per_year matters most")
    assert "is an assumption" in said[1]


def test_a_number_that_changes_nothing_has_no_swing() -> None:
    found = tornado(unsure(**{"run.replications": {"low": 5, "high": 9}}), [WAIT], replications=2, workers=1)

    assert found.table["swing"].tolist() == [0.0]
    assert "no number moves it beyond chance" in found.sentences()[0]


def test_only_uncertain_numbers_can_be_moved() -> None:
    with pytest.raises(SizingError, match="did you mean resources.server.capacity"):
        tornado(unsure(), [WAIT], ["resources.server.capacty"], workers=1)
    with pytest.raises(SizingError, match="within which limits"):
        tornado(pw.load_scenario("mmc"), [WAIT], workers=1)
    with pytest.raises(SizingError, match="has no targets"):
        tornado(unsure(), workers=1)


# ---------------------------------------------------------------- all together


def test_screening_puts_what_matters_first_and_what_does_not_last() -> None:
    found = screening(unsure(), [WAIT], trajectories=4, replications=1, workers=1).table.set_index("path")

    assert list(found.index) == [ARRIVALS, SERVERS, "run.replications"]
    assert found.loc[ARRIVALS, "sigma"] > 0  # what arrivals do depends on the servers
    assert found.loc[ARRIVALS, "mu"] > 0 > found.loc[SERVERS, "mu"]


def test_the_spread_is_taken_apart_into_inputs_and_chance() -> None:
    """Known variances: sets 4, chance 9; 4,000 sets of four give both within a twentieth."""
    rng = np.random.default_rng(20261126)
    by_set = rng.normal(0, 2, (4_000, 1)) + rng.normal(0, 3, (4_000, 4))
    found = taken_apart(by_set)

    assert found["from_inputs"] == pytest.approx(4, rel=0.1)
    assert found["from_chance"] == pytest.approx(9, rel=0.05)
    assert found["share_of_inputs"] == pytest.approx(4 / 13, rel=0.1)


def test_sets_of_inputs_show_what_comes_from_not_knowing_them() -> None:
    found = plausible(unsure(), [WAIT], sets=12, replications=2, workers=1)
    rank = found.ranks.set_index("path")["rank_correlation"]

    assert found.table["share_of_inputs"][0] > 0.5
    assert rank[ARRIVALS] > 0 > rank[SERVERS]
    assert len(found.sets) == 12
    assert "nine of ten plausible sets" in found.sentences()[0]


def test_sets_need_more_than_one_run_each() -> None:
    with pytest.raises(SizingError, match="expected 2 or more of both"):
        plausible(unsure(), [WAIT], sets=5, replications=1, workers=1)


def test_the_page_has_all_three(tmp_path) -> None:  # type: ignore[no-untyped-def]
    scenario = unsure()
    one = tornado(scenario, [WAIT], replications=2, workers=1)
    all_about = screening(scenario, [WAIT], trajectories=2, replications=1, workers=1)
    sets = plausible(scenario, [WAIT], sets=4, replications=2, workers=1)
    page = write_sensitivity(one, tmp_path / "s.html", screening=all_about, plausible=sets).read_text("utf-8")

    for title in ("One number at a time", "All numbers moved about", "Plausible sets of inputs"):
        assert title in page
