"""Comparing: pairs worked out by hand, exact zeros, two samples, all intervals at once, what changed most first."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from pathway.errors import PathwayError
from pathway.experiment import Experiment, Results
from pathway.experiment.pairs import How, compared, family_level
from pathway.scenario import Scenario, load_scenario

SHORT = {"run.warm_up": "1 week", "run.length": "8 weeks", "run.follow_up": "1 week"}
ALL = dict.fromkeys(("measure", "subject", "statistic", "part"))
CT = {"measure": "wait", "subject": "ct", "statistic": "mean", "part": ""}
PLAIN = How(0.95)


@cache
def short(name: str = "three", servers: int = 3, seed: int = 1) -> Scenario:
    changes = {**SHORT, "resources.server.capacity": servers, "run.seed": seed}
    return load_scenario("mmc").override(changes, name=name)


@cache
def results() -> Results:
    return Experiment([short(), short("same"), short("four", 4)], replications=4, workers=1).run()


def table(**scenarios: dict[str, list[float]]) -> pd.DataFrame:
    """Give the table of some scenarios: by name, of each subject the mean wait in each replication."""
    rows = [
        (name, number, "wait", subject, "", "mean", value, "days")
        for name, figures in scenarios.items()
        for subject, values in figures.items()
        for number, value in enumerate(values)
    ]
    columns = ["scenario", "replication", "measure", "subject", "part", "statistic", "value", "unit"]
    return pd.DataFrame(rows, columns=columns)


# ---------------------------------------------------------------- pairs by hand


def test_differences_are_paired() -> None:
    """Replications differ by 100, the pairs by 1, 2 and 3: the interval is 2 ± 4.302653 × 1 / √3."""
    both = table(base={"ct": [100.0, 200.0, 300.0]}, plus={"ct": [101.0, 202.0, 303.0]})
    (row,) = compared(both, "base", PLAIN, CT).to_dict("records")

    assert (row["scenario"], row["to"], row["n"], row["mean"], row["mean_to"]) == ("plus", "base", 3, 202, 200)
    assert (row["difference"], row["low"], row["high"]) == pytest.approx((2, 2 - 2.484138, 2 + 2.484138))
    assert (row["clear"], row["clarity"], row["paired"]) == (False, pytest.approx(2 / 2.484138), True)


def test_what_pairs_are_worth() -> None:
    """Variances 10,000 and 10,201, that of the difference 1: 20,201 times as many replications without pairs."""
    both = table(base={"ct": [100.0, 200.0, 300.0]}, plus={"ct": [101.0, 202.0, 303.0]})

    assert compared(both, "base", PLAIN, CT)["worth"].tolist() == pytest.approx([20_201])


def test_two_samples_without_common_luck_are_compared_as_welch_does() -> None:
    """1, 2, 3 against 2, 4, 9: as scipy's t-test of unequal variances says."""
    these, those = [2.0, 4.0, 9.0], [1.0, 2.0, 3.0]
    both = table(base={"ct": those}, other={"ct": these})
    (row,) = compared(both, "base", How(0.95, unlike={"other"}), CT).to_dict("records")
    expected = stats.ttest_ind(these, those, equal_var=False).confidence_interval(0.95)

    assert (row["difference"], row["low"], row["high"]) == pytest.approx((3, expected.low, expected.high))
    assert not row["paired"]
    assert np.isnan(row["worth"])


def test_only_replications_with_both_are_pairs() -> None:
    both = table(base={"ct": [1.0, np.nan, 3.0, np.inf]}, plus={"ct": [2.0, 7.0, 4.0, 5.0]})
    (row,) = compared(both, "base", PLAIN, CT).to_dict("records")

    assert (row["n"], row["mean"], row["mean_to"], row["difference"]) == (2, 3, 2, 1)


def test_a_difference_that_is_always_the_same_is_perfectly_clear() -> None:
    """0.1 + 0.2 is not 0.3, but three times the same difference has no spread."""
    both = table(base={"ct": [0.0, 0.0, 0.0]}, plus={"ct": [0.1, 0.1, 0.1]})
    (row,) = compared(both, "base", PLAIN, CT).to_dict("records")

    assert (row["difference"], row["low"], row["high"], row["clear"]) == (0.1, 0.1, 0.1, True)
    assert row["clarity"] == np.inf


