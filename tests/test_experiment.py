"""Experiments: the same numbers however they are computed, honest intervals, pairs, saving and resuming."""

from __future__ import annotations

import os
import signal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pathway import plan
from pathway.errors import PathwayError
from pathway.experiment import Experiment, Results, fold, load_results, only_figures, replicate, working
from pathway.experiment.intervals import intervals
from pathway.metrics.tidy import Figure, summary
from pathway.scenario import Scenario, load_scenario

SHORT = {"run.warm_up": "1 week", "run.length": "8 weeks", "run.follow_up": "1 week"}


@cache
def short(name: str = "three", servers: int = 3) -> Scenario:
    return load_scenario("mmc").override({**SHORT, "resources.server.capacity": servers}, name=name)


@cache
def results() -> Results:
    return Experiment([short(), short("same"), short("four", 4)], replications=4, workers=1).run()


def table(**scenarios: list[list[Figure]]) -> pd.DataFrame:
    """Give the table of some scenarios, each a list of replications, each a list of figures."""
    parts = [
        summary(figures).assign(scenario=name, replication=number)
        for name, replications in scenarios.items()
        for number, figures in enumerate(replications)
    ]
    joined = pd.concat([part.astype(dict.fromkeys(part.columns.drop(["value", "replication"]), str)) for part in parts])
    return joined.reset_index(drop=True)


def of(
    values: list[float], *, measure: str = "wait", statistic: str = "mean", unit: str = "days"
) -> list[list[Figure]]:
    return [[Figure(measure, "ct", "", statistic, value, unit)] for value in values]


def interval(values: list[float], **figure: str) -> dict[str, Any]:
    return intervals(table(base=of(values, **figure)), None, {}, 0.95).iloc[0].to_dict()


# ---------------------------------------------------------------- intervals


def test_precision_and_one_year_are_two_intervals() -> None:
    """Of 1, 2, 3: s = 1 and t(2) = 4.302653, so ± 4.3027 / √3 and ± 4.3027 √(1 + 1/3)."""
    found = interval([11.0, 12.0, 13.0])

    assert (found["n"], found["mean"]) == (3, 12)
    assert (found["low"], found["high"]) == pytest.approx((12 - 2.484138, 12 + 2.484138))
    assert (found["see_low"], found["see_high"]) == pytest.approx((12 - 4.968275, 12 + 4.968275))


def test_one_replication_has_no_interval() -> None:
    """Not one of width 0, which would look like certainty."""
    found = interval([12.0])

    assert found["mean"] == 12
    assert all(np.isnan(found[key]) for key in ("low", "high", "see_low", "see_high"))


def test_shares_stay_between_0_and_1_and_waits_above_0() -> None:
    share = interval([0.9, 1.0, 1.0], measure="clock", statistic="share_within", unit="share")
    wait = interval([0.0, 0.1, 2.0])

    assert share["see_high"] == share["high"] == 1
    assert wait["see_low"] == 0
    assert interval([-1.0, 0.0, 1.0], measure="waiting", statistic="growth_per_week")["low"] < -1


def test_booking_may_exceed_what_is_offered() -> None:
    assert interval([1.1, 1.3], measure="utilisation", statistic="booked", unit="share")["mean"] == pytest.approx(1.2)


def test_what_was_not_measured_in_a_replication_is_left_out_of_the_mean() -> None:
    found = interval([1.0, np.nan, 3.0])
    assert (found["n"], found["mean"]) == (2, 2)


def test_a_wait_that_never_ends_has_an_infinite_mean_and_no_interval() -> None:
    found = interval([1.0, np.inf])

    assert found["mean"] == np.inf
    assert np.isnan(found["low"])


# ---------------------------------------------------------------- few cases


