"""How many replications are enough: the published rule, beside sim-tools' and by how often its intervals hold."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from sim_tools.output_analysis import ReplicationsAlgorithm, confidence_interval_method

from pathway.errors import PathwayError
from pathway.experiment import Experiment, Precision
from pathway.experiment.intervals import t_quantile
from pathway.experiment.precision import AHEAD, LEAST, ahead, enough, foreseen, growing, precise
from pathway.experiment.until import Search, outcome, read_precision, say_outcome
from pathway.metrics import Measures
from pathway.metrics.tidy import Figure, summary
from pathway.scenario import load_scenario
from tests.stops import TIMES, stops

SURE = 0.999  # of every statistical test here; seeds are fixed, so it passes or fails for good


def within(share: float) -> Precision:
    return Precision(measure="wait", subject="ct", statistic="mean", within=share)


def number(values: Sequence[float], share: float) -> int | None:
    return enough(precise(np.array(values), within(share)))


# ---------------------------------------------------------------- beside sim-tools


class Sequenced:
    """A model, as sim-tools wants one, whose replications give the numbers of a sequence."""

    def __init__(self, values: Sequence[float]) -> None:
        self.values = values

    def single_run(self, replication_number: int) -> dict[str, float]:
        return {"wait": self.values[replication_number]}


def of_sim_tools(values: Sequence[float], share: float) -> int | None:
    with warnings.catch_warnings(action="ignore"):  # that a precision is not reached
        algorithm = ReplicationsAlgorithm(0.05, share, LEAST, AHEAD, replication_budget=len(values) - 20)
        found, _ = algorithm.select(Sequenced(values), ["wait"])
    answer: int | None = found["wait"]
    return answer


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_sim_tools_stops_at_the_same_replication(share: float) -> None:
    """On 20 sequences each of normal, lognormal and exponential numbers, wherever it stops within a hundred.

    Beyond that the two may differ: there sim-tools counts the look-ahead from the present replication, the paper
    from the one at which the precision was reached, and sim-tools takes an earlier run of six as well.
    """
    rng = np.random.default_rng(2010)
    compared = 0
    for _ in range(20):
        drawn = rng.normal(10, 2, 120), rng.lognormal(2, 0.3, 120), 5 + rng.exponential(2, 120)
        for values in drawn:
            theirs, ours = of_sim_tools(values, share), number(values, share)
            if theirs is not None and theirs <= 95:
                compared += 1
                assert ours == theirs
            else:
                assert ours is None or ours > 95
    assert compared >= 20


def test_means_and_intervals_are_those_of_sim_tools() -> None:
    """Its confidence interval method, replication by replication; numbers far from 0 lose nothing."""
    values = 1e6 + np.random.default_rng(3).normal(0, 1, 60)
    theirs = confidence_interval_method(values, alpha=0.05, desired_precision=0.05, min_rep=3)[1]
    means, halves = growing(values)

    assert means == pytest.approx(theirs["Cumulative Mean"].to_numpy(), abs=5e-3)  # it rounds to two decimals
    assert (means - halves)[2:] == pytest.approx(theirs["Lower Interval"].to_numpy()[2:], abs=5.1e-3)
    for n in (3, 10, 60):
        assert halves[n - 1] == pytest.approx(t_quantile(0.95, n) * np.std(values[:n], ddof=1) / math.sqrt(n), 1e-6)


# ---------------------------------------------------------------- the rule itself


def as_published(met: Sequence[bool]) -> int | None:
    """Follow the chart of the paper step by step: n grows; once precise, look ahead; on a miss go on from there."""
    n = LEAST
    while n <= len(met):
        if met[n - 1]:
            misses = [k for k in range(1, ahead(n) + 1) if n + k > len(met) or not met[n + k - 1]]
            if not misses:
                return n
            n += misses[0]
        else:
            n += 1
    return None


def test_the_rule_is_the_published_one() -> None:
    """On random sequences of precise and not precise, beyond a hundred too, where the look-ahead grows."""
    rng = np.random.default_rng(61)
    stops = []
    for chance in (0.6, 0.8, 0.9):
        for _ in range(200):
            met = rng.random(400) < chance
            met[: rng.choice([2, 2, 150, 300])] = False
            stops.append(enough(met))
            assert stops[-1] == as_published(met.tolist())
    assert sum(stop is not None and stop > 100 for stop in stops) > 100


def test_a_precision_that_is_lost_again_does_not_count() -> None:
    met = np.array([False, False, True, True, False, True, True, True, True, True, True])
    assert enough(met) == 6
    assert enough(met[:-1]) is None


def test_an_absolute_precision_is_in_the_unit_of_the_figure() -> None:
    """Half the interval of 1, 2, 3 is 2.48."""
    days = Precision(measure="wait", subject="ct", statistic="mean", plus_minus=2.5, unit="days")
    assert precise(np.array([1.0, 2.0, 3.0]), days).tolist() == [False, False, True]
    assert not precise(np.array([1.0, 2.0, 3.0]), within(0.5)).any()


def test_what_was_not_measured_is_no_value_and_what_is_infinite_is_never_precise() -> None:
    means, halves = growing(np.array([1.0, np.nan, 2.0, 3.0, np.inf]))
    assert means[:4].tolist() == [1, 1, 1.5, 2]
    assert np.isnan(halves[:3]).all()
    assert halves[3] == pytest.approx(2.484138)
    assert not precise(np.array([1.0, 1.0, 1.0, np.inf]), within(0.1))[3]


def test_nothing_ever_differs() -> None:
    """Three equal numbers are known exactly, zeros too."""
    assert number([0.0] * 8, 0.05) == 3
    assert math.isnan(foreseen(np.zeros(8), within(0.05)))


def test_how_many_it_would_take_is_foreseen() -> None:
    """Standard deviation 1 around 10, wanted ± 1 %: 0.1 = 1.966 / √n, so 387; every second one missing, twice that."""
    assert foreseen(np.array([9.0, 10.0, 11.0]), within(0.01)) == 387
    assert foreseen(np.array([9.0, np.nan, 10.0, np.nan, 11.0, np.nan]), within(0.01)) == 774


# ---------------------------------------------------------------- how often it is right


@pytest.mark.parametrize(("share", "least"), [(0.1, 0.92), (0.05, 0.93)])
def test_the_mean_is_as_near_as_said(share: float, least: float) -> None:
    """Normal numbers of mean 10 and deviation 3, 2000 times: how often the mean is within the precision asked for.

    A rule that stops when it looks good is a little less sure than the 95 % of its intervals; at least `least`
    of stops must be right, less what chance takes off once in a thousand.
    """
    right, _ = stops(share)
    assert right >= binom.ppf(1 - SURE, TIMES, least)


# ---------------------------------------------------------------- searching


def measured(value: float) -> Measures:
    return Measures(summary([Figure("wait", "ct", "", "mean", value, "days")]), {})


def searched(values: Sequence[float], together: int, *, share: float = 0.1, at_most: int = 200) -> Search:
    """Let a search have the replications it wants until it has found what it looks for."""
    search = Search((within(share),), ["base"], at_most, together)
    while search.found() is None:
        search.see([{"base": measured(values[place])} for place in range(search.done, search.wanted())])
    return search


def test_how_many_work_at_a_time_makes_no_difference() -> None:
    """One process or forty: the same replications are enough, and the precision said is of just these."""
    values = np.random.default_rng(5).normal(10, 4, 200)
    one, *others = (searched(values, together) for together in (1, 2, 7, 40))
    count = one.found()

    assert count == number(values, 0.1)
    assert count is not None
    assert {other.found() for other in others} == {count}
    assert all(other.said(count) == one.said(count) for other in others)
    assert others[-1].done >= 40


def test_no_more_are_done_than_look_ahead_and_batch_ask_for() -> None:
    values = np.random.default_rng(5).normal(10, 4, 200)
    search = searched(values, 1)
    assert search.done <= 1.5 * ((search.found() or 0) + AHEAD)


def test_with_the_most_allowed_it_says_how_far_it_came() -> None:
    values = np.tile([5.0, 10.0, 15.0], 10)  # deviation 4.152, so (1.969 × 4.152 / 0.5)² = 267
    search = searched(values, 2, share=0.05, at_most=30)

    assert search.found() == 30
    assert say_outcome(search.said(30)[0]) == (
        "base: mean wait ct is 10 ± 16 %, asked for ± 5 %; about 270 replications would be needed"
    )


def test_every_figure_must_be_precise_in_every_scenario_that_has_it() -> None:
    """The second scenario needs more than the first; a third does not have the figure at all."""
    rng = np.random.default_rng(8)
    steady, wild = rng.normal(10, 1, 200), rng.normal(10, 4, 200)
    other = Measures(summary([Figure("wait", "mri", "", "mean", 1.0, "days")]), {})
    search = Search((within(0.1),), ["steady", "wild", "other"], 200, 1)
    while search.found() is None:
        new = range(search.done, search.wanted())
        search.see([{"steady": measured(steady[r]), "wild": measured(wild[r]), "other": other} for r in new])

    assert search.found() == number(wild, 0.1)
    assert [each["scenario"] for each in search.said(20)] == ["steady", "wild"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("p90 wait ct", "says no precision; expected a figure and how precise, such as"),
        ("ct 5 %", "says no precision"),
        ("mean wait ct 0 %", "the precision is 0, expected more than 0"),
        ("mean wait cct 5 %", "no figure has subject 'cct'; did you mean ct"),
        ("mean wiat ct 5 %", "no figure has measure 'wiat'; did you mean wait"),
        ("meen wait ct 5 %", "no figure has statistic 'meen'; did you mean mean"),
        ("mean wait ct 5 patients", "this figure is in days, not in patients"),
    ],
)
def test_a_precision_that_cannot_be_is_refused(text: str, words: str) -> None:
    with pytest.raises(PathwayError, match=words):
        Search((read_precision(text),), ["base"], 200, 1).see([{"base": measured(1.0)}] * 3)


def test_neither_or_both_kinds_of_precision_are_refused() -> None:
    for wrong in ({}, {"within": 0.1, "plus_minus": 1.0}):
        with pytest.raises(PathwayError, match="expected one of within"):
            Precision(measure="wait", subject="ct", statistic="mean", **wrong)
    with pytest.raises(PathwayError, match="at_most is 2, expected 3 or more"):
        Search((within(0.1),), ["base"], 2, 1)
    with pytest.raises(PathwayError, match="no precision is asked for"):
        Search((), ["base"], 200, 1)


def test_the_outcome_of_nothing_measured_is_said() -> None:
    found = outcome(within(0.1), "base", np.array([np.nan, np.nan]))
    assert say_outcome(found) == "base: mean wait ct has no precision yet, asked for ± 10 %"


# ---------------------------------------------------------------- whole experiments


def experiment(**how: Any) -> Experiment:
    short = {"run.warm_up": "1 week", "run.length": "8 weeks", "run.follow_up": "1 week"}
    return Experiment([load_scenario("mmc").override(short, name="short")], **how)


def test_an_experiment_stops_when_it_is_precise_enough_whoever_works_on_it() -> None:
    """The results are those of as many replications as were found to be enough, and of no others."""
    one = experiment(workers=1).run_until("per_year throughput service 4 %", at_most=60)
    two = experiment(workers=2).run_until("per_year throughput service 4 %", at_most=60)
    count = one.manifest["replications"]
    plain = experiment(workers=1, replications=count).run()

    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.table, plain.table)
    values = one.table.query("measure == 'throughput' and subject == 'service'")["value"].to_numpy()
    (said,) = one.manifest["precision"]
    assert 3 <= count < 60
    assert said["reached"]
    assert said["half"] == pytest.approx(t_quantile(0.95, count) * values.std(ddof=1) / math.sqrt(count))
    assert said["half"] <= 0.04 * values.mean()
    assert two.manifest["precision"] == one.manifest["precision"]
    assert "short: per_year throughput service is" in repr(one)


def test_an_interrupted_search_says_how_far_it_came() -> None:
    def progress(done: int, total: int, left: float) -> None:
        if done == 5:
            raise KeyboardInterrupt

    found = experiment(workers=1).run_until("mean wait service 0.1 %", progress=progress)
    assert (found.manifest["interrupted"], found.manifest["replications"]) == (True, 5)
    assert found.manifest["precision"][0]["replications"] == 5


def test_how_many_is_either_said_or_found_out() -> None:
    with pytest.raises(PathwayError, match="leave one of them out"):
        experiment(replications=5).run_until("mean wait service 5 %")