def test_one_replication_tells_a_difference_and_no_interval() -> None:
    (row,) = compared(table(base={"ct": [1.0]}, plus={"ct": [2.0]}), "base", PLAIN, CT).to_dict("records")

    assert row["difference"] == 1
    assert np.isnan([row["low"], row["high"], row["clarity"]]).all()
    assert not row["clear"]


# ---------------------------------------------------------------- every figure


def test_a_scenario_equal_to_its_base_differs_by_exactly_0() -> None:
    """In every figure, with an interval of no width."""
    rows = results().compare("three")
    same = rows[(rows["scenario"] == "same") & (rows["n"] > 1)]

    assert len(same) > 30
    assert (same[["difference", "low", "high", "clarity"]] == 0).all(axis=None)
    assert not same["clear"].any()
    four = results().compare("three", measure="wait", subject="service", statistic="mean").set_index("scenario")
    assert four.loc["four", "high"] < 0


def test_all_figures_at_once_are_the_single_ones() -> None:
    rows = results().compare("three")
    one = results().compare("three", measure="wait", subject="service", statistic="p90")
    keys = ["scenario", "measure", "subject", "statistic", "part"]

    found = one[keys].merge(rows, on=keys, how="left")
    pd.testing.assert_frame_equal(found[one.columns], one)
    assert set(rows["measure"]) == set(results().table["measure"]) - {"prognosis"}


def test_some_figures() -> None:
    """What is not named may be anything."""
    rows = results().compare("three", measure="clock", statistic="p90")

    assert set(rows["statistic"]) == {"p90"}
    assert len(rows) == 2 * len(set(zip(rows["subject"], rows["part"], strict=True)))


def test_a_clock_without_a_part_means_all_patients() -> None:
    rows = results().compare("three", measure="clock", subject="wait", statistic="share_within")
    assert rows["difference"].tolist()[0] == 0
    assert rows["difference"].tolist()[1] > 0


def test_what_changed_most_comes_first() -> None:
    """By how many times its half-width: what never varies, then 10 ± 1, then 5 ± 1, then 0, then what has no pair."""
    base = dict.fromkeys(("none", "small", "large", "always", "lost"), [0.0, 0.0, 0.0])
    other = {"none": [0.0] * 3, "small": [4.0, 5.0, 6.0], "large": [9.0, 10.0, 11.0], "always": [2.0] * 3}
    rows = compared(table(base=base, other=other | {"lost": [np.nan] * 3}), "base", How(0.95, sort="change"), ALL)

    assert rows["subject"].tolist() == ["always", "large", "small", "none", "lost"]


def test_thousands_of_figures_take_no_time() -> None:
    """Five scenarios, 20 replications, 4,000 figures; a second would be one hundred times too slow for a loop."""
    rng = np.random.default_rng(1)
    names = [f"s{number}" for number in range(4000)]
    frames = [
        pd.DataFrame({"subject": names, "value": rng.normal(size=4000)}).assign(scenario=name, replication=number)
        for name in "abcde"
        for number in range(20)
    ]
    big = pd.concat(frames).assign(measure="wait", part="", statistic="mean", unit="days")
    began = time.perf_counter()
    rows = compared(big, "a", How(0.95, "bonferroni", "change"), ALL)

    assert len(rows) == 16_000
    assert time.perf_counter() - began < 5


def test_seeds_say_whether_there_are_pairs() -> None:
    """A scenario with another seed than the one compared with shares no luck with it."""
    mixed = Experiment([short(), short("same"), short("other", seed=2)], replications=3, workers=1).run()
    rows = mixed.compare("three", measure="wait", subject="service", statistic="mean").set_index("scenario")

    assert rows["paired"].to_dict() == {"same": True, "other": False}
    assert rows.loc["same", "difference"] == 0
    assert rows.loc["other", "difference"] != 0


# ---------------------------------------------------------------- refused


def test_survival_is_an_input_and_not_compared() -> None:
    with pytest.raises(PathwayError, match="input and not a result"):
        results().compare("three", measure="prognosis", subject="any", statistic="count")


@pytest.mark.parametrize(
    ("to", "subject", "words"),
    [("thre", "service", "did you mean three"), ("three", "servise", "did you mean service")],
)
def test_a_figure_that_is_not_there_is_refused_with_the_nearest_name(to: str, subject: str, words: str) -> None:
    with pytest.raises(PathwayError, match=words):
        results().compare(to, measure="wait", subject=subject, statistic="mean")


