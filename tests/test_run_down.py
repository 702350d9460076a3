"""How a list comes down to the level it can keep: by hand, with its interval, and what is said where nothing can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import pathway as pw
from pathway.experiment.run_down import _curves, run_down
from pathway.experiment.unchanged import with_a_level
from pathway.report.blocks import Paragraph, Section, Table
from pathway.report.material import material
from pathway.report.sections.started import started
from pathway.scenario import Scenario
from tests.test_waiting_list import AS_OF, CLINIC, written


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("clinic") / "clinic.yaml"
    path.write_text(CLINIC, encoding="utf-8")
    return pw.load_scenario(path)


def shown(results: pw.Results, name: str = "clinic") -> tuple[Table, list[str]]:
    """Give the table of steps of the report's section, and its sentences."""
    section = started(material(results, name, results.loads[name]))
    assert isinstance(section, Section)
    tables = [block for block in section.blocks if isinstance(block, Table)]
    return tables[-1], [block.text for block in section.blocks if isinstance(block, Paragraph)]


def test_with_one_replication_no_week_is_named(clinic: Scenario, tmp_path: Path) -> None:
    """One replication tells nothing from chance: no trend, no week, no interval, and a sentence why."""
    path = written(tmp_path, "state,joined", *("operate,2026-12-23" for _ in range(4)))
    one = pw.read_waiting_list(clinic, path, as_of=AS_OF)
    table, said = shown(pw.Experiment([one], replications=1, workers=1, engine="simpy").run())
    assert [row[3:] for row in table.rows] == [("–", "0", "–")]
    assert said[-1].startswith("There is one replication, so no week is named")
    table, said = shown(pw.Experiment([one], replications=2, workers=1, engine="simpy").run())
    assert (
        table.rows[0][-1] == "week of 25 January 2027 (25 January 2027 to 25 January 2027)"
    )  # the last starts on day 15
    assert not any("one replication" in sentence for sentence in said)


def test_the_week_comes_from_above_and_from_below() -> None:
    """Down from 10 by 2 a week to 4 in week 3; up from 0 by 1 a week to 4 in week 4; and never to 20."""
    down, up = np.array([[10.0, 8, 6, 4, 2]] * 3), np.array([[0.0, 1, 2, 3, 4]] * 3)
    four, twenty = np.full(3, 4.0), np.full(3, 20.0)
    assert [run_down(counts, 0, four).week for counts in (down, up)] == [3, 4]
    assert run_down(up, 0, twenty).week is run_down(up, 0, twenty).last is None
    assert run_down(np.full((3, 5), 4.0), 0, four).week == 0


def test_the_week_has_an_interval_of_the_mean() -> None:
    """A mean that falls by 1 a week and is known within h patients is at its level within h weeks, a week's grain.

    Ten replications that lie apart by a constant: the level is 0 for all, the mean at week w is 20 - w, and its
    t-interval has half-width h; so the first week lies within ceil(20 - h) and ceil(20 + h).
    """
    off = np.linspace(-6, 6, 10)
    counts = 20 - np.arange(60.0) + off[:, None]
    half = 2.262 * off.std(ddof=1) / np.sqrt(10)
    found = run_down(counts, 0, np.zeros(10))
    assert (found.week, round(half, 2)) == (20, 2.89)
    assert found.first is not None
    assert found.last is not None
    assert abs(found.first - (20 - half)) <= 1
    assert abs(found.last - (20 + half)) <= 1


def test_curves_have_the_interval_of_each_weeks_mean() -> None:
    """The middle 95 % of the curves at each week is the t-interval, within the luck of 4,000 draws (seed fixed)."""
    values = np.random.default_rng(1).normal(10, 3, (5, 20))
    half = 2.776 * values.std(axis=0, ddof=1) / np.sqrt(5)
    low, high = np.quantile(_curves(values), [0.025, 0.975], axis=0)
    assert np.abs((high - low) / 2 / half - 1).max() < 0.15


BUSY = """
schema: 1
name: busy
run: {start: 2027-01-04, warm_up: 20 weeks, length: 52 weeks, follow_up: 0 days, replications: 4, seed: 1}
streams: {gp: {per_year: 300}}
resources: {room: {kind: room, capacity: 1}}
pathway:
  states:
    referral: {kind: start, stream: gp, to: scan}
    scan: {kind: activity, title: MRI scan, duration: 1 days, needs: {room: 1}, to: done}
    done: {kind: end}
clocks: {rtt: {start: referral, stop: scan}}
"""


def test_the_level_is_that_of_the_long_run(tmp_path: Path) -> None:
    """The scenario without the list, simulated as often with the same luck, says the level; with load 146 %: never."""
    model = tmp_path / "busy.yaml"
    model.write_text(BUSY, encoding="utf-8")
    before = pw.load_scenario(model)
    path = written(tmp_path, "state,joined,count", "scan,2026-12-01,20")
    both = [pw.read_waiting_list(before, path, as_of=AS_OF)]
    both.append(both[0].override({"streams.gp.per_year": 533}, name="more"))
    results = pw.Experiment(both, workers=1, unchanged={"busy": before, "more": before}).run()
    alone = pw.Experiment([before], workers=1).run()
    weeks = alone.frames["waiting_by_week"].query("'2027-01-04' <= week_start < '2028-01-03'")
    means = weeks.groupby("replication")["waiting"].mean().tolist()
    levels = results.frames["long_run_levels"].query("scenario == 'busy'")
    assert (levels["replication"].tolist(), levels["waiting"].tolist()) == ([0, 1, 2, 3], means)
    table, said = shown(results, "busy")
    assert table.rows[0][4].startswith(f"{sum(means) / 4:.1f} (")
    assert table.rows[0][5].startswith("week of ")
    assert "in the scenario as it was before the list" in said[-1]
    never, _ = shown(results, "more")
    assert never.rows[0][3].startswith("grows by ")
    assert never.rows[0][4:] == ("–", "never")
    results.save(tmp_path / "out")
    assert shown(pw.load_results(tmp_path / "out"), "busy")[0] == table


def test_a_list_of_a_wednesday_is_counted_on_wednesdays(tmp_path: Path) -> None:
    """The long run of a list of Wednesday 6 January begins on the Wednesday before its own Monday, 30 December."""
    model = tmp_path / "busy.yaml"
    model.write_text(BUSY, encoding="utf-8")
    before = pw.load_scenario(model)
    path = written(tmp_path, "state,joined", "scan,2026-12-01")
    wednesday = pw.read_waiting_list(before, path, as_of="2027-01-06")
    found = with_a_level({"busy": before}, [wednesday])["busy"]
    assert found.run.start.isoformat() == "2026-12-30"
    assert with_a_level({"busy": before}, [before])["busy"] is before


def test_without_a_warm_up_there_is_no_long_run(clinic: Scenario) -> None:
    """A scenario that starts today has no level of its own: its run's last quarter says it."""
    today = clinic.override({"run.warm_up": "0 days"}, name="clinic")
    assert "long_run_levels" not in pw.Experiment([today], workers=1, unchanged={"clinic": today}).run().frames