def few(*replications: list[float]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the figures and the single waits of an activity with few patients."""
    figures = [
        [
            Figure("wait", "ire", "", "count", len(days), "patients"),
            Figure("wait", "ire", "", "median", float(np.median(days)), "days"),
            Figure("wait", "ire", "", "p90_km", float(max(days)), "days"),
        ]
        for days in replications
    ]
    rows = [("base", number, "wait", "ire", "", day, True) for number, days in enumerate(replications) for day in days]
    raw = pd.DataFrame(rows, columns=["scenario", "replication", "measure", "subject", "part", "days", "happened"])
    return table(base=figures), raw


def test_percentiles_of_few_cases_are_of_all_replications_together() -> None:
    """Medians 1 and 10 of two years: the median of all five patients is 3, not 5.5."""
    figures, raw = few([1.0, 1.0, 3.0], [9.0, 11.0])
    found = intervals(figures, raw, {"base": 1.0}, 0.95).set_index("statistic")

    assert found["pooled"].to_dict() == {"count": False, "median": True, "p90_km": True}
    assert found.loc["median", "mean"] == 3
    assert found.loc["p90_km", "mean"] == 11
    assert found.loc["median", "high"] > 3 > found.loc["median", "low"]


def test_many_cases_are_not_pooled() -> None:
    figures, raw = few([1.0] * 120, [9.0] * 120)
    found = intervals(figures, raw, {"base": 1.0}, 0.95).set_index("statistic")

    assert found.loc["median", ["mean", "pooled"]].tolist() == [5, False]


def test_a_long_run_share_counts_patients_not_years() -> None:
    """One of one in time, then none of three: a quarter, not a half."""
    years = [(1.0, 1.0), (0.0, 3.0), (np.nan, 0.0)]
    figures = [
        [
            Figure("clock", "c", "all", "count", decided, "patients"),
            Figure("clock", "c", "all", "decided", decided, "patients"),
            Figure("clock", "c", "all", "share_within", share, "share"),
        ]
        for share, decided in years
    ]
    found = intervals(table(base=figures), None, {"base": 1.0}, 0.95).set_index("statistic")

    assert found.loc["share_within", ["mean", "n"]].tolist() == [0.25, 2]


def test_a_target_of_few_patients_has_the_same_long_run_share() -> None:
    """One of one in time, then none of three: a quarter, as its clock says."""
    figures = [
        [
            Figure("target", "c within 31 d", "", "value", share, "share"),
            Figure("target", "c within 31 d", "", "decided", decided, "patients"),
        ]
        for share, decided in [(1.0, 1.0), (0.0, 3.0)]
    ]
    found = intervals(table(base=figures), None, {"base": 1.0}, 0.95).set_index("statistic")

    assert found.loc["value", ["mean", "pooled"]].tolist() == [0.25, True]


# ---------------------------------------------------------------- running


def assert_equal(a: Results, b: Results) -> None:
    pd.testing.assert_frame_equal(a.table, b.table)
    assert a.frames.keys() == b.frames.keys()
    for name, frame in a.frames.items():
        pd.testing.assert_frame_equal(
            frame, b.frames[name], check_dtype=bool(len(frame)), check_categorical=bool(len(frame))
        )


def test_the_numbers_do_not_depend_on_the_number_of_workers() -> None:
    scenarios = [short(), short("same"), short("four", 4)]
    assert_equal(results(), Experiment(scenarios, replications=4, workers=2).run())


def test_progress_counts_every_replication_of_every_scenario() -> None:
    seen: list[tuple[int, int, float]] = []
    Experiment([short(), short("same")], replications=2, workers=1).run(lambda *each: seen.append(each))

    assert [(done, total) for done, total, _ in seen] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert seen[-1][2] == 0


def interrupt(after: int) -> Any:
    def progress(done: int, total: int, left: float) -> None:
        if done == after:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_keeps_what_every_scenario_has_finished(workers: int) -> None:
    """After five jobs of two scenarios at least one replication is whole; half a pair is left out."""
    found = Experiment([short(), short("same")], replications=4, workers=workers).run(interrupt(5))

    assert found.manifest["interrupted"] is True
    assert found.manifest["replications"] in (1, 2)
    counts = found.table.groupby("scenario", observed=True)["replication"].nunique()
    assert counts.tolist() == [found.manifest["replications"]] * 2


def test_an_interrupt_before_anything_was_finished_goes_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        Experiment([short(), short("same")], replications=2, workers=1).run(interrupt(1))


def test_finished_replications_are_not_simulated_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted run is resumed with more replications; another scenario is another matter."""
    Experiment([short()], replications=3, workers=1, store=tmp_path).run(interrupt(2))
    simulated: list[int] = []
    measured = working.measured

    def noted(*task: Any) -> Any:
        simulated.append(task[2])
        return measured(*task)

    monkeypatch.setattr(working, "measured", noted)

    resumed = Experiment([short()], replications=4, workers=1, store=tmp_path).run()
    assert simulated == [2, 3]
    monkeypatch.undo()
    assert_equal(resumed, Experiment([short()], replications=4, workers=1).run())
    assert len(list(tmp_path.glob("replications/*/*.parquet"))) == 2


class Deadly(str):
    """The name of an engine that kills the first processes it is sent to, as many as its file has letters."""

    def __reduce__(self) -> Any:
        return kill, (str(self),)


def kill(file: str) -> str:
    """Kill this process and take a letter from the file; where none is left, give the name of an engine."""
    letters = Path(file).read_text(encoding="utf-8")
    if letters:
        Path(file).write_text(letters[1:], encoding="utf-8")
        os.kill(os.getpid(), signal.SIGKILL)
    return "auto"


def test_a_worker_that_is_killed_costs_only_time(tmp_path: Path) -> None:
    """What it was doing is done again."""
    scenarios = [short(), short("same"), short("four", 4)]
    deadly = Deadly(tmp_path / "deaths")
    Path(deadly).write_text("x", encoding="utf-8")
    found = Experiment(scenarios, replications=4, workers=2, engine=deadly).run()

    assert Path(deadly).read_text(encoding="utf-8") == ""
    assert_equal(results(), found)


def test_workers_killed_again_and_again_are_reported(tmp_path: Path) -> None:
    deadly = Deadly(tmp_path / "deaths")
    Path(deadly).write_text("x" * 1000, encoding="utf-8")

    with pytest.raises(PathwayError, match="too little memory"):
        Experiment([short()], replications=4, workers=2, engine=deadly).run()


# ---------------------------------------------------------------- replicating


def jobs() -> list[tuple[Scenario, int]]:
    return [(short(), 1), (short("four", 4), 0), (short(), 0)]


@pytest.mark.parametrize("backend", ["threads", "processes"])
def test_jobs_of_many_scenarios_come_in_any_order_with_the_same_numbers(backend: str) -> None:
    """The place in the list says which job it was; one worker or two, threads or processes."""
    serial = dict(replicate(jobs(), workers=1))
    found = dict(replicate(jobs(), workers=2, backend=backend))

    assert serial.keys() == found.keys() == {0, 1, 2}
    for place, measures in serial.items():
        pd.testing.assert_frame_equal(measures.summary, found[place].summary)
    whole = results().table.query("scenario == 'three' and replication == 1")["value"].tolist()
    assert found[0].summary["value"].tolist() == whole


def test_a_scenario_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it comes as two objects and in turn with another one."""
    compiled: list[str] = []
    compile_plan = plan.compile_plan
    monkeypatch.setattr(plan, "compile_plan", lambda each: compiled.append(each.name) or compile_plan(each))
    again = load_scenario("mmc").override({**SHORT, "resources.server.capacity": 3}, name="three")
    list(replicate([(short(), 0), (short("four", 4), 0), (again, 1), (short("four", 4), 1)], workers=1))

    assert compiled == ["three", "four"]


def test_what_is_measured_can_be_chosen(tmp_path: Path) -> None:
    """Figures only; and those are not taken for the whole when the store is asked again."""
    [(_, figures)] = replicate([(short(), 0)], workers=1, measuring=only_figures, store=tmp_path)
    [(_, whole)] = replicate([(short(), 0)], workers=1, store=tmp_path)

    assert figures.frames == {}
    assert whole.frames
    pd.testing.assert_frame_equal(figures.summary, whole.summary)


def test_figures_are_folded_into_the_means_and_intervals_of_results() -> None:
    """The same as with all in memory, in whichever order replications come; only pooled ones are not pooled here."""
    found = list(replicate([(short(), number) for number in range(4)], workers=1, measuring=only_figures))
    table, back = fold(found), fold(reversed(found))
    pd.testing.assert_frame_equal(table, back, check_exact=True)

    names = ["measure", "subject", "part", "statistic"]
    whole = results().intervals().query("scenario == 'three' and not pooled").astype(dict.fromkeys(names, str))
    both = table.astype(dict.fromkeys(names, str)).merge(whole, on=names, suffixes=("", "_whole"))
    finite = both[np.isfinite(both["mean"])]
    assert len(finite) > 50
    np.testing.assert_allclose(finite["mean"], finite["mean_whole"], rtol=1e-12)
    assert (finite["n"] == finite["n_whole"]).all()
    kept = finite[(finite["low"] > 0) & (finite["high"] < 1)]  # where nothing is clipped
    np.testing.assert_allclose(kept["high"], kept["high_whole"], rtol=1e-9)


def test_no_more_scenarios_are_under_way_than_a_worker_keeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three scenarios, two at a time: all jobs of the first two come before those of the third."""
    monkeypatch.setattr("pathway.experiment.replicating.MOST_OPEN", 2)
    three = [short(), short("same"), short("four", 4)]
    found = replicate([(scenario, number) for number in range(2) for scenario in three], workers=1)

    assert [place for place, _ in found] == [0, 1, 3, 4, 2, 5]


@pytest.mark.parametrize(
    ("option", "words"),
    [({"workers": 0}, "workers is 0"), ({"backend": "thread"}, "no backend 'thread'.*did you mean threads")],
)
def test_a_way_of_working_that_is_not_there_is_refused_at_once(option: dict[str, Any], words: str) -> None:
    with pytest.raises(PathwayError, match=words):
        replicate(jobs(), **option)


def test_how_often_is_said_by_the_scenario() -> None:
    twice = short().override({"run.replications": 2}, name="twice")
    assert Experiment([twice], workers=1).run().manifest["replications"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"scenarios": []}, "at least one"),
        ({"scenarios": "twice"}, "two scenarios are named three"),
        ({"replications": 0}, "replications is 0, expected 1 or more"),
        ({"workers": 0}, "workers is 0, expected 1 or more"),
    ],
)
def test_an_experiment_that_cannot_be_is_refused(arguments: dict[str, Any], words: str) -> None:
    given = {"scenarios": [short()], **arguments}
    scenarios = [short(), short()] if given["scenarios"] == "twice" else given["scenarios"]
    with pytest.raises(PathwayError, match=words):
        Experiment(scenarios, **{key: value for key, value in given.items() if key != "scenarios"})


