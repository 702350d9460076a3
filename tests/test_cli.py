"""The command line: what each verb prints and writes, its exit codes, and that bad input leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from pathway import load_log, load_results, load_scenario, simulate
from pathway.cli import app

ROOT = Path(__file__).parent.parent
QUICK = ["--length", "4 weeks", "--warm-up", "1 week", "--replications", "2", "--workers", "1"]

FAULTY = """\
schema: 1
name: faulty
extends: base.yaml
resources:
  servr: {capacity: -2}
pathway:
  states:
    service: {duration: 20min}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with a base scenario, a question about it, and one with three faults."""
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text("schema: 1\nname: base\nmodel: mmc\n")
    Path("four.yaml").write_text("schema: 1\nname: four\nextends: base.yaml\nresources: {server: {capacity: 4}}\n")
    Path("faulty.yaml").write_text(FAULTY)
    return tmp_path


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


LISTENING = """
import signal
from pathway.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a test run in the background would have it ignore
main()
"""


def start(*arguments: str) -> subprocess.Popen[str]:
    """Start the command as a process of its own, whether or not the package is installed."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", LISTENING, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("verb", ["check", "show", "run", "log"])
def test_bad_input_is_refused_whole(verb: str, here: Path) -> None:
    """Every finding on a line of its own on standard error, as file:line:column; exit code 2; nothing written."""
    before = files(here)

    done = call(verb, "faulty.yaml")

    assert done.exit_code == 2
    assert done.stdout == ""
    places = [line.split(": ")[0] for line in done.stderr.splitlines()]
    assert [place.rsplit(":", 1)[0] for place in places] == ["faulty.yaml:5", "faulty.yaml:5", "faulty.yaml:8"]
    assert files(here) == before


def test_the_findings_of_all_scenarios_come_together(here: Path) -> None:
    done = call("diff", "faulty.yaml", "missing.yaml")

    assert done.exit_code == 2
    assert "faulty.yaml:8:" in done.stderr
    assert "missing.yaml:1:1: " in done.stderr


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--length", "4 weks", "there is no unit 'weks'"),
        ("--engine", "fast", "there is no engine 'fast'"),
        ("--replications", "0", "Invalid value for '--replications'"),
        ("--seed", "x", "Invalid value for '--seed'"),
    ],
)
def test_wrong_options_are_bad_input(option: str, value: str, said: str, here: Path) -> None:
    done = call("run", "base.yaml", *QUICK, option, value)

    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


def test_two_scenarios_of_one_name_are_bad_input(here: Path) -> None:
    done = call("run", "base.yaml", "base.yaml", *QUICK)

    assert done.exit_code == 2
    assert "two scenarios are named base" in done.stderr


def test_a_place_that_cannot_be_written_to_is_said_before_the_run(here: Path) -> None:
    done = call("run", "base.yaml", *QUICK, "--out", "base.yaml/report")

    assert done.exit_code == 2
    assert "Not a directory" in done.stderr
    assert "simulating" not in done.stderr


# ---------------------------------------------------------------- the verbs


def test_check_says_load_and_sources(here: Path) -> None:
    """One server less than three, asked for 1.5 of its three: a load of one half; no number lacks a source."""
    done = call("check", "base.yaml")

    assert done.exit_code == 0, done.output
    assert "base: no errors" in done.stdout
    assert "0 without a source" in done.stdout
    assert "server\t" in done.stdout
    assert "50%" in done.stdout


def test_check_names_what_never_settles_and_what_has_no_source(here: Path) -> None:
    Path("one.yaml").write_text(
        "schema: 1\nname: one\nextends: base.yaml\n"
        "resources: {server: {capacity: 1, source: null}}\n"
        "pathway: {states: {service: {overrun: 5 min, source: null}}}\n"
    )

    done = call("check", "one.yaml")

    assert done.exit_code == 0, done.output
    assert "This never settles: server" in done.stdout
    assert "pathway.states.service.overrun\t5 min" in done.stdout


def test_diff_is_one_table(here: Path) -> None:
    done = call("diff", "base.yaml", "four.yaml")

    assert done.exit_code == 0
    assert "resources.server.capacity\t3\t4" in done.stdout
    assert "say the same" in call("diff", "base.yaml", "base.yaml").stdout


def test_show_writes_a_drawing_and_prints_mermaid(here: Path) -> None:
    drawn, text = call("show", "base.yaml"), call("show", "base.yaml", "--mermaid")

    assert drawn.exit_code == text.exit_code == 0, drawn.output
    assert files(here / "reports") == {"base/pathway.html"}
    assert text.stdout.startswith("flowchart")


def test_schema_is_json() -> None:
    done = call("schema")

    assert "pathway" in json.loads(done.stdout)["properties"]


