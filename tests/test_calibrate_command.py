"""The command: what it leaves, what it shows on the way, and that it leaves nothing half-written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app

TABLES = {"arrivals.csv", "routing.csv", "fits.csv", "distances.csv", "variants.csv"}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a log of 200 cases, with a name that a spreadsheet would take for a formula."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(2)
    rows = ["case,activity,time\n"]
    for case in range(200):
        at = np.datetime64("2027-01-04T08:00") + np.timedelta64(case * 613, "m")
        rows.append(f"{case},=Triage|1,{at}\n{case},CT,{at + np.timedelta64(int(rng.integers(10, 900)), 'm')}\n")
    path = tmp_path / "log.csv"
    path.write_text("".join(rows), encoding="utf-8")
    return path


def test_it_leaves_a_scenario_a_page_and_tables(log: Path) -> None:
    """All beside each other; the distances also to be read as they are; the scenario runs."""
    done = CliRunner().invoke(app, ["calibrate", str(log), "--out", "made/hospital.yaml"])
    assert done.exit_code == 0, done.output
    folder = Path("made/hospital")
    assert {path.name for path in folder.iterdir()} == TABLES | {"calibration.html", "distances.md"}
    assert {path.name for path in Path("made").iterdir()} == {"hospital", "hospital.yaml"}
    distances, variants = pd.read_csv(folder / "distances.csv"), pd.read_csv(folder / "variants.csv")
    assert {"what", "subject", "unit", "distance", "chance", "told_apart"} <= set(distances.columns)
    assert "moved" in set(variants["measure"])
    rows = [line for line in (folder / "distances.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    assert len(rows) == len(distances) + 2
    assert len({row.count("|") for row in rows}) == 1
    assert "'=Triage|1" in (folder / "routing.csv").read_text(encoding="utf-8")
    assert len(pw.simulate(pw.load_scenario("made/hospital.yaml")).cases["arrived_at"]) > 100


@pytest.mark.parametrize(
    "broken_off_in", ["pathway.interchange.reading.assemble", "pathway.report.calibration.write_calibration"]
)
def test_broken_off_it_leaves_nothing(log: Path, monkeypatch: pytest.MonkeyPatch, broken_off_in: str) -> None:
    """Ctrl-C while reading, and while writing: what was there before is there still, and nothing else."""

    def stop(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(broken_off_in, stop)
    Path("hospital.yaml").write_text("before", encoding="utf-8")
    done = CliRunner().invoke(app, ["calibrate", str(log), "--out", "hospital.yaml"])
    assert done.exit_code == 130
    assert {path.name for path in Path().iterdir()} == {"hospital.yaml", "log.csv"}
    assert Path("hospital.yaml").read_text(encoding="utf-8") == "before"
    assert "Traceback" not in done.output


def test_a_mapping_and_a_zone_are_options(log: Path) -> None:
    """What the mapping says is used; a wrong option is refused with exit code 2."""
    Path("map.yaml").write_text('codes: {activity: {CT: "CT scan"}}\nzone: Europe/London\n', encoding="utf-8")
    done = CliRunner().invoke(app, ["calibrate", str(log), "--mapping", "map.yaml", "--hold-out", "0"])
    assert done.exit_code == 0, done.output
    assert "title: CT scan" in Path("my_hospital.yaml").read_text(encoding="utf-8")
    for wrong in (["--zone", "Mars"], ["--column", "cas=case"], ["--date-format", "dd/mm"], ["--attribute", "age"]):
        assert CliRunner().invoke(app, ["calibrate", str(log), *wrong]).exit_code == 2
