"""Patients' identifiers: in no output, no message, no log and no traceback, whichever way a file comes in."""

from __future__ import annotations

import re
import sys
import traceback
from pathlib import Path
from subprocess import run

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from pathway.cli import app
from tests.test_waiting_list import AS_OF, CLINIC, written

SECRET = "Zyx943476"  # every identifier of these tests begins with it
ROOT = Path(__file__).parent.parent
LIST = ("id,state,joined", *(f"{SECRET}{n},scan,2027-01-02" for n in range(3)))


def events(cases: int = 120) -> list[tuple[str, str, str]]:
    """Give a log: case, activity, time."""
    rng, rows = np.random.default_rng(1), []
    for case in range(cases):
        at = np.datetime64("2027-01-04T08:00") + np.timedelta64(case * 613, "m")
        then = at + np.timedelta64(int(rng.integers(10, 900)), "m")
        rows += [(f"{SECRET}{case}", "Triage", str(at)), (f"{SECRET}{case}", "CT", str(then))]
    return rows


def as_csv(rows: list[tuple[str, str, str]]) -> str:
    return "case,activity,time\n" + "".join(f"{','.join(row)}\n" for row in rows)


def as_xes(rows: list[tuple[str, str, str]]) -> str:
    traces: dict[str, str] = {}
    for case, activity, at in rows:
        event = f'<string key="concept:name" value="{activity}"/><date key="time:timestamp" value="{at}:00"/>'
        traces[case] = traces.get(case, "") + f"<event>{event}</event>\n"
    said = [f'<trace><string key="concept:name" value="{case}"/>\n{each}</trace>\n' for case, each in traces.items()]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<log>\n{"".join(said)}</log>\n'


def assert_nowhere(folder: Path, *said: str) -> int:
    """Look through whatever lies in a folder, Parquet unpacked, and what was said; give the number of files."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".parquet":
            content += pd.read_parquet(path).to_csv()
        assert SECRET not in content + str(path), path
    assert not any(SECRET in text for text in said)
    return len(files)


@pytest.mark.parametrize("name", ["log.csv", "log.xes"])
def test_calibrating_leaves_none(tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """The scenario, its page and every table, variants and cases held out among them, of CSV and of XES."""
    log, out = tmp_path / name, tmp_path / "made"
    log.write_text((as_csv if name == "log.csv" else as_xes)(events()), encoding="utf-8")
    done = CliRunner().invoke(app, ["calibrate", str(log), "--out", str(out / "hospital.yaml"), "--hold-out", "0.3"])
    assert done.exit_code == 0, done.output
    assert assert_nowhere(out, done.output, caplog.text) >= 7
    assert not (out / "hospital" / "variants.csv").read_text(encoding="utf-8").isspace()


def test_a_run_from_a_list_leaves_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The report, the manifest, the saved scenario, every frame, the workbook, and the store."""
    model, out = tmp_path / "clinic.yaml", tmp_path / "out"
    model.write_text(CLINIC, encoding="utf-8")
    path = written(tmp_path, *LIST, f"{SECRET}9,oparate,2027-01-02", f"{SECRET}1,scan,2027-01-01")
    asked = ["run", str(model), "--waiting-list", str(path), "--as-of", AS_OF, "--workers", "1", "--no-verify"]
    asked += ["--skip-bad-rows", "--store", str(out / "store"), "--out", str(out)]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "2 rows skipped" in done.output
    assert assert_nowhere(out, done.output, caplog.text) > 20


# ---------------------------------------------------------------- where this program itself fails


def break_with(*_: object, **__: object) -> None:
    """Fail as a fault of this program would: by a name that is not there, which is a patient's."""
    {}[f"{SECRET}1"]


DEEP = {
    "a cell": ("run", "pathway.interchange.list_cells.Cells.cell"),
    "a date": ("run", "pathway.interchange.list_cells.Cells.moment"),
    "twice": ("run", "pathway.interchange.list_reading.Reader._once"),
    "the checks": ("run", "pathway.interchange.list_reading.faults_of"),
    "the table": ("run", "pathway.interchange.waiting_list.read_rows"),
    "the visits": ("calibrate", "pathway.interchange.reading.assemble"),
    "the rows": ("calibrate", "pathway.interchange.rows.Rows.__iter__"),
}


def call(tmp_path: Path, command: str) -> list[str]:
    """Write a log and a list, and give what a command is called with."""
    (tmp_path / "clinic.yaml").write_text(CLINIC, encoding="utf-8")
    (tmp_path / "log.csv").write_text(as_csv(events(5)), encoding="utf-8")
    path = written(tmp_path, *LIST)
    if command == "calibrate":
        return ["calibrate", str(tmp_path / "log.csv"), "--out", str(tmp_path / "hospital.yaml")]
    return ["run", str(tmp_path / "clinic.yaml"), "--waiting-list", str(path), "--as-of", AS_OF, "--no-store"]


@pytest.mark.parametrize("where", DEEP)
def test_a_failure_of_this_program_says_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    """Whatever breaks, and though what it raises holds an identifier: the traceback says where, and none of them."""
    command, broken = DEEP[where]
    asked = call(tmp_path, command)
    monkeypatch.setattr(broken, break_with)
    failure = CliRunner().invoke(app, asked)
    assert isinstance(failure.exception, Exception)
    told = "".join(traceback.format_exception(failure.exception))
    assert "KeyError while a file was read" in told
    assert "in break_with" in told
    assert SECRET not in told + failure.output + repr(failure.exception.__context__)


def test_a_traceback_on_a_terminal_shows_no_values(tmp_path: Path) -> None:
    """As the command shows it, with Typer's boxes: lines of the program, and nothing that stood in a variable."""
    asked = call(tmp_path, "run")
    script = f"""
import pathway.interchange.list_reading as deep, pathway.cli
def broken(self, line, cells, row):
    identity = self.cells.cell(cells, "id")
    raise ValueError(identity)
deep.Reader._once = broken
import sys; sys.argv = ["pathway", *{asked!r}]
pathway.cli.main()
"""
    shown = run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False)
    told = shown.stdout + shown.stderr
    assert shown.returncode == 1
    assert "ReadingError" in told
    assert "list_reading.py" in re.sub(r"[^\w.]", "", told)
    assert SECRET not in told
    assert "locals" not in told