# ---------------------------------------------------------------- what comes out


def test_results_are_saved_and_read_again(tmp_path: Path) -> None:
    results().save(tmp_path)
    again = load_results(tmp_path)

    assert_equal(results(), again)
    assert again.manifest == results().manifest
    assert again.scenarios["four"].resources["server"].capacity == 4
    assert again.scenarios.keys() == results().scenarios.keys()
    assert repr(again) == repr(results())


def test_the_manifest_says_how_the_numbers_can_be_had_again() -> None:
    manifest = results().manifest

    assert manifest["fingerprints"]["three"] == manifest["fingerprints"]["same"] != manifest["fingerprints"]["four"]
    assert manifest["seeds"] == {"three": 1, "same": 1, "four": 1}
    assert {"python", "pathway", "numpy", "numba", "networkx", "plotly"} <= manifest["versions"].keys()
    assert (manifest["replications"], manifest["engine"], manifest["interrupted"]) == (4, "compiled", False)


def test_the_summary_says_targets_or_else_clocks() -> None:
    target = {"targets": [{"wait": "service", "statistic": "p90", "at_most": "1 days"}]}
    aimed = Experiment([short().override(target, name="aimed")], replications=2, workers=1).run()

    assert repr(results()).splitlines()[0] == "<Results: three, same, four; 4 replications>"
    assert repr(results()).splitlines()[1].startswith("three: wait: 9")
    assert "aimed: p90 wait service: " in repr(aimed)


def test_the_table_is_tidy() -> None:
    frame = results().table

    assert frame.columns.tolist() == [
        "scenario",
        "replication",
        "measure",
        "subject",
        "part",
        "statistic",
        "value",
        "unit",
    ]
    assert not frame.duplicated(["scenario", "replication", "measure", "subject", "part", "statistic"]).any()


def test_advice_on_the_warm_up() -> None:
    """A queue that starts empty and is short has settled within a few weeks; with one queue there are two series."""
    advice = results().settled().set_index(["scenario", "series", "subject"])

    assert advice.index[:2].tolist() == [("three", "open", ""), ("three", "waiting", "service")]
    assert (advice["warm_up_weeks"] == 1).all()
    assert (advice["run_weeks"] == 9).all()
    assert set(advice["verdict"]) == {"unknown"}  # fewer than ten weeks
