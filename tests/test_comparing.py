"""Scenarios side by side: the sentence, the page of options, who loses, what changed most, the command, the charts."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import pathway as pw
from pathway.cli import app
from pathway.report import Terms, report_html, told
from pathway.report.bottleneck import moves
from pathway.report.compared import changes, pairs_of
from pathway.report.losing import routes_of, worst_off
from pathway.report.material import Material, material
from pathway.report.most import most_changed
from pathway.report.plain import plain_sentence
from tests.fake_results import FakeResults, fake_results

QUICK = ["--replications", "3", "--workers", "1", "--no-verify"]
SHORT = "run: {warm_up: 1 week, length: 8 weeks, follow_up: 2 weeks}\n"


def changed(**values: dict[tuple[str, str, str, str], float]) -> FakeResults:
    """Give results of a base and of scenarios in which some figures are this much more in every replication."""
    base = fake_results("base")
    tables, frames = [base.table], {name: [frame] for name, frame in base.frames.items()}
    for scenario, figures in values.items():
        table = base.table.assign(scenario=scenario)
        for key, more in figures.items():
            rows = (table[["measure", "subject", "part", "statistic"]] == list(key)).all(axis=1)
            assert rows.any(), key
            noise = 0.01 * (table.loc[rows, "replication"] - 2.0)
            table.loc[rows, "value"] += more * (1 + noise)
        tables.append(table)
        for name, frame in base.frames.items():
            frames[name].append(frame.assign(scenario=scenario))
    scenarios = {"base": base.scenarios["base"]}
    scenarios |= {name: base.scenarios["base"].override({}, name=name, title=name.capitalize()) for name in values}
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}
    return FakeResults(pd.concat(tables, ignore_index=True), joined, scenarios, base.manifest)


def read_of(results: FakeResults) -> list[Material]:
    return [material(results, name, None) for name in results.scenarios]  # type: ignore[arg-type]


def sentence(results: FakeResults) -> str:
    read, pairs = read_of(results), pairs_of(results, "base")  # type: ignore[arg-type]
    return plain_sentence(read[0], read[1], pairs, changes(pairs, read))


# ---------------------------------------------------------------- the sentence


def test_a_bottleneck_moves() -> None:
    """2,000 patient-days more for theatre: over all care it is first, and surely so; before treatment nothing moves."""
    results = changed(other={("waited_for", "theatre", "", "patient_days"): 2000.0})
    before, always = moves(*read_of(results))

    assert (before.is_other, always.is_other, always.is_sure) == (False, True, True)
    assert always.after == "HPB theatre"
    assert f"the bottleneck over all care moves from {always.before} to HPB theatre" in sentence(results)


def test_a_bottleneck_that_cannot_be_told_apart_only_may_move() -> None:
    """As many days for theatre as for the first, and one: within the precision nobody knows."""
    base = fake_results("base").table
    days = base[(base["measure"] == "waited_for") & (base["part"] == "") & (base["replication"] == 0)]
    by_name = days.set_index("subject")["value"]
    more = float(by_name.max() - by_name["theatre"]) + 1
    results = changed(other={("waited_for", "theatre", "", "patient_days"): more})
    _, always = moves(*read_of(results))

    assert always.is_other
    assert not always.is_sure or "moves from" in sentence(results)


def test_what_gets_better_and_what_gets_worse() -> None:
    """The share within 62 days rises by 5 points, the P90 of the wait for CT by 9 days."""
    results = changed(
        other={("clock", "treat_62", "all", "share_within"): 0.05, ("wait", "ct", "", "p90"): 9.0},
    )
    said = sentence(results)

    assert said.startswith("Other: the bottleneck stays ")
    assert "worse: 90th percentile of the wait for CT chest, abdomen and pelvis from" in said
    assert "(+9.0 ± 0.2)" in said


def test_nothing_changes() -> None:
    """In no replication; or by no more than chance."""
    assert sentence(changed(other={})) == "Other: nothing changes at all, in any simulated year."
    results = changed(other={("clock", "treat_62", "all", "p90"): 0.0})
    rows = (results.table["scenario"] == "other") & (results.table["statistic"] == "p90")
    results.table.loc[rows, "value"] += results.table.loc[rows, "replication"].map({0: 1, 1: -1, 2: 0, 3: 2, 4: -2})

    assert "nothing else changes beyond chance" in sentence(results)


# ---------------------------------------------------------------- who loses


def test_who_loses_is_who_surely_waits_longer() -> None:
    """Ten ablations a year wait 4 days longer, twenty hepatectomies 3 shorter: 40 and −60 patient-days."""
    results = changed(other={})
    base = results.table[(results.table["measure"] == "clock") & (results.table["subject"] == "treat_62")]
    extra = []
    for state, count, days in (("thermal", 10.0, 4.0), ("hepatectomy", 20.0, -3.0)):
        for statistic, value in (("count", count), ("mean", 30.0)):
            for scenario in ("base", "other"):
                rows = base.drop_duplicates(["replication"]).assign(
                    subject=f"treat_62→{state}", part="all", statistic=statistic, scenario=scenario, value=value
                )
                if statistic == "mean" and scenario == "other":
                    rows["value"] += days
                extra.append(rows)
    lead = {"clocks.treat_62.title": "Referral to treatment"}  # which makes it the one that patients are followed by
    scenarios = {name: each.override(lead, name=name) for name, each in results.scenarios.items()}
    results = FakeResults(pd.concat([results.table, *extra], ignore_index=True), results.frames, scenarios)
    one, two = read_of(results)
    routes = [each for each in routes_of(pairs_of(results, "base"), one, two) if "→" not in each.label]  # type: ignore[arg-type]
    by_label = {each.label: round(each.patient_days, 6) for each in routes}

    years = one.years
    assert by_label["Thermal ablation"] == pytest.approx(40 / years)
    assert by_label["Hepatectomy"] == pytest.approx(-60 / years)
    assert worst_off(routes, one).startswith("Thermal ablation: +4.0 ± 0.0 days")


# ---------------------------------------------------------------- what changed most


def test_what_changed_most_has_names_and_is_said_once() -> None:
    """Three statistics of one wait are one line: that of the clearest."""
    wait = {("wait", "ct", "", statistic): 5.0 for statistic in ("mean", "median", "p95")}
    results = changed(other={**wait, ("throughput", "ct", "", "per_year"): 40.0})
    rows = most_changed(pairs_of(results, "base"), read_of(results))  # type: ignore[arg-type]

    good = {row.figure.measure: row.good for row in rows}
    assert len(rows) == 2
    assert good == {"wait": -1, "throughput": 0}
    assert all("CT chest, abdomen and pelvis" in row.figure.label for row in rows)


def test_what_patients_feel_comes_before_what_is_used() -> None:
    """However sure it is that a machine is used more: the wait comes first, then the number treated."""
    sure = {("utilisation", "ct_scanner", "", "utilisation"): 0.9, ("throughput", "ct", "", "per_year"): 40.0}
    results = changed(other=sure | {("wait", "ct", "", "mean"): 5.0})
    rows = most_changed(pairs_of(results, "base"), read_of(results))  # type: ignore[arg-type]

    assert [row.figure.measure for row in rows] == ["wait", "throughput", "utilisation"]


# ---------------------------------------------------------------- the page


@pytest.mark.usefixtures("front_only")
def test_the_report_begins_with_the_options_on_one_page() -> None:
    """Do nothing and both others: breaches, risk, bottleneck and who loses; staff and cost only where there are any."""
    results = changed(one={("wait", "ct", "", "p90"): 9.0}, two={("clock", "treat_62", "all", "breaches"): 4.0})
    page = report_html(results, loads={})  # type: ignore[arg-type]
    options = page[page.index('id="all-options"') : page.index('id="all-compare"')]

    assert "Do nothing: " in options
    assert "Risk that a year misses at least one target" in options
    assert "Bottleneck before first treatment" in options
    assert re.search(r"missed in \d of 5 years", options.replace("\xa0", " "))
    assert "whole-time" not in options
    assert "Cost a year" not in options


@pytest.mark.usefixtures("front_only")
def test_staff_and_cost_are_on_the_page_where_they_are_known() -> None:
    results = changed(other={})
    rows = results.table.drop_duplicates(["scenario", "replication"])
    wte = rows.assign(measure="staffing", subject="all", part="", statistic="wte", value=51.5, unit="WTE")
    cost = wte.assign(measure="cost", statistic="per_year", value=9.5e6, unit="GBP a year")
    cost.loc[cost["scenario"] == "other", "value"] += 250_000
    table = pd.concat([results.table, wte, cost], ignore_index=True)
    page = report_html(FakeResults(table, results.frames, results.scenarios, results.manifest), loads={})  # type: ignore[arg-type]
    options = page[page.index('id="all-options"') : page.index('id="all-compare"')]

    assert "Staff needed, with leave cover (whole-time equivalents)" in options
    assert "Cost a year (GBP)" in options
    assert "+250,000" in options
    assert "worse" in options


@pytest.mark.usefixtures("front_only")
def test_the_page_says_how_sure_it_is() -> None:
    """The level that was asked for, and whether all intervals hold at once."""
    results = changed(other={("wait", "ct", "", "p90"): 9.0})
    page = report_html(results, loads={}, terms=Terms(0.9, "bonferroni"))  # type: ignore[arg-type]

    assert "its precision (90 %)" in page
    assert "(Bonferroni)" in page


# ---------------------------------------------------------------- the command


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a base scenario, one like it, and one with a fourth server."""
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(f"schema: 1\nname: base\ntitle: Three\nmodel: mmc\n{SHORT}")
    Path("same.yaml").write_text("schema: 1\nname: same\ntitle: Same\nextends: base.yaml\n")
    four = "schema: 1\nname: four\ntitle: Four\nextends: base.yaml\nresources: {server: {capacity: 4}}\n"
    Path("four.yaml").write_text(four)
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_compare_answers_in_a_sentence_a_table_and_files(here: Path) -> None:
    done = call("compare", "base.yaml", "same.yaml", "four.yaml", *QUICK, "--out", "out", "--top", "3")

    assert done.exit_code == 0, done.output
    assert "Same: nothing changes at all, in any simulated year." in done.stdout
    assert "Four: the bottleneck stays Server; " in done.stdout
    assert re.search(r"pairs are worth [\d.]+(?: to [\d.]+)?× as many replications", done.stdout)
    assert len([line for line in done.stdout.splitlines() if line.count("\t") == 6]) == 1 + 3
    frame = pd.read_csv(here / "out" / "compare.csv")
    same = frame[frame["scenario"] == "same"]
    assert len(same) > 30
    assert (same["difference"] == 0).all()
    clarity = frame["clarity"].dropna()
    assert clarity.is_monotonic_decreasing
    assert (here / "out" / "report.html").exists()