def test_a_log_in_parquet_is_the_log(here: Path) -> None:
    """Saved and loaded, the log equals the one simulated, integer by integer."""
    done = call("log", "base.yaml", "--replication", "1", "--out", "log")

    assert done.exit_code == 0, done.output
    assert load_log("log") == simulate(load_scenario("base.yaml"), replication=1)


def test_a_log_in_csv_has_names_and_dates(here: Path) -> None:
    done = call("log", "base.yaml", "--format", "csv", "--out", "log")

    assert done.exit_code == 0, done.output
    visits = pd.read_csv("log/visits.csv", parse_dates=["enqueued_at", "started_at", "ended_at"])
    log = simulate(load_scenario("base.yaml"))
    assert visits["state"].unique().tolist() == ["service"]
    assert (visits["ended_at"].to_numpy() == log.timestamps(log.visits["ended_at"]))[visits["ended_at"].notna()].all()


def test_run_writes_a_report_and_what_it_is_made_of(here: Path) -> None:
    done = call("run", "base.yaml", *QUICK)

    assert done.exit_code == 0, done.output
    assert str(here / "reports" / "base" / "report.html") in done.stdout.replace("\n", "")
    written = files(here / "reports" / "base")
    assert {"report.html", "summary.csv", "table.parquet", "manifest.json", "scenarios/0_base.yaml"} <= written
    assert 'class="film"' not in Path("reports/base/report.html").read_text(encoding="utf-8")
    results = load_results("reports/base")
    assert results.table["replication"].nunique() == 2
    assert results.scenarios["base"].run.length == 4 * 7 * 1440


def test_patients_moving_are_in_the_report_on_request(here: Path) -> None:
    """A film a scenario at the end, of the weeks there are; without the option there is none."""
    done = call("run", "base.yaml", "four.yaml", *QUICK, "--out", "both", "--animate", "2")

    assert done.exit_code == 0, done.output
    page = Path("both/report.html").read_text(encoding="utf-8")
    assert page.count('<figure class="film">') == 2
    assert page.count('href="#all-moving') == 2
    assert call("run", "base.yaml", *QUICK, "--animate", "37").exit_code == 2


def test_run_compares_several_scenarios(here: Path) -> None:
    done = call("run", "base.yaml", "four.yaml", *QUICK, "--out", "both")

    assert done.exit_code == 0, done.output
    assert set(load_results("both").scenarios) == {"base", "four"}


def test_the_same_seed_gives_the_same_numbers(here: Path) -> None:
    for folder, seed in (("one", "7"), ("same", "7"), ("other", "8")):
        call("run", "base.yaml", *QUICK, "--seed", seed, "--out", folder)
    one, same, other = (Path(folder, "summary.csv").read_text() for folder in ("one", "same", "other"))

    assert one == same
    assert one != other


def test_the_same_question_is_answered_from_the_store(here: Path) -> None:
    """The second time nothing is simulated, and that is said; one replication more simulates one."""
    first, second = (call("run", "base.yaml", *QUICK, "--out", folder) for folder in ("one", "again"))
    more = call("run", "base.yaml", *QUICK, "--out", "more", "--replications", "3")

    assert "This is run" in first.stdout
    assert "Answered from the store: run" in second.stdout
    assert "2 of 3 replications were in the store already" in more.stdout
    assert Path("one/summary.csv").read_text() == Path("again/summary.csv").read_text()
    assert len(list(here.glob("runs/replications/*/*.parquet"))) == 2


def test_nothing_is_stored_if_one_says_so(here: Path) -> None:
    done = call("run", "base.yaml", *QUICK, "--no-store")

    assert done.exit_code == 0, done.output
    assert not Path("runs").exists()
    assert "This is run" not in done.stdout


# ---------------------------------------------------------------- as a process


def test_as_a_process_bad_input_is_exit_code_2(here: Path) -> None:
    process = start("check", "faulty.yaml")
    _, err = process.communicate(timeout=120)

    assert process.returncode == 2
    assert "Traceback" not in err


def test_version() -> None:
    assert call("--version").stdout.strip().count(".") == 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT to send to another process")
def test_an_interrupted_run_reports_what_it_finished(here: Path) -> None:
    """Ctrl-C keeps the replications that are done, and says that the report is made of those."""
    long = ["--length", "5 years", "--replications", "2000", "--workers", "1", "--store", "kept", "--no-verify"]
    process = start("run", "base.yaml", *long)
    until = time.monotonic() + 120
    chunks = "kept/replications/*/*.parquet"
    while not list(here.glob(chunks)) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)

    assert process.returncode == 0, err
    assert "Interrupted: what follows is made of the" in err
    assert "report.html" in out
    assert 2 <= load_results("reports/base").table["replication"].nunique() < 2000
