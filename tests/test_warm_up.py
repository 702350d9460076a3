"""How long a warm-up must be: MSER-5 by hand and on queues that start empty, Welch's average, the advice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from pathway.cli import app
from pathway.experiment.warm_up import advice, is_short, needed_weeks, say_advice
from pathway.metrics import mser5, mser5_cut, welch
from pathway.report.first import first_page
from pathway.report.material import Material, material
from pathway.report.sections import settling
from pathway.scenario import Scenario
from tests.fake_results import fake_loads, fake_results
from tests.models import scenario_of

# ---------------------------------------------------------------- MSER-5


def test_by_hand() -> None:
    """Means of five: 0, then 4 and 6 in turn, twelve of them.

    Cut nothing: 35.1 / 13² = 0.208; cut one: 12 / 12² = 0.083; cut two: 10.9 / 11² = 0.090; so one, five values.
    """
    assert mser5(np.repeat([0.0, *[4.0, 6.0] * 6], 5)) == 5


def test_it_cuts_the_beginning_that_does_not_belong() -> None:
    """Twenty values of 0 before a hundred around 10."""
    assert mser5(np.concatenate([np.zeros(20), np.tile([9.0, 11.0], 50)])) == 20


def test_a_cut_beyond_the_half_says_that_the_series_is_too_short() -> None:
    """A level that changes after 60 of 100 values; and one that always grows."""
    late = np.concatenate([np.zeros(60), np.full(40, 9.0)])
    assert (mser5_cut(late), mser5(late)) == (60, None)
    assert mser5(np.arange(100.0)) is None
    assert mser5(np.arange(9.0)) is None
    assert mser5(np.full(40, 3.0)) == 0


def test_the_last_batches_alone_never_win() -> None:
    """Five equal values at the very end have no spread, but are too few to stand for the run."""
    rng = np.random.default_rng(4)
    assert mser5(np.concatenate([rng.normal(10, 1, 195), np.full(5, 10.0)])) in range(0, 100)


def test_a_series_that_falls_from_afar() -> None:
    """AR(1), 0.9, from 20 deviations away: what is left after the cut starts within one deviation, on average of 50."""
    rng = np.random.default_rng(1997)
    cuts = []
    for _ in range(50):
        noise, values = rng.normal(0, 1, 400), [46.0]
        for each in noise[1:]:
            values.append(0.9 * values[-1] + each)
        cuts.append(mser5(np.array(values)) or 0)
    assert 46 * 0.9 ** np.mean(cuts) < 2.3  # the deviation of the series is 1 / √(1 − 0.81) = 2.29
    assert np.median(cuts) in range(25, 80)


def test_a_queue_that_starts_empty() -> None:
    """M/M/1 with load 0.9 (mean wait 9 services), mean of 400 replications: the rest is nearer to theory than all."""
    rng = np.random.default_rng(323)
    steps = rng.exponential(1, (400, 3000)) - rng.exponential(1 / 0.9, (400, 3000))
    waits = np.zeros((400, 3000))
    for place in range(1, 3000):
        waits[:, place] = np.maximum(0.0, waits[:, place - 1] + steps[:, place])
    series = waits.mean(axis=0)
    cut = mser5(series)

    assert cut is not None
    assert cut > 50
    assert abs(series[cut:].mean() - 9) < abs(series.mean() - 9)
    assert series[cut:].mean() == pytest.approx(9, rel=0.05)


# ---------------------------------------------------------------- Welch


def test_the_moving_average_is_narrower_near_the_beginning_and_ends_before_the_end() -> None:
    """As Law prints it: the first alone, then 3, then 5 values; of the last two there is none."""
    smooth = welch(np.array([2.0, 4.0, 9.0, 1.0, 4.0, 7.0, 0.0]), 2)
    assert smooth[:5].tolist() == [2, 5, 4, 5, 4.2]
    assert np.isnan(smooth[5:]).all()


# ---------------------------------------------------------------- advice


def clinic(warm_up: int, weeks: int) -> Scenario:
    return scenario_of(f"""
    run: {{warm_up: {warm_up} weeks, length: {weeks} weeks}}
    streams: {{in: {{per_year: 0}}}}
    resources: {{server: 1}}
    states: {{scan: {{kind: activity, title: Scan, duration: 1 day, needs: {{server: 1}}, to: out}}}}
    """)


def frames(*replications: np.ndarray) -> dict[str, pd.DataFrame]:
    """Give the weekly frames of one queue; as many are open as wait."""
    weeks = pd.date_range("2026-01-05", periods=replications[0].size, freq="7D")
    rows = [
        pd.DataFrame({"replication": number, "week_start": weeks, "subject": "scan", "waiting": counts, "open": counts})
        for number, counts in enumerate(replications)
    ]
    both = pd.concat(rows)
    return {"waiting_by_week": both[["replication", "week_start", "subject", "waiting"]], "open_by_week": both}


def level(rng: np.random.Generator, *parts: tuple[int, float]) -> np.ndarray:
    """Give so many weeks of about so many patients, one part after the other."""
    return np.concatenate([rng.normal(mean, 1, weeks) for weeks, mean in parts])


def several(*parts: tuple[int, float], times: int = 5) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(71)
    return frames(*(level(rng, *parts) for _ in range(times)))


def test_a_warm_up_that_is_long_enough() -> None:
    """Ten patients from week 25 on, and 26 weeks are cut."""
    found = advice(clinic(26, 104), several((25, 2), (105, 10)))
    assert found["verdict"].tolist() == ["enough", "enough"]
    assert found["weeks"].tolist() == [25, 25]
    assert not is_short(found)
    assert say_advice(found) == ["advice: the warm-up of 26 weeks is long enough for all that settles"]


def test_a_warm_up_that_is_too_short_is_named_with_the_one_advised() -> None:
    """Four patients until week 40, then ten; 10 weeks are cut."""
    found = advice(clinic(10, 104), several((40, 4), (74, 10)))
    assert found["verdict"].tolist() == ["too short", "too short"]
    assert needed_weeks(found) == 40
    assert say_advice(found)[1:] == [
        "chosen 10 weeks; number waiting for scan settles after 40 (-60 % until then)",
        "advice: a warm-up of 40 weeks or more in place of 10",
    ]


def test_a_run_that_is_too_short_to_say() -> None:
    """The level changes after 80 of 114 weeks."""
    found = advice(clinic(10, 104), several((80, 4), (34, 10)))
    assert set(found["verdict"]) == {"run too short"}
    assert needed_weeks(found) is None
    assert say_advice(found)[-1].startswith("advice: simulate longer")


def test_a_cut_that_would_change_nothing_is_not_advised() -> None:
    """Until week 40 there are 9.8 instead of 10 patients: two per cent."""
    found = advice(clinic(10, 104), several((40, 9.8), (74, 10), times=40))
    assert set(found["verdict"]) == {"enough"}


def test_what_the_same_weeks_a_year_before_show_too_is_the_season() -> None:
    """Every first quarter has 14 patients and the rest of the year 10; two of three years are cut."""
    year = ((13, 14), (39, 10))
    found = advice(clinic(104, 52), several(*year, *year, *year))
    assert not is_short(found)


def test_a_queue_that_never_settles_is_no_matter_of_the_warm_up() -> None:
    counts = frames(*(np.arange(114.0) + number for number in range(3)))
    found = advice(clinic(10, 104), counts, {"scan"})
    assert set(found["verdict"]) == {"grows"}
    assert "number waiting for scan never settles" in say_advice(found)[1]


def test_a_forecast_from_the_patients_there_needs_no_warm_up() -> None:
    """What changes after today is what one wants to see."""
    there = replace(clinic(0, 114), patients=(object(),))
    found = advice(there, several((40, 4), (74, 10)))
    assert set(found["verdict"]) == {"from today"}
    assert not is_short(found)


def test_few_weeks_say_nothing() -> None:
    found = advice(clinic(2, 7), several((9, 4)))
    assert set(found["verdict"]) == {"unknown"}
    assert say_advice(found) == ["advice: none, as fewer than ten weeks say nothing about a warm-up"]


# ---------------------------------------------------------------- where it is said


def read(weekly: dict[str, pd.DataFrame], warm_up: int = 10) -> Material:
    fake = material(fake_results(), "fake", None)
    return Material(clinic(warm_up, 104), fake.intervals, {**fake.frames, **weekly}, None)


def test_the_report_draws_it_and_warns() -> None:
    short = read(several((40, 4), (74, 10)))
    section = settling.warm_up(short)

    assert section is not None
    assert section.blocks[0].text == (
        "The warm-up is too short: chosen 10 weeks; number of open pathways settles after 40; "
        "number waiting for Scan settles after 40."
    )
    assert section.blocks[1].caption == "Advice: a warm-up of 40 weeks or more, in place of 10."
    assert "settled, by MSER-5" in section.blocks[1].figure
    name, mean, *rest = section.blocks[2].blocks[0].rows[1]
    assert (name, rest) == ("Number waiting for Scan", ["40", "10", "-60 %", "too short"])
    assert float(mean) == pytest.approx((30 * 4 + 74 * 10) / 104, abs=0.2)


def test_the_report_says_that_a_run_is_too_short() -> None:
    section = settling.warm_up(read(several((80, 4), (34, 10))))
    assert section is not None
    assert section.blocks[0].text.startswith("The run of 114 weeks is too short to say")


def test_the_first_page_carries_the_warning() -> None:
    """The invented queues fill up for 26 weeks, of which none is cut here."""
    fake = fake_results()
    early = {"run.warm_up": "0 weeks", "run.length": "78 weeks"}
    scenario = fake.scenarios["fake"].override(early, name="fake")
    calm = fake_loads()
    calm.resources[["load", "whole_case_load"]] = 0.5
    seen = material(fake, "fake", calm)
    page = first_page(Material(scenario, seen.intervals, seen.frames, calm))
    assert any(note.startswith("The warm-up is too short: chosen 0 weeks;") for note in page.notes)


def test_the_command_prints_advice(tmp_path: Path) -> None:
    path = tmp_path / "quick.yaml"
    path.write_text("schema: 1\nname: quick\nmodel: mmc\nrun: {length: 40 weeks, warm_up: 10 weeks}\n")
    done = CliRunner().invoke(app, ["warm-up", str(path), "-n", "2", "--workers", "1"])

    assert done.exit_code == 0
    assert "number of open pathways" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("advice: ")