def test_a_way_of_comparing_that_is_not_there_is_refused() -> None:
    with pytest.raises(PathwayError, match="did you mean bonferroni"):
        results().compare("three", simultaneous="bonferoni")
    with pytest.raises(PathwayError, match="expected change"):
        results().compare("three", sort="name")
    with pytest.raises(PathwayError, match="between 0 and 1"):
        results().compare("three", level=95)


# ---------------------------------------------------------------- all at once


def test_intervals_that_hold_at_once_are_wider_by_as_much_as_there_are() -> None:
    """Two scenarios and five figures: ten intervals at 99.5 % each; one figure alone is as sure as ever."""
    figures = {f"f{number}": [1.0, 2.0, 4.0 + number] for number in range(5)}
    nothing = dict.fromkeys(figures, [0.0, 0.0, 0.0])
    made = table(base=nothing, one=figures, two=figures)
    at_once = compared(made, "base", How(0.95, "bonferroni"), ALL)
    each = compared(made, "base", How(0.995), ALL)

    assert family_level(How(0.95, "bonferroni"), 10) == pytest.approx(0.995)
    pd.testing.assert_frame_equal(at_once, each)
    alone = compared(made[made["scenario"] != "two"], "base", How(0.95, "sidak"), CT | {"subject": "f0"})
    pd.testing.assert_frame_equal(
        alone, compared(made[made["scenario"] != "two"], "base", PLAIN, CT | {"subject": "f0"})
    )


@pytest.mark.parametrize("together", [0.0, 0.8])
@pytest.mark.parametrize("way", ["bonferroni", "sidak"])
def test_all_intervals_hold_at_once_as_often_as_they_say(way: str, together: float) -> None:
    """Of 600 experiments all 40 true differences lie in their intervals in 95 % or more.

    Two scenarios, 20 figures, 20 replications, true differences 0 to 19 and correlations 0 or 0.8 between figures.
    If the truth is 95 %, fewer than 552 of 600 happen once in 1,000 (binomial); one seed, fixed.  Intervals that are
    each for itself hold all at once in far fewer.  The experiments lie side by side in one table, at the level that
    40 intervals need (the test above says that this is what is done).
    """
    rng = np.random.default_rng(20261126)
    tries, figures = 600, 20
    least = stats.binom.ppf(0.001, tries, 0.95)
    truth = np.tile(np.arange(float(figures)), tries)

    def noise() -> np.ndarray:
        shared = np.repeat(rng.normal(size=(20, tries)), figures, axis=1)
        return np.sqrt(together) * shared + np.sqrt(1 - together) * rng.normal(size=(20, tries * figures))

    base = noise()
    made = _table_of(base=base, one=base + truth + noise(), two=base + truth + noise())

    def held(level: float) -> int:
        rows = compared(made, "base", How(level), ALL)
        inside = (rows["low"].to_numpy() <= np.tile(truth, 2)) & (np.tile(truth, 2) <= rows["high"].to_numpy())
        return int(inside.reshape(2, tries, figures).all(axis=(0, 2)).sum())

    assert least == 552
    assert held(family_level(How(0.95, way), 2 * figures)) >= least
    assert held(0.95) < least


def test_paired_and_unpaired_intervals_hold_as_often_as_they_say() -> None:
    """Of 2,000 differences 95 % lie in their intervals, within what chance allows once in 1,000; one seed, fixed."""
    rng = np.random.default_rng(7)
    luck = rng.normal(size=(12, 2000))
    base, other = luck + rng.normal(size=luck.shape), luck + 1 + 0.5 * rng.normal(size=luck.shape)
    low, high = stats.binom.ppf([0.0005, 0.9995], 2000, 0.95)
    made = _table_of(base=base, other=other)
    apart = _table_of(base=base, other=1 + 0.5 * rng.normal(size=luck.shape))
    for rows in (compared(made, "base", PLAIN, ALL), compared(apart, "base", How(0.95, unlike={"other"}), ALL)):
        assert low <= int(((rows["low"] <= 1) & (rows["high"] >= 1)).sum()) <= high


def _table_of(**scenarios: np.ndarray) -> pd.DataFrame:
    """Give the table of arrays of replications by figures."""
    frames = []
    for name, values in scenarios.items():
        replication, figure = np.indices(values.shape).reshape(2, -1)
        frames.append(pd.DataFrame({"replication": replication, "subject": figure, "value": values.ravel()}))
        frames[-1]["scenario"] = name
    return pd.concat(frames).assign(measure="wait", part="", statistic="mean", unit="days")