@pytest.mark.usefixtures("front_only")
def test_independent_seeds_are_said_and_compared_as_two_samples(here: Path) -> None:
    """The same scenario with other luck differs, by no more than chance most likely, and nothing is paired."""
    done = call("compare", "base.yaml", "same.yaml", *QUICK, "--out", "out", "--independent")

    assert done.exit_code == 0, done.output
    assert "base 1, same 2" in done.stderr
    assert "as of two samples (Welch)" in done.stdout
    assert "pairs are worth" not in done.stdout
    frame = pd.read_csv(here / "out" / "compare.csv")
    assert not frame["paired"].any()
    assert (frame["difference"] != 0).any()


@pytest.mark.usefixtures("front_only")
def test_simultaneous_intervals_are_wider(here: Path) -> None:
    """The same runs, once each interval for itself, once all at once: no figure is clearer than before."""
    for folder, more in (("each", []), ("together", ["--simultaneous", "bonferroni"])):
        done = call("compare", "base.yaml", "four.yaml", *QUICK, "--store", "kept", "--out", folder, *more)
        assert done.exit_code == 0, done.output
    keys = ["measure", "subject", "part", "statistic"]
    each, together = (pd.read_csv(here / name / "compare.csv") for name in ("each", "together"))
    both = each.merge(together, on=keys, suffixes=("", "_together"))

    assert (both["high_together"] >= both["high"]).all()
    assert (both["high_together"] > both["high"]).any()
    assert together["clear"].sum() < each["clear"].sum()


def test_one_scenario_is_nothing_to_compare(here: Path) -> None:
    assert call("compare", "base.yaml", *QUICK).exit_code == 2
    assert call("compare", "base.yaml", "four.yaml", *QUICK, "--level", "95").exit_code == 2
    assert not (here / "reports").exists()


# ---------------------------------------------------------------- a real run


@cache
def small() -> pw.Results:
    three = pw.load_scenario("mmc").override({"run.length": "26 weeks"}, name="three", title="Three")
    return pw.Experiment(
        [three, three.override({"resources.server.capacity": 4}, name="four", title="Four")], replications=4, workers=1
    ).run()


def test_a_comparison_of_real_results_is_told() -> None:
    """The wait for service falls; pairs are worth more than none."""
    found = told(small())

    assert len(found.sentences) == 1
    assert "better" in found.sentences[0]
    assert found.worth
    assert found.changed
    assert all(row.is_sure for row in found.changed)
